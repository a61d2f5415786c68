"""Convex polygons: extreme points, corners that matter, cuts by half-planes; lists of directions."""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.copies import put
from armsgame._kernels.tiers import tiered

_UNIT = 2.0**-53
# as in `armsgame.geometry.predicates`
_ERROR, _SMALL = (3 + 16 * _UNIT) * _UNIT, 1e-280


@tiered(400)
@njit(cache=True, nogil=True)
def clip(corner, directions, levels, slack):  # type: ignore[no-untyped-def]
    """Convex polygon [V, 2] cut by directions v <= levels; what is within `slack` counts as inside."""
    size = corner.shape[0]
    now, after = np.empty((size + directions.shape[0] + 4, 2)), np.empty((size + directions.shape[0] + 4, 2))
    for k in range(size):
        put(now[k], corner[k])
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
                put(after[count], now[k])
                count += 1
        now, after = after, now
        size = count
        if size == 0:
            break
    return now[:size].copy()


@tiered(400)
@njit(cache=True, nogil=True)
def extreme(points, ring):  # type: ignore[no-untyped-def]
    """Write the places of the extreme points of distinct points [N, 2] in lexicographic order to ring [2 N].

    They run counter-clockwise from the first. Returns how many, or -1 where rounding may hide a sign.
    """
    size, last = 0, len(points) - 1
    for way in range(2):
        base = size
        for n in range(last + 1):
            c = n if way == 0 else last - n
            while size - base > 1:
                a, b = ring[size - 2], ring[size - 1]
                p, q = points[a, 0] - points[c, 0], points[b, 1] - points[c, 1]
                r, s = points[a, 1] - points[c, 1], points[b, 0] - points[c, 0]
                if not ((p == 0.0 or q == 0.0) and (r == 0.0 or s == 0.0)):
                    left, right = p * q, r * s
                    value, total = left - right, abs(left) + abs(right)
                    if not (abs(value) > _ERROR * total and total > _SMALL):
                        return -1
                    if value > 0.0:
                        break
                size -= 1
            ring[size] = c
            size += 1
        # the last point of each half is the first of the other
        size -= 1
    return size


@tiered(400)
@njit(cache=True, nogil=True)
def simplified(ring, tolerance, kept):  # type: ignore[no-untyped-def]
    """Mark in kept [V] the corners that are not within `tolerance` of the chord that replaces them."""
    size = len(ring)
    kept[:] = False
    kept[0] = True
    start = 0
    for k in range(1, size):
        end = (k + 1) % size
        x, y = ring[end, 0] - ring[start, 0], ring[end, 1] - ring[start, 1]
        length = np.hypot(x, y)
        for n in range(start + 1, k + 1):
            u, v = ring[n, 0] - ring[start, 0], ring[n, 1] - ring[start, 1]
            if length > 0.0:
                along = min(max((u * x + v * y) / length, 0.0), length)
                u, v = u - along * (x / length), v - along * (y / length)
            if not np.hypot(u, v) <= tolerance:
                kept[k] = True
                start = k
                break


@tiered(400)
@njit(cache=True, nogil=True)
def append(kept, size, more, tolerance):  # type: ignore[no-untyped-def]
    """Append to the first rows of kept those of `more` that differ from all of them in some entry; the new size."""
    for j in range(len(more)):
        fresh = True
        for k in range(size):
            near = True
            for i in range(more.shape[1]):
                if abs(kept[k, i] - more[j, i]) > tolerance:
                    near = False
                    break
            if near:
                fresh = False
                break
        if fresh:
            put(kept[size], more[j])
            size += 1
    return size
