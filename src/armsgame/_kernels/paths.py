"""Compiled path kernel: every party's action and nature's move drawn apart, several paths abreast."""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.streams import LANES, round_keys, words_of

_ONE = np.uint64(1)
# parts of the scratch array: after these come the automaton states and the words of each stream
_OWN, _STATE, _KNOWN, _ROW, _BRANCH, _PARTS = (LANES * k for k in range(6))


@njit(cache=True, nogil=True)
def walk(  # type: ignore[no-untyped-def]
    first, stride, payoffs, guide, depth, top, target, bits, laws, law_at, moves, drawn, weights, begin, end,
    ids, total, key, state, inner, seen, last, when, gains, occupancy, states, rows,
):  # fmt: skip
    """Carry paths through one segment of play; each path reads only its own streams.

    Player i draws from stream i + 1, nature from stream 0, each once per period.
    first [S] first row of a state; stride [S, P] rows per action; payoffs [rows, P];
    guide int64 [rows << depth]: the branch that a draw with these leading bits has, or ~b where several
    are possible, b the first of them; top [branches] integer upper bounds; target [branches];
    bits [branches] events as a bit mask; laws [n, A - 1] integer upper bounds of action laws, and
    law_at [P, S, Q] their rows; moves [P, Q, branches]; drawn [P + 1]: is the stream ever read?
    weights [T] of all periods, of which begin .. end - 1 are played; ids [N] path numbers, N a multiple
    of the lanes, the first `total` of them wanted. Carried: state [N], inner [N, P] automaton states,
    and the rest as in `_kernels.chain.run`.
    """
    players = payoffs.shape[1]
    choices = laws.shape[1]
    events = when.shape[1]
    keep = states.shape[1] > 0
    count = occupancy.shape[1] > 0
    deep = np.uint64(depth)
    down = np.uint64(32 - depth)
    keys = round_keys(key)
    plan = _PARTS
    words = _PARTS + LANES * players
    m = np.zeros(words + 4 * LANES * (players + 1), np.uint64)
    sums = np.empty(LANES * players)
    for base in range(0, len(ids), LANES):
        for lane in range(LANES):
            m[_OWN + lane] = ids[base + lane]
            m[_STATE + lane] = state[base + lane]
            m[_KNOWN + lane] = seen[base + lane]
            for i in range(players):
                sums[lane * players + i] = gains[base + lane, i]
                m[plan + i * LANES + lane] = inner[base + lane, i]
        for t in range(begin, end):
            word = t & 3
            if word == 0 or t == begin:
                for i in range(players + 1):
                    if drawn[i]:
                        words_of(np.uint64(t >> 2), np.uint64(i), m, _OWN, words + 4 * LANES * i, keys)
            for lane in range(LANES):
                m[_ROW + lane] = first[m[_STATE + lane]]
            for i in range(players):
                at = words + 4 * LANES * (i + 1) + word * LANES
                side = np.uint64(i)
                for lane in range(LANES):
                    s = m[_STATE + lane]
                    k = law_at[side, s, m[plan + i * LANES + lane]]
                    w = m[at + lane]
                    a = np.uint64(0)
                    for j in range(choices):
                        a += np.uint64(w >= laws[k, j])
                    m[_ROW + lane] += a * stride[s, side]
            at = words + word * LANES
            for lane in range(LANES):
                w = m[at + lane]
                found = guide[(m[_ROW + lane] << deep) + (w >> down)]
                if found < 0:
                    b = np.uint64(~found)
                    while w >= top[b]:
                        b += _ONE
                else:
                    b = np.uint64(found)
                m[_BRANCH + lane] = b
            if count:
                for lane in range(min(LANES, total - base)):
                    occupancy[t, m[_STATE + lane], lane & 3] += 1
            if keep:
                for lane in range(LANES):
                    s = m[_STATE + lane]
                    states[base + lane, t] = s
                    rows[base + lane, t] = m[_ROW + lane] - first[s]
            weight = weights[t]
            for i in range(players):
                side = np.uint64(i)
                for lane in range(LANES):
                    sums[lane * players + i] += weight * payoffs[m[_ROW + lane], side]
                    q = plan + i * LANES + lane
                    m[q] = moves[side, m[q], m[_BRANCH + lane]]
            for lane in range(LANES):
                b = m[_BRANCH + lane]
                m[_STATE + lane] = target[b]
                fresh = bits[b] & ~m[_KNOWN + lane]
                if fresh:
                    m[_KNOWN + lane] |= fresh
                    for e in range(events):
                        if (fresh >> np.uint64(e)) & _ONE:
                            when[base + lane, e] = t
        for lane in range(LANES):
            state[base + lane] = m[_STATE + lane]
            seen[base + lane] = m[_KNOWN + lane]
            last[base + lane] = bits[m[_BRANCH + lane]]
            for i in range(players):
                gains[base + lane, i] = sums[lane * players + i]
                inner[base + lane, i] = m[plan + i * LANES + lane]
