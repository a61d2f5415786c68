"""Disobedience by hand: gains in rational numbers, ranges of payoffs, probabilities that are none."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest

from armsgame.checkers.correlated import verify_correlated
from armsgame.games.stage import StageGame


def largest_by_hand(payoffs, law):
    """Largest expected gain of answering one recommendation with another action, and its share of the payoff range."""
    found = []
    for i, own in enumerate(payoffs):
        spread = max(map(Fraction, own.ravel().tolist())) - min(map(Fraction, own.ravel().tolist()))
        for told, other in permutations(range(own.shape[i]), 2):
            gain = Fraction(0)
            for others in product(*(range(n) for k, n in enumerate(own.shape) if k != i)):
                at, instead = ((*others[:i], own_act, *others[i:]) for own_act in (told, other))
                gain += law[at] * (Fraction(float(own[instead])) - Fraction(float(own[at])))
            found.append((gain, gain / spread if spread else Fraction(0)))
    return max(g for g, _ in found), max(max(s for _, s in found), Fraction(0))


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (2, 2, 2), (1, 3)])
def test_gains_are_those_of_sums_over_profiles(shape):
    rng = np.random.default_rng(len(shape) + shape[0])
    kinds = set()
    for _ in range(12):
        payoffs = rng.integers(-3, 4, (len(shape), *shape)).astype(float)
        counts = rng.integers(0, 4, shape)
        counts.flat[0] += 1
        law = np.array([Fraction(int(c), int(counts.sum())) for c in counts.ravel()], dtype=object).reshape(shape)
        stage = StageGame(payoffs, players=[*"abc"[: len(shape)]])
        gain, share = largest_by_hand(payoffs, law)
        exact, rounded = (verify_correlated(stage, law.astype(t), exact=e) for t, e in ((object, True), (float, False)))
        assert exact.max_gain == gain
        assert exact.relative_gain == float(share)
        assert (exact.exact, exact.tolerance, exact.residual) == (True, 0, 0)
        assert rounded.max_gain == pytest.approx(float(gain), abs=1e-12)
        assert rounded.relative_gain == pytest.approx(float(share), abs=1e-12)
        assert exact.ok is rounded.ok is (gain <= 0)
        assert exact.where.gain == gain
        assert exact.kind == rounded.kind == ("correlated" if gain <= 0 else "none")
        kinds.add(exact.kind)
    assert kinds == {"none", "correlated"} or shape != (2, 2)


def test_a_gain_within_the_tolerance_passes_and_one_beyond_it_does_not():
    # the only gain is one hundredth of the row player's range of 4, with probability 1
    stage = StageGame.from_bimatrix([[3.96, 0], [4, 0]], [[0, 0], [0, 0]])
    law = [[1, 0], [0, 0]]
    assert verify_correlated(stage, law, tolerance=0.0101).ok
    refused = verify_correlated(stage, law, tolerance=0.0099)
    assert not refused.ok
    assert (refused.where.recommended, refused.where.action) == stage.actions[0][:2]
    # what is off in the probabilities has the same tolerance
    flat = StageGame.from_bimatrix(np.zeros((2, 2)), np.zeros((2, 2)))
    for off in ([[1.01, 0], [0, 0]], [[0.99, 0], [0, 0]], [[1.005, -0.005], [0, 0]]):
        found = verify_correlated(flat, off, tolerance=0.0101)
        assert found.ok
        assert found.max_gain == 0
        assert not verify_correlated(flat, off, tolerance=0.0049).ok
    # a negative probability counts once for itself; the sum is 1
    assert verify_correlated(flat, [[1.25, -0.25], [0, 0]]).residual == pytest.approx(0.25, abs=1e-15)
    assert verify_correlated(flat, [[Fraction(5, 4), Fraction(-1, 2)], [0, 0]], exact=True).residual == Fraction(3, 4)


def test_payoffs_near_the_largest_float_do_not_overflow():
    most = float(np.finfo(float).max)
    stage = StageGame.from_bimatrix([[-most, 0], [most, 0]], [[0, 0], [0, 0]])
    found = verify_correlated(stage, [[1, 0], [0, 0]])
    assert not found.ok
    assert 1 <= found.relative_gain <= 2
    assert verify_correlated(stage, [[0, 0], [1, 0]]).ok


def test_a_game_of_single_actions_has_nothing_to_disobey():
    found = verify_correlated(StageGame(np.zeros((2, 1, 1))), [[1]])
    assert found.ok
    assert found.where is None
    assert found.max_gain == 0


def test_a_certificate_says_how_it_was_computed():
    stage = StageGame.from_bimatrix([[3, 0], [4, 1]], [[3, 4], [0, 1]])
    for exact, how in ((True, "(exact)"), (False, "(tolerance 1.0e-09 of each player's payoff range)")):
        assert str(verify_correlated(stage, [[0, 0], [0, 1]], exact=exact)).startswith(f"correlated equilibrium {how}")
        assert str(verify_correlated(stage, [[1, 0], [0, 0]], exact=exact)).startswith(
            f"not a correlated equilibrium {how}"
        )


def test_in_rational_numbers_a_strict_law_is_obeyed_and_no_gain_is_too_small():
    # chicken (Aumann 1974): one gives way, and by a step aside loses 2 if told to, 1 if told not to
    chicken = StageGame.from_bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    strict = verify_correlated(chicken, [[0, 0.5], [0.5, 0]], exact=True)
    assert (strict.ok, strict.max_gain) == (True, Fraction(-1, 2))
    # the share of a profile is below every float, and whoever is told to play it gains as much
    tiny, dilemma = Fraction(1, 10**400), StageGame.from_bimatrix([[1, -1], [2, 0]], [[1, 2], [-1, 0]])
    found = verify_correlated(dilemma, [[tiny, 0], [0, 1 - tiny]], exact=True)
    assert (found.ok, found.max_gain) == (False, tiny)
