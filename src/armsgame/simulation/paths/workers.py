"""Running programs over many paths: units of paths, threads, progress, and what is done when stopped."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from armsgame._deadline import ask_time
from armsgame._kernels.records import Halves, PathOutputs, Words
from armsgame._threads import thread_count
from armsgame._typing import FloatArray, IntArray
from armsgame.simulation.paths.program import Program

Done = TypeVar("Done")
_LANES = 64
_UNIT = 65_536
# periods, over all paths of a unit, below which handing out units costs more than it gains
_LEAST = 1 << 21
_CELLS = 1 << 26
# stream of first states, beside those of nature (0) and the parties (1, 2, ..)
_START = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Job:
    """Paths to play.

    Attributes
    ----------
    programs : tuple, and group : int array [N] of the program each path plays, None where there is one
    first : int, first game state, or uint64 array [S], bounds of its law
    paths, offset : int, number of paths N, and of the first of them
    weights : array [T] of the periods
    block : int, units of paths are a multiple of it
    """

    programs: tuple[Program, ...]
    group: IntArray | None
    first: int | Words
    paths: int
    offset: int
    weights: FloatArray
    key: np.uint64
    keep: bool
    block: int = _LANES

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Players, periods, states and events."""
        dyn = self.programs[0].segments[0].play.dynamics
        return len(dyn.players), len(self.weights), len(dyn.states), len(dyn.events)

    @property
    def pack(self) -> int:
        """Periods of kept states and profiles in a word of 32 bits."""
        plays = [segment.play.dynamics for program in self.programs for segment in program.segments]
        return 4 if max(max(len(dyn.states), int(np.diff(dyn.first).max())) for dyn in plays) <= 127 else 2

    def kept(self) -> tuple[Halves, Halves]:
        """Arrays for the kept states and profiles of all paths, [N, words]; a single state is 0 and never written."""
        words = -(-len(self.weights) // self.pack) if self.keep else 0
        size = -(-self.paths // _LANES) * _LANES
        states = (np.empty if self.shape[2] > 1 else np.zeros)((size, words), np.uint32)
        return states, np.empty((size, words), np.uint32)

    def unpacked(self, words: Halves) -> Any:
        """View of packed words as small integers, [N, T]."""
        wide = np.int8 if self.pack == 4 else np.int16
        return words.view(wide)[:, : len(self.weights) if self.keep else 0]


@dataclass(frozen=True, slots=True)
class Part:
    """What a unit of consecutive paths gave; the fields are those of `PathOutputs`."""

    begin: int
    end: int
    seen: Words
    last: Words
    when: npt.NDArray[np.int32]
    gains: FloatArray
    occupancy: IntArray


def units(job: Job, progress: bool, finish: Callable[[Part], Done], kept: Sequence[Halves] = ()) -> Iterator[Done]:
    """Play the job unit by unit, in order; `finish` is applied in the worker, kept states go to `kept`.

    A KeyboardInterrupt, raised where the caller waits, lets running units end and stops the rest.
    """
    workers = thread_count()
    # four units for each worker, fewer where each would be small
    share = max(-(-job.paths // (4 * workers)), min(-(-job.paths // workers), _LEAST // len(job.weights)))
    size = max(min(_UNIT, share, _CELLS // len(job.weights)), 1)
    size = -(-size // job.block) * job.block
    spans = [(a, min(a + size, job.paths)) for a in range(0, job.paths, size)]

    def work(span: tuple[int, int]) -> Done:
        return finish(_unit(job, *span, kept))

    bar = None
    if progress:
        from tqdm import tqdm

        bar = tqdm(total=job.paths, unit="path", unit_scale=True)
    pool = ThreadPoolExecutor(workers) if workers > 1 and len(spans) > 1 else None
    try:
        for span, result in zip(spans, _ordered(pool, work, spans, 4 * workers), strict=True):
            if bar is not None:
                bar.update(span[1] - span[0])
            yield result
            if span[1] < job.paths:
                ask_time()
    finally:
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)
        if bar is not None:
            bar.close()


def _ordered(
    pool: ThreadPoolExecutor | None, work: Callable[[tuple[int, int]], Done], spans: list[tuple[int, int]], ahead: int
) -> Iterator[Done]:
    if pool is None:
        yield from map(work, spans)
        return
    waiting: deque[Future[Done]] = deque()
    for span in spans:
        waiting.append(pool.submit(work, span))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _unit(job: Job, begin: int, end: int, kept: Sequence[Halves]) -> Part:
    total = end - begin
    rows = slice(begin, begin - (-total // _LANES) * _LANES)
    views = tuple(words[rows] for words in kept) if job.keep else None
    whole = _outputs(job, np.arange(begin, end, dtype=np.int64) + job.offset, views)
    if job.group is None:
        _play(job, 0, whole)
    else:
        group = job.group[begin:end]
        for g in np.unique(group).tolist():
            here = np.flatnonzero(group == g)
            own = _outputs(job, here + begin + job.offset, None)
            _play(job, g, own)
            for name in ("seen", "last", "when", "gains", "states", "profiles"):
                getattr(whole, name)[here] = getattr(own, name)[: len(here)]
            np.add(whole.occupancy, own.occupancy, out=whole.occupancy)
    cut = {name: getattr(whole, name)[:total] for name in ("seen", "last", "when", "gains")}
    return Part(begin, end, occupancy=whole.occupancy.sum(axis=2, dtype=np.int64), **cut)


def _play(job: Job, g: int, out: PathOutputs) -> None:
    if isinstance(job.first, int):
        starts = np.full(len(out.ids), job.first)
    else:
        from armsgame._kernels.streams import first_words

        starts = np.searchsorted(job.first, first_words(np.uint64(_START), out.ids, job.key), side="right")
    job.programs[g].play(starts, job.weights, job.key, out)


def _outputs(job: Job, ids: IntArray, kept: Sequence[Halves] | None) -> PathOutputs:
    players, periods, states, events = job.shape
    size = -(-len(ids) // _LANES) * _LANES
    padded = np.zeros(size, np.uint64)
    padded[: len(ids)] = ids
    states_kept, profiles_kept = replace(job, paths=size).kept() if kept is None else kept
    return PathOutputs(
        padded,
        len(ids),
        np.zeros(size, np.uint64),
        np.zeros(size, np.uint64),
        np.full((size, events), periods, np.int32),
        np.zeros((size, players)),
        # a single state needs no counting
        np.zeros((periods, states if states > 1 else 0, 4), np.uint32),
        # nor writing
        states_kept[:, : None if states > 1 else 0],
        profiles_kept,
        job.pack,
    )


def resume(job: Job, done: int) -> Job:
    """Return the job without its first `done` paths."""
    group = None if job.group is None else job.group[done:]
    return replace(job, group=group, paths=job.paths - done, offset=job.offset + done)
