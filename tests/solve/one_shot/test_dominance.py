"""Dominance, risk dominance and evolutionary stability: known games, proofs, symmetry, refusals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.stage import StageGame
from armsgame.solve.one_shot.dominance import dominance
from armsgame.solve.one_shot.evolutionary_stability import evolutionarily_stable
from armsgame.solve.one_shot.risk_dominance import risk_dominance

bimatrix = StageGame.from_bimatrix
PD = bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]], players=("US", "Russia"))
HUNT = bimatrix([[4, 0], [3, 2]], [[4, 3], [0, 2]])


def _drawn(seed, shape, integers=False):
    rng = np.random.default_rng(seed)
    size = (len(shape), *shape)
    return StageGame(
        rng.integers(-2, 3, size=size).astype(float) if integers else rng.normal(size=size),
        players=[*"abcd"[: len(shape)]],
    )


def _prove(stage, result):
    """Re-check every elimination from the raw payoffs, in the order told."""
    left = [list(own) for own in stage.actions]
    for removed in result.rounds:
        for one in removed:
            i = stage.player(one.player)
            places = [[stage.action(j, a) for a in left[j]] for j in range(len(left))]
            rows = {a: [Fraction(float(v)) for v in np.moveaxis(stage.payoffs[i], i, 0)[stage.action(i, a)][
                np.ix_(*(p for j, p in enumerate(places) if j != i))].ravel()] for a in left[i]}  # fmt: skip
            mix = [sum(w * rows[a][s] for a, w in one.by) for s in range(len(rows[one.action]))]
            gaps = [m - own for m, own in zip(mix, rows[one.action], strict=True)]
            assert sum(w for _, w in one.by) == 1
            assert all(w > 0 for _, w in one.by)
            assert one.action not in dict(one.by)
            if result.strict:
                assert min(gaps) > 0
            else:
                assert min(gaps) > -1e-12
                assert max(gaps) > 0
        for one in removed:
            left[stage.player(one.player)].remove(one.action)
    assert tuple(tuple(own) for own in left) == result.surviving


def test_the_dilemma_is_solved_in_one_round():
    result = dominance(PD)
    assert result.surviving == (("deploy",), ("deploy",))
    assert result.solvable
    assert result.order_matters is None
    assert [one.margin for one in result.rounds[0]] == [1, 1]
    assert "US drops 'comply', dominated by deploy" in str(result)


def test_a_mixture_dominates_where_no_action_does():
    game = bimatrix([[3, 0], [0, 3], [1, 1]], [[1, 2], [2, 1], [0, 0]])
    assert not game.dominated()[0].any()
    (only,) = dominance(game).rounds[0]
    assert only.by == (("a0", Fraction(1, 2)), ("a1", Fraction(1, 2)))
    assert only.margin == Fraction(1, 2)


def test_an_action_as_good_as_a_mixture_stays():
    game = bimatrix([[3, 0], [0, 3], [1.5, 1.5]], [[1, 2], [2, 1], [0, 0]])
    for strict in (True, False):
        assert dominance(game, strict=strict).rounds == ()


def test_a_chain_of_rounds_is_told_in_order():
    # a guessing contest: the one nearest to two thirds of the mean wins
    size = 5

    def win(a, b):
        near = [abs(x - (a + b) / 3) for x in (a, b)]
        return 0.5 if near[0] == near[1] else float(near[0] < near[1])

    A = np.array([[win(a, b) for b in range(size)] for a in range(size)])
    result = dominance(bimatrix(A, 1 - A), strict=False)
    assert result.surviving == (("a0",), ("a0",))
    assert len(result.rounds) >= 1
    _prove(bimatrix(A, 1 - A), result)


def test_weak_elimination_says_that_order_matters():
    result = dominance(bimatrix([[1, 1], [0, 0]], [[1, 1], [0, 1]]), strict=False)
    assert result.order_matters
    assert any("depends on the order" in note for note in result.notes)
    assert any("does end elsewhere" in note for note in result.notes)
    assert dominance(PD, strict=False).order_matters is False


@pytest.mark.parametrize("shape", [(3, 3), (4, 3), (2, 3, 2), (2, 2, 2, 2)])
@pytest.mark.parametrize("integers", [True, False])
@pytest.mark.parametrize("strict", [True, False])
def test_every_elimination_is_proved(shape, integers, strict):
    for seed in range(4):
        stage = _drawn(seed, shape, integers)
        _prove(stage, dominance(stage, strict=strict))


@pytest.mark.parametrize("seed", range(6))
def test_strict_elimination_keeps_what_correlated_play_needs(seed):
    # an action with positive probability in some correlated equilibrium survives
    from armsgame.solve.one_shot.correlated import correlated

    stage = _drawn(seed, (3, 4))
    result = dominance(stage)
    x = correlated(stage).distribution
    for i in range(2):
        for a, mass in enumerate(x.sum(axis=1 - i)):
            assert mass < 1e-9 or stage.actions[i][a] in result.surviving[i]


@pytest.mark.parametrize("factor", [1e300, 1e-300, 7.0])
@pytest.mark.parametrize("seed", range(3))
def test_scale_and_roles_do_not_matter(factor, seed):
    stage = _drawn(seed, (3, 4))
    plain = dominance(stage).surviving
    assert dominance(StageGame(stage.payoffs * factor, players=stage.players)).surviving == plain
    swapped = StageGame(stage.payoffs[::-1].swapaxes(1, 2), players=stage.players[::-1])
    assert dominance(swapped).surviving == plain[::-1]


def test_adding_a_dominated_action_changes_nothing_else():
    stage = _drawn(1, (3, 3))
    worse = stage.payoffs[0].min() - 1.0
    A = np.vstack([stage.payoffs[0], np.full(3, worse)])
    B = np.vstack([stage.payoffs[1], np.random.default_rng(0).normal(size=3)])
    more = dominance(bimatrix(A, B))
    assert "a3" not in more.surviving[0]
    assert more.surviving == dominance(stage).surviving


def test_trivial_games_keep_everything():
    zero = StageGame(np.zeros((2, 3, 2)))
    for strict in (True, False):
        assert dominance(zero, strict=strict).rounds == ()
    assert dominance(StageGame(np.array([[[1.0]], [[2.0]]]))).solvable
    assert dominance(StageGame(np.array([[1.0, 3.0, 2.0]]), players=["a"])).surviving == (("a1",),)


# risk dominance


def test_the_safe_equilibrium_of_a_stag_hunt():
    result = risk_dominance(HUNT)
    assert result.dominant == ("deploy", "deploy")
    assert result.payoff_dominant == ("comply", "comply")
    assert result.products == (1, 4)
    # the least belief in cooperation is (P - S) / (R - T + P - S)
    assert result.resistance == (Fraction(2, 3), Fraction(2, 3))


def test_ties_are_told():
    battle = risk_dominance(bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]]))
    assert battle.dominant is None
    assert "tie" in str(battle)
    # 0.3 - 0.1 and 0.2 differ as floats, not as numbers
    near = risk_dominance(bimatrix([[0.3, 0], [0.1, 0.2]], [[0.3, 0.1], [0, 0.2]]))
    assert near.dominant is None


def test_both_diagonals_and_scale():
    chicken = risk_dominance(bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]]))
    assert chicken.equilibria == (("comply", "deploy"), ("deploy", "comply"))
    assert chicken.dominant is None
    assert risk_dominance(StageGame(HUNT.payoffs * 1e300)).dominant == ("deploy", "deploy")
    assert risk_dominance(StageGame(HUNT.payoffs * 1e-300)).dominant == ("deploy", "deploy")
    assert risk_dominance(StageGame(HUNT.payoffs * np.array([9.0, 2.0])[:, None, None] - 3)).dominant == (
        "deploy",
        "deploy",
    )


def test_risk_dominance_refusals():
    with pytest.raises(InvalidGame, match=r"deploy \| deploy'; allowed: two"):
        risk_dominance(PD)
    with pytest.raises(InvalidGame, match="none"):
        risk_dominance(bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]))
    with pytest.raises(InvalidGame, match="none"):
        risk_dominance(StageGame(np.zeros((2, 2, 2))))
    for stage in (StageGame(np.zeros((2, 3, 2))), StageGame(np.zeros((5, 2, 2, 2))), np.eye(2)):
        with pytest.raises(WrongConcept, match=r"2x2|from_bimatrix"):
            risk_dominance(stage)


# evolutionary stability


def _symmetric(A, **labels):
    A = np.array(A, dtype=float)
    return bimatrix(A, A.T, **labels)


def test_hawk_and_dove():
    value, cost = 4, 6
    game = _symmetric([[(value - cost) / 2, value], [0, value / 2]], actions=("hawk", "dove"))
    result = evolutionarily_stable(game)
    assert result.stable == ((Fraction(value, cost), Fraction(2, 6)),)
    assert not evolutionarily_stable(game, "hawk").verdicts[0].nash
    assert evolutionarily_stable(game, [2 / 3, 1 / 3]).verdicts[0].stable


def test_both_conventions_of_a_stag_hunt_and_not_the_mixture():
    result = evolutionarily_stable(HUNT)
    assert result.stable == ((1, 0), (0, 1))
    (mixed,) = (v for v in result.verdicts if not v.stable)
    assert mixed.strategy == (Fraction(2, 3), Fraction(1, 3))
    assert mixed.nash
    assert mixed.mutant in ((1, 0), (0, 1))
    assert "against itself" in mixed.reason


@pytest.mark.parametrize(("win", "stable"), [(2, 1), (1, 0), (0.5, 0)])
def test_rock_paper_scissors_depends_on_the_prize(win, stable):
    # stable iff a win is worth more than a loss costs (Maynard Smith 1982, app. D)
    game = _symmetric([[0, -1, win], [win, 0, -1], [-1, win, 0]])
    result = evolutionarily_stable(game)
    assert len(result.stable) == stable
    if not stable:
        third = evolutionarily_stable(game, [1 / 3] * 3).verdicts[0]
        assert third.nash
        assert third.mutant is not None


def test_a_best_reply_off_the_support_can_invade():
    # 'a1' does as well against 'a0' and better against itself
    weak = evolutionarily_stable(_symmetric([[1, 0], [1, 2]]), 0).verdicts[0]
    assert weak.nash
    assert not weak.stable
    assert weak.mutant == (0, 1)
    neutral = evolutionarily_stable(_symmetric([[1, 1], [1, 1]]), 0).verdicts[0]
    assert "as much against itself" in neutral.reason
    assert evolutionarily_stable(_symmetric([[1, 2], [1, 1]]), 0).verdicts[0].stable


def test_two_harmless_mutants_may_invade_together():
    # each alone loses against 'a0', half and half of them wins
    game = _symmetric([[1, 1, 1], [1, 0, 3], [1, 3, 0]])
    verdict = evolutionarily_stable(game, 0).verdicts[0]
    assert not verdict.stable
    assert verdict.mutant[1] > 0
    assert verdict.mutant[2] > 0


@pytest.mark.parametrize("seed", range(12))
def test_verdicts_agree_with_sampled_mutants(seed):
    rng = np.random.default_rng(seed)
    A = rng.integers(-2, 3, size=(3, 3)).astype(float)
    result = evolutionarily_stable(_symmetric(A))
    mutants = rng.dirichlet(np.ones(3), 4000)
    for v in result.verdicts:
        p = np.array([float(x) for x in v.strategy])
        away = mutants[np.abs(mutants - p).max(axis=1) > 1e-3]
        near = p + 0.05 * (away - p)
        first = near @ A @ p - p @ A @ p
        second = p @ A @ near.T - np.einsum("ki,ij,kj->k", near, A, near)
        resists = (first < -1e-12) | ((first < 1e-12) & (second > 0))
        if v.stable:
            assert resists.all()
        else:
            q = np.array([float(x) for x in v.mutant])
            assert q @ A @ p - p @ A @ p > -1e-12
            assert q @ A @ q - p @ A @ q > -1e-12 or q @ A @ p - p @ A @ p > 1e-12


def test_stable_sets_do_not_depend_on_labels_or_columns():
    A = np.array([[0.0, 3, 1], [2, 0, 1], [1, 1, 1.5]])
    order = [2, 0, 1]
    one = {tuple(p) for p in evolutionarily_stable(_symmetric(A)).stable}
    two = {
        tuple(p[order.index(k)] for k in range(3))
        for p in evolutionarily_stable(_symmetric(A[np.ix_(order, order)])).stable
    }
    assert one == two
    shifted = A * 7 + np.array([5.0, -3.0, 1.0])
    assert {tuple(p) for p in evolutionarily_stable(_symmetric(shifted)).stable} == one


def test_stability_refusals():
    with pytest.raises(InvalidGame, match=r"not symmetric: payoffs\[0, 0, 1\]"):
        evolutionarily_stable(bimatrix([[1, 2], [3, 4]], [[1, 2], [3, 4]]))
    with pytest.raises(InvalidGame, match="same number"):
        evolutionarily_stable(StageGame(np.zeros((2, 3, 2))))
    for stage in (StageGame(np.zeros((3, 2, 2, 2))), StageGame(np.zeros((5, 2, 2, 2))), np.eye(2)):
        with pytest.raises(WrongConcept):
            evolutionarily_stable(stage)
    for bad in ([0.5, 0.6], [1.5, -0.5], [1.0], [np.nan, 1], ["a", "b"], 2.5):
        with pytest.raises(InvalidGame, match="strategy"):
            evolutionarily_stable(HUNT, bad)
    with pytest.raises(InvalidGame, match="Known"):
        evolutionarily_stable(HUNT, "hawk")
    with pytest.raises(InvalidGame, match="at most 10 actions"):
        evolutionarily_stable(_symmetric(np.eye(11)))
    assert evolutionarily_stable(_symmetric(np.eye(11)), 3).verdicts[0].stable


def test_dominance_refusals():
    with pytest.raises(WrongConcept, match="batch"):
        dominance(StageGame(np.zeros((5, 2, 2, 2))))
    with pytest.raises(WrongConcept, match="from_bimatrix"):
        dominance(np.eye(2))
