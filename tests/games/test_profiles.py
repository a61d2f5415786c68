import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame

PD = ag.treaty.compliance()
GAME = ag.RepeatedGame(PD, ag.Monitoring.detection(0.7, 0.05))


def test_mixed_stage_play_is_played_in_every_period():
    response = ag.logit_qre(PD, precision=2.0)
    law = np.multiply.outer(*response.profile)
    expected = (PD.payoffs * law).sum(axis=(1, 2))
    for profile in (response, response.profile, [list(p) for p in response.profile]):
        np.testing.assert_allclose(ag.expected_payoffs(GAME, profile, discount=0.9), expected, atol=1e-12)
    run = ag.simulate(GAME, response, discount=0.9, periods=60, paths=4000, rng=1)
    error = run.payoffs.std(axis=0) / np.sqrt(run.paths)
    assert (np.abs(run.payoffs.mean(axis=0) - expected * (1 - 0.9**60)) < 4 * error).all()


def test_a_stage_equilibrium_repeated_is_a_perfect_one():
    for found in ag.nash(PD):
        assert ag.verify(GAME, found.profile, discount=0.9).ok
    assert not ag.verify(GAME, ([0.5, 0.5], [0.5, 0.5]), discount=0.9).ok


def test_equilibria_of_stochastic_games_are_played_as_they_are():
    game = ag.Treaty(demand=False).game()
    found = ag.markov_perfect(game, discount=0.95)[0]
    a = ag.expected_payoffs(game, found, discount=0.95)
    np.testing.assert_allclose(a, found.values[0], atol=1e-9)


def test_built_strategies_name_the_game_they_belong_to():
    plain = ag.RepeatedGame(PD)
    built = ag.strategy_for(ag.payoff_set(plain, discount=0.9), (0.5, 0.5))
    with pytest.raises(InvalidGame, match=r"strategy\.game"):
        ag.simulate(plain, built, discount=0.9, periods=5, paths=5)
    for _, profile in built.starts:
        assert ag.simulate(built.game, profile, discount=0.9, periods=5, paths=5).paths == 5


@pytest.mark.parametrize("bad", [0.5, "comply", [0.2, 0.3, 0.5], [0.7, 0.7]], ids=["number", "word", "three", "sum"])
def test_other_things_are_no_strategies(bad):
    with pytest.raises(InvalidGame):
        ag.verify(GAME, (bad, bad), discount=0.9)
