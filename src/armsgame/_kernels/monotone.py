"""Fixed points of monotone piecewise linear maps, and convex polygons cut by half-planes."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _eliminate(a, b):  # type: ignore[no-untyped-def]
    """Solve a x = b [n, 2] in place with partial pivoting; false where singular."""
    n = a.shape[0]
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[p, k]):
                p = i
        if abs(a[p, k]) < 1e-13:
            return False
        if p != k:
            for j in range(k, n):
                a[k, j], a[p, j] = a[p, j], a[k, j]
            b[k, 0], b[p, 0] = b[p, 0], b[k, 0]
            b[k, 1], b[p, 1] = b[p, 1], b[k, 1]
        for i in range(k + 1, n):
            f = a[i, k] / a[k, k]
            # most coefficients are zero: a multiplier touches few half-spaces
            if f != 0.0:
                for j in range(k + 1, n):
                    a[i, j] -= f * a[k, j]
                b[i, 0] -= f * b[k, 0]
                b[i, 1] -= f * b[k, 1]
    for k in range(n - 1, -1, -1):
        for c in range(2):
            s = b[k, c]
            for j in range(k + 1, n):
                s -= a[k, j] * b[j, c]
            b[k, c] = s / a[k, k]
    return True


@njit(cache=True, nogil=True)
def fixed_point(const, line, choice, level, weight):  # type: ignore[no-untyped-def]
    """Solve c_k = max_a (const[a, k] + line[a, k] . c), line >= 0, by policy iteration from `choice` [K].

    Writes c to level [K] and the weights x = 1 + L x of the last choice to weight [K]; returns the
    residual, or -1 where a system is singular, a weight is not positive or no policy settles.
    """
    rows, size = const.shape
    a, b = np.empty((size, size)), np.empty((size, 2))
    for _ in range(30):
        for k in range(size):
            for j in range(size):
                a[k, j] = -line[choice[k], k, j]
            a[k, k] += 1.0
            b[k, 0] = const[choice[k], k]
            b[k, 1] = 1.0
        if not _eliminate(a, b):
            return -1.0
        for k in range(size):
            if not b[k, 1] > 0.0:
                return -1.0
            level[k], weight[k] = b[k, 0], b[k, 1]
        off, changed = 0.0, False
        for k in range(size):
            own, best, top = 0.0, choice[k], -np.inf
            for r in range(rows):
                s = const[r, k]
                for j in range(size):
                    s += line[r, k, j] * level[j]
                if r == choice[k]:
                    own = s
                if s > top:
                    best, top = r, s
            if top - own > 1e-13:
                choice[k] = best
                changed = True
            off = max(off, abs(level[k] - top))
        if not changed:
            return off
    return -1.0


@njit(cache=True, nogil=True)
def expanding(line, weight, bad):  # type: ignore[no-untyped-def]
    """Mark in bad [A, K] the rows with line[a, k] . weight >= weight[k]; returns whether there are any."""
    found = False
    for r in range(line.shape[0]):
        for k in range(line.shape[1]):
            s = 0.0
            for j in range(line.shape[2]):
                s += line[r, k, j] * weight[j]
            bad[r, k] = s >= weight[k] * (1 - 1e-9)
            found = found or bad[r, k]
    return found


@njit(cache=True, nogil=True)
def clip(corner, directions, levels, slack):  # type: ignore[no-untyped-def]
    """Convex polygon [V, 2] cut by directions v <= levels; what is within `slack` counts as inside."""
    size = corner.shape[0]
    now, after = np.empty((size + directions.shape[0] + 4, 2)), np.empty((size + directions.shape[0] + 4, 2))
    now[:size] = corner
    for d in range(directions.shape[0]):
        x, y = directions[d, 0], directions[d, 1]
        count = 0
        for k in range(size):
            p = k - 1 if k > 0 else size - 1
            a = now[p, 0] * x + now[p, 1] * y - levels[d]
            b = now[k, 0] * x + now[k, 1] * y - levels[d]
            if size > 1 and ((a > slack and b < -slack) or (a < -slack and b > slack)):
                t = a / (a - b)
                after[count, 0] = now[p, 0] + t * (now[k, 0] - now[p, 0])
                after[count, 1] = now[p, 1] + t * (now[k, 1] - now[p, 1])
                count += 1
            if b <= slack:
                after[count] = now[k]
                count += 1
        now, after = after, now
        size = count
        if size == 0:
            break
    return now[:size].copy()
