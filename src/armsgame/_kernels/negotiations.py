"""Compiled negotiations: many sessions of offers and answers between two negotiators."""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.streams import philox, round_keys

_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_UNIT = 2.3283064365386963e-10
TABLE, RECIPROCAL, RANDOM = 0, 1, 2
AGREED, BROKEN, WALKED, EXPIRED = 0, 1, 2, 3


@njit(cache=True, inline="always")
def _draw(tick, stream, path, keys):  # type: ignore[no-untyped-def]
    a, b, _, _ = philox(np.uint64(tick), np.uint64(stream), path & _LOW, path >> _SHIFT, keys)
    return (float(a) + 0.5) * _UNIT, (float(b) + 0.5) * _UNIT


@njit(cache=True, inline="always")
def reciprocal_target(top, reserve, rate, first, last):  # type: ignore[no-untyped-def]
    """Ask for the best gain less `rate` times what the other's offers have improved."""
    return max(reserve, top - rate * max(0.0, last - first))


@njit(cache=True, nogil=True)
def play(  # type: ignore[no-untyped-def]
    start, stop, gains, order, offer_at, kinds, offers, floors, leaves, traits, chosen, first, rounds, breakdown, key,
    bundle, turn, cause,
):  # fmt: skip
    """Play sessions start to stop.

    gains [N, 2]; order [2, N] own gains ascending; offer_at [2, N] the bundle offered by a party that asks
    for at least that gain; kinds [2, K]; offers (-1 for none), floors and leaves [2, K, T] of table players;
    traits [2, K, 3] (top, reserve, rate) of the others; chosen [M, 2] negotiator of each party; outputs
    bundle [M] (-1 for none), turn [M], cause [M].
    """
    count = gains.shape[0]
    keys = round_keys(key)
    for n in range(start, stop):
        path = np.uint64(n)
        seen_first = np.full(2, np.nan)
        seen_last = np.zeros(2)
        bundle[n], turn[n], cause[n] = -1, rounds, EXPIRED
        for t in range(rounds):
            p = (first + t) % 2
            r = 1 - p
            a, b = chosen[n, p], chosen[n, r]
            u, v = 0.0, 0.0
            if breakdown > 0 or kinds[p, a] == RANDOM or kinds[r, b] == RANDOM:
                u, v = _draw(t, 0, path, keys)
            if kinds[p, a] == TABLE:
                k = offers[p, a, t]
            elif kinds[p, a] == RANDOM:
                k = min(count - 1, int(u * count))
            else:
                top, reserve, rate = traits[p, a]
                ask = top
                if not np.isnan(seen_first[p]):
                    ask = reciprocal_target(top, reserve, rate, seen_first[p], seen_last[p])
                at = np.searchsorted(order[p], ask - 1e-12)
                k = offer_at[p, min(at, count - 1)]
            if k >= 0:
                got = gains[k, r]
                if np.isnan(seen_first[r]):
                    seen_first[r] = got
                seen_last[r] = got
                if kinds[r, b] == TABLE:
                    floor = floors[r, b, t]
                elif kinds[r, b] == RANDOM:
                    floor = traits[r, b, 1] + v * (traits[r, b, 0] - traits[r, b, 1])
                else:
                    top, reserve, rate = traits[r, b]
                    floor = reciprocal_target(top, reserve, rate, seen_first[r], seen_last[r])
                if got >= floor - 1e-12:
                    bundle[n], turn[n], cause[n] = k, t, AGREED
                    break
            if leaves[r, b, t]:
                turn[n], cause[n] = t, WALKED
                break
            if t < rounds - 1 and breakdown > 0:
                w, _ = _draw(t, 1, path, keys)
                if w < breakdown:
                    turn[n], cause[n] = t, BROKEN
                    break
