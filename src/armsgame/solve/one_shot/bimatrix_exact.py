"""Extreme equilibria of a bimatrix game in integer arithmetic, degenerate games included."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb, gcd, lcm
from typing import Any, TypeAlias

import numpy as np

from armsgame._deadline import ask_time

Vertices: TypeAlias = dict[int, tuple[Fraction, ...]]
"""Tight constraints as a bit mask -> the vertex, normalised to probabilities."""


def integers(table: Sequence[Sequence[Fraction]]) -> list[list[int]]:
    """Positive integers that order and space one player's payoffs as the fractions do."""
    low = min(min(row) for row in table)
    scale = lcm(*(v.denominator for row in table for v in row))
    shifted = [[int((v - low) * scale) for v in row] for row in table]
    common = gcd(*(v for row in shifted for v in row)) or 1
    return [[v // common + 1 for v in row] for row in shifted]


def extreme_equilibria(
    A: Sequence[Sequence[Fraction]], B: Sequence[Sequence[Fraction]], *, limit: int | None = None
) -> tuple[Vertices, Vertices, list[tuple[int, int]]] | None:
    """Vertices of both best-response polytopes and the pairs that are equilibria.

    Parameters
    ----------
    A, B : nested sequences of Fraction, ``[m][n]``
    limit : int, optional
        Most bases to visit per polytope.

    Returns
    -------
    (X, Y, pairs), or None where the limit was reached
        X and Y map the set of tight labels (bits 0 .. m-1 for rows, m .. m+n-1 for columns) to
        mixed strategies; pairs are those (key of X, key of Y) that carry every label.

    Notes
    -----
    (x, y) is an equilibrium iff every row is unused in x or a best reply to y, and every column
    unused in y or a best reply to x (von Stengel 2007, prop. 3.1).
    """
    m, n = len(A), len(A[0])
    left = _vertices([list(column) for column in zip(*integers(B), strict=True)], limit)
    right = _vertices(integers(A), limit)
    if left is None or right is None:
        return None
    # labels of the second polytope are columns first: move them behind the rows
    Y = {(mask >> n) | ((mask & ((1 << n) - 1)) << m): y for mask, y in right.items()}
    keys = list(Y)
    # for each label the vertices of Y that carry it, as a bit set
    having = [sum(1 << k for k, q in enumerate(keys) if q >> label & 1) for label in range(m + n)]
    pairs = []
    for p in left:
        fits = (1 << len(keys)) - 1
        for label in range(m + n):
            if not p >> label & 1:
                fits &= having[label]
        while fits:
            low = fits & -fits
            pairs.append((p, keys[low.bit_length() - 1]))
            fits ^= low
    return left, Y, pairs


def _vertices(M: list[list[int]], limit: int | None) -> Vertices | None:
    """Vertices other than the origin of {x >= 0, M x <= 1} by pivoting between lexicographic bases.

    The right side is perturbed to 1 + e, 1 + e**2, .. (symbolically: the columns of the slack
    variables break ties). The perturbed polytope is simple and its graph connected, and each
    vertex of the given polytope is the limit of some of its vertices. Pivots keep integers with one
    common denominator (Edmonds 1967; Avis 2000).
    """
    c, d = len(M), len(M[0])
    width = d + c + 1
    start = [[*row, *(int(j == k) for k in range(c)), 1] for j, row in enumerate(M)]
    home = list(range(d, d + c))
    # column order of the lexicographic test: right side, then slack variables
    order = [width - 1, *home]
    found: Vertices = {}
    seen = {_mask(home)}
    stack: list[tuple[list[list[int]], list[int], int]] = [(start, home, 1)]
    while stack:
        ask_time(f"{len(found)} vertices of one polytope")
        rows, basis, det = stack.pop()
        tight = (1 << (d + c)) - 1
        x = [0] * d
        for row, var in zip(rows, basis, strict=True):
            if row[-1]:
                tight ^= 1 << var
                if var < d:
                    x[var] = row[-1]
        total = sum(x)
        if total and tight not in found:
            found[tight] = tuple(Fraction(v, total) for v in x)
        inside = set(basis)
        for enter in range(d + c):
            if enter in inside:
                continue
            out = _leaving(rows, enter, order)
            new = basis.copy()
            new[out] = enter
            key = _mask(new)
            if key in seen:
                continue
            if limit is not None and len(seen) >= limit:
                return None
            seen.add(key)
            stack.append((_pivot(rows, out, enter, det), new, rows[out][enter]))
    return found


def _mask(basis: list[int]) -> int:
    key = 0
    for var in basis:
        key |= 1 << var
    return key


def _leaving(rows: list[list[int]], enter: int, order: list[int]) -> int:
    """Row of the lexicographically least ratio; all ratios share the common denominator."""
    best, mine = -1, 0
    for i, row in enumerate(rows):
        share = row[enter]
        if share <= 0:
            continue
        if best < 0:
            best, mine = i, share
            continue
        other = rows[best]
        for column in order:
            difference = row[column] * mine - other[column] * share
            if difference:
                if difference < 0:
                    best, mine = i, share
                break
    return best


def _pivot(rows: list[list[int]], out: int, enter: int, det: int) -> list[list[int]]:
    pivot_row = rows[out]
    p = pivot_row[enter]
    new = []
    for i, row in enumerate(rows):
        f = row[enter]
        if i == out:
            new.append(row)
        elif f:
            # the division is exact: entries are minors of the first tableau
            new.append([(p * v - f * w) // det for v, w in zip(row, pivot_row, strict=True)])
        else:
            new.append([p * v // det for v in row] if p != det else row)
    return new


def maximal_subsets(
    pairs: Sequence[tuple[int, int]], *, limit: int = 20_000
) -> list[tuple[frozenset[int], frozenset[int]]] | None:
    """Maximal Nash subsets: maximal sets S x T of vertices all of whose pairs are equilibria.

    They are the closed sets of the relation, found by intersecting neighbourhoods (Winkels 1979;
    Avis, Rosenberg, Savani and von Stengel 2010). There can be exponentially many: None where they
    are more than `limit`.
    """
    rows: dict[int, set[int]] = {}
    columns: dict[int, set[int]] = {}
    for p, q in pairs:
        rows.setdefault(p, set()).add(q)
        columns.setdefault(q, set()).add(p)
    closed: dict[frozenset[int], None] = {}
    for near in rows.values():
        own = frozenset(near)
        fresh = {own: None}
        for other in list(closed):
            both = other & own
            if both:
                fresh[both] = None
        closed |= fresh
        if len(closed) > limit:
            return None
    out = []
    for T in closed:
        S = frozenset.intersection(*(frozenset(columns[q]) for q in T))
        out.append((S, T))
    return out


def most_vertices(d: int, c: int) -> int:
    """Most vertices of a polytope of dimension d (or c) with d + c facets (McMullen 1970)."""
    f = d + c

    def cyclic(k: int) -> int:
        # facets of the cyclic polytope with f vertices in dimension k
        return comb(f - (k + 1) // 2, f - k) + comb(f - (k + 2) // 2, f - k)

    return max(cyclic(d), cyclic(c))


def support_order(profile: Sequence[Any]) -> tuple[Any, ...]:
    """Sort key of profiles: small supports first, then by their actions, then by their weights."""
    laws = [own.tolist() if isinstance(own, np.ndarray) else own for own in profile]
    supports = [tuple([a for a, p in enumerate(own) if p]) for own in laws]
    return sum(map(len, supports)), supports, [[-float(p) for p in own] for own in laws]
