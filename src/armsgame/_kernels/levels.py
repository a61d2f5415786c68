"""Rows of a monotone map of levels: joined, evaluated, and the systems of its policies.

Row r is const[r] plus line[n] x[at[n]] over n from heads[r] to heads[r + 1]; the rows of level k begin
with start[k]. All loops add in the order of the terms.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.tiers import tiered


@tiered(4000)
@njit(cache=True, nogil=True)
def joined(order, first, places, lines, total, heads, at, line, slope):  # type: ignore[no-untyped-def]
    """Write rows in an order [R], terms of one level added and zeros left out; the number of terms that are left.

    Row r comes with the terms from first[r] to first[r + 1], which name levels below `total`; slope [R] is their sum.
    """
    added, seen = np.zeros(total), np.full(total, -1)
    named = np.empty(total, np.int64)
    count = 0
    for k in range(len(order)):
        heads[k] = count
        names = 0
        for n in range(first[order[k]], first[order[k] + 1]):
            if lines[n] == 0.0:
                continue
            p = places[n]
            if seen[p] != k:
                seen[p], added[p], named[names] = k, 0.0, p
                names += 1
            added[p] += lines[n]
        slope[k] = 0.0
        for n in range(names):
            p = named[n]
            at[count], line[count] = p, added[p]
            slope[k] += added[p]
            count += 1
    heads[len(order)] = count
    return count


@tiered(4000)
@njit(cache=True, nogil=True)
def values(heads, at, line, const, x, value):  # type: ignore[no-untyped-def]
    """Write the rows at levels x [N] to value [R]."""
    for r in range(len(const)):
        s = 0.0
        for n in range(heads[r], heads[r + 1]):
            s += line[n] * x[at[n]]
        value[r] = const[r] + s


@tiered(4000)
@njit(cache=True, nogil=True)
def image(heads, at, line, const, size, start, lost, x, found):  # type: ignore[no-untyped-def]
    """Write the largest row of each level to found [K], every row rounded up by lost x size at levels x of size one."""
    unit = 1.0
    for n in range(len(x)):
        unit = max(unit, abs(x[n]))
    for k in range(len(start)):
        end = start[k + 1] if k + 1 < len(start) else len(const)
        top = -np.inf
        for r in range(start[k], end):
            s = 0.0
            for n in range(heads[r], heads[r + 1]):
                s += line[n] * x[at[n]]
            s = const[r] + s + lost * unit * size[r]
            # not a number stays one
            if s > top or s != s:
                top = s
        found[k] = top


@tiered(4000)
@njit(cache=True, nogil=True)
def best(value, start, choice):  # type: ignore[no-untyped-def]
    """Write the first row of the largest value [R] of each level to choice [K]."""
    for k in range(len(start)):
        end = start[k + 1] if k + 1 < len(start) else len(value)
        top = start[k]
        for r in range(start[k] + 1, end):
            if value[r] > value[top]:
                top = r
        choice[k] = top


@tiered(4000)
@njit(cache=True, nogil=True)
def system(heads, at, line, column, choice, matrix):  # type: ignore[no-untyped-def]
    """Write I - L to matrix [K, K] for the rows of a policy [K]; column [N] is the place of a level, -1 elsewhere."""
    matrix[:] = 0.0
    for k in range(len(choice)):
        matrix[k, k] = 1.0
        for n in range(heads[choice[k]], heads[choice[k] + 1]):
            j = column[at[n]]
            if j >= 0:
                matrix[k, j] -= line[n]
