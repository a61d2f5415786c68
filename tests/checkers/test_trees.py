"""Assessments of trees: what a tolerance lets pass, and which sets are named."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.checkers.trees import consistent_anyhow


@pytest.mark.parametrize(("tolerance", "kind"), [(0.5, "epsilon-sequential"), (0.4999, "none"), (None, "none")])
def test_a_gain_as_large_as_the_tolerance_passes_and_a_larger_one_is_named(tolerance, kind):
    """The second mover gives up one half where the first one led it to; the first answers what it does."""
    second = ag.Move("two", "later", {"keep": (0.0, 1.0), "give": (1.0, 0.5)})
    game = ag.ExtensiveGame(["one", "two"], ag.Move("one", "first", {"out": (0.5, 0.0), "in": second}))
    found = ag.trees.verify_assessment(game, [[0, 1], [0, 1]], [[1], [1]], tolerance=tolerance).certificate
    assert (found.kind, found.ok) == (kind, kind != "none")
    # the whole tree is what is left to the first move, and the second mover's set is a subgame
    assert found.max_gain == found.nash_gain == found.subgame_gain == 0.5
    assert found.irrational == (() if kind != "none" else ("two at later",))


def veto(last=(1.0, 0.0)):
    """One stays out or lets two choose; three sees neither of two's moves apart, and y is best for three whatever."""
    reply = {m: ag.Move("three", "blind", {"x": (*last, 0.0), "y": (0.0, k, 1.0)}) for k, m in enumerate("LMR")}
    return ag.ExtensiveGame(
        ["one", "two", "three"], ag.Move("one", "door", {"out": (2.0, 5.0, 5.0), "in": ag.Move("two", "room", reply)})
    )


OUT = {"door": "out", "room": "R", "blind": "y"}


@pytest.mark.parametrize(
    ("beliefs", "kind"),
    [
        ([0, 0, 1], "sequential"),
        ([0, 0.3, 0.7], "weak perfect Bayesian"),
        ([0.3, 0, 0.7], "weak perfect Bayesian"),
        ([0.3, 0.7, 0], "weak perfect Bayesian"),
        (None, "weak perfect Bayesian"),
    ],
)
def test_beliefs_inside_a_subgame_that_play_leaves_out_follow_from_play_in_it(beliefs, kind):
    found = ag.trees.verify_assessment(veto(), OUT, None if beliefs is None else {"blind": beliefs})
    one = found.certificate
    assert (one.kind, one.consistent, one.bayes_error) == (kind, kind == "sequential", 0.0)
    assert (one.sets, one.unreached) == (3, ("two at room", "three at blind"))
    np.testing.assert_allclose(found.beliefs[2], beliefs or [1 / 3] * 3)


def mixed(out):
    """As `veto`, where M and R bring two the same."""
    reply = {m: ag.Move("three", "blind", {"y": (0.0, min(k, 1), 1.0), "x": (0.0,) * 3}) for k, m in enumerate("LMR")}
    return ag.ExtensiveGame(
        ["one", "two", "three"], ag.Move("one", "door", {"out": (out, 5.0, 5.0), "in": ag.Move("two", "room", reply)})
    )


def test_a_mixture_inside_a_subgame_gives_the_odds_of_its_nodes():
    play = {"door": "out", "room": {"M": 0.25, "R": 0.75}, "blind": "y"}
    for belief, kind in (
        ([0, 0.25, 0.75], "sequential"), ([0, 0.75, 0.25], "weak perfect Bayesian"),
        ([0.05, 0.25, 0.7], "weak perfect Bayesian"),
    ):  # fmt: skip
        assert ag.trees.verify_assessment(mixed(2.0), play, {"blind": belief}).certificate.kind == kind


@pytest.mark.parametrize(("off", "kind"), [(0.0, "sequential"), (2e-9, "sequential"), (2e-8, "subgame perfect")])
def test_beliefs_where_play_arrives_are_those_of_bayes(off, kind):
    play = {"door": "in", "room": {"M": 0.25, "R": 0.75}, "blind": "y"}
    found = ag.trees.verify_assessment(mixed(-1.0), play, {"blind": [0, 0.25 + off, 0.75 - off]}).certificate
    assert found.bayes_error == pytest.approx(off, abs=1e-15)
    assert (found.kind, found.consistent, found.unreached) == (kind, kind == "sequential", ())


def guess(stay=-1.0):
    """One goes left or right, or stays; two guesses which."""
    side = {
        m: ag.Move("two", "guess", {"l": (1.0 - k, 1.0 - k), "r": (float(k), float(k))}) for k, m in enumerate("LR")
    }
    return ag.ExtensiveGame(["one", "two"], ag.Move("one", "go", {**side, "stay": (stay, 0.0)}))


def test_beliefs_that_are_not_given_are_those_of_bayes():
    by_bayes = ag.trees.verify_assessment(guess(), {"go": [0.25, 0.75, 0], "guess": "r"})
    assert [own.tolist() for own in by_bayes.beliefs] == [[1.0], [0.25, 0.75]]
    assert by_bayes.payoffs.tolist() == [0.75, 0.75]


def test_what_is_gained_and_where_is_told():
    one = ag.trees.verify_assessment(guess(), {"go": [0.25, 0.75, 0], "guess": "l"}).certificate
    # the second mover would gain 0.75 - 0.25, the first 1 - 0.25
    assert [own.tolist() for own in one.gains] == [[0.75, -0.25, -1.25], [0.0, 0.5]]
    assert (one.max_gain, one.nash_gain, one.subgame_gain) == (0.75, 0.75, 0.75)
    assert (one.where.player, one.where.state, one.where.action, one.where.gain) == ("one", "go", "L", 0.75)
    assert one.irrational == ("one at go", "two at guess")
    assert (one.kind, one.ok) == ("none", False)
    assert not one.gains[0].flags.writeable


@pytest.mark.parametrize(("tolerance", "kind"), [(None, "none"), (0.74, "none"), (0.75, "epsilon-sequential")])
def test_a_tolerance_covers_the_largest_gain_of_all(tolerance, kind):
    play = {"go": [0.25, 0.75, 0], "guess": "l"}
    assert ag.trees.verify_assessment(guess(), play, tolerance=tolerance).certificate.kind == kind


def test_a_gain_off_the_path_leaves_a_nash_equilibrium_up_to_the_tolerance():
    second = ag.Move("two", "later", {"keep": (0.0, 9.0), "give": (1.0, 0.0)})
    play = {"first": "out", "later": "give"}
    for out, tolerance, kind in (
        (0.9, None, "none"),
        (0.9, 0.05, "none"),
        (0.9, 0.2, "epsilon-Nash"),
        (0.75, 0.25, "epsilon-Nash"),
        (2.0, None, "Nash"),
    ):
        game = ag.ExtensiveGame(["one", "two"], ag.Move("one", "first", {"out": (out, 0.0), "in": second}))
        one = ag.trees.verify_assessment(game, play, tolerance=tolerance).certificate
        assert one.kind == kind
        assert one.nash_gain == pytest.approx(max(1 - out, 0.0))
        assert (one.subgame_gain, one.where.state) == (9.0, "later")


@pytest.mark.parametrize(
    ("profile", "beliefs", "words"),
    [
        ({"go": "L"}, None, "'guess' is missing"),
        ({"go": "L", ("two", "guess"): "l", "guess": "l"}, None, "names 'guess' twice"),
        ({"go": "L", "guess": {"lost": 1.0}}, None, "'lost' is unknown"),
        (["L"], None, "one entry per information set, 2"),
        ("LL", None, "one entry per information set, 2"),
        (["L", [0.5, 0.4]], None, "probabilities, one per action"),
        (["L", "l"], {"guess": [1.0]}, "probabilities, one per node"),
        (["L", "l"], [None], "one entry per information set, 2"),
    ],
)
def test_profiles_and_beliefs_of_another_form_are_named(profile, beliefs, words):
    with pytest.raises(ag.errors.InvalidGame, match=words):
        ag.trees.verify_assessment(guess(), profile, beliefs)


@pytest.mark.parametrize("bad", [-0.1, float("inf")])
def test_a_tolerance_is_a_number(bad):
    with pytest.raises(ag.errors.InvalidGame, match="tolerance"):
        ag.trees.verify_assessment(guess(), ["L", "l"], tolerance=bad)


def test_a_tree_without_moves_is_played_by_nobody():
    found = ag.trees.verify_assessment(ag.ExtensiveGame(["one", "two"], (1.0, 2.0)), [])
    assert (found.certificate.kind, found.certificate.max_gain, found.certificate.where.state) == (
        "sequential", 0.0, "the start",
    )  # fmt: skip
    assert found.payoffs.tolist() == [1.0, 2.0]


def test_where_nobody_can_gain_anything_wrong_beliefs_leave_perfection():
    side = {m: ag.Move("two", "guess", {"l": (0.0, 0.0), "r": (0.0, 0.0)}) for m in "LR"}
    game = ag.ExtensiveGame(["one", "two"], ag.Move("one", "go", side))
    play = {"go": "L", "guess": "l"}
    assert ag.trees.verify_assessment(game, play, {"guess": [0, 1]}).certificate.kind == "subgame perfect"
    assert ag.trees.verify_assessment(game, play, {"guess": [1, 0]}).certificate.kind == "sequential"


@pytest.mark.parametrize(
    ("belief", "kind"), [([1, 0], "sequential"), ([0, 1], "subgame perfect"), ([0.5, 0.5], "sequential")]
)
def test_a_reply_against_its_own_belief_where_nobody_arrives_is_at_most_subgame_perfect(belief, kind):
    found = ag.trees.verify_assessment(guess(2.0), {"go": "stay", "guess": "l"}, [None, belief]).certificate
    assert (found.kind, found.bayes_error, found.nash_gain) == (kind, 0.0, 0.0)
    assert found.irrational == (("two at guess",) if belief == [0, 1] else ())


@pytest.mark.parametrize(
    ("second", "third", "kind"),
    [
        ([1, 0], [1, 0], "sequential"),
        ([0.25, 0.75], [0.25, 0.75], "sequential"),
        # the second passes it on for sure, so that trembles leave the third its belief; but nobody arrives there
        ([1, 0], [0, 1], "perfect Bayesian"),
        ([0.5, 0.5], [0.25, 0.75], "perfect Bayesian"),
    ],
)
def test_beliefs_where_nobody_arrives_are_free_in_a_perfect_bayesian_equilibrium_and_tied_in_a_sequential_one(
    second, third, kind
):
    def way():
        last = ag.Move("three", "last", {"l": (0.0,) * 3, "r": (0.0,) * 3})
        return ag.Move("two", "middle", {"on": last, "stop": (0.0,) * 3})

    game = ag.ExtensiveGame(
        ["one", "two", "three"], ag.Move("one", "first", {"out": (1.0, 0.0, 0.0), "left": way(), "right": way()})
    )
    play = {"first": "out", "middle": "on", "last": "l"}
    found = ag.trees.verify_assessment(game, play, {"middle": second, "last": third}).certificate
    assert (found.kind, found.consistent, found.bayes_error) == (kind, kind == "sequential", 0.0)
    assert found.unreached == ("two at middle", "three at last")


@pytest.mark.parametrize(("belief", "held"), [([0.25, 0.75], True), ([0.5, 0.5], False)])
def test_no_tremble_changes_the_odds_of_chance(belief, held):
    reply = {k: ag.Move("two", "which", {"l": (0.0, float(k == "a")), "r": (0.0, 0.0)}) for k in "ab"}
    game = ag.ExtensiveGame(["one", "two"], ag.Chance({"a": (0.25, reply["a"]), "b": (0.75, reply["b"])}))
    assert consistent_anyhow(game, [np.array(belief)]) is held
