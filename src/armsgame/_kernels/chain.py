"""Compiled product-chain kernel: one table look-up per period, several paths abreast.

Inversion through a guide table (Chen and Asau 1974; Devroye 1986, ch. III.2.4) rather than an
alias table: one uniform then moves monotonically through the outcomes, so that two scenarios
with one seed stay coupled, and with certain actions the draws are those of the general kernel.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange

from armsgame._kernels.paths import philox

_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_LANES = 32


@njit(cache=True, parallel=True, nogil=True)
def run(  # type: ignore[no-untyped-def]
    guide, depth, top, ahead, payoffs, bits, discount, periods, offset, total, events, key, pay, when, last,
    pair_state, row, states, rows,
):  # fmt: skip
    """Run every path through the product chain, starting in pair 0.

    guide [X << depth] first outcome whose bound may exceed a draw with these leading bits;
    top [K] integer upper bounds of the outcomes (the last of a pair is 2**32); ahead [K] next pair;
    payoffs [K, P]; bits [K] events as a bit mask; pair_state [X], row [K] for the kept paths.
    Outputs as in `_kernels.paths.walk`.
    """
    players = payoffs.shape[1]
    keep = states.shape[1] > 0
    down = np.uint64(32 - depth)
    k0, k1 = key & _LOW, key >> _SHIFT
    groups = (total + _LANES - 1) // _LANES
    # a loop over blocks of groups: scratch arrays are made once per block
    span = 32
    for block in prange((groups + span - 1) // span):
        words = np.empty((4, _LANES), np.uint64)
        at = np.empty(_LANES, np.int64)
        seen = np.empty(_LANES, np.int64)
        mask = np.empty(_LANES, np.int64)
        gains = np.empty((players, _LANES))
        for g in range(block * span, min(groups, (block + 1) * span)):
            base = g * _LANES
            live = min(_LANES, total - base)
            for lane in range(_LANES):
                at[lane] = 0
                seen[lane] = 0
                mask[lane] = 0
                for i in range(players):
                    gains[i, lane] = 0.0
            for lane in range(live):
                for e in range(events):
                    when[base + lane, e] = periods
            weight = 1.0
            for tick in range((periods + 3) // 4):
                for lane in range(_LANES):
                    path = np.uint64(offset + base + lane)
                    a, b, c, d = philox(np.uint64(tick), np.uint64(0), path & _LOW, path >> _SHIFT, k0, k1)
                    words[0, lane] = a
                    words[1, lane] = b
                    words[2, lane] = c
                    words[3, lane] = d
                for word in range(min(4, periods - 4 * tick)):
                    t = 4 * tick + word
                    for lane in range(live):
                        w = words[word, lane]
                        x = at[lane]
                        k = guide[(x << depth) + np.int64(w >> down)]
                        while w >= top[k]:
                            k += 1
                        for i in range(players):
                            gains[i, lane] += weight * payoffs[k, i]
                        now = bits[k]
                        mask[lane] = now
                        if now & ~seen[lane]:
                            fresh = now & ~seen[lane]
                            seen[lane] |= now
                            for e in range(events):
                                if (fresh >> e) & 1:
                                    when[base + lane, e] = t
                        if keep:
                            states[base + lane, t] = pair_state[x]
                            rows[base + lane, t] = row[k]
                        at[lane] = ahead[k]
                    weight *= discount
            for lane in range(live):
                for i in range(players):
                    pay[base + lane, i] = gains[i, lane] * (1.0 - discount)
                last[base + lane] = mask[lane]
