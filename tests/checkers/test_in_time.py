from fractions import Fraction

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


# C and D as ever, and P, which hurts whoever plays it more than the other
HURT = ag.RepeatedGame(
    ag.StageGame.from_bimatrix([[3, 0, -6], [5, 1, -5], [-9, -9, -9]], [[3, 5, -9], [0, 1, -9], [-6, -5, -9]])
)
DOOM = ag.Automaton([[1, 0, 0], [0, 0, 1]], np.array([[0] + [1] * 8, [1] * 9]))


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(
    ("discount", "tolerance", "kind"),
    # threatened with -5 for ever from the next period on, which nobody would carry out: 5 (1 - d) - 5 d against 3
    [(0.5, None, "Nash"), (0.1, None, "none"), (0.5, 100.0, "epsilon"), (0.1, 0.5, "none")],
)
def test_a_threat_that_nobody_would_carry_out_makes_a_nash_equilibrium(discount, tolerance, kind, exact):
    one = ag.verify(HURT, (DOOM, DOOM), discount=discount, exact=exact, tolerance=tolerance)
    assert (one.kind, one.ok, one.exact) == (kind, kind == "epsilon", exact)
    assert (one.nash_gain is None) == (kind == "epsilon")
    if kind == "Nash":
        assert one.nash_gain <= 0
    elif kind == "none":
        assert one.nash_gain == pytest.approx(5 * 0.9 - 5 * 0.1 - 3)
    assert [float(v) for v in one.values] == pytest.approx([3, 3])
    assert {type(v) for v in (*one.values, one.max_gain)} == {Fraction if exact else float}
    assert one.max_gain == one.where.gain > 0


def test_a_profile_of_stages_without_a_dilemma_is_subgame_perfect_or_perfect_public():
    never = ag.always_deploy
    assert ag.verify(ag.RepeatedGame(PD), (never, never), discount=0.9).kind == "subgame perfect"
    assert ag.verify(GAME, (never, never), discount=0.9).kind == "perfect public"
    held = ag.verify(GAME, (never, never), discount=0.9, tolerance=0.25)
    assert (held.tolerance, held.kind) == (0.25, "perfect public")


@pytest.mark.parametrize(
    ("given", "words"),
    [({"discount": None}, "needs discount="), ({"discount": 1.0}, "discount"), ({"exact": 1}, "exact"),
     ({"tolerance": -0.1}, "tolerance"), ({"tolerance": np.inf}, "tolerance")],
)  # fmt: skip
def test_what_verify_is_asked_is_checked(given, words):
    with pytest.raises(InvalidGame, match=words):
        ag.verify(GAME, (ag.grim, ag.grim), **{"discount": 0.9, **given})


def test_play_in_time_of_one_period_is_refused():
    for given, words in (((ag.grim, ag.grim), "an automaton belongs"), (([1, 0], [1, 0]), "a discount factor belongs")):
        with pytest.raises(ag.errors.WrongConcept, match=words):
            ag.verify(PD, given, discount=0.9)


def test_a_strategy_that_reads_its_own_hidden_action_is_refused():
    own = ag.Automaton([[1, 0], [0, 1]], np.array([[[0] * 4, [1] * 4]] * 2), signals=GAME)
    with pytest.raises(ag.errors.WrongConcept, match="reads its own action"):
        ag.verify(GAME, (own, ag.grim), discount=0.9)


@pytest.mark.parametrize("discount", [0.9, Fraction(9, 10)])
def test_an_exact_check_reads_a_float_as_the_fraction_it_stands_for_and_takes_an_end_as_it_is(discount):
    plain = ag.RepeatedGame(PD)
    one = ag.verify(plain, (ag.grim, ag.grim), discount=discount, exact=True)
    assert one.discount == Fraction(9, 10)
    assert isinstance(one.max_gain, Fraction)
    # suspending for three periods holds from d + d^2 + d^3 = 1 on
    twos = ag.RepeatedGame(ag.StageGame.from_bimatrix([[2, 0], [3, 1]], [[2, 3], [0, 1]]))
    ((least, _),) = ag.critical_discount(twos, (ag.suspend(3),) * 2, exact=True).ends
    end = ag.verify(twos, (ag.suspend(3),) * 2, discount=least, exact=True)
    assert (end.ok, end.max_gain, end.discount) == (True, 0, least)
