"""Counterfactuals: paired draws, per perspective, against exact laws."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import ScenarioError
from armsgame.study.scenarios.outlook import attendance

INF = ag.load_scenario("inf")


@pytest.fixture(scope="module")
def better():
    return ag.counterfactual(INF, {"detection_after": 0.5}, event="notice", paths=1500, periods=60, rng=4)


def test_sampled_differences_agree_with_exact_ones_and_pairing_helps(better):
    for p in better.perspectives.values():
        assert abs(p.sampled - p.difference[-1]) <= 4.5 * p.error + 1e-12
        assert p.error <= p.unpaired_error
        assert p.gained - p.lost == pytest.approx(p.sampled)
        assert p.sampled_curve[-1] == pytest.approx(p.sampled)
    agnostic = better["agnostic"]
    assert agnostic.error < 0.8 * agnostic.unpaired_error
    assert agnostic.payoff.shape == (2,)


def test_where_nobody_violates_detection_changes_nothing(better):
    one = better["russian_account"]
    assert not one.difference.any()
    assert not one.payoffs.any()


def test_the_display_is_the_one_of_the_report():
    found = ag.counterfactual(INF, {"display_attended": True}, paths=300, periods=20, rng=2)
    back = ag.counterfactual(INF, {"display_attended": False}, paths=300, periods=20, rng=2)
    for name, p in found.perspectives.items():
        known = attendance(INF, name, paths=300, periods=20, rng=2)
        np.testing.assert_array_equal(p.difference, known.difference)
        assert p.sampled == known.sampled
        np.testing.assert_allclose(back[name].difference, -p.difference, atol=1e-15)
        assert back[name].sampled == -p.sampled
    assert found["agnostic"].difference[-1] < 0


def test_numbers_of_a_perspective_can_be_changed_and_the_result_is_a_table():
    change = {"display_attended": True, "pass_violating": 0.1}
    found = ag.counterfactual(INF, change, perspectives=["us_account"], paths=100, periods=10, rng=2)
    frame = found.to_frame()
    assert list(frame.index) == ["us_account"]
    assert frame["changed"].iloc[0] <= frame["unchanged"].iloc[0]
    assert found.to_xarray()["payoff"].shape == (1, 100, 2)
    assert "none of them is taken as true" in str(found)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({}, "empty"),
        ({"display_attended": 1}, "True or False"),
        ({"detection": 0.5}, "does not read"),
        ({"detektion_after": 0.5}, "detection_after"),
        ({"detection_after": 1.5}, "detection_after"),
        ({"periods": 10}, "horizon"),
        ({"pass_compliant": -1}, "probability"),
    ],
    ids=["empty", "kind", "not in force", "name", "range", "horizon", "account"],
)
def test_changes_that_cannot_be_made_are_refused(change, match):
    with pytest.raises(ScenarioError, match=match):
        ag.counterfactual(INF, change, paths=10, periods=5)


def test_events_perspectives_and_regimes_are_checked():
    change = {"detection_after": 0.5}
    for options in ({"event": "withdrawal"}, {"perspectives": ["nobody"]}, {"regime": "on site"}):
        with pytest.raises(ScenarioError, match="unknown"):
            ag.counterfactual(INF, change, paths=10, periods=5, **options)
    early = ag.counterfactual(
        INF, {"detection": 0.2}, regime="on-site inspection", perspectives=["us_account"], paths=10, periods=5, rng=1
    )
    assert early.provenance["regime"] == "on-site inspection"
