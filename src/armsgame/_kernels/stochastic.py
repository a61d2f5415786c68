"""Payoff sets of two-player stochastic games: Minkowski sums, clipping, and the operator over states.

Polygons as in `polygon`; coordinates are scaled to the unit square by the caller.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.polygon import distance, hull


@njit(cache=True)
def lowest(x, y, m):  # type: ignore[no-untyped-def]
    """Vertex with the least y, then the least x: from it, edges stand in order of angle."""
    best = 0
    for k in range(1, m):
        if y[k] < y[best] or (y[k] == y[best] and x[k] < x[best]):
            best = k
    return best


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
def add_scaled(ax, ay, am, p, bx, by, bm, cx, cy):  # type: ignore[no-untyped-def]
    """Minkowski sum a + p b into c; returns its number of vertices."""
    if bm == 1:
        for i in range(am):
            cx[i], cy[i] = ax[i] + p * bx[0], ay[i] + p * by[0]
        return am
    if am == 1:
        for i in range(bm):
            cx[i], cy[i] = ax[0] + p * bx[i], ay[0] + p * by[i]
        return bm
    s, t = lowest(ax, ay, am), lowest(bx, by, bm)
    i = j = count = 0
    while i < am or j < bm:
        i0, i1 = (s + i) % am, (s + i + 1) % am
        j0, j1 = (t + j) % bm, (t + j + 1) % bm
        cx[count], cy[count] = ax[i0] + p * bx[j0], ay[i0] + p * by[j0]
        count += 1
        if i >= am:
            j += 1
        elif j >= bm:
            i += 1
        else:
            order = before(ax[i1] - ax[i0], ay[i1] - ay[i0], bx[j1] - bx[j0], by[j1] - by[j0])
            if order <= 0:
                i += 1
            if order >= 0:
                j += 1
    return count


@njit(cache=True)
def clip(x, y, m, c, axis, eps, ox, oy):  # type: ignore[no-untyped-def]
    """Keep the part of the polygon with coordinate `axis` at least c; returns its number of vertices."""
    count = 0
    a, b = (x, y) if axis == 0 else (y, x)
    u, v = (ox, oy) if axis == 0 else (oy, ox)
    for k in range(m):
        j = k + 1 if k + 1 < m else 0
        dk, dj = a[k] - c, a[j] - c
        if dk >= -eps:
            u[count], v[count] = max(a[k], c), b[k]
            count += 1
        if m > 1 and ((dk > eps and dj < -eps) or (dk < -eps and dj > eps)):
            u[count], v[count] = c, b[k] + (b[j] - b[k]) * dk / (dk - dj)
            count += 1
    return count


@njit(cache=True)
def expected(rows, wx, wy, wm, ex, ey, em, tx, ty):  # type: ignore[no-untyped-def]
    """Fill in the expected set of every distinct transition row, sum over s' of p(s') W(s')."""
    for r in range(rows.shape[0]):
        m = 0
        for s in range(rows.shape[1]):
            p = rows[r, s]
            if p == 0:
                continue
            if m == 0:
                m = wm[s]
                for k in range(m):
                    ex[r, k], ey[r, k] = p * wx[s, k], p * wy[s, k]
            else:
                for k in range(m):
                    tx[k], ty[k] = ex[r, k], ey[r, k]
                m = add_scaled(tx, ty, m, p, wx[s], wy[s], wm[s], ex[r], ey[r])
        em[r] = m


@njit(cache=True)
def demand(g, rows, row_of, first, size, own, delta, u, c):  # type: ignore[no-untyped-def]
    """Least continuations c [2, profiles]: what the best deviation is worth, now and after it.

    first [S], size [S] the profiles of a state in row-major order; own [S, 2] the numbers of actions.
    """
    expect = rows @ u
    for s in range(len(first)):
        columns = own[s, 1]
        for a in range(size[s]):
            k = first[s] + a
            i, j = a // columns, a % columns
            best = -np.inf
            for other in range(own[s, 0]):
                q = first[s] + other * columns + j
                best = max(best, (1 - delta) * g[0, q] + delta * expect[row_of[q], 0])
            c[0, k] = (best - (1 - delta) * g[0, k]) / delta
            best = -np.inf
            for other in range(columns):
                q = first[s] + i * columns + other
                best = max(best, (1 - delta) * g[1, q] + delta * expect[row_of[q], 1])
            c[1, k] = (best - (1 - delta) * g[1, k]) / delta


@njit(cache=True)
def payoff_sets(  # type: ignore[no-untyped-def]
    g, rows, row_of, first, size, own, delta, wx, wy, wm, u, eps, tol, max_iter, px, py, ox, oy, who, cont, chain, index
):
    """Iterate the operator of Abreu, Pearce and Stacchetti on all states from the given sets.

    wx, wy [S, cap], wm [S] and the threats u [S, 2] are updated in place; who [S, cap] and
    cont [S, cap, 2] name the profile and continuation of each vertex. Returns (rounds, last step,
    1 if a polygon outgrew its room).
    """
    states, cap = wx.shape
    n = g.shape[1]
    alive = np.ones(n, np.bool_)
    c = np.empty((2, n))
    room = px.shape[0]
    ex, ey = np.empty((rows.shape[0], room)), np.empty((rows.shape[0], room))
    em = np.zeros(rows.shape[0], np.int64)
    tx, ty = np.empty(room), np.empty(room)
    total = px.shape[0]
    cw = np.empty((2, total))
    owner = np.empty(total, np.int64)
    nx, ny, nm = np.empty((states, cap)), np.empty((states, cap)), np.zeros(states, np.int64)
    step = np.inf
    rounds = 0
    while rounds < max_iter and step > tol:
        rounds += 1
        expected(rows, wx, wy, wm, ex, ey, em, tx, ty)
        demand(g, rows, row_of, first, size, own, delta, u, c)
        step = 0.0
        for s in range(states):
            count = 0
            for k in range(first[s], first[s] + size[s]):
                if not alive[k]:
                    continue
                r = row_of[k]
                m = clip(ex[r], ey[r], em[r], c[0, k], 0, eps, ox, oy)
                if m > 0:
                    m = clip(ox, oy, m, c[1, k], 1, eps, tx, ty)
                if m == 0:
                    alive[k] = False
                    continue
                if count + m > total:
                    return rounds, step, 1
                for i in range(m):
                    px[count] = (1 - delta) * g[0, k] + delta * tx[i]
                    py[count] = (1 - delta) * g[1, k] + delta * ty[i]
                    cw[0, count], cw[1, count] = tx[i], ty[i]
                    owner[count] = k
                    count += 1
            if count == 0:
                # no pure equilibrium from this state on; a game that can reach it has none either
                for q in range(states):
                    wm[q] = 0
                return rounds, 0.0, 0
            m = hull(px, py, count, eps, index, chain)
            if m > cap:
                return rounds, step, 1
            low_x, low_y = np.inf, np.inf
            for i in range(m):
                j = chain[i]
                nx[s, i], ny[s, i] = px[j], py[j]
                who[s, i] = owner[j]
                cont[s, i, 0], cont[s, i, 1] = cw[0, j], cw[1, j]
                low_x, low_y = min(low_x, px[j]), min(low_y, py[j])
            nm[s] = m
            same = m == wm[s]
            apart = 0.0
            if same:
                for i in range(m):
                    apart = max(apart, abs(nx[s, i] - wx[s, i]), abs(ny[s, i] - wy[s, i]))
            if not same or apart > tol:
                apart = distance(wx[s], wy[s], wm[s], nx[s], ny[s], m, tol)
            step = max(step, apart, low_x - u[s, 0], low_y - u[s, 1])
        for s in range(states):
            m = nm[s]
            wm[s] = m
            low_x, low_y = np.inf, np.inf
            for i in range(m):
                wx[s, i], wy[s, i] = nx[s, i], ny[s, i]
                low_x, low_y = min(low_x, nx[s, i]), min(low_y, ny[s, i])
            u[s, 0], u[s, 1] = max(u[s, 0], low_x), max(u[s, 1], low_y)
    return rounds, step, 0
