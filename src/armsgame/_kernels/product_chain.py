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
# parts of the scratch array; what was found stands apart for each of four periods
_X, _ENTERED, _KNOWN, _FRESH, _FOUND = (LANES * k for k in (5, 6, 7, 8, 9))
_OWN = 4 * LANES
_SIZE = 13 * LANES


@njit(cache=True)
def _carry_two(weights, guide, deep, down, top, entry, flat, m, sums):  # type: ignore[no-untyped-def]
    """Carry all lanes through four periods of two parties, for which words stand in m.

    A lane goes through its periods in one turn of straight-line code: its pair and its sums stay in registers, and
    the processor looks up several lanes at a time. Look-ups are written out here: a function that takes arrays would
    count references to them at each turn.
    """
    for lane in range(LANES):
        x, union = m[_X + lane], np.uint64(0)
        p, q = sums[2 * lane], sums[2 * lane + 1]
        m[_ENTERED + lane] = x
        for k in range(4):
            w = m[k * LANES + lane]
            found = guide[(x << deep) + (w >> down)]
            if found >> _SEVERAL:
                j = found & _OUTCOME
                while w >= top[j]:
                    j += _ONE
                found = entry[j]
            m[_FOUND + k * LANES + lane] = found
            x = (found >> _TO_PAIR) & _PAIR
            union |= found
            j = (found & _OUTCOME) << _ONE
            p += weights[k] * flat[j]
            q += weights[k] * flat[j + _ONE]
        m[_X + lane] = x
        m[_FRESH + lane] = union
        sums[2 * lane] = p
        sums[2 * lane + 1] = q


@njit(cache=True)
def _carry(first, stop, weights, guide, deep, down, top, entry, payoffs, m, sums):  # type: ignore[no-untyped-def]
    """Carry all lanes through periods first to stop of four, of any number of parties."""
    players = payoffs.shape[1]
    for lane in range(LANES):
        x, union = m[_X + lane], np.uint64(0)
        m[_ENTERED + lane] = x
        for k in range(first, stop):
            w = m[k * LANES + lane]
            found = guide[(x << deep) + (w >> down)]
            if found >> _SEVERAL:
                j = found & _OUTCOME
                while w >= top[j]:
                    j += _ONE
                found = entry[j]
            m[_FOUND + k * LANES + lane] = found
            x = (found >> _TO_PAIR) & _PAIR
            union |= found
            for i in range(players):
                sums[lane * players + i] += weights[k] * payoffs[found & _OUTCOME, i]
        m[_X + lane] = x
        m[_FRESH + lane] = union


@njit(cache=True)
def _note(first, last, start, base, m, when):  # type: ignore[no-untyped-def]
    """Note the period of each event that is seen for the first time in these periods."""
    some = np.uint64(0)
    for lane in range(LANES):
        fresh = (m[_FRESH + lane] >> _TO_EVENTS) & ~m[_KNOWN + lane]
        m[_FRESH + lane] = fresh
        some |= fresh
    if not some:
        return
    for lane in range(LANES):
        fresh = m[_FRESH + lane]
        if not fresh:
            continue
        m[_KNOWN + lane] |= fresh
        for k in range(first, last):
            now = (m[_FOUND + k * LANES + lane] >> _TO_EVENTS) & fresh
            fresh &= ~now
            if now:
                for e in range(when.shape[1]):
                    if (now >> np.uint64(e)) & _ONE:
                        when[base + lane, e] = start + k


@njit(cache=True)
def _count(first, last, start, many, pair_state, m, occupancy):  # type: ignore[no-untyped-def]
    """Count the states of the first so many lanes before each of these periods."""
    for k in range(first, last):
        for lane in range(many):
            x = m[_ENTERED + lane] if k == first else (m[_FOUND + (k - 1) * LANES + lane] >> _TO_PAIR) & _PAIR
            occupancy[start + k, pair_state[x], lane & 3] += 1


@njit(cache=True)
def _keep(first, last, start, base, cells, m, states, rows, pack):  # type: ignore[no-untyped-def]
    """Write out the states and profiles of these periods."""
    apart = states.shape[1] > 0
    if pack == 4 and last - first == 4:
        for lane in range(LANES):
            cell = cells[m[_FOUND + lane] & _OUTCOME]
            cell |= cells[m[_FOUND + LANES + lane] & _OUTCOME] << _B1
            cell |= cells[m[_FOUND + 2 * LANES + lane] & _OUTCOME] << _B2
            cell |= cells[m[_FOUND + 3 * LANES + lane] & _OUTCOME] << _B3
            rows[base + lane, start >> 2] = cell >> _HALF
            if apart:
                states[base + lane, start >> 2] = cell & _LOW
        return
    for k in range(first, last):
        place = (start + k) // pack
        shift = np.uint64(((start + k) % pack) * (32 // pack))
        for lane in range(LANES):
            # what stands there is kept where another period wrote it
            old = np.uint64(rows[base + lane, place]) << _HALF
            if apart:
                old |= np.uint64(states[base + lane, place])
            if shift == 0:
                old = np.uint64(0)
            cell = old | (cells[m[_FOUND + k * LANES + lane] & _OUTCOME] << shift)
            rows[base + lane, place] = cell >> _HALF
            if apart:
                states[base + lane, place] = cell & _LOW


@njit(cache=True, nogil=True)
def run(tables, weights, begin, end, key, at, out):  # type: ignore[no-untyped-def]
    """Carry paths through one segment of the product chain.

    tables : ChainTables; out : PathOutputs; weights [T] of all periods, of which begin .. end - 1 are
    played. Carried: at [N] pair.
    """
    guide, depth, top, entry, payoffs, pair_state, cells = tables
    ids, total, seen, last, when, gains, occupancy, states, rows, pack = out
    players = payoffs.shape[1]
    deep, down = np.uint64(depth), np.uint64(32 - depth)
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
        # words come four at a time
        for start in range(begin - begin % 4, end, 4):
            words_of(np.uint64(start >> 2), np.uint64(0), m, keys)
            first, stop = max(begin - start, 0), min(end - start, 4)
            if players == 2 and stop - first == 4:
                _carry_two(weights[start:], guide, deep, down, top, entry, flat, m, sums)
            else:
                _carry(first, stop, weights[start:], guide, deep, down, top, entry, payoffs, m, sums)
            _note(first, stop, start, base, m, when)
            if occupancy.shape[1] > 0:
                _count(first, stop, start, min(LANES, total - base), pair_state, m, occupancy)
            if rows.shape[1] > 0:
                _keep(first, stop, start, base, cells, m, states, rows, pack)
        for lane in range(LANES):
            at[base + lane] = m[_X + lane]
            seen[base + lane] = m[_KNOWN + lane]
            if end > begin:
                last[base + lane] = m[_FOUND + ((end - 1) & 3) * LANES + lane] >> _TO_EVENTS
            for i in range(players):
                gains[base + lane, i] = sums[lane * players + i]
