"""Compiled Lemke-Howson path with the lexico-minimum ratio test."""

from __future__ import annotations

import numpy as np
from numba import njit

_TIE = 1e-10
_ZERO = 1e-10


@njit(cache=True)
def leaving(T, enter, slack, size):  # type: ignore[no-untyped-def]
    """Row that leaves: least ratio, ties broken by the slack columns in order (von Stengel 2007)."""
    rows, last = T.shape[0], T.shape[1] - 1
    near, many = np.empty(rows, np.int64), 0
    for i in range(rows):
        if T[i, enter] > _ZERO:
            near[many] = i
            many += 1
    if many == 0:
        return -1
    for turn in range(size + 1):
        q = slack + turn - 1 if turn else last
        best, kept = np.inf, 0
        for a in range(many):
            i = near[a]
            r = T[i, q] / T[i, enter]
            if r < best - _TIE:
                best, kept = r, 1
                near[0] = i
            elif r <= best + _TIE:
                near[kept] = i
                kept += 1
                best = min(best, r)
        many = kept
        if many == 1:
            break
    return near[0]


@njit(cache=True)
def pivot(T, row, enter):  # type: ignore[no-untyped-def]
    """Bring a column into the basis in place."""
    rows, width = T.shape
    p = 1.0 / T[row, enter]
    # a copy cannot alias the rows that change, so the inner loop is vectorised
    line = T[row] * p
    T[row] = line
    for i in range(rows):
        f = T[i, enter]
        if i != row and f != 0.0:
            own = T[i]
            for c in range(width):
                own[c] -= f * line[c]
            own[enter] = 0.0


@njit(cache=True, nogil=True)
def path(P, Q, label, limit):  # type: ignore[no-untyped-def]
    """Follow the path of a dropped label on P [n, m], Q [m, n] in [1, 2].

    Returns x [m], y [n] (not normalised) and the number of pivots, negative where it did not end.
    """
    n, m = P.shape
    width = m + n + 1
    S, T = np.zeros((n, width)), np.zeros((m, width))
    for j in range(n):
        for i in range(m):
            S[j, i] = P[j, i]
            T[i, m + j] = Q[i, j]
        S[j, m + j] = 1.0
        S[j, width - 1] = 1.0
    for i in range(m):
        T[i, i] = 1.0
        T[i, width - 1] = 1.0
    basis_s, basis_t = np.arange(m, m + n), np.arange(m)
    enter, first, steps, ended = label, label < m, 0, False
    while steps < limit:
        if first:
            row = leaving(S, enter, m, n)
            if row < 0:
                break
            pivot(S, row, enter)
            out = basis_s[row]
            basis_s[row] = enter
        else:
            row = leaving(T, enter, 0, m)
            if row < 0:
                break
            pivot(T, row, enter)
            out = basis_t[row]
            basis_t[row] = enter
        steps += 1
        if out == label:
            ended = True
            break
        enter = out
        first = not first
    x, y = np.zeros(m), np.zeros(n)
    for j in range(n):
        if basis_s[j] < m:
            x[basis_s[j]] = max(S[j, width - 1], 0.0)
    for i in range(m):
        if basis_t[i] >= m:
            y[basis_t[i] - m] = max(T[i, width - 1], 0.0)
    return x, y, (steps if ended else -steps - 1)
