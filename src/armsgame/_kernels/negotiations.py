"""Compiled negotiations: many sessions of offers and answers, their exact law, and best replies to a rule.

A negotiator is a kind with tables by round: `offers` (-1 for none), `floors`, `highs`, `leaves`, and a `rate`. What it
asks for and with which probability it accepts is said once, in `asked` and `chance`; everything else calls them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.streams import philox, round_keys

_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_UNIT = 2.3283064365386963e-10
TABLE, RECIPROCAL, RANDOM, RELATIVE, AVERAGED = 0, 1, 2, 3, 4
AGREED, BROKEN, WALKED, EXPIRED = 0, 1, 2, 3


@njit(cache=True, inline="always")
def _draw(tick, stream, path, keys):  # type: ignore[no-untyped-def]
    a, b, _, _ = philox(np.uint64(tick), np.uint64(stream), path & _LOW, path >> _SHIFT, keys)
    return (float(a) + 0.5) * _UNIT, (float(b) + 0.5) * _UNIT


@njit(cache=True, inline="always")
def asked(kind, floor, high, rate, seen, count, before):  # type: ignore[no-untyped-def]
    """Gain that a rule which answers in kind asks for.

    `seen` [T] are the own gains of the other's `count` offers so far, `before` is what was asked for last. RECIPROCAL
    lowers `high` by `rate` times what the latest offer gives more than the first one. RELATIVE scales what it asked for
    by the other's last step, AVERAGED by the other's last `rate` steps (Faratin, Sierra and Jennings 1998).
    """
    if kind == RECIPROCAL:
        return high if count == 0 else max(floor, high - rate * max(0.0, seen[count - 1] - seen[0]))
    steps = 1 if kind == RELATIVE else int(rate)
    if count < 2:
        return max(floor, min(high, before))
    old, new = seen[max(0, count - 1 - steps)], seen[count - 1]
    if new <= floor or old <= floor:
        return max(floor, min(high, before))
    # gains are counted from the floor, so that a concession means the same whatever refusing gives
    return max(floor, min(high, floor + (before - floor) * (old - floor) / (new - floor)))


@njit(cache=True, inline="always")
def chance(kind, gain, floor, high, slack):  # type: ignore[no-untyped-def]
    """Probability that an offer is accepted: whatever gives the floor, or above it in proportion up to `high`."""
    if not gain >= floor - slack:
        return 0.0
    if kind != RANDOM or high <= floor + slack:
        return 1.0
    return min(1.0, max(0.0, (gain - floor) / (high - floor)))


@njit(cache=True, inline="always")
def first_fit(order, ask, slack):  # type: ignore[no-untyped-def]
    """Place of the first of the ascending gains that is at least `ask`; their number where there is none."""
    return np.searchsorted(order, ask - slack)


@njit(cache=True, inline="always")
def _offer(kind, order, rank, best, ask, u, slack):  # type: ignore[no-untyped-def]
    count = len(order)
    at = first_fit(order, ask, slack)
    if at >= count:
        return -1
    return rank[at + min(count - at - 1, int(u * (count - at)))] if kind == RANDOM else best[at]


@njit(cache=True, nogil=True)
def play(  # type: ignore[no-untyped-def]
    start, stop, gains, order, rank, best, kinds, offers, floors, highs, leaves, rates, chosen, first, rounds,
    breakdown, slack, key, bundle, turn, cause,
):  # fmt: skip
    """Play sessions start to stop.

    gains [N, 2]; order [2, N] own gains ascending; rank [2, N] the bundle of each; best [2, N] the bundle offered by a
    party that asks for at least that gain; kinds, rates [2, K]; offers, floors, highs, leaves [2, K, T]; chosen [M, 2]
    negotiator of each party; outputs bundle [M] (-1 for none), turn [M], cause [M].
    """
    keys = round_keys(key)
    # what a rule that answers in kind remembers; one buffer serves all of them
    seen, counts, before = np.empty((2, rounds)), np.zeros(2, np.int64), np.empty(2)
    for n in range(start, stop):
        path = np.uint64(n)
        counts[:] = 0
        before[:] = np.inf
        bundle[n], turn[n], cause[n] = -1, rounds, EXPIRED
        for t in range(rounds):
            p = (first + t) % 2
            r = 1 - p
            a, b = chosen[n, p], chosen[n, r]
            mine, yours = kinds[p, a], kinds[r, b]
            u, v = 0.0, 0.5
            if mine == RANDOM or yours == RANDOM:
                u, v = _draw(t, 0, path, keys)
            if mine == TABLE:
                k = offers[p, a, t]
            else:
                least = floors[p, a, t]
                ask = least
                if mine != RANDOM:
                    ask = asked(mine, least, highs[p, a, t], rates[p, a], seen[p], counts[p], before[p])
                    before[p] = ask
                k = _offer(mine, order[p], rank[p], best[p], ask, u, slack)
            if k >= 0:
                got, floor = gains[k, r], floors[r, b, t]
                if yours != TABLE:
                    seen[r, counts[r]] = got
                    counts[r] += 1
                    if yours != RANDOM:
                        floor = asked(yours, floor, highs[r, b, t], rates[r, b], seen[r], counts[r], before[r])
                if v < chance(yours, got, floor, highs[r, b, t], slack):
                    bundle[n], turn[n], cause[n] = k, t, AGREED
                    break
            if leaves[r, b, t]:
                turn[n], cause[n] = t, WALKED
                break
            if breakdown > 0 and t < rounds - 1:
                w, _ = _draw(t, 1, path, keys)
                if w < breakdown:
                    turn[n], cause[n] = t, BROKEN
                    break


@njit(cache=True)
def _met(gains, order, rank, kind, table, floor, own, other_kind, other_floor, other_high, slack):  # type: ignore[no-untyped-def]
    """Probability that a round ends in an agreement, and expected gains [2] on that event, of rules without memory."""
    total, pay = 0.0, np.zeros(2)
    if kind == TABLE:
        if table >= 0:
            total = chance(other_kind, gains[table, 1 - own], other_floor, other_high, slack)
            for i in range(2):
                pay[i] = total * gains[table, i]
        return total, pay
    at = first_fit(order, floor, slack)
    for j in range(at, len(order)):
        share = chance(other_kind, gains[rank[j], 1 - own], other_floor, other_high, slack) / (len(order) - at)
        total += share
        pay += share * gains[rank[j]]
    return total, pay


@njit(cache=True)
def endings(gains, order, rank, kinds, offers, floors, highs, leaves, first, rounds, breakdown, slack):  # type: ignore[no-untyped-def]
    """Probability of each ending [4] for one negotiator per party, both without memory of what was offered."""
    law, still = np.zeros(4), 1.0
    for t in range(rounds):
        p = (first + t) % 2
        r = 1 - p
        yes, _ = _met(
            gains, order[p], rank[p], kinds[p], offers[p, t], floors[p, t], p, kinds[r], floors[r, t], highs[r, t],
            slack,
        )  # fmt: skip
        law[AGREED] += still * yes
        still *= 1 - yes
        if leaves[r, t]:
            law[WALKED] += still
            return law
        if t < rounds - 1:
            law[BROKEN] += still * breakdown
            still *= 1 - breakdown
    law[EXPIRED] += still
    return law


@njit(cache=True)
def worth(  # type: ignore[no-untyped-def]
    gains, order, rank, kinds, offers, floors, highs, leaves, first, rounds, breakdown, discounts, away, end, outside,
    slack, free,
):  # fmt: skip
    """Compute expected gains [2] from the start; party `free` replies as well as it can (-1: none does)."""
    ahead = end.copy()
    for t in range(rounds - 1, -1, -1):
        p = (first + t) % 2
        r = 1 - p
        out = end.copy() if t == rounds - 1 else (1 - breakdown) * discounts * ahead + breakdown * away
        if (outside and away[r] > out[r]) if free == r else leaves[r, t]:
            out = away.copy()
        floor = out[r] if free == r else floors[r, t]
        kind = TABLE if free == r else kinds[r]
        if free == p:
            ahead = out.copy()
            for place in range(len(gains)):
                k = rank[p, place]
                # what may not be offered counts as a loss without bound
                if order[p, place] == -np.inf:
                    continue
                yes = chance(kind, gains[k, r], floor, highs[r, t], slack)
                now = yes * gains[k] + (1 - yes) * out
                if now[p] > ahead[p]:
                    ahead = now
        else:
            yes, pay = _met(
                gains, order[p], rank[p], kinds[p], offers[p, t], floors[p, t], p, kind, floor, highs[r, t], slack
            )
            ahead = pay + (1 - yes) * out
    return ahead
