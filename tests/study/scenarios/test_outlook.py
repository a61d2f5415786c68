"""Behaviour as an account assumes it: weights of types, the display that was attended, and a second game."""

from __future__ import annotations

from dataclasses import replace

import pytest
from treaty_by_hand import branches_by_hand, share_by

import armsgame as ag
from armsgame.study.scenarios.outlook import attendance, branches, outlook

INF = ag.load_scenario("inf")


def test_the_effect_follows_the_perspective_not_the_label():
    persuadable = INF.replace(pass_violating=0.8)
    account = persuadable.perspectives["us_account"]
    laws = {"US": {"content": 1.0}, "Russia": {"content": 0.4, "tempted": 0.6}}
    doubtful = replace(account, types=laws)
    changed = replace(persuadable, perspectives={**persuadable.perspectives, "us_account": doubtful})
    assert attendance(changed, "us_account", paths=200, periods=10, rng=1).difference[-1] < 0


def test_weights_of_types_sum_to_one_in_every_perspective():
    for name in INF.perspectives:
        assert sum(b.weight for b in branches(INF, name)) == pytest.approx(1)


@pytest.mark.parametrize("name", ag.scenarios())
def test_assumed_behaviour_has_the_gain_and_the_laws_of_a_second_game(name):
    scenario = ag.load_scenario(name)
    periods = scenario.question.periods
    assert scenario.question.start == "in_force, none"
    for account in scenario.perspectives:
        found = outlook(scenario, account, paths=1, rng=1)
        played = branches_by_hand(scenario, account)
        most = max(play.gain(scenario.question.discount) for _, play in played)
        assert found.largest_gain == pytest.approx(most, abs=1e-12)
        assert found.law.cdf[-1] == pytest.approx(share_by(periods, played), abs=1e-12)
        # a notice is a state of its own, or the exit itself where none is asked for
        assert found.notice.cdf[-1] == pytest.approx(share_by(periods, played, ("notice", "withdrawn")), abs=1e-12)
