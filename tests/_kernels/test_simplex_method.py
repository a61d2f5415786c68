"""The dual simplex method against HiGHS where its inverse has gone wrong: what it calls infeasible is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from armsgame._kernels import simplex_method

WALLS = [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]
# an inverse of the first basis that pivots have spoiled: it is the identity
SPOILED = np.array([[1.0, -1.0], [-0.5, 1.0]])


def pivots(more, levels, ask, inverse):
    """Go on from the basis of the walls 0 and 2 in the plane, |w| <= 4: what came, and the point."""
    h, level = np.array([[*WALLS, *more]]), np.array([[4.0] * 4 + levels])
    work, column, mult, point, alpha = np.empty((2, 2)), np.empty(2), np.empty(2), np.empty(2), np.empty(2)
    none = np.empty(0)
    packed = simplex_method._packed(h, level)
    came, _ = simplex_method._pivots(
        h, level, np.zeros(1, np.int64), np.array(ask), np.empty((0, 1)), np.empty(0, np.int64), none, none,
        np.array([0, 2]), inverse.copy(), work, column, mult, point, alpha, packed, 1, 2, 1e-9, 100,
    )  # fmt: skip
    best = linprog(-np.array(ask), A_ub=h[0], b_ub=level[0], bounds=[(None, None)] * 2)
    return came, point, best


@pytest.mark.parametrize("inverse", [np.eye(2), SPOILED], ids=["right", "spoiled"])
def test_a_spoiled_inverse_hides_no_point(inverse):
    # with the spoiled one the second constraint, which no column of the basis gives way to, seems to leave none
    came, point, best = pivots([[1.0, -3.0], [-3.0, 3.0]], [-1.0, -2.0], [2.0, 1.0], inverse)
    assert came == simplex_method.OPTIMAL
    np.testing.assert_allclose(point, best.x, atol=1e-12)


@pytest.mark.parametrize("inverse", [np.eye(2), SPOILED], ids=["right", "spoiled"])
def test_where_there_is_no_point_none_is_shown(inverse):
    came, _, best = pivots([[1.0, -3.0], [-1.0, 2.0]], [-1.0, -9.0], [2.0, 1.0], inverse)
    assert best.status == 2
    assert came == simplex_method.INFEASIBLE


def test_a_direction_that_a_basis_is_not_good_for_is_climbed_to():
    rng = np.random.default_rng(3)
    h = rng.normal(size=(1, 300, 3))
    h /= np.linalg.norm(h, axis=2, keepdims=True)
    h[0, :6] = np.kron(np.eye(3), [[1.0], [-1.0]])
    level = rng.uniform(0.8, 1.0, size=(1, 300))
    weight, group, coef = np.array([0.3, 0.5]), np.zeros(2, np.int64), rng.normal(size=(2, 2))
    owner, bound = np.array([0, 2]), np.array([0.05, 0.1])
    ask = rng.normal(size=(40, 3))
    # the basis of one direction, for all others
    warm = np.full((40, 6), -(2**40))
    for known in (ask[:1], ask):
        count = len(known)
        points, duals, status = np.empty((count, 2, 3)), np.zeros((count, 6)), np.empty(count, np.int64)
        simplex_method.maximise(
            known, h, level, group, weight, coef, owner, bound, warm[:count], 1e-10, points, duals, status,
            np.empty(7, np.int64), np.empty(7),
        )  # fmt: skip
        if count == 1:
            warm[:] = warm[0]
    assert (status == simplex_method.OPTIMAL).all()
    walls = np.kron(np.eye(2), h[0])
    shared = np.zeros((2, 6))
    for r in range(2):
        shared[r, owner[r] :: 3] = coef[r]
    for d in range(len(ask)):
        best = linprog(
            -np.outer(weight, ask[d]).ravel(), A_ub=np.vstack([walls, shared]),
            b_ub=np.concatenate([level[0], level[0], bound]), bounds=(None, None),
        )  # fmt: skip
        assert weight @ points[d] @ ask[d] == pytest.approx(-best.fun, abs=1e-8)
        assert (points[d] @ h[0].T <= level[0] + 1e-9).all()


def test_finely_refined_arcs_take_few_pivots():
    # four continuations in a polygon whose half-planes are many where it is round: one block at a time takes more
    # pivots than a program may
    rng = np.random.default_rng(0)
    turn = np.concatenate([np.pi / 2 * np.arange(4), *(a + 0.4 * rng.random(250) ** 3 for a in (0.3, 1.9, 3.4, 5.0))])
    h = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    h[[0, 1, 2, 3]] = WALLS
    level = 0.3 + 0.2 * (np.abs(h[:, 0]) ** 1.5 + np.abs(h[:, 1]) ** 1.5) ** (2 / 3)
    weight, coef = np.array([0.3, 0.55, 0.05, 0.1]), rng.normal(size=(4, 4))
    coef -= coef.mean(axis=1, keepdims=True)
    owner, bound, ask = np.array([0, 0, 1, 1]), np.full(4, -0.25), rng.normal(size=(60, 2))
    basis = np.full((60, 8), -(2**40))
    points, duals, status = np.empty((60, 4, 2)), np.zeros((60, 8)), np.empty(60, np.int64)
    simplex_method.maximise(
        ask, h[None], level[None], np.zeros(4, np.int64), weight, coef, owner, bound, basis, 1e-10, points, duals,
        status, np.zeros(9, np.int64), np.zeros(9),
    )  # fmt: skip
    assert (status == simplex_method.OPTIMAL).all()
    walls, rows = np.kron(np.eye(4), h), np.zeros((4, 4, 2))
    rows[np.arange(4), :, owner] = coef
    system, limits = np.vstack([walls, rows.reshape(4, 8)]), np.concatenate([np.tile(level, 4), bound])
    for way, found in zip(ask[:8], points[:8], strict=True):
        best = linprog(-np.multiply.outer(weight, way).ravel(), system, limits, bounds=(None, None))
        assert weight @ found @ way == pytest.approx(-best.fun, abs=1e-7)
