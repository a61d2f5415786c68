"""Compiled equilibria of batches of 2x2 and 3x3 bimatrix games in closed form.

Signs of payoff differences are exact in floats, so a 2x2 game is decided without a tolerance. In a
3x3 game every decision is the sign of a sum of two products of differences; it is taken only where
the sum exceeds a bound on its own rounding, else the game is flagged.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_NAN = np.nan
# two differences, two products and one sum round by at most 4 units; scaled products below 1e-280 may lose bits
_ROUND = 8.0 * 2.220446049250313e-16
_TINY = 1e-280


@njit(cache=True)
def split(p, q):  # type: ignore[no-untyped-def]
    """Return weights (|q|, |p|) / (|p| + |q|) for p and q of opposite sign, without overflow."""
    s = abs(p) + abs(q)
    if 1e-290 < s < 1e300:
        r = 1.0 / s
        return abs(q) * r, abs(p) * r
    big = max(abs(p), abs(q))
    u, v = abs(p) / big, abs(q) / big
    return v / (u + v), u / (u + v)


@njit(cache=True)
def _difference(u, v):  # type: ignore[no-untyped-def]
    """Return u - v, halved where it would overflow (only ratios of differences are used)."""
    d = u - v
    return d if np.isfinite(d) else u * 0.5 - v * 0.5


@njit(cache=True, nogil=True)
def mark_not_finite(start, stop, v, found):  # type: ignore[no-untyped-def]
    """Set found[0] if a number of v [n] from start to stop is infinite or NaN."""
    wrong = 0
    for k in range(start, stop):
        wrong += v[k] - v[k] != 0.0
    if wrong:
        found[0] = True


@njit(cache=True, nogil=True)
def two_by_two(start, stop, G, x, y, pay, gain, count, flag):  # type: ignore[no-untyped-def]
    """Solve games start to stop of G [B, 2, 2, 2] into x, y, pay [B, K, 2], gain [B, K], count [B], flag [B]."""
    K = x.shape[1]
    for g in range(start, stop):
        a00, a01, a10, a11 = G[g, 0, 0, 0], G[g, 0, 0, 1], G[g, 0, 1, 0], G[g, 0, 1, 1]
        b00, b01, b10, b11 = G[g, 1, 0, 0], G[g, 1, 0, 1], G[g, 1, 1, 0], G[g, 1, 1, 1]
        # row comparisons at each column, column comparisons at each row
        flag[g] = a00 == a10 or a01 == a11 or b00 == b01 or b10 == b11
        c = 0
        for i in range(2):
            for j in range(2):
                if i == 0:
                    row = a00 >= a10 if j == 0 else a01 >= a11
                    own = b00 >= b01 if j == 0 else b01 >= b00
                else:
                    row = a10 >= a00 if j == 0 else a11 >= a01
                    own = b10 >= b11 if j == 0 else b11 >= b10
                if row and own:
                    if c < K:
                        x[g, c, 0] = 1.0 - i
                        x[g, c, 1] = i
                        y[g, c, 0] = 1.0 - j
                        y[g, c, 1] = j
                        pay[g, c, 0] = G[g, 0, i, j]
                        pay[g, c, 1] = G[g, 1, i, j]
                        gain[g, c] = 0.0
                    c += 1
        if ((a00 > a10 and a01 < a11) or (a00 < a10 and a01 > a11)) and (
            (b00 > b01 and b10 < b11) or (b00 < b01 and b10 > b11)
        ):
            y0, y1 = split(_difference(a00, a10), _difference(a01, a11))
            x0, x1 = split(_difference(b00, b01), _difference(b10, b11))
            if c < K:
                x[g, c, 0] = x0
                x[g, c, 1] = x1
                y[g, c, 0] = y0
                y[g, c, 1] = y1
                r0, r1 = a00 * y0 + a01 * y1, a10 * y0 + a11 * y1
                c0, c1 = b00 * x0 + b10 * x1, b01 * x0 + b11 * x1
                ra, ca = r0 * x0 + r1 * x1, c0 * y0 + c1 * y1
                pay[g, c, 0] = ra
                pay[g, c, 1] = ca
                gain[g, c] = max(max(r0, r1) - ra, max(c0, c1) - ca, 0.0)
            c += 1
        count[g] = c
        _pad(g, c, x, y, pay, gain)


@njit(cache=True)
def _scale(G, g, p):  # type: ignore[no-untyped-def]
    """Power of two that brings one player's payoffs near 1, or 1 where products are safe anyway."""
    top = 0.0
    for i in range(G.shape[2]):
        for j in range(G.shape[3]):
            top = max(top, abs(G[g, p, i, j]))
    if 1e-60 < top < 1e60 or top == 0.0:
        return 1.0
    # twice half the power: 2**1074 alone would overflow
    return np.ldexp(1.0, min(1000, -int(np.floor(np.log2(top)))))


@njit(cache=True)
def _pair(p, q, e, f):  # type: ignore[no-untyped-def]
    """Do two rows tie, and beat the third, at weights (|q|, |p|) of two columns: 0 no, 1 yes, 2 unsure.

    p, q are the payoffs of the first row less those of the second in either column, e, f those of
    the first less the third.
    """
    # no branches: signs of random games cannot be predicted
    opposite = ((p > 0.0) & (q < 0.0)) | ((p < 0.0) & (q > 0.0))
    u, v = abs(q) * e, abs(p) * f
    d = u + v
    bound = _ROUND * (abs(u) + abs(v)) + _TINY
    return np.int64(opposite) * (np.int64(d > bound) + 2 * np.int64(abs(d) <= bound))


@njit(cache=True)
def _cross(p0, p1, p2, q0, q1, q2):  # type: ignore[no-untyped-def]
    """Weights of three columns at which all rows tie, and whether they exist: 0 no, 1 yes, 2 unsure.

    p, q are the payoffs of the first row less those of the second and of the third.
    """
    a, b = p1 * q2, p2 * q1
    z0, k0 = a - b, _ROUND * (abs(a) + abs(b)) + _TINY
    a, b = p2 * q0, p0 * q2
    z1, k1 = a - b, _ROUND * (abs(a) + abs(b)) + _TINY
    a, b = p0 * q1, p1 * q0
    z2, k2 = a - b, _ROUND * (abs(a) + abs(b)) + _TINY
    up = (z0 > k0) | (z1 > k1) | (z2 > k2)
    down = (z0 < -k0) | (z1 < -k1) | (z2 < -k2)
    sure = (abs(z0) > k0) & (abs(z1) > k1) & (abs(z2) > k2)
    state = (1 - np.int64(up & down)) * (2 - np.int64(sure))
    return abs(z0), abs(z1), abs(z2), state


@njit(cache=True, forceinline=True)
def put_sized(m, n, G, g, c, X, Y, x, y, pay, gain):  # type: ignore[no-untyped-def]
    """Store an equilibrium of an m x n game with payoffs and largest gain from the raw game."""
    sx, sy = 0.0, 0.0
    for i in range(m):
        sx += X[i]
    for j in range(n):
        sy += Y[j]
    sx, sy = 1.0 / sx, 1.0 / sy
    for i in range(m):
        x[g, c, i] = X[i] * sx
    for j in range(n):
        y[g, c, j] = Y[j] * sy
    own, top = 0.0, -np.inf
    for i in range(m):
        t = 0.0
        for j in range(n):
            t += G[g, 0, i, j] * y[g, c, j]
        own += t * x[g, c, i]
        top = max(top, t)
    worst = top - own
    pay[g, c, 0] = own
    own, top = 0.0, -np.inf
    for j in range(n):
        t = 0.0
        for i in range(m):
            t += G[g, 1, i, j] * x[g, c, i]
        own += t * y[g, c, j]
        top = max(top, t)
    pay[g, c, 1] = own
    gain[g, c] = max(worst, top - own, 0.0)


@njit(cache=True)
def _put(G, g, c, X, Y, x, y, pay, gain):  # type: ignore[no-untyped-def]
    put_sized(G.shape[2], G.shape[3], G, g, c, X, Y, x, y, pay, gain)


@njit(cache=True)
def _pad(g, c, x, y, pay, gain):  # type: ignore[no-untyped-def]
    for k in range(c, x.shape[1]):
        for i in range(x.shape[2]):
            x[g, k, i] = _NAN
        for j in range(y.shape[2]):
            y[g, k, j] = _NAN
        pay[g, k, 0] = _NAN
        pay[g, k, 1] = _NAN
        gain[g, k] = _NAN


@njit(cache=True)
def pure(G, g, x, y, pay, gain):  # type: ignore[no-untyped-def]
    """Store the pure equilibria; return their number and whether any pure best reply ties."""
    m, n = G.shape[2], G.shape[3]
    K, c, tie = x.shape[1], 0, False
    for i in range(m):
        top, many = -np.inf, 0
        for j in range(n):
            v = G[g, 1, i, j]
            if v > top:
                top, many = v, 1
            elif v == top:
                many += 1
        tie = tie or many > 1
        for j in range(n):
            if G[g, 1, i, j] < top:
                continue
            best = True
            for k in range(m):
                best = best and G[g, 0, k, j] <= G[g, 0, i, j]
            if best:
                if c < K:
                    x[g, c, :] = 0.0
                    y[g, c, :] = 0.0
                    x[g, c, i] = 1.0
                    y[g, c, j] = 1.0
                    pay[g, c, 0] = G[g, 0, i, j]
                    pay[g, c, 1] = G[g, 1, i, j]
                    gain[g, c] = 0.0
                c += 1
    for j in range(n):
        top, many = -np.inf, 0
        for i in range(m):
            v = G[g, 0, i, j]
            if v > top:
                top, many = v, 1
            elif v == top:
                many += 1
        tie = tie or many > 1
    return c, tie


@njit(cache=True, nogil=True)
def three_by_three_careful(picks, G, x, y, pay, gain, count, flag):  # type: ignore[no-untyped-def]
    """Solve the games of G [B, 2, 3, 3] that `picks` names, one by one, as `two_by_two` does."""
    K = x.shape[1]
    # d[row pair, column] of the row player, e[column pair, row] of the column player; pairs 01, 02, 12
    d, e = np.empty((3, 3)), np.empty((3, 3))
    sy, sx = np.empty((3, 3), np.int64), np.empty((3, 3), np.int64)
    X, Y = np.empty(3), np.empty(3)
    for g in picks:
        c, tie = pure(G, g, x, y, pay, gain)
        s, t = _scale(G, g, 0), _scale(G, g, 1)
        for j in range(3):
            d[0, j] = G[g, 0, 0, j] * s - G[g, 0, 1, j] * s
            d[1, j] = G[g, 0, 0, j] * s - G[g, 0, 2, j] * s
            d[2, j] = G[g, 0, 1, j] * s - G[g, 0, 2, j] * s
            e[0, j] = G[g, 1, j, 0] * t - G[g, 1, j, 1] * t
            e[1, j] = G[g, 1, j, 0] * t - G[g, 1, j, 2] * t
            e[2, j] = G[g, 1, j, 1] * t - G[g, 1, j, 2] * t
        seen = 0
        for r in range(3):
            j = 0 if r < 2 else 1
            k = 1 if r == 0 else 2
            # a column pair (j, k): the three row pairs, each against its third row
            sy[0, r] = _pair(d[0, j], d[0, k], d[1, j], d[1, k])
            sy[1, r] = _pair(d[1, j], d[1, k], d[0, j], d[0, k])
            sy[2, r] = _pair(d[2, j], d[2, k], -d[0, j], -d[0, k])
            sx[0, r] = _pair(e[0, j], e[0, k], e[1, j], e[1, k])
            sx[1, r] = _pair(e[1, j], e[1, k], e[0, j], e[0, k])
            sx[2, r] = _pair(e[2, j], e[2, k], -e[0, j], -e[0, k])
            for q in range(3):
                seen |= sy[q, r] | sx[q, r]
        for r in range(3):
            for q in range(3):
                if sy[r, q] == 1 and sx[q, r] == 1:
                    if c < K:
                        i, k = (0 if r < 2 else 1), (1 if r == 0 else 2)
                        j, m = (0 if q < 2 else 1), (1 if q == 0 else 2)
                        X[:] = 0.0
                        Y[:] = 0.0
                        Y[j] = abs(d[r, m])
                        Y[m] = abs(d[r, j])
                        X[i] = abs(e[q, k])
                        X[k] = abs(e[q, i])
                        _put(G, g, c, X, Y, x, y, pay, gain)
                    c += 1
        Y[0], Y[1], Y[2], fy = _cross(d[0, 0], d[0, 1], d[0, 2], d[1, 0], d[1, 1], d[1, 2])
        X[0], X[1], X[2], fx = _cross(e[0, 0], e[0, 1], e[0, 2], e[1, 0], e[1, 1], e[1, 2])
        if fy == 1 and fx == 1:
            if c < K:
                _put(G, g, c, X, Y, x, y, pay, gain)
            c += 1
        count[g] = c
        flag[g] = tie or seen >= 2 or fx == 2 or fy == 2
        _pad(g, c, x, y, pay, gain)
