"""Bounds by repaired multipliers and jumps with a witness: they hold whatever a solver proposes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

import armsgame as ag
from armsgame._budget import Budget
from armsgame._deadline import deadline
from armsgame.errors import InvalidGame, NotSolved
from armsgame.geometry.directions import directions_of
from armsgame.solve.payoff_sets import operator as lp
from armsgame.solve.payoff_sets import sandwich
from armsgame.solve.payoff_sets.bracket import payoff_bracket
from armsgame.solve.payoff_sets.level_map import LevelMap
from armsgame.solve.payoff_sets.outer_bound import Bound, outer_bound

DILEMMA = ag.StageGame.from_bimatrix([[1, -1.2], [1.8, 0]], [[1, 1.8], [-1.2, 0]])
FLAGGED = ag.RepeatedGame(DILEMMA, ag.Monitoring.detection(0.9, 0.025))


def random_game(seed: int, players: int = 2) -> ag.RepeatedGame:
    rng = np.random.default_rng(seed)
    shape = (3, 3) if players == 2 else (2,) * players
    stage = ag.StageGame(rng.integers(-4, 5, (players, *shape)).astype(float))
    return ag.RepeatedGame(stage, ag.Monitoring.public(rng.dirichlet(np.ones(4), size=shape)))


def largest(p, ask, h, levels):
    """The program of a profile solved densely: (status, value)."""
    blocks, dim = p.weight.size, h.shape[2]
    rows = [np.kron(np.eye(blocks)[y], row) for y in range(blocks) for row in h[p.group[y]]]
    limits = [c for y in range(blocks) for c in levels[p.group[y]]]
    for r in range(len(p.base)):
        rows.append(np.kron(p.coef[r], np.eye(dim)[p.owner[r]]))
        limits.append(p.bound(levels)[r])
    found = linprog(-np.kron(p.weight, ask), A_ub=np.array(rows), b_ub=limits, bounds=(None, None))
    return found.status, None if found.status else -found.fun


@pytest.mark.parametrize("players", [2, 3])
@pytest.mark.parametrize("discount", [0.3, 0.9, 0.9999])
def test_rows_bound_the_programs_at_all_levels_and_exclude_only_what_is_infeasible(players, discount):
    rng = np.random.default_rng(7)
    operator = lp.Operator.of(random_game(3, players), discount)
    h = directions_of(8, players)
    levels = (operator.payoffs[0].T @ h.T).max(axis=0)
    for p in operator.programs[0][:3]:
        found = lp.solve_program(p, h, h[None], levels[None])
        if not isinstance(found, lp.Solved):
            assert found.upper(levels)[0] < 0
            assert largest(p, h[0], h[None], levels[None])[0] == 2
            continue
        # the same multipliers at other levels, and spoilt multipliers too
        spoilt = found.rows.duals * rng.uniform(0.8, 1.2, found.rows.duals.shape)
        broken = lp._rows(p, h, h[None], found.rows.at, spoilt)
        for other in (levels, levels - 0.05, levels + 0.1 * rng.random(len(levels))):
            for j in (0, len(h) - 1):
                status, value = largest(p, h[j], h[None], other[None])
                if status == 0:
                    assert found.rows.upper(other)[j] >= value - 1e-8
                    assert broken.upper(other)[j] >= value - 1e-8
                    if other is levels:
                        assert found.value[j] <= value + 1e-8


def test_a_jump_proves_the_least_fixed_point_and_has_none_without_a_witness():
    def level_map(slopes, constants):
        size = len(slopes)
        place = np.arange(size)[:, None]
        one = lp.Rows(place, np.array(slopes)[:, None], np.array(constants), place, place.astype(float))
        return LevelMap.of(size, [(np.arange(size), one)])

    jump = level_map([0.999, 0.5], [0.0005, 0.1]).jump(np.array([1.0, 1.0]))
    assert np.allclose(jump.low, [0.5, 0.2], atol=1e-9)
    assert (jump.low >= [0.5, 0.2]).all()
    assert (jump.high >= 1).all()
    # x <= 1.5 x - 0.3 bounds nothing from 1 on: levels of 1 are consistent with it
    assert level_map([1.5, 0.5], [-0.3, 0.1]).jump(np.array([1.0, 1.0])) is None


def test_an_expanding_row_does_not_hide_the_fixed_point_below_it():
    # F(x) = max(0.1 + 0.5 x, 2 x - 0.8): fixed points at 0.2 and 0.8
    place = np.zeros((2, 1), int)
    rows = lp.Rows(place, np.array([[0.5], [2.0]]), np.array([0.1, -0.8]), place, place.astype(float))
    one = LevelMap.of(1, [(np.zeros(2, int), rows)])
    jump = one.jump(np.array([0.75]))
    assert jump.low == pytest.approx(0.2, abs=1e-9)
    assert one.jump(np.array([0.85])) is None


def test_rows_that_bind_only_far_above_the_fixed_point_need_no_linear_program():
    # x = max(0.1, 1.2 y), y = 0.5 x: no multiple of the weights (1, 1.5) of the rows that bind at the end is a witness
    place = np.array([[1], [1], [0]])
    rows = lp.Rows(place, np.array([[0.0], [1.2], [0.5]]), np.array([0.1, 0.0, 0.0]), place, place.astype(float))
    one = LevelMap.of(2, [(np.array([0, 0, 1]), rows)])
    jump = one.jump(np.array([1.0, 1.0]), thorough=False)
    assert jump.low == pytest.approx([0.1, 0.05], abs=1e-9)
    assert (jump.high >= 1).all()
    assert (one.image(jump.high) < jump.high).all()


def test_every_part_of_a_game_gets_its_rounds():
    bound = Bound.of(lp.Operator.of(ag.Treaty(demand=False).game(), 0.9), directions_of(8, 2))
    before = [own.copy() for own in bound.levels]
    assert len(bound.order) > 2
    assert not bound.run(1e-6, 100, 1)
    assert bound.iterations == len(bound.order)
    assert all((own < old - 1e-3).any() for own, old in zip(bound.levels, before, strict=True))


@pytest.mark.parametrize("discount", [0.95, 0.99, 0.995, 0.999, 0.9999, 0.999999])
def test_patient_noisy_sets_hold_what_is_verified_and_take_a_handful_of_rounds(discount):
    bound = outer_bound(FLAGGED, discount=discount, directions=16)
    assert bound.settled
    assert bound.rounds <= 9
    for profile in (ag.grim, ag.always_deploy):
        one = ag.verify(FLAGGED, (profile, profile), discount=discount)
        assert one.ok
        assert (bound.directions @ np.array(one.values, dtype=float) <= bound.levels + 1e-9).all()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("players", [2, 3])
def test_random_games_need_few_rounds_at_every_patience(seed, players):
    for discount in (0.6, 0.95, 0.999):
        bound = Bound.of(lp.Operator.of(random_game(seed, players), discount), directions_of(16, players))
        assert bound.run(1e-6, 30)
        assert bound.iterations <= 16


def test_levels_do_not_lose_what_a_plain_iteration_keeps():
    game = ag.RepeatedGame(
        DILEMMA, ag.Monitoring.public(np.array([[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]]))
    )
    operator = lp.Operator.of(game, 0.4)
    bound = Bound.of(operator, directions_of(4, 2))
    plain = bound.levels[0].copy()
    bound.run(1e-9, 100)
    for _ in range(8):
        image = [
            largest(p, row, bound.directions[0][None], plain[None])
            for p in operator.programs[0]
            for row in bound.directions[0]
        ]
        value = np.array([-np.inf if status else found for status, found in image]).reshape(
            len(operator.programs[0]), -1
        )
        plain = np.minimum(plain, (value + 0.6 * (operator.payoffs[0].T @ bound.directions[0].T)).max(axis=0))
    assert (bound.levels[0] <= plain + 1e-7).all()
    # what is left to a plain iteration after eight rounds
    assert (bound.levels[0] >= plain - 0.4**8 * 10).all()


def test_every_step_can_be_kept_with_its_proof():
    core = Bound.of(lp.Operator.of(FLAGGED, 0.99), directions_of(16, 2))
    core.proof = []
    core.run(1e-6, 50)
    assert len(core.proof) == core.iterations
    assert any(step.jump is not None for step in core.proof)
    for step in core.proof:
        assert all((rows.duals >= 0).all() for _, _, rows in step.rows)


def test_a_false_bound_is_refused_and_never_a_result():
    found = payoff_bracket(FLAGGED, discount=0.9, gap=0.05)
    false = type(found)(
        found.outer * 0.5 + 0.2, found.inner, found.gap, found.threats, found.players, found.discount, found.concept,
        (), found.game, found.details,
    )  # fmt: skip
    with pytest.raises(NotSolved, match="outside") as caught:
        sandwich.guarded(false)
    assert not caught.value.result.details["converged"]
    empty = type(found)(
        found.outer[:0], found.inner[:0], 0.0, found.threats, found.players, found.discount, found.concept, (),
        found.game, found.details,
    )  # fmt: skip
    with pytest.raises(NotSolved, match="stage game"):
        sandwich.guarded(empty)
    shrunk = type(found)(
        0.05 * found.outer - 0.01, found.inner[:0], 0.0, found.threats, found.players, found.discount, found.concept,
        (), found.game, found.details,
    )  # fmt: skip
    with pytest.raises(NotSolved, match="grim"):
        sandwich.guarded(shrunk, named=True)
    assert sandwich.guarded(found, named=True) is found
    later = payoff_bracket(FLAGGED, discount=0.5, gap=0.05)
    sandwich.guarded_family([found, later])
    with pytest.raises(NotSolved, match="grow"):
        sandwich.guarded_family([found, type(found)(
            later.outer, later.inner, 0.0, later.threats, later.players, 0.95, later.concept, (), later.game, {}
        )])  # fmt: skip


def test_a_budget_counts_rounds_and_seconds_for_the_whole_job():
    budget = Budget(3, name="job")
    with budget:
        assert [budget.spend() for _ in range(4)] == [True, True, True, False]
    assert budget.left == 0
    with deadline(1e-9):
        assert not Budget(5).spend()
    with pytest.raises(InvalidGame, match="max_iter"):
        Budget(0)
    found = ag.payoff_sets.payoff_bracket(FLAGGED, discount=0.9, budget_seconds=1e-9, throw=False)
    assert not found.details["converged"]
    assert found.details["iterations"] == 0


def small(seed: int) -> ag.StochasticGame:
    rng = np.random.default_rng([0, seed])
    stages = []
    for _ in range(2):
        a, b = (rng.integers(-3, 4, (2, 2)).astype(float) for _ in range(2))
        stages.append(ag.StageGame.from_bimatrix(a, b))
    return ag.StochasticGame(stages, [rng.dirichlet([1, 1], size=(2, 2)) for _ in range(2)], observed="state")


def test_small_stochastic_games_end_with_converged_brackets():
    for seed in range(12):
        sets = ag.payoff_set(
            small(seed), discount=0.4, method=ag.methods.LinearPrograms(gap=0.06, max_iter=500), throw=False
        )
        for one in sets.values():
            assert one.details["converged"]
            assert all(one.contains(v, tolerance=1e-9) for v in one.inner)


def test_pure_markov_equilibria_lie_in_the_sets():
    game = small(7)
    sets = ag.payoff_set(game, discount=0.4)
    pure = [e for e in ag.markov_perfect(game, discount=0.4) if e.pure]
    assert pure
    for one in pure:
        for label, value in zip(game.states, np.asarray(one.values), strict=True):
            assert sets[label].contains(value, tolerance=1e-6)
            assert sets[label].contains(value, inner=True, tolerance=1e-6)


def test_a_treaty_without_demands_ends():
    treaty = ag.Treaty(demand=False, notice_days=91).replace(temptation=1.57, detection=0.71, false_alarm=0.08)
    sets = ag.payoff_set(
        treaty.game(), discount=0.5, method=ag.methods.LinearPrograms(gap=0.5, max_iter=60), throw=False
    )
    assert list(sets) == list(treaty.game().states)


def test_programs_that_the_kernel_gives_up_are_bounded_by_what_it_finds_at_wider_levels(monkeypatch):
    from armsgame._kernels import simplex_method

    kernel, calls = simplex_method.maximise, []

    def gives_up(*given):
        kernel(*given)
        calls.append(len(given[0]))
        if len(calls) % 2:
            given[12][:] = simplex_method.STUCK

    monkeypatch.setattr(simplex_method, "maximise", gives_up)
    monkeypatch.setattr(lp, "_by_highs", None)  # not asked
    checked = 0
    for seed in range(6):
        operator = lp.Operator.of(random_game(seed), 0.9)
        payoffs, programs = operator.blocks[0]
        h = directions_of(12, 2)
        # levels of the whole of what is feasible, where constraints meet in many corners
        levels = (h @ payoffs).max(axis=1)
        for p in programs:
            calls.clear()
            try:
                found = lp.solve_program(p, h, h[None], levels[None])
            except TypeError:
                continue  # not enforceable: HiGHS would be asked
            for k, row in enumerate(h):
                status, value = largest(p, row, h[None], levels[None])
                assert status == 0
                assert value - 1e-9 <= found.value[k] <= value + 1e-7
                checked += 1
    assert checked > 100
