"""Markov chains without a subtraction: numbers of any size, reachability, visits and values.

Leaving probabilities are taken as they are given; what stays in a state is never read. With n states
every result has a relative error of at most about (2/3) n**3 roundings, each 1.1e-16: a censored rate
carries at most n + 1 of them, and by the tree formula (Freidlin and Wentzell 1984, lemma 6.3.1) a
relative change of all rates by e moves a result of n states by at most 2 n e. What is seen is a few n.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from armsgame._typing import ArrayLike, BoolArray, FloatArray, IntArray
from armsgame.errors import NotSolved

_BITS = 512
_LOG = _BITS * np.log(2.0)


class Scaled(NamedTuple):
    """Numbers value * 2**(512 power) that are not negative; the value 0 or in [2**-256, 2**256)."""

    value: FloatArray
    power: IntArray

    def at(self, index: int | IntArray | BoolArray) -> Scaled:
        """Take the same part of both arrays."""
        return Scaled(self.value[index], self.power[index])


def scaled(value: ArrayLike, power: ArrayLike = 0) -> Scaled:
    """Bring numbers of any size into range."""
    v = np.array(value, dtype=float)
    p = np.array(np.broadcast_to(power, v.shape), np.int64)
    small = (v < 2.0**-256) & (v > 0)
    while small.any():  # at most twice: the smallest float is 2**-1074
        v[small], p[small] = v[small] * 2.0**_BITS, p[small] - 1
        small = (v < 2.0**-256) & (v > 0)
    large = v >= 2.0**256
    if large.any():
        v[large], p[large] = v[large] * 2.0**-_BITS, p[large] + 1
    p[v == 0] = 0
    return Scaled(v, p)


def from_logs(log: object) -> Scaled:
    """Numbers whose natural logarithms are given; they carry the rounding of the logarithm."""
    wide = np.asarray(log, dtype=float)
    power = np.where(np.isfinite(wide), np.rint(wide / _LOG), 0.0)
    return scaled(np.exp(wide - power * _LOG), power.astype(np.int64))


def times(*factors: Scaled | FloatArray) -> Scaled:
    """Products, entry by entry; 0 only where a factor is 0."""
    first, *more = (f if isinstance(f, Scaled) else scaled(f) for f in factors)
    for one in more:
        first = scaled(first.value * one.value, first.power + one.power)
    return first


def sums(numbers: Scaled, group: IntArray, size: int) -> Scaled:
    """Add the numbers of each group 0 .. size - 1."""
    if not numbers.power.any():
        return scaled(np.bincount(group, numbers.value, minlength=size))
    live = numbers.value > 0
    order = np.flatnonzero(live)[np.argsort(group[live], kind="stable")]
    value, power = np.zeros(size), np.zeros(size, np.int64)
    if len(order):
        own = group[order]
        first = np.flatnonzero(np.diff(own, prepend=-1))
        top = np.maximum.reduceat(numbers.power[order], first)
        below = numbers.power[order] - np.repeat(top, np.diff(first, append=len(own)))
        # two steps of 512 bits below the largest are beyond the digits of the sum
        part = np.where(below < -1, 0.0, numbers.value[order] * np.where(below < 0, 2.0**-_BITS, 1.0))
        value[own[first]], power[own[first]] = np.add.reduceat(part, first), top
    return scaled(value, power)


def total(numbers: Scaled) -> Scaled:
    """Sum of all numbers, a scalar."""
    return sums(numbers, np.zeros(len(numbers.value), np.int64), 1).at(0)


def floats(numbers: Scaled) -> FloatArray:
    """As floats: 0 below 5e-324 and inf above 1.8e308."""
    if not np.any(numbers.power):
        return numbers.value
    with np.errstate(over="ignore", under="ignore"):
        return np.ldexp(numbers.value, np.clip(_BITS * numbers.power, -4 * _BITS, 4 * _BITS).astype(np.int32))


def logs(numbers: Scaled) -> FloatArray:
    """Natural logarithms; -inf of 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(numbers.value) + numbers.power * _LOG)


def reached(size: int, tail: IntArray, head: IntArray, start: int | IntArray | BoolArray) -> BoolArray:
    """Bool array [size]: states to which links lead from some state of `start` (indices or bools), those included."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    first = np.flatnonzero(start) if np.asarray(start).dtype == bool else np.atleast_1d(start)
    rows, columns = np.append(tail, np.full(len(first), size)), np.append(head, first)
    graph = csr_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(size + 1, size + 1))
    found = np.zeros(size + 1, bool)
    found[breadth_first_order(graph, size, return_predecessors=False)] = True
    return found[:size]


def closed_classes(size: int, tail: IntArray, head: IntArray) -> tuple[IntArray, list[int]]:
    """Label of the communicating class of each state, and the labels of the classes that no link leaves."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graph = csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(size, size))
    count, label = connected_components(graph, connection="strong")
    left = label[tail[label[tail] != label[head]]]
    return label, sorted(set(range(count)) - set(left.tolist()))


class Chain:
    """A chain whose states have been eliminated one by one.

    Parameters
    ----------
    size : int, n
    tail, head : int arrays [E]
        Links between states; those from a state to itself are left out, several between two states add up.
    weight : Scaled [E]
    leave : Scaled [n], optional
        Probability of leaving the chain from each state. Every state must lead out of the chain, or
        there is no way out at all and every state leads to every other one.
    """

    def __init__(self, size: int, tail: IntArray, head: IntArray, weight: Scaled, leave: Scaled | None = None) -> None:
        from armsgame._kernels.elimination import eliminate

        used = np.flatnonzero((tail != head) & (weight.value > 0))
        tail, head, rate = tail[used], head[used], weight.at(used)
        self.place, begin, later, parent = _pattern(size, tail, head)
        row, column = self.place[tail], self.place[head]
        lists: list[np.ndarray] = []
        for own, to in ((row, column), (column, row)):
            here = np.flatnonzero(to > own)
            here = here[np.argsort(own[here], kind="stable")]
            lists += [_starts(size, own[here]), to[here], *rate.at(here)]
        gone = scaled(np.zeros(size)) if leave is None else self._inner(leave)
        run: Any = eliminate
        self.factors = (begin, later, *run(begin, later, parent, *lists, gone.value.copy(), gone.power.copy()))
        stuck = np.flatnonzero(self.factors[-2][self.place] == 0)
        if len(stuck) != (leave is None):
            raise NotSolved(f"states {stuck[:5].tolist()} of {size} lead nowhere; the chain has another closed class.")

    def _inner(self, numbers: Scaled) -> Scaled:
        value, power = np.empty_like(numbers.value), np.empty_like(numbers.power)
        value[self.place], power[self.place] = numbers
        return Scaled(value, power)

    def _solve(self, right: Scaled, forwards: bool) -> Scaled:
        from armsgame._kernels.elimination import substitute

        begin, later, up_v, up_p, down_v, down_p, total_v, total_p = self.factors
        ahead, behind = ((up_v, up_p), (down_v, down_p)) if forwards else ((down_v, down_p), (up_v, up_p))
        inner = self._inner(right)
        value, power = inner.value.reshape(len(begin) - 1, -1), inner.power.reshape(len(begin) - 1, -1)
        substitute(begin, later, *ahead, *behind, total_v, total_p, value, power)
        return Scaled(value[self.place].reshape(right.value.shape), power[self.place].reshape(right.power.shape))

    def values(self, reward: Scaled) -> Scaled:
        """Compute the expected sum of a reward per visit until the chain is left, from each state; shapes [n, ..]."""
        return self._solve(reward, False)

    def visits(self, start: Scaled) -> Scaled:
        """Compute the expected number of visits to each state until the chain is left, from a law of the first; [n]."""
        return self._solve(start, True)

    def law(self) -> FloatArray:
        """Stationary law [n] of a chain without a way out."""
        one = np.zeros(len(self.place))
        one[self.place == len(self.place) - 1] = 1.0
        found = self.visits(scaled(one))
        # against the sum of all, a pair too: the largest power can belong to a small value
        whole = total(found)
        share = floats(scaled(found.value / whole.value, found.power - whole.power))
        return np.asarray(share / share.sum())


def _starts(size: int, own: IntArray) -> IntArray:
    return np.append(0, np.cumsum(np.bincount(own, minlength=size)))


def _pattern(size: int, tail: IntArray, head: IntArray) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Place of each state [n] in an order of elimination, and what `fill` and `ancestors` say of it."""
    if size < 48:
        return _full(size)
    from armsgame._kernels.elimination import ancestors, fill, postorder

    place = _sparse_order(size, tail, head)
    back = np.empty(size, np.int64)
    back[postorder(ancestors(*_neighbours(size, place[tail], place[head])))] = np.arange(size)
    place = back[place]
    start, other = _neighbours(size, place[tail], place[head])
    parent = ancestors(start, other)
    return place, *fill(start, other, parent), parent


@cache
def _full(size: int) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Few states: as if every one led to every other."""
    rows, columns = np.triu_indices(size, 1)
    every = np.arange(size)
    return every, _starts(size, rows), columns, np.append(every[1:], -1)


def _neighbours(size: int, tail: IntArray, head: IntArray) -> tuple[IntArray, IntArray]:
    """Neighbours in either direction: (start [n + 1], other)."""
    own, other = np.append(tail, head), np.append(head, tail)
    order = np.argsort(own, kind="stable")
    return _starts(size, own[order]), other[order]


def _sparse_order(size: int, tail: IntArray, head: IntArray) -> IntArray:
    """Place of each state in an order with little fill: minimum degree (SuperLU's, on the symmetric pattern)."""
    from scipy.sparse import csc_array
    from scipy.sparse.linalg import spilu

    every = np.arange(size)
    rows, columns = np.concatenate([tail, head, every]), np.concatenate([head, tail, every])
    entries = np.append(np.full(2 * len(tail), -1.0), 1.0 + 2 * np.bincount(np.append(tail, head), minlength=size))
    pattern = csc_array((entries, (rows, columns)), shape=(size, size))
    # everything is dropped: only the order is wanted
    found = spilu(pattern, drop_tol=1.0, fill_factor=1, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
    return np.asarray(found.perm_c, np.int64)
