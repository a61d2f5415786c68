"""Scores and limits of stochastic games: the one-state case, sets at high patience, refusals that name the class."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, NotSolved, WrongConcept

CASES = json.loads((Path(__file__).parents[2] / "published" / "stochastic_sets.json").read_text(encoding="utf-8"))
PD = ag.treaty.compliance(3, 2, 0, -1)
GOOD = np.array([[0.9, 0.5], [0.5, 0.2]])
SEEN = np.stack([GOOD, 1 - GOOD], axis=-1)
CIRCLE = np.stack([np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)], axis=1)


def built(case):
    stages = [ag.StageGame.from_bimatrix(s["A"], s["B"]) for s in case["states"]]
    return ag.StochasticGame(stages, [np.array(s["P"]) for s in case["states"]])


def staying(chances):
    """Two states with the same stage; `chances` [2, 2, 2]: of the second state, from each state."""
    return ag.StochasticGame([PD, PD], [np.stack([1 - p, p], axis=-1) for p in np.asarray(chances, float)])


@pytest.mark.parametrize(("direction", "value"), [((1, 1), 3.5), ((1, 2), 5.25), ((1, -1), 43 / 12), ((-1, 0), 0)])
def test_scores_of_one_state_and_of_a_state_split_in_two(direction, value):
    one = ag.StochasticGame([PD], signals=[SEEN[..., None]], observed="state")
    two = ag.StochasticGame([PD, PD], signals=[np.stack([SEEN / 3, 2 * SEEN / 3], axis=-1)] * 2, observed="state")
    assert ag.payoff_sets.score(one, direction) == pytest.approx(value, abs=1e-6)
    assert ag.payoff_sets.score(two, direction) == pytest.approx(value, abs=1e-6)


def test_the_limit_of_one_state_is_that_of_the_repeated_game():
    one = ag.payoff_sets.limit_payoff_set(ag.StochasticGame([PD], signals=[SEEN[..., None]], observed="state"))
    repeated = ag.payoff_sets.limit_payoff_set(ag.RepeatedGame(PD, ag.Monitoring.public(SEEN)))
    assert [one.support(z) for z in CIRCLE] == pytest.approx([repeated.support(z) for z in CIRCLE], abs=1e-6)
    assert one.details["full_dimension"]


@pytest.mark.parametrize("case", CASES[:2], ids=lambda c: c["id"])
def test_sets_at_high_patience_approach_the_limit(case):
    game = built(case)
    limit = ag.payoff_sets.limit_payoff_set(game)
    assert limit.details["converged"]
    near = ag.payoff_set(game, discount=0.99)
    for one in near.values():
        for z in CIRCLE:
            assert one.support(z) == pytest.approx(limit.support(z), abs=0.1)


def test_chains_that_come_round_with_a_period_have_a_score():
    # two states in turn: payoffs average
    rich = ag.StageGame.from_bimatrix([[4, 1], [5, 2]], [[4, 5], [1, 2]])
    poor = ag.StageGame.from_bimatrix([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
    game = ag.StochasticGame([rich, poor], [np.tile([0.0, 1.0], (2, 2, 1)), np.tile([1.0, 0.0], (2, 2, 1))])
    assert ag.payoff_sets.score(game, (1, 1)) == pytest.approx(6, abs=1e-6)
    assert ag.payoff_sets.score(game, (-1, 0)) == pytest.approx(-1, abs=1e-6)


def test_scores_are_monotone_in_information():
    def told(rate):
        kernel = np.stack([rate * GOOD + (1 - rate) / 2, 1 - rate * GOOD - (1 - rate) / 2], axis=-1)
        return ag.StochasticGame([PD, PD], [kernel, kernel], observed="state")

    scores = [ag.payoff_sets.score(told(r), (1, 1)) for r in (0.0, 0.5, 1.0)]
    assert scores[0] == pytest.approx(0, abs=1e-6)
    assert scores[0] <= scores[1] + 1e-7 <= scores[2] + 2e-7


def test_an_absorbing_class_that_play_may_avoid_is_named():
    never_back = staying([[[0, 0], [0, 1]], [[1, 1], [1, 1]]])
    for call in (ag.payoff_sets.limit_payoff_set, lambda g: ag.payoff_sets.score(g, (1, 1))):
        with pytest.raises(WrongConcept, match=r"absorbing class {'state 1'}, and need not come to it from 'state 0'"):
            call(never_back)
    with pytest.raises(WrongConcept, match=r"{'withdrawn'}"):
        ag.payoff_sets.limit_payoff_set(ag.Treaty().game())


def test_several_recurrent_classes_are_named():
    apart = staying([np.zeros((2, 2)), np.ones((2, 2))])
    with pytest.raises(WrongConcept, match=r"{'state 0'}, {'state 1'}"):
        ag.payoff_sets.limit_payoff_set(apart)


def test_a_class_that_play_comes_to_whatever_is_done_counts_alone():
    passing = staying([[[0.5, 0.5], [0.5, 1]], np.ones((2, 2))])
    found = ag.payoff_sets.limit_payoff_set(passing)
    assert found.details["recurrent"] == ("state 1",)
    repeated = ag.payoff_sets.limit_payoff_set(ag.RepeatedGame(PD))
    assert [found.support(z) for z in CIRCLE] == pytest.approx([repeated.support(z) for z in CIRCLE], abs=1e-6)


def test_scores_that_differ_by_state_are_refused():
    # each party alone can hold the game in its own state, which the other would have to leave
    high, low = (ag.StageGame(np.stack([np.full((2, 2), v), np.full((2, 2), -v)])) for v in (1.0, -1.0))
    laws = [np.zeros((2, 2, 2)) for _ in range(2)]
    laws[0][0, :, 0] = laws[0][1, :, 1] = 1  # the row player decides whether the first state is left
    laws[1][:, 0, 1] = laws[1][:, 1, 0] = 1  # the column player decides about the second
    game = ag.StochasticGame([high, low], laws)
    with pytest.raises(NotSolved, match="depends on the first state"):
        ag.payoff_sets.limit_payoff_set(game)


def test_bad_directions_are_named():
    with pytest.raises(InvalidGame, match="direction"):
        ag.payoff_sets.score(staying([GOOD, GOOD]), (0, 0))
