"""Sets of two and three patient parties: contractions beside equilibria of the stage game, on all faces it takes."""

from __future__ import annotations

import numpy as np
import pytest
from noisy_parties import assert_generated, drawn, drawn_in_the_plane
from scipy.spatial import ConvexHull

import armsgame as ag
from armsgame.geometry.directions import directions_of
from armsgame.geometry.halfspaces import touching
from armsgame.geometry.hulls import beyond, distance, farthest, most_beyond
from armsgame.solve.payoff_sets.best_profiles import mixed
from armsgame.solve.payoff_sets.operator import Operator, Rows, Solved, number, solve_program
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.placement import cornered
from armsgame.solve.payoff_sets.seeds import markov_play, markov_values
from armsgame.solve.payoff_sets.solids import contraction
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


@pytest.mark.parametrize("discount", [0.99, 0.999])
def test_three_very_patient_parties_meet_the_default_gap(discount):
    game = drawn(7)
    found = ag.payoff_set(game, discount=discount)
    assert found.details["converged"]
    assert distance(found.outer / found.units, found.inner / found.units).max() <= 0.05
    assert_generated(game, discount, found.inner, 40)


@pytest.mark.parametrize(("k", "discount"), [(0, 0.999), (4, 0.9999), (1, 0.99999)])
def test_two_very_patient_parties_meet_the_default_gap(k, discount):
    game = drawn_in_the_plane(k)
    found = ag.payoff_set(game, discount=discount)
    assert found.details["converged"]
    assert distance(found.outer / found.units, found.inner / found.units).max() <= 2.5e-4
    assert_generated(game, discount, found.inner, 40)


def test_what_one_contraction_leaves_too_wide_is_closed_by_one_from_a_centre_near_the_worst_corner(monkeypatch):
    centres = []
    whole = contraction._contraction
    monkeypatch.setattr(contraction, "_contraction", lambda *given: (centres.append(given[4]), whole(*given))[1])
    outer, seed = begun(1, 0.95)
    found = solid_set(outer, seed, 0.05)
    assert farthest(outer.corners(0), found.points[0]) <= 0.05
    assert len(centres) > 1
    assert distance(np.array(centres), found.points[0]).max() == 0
    assert_generated(drawn(1), 0.95, outer.operator.shift + outer.operator.scale * found.points[0], 60)


def test_multipliers_of_three_directions_bound_their_sum():
    outer, _ = begun(0, 0.9)
    op, h = outer.operator, outer.directions[0]
    rng = np.random.default_rng(3)
    programs, axes = op.blocks[0][1], h[:6]
    tried = 0
    for k in outer.alive[0]:
        ask = np.concatenate([axes, rng.normal(size=(9, 3))])
        ask /= np.linalg.norm(ask, axis=1)[:, None]
        levels = outer.levels[0]
        old = solve_program(programs[k], ask, h[None], levels[None])
        if not isinstance(old, Solved):
            continue
        at = rng.integers(6, 15, (5, 3))
        share = rng.random((5, 3)) * (rng.random((5, 3)) > 0.2)
        way = (share[:, :, None] * ask[at]).sum(axis=1)
        rows = mixed(old.rows, np.arange(5), at, share, np.zeros(5))
        for lower in (levels, levels - 0.02 * rng.random(len(levels))):
            bound = rows.upper(lower[None])[:5]
            real = solve_program(programs[k], way, h[None], lower[None])
            if isinstance(real, Solved):
                tried += 1
                worth = (real.points * programs[k].weight[:, None]).sum(axis=1)
                assert ((worth * way).sum(axis=1) <= bound + 1e-9).all()
                # at the levels themselves it is the sum of the three values
                if lower is levels:
                    assert bound == pytest.approx((share * old.value[at]).sum(axis=1), abs=1e-9)
    assert tried > 4


def test_a_row_that_bounds_nothing_is_no_part_of_a_sum_with_no_weight():
    none = np.zeros((4, 0))
    old = Rows(np.arange(12).reshape(4, 3), np.ones((4, 3)), np.array([np.inf, 1.0, 2.0, np.inf]), none, none)
    found = mixed(
        old, np.array([0, 3]), np.array([[0, 1, 2], [0, 1, 2]]), np.array([[0.0, 1, 1], [0.5, 1, 0]]), np.zeros(2)
    )
    assert found.const[0] == pytest.approx(3, abs=1e-12)
    assert np.isinf(found.const[3])
    assert sorted(found.place[0][found.line[0] > 0].tolist()) == [3, 4, 5, 6, 7, 8]


def test_a_bound_of_very_patient_parties_comes_to_rest_in_a_few_rounds():
    # a witness from far away is not to be had here: plain steps would take thousands of rounds
    outer, _ = begun(0, 0.999)
    for _ in range(4):
        corner = outer.corners(0)
        cornered(outer, 0, corner, beyond(corner, outer.attained(0)[0]), 1e-3)
        outer.run(1e-3, outer.iterations + 3)
    before = outer.iterations
    assert outer.run(1e-3, outer.iterations + 40)
    assert outer.iterations - before < 30


def test_many_points_and_faces_are_held_against_each_other_as_a_few_are():
    rng = np.random.default_rng(11)
    corners = rng.normal(size=(400, 3))
    corners /= np.linalg.norm(corners, axis=1)[:, None]
    found = ConvexHull(corners)
    face, level = found.equations[:, :-1].copy(), -found.equations[:, -1]
    points = np.concatenate([corners, 1.2 * rng.normal(size=(300, 3))])
    far, which = most_beyond(points, face, level)
    over = points @ face.T - level
    assert far == pytest.approx(over.max(axis=1), abs=1e-14)
    assert over[np.arange(len(points)), which] == pytest.approx(far, abs=1e-14)
    on, most = touching(points, face, level, 1e-9)
    assert (on.toarray() == (np.abs(over) <= 1e-9)).all()
    assert most == pytest.approx(over.max(), abs=1e-14)


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 1, 0.05)])
@pytest.mark.parametrize("size", [0.9, 1.0, 1.05, 3.0])
def test_distances_from_a_solid_by_triangles_are_those_of_weights(shape, size):
    rng = np.random.default_rng(7)
    points, corners = rng.normal(size=(150, 3)), rng.normal(size=(400, 3))
    points *= size * (0.5 + 0.5 * rng.random((150, 1))) / np.linalg.norm(points, axis=1)[:, None]
    corners *= shape / np.linalg.norm(corners, axis=1)[:, None]
    assert farthest(points, corners) == pytest.approx(distance(points, corners).max(), abs=1e-13)
