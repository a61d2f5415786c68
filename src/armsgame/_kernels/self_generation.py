"""Self-generation in stochastic games: the strategies that extreme points describe, their values, their incentives.

Nothing here looks at how a set was found: points, profiles and continuations are all it reads.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.polygon import combination, hull
from armsgame._kernels.state_polygons import lowest

_FLAT, _MISS = 1e-12, 1e-10


@njit(cache=True)
def before(ax, ay, bx, by):  # type: ignore[no-untyped-def]
    """-1, 0 or 1 as edge a comes before, with or after edge b in angle from 0 to 2 pi.

    The half-plane decides first: a cross product alone confuses edges that are nearly opposite.
    """
    one = 0 if ay > 0 or (ay == 0 and ax > 0) else 1
    two = 0 if by > 0 or (by == 0 and bx > 0) else 1
    if one != two:
        return -1 if one < two else 1
    cross = ax * by - ay * bx
    return -1 if cross > 0 else (1 if cross < 0 else 0)


@njit(cache=True)
def sum_vertices(x, y, start, law, picks, ex, ey):  # type: ignore[no-untyped-def]
    """Vertices of the expected set, each with the vertex [S] it takes in every next state; returns their number."""
    states = len(law)
    place, moved = np.zeros(states, np.int64), np.zeros(states, np.int64)
    edges = 0
    for s in range(states):
        m = start[s + 1] - start[s]
        place[s] = lowest(x[start[s] :], y[start[s] :], m)
        if law[s] > 0 and m > 1:
            edges += m
        else:
            moved[s] = m
    for t in range(max(edges, 1)):
        ex[t] = ey[t] = 0.0
        turn = -1
        bx = by = 0.0
        for s in range(states):
            base, m = start[s], start[s + 1] - start[s]
            here = base + place[s]
            picks[t, s] = here
            ex[t] += law[s] * x[here]
            ey[t] += law[s] * y[here]
            if moved[s] < m:
                after = base + (place[s] + 1) % m
                dx, dy = x[after] - x[here], y[after] - y[here]
                if turn < 0 or before(dx, dy, bx, by) < 0:
                    turn, bx, by = s, dx, dy
        if turn >= 0:
            place[turn] = (place[turn] + 1) % (start[turn + 1] - start[turn])
            moved[turn] += 1
    return max(edges, 1)


@njit(cache=True)
def on_sliver(x, y, m, px, py, weights):  # type: ignore[no-untyped-def]
    """Where weights miss their point, take the nearest point of any chord instead.

    The triangles of a sliver have areas of the order of rounding; its chords do not.
    """
    ex, ey = -px, -py
    for k in range(m):
        ex += weights[k] * x[k]
        ey += weights[k] * y[k]
    miss = ex * ex + ey * ey
    if miss <= _MISS * _MISS:
        return
    for i in range(m):
        for j in range(i + 1, m):
            ax, ay = x[j] - x[i], y[j] - y[i]
            t = min(max((ax * (px - x[i]) + ay * (py - y[i])) / (ax * ax + ay * ay), 0.0), 1.0)
            ex, ey = x[i] + t * ax - px, y[i] + t * ay - py
            if ex * ex + ey * ey < miss:
                miss = ex * ex + ey * ey
                weights[:m] = 0.0
                weights[i], weights[j] = 1 - t, t


@njit(cache=True)
def spread(x, y, start, rows, row_of, who, cont):  # type: ignore[no-untyped-def]
    """Continuations [N, 2] as weights [N, N] over the extreme points of each next state (each state sums to one)."""
    count, states = len(who), len(start) - 1
    out = np.zeros((count, count))
    picks = np.empty((count + 1, states), np.int64)
    ex, ey, hx, hy = np.empty(count + 1), np.empty(count + 1), np.empty(count + 1), np.empty(count + 1)
    index, chain = np.empty(count + 1, np.int64), np.empty(2 * count + 2, np.int64)
    weights = np.empty(count + 1)
    row, m = -1, 0
    for k in np.argsort(row_of[who]):
        # points whose profiles lead to the same law share its sum
        if row_of[who[k]] != row:
            row = row_of[who[k]]
            corners = sum_vertices(x, y, start, rows[row], picks, ex, ey)
            m = hull(ex, ey, corners, _FLAT, index, chain)
            for i in range(m):
                hx[i], hy[i] = ex[chain[i]], ey[chain[i]]
        combination(hx, hy, m, cont[k, 0], cont[k, 1], weights)
        on_sliver(hx, hy, m, cont[k, 0], cont[k, 1], weights)
        for i in range(m):
            if weights[i] > 0:
                for s in range(states):
                    out[k, picks[chain[i], s]] += weights[i]
    return out


@njit(cache=True)
def certify(g, rows, row_of, first, own, delta, start, who, weights):  # type: ignore[no-untyped-def]
    """Values [N, 2] of the strategies, and the largest gain of one deviation that the worst values punish.

    A strategy plays who[k] at extreme point k, then draws the next point by `weights`; its values
    solve a linear system. A deviation of a player leads to that player's worst value in the state
    that follows it.
    """
    count, states = len(who), len(start) - 1
    system, right = np.eye(count), np.empty((count, 2))
    for k in range(count):
        law = rows[row_of[who[k]]]
        right[k, 0], right[k, 1] = (1 - delta) * g[0, who[k]], (1 - delta) * g[1, who[k]]
        for s in range(states):
            for j in range(start[s], start[s + 1]):
                system[k, j] -= delta * law[s] * weights[k, j]
    value = np.linalg.solve(system, right)
    worst = np.empty((states, 2))
    for s in range(states):
        worst[s, 0], worst[s, 1] = value[start[s] : start[s + 1], 0].min(), value[start[s] : start[s + 1], 1].min()
    gain = 0.0
    for s in range(states):
        for k in range(start[s], start[s + 1]):
            a = who[k] - first[s]
            i, j = a // own[s, 1], a % own[s, 1]
            for other in range(own[s, 0]):
                if other != i:
                    q = first[s] + other * own[s, 1] + j
                    after = 0.0
                    for t in range(states):
                        after += rows[row_of[q], t] * worst[t, 0]
                    gain = max(gain, (1 - delta) * g[0, q] + delta * after - value[k, 0])
            for other in range(own[s, 1]):
                if other != j:
                    q = first[s] + i * own[s, 1] + other
                    after = 0.0
                    for t in range(states):
                        after += rows[row_of[q], t] * worst[t, 1]
                    gain = max(gain, (1 - delta) * g[1, q] + delta * after - value[k, 1])
    return value, gain
