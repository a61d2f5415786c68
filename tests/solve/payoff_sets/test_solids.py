"""Sets of three patient parties: a contraction beside equilibria of the stage game, on as many faces as it takes."""

from __future__ import annotations

import numpy as np
import pytest
from noisy_parties import assert_generated, drawn

import armsgame as ag
from armsgame.geometry.directions import directions_of
from armsgame.geometry.hulls import distance, farthest
from armsgame.solve.payoff_sets.operator import Operator, number
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.seeds import markov_play, markov_values
from armsgame.solve.payoff_sets.solids.contraction import solid_set


def begun(k, discount):
    """A coarse bound of a game, and its equilibria of the stage game."""
    op = Operator.of(drawn(k), discount)
    outer = Bound.of(op, directions_of(16, 3))
    outer.run(1e-3, 100)
    return outer, markov_values(op, markov_play(op, False))


def test_a_solid_comes_near_its_bound_and_generates_itself():
    outer, seed = begun(1, 0.9)
    coarse = outer.corners(0)
    found = solid_set(outer, seed, 0.1)
    assert farthest(outer.corners(0), found.points[0]) <= 0.1
    # the coarse bound was far from the refined one, which is the smaller
    assert farthest(coarse, outer.corners(0)) > 0.05
    assert farthest(outer.corners(0), coarse) < 1e-9
    assert found.slack <= 1e-9 * (1 - outer.operator.discount)
    assert_generated(drawn(1), 0.9, outer.operator.shift + outer.operator.scale * found.points[0], 60)


def test_equilibria_of_the_stage_game_are_not_contracted():
    outer, seed = begun(1, 0.9)
    found = solid_set(outer, seed, 0.1)
    assert distance(seed.points[0], found.points[0]).max() == 0
    # those of the seed are named by what they play, not as payoffs that were given
    assert all(number(m) is None for m in found.made[0])


def test_a_bound_whose_solid_vanishes_leaves_the_equilibria_of_the_stage_game():
    # with a few hundred directions the bound of this game is a solid; with more of them two profiles are left
    outer, seed = begun(2, 0.95)
    assert len(outer.alive[0]) > 2
    assert solid_set(outer, seed, 0.05) is None
    assert outer.alive[0] == [2, 5]
    found = ag.payoff_sets.payoff_bracket(drawn(2), discount=0.95)
    assert found.details["converged"]
    assert found.gap < 1e-9


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 1, 0.05)])
@pytest.mark.parametrize("size", [0.9, 1.0, 1.05, 3.0])
def test_distances_from_a_solid_by_triangles_are_those_of_weights(shape, size):
    rng = np.random.default_rng(7)
    points, corners = rng.normal(size=(150, 3)), rng.normal(size=(400, 3))
    points *= size * (0.5 + 0.5 * rng.random((150, 1))) / np.linalg.norm(points, axis=1)[:, None]
    corners *= shape / np.linalg.norm(corners, axis=1)[:, None]
    assert farthest(points, corners) == pytest.approx(distance(points, corners).max(), abs=1e-13)
