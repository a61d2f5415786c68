"""Sweeps: one measure over every point of a design, on any executor, with a store that survives a kill."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import partial
from inspect import signature
from itertools import islice
from os import PathLike
from pickle import PicklingError, dumps
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast, runtime_checkable

import numpy as np

from armsgame._checks import check_whole
from armsgame._deadline import TimeSpent, ask_time, time_told
from armsgame._provenance import VERSION, Seed
from armsgame._threads import limited, thread_count
from armsgame._typing import ArrayLike, FloatArray, RNGLike
from armsgame._values import spelled
from armsgame.errors import ArmsgameError, InvalidGame, NotSolved, invalid
from armsgame.study.sweeps.designs import Design, as_design
from armsgame.study.sweeps.labelled import labelled
from armsgame.study.sweeps.measures import Measure, MeasureLike, Model, Studied
from armsgame.study.sweeps.type_measures import TypeMeasure

if TYPE_CHECKING:
    import xarray

__all__ = ["sweep"]


@runtime_checkable
class DaskClient(Protocol):
    """What a client of Dask offers."""

    def get_executor(self, *, pure: bool) -> AbstractContextManager[Executor]:
        """Return an executor on its workers."""

    def ncores(self) -> Mapping[str, int]:
        """Count the cores of each worker."""


ExecutorLike: TypeAlias = str | Executor | DaskClient | None
"""None, "threads", "processes", an Executor, or a Dask client."""

_BATCH, _MAPPED, _PROBED = 65_536, 64, 64


def sweep(
    model: Studied,
    design: Design | Mapping[str, ArrayLike],
    measure: MeasureLike,
    *,
    discount: float | None = None,
    executor: ExecutorLike = None,
    store: str | PathLike[str] | None = None,
    block: int | None = None,
    rng: RNGLike = None,
    progress: bool = True,
    budget_seconds: float | None = None,
) -> xarray.Dataset:
    """Compute a measure at every point of a design.

    Parameters
    ----------
    model : Scenario or Treaty
    design : mapping from parameter to values (a full grid), or Design
        Names are parameters of `Treaty.replace`, ``name.PARTY`` for one party, or ``"discount"``.
    measure : Measure, or callable(treaty, discount) -> number or mapping
        A callable with a parameter ``rng`` gets a generator of its own for each point. A mapping from output to
        number gives one variable per output; the first point that answers says which.
    discount : float, optional; default: the scenario's, where the design does not vary it
    executor : None, "threads", "processes", an Executor or a Dask client
        None works in this process, on threads where the measure takes whole blocks. Anything with
        ``submit`` that returns futures will do.
    store : path, optional
        A zarr folder. Blocks are written as they finish; a run that was killed goes on where it
        stopped. Without it everything stays in memory.
    block : int, optional, points per task; default 65,536 for measures that take whole blocks, else 64
        A measure of a game with private types takes all points in one task, because each starts from its neighbours.
    rng : seed; a point's stream depends on the seed and the point's place in the design alone
    progress : bool, show a bar that counts points
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    xarray.Dataset
        One variable per output, over the axes of a grid, or over ``point`` with the parameters as
        coordinates. Points that raised are NaN; ``error`` holds what was raised, and
        ``attrs["failed"]`` how many, with the first (empty where none did). ``attrs["flat"]`` names the
        parameters along which every answer is the same. The numbers do not depend on executor, block size or order.

    Raises
    ------
    InvalidGame
        Unknown parameters, parameters that the measure does not read, no discount factor, NaN in the design, a
        measure that cannot be sent to another process (told before anything runs), or a store of another study.
    NotSolved
        The measure failed at every point.

    Warns
    -----
    UserWarning
        Some points failed; or every answer is the same along a parameter, and the measure does not say what it reads.

    Examples
    --------
    >>> import numpy as np
    >>> import armsgame as ag
    >>> found = ag.sweep(ag.Treaty(), {"detection": np.linspace(0, 1, 5), "discount": [0.5, 0.95]},
    ...                  ag.measures.regime, progress=False)
    >>> found["regime"].sel(discount=0.95).values.astype(int).tolist()
    [0, 2, 2, 2, 2]
    """
    import warnings

    data = swept(model, design, measure, discount, executor, store, block, rng, progress)
    failed = int((data["error"] != "").sum()) if "error" in data else 0
    if failed and failed == data["error"].size:
        told = f"the measure failed at every point: {data.attrs['failed']}. Mend the measure or the design."
        raise NotSolved(told, data)
    if failed:
        warnings.warn(f"the measure failed at {data.attrs['failed']}; they are NaN.", stacklevel=3)
    if data.attrs["flat"] and not isinstance(getattr(measure, "reads", None), frozenset):
        warnings.warn(
            f"every answer is the same along {data.attrs['flat']}: the measure does not read it, or what it moves "
            "does not reach the answer at these values. Print the treaty's games at both ends to see which.",
            stacklevel=3,
        )
    return data


def swept(
    model: Studied,
    design: Design | Mapping[str, ArrayLike],
    measure: MeasureLike,
    discount: float | None = None,
    executor: ExecutorLike = None,
    store: str | PathLike[str] | None = None,
    block: int | None = None,
    rng: RNGLike = None,
    progress: bool = False,
) -> xarray.Dataset:
    """`sweep` without its verdict on failures and flat answers: studies give their own."""
    points, base = as_design(design), Model.of(model, discount)
    if isinstance(measure, Measure):
        measure.check(base, points.points)
    else:
        base.check(points.names)
    job = _Job.of(base, measure, rng)
    size = check_whole("block", block) if block is not None else (_BATCH if job.whole else _MAPPED)
    if isinstance(measure, TypeMeasure):
        size = points.size
    notes = _notes(base, points, job)
    _check_executor(executor, job)
    job = job.named(points)
    if store is not None:
        from armsgame.study.sweeps.store import Store

        with Store.held(store):
            kept = Store.open(store, points, job.units, size, notes)
            try:
                for k, values, faults in _run(job, points, kept.block, kept.missing(), executor, progress):
                    kept.write(k, values, faults)
            except KeyboardInterrupt as stop:
                raise KeyboardInterrupt(kept.told()) from stop
            except TimeSpent as late:
                raise TimeSpent(f"{time_told()}: {kept.told()}.", kept.dataset(points)) from late
            return kept.dataset(points)
    outputs = {n: np.full(points.size, np.nan) for n in job.units}
    errors: dict[int, str] = {}
    done = np.zeros(points.size, bool)
    try:
        for k, values, faults in _run(job, points, size, list(range(-(-points.size // size))), executor, progress):
            start = k * size
            done[start : start + size] = True
            for name, found in values.items():
                outputs[name][start : start + len(found)] = found
            errors |= {start + n: text for n, text in faults.items()}
    except TimeSpent as late:
        errors |= dict.fromkeys(np.flatnonzero(~done).tolist(), "not begun, as the time was spent")
        ask_time(
            f"{done.sum():,} of {points.size:,} points; .result holds them",
            labelled(points, outputs, errors, job.units, notes),
        )
        raise AssertionError from late
    return labelled(points, outputs, errors, job.units, notes)


@dataclass(frozen=True, slots=True)
class _Job:
    """What a worker gets: the model, the measure and the seed; blocks come one at a time."""

    model: Model
    measure: Measure
    plain: Callable[..., Any] | None
    entropy: int | None
    units: Mapping[str, str]
    seed: str = "none"
    known: Mapping[int, Mapping[str, float] | str] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model, measure: MeasureLike, rng: RNGLike) -> _Job:
        if isinstance(measure, Measure):
            return cls(model, measure, None, None, measure.outputs(model))
        if not callable(measure):
            invalid("measure", measure, "a measure of armsgame.measures, or a callable(treaty, discount)")
        name = getattr(measure, "__name__", type(measure).__name__)
        if "rng" not in _parameters(measure):
            return cls(model, Measure(name, {name: ""}), measure, None, {name: ""})
        seed = Seed.of(rng)
        return cls(model, Measure(name, {name: ""}), measure, int(seed.key), {name: ""}, str(seed.told()))

    def named(self, points: Design) -> _Job:
        """Return the job with the outputs of a plain callable, asked at the first points; they are not asked again."""
        if self.plain is None:
            return self
        known: dict[int, Mapping[str, float] | str] = {}
        units = self.units
        for place in range(min(points.size, _PROBED)):
            try:
                known[place] = found = self._asked(place, points.block(place, place + 1))
            except TimeSpent:
                raise
            except Exception as fault:  # recorded with its point, as in a block
                known[place] = _told(fault)
                continue
            units = dict.fromkeys(found, "")
            break
        taken = {*points.names, "point", "block", "error", "checksum"} & set(units)
        if taken or not units:
            what = f"an output named {min(taken)!r}" if taken else "no output"
            raise InvalidGame(
                f"the measure {self.measure.name!r} has {what}; allowed: at least one output, with names other than "
                "those of the design, 'point', 'block', 'error' and 'checksum'. Rename it."
            )
        return replace(self, units=units, known=known)

    @property
    def whole(self) -> bool:
        return self.plain is None and self.measure.batch is not None

    def run(self, start: int, points: dict[str, FloatArray]) -> tuple[dict[str, FloatArray], dict[int, str]]:
        """Compute the outputs of a block [n], and what went wrong by place in the block."""
        size = len(next(iter(points.values())))
        if isinstance(self.measure, TypeMeasure):
            found, raised = self.measure.walk(self.model, points)
            return found, {k: _told(fault) for k, fault in raised.items()}
        if self.whole:
            try:
                return self.measure.block(self.model, points), {}
            except TimeSpent:
                raise
            except ArmsgameError:
                pass  # some points are out of range: find them one by one
        out = {n: np.full(size, np.nan) for n in self.units}
        faults: dict[int, str] = {}
        for k in range(size):
            one = {n: v[k : k + 1] for n, v in points.items()}
            try:
                for name, value in self._point(start + k, one).items():
                    out[name][k] = value
            except TimeSpent:
                raise
            except Exception as fault:  # any fault of a user's measure is recorded with its point
                faults[k] = _told(fault)
        return out, faults

    def _point(self, place: int, point: dict[str, FloatArray]) -> Mapping[str, float]:
        if self.plain is None:
            return {n: float(v[0]) for n, v in self.measure.block(self.model, point).items()}
        known = self.known.get(place)
        if isinstance(known, str):
            raise _Known(known)
        found = self._asked(place, point) if known is None else known
        if set(found) != set(self.units):
            raise InvalidGame(
                f"the measure returned {sorted(found)}, expected {sorted(self.units)} as at the first point that "
                "answered; return the same outputs at every point, NaN where one does not exist."
            )
        return found

    def _asked(self, place: int, point: dict[str, FloatArray]) -> dict[str, float]:
        """Ask the plain callable at one point."""
        assert self.plain is not None
        treaty, delta = self.model.at({n: float(v[0]) for n, v in point.items()})
        extra = {}
        if self.entropy is not None:
            own = np.random.SeedSequence(self.entropy, spawn_key=(place,))
            extra["rng"] = np.random.Generator(np.random.Philox(own))
        found = self.plain(treaty, delta, **extra)
        if not isinstance(found, Mapping):
            found = {self.measure.name: found}
        return {str(n): float(v) for n, v in found.items()}


def _parameters(measure: object) -> Mapping[str, object]:
    """Parameters of a callable; none where Python cannot tell them."""
    try:
        return signature(cast("Callable[..., object]", measure)).parameters
    except ValueError:
        return {}


class _Known(Exception):
    """A fault that is already in words."""


def _told(fault: Exception) -> str:
    return str(fault) if isinstance(fault, _Known) else f"{type(fault).__name__}: {fault}"


def _run(
    job: _Job, points: Design, size: int, todo: list[int], executor: ExecutorLike, progress: bool
) -> Iterator[tuple[int, dict[str, FloatArray], dict[int, str]]]:
    """Blocks as they finish; at most four per worker are under way, so memory does not grow with their number."""
    from tqdm import tqdm

    def cut(k: int) -> tuple[int, dict[str, FloatArray]]:
        return k * size, points.block(k * size, min(points.size, (k + 1) * size))

    total = sum(min(points.size, (k + 1) * size) - k * size for k in todo)
    with tqdm(total=total, unit="points", disable=None if progress else True, leave=False) as bar:
        if executor is None and job.whole and len(todo) > 1:
            executor = "threads"
        if executor is None:
            for k in todo:
                ask_time()
                start, chosen = cut(k)
                yield k, *job.run(start, chosen)
                bar.update(min(points.size, start + size) - start)
            return
        with _pool(executor, len(todo)) as (pool, workers):
            submit: Callable[..., Future[Any]] = pool.submit
            if isinstance(pool, ThreadPoolExecutor):
                # the threads keep to the time of the call, and what they start to its number of threads
                submit = partial(_in_thread, pool, max(thread_count() // workers, 1))
            waiting = iter(todo)
            under_way: dict[Future[Any], int] = {}
            try:
                while True:
                    ask_time()
                    for ahead in islice(waiting, 4 * workers - len(under_way)):
                        under_way[submit(job.run, *cut(ahead))] = ahead
                    if not under_way:
                        return
                    for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                        k = under_way.pop(future)
                        yield k, *future.result()
                        bar.update(min(points.size, (k + 1) * size) - k * size)
            finally:
                for future in under_way:
                    future.cancel()


def _in_thread(pool: Executor, threads: int, work: Callable[..., Any], *given: object) -> Future[Any]:
    """Begin work in a thread that knows the time of the call, and that starts so many threads at most."""

    def alone() -> Any:
        with limited(threads):
            return work(*given)

    return pool.submit(copy_context().run, alone)


@contextmanager
def _pool(executor: ExecutorLike, blocks: int) -> Iterator[tuple[Executor, int]]:
    count = max(min(thread_count(), blocks), 1)
    if executor == "threads":
        with ThreadPoolExecutor(count) as pool:
            yield pool, count
    elif executor == "processes":
        # a fresh interpreter per worker: compiled kernels and threads do not survive a fork
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
            yield pool, count
    elif isinstance(executor, DaskClient):
        workers = sum(executor.ncores().values()) or 1
        with executor.get_executor(pure=False) as pool:
            yield pool, workers
    else:
        yield cast("Executor", executor), getattr(executor, "_max_workers", count)


def _check_executor(executor: ExecutorLike, job: _Job) -> None:
    if executor is None or executor == "threads" or isinstance(executor, ThreadPoolExecutor):
        return
    if not (executor == "processes" or isinstance(executor, Executor) or hasattr(executor, "submit")):
        invalid("executor", executor, "None, 'threads', 'processes', an Executor, or a Dask client")
    try:
        dumps(job)
    except (PicklingError, AttributeError, TypeError) as fault:
        raise InvalidGame(
            f"the measure {job.measure.name!r} cannot be sent to another process ({fault}); allowed: a function "
            "defined at the top of a module, or a measure of armsgame.measures. executor='threads' takes any callable."
        ) from None


def _notes(model: Model, design: Design, job: _Job) -> dict[str, object]:
    """Provenance that identifies a study."""
    options = ", ".join(f"{k}={v!r}" for k, v in job.measure.options.items())
    discount = np.nan if model.discount is None else float(model.discount)
    own = {"model": model.label, "treaty": spelled(model.treaty), "discount": discount, "periods": model.periods}
    asked = {"design": design.kind, "parameters": ", ".join(design.names), "points": design.digest()}
    measure = f"{job.measure.name}({options})"
    return {**own, **asked, "measure": measure, "seed": job.seed, "armsgame": VERSION}
