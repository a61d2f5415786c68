"""What enforces compliance under each verification regime, and how far that rests on assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from armsgame._checks import check_whole, discount_array, probability
from armsgame._cost import require
from armsgame._deadline import ask_time
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray, IntArray
from armsgame.checkers.in_time import verify
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import ScenarioError, invalid
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.results.certificates import Certificate, Threshold
from armsgame.solve.payoff_sets.outer_bound import OuterBound, outer_bound
from armsgame.solve.thresholds.critical_discount import profile_threshold
from armsgame.solve.thresholds.reversion import Reversion
from armsgame.strategies.automaton import Automaton
from armsgame.strategies.named import grim, mirror, suspend
from armsgame.treaty.policies import exit_on_alarm, ladder_display, ladder_yield
from armsgame.treaty.treaty import Treaty

if TYPE_CHECKING:
    import xarray

__all__ = [
    "AnticipatedEnd",
    "Deterrence",
    "SuspensionMap",
    "ThresholdRow",
    "anticipated_end",
    "compliance_map",
    "deterrence",
    "grim_threshold",
    "shortest_suspension",
    "suspension_map",
    "thresholds",
]

_FALLBACK, _CHECKED = 4, 400


@dataclass(frozen=True, slots=True)
class ThresholdRow(Value):
    """One strategy under one regime: the discount factors at which it holds, and the check at the question's own.

    Attributes
    ----------
    game : "one status" (conduct alone) or "treaty" (demand, display, notice and withdrawal)
    closed_form : threshold of the closed form where one exists, else None
    """

    strategy: str
    game: str
    regime: str
    detection: ArrayLike
    threshold: Threshold
    certificate: Certificate
    closed_form: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the certificate at the question's discount factor stands."""
        return self.certificate.ok


@dataclass(frozen=True, slots=True)
class AnticipatedEnd(Value):
    """The dated end of a regime, foreseen from the first period.

    Attributes
    ----------
    periods : int, periods before the end
    after : OuterBound, what pure public strategies can enforce once the regime has ended
    unravels : bool, is deployment throughout all that is left in pure public strategies?
    comply_until_end : Certificate of complying until an alarm, and deploying after the end
    deploy_throughout : Certificate of deploying from the first period on
    """

    periods: int
    after: OuterBound
    unravels: bool
    comply_until_end: Certificate
    deploy_throughout: Certificate


@dataclass(frozen=True, slots=True)
class SuspensionMap(Value):
    """Shortest suspension that enforces compliance, over detection and patience; see `compliance_map`.

    Attributes
    ----------
    lengths : array [N, D], periods; -1 where only the permanent one deters, NaN where none does
    discount, detection : arrays [N], [D]
    attrs : mapping, what the numbers are
    """

    lengths: FloatArray
    discount: FloatArray
    detection: FloatArray
    attrs: Mapping[str, str]

    dims: ClassVar[tuple[str, str]] = ("discount", "detection")

    def to_xarray(self) -> xarray.DataArray:
        """Labelled array [discount, detection]."""
        import xarray as xr

        coords = {"discount": self.discount, "detection": self.detection}
        return xr.DataArray(self.lengths, coords, self.dims, "shortest_suspension", dict(self.attrs))


@dataclass(frozen=True, slots=True)
class Deterrence(Value):
    """What reversion on any single alarm deters under one regime, at the question's discount factor.

    Attributes
    ----------
    periods : float, shortest suspension that deters; 0 where none is needed, inf where no length does
    permanent : bool, does the permanent one deter?
    certified : bool, was the profile of `periods` (or the permanent one) checked by `verify`?
    """

    periods: float
    permanent: bool
    certified: bool


def deterrence(scenario: Scenario, regime: str) -> Deterrence:
    """Shortest suspension of a regime by its closed form, kept only if `verify` certifies it."""
    treaty, discount = scenario.treaty(regime=regime), scenario.question.discount
    game = treaty.one_status()
    permanent = verify(game, (grim, grim), discount=discount).ok
    periods = float(shortest_suspension(treaty, discount))
    if not 1 <= periods <= _CHECKED:
        return Deterrence(periods, permanent, not isfinite(periods))
    kept = verify(game, (suspend(int(periods)),) * 2, discount=discount).ok
    return Deterrence(periods if kept else inf, permanent, True)


def thresholds(scenario: Scenario, *, regimes: Sequence[str] | None = None) -> tuple[ThresholdRow, ...]:
    """Thresholds of grim, suspend(n), mirror and the treaty policies under each regime, as if permanent.

    The n of suspend(n) is the shortest that holds under the first regime at the scenario's
    discount factor, or 4 where none does.
    """
    names = [r.name for r in scenario.regimes] if regimes is None else list(regimes)
    if not names:
        raise ScenarioError(f"scenario {scenario.id!r} has no verification regimes; add [[regimes]] to its dossier.")
    discount = scenario.question.discount
    shortest = shortest_suspension(scenario.treaty(regime=names[0]), discount)
    n = int(shortest) if 1 <= shortest < inf else _FALLBACK
    rows = []
    for name in names:
        treaty = scenario.treaty(regime=name)
        rates = [p.detection for p in treaty.parameters]
        detection = rates[0] if rates[0] == rates[1] else tuple(rates)
        small, large = treaty.one_status(), treaty.game()
        for kind, game, strategies in (
            ("one status", small, (grim, suspend(n), mirror)),
            ("treaty", large, (exit_on_alarm, ladder_yield, ladder_display)),
        ):
            for strategy in strategies:
                ask_time()
                profile = (strategy, strategy)
                closed = float(grim_threshold(treaty)) if strategy is grim else None
                found, own = profile_threshold(game, profile), verify(game, profile, discount=discount)
                rows.append(ThresholdRow(strategy.name, kind, name, detection, found, own, closed))
    return tuple(rows)


def grim_threshold(treaty: Treaty, *, detection: ArrayLike | None = None) -> FloatArray:
    """Return the closed form of grim on any alarm: from which discount factor on it holds for both parties.

    Inf where it does not, or not up to 1: see the conditions of `treaty.compliance.grim`, for each party's own
    payoffs. `detection` (float or array) replaces both parties' rates.
    """
    return Reversion.of_parties(treaty.parameters, detection).threshold()


def shortest_suspension(treaty: Treaty, discount: ArrayLike, *, detection: ArrayLike | None = None) -> FloatArray:
    """Shortest suspension that deters both parties, in periods; inf where none does, 0 where none is needed."""
    return Reversion.of_parties(treaty.parameters, detection).shortest(discount)


def compliance_map(scenario: Scenario, detection: ArrayLike, discount: ArrayLike) -> xarray.DataArray:
    """Shortest suspension that enforces compliance, over detection and patience.

    Parameters
    ----------
    detection, discount : array_like [D], [N]
        Rates of detection (of both parties), and discount factors.

    Returns
    -------
    xarray.DataArray [discount, detection]
        Periods of a suspension on any single alarm; 0 where none is needed, -1 where only the permanent
        one deters, NaN where none does. Other profiles may hold there.
    """
    return suspension_map(scenario, detection, discount).to_xarray()


def suspension_map(scenario: Scenario, detection: ArrayLike, discount: ArrayLike) -> SuspensionMap:
    """Give the numbers of `compliance_map`, without the time that loading xarray takes."""
    d, delta = probability("detection", detection), discount_array(discount)
    for name, line in (("detection", d), ("discount", delta)):
        if line.ndim != 1 or not line.size:
            invalid(name, line.tolist(), "a line of values")
    terms = Reversion.of_parties(scenario.treaty().parameters, d)
    length, permanent = terms.shortest(delta[:, None]), terms.holds(delta[:, None])
    values = np.where(np.isfinite(length), length, np.where(permanent, -1.0, np.nan))
    attrs = {"long_name": "shortest suspension that deters", "units": "periods"}
    attrs["false_alarm"] = str(scenario.parameters["false_alarm"])
    return SuspensionMap(values, delta, d, attrs)


def anticipated_end(
    scenario: Scenario, *, periods: int | None = None, budget_seconds: float | None = None
) -> AnticipatedEnd:
    """Solve the end of the first regime as foreseen: a finite chain of games before the second.

    Parameters
    ----------
    scenario : Scenario
        With at least two dated regimes.
    periods : int, optional
        Periods before the end; default: the first regime's dates in periods.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Notes
    -----
    If pure public strategies can enforce only one profile after the end, and it is the only pure
    equilibrium of the stage game, the continuation value is the same whatever is seen. The last
    period before the end is then the stage game itself, and so on back to the first period
    (backward induction; Benoit and Krishna 1985). Mixtures are not ruled out: where an action ties,
    some are equilibria of the stage game themselves.
    """
    if len(scenario.regimes) < 2 or scenario.regimes[0].ends is None:
        raise ScenarioError(
            f"scenario {scenario.id!r} has no dated end of a first regime; give its dossier two regimes."
        )
    first, second = scenario.regimes[:2]
    before, after = scenario.treaty(regime=first.name), scenario.treaty(regime=second.name)
    if periods is None:
        assert first.ends is not None
        periods = max(1, round((first.ends.last - first.begins.first).days / before.period_days))
    discount = scenario.question.discount
    bound = outer_bound(after.one_status(), discount=discount)
    stage = before.one_status().stage
    nash = [tuple(p) for p, best in zip(stage.profiles, stage.best_replies().all(axis=0).ravel(), strict=True) if best]
    require("tree", nodes=check_whole("periods", periods))
    chain = _chain(before.one_status(), after.one_status(), periods)
    hold = Automaton(*_until_alarm(chain), states=("comply", "deploy"))
    drop = Automaton({s: [[0.0, 1.0]] for s in chain.states}, np.zeros((1, len(chain.states), len(chain.states)), int))
    kept, left = (verify(chain, (plan, plan), discount=discount) for plan in (hold, drop))
    return AnticipatedEnd(periods, bound, list(bound.profiles) == nash and len(nash) == 1, kept, left)


def _chain(before: RepeatedGame, after: RepeatedGame, periods: int) -> StochasticGame:
    """Games counted down to the end; each state also carries what the last alarm said."""
    signals = before.signals
    blocks = [*range(periods, 0, -1), 0]
    ends = [f"{left} periods before the end" if left else "after the end" for left in blocks]
    names = [f"{end}, alarm: {signal}" for end in ends for signal in signals]
    stages: list[StageGame] = []
    laws = []
    for at, left in enumerate(blocks):
        game = before if left else after
        law = np.zeros((*game.stage.shape, len(names)))
        start = min(at + 1, len(blocks) - 1) * len(signals)
        law[..., start : start + len(signals)] = game.monitoring.kernel(game.stage).reshape(*game.stage.shape, -1)
        stages += [game.stage] * len(signals)
        laws += [law] * len(signals)
    return StochasticGame(stages, laws, states=names, observed="state")


def _until_alarm(chain: StochasticGame) -> tuple[dict[str, list[list[float]]], IntArray]:
    quiet = np.array([s.endswith("alarm: none") and not s.startswith("after") for s in chain.states])
    plans = ([[0.0, 1.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]])
    table = np.ones((2, len(quiet), len(quiet)), int)
    table[0] = ~quiet
    return {s: plans[ok] for s, ok in zip(chain.states, quiet.tolist(), strict=True)}, table
