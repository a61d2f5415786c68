"""Payoff sets under perfect monitoring: published extreme points, degenerate sets, and strategies out of them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import armsgame as ag
from armsgame.geometry.hulls import distance
from armsgame.geometry.plane import polygon
from armsgame.solve.polygon_sets.exact_certificate import operator

# QuantEcon's prisoner's dilemma
PD = ag.RepeatedGame(ag.StageGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]]))


def game(a, b):
    return ag.RepeatedGame(ag.StageGame.from_bimatrix(a, b))


def cournot(n, floor):
    """Judd, Yeltekin and Conklin (2003): a = 6, c = .6, n quantities from 0 to 6."""
    q = np.linspace(0, 6, n)
    price = 6 - q[:, None] - q[None]
    price = np.maximum(price, 0) if floor else price
    return game((price - 0.6) * q[:, None], (price - 0.6) * q[None])


def same(points, wanted, tolerance=1e-7):
    wanted = np.asarray(wanted, dtype=float)
    assert len(points) == len(wanted)
    assert max((np.abs(points - w).max(axis=1).min() for w in wanted), default=0) < tolerance


@pytest.mark.parametrize(
    ("discount", "vertices"),
    [
        (0.1, [[3, 3]]),
        (0.12, [[3, 3]]),
        (0.2475, [[3, 3], [9.523097071818144, 3], [9, 9], [3, 9.523097071818144]]),
        (0.75, [[3, 3], [9.75, 3], [9, 9], [3, 9.75]]),
        (0.9999, [[3, 3], [9.75, 3], [9, 9], [3, 9.75]]),
    ],
)
def test_prisoners_dilemma(discount, vertices):
    found = ag.payoff_set(PD, discount=discount)
    same(found.outer, vertices)
    same(found.inner, vertices)
    assert found.threats == pytest.approx([3, 3], abs=1e-9)
    assert found.gap < 1e-9


@pytest.mark.parametrize("floor", [False, True])
def test_cournot_has_sixteen_extreme_points_at_a_discount_of_one_fifth(floor):
    found = ag.payoff_set(cournot(15, floor), discount=0.2)
    half = [
        [0.9551020408150751, 5.12816326530487],
        [1.3717309145868055, 3.570612244896708],
        [1.8877676996703436, 2.894693877549768],
        [2.3877551020408165, 2.3877551020408165],
        [3.6367346938775507, 3.6367346938775507],
    ]
    for v in half:
        for point in (v, v[::-1]):
            assert np.abs(found.outer - point).max(axis=1).min() < 1e-7
    assert len(found.outer) == 16
    assert found.threats == pytest.approx([0.9551020408150751] * 2, abs=1e-8)


def test_the_plane_set_appears_at_the_known_patience():
    low, high = 0.24, 0.25
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (low, middle) if len(ag.payoff_set(PD, discount=middle).outer) > 2 else (middle, high)
    assert high == pytest.approx(0.24704719825183777, abs=1e-6)
    assert ag.payoff_set(PD, discount=low).shape == "segment"
    assert ag.payoff_set(PD, discount=high).shape == "polygon"


def test_no_pure_equilibrium_is_an_empty_set_and_no_error():
    found = ag.payoff_set(game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), discount=0.9)
    assert found.empty
    assert found.shape == "empty"
    assert (found.gap, len(found.inner)) == (0, 0)
    assert np.isnan(found.threats).all()
    assert found.support((1, 1)) == -np.inf
    assert not found.contains((0, 0))
    assert "no such equilibrium" in str(found)


def test_at_discount_zero_only_stage_equilibria_are_left():
    hunt = game([[4, 1], [3, 2]], [[4, 3], [1, 2]])
    assert ag.payoff_set(hunt, discount=0).outer.tolist() == [[2, 2], [4, 4]]
    assert ag.payoff_set(PD, discount=0.0).shape == "point"


def test_games_with_one_action_and_with_equal_payoffs_are_points():
    assert ag.payoff_set(game([[2.0]], [[-1.0]]), discount=0.5).outer.tolist() == [[2, -1]]
    assert ag.payoff_set(game(np.zeros((3, 2)), np.zeros((3, 2))), discount=0.5).shape == "point"


def test_an_array_of_discount_factors_gives_what_each_gives_alone():
    grid = np.linspace(0, 0.98, 25)
    for delta, one in zip(grid, ag.payoff_set(PD, discount=grid), strict=True):
        alone = ag.payoff_set(PD, discount=float(delta))
        assert np.array_equal(one.outer, alone.outer)
        assert one.discount == delta


def test_the_set_grows_with_patience_under_public_randomisation():
    rng = np.random.default_rng(4)
    for _ in range(10):
        one = game(rng.normal(size=(3, 3)), rng.normal(size=(3, 3)))
        sets = ag.payoff_set(one, discount=np.array([0.2, 0.4, 0.6, 0.8]))
        for small, large in pairwise(sets):
            assert all(large.contains(v, tolerance=1e-7) for v in small.outer)


@given(seed=st.integers(0, 10_000), discount=st.sampled_from([0.1, 0.35, 0.6, 0.9]))
@settings(max_examples=30, deadline=None)
def test_properties_of_random_games(seed, discount):
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(2, 5, 2))
    a, b = (rng.integers(0, 6, shape).astype(float) for _ in range(2))
    found = ag.payoff_set(game(a, b), discount=discount)
    # swapping the players mirrors the set; a positive affine change of payoffs carries it along
    mirrored = ag.payoff_set(game(b.T, a.T), discount=discount)
    same(mirrored.outer[:, ::-1], found.outer, 1e-8)
    moved = ag.payoff_set(game(3 * a - 7, 0.5 * b + 2), discount=discount)
    same((moved.outer - [-7, 2]) / [3, 0.5], found.outer, 1e-6)
    assert np.isfinite(found.gap)
    for v in found.inner:
        assert found.contains(v, tolerance=1e-8)
    if not found.empty:
        strategy = ag.strategy_for(found, found.inner[seed % len(found.inner)])
        assert strategy.ok
        assert np.abs(strategy.payoff - found.inner[seed % len(found.inner)]).max() < 1e-7


def test_every_stage_equilibrium_is_in_the_set():
    rng = np.random.default_rng(8)
    for _ in range(20):
        one = game(rng.normal(size=(3, 3)), rng.normal(size=(3, 3)))
        found = ag.payoff_set(one, discount=0.5)
        for k in np.flatnonzero(one.stage.best_replies().all(axis=0).ravel()):
            assert found.contains(one.stage.payoffs.reshape(2, -1)[:, k], tolerance=1e-8)


def test_rational_mode_certifies_the_fixed_point():
    found = ag.payoff_set(PD, discount=Fraction(1, 2), method=ag.methods.AbreuSannikov(exact=True))
    assert found.details["exact"]
    corner = (Fraction(39, 4), Fraction(3))
    assert corner in found.details["extreme_points"]
    pays = [[Fraction(v) for v in row] for row in ((9, 1, 10, 3), (9, 10, 1, 3))]
    gains = [[Fraction(v) for v in row] for row in ((1, 2, 0, 0), (1, 0, 2, 0))]
    points = found.details["extreme_points"]
    assert operator(pays, gains, Fraction(1, 2), points, (Fraction(3), Fraction(3))) == points
    # a set that is a little too large is no fixed point
    wrong = tuple(p if p != corner else (Fraction(10), Fraction(3)) for p in points)
    assert operator(pays, gains, Fraction(1, 2), wrong, (Fraction(3), Fraction(3))) != wrong


def test_geometry_of_the_treatys_stage_game():
    found = ag.payoff_set(ag.RepeatedGame(ag.treaty.compliance()), discount=0.95)
    assert found.area > 0
    assert found.support((1, 1)) == pytest.approx(2)
    assert found.contains((1, 1))
    assert not found.contains((1.2, 1.2))
    assert (np.diff(found.frontier(), axis=0)[:, 0] > 0).all()
    assert list(found.to_frame().columns) == ["US", "Russia", "profile", "binding"]


def test_a_payoff_between_extreme_points_is_delivered_by_a_drawn_start():
    found = ag.payoff_set(PD, discount=0.5)
    strategy = ag.strategy_for(found, (6, 6))
    assert strategy.payoff == pytest.approx([6, 6], abs=1e-9)
    assert len(strategy.starts) > 1
    with pytest.raises(ag.errors.InvalidGame, match="starts"):
        _ = strategy.profile


def test_the_profile_that_delivers_a_corner_pays_it_and_is_an_equilibrium():
    found = ag.payoff_set(PD, discount=0.5)
    for corner in found.inner:
        strategy = ag.strategy_for(found, corner)
        assert len(strategy.starts) == 1
        assert ag.verify(strategy.game, strategy.profile, discount=0.5).ok
        assert ag.expected_payoffs(strategy.game, strategy.profile, discount=0.5) == pytest.approx(corner, abs=1e-9)


def test_optimal_punishment_holds_a_player_to_its_threat():
    found = ag.payoff_set(cournot(7, True), discount=0.5)
    for k in (0, 1):
        punished = ag.payoff_sets.optimal_punishment(found, k)
        assert punished.ok
        assert punished.payoff[k] == pytest.approx(found.threats[k], abs=1e-8)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: ag.payoff_set(PD, discount=1.0), "discount"),
        (lambda: ag.payoff_set(PD, discount=[0.2, np.nan]), "finite numbers"),
        (lambda: ag.payoff_set(PD, discount=0.5, method="AS"), "method"),
        (lambda: ag.payoff_set(PD.stage, discount=0.5), "RepeatedGame"),
        (lambda: ag.strategy_for(ag.payoff_set(PD, discount=0.5), (10, 10)), "inner set"),
        (lambda: ag.strategy_for(ag.payoff_set(PD, discount=0.5), (1, 2, 3)), "payoff"),
        (lambda: ag.payoff_set(PD, discount=0.5).support((1, np.inf)), "direction"),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(ag.errors.ArmsgameError, match=match):
        call()


def test_too_few_rounds_are_told_and_not_passed_off():
    method = ag.methods.AbreuSannikov(max_iter=3)
    with pytest.raises(ag.errors.NotSolved, match="max_iter") as caught:
        ag.payoff_set(PD, discount=0.2471, method=method)
    assert caught.value.result.contains((9, 9))
    rough = ag.payoff_set(PD, discount=0.2471, method=method, throw=False)
    assert not rough.details["converged"]
    # the bracket so far still holds the set
    assert all(rough.contains(v) for v in ag.payoff_set(PD, discount=0.2471).outer)


def test_hulls_keep_true_extreme_points_on_nearly_vertical_edges():
    points = np.array([[0, 0], [1, 0], [1 + 1e-15, 0.5], [1, 1], [0, 1], [0.5, 0.5]])
    assert len(polygon(points)) == 5
    assert len(polygon(points, tolerance=1e-11)) == 4
    assert len(polygon(points[:1])) == 1
    assert polygon(np.array([[1, 1], [0, 0], [0.5, 0.5]])).tolist() == [[0, 0], [1, 1]]
    assert distance(np.array([[2.0, 0.5]]), points)[0] == pytest.approx(1, abs=1e-7)
    assert distance(np.array([[0.3, 0.3]]), points)[0] < 1e-9


def test_a_vertex_that_slides_along_a_face_is_not_taken_for_convergence():
    # the vertex on the lower edge moves by .01 a round, unseen by support values in 64 directions
    found = ag.payoff_set(game([[3, 2], [1, 1]], [[0, 3], [2, 2]]), discount=0.99)
    assert found.gap < 1e-9
    rng = np.random.default_rng(1)
    for _ in range(250):
        shape = tuple(rng.integers(1, 6, 2))
        one = game(rng.normal(size=shape), rng.normal(size=shape))
        delta = float(rng.choice([0.05, 0.2, 0.5, 0.7, 0.9, 0.99, 0.999]))
        # the inner set is built from automata, so a gap says that the outer one had not settled
        assert ag.payoff_set(one, discount=delta).gap < 1e-6
