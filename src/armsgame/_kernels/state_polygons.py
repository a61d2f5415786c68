"""Payoff sets of two-player stochastic games: Minkowski sums, clipping, and the operator over states.

Polygons as in `polygon`; coordinates are scaled to the unit square by the caller.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.polygon import distance, hull

# twice the area by which a point counts as strictly inside
_INSIDE = 1e-12


@njit(cache=True)
def lowest(x, y, m):  # type: ignore[no-untyped-def]
    """Vertex with the least y, then the least x: from it, edges stand in order of angle."""
    best = 0
    for k in range(1, m):
        if y[k] < y[best] or (y[k] == y[best] and x[k] < x[best]):
            best = k
    return best


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
def expected(rows, used, wx, wy, wm, spare, ex, ey, em):  # type: ignore[no-untyped-def]
    """Fill in the expected set of every distinct transition row that is used [R], sum over s' of p(s') W(s').

    Its edges are those of the sets in order of angle, each as long as its probability says; the
    order is the same for every row. Of a run of edges of nearly one direction the first and the last
    are made longer until they meet: the set grows by less than `spare`.
    """
    states = len(wm)
    total = wm.sum()
    dx, dy, angle, of = np.empty(total), np.empty(total), np.empty(total), np.empty(total, np.int64)
    low_x, low_y = np.empty(states), np.empty(states)
    count = 0
    for s in range(states):
        m = wm[s]
        k = lowest(wx[s], wy[s], m)
        low_x[s], low_y[s] = wx[s, k], wy[s, k]
        if m == 1:
            continue
        for _ in range(m):
            j = k + 1 if k + 1 < m else 0
            dx[count], dy[count], of[count] = wx[s, j] - wx[s, k], wy[s, j] - wy[s, k], s
            turn = np.arctan2(dy[count], dx[count])
            angle[count] = turn if turn >= 0 else turn + 2 * np.pi
            count += 1
            k = j
    order = np.argsort(angle[:count])
    dx, dy, angle, of = dx[order], dy[order], angle[order], of[order]
    most = np.zeros(states)
    for r in range(rows.shape[0]):
        for s in range(states):
            if used[r]:
                most[s] = max(most[s], rows[r, s])
    # runs of edges: a triangle on their sum is lower than a quarter of its length times what they turn
    ends, runs, begin, length = np.empty(count, np.int64), 0, 0, 0.0
    for k in range(count):
        own = most[of[k]] * np.sqrt(dx[k] * dx[k] + dy[k] * dy[k])
        turn = angle[k] - angle[begin]
        if k > begin and ((length + own) * turn > spare or turn > 0.5):
            ends[runs] = k
            runs, begin, length = runs + 1, k, 0.0
        length += own
    if count:
        ends[runs] = count
        runs += 1
    for r in range(rows.shape[0]):
        if not used[r]:
            continue
        x = y = 0.0
        for s in range(states):
            x += rows[r, s] * low_x[s]
            y += rows[r, s] * low_y[s]
        ex[r, 0], ey[r, 0] = x, y
        m, k = 1, 0
        for run in range(runs):
            from_x, from_y, a, b = x, y, -1, -1
            while k < ends[run]:
                p = rows[r, of[k]]
                if p > 0:
                    x += p * dx[k]
                    y += p * dy[k]
                    b = k
                    if a < 0:
                        a = k
                k += 1
            if a < 0:
                continue
            turn = dx[a] * dy[b] - dy[a] * dx[b]
            if turn > 0:
                t = ((x - from_x) * dy[b] - (y - from_y) * dx[b]) / turn
                if t > 0 and t * dx[a] * dx[a] + t * dy[a] * dy[a] < (x - from_x) * dx[a] + (y - from_y) * dy[a]:
                    ex[r, m], ey[r, m] = from_x + t * dx[a], from_y + t * dy[a]
                    m += 1
            ex[r, m], ey[r, m] = x, y
            m += 1
        # the last edge leads back to the first vertex
        em[r] = max(m - 1, 1)


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
def outward(x, y, m, eps, ox, oy):  # type: ignore[no-untyped-def]
    """Polygon around the given one with fewer edges, nowhere farther than eps; returns its number of vertices.

    An edge goes where its neighbours, made longer, meet within eps of it. Iterates of the operator
    have ever more vertices that lie ever closer together; the limit has few.
    """
    count = 0
    k = 0
    while k < m:
        if m > 3 and k < m - 1:
            a, d = (k - 1 if k > 0 else m - 1), (k + 2 if k + 2 < m else 0)
            ux, uy = x[k] - x[a], y[k] - y[a]
            vx, vy = x[d] - x[k + 1], y[d] - y[k + 1]
            ex, ey = x[k + 1] - x[k], y[k + 1] - y[k]
            turn = ux * vy - uy * vx
            if turn > 0:
                t = (ex * vy - ey * vx) / turn
                length = np.sqrt(ex * ex + ey * ey)
                if t >= 0 and t * (ux * ey - uy * ex) <= eps * length:
                    ox[count], oy[count] = x[k] + t * ux, y[k] + t * uy
                    count += 1
                    k += 2
                    continue
        ox[count], oy[count] = x[k], y[k]
        count += 1
        k += 1
    return count


@njit(cache=True)
def sift(px, py, cw, owner, n):  # type: ignore[no-untyped-def]
    """Drop points strictly inside the octagon of extreme points or triangles on its sides; returns how many are left.

    Those stand in front. The tip of a triangle is the point that lies farthest beyond the side.
    """
    best = np.zeros(8, np.int64)
    top = np.full(8, -np.inf)
    for i in range(n):
        x, y = px[i], py[i]
        for k, v in enumerate((x, x + y, y, y - x, -x, -x - y, -y, x - y)):
            if v > top[k]:
                top[k], best[k] = v, i
    ax, ay, bx, by = np.empty(8), np.empty(8), np.empty(8), np.empty(8)
    sides = 0
    for k in range(8):
        i, j = best[k], best[(k + 1) % 8]
        if px[i] != px[j] or py[i] != py[j]:
            ax[sides], ay[sides] = px[i], py[i]
            bx[sides], by[sides] = px[j] - px[i], py[j] - py[i]
            sides += 1
    if sides < 3:
        return n
    side, over, tip, kept = np.empty(n, np.int64), np.full(8, np.inf), np.zeros(8, np.int64), 0
    for i in range(n):
        for k in range(sides):
            far = bx[k] * (py[i] - ay[k]) - by[k] * (px[i] - ax[k])
            if far <= _INSIDE:
                if far < over[k]:
                    over[k], tip[k] = far, kept
                px[kept], py[kept], owner[kept], side[kept] = px[i], py[i], owner[i], k
                cw[0, kept], cw[1, kept] = cw[0, i], cw[1, i]
                kept += 1
                break
    cx, cy = np.empty(8), np.empty(8)
    for k in range(sides):
        cx[k], cy[k] = px[tip[k]], py[tip[k]]
    n, kept = kept, 0
    for i in range(n):
        k = side[i]
        ux, uy, vx, vy = cx[k] - ax[k], cy[k] - ay[k], ax[k] + bx[k] - cx[k], ay[k] + by[k] - cy[k]
        if (
            ux * (py[i] - ay[k]) - uy * (px[i] - ax[k]) <= _INSIDE
            or vx * (py[i] - cy[k]) - vy * (px[i] - cx[k]) <= _INSIDE
        ):
            px[kept], py[kept], owner[kept] = px[i], py[i], owner[i]
            cw[0, kept], cw[1, kept] = cw[0, i], cw[1, i]
            kept += 1
    return kept


@njit(cache=True)
def payoff_sets(g, rows, row_of, first, size, own, delta, eps, merge, tol, max_iter, cap):  # type: ignore[no-untyped-def]
    """Iterate the operator of Abreu, Pearce and Stacchetti on all states, from the unit square.

    Returns (found [N, 2], who [N], cont [N, 2], start [S + 1], rounds, last step, 1 if a polygon
    outgrew `cap` vertices): extreme points state by state with their profiles and continuations;
    no rows where some state has no pure equilibrium.
    """
    states, n = len(first), g.shape[1]
    room = cap * states
    total = 4 * room
    alive = np.ones(n, np.bool_)
    c, u = np.empty((2, n)), np.zeros((states, 2))
    ex, ey = np.empty((rows.shape[0], room + 1)), np.empty((rows.shape[0], room + 1))
    em, used = np.zeros(rows.shape[0], np.int64), np.empty(rows.shape[0], np.bool_)
    box = np.empty((rows.shape[0], 4))
    tx, ty, ox, oy = np.empty(room), np.empty(room), np.empty(room), np.empty(room)
    px, py, cw, owner = np.empty(total), np.empty(total), np.empty((2, total)), np.empty(total, np.int64)
    chain, index = np.empty(2 * total, np.int64), np.empty(total, np.int64)
    wx, wy, wm = np.zeros((states, cap)), np.zeros((states, cap)), np.full(states, 4)
    wx[:, 1:3], wy[:, 2:4] = 1.0, 1.0
    nx, ny, nm = np.empty((states, cap)), np.empty((states, cap)), np.zeros(states, np.int64)
    who, cont = np.zeros((states, cap), np.int64), np.zeros((states, cap, 2))
    start = np.zeros(states + 1, np.int64)
    none = np.empty((0, 2))
    step, last, rounds = np.inf, 0.0, 0
    while rounds < max_iter and step > tol:
        rounds += 1
        used[:] = False
        for k in range(n):
            used[row_of[k]] |= alive[k]
        # what is given away shrinks with the steps, so the limit is the same
        spare = max(eps, 0.2 * (1 - delta) * last)
        expected(rows, used, wx, wy, wm, spare, ex, ey, em)
        for r in range(rows.shape[0]):
            if not used[r]:
                continue
            box[r, 0], box[r, 1] = ex[r, : em[r]].min(), ex[r, : em[r]].max()
            box[r, 2], box[r, 3] = ey[r, : em[r]].min(), ey[r, : em[r]].max()
        demand(g, rows, row_of, first, size, own, delta, u, c)
        step = 0.0
        for s in range(states):
            count = 0
            for k in range(first[s], first[s] + size[s]):
                if not alive[k]:
                    continue
                r = row_of[k]
                if c[0, k] > box[r, 1] + eps or c[1, k] > box[r, 3] + eps:
                    alive[k] = False
                    continue
                ax, ay, m = ex[r], ey[r], em[r]
                if c[0, k] > box[r, 0]:
                    m = clip(ax, ay, m, c[0, k], 0, eps, ox, oy)
                    ax, ay = ox, oy
                if m > 0 and c[1, k] > box[r, 2]:
                    m = clip(ax, ay, m, c[1, k], 1, eps, tx, ty)
                    ax, ay = tx, ty
                if m == 0:
                    alive[k] = False
                    continue
                if count + m > total:
                    # only extreme points of what is there can be extreme in the end
                    count = hull(px, py, sift(px, py, cw, owner, count), eps, index, chain)
                    if count > total - room:
                        return none, who[0], none, start, rounds, step, 1
                    keep = np.sort(chain[:count])
                    for i in range(count):
                        j = keep[i]
                        px[i], py[i], owner[i], cw[0, i], cw[1, i] = px[j], py[j], owner[j], cw[0, j], cw[1, j]
                for i in range(m):
                    px[count] = (1 - delta) * g[0, k] + delta * ax[i]
                    py[count] = (1 - delta) * g[1, k] + delta * ay[i]
                    cw[0, count], cw[1, count] = ax[i], ay[i]
                    owner[count] = k
                    count += 1
            if count == 0:
                # no pure equilibrium from this state on; a game that can reach it has none either
                return none, who[0, :0], none, start, rounds, 0.0, 0
            if count > 24:
                count = sift(px, py, cw, owner, count)
            m = hull(px, py, count, eps, index, chain)
            if m > cap:
                return none, who[0], none, start, rounds, step, 1
            low_x, low_y = np.inf, np.inf
            for i in range(m):
                j = chain[i]
                nx[s, i], ny[s, i] = px[j], py[j]
                who[s, i] = owner[j]
                cont[s, i, 0], cont[s, i, 1] = cw[0, j], cw[1, j]
                low_x, low_y = min(low_x, px[j]), min(low_y, py[j])
            nm[s] = m
            apart = np.inf
            if m == wm[s]:
                apart = 0.0
                for i in range(m):
                    apart = max(apart, abs(nx[s, i] - wx[s, i]), abs(ny[s, i] - wy[s, i]))
            if apart > tol:
                apart = distance(wx[s], wy[s], wm[s], nx[s], ny[s], m, tol)
            step = max(step, apart, low_x - u[s, 0], low_y - u[s, 1])
        for s in range(states):
            u[s, 0], u[s, 1] = max(u[s, 0], nx[s, : nm[s]].min()), max(u[s, 1], ny[s, : nm[s]].min())
            m = outward(nx[s], ny[s], nm[s], spare, wx[s], wy[s])
            for _ in range(3):
                # in place: of two edges that meet only one goes in a pass
                m = outward(wx[s], wy[s], m, spare, wx[s], wy[s])
            wm[s] = m
        last = step
    # vertices that only the unfinished steps keep apart are one
    for s in range(states):
        m = hull(nx[s], ny[s], nm[s], merge, index, chain)
        start[s + 1] = start[s] + m
        for i in range(m):
            owner[start[s] + i] = who[s, chain[i]]
            px[start[s] + i], py[start[s] + i] = nx[s, chain[i]], ny[s, chain[i]]
            cw[0, start[s] + i], cw[1, start[s] + i] = cont[s, chain[i], 0], cont[s, chain[i], 1]
    m = start[states]
    found, ahead = np.empty((m, 2)), np.empty((m, 2))
    for k in range(m):
        found[k, 0], found[k, 1], ahead[k, 0], ahead[k, 1] = px[k], py[k], cw[0, k], cw[1, k]
    return found, owner[:m].copy(), ahead, start, rounds, step, 0
