"""What every certified profile of an account implies: outcome shares, times and survival, with what ties leave open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import check_whole, need_pandas
from armsgame._cost import require
from armsgame._deadline import unhurried
from armsgame._provenance import Seed
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import FloatArray, RNGLike
from armsgame.arithmetic.shares import digits
from armsgame.dossiers.coercion import scenario_of
from armsgame.dossiers.dossier import Scenario
from armsgame.games.bayesian.game import BayesianGame
from armsgame.results.bayesian_equilibria import BayesianEquilibria, BayesianEquilibrium
from armsgame.results.tie_range import TieRange
from armsgame.simulation.laws.branches import courses_of
from armsgame.simulation.laws.laws import WithdrawalLaw
from armsgame.simulation.laws.outcomes import Outcomes
from armsgame.simulation.paths.mixture import mixture_law, mixture_outcomes
from armsgame.simulation.paths.simulate import simulate
from armsgame.simulation.runs.trajectories import Trajectories
from armsgame.solve.bayesian.equilibria import bayesian_equilibria
from armsgame.solve.bayesian.ties import tie_range
from armsgame.treaty.parts.base import Part

if TYPE_CHECKING:
    import pandas

__all__ = ["ProfileOutcomes", "ScenarioOutcomes", "outcomes"]

_QUANTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class ProfileOutcomes(Value):
    """What one certified profile implies.

    Attributes
    ----------
    name : str, the start from which the search found it first
    equilibrium : BayesianEquilibrium, the profile with its certificate and the priors at which it holds
    outcomes : Outcomes, exact probabilities; beside sampled shares where paths were asked for
    law, notice : WithdrawalLaw, exact: of the event that was asked for, and of notice
    ties : TieRange, what ties leave open of the event
    run : Trajectories or None, paths on which the types are drawn once
    """

    name: str
    equilibrium: BayesianEquilibrium
    outcomes: Outcomes
    law: WithdrawalLaw
    notice: WithdrawalLaw
    ties: TieRange
    run: Trajectories | None = None

    @property
    def times(self) -> Mapping[float, float]:
        """Periods by which the event has happened with probability 1/4, 1/2 and 3/4; inf beyond the horizon."""
        curve = self.law.cdf
        return {q: float(np.argmax(curve >= q)) if curve[-1] >= q else np.inf for q in _QUANTILES}


@dataclass(frozen=True, slots=True)
class ScenarioOutcomes(Framed, Drawn, Value):
    """Outcomes of one account over the set of certified profiles; a sequence of `ProfileOutcomes`.

    Attributes
    ----------
    scenario, perspective : str
    game : BayesianGame, with the account's prior; whoever weighs outcomes by another one is its observer
    discount, periods : the question's
    event : str
    profiles : tuple of ProfileOutcomes, in the order of the search; empty where nothing was certified
    search : BayesianEquilibria, with what is known about the rest
    """

    scenario: str
    perspective: str
    game: BayesianGame
    discount: float
    periods: int
    event: str
    profiles: tuple[ProfileOutcomes, ...]
    search: BayesianEquilibria

    def __len__(self) -> int:
        return len(self.profiles)

    def __iter__(self) -> Iterator[ProfileOutcomes]:
        return iter(self.profiles)

    def __getitem__(self, place: int) -> ProfileOutcomes:
        return self.profiles[place]

    @property
    def outer(self) -> tuple[float, float]:
        """Least and greatest P(event by the horizon) over the certified profiles and all resolutions of their ties."""
        return self._ends([p.ties.outer for p in self.profiles])

    @property
    def inner(self) -> tuple[float, float]:
        """The same over profiles and resolutions that were certified."""
        return self._ends([p.ties.inner for p in self.profiles])

    def _ends(self, bands: Sequence[FloatArray]) -> tuple[float, float]:
        if not bands:
            return (np.nan, np.nan)
        return min(float(b[-1, 0]) for b in bands), max(float(b[-1, 1]) for b in bands)

    def to_frame(self) -> pandas.DataFrame:
        """One row per certified profile: outcome probabilities, the event with both intervals, and when."""
        rows = []
        for p in self.profiles:
            exact = p.outcomes.exact or p.outcomes.shares
            row: dict[str, object] = {"profile": p.name, **exact, f"P({self.event})": p.law.cdf[-1]}
            row |= {"inner low": p.ties.inner[-1, 0], "inner high": p.ties.inner[-1, 1]}
            row |= {"outer low": p.ties.outer[-1, 0], "outer high": p.ties.outer[-1, 1], "ties": p.ties.ties}
            row |= {f"period of {q:g}": t for q, t in p.times.items()}
            if p.run is not None:
                row[f"sampled P({self.event})"] = float(p.run.happened(self.event).mean())
            rows.append(row)
        return need_pandas().DataFrame(rows)

    def __str__(self) -> str:
        lines = [
            f"{self.scenario!r}, {self.perspective}: P({self.event} within {self.periods} periods) over "
            f"{len(self)} certified profile{'s' * (len(self) != 1)} at discount {self.discount:g}",
            f"prior: {self.game.told(self.game.prior)}",
        ]
        if self.game.observer is not None:
            lines.append(f"outcomes are weighed by an observer's prior: {self.game.told(self.game.observer)}")
        for p in self.profiles:
            low, high = p.ties.inner[-1]
            least, most = p.ties.outer[-1]
            told = "nothing is tied"
            if p.ties.ties:
                told = (
                    f"ties: certified again [{digits(low)}, {digits(high)}], at most [{digits(least)}, {digits(most)}]"
                )
            sampled = "" if p.run is None else f" exact, {digits(p.run.happened(self.event).mean())} sampled"
            lines.append(f"  {p.name:<22s} {digits(p.law.cdf[-1])}{sampled}; {told}")
            lines += [f"  {'':<22s} refused: {text}" for text in p.ties.refused]
        if not self.profiles:
            lines.append(
                f"  none; the least gain of a deviation is {self.search.least_gain:.4g}. {self.search.status.value}"
            )
        lines.append("The prior is an assumption of the account, and the search is not complete.")
        return "\n".join(lines)


def outcomes(
    scenario: Scenario,
    perspective: str,
    *,
    regime: str | None = None,
    event: str = "withdrawn",
    periods: int | None = None,
    discount: float | None = None,
    parts: Sequence[Part] = (),
    observer: str | None = None,
    starts: Mapping[str, object] | None = None,
    paths: int | None = None,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> ScenarioOutcomes:
    """Find what every certified profile of an account implies: shares, times and survival, with what ties leave open.

    Parameters
    ----------
    scenario : Scenario
    perspective : str
        Account whose prior over types is used, and whose payoffs by type.
    regime, parts, observer : as in `Scenario.bayesian_game`
    event : str
        Event whose law is given, such as ``"withdrawn"`` or ``"notice"``.
    periods, discount : optional; default: the question's
    starts : mapping {name: profile}, optional; as in `bayesian_equilibria`
    paths : int, optional
        Sample so many paths per profile, with types drawn once per path; by default only exact laws.
    rng : seed of the paths
    budget_seconds : float, optional
        Wall time for the search; what it found by then is told in full.

    Returns
    -------
    ScenarioOutcomes
        With no profile where nothing was certified: then it says what the least gain of a deviation was.

    Raises
    ------
    ScenarioError
        Unknown names, or types that the treaty cannot express.
    InvalidGame
        An unknown event, or counts out of range.

    Examples
    --------
    >>> import armsgame as ag
    >>> inf = ag.load_scenario("inf")
    >>> found = ag.outcomes(inf, "us_account", starts={"hollow": {"US": ag.treaty.stay_deployed,
    ...                     "Russia": ag.treaty.stay_deployed}}, periods=40)
    >>> len(found), float(found[0].law.cdf[-1])
    (1, 0.0)
    """
    scenario = scenario_of("outcomes", scenario)
    asked = scenario.question
    horizon = check_whole("periods", asked.periods if periods is None else periods)
    delta = asked.discount if discount is None else discount
    count = None if paths is None else check_whole("paths", paths)
    # the time is the search's own
    with unhurried():
        require("withdrawal_law", periods=horizon)
        require("simulate", paths=count or 1, periods=horizon, kept=count or 1)
        game = scenario.bayesian_game(perspective, regime=regime, parts=parts, observer=observer)
    seed = Seed.of(rng)
    search = bayesian_equilibria(game, discount=delta, starts=starts)
    with unhurried():
        found = _implied(search, game, seed, event=event, discount=delta, periods=horizon, paths=count)
    return ScenarioOutcomes(scenario.id, perspective, game, float(delta), horizon, event, found, search)


def _implied(
    search: BayesianEquilibria,
    game: BayesianGame,
    seed: Seed,
    *,
    event: str,
    discount: float,
    periods: int,
    paths: int | None,
) -> tuple[ProfileOutcomes, ...]:
    """Say what every certified profile implies."""
    found = []
    for one in search.equilibria:
        pairs = courses_of(game, one.profile)
        law = mixture_law(pairs, periods=periods, event=event)
        notice = law if event == "notice" else mixture_law(pairs, periods=periods, event="notice")
        exact, run = mixture_outcomes(pairs, periods=periods), None
        if paths is not None:
            run = simulate(game, one.profile, discount=discount, periods=periods, paths=paths, rng=seed.sequence)
            exact = run.outcomes(law=exact)
        band = tie_range(game, one.profile, discount=discount, periods=periods, event=event)
        found.append(ProfileOutcomes(one.found_by[0], one, exact, law, notice, band, run))
    return tuple(found)
