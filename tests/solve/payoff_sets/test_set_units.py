"""Sets of payoffs do not depend on the units and origins in which payoffs are written down."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, NotSolved
from armsgame.solve.payoff_sets.bracket import payoff_bracket, state_bracket

FIRST, SECOND = np.array([[2.0, -1], [3, 0]]), np.array([[2.0, 3], [-1, 0]])
GOOD = np.array([[0.9, 0.5], [0.5, 0.2]])
SEEN = ag.Monitoring.public(np.stack([GOOD, 1 - GOOD], axis=-1))
# each party's payoffs as factor x payoff + constant
UNITS = [
    ((1e-6, 0.0), (1e-6, 0.0)),
    ((1e6, 0.0), (1e6, 0.0)),
    ((1e-6, 0.0), (1e6, 0.0)),
    ((1.0, 1e6), (1.0, 0.0)),
    ((1e6, -1e6), (1e-3, 1.0)),
    ((1e-8, 0.0), (1e8, 1e8)),
]


def written(units):
    (a, b), (c, d) = units
    return ag.StageGame.from_bimatrix(a * FIRST + b, c * SECOND + d)


def back(points, units):
    (a, b), (c, d) = units
    return (points - [b, d]) / [a, c]


@pytest.fixture(scope="module")
def plain():
    return ag.payoff_set(ag.RepeatedGame(written(((1, 0), (1, 0))), SEEN), discount=0.9)


@pytest.mark.parametrize("units", UNITS)
def test_the_default_gap_is_met_in_any_units(plain, units):
    game = ag.RepeatedGame(written(units), SEEN)
    found = ag.payoff_set(game, discount=0.9)
    assert found.details["converged"]
    assert found.shape == "polygon"
    for row in ([1, 0], [0, 1], [-1, 0], [1, 1], [1, -2]):
        moved = (back(found.outer, units) @ row).max()
        assert moved == pytest.approx(plain.support(row), abs=4e-3)
        assert (back(found.inner, units) @ row).max() == pytest.approx(plain.support(row, inner=True), abs=4e-3)


@pytest.mark.parametrize("units", UNITS)
def test_sets_of_states_are_met_in_any_units(units):
    stage = written(units)
    law = np.stack([GOOD, 1 - GOOD], axis=-1)
    sets = ag.payoff_set(ag.StochasticGame([stage, stage], [law, law], observed="state"), discount=0.8)
    known = ag.payoff_set(ag.RepeatedGame(written(((1, 0), (1, 0))), SEEN), discount=0.8)
    for one in sets.values():
        assert one.details["converged"]
        for row in ([1, 0], [-1, 0], [1, 1]):
            assert (back(one.outer, units) @ row).max() >= known.support(row, inner=True) - 1e-6
            assert (back(one.inner, units) @ row).max() <= known.support(row) + 1e-6


@pytest.mark.parametrize("units", UNITS)
def test_sets_under_perfect_monitoring_turn_with_the_units(units):
    plain = ag.payoff_set(ag.RepeatedGame(written(((1, 0), (1, 0)))), discount=0.4)
    found = ag.payoff_set(ag.RepeatedGame(written(units)), discount=0.4)
    assert found.shape == plain.shape
    for row in ([1, 0], [0, 1], [-1, 0], [1, 1], [1, -2]):
        assert (back(found.outer, units) @ row).max() == pytest.approx(plain.support(row), abs=1e-7)
        assert (back(found.inner, units) @ row).max() == pytest.approx(plain.support(row), abs=1e-7)


def test_a_gap_that_is_asked_for_is_one_of_payoffs():
    game = ag.RepeatedGame(written(((100, 0), (100, 0))), SEEN)
    found = payoff_bracket(game, discount=0.9, gap=5.0)
    assert found.gap <= 5
    assert payoff_bracket(game, discount=0.9).gap <= 2.5e-4 * 400 * 2**0.5
    with pytest.raises(NotSolved, match=r"asked: 5\. ") as caught:
        payoff_bracket(game, discount=0.9, gap=5.0, max_iter=1)
    assert not caught.value.result.details["converged"]
    with pytest.raises(NotSolved, match=r"asked: 0\.00025 of the range of payoffs"):
        payoff_bracket(game, discount=0.9, max_iter=1)


@pytest.mark.parametrize("gap", [0, -1.0, True, np.inf, np.nan])
def test_a_gap_is_positive(gap):
    game = ag.RepeatedGame(written(((1, 0), (1, 0))), SEEN)
    with pytest.raises(InvalidGame, match="gap"):
        payoff_bracket(game, discount=0.9, gap=gap)
    law = np.stack([GOOD, 1 - GOOD], axis=-1)
    with pytest.raises(InvalidGame, match="gap"):
        state_bracket(ag.StochasticGame([game.stage] * 2, [law, law], observed="state"), discount=0.9, gap=gap)
