"""Records of arrays that the kernels take: plain named tuples, so that they are made without loading a compiler."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from armsgame._typing import BoolArray, FloatArray, IntArray

Words = npt.NDArray[np.uint64]
Halves = npt.NDArray[np.uint32]


class ChainTables(NamedTuple):
    """A product chain with X pairs and K outcomes, cut at integers.

    guide [X << depth]: the entry that a draw with these leading bits has, or the first one possible with
    the highest bit set where there are several; entry [K] by outcome: outcome, next pair and event bits in
    one word; top [K] integer upper bounds of the outcomes (the last of a pair is 2**32); payoffs [K, P];
    pair_state [X] for the occupancy; cells [K]: game state, and above 32 bits the row within it.
    """

    guide: Words
    depth: int
    top: Words
    entry: Words
    payoffs: FloatArray
    pair_state: npt.NDArray[np.uint16]
    cells: Words


class DrawTables(NamedTuple):
    """A play with one table per draw.

    first [S] first row of a state; stride [P, S] rows per action; payoffs [P, rows];
    guide int64 [rows << depth]: the branch that a draw with these leading bits has, or ~b where several
    are possible, b the first of them; top [branches] integer upper bounds; target [branches];
    bits [branches] events as a bit mask; cells [branches] as in `ChainTables`;
    laws [P, S, Q, A - 1] integer upper bounds of the action laws; moves [P, Q, branches];
    drawn [P + 1]: is the stream ever read?
    """

    first: Words
    stride: Words
    payoffs: FloatArray
    guide: IntArray
    depth: int
    top: Words
    target: Words
    bits: Words
    cells: Words
    laws: Words
    moves: Halves
    drawn: BoolArray


class PathOutputs(NamedTuple):
    """Arrays of N paths that a kernel fills: N is a multiple of the lanes, the first `total` are wanted.

    ids [N] path numbers. Carried: seen, last [N] event bits; when [N, E] period of the first occurrence;
    gains [N, P] weighted sums. Added to: occupancy [T, S, 4], one slot for each lane modulo 4 so that
    successive increments do not wait for each other; empty if not asked for. Written: states, profiles
    [N, W], `pack` periods to a word of 32 bits, where their second axis is not empty.
    """

    ids: Words
    total: int
    seen: Words
    last: Words
    when: npt.NDArray[np.int32]
    gains: FloatArray
    occupancy: Halves
    states: Halves
    profiles: Halves
    pack: int


class MatchGame(NamedTuple):
    """A game of two seats as rows and branches; law [branches] probabilities, or running sums by row."""

    first: IntArray
    shape: IntArray
    payoffs: FloatArray
    branch: IntArray
    law: FloatArray
    target: IntArray
    start: int


class MatchRules(NamedTuple):
    """Tables of n strategies in both seats.

    laws [2, n, S, Q, A] probabilities, or running sums; moves [2, n, Q, branches]; initial [2, n];
    sizes [n] automaton states in use.
    """

    laws: FloatArray
    moves: npt.NDArray[np.int32]
    initial: IntArray
    sizes: IntArray


class PopulationProcess(NamedTuple):
    """A population process of n types.

    birth_death: a parent drawn by fitness replaces a uniformly drawn individual; otherwise a
    uniformly drawn individual compares itself with another one (Fermi rule). Mutation follows either.
    Counts are kept every `every` steps.
    """

    payoffs: FloatArray
    birth_death: bool
    exponential: bool
    selection: float
    mutation: float
    every: int
