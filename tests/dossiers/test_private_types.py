"""A dossier's account as a game with private types."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import armsgame as ag
from armsgame.dossiers.assumptions import PartyType, TypeRow

INF = ag.load_scenario("inf")


@pytest.mark.parametrize("name", ag.scenarios())
def test_every_account_of_every_dossier_is_a_game_with_its_prior(name):
    scenario = ag.load_scenario(name)
    for account, held in scenario.perspectives.items():
        game = scenario.bayesian_game(account)
        for party, kinds, law in zip(scenario.parties, game.types, game.prior, strict=True):
            assert dict(zip(kinds, law, strict=True)) == pytest.approx(dict(held.types[party]))
        assert game.game.states[game.dynamics().start] == scenario.question.start
        assert any(" | " in label for label in game.game.signal_labels)


def test_payoffs_of_a_type_are_those_of_the_treaty_in_which_the_party_has_it():
    game = INF.bayesian_game("agnostic", regime="on-site inspection")
    for i, party in enumerate(INF.parties):
        for kind, rows in zip(game.types[i], game.payoffs[i], strict=True):
            own = INF.treaty(regime="on-site inspection", types={party: kind}, perspective="agnostic").game("moves")
            assert rows == pytest.approx(own.dynamics().payoffs[i], abs=1e-12)


def test_an_account_may_give_its_own_payoffs():
    rows = {"tempted": TypeRow({"temptation": 3.0})}
    account = replace(INF.perspectives["agnostic"], type_rows=rows)
    changed = replace(INF, perspectives={**INF.perspectives, "agnostic": account})
    before, after = INF.bayesian_game("agnostic"), changed.bayesian_game("agnostic")
    assert after.payoffs[0][1].max() == pytest.approx(before.payoffs[0][1].max() + 0.5)
    assert (after.payoffs[0][0] == before.payoffs[0][0]).all()
    assert changed.bayesian_game("us_account") == INF.bayesian_game("us_account")


def test_swapping_the_parties_of_an_account_swaps_the_game():
    a, b = INF.parties
    account = INF.perspectives["us_account"]
    mirrored = replace(account, types={a: account.types[b], b: account.types[a]})
    other = replace(INF, perspectives={**INF.perspectives, "us_account": mirrored}).bayesian_game("us_account")
    ours = INF.bayesian_game("us_account")
    assert ours.types == other.types[::-1]
    for i in (0, 1):
        assert ours.prior[i] == pytest.approx(other.prior[1 - i])
    plan = {p: ag.treaty.exit_on_alarm for p in INF.parties}
    values = [ag.expected_payoffs(g, plan, discount=0.95) for g in (ours, other)]
    assert values[0] == pytest.approx(values[1][::-1], abs=1e-12)


def test_a_committed_type_plays_its_policy_and_an_observer_may_hold_another_prior():
    game = INF.bayesian_game("agnostic", commitments={"Russia": {"tempted": "deploy"}}, observer="us_account")
    assert set(game.commitments) == {("Russia", "tempted")}
    assert not game.tested[1][game.types[1].index("tempted")]
    assert dict(zip(game.types[1], game.outside[1], strict=True)) == {"content": 0.1, "tempted": 0.9, "wants_out": 0}
    assert "observer" in str(game)
    plan = {p: ag.treaty.exit_on_alarm for p in INF.parties}
    law = ag.withdrawal_law(game, plan, periods=3, event="deployed")
    assert 1 - law.survival[1] == pytest.approx(0.9)


def test_types_of_the_observer_that_the_parties_exclude_are_carried_at_prior_zero():
    game = INF.bayesian_game("russian_account", observer="us_account")
    assert game.types == (("content", "wants_out"), ("content", "tempted"))
    assert np.array_equal(game.prior[0], [0, 1])
    assert np.array_equal(game.outside[0], [1, 0])


def test_parts_join_the_game():
    game = INF.bayesian_game("us_account", parts=[ag.treaty.parts.Suspension()])
    assert any("suspension" in state for state in game.game.states)


def test_what_the_treaty_cannot_express_is_refused():
    blind = PartyType("blind", {"detection": 0.1}, "assumption", "deploy")
    account = INF.perspectives["agnostic"]
    laws = {p: {"content": 0.5, "blind": 0.5} for p in INF.parties}
    own = replace(account, types=laws, policies={**account.policies, "blind": "deploy"})
    changed = replace(INF, types=(*INF.types, blind), perspectives={**INF.perspectives, "agnostic": own})
    with pytest.raises(ag.errors.ScenarioError, match="type 'blind' of 'agnostic' changes 'detection', which is no"):
        changed.bayesian_game("agnostic")
    with pytest.raises(ag.errors.ScenarioError, match="perspective 'nobody' is unknown"):
        INF.bayesian_game("nobody")
    with pytest.raises(ag.errors.ScenarioError, match="regime 'none' is unknown"):
        INF.bayesian_game("agnostic", regime="none")
    with pytest.raises(ag.errors.ScenarioError, match="party 'Rusia'"):
        INF.bayesian_game("agnostic", commitments={"Rusia": {"tempted": "deploy"}})
    with pytest.raises(ag.errors.ScenarioError, match="type 'temted'"):
        INF.bayesian_game("agnostic", commitments={"Russia": {"temted": "deploy"}})
    with pytest.raises(ag.errors.ScenarioError, match="policy 'deploi' is unknown"):
        INF.bayesian_game("agnostic", commitments={"Russia": {"tempted": "deploi"}})
