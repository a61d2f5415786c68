"""Sets of games with states hold Markov play, mixed or pure, and what it enforces."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame
from armsgame.geometry.directions import directions_of
from armsgame.geometry.hulls import farthest
from armsgame.solve.payoff_sets.operator import Operator
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.seeds import markov_play

BATTLE = ag.StageGame.from_bimatrix([[2.0, 0], [0, 1]], [[1.0, 0], [0, 2]])
PENNIES = ag.StageGame.from_bimatrix([[1.0, -1], [-1, 1]], [[-1.0, 1], [1, -1]])
PD = ag.StageGame.from_bimatrix([[2.0, -1], [3, 0]], [[2.0, 3], [-1, 0]])
WIDE = ag.methods.LinearPrograms(gap=0.1, max_iter=400)


def random_game(seed: int, observed: str = "state", signals: bool = False) -> ag.StochasticGame:
    rng = np.random.default_rng([5, seed])
    stages = []
    for _ in range(2):
        a, b = (rng.integers(-3, 4, (2, 2)).astype(float) for _ in range(2))
        stages.append(ag.StageGame.from_bimatrix(a, b))
    if signals:
        laws = [rng.dirichlet(np.ones(4), size=(2, 2)).reshape(2, 2, 2, 2) for _ in range(2)]
        return ag.StochasticGame(stages, signals=laws, observed=observed)
    return ag.StochasticGame(stages, [rng.dirichlet([1, 1], size=(2, 2)) for _ in range(2)], observed=observed)


def blind(stage: ag.StageGame, count: int = 1) -> ag.StochasticGame:
    """States that nobody's action moves, and nothing else is seen."""
    law = np.full((*stage.shape, count), 1 / count)
    return ag.StochasticGame([stage] * count, [law] * count, observed="state")


@pytest.mark.parametrize("count", [1, 2])
def test_where_nothing_is_seen_the_set_is_the_hull_of_all_equilibria_of_the_stage_game(count):
    for one in ag.payoff_set(blind(BATTLE, count), discount=0.7).values():
        known = np.array([[2, 1], [1, 2], [2 / 3, 2 / 3]])
        assert farthest(one.outer, known) <= 1e-9
        assert farthest(known, one.inner) <= 1e-9
        assert one.details["mixed_markov"]
    alone = ag.payoff_set(blind(BATTLE), discount=0.7, method=ag.methods.LinearPrograms(mixed=False))["state 0"]
    assert farthest(alone.outer, np.array([[2, 1], [1, 2]])) <= 1e-9
    assert "were not looked for" in alone.concept
    assert alone.details["mixed_markov"] == ()


@pytest.mark.parametrize("seed", range(10))
def test_every_markov_equilibrium_lies_in_the_sets(seed):
    game = random_game(seed, "state", seed % 2 == 1)
    discount = (0.3, 0.5, 0.8)[seed % 3]
    sets = ag.payoff_set(game, discount=discount, method=WIDE, throw=False)
    count = 0
    for one in ag.markov_perfect(game, discount=discount):
        count += not one.pure
        for label, value in zip(game.states, np.asarray(one.values), strict=True):
            assert sets[label].contains(value, tolerance=1e-9)
            assert sets[label].contains(value, inner=True, tolerance=1e-9)
    for own in sets.values():
        assert len(own.details["mixed_markov"]) == count
        assert ("mixed" in own.concept) == (count > 0 or "no mixed" in own.concept)


def test_mixed_play_stands_where_no_pure_equilibrium_does():
    first, last = np.zeros((2, 2, 2)), np.zeros((2, 2, 2))
    first[..., 1], last[..., 1] = 1, 1
    game = ag.StochasticGame([PD, PENNIES], [first, last], observed="state")
    sets = ag.payoff_set(game, discount=0.6)
    assert np.allclose(sets["state 1"].outer, [[0, 0]], atol=1e-9)
    assert np.allclose(sets["state 0"].inner, [[0, 0]], atol=1e-9)
    pure = ag.payoff_set(game, discount=0.6, method=ag.methods.LinearPrograms(mixed=False))
    assert all(one.empty for one in pure.values())


def test_mixed_play_is_a_threat_and_is_carried_out():
    # a pure deal in two states that see each other's signal; only mixed play punishes
    chance = np.array([[0.95, 0.2], [0.2, 0.2]])
    law = np.stack([chance, 1 - chance], axis=-1)
    stage = ag.StageGame.from_bimatrix([[3.0, 0, -2], [4, 1, -1], [-1, -1, 0]], [[3.0, 4, -1], [0, -1, 1], [-2, 1, -1]])
    wide = np.full((3, 3, 2), 0.5)
    wide[:2, :2] = law
    game = ag.StochasticGame([stage, stage], [wide, wide], observed="state")
    sets = ag.payoff_set(game, discount=0.9, method=ag.methods.LinearPrograms(gap=0.3, max_iter=300), throw=False)
    one = sets["state 0"]
    assert one.details["mixed_markov"]
    played = [g for g in one.details["inner_generators"] if g.play is not None]
    assert all(g.profile == () and g.continuation.shape == (1, 2) for g in played)
    for point in (*one.inner[:3], one.inner.mean(axis=0)):
        policy = ag.payoff_sets.policy_for(sets, "state 0", point)
        assert policy.ok
        assert policy.payoff == pytest.approx(point, abs=1e-6)
    with pytest.raises(InvalidGame, match="inner set"):
        ag.payoff_sets.policy_for(sets, "state 0", [90, 90])


def test_a_point_that_only_mixed_play_reaches_is_delivered():
    sets = ag.payoff_set(blind(BATTLE, 2), discount=0.7)
    for point in ([2 / 3, 2 / 3], [1.2, 1.2], [1.5, 1.5]):
        policy = ag.payoff_sets.policy_for(sets, "state 1", point)
        assert policy.ok
        assert policy.payoff == pytest.approx(point, abs=1e-9)


def test_levels_never_fall_below_what_is_given():
    game = random_game(7)
    operator = Operator.of(game, 0.4)
    rng = np.random.default_rng(0)
    bound = Bound.of(operator, directions_of(16, 2))
    bound.given = list(rng.random((2, 3, 2)))
    bound.proof = []
    bound.run(1e-6, 100)
    for h, level, own in zip(bound.directions, bound.levels, bound.given, strict=True):
        assert (level >= (own @ h.T).max(axis=0)).all()
    assert any(k == -2 for step in bound.proof for _, k, _ in step.rows)
    alone = Bound.of(operator, directions_of(16, 2))
    alone.run(1e-6, 100)
    # what may be threatened with and promised only grows
    for more, less in zip(bound.levels, alone.levels, strict=True):
        assert (more >= less - 1e-12).all()


def test_a_large_game_is_not_searched_and_says_so():
    stage = ag.StageGame.from_bimatrix(*np.random.default_rng(1).integers(-3, 4, (2, 16, 16)).astype(float))
    play = markov_play(Operator.of(blind(stage), 0.5), True)
    assert not play.sought
    assert "were not looked for" in play.concept()
