"""Perceived games side by side, and what is really played."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

HUNT = ag.treaty.compliance(temptation=0.8)
DILEMMA = ag.treaty.compliance(temptation=1.5)
LEAVE = (ag.treaty.exit_on_alarm,) * 2
SEEK = (ag.treaty.seek_a_pretext,) * 2


def test_parties_that_see_the_same_game_and_expect_the_same_are_not_surprised():
    told = ag.studies.hypergame({"US": HUNT, "Russia": HUNT}, actual=HUNT)
    assert told.consistent
    assert told.certificate.ok
    assert told.actual == pytest.approx([1, 1])


def test_trust_that_is_not_shared_is_exploited():
    told = ag.studies.hypergame({"US": HUNT, "Russia": DILEMMA}, actual=HUNT)
    assert told.surprise == pytest.approx([-1.5, 1.5])
    assert not told.consistent
    assert not told.views["US"].stable.ok
    assert told.actual == pytest.approx([-0.5, 0.8])
    assert "US expects comply | comply (1 of 3 found)" in str(told)
    assert told.to_frame()["surprise"].tolist() == pytest.approx([-1.5, 1.5])


def test_swapping_the_parties_swaps_the_surprises():
    one = ag.studies.hypergame({"US": HUNT, "Russia": DILEMMA})
    other = ag.studies.hypergame({"US": DILEMMA, "Russia": HUNT})
    assert one.surprise == pytest.approx(other.surprise[::-1])
    assert one.actual is None


def test_another_equilibrium_of_the_same_game_is_another_expectation():
    told = ag.studies.hypergame({"US": HUNT, "Russia": HUNT}, choose={"US": 1})
    assert told.views["US"].expects == pytest.approx([0, 0])
    assert told.surprise == pytest.approx([0.8, -1.5])


def test_treaties_in_time_are_valued_by_each_account():
    plain = ag.Treaty()
    wants_out = plain.replace(outside_option={"US": 1.3})
    told = ag.studies.hypergame(
        {"US": wants_out.game(), "Russia": plain.game()},
        profiles={"US": SEEK, "Russia": LEAVE},
        discount=0.95,
        actual=plain.game(),
    )
    assert told.played == (SEEK[0], LEAVE[1])
    assert told.views["Russia"].expects == pytest.approx(ag.verify(plain.game(), LEAVE, discount=0.95).values)
    assert told.surprise[1] < 0
    assert told.views["US"].gets == pytest.approx(ag.expected_payoffs(wants_out.game(), told.played, discount=0.95))
    assert "seek a pretext" in str(told)


@pytest.mark.parametrize(
    ("perceived", "question", "match"),
    [
        ({"US": HUNT}, {}, "one entry for each"),
        ({"US": HUNT, "China": HUNT}, {}, "China"),
        ({"US": HUNT, "Russia": HUNT}, {"choose": {"US": 7}}, "0 to 2"),
        ({"US": HUNT, "Russia": HUNT}, {"discount": 0.9}, "one-shot"),
        ({"US": DILEMMA, "Russia": DILEMMA}, {"profiles": {"US": ([1, 0], [1, 0])}}, "no equilibrium"),
        ({"US": ag.Treaty().game(), "Russia": ag.Treaty().game()}, {"discount": 0.9}, "profiles"),
        ({"US": ag.Treaty().game(), "Russia": ag.Treaty(demand=False).game()}, {"discount": 0.9}, "other actions"),
    ],
    ids=["missing", "stranger", "no such", "discount", "no equilibrium", "no profile", "other actions"],
)
def test_bad_input_is_named(perceived, question, match):
    with pytest.raises(ag.errors.InvalidGame, match=match):
        ag.studies.hypergame(perceived, **question)


def test_mixed_expectations_are_weighed():
    told = ag.studies.hypergame({"US": HUNT, "Russia": HUNT}, choose={"US": 2, "Russia": 2})
    assert np.allclose(told.views["US"].expects, told.views["US"].gets)
