"""Compiled equilibria of many 3x3 bimatrix games, decided for a block of games at once and without a branch.

The payoffs of a block lie number by number, game after game, so that one instruction decides several games. Each
game gets a code that says which of its supports bear an equilibrium; only what the code names is then written out. A
game in which any decision is nearer to zero than its rounding, in which payoffs tie, or whose payoffs are so large or
small that products need a scale, is left to the careful kernel of `bimatrix`. Both do the same operations in the same
order, so their answers are the same bits.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.bimatrix import _cross, _pair, put_sized, three_by_three_careful

# games of a block: 18 payoffs each, 9 KiB together
_WIDTH = 64
# code of a game: 9 bits of pure cells, 18 of pairs of pairs (every other one used), 1 of full supports, 1 for "careful"
_PAIRS, _FULL, _RARE = 9, 27, 28
_PROVEN, _UNSURE = 0b010101_010101_010101, 0b101010_101010_101010
# place of the one bit that is set, by its remainder modulo 37
_PLACE = np.zeros(37, np.int64)
_PLACE[[(1 << k) % 37 for k in range(32)]] = np.arange(32)
# room for every bit of every code
_NOTES = 28 * _WIDTH + 1
_FIRST, _SECOND = np.array([0, 0, 1]), np.array([1, 2, 2])


@njit(cache=True, forceinline=True)
def _best(u, v, w):  # type: ignore[no-untyped-def]
    """Which of three payoffs are largest, as 0 or 1 each."""
    return np.int64((u >= v) & (u >= w)), np.int64((v >= u) & (v >= w)), np.int64((w >= u) & (w >= v))


@njit(cache=True, forceinline=True)
def _cells(r00, r01, r02, r10, r11, r12, r20, r21, r22, c00, c01, c02, c10, c11, c12, c20, c21, c22):  # type: ignore[no-untyped-def]
    """Bits of the pure equilibria, and whether a best reply ties; payoffs r and c of either party [row, column]."""
    a00, a10, a20 = _best(r00, r10, r20)
    a01, a11, a21 = _best(r01, r11, r21)
    a02, a12, a22 = _best(r02, r12, r22)
    b00, b01, b02 = _best(c00, c01, c02)
    b10, b11, b12 = _best(c10, c11, c12)
    b20, b21, b22 = _best(c20, c21, c22)
    bits = a00 & b00 | (a01 & b01) << 1 | (a02 & b02) << 2
    bits |= (a10 & b10) << 3 | (a11 & b11) << 4 | (a12 & b12) << 5
    bits |= (a20 & b20) << 6 | (a21 & b21) << 7 | (a22 & b22) << 8
    rows = a00 + a10 + a20 + a01 + a11 + a21 + a02 + a12 + a22
    columns = b00 + b01 + b02 + b10 + b11 + b12 + b20 + b21 + b22
    return bits, np.int64(rows + columns > 6)


@njit(cache=True, forceinline=True)
def _three(d0j, d0k, d1j, d1k, d2j, d2k, step):  # type: ignore[no-untyped-def]
    """Answers of `_pair` for the three row pairs at the columns j and k, two bits each, `step` bits apart."""
    first, second = _pair(d0j, d0k, d1j, d1k), _pair(d1j, d1k, d0j, d0k)
    return first | second << step | _pair(d2j, d2k, -d0j, -d0k) << 2 * step


@njit(cache=True, forceinline=True)
def _mixed(d00, d01, d02, d10, d11, d12, d20, d21, d22, e00, e01, e02, e10, e11, e12, e20, e21, e22):  # type: ignore[no-untyped-def]
    """Bits of mixed supports, and whether a decision is unsure; d [row pair, column], e [column pair, row]."""
    y = _three(d00, d01, d10, d11, d20, d21, 6) | _three(d00, d02, d10, d12, d20, d22, 6) << 2
    y |= _three(d01, d02, d11, d12, d21, d22, 6) << 4
    x = _three(e00, e01, e10, e11, e20, e21, 2) | _three(e00, e02, e10, e12, e20, e22, 2) << 6
    x |= _three(e01, e02, e11, e12, e21, e22, 2) << 12
    _, _, _, fy = _cross(d00, d01, d02, d10, d11, d12)
    _, _, _, fx = _cross(e00, e01, e02, e10, e11, e12)
    bits = (x & y & _PROVEN) << _PAIRS | (fx & fy & 1) << _FULL
    return bits, np.int64(((x | y) & _UNSURE | (fx | fy) & 2) != 0)


@njit(cache=True, forceinline=True)
def _ordinary(u, v, w):  # type: ignore[no-untyped-def]
    """Bit 0: one of three numbers is large enough for products, bit 1: one is too large."""
    u, v, w = abs(u), abs(v), abs(w)
    return np.int64((u > 1e-60) | (v > 1e-60) | (w > 1e-60)) | np.int64((u >= 1e60) | (v >= 1e60) | (w >= 1e60)) << 1


@njit(cache=True)
def _decide(S, code):  # type: ignore[no-untyped-def]
    """Codes [W] of the games of a block S [18, W]."""
    for g in range(code.size):
        r00, r01, r02, r10, r11, r12 = S[0, g], S[1, g], S[2, g], S[3, g], S[4, g], S[5, g]
        r20, r21, r22, c00, c01, c02 = S[6, g], S[7, g], S[8, g], S[9, g], S[10, g], S[11, g]
        c10, c11, c12, c20, c21, c22 = S[12, g], S[13, g], S[14, g], S[15, g], S[16, g], S[17, g]
        cells, tie = _cells(r00, r01, r02, r10, r11, r12, r20, r21, r22, c00, c01, c02, c10, c11, c12, c20, c21, c22)
        supports, unsure = _mixed(
            *(r00 - r10, r01 - r11, r02 - r12, r00 - r20, r01 - r21, r02 - r22, r10 - r20, r11 - r21, r12 - r22),
            *(c00 - c01, c10 - c11, c20 - c21, c00 - c02, c10 - c12, c20 - c22, c01 - c02, c11 - c12, c21 - c22),
        )
        row = _ordinary(r00, r01, r02) | _ordinary(r10, r11, r12) | _ordinary(r20, r21, r22)
        column = _ordinary(c00, c01, c02) | _ordinary(c10, c11, c12) | _ordinary(c20, c21, c22)
        rare = tie | unsure | np.int64(row != 1) | np.int64(column != 1)
        code[g] = cells | supports | rare << _RARE


@njit(cache=True, forceinline=True)
def _supports(G, g, pair, X, Y):  # type: ignore[no-untyped-def]
    """Weights X, Y [3] at which both actions of either pair tie; pair is 3 * (row pair) + (column pair)."""
    i, k, j, m = _FIRST[pair // 3], _SECOND[pair // 3], _FIRST[pair % 3], _SECOND[pair % 3]
    X[:] = 0.0
    Y[:] = 0.0
    Y[j], Y[m] = abs(G[g, 0, i, m] - G[g, 0, k, m]), abs(G[g, 0, i, j] - G[g, 0, k, j])
    X[i], X[k] = abs(G[g, 1, k, j] - G[g, 1, k, m]), abs(G[g, 1, i, j] - G[g, 1, i, m])


@njit(cache=True, forceinline=True)
def _all_three(G, g, X, Y):  # type: ignore[no-untyped-def]
    """Weights X, Y [3] at which all actions tie."""
    A, B = G[g, 0], G[g, 1]
    Y[0], Y[1], Y[2], _ = _cross(
        *(A[0, 0] - A[1, 0], A[0, 1] - A[1, 1], A[0, 2] - A[1, 2]),
        *(A[0, 0] - A[2, 0], A[0, 1] - A[2, 1], A[0, 2] - A[2, 2]),
    )
    X[0], X[1], X[2], _ = _cross(
        *(B[0, 0] - B[0, 1], B[1, 0] - B[1, 1], B[2, 0] - B[2, 1]),
        *(B[0, 0] - B[0, 2], B[1, 0] - B[1, 2], B[2, 0] - B[2, 2]),
    )


@njit(cache=True)
def _sort(code, K, g, pures, mixed, tally):  # type: ignore[no-untyped-def]
    """Note the equilibria of game g that a code names among the pure and the mixed ones; return their number.

    A note is the game, its place on axis K and the place of its bit, 8 bits each but the game.
    """
    c, p, q = 0, tally[0], tally[1]
    while code:
        low = code & -code
        code ^= low
        place = _PLACE[low % 37]
        pures[p] = mixed[q] = (g << 8 | c) << 8 | place
        # noted twice, kept once, and not at all where axis K is too short
        p += (c < K) & (place < _PAIRS)
        q += (c < K) & (place >= _PAIRS)
        c += 1
    tally[0], tally[1] = p, q
    return c


@njit(cache=True)
def _write_pure(G, pures, x, y, pay, gain):  # type: ignore[no-untyped-def]
    """Store the pure equilibria of a list of notes."""
    for note in pures:
        g, c, place = note >> 16, note >> 8 & 255, note & 255
        i, j = place // 3, place % 3
        for k in range(3):
            x[g, c, k] = np.float64(k == i)
            y[g, c, k] = np.float64(k == j)
        pay[g, c, 0], pay[g, c, 1], gain[g, c] = G[g, 0, i, j], G[g, 1, i, j], 0.0


@njit(cache=True)
def _write_mixed(G, mixed, x, y, pay, gain):  # type: ignore[no-untyped-def]
    """Store the mixed equilibria of a list of notes."""
    X, Y = np.empty(3), np.empty(3)
    for note in mixed:
        g, c, place = note >> 16, note >> 8 & 255, note & 255
        if place == _FULL:
            _all_three(G, g, X, Y)
        else:
            _supports(G, g, (place - _PAIRS) >> 1, X, Y)
        put_sized(3, 3, G, g, c, X, Y, x, y, pay, gain)


@njit(cache=True, nogil=True)
def three_by_three(start, stop, G, x, y, pay, gain, count, flag):  # type: ignore[no-untyped-def]
    """Solve games start to stop of G [B, 2, 3, 3] as `two_by_two` does."""
    S, codes, rare = np.zeros((18, _WIDTH)), np.zeros(_WIDTH, np.int64), np.empty(_WIDTH, np.int64)
    pures, mixed, tally = np.empty(_NOTES, np.int64), np.empty(_NOTES, np.int64), np.zeros(2, np.int64)
    K, rows = x.shape[1], G.reshape(-1, 18)
    lists = x.reshape(-1), y.reshape(-1), pay.reshape(-1), gain.reshape(-1)
    for begin in range(start, stop, _WIDTH):
        end, many = min(begin + _WIDTH, stop), 0
        for g in range(begin, end):
            for k in range(18):
                S[k, g - begin] = rows[g, k]
        _decide(S, codes)
        lists[0][begin * K * 3 : end * K * 3] = lists[1][begin * K * 3 : end * K * 3] = np.nan
        lists[2][begin * K * 2 : end * K * 2] = lists[3][begin * K : end * K] = np.nan
        tally[:] = 0
        for g in range(begin, end):
            code = codes[g - begin]
            flag[g] = False
            if code >> _RARE:
                rare[many] = g
                many += 1
            else:
                count[g] = _sort(code, K, g, pures, mixed, tally)
        _write_pure(G, pures[: tally[0]], x, y, pay, gain)
        _write_mixed(G, mixed[: tally[1]], x, y, pay, gain)
        if many:
            three_by_three_careful(rare[:many], G, x, y, pay, gain, count, flag)
