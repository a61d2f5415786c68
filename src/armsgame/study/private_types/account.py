"""Strategic play under one account: outcomes over the certified profiles, the record's beliefs, and what moves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import need_pandas
from armsgame._shown import Framed, Value
from armsgame._typing import RNGLike
from armsgame.arithmetic.shares import digits
from armsgame.dossiers.coercion import scenario_of
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import ScenarioError
from armsgame.games.bayesian.game import BayesianGame
from armsgame.simulation.laws.branches import courses_of
from armsgame.simulation.paths.mixture import mixture_law
from armsgame.solve.bayesian.equilibria import bayesian_equilibria
from armsgame.solve.bayesian.starts import starts_for
from armsgame.study.private_types.outcomes import ScenarioOutcomes, outcomes
from armsgame.study.private_types.record_beliefs import RecordBeliefs, record_beliefs
from armsgame.study.private_types.recorded_path import RecordedPath, recorded_path

if TYPE_CHECKING:
    import pandas

__all__ = ["StrategicAccount", "Swing", "strategic_account"]

# starts of a swing: a profile that leaves at an alarm, one that never leaves, and what the account's own search found
_STARTS = ("exit_on_alarm", "stay_deployed")
# both signs of standing less concealment, in periods of (R - P) [assumption]
_COSTS = ((0.05, 0.02), (0.02, 0.05))


@dataclass(frozen=True, slots=True)
class Swing(Value):
    """P(event by the horizon) over certified profiles at several settings of one assumption.

    Attributes
    ----------
    assumption : str
    settings : tuple of str, in words
    least, greatest : tuple of float, over the certified profiles found; NaN where none was
    profiles : tuple of int, how many were found
    """

    assumption: str
    settings: tuple[str, ...]
    least: tuple[float, ...]
    greatest: tuple[float, ...]
    profiles: tuple[int, ...]

    def __str__(self) -> str:
        told = []
        for word, low, high, count in zip(self.settings, self.least, self.greatest, self.profiles, strict=True):
            span = digits(low) if low == high else f"{digits(low)} to {digits(high)}"
            told.append(f"{word}: {span if count else 'no certified profile found'}")
        return f"{self.assumption}: {'; '.join(told)}"


@dataclass(frozen=True, slots=True)
class StrategicAccount(Framed, Value):
    """Strategic play under one account of a dossier.

    Attributes
    ----------
    outcomes : ScenarioOutcomes, shares, times and survival for every certified profile
    record : RecordedPath, the recorded public acts as moves of the game
    beliefs : tuple of RecordBeliefs, one per certified profile
    swings : tuple of Swing, what moves the conclusion
    """

    outcomes: ScenarioOutcomes
    record: RecordedPath
    beliefs: tuple[RecordBeliefs, ...]
    swings: tuple[Swing, ...]

    def to_frame(self) -> pandas.DataFrame:
        """One row per swing and setting."""
        rows = [
            {"assumption": s.assumption, "setting": w, "least": low, "greatest": high, "profiles": n}
            for s in self.swings
            for w, low, high, n in zip(s.settings, s.least, s.greatest, s.profiles, strict=True)
        ]
        return need_pandas().DataFrame(rows)

    def __str__(self) -> str:
        lines = [str(self.outcomes)]
        for one, found in zip(self.outcomes, self.beliefs, strict=True):
            lines.append(f"  {one.name}: the record {'lies on' if found.lies_on_path else 'leaves'} its path")
        return "\n".join([*lines, *(f"  {swing}" for swing in self.swings)])


def strategic_account(
    scenario: Scenario,
    perspective: str,
    *,
    paths: int | None = None,
    periods: int | None = None,
    event: str = "withdrawn",
    swings: bool = True,
    rng: RNGLike = None,
) -> StrategicAccount:
    """Solve one account of a dossier as a game with private types, and say what moves its conclusion.

    Parameters
    ----------
    scenario : Scenario
    perspective : str
    paths, periods, event, rng : as in `outcomes`
    swings : bool
        Solve again at the ends of the assumptions: detection (from the dossier's own box), the prior (the account's
        own and equal weights), and what hiding a deployment costs against what being party is worth (both signs).

    Returns
    -------
    StrategicAccount

    Raises
    ------
    ScenarioError
        Unknown names, or types that the treaty cannot express.
    """
    scenario = scenario_of("strategic_account", scenario)
    found = outcomes(scenario, perspective, event=event, periods=periods, paths=paths, rng=rng)
    record = recorded_path(scenario)
    beliefs = tuple(record_beliefs(record, found.game, one.equilibrium.profile) for one in found)
    moved = tuple(_swings(scenario, found)) if swings else ()
    return StrategicAccount(found, record, beliefs, moved)


def _swings(scenario: Scenario, found: ScenarioOutcomes) -> Sequence[Swing]:
    asked = scenario.asked_regime
    regime = next((r for r in scenario.regimes if r.name == asked), None)
    out = []

    def solved(assumption: str, games: Mapping[str, BayesianGame]) -> None:
        spans = [_span(game, found) for game in games.values()]
        out.append(Swing(assumption, tuple(games), *(tuple(part) for part in zip(*spans, strict=True))))

    if regime is not None and regime.detection in (scenario.question.box or {}):
        low, high = scenario.question.box[regime.detection]
        solved(
            "detection",
            {
                f"{value:g}": scenario.replace(**{regime.detection: value}).bayesian_game(found.perspective)
                for value in (low, high)
            },
        )
    even = {p: dict.fromkeys(k, 1 / len(k)) for p, k in zip(found.game.players, found.game.types, strict=True)}
    solved("prior", {"the account's own": found.game, "equal weights": found.game.with_prior(even)})
    games = {}
    for concealment, standing in _COSTS:
        word = f"concealment {concealment:g}, standing {standing:g}"
        try:
            priced = scenario.replace(concealment_cost=concealment, standing=standing)
        except ScenarioError:
            return out
        games[word] = priced.bayesian_game(found.perspective)
    solved("concealment cost and standing", games)
    return out


def _span(game: BayesianGame, found: ScenarioOutcomes) -> tuple[float, float, int]:
    """Least and greatest P(event by the horizon) over certified profiles, and their number."""
    known: dict[str, Any] = starts_for(game, _STARTS)
    few = {n: known[n] for n in _STARTS if n in known}
    led = [set(few).intersection(p.equilibrium.found_by) for p in found]
    if few and game == found.game and set(few) == set().union(*led):
        # the account's own search began at these starts too, and all of them led to a certified profile
        ends = [float(p.law.cdf[-1]) for p, by in zip(found, led, strict=True) if by]
    else:
        certified = bayesian_equilibria(game, discount=found.discount, starts=few or None, mixing="never")
        laws = [courses_of(game, one.profile) for one in certified]
        ends = [float(mixture_law(own, periods=found.periods, event=found.event).cdf[-1]) for own in laws]
    return (min(ends), max(ends), len(ends)) if ends else (np.nan, np.nan, 0)
