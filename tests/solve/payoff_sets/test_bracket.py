"""The bracket of pure public equilibrium payoffs against published values and its own laws."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import linprog

import armsgame as ag
from armsgame.errors import InvalidGame, NotSolved, WrongConcept
from armsgame.geometry.directions import directions_of
from armsgame.geometry.hulls import distance
from armsgame.solve.payoff_sets import operator as lp
from armsgame.solve.payoff_sets.bracket import payoff_bracket
from armsgame.solve.payoff_sets.inner_set import contracted, enclosed
from armsgame.solve.payoff_sets.operator import Operator
from armsgame.solve.payoff_sets.outer_bound import Bound, outer_bound
from armsgame.solve.payoff_sets.placement import sharpened
from armsgame.solve.payoff_sets.state_image import best_image

ROOT2 = 2**0.5


def noisy(p: float = 0.9, q: float = 0.5, r: float = 0.2) -> ag.RepeatedGame:
    """Prisoner's dilemma (3, 2, 0, -1); the good signal has probability p, q, r with 0, 1, 2 defections."""
    good = np.array([[p, q], [q, r]])
    return ag.RepeatedGame(
        ag.treaty.compliance(3, 2, 0, -1), ag.Monitoring.public(np.stack([good, 1 - good], axis=-1), ["good", "bad"])
    )


def cournot(count: int) -> ag.RepeatedGame:
    """Inverse demand 6 - Q, cost 0.6, outputs spaced evenly on [0, 6]."""
    q = np.linspace(0, 6, count)
    profit = q[:, None] * (6 - q[:, None] - q[None] - 0.6)
    return ag.RepeatedGame(ag.StageGame.from_bimatrix(profit, profit.T))


def bimatrix(a, b=None) -> ag.RepeatedGame:
    return ag.RepeatedGame(ag.StageGame.from_bimatrix(a, np.transpose(a) if b is None else b))


def public_goods(players: int, multiplier: float) -> ag.RepeatedGame:
    give = 1 - np.indices((2,) * players)
    return ag.RepeatedGame(ag.StageGame(multiplier / players * give.sum(axis=0) - give))


def assert_self_generating(found) -> None:
    """Every inner generator satisfies its incentive constraints and stays in the inner set."""
    game = found.game
    stage, law = game.stage, game.monitoring.kernel(game.stage)
    pay = stage.payoffs.reshape(len(stage.players), -1)
    d = found.discount
    for v, made in zip(found.inner, found.details["inner_generators"], strict=True):
        index = [stage.action(i, a) for i, a in enumerate(made.profile)]
        at = int(np.ravel_multi_index(index, stage.shape))
        w = np.nan_to_num(made.continuation)
        assert np.allclose((1 - d) * pay[:, at] + d * law[at] @ w, v, atol=1e-8)
        for i in range(len(index)):
            for other in range(stage.shape[i]):
                turned = int(np.ravel_multi_index([*index[:i], other, *index[i + 1 :]], stage.shape))
                assert (1 - d) * pay[i, turned] + d * law[turned] @ w[:, i] <= v[i] + 1e-7
        for row in made.continuation[~np.isnan(made.continuation).any(axis=1)]:
            assert distance(row[None], found.inner)[0] < 1e-7


def test_noisy_dilemma_meets_the_gap_and_the_closed_form_of_the_best_symmetric_payoff():
    found = payoff_bracket(noisy(), discount=0.9)
    assert found.gap <= 1e-3
    assert found.details["converged"]
    # R - (T - R)(1 - p)/(p - q) = 1.75
    assert found.support([1, 1]) == pytest.approx(3.5, abs=1e-6)
    assert found.support([1, 1], inner=True) == pytest.approx(3.5, abs=3e-3)
    # eight directions alone give a looser bound, published to seven digits
    eight = outer_bound(noisy(), discount=0.7, directions=8, tolerance=1e-9)
    expected = [2.3923077, 2.4748737, 2.3923077, 1.5501957, 0, 0, 0, 1.5501957]
    assert np.allclose(eight.levels, expected, atol=1e-5)
    assert_self_generating(found)


@pytest.mark.parametrize(
    ("signal", "best", "least"),
    [((0.9, 0.5, 0.2), 1.75, 10 / 17), ((0.8, 0.3, 0.1), 1.6, 5 / 9)],
)
def test_cooperation_starts_at_the_published_discount_factor(signal, best, least):
    below = payoff_bracket(noisy(*signal), discount=least - 1e-3)
    assert below.shape == "point"
    assert np.allclose(below.outer, 0)
    assert np.allclose(below.inner, 0)
    above = payoff_bracket(noisy(*signal), discount=least + 1e-3)
    assert above.support([0.5, 0.5]) == pytest.approx(best, abs=1e-6)
    assert above.support([0.5, 0.5], inner=True) == pytest.approx(best, abs=1e-6)


def test_cournot_duopoly_of_judd_yeltekin_and_conklin():
    found = payoff_bracket(cournot(15), discount=0.2, gap=1e-3)
    vertices = np.array([
        [0.9551020, 5.1281633], [1.3717309, 3.5706122], [2.3877551, 2.3877551], [5.2512476, 0.9551020],
        [5.5244000, 1.3371429], [5.4311469, 1.7779592], [4.3731877, 2.8946939], [3.6367347, 3.6367347],
    ])  # fmt: skip
    assert found.gap <= 1e-3
    assert np.allclose(found.threats, 0.9551020, atol=1e-6)
    for v in vertices:
        assert found.contains(v, tolerance=1e-5)
        assert found.contains(v, inner=True, tolerance=1e-3)
    assert_self_generating(found)


def test_abreu_sannikov_three_by_three():
    a = [[16, 3, 0], [21, 10, -1], [9, 5, -5]]
    found = payoff_bracket(bimatrix(a, [[9, 13, 3], [1, 4, 0], [0, -4, -15]]), discount=0.3, gap=1e-3)
    assert found.gap <= 1e-3
    assert found.contains([7.33770472, 10.9826253], inner=True, tolerance=1e-3)
    assert found.contains([1.12568240, 2.80000000], inner=True, tolerance=1e-3)


@pytest.mark.parametrize(
    ("game", "discount", "shape", "inner"),
    [
        (bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), 0.9, "empty", None),
        (bimatrix([[9, 1], [10, 3]]), 0.12, "point", [[3, 3]]),
        (bimatrix([[9, 1], [10, 3]]), 1 / 7, "segment", [[3, 3], [9, 9]]),
        (bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]]), 0.0, "segment", [[1, 2], [2, 1]]),
        (bimatrix([[4.0]], [[5.0]]), 0.5, "point", [[4, 5]]),
        (bimatrix([[1, 1], [1, 1]]), 0.5, "point", [[1, 1]]),
        (noisy(), 0.0, "point", [[0, 0]]),
    ],
    ids=["no pure equilibrium", "point", "segment at its threshold", "static", "one action", "constant", "delta 0"],
)
def test_degenerate_sets_are_ordinary_answers(game, discount, shape, inner):
    found = payoff_bracket(game, discount=discount)
    assert found.shape == shape
    assert found.gap < 1e-9
    assert found.empty == (inner is None)
    if inner is not None:
        assert np.allclose(found.inner, inner, atol=1e-8)
        assert np.allclose(found.outer, inner, atol=1e-8)
        assert len(found.generators) == len(found.outer)


def test_patience_close_to_one_is_solved_and_stays_within_the_scores():
    found = payoff_bracket(noisy(), discount=0.9999)
    assert found.gap <= 1e-3
    assert found.support([1, -1]) <= 43 / 12 + 1e-6
    assert found.support([1, 2]) <= 5.25 + 1e-6


def test_a_patient_dilemma_under_noisy_detection_meets_the_default_gap():
    game = bimatrix([[1, -1.2], [1.8, 0]])
    game = ag.RepeatedGame(game.stage, ag.Monitoring.detection(0.9, 0.025))
    found = payoff_bracket(game, discount=0.99)
    assert found.details["converged"]
    assert found.gap <= 1e-3
    assert all(found.contains(v, tolerance=1e-9) for v in found.inner)
    assert_self_generating(found)


@pytest.mark.parametrize("seed", range(3))
def test_inner_sets_generate_themselves_by_an_independent_solver(seed):
    rng = np.random.default_rng(seed)
    temptation, fear = rng.uniform(0.3, 1.0, 2)
    stage = ag.treaty.compliance(1 + temptation, 1, 0, -fear)
    game = ag.RepeatedGame(stage, ag.Monitoring.detection(0.9, 0.05))
    d = 0.9
    found = payoff_bracket(game, discount=d, gap=0.05)
    assert len(found.inner) > 2
    law, pay = game.monitoring.kernel(stage), stage.payoffs.reshape(2, -1)
    signals, size = law.shape[1], len(found.inner)
    # per signal, weights over the extreme points
    eye = np.kron(np.eye(signals), np.ones(size))
    for v in found.inner[:: max(size // 8, 1)]:
        met = False
        for k in range(4):
            here = np.kron(law[k], found.inner.T)
            rows, limits = [], []
            for i, turned in ((0, k ^ 2), (1, k ^ 1)):
                rows.append(d * np.kron(law[turned], found.inner[:, i]))
                limits.append(v[i] - (1 - d) * pay[i, turned] + 1e-8)
            solved = linprog(
                np.zeros(signals * size), A_ub=np.array(rows), b_ub=limits,
                A_eq=np.vstack([d * here, eye]), b_eq=np.append(v - (1 - d) * pay[:, k], np.ones(signals)),
            )  # fmt: skip
            met = met or solved.status == 0
        assert met, v


def test_inner_lies_in_outer_and_both_grow_with_patience():
    last = None
    for discount in (0.55, 0.6, 0.7, 0.8, 0.95):
        found = payoff_bracket(noisy(), discount=discount)
        assert all(found.contains(v, tolerance=1e-9) for v in found.inner)
        if last is not None:
            assert all(found.contains(v, tolerance=1e-9) for v in last.inner)
        last = found


def test_a_more_informative_signal_supports_more():
    # the coarser signals are garblings of the finer ones (Blackwell order)
    sets = []
    for noise in (0.0, 0.1, 0.2):
        kernel = noisy().monitoring.kernel(noisy().stage) @ np.array([[1 - noise, noise], [noise, 1 - noise]])
        game = ag.RepeatedGame(noisy().stage, ag.Monitoring.public(kernel.reshape(2, 2, 2)))
        sets.append(payoff_bracket(game, discount=0.9))
    for fine, coarse in pairwise(sets):
        assert all(fine.contains(v, tolerance=1e-9) for v in coarse.inner)
        assert fine.area > coarse.area


def test_perfect_monitoring_is_the_limit_of_noisy_monitoring():
    stage = ag.treaty.compliance(5, 3, 1, 0)
    perfect = payoff_bracket(ag.RepeatedGame(stage), discount=0.7)
    areas = []
    for error in (0.1, 0.01, 0.001):
        game = ag.RepeatedGame(stage, ag.Monitoring.detection(1 - error, error))
        found = payoff_bracket(game, discount=0.7, gap=1e-2)
        assert all(perfect.contains(v, tolerance=1e-6) for v in found.inner)
        areas.append(found.inner_area)
    assert areas[0] < areas[1] < areas[2] < perfect.area
    assert areas[2] > 0.98 * perfect.inner_area
    sure = payoff_bracket(ag.RepeatedGame(stage, ag.Monitoring.detection(1, 0)), discount=0.7)
    assert sure.area == pytest.approx(perfect.area, abs=2e-2)


def test_swapping_the_parties_mirrors_the_set():
    a, b = np.array([[2, -1], [3.5, 0]]), np.array([[3, 4], [-1, 0.5]])
    good = np.array([[0.9, 0.6], [0.4, 0.2]])
    kernel = np.stack([good, 1 - good], axis=-1)
    one = payoff_bracket(
        ag.RepeatedGame(ag.StageGame.from_bimatrix(a, b), ag.Monitoring.public(kernel)), discount=0.9, gap=2e-3
    )
    two = payoff_bracket(
        ag.RepeatedGame(
            ag.StageGame.from_bimatrix(b.T, a.T), ag.Monitoring.public(kernel.transpose(1, 0, 2))
        ),
        discount=0.9, gap=2e-3,
    )  # fmt: skip
    for angle in np.linspace(0, 2 * np.pi, 24):
        h = np.array([np.cos(angle), np.sin(angle)])
        assert one.support(h) == pytest.approx(two.support(h[::-1]), abs=2e-3)


def test_units_of_payoff_scale_the_set():
    base = noisy()
    factors, shifts = np.array([1e6, 1e-3]), np.array([-4e6, 7.0])
    stage = ag.StageGame(
        base.stage.payoffs * factors[:, None, None] + shifts[:, None, None],
        players=base.stage.players,
        actions=base.stage.actions,
    )
    one = payoff_bracket(base, discount=0.8)
    two = payoff_bracket(ag.RepeatedGame(stage, base.monitoring), discount=0.8)
    turned = (two.outer - shifts) / factors
    assert distance(turned, one.outer).max() < 2e-3
    assert distance(one.inner, turned).max() < 2e-3
    # a gap that is asked for counts in units of payoff, so that it says nothing about the party with small ones
    coarse = payoff_bracket(ag.RepeatedGame(stage, base.monitoring), discount=0.8, gap=1e4)
    assert coarse.gap <= 1e4
    assert coarse.details["directions"] <= two.details["directions"]
    for side in ([1, 0], [-1, 0]):
        assert coarse.support(side) == pytest.approx(two.support(side), abs=1.1e4)
        assert coarse.support(side, inner=True) == pytest.approx(two.support(side, inner=True), abs=1.1e4)


def test_directions_that_are_added_leave_the_same_bound_as_directions_from_the_start():
    game = noisy()
    operator = Operator.of(game, 0.9)
    grown = Bound.of(operator, directions_of(16, 2))
    grown.run(1e-9, 500)
    for _ in range(3):
        corner, (made, _) = grown.corners(0), grown.attained(0)
        assert sharpened(grown, 0, corner, made, 1e-6) > 0
        grown.run(1e-9, 2000)
    fresh = Bound.of(operator, grown.directions[0])
    fresh.run(1e-9, 2000)
    assert grown.alive == fresh.alive
    assert np.abs(grown.levels[0] - fresh.levels[0]).max() < 1e-8


@pytest.mark.parametrize("discount", [0.5, 0.9, 0.99])
def test_programs_left_out_would_not_raise_a_level(discount):
    game = noisy()
    bound = Bound.of(Operator.of(game, discount), directions_of(64, 2))
    for _ in range(4):
        h, c = bound.packed()
        some = best_image(bound, 0, h, c, None)[0]
        every = bound.image(0, h, c, bound.directions[0], warm=False)[0]
        assert some == pytest.approx(every, abs=1e-9)
        bound.run(1e-3, bound.iterations + 1)


def test_a_point_whose_promises_lie_outside_is_left_out_of_a_set():
    operator = Operator.of(noisy(), 0.9)
    bound = Bound.of(operator, directions_of(256, 2))
    bound.run(1e-4, 500)
    whole = contracted(bound, 1e-3, 500, 1000)
    own, names = whole.points[0], whole.made[0]
    middle = own.mean(axis=0)
    k, ahead = names[0]
    wrong = own[0] + 1e-9 * (own[0] - middle)
    found = enclosed(operator, [np.vstack([own, wrong])], [[*names, (k, ahead + 0.5)]])
    assert len(found.points[0]) >= len(own) - 1
    assert distance(found.points[0], own).max() < 1e-12
    # most of the promises outside: no set is left
    assert enclosed(operator, [own], [[(j, w + 0.5) for j, w in names]]) is None


def test_three_parties_meet_the_default_gap():
    found = payoff_bracket(public_goods(3, 1.6), discount=0.9)
    assert found.details["converged"]
    span = np.ptp(found.game.stage.payoffs.reshape(3, -1), axis=1)
    assert distance(found.outer / span, found.inner / span).max() <= 0.05
    assert_self_generating(found)


def test_three_players_public_goods():
    poor = payoff_bracket(public_goods(3, 1.6), discount=0.3)
    assert poor.shape == "point"
    rich = payoff_bracket(public_goods(3, 1.6), discount=0.8, gap=0.1)
    assert rich.shape == "polytope"
    assert rich.support([1, 1, 1]) == pytest.approx(1.8, abs=1e-5)
    assert rich.support([1, 1, 1], inner=True) > 1.7
    assert_self_generating(rich)


def test_a_wide_bracket_is_refused_or_returned_as_unconverged():
    with pytest.raises(NotSolved, match="throw=False"):
        payoff_bracket(noisy(), discount=0.9, max_iter=3)
    found = payoff_bracket(noisy(), discount=0.9, max_iter=3, throw=False)
    assert not found.details["converged"]
    assert not found.gap <= 1e-3
    exact = payoff_bracket(noisy(), discount=0.9)
    assert all(found.contains(v, tolerance=1e-9) for v in exact.inner)


def test_bad_input_names_the_field(monkeypatch):
    with pytest.raises(WrongConcept, match="RepeatedGame"):
        payoff_bracket(noisy().stage, discount=0.9)
    lagged = ag.RepeatedGame(noisy().stage, ag.Monitoring.detection(0.5, 0.1, lag=2))
    with pytest.raises(WrongConcept, match="lag"):
        payoff_bracket(lagged, discount=0.9)
    for kwargs, field in (
        ({"discount": 1.0}, "discount"),
        ({"discount": 0.9, "gap": 0.0}, "gap"),
        ({"discount": 0.9, "max_iter": 0}, "max_iter"),
        ({"discount": 0.9, "directions": 2}, "directions"),
        ({"discount": 0.9, "directions": [[0.0, 0.0]]}, "directions"),
    ):
        with pytest.raises(InvalidGame, match=field):
            payoff_bracket(noisy(), **kwargs)
    monkeypatch.setattr(lp, "_MEMORY", 1000)
    with pytest.raises(InvalidGame, match="payoff_set"):
        payoff_bracket(noisy(), discount=0.9)


def test_given_directions_are_used():
    found = payoff_bracket(noisy(), discount=0.9, directions=[[1, 1], [2, 1]], gap=5e-3)
    assert found.support([1, 1]) == pytest.approx(3.5, abs=1e-6)
