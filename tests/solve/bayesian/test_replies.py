"""Replies by type: the reply without types, bounds from both sides, brute force on priors, swapped parties."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import WrongConcept

PAYOFFS = {
    "US": {"content": [[1, -0.5], [1.5, 0]]},
    "Russia": {"content": [[1, 1.5], [-0.5, 0]], "tempted": [[1, 2.5], [-0.5, 0]]},
}


def _game(belief=0.7):
    monitoring = ag.Monitoring.detection(0.3, 0.02)
    return ag.BayesianGame.repeated(PAYOFFS, monitoring, {"Russia": [belief, 1 - belief]})


@pytest.mark.parametrize("strategy", [ag.grim, ag.suspend(2), ag.always_deploy], ids=["grim", "suspend", "deploy"])
def test_against_one_strategy_it_is_the_reply_without_types(strategy):
    game = _game()
    found = ag.bayesian.best_reply_by_type(game, dict.fromkeys(game.players, strategy), "Russia", discount=0.9)
    for kind, own in ((k, found[k]) for k in found):
        alone = ag.best_reply(game.one_type("content", kind), (strategy, strategy), "Russia", discount=0.9)
        assert own.value == pytest.approx(alone.value, abs=1e-9)
        assert own.gain == pytest.approx(alone.gain, abs=1e-9)
        assert own.exact


def test_the_plan_is_worth_what_it_says_and_no_named_strategy_does_better():
    game = _game()
    profile = {"US": ag.grim, "Russia": {"content": ag.grim, "tempted": ag.always_deploy}}
    reply = ag.bayesian.best_reply_by_type(game, profile, "US", discount=0.9)["content"]
    assert reply.at_most >= reply.value >= reply.before

    def worth(strategy):
        pair = [
            ag.expected_payoffs(game.one_type("content", k), (strategy, profile["Russia"][k]), discount=0.9)[0]
            for k in ("content", "tempted")
        ]
        return float(np.dot(game.prior[1], pair))

    assert worth(reply.strategy) == pytest.approx(reply.value, abs=1e-9)
    for other in (ag.grim, ag.suspend(1), ag.suspend(3), ag.always_comply, ag.always_deploy, ag.mirror):
        assert worth(other) <= reply.at_most + 1e-9


def test_at_a_certified_profile_nothing_is_gained():
    game = _game(0.95)
    for one in ag.bayesian_equilibria(game, discount=0.9, mixing="never"):
        for party in game.players:
            found = ag.bayesian.best_reply_by_type(game, one, party, discount=0.9)
            assert max(found[k].gain for k in found) <= 1e-9


def test_swapping_the_parties_swaps_the_replies():
    game = _game()
    profile = {"US": ag.grim, "Russia": {"content": ag.grim, "tempted": ag.always_deploy}}
    one = ag.bayesian.best_reply_by_type(game, profile, "US", discount=0.9)["content"]
    two = ag.bayesian.best_reply_by_type(game.swapped, profile, "US", discount=0.9)["content"]
    assert (one.value, one.at_most) == pytest.approx((two.value, two.at_most), abs=1e-9)


def test_the_verb_of_daily_use_answers_by_type():
    game = _game()
    profile = {"US": ag.grim, "Russia": {"content": ag.always_comply, "tempted": ag.always_deploy}}
    found = ag.best_reply(game, profile, "US", discount=0.9)
    assert found == ag.bayesian.best_reply_by_type(game, profile, "US", discount=0.9)
    assert found["content"].gain > 0.01


def test_what_does_not_fit_is_refused():
    game = _game()
    with pytest.raises(WrongConcept, match="best_reply"):
        ag.bayesian.best_reply_by_type(game.one_type(), (ag.grim, ag.grim), 0, discount=0.9)
    found = ag.bayesian.best_reply_by_type(game, dict.fromkeys(game.players, ag.grim), 0, discount=0.9)
    with pytest.raises(WrongConcept, match="no reply of the type"):
        found["shy"]
    assert "best reply" in str(found)
    assert len(found.to_frame()) == len(found) == 1
