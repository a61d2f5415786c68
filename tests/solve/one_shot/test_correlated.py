"""Correlated equilibria: known polytopes, symmetry, scale, and refusals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from armsgame.checkers.correlated import verify_correlated
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.stage import StageGame
from armsgame.solve.one_shot.correlated import correlated, correlated_range

CHICKEN = StageGame.from_bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]], players=("US", "Russia"))


def _random(seed: int, shape: tuple[int, ...]) -> StageGame:
    return StageGame(np.random.default_rng(seed).normal(size=(len(shape), *shape)), players=[*"abcd"[: len(shape)]])


def test_chicken_reaches_what_aumann_gives():
    found = correlated(CHICKEN)
    assert found.distribution == pytest.approx(np.array([[0.5, 0.25], [0.25, 0.0]]), abs=1e-12)
    assert found.payoffs == pytest.approx([5.25, 5.25])
    assert found.value == pytest.approx(10.5)
    assert found.certificate.ok
    assert "10.5" in str(found)


def test_chicken_range_is_spanned_by_the_pure_equilibria():
    reach = correlated_range(CHICKEN)
    assert reach.lowest == pytest.approx([2, 2])
    assert reach.highest == pytest.approx([7, 7])
    assert all(c.ok for pair in reach.certificates for c in pair)
    assert "US: 2 to 7" in str(reach)


@pytest.mark.parametrize(
    ("objective", "value"),
    [("max-min", 5.25), ("US", 7.0), (1, 7.0), (-1, 7.0), ([1, -1], 5.0), ([0, 0], 0.0)],
)
def test_objectives_of_chicken(objective, value):
    assert correlated(CHICKEN, objective).value == pytest.approx(value, abs=1e-9)


def test_prisoners_dilemma_has_the_one_equilibrium():
    pd = StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    assert correlated(pd).distribution.tolist() == [[0, 0], [0, 1]]
    assert correlated_range(pd).lowest.tolist() == correlated_range(pd).highest.tolist() == [1, 1]


@pytest.mark.parametrize("seed", range(4))
def test_a_zero_sum_game_gives_its_value(seed):
    from scipy.optimize import linprog

    A = np.random.default_rng(seed).normal(size=(3, 4))
    reach = correlated_range(StageGame.from_bimatrix(A, -A))
    # maximise v with v <= x A: the row player's own linear program
    lp = linprog(
        [0, 0, 0, -1], A_ub=np.c_[-A.T, np.ones(4)], b_ub=np.zeros(4), A_eq=[[1, 1, 1, 0]], b_eq=[1],
        bounds=[(0, None)] * 3 + [(None, None)],
    )  # fmt: skip
    assert reach.lowest == pytest.approx([-lp.fun, lp.fun], abs=1e-9)
    assert reach.highest == pytest.approx([-lp.fun, lp.fun], abs=1e-9)


@pytest.mark.parametrize("shape", [(2, 3), (3, 2, 2), (2, 2, 2, 2)])
@pytest.mark.parametrize("seed", range(3))
def test_optima_are_certified_and_ordered(shape, seed):
    stage = _random(seed, shape)
    reach = correlated_range(stage)
    best, fair = correlated(stage), correlated(stage, "max-min")
    for found in (best, fair):
        exact = verify_correlated(stage, found.distribution, exact=True)
        assert float(exact.relative_gain) < 1e-9
        assert (found.payoffs >= reach.lowest - 1e-8).all()
        assert (found.payoffs <= reach.highest + 1e-8).all()
    assert best.value >= fair.payoffs.sum() - 1e-8
    assert fair.value >= best.payoffs.min() - 1e-8


@pytest.mark.parametrize("seed", range(3))
def test_swapping_the_parties_swaps_the_answer(seed):
    stage = _random(seed, (3, 2))
    swapped = StageGame(stage.payoffs[::-1].swapaxes(1, 2), players=stage.players[::-1])
    one, two = correlated_range(stage), correlated_range(swapped)
    assert one.highest == pytest.approx(two.highest[::-1], abs=1e-9)
    assert one.lowest == pytest.approx(two.lowest[::-1], abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_a_copied_or_a_dominated_action_leaves_the_payoffs(seed):
    stage = _random(seed, (3, 3))
    plain = correlated_range(stage)
    copied = np.concatenate([stage.payoffs, stage.payoffs[:, :1]], axis=1)
    worse = copied.copy()
    worse[0, 3] = stage.payoffs[0].min() - 1
    for payoffs in (copied, worse, stage.payoffs[:, [1, 2, 0]]):
        reach = correlated_range(StageGame(payoffs))
        assert reach.lowest == pytest.approx(plain.lowest, abs=1e-9)
        assert reach.highest == pytest.approx(plain.highest, abs=1e-9)


@pytest.mark.parametrize("factor", [1e300, 1e-300, 1e6, 1e-6])
def test_scale_does_not_matter(factor):
    found = correlated(StageGame(CHICKEN.payoffs * factor))
    assert found.distribution == pytest.approx(np.array([[0.5, 0.25], [0.25, 0.0]]), abs=1e-9)
    assert found.payoffs == pytest.approx([5.25 * factor] * 2)


def test_unequal_units_leave_each_players_range_alone():
    stretch = np.array([1e8, 1e-8])[:, None, None]
    shift = np.array([0.0, 3.0])[:, None, None]
    reach = correlated_range(StageGame(CHICKEN.payoffs * stretch + shift))
    assert reach.highest == pytest.approx([7e8, 3 + 7e-8], rel=1e-12)


def test_trivial_games():
    zero = StageGame(np.zeros((2, 2, 2)))
    assert correlated(zero).certificate.ok
    assert correlated(zero, "max-min").value == 0
    alone = StageGame(np.array([[1.0, 4.0, 2.0]]), players=["only"])
    assert correlated(alone).distribution.tolist() == [0, 1, 0]
    single = StageGame(np.array([[[2.0]], [[3.0]]]))
    assert correlated(single).certificate.where is None


def test_the_verifier_refuses_what_is_not_obeyed():
    good = np.array([[0.5, 0.25], [0.25, 0.0]])
    assert verify_correlated(CHICKEN, good, exact=True).max_gain == Fraction(0)
    bad = verify_correlated(CHICKEN, [[0.6, 0.2], [0.2, 0.0]], exact=True)
    assert not bad.ok
    assert bad.max_gain == Fraction(1, 5)  # 3/5 * (7 - 6) - 1/5 * (2 - 0)
    assert (bad.where.player, bad.where.recommended, bad.where.action) == ("US", "comply", "deploy")
    assert not verify_correlated(CHICKEN, good * 0.9).ok
    assert not verify_correlated(CHICKEN, [[0, 1], [1, -1.0]]).ok


@pytest.mark.parametrize("objective", ["China", 2, True, [1, 2, 3], [1, np.nan], None, "Welfare"])
def test_bad_objectives_are_named(objective):
    with pytest.raises(InvalidGame, match=r"objective|player"):
        correlated(CHICKEN, objective)


def test_batches_and_other_nouns_are_sent_elsewhere():
    with pytest.raises(WrongConcept, match="batch"):
        correlated(StageGame(np.stack([CHICKEN.payoffs] * 3), players=CHICKEN.players))
    with pytest.raises(WrongConcept, match="from_bimatrix"):
        correlated([[1, 2], [3, 4]])
    with pytest.raises(InvalidGame, match="shape"):
        verify_correlated(CHICKEN, [1.0])
    with pytest.raises(InvalidGame, match="finite"):
        verify_correlated(CHICKEN, [[np.nan, 0], [0, 1]])
