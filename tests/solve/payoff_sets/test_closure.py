"""Inner sets of three parties: plans that keep their promises, at their discount factor and at higher ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from noisy_parties import assert_reached, drawn

import armsgame as ag
from armsgame.geometry.directions import directions_of
from armsgame.geometry.hulls import _nearest_weights, distance, nearest
from armsgame.solve.payoff_sets.operator import Operator
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.solids.closure import closed, diluted


def assert_generates_itself(game, discount, points):
    assert_reached(game, discount, points, directions_of(4, 3)[::3])


@pytest.mark.parametrize(("k", "discount"), [(0, 0.5), (0, 0.8), (0, 0.9)])
def test_noisy_games_of_three_parties_meet_the_default_gap(k, discount):
    game = drawn(k)
    found = ag.payoff_set(game, discount=discount)
    assert found.details["converged"]
    assert distance(found.outer / found.units, found.inner / found.units).max() <= 0.05
    assert all(found.contains(v, tolerance=1e-7) for v in found.inner)
    assert_generates_itself(game, discount, found.inner)


def test_a_set_of_impatient_parties_is_one_of_patient_ones():
    game = drawn(0)
    lower, upper = Operator.of(game, 0.8), Operator.of(game, 0.9999)
    bound = Bound.of(lower, directions_of(16, 3))
    bound.run(1e-3, 100)
    found = closed(bound, 0.05, 300)
    assert len(found.points[0]) > 3
    assert found.slack <= 1e-9 * (1 - 0.8)
    more = diluted(found, lower, upper)
    assert distance(found.points[0], more.points[0]).max() < 1e-9
    assert_generates_itself(game, 0.9999, upper.shift + upper.scale * more.points[0])
    # promises that do not depend on the signal deter nobody
    bare = [[(k, np.tile(w.mean(axis=0), (len(w), 1))) for k, w in own] for own in found.made]
    assert diluted(replace(found, made=bare), lower, upper) is None


def test_nearest_points_by_faces_are_those_of_least_squares():
    rng = np.random.default_rng(5)
    corners = rng.normal(size=(40, 3))
    points = np.concatenate([rng.normal(size=(60, 3)), 0.3 * rng.normal(size=(40, 3)), corners[:5]])
    near, weights = nearest(points, corners)
    assert (weights >= 0).all()
    assert np.abs(weights.sum(axis=1) - 1).max() < 1e-14
    assert np.abs(weights @ corners - near).max() < 1e-14
    slow = np.array([_nearest_weights(p, corners) for p in points]) @ corners
    assert np.abs(np.linalg.norm(points - near, axis=1) - np.linalg.norm(points - slow, axis=1)).max() < 1e-12
