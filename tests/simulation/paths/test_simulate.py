"""Sampled paths are held to the exact chain; exact laws to published values."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame._threads import limited

m1 = ag.Automaton.memory_one
PD = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
RULES = {
    "TFT": (1, 0, 1, 0),
    "WSLS": (1, 0, 0, 1),
    "ALLD": (0, 0, 0, 0),
    "GRIM": (1, 0, 0, 0),
    "GTFT13": (1, 1 / 3, 1, 1 / 3),
    "RAND": (0.5,) * 4,
}


@pytest.mark.parametrize(
    ("row", "column", "frequencies", "payoffs"),
    [
        ("TFT", "TFT", (0.25, 0.25, 0.25, 0.25), (2.25, 2.25)),
        ("WSLS", "WSLS", (0.817, 0.0475, 0.0475, 0.088), (2.7765, 2.7765)),
        ("GTFT13", "GTFT13", (0.765625, 0.109375, 0.109375, 0.015625), (2.859375, 2.859375)),
        ("GRIM", "GRIM", (0.025, 0.0475, 0.0475, 0.88), (1.1925, 1.1925)),
        ("WSLS", "ALLD", (0.025, 0.475, 0.025, 0.475), (0.675, 2.925)),
        ("TFT", "ALLD", (0.00475, 0.09025, 0.04525, 0.85975), (1.10025, 1.32525)),
        (
            "TFT",
            "GRIM",
            (1 / 22, 0.08636363636363636, 1 / 22, 0.8227272727272728),
            (1.1863636363636363, 1.3909090909090909),
        ),
        ("GTFT13", "WSLS", (2413 / 4384, 437 / 2192, 127 / 1096, 589 / 4384), (2.3649635036496353, 2.7823905109489053)),
    ],
)
def test_stationary_law_of_memory_one_pairs_under_noise(row, column, frequencies, payoffs):
    law = ag.stationary(PD, (m1(*RULES[row]), m1(*RULES[column])), error=0.05)
    assert law.frequencies.ravel() == pytest.approx(frequencies, abs=1e-10)
    assert law.payoffs == pytest.approx(payoffs, abs=1e-10)


@pytest.mark.parametrize(
    ("rule", "payoffs"),
    [
        ((1, 1, 1, 1), (3.5, 2.25)),
        ((0.5,) * 4, (42 / 17, 59 / 34)),
        ((1, 0, 0, 1), (9 / 4, 13 / 8)),
        ((0.9, 0.1, 0.9, 0.1), (594 / 359, 953 / 718)),
    ],
)
def test_extortion_relation_of_press_and_dyson(rule, payoffs):
    law = ag.stationary(PD, (m1(8 / 9, 1 / 2, 1 / 3, 0), m1(*rule)))
    assert law.payoffs == pytest.approx(payoffs, abs=1e-10)


def test_moore_grim_against_mirror_over_200_turns():
    # both read only the other's action; own slips do not trigger
    def moore(sticky):
        tables = []
        for player in (0, 1):
            seen = np.array([[p % 2 if player == 0 else p // 2 for p in range(4)]] * 2)
            if sticky:
                seen[1] = 1
            tables.append(ag.Automaton(np.eye(2), seen))
        return tables

    tft, grim = moore(False)[0], moore(True)[1]
    law = [
        ag.expected_payoffs(ag.RepeatedGame(ag.StageGame(pay)), (tft, grim), periods=200, error=0.05)
        for pay in _indicators()
    ]
    expected = [0.05219124989857204, 0.09163374999577649, 0.04730874999518976, 0.8088662501104573]
    assert [v[0] for v in law] == pytest.approx(expected, abs=1e-9)


def _indicators():
    for k in range(4):
        pay = np.zeros((2, 4))
        pay[:, k] = 1
        yield pay.reshape(2, 2, 2)


@pytest.mark.parametrize(
    ("chain", "means"),
    [
        ([[0.97, 0.03, 0], [0.4, 0.5, 0.1], [0, 0, 1]], (176.66666666666586, 143.3333333333327)),
        ([[0.9, 0.08, 0.02], [0.25, 0.6, 0.15], [0, 0, 1]], (24.0, 17.5)),
    ],
)
def test_mean_time_to_withdrawal_of_a_chain(chain, means):
    stage = ag.StageGame(np.zeros((1, 1)), actions=["stay"])
    wait = ag.Automaton({s: [[1.0]] for s in ("in force", "crisis", "withdrawn")}, np.zeros((1, 3, 3), int))
    for start, mean in zip(("in force", "crisis"), means, strict=True):
        game = ag.StochasticGame(
            [stage] * 3, [[row] for row in chain], states=["in force", "crisis", "withdrawn"], initial=start
        )
        law = ag.withdrawal_law(game, (wait,), periods=10)
        assert law.mean == pytest.approx(mean, abs=1e-9)
        assert law.ever == pytest.approx(1)


def test_green_porter_cycle_shares():
    for alpha, n, share in ((0.02, 10, 1 / 1.2), (0.05, 20, 0.5)):
        game = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5), ag.Monitoring.alarm(1.0, alpha))
        law = ag.stationary(game, (ag.suspend(n),) * 2)
        assert law.frequencies[0, 0] == pytest.approx(share, abs=1e-10)


@pytest.mark.parametrize("policy", ["exit_on_alarm", "ladder_yield", "ladder_display", "pretext"])
@pytest.mark.parametrize("detection", [0.8, 0.03])
def test_simulation_agrees_with_the_exact_law(policy, detection):
    game = ag.Treaty().replace(detection=detection, false_alarm=0.03, outside_option={"US": 0.3}).game()
    profile = (getattr(ag.treaty, policy),) * 2
    tr = ag.simulate(game, profile, discount=0.95, periods=60, paths=20_000, rng=3, error=0.01)
    for event in ("notice", "withdrawn", "expired", "deployed", "yielded", "dispute_resolved"):
        exact = ag.withdrawal_law(game, profile, periods=60, event=event, error=0.01).survival
        error = np.sqrt(exact * (1 - exact) / tr.paths) + 1e-9
        assert (np.abs(tr.survival(event) - exact)[[1, 10, 30, 60]] < 4.5 * error[[1, 10, 30, 60]] + 1e-8).all()
    mean = ag.expected_payoffs(game, profile, discount=0.95, periods=60, error=0.01)
    spread = tr.payoffs.std(axis=0) / np.sqrt(tr.paths)
    assert (np.abs(tr.payoffs.mean(axis=0) - mean) < 4.5 * spread).all()


def test_numbers_do_not_depend_on_threads_and_extend_from_a_prefix():
    game, profile = ag.Treaty().game(), (ag.treaty.ladder_yield,) * 2
    question = {"discount": 0.95, "periods": 40, "rng": 11}
    one = ag.simulate(game, profile, paths=3000, **question)
    with limited(1):
        alone = ag.simulate(game, profile, paths=3000, **question)
    assert np.array_equal(one.payoffs, alone.payoffs)
    assert all(np.array_equal(one.first[e], alone.first[e]) for e in one.first)
    more = ag.simulate(game, profile, paths=5000, **question)
    assert np.array_equal(more.payoffs[:3000], one.payoffs)
    other = ag.simulate(game, profile, paths=3000, **{**question, "rng": 12})
    assert not np.array_equal(other.payoffs, one.payoffs)


def test_the_recorded_seed_gives_the_run_again():
    question = {"discount": 0.9, "periods": 30, "paths": 50, "error": 0.1}
    for rng in (5, np.random.default_rng(5), np.random.SeedSequence(5), None):
        once = ag.simulate(PD, (ag.mirror, ag.grim), rng=rng, **question)
        again = ag.simulate(PD, (ag.mirror, ag.grim), rng=once.provenance["seed"], **question)
        assert np.array_equal(once.payoffs, again.payoffs)


def test_a_class_that_leaks_rarely_is_not_closed():
    stay = ag.StageGame(np.ones((1, 1)), actions=["stay"])
    gone = ag.StageGame(np.zeros((1, 1)), actions=["stay"])
    wait = ag.Automaton({s: [[1.0]] for s in ("on", "off")}, np.zeros((1, 2, 2), int))
    game = ag.StochasticGame([stay, gone], [[[1 - 1e-8, 1e-8]], [[0, 1]]], states=["on", "off"])
    law = ag.stationary(game, (wait,))
    assert law.states["off"] == pytest.approx(1)
    assert law.payoffs == pytest.approx([0])


def test_philox_known_answer():
    from armsgame._kernels.streams import philox, round_keys

    full = np.uint64(0xFFFFFFFF)
    words = philox(full, full, full, full, round_keys(np.uint64(0xFFFFFFFFFFFFFFFF)))
    assert [f"{int(w):08x}" for w in words] == ["408f276d", "41c83b0e", "a20bc7c6", "6d5451fd"]


def test_kept_paths_replay_the_aggregates_and_convert():
    tr = ag.simulate(
        ag.Treaty().game(), (ag.treaty.exit_on_alarm,) * 2, discount=0.95, periods=30, paths=500, rng=1, keep=True
    )
    data = tr.to_xarray()
    assert data["state"].shape == (500, 30)
    gone = tr.state_labels.index("withdrawn")
    entered = (data["state"].values == gone).any(axis=1)
    assert (entered <= tr.happened("withdrawn")).all()
    assert data["payoff"].values == pytest.approx(tr.payoffs)
    assert set(tr.outcomes().shares) == {
        "complied throughout",
        "resolved dispute",
        "ultimatum complied with",
        "ultimatum expired",
        "withdrawn and mirrored",
        "arms race",
    }


@pytest.mark.parametrize(
    "bad",
    [{"paths": 0}, {"paths": 1.5}, {"periods": -1}, {"discount": 1.0}, {"error": 2.0}, {"rng": -1}, {"rng": "seed"}],
)
def test_bad_input_is_named(bad):
    question = {"discount": 0.9, "periods": 5, "paths": 5, "rng": 0} | bad
    with pytest.raises(ag.errors.InvalidGame, match=next(iter(bad))):
        ag.simulate(PD, (ag.grim, ag.grim), **question)
