"""Convex polygons cut by half-planes."""

from __future__ import annotations

import numpy as np
from numba import njit


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
