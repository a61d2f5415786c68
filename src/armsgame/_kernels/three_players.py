"""All equilibria of a game of three players with two actions each, in floats, or the word that rounding leaves it open.

A player's payoffs enter as what the second action gains at the actions of the two others, in units of the greatest
such gain. Signs of these are exact. Whatever else is decided is the sign of a sum of products of at most three of
them, each known up to 2 units of rounding, with weights that are known as well: every such sum is off by less than
1e-13. What is nearer to zero than `_SURE` is left open.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.bimatrix import split as _split
from armsgame._kernels.tiers import inner

__all__ = ["MOST", "two_by_two_by_two"]

MOST = 16
"""Rows of equilibria that suffice: 4 pure ones, 6 with one player pure, 2 with none."""

_SURE = 1e-12
# a pure player's gain so near to zero is left to the exact search; half the width of what holds one root, and how
# far apart two roots are
_NEAR, _WIDTH, _APART = 1e-9, 1e-9, 1e-6
_LARGE, _SMALL = 1e300, 1e-280


@inner()
def _line(u, v, p):  # type: ignore[no-untyped-def]
    return (1.0 - p) * u + p * v


@inner()
def _square(f0, f1, f2, p):  # type: ignore[no-untyped-def]
    return _line(_line(f0, f1, p), _line(f1, f2, p), p)


@inner()
def _roots(f0, f1, f2):  # type: ignore[no-untyped-def]
    """Roots in (0, 1) of a quadratic with Bernstein coefficients f0, f1, f2: (their number, or -1; the roots)."""
    if abs(f0) < _SURE or abs(f2) < _SURE:
        return -1, 0.0, 0.0
    alike = (f0 > 0.0) == (f2 > 0.0)
    if alike and ((f0 > 0.0) == (f1 > 0.0) or f1 * f1 - f0 * f2 < -20.0 * _SURE):
        return 0, 0.0, 0.0
    a, b = f0 - 2.0 * f1 + f2, f1 - f0
    square = b * b - a * f0
    if square <= 0.0:
        return -1, 0.0, 0.0
    t = -b - np.sqrt(square) if b > 0.0 else -b + np.sqrt(square)
    if t == 0.0:
        return -1, 0.0, 0.0
    p, r = f0 / t, t / a if a != 0.0 else -1.0
    if not alike:
        # one change of sign: one root
        return 1, p if 0.0 < p < 1.0 else r, 0.0
    return 2, min(p, r), max(p, r)


@inner()
def _changes(f0, f1, f2, p, up):  # type: ignore[no-untyped-def]
    """Whether the quadratic surely has one sign before a point of (0, 1), that of `up`, and the other behind it."""
    if not _WIDTH < p < 1.0 - _WIDTH:
        return False
    before, behind = _square(f0, f1, f2, p - _WIDTH) * up, _square(f0, f1, f2, p + _WIDTH) * up
    return before > _SURE and behind < -_SURE


@inner()
def _weights(u, v):  # type: ignore[no-untyped-def]
    """Weights of two actions that balance gains of opposite sign; their sum is 1 without rounding."""
    first, second = _split(u, v)
    return (first, 1.0 - first) if first < second else (1.0 - second, second)


@inner()
def _ratio(u0, u1, v0, v1, p):  # type: ignore[no-untyped-def]
    """Weights at which two lines over p balance: (1 where they do beside p, 0 where not, -1 open; the weights)."""
    u, v = _line(u0, u1, p), _line(v0, v1, p)
    if min(abs(u), abs(v)) < 4.0 * _WIDTH:
        return -1, 0.0, 0.0
    if (u > 0.0) == (v > 0.0):
        return 0, 0.0, 0.0
    first, second = _weights(u, v)
    return 1, first, second


@inner()
def _gains(G, D):  # type: ignore[no-untyped-def]
    """Write gains of the second actions [3, 2, 2] in units of the greatest: whether no tie or scale is in the way."""
    for i in range(3):
        top = 0.0
        for j in range(2):
            for k in range(2):
                if i == 0:
                    u, v = G[0, 0, j, k], G[0, 1, j, k]
                elif i == 1:
                    u, v = G[1, j, 0, k], G[1, j, 1, k]
                else:
                    u, v = G[2, j, k, 0], G[2, j, k, 1]
                if u == v or not (abs(u) < _LARGE and abs(v) < _LARGE):
                    return False
                D[i, j, k] = v - u
                top = max(top, abs(v - u))
        for j in range(2):
            for k in range(2):
                D[i, j, k] /= top
                if abs(D[i, j, k]) < _SMALL:
                    return False
    return True


@njit(cache=True, nogil=True)
def two_by_two_by_two(G, out):  # type: ignore[no-untyped-def]
    """Write all equilibria of G [3, 2, 2, 2] to out [MOST, 3, 2], small supports first.

    Returns their number, or -1 where rounding leaves it open, and how many are pure.
    """
    D = np.empty((3, 2, 2))
    if not _gains(G, D):
        return -1, 0
    out[:] = 0.0
    count = 0
    for a in range(2):
        for b in range(2):
            for c in range(2):
                if (D[0, b, c] > 0) == (a == 1) and (D[1, a, c] > 0) == (b == 1) and (D[2, a, b] > 0) == (c == 1):
                    out[count, 0, a] = out[count, 1, b] = out[count, 2, c] = 1.0
                    count += 1
    pure = count
    # player i plays action s, the others j < k mix
    for turn in range(6):
        i = (0, 1, 2, 2, 1, 0)[turn]
        s = turn // 3
        j, k = 1 if i == 0 else 0, 1 if i == 2 else 2
        # gains of j at the actions of k, and of k at those of j
        if i == 0:
            u0, u1, v0, v1 = D[j, s, 0], D[j, s, 1], D[k, s, 0], D[k, s, 1]
        elif i == 1:
            u0, u1, v0, v1 = D[j, s, 0], D[j, s, 1], D[k, 0, s], D[k, 1, s]
        else:
            u0, u1, v0, v1 = D[j, 0, s], D[j, 1, s], D[k, 0, s], D[k, 1, s]
        if (u0 > 0.0) == (u1 > 0.0) or (v0 > 0.0) == (v1 > 0.0):
            continue
        y0, y1 = _weights(u0, u1)
        x0, x1 = _weights(v0, v1)
        gain = x0 * (y0 * D[i, 0, 0] + y1 * D[i, 0, 1]) + x1 * (y0 * D[i, 1, 0] + y1 * D[i, 1, 1])
        if abs(gain) < _NEAR:
            return -1, pure
        if (gain > 0.0) == (s == 1):
            out[count, i, s] = 1.0
            out[count, j, 0], out[count, j, 1] = x0, x1
            out[count, k, 0], out[count, k, 1] = y0, y1
            count += 1
    # all mix, the first player with weight p on its second action: the others' indifference leaves a quadratic in p
    a0, a1, b0, b1 = D[2, 0, 0], D[2, 1, 0], D[2, 0, 1], D[2, 1, 1]
    c0, c1, e0, e1 = D[1, 0, 0], D[1, 1, 0], D[1, 0, 1], D[1, 1, 1]
    d00, d01, d10, d11 = D[0, 0, 0], D[0, 0, 1], D[0, 1, 0], D[0, 1, 1]
    f0 = b0 * e0 * d00 - b0 * c0 * d01 - a0 * e0 * d10 + a0 * c0 * d11
    f2 = b1 * e1 * d00 - b1 * c1 * d01 - a1 * e1 * d10 + a1 * c1 * d11
    f1 = 0.5 * (
        (b0 * e1 + b1 * e0) * d00 - (b0 * c1 + b1 * c0) * d01 - (a0 * e1 + a1 * e0) * d10 + (a0 * c1 + a1 * c0) * d11
    )
    many, p, r = _roots(f0, f1, f2)
    if many < 0 or (many == 2 and r - p < _APART):
        return -1, pure
    up = 1.0 if f0 > 0.0 else -1.0
    for turn in range(many):
        if turn:
            p, up = r, -up
        if not _changes(f0, f1, f2, p, up):
            return -1, pure
        one, q0, q1 = _ratio(a0, a1, b0, b1, p)
        two, r0, r1 = _ratio(c0, c1, e0, e1, p)
        if one == 0 or two == 0:
            continue
        if one < 0 or two < 0:
            return -1, pure
        out[count, 0, 0], out[count, 0, 1] = 1.0 - p, p
        out[count, 1, 0], out[count, 1, 1] = q0, q1
        out[count, 2, 0], out[count, 2, 1] = r0, r1
        count += 1
    return count, pure
