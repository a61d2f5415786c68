"""What ties leave open in certified profiles, against an enumeration and numbers of the prototype."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.solve.bayesian.equilibria import bayesian_equilibria
from armsgame.solve.bayesian.starts import starts_for

INF = ag.load_scenario("inf")


def certified(perspective, regime, start, scenario=INF):
    game = scenario.bayesian_game(perspective, regime=regime)
    (one,) = bayesian_equilibria(game, discount=0.95, starts={start: starts_for(game)[start]}).equilibria
    return game, one


def test_before_2001_the_lower_end_is_refused_and_the_upper_one_is_certified():
    game, one = certified("agnostic", "on-site inspection", "exit_on_alarm")
    band = ag.bayesian.tie_range(game, one.profile, discount=0.95)
    assert band.outer[-1] == pytest.approx([0.4374999995, 0.8293855761], abs=1e-8)
    assert band.curve[-1] == pytest.approx(0.8293855761, abs=1e-8)
    assert band.inner[-1, 1] == pytest.approx(0.8293855761, abs=1e-8)
    assert band.inner[-1, 0] > 0.44
    assert any("resolved to the least" in text and "gain 0.27588" in text for text in band.refused)
    exact = ag.withdrawal_law(game, one.profile, periods=120, event="notice").cdf
    assert band.curve == pytest.approx(exact, abs=1e-12)


def test_after_2001_both_ends_of_the_us_account_are_certified():
    game, one = certified("us_account", None, "exit_on_alarm")
    band = ag.bayesian.tie_range(game, one.profile, discount=0.95)
    assert band.outer[-1] == pytest.approx([0, 0.999289], abs=1e-6)
    assert band.inner[-1] == pytest.approx([0, 0.999289], abs=1e-6)
    assert (np.diff(band.outer, axis=0) >= -1e-12).all()
    assert (band.outer[:, 0] <= band.inner[:, 0] + 1e-12).all()
    assert (band.inner[:, 1] <= band.outer[:, 1] + 1e-12).all()


def test_costs_of_hiding_and_standing_decide_what_ties_left_open():
    hidden = INF.replace(concealment_cost=0.05, standing=0.02)
    game, one = certified("us_account", None, "exit_on_alarm", hidden)
    band = ag.bayesian.tie_range(game, one.profile, discount=0.95)
    assert band.outer[-1] == pytest.approx([0.9992, 0.9993], abs=1e-4)
    worth = INF.replace(concealment_cost=0.02, standing=0.05)
    game, one = certified("us_account", None, "exit_on_alarm", worth)
    band = ag.bayesian.tie_range(game, one.profile, discount=0.95)
    assert band.outer[-1] == pytest.approx([0, 0.1016], abs=1e-4)
    assert band.curve[-1] == pytest.approx(0.1016, abs=1e-4)


def test_where_everything_pays_alike_everything_is_open_and_certified():
    nothing = {p: {"a": np.zeros((2, 2)), "b": np.zeros((2, 2))} for p in ("US", "Russia")}
    prior = {p: {"a": 0.5, "b": 0.5} for p in nothing}
    game = ag.BayesianGame.repeated(nothing, prior=prior, actions=("comply", "deploy"))
    profile = {p: {"a": ag.always_comply, "b": ag.always_comply} for p in nothing}
    band = ag.bayesian.tie_range(game, profile, discount=0.9, periods=5, event="deployed")
    assert (band.outer[1:] == [0, 1]).all()
    assert (band.inner[1:] == [0, 1]).all()
    assert band.refused == ()
    assert "outer interval over ties: [0.00000, 1.00000]" in str(band)


def test_without_ties_nothing_is_open():
    pay = {"US": {"content": [[1, -0.5], [1.5, 0]]}, "Russia": {"content": [[1, 1.5], [-0.5, 0]]}}
    game = ag.BayesianGame.repeated(pay, actions=("comply", "deploy"))
    profile = {p: {"content": ag.always_deploy} for p in pay}
    band = ag.bayesian.tie_range(game, profile, discount=0.9, periods=5, event="deployed")
    assert (band.outer == band.inner).all()
    assert (band.outer[:, 0] == band.curve).all()
    assert str(band).endswith("nothing is tied")
    with pytest.raises(ag.InvalidGame, match="event is 'deploied'"):
        ag.bayesian.tie_range(game, profile, discount=0.9, periods=5, event="deploied")


def test_by_pair_of_types_stand_the_laws_of_the_pairs_and_another_prior_weighs_the_same_ends():
    game, one = certified("us_account", None, "exit_on_alarm")
    band = ag.bayesian.tie_range(game, one.profile, discount=0.95, periods=30)
    (us,) = one.profile["US"].values()
    for k, plan in enumerate(one.profile["Russia"].values()):
        law = ag.withdrawal_law(game.one_type(0, k), (us, plan), periods=30, event="notice").cdf
        assert band.curve_by_types[:, 0, k] == pytest.approx(law, abs=1e-12)
    moved = game.with_prior({"US": {"content": 1.0}, "Russia": {"content": 0.6, "tempted": 0.4}})
    there = ag.bayesian.tie_range(moved, one.profile, discount=0.95, periods=30)
    assert band.outer_by_types[:, :, 0] @ [0.6, 0.4] == pytest.approx(there.outer, abs=1e-12)
    assert band.curve_by_types[:, 0] @ [0.6, 0.4] == pytest.approx(there.curve, abs=1e-12)
    assert band.outer_by_types[:, :, 0] @ [0.1, 0.9] == pytest.approx(band.outer, abs=1e-12)
