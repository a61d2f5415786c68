"""Both kernels are held to the exact laws of random games, and to each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import armsgame as ag


def _random(seed, players):
    """A stochastic game with a public signal of the state, and stochastic machines that read it."""
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 4, players).tolist())
    states = int(rng.integers(1, 4))
    labels = [[f"a{k}" for k in range(n)] for n in shape]
    stages = [ag.StageGame(rng.normal(size=(players, *shape)), actions=labels) for _ in range(states)]
    laws = [rng.dirichlet(np.full(states, 0.5), shape) for _ in range(states)]
    game = ag.StochasticGame(
        stages,
        laws,
        events={
            "deployed": [rng.random((int(np.prod(shape)), states)) < 0.1 for _ in range(states)],
            "both_deployed": [rng.random((int(np.prod(shape)), states)) < 0.3 for _ in range(states)],
        },
    )
    profile = []
    for n in shape:
        count = int(rng.integers(1, 4))
        outputs = {s: rng.dirichlet(np.full(n, 0.6), count) for s in game.states}
        profile.append(ag.Automaton(outputs, rng.integers(0, count, (count, states, states))))
    return game, profile


@pytest.mark.parametrize("kernel", ["product", "general"])
@settings(max_examples=8, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), players=st.integers(1, 3), error=st.sampled_from([0.0, 0.07]))
def test_random_games_agree_with_their_exact_laws(kernel, seed, players, error):
    game, profile = _random(seed, players)
    run = ag.simulate(game, profile, discount=0.9, periods=22, paths=6000, rng=seed, error=error, kernel=kernel)
    mean = ag.expected_payoffs(game, profile, discount=0.9, periods=22, error=error)
    spread = run.payoffs.std(axis=0) / np.sqrt(run.paths)
    assert (np.abs(run.payoffs.mean(axis=0) - mean) <= 4.5 * spread + 1e-9).all()
    exact = ag.outcome_probabilities(game, profile, periods=22, error=error)
    found = run.outcomes()
    for name, p in exact.shares.items():
        assert abs(found[name] - p) <= 4.5 * np.sqrt(p * (1 - p) / run.paths) + 1e-9, name


@pytest.mark.parametrize("policy", ["exit_on_alarm", "ladder_yield", "pretext"])
def test_outcome_probabilities_are_those_of_sampled_treaties(policy):
    game = ag.Treaty().replace(detection=0.3, false_alarm=0.04).game()
    profile = (getattr(ag.treaty, policy),) * 2
    exact = ag.outcome_probabilities(game, profile, periods=60, error=0.01)
    run = ag.simulate(game, profile, discount=0.95, periods=60, paths=50_000, rng=2, error=0.01)
    assert set(exact.shares) == set(run.outcomes().shares)
    for name, p in exact.shares.items():
        assert abs(run.outcomes()[name] - p) <= 4.5 * np.sqrt(p * (1 - p) / run.paths) + 1e-9, name
    assert "Probability" in str(exact)


def test_an_outcome_of_one_event_has_the_law_of_that_event():
    game = ag.Treaty().replace(detection=0.3, false_alarm=0.04).game()
    profile = (ag.treaty.ladder_yield,) * 2
    exact = ag.outcome_probabilities(game, profile, periods=35, error=0.02)
    for outcome, event in (("ultimatum expired", "expired"), ("ultimatum complied with", "yielded")):
        law = ag.withdrawal_law(game, profile, periods=35, event=event, error=0.02)
        assert exact[outcome] == pytest.approx(1 - law.survival[35], abs=1e-12)


def test_two_hundred_certain_turns_add_up_to_the_published_scores():
    # total scores over 200 turns without noise, T, R, P, S = 5, 3, 1, 0
    game = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
    for pair, scores in {
        (ag.always_deploy, ag.always_comply): (1000, 0),
        (ag.always_deploy, ag.always_deploy): (200, 200),
        (ag.always_deploy, ag.mirror): (204, 199),
        (ag.always_deploy, ag.win_stay_lose_shift): (600, 100),
        (ag.mirror, ag.grim): (600, 600),
    }.items():
        for kernel in ("product", "general"):
            run = ag.simulate(game, pair, discount=0.5, periods=200, paths=2, keep=True, kernel=kernel, rng=0)
            totals = game.stage.payoffs.reshape(2, 4)[:, run.profiles].sum(axis=2)
            assert totals.tolist() == [[s, s] for s in scores]


def test_a_constant_chance_of_the_end_is_discounting():
    # termination 0.01 a turn: 100 turns on average, variance 9,900
    stay = ag.StageGame(np.ones((1, 1)), actions=["stay"])
    gone = ag.StageGame(np.zeros((1, 1)), actions=["stay"])
    wait = ag.Automaton({s: [[1.0]] for s in ("on", "over")}, np.zeros((1, 2, 2), int))
    marks = {"deployed": [[[False, True]], [[False, False]]], "both_deployed": [[[False, False]]] * 2}
    game = ag.StochasticGame([stay, gone], [[[0.99, 0.01]], [[0, 1]]], states=["on", "over"], events=marks)
    run = ag.simulate(game, (wait,), discount=0.5, periods=2500, paths=20_000, rng=3)
    turns = run.first["deployed"] + 1.0
    assert abs(turns.mean() - 100) < 4.5 * np.sqrt(9900 / 20_000)
    assert abs(turns.var() / 9900 - 1) < 0.1
