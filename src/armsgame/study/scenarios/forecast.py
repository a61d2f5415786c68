"""Sampled decades of a dossier: types drawn from a perspective, regimes on their dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from armsgame._checks import check_whole
from armsgame._typing import RNGLike
from armsgame.dossiers.coercion import scenario_of
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import ScenarioError
from armsgame.simulation.paths.mixture import simulate_mixture
from armsgame.simulation.runs.trajectories import Trajectories
from armsgame.study.scenarios.outlook import branches

__all__ = ["predictive"]


def predictive(
    scenario: Scenario,
    *,
    prior: str,
    paths: int,
    periods: int | None = None,
    begin: str | None = None,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> Trajectories:
    """Play a dossier forward: every path draws the parties' types, then verification follows its dates.

    Parameters
    ----------
    scenario : Scenario
    prior : str
        Perspective whose probabilities of types, and policies of types, are taken. No perspective is
        taken for true: compare several.
    paths : int
        Number of paths N; path n draws its types and its play from streams of its own.
    periods : int, optional
        Horizon T; by default the question's.
    begin : str, optional
        Day ``"YYYY-MM-DD"`` of period 0; by default the day on which the first verification regime begins.
    rng : int, SeedSequence, Generator, provenance of a result, or None
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Trajectories
        ``provenance["regimes"]`` lists the regimes with their first periods.

    Raises
    ------
    ScenarioError
        An unknown perspective, a dossier without regimes, or a day that is none or comes before them all.

    Notes
    -----
    A regime is in force from the first whole period after it begins until the next one begins; its end
    date is not used, because a treaty without a regime has no rate of detection in the dossier. Types
    do not change during a path, and parties behave as the perspective's policies say.

    Examples
    --------
    >>> import armsgame as ag
    >>> inf = ag.load_scenario("inf")
    >>> run = ag.studies.predictive(inf, prior=next(iter(inf.perspectives)), paths=200, periods=60, rng=7)
    >>> run.provenance["regimes"]
    'on-site inspection from 0; national technical means from 52'
    """
    scenario = scenario_of("predictive", scenario)
    regimes = sorted(scenario.regimes, key=lambda r: r.begins.first)
    if not regimes:
        raise ScenarioError(f"scenario {scenario.id!r} has no verification regimes; use outlook or simulate instead.")
    try:
        zero = regimes[0].begins.first if begin is None else date.fromisoformat(begin)
    except (TypeError, ValueError):
        raise ScenarioError(f"begin is {begin!r}; allowed: a day 'YYYY-MM-DD'.") from None
    if zero < regimes[0].begins.first:
        raise ScenarioError(
            f"begin is {begin!r}; allowed: a day from {regimes[0].begins.first} on, when the first regime begins."
        )
    horizon = scenario.question.periods if periods is None else check_whole("periods", periods)
    days = float(scenario.treaty().period_days)
    # the first whole period under each regime; of those already in force at the start the last one counts
    dated = {max(0, -int(-((r.begins.first - zero).days / days) // 1)): r.name for r in regimes}
    played = {at: name for at, name in dated.items() if at < horizon}
    parts = {at: branches(scenario, prior, regime=name) for at, name in played.items()}
    plans = [[(at, part[k].game) for at, part in parts.items() if at > 0] for k in range(len(parts[0]))]
    delta = scenario.question.discount
    run = simulate_mixture(parts[0], discount=delta, periods=horizon, paths=paths, rng=rng, schedules=plans)
    told = "; ".join(f"{name} from {at}" for at, name in played.items())
    return replace(run, provenance=run.provenance.plus(prior=prior, regimes=told))
