"""Mixtures: the type of each party is drawn once per path, and each combination plays its own profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from armsgame._checks import check_discount, check_flag, check_law, check_probability, check_whole, listed
from armsgame._cost import require
from armsgame._provenance import Provenance, Seed
from armsgame._typing import FloatArray, IntArray, RNGLike
from armsgame.errors import invalid
from armsgame.simulation.laws.branches import Branch
from armsgame.simulation.laws.laws import WithdrawalLaw, mixed_law, withdrawal_law
from armsgame.simulation.laws.outcomes import Outcomes, mixed_outcomes, outcome_probabilities
from armsgame.simulation.paths.inputs import segments_of
from armsgame.simulation.paths.play import play, weights_of
from armsgame.simulation.paths.program import digest_of, program_of
from armsgame.simulation.paths.workers import Job
from armsgame.simulation.runs.trajectories import Trajectories
from armsgame.simulation.survival.competing_risks import IncidenceLaw, incidence_law

__all__ = ["Branch", "drawn_branches", "mixture_incidence", "mixture_law", "mixture_outcomes", "simulate_mixture"]


def mixture_law(
    branches: Sequence[Branch],
    *,
    periods: int,
    event: str = "withdrawn",
    error: float = 0.0,
    budget_seconds: float | None = None,
) -> WithdrawalLaw:
    """Exact law of an event when the branch is drawn first: the weighted laws of the branches.

    `budget_seconds` is wall time that the call may take; when it is over, `NotSolved` says what was reached.

    Raises
    ------
    InvalidGame
        Weights that are no probabilities, or the faults of `withdrawal_law`.
    """
    weights = _weights(branches)
    laws = [withdrawal_law(b.game, b.profile, periods=periods, event=event, error=error) for b in branches]
    return mixed_law(weights, laws)


def mixture_incidence(
    branches: Sequence[Branch],
    *,
    periods: int,
    collapse: str | None = None,
    causes: Sequence[str] | None = None,
    budget_seconds: float | None = None,
) -> IncidenceLaw:
    """Exact cumulative incidence by cause when the branch is drawn first: the weighted laws of the branches.

    Parameters
    ----------
    branches : sequence of Branch
    periods, collapse, causes
        As `incidence_law` takes them.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Raises
    ------
    InvalidGame
        Weights that are no probabilities, or the faults of `incidence_law`.
    """
    weights = _weights(branches)
    laws = [incidence_law(b.game, b.profile, periods=periods, causes=causes, collapse=collapse) for b in branches]
    names = tuple(dict.fromkeys(c for law in laws for c in law.causes))
    parts = [np.stack([law.of(c) for c in names], axis=1) if names else law.cumulative for law in laws]
    return IncidenceLaw(names, sum(w * part for w, part in zip(weights, parts, strict=True)))


def mixture_outcomes(
    branches: Sequence[Branch], *, periods: int, error: float = 0.0, budget_seconds: float | None = None
) -> Outcomes:
    """Exact probability of each outcome when the branch is drawn first: the weighted laws of the branches.

    `budget_seconds` is wall time that the call may take; when it is over, `NotSolved` says what was reached.

    Raises
    ------
    InvalidGame
        Weights that are no probabilities, or the faults of `outcome_probabilities`.
    """
    weights = _weights(branches)
    laws = [outcome_probabilities(b.game, b.profile, periods=periods, error=error) for b in branches]
    return mixed_outcomes(weights, laws)


def simulate_mixture(
    branches: Sequence[Branch],
    *,
    discount: float,
    periods: int,
    paths: int,
    rng: RNGLike = None,
    schedules: Sequence[Sequence[object]] | None = None,
    error: float = 0.0,
    keep: bool = False,
    budget_seconds: float | None = None,
) -> Trajectories:
    """Sample paths whose branch is drawn first.

    Path n draws its branch from a stream of its own and then plays with the streams that
    `simulate` gives path n, so that two mixtures with one seed and equal weights share every
    draw (common random numbers), and more paths leave the first ones unchanged. The general kernel
    plays, because its streams belong to parties and nature and so stay shared between mixtures.

    Parameters
    ----------
    branches : sequence of Branch
        Games with the same states and events.
    schedules : sequence, one per branch, of (period, game), optional
        Later games of each branch, as in `simulate`.
    error, keep : as in `simulate`
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.
    """
    count, horizon = check_whole("paths", paths), check_whole("periods", periods)
    require("simulate", paths=count, periods=horizon, kept=count)
    check_discount(discount)
    chance, kept = float(check_probability("error", error)), check_flag("keep", keep)
    weights = _weights(branches)
    seed = Seed.of(rng)
    chosen = drawn_branches(weights, count, seed)
    later = [()] * len(branches) if schedules is None else listed("schedules", schedules, "one schedule per branch")
    if len(later) != len(branches):
        invalid("schedules", schedules, f"{len(branches)} schedules, one per branch")
    cuts = [segments_of(b.game, b.profile, horizon, s) for b, s in zip(branches, later, strict=True)]
    # each branch begins where its own game does
    cuts = [(replace(s[0], force=s[0].play.dynamics.start), *s[1:]) for s in cuts]
    first = cuts[0][0].play.dynamics
    programs = tuple(program_of(segments, chance, [first.start], "general") for segments in cuts)
    job = Job(programs, chosen, first.start, count, 0, weights_of(discount, horizon), seed.key, kept)
    asked = {"discount": float(discount), "periods": horizon, "error": chance, "kernel": "general"}
    return play(job, Provenance.of(seed, asked, weights, [digest_of(program) for program in programs]))


def drawn_branches(weights: FloatArray, paths: int, seed: Seed) -> IntArray:
    """Index [N] of the branch of each path, from a stream of its own: the draws of `simulate_mixture`."""
    cut = np.cumsum(weights)
    draws = np.random.Generator(np.random.Philox(seed.child(1).sequence)).random(paths)
    return np.searchsorted(cut / cut[-1], draws, side="right")


def _weights(branches: Sequence[Branch]) -> FloatArray:
    weights = check_law("branches.weight", [b.weight for b in branches], len(branches))
    if not (weights > 0).all():
        invalid("branches.weight", weights.tolist(), "positive probabilities that sum to 1")
    return weights
