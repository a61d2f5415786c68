"""How far payoffs on rays are generated on a polytope that they span: one small linear program per ray and profile."""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.copies import put
from armsgame._kernels.simplex_method import pivoted

OPTIMAL, INFEASIBLE, STUCK, CUT = 0, 1, 2, 3
_FEASIBLE = 1e-9


@njit(cache=True, nogil=True)
def _most(first, right, h, level, count, shared, bound, cut, basis, inverse, mult, point, alpha, column, blocks, dim):  # type: ignore[no-untyped-def]
    """Dual simplex from the corner of a box: the first 2 dim half-spaces, +e_0, -e_0, ..; value and status.

    It ends where the value, which falls, comes to `cut`.
    """
    m = blocks * dim
    for a in range(m):
        k = 2 * (a % dim) + (0 if right[a] >= 0.0 else 1)
        basis[a] = k * blocks + a // dim
        for b in range(m):
            inverse[a, b] = 0.0
        inverse[a, a] = 1.0 if right[a] >= 0.0 else -1.0
    value = 0.0
    for _ in range(60 * m):
        for k in range(m):
            s = 0.0
            for i in range(m):
                s += inverse[k, i] * right[i]
            mult[k] = s if s > 0.0 else 0.0
        value = first
        for i in range(m):
            point[i] = 0.0
        for k in range(m):
            j = basis[k]
            b = level[j // blocks, j % blocks] if j >= 0 else bound[-1 - j]
            value += mult[k] * b
            for i in range(m):
                point[i] += b * inverse[k, i]
        if value <= cut:
            return CUT, value
        worst, enter, found = _FEASIBLE, 0, False
        for y in range(blocks):
            for k in range(count):
                s = -level[k, y]
                for i in range(dim):
                    s += h[k, i] * point[y * dim + i]
                if s > worst:
                    worst, enter, found = s, k * blocks + y, True
        for r in range(len(bound)):
            s = -bound[r]
            for i in range(m):
                s += shared[r, i] * point[i]
            if s > worst:
                worst, enter, found = s, -1 - r, True
        if not found:
            return OPTIMAL, value
        if enter >= 0:
            column[:m] = 0.0
            for i in range(dim):
                column[(enter % blocks) * dim + i] = h[enter // blocks, i]
        else:
            put(column, shared[-1 - enter, :m])
        leave, least = -1, 0.0
        for k in range(m):
            s = 0.0
            for i in range(m):
                s += inverse[k, i] * column[i]
            alpha[k] = s
            if s > _FEASIBLE:
                ratio = mult[k] / s
                if leave < 0 or ratio < least - 1e-13 or (ratio < least + 1e-13 and s > alpha[leave]):
                    leave, least = k, ratio
        if leave < 0:
            return INFEASIBLE, value
        basis[leave] = enter
        pivoted(inverse, alpha, leave, m)
    return STUCK, value


@njit(cache=True, nogil=True)
def reaches(  # type: ignore[no-untyped-def]
    points, ways, across, faces, levels, patience, pay, weight, blocks, coef, rows, owner, bound, order, room,
    most, which, ahead, place, duals,
):  # fmt: skip
    """For every ray j: the largest s such that points[j] + patience s ways[j] is generated on a polytope, per period.

    Promises are searched for near the point, in a box that grows where it binds; what is far away cannot bind in it.
    `room`: by how much (per period, at most) promises stay within faces and incentives are strict, so that
    ties are broken and rounding costs nothing.

    points, ways [N, P], across [N, P - 1, P] (what is orthogonal to a way), faces [F, P], levels [F], pay [K, P],
    weight [K, Y], blocks [K], coef [K, R, Y], rows [K], owner [K, R], bound [K, R]; order [N, L]: the profiles to
    try, best first. Written: most [N], which [N] (-1: none), ahead [N, Y, P] promises, place and duals [N, Y P]:
    face * Y + signal or -2 - row, -1 for none.
    """
    dim, wide = points.shape[1], weight.shape[1]
    size, shelf = wide * dim, len(faces) + 2 * dim
    basis, inverse = np.empty(size, np.int64), np.empty((size, size))
    mult, point, alpha = np.empty(size), np.empty(size), np.empty(size)
    column, right = np.empty(size), np.empty(size)
    h, level, name = np.zeros((shelf, dim)), np.empty((shelf, wide)), np.empty(shelf, np.int64)
    for i in range(dim):
        h[2 * i, i], h[2 * i + 1, i] = 1.0, -1.0
    total = coef.shape[1] + 2 * (dim - 1)
    shared, limit, lack = np.empty((total, size)), np.empty(total), np.empty(len(faces))
    for j in range(len(points)):
        most[j], which[j] = -np.inf, -1
        place[j], duals[j] = -1, 0.0
        for f in range(len(faces)):
            s = levels[f]
            for i in range(dim):
                s -= faces[f, i] * points[j, i]
            lack[f] = max(s, 0.0) / patience
        for o in range(order.shape[1]):
            k = order[j, o]
            if k < 0:
                continue
            n, m, own = blocks[k], blocks[k] * dim, rows[k]
            first = 0.0
            for i in range(dim):
                first += ways[j, i] * (pay[k, i] - points[j, i])
                for y in range(n):
                    right[y * dim + i] = weight[k, y] * ways[j, i]
            for r in range(own):
                shared[r, :m] = 0.0
                s = 0.0
                for y in range(n):
                    shared[r, y * dim + owner[k, r]] = coef[k, r, y]
                    s += coef[k, r, y]
                limit[r] = (bound[k, r] - s * points[j, owner[k, r]]) / patience - 0.1 * room
            for e in range(dim - 1):
                s = 0.0
                for i in range(dim):
                    s -= across[j, e, i] * (pay[k, i] - points[j, i])
                    for y in range(n):
                        shared[own + 2 * e, y * dim + i] = weight[k, y] * across[j, e, i]
                        shared[own + 2 * e + 1, y * dim + i] = -weight[k, y] * across[j, e, i]
                limit[own + 2 * e], limit[own + 2 * e + 1] = s, -s
            near = 4.0
            while True:
                level[: 2 * dim] = near
                count = 2 * dim
                for f in range(len(faces)):
                    s = 0.0
                    for i in range(dim):
                        s += abs(faces[f, i])
                    if lack[f] < near * s:
                        name[count] = f
                        for i in range(dim):
                            h[count, i] = faces[f, i]
                        for y in range(n):
                            # a fraction that differs from one constraint to the next breaks ties
                            level[count, y] = lack[f] - room * (0.1 + 0.9 * ((0.6180339887 * (f * n + y + 1)) % 1.0))
                        count += 1
                total = own + 2 * (dim - 1)
                status, value = _most(
                    first, right, h, level, count, shared[:total], limit[:total], most[j], basis, inverse, mult, point,
                    alpha, column, n, dim,
                )  # fmt: skip
                boxed = status == INFEASIBLE
                if status == OPTIMAL:
                    for a in range(m):
                        boxed |= 0 <= basis[a] < 2 * dim * n and mult[a] > _FEASIBLE
                if not boxed or near * patience > 2.0:
                    break
                near *= 4.0
            if status != OPTIMAL or not value > most[j]:
                continue
            most[j], which[j] = value, k
            place[j], duals[j] = -1, 0.0
            for a in range(m):
                ahead[j, a // dim, a % dim] = points[j, a % dim] + patience * point[a]
                at = basis[a]
                if at >= 2 * dim * n:
                    place[j, a], duals[j, a] = name[at // n] * wide + at % n, mult[a]
                elif at < 0 and -1 - at < own:
                    place[j, a], duals[j, a] = -1 + at, mult[a]
