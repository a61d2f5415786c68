"""Compiled tallies of finished paths: counts as integers, sums block by block."""

from __future__ import annotations

import numpy as np
from numba import njit

BLOCK = 4096


@njit(cache=True, nogil=True)
def tally(when, pays, seen, final, total, low, width, first, histogram, patterns, sums):  # type: ignore[no-untyped-def]
    """Add `total` paths to the counts.

    when [N, E]; pays [N, P]; seen [N] event bits and final [N], a bit to be put above them;
    low, width [P] of the payoff bins. Added to: first [E, T + 1], histogram [P, B],
    patterns [2 << E]; written: sums [blocks, 2, P], payoffs and their squares by block.
    """
    events, players, bins = when.shape[1], pays.shape[1], histogram.shape[1]
    for n in range(total):
        for e in range(events):
            first[e, when[n, e]] += 1
        patterns[seen[n] | (final[n] << np.uint64(events))] += 1
        block = n // BLOCK
        for i in range(players):
            value = pays[n, i]
            sums[block, 0, i] += value
            sums[block, 1, i] += value * value
            at = int((value - low[i]) / width[i]) if width[i] > 0 else 0
            histogram[i, min(max(at, 0), bins - 1)] += 1
