"""Linear systems of a few hundred unknowns without BLAS.

A threaded BLAS wakes all its threads for each of thousands of small systems; on a busy machine they
wait for each other ten times longer than they work.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from armsgame._kernels.tiers import inner

# sums may be reordered: whatever comes out is polished, and the verifier has the last word
_FAST = {"reassoc", "contract"}


@njit(cache=True, fastmath=_FAST)
def factor(a, pivots):  # type: ignore[no-untyped-def]
    """Triangular factors of a square matrix [n, n] in place, by elimination with row pivots [n].

    Returns whether every pivot differed from zero.
    """
    n = len(a)
    for k in range(n):
        top = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[top, k]):
                top = i
        if not abs(a[top, k]) > 0:
            return False
        pivots[k] = top
        if top != k:
            for j in range(n):
                a[k, j], a[top, j] = a[top, j], a[k, j]
        pivot = a[k, k + 1 :]
        for i in range(k + 1, n):
            if a[i, k] != 0:
                a[i, k] /= a[k, k]
                times = a[i, k]
                row = a[i, k + 1 :]
                for j in range(len(row)):
                    row[j] -= times * pivot[j]
    return True


@njit(cache=True, fastmath=_FAST)
def back(a, pivots, x):  # type: ignore[no-untyped-def]
    """Replace right-hand sides [n, k] by their solutions, given what `factor` made."""
    n = len(a)
    for k in range(n):
        top = pivots[k]
        if top != k:
            for j in range(x.shape[1]):
                x[k, j], x[top, j] = x[top, j], x[k, j]
    for i in range(n):
        for k in range(i):
            if a[i, k] != 0:
                for j in range(x.shape[1]):
                    x[i, j] -= a[i, k] * x[k, j]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            if a[i, k] != 0:
                for j in range(x.shape[1]):
                    x[i, j] -= a[i, k] * x[k, j]
        for j in range(x.shape[1]):
            x[i, j] /= a[i, i]


@njit(cache=True)
def solve(matrix, right):  # type: ignore[no-untyped-def]
    """Solve a square system for several right-hand sides [n, k].

    Returns (solution, whether every pivot differed from zero).
    """
    a, x, pivots = matrix.copy(), right.copy(), np.empty(len(matrix), np.int64)
    regular = factor(a, pivots)
    if regular:
        back(a, pivots, x)
    return x, regular


@inner(fastmath=_FAST)
def dot(x, y):  # type: ignore[no-untyped-def]
    """Inner product."""
    total = 0.0
    for i in range(len(x)):
        total += x[i] * y[i]
    return total


@inner(fastmath=_FAST)
def turn(x, axis):  # type: ignore[no-untyped-def]
    """Reflect x across the hyperplane with the given unit normal, in place."""
    twice = 2 * dot(axis, x)
    for i in range(len(x)):
        x[i] -= twice * axis[i]


@inner()
def reflect(rows, k, start, others):  # type: ignore[no-untyped-def]
    """Householder step on columns stored as rows: make rows[k, start + 1:] vanish, and turn rows[k + 1:others] alike.

    The reflector stays in rows[k, start:], normalised; returns the entry it leaves at `start`.
    """
    axis = rows[k, start:]
    norm = np.sqrt(dot(axis, axis))
    if norm == 0:
        return 0.0
    head = -norm if axis[0] > 0 else norm
    axis[0] -= head
    size = np.sqrt(dot(axis, axis))
    for i in range(len(axis)):
        axis[i] /= size
    for j in range(k + 1, others):
        turn(rows[j, start:], axis)
    return head


@njit(cache=True)
def shortest(matrix, right, cut):  # type: ignore[no-untyped-def]
    """Shortest least-squares solution of a system [m, n], by complete orthogonal decomposition.

    Columns whose pivot is below `cut` times the first one count as dependent (Golub and Van Loan
    2013, section 5.5.2).
    """
    m, n = matrix.shape
    # columns as rows, so that reflections run along memory; the right-hand side is the last of them
    q = np.empty((n + 1, m))
    place = np.empty(n, np.int64)
    for j in range(n):
        place[j] = j
        for i in range(m):
            q[j, i] = matrix[i, j]
    for i in range(m):
        q[n, i] = right[i]
    pivots = np.zeros(min(m, n))
    # a number whose type is that of every later one, so that what it is handed to compiles once
    rank = 0 * n
    for k in range(min(m, n)):
        best, top = k, -1.0
        for j in range(k, n):
            size = dot(q[j, k:], q[j, k:])
            if size > top:
                best, top = j, size
        if best != k:
            for i in range(m):
                q[k, i], q[best, i] = q[best, i], q[k, i]
            place[k], place[best] = place[best], place[k]
        if np.sqrt(top) <= cut * (abs(pivots[0]) if k > 0 else 0.0) or top == 0:
            break
        pivots[k] = reflect(q, k, k, n + 1)
        rank += 1
    # the triangle [rank, n], whose rows are orthogonalised in turn
    tall = np.zeros((rank, n))
    for k in range(rank):
        tall[k, k] = pivots[k]
        for j in range(k + 1, n):
            tall[k, j] = q[j, k]
    lower = np.zeros((rank, rank))
    for k in range(rank):
        lower[k, k] = reflect(tall, k, k, rank)
        for j in range(k + 1, rank):
            lower[j, k] = tall[j, k]
    y = np.zeros(n)
    for k in range(rank):
        total = q[n, k]
        for j in range(k):
            total -= lower[k, j] * y[j]
        y[k] = total / lower[k, k]
    for k in range(rank - 1, -1, -1):
        turn(y[k:], tall[k, k:])
    out = np.empty(n)
    for j in range(n):
        out[place[j]] = y[j]
    return out
