"""The outer bound of public strategies against what is known of the one-status game."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.solve.payoff_sets.outer_bound import outer_bound

PD = ag.treaty.compliance()
ALL = {("comply", "comply"), ("comply", "deploy"), ("deploy", "comply"), ("deploy", "deploy")}


def test_with_inspection_no_profile_is_excluded_and_without_it_only_deployment_is_left():
    before = outer_bound(ag.RepeatedGame(PD, ag.Monitoring.detection(0.8, 0.005)), discount=0.95)
    assert set(before.profiles) == ALL
    assert before.settled
    after = outer_bound(ag.RepeatedGame(PD, ag.Monitoring.detection(0.03, 0.005)), discount=0.95)
    assert after.profiles == (("deploy", "deploy"),)
    assert np.allclose(after.levels, 0)


def test_the_bound_holds_the_value_of_an_equilibrium():
    game = ag.RepeatedGame(PD, ag.Monitoring.detection(0.8, 0.005))
    bound = outer_bound(game, discount=0.9)
    value = ag.verify(game, (ag.grim, ag.grim), discount=0.9).values
    assert (bound.directions @ np.array(value) <= bound.levels + 1e-9).all()


def test_an_impatient_pair_plays_the_stage_equilibrium_and_matching_pennies_has_no_pure_one():
    game = ag.RepeatedGame(PD, ag.Monitoring.detection(0.8, 0.005))
    assert outer_bound(game, discount=0.0).profiles == (("deploy", "deploy"),)
    pennies = ag.StageGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert outer_bound(ag.RepeatedGame(pennies), discount=0.3).profiles == ()


def test_more_directions_bound_at_least_as_tightly():
    game = ag.RepeatedGame(PD, ag.Monitoring.detection(0.5, 0.05))
    few, many = (outer_bound(game, discount=0.9, directions=k) for k in (4, 8))
    assert (many.levels[::2] <= few.levels + 1e-9).all()


def test_wrong_nouns_and_arguments_are_named():
    with pytest.raises(ag.errors.WrongConcept, match="RepeatedGame"):
        outer_bound(PD, discount=0.9)
    game = ag.RepeatedGame(PD, ag.Monitoring.detection(0.5))
    with pytest.raises(ag.errors.InvalidGame, match="directions"):
        outer_bound(game, discount=0.9, directions=6)
    with pytest.raises(ag.errors.InvalidGame, match="discount"):
        outer_bound(game, discount=1.0)
