"""Logit equilibria: fixed points found by other means, limits, turning points, scale, and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from armsgame.checkers.one_shot import verify_stage
from armsgame.errors import InvalidGame, NotSolved, WrongConcept
from armsgame.games.stage import StageGame
from armsgame.results.logit_branch import BranchStatus
from armsgame.solve.one_shot.logit import logit_branch, logit_qre

bimatrix = StageGame.from_bimatrix
OCHS = bimatrix([[9, 0], [0, 1]], [[0, 1], [1, 0]])
CONSTANT_SUM = bimatrix([[1, 1], [0, 1]], [[1, 1], [2, 1]])
PD = bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
CHICKEN = bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]])


def _logistic(z):
    return 1 / (1 + np.exp(-z))


def _bisect(f, low, high):
    for _ in range(200):
        mid = (low + high) / 2
        low, high = (mid, high) if (f(mid) > 0) == (f(low) > 0) else (low, mid)
    return (low + high) / 2


def _by_bisection(stage, precision):
    """First probabilities of a 2x2 game whose logit equilibrium is unique."""
    A, B = stage.payoffs

    def reply(p):
        return _logistic(precision * (p * (B[0, 0] - B[0, 1]) + (1 - p) * (B[1, 0] - B[1, 1])))

    def answer(q):
        return _logistic(precision * (q * (A[0, 0] - A[1, 0]) + (1 - q) * (A[0, 1] - A[1, 1])))

    p = _bisect(lambda p: answer(reply(p)) - p, 0.0, 1.0)
    return p, reply(p)


@pytest.mark.parametrize("top", [1.0, 4.0, 9.0])
@pytest.mark.parametrize("precision", [0.1, 1.0, 3.0, 20.0, 300.0])
def test_ochs_games_against_bisection(top, precision):
    # the three matching-pennies games of Ochs (1995) that McKelvey and Palfrey (1995) fit
    stage = bimatrix([[top, 0], [0, 1]], [[0, 1], [1, 0]])
    p, q = _by_bisection(stage, precision)
    found = logit_qre(stage, precision=precision)
    assert found.profile[0][0] == pytest.approx(p, abs=1e-9)
    assert found.profile[1][0] == pytest.approx(q, abs=1e-9)
    assert found.residual < 1e-9
    assert found.max_gain >= 0


@pytest.mark.parametrize(("precision", "row", "column"), [(1, 0.643, 0.5883), (2, 0.7727, 0.6117), (3, 0.8595, 0.6038)])
def test_a_constant_sum_game_has_gambits_values(precision, row, column):
    found = logit_qre(CONSTANT_SUM, precision=precision)
    assert found.profile[0][0] == pytest.approx(row, abs=1e-4)
    assert found.profile[1][0] == pytest.approx(column, abs=1e-4)


@pytest.mark.parametrize("precision", [0.2, 1.0, 4.0])
def test_the_symmetric_dilemma_solves_its_one_equation(precision):
    own = logit_qre(PD, precision=precision).profile[0][0]
    # complying gains q (3 - 5) + (1 - q) (0 - 1) = -(1 + q)
    root = _bisect(lambda q: _logistic(-precision * (1 + q)) - q, 0.0, 1.0)
    assert own == pytest.approx(root, abs=1e-10)


def test_precision_zero_is_uniform_and_high_precision_nearly_nash():
    assert [p.tolist() for p in logit_qre(PD, precision=0).profile] == [[0.5, 0.5]] * 2
    assert logit_qre(PD, precision=1000).profile[0].tolist() == [0, 1]


@pytest.mark.parametrize("top", [5.0, 100.0])
def test_the_limit_need_not_be_the_perfect_equilibrium(top):
    # McKelvey and Palfrey (1995), table 1: (D, R) is the one perfect equilibrium, the limit mixes U and D
    A = np.array([[1, 0, 1], [0, 0, 0], [1, top, 1]])
    stage = bimatrix(A, A.T)
    branch = logit_branch(stage)
    assert branch.status is BranchStatus.NASH
    for own in branch.equilibrium.profile:
        assert own == pytest.approx([0.5, 0.0, 0.5], abs=1e-5)
    assert verify_stage(stage, branch.equilibrium.profile).ok


def test_known_limits():
    ends = {name: logit_branch(s).equilibrium for name, s in (("ochs", OCHS), ("pd", PD), ("sum", CONSTANT_SUM))}
    assert ends["ochs"].profile[0] == pytest.approx([0.5, 0.5])
    assert ends["ochs"].profile[1] == pytest.approx([0.1, 0.9])
    assert [p.tolist() for p in ends["pd"].profile] == [[0, 1], [0, 1]]
    # the column player is indifferent in the limit; the branch says one half
    assert ends["sum"].profile[1] == pytest.approx([0.5, 0.5], abs=1e-6)


def test_risk_dominance_selects_in_a_stag_hunt():
    stage = bimatrix([[4, 0], [3, 2]], [[4, 3], [0, 2]])
    assert [p.tolist() for p in logit_branch(stage).equilibrium.profile] == [[0, 1], [0, 1]]


@pytest.mark.parametrize("stage", [CHICKEN, bimatrix([[2, 0], [0, 2]], [[2, 0], [0, 2]])])
def test_a_bifurcation_is_crossed_and_told_never_an_end(stage):
    branch = logit_branch(stage)
    assert len(branch.crossings) == 1
    assert "Bifurcations" in str(branch)
    assert branch.status is BranchStatus.NASH
    assert branch.equilibrium.certificate.ok
    # the symmetric branch keeps its symmetry
    assert branch.profiles[0] == pytest.approx(branch.profiles[1], abs=1e-9)


def test_a_hidden_symmetry_keeps_the_limit_that_is_an_equilibrium():
    # a peer leaves the symmetric branch here and stops at a point with regret 3e-8
    stage = bimatrix([[1, 0], [1, 3]], [[2, -1], [-1, -1]])
    branch = logit_branch(stage)
    assert [p.tolist() for p in branch.equilibrium.profile] == [[0, 1], [1, 0]]
    assert verify_stage(stage, branch.equilibrium.profile, exact=True).ok


def _drawn(seed, shape):
    return StageGame(np.random.default_rng(seed).normal(size=(len(shape), *shape)), players=[*"abcde"[: len(shape)]])


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 4), (2, 2, 2), (3, 2, 2), (2, 2, 2, 2)])
@pytest.mark.parametrize("seed", range(4))
def test_random_games_end_in_verified_equilibria(shape, seed):
    stage = _drawn(seed, shape)
    branch = logit_branch(stage)
    assert branch.regret <= 1e-8
    assert verify_stage(stage, branch.equilibrium.profile).ok
    assert branch.distance <= 1e-3
    # every traced point is a fixed point
    for k in range(0, len(branch), 9):
        x = [own[k] for own in branch.profiles]
        gains = verify_stage(stage, x).gains
        for own, g in zip(x, gains, strict=True):
            odds = np.exp(branch.precisions[k] * (g - g.max()))
            assert own == pytest.approx(odds / odds.sum(), abs=1e-6)


# three players; the branch folds back between precisions 9.5 and 5.5
TURNING = StageGame(
    [
        [[[-1.1, -0.1], [0.5, 1.1]], [[0.5, 0.1], [1.0, -0.7]]],
        [[[-1.5, 1.0], [0.2, 0.9]], [[-0.1, -0.5], [0.5, -1.2]]],
        [[[0.1, 0.4], [-0.5, 0.3]], [[-1.3, 0.2], [0.3, -0.5]]],
    ]
)


def test_turning_points_are_passed():
    branch = logit_branch(TURNING)
    assert len(branch.turns) == 2
    there, back = branch.precisions[list(branch.turns)]
    assert there == pytest.approx(9.6, abs=0.2)
    assert back == pytest.approx(5.5, abs=0.2)
    assert (np.diff(branch.precisions) < 0).any()
    assert [p.tolist() for p in branch.equilibrium.profile] == [[0, 1], [1, 0], [0, 1]]
    # beyond the fold a precision is first met after both turns
    assert logit_qre(TURNING, precision=5.0).turns == 0
    assert logit_qre(TURNING, precision=12.0).turns == 2


@pytest.mark.parametrize("factor", [1e300, 1e-300, 1e5, 1e-5])
@pytest.mark.parametrize("shape", [(2, 2), (2, 2, 2)])
def test_scale_moves_the_precision_and_nothing_else(factor, shape):
    base = _drawn(3, shape)
    plain, scaled = logit_branch(base), logit_branch(StageGame(base.payoffs * factor, players=base.players))
    for a, b in zip(plain.equilibrium.profile, scaled.equilibrium.profile, strict=True):
        assert a == pytest.approx(b, abs=1e-9)
    assert np.isfinite(scaled.precisions).all()
    one = logit_qre(base, precision=2.0)
    two = logit_qre(StageGame(base.payoffs * factor, players=base.players), precision=2.0 / factor)
    for a, b in zip(one.profile, two.profile, strict=True):
        assert a == pytest.approx(b, abs=1e-8)


def test_payoffs_at_the_ends_of_the_floats():
    big = np.finfo(float).max
    stage = bimatrix([[big, -big], [-big, big]], [[-big, big], [big, -big]])
    assert [p.tolist() for p in logit_branch(stage).equilibrium.profile] == [[0.5, 0.5]] * 2


def test_players_in_different_units():
    stretch = np.array([1e3, 1e-3])[:, None, None]
    branch = logit_branch(StageGame(OCHS.payoffs * stretch))
    assert branch.equilibrium.profile[1] == pytest.approx([0.1, 0.9])


def test_an_advantage_of_a_billionth_is_not_overlooked():
    branch = logit_branch(bimatrix([[0, 1], [1e-9, 1 + 1e-9]], [[0, 0], [0, 1]]))
    assert branch.equilibrium.profile[0].tolist() == [0, 1]


@pytest.mark.parametrize("seed", range(3))
def test_swapping_parties_and_shifting_payoffs(seed):
    stage = _drawn(seed, (3, 2))
    swapped = StageGame(stage.payoffs[::-1].swapaxes(1, 2))
    shifted = StageGame(stage.payoffs + np.array([5.0, -7.0])[:, None, None])
    one, two, three = (logit_qre(s, precision=3.0).profile for s in (stage, swapped, shifted))
    assert one[0] == pytest.approx(two[1], abs=1e-9)
    assert one[1] == pytest.approx(two[0], abs=1e-9)
    assert one[0] == pytest.approx(three[0], abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_renaming_actions_renames_the_answer(seed):
    stage = _drawn(seed, (3, 4))
    rows, columns = [2, 0, 1], [3, 1, 0, 2]
    renamed = StageGame(stage.payoffs[:, rows][:, :, columns])
    one, two = logit_qre(stage, precision=4.0), logit_qre(renamed, precision=4.0)
    assert one.profile[0][rows] == pytest.approx(two.profile[0], abs=1e-9)
    assert one.profile[1][columns] == pytest.approx(two.profile[1], abs=1e-9)
    ends = logit_branch(stage).equilibrium, logit_branch(renamed).equilibrium
    assert ends[0].profile[1][columns] == pytest.approx(ends[1].profile[1], abs=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_a_copied_action_shares_its_probability(seed):
    stage = _drawn(seed, (3, 3))
    copied = logit_branch(StageGame(np.concatenate([stage.payoffs, stage.payoffs[:, :1]], axis=1)))
    assert copied.equilibrium.profile[0][0] == pytest.approx(copied.equilibrium.profile[0][3], abs=1e-6)
    assert copied.equilibrium.certificate.ok


def test_trivial_games():
    zero = logit_branch(StageGame(np.zeros((2, 3, 2))))
    assert zero.equilibrium.profile[0] == pytest.approx([1 / 3] * 3)
    single = logit_branch(StageGame(np.array([[[1.0, 2.0]], [[5.0, 3.0]]])))
    assert [p.tolist() for p in single.equilibrium.profile] == [[1], [1, 0]]
    alone = logit_branch(StageGame(np.array([[1.0, 4.0, 2.0]]), players=["only"]))
    assert alone.equilibrium.profile[0].tolist() == [0, 1, 0]


def test_stopping_early_is_told_not_called_nash():
    with pytest.raises(NotSolved, match=r"precision 2\..*regret .*arc length .*raise max_precision"):
        logit_branch(OCHS, max_precision=2.0)
    branch = logit_branch(OCHS, max_precision=2.0, throw=False)
    assert branch.status is BranchStatus.PRECISION
    assert branch.equilibrium is None
    assert branch.regret > 1e-3
    assert np.isnan(branch.distance)


@pytest.mark.parametrize("precision", [-1, np.nan, np.inf, "2", True, None])
def test_bad_precision_is_named(precision):
    with pytest.raises(InvalidGame, match="precision"):
        logit_qre(PD, precision=precision)


@pytest.mark.parametrize("precision", [0, -1.0, np.nan, np.inf, True])
def test_bad_max_precision_is_named(precision):
    with pytest.raises(InvalidGame, match="max_precision"):
        logit_branch(PD, max_precision=precision)


@pytest.mark.parametrize("verb", [lambda s: logit_qre(s, precision=1.0), logit_branch])
def test_batches_and_other_nouns_are_sent_elsewhere(verb):
    with pytest.raises(WrongConcept, match="batch"):
        verb(StageGame(np.stack([PD.payoffs] * 3), players=PD.players))
    with pytest.raises(WrongConcept, match="from_bimatrix"):
        verb(np.eye(2))
