"""Scores, the limit of patience, feasible and individually rational payoffs."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.solve.patient_limits.limit_sets import feasible_set, individually_rational_set, limit_payoff_set, score
from armsgame.solve.payoff_sets.bracket import payoff_bracket


def noisy(p: float, q: float, r: float) -> ag.RepeatedGame:
    good = np.array([[p, q], [q, r]])
    return ag.RepeatedGame(ag.treaty.compliance(3, 2, 0, -1), ag.Monitoring.public(np.stack([good, 1 - good], axis=-1)))


@pytest.mark.parametrize(
    ("signal", "scores"),
    [
        ((0.9, 0.5, 0.2), {(1, 1): 3.5, (1, 2): 5.25, (1, -1): 43 / 12}),
        (
            (0.95, 0.6, 0.3),
            {(1, 1): 26 / 7, (1, 0): 3, (-1, 0): 0, (1, 2): 39 / 7, (1, -1): 26 / 7, (-1, -1): 0},
        ),
        (
            (0.99, 0.5, 0.01),
            {(1, 1): 194 / 49, (1, 0): 3, (-1, 0): 0, (1, 2): 291 / 49, (1, -1): 4, (-1, -1): 0},
        ),
    ],
)
def test_published_scores(signal, scores):
    for direction, value in scores.items():
        assert score(noisy(*signal), direction) == pytest.approx(value, abs=1e-9)


def test_scores_are_homogeneous_and_bound_every_discount_factor():
    game = noisy(0.9, 0.5, 0.2)
    assert score(game, [10, 20]) == pytest.approx(52.5)
    limit = limit_payoff_set(game)
    assert limit.details["converged"]
    assert limit.details["full_dimension"]
    assert not limit.details["folk"]
    assert len(limit.inner) == 0
    for discount in (0.7, 0.99):
        inner = payoff_bracket(game, discount=discount, gap=1e-2).inner
        assert all(limit.contains(v, tolerance=1e-7) for v in inner)


@pytest.mark.parametrize("players", [2, 3])
def test_perfect_monitoring_gives_the_folk_theorem(players):
    give = 1 - np.indices((2,) * players)
    game = ag.RepeatedGame(ag.StageGame(0.8 * give.sum(axis=0) - give))
    limit = limit_payoff_set(game)
    rational = individually_rational_set(game)
    assert limit.details["folk"]
    assert limit.details["full_dimension"]
    assert limit.support(np.ones(players)) == pytest.approx(rational.support(np.ones(players)))


def test_without_information_only_the_stage_equilibrium_is_left():
    blind = ag.RepeatedGame(ag.treaty.compliance(3, 2, 0, -1), ag.Monitoring.public(np.full((2, 2, 2), 0.5)))
    limit = limit_payoff_set(blind)
    assert np.allclose(limit.outer, 0, atol=1e-7)
    assert not limit.details["full_dimension"]


def test_flat_feasible_sets_have_no_interior():
    common = ag.RepeatedGame(ag.StageGame.from_bimatrix([[2, 0], [0, 1]], [[2, 0], [0, 1]]))
    limit = limit_payoff_set(common)
    assert limit.shape == "segment"
    assert not limit.details["full_dimension"]
    pennies = ag.RepeatedGame(ag.StageGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))
    # the pure minmax is 1 for both, and the payoffs sum to zero
    assert individually_rational_set(pennies).empty
    assert limit_payoff_set(pennies).empty


def test_static_sets_of_the_prisoners_dilemma():
    pd = ag.treaty.compliance(5, 3, 1, 0)
    assert np.allclose(feasible_set(pd).outer, [[0, 5], [1, 1], [5, 0], [3, 3]])
    rational = individually_rational_set(ag.RepeatedGame(pd))
    assert np.allclose(rational.outer, [[1, 1], [13 / 3, 1], [3, 3], [1, 13 / 3]])
    assert np.allclose(rational.threats, 1)
    three = ag.StageGame(np.stack([np.arange(8.0).reshape(2, 2, 2)] * 3))
    assert feasible_set(three).shape == "segment"


@pytest.mark.parametrize("seen", [None, ag.Monitoring.detection(0.6, 0.05)], ids=["seen", "alarms"])
def test_corners_of_three_parties_are_listed_once_and_rounding_reads_as_zero(seen):
    pay = np.zeros((3, 2, 2, 2))
    for acts in np.ndindex(2, 2, 2):
        pay[(slice(None), *acts)] = [acts.count(0) - 1.6 * (own == 0) for own in acts]
    found = limit_payoff_set(ag.RepeatedGame(ag.StageGame(pay), seen) if seen else ag.RepeatedGame(ag.StageGame(pay)))
    apart = np.abs(found.outer[:, None] - found.outer[None]).max(axis=2) + np.eye(len(found.outer))
    assert apart.min() > 0.1
    assert found.details["folk"]
    assert "e-1" not in str(found).partition("bracket gap")[2].partition("\n")[2]


def test_a_score_does_not_depend_on_the_units_of_payoff():
    game = noisy(0.9, 0.5, 0.2)
    large = ag.RepeatedGame(ag.StageGame(1e7 * game.stage.payoffs + 5e7), game.monitoring)
    assert score(large, [1, 2]) == pytest.approx(5.25e7 + 15e7, rel=1e-9)


def test_bad_input_is_named():
    with pytest.raises(WrongConcept, match="StageGame"):
        feasible_set([[1, 2]])
    with pytest.raises(InvalidGame, match="batch"):
        feasible_set(ag.treaty.compliance(temptation=[1.5, 2.0]))
    with pytest.raises(InvalidGame, match="direction"):
        score(noisy(0.9, 0.5, 0.2), [0, 0])
    with pytest.raises(InvalidGame, match="tolerance"):
        limit_payoff_set(noisy(0.9, 0.5, 0.2), tolerance=0)
    with pytest.raises(WrongConcept, match="RepeatedGame"):
        score(ag.treaty.compliance(), [1, 1])
