"""Linear programs over products of polytopes given by half-spaces: dual simplex, warm-started."""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.tiers import tiered

OPTIMAL, INFEASIBLE, STUCK = 0, 1, 2
# half-spaces that are compared with a point at once; slope below which an edge runs along a half-space
_WIDE, _FLAT = 32, 1e-9


@njit(cache=True, nogil=True)
def _column(j, h, group, coef, owner, blocks, dim, out):  # type: ignore[no-untyped-def]
    """Gradient of constraint j: half-space l of block y where j = l * blocks + y, shared row -1 - j below zero."""
    out[:] = 0.0
    if j >= 0:
        y, k = j % blocks, j // blocks
        for i in range(dim):
            out[y * dim + i] = h[group[y], k, i]
    else:
        r = -1 - j
        for y in range(blocks):
            out[y * dim + owner[r]] = coef[r, y]


@njit(cache=True, nogil=True)
def _invert(basis, h, group, coef, owner, blocks, dim, work, inverse, column):  # type: ignore[no-untyped-def]
    """Gauss-Jordan with partial pivoting; false where the basis is singular."""
    m = blocks * dim
    for k in range(m):
        _column(basis[k], h, group, coef, owner, blocks, dim, column)
        for i in range(m):
            work[i, k] = column[i]
            inverse[i, k] = 1.0 if i == k else 0.0
    for k in range(m):
        p = k
        for i in range(k + 1, m):
            if abs(work[i, k]) > abs(work[p, k]):
                p = i
        if abs(work[p, k]) < 1e-12:
            return False
        # columns before k are done: row k has zeros there
        if p != k:
            for i in range(k, m):
                work[k, i], work[p, i] = work[p, i], work[k, i]
            for i in range(m):
                inverse[k, i], inverse[p, i] = inverse[p, i], inverse[k, i]
        f = 1.0 / work[k, k]
        for i in range(k, m):
            work[k, i] *= f
        for i in range(m):
            inverse[k, i] *= f
        for r in range(m):
            g = work[r, k]
            if r != k and g != 0.0:
                for i in range(k, m):
                    work[r, i] -= g * work[k, i]
                for i in range(m):
                    inverse[r, i] -= g * inverse[k, i]
    return True


@njit(cache=True, nogil=True)
def _start(right, basis, blocks, dim):  # type: ignore[no-untyped-def]
    # half-spaces 2 i and 2 i + 1 are +e_i and -e_i: one of them has a multiplier of the right sign
    for y in range(blocks):
        for i in range(dim):
            k = 2 * i if right[y * dim + i] >= 0.0 else 2 * i + 1
            basis[y * dim + i] = k * blocks + y


@njit(cache=True, nogil=True)
def pivoted(inverse, alpha, leave, m):  # type: ignore[no-untyped-def]
    """Bring a column, whose entries in the basis are `alpha`, into the inverse of the basis at row `leave`."""
    f = 1.0 / alpha[leave]
    for i in range(m):
        inverse[leave, i] *= f
    for k in range(m):
        f = alpha[k]
        if k != leave and f != 0.0:
            for i in range(m):
                inverse[k, i] -= f * inverse[leave, i]


@njit(cache=True, nogil=True)
def _packed(h, level):  # type: ignore[no-untyped-def]
    """Half-spaces of up to three dimensions in bundles [G, ., 4, _WIDE]: coordinates and levels."""
    groups, count, dim = h.shape
    found = np.zeros((groups, (count + _WIDE - 1) // _WIDE if dim <= 3 else 0, 4, _WIDE))
    found[:, :, 3] = np.inf
    for g in range(groups):
        for k in range(count if dim <= 3 else 0):
            found[g, k // _WIDE, 3, k % _WIDE] = level[g, k]
            for i in range(dim):
                found[g, k // _WIDE, i, k % _WIDE] = h[g, k, i]
    return found


@njit(cache=True, nogil=True)
def _farthest(packed, g, u, v, w, worst, place):  # type: ignore[no-untyped-def]
    """Return how far (more than `worst`) a point lies beyond a half-space at most, and which; else `worst`, `place`."""
    for f in range(packed.shape[1]):
        # a count has no branches and no order, so that several are compared at once; mostly it is zero
        hits = np.int64(0)
        for k in range(_WIDE):
            s = packed[g, f, 0, k] * u - packed[g, f, 3, k] + packed[g, f, 1, k] * v + packed[g, f, 2, k] * w
            hits += np.int64(s > worst)
        for k in range(_WIDE if hits else 0):
            s = packed[g, f, 0, k] * u - packed[g, f, 3, k] + packed[g, f, 1, k] * v + packed[g, f, 2, k] * w
            if s > worst:
                worst, place = s, f * _WIDE + k
    return worst, place


@njit(cache=True, nogil=True)
def _first_met(packed, g, u, v, w, x, y, z, step, place):  # type: ignore[no-untyped-def]
    """Return after which step (< `step`) along (x, y, z) a half-space is met, and which; else `step`, `place`."""
    for f in range(packed.shape[1]):
        hits = np.int64(0)
        for k in range(_WIDE):
            a, b, c, d = packed[g, f, 0, k], packed[g, f, 1, k], packed[g, f, 2, k], packed[g, f, 3, k]
            slope = a * x + b * y + c * z
            hits += np.int64(slope > _FLAT) * np.int64(d - a * u - b * v - c * w < step * slope)
        for k in range(_WIDE if hits else 0):
            a, b, c, d = packed[g, f, 0, k], packed[g, f, 1, k], packed[g, f, 2, k], packed[g, f, 3, k]
            slope = a * x + b * y + c * z
            left = max(d - a * u - b * v - c * w, 0.0)
            if slope > _FLAT and left < step * slope:
                step, place = left / slope, f * _WIDE + k
    return step, place


@njit(cache=True, nogil=True)
def _vertex(basis, inverse, level, group, bound, blocks, m, point):  # type: ignore[no-untyped-def]
    """Write the point in which the constraints of a basis meet."""
    for i in range(m):
        point[i] = 0.0
    for k in range(m):
        j = basis[k]
        s = level[group[j % blocks], j // blocks] if j >= 0 else bound[-1 - j]
        for i in range(m):
            point[i] += s * inverse[k, i]


@njit(cache=True, nogil=True)
def _climb(  # type: ignore[no-untyped-def]
    h, level, group, right, coef, owner, bound, basis, inverse,
    work, column, point, alpha, packed, blocks, dim, limit,
):  # fmt: skip
    """From a basis whose point is feasible to one whose multipliers are >= 0 as well; whether it came there."""
    m = blocks * dim
    rows, age = coef.shape[0], 0
    for _ in range(limit):
        leave, most, long = 0 * m - 1, 0.0, 1.0
        for k in range(m):
            s, d = 0.0, 0.0
            for i in range(m):
                s += inverse[k, i] * right[i]
                d += inverse[k, i] * inverse[k, i]
            # by what is gained along a step of length 1
            if s < -1e-11 and s < most * np.sqrt(d):
                leave, most, long = k, s / np.sqrt(d), np.sqrt(d)
        if leave < 0:
            return True
        for i in range(m):
            column[i] = -inverse[leave, i] / long
        _vertex(basis, inverse, level, group, bound, blocks, m, point)
        step, enter = np.inf, 0 * m
        for y in range(blocks):
            u, x, a = point[dim * y], column[dim * y], dim * y + 1
            v, r = (point[a], column[a]) if dim > 1 else (0.0, 0.0)
            w, z = (point[a + 1], column[a + 1]) if dim > 2 else (0.0, 0.0)
            before = step
            step, place = _first_met(packed, group[y], u, v, w, x, r, z, step, 0 * m)
            if step < before:
                enter = place * blocks + y
        for r in range(rows):
            slope, left = 0.0, bound[r]
            for y in range(blocks):
                slope += coef[r, y] * column[y * dim + owner[r]]
                left -= coef[r, y] * point[y * dim + owner[r]]
            if slope > _FLAT and left < step * slope:
                step, enter = max(left, 0.0) / slope, -1 - r
        if step == np.inf:
            return False
        _column(enter, h, group, coef, owner, blocks, dim, column)
        for k in range(m):
            s = 0.0
            for i in range(m):
                s += inverse[k, i] * column[i]
            alpha[k] = s
        basis[leave] = enter
        age += 1
        if age == 40 or abs(alpha[leave]) < 1e-9:
            age = 0
            if not _invert(basis, h, group, coef, owner, blocks, dim, work, inverse, column):
                return False
            continue
        pivoted(inverse, alpha, leave, m)
    return False


@njit(cache=True, nogil=True)
def _pivots(  # type: ignore[no-untyped-def]
    h, level, group, right, coef, owner, bound, norm, basis, inverse,
    work, column, mult, point, alpha, packed, blocks, dim, tolerance, limit,
):  # fmt: skip
    """From a basis with multipliers >= 0 to an optimal one, or to a constraint that no point can meet with it."""
    m = blocks * dim
    # pivots since the basis was inverted
    count, rows, age = h.shape[1], coef.shape[0], 0
    for _ in range(limit):
        for k in range(m):
            s = 0.0
            for i in range(m):
                s += inverse[k, i] * right[i]
            mult[k] = s if s > 0.0 else 0.0
        _vertex(basis, inverse, level, group, bound, blocks, m, point)
        # numbers whose type is that of every later one, so that what they are handed to compiles once
        worst, enter, found = tolerance, 0 * m, False
        for y in range(blocks):
            g, a = group[y], dim * y + 1
            if dim <= 3:
                v, w = point[a] if dim > 1 else 0.0, point[a + 1] if dim > 2 else 0.0
                before = worst
                worst, place = _farthest(packed, g, point[dim * y], v, w, worst, 0 * m)
                if worst > before:
                    enter, found = place * blocks + y, True
                continue
            for k in range(count):
                s = -level[g, k]
                for i in range(dim):
                    s += h[g, k, i] * point[y * dim + i]
                if s > worst:
                    worst, enter, found = s, k * blocks + y, True
        for r in range(rows):
            s = -bound[r]
            for y in range(blocks):
                s += coef[r, y] * point[y * dim + owner[r]]
            s /= norm[r]
            if s > worst:
                worst, enter, found = s, -1 - r, True
        if not found:
            return OPTIMAL, 0
        _column(enter, h, group, coef, owner, blocks, dim, column)
        first = enter % blocks * dim if enter >= 0 else 0
        after = first + dim if enter >= 0 else m
        leave = 0 * m - 1
        for k in range(m):
            s = 0.0
            for i in range(first, after):
                s += inverse[k, i] * column[i]
            alpha[k] = s
            if s > 1e-10:
                if leave < 0:
                    leave = k
                    continue
                a, b = mult[k] / s, mult[leave] / alpha[leave]
                if a < b - 1e-14:
                    leave = k
                elif a <= b + 1e-14:
                    # ties by the lexicographic order of the rows of the inverse, against cycling
                    for i in range(m):
                        x, z = inverse[k, i] / s, inverse[leave, i] / alpha[leave]
                        if x < z - 1e-13:
                            leave = k
                            break
                        if x > z + 1e-13:
                            break
        if leave < 0 and age == 0:
            return INFEASIBLE, enter
        if leave >= 0:
            basis[leave] = enter
        age += 1
        # what pivots left of the inverse may show no point where there is one
        if leave < 0 or age == 40:
            age = 0
            if not _invert(basis, h, group, coef, owner, blocks, dim, work, inverse, column):
                return STUCK, 0
            continue
        pivoted(inverse, alpha, leave, m)
    return STUCK, 0


@tiered(400)
@njit(cache=True, nogil=True)
def maximise(ask, h, level, group, weight, coef, owner, bound, bases, tolerance, points, duals, status, place, ray):  # type: ignore[no-untyped-def]
    """For every direction d of ask [J, N]: max sum_y weight[y] d . w_y over w_y in {w: h[g] w <= level[g]}.

    g = group[y] is the polytope of block y, and sum_y coef[r, y] w_y[owner[r]] <= bound[r]. Each h[g]
    [K, N] begins with e_0, -e_0, e_1, -e_1, ..; rows of zeros with level 1 fill a shorter list up.
    bases [J, Y N] (first entry `-2**40`: none yet) are read and written; points [J, Y, N] are the primal,
    duals [J, Y N] the multipliers of the constraints in the basis. All of it is a proposal, subject to
    rounding: `repair` makes a bound of the multipliers. Where no point is feasible, ray [Y N + 1] holds
    multipliers of the constraints in place [Y N + 1] whose sum should show that.
    """
    blocks, dim = weight.shape[0], h.shape[2]
    m = blocks * dim
    work, inverse = np.empty((m, m)), np.empty((m, m))
    column, mult, point = np.empty(m), np.empty(m), np.empty(m)
    alpha, right, other = np.empty(m), np.empty(m), np.empty(m)
    norm = np.empty(coef.shape[0])
    for r in range(coef.shape[0]):
        s = 0.0
        for y in range(blocks):
            s += coef[r, y] * coef[r, y]
        norm[r] = max(np.sqrt(s), 1e-300)
    packed = _packed(h, level)
    solved = False
    for d in range(ask.shape[0]):
        for y in range(blocks):
            for i in range(dim):
                right[y * dim + i] = weight[y] * ask[d, i]
        basis = bases[d]
        result, enter, off = STUCK, 0, 0.0
        for attempt in range(3):
            # the last basis, a fresh start where that is of no use, the inverse again where it has lost precision
            warm = attempt == 0 and basis[0] > -(2**40)
            if not warm and result == STUCK:
                _start(right, basis, blocks, dim)
            if not _invert(basis, h, group, coef, owner, blocks, dim, work, inverse, column):
                result = STUCK
                continue
            good = True
            for k in range(m if warm else 0):
                mult[k] = 0.0
                for i in range(m):
                    mult[k] += inverse[k, i] * right[i]
                good = good and mult[k] >= -1e-11
            if not good and dim > 3:
                continue
            if not good:
                # a direction for which the basis is as good; from its point an edge leads on to that asked for
                other[:] = 0.0
                for k in range(m):
                    if mult[k] > 0.0:
                        _column(basis[k], h, group, coef, owner, blocks, dim, column)
                        for i in range(m):
                            other[i] += mult[k] * column[i]
                result, enter = _pivots(h, level, group, other, coef, owner, bound, norm, basis, inverse, work, column,
                                        mult, point, alpha, packed, blocks, dim, tolerance, 60 + 40 * m)  # fmt: skip
                good = result == OPTIMAL and _climb(
                    h, level, group, right, coef, owner, bound, basis, inverse, work, column, point, alpha, packed,
                    blocks, dim, 60 + 4 * m)  # fmt: skip
                result = result if result == INFEASIBLE else STUCK
            if good:
                result, enter = _pivots(h, level, group, right, coef, owner, bound, norm, basis, inverse, work, column,
                                        mult, point, alpha, packed, blocks, dim, tolerance, 60 + 40 * m)  # fmt: skip
            if result == INFEASIBLE:
                if not warm and not solved:
                    break
                # precision lost on the way, where a fresh start or another direction may show a point
                result = STUCK
            if result == OPTIMAL:
                for i in range(m):
                    work[0, i] = right[i]
                for k in range(m):
                    if mult[k] > 0.0:
                        _column(basis[k], h, group, coef, owner, blocks, dim, column)
                        for i in range(m):
                            work[0, i] -= mult[k] * column[i]
                off = 0.0
                for i in range(m):
                    off = max(off, abs(work[0, i])) if work[0, i] == work[0, i] else np.inf
                if off <= 1e-13:
                    break
        if result == OPTIMAL and off > 1e-9:
            result = STUCK
        status[d] = result
        if result == INFEASIBLE:
            for k in range(m):
                place[k], ray[k] = basis[k], max(-alpha[k], 0.0)
            place[m], ray[m] = enter, 1.0
            basis[0] = -(2**40)
            # feasibility does not depend on the direction
            for e in range(d, ask.shape[0]):
                status[e] = INFEASIBLE
            return
        if result == STUCK:
            basis[0] = -(2**40)
            continue
        solved = True
        for k in range(m):
            duals[d, k] = mult[k]
        for y in range(blocks):
            for i in range(dim):
                points[d, y, i] = point[y * dim + i]


@tiered(4000)
@njit(cache=True, nogil=True)
def repair(ask, h, group, weight, coef, owner, base, threat, fine, at, duals, place, line, const):  # type: ignore[no-untyped-def]
    """Bounds that hold whatever the multipliers: what they leave over goes to the axis directions.

    For every direction of ask [J, N] multipliers duals [J, M] >= 0 of the constraints at [J, M] (as in
    `maximise`) should add up to weight x direction on every block. What is left is added on +e_i or
    -e_i, and what rounding may hide of it on the constant, for all continuations in [0, 1]. `fine` is the
    error of an entry of base. The largest value of the program is then at most
    const[j] + sum_n line[j, n] level[place[j, n]] for all levels of the half-spaces [G K], where
    base + threat . (-least payoff) is the right-hand side of the shared rows; line [J, M + 2 N G].
    """
    blocks, dim, count = weight.shape[0], h.shape[2], h.shape[1]
    wide, groups = at.shape[1], h.shape[0]
    eps = 2.3e-16 * (wide + 8)
    left, size = np.empty((blocks, dim)), np.empty((blocks, dim))
    for j in range(ask.shape[0]):
        for y in range(blocks):
            for i in range(dim):
                left[y, i] = weight[y] * ask[j, i]
                size[y, i] = abs(left[y, i])
        for g in range(groups):
            for a in range(2 * dim):
                place[j, wide + 2 * dim * g + a] = g * count + a
                line[j, wide + 2 * dim * g + a] = 0.0
        total, error = 0.0, 0.0
        for k in range(wide):
            f, c = duals[j, k], at[j, k]
            place[j, k], line[j, k] = 0, 0.0
            if not 0.0 < f < 1e100:
                continue
            if c >= 0:
                y, wall = c % blocks, c // blocks
                place[j, k], line[j, k] = group[y] * count + wall, f
                for i in range(dim):
                    left[y, i] -= f * h[group[y], wall, i]
                    size[y, i] += abs(f * h[group[y], wall, i])
            else:
                r = -1 - c
                i = owner[r]
                total += f * base[r]
                error += f * (eps * abs(base[r]) + fine)
                for y in range(blocks):
                    left[y, i] -= f * coef[r, y]
                    size[y, i] += abs(f * coef[r, y])
                for g in range(groups):
                    line[j, wide + 2 * dim * g + 2 * i + 1] += f * threat[r, g] * (1 + eps)
        for y in range(blocks):
            for i in range(dim):
                error += eps * size[y, i]
                a = wide + 2 * dim * group[y] + 2 * i
                if left[y, i] > 0.0:
                    line[j, a] += left[y, i]
                else:
                    line[j, a + 1] -= left[y, i]
        const[j] = total + error


@tiered(4000)
@njit(cache=True, nogil=True)
def upper(place, line, const, level, lost, value):  # type: ignore[no-untyped-def]
    """Write const[j] + sum_n line[j, n] level[place[j, n]] to value [J], rounded up by `lost` times what is added."""
    for j in range(len(const)):
        s, size = 0.0, abs(const[j])
        for n in range(line.shape[1]):
            if line[j, n] != 0.0:
                term = line[j, n] * level[place[j, n]]
                s += term
                size += abs(term)
        value[j] = const[j] + s + lost * size
