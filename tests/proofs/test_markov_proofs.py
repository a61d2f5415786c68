"""Which Markov equilibria have an exact proof: all pure ones, mixed ones with simple numbers, and no irrational one."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

import armsgame as ag
from armsgame.proofs import check
from armsgame.results.markov_profile import MarkovProfile


def epsilon(found):
    assert found, str(found)
    assert check.verdict(found.text.encode())[0] == 0
    return Fraction(found.file["claim"]["epsilon"]["num"], found.file["claim"]["epsilon"]["den"])


def random_game(rng, states):
    stages = [ag.StageGame.from_bimatrix(*rng.integers(-999, 1000, size=(2, 2, 2))) for _ in range(states)]
    laws = [rng.dirichlet(np.ones(states), size=(2, 2)) for _ in range(states)]
    return ag.StochasticGame(stages, laws)


def test_pure_equilibria_are_exact_and_an_epsilon_comes_from_mixing_only():
    rng = np.random.default_rng(8)
    pure, mixed = [], []
    for _ in range(12):
        game = random_game(rng, int(rng.integers(2, 4)))
        for one in ag.markov_perfect(game, discount=float(rng.integers(1, 20)) / 20):
            (pure if one.pure else mixed).append(epsilon(one.proof))
    assert len(pure) >= 8
    assert set(pure) == {0}
    assert len(mixed) >= 1
    assert all(gain < Fraction(1, 10**9) for gain in mixed)
    assert any(mixed)


def absorbing():
    """Both want to meet, or to avoid it, and every meeting but one ends the game at zero: v solves 2 v^2 + 3 v = 1."""
    stage = ag.StageGame.from_bimatrix([[1, 0], [0, 1]], [[-1, 0], [0, -1]])
    over = ag.StageGame.from_bimatrix([[0]], [[0]])
    stay = np.zeros((2, 2, 2))
    stay[..., 1] = 1
    stay[0, 0] = 1, 0
    return ag.StochasticGame([stage, over], [stay, np.array([[[0.0, 1.0]]])], states=("on", "over"))


def test_an_irrational_equilibrium_cannot_be_exact_and_says_how_near_it_is():
    (one,) = ag.markov_perfect(absorbing(), discount=0.5)
    value = (sqrt(17) - 3) / 4
    assert one.values[0, 0] == pytest.approx(value, abs=1e-12)
    assert one.policies[0][0, 0] == pytest.approx(1 / (2 + value), abs=1e-12)
    assert 0 < epsilon(one.proof) < Fraction(1, 10**12)
    # 17 is no square, so no rational policy leaves nobody a gain: the nearest simple ones do worse
    for bottom in (7, 50, 1000):
        p = float(Fraction(1 / (2 + value)).limit_denominator(bottom))
        found = ag.markov.verify_markov(absorbing(), [[[p, 1 - p], [1.0, 0.0]]] * 2, discount=0.5, tolerance=0.1)
        assert epsilon(found.proof) > 0


def test_mixed_equilibria_with_simple_numbers_are_exact_though_floats_are_a_little_off():
    pennies = ag.StageGame.from_bimatrix([[2, 0], [0, 1]], [[-2, 0], [0, -1]])
    game = ag.StochasticGame([pennies] * 2, [np.full((2, 2, 2), 0.5)] * 2)
    for off in (0.0, 3e-13):
        third = 1 / 3 + off
        rows = np.array([[third, 1 - third]] * 2)
        certificate = ag.markov.verify_markov(game, MarkovProfile(game, [rows, rows]), discount=0.9)
        assert certificate.ok
        assert epsilon(certificate.proof) == 0
        assert certificate.proof.file["profile"][0]["law"]["den"] == 3
