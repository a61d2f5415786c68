"""Compiled round robins: many pairs of automata over one game, exact or sampled.

`game` is a `MatchGame`, `rules` a `MatchRules`; `pairs` [M, 2] holds the strategy in seat 0 and the one in
seat 1; `codes` [M] the stream of each match.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.streams import philox, round_keys

_UNIT = 2.3283064365386963e-10


@njit(cache=True, nogil=True)
def expected(game, rules, pairs, begin, end, survive, law, out):  # type: ignore[no-untyped-def]
    """Add expected payoffs of periods begin to end to out [M, 2], with weights survive**t; laws hold probabilities.

    law [M, 1 + states] holds the weight of the next period, and how likely each state of a pair is in it.
    """
    first, shape, payoffs, branch, prob, target, start = game
    laws, moves, initial, sizes = rules
    count = len(first) - 1
    for m in range(len(pairs)):
        i, j = pairs[m, 0], pairs[m, 1]
        wide, deep = sizes[i], sizes[j]
        now = np.zeros(count * wide * deep)
        if begin == 0:
            now[(start * wide + initial[0, i]) * deep + initial[1, j]] = law[m, 0] = 1.0
            out[m, 0] = out[m, 1] = 0.0
        else:
            for x in range(len(now)):
                now[x] = law[m, 1 + x]
        weight, left, right = law[m, 0], out[m, 0], out[m, 1]
        for _ in range(begin, end):
            after = np.zeros(len(now))
            for x in range(len(now)):
                mass = now[x]
                if mass == 0.0:
                    continue
                q1 = x % deep
                q0 = (x // deep) % wide
                s = x // (deep * wide)
                for a in range(shape[s, 0]):
                    p = laws[0, i, s, q0, a]
                    if p == 0.0:
                        continue
                    for c in range(shape[s, 1]):
                        r = mass * p * laws[1, j, s, q1, c]
                        if r == 0.0:
                            continue
                        row = first[s] + a * shape[s, 1] + c
                        left += weight * r * payoffs[0, row]
                        right += weight * r * payoffs[1, row]
                        for b in range(branch[row], branch[row + 1]):
                            y = (target[b] * wide + moves[0, i, q0, b]) * deep + moves[1, j, q1, b]
                            after[y] += r * prob[b]
            now = after
            weight *= survive
        law[m, 0], out[m, 0], out[m, 1] = weight, left, right
        for x in range(len(now)):
            law[m, 1 + x] = now[x]


@njit(cache=True, nogil=True)
def sampled(  # type: ignore[no-untyped-def]
    start_row, stop, begin, until, game, rules, pairs, codes, repetitions, periods, end, key, now, out
):
    """Add payoffs of periods begin to until to out [M * repetitions, 2], of rows start_row to stop.

    Laws hold running sums. One word per period: it picks the action in seat 0, what it leaves
    within that interval the action in seat 1, and what that leaves the branch. A match ends with
    probability `end` after each period; its length is drawn first. now [M * repetitions, 4] holds the state, those of
    both strategies and the length; begin is a multiple of four.
    """
    first, shape, payoffs, branch, cum, target, start = game
    laws, moves, initial, _ = rules
    keys = round_keys(key)
    words = np.uint64(2)
    four = np.empty(4)
    for row in range(start_row, stop):
        m, n = row // repetitions, row % repetitions
        i, j = pairs[m, 0], pairs[m, 1]
        code = np.uint64(codes[m])
        length = np.int64(periods)
        if begin == 0 and end > 0.0:
            w = philox(np.uint64(0), np.uint64(3), np.uint64(n), code, keys)
            u = (float(w[0]) + 0.5) * _UNIT
            length = np.int64(1)
            if end < 1.0:
                length = np.int64(min(float(periods), 1.0 + np.floor(np.log(u) / np.log1p(-end))))
        if begin == 0:
            now[row, 0], now[row, 1], now[row, 2], now[row, 3] = start, initial[0, i], initial[1, j], length
            out[row, 0] = out[row, 1] = 0.0
        s, q0, q1, length = now[row, 0], now[row, 1], now[row, 2], now[row, 3]
        left, right = out[row, 0], out[row, 1]
        for t in range(begin, min(until, length)):
            if t % 4 == 0:
                w = philox(np.uint64(t // 4), words, np.uint64(n), code, keys)
                for k in range(4):
                    four[k] = (float(w[k]) + 0.5) * _UNIT
            u = four[t % 4]
            a = c = 0
            low = 0.0
            while u > laws[0, i, s, q0, a]:
                low = laws[0, i, s, q0, a]
                a += 1
            u = (u - low) / (laws[0, i, s, q0, a] - low)
            low = 0.0
            while u > laws[1, j, s, q1, c]:
                low = laws[1, j, s, q1, c]
                c += 1
            cell = first[s] + a * shape[s, 1] + c
            left += payoffs[0, cell]
            right += payoffs[1, cell]
            b = branch[cell]
            if branch[cell + 1] - b > 1:
                u = (u - low) / (laws[1, j, s, q1, c] - low)
                while u > cum[b]:
                    b += 1
            q0, q1 = moves[0, i, q0, b], moves[1, j, q1, b]
            s = target[b]
        now[row, 0], now[row, 1], now[row, 2], out[row, 0], out[row, 1] = s, q0, q1, left, right
