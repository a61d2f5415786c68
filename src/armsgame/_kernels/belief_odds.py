"""Greatest odds that histories can produce, along edges that each multiply the odds by a constant."""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._typing import FloatArray, IntArray


@njit(cache=True, nogil=True)
def greatest_odds(
    source: IntArray, target: IntArray, ratios: FloatArray, count: int
) -> FloatArray:  # pragma: no cover - compiled
    """Greatest products of ratios along paths from node 0, for every ordered pair of types.

    Parameters
    ----------
    source, target : int array [E], edges
    ratios : array [E, K, K], what an edge multiplies the odds of type k against type m by; 0 where it excludes k
    count : int, number of nodes N

    Returns
    -------
    array [N, K, K]; infinite where a path of more than N edges still raises it, 0 where no path leads.
    """
    kinds = ratios.shape[1]
    best = np.zeros((count, kinds, kinds))
    best[0] = 1.0
    for step in range(2 * count + 2):
        changed = False
        for e in range(len(source)):
            for k in range(kinds):
                for m in range(kinds):
                    ratio, before = ratios[e, k, m], best[source[e], k, m]
                    if ratio == 0.0 or before == 0.0:
                        continue
                    value = before * ratio
                    now = best[target[e], k, m]
                    if step < count:
                        if value > now:
                            best[target[e], k, m] = value
                            changed = True
                    elif value > now * (1 + 1e-9):
                        best[target[e], k, m] = np.inf
                        changed = True
        if not changed:
            break
    return best
