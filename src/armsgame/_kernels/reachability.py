"""Reachability in graphs with several movers, on rows of bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

BoolArray: TypeAlias = npt.NDArray[np.bool_]
PackedArray: TypeAlias = npt.NDArray[np.uint64]


class Arcs:
    """Moves by the state they lead to, for unions of packed rows."""

    def __init__(self, arcs: BoolArray) -> None:
        self.to, self.start = np.nonzero(arcs.T)
        self.first = np.flatnonzero(np.diff(self.to, prepend=-1))

    def spread(self, rows: PackedArray) -> PackedArray:
        """Row t: the union of the rows u from which a move leads to t."""
        found = np.zeros_like(rows)
        if len(self.first):
            found[self.to[self.first]] = np.bitwise_or.reduceat(rows[self.start], self.first, axis=0)
        return found


def pack(rows: BoolArray) -> PackedArray:
    """64 entries of a row in one word."""
    wide = np.zeros((len(rows), -(-rows.shape[1] // 64) * 64), dtype=bool)
    wide[:, : rows.shape[1]] = rows
    return np.packbits(wide, axis=1).view(np.uint64)


def unpack(rows: PackedArray, size: int) -> BoolArray:
    return np.unpackbits(rows.view(np.uint8), axis=1, count=size).astype(bool)


def met(moves: BoolArray, answers: BoolArray, deterring: BoolArray) -> BoolArray:
    """Keep the moves (s, t) for which some u has answers[t, u] and deterring[s, u]."""
    found = np.zeros_like(moves)
    first, second = pack(answers), pack(deterring)
    s, t = np.nonzero(moves)
    for k in range(0, len(s), 65536):
        here = slice(k, k + 65536)
        found[s[here], t[here]] = (first[t[here]] & second[s[here]]).any(axis=1)
    return found


def closed(arcs: BoolArray) -> BoolArray:
    """One decision maker's consecutive moves count as one; staying is no move."""
    onward, rows = Arcs(arcs), pack(arcs.T)
    while True:
        longer = rows | onward.spread(rows)
        if (longer == rows).all():
            break
        rows = longer
    total = unpack(rows, len(arcs)).T.copy()
    np.fill_diagonal(total, False)
    return total


def joint(arcs: Sequence[BoolArray], size: int) -> BoolArray:
    """States that several decision makers can reach in any order, nobody twice in a row."""
    if not arcs:
        return np.zeros((size, size), dtype=bool)
    # by last mover: row t holds the starts; a state reached by somebody else last may be left by this one
    onward, ends = [Arcs(arc) for arc in arcs], [pack(arc.T) for arc in arcs]
    while len(arcs) > 1:
        grown = []
        for i in range(len(arcs)):
            before = np.bitwise_or.reduce([ends[j] for j in range(len(arcs)) if j != i])
            grown.append(ends[i] | onward[i].spread(before))
        if all((a == b).all() for a, b in zip(grown, ends, strict=True)):
            break
        ends = grown
    return unpack(np.bitwise_or.reduce(ends), size).T.copy()
