"""Least-cost terms against known thresholds, with evidence on both sides."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.study.scenarios.least_cost import cost_front

TREATY = ag.Treaty()


def test_least_detection_is_the_known_threshold_and_just_below_it_fails():
    found = ag.studies.design_treaty(TREATY, choose={"detection": [0.0, 0.3, 0.8]}, discount=0.95)
    assert found.terms["detection"] == pytest.approx(0.03646, abs=5e-6)
    assert found.certificate.ok
    value, certificate = found.outside["detection"]
    assert value < found.terms["detection"]
    assert not certificate.ok
    assert ag.verify(found.treaty.game(), (ag.treaty.exit_on_alarm,) * 2, discount=0.95).ok
    assert "just outside" in str(found)


def test_two_terms_trade_off_by_their_prices():
    # lowering the temptation is dear in the one case, watching in the other
    choose = {"detection": [0.0, 0.5, 1.0], "temptation": [1.1, 1.5]}
    watch = ag.studies.design_treaty(
        TREATY, choose=choose, discount=0.95, objective={"detection": 0.1, "temptation": -10}
    )
    soothe = ag.studies.design_treaty(
        TREATY, choose=choose, discount=0.95, objective={"detection": 10, "temptation": -0.1}
    )
    assert watch.terms["temptation"] == 1.5
    assert soothe.terms["temptation"] == 1.1
    for found in (watch, soothe):
        # the closed form of grim with one alarm per party, solved for detection at this temptation
        gap = found.terms["temptation"] - 1
        quiet = (1 - 0.005) ** 2
        psi1 = 1 - quiet + gap * (1 - 0.95 * quiet) / 0.95
        assert found.terms["detection"] == pytest.approx(1 - (1 - psi1) / 0.995, abs=1e-6)


def test_a_ladder_needs_a_larger_audience_cost_the_more_patient_the_parties():
    ladder = (ag.treaty.ladder_yield,) * 2
    costs = [
        ag.studies.design_treaty(TREATY, choose={"audience_cost": [0, 2, 8, 40]}, discount=d, subject_to=ladder).cost
        for d in (0.9, 0.98)
    ]
    assert costs[0] < costs[1]


def test_the_front_falls_with_patience_and_says_where_nothing_suffices():
    front = cost_front(TREATY, choose={"detection": [0.0, 0.5, 1.0]}, discounts=[0.2, 0.5, 0.9, 0.99])
    assert front.designs[0] is None
    table = front.to_frame()
    assert np.isnan(table["cost"][0])
    assert (np.diff(table["cost"][1:]) < 0).all()


@pytest.mark.parametrize(
    ("changes", "error", "match"),
    [
        ({"choose": {}}, ag.errors.InvalidGame, "choose"),
        ({"choose": {"detection": [0.5]}}, ag.errors.InvalidGame, "two finite"),
        ({"choose": {"detektion": [0.1, 0.5]}}, ag.errors.InvalidGame, "detektion"),
        ({"discount": 1.0}, ag.errors.InvalidGame, "discount"),
        ({"objective": {"notice_days": 1}}, ag.errors.InvalidGame, "objective"),
        ({"objective": lambda _: np.nan}, ag.errors.InvalidGame, "finite cost"),
        ({"choose": {"detection": [0.0, 0.01]}}, ag.errors.NotSolved, "cheapest"),
        ({"choose": {"detection": np.linspace(0, 1, 30_000)}}, ag.errors.InvalidGame, "candidate terms"),
    ],
    ids=["nothing", "one value", "unknown", "discount", "objective", "nan", "no terms", "grid"],
)
def test_bad_input_is_named(changes, error, match):
    question = {"choose": {"detection": [0.0, 1.0]}, "discount": 0.95} | changes
    with pytest.raises(error, match=match):
        ag.studies.design_treaty(TREATY, **question)
