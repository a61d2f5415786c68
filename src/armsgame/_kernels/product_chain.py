"""Compiled product-chain kernel: one table look-up per period, several paths abreast.

Inversion through a guide table (Chen and Asau 1974; Devroye 1986, ch. III.2.4) rather than an
alias table: one uniform then moves monotonically through the outcomes, so that two scenarios
with one seed stay coupled, and with certain actions the draws are those of the general kernel.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.streams import LANES, round_keys, words_of

# an entry of the guide: outcome, next pair, events, and the flag "several outcomes are possible"
OUTCOME, PAIR, EVENTS = 18, 12, 32
_OUTCOME = np.uint64((1 << OUTCOME) - 1)
_PAIR = np.uint64((1 << PAIR) - 1)
_TO_PAIR = np.uint64(OUTCOME)
_TO_EVENTS = np.uint64(OUTCOME + PAIR)
_ONE = np.uint64(1)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_SEVERAL = np.uint64(63)
_B1, _B2, _B3 = np.uint64(8), np.uint64(16), np.uint64(24)
# parts of the scratch array
_WORDS, _OWN, _X, _KNOWN, _FRESH, _FOUND = (LANES * k for k in (0, 4, 5, 6, 7, 8))
# what was found stands apart for each of four periods, so that kept words are put together once
_SIZE = 12 * LANES


@njit(cache=True, nogil=True)
def run(tables, weights, begin, end, key, at, out):  # type: ignore[no-untyped-def]
    """Carry paths through one segment of the product chain.

    tables : ChainTables; out : PathOutputs; weights [T] of all periods, of which begin .. end - 1 are
    played. Carried: at [N] pair.
    """
    guide, depth, top, entry, payoffs, pair_state, cells = tables
    ids, total, seen, last, when, gains, occupancy, states, rows, pack = out
    players = payoffs.shape[1]
    two = players == 2
    events = when.shape[1]
    keep = rows.shape[1] > 0
    apart = states.shape[1] > 0
    count = occupancy.shape[1] > 0
    deep = np.uint64(depth)
    down = np.uint64(32 - depth)
    keys = round_keys(key)
    flat = payoffs.reshape(payoffs.size)
    # one scratch array at fixed offsets: the compiler then knows that its parts do not overlap
    m = np.zeros(_SIZE, np.uint64)
    sums = np.empty(LANES * players)
    for base in range(0, len(ids), LANES):
        for lane in range(LANES):
            m[_OWN + lane] = ids[base + lane]
            m[_X + lane] = at[base + lane]
            m[_KNOWN + lane] = seen[base + lane]
            for i in range(players):
                sums[lane * players + i] = gains[base + lane, i]
        for t in range(begin, end):
            word = t & 3
            if word == 0 or t == begin:
                words_of(np.uint64(t >> 2), np.uint64(0), m, keys)
            if count:
                for lane in range(min(LANES, total - base)):
                    occupancy[t, pair_state[m[_X + lane]], lane & 3] += 1
            weight = weights[t]
            at_word = _WORDS + word * LANES
            now = _FOUND + word * LANES
            for lane in range(LANES):
                w = m[at_word + lane]
                found = guide[(m[_X + lane] << deep) + (w >> down)]
                if found >> _SEVERAL:
                    j = found & _OUTCOME
                    while w >= top[j]:
                        j += _ONE
                    found = entry[j]
                m[now + lane] = found
                m[_X + lane] = (found >> _TO_PAIR) & _PAIR
            if two:
                for lane in range(LANES):
                    j = (m[now + lane] & _OUTCOME) << _ONE
                    p = weight * flat[j]
                    q = weight * flat[j + _ONE]
                    p += sums[2 * lane]
                    q += sums[2 * lane + 1]
                    sums[2 * lane] = p
                    sums[2 * lane + 1] = q
            else:
                for lane in range(LANES):
                    for i in range(players):
                        sums[lane * players + i] += weight * payoffs[m[now + lane] & _OUTCOME, i]
            some = np.uint64(0)
            for lane in range(LANES):
                fresh = (m[now + lane] >> _TO_EVENTS) & ~m[_KNOWN + lane]
                m[_FRESH + lane] = fresh
                m[_KNOWN + lane] |= fresh
                some |= fresh
            if some:
                for lane in range(LANES):
                    fresh = m[_FRESH + lane]
                    if fresh:
                        for e in range(events):
                            if (fresh >> np.uint64(e)) & _ONE:
                                when[base + lane, e] = t
            if keep and (word == 3 or t == end - 1):
                if pack == 4 and word == 3 and t - 3 >= begin:
                    for lane in range(LANES):
                        cell = cells[m[_FOUND + lane] & _OUTCOME]
                        cell |= cells[m[_FOUND + LANES + lane] & _OUTCOME] << _B1
                        cell |= cells[m[_FOUND + 2 * LANES + lane] & _OUTCOME] << _B2
                        cell |= cells[m[_FOUND + 3 * LANES + lane] & _OUTCOME] << _B3
                        rows[base + lane, t >> 2] = cell >> _HALF
                        if apart:
                            states[base + lane, t >> 2] = cell & _LOW
                else:
                    for k in range(max(t - word, begin), t + 1):
                        place = k // pack
                        shift = np.uint64((k % pack) * (32 // pack))
                        for lane in range(LANES):
                            # what stands there is kept where another period wrote it
                            old = np.uint64(rows[base + lane, place]) << _HALF
                            if apart:
                                old |= np.uint64(states[base + lane, place])
                            if shift == 0:
                                old = np.uint64(0)
                            cell = old | (cells[m[_FOUND + (k & 3) * LANES + lane] & _OUTCOME] << shift)
                            rows[base + lane, place] = cell >> _HALF
                            if apart:
                                states[base + lane, place] = cell & _LOW
        for lane in range(LANES):
            at[base + lane] = m[_X + lane]
            seen[base + lane] = m[_KNOWN + lane]
            last[base + lane] = m[now + lane] >> _TO_EVENTS
            for i in range(players):
                gains[base + lane, i] = sums[lane * players + i]
