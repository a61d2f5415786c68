"""Self-generation in stochastic games: the strategies that extreme points describe, their values, their incentives.

Nothing here looks at how a set was found: points, profiles and continuations are all it reads.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.polygon import combination, hull
from armsgame._kernels.state_polygons import lowest

_FLAT, _MISS = 1e-12, 1e-10
# by how much values of size one move where rounding alone moves them
_STILL = 3e-16


@njit(cache=True)
def turns(x, y, start, dx, dy, of, place):  # type: ignore[no-untyped-def]
    """Write the edges of all sets in order of angle from 0 to 2 pi, the state of each, and where they begin [S].

    Sets that are points have none. Returns the number of edges.
    """
    angle, ex, ey = np.empty(len(x)), np.empty(len(x)), np.empty(len(x))
    whose, count = np.empty(len(x), np.int64), 0
    for s in range(len(start) - 1):
        base, m = start[s], start[s + 1] - start[s]
        place[s] = lowest(x[base:], y[base:], m)
        for i in range(m if m > 1 else 0):
            k, j = base + (place[s] + i) % m, base + (place[s] + i + 1) % m
            ex[count], ey[count], whose[count] = x[j] - x[k], y[j] - y[k], s
            turn = np.arctan2(ey[count], ex[count])
            angle[count] = turn if turn >= 0 else turn + 2 * np.pi
            count += 1
    order = np.argsort(angle[:count])
    for n in range(count):
        dx[n], dy[n], of[n] = ex[order[n]], ey[order[n]], whose[order[n]]
    return count


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
    """Continuations [N, 2] as means of up to three draws of one extreme point per next state.

    Returns their shares [N, 3], which sum to one, and their points [N, 3, S].
    """
    count, states = len(who), len(start) - 1
    shares, picks = np.zeros((count, 3)), np.zeros((count, 3, states), np.int64)
    dx, dy, of, place = np.empty(count), np.empty(count), np.empty(count, np.int64), np.empty(states, np.int64)
    ex, ey, hx, hy = np.empty(count + 1), np.empty(count + 1), np.empty(count + 1), np.empty(count + 1)
    index, chain, used = np.empty(count + 1, np.int64), np.empty(2 * count + 2, np.int64), np.empty(count + 1, np.int64)
    weights, moved = np.empty(count + 1), np.empty(states, np.int64)
    edges = turns(x, y, start, dx, dy, of, place)
    row, m = -1, 0
    for k in np.argsort(row_of[who]):
        law = rows[row_of[who[k]]]
        # points whose profiles lead to the same law share its sum
        if row_of[who[k]] != row:
            row, corners = row_of[who[k]], 1
            ex[0] = ey[0] = 0.0
            for s in range(states):
                ex[0] += law[s] * x[start[s] + place[s]]
                ey[0] += law[s] * y[start[s] + place[s]]
            used[0] = 0
            for n in range(edges):
                p = law[of[n]]
                if p > 0:
                    ex[corners], ey[corners] = ex[corners - 1] + p * dx[n], ey[corners - 1] + p * dy[n]
                    used[corners] = n + 1
                    corners += 1
            # the last edge leads back to the first corner
            corners = max(corners - 1, 1)
            m = hull(ex, ey, corners, _FLAT, index, chain)
            for i in range(m):
                hx[i], hy[i] = ex[chain[i]], ey[chain[i]]
        combination(hx, hy, m, cont[k, 0], cont[k, 1], weights)
        on_sliver(hx, hy, m, cont[k, 0], cont[k, 1], weights)
        part = 0
        for i in range(m):
            if weights[i] > 0:
                moved[:] = place
                for n in range(used[chain[i]]):
                    moved[of[n]] += law[of[n]] > 0
                shares[k, part] = weights[i]
                for s in range(states):
                    picks[k, part, s] = start[s] + moved[s] % (start[s + 1] - start[s])
                part += 1
    return shares, picks


@njit(cache=True)
def _settled(g, rows, row_of, delta, who, shares, picks, value):  # type: ignore[no-untyped-def]
    """Iterate values [N, 2] in place until they move by rounding alone; false where elimination is as fast."""
    count, states = len(who), rows.shape[1]
    for _ in range(20 + count * count // (9 * states)):
        moved = 0.0
        for k in range(count):
            law = rows[row_of[who[k]]]
            u = v = 0.0
            for i in range(3):
                if shares[k, i] > 0:
                    one = two = 0.0
                    for s in range(states):
                        j = picks[k, i, s]
                        one += law[s] * value[j, 0]
                        two += law[s] * value[j, 1]
                    u += shares[k, i] * one
                    v += shares[k, i] * two
            u, v = (1 - delta) * g[0, who[k]] + delta * u, (1 - delta) * g[1, who[k]] + delta * v
            moved = max(moved, abs(u - value[k, 0]), abs(v - value[k, 1]))
            value[k, 0], value[k, 1] = u, v
        if moved <= _STILL:
            return True
    return False


@njit(cache=True)
def certify(g, rows, row_of, first, own, delta, start, who, shares, picks, near):  # type: ignore[no-untyped-def]
    """Values [N, 2] of the strategies, and the largest gain of one deviation that the worst values punish.

    A strategy plays who[k] at extreme point k, then draws the next point by shares and picks (`spread`); its values
    solve a linear system, and `near` [N, 2] is a first guess. A deviation of a player leads to that player's worst
    value in the state that follows it.
    """
    count, states = len(who), len(start) - 1
    value = near.copy()
    if not _settled(g, rows, row_of, delta, who, shares, picks, value):
        system, right = np.eye(count), np.empty((count, 2))
        for k in range(count):
            law = rows[row_of[who[k]]]
            right[k, 0], right[k, 1] = (1 - delta) * g[0, who[k]], (1 - delta) * g[1, who[k]]
            for i in range(3):
                for s in range(states):
                    system[k, picks[k, i, s]] -= delta * law[s] * shares[k, i]
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
