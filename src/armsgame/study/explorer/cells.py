"""What one position of the sliders says: answers for every account, and answers that all accounts share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray
from armsgame.dossiers.dossier import Scenario
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.stochastic import StochasticGame
from armsgame.results.bayesian_equilibria import BayesianEquilibrium
from armsgame.simulation.laws.branches import pairs_of
from armsgame.simulation.laws.outcomes import outcome_probabilities
from armsgame.solve.bayesian.equilibria import bayesian_equilibria
from armsgame.solve.bayesian.ties import tie_range
from armsgame.study.explorer.axes import tilted
from armsgame.study.sweeps import measures
from armsgame.treaty.closed_forms import trust
from armsgame.treaty.type_starts import starts_on

__all__ = [
    "GAP",
    "AccountAnswer",
    "ProfileAnswer",
    "SharedAnswer",
    "account_answer",
    "shared_answer",
    "trust_thresholds",
]

GAP = 0.05
"""Accuracy of the negotiated point, in utility per period."""


@dataclass(frozen=True, slots=True)
class ProfileAnswer(Value):
    """One certified profile, for every level K of the prior.

    Attributes
    ----------
    name : str, the starts of the search that led to it
    holds : bool array [K], is it an equilibrium at this prior?
    survival : array [K, T], probability that the treaty is not withdrawn from by then
    outer : array [K, T, 2], its least and greatest value over all ways to resolve ties
    inner : array [T, 2], the same over resolutions that were certified again, at the account's own prior
    shares : mapping from outcome to array [K], its probability by the horizon
    """

    name: str
    holds: BoolArray
    survival: FloatArray
    outer: FloatArray
    inner: FloatArray
    shares: dict[str, FloatArray]


@dataclass(frozen=True, slots=True)
class AccountAnswer(Value):
    """What one account implies at one position of the sliders.

    Attributes
    ----------
    prior : mapping {party: {type: array [K]}}, probability of each type for every level of the prior
    profiles : tuple of ProfileAnswer
    gain : float, least gain of a deviation over the profiles that were tried; 0 where one is certified
    """

    prior: dict[str, dict[str, FloatArray]]
    profiles: tuple[ProfileAnswer, ...]
    gain: float


@dataclass(frozen=True, slots=True)
class SharedAnswer(Value):
    """What holds for all accounts at one position of the sliders, by closed forms and the payoff set.

    Attributes
    ----------
    regime : int, code of `measures.regime`
    suspension : float, length of the shortest suspension that deters, in periods; NaN where none does
    point : tuple of two floats, the negotiated point; NaN where it was not computed
    trust : mapping {account: {party: belief}}
        Least belief that the other is of the first type at which compliance until an alarm is sustained beside a
        tempted type that deploys; inf where there is none, NaN where no type is tempted.
    unmet : mapping {account: {party: text}}, where there is none the condition that fails
    """

    regime: int
    suspension: float
    point: tuple[float, float]
    trust: dict[str, dict[str, float]]
    unmet: dict[str, dict[str, str]]


def account_answer(
    scenario: Scenario,
    account: str,
    *,
    factors: Sequence[float],
    starts: Sequence[str],
    times: Sequence[int],
) -> AccountAnswer:
    """Search from a few named starts, and tell what each certified profile implies for every prior."""
    game = scenario.bayesian_game(account)
    discount = scenario.question.discount
    assert isinstance(game.game, StochasticGame)
    known = starts_on(game.game)
    search = bayesian_equilibria(game, discount=discount, starts={n: known[n] for n in starts if n in known})
    first = scenario.types[0].name
    places = [own.index(first) if first in own else None for own in game.types]
    laws = [[tilted(law, at, f) for law, at in zip(game.prior, places, strict=True)] for f in factors]
    found = tuple(_profile(game, one, laws, times, discount) for one in search)
    prior = {
        party: {kind: np.array([pair[i][k] for pair in laws]) for k, kind in enumerate(game.types[i])}
        for i, party in enumerate(game.players)
    }
    return AccountAnswer(prior, found, float(search.least_gain))


def _profile(
    game: BayesianGame,
    one: BayesianEquilibrium,
    laws: Sequence[Sequence[FloatArray]],
    times: Sequence[int],
    discount: float,
) -> ProfileAnswer:
    ties = tie_range(game, one.profile, discount=discount, event="withdrawn", periods=times[-1])
    at = list(times)
    weights = np.array([np.outer(*pair) for pair in laws])
    survival = 1 - np.einsum("tkm,ckm->ct", ties.curve_by_types[at], weights)
    outer = 1 - np.einsum("tekm,ckm->cte", ties.outer_by_types[at], weights)[:, :, ::-1]
    holds = np.array([one.priors.contains((pair[0], pair[1]), slack=1e-12) for pair in laws])
    shares: dict[str, FloatArray] = {}
    for (k, m), branch in pairs_of(game, one.profile):
        law = outcome_probabilities(branch.game, branch.profile, periods=times[-1])
        for name, chance in law.shares.items():
            shares[name] = shares.get(name, np.zeros(len(laws))) + weights[:, k, m] * chance
    inner = 1 - ties.inner[at][:, ::-1]
    return ProfileAnswer(", ".join(one.found_by), holds, survival, outer, inner, shares)


def shared_answer(scenario: Scenario, *, point: bool = True) -> SharedAnswer:
    """Ask the closed forms, and if wanted the payoff set, at one position of the sliders."""
    treaty = scenario.treaty(regime=scenario.asked_regime)
    discount = scenario.question.discount
    told = measures.regime(treaty, discount=discount)
    pair = (np.nan, np.nan)
    if point:
        deal = measures.negotiated_point(GAP)(treaty, discount=discount)
        pair = (deal["first"], deal["second"])
    belief: dict[str, dict[str, float]] = {}
    unmet: dict[str, dict[str, str]] = {}
    for account in scenario.perspectives:
        found = trust_thresholds(scenario, account)
        belief[account] = {p: np.nan if own is None else float(own.belief) for p, own in found.items()}
        unmet[account] = {p: "" if own is None else str(own.failed or "") for p, own in found.items()}
    return SharedAnswer(int(told["regime"]), float(told["suspension"]), pair, belief, unmet)


def trust_thresholds(scenario: Scenario, account: str) -> dict[str, trust.TrustThreshold | None]:
    """Trust threshold of each party by its own payoffs; None where no type is tempted more than the first."""
    treaty = scenario.treaty(regime=scenario.asked_regime, perspective=account)
    rows = list(scenario.party_types(account).values())
    found: dict[str, trust.TrustThreshold | None] = {}
    for party, own in zip(treaty.parties, treaty.parameters, strict=True):
        content = float(rows[0].parameters.get("temptation", own.temptation))
        greed = [float(t.parameters["temptation"]) for t in rows[1:] if "temptation" in t.parameters]
        greed = [g for g in greed if g > content]
        if not greed:
            found[party] = None
            continue
        hidden = own.concealment_cost
        found[party] = trust.threshold(
            content - hidden,
            own.reward,
            own.punishment - hidden,
            own.sucker,
            own.detection,
            own.false_alarm,
            scenario.question.discount,
            tempted_temptation=min(greed) - hidden,
        )
    return found
