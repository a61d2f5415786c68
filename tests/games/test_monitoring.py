"""What parties see: laws of public and private signals, whom a signal names, and what is refused by name."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame

PAYOFFS = [[[2, 0], [3, 1]], [[2, 3], [0, 1]]]
STAGE = ag.StageGame(PAYOFFS, players=("US", "Russia"))
THREE = ag.StageGame(np.zeros((3, 2, 2, 2)), players=("A", "B", "C"))
PRIVATE = ag.private_monitoring.PrivateMonitoring


def test_alarms_about_each_party_are_independent():
    seen = ag.Monitoring.detection([0.75, 0.5], [0.25, 0.125])
    assert seen.signals(STAGE) == ("none", "US", "Russia", "both")
    law = seen.kernel(STAGE)
    # P(alarm about US), P(alarm about Russia) at each profile
    for row, (us, russia) in zip(law, [(0.25, 0.125), (0.25, 0.5), (0.75, 0.125), (0.75, 0.5)], strict=True):
        assert row.tolist() == [(1 - us) * (1 - russia), us * (1 - russia), (1 - us) * russia, us * russia]
    assert seen.alarmed(STAGE).tolist() == [[False, False], [True, False], [False, True], [True, True]]
    assert seen.meaning(STAGE)[0].tolist() == [False, True, True, True]
    # one rate stands for all parties, and fractions stay fractions
    exact = ag.Monitoring.detection(Fraction(1, 3), Fraction(1, 10)).kernel(THREE, exact=True)
    assert exact.sum(axis=1).tolist() == [1] * 8
    assert exact[0, 0] == Fraction(9, 10) ** 3
    assert exact[7, 7] == Fraction(1, 27)
    names = ag.Monitoring.detection(1).signals(THREE)
    assert names == ("none", "A", "B", "C", "A + B", "A + C", "B + C", "A + B + C")


def test_an_alarm_about_the_profile_names_nobody():
    seen = ag.Monitoring.alarm(0.75, 0.25)
    assert seen.kernel(STAGE).tolist() == [[0.75, 0.25], [0.25, 0.75], [0.25, 0.75], [0.25, 0.75]]
    assert seen.signals(STAGE) == ("quiet", "alarm")
    assert seen.alarmed(STAGE) is None
    assert seen.meaning(STAGE)[0].tolist() == [False, True]
    exact = ag.Monitoring.alarm(0.9, 0.1).kernel(STAGE, exact=True)
    assert exact.tolist() == [[Fraction(9, 10), Fraction(1, 10)]] + [[Fraction(1, 10), Fraction(9, 10)]] * 3


def test_perfect_monitoring_tells_profiles_apart():
    seen = ag.Monitoring.perfect()
    assert (seen.kernel(STAGE) == np.eye(4)).all()
    assert seen.kernel(STAGE, exact=True).tolist() == np.eye(4, dtype=int).tolist()
    assert seen.signals(STAGE)[1] == "comply | deploy"
    assert seen.alarmed(STAGE).tolist() == [[False, False], [False, True], [True, False], [True, True]]


def test_signals_of_ones_own_name_whom_they_are_said_to_name():
    law = np.full((2, 2, 3), 1 / 3)
    labels = ("calm", "silo", "noise")
    told = ag.Monitoring.public(law, labels, {"silo": ["Russia"]})
    assert told.alarmed(STAGE).tolist() == [[False, False], [False, True], [False, False]]
    assert told.meaning(STAGE)[0].tolist() == [False, True, False]
    # a party by its place; a list that names nobody is no alarm
    both = ag.Monitoring.public(law, labels, {"silo": [0, "Russia"], "noise": []})
    assert both.alarmed(STAGE).tolist() == [[False, False], [True, True], [False, False]]
    assert both.meaning(STAGE)[0].tolist() == [False, True, False]
    # an alarm that does not say about whom
    vague = ag.Monitoring.public(law, labels, {"silo": None, "noise": ["US"]})
    assert vague.alarmed(STAGE) is None
    assert vague.meaning(STAGE)[0].tolist() == [False, True, True]
    # without `about` the first, or the one called so, says that nothing was seen
    assert ag.Monitoring.public(law, labels).meaning(STAGE)[0].tolist() == [False, True, True]
    quiet = ag.Monitoring.public(law, ("silo", "Quiet", "noise")).meaning(STAGE)
    assert (quiet[0].tolist(), quiet[1]) == ([True, False, True], None)
    # labels of detection are read as those, in any order
    turned = ag.Monitoring.public(np.full((2, 2, 2), 0.5), ("Russia", "none"))
    assert turned.alarmed(STAGE).tolist() == [[False, True], [False, False]]


def test_laws_of_signals_of_ones_own_are_the_rows_that_were_given():
    law = [[[0.9, 0.1], [0.2, 0.8]], [[1 / 3, 2 / 3], [0, 1]]]
    seen = ag.Monitoring.public(law)
    assert seen.kernel(STAGE).tolist() == [row for own in law for row in own]
    assert seen.kernel(STAGE, exact=True).tolist() == [
        [Fraction(9, 10), Fraction(1, 10)], [Fraction(1, 5), Fraction(4, 5)], [Fraction(1, 3), Fraction(2, 3)], [0, 1],
    ]  # fmt: skip
    assert seen.signals(STAGE) == ("y0", "y1")
    with pytest.raises(InvalidGame, match=r"kernel.shape is \(2, 2, 2\); allowed: \(2, 2, 2, 2\) for this stage game"):
        seen.kernel(THREE)
    found = ag.Monitoring.private(np.full((2, 2, 2, 2), 0.25), [["a", "b"]] * 2)
    assert found == PRIVATE(np.full((2, 2, 2, 2), 0.25), [["a", "b"]] * 2)


def test_monitoring_is_told_in_a_line():
    assert str(ag.Monitoring.detection(0.5)) == "Monitoring.detection(detection=0.5, false_alarm=0.0)"
    late = ag.Monitoring.detection([0.5, 0.75], [0.25, 0.25], lag=3)
    assert str(late) == "Monitoring.detection(detection=(0.5, 0.75), false_alarm=0.25, lag=3)"
    assert str(ag.Monitoring.perfect()) == "Monitoring.perfect"


@pytest.mark.parametrize(
    ("build", "match"),
    [
        (lambda: ag.Monitoring.detection([]), "detection"),
        (lambda: ag.Monitoring.detection(1.5), "detection"),
        (lambda: ag.Monitoring.detection(0.5, [0.1, -0.1]), "false_alarm"),
        (lambda: ag.Monitoring.detection(0.5, lag=0), "lag"),
        (lambda: ag.Monitoring.detection(0.5, lag=1.5), "lag"),
        (lambda: ag.Monitoring.alarm(0.5, 2), "false_alarm"),
        (lambda: ag.Monitoring.alarm(-1), "detection"),
        (lambda: ag.Monitoring.public(np.full((2, 2, 2), 0.4)), "kernel"),
        (lambda: ag.Monitoring.public(np.full((2, 2, 2), 0.5), ("a", "a")), "signals"),
        (lambda: ag.Monitoring.public(np.full((2, 2, 2), 0.5), about=["y0"]), "about"),
        (lambda: ag.Monitoring.public(np.full((2, 2, 2), 0.5), about={"y0": [0], "y1": "US"}), "about"),
        (lambda: ag.Monitoring.public(np.full((2, 2, 2), 0.5), about={"y2": ["US"]}), "signal of about"),
        (lambda: ag.Monitoring.detection([0.5] * 3).kernel(STAGE), "detection has 3 rates; allowed: one for all"),
        (lambda: ag.Monitoring.detection(0.5, [0.5] * 3).kernel(STAGE), "false_alarm has 3 rates"),
        (
            lambda: ag.Monitoring.detection(0.5).signals(ag.StageGame(PAYOFFS, players=("none", "US"))),
            "labels that tell all signals apart",
        ),
        (
            lambda: ag.Monitoring.detection(0.5).kernel(ag.StageGame(PAYOFFS, actions=("deploy", "comply"))),
            "compliance as the first action",
        ),
        (
            lambda: ag.Monitoring.alarm(0.5).kernel(ag.StageGame(PAYOFFS, actions=("deploy", "comply"))),
            "compliance as the first action",
        ),
        (lambda: PRIVATE(np.full((2, 2, 2), 0.5)), r"kernel.shape"),
        (lambda: PRIVATE(np.full((2, 2), 0.5)), r"kernel.shape"),
        (lambda: PRIVATE(np.full((2, 2, 2, 2), 0.2)), "kernel"),
        (lambda: PRIVATE(np.full((2, 2, 2, 2), 0.25), [["a", "b"]]), "labels of each of 2 players' signals"),
        (lambda: PRIVATE(np.full((2, 2, 2, 2), 0.25), [["a", "b"], ["a"]]), r"signals\[1\]"),
        (lambda: PRIVATE.alarms(STAGE, 1.5, 0), "detection"),
        (lambda: PRIVATE.alarms(STAGE, 0.5, -1), "false_alarm"),
        (lambda: PRIVATE.alarms(THREE, 0.5, 0), "two players"),
        (lambda: PRIVATE.near_public(np.full((2, 2, 2), 0.5), 1.5), "error"),
        (lambda: PRIVATE.near_public(np.ones((2, 2, 1)), 0.1), "at least two signals"),
        (lambda: PRIVATE.near_public(np.full((2, 2), 0.5), 0.1), r"kernel.shape"),
        (lambda: ag.PrivateGame(STAGE, ag.Monitoring.perfect()), "in this order"),
        (lambda: ag.PrivateGame(PAYOFFS, PRIVATE.alarms(STAGE, 1, 0)), "in this order"),
        (lambda: ag.PrivateGame(THREE, PRIVATE.alarms(STAGE, 1, 0)), r"monitoring.kernel.shape"),
        (lambda: ag.PrivateGame(ag.StageGame([PAYOFFS]), PRIVATE.alarms(STAGE, 1, 0)), "batch axes"),
    ],
    ids=range(32),
)
def test_what_is_no_signal_is_refused_by_name(build, match):
    with pytest.raises(InvalidGame, match=match):
        build()


def test_private_alarms_are_about_the_other_party():
    kernel = PRIVATE.alarms(STAGE, 0.75, 0.25).kernel
    # the first signal is that of US, about Russia
    about_russia, about_us = kernel.sum(axis=3)[..., 1], kernel.sum(axis=2)[..., 1]
    assert about_russia.tolist() == [[0.25, 0.75], [0.25, 0.75]]
    assert about_us.tolist() == [[0.25, 0.25], [0.75, 0.75]]
    assert kernel[1, 0].tolist() == [[0.1875, 0.5625], [0.0625, 0.1875]]
    assert PRIVATE.alarms(STAGE, 0.75, 0.25).full_support
    assert not PRIVATE.alarms(STAGE, 1.0, 0.25).full_support


def test_a_public_signal_that_each_may_misread():
    law = np.tile([0.5, 0.25, 0.25], (2, 2, 1))
    found = PRIVATE.near_public(law, 0.25, ("a", "b", "c"))
    assert found.labels == (("a", "b", "c"),) * 2
    # each reads it right with 3/4 and as either other one with 1/8
    read = np.full((3, 3), 0.125) + 0.625 * np.eye(3)
    wanted = sum(p * np.outer(read[s], read[s]) for s, p in enumerate([0.5, 0.25, 0.25]))
    assert found.kernel[0, 1] == pytest.approx(wanted)
    # without errors both read the same
    assert PRIVATE.near_public(law, 0).kernel[1, 1].tolist() == np.diag([0.5, 0.25, 0.25]).tolist()


def test_a_private_game_has_a_branch_for_each_pair_of_signals_that_may_come():
    game = ag.PrivateGame(STAGE, PRIVATE.alarms(STAGE, 1.0, 0.25))
    dyn = game.dynamics()
    # certain alarms about who deploys; 3/4 quiet about who complies
    assert np.diff(dyn.branch).tolist() == [4, 2, 2, 1]
    assert dyn.prob[:4].tolist() == [0.5625, 0.1875, 0.1875, 0.0625]
    assert dyn.signal[:, 4:].tolist() == [[1, 1, 0, 1, 1], [0, 1, 1, 1, 1]]
    assert dyn.events["deployed"].tolist() == [False] * 4 + [True] * 5
    assert dyn.events["both_deployed"].tolist() == [False] * 8 + [True]
    exact = game.dynamics(exact=True)
    assert exact.prob[:2].tolist() == [Fraction(9, 16), Fraction(3, 16)]
    assert "US sees quiet or alarm." in game.explain()
    assert "not of full support" in str(game)
    with pytest.raises(InvalidGame, match="one strategy for each"):
        game.lower((ag.grim,))
    with pytest.raises(InvalidGame, match=r"profile\[1\]"):
        game.lower((ag.grim, [0.5, 0.5]))
    three = ag.Automaton(np.eye(2), [[0, 1, 1], [1, 1, 1]])
    with pytest.raises(InvalidGame, match=r"profile\[0\] has outputs .*Russia|profile\[0\] has outputs .*US"):
        game.lower((three, ag.grim))
    assert len(game.lower((ag.grim, ag.mirror))) == 2
