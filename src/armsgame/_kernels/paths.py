"""Compiled path kernel with counter-based random streams (Philox 4x32-10; Salmon et al. 2011)."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


@njit(cache=True, inline="always")
def philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    """Ten rounds on four 32-bit counter words and two key words, all held in uint64."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (p1 >> _SHIFT) ^ c1 ^ k0, p1 & _LOW, (p0 >> _SHIFT) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@njit(cache=True, parallel=True, nogil=True)
def walk(  # type: ignore[no-untyped-def]
    first, shape, payoffs, branch, cum, target, bits, laws, law_at, sure, moves, start, inner, discount,
    periods, offset, total, events, key, pay, when, last, states, rows,
):  # fmt: skip
    """Play every path; each path reads only its own streams, so threads cannot change a number.

    laws [n, A] cumulative action laws; law_at [P, S, Q] their rows; sure [n]: the certain action or -1;
    moves [P, Q, branches]; bits [branches] events as a bit mask; outputs pay [N, P], when [N, E]
    (first period of each event, `periods` if never), last [N] (bits of the last period), and
    states, rows [N, T] where their second axis is not empty.
    """
    players = moves.shape[0]
    keep = states.shape[1] > 0
    # a loop over blocks, not paths: scratch arrays are made once per block
    size = 1024
    for block in prange((total + size - 1) // size):
        q = np.empty(players, np.int64)
        four = np.empty((players + 1, 4))
        drawn = np.empty(players + 1, np.int64)
        gains = np.empty(players)
        for n in range(block * size, min(total, (block + 1) * size)):
            path = np.uint64(offset + n)
            s = start
            seen = np.int64(0)
            mask = np.int64(0)
            weight = 1.0
            for i in range(players):
                q[i] = inner[i]
                gains[i] = 0.0
            for i in range(players + 1):
                drawn[i] = -1
            for e in range(events):
                when[n, e] = periods
            for t in range(periods):
                tick, word = t // 4, t % 4
                row = 0
                for i in range(players):
                    k = law_at[i, s, q[i]]
                    a = sure[k]
                    if a < 0:
                        if drawn[i] != tick:
                            w = philox(
                                np.uint64(tick),
                                np.uint64(i + 1),
                                path & _LOW,
                                path >> _SHIFT,
                                key & _LOW,
                                key >> _SHIFT,
                            )
                            for j in range(4):
                                four[i, j] = (float(w[j]) + 0.5) * 2.3283064365386963e-10
                            drawn[i] = tick
                        u = four[i, word]
                        a = 0
                        while u > laws[k, a]:
                            a += 1
                    row = row * shape[s, i] + a
                row += first[s]
                b = branch[row]
                if branch[row + 1] - b > 1:
                    if drawn[players] != tick:
                        w = philox(
                            np.uint64(tick), np.uint64(0), path & _LOW, path >> _SHIFT, key & _LOW, key >> _SHIFT
                        )
                        for j in range(4):
                            four[players, j] = (float(w[j]) + 0.5) * 2.3283064365386963e-10
                        drawn[players] = tick
                    u = four[players, word]
                    while u > cum[b]:
                        b += 1
                for i in range(players):
                    gains[i] += weight * payoffs[i, row]
                    q[i] = moves[i, q[i], b]
                weight *= discount
                mask = bits[b]
                fresh = mask & ~seen
                if fresh:
                    seen |= mask
                    for e in range(events):
                        if (fresh >> e) & 1:
                            when[n, e] = t
                if keep:
                    states[n, t] = s
                    rows[n, t] = row - first[s]
                s = target[b]
            for i in range(players):
                pay[n, i] = gains[i] * (1.0 - discount)
            last[n] = mask
