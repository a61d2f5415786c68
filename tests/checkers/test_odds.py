"""Polytopes of beliefs: vertices between bounds on odds, however far apart these are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from armsgame.checkers.odds import _clipped


def bounds_of(points):
    return (points[:, :, None] / points[:, None, :]).max(axis=0)


@pytest.mark.parametrize("count", [2, 3, 4, 5])
@pytest.mark.parametrize("spread", [1.0, 8.0])
def test_vertices_keep_to_the_bounds_and_reach_every_belief_that_made_them(count, spread):
    rng = np.random.default_rng(count)
    for _ in range(40):
        points = np.exp(rng.normal(0, spread, (int(rng.integers(1, 4)), count)))
        bounds = bounds_of(points)
        found = _clipped(bounds, np.zeros(bounds.shape, bool), exact=False)
        beliefs = points / points.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(found.sum(axis=1), 1)
        assert (found[:, :, None] <= bounds * found[:, None, :] * (1 + 1e-12)).all()
        for cost in rng.normal(size=(5, count)):
            assert (found @ cost).max() >= (beliefs @ cost).max() - 1e-12


@pytest.mark.parametrize("count", [3, 4, 5])
def test_the_largest_gain_is_that_of_a_linear_program(count):
    rng = np.random.default_rng(count)
    for _ in range(10):
        bounds = bounds_of(np.exp(rng.normal(0, 1, (3, count))))
        infinite = rng.random(bounds.shape) < 0.2
        np.fill_diagonal(infinite, False)
        found = _clipped(bounds, infinite, exact=False)
        rows = [np.eye(count)[k] - bounds[k, m] * np.eye(count)[m] for k, m in np.argwhere(~infinite) if k != m]
        cost = rng.normal(size=count)
        program = linprog(-cost, A_ub=np.array(rows), b_ub=np.zeros(len(rows)), A_eq=np.ones((1, count)), b_eq=[1.0])
        assert (found @ cost).max() == pytest.approx(-program.fun, abs=1e-9)


def test_rational_bounds_give_rational_vertices():
    half, two = Fraction(1, 2), Fraction(2)
    bounds = np.array([[1, two, two], [two, 1, two], [half, two, 1]], dtype=object)
    found = _clipped(bounds, np.zeros((3, 3), bool), exact=True)
    assert all(isinstance(v, Fraction) for v in found.ravel())
    assert (found.sum(axis=1) == 1).all()
    # b_2 is at most half of b_0, which is at most twice b_2
    assert (found[:, 2] * 2 == found[:, 0]).all()


def test_a_bound_of_zero_leaves_nothing_and_no_bound_leaves_all():
    bounds = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert _clipped(bounds, np.array([[False, False], [True, False]]), exact=False).tolist() == [[0.0, 1.0]]
    assert len(_clipped(bounds, np.array([[False, True], [True, False]]), exact=False)) == 2
