"""All solutions of the indifference of several players on one support: boxes without one, and boxes with one.

Payoff differences are affine in the mixture of each player. On a product of simplices their extremes are therefore at
the vertices, and so are those of every linear combination of them and of its derivatives.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from armsgame._typing import IntArray

FINITE, OPEN = 0, 1
# a sign counts beyond this share of the payoffs; sides of a box at which the search gives up; growth of a box tested
_SURE, _SMALL, _WIDE = 1e-11, 1e-5, 1.5
# contraction that proves one solution; radius around an approximate one; what is nearer to a bound is undecided
_SHRINK, _NEAR, _EDGE = 0.5, 1e-9, 1e-7
# boxes of the least size after which it ends; the least pivot
_TINY, _PIVOT = 64, 1e-12


class Layout(NamedTuple):
    """Where the differences of a support stand, for N players and C combinations of their vertices.

    Attributes
    ----------
    start, width : arrays [N], where the rows of a player begin and how long each is
    rows, ties, equal : arrays [N], numbers of rows: all, those that must vanish, those of them that are solved
    sizes, column : arrays [N], actions in the support; the first of the D unknowns that belong to a player
    left, right : arrays [N, N], cells before and behind a vertex of player k in the rows of player i
    place, vertex : arrays [C, N], place of a combination in the rows of a player; which vertices it takes
    """

    start: IntArray
    width: IntArray
    rows: IntArray
    ties: IntArray
    equal: IntArray
    sizes: IntArray
    column: IntArray
    left: IntArray
    right: IntArray
    place: IntArray
    vertex: IntArray


@njit(cache=True, nogil=True)
def _excluded(g, o):  # type: ignore[no-untyped-def]
    """Whether one difference has a sign on the whole box, or one action from outside is better there."""
    for i in range(len(o.start)):
        for r in range(o.rows[i]):
            at = o.start[i] + r * o.width[i]
            low, high = np.inf, -np.inf
            for c in range(o.width[i]):
                x = g[at + c]
                low, high = min(low, x), max(high, x)
            if low > _SURE or (r < o.ties[i] and high < -_SURE):
                return True
    return False


@njit(cache=True, nogil=True)
def _slopes(g, o, out):  # type: ignore[no-untyped-def]
    """Write derivatives at the middle along the sides from vertex 0 of each simplex: [D, D]."""
    cells, players = o.place.shape
    for i in range(len(out)):
        for j in range(len(out)):
            out[i, j] = 0.0
    row = 0
    for i in range(players):
        for r in range(o.equal[i]):
            at = o.start[i] + r * o.width[i]
            for k in range(players):
                if k == i:
                    continue
                share = o.sizes[k] / o.width[i]
                for c in range(cells):
                    if o.vertex[c, i] != 0:
                        continue
                    x = g[at + o.place[c, i]] * share
                    v = o.vertex[c, k]
                    if v > 0:
                        out[row, o.column[k] + v - 1] += x
                    else:
                        for u in range(o.sizes[k] - 1):
                            out[row, o.column[k] + u] -= x
            row += 1


@njit(cache=True, nogil=True)
def _inverted(a, out, order):  # type: ignore[no-untyped-def]
    """Gauss and Jordan with the largest pivots: the rank; rows of `out` behind it turn `a` into 0.

    At full rank row `order[j]` of `out` is row j of the inverse. `a` is overwritten.
    """
    n = len(a)
    for i in range(n):
        for j in range(n):
            out[i, j] = 1.0 if i == j else 0.0
        order[i] = -1
    for k in range(n):
        best, line, at = _PIVOT, -1, -1
        for i in range(k, n):
            for j in range(n):
                if order[j] < 0 and abs(a[i, j]) > best:
                    best, line, at = abs(a[i, j]), i, j
        if line < 0:
            return k
        for j in range(n):
            a[k, j], a[line, j] = a[line, j], a[k, j]
            out[k, j], out[line, j] = out[line, j], out[k, j]
        order[at] = k
        pivot = 1.0 / a[k, at]
        for j in range(n):
            a[k, j] *= pivot
            out[k, j] *= pivot
        for i in range(n):
            f = a[i, at]
            if i != k and f != 0.0:
                for j in range(n):
                    a[i, j] -= f * a[k, j]
                    out[i, j] -= f * out[k, j]
    return n


@njit(cache=True, nogil=True)
def _combined(g, o, row, out):  # type: ignore[no-untyped-def]
    """Weighted sum of the differences of each player, on the vertices of the others: [N, W]."""
    at = 0
    for i in range(len(o.start)):
        for c in range(o.width[i]):
            out[i, c] = 0.0
        for r in range(o.equal[i]):
            y = row[at]
            at += 1
            if y != 0.0:
                for c in range(o.width[i]):
                    out[i, c] += y * g[o.start[i] + r * o.width[i] + c]


@njit(cache=True, nogil=True)
def _signed(g, o, first, inverse, sums):  # type: ignore[no-untyped-def]
    """Whether a combination of the differences, of those from `first` on, has a sign on the whole box."""
    cells, players = o.place.shape
    for r in range(first, len(inverse)):
        _combined(g, o, inverse[r], sums)
        room = 0.0
        for j in range(len(inverse)):
            room += _SURE * abs(inverse[r, j])
        low, high = np.inf, -np.inf
        for c in range(cells):
            x = 0.0
            for i in range(players):
                x += sums[i, o.place[c, i]]
            low, high = min(low, x), max(high, x)
        if low > room or high < -room:
            return True
    return False


@njit(cache=True, nogil=True)
def _shrinks(g, o, inverse, order, sums):  # type: ignore[no-untyped-def]
    """Bound of the row sums of |1 - inverse * derivative| over the box."""
    cells, players = o.place.shape
    worst = 0.0
    for j in range(len(inverse)):
        _combined(g, o, inverse[order[j]], sums)
        total = 0.0
        for k in range(players):
            for v in range(o.sizes[k] - 1):
                most = 0.0
                for c in range(cells):
                    if o.vertex[c, k] != 0:
                        continue
                    x = -1.0 if o.column[k] + v == j else 0.0
                    for i in range(players):
                        if i != k:
                            at = o.place[c, i]
                            x += sums[i, at + (v + 1) * o.right[i, k]] - sums[i, at]
                    most = max(most, abs(x))
                total += most
        worst = max(worst, total)
        if worst > _SHRINK:
            break
    return worst


@njit(cache=True, nogil=True)
def _values(g, o, share, out):  # type: ignore[no-untyped-def]
    """All differences at shares [N, A] of the vertices, in the order of players."""
    cells, players = o.place.shape
    at = 0
    for i in range(players):
        for r in range(o.rows[i]):
            s = 0.0
            for c in range(cells):
                if o.vertex[c, i] != 0:
                    continue
                p = 1.0
                for k in range(players):
                    if k != i:
                        p *= share[k, o.vertex[c, k]]
                s += p * g[o.start[i] + r * o.width[i] + o.place[c, i]]
            out[at] = s
            at += 1


@njit(cache=True, nogil=True)
def _reached(g, o, inverse, order, shrink, share, value):  # type: ignore[no-untyped-def]
    """Take steps with a fixed inverse: whether they prove a solution in the box. `share` and `value` hold it."""
    players = len(o.start)
    for k in range(players):
        for v in range(o.sizes[k]):
            share[k, v] = 1.0 / o.sizes[k]
    move = 1.0
    for _ in range(80):
        _values(g, o, share, value)
        move = 0.0
        for k in range(players):
            for v in range(o.sizes[k] - 1):
                s, at, row = 0.0, 0, 0
                for i in range(players):
                    for r in range(o.equal[i]):
                        s += inverse[order[o.column[k] + v], row] * value[at + r]
                        row += 1
                    at += o.rows[i]
                share[k, v + 1] -= s
                share[k, 0] += s
                move = max(move, abs(s))
        if move > 4.0 or move < 1e-15:
            break
    for k in range(players):
        for v in range(o.sizes[k]):
            # room for the ball that holds the solution
            if o.sizes[k] > 1 and share[k, v] < o.sizes[k] * _NEAR:
                return False
    return move < (1.0 - shrink) * 0.1 * _NEAR


@njit(cache=True, nogil=True)
def _grown(g, o, out):  # type: ignore[no-untyped-def]
    """Differences at the vertices of a larger box with the same middle."""
    for c in range(len(g)):
        out[c] = g[c]
    players = len(o.start)
    for k in range(players):
        n = o.sizes[k]
        if n == 1:
            continue
        for i in range(players):
            if i == k:
                continue
            b = o.right[i, k]
            for top in range(o.rows[i] * o.left[i, k]):
                for c in range(b):
                    at = o.start[i] + top * n * b + c
                    mean = 0.0
                    for v in range(n):
                        mean += out[at + v * b] / n
                    for v in range(n):
                        out[at + v * b] = mean + _WIDE * (out[at + v * b] - mean)


@njit(cache=True, nogil=True)
def _located(o, corner, share, value, point):  # type: ignore[no-untyped-def]
    """Write the mixtures at shares of a larger box: 1 where they are an equilibrium, -1 where not, 0 undecided."""
    kind, at = 1, 0
    for k in range(len(o.start)):
        n = o.sizes[k]
        for a in range(n):
            s, mean = 0.0, 0.0
            for v in range(n):
                s += share[k, v] * corner[k, v, a]
                mean += corner[k, v, a] / n
            s = mean + _WIDE * (s - mean)
            point[k, a] = s
            if s < -_EDGE:
                return -1
            if s < _EDGE:
                kind = 0
        for r in range(o.equal[k], o.rows[k]):
            x = value[at + r]
            if x > _EDGE or (r < o.ties[k] and x < -_EDGE):
                return -1
            if x > -_EDGE:
                kind = 0
        at += o.rows[k]
    return kind


@njit(cache=True, nogil=True)
def _longest(corner, sizes):  # type: ignore[no-untyped-def]
    """Longest side of all simplices: its length, the player and the two vertices."""
    far, who, one, two = -1.0, 0, 0, 0
    for k in range(len(sizes)):
        for u in range(sizes[k]):
            for v in range(u):
                s = 0.0
                for a in range(sizes[k]):
                    s += (corner[k, u, a] - corner[k, v, a]) ** 2
                if s > far:
                    far, who, one, two = s, k, u, v
    return np.sqrt(far), who, one, two


@njit(cache=True, nogil=True)
def _halved(g, o, corner, who, keep, move):  # type: ignore[no-untyped-def]
    """Put one vertex of a simplex in the middle of the side to another one, in place."""
    for a in range(o.sizes[who]):
        corner[who, move, a] = 0.5 * (corner[who, keep, a] + corner[who, move, a])
    for i in range(len(o.start)):
        if i == who:
            continue
        b = o.right[i, who]
        for top in range(o.rows[i] * o.left[i, who]):
            at = o.start[i] + top * o.sizes[who] * b
            for c in range(b):
                g[at + move * b + c] = 0.5 * (g[at + keep * b + c] + g[at + move * b + c])


@njit(cache=True, nogil=True)
def _same(found, count, point):  # type: ignore[no-untyped-def]
    """1 where a solution is known, 0 where it is new, -1 where it is too near to a known one to tell."""
    for f in range(count):
        far = 0.0
        for k in range(point.shape[0]):
            for a in range(point.shape[1]):
                far = max(far, abs(found[f, k, a] - point[k, a]))
        if far < 1e-6:
            return 1 if far < 1e-9 else -1
    return 0


@njit(cache=True, nogil=True)
def solutions(first, o, most, found, sure, work):  # type: ignore[no-untyped-def]
    """Find all mixtures with full weight at which the actions of a support tie and no other is better.

    Parameters
    ----------
    first : array [L], for each player and row the payoff differences at the vertices of the other simplices
    o : Layout
    most : int, boxes after which the search ends as open
    found, sure : arrays [F, N, A], [F], for solutions, and whether their inequalities hold by a margin
    work : array [1], boxes taken

    Returns
    -------
    count : int, of solutions
    status : int, `FINITE` where there is no other with full weight, `OPEN` where that is not proved
    """
    cells, players = o.place.shape
    dim, broad, lines = 0, 0, 0
    for k in range(players):
        dim += o.equal[k]
        lines += o.rows[k]
        broad = max(broad, o.sizes[k])
    deep = 64 * dim + 2
    tables, corners = np.empty((deep, len(first))), np.empty((deep, players, broad, broad))
    slope, inverse, order = np.empty((dim, dim)), np.empty((dim, dim)), np.empty(dim, np.int64)
    sums, grown = np.empty((players, cells)), np.empty(len(first))
    share, value, point = np.empty((players, broad)), np.empty(lines), np.empty((players, broad))
    for c in range(len(first)):
        tables[0, c] = first[c]
    for k in range(players):
        for v in range(broad):
            point[k, v] = 0.0
            for a in range(broad):
                corners[0, k, v, a] = 1.0 if a == v else 0.0
    height, count, status, tiny = 1, 0, FINITE, 0
    while height > 0:
        work[0] += 1
        if work[0] > most or height + 1 >= deep or tiny > _TINY:
            return count, OPEN
        height -= 1
        g, corner = tables[height], corners[height]
        if _excluded(g, o):
            continue
        _slopes(g, o, slope)
        rank = _inverted(slope, inverse, order)
        if _signed(g, o, rank if rank < dim else 0, inverse, sums):
            continue
        if rank == dim:
            _grown(g, o, grown)
            for r in range(dim):
                for j in range(dim):
                    inverse[r, j] /= _WIDE
            shrink = _shrinks(grown, o, inverse, order, sums)
            if shrink <= _SHRINK and _reached(grown, o, inverse, order, shrink, share, value):
                kind = _located(o, corner, share, value, point)
                known = _same(found, count, point) if kind >= 0 else 1
                if known < 0 or (known == 0 and count == len(found)):
                    status = OPEN
                elif known == 0:
                    for k in range(players):
                        for a in range(broad):
                            found[count, k, a] = point[k, a]
                    sure[count] = kind == 1
                    count += 1
                continue
        length, who, one, two = _longest(corner, o.sizes)
        if length < _SMALL:
            tiny += 1
            status = OPEN
            continue
        for c in range(len(first)):
            tables[height + 1, c] = g[c]
        for k in range(players):
            for v in range(broad):
                for a in range(broad):
                    corners[height + 1, k, v, a] = corner[k, v, a]
        _halved(tables[height], o, corners[height], who, one, two)
        _halved(tables[height + 1], o, corners[height + 1], who, two, one)
        height += 2
    return count, status
