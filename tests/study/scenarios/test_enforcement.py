"""What enforces compliance: an end foreseen, the box of assumptions, the map of regimes, and a second game."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from treaty_by_hand import LADDERS, Play, hand_of

import armsgame as ag
from armsgame.study.scenarios.enforcement import anticipated_end, compliance_map, shortest_suspension, thresholds
from armsgame.study.scenarios.enforcement_flip import assumption_box, flip_share

compliance = ag.treaty.compliance
INF = ag.load_scenario("inf")


def test_an_anticipated_end_unravels_compliance():
    end = anticipated_end(INF, periods=6)
    assert end.unravels
    assert end.after.profiles == (("deploy", "deploy"),)
    assert not end.comply_until_end.ok
    assert end.comply_until_end.where.state.startswith("1 period")
    # in the last period nothing that is seen matters any more: the gain is (1 - delta)(T - R)
    assert end.comply_until_end.max_gain == pytest.approx(0.05 * 0.5, abs=1e-12)
    assert end.deploy_throughout.ok


def test_a_stag_hunt_does_not_unravel():
    hunt = INF.replace(temptation=0.5)
    end = anticipated_end(hunt, periods=4)
    assert not end.unravels
    assert end.comply_until_end.where is not None


def test_the_flip_occurs_in_the_known_share_of_the_box():
    found = flip_share(INF)
    assert found.share == pytest.approx(0.47, abs=0.01)
    assert found.share <= found.before


def test_the_regime_map_agrees_with_certificates():
    d, delta = np.array([0.05, 0.3, 0.8]), np.array([0.6, 0.95])
    table = compliance_map(INF, d, delta)
    for i, y in enumerate(delta):
        for j, x in enumerate(d):
            game = INF.replace(detection=float(x)).treaty().one_status()
            n = float(table[i, j])
            if np.isnan(n):
                assert not ag.verify(game, (ag.grim, ag.grim), discount=y).ok
            elif n > 0:
                assert ag.verify(game, (ag.suspend(int(n)),) * 2, discount=y).ok
                assert n == 1 or not ag.verify(game, (ag.suspend(int(n) - 1),) * 2, discount=y).ok


def test_unequal_parties_are_bound_by_the_one_that_gains_more():
    treaty = INF.replace(temptation={"Russia": 1.9}).treaty()
    game = treaty.one_status()
    closed = compliance.grim(1.9, 1, 0, *compliance.per_party_alarm(0.8, 0.005)).threshold
    assert ag.critical_discount(game, (ag.grim, ag.grim)).value == pytest.approx(closed, abs=1e-9)
    assert shortest_suspension(treaty, 0.7) >= shortest_suspension(INF.treaty(), 0.7)


@pytest.mark.parametrize("name", ag.scenarios())
def test_gains_and_thresholds_of_treaty_policies_are_those_of_a_second_game(name):
    scenario = ag.load_scenario(name)
    rows = [row for row in thresholds(scenario) if row.game == "treaty"]
    assert len(rows) == 3 * len(scenario.regimes)
    for row in rows:
        play = Play(hand_of(scenario, row.regime), [LADDERS[row.strategy]] * 2, off=True)
        discount = scenario.question.discount
        assert row.certificate.max_gain == pytest.approx(play.gain(discount), abs=1e-12)
        spans = row.threshold.intervals
        assert row.holds == any(low <= discount <= high for low, high in spans)
        # it holds inside and at the ends, and a little beyond them it does not
        for low, high in spans:
            inside = [low, *np.linspace(low, min(high, 0.9999), 7)[1:-1], *([high] if high < 1 else [])]
            assert max(play.gain(x) for x in inside) < 1e-14
            assert play.gain(low - 1e-6) > 1e-9
            assert high == 1 or play.gain(high + 1e-6) > 1e-9
        for x in np.linspace(0.01, 0.9999, 25):
            holds = any(low <= x <= high for low, high in spans)
            assert (play.gain(x) < 1e-14) == holds


@pytest.mark.parametrize("name", ["inf", "jcpoa", "new_start"])
def test_ranges_that_a_dossier_leaves_out_run_from_a_third_to_three_times_the_odds_and_gains(name):
    scenario = ag.load_scenario(name)
    pay, (first, second) = scenario.parameters, scenario.regimes[:2]
    free = replace(scenario, question=replace(scenario.question, box={}))
    box = assumption_box(free)
    shares = {
        "detection": pay[first.detection], "detection_after": pay[second.detection],
        "false_alarm": pay["false_alarm"], "discount": scenario.question.discount,
    }  # fmt: skip
    assert set(box) == {"temptation", *shares}
    for key, share in shares.items():
        odds = [end / (1 - end) / (share / (1 - share)) for end in box[key]]
        assert odds == pytest.approx([1 / 3, 3], rel=1e-9)
    gains = [(end - pay["reward"]) / (pay["temptation"] - pay["reward"]) for end in box["temptation"]]
    assert gains == pytest.approx([1 / 3, 3], rel=1e-9)
