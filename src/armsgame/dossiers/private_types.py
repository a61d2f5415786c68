"""A dossier's account as a game with private types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from armsgame.errors import ScenarioError, check_known, close_matches
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.stochastic import StochasticGame
from armsgame.treaty.parts.base import Part
from armsgame.treaty.policies import POSTURES
from armsgame.treaty.status import SEPARATOR

if TYPE_CHECKING:
    from armsgame.dossiers.dossier import Scenario
    from armsgame.treaty.treaty import Treaty

__all__ = ["first_state", "private_types"]


def private_types(
    scenario: Scenario,
    perspective: str,
    regime: str | None,
    parts: tuple[Part, ...],
    commitments: Mapping[str, Mapping[str, object]],
    observer: str | None,
    treaty: Treaty | None = None,
) -> BayesianGame:
    """Build the game of an account; documented at `Scenario.bayesian_game`.

    Where `treaty` is given, the account's types and its prior stand on that treaty instead of the dossier's own.
    """
    laws = scenario.perspective(perspective).types
    watched = laws if observer is None else scenario.perspective(observer).types
    rows = scenario.party_types(perspective)
    if treaty is None:
        treaty = scenario.treaty(regime=regime or scenario.asked_regime, perspective=perspective)
    if parts:
        treaty = treaty.replace(parts=parts)
    # the order of the rows, so that the same types stand in the same place for both parties
    kinds = {p: [k for k in rows if k in laws[p] or k in watched[p]] for p in scenario.parties}
    changes = {p: {k: dict(rows[k].parameters) for k in own} for p, own in kinds.items()}
    _expressible(treaty, changes, perspective)
    game = treaty.with_types(changes, {p: {k: laws[p].get(k, 0.0) for k in own} for p, own in kinds.items()})
    base = game.game
    assert isinstance(base, StochasticGame)
    start = first_state(scenario, base)
    fixed = _committed(kinds, commitments)
    if not fixed and observer is None and start == base.states[0]:
        return game
    payoffs = {
        p: dict(zip(own, pay, strict=True)) for p, own, pay in zip(game.players, game.types, game.payoffs, strict=True)
    }
    outside = None if observer is None else {p: {k: watched[p].get(k, 0.0) for k in own} for p, own in kinds.items()}
    prior = {
        p: dict(zip(own, law, strict=True)) for p, own, law in zip(game.players, game.types, game.prior, strict=True)
    }
    return BayesianGame(base.starting(start), payoffs, prior, commitments=fixed, observer=outside)


def first_state(scenario: Scenario, game: StochasticGame) -> str:
    """Return the state of the question's start; of a treaty with parts the one in which they have done nothing yet."""
    start = scenario.question.start
    found = [s for s in game.states if s == start or s.startswith(f"{start}{SEPARATOR}")]
    if not found:
        raise ScenarioError(f"$.question.start: {start!r} is no state. {close_matches(start, game.states)}")
    return found[0]


def _expressible(treaty: Treaty, changes: Mapping[str, Mapping[str, Mapping[str, float]]], perspective: str) -> None:
    """Refuse a type that changes more than its own party's payoffs."""
    allowed = list(treaty.prices())
    faults = {
        f"type {kind!r} of {perspective!r} changes {name!r}, which is no payoff: the other party would feel it too"
        for own in changes.values()
        for kind, row in own.items()
        for name in row
        if name not in allowed
    }
    if faults:
        raise ScenarioError(f"the types cannot be private; allowed: changes of {', '.join(allowed)}:", sorted(faults))


def _committed(
    kinds: Mapping[str, list[str]], given: Mapping[str, Mapping[str, object]]
) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for party, own in given.items():
        check_known("commitments names the party {}", kinds, party, error=ScenarioError)
        for kind, policy in own.items():
            check_known(f"commitments[{party!r}] names the type {{}}", kinds[party], kind, error=ScenarioError)
            if isinstance(policy, str):
                check_known("policy {} is unknown", POSTURES, policy, error=ScenarioError)
            found.setdefault(party, {})[kind] = POSTURES[policy] if isinstance(policy, str) else policy
    return found
