"""Counter-based random streams, several paths abreast (Philox 4x32-10; Salmon et al. 2011).

The counter of a word is (tick, stream, path), so a number depends on the seed, the path, the stream
and the period alone. Lanes hold 32-bit words in uint64: the ten rounds of one lane are straight-line
code, which LLVM turns into vector multiplies over the lanes.
"""

from __future__ import annotations

import numpy as np
from numba import njit

LANES = 64

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


@njit(cache=True)
def round_keys(key):  # type: ignore[no-untyped-def]
    """Key words of the ten rounds, [10, 2]."""
    keys = np.empty((10, 2), np.uint64)
    keys[0, 0], keys[0, 1] = key & _LOW, key >> _SHIFT
    for r in range(1, 10):
        keys[r, 0] = (keys[r - 1, 0] + _W0) & _LOW
        keys[r, 1] = (keys[r - 1, 1] + _W1) & _LOW
    return keys


@njit(cache=True, inline="always")
def _round(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    p0 = _M0 * (c0 & _LOW)
    p1 = _M1 * (c2 & _LOW)
    return (p1 >> _SHIFT) ^ c1 ^ k0, p1 & _LOW, (p0 >> _SHIFT) ^ c3 ^ k1, p0 & _LOW


@njit(cache=True, inline="always")
def philox(a, b, c, d, keys):  # type: ignore[no-untyped-def]
    """Ten rounds on four 32-bit counter words, all held in uint64."""
    for r in range(10):
        a, b, c, d = _round(a, b, c, d, keys[r, 0], keys[r, 1])
    return a, b, c, d


@njit(cache=True, nogil=True)
def words_of(tick, stream, m, keys):  # type: ignore[no-untyped-def]
    """Write the words of one stream for periods 4 tick .. 4 tick + 3 of LANES paths.

    Words go to the first 4 LANES places of m, paths stand in the next LANES: with one array at fixed
    places the compiler knows that they do not overlap.
    """
    for lane in range(LANES):
        path = m[4 * LANES + lane]
        a, b, c, d = philox(tick, stream, path & _LOW, path >> _SHIFT, keys)
        m[lane] = a
        m[LANES + lane] = b
        m[2 * LANES + lane] = c
        m[3 * LANES + lane] = d


@njit(cache=True, nogil=True)
def first_words(stream, ids, key):  # type: ignore[no-untyped-def]
    """First word of a stream for each path, [N]."""
    keys = round_keys(key)
    found = np.empty(len(ids), np.uint64)
    for n in range(len(ids)):
        found[n] = philox(np.uint64(0), stream, ids[n] & _LOW, ids[n] >> _SHIFT, keys)[0]
    return found
