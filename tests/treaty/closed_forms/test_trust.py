"""The threshold of trust: the table, its parts, arrays, limits, and the premises that fail."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

import armsgame as ag
from armsgame.treaty.closed_forms.premises import FORMS

threshold = ag.treaty.trust.threshold
DEFAULT = {
    "temptation": 1.5, "reward": 1.0, "punishment": 0.0, "sucker": -0.5, "false_alarm": 0.005, "discount": 0.95,
}  # fmt: skip
# found once by exact beliefs on the joint nodes of the treaty's game, T = 2.5 for the tempted type
TABLE = {0.04: 0.922804, 0.05: 0.764634, 0.06: 0.658168, 0.08: 0.520588, 0.09: 0.472694}


def at(detection, **changes):
    return threshold(detection=detection, **{**DEFAULT, **changes})


@pytest.mark.parametrize("detection", TABLE)
def test_the_table(detection):
    found = at(detection, tempted_temptation=2.5)
    assert found.belief == pytest.approx(TABLE[detection], abs=5e-7)
    assert found.failed == ""
    assert found.tempted_tested


def test_the_parts_at_five_per_cent():
    found = at(0.05)
    assert found.content == pytest.approx(0.8406716966856524, abs=1e-12)
    assert found.exposed == pytest.approx(-0.24506800637176823, abs=1e-12)
    assert found.loss == pytest.approx(0.010759021458145161, abs=1e-12)
    assert found.gain == pytest.approx(0.034952824408773446, abs=1e-12)
    assert found.belief == pytest.approx(0.7646338437203342, abs=1e-12)
    assert not found.tempted_tested


@pytest.mark.parametrize("detection", [0.1, 0.3, 0.8, 1.0])
def test_from_a_tenth_on_the_tempted_type_complies(detection):
    found = at(detection, tempted_temptation=2.5)
    assert found.belief == inf
    assert found.failed == "the tempted type prefers to deploy"
    assert "at no belief" in found.explain()
    # without its temptation the formula alone answers
    assert at(detection).belief < 1
    assert "is not tested" in at(detection).explain()


def test_below_the_least_detection_no_belief_is_high_enough():
    found = at(0.03)
    assert (found.belief, found.failed) == (inf, "deploying beside a content party loses")
    # the formula alone would give 1.19
    assert found.gain / (found.gain + found.loss) == pytest.approx(1.19, abs=0.005)
    # where the loss changes its sign, exit_on_alarm ceases to hold among content parties
    for shift, holds in ((-1e-4, False), (1e-4, True)):
        detection = 0.03646 + shift
        assert (at(detection).loss > 0) is holds
        treaty = ag.Treaty().replace(detection=detection)
        assert ag.verify(treaty.game(), (ag.treaty.exit_on_alarm,) * 2, discount=0.95).ok is holds


def test_arrays_of_every_argument_broadcast_and_agree_with_single_calls():
    d = np.array([0.03, 0.05, 0.2])[:, None]
    greed = np.array([2.0, 2.5, 9.0])
    found = at(d, tempted_temptation=greed)
    assert found.belief.shape == found.unmet.shape == (3, 3)
    for i in range(3):
        for j in range(3):
            one = at(float(d[i, 0]), tempted_temptation=float(greed[j]))
            assert found.belief[i, j] == one.belief
            assert found.failed[i, j] == one.failed


def test_the_threshold_is_where_a_content_party_is_indifferent():
    rng = np.random.default_rng(3)
    for _ in range(50):
        own = {
            "temptation": rng.uniform(1.05, 2), "sucker": -rng.uniform(0.05, 2),
            "false_alarm": rng.uniform(0.001, 0.05), "discount": rng.uniform(0.8, 0.99),
        }  # fmt: skip
        d = rng.uniform(0.1, 0.9)
        found = at(d, **own)
        if found.belief == inf:
            continue
        a, delta, s = own["false_alarm"], own["discount"], own["sucker"]
        quiet = [(1 - a) ** (2 - k) * (1 - d) ** k for k in (0, 1, 2)]
        b = found.belief
        comply = b * ((1 - delta) + delta * quiet[0] * found.content) + (1 - b) * (
            (1 - delta) * s + delta * quiet[1] * found.exposed
        )
        deploy = b * ((1 - delta) * own["temptation"] + delta * quiet[1] * found.content) + (1 - b) * (
            delta * quiet[2] * found.exposed
        )
        assert comply == pytest.approx(deploy, abs=1e-12)


def test_a_positive_affine_change_of_payoffs_leaves_the_threshold_as_it_is():
    one = at(0.06, tempted_temptation=2.5)
    other = threshold(5.5, 4, 1, -0.5, 0.06, 0.005, 0.95, tempted_temptation=8.5)
    assert other.belief == pytest.approx(one.belief, abs=1e-12)
    assert other.gain == pytest.approx(3 * one.gain, abs=1e-12)
    assert other.content == pytest.approx(3 * one.content + 1, abs=1e-12)


def test_trust_falls_with_detection_and_rises_with_temptation_and_exposure():
    d = np.linspace(0.05, 0.9, 30)
    assert (np.diff(at(d).belief) < 0).all()
    assert (np.diff(at(0.1, temptation=np.linspace(1.0, 1.6, 9)).belief) > 0).all()
    assert (np.diff(at(0.1, sucker=-np.linspace(0.1, 2, 9)).belief) > 0).all()


def test_where_being_exposed_costs_nothing_any_belief_will_do():
    # S = P, and two deployers raise no more alarms than one
    assert at(0.5, sucker=0.0, false_alarm=0.5, temptation=0.9).belief == 0


def test_premises_are_data_and_each_is_named_where_it_fails():
    assert [p.name for p in FORMS["trust.threshold"]] == [
        "punishment is a stage equilibrium",
        "alarms tell of violations",
        "deploying beside a content party loses",
        "the tempted type prefers to deploy",
    ]
    assert at(0.5, sucker=0.1).failed == "punishment is a stage equilibrium"
    # a stag hunt in which quiet periods speak against the other
    assert at(0.01, temptation=0.5, false_alarm=0.02).failed == "alarms tell of violations"
    assert "{premises}" not in ag.treaty.trust.threshold.__doc__


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"detection": 1.2}, "detection is 1.2"),
        ({"discount": 1.0}, "discount"),
        ({"punishment": 2.0}, "reward"),
        ({"tempted_temptation": np.nan}, "tempted_temptation"),
        ({"detection": [0.1, 0.2], "sucker": [-0.1, -0.2, -0.3]}, "broadcast"),
    ],
)
def test_bad_arguments_are_named(changes, match):
    with pytest.raises(ag.errors.InvalidGame, match=match):
        threshold(**{**DEFAULT, "detection": 0.1, **changes})
