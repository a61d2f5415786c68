"""Zero-sum stochastic values: the Big Match, one-state games, and both methods against each other."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag


def big_match():
    """Blackwell and Ferguson (1968): the first row absorbs."""
    play = ag.StageGame.from_bimatrix([[1, 0], [0, 1]], [[-1, 0], [0, -1]])
    ends = [ag.StageGame.from_bimatrix([[v]], [[-v]]) for v in (1, 0)]
    law = np.zeros((2, 2, 3))
    law[0, 0, 1] = law[0, 1, 2] = law[1, :, 0] = 1
    return ag.StochasticGame([play, *ends], [law, [[[0, 1, 0]]], [[[0, 0, 1]]]], states=["play", "one", "zero"])


@pytest.mark.parametrize("method", [ag.methods.Shapley(), ag.methods.HoffmanKarp()], ids=["Shapley", "Hoffman-Karp"])
@pytest.mark.parametrize("discount", [0.5, 0.9, 0.99])
def test_big_match(discount, method):
    found = ag.markov.zero_sum_value(big_match(), discount=discount, method=method)
    assert found.values[0] == pytest.approx(0.5, abs=1e-8)
    absorb = found.policies[0][0][0]
    assert absorb == pytest.approx((1 - discount) / (2 - discount), abs=1e-6)


def test_methods_agree_on_a_random_game_and_swapping_the_sides_turns_the_sign():
    rng = np.random.default_rng(2)
    pay = rng.normal(size=(3, 2, 3))
    law = rng.dirichlet(np.ones(3), size=(3, 2, 3))
    game = ag.StochasticGame([ag.StageGame.from_bimatrix(a, -a) for a in pay], list(law))
    one, two = (
        ag.markov.zero_sum_value(game, discount=0.8, method=m) for m in (ag.methods.Shapley(), ag.methods.HoffmanKarp())
    )
    assert one.values == pytest.approx(two.values, abs=1e-8)
    turned = ag.StochasticGame([ag.StageGame.from_bimatrix(-a.T, a.T) for a in pay], list(np.swapaxes(law, 1, 2)))
    assert ag.markov.zero_sum_value(turned, discount=0.8).values == pytest.approx(-one.values, abs=1e-8)


def test_games_that_are_not_zero_sum_are_refused():
    pd = ag.RepeatedGame(ag.treaty.compliance()).as_stochastic()
    with pytest.raises(ag.errors.WrongConcept):
        ag.markov.zero_sum_value(pd, discount=0.9)
