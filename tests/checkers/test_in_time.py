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


def _sampled_value(game, starts, discount, periods, paths):
    """Mean payoffs over starts drawn by their probabilities, exact and sampled with a standard error."""
    exact = sum(p * np.asarray(ag.expected_payoffs(game, own, discount=discount)) for p, own in starts)
    runs = [(p, ag.simulate(game, own, discount=discount, periods=periods, paths=paths, rng=3)) for p, own in starts]
    mean = sum(p * run.payoffs.mean(axis=0) for p, run in runs)
    error = np.sqrt(sum(p**2 * run.payoffs.var(axis=0) / paths for p, run in runs))
    return exact, mean, error


def test_built_strategies_are_worth_what_they_promise_when_played():
    built = ag.strategy_for(ag.payoff_set(ag.RepeatedGame(PD), discount=0.8), (0.5, 0.6))
    exact, mean, error = _sampled_value(built.game, built.starts, 0.8, 80, 4000)
    np.testing.assert_allclose(exact, built.payoff, atol=1e-9)
    assert (np.abs(mean - exact) < 4 * error + 0.8**80).all()


def test_policies_out_of_sets_of_stochastic_games_are_worth_what_they_promise_when_played():
    calm = ag.StageGame(PD.payoffs, players=PD.players, actions=PD.actions[0])
    tense = ag.StageGame(PD.payoffs - 0.5, players=PD.players, actions=PD.actions[0])
    law = np.array([[[0.9, 0.1], [0.4, 0.6]], [[0.4, 0.6], [0.2, 0.8]]])
    game = ag.StochasticGame([calm, tense], [law, law], states=("calm", "tense"))
    sets = ag.payoff_set(game, discount=0.8)
    built = ag.payoff_sets.policy_for(sets, "calm", sets["calm"].inner.mean(axis=0))
    exact, mean, error = _sampled_value(built.game, built.starts, 0.8, 80, 4000)
    np.testing.assert_allclose(exact, built.payoff, atol=1e-7)
    assert (np.abs(mean - exact) < 4 * error + 2 * 0.8**80).all()


def test_a_learning_rule_that_is_a_finite_machine_is_played():
    """Reply to the last two conducts of the other party: a tit for two tats is fictitious play with a short memory."""
    rule = ag.strategies.named_strategies()["tit_for_two_tats"]
    rep = ag.RepeatedGame(PD)
    run = ag.simulate(rep, (rule, ag.always_deploy), discount=0.9, periods=40, paths=3, rng=1, keep=True)
    conduct = run.profiles[0] // 2
    assert conduct[:2].tolist() == [0, 0]
    assert (conduct[2:] == 1).all()
