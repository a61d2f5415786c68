"""What stage games say of themselves, and what games with states refuse."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag


def test_an_action_is_weakly_dominated_by_one_that_is_never_worse_and_somewhere_better():
    # the second row equals the first against the left column and is better against the right one
    game = ag.StageGame.from_bimatrix([[1, 0], [1, 2]], [[3, 3], [3, 3]])
    weak = game.dominated(strict=False)
    assert weak[0].tolist() == [True, False]
    # equal everywhere: neither dominates the other
    assert weak[1].tolist() == [False, False]
    assert not game.dominated()[0].any()


def test_an_action_is_strictly_dominated_by_one_that_is_better_against_everything():
    game = ag.StageGame.from_bimatrix([[3, 2], [1, 0], [4, 0]], [[0, 1], [0, 1], [0, 1]])
    assert [own.tolist() for own in game.dominated()] == [[False, True, False], [True, False]]


def test_transitions_given_beside_signals_must_be_their_sums():
    stage = ag.StageGame.from_bimatrix([[1, 0], [1, 2]], [[3, 3], [3, 3]])
    signals = np.full((2, 2, 2, 2), 0.25)
    fits = np.full((2, 2, 2), 0.5)
    near = fits + 1e-12 * np.array([1, -1])
    game = ag.StochasticGame([stage] * 2, [near, fits], signals=[signals] * 2)
    np.testing.assert_array_equal(game.transitions[0], fits)
    for off in (1e-6, 0.05):
        with pytest.raises(ag.errors.InvalidGame, match="not the sum of signals"):
            ag.StochasticGame([stage] * 2, [fits, fits + off * np.array([1, -1])], signals=[signals] * 2)
