"""Robustness of a stated conclusion: shares and regions that are known, and faults."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.study.uncertainty.robustness import Box


def score(treaty, discount):
    return treaty.parameters[0].detection + 0 * discount


def fragile(treaty, discount):
    if discount > 0.9:
        raise ValueError(f"too patient for {treaty.parties}")
    return discount


def test_share_and_region_of_a_known_half_space():
    claim = ag.studies.Conclusion(ag.Treaty(), "score >= 0.3", score, discount=0.9)
    over = {"detection": (0.0, 1.0), "false_alarm": (0.0, 0.1)}
    found = ag.studies.robustness(claim, over, points=512, density=1.0, rng=3)
    assert found.share == pytest.approx(0.7, abs=0.01)
    assert found.interval[0] < 0.7 < found.interval[1]
    assert found.base
    low, high = found.region.limits["detection"]
    assert 0.28 < low < 0.36
    assert high == 1.0
    assert found.region.density > 0.97
    assert found.region.coverage > 0.9
    np.testing.assert_allclose(found.profiles["detection"][:3], 0, atol=0.05)
    np.testing.assert_allclose(found.profiles["detection"][3:], 1, atol=0.05)


def test_holding_is_what_the_measure_says_at_every_point():
    claim = ag.studies.Conclusion(ag.load_scenario("inf"), "grim == 1 and suspension <= 4", ag.measures.regime)
    found = ag.studies.robustness(claim, ["detection", "discount"], points=64, rng=1)
    for k in range(64):
        at = {n: float(v[k]) for n, v in found.design.points.items()}
        here = ag.measures.regime(ag.load_scenario("inf"), **at)
        assert found.holds[k] == (here["grim"] == 1 and here["suspension"] <= 4)
        assert found.missing[k] == np.isnan(here["suspension"])
    assert found.to_xarray().sizes == {"point": 64}


def test_points_that_raise_are_undecided_and_count_against():
    claim = ag.studies.Conclusion(ag.Treaty(), "fragile < 2", fragile)
    found = ag.studies.robustness(claim, {"discount": (0.8, 1 - 1e-9)}, points=64, rng=1)
    assert found.undecided == pytest.approx(0.5, abs=0.05)
    assert found.share == pytest.approx(1 - found.undecided)
    assert found.base is None
    assert "no answer" in str(found)


def test_a_conclusion_that_never_holds_has_no_region():
    claim = ag.studies.Conclusion(ag.Treaty(), "score > 2", score, discount=0.9)
    found = ag.studies.robustness(claim, ["detection"], points=64, rng=1)
    assert found.share == 0
    assert found.region is None
    assert found.base is False


@pytest.mark.parametrize("statement", ["grim", "grim = 1", "grim == one", "grimm == 1", "grim == nan"], ids=str)
def test_statements_that_say_nothing_are_refused(statement):
    with pytest.raises(InvalidGame, match="allowed"):
        ag.studies.Conclusion(ag.Treaty(), statement, ag.measures.regime)


def test_only_conclusions_can_be_robust():
    with pytest.raises(WrongConcept, match="Conclusion"):
        ag.studies.robustness("grim holds", ["detection"])


def own_detection(treaty, discount):
    return float(treaty.parameters[0].detection) + 0 * discount


@pytest.mark.parametrize("seed", range(1, 5))
def test_the_region_does_not_depend_on_the_order_of_names(seed):
    claim = ag.studies.Conclusion(ag.Treaty(), "own_detection >= 0.5", own_detection, discount=0.9)
    one, two = (
        ag.studies.robustness(claim, names, points=256, rng=seed)
        for names in (["discount", "detection"], ["detection", "discount"])
    )
    assert one.region.density > 0.9
    assert dict(one.region.limits) == dict(two.region.limits)
    assert (one.share, one.region.density, one.region.judged) == (two.share, two.region.density, two.region.judged)
    assert list(one.profiles) == ["discount", "detection"]
    # the two halves cover the whole range of each parameter alike
    for name, values in one.design.points.items():
        low, high = one.ranges[name]
        for half in (values[:128], values[128:]):
            assert half.min() < low + 0.05 * (high - low)
            assert half.max() > high - 0.05 * (high - low)


def test_a_region_without_fresh_points_is_said_not_to_be_judged():
    box = Box({"detection": (0.1, 0.2)}, np.nan, np.nan, 0)
    assert "not judged" in str(box)
    assert "nan" not in str(box)
    rare = ag.studies.Conclusion(ag.Treaty(), "own_detection >= 0.985", own_detection, discount=0.9)
    for seed in range(6):
        found = ag.studies.robustness(rare, {"detection": (0, 1), "temptation": (1, 2)}, points=64, rng=seed)
        legend = ag.plot.robustness_region(found, x="detection", y="temptation").get_legend()
        assert "nan" not in str(found) + " ".join(t.get_text() for t in legend.get_texts())
    plt.close("all")


@pytest.mark.parametrize("points", [1, 3, 100, 2.0, True])
def test_points_are_a_power_of_two(points):
    claim = ag.studies.Conclusion(ag.Treaty(), "own_detection >= 0.5", own_detection, discount=0.9)
    with pytest.raises(InvalidGame, match="points"):
        ag.studies.robustness(claim, ["detection"], points=points)


def test_parameters_that_are_not_read_are_refused():
    claim = ag.studies.Conclusion(ag.Treaty(), "threshold < 0.9", ag.measures.threshold, discount=0.95)
    with pytest.raises(InvalidGame, match="does not read 'discount'"):
        ag.studies.robustness(claim, ["detection", "discount"], points=8)


def test_a_share_below_one_is_not_printed_as_all():
    claim = ag.studies.Conclusion(ag.Treaty(), "rate > 0.5", lambda t, _: {"rate": t.parameters[0].detection}, 0.9)
    told = str(ag.studies.robustness(claim, {"detection": (0.4999, 1.0)}, points=4096, rng=1))
    assert "holds at >99.9 % [" in told
    assert told.splitlines()[2].split()[2:] == [">99", *["100"] * 9]
