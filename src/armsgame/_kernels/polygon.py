"""Polygons in the plane and the payoff sets of two-player games built from them.

Coordinates are scaled to the unit square by the caller; `eps` is the one absolute tolerance.
Polygons are counter-clockwise vertex arrays x[:m], y[:m]; one vertex is a point, two a segment.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.copies import put


@njit(cache=True)
def order(px, py, n, index):  # type: ignore[no-untyped-def]
    """Fill index[:n] with the lexicographic order of the points."""
    if n > 24:
        by_x = np.argsort(px[:n])
        for k in range(n):
            index[k] = by_x[k]
    else:
        for k in range(n):
            index[k] = k
    # nearly sorted: only ties in x are left to mend, or the list is short
    for k in range(1, n):
        i = index[k]
        j = k - 1
        while j >= 0 and (px[index[j]] > px[i] or (px[index[j]] == px[i] and py[index[j]] > py[i])):
            index[j + 1] = index[j]
            j -= 1
        index[j + 1] = i


@njit(cache=True)
def hull(px, py, n, eps, index, chain):  # type: ignore[no-untyped-def]
    """Put the indices of the extreme points into chain[:m], counter-clockwise; return m.

    Monotone chain with the exact sign of the cross product (a tolerant test pops true extreme
    points on near-vertical edges), then points within eps of a neighbour or of the line through
    both neighbours are dropped.
    """
    if n == 0:
        return 0
    order(px, py, n, index)
    m = 0
    for k in range(n):
        i = index[k]
        while m > 1:
            a, b = chain[m - 2], chain[m - 1]
            if (px[b] - px[a]) * (py[i] - py[a]) - (py[b] - py[a]) * (px[i] - px[a]) <= 0:
                m -= 1
            else:
                break
        if m == 1 and px[chain[0]] == px[i] and py[chain[0]] == py[i]:
            continue
        chain[m] = i
        m += 1
    low = m
    for k in range(n - 2, -1, -1):
        i = index[k]
        while m > low:
            a, b = chain[m - 2], chain[m - 1]
            if (px[b] - px[a]) * (py[i] - py[a]) - (py[b] - py[a]) * (px[i] - px[a]) <= 0:
                m -= 1
            else:
                break
        if px[chain[m - 1]] == px[i] and py[chain[m - 1]] == py[i]:
            continue
        chain[m] = i
        m += 1
    if m > 1 and px[chain[m - 1]] == px[chain[0]] and py[chain[m - 1]] == py[chain[0]]:
        m -= 1
    # drop near-duplicates of the predecessor
    kept = 0
    for k in range(m):
        i = chain[k]
        if kept > 0:
            j = chain[kept - 1]
            if abs(px[i] - px[j]) <= eps and abs(py[i] - py[j]) <= eps:
                continue
        chain[kept] = i
        kept += 1
    if kept > 1:
        i, j = chain[kept - 1], chain[0]
        if abs(px[i] - px[j]) <= eps and abs(py[i] - py[j]) <= eps:
            kept -= 1
    m, kept = kept, 0
    left = m
    for k in range(m):
        # neighbours that are left: before the first and after the last one the polygon goes round
        a, b, c = chain[kept - 1 if kept > 0 else m - 1], chain[k], chain[k + 1 if k + 1 < m else 0]
        ex, ey = px[c] - px[a], py[c] - py[a]
        length = np.sqrt(ex * ex + ey * ey)
        off = abs(ex * (py[b] - py[a]) - ey * (px[b] - px[a]))
        along = ex * (px[b] - px[a]) + ey * (py[b] - py[a])
        if left > 2 and length > 0 and off <= eps * length and 0 < along < length * length:
            left -= 1
            continue
        chain[kept] = b
        kept += 1
    return kept


@njit(cache=True)
def section(a, b, m, c, eps):  # type: ignore[no-untyped-def]
    """Lowest and highest b of the polygon on the line a = c; (1, 0) where it misses the line."""
    low, high = 1.0, 0.0
    hit = False
    for k in range(m):
        j = k + 1 if k + 1 < m else 0
        da, dj = a[k] - c, a[j] - c
        if abs(da) <= eps:
            value = b[k]
        elif abs(dj) > eps and (da > 0) != (dj > 0):
            value = b[k] + (b[j] - b[k]) * da / (da - dj)
        else:
            continue
        if not hit:
            low = high = value
            hit = True
        elif value < low:
            low = value
        elif value > high:
            high = value
    if not hit:
        return 1.0, 0.0
    return low, high


@njit(cache=True)
def inside(x, y, m, px, py, eps):  # type: ignore[no-untyped-def]
    """Whether a point lies in the polygon, up to eps."""
    if m == 0:
        return False
    if m == 1:
        return abs(px - x[0]) <= eps and abs(py - y[0]) <= eps
    for k in range(m):
        j = k + 1 if k + 1 < m else 0
        ex, ey = x[j] - x[k], y[j] - y[k]
        length = np.sqrt(ex * ex + ey * ey)
        cross = ex * (py - y[k]) - ey * (px - x[k])
        if m == 2:
            along = ex * (px - x[k]) + ey * (py - y[k])
            return abs(cross) <= eps * length and -eps * length <= along <= length * length + eps * length
        if cross < -eps * length:
            return False
    return True


@njit(cache=True)
def combination(x, y, m, px, py, weights):  # type: ignore[no-untyped-def]
    """Write a point as a combination of at most three vertices; returns the smallest weight (< 0: outside)."""
    weights[:m] = 0.0
    if m == 1:
        weights[0] = 1.0
        return 1.0
    if m == 2:
        ex, ey = x[1] - x[0], y[1] - y[0]
        t = (ex * (px - x[0]) + ey * (py - y[0])) / (ex * ex + ey * ey)
        low = min(t, 1 - t)
        t = min(max(t, 0.0), 1.0)
        weights[0], weights[1] = 1 - t, t
        return low
    best, at, s, t = -np.inf, 1, 0.0, 0.0
    for k in range(1, m - 1):
        ax, ay = x[k] - x[0], y[k] - y[0]
        bx, by = x[k + 1] - x[0], y[k + 1] - y[0]
        det = ax * by - ay * bx
        if det <= 0:
            continue
        u = ((px - x[0]) * by - (py - y[0]) * bx) / det
        v = (ax * (py - y[0]) - ay * (px - x[0])) / det
        low = min(u, v, 1 - u - v)
        if low > best:
            best, at, s, t = low, k, u, v
    s, t = max(s, 0.0), max(t, 0.0)
    total = s + t
    if total > 1:
        s, t = s / total, t / total
    weights[0], weights[at], weights[at + 1] = 1 - s - t, s, t
    return best


@njit(cache=True)
def candidates(g, h, alive, n, delta, ux, uy, wx, wy, m, eps, px, py, cw, who, bind):  # type: ignore[no-untyped-def]
    """Points (1 - delta) g(a) + delta w that can be extreme (Abreu and Sannikov 2014, operator R).

    Returns their number; actions whose continuations are empty are removed from alive.
    """
    top_x, top_y = -np.inf, -np.inf
    for k in range(m):
        top_x, top_y = max(top_x, wx[k]), max(top_y, wy[k])
    ratio = (1 - delta) / delta
    count = 0
    for a in range(n):
        if not alive[a]:
            continue
        cx, cy = ux + ratio * h[0, a], uy + ratio * h[1, a]
        if cx > top_x + eps or cy > top_y + eps:
            alive[a] = False
            continue
        gx, gy = g[0, a], g[1, a]
        slack = min(gx - cx, gy - cy)
        if slack >= -eps and inside(wx, wy, m, gx, gy, eps):
            px[count], py[count], cw[0, count], cw[1, count] = gx, gy, gx, gy
            who[count], bind[count] = a, 0
            count += 1
            # a constraint that binds at g itself: both kinds of continuation stay possible
            if slack > eps:
                continue
        before = count
        low, high = section(wx, wy, m, cx, eps)
        if high >= low and high >= cy - eps:
            for value in (max(high, cy), max(low, cy)):
                cw[0, count], cw[1, count] = cx, value
                px[count], py[count] = (1 - delta) * gx + delta * cx, (1 - delta) * gy + delta * value
                who[count], bind[count] = a, 1 if value > cy + eps else 3
                count += 1
        low, high = section(wy, wx, m, cy, eps)
        if high >= low and high >= cx - eps:
            for value in (max(high, cx), max(low, cx)):
                cw[0, count], cw[1, count] = value, cy
                px[count], py[count] = (1 - delta) * gx + delta * value, (1 - delta) * gy + delta * cy
                who[count], bind[count] = a, 2 if value > cx + eps else 3
                count += 1
        if count == before and slack < -eps:
            # prune only where no continuation is left at all, not where none binds
            left = False
            for k in range(m):
                left = left or (wx[k] >= cx - eps and wy[k] >= cy - eps)
            alive[a] = left
    return count


@njit(cache=True)
def beyond(ax, ay, am, bx, by, bm):  # type: ignore[no-untyped-def]
    """Largest distance of a vertex of polygon a from polygon b."""
    worst = 0.0
    for i in range(am):
        if bm > 2 and inside(bx, by, bm, ax[i], ay[i], 0.0):
            continue
        best = np.inf
        for k in range(bm):
            j = k + 1 if k + 1 < bm else 0
            ex, ey = bx[j] - bx[k], by[j] - by[k]
            dx, dy = ax[i] - bx[k], ay[i] - by[k]
            length = ex * ex + ey * ey
            t = (ex * dx + ey * dy) / length if length > 0 else 0.0
            t = min(max(t, 0.0), 1.0)
            dx, dy = dx - t * ex, dy - t * ey
            best = min(best, dx * dx + dy * dy)
        worst = max(worst, best)
    return np.sqrt(worst)


@njit(cache=True)
def box_change(ax, ay, am, bx, by, bm):  # type: ignore[no-untyped-def]
    """Largest difference of support values on the axes and diagonals: a lower bound of the distance."""
    a, b = np.full(8, -np.inf), np.full(8, -np.inf)
    for i in range(am):
        p, q = (ax[i] + ay[i]) * 0.7071067811865476, (ax[i] - ay[i]) * 0.7071067811865476
        for k, v in enumerate((ax[i], -ax[i], ay[i], -ay[i], p, -p, q, -q)):
            a[k] = max(a[k], v)
    for i in range(bm):
        p, q = (bx[i] + by[i]) * 0.7071067811865476, (bx[i] - by[i]) * 0.7071067811865476
        for k, v in enumerate((bx[i], -bx[i], by[i], -by[i], p, -p, q, -q)):
            b[k] = max(b[k], v)
    return np.abs(a - b).max()


@njit(cache=True)
def distance(ax, ay, am, bx, by, bm, enough):  # type: ignore[no-untyped-def]
    """Hausdorff distance of two polygons, or a lower bound of it that exceeds `enough`."""
    step = box_change(ax, ay, am, bx, by, bm)
    if step > enough:
        return step
    # support values in fixed directions miss a vertex that slides along a face
    return max(beyond(ax, ay, am, bx, by, bm), beyond(bx, by, bm, ax, ay, am))


@njit(cache=True)
def abreu_sannikov(  # type: ignore[no-untyped-def]
    g, h, delta, threat, start_x, start_y, eps, merge, tol, max_iter, out, cont, who, bind, inner
):
    """Payoff set of one game.

    g, h [2, n]: payoffs and best deviation gains per profile; threat [2]: first threats, raised in
    place; out, cont, inner [V, 2], who, bind [V]: extreme points, continuations, profiles, binding
    constraints, and values of the strategies built from them. Returns (vertices, iterations, last
    step, slack): slack is the largest violation of incentives by the inner values, inf where the
    continuations do not lie in the set.
    """
    n = g.shape[1]
    alive = np.ones(n, np.bool_)
    size = 5 * n + 8
    px, py = np.empty(size), np.empty(size)
    cw = np.empty((2, size))
    owner, kind = np.empty(size, np.int64), np.empty(size, np.int64)
    index, chain = np.empty(size, np.int64), np.empty(2 * size, np.int64)
    wx, wy = np.empty(size), np.empty(size)
    vx, vy = np.empty(size), np.empty(size)
    m = len(start_x)
    put(wx, start_x)
    put(wy, start_y)
    step = np.inf
    rounds, count = 0, 0
    while rounds < max_iter and step > tol:
        rounds += 1
        count = candidates(g, h, alive, n, delta, threat[0], threat[1], wx, wy, m, eps, px, py, cw, owner, kind)
        k = hull(px, py, count, eps, index, chain)
        if k == 0:
            return 0, rounds, 0.0, 0.0
        low_x, low_y = np.inf, np.inf
        for i in range(k):
            vx[i], vy[i] = px[chain[i]], py[chain[i]]
            low_x, low_y = min(low_x, vx[i]), min(low_y, vy[i])
        # the threat rises componentwise, and before convergence is tested
        new_x, new_y = max(threat[0], low_x), max(threat[1], low_y)
        moved = max(new_x - threat[0], new_y - threat[1])
        threat[0], threat[1] = new_x, new_y
        step = np.inf
        if k == m:
            step = 0.0
            for i in range(k):
                step = max(step, abs(vx[i] - wx[i]), abs(vy[i] - wy[i]))
        if step > tol:
            step = distance(wx, wy, m, vx, vy, k, tol)
        step = max(step, moved)
        m = k
        for i in range(m):
            wx[i], wy[i] = vx[i], vy[i]
    # vertices that only the last, unfinished steps keep apart are one
    m = hull(px, py, count, merge, index, chain)
    for i in range(m):
        wx[i], wy[i] = px[chain[i]], py[chain[i]]
    for i in range(m):
        j = chain[i]
        out[i, 0], out[i, 1] = wx[i], wy[i]
        cont[i, 0], cont[i, 1] = cw[0, j], cw[1, j]
        who[i], bind[i] = owner[j], kind[j]
    # values of the strategies that these extreme points describe
    law = np.zeros((m, m))
    right = np.empty((m, 2))
    weights = np.zeros(m)
    miss = 0.0
    for i in range(m):
        j = chain[i]
        right[i, 0], right[i, 1] = (1 - delta) * g[0, owner[j]], (1 - delta) * g[1, owner[j]]
        if kind[j] == 0:
            weights[:] = 0.0
            weights[i] = 1.0
        else:
            low = combination(wx, wy, m, cw[0, j], cw[1, j], weights)
            miss = max(miss, -low)
        for q in range(m):
            law[i, q] = (1.0 if i == q else 0.0) - delta * weights[q]
    value = np.linalg.solve(law, right)
    bottom_x, bottom_y = value[:, 0].min(), value[:, 1].min()
    slack = 0.0
    ratio = (1 - delta) / delta
    for i in range(m):
        inner[i, 0], inner[i, 1] = value[i, 0], value[i, 1]
        a = who[i]
        next_x = (value[i, 0] - (1 - delta) * g[0, a]) / delta
        next_y = (value[i, 1] - (1 - delta) * g[1, a]) / delta
        slack = max(slack, bottom_x + ratio * h[0, a] - next_x, bottom_y + ratio * h[1, a] - next_y)
    if miss > 1e-6:
        slack = np.inf
    return m, rounds, step, slack


@njit(cache=True, nogil=True)
def many_sets(start, stop, game, deltas, rule, points, labels, lowest, found, real):  # type: ignore[no-untyped-def]
    """Write the sets of discount factors start to stop of one game; the serial core of a batch.

    game: scaled payoffs and deviation gains [2, n], threats [2], x and y of the feasible set, and the shift and scale
    [2] that give payoffs back; rule: tolerances and rounds. Filled by row: points [3, B, V, 2] (extreme points,
    continuations, values of strategies), labels [2, B, V] (profiles, binding constraints), lowest [B, 2], found
    [B, 2] (vertices, rounds), real [B, 4] (step, slack, gap, settled).
    """
    g, h, threat, x, y, low, span = game
    eps, merge, tolerance, floor, max_iter = rule
    for b in range(start, stop):
        delta, out, cont, inner = deltas[b], points[0, b], points[1, b], points[2, b]
        # a step below `tol` leaves a distance below `tolerance`
        tol = max(tolerance * min(1.0, (1 - delta) / delta), floor)
        m, rounds, step, slack = abreu_sannikov(
            g, h, delta, threat.copy(), x, y, eps, merge, tol, max_iter, out, cont, labels[0, b], labels[1, b], inner
        )
        gap = 0.0
        lowest[b] = np.inf if m > 0 else np.nan
        for i in range(m):
            for j in range(2):
                out[i, j] = out[i, j] * span[j] + low[j]
                cont[i, j] = cont[i, j] * span[j] + low[j]
                inner[i, j] = inner[i, j] * span[j] + low[j]
                gap = max(gap, abs(out[i, j] - inner[i, j]))
                lowest[b, j] = min(lowest[b, j], out[i, j])
        found[b, 0], found[b, 1] = m, rounds
        real[b, 0], real[b, 1], real[b, 2] = step * max(span[0], span[1]), slack, gap
        real[b, 3] = 1.0 if step <= tol else 0.0
