"""The product kernel is held to the general kernel, to the exact chain, and to itself."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame._threads import limited

PD = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
ASK = {"discount": 0.95, "periods": 50, "rng": 4}


def _same(a, b, count=None):
    assert np.array_equal(a.payoffs[:count], b.payoffs[:count])
    assert all(np.array_equal(a.first[e][:count], b.first[e][:count]) for e in a.first)
    assert all(np.array_equal(a.last[e][:count], b.last[e][:count]) for e in a.last)
    assert np.array_equal(a.states[:count], b.states[:count])
    assert np.array_equal(a.profiles[:count], b.profiles[:count])


@pytest.mark.parametrize("policy", ["exit_on_alarm", "ladder_yield", "ladder_display", "pretext"])
def test_certain_actions_give_the_general_kernels_paths_bit_for_bit(policy):
    game = ag.Treaty().replace(detection=0.3, false_alarm=0.04).game()
    profile = (getattr(ag.treaty, policy),) * 2
    runs = [ag.simulate(game, profile, paths=3000, keep=True, kernel=k, **ASK) for k in ("general", "product")]
    assert [r.provenance["kernel"] for r in runs] == ["general", "product"]
    _same(*runs)


def test_certain_actions_under_a_lagged_alarm_give_the_same_paths():
    game = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5), ag.Monitoring.detection(0.6, 0.03, lag=2))
    runs = [ag.simulate(game, (ag.suspend(3),) * 2, paths=500, kernel=k, **ASK) for k in ("general", "product")]
    _same(*runs)


@pytest.mark.parametrize("error", [0.0, 0.05])
@pytest.mark.parametrize("pair", ["mirror-grim", "generous-shift", "memory-one"])
def test_sampled_means_and_times_agree_with_the_exact_chain(pair, error):
    rules = {
        "mirror-grim": (ag.mirror, ag.grim),
        "generous-shift": (ag.generous(0.3), ag.win_stay_lose_shift),
        "memory-one": (ag.Automaton.memory_one(0.9, 0.2, 0.7, 0.1), ag.Automaton.memory_one(0.8, 0.4, 0.6, 0.3)),
    }
    run = ag.simulate(PD, rules[pair], paths=40_000, error=error, **ASK)
    assert run.provenance["kernel"] == "product"
    mean = ag.expected_payoffs(PD, rules[pair], discount=0.95, periods=50, error=error)
    spread = run.payoffs.std(axis=0) / np.sqrt(run.paths)
    assert (np.abs(run.payoffs.mean(axis=0) - mean) <= 4.5 * spread + 1e-10).all()
    for event in ("deployed", "both_deployed"):
        exact = ag.withdrawal_law(PD, rules[pair], periods=50, event=event, error=error).survival
        sigma = np.sqrt(exact * (1 - exact) / run.paths)
        assert (np.abs(run.survival(event) - exact)[[1, 2, 5, 20, 50]] <= 4.5 * sigma[[1, 2, 5, 20, 50]] + 1e-9).all()


def test_random_games_of_three_actions_agree_with_the_exact_chain():
    rng = np.random.default_rng(8)
    for _ in range(8):
        game = ag.RepeatedGame(ag.StageGame(rng.normal(size=(2, 3, 3))))
        pair = [ag.Automaton(rng.dirichlet(np.ones(3), 3), rng.integers(0, 3, (3, 9))) for _ in range(2)]
        run = ag.simulate(game, pair, discount=0.9, periods=30, paths=5000, rng=int(rng.integers(99)), error=0.02)
        mean = ag.expected_payoffs(game, pair, discount=0.9, periods=30, error=0.02)
        spread = run.payoffs.std(axis=0) / np.sqrt(run.paths)
        assert (np.abs(run.payoffs.mean(axis=0) - mean) < 4.5 * spread).all()


def test_numbers_do_not_depend_on_threads_and_extend_from_a_prefix():
    ask = ASK | {"error": 0.05, "kernel": "product", "keep": True}
    once = ag.simulate(PD, (ag.mirror, ag.grim), paths=2500, **ask)
    with limited(1):
        _same(once, ag.simulate(PD, (ag.mirror, ag.grim), paths=2500, **ask))
    for count in (1, 7, 1030):
        _same(once, ag.simulate(PD, (ag.mirror, ag.grim), paths=count, **ask), count)


def test_kept_profiles_carry_the_realised_actions():
    run = ag.simulate(PD, (ag.mirror, ag.grim), paths=200, error=0.1, keep=True, **ASK)
    pays = PD.stage.payoffs.reshape(2, 4)[:, run.profiles]
    weights = 0.05 * 0.95 ** np.arange(50)
    assert np.allclose(run.payoffs.T, pays @ weights, rtol=0, atol=1e-12)


def test_a_product_that_is_too_large_is_refused_by_name_and_left_by_auto(monkeypatch):
    monkeypatch.setattr("armsgame.simulation.paths.tables.LIMIT", (2, 10))
    ask = ASK | {"paths": 10, "error": 0.1}
    with pytest.raises(ag.errors.InvalidGame, match="kernel='product'"):
        ag.simulate(PD, (ag.mirror, ag.grim), kernel="product", **ask)
    assert ag.simulate(PD, (ag.mirror, ag.grim), **ask).provenance["kernel"] == "general"
    with pytest.raises(ag.errors.InvalidGame, match="kernel"):
        ag.simulate(PD, (ag.mirror, ag.grim), kernel="alias", **ask)
