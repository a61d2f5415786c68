"""A play in segments of time, lowered for one of the kernels."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from armsgame._kernels.records import Halves, PathOutputs
from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame
from armsgame.games.dynamics import Play
from armsgame.simulation.paths.tables import LIMIT, chain_tables, draw_tables


@dataclass(frozen=True, slots=True)
class Segment:
    """What is played from period `begin` to `end` - 1; `force` is the state put in place at its start."""

    begin: int
    end: int
    play: Play
    force: int | None = None


class Program(Protocol):
    """Segments lowered for a kernel."""

    kernel: str
    segments: tuple[Segment, ...]
    error: float

    def play(self, starts: IntArray, weights: FloatArray, key: np.uint64, out: PathOutputs) -> None:
        """Play every period; starts [N] are game states."""


class _Chain:
    kernel = "product"

    def __init__(self, segments: tuple[Segment, ...], error: float, starts: Sequence[int]) -> None:
        self.segments = segments
        self.error = error
        self.tables = []
        self.enter = []
        size = len(segments[0].play.dynamics.states)
        # before the first period a path stands at a game state, later at a pair of the segment before
        before: list[tuple[int, ...]] = [(s, *segments[0].play.initial) for s in range(size)]
        allowed = set(starts)
        for k, segment in enumerate(segments):
            force = segment.force
            ahead = [pair if force is None else (force, *pair[1:]) for pair in before]
            chain = chain_tables(
                segment.play, error, [pair for pair in ahead if k or force is not None or pair[0] in allowed]
            )
            if chain is None:
                raise _TooLarge
            place = {pair: x for x, pair in enumerate(chain.pairs)}
            self.tables.append(chain.tables)
            self.enter.append(np.array([place.get(pair, 0) for pair in ahead], np.uint32))
            before = list(chain.pairs)

    def play(self, starts: IntArray, weights: FloatArray, key: np.uint64, out: PathOutputs) -> None:
        from armsgame._kernels.product_chain import run

        at: IntArray | Halves = starts
        for segment, tables, enter in zip(self.segments, self.tables, self.enter, strict=True):
            at = enter[at]
            run(tables, weights, segment.begin, segment.end, key, at, out)


class _Paths:
    kernel = "general"

    def __init__(self, segments: tuple[Segment, ...], error: float) -> None:
        self.segments = segments
        self.error = error
        self.tables = [draw_tables(segment.play, error) for segment in segments]

    def play(self, starts: IntArray, weights: FloatArray, key: np.uint64, out: PathOutputs) -> None:
        from armsgame._kernels.general_paths import walk

        state = starts.astype(np.uint32)
        inner = np.tile(np.array(self.segments[0].play.initial, np.uint32), (len(starts), 1))
        for segment, tables in zip(self.segments, self.tables, strict=True):
            if segment.force is not None:
                state[:] = segment.force
            walk(tables, weights, segment.begin, segment.end, key, state, inner, out)


class _TooLarge(Exception):
    """The product has more pairs or outcomes than `LIMIT`."""


def program_of(segments: tuple[Segment, ...], error: float, starts: Sequence[int], kernel: str) -> Program:
    """Lower segments for `kernel`; ``"auto"`` takes the product where it is small enough."""
    if kernel == "general":
        return _Paths(segments, error)
    try:
        return _Chain(segments, error, starts)
    except _TooLarge:
        if kernel == "auto":
            return _Paths(segments, error)
    raise InvalidGame(
        f"kernel='product' needs more than {LIMIT[0]:,} pairs or {LIMIT[1]:,} outcomes for this profile; "
        "allowed: smaller automata. Use kernel='auto' or 'general'."
    )


def digest_of(program: Program) -> str:
    """Hash of all that the kernels read, so that equal programs and no others have equal digests."""
    code = hashlib.sha256(repr((program.kernel, program.error)).encode())
    for segment in program.segments:
        dyn = segment.play.dynamics
        code.update(repr((segment.begin, segment.end, segment.force, segment.play.initial)).encode())
        code.update(repr((dyn.states, dyn.players, dyn.actions, tuple(dyn.events))).encode())
        tables = [dyn.first, dyn.payoffs, dyn.branch, dyn.prob, dyn.target, *dyn.events.values(), *segment.play.moves]
        for array in [*tables, *(law for own in segment.play.laws for law in own)]:
            code.update(repr(array.shape).encode() + np.ascontiguousarray(array).tobytes())
    return code.hexdigest()
