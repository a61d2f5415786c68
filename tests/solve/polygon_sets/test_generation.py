"""The certificate of stochastic payoff sets refuses what is no equilibrium; polygons only grow where simplified."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame._kernels.self_generation import certify, spread
from armsgame._kernels.state_polygons import expected, outward
from armsgame.geometry.hulls import distance
from armsgame.solve.polygon_sets.polygons import _Arrays


def dilemmas(discount_of_war=0.5):
    stages = [
        ag.StageGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]]),
        ag.StageGame.from_bimatrix([[8, 0], [9, 2]], [[8, 9], [0, 2]]),
    ]
    law = np.full((2, 2, 2), discount_of_war)
    return ag.StochasticGame(stages, [law, law])


def judge(points, who, ahead, start, game, discount):
    arrays = _Arrays.of(game)
    scale = (np.asarray(points) - arrays.low) / arrays.span, (np.asarray(ahead) - arrays.low) / arrays.span
    who = np.asarray(who)
    draws = spread(scale[0][:, 0], scale[0][:, 1], start, arrays.rows, arrays.row_of, who, scale[1])
    return draws, certify(
        arrays.payoffs, arrays.rows, arrays.row_of, arrays.first, arrays.own, discount, start, who, *draws, scale[0]
    )


@pytest.mark.parametrize(("discount", "holds"), [(0.5, True), (0.1, False)], ids=["patient", "impatient"])
def test_reversion_is_certified_only_for_the_patient(discount, holds):
    # per state: both comply for ever, both deploy for ever; means 8.5 and 2.5
    points = [[8.5, 8.5], [2.5, 2.5], [8.5, 8.5], [2.5, 2.5]]
    start = np.array([0, 2, 4])
    (shares, _), (values, gain) = judge(points, [0, 3, 4, 7], points, start, dilemmas(), discount)
    assert shares.sum(axis=1) == pytest.approx([1, 1, 1, 1])
    # values carry the first period: 9 (1 - d) + 8.5 d in units of the range 0 .. 10
    assert values[0, 0] * 10 == pytest.approx(9 * (1 - discount) + 8.5 * discount)
    # deploying gains 1 now and costs 6 for ever
    assert gain * 10 == pytest.approx(max(0.0, (1 - discount) - 6 * discount), abs=1e-12)
    assert (gain <= 1e-12) == holds


def test_a_kinder_threat_is_refused():
    points = [[8.5, 8.5], [8.4, 8.4], [8.5, 8.5], [8.4, 8.4]]
    _, (_, gain) = judge(points, [0, 0, 4, 4], points, np.array([0, 2, 4]), dilemmas(), 0.5)
    assert gain > 0.04


def test_a_simplified_polygon_holds_the_old_one_and_stays_near():
    angle = np.sort(np.random.default_rng(0).uniform(0, 2 * np.pi, 60))
    x, y = np.cos(angle), np.sin(angle)
    for eps in (1e-4, 1e-2):
        u, v = np.empty(60), np.empty(60)
        m = outward(x, y, 60, eps, u, v)
        assert m < 60
        new = np.stack([u[:m], v[:m]], axis=1)
        old = np.stack([x, y], axis=1)
        assert distance(old, new).max() < 1e-11
        assert distance(new, old).max() <= eps * (1 + 1e-9)


@pytest.mark.parametrize("spare", [1e-13, 1e-6, 1e-2])
def test_an_expected_set_holds_the_sum_of_the_sets_and_stays_near(spare):
    rng = np.random.default_rng(3)
    counts = np.array([40, 25, 1, 2])
    x, y = np.zeros((4, 40)), np.zeros((4, 40))
    for s, m in enumerate(counts):
        angle = np.sort(rng.uniform(0, 2 * np.pi, m))
        x[s, :m], y[s, :m] = np.cos(angle), np.sin(angle)
    rows = np.concatenate([rng.dirichlet(np.ones(4), size=4), np.eye(4), [[0.5, 0.0, 0.0, 0.5]]])
    ex, ey, em = np.empty((9, 161)), np.empty((9, 161)), np.zeros(9, np.int64)
    expected(rows, np.ones(9, bool), x, y, counts, spare, ex, ey, em)
    # the support of a sum is the sum of supports, in every direction
    turn = np.linspace(0, 2 * np.pi, 5000)
    ways = np.stack([np.cos(turn), np.sin(turn)])
    alone = np.array([(np.stack([x[s, :m], y[s, :m]], axis=1) @ ways).max(axis=0) for s, m in enumerate(counts)])
    for r, m in enumerate(em):
        found = (np.stack([ex[r, :m], ey[r, :m]], axis=1) @ ways).max(axis=0)
        truth = rows[r] @ alone
        assert (found > truth - 1e-14).all()
        assert (found < truth + spare).all()
    assert (em[0] < 67) == (spare == 1e-2)


@pytest.mark.parametrize("distinct", [True, False], ids=["every row distinct", "six rows"])
def test_larger_games_converge_and_are_certified(distinct):
    rng = np.random.default_rng(4)
    rows = rng.dirichlet(np.ones(5), size=6)
    n = 4 if distinct else 8
    laws = [
        rng.dirichlet(np.ones(5), size=(n, n)) if distinct else rows[rng.integers(6, size=(n, n))] for _ in range(5)
    ]
    stages = [ag.StageGame.from_bimatrix(*rng.uniform(size=(2, n, n))) for _ in range(5)]
    found = ag.payoff_set(ag.StochasticGame(stages, laws), discount=0.7)
    assert all(0 <= w.gap < 1e-7 and len(w.outer) > 2 for w in found.values())


def test_continuations_on_a_sliver_are_met():
    """Sets of all states are segments of one direction: their expected sets have no area but rounding's."""
    first = ag.StageGame([[[3.0, 5.0], [2.0, 2.0]], [[3.0, 1.0], [4.0, 0.0]]])
    second = ag.StageGame([[[3.0, 0.0], [0.0, 1.0]], [[4.0, 2.0], [2.0, 3.0]]])
    laws = [
        np.array(
            [
                [[0.65835659, 0.34164341], [0.05412971, 0.94587029]],
                [[0.948914, 0.051086], [0.51017711, 0.48982289]],
            ]
        ),
        np.array(
            [
                [[0.53737969, 0.46262031], [0.13884495, 0.86115505]],
                [[0.08120198, 0.91879802], [0.40495778, 0.59504222]],
            ]
        ),
    ]
    found = ag.payoff_set(ag.StochasticGame([first, second], laws), discount=0.4)
    for one in found.values():
        assert one.gap < 1e-8
        np.testing.assert_allclose(one.inner, one.outer, atol=1e-8)
