"""Sampled trajectories of a profile."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np

from armsgame._checks import check_choice, check_discount, check_flag, check_probability, check_whole, listed
from armsgame._cost import require
from armsgame._deadline import TimeSpent, time_told
from armsgame._provenance import Provenance, Seed
from armsgame._typing import RNGLike
from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.coercion import Modelled, TimedGame, timed_game
from armsgame.simulation.paths.by_type import simulate_types
from armsgame.simulation.paths.checkpoint import read_checkpoint, write_checkpoint
from armsgame.simulation.paths.inputs import drawn_games, segments_of, start_law
from armsgame.simulation.paths.play import EVERY, job_hash, play, told, weights_of
from armsgame.simulation.paths.program import digest_of, program_of
from armsgame.simulation.paths.tally import Tally
from armsgame.simulation.paths.workers import Job, resume, units
from armsgame.simulation.runs.totals import Totals
from armsgame.simulation.runs.trajectories import Trajectories


@dataclass(frozen=True, slots=True)
class Question:
    """Everything of a run but the number of paths."""

    game: TimedGame | Modelled | None
    profile: Any
    periods: int
    discount: float
    error: float
    keep: bool | str
    kernel: str
    start: Any
    schedule: tuple[Any, ...]
    shocks: tuple[object, ...]
    draw: Callable[[np.random.Generator], object] | None
    seed: Seed


@overload
def simulate(
    game: object = None, profile: object = None, *, discount: float, periods: int, paths: int,
    rng: RNGLike = None, error: float = 0.0, keep: Literal["totals"], kernel: str = "auto",
    start: object = None, schedule: Sequence[object] = (), shocks: Sequence[object] = (),
    draw: Callable[[np.random.Generator], object] | None = None, progress: bool = False,
    checkpoint: str | os.PathLike[str] | None = None, budget_seconds: float | None = None
) -> Totals: ...  # fmt: skip
@overload
def simulate(
    game: object = None, profile: object = None, *, discount: float, periods: int, paths: int,
    rng: RNGLike = None, error: float = 0.0, keep: bool = False, kernel: str = "auto",
    start: object = None, schedule: Sequence[object] = (), shocks: Sequence[object] = (),
    draw: Callable[[np.random.Generator], object] | None = None, progress: bool = False,
    checkpoint: str | os.PathLike[str] | None = None, budget_seconds: float | None = None
) -> Trajectories: ...  # fmt: skip
def simulate(
    game: object = None, profile: object = None, *, discount: float, periods: int, paths: int,
    rng: RNGLike = None, error: float = 0.0, keep: bool | Literal["totals"] = False, kernel: str = "auto",
    start: object = None, schedule: Sequence[object] = (), shocks: Sequence[object] = (),
    draw: Callable[[np.random.Generator], object] | None = None, progress: bool = False,
    checkpoint: str | os.PathLike[str] | None = None, budget_seconds: float | None = None
) -> Trajectories | Totals:  # fmt: skip
    """Play a profile many times.

    Parameters
    ----------
    game : RepeatedGame, StochasticGame or PrivateGame, or a BayesianGame
        In a BayesianGame the types are drawn once per path, and `Trajectories.types` tells them.
    profile : sequence of strategies, one per player; by type in a BayesianGame
    discount : float
        Per period; weighs the payoffs.
    periods, paths : int
        Horizon T and number of paths N.
    rng : int, SeedSequence, Generator, provenance of a result, or None
        Seed of the streams. Path n reads the streams (n, party) and (n, nature) of Philox
        4x32-10, so numbers do not depend on threads, more paths leave the first ones unchanged,
        and two scenarios with one seed share their draws (common random numbers).
    error : float
        Probability per party and period of another action than intended.
    keep : False, True or "totals"
        False: first occurrences and payoffs per path. True: states and action profiles [N, T] as well.
        ``"totals"``: counts only, in memory that does not grow with N.
    kernel : {"auto", "general", "product"}
        ``"product"`` lowers the profile to its product chain and makes one table look-up per
        period; ``"general"`` draws every party's action and nature's move apart. ``"auto"`` takes
        the product where its tables have at most 4,096 pairs and 262,144 outcomes, whatever the
        number of paths. ``provenance["kernel"]`` says which one ran.
    start : state label, mapping from label to probability, or array [S], optional
        First state in place of the game's; drawn per path, from a stream of its own, where it is a law.
    schedule : sequence of (period, game), optional
        From that period on (periods count from 0) the other game is played: the same players, states
        and actions, but other payoffs, transitions or signals.
    shocks : sequence of (period, state label) or (period, {party: action}), optional
        A state put in place before the period, or actions forced in it. A forced state is no event.
    draw : callable(Generator) -> game or (game, profile), optional
        The game of each path, in place of `game`; it is called once per path with a generator of that
        path's own (about 20 microseconds) and equal games are lowered once (about a millisecond each).
    progress : bool
        Show a progress bar over the paths of the whole job.
    checkpoint : path, optional
        File in which a long run leaves what is done. The same question finds it and goes on; a
        damaged file, or one of another question, is refused.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Trajectories, or Totals with ``keep="totals"``
        After a KeyboardInterrupt the finished first paths, with a warning; ``provenance["asked"]``
        then says how many were asked for.

    Raises
    ------
    InvalidGame
        Counts that are not positive whole numbers, more memory than the machine has, a product
        that is too large for the kernel asked for, or games of a schedule that do not fit.

    Notes
    -----
    Uniforms have 32 bits: probabilities are met to 2.4e-10. Where every action is certain the two
    kernels give the same paths bit for bit. Where parties draw their actions the laws are the
    same, the paths are not: to compare scenarios path by path, run them with one kernel.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5), ag.Monitoring.alarm(1.0, 0.05))
    >>> run = ag.simulate(pd, (ag.grim, ag.grim), discount=0.9, periods=20, paths=1000, rng=7, keep="totals")
    >>> int(run.event_histogram("deployed").sum())
    1000
    """
    count, horizon = check_whole("paths", paths), check_whole("periods", periods)
    check_discount(discount)
    check_probability("error", error)
    check_flag("progress", progress)
    if not isinstance(keep, str) or keep != "totals":
        keep = check_flag("keep", keep)
    check_choice("kernel", kernel, ("auto", "general", "product"))
    schedule = listed("schedule", schedule, "a sequence of (period, game)")
    shocks = listed("shocks", shocks, "a sequence of (period, state label) or (period, {party: action})")
    if checkpoint is not None and (not isinstance(checkpoint, (str, os.PathLike)) or not str(checkpoint)):
        invalid("checkpoint", checkpoint, "the path of a file, or None")
    if game is not None and draw is not None:
        invalid("draw", draw, "None where a game is given")
    if isinstance(game, BayesianGame):
        rest = {"kernel": kernel, "start": start, "schedule": schedule, "shocks": shocks, "checkpoint": checkpoint}
        return simulate_types(
            game, profile, given={**rest, "progress": progress}, discount=discount, periods=horizon, paths=count,
            rng=rng, error=error, keep=keep,
        )  # fmt: skip
    played = timed_game("simulate", game) if draw is None else None
    if draw is not None and (not callable(draw) or schedule or shocks):
        invalid("draw", draw, "a callable, without schedule and shocks")
    start = start.tolist() if isinstance(start, (np.ndarray, np.generic)) else start
    question = Question(
        played, profile, horizon, float(discount), float(error), keep, kernel, start, tuple(schedule), tuple(shocks),
        draw, Seed.of(rng),
    )  # fmt: skip
    found: Trajectories | Totals = _sample(question, 0, count, progress, checkpoint)
    return found


def extend(
    trajectories: Trajectories, *, paths: int, progress: bool = False, budget_seconds: float | None = None
) -> Trajectories:
    """Play more paths of a run, up to `paths` in all: the same bits as one longer run.

    `budget_seconds` is wall time that the call may take.

    Raises
    ------
    InvalidGame
        Fewer paths than there are, or a run whose question is not known (one read from a file).
    NotSolved
        The time is over; `result` holds the paths so far.
    """
    if not isinstance(trajectories, Trajectories):
        raise WrongConcept(
            f"extend takes Trajectories, not {type(trajectories).__name__}. For totals run simulate again with more "
            "paths: the first ones are the same."
        )
    count = check_whole("paths", paths)
    if count < trajectories.paths:
        invalid("paths", paths, f"at least the {trajectories.paths} there are")
    if trajectories.source is None:
        raise InvalidGame(
            "this run does not carry its question. Call simulate with rng=run.provenance and more paths: the first "
            "ones are the same."
        )
    more = count - trajectories.paths
    if not more:
        return trajectories
    try:
        return _joined(trajectories, _sample(trajectories.source, trajectories.paths, more, progress, None))
    except TimeSpent as late:
        found = trajectories if late.result is None else _joined(trajectories, late.result)
        said = f"{time_told()} after {found.paths:,} of {count:,} paths; .result holds them. Raise budget_seconds."
        raise TimeSpent(said, found) from late


def _joined(run: Trajectories, more: Any) -> Trajectories:
    """Paths of a run and those that come after them."""
    both = (run, more)
    found: Trajectories = replace(
        more, first={e: np.concatenate([one.first[e] for one in both]) for e in more.first},
        last={e: np.concatenate([one.last[e] for one in both]) for e in more.last},
        payoffs=np.concatenate([one.payoffs for one in both]), states=np.concatenate([one.states for one in both]),
        profiles=np.concatenate([one.profiles for one in both]), occupancy=run.occupancy + more.occupancy,
    )  # fmt: skip
    return found


def _sample(q: Question, offset: int, count: int, progress: bool, checkpoint: str | os.PathLike[str] | None) -> Any:
    _affordable(q, count)
    if q.draw is None:
        games, group = [(q.game, q.profile)], None
    else:
        games, group = drawn_games(q.draw, q.profile, range(offset, offset + count), q.seed.key)
    cut = [segments_of(game, plan, q.periods, q.schedule, q.shocks) for game, plan in games]
    dyn = cut[0][0].play.dynamics
    if any((s[0].play.dynamics.states, *s[0].play.dynamics.events) != (dyn.states, *dyn.events) for s in cut):
        raise InvalidGame("draw returned games with different states or events; allowed: games that share them.")
    first, possible = start_law(dyn, q.start)
    programs = tuple(program_of(s, q.error, possible, q.kernel) for s in cut)
    if len({p.kernel for p in programs}) > 1:
        programs = tuple(program_of(s, q.error, possible, "general") for s in cut)
    totals = q.keep == "totals"
    job = Job(programs, group, first, count, offset, weights_of(q.discount, q.periods), q.seed.key, q.keep is True)
    asked: dict[str, object] = {
        "discount": q.discount,
        "periods": q.periods,
        "error": q.error,
        "kernel": programs[0].kernel,
    }
    if q.schedule or q.shocks or q.start is not None or q.draw is not None:
        drawn = "" if q.draw is None else f"{len(games)} games drawn"
        dates = [at for at, _ in q.schedule]
        told = {"start": q.start, "schedule": dates, "shocks": list(q.shocks), "draw": drawn}
        given = {name: value for name, value in told.items() if value not in (None, [], "")}
        asked["inputs"] = "; ".join(f"{name} {value}" for name, value in given.items())
    provenance = Provenance.of(q.seed, asked, np.asarray(first), [digest_of(program) for program in programs])
    file = None if checkpoint is None else Path(checkpoint)
    return (_count if totals else play)(job, provenance, progress=progress, file=file, source=q)


def _count(job: Job, provenance: Provenance, *, progress: bool, file: Path | None, source: Question) -> Totals:
    """Play a job and count; blocks of 4,096 paths keep the sums' order."""
    del source
    from armsgame._kernels.tally import BLOCK

    job = replace(job, block=BLOCK)
    tally = Tally(job)
    code = None if file is None else job_hash(job)
    old = None if file is None or code is None else read_checkpoint(file, code)
    # a part of a block cannot be gone on from: its sum would be made in another order
    if old is not None and (int(old["done"]) == job.paths or (old["done"] < job.paths and old["done"] % BLOCK == 0)):
        tally.done = int(old.pop("done"))
        tally.counts = old
    before = tally.done
    saved = time.monotonic()
    stopped: BaseException | None = None

    def write() -> None:
        if file is not None and code is not None and tally.done > before:
            write_checkpoint(file, code, tally.counts | {"done": np.array(tally.done)})

    try:
        if tally.done < job.paths:
            for end, own in units(resume(job, before), progress, tally.of):
                tally.add(before + end, own)
                if time.monotonic() - saved > EVERY:
                    write()
                    saved = time.monotonic()
    except (KeyboardInterrupt, TimeSpent) as fault:
        if not tally.done:
            raise
        stopped = fault
        provenance = provenance.plus(asked=job.paths)
    write()
    found = tally.result(job, provenance)
    if stopped is not None:
        told(stopped, tally.done, job.paths, found)
    return found


def _affordable(q: Question, count: int) -> None:
    """Refuse what cannot fit into the machine's memory, or would take days."""
    kept = 0 if q.keep == "totals" else count * q.periods if q.keep is True else count
    require("simulate", paths=count, periods=q.periods, kept=kept)
