"""Payoff sets of stochastic games: values from other solvers, the one-state case, policies, properties."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import armsgame as ag

CASES = json.loads((Path(__file__).parents[2] / "published" / "stochastic_sets.json").read_text(encoding="utf-8"))
ANGLES = 2 * np.pi * np.arange(16) / 16


def built(case, order=None):
    states = case["states"] if order is None else [case["states"][k] for k in order]
    laws = [np.array(s["P"]) for s in states]
    if order is not None:
        laws = [law[..., order] for law in laws]
    return ag.StochasticGame([ag.StageGame.from_bimatrix(s["A"], s["B"]) for s in states], laws)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_threats_and_supports_of_other_solvers(case):
    found = ag.payoff_set(built(case), discount=case["discount"])
    for one, threat, support in zip(found.values(), case["threat"], case["support"], strict=True):
        assert one.threats == pytest.approx(threat, abs=2e-6)
        ours = [one.support((np.cos(a), np.sin(a))) for a in ANGLES]
        assert ours == pytest.approx(support, abs=2e-6)
        assert one.gap < 1e-7


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_policies_deliver_what_the_set_promises(case):
    found = ag.payoff_set(built(case), discount=case["discount"])
    for state, one in found.items():
        for point in (one.inner[0], one.inner.mean(axis=0)):
            policy = ag.payoff_sets.policy_for(found, state, point)
            assert policy.ok
            assert policy.payoff == pytest.approx(point, abs=1e-6)
            assert all(c.kind in ("subgame perfect", "epsilon") for c in policy.certificates)


def test_one_state_is_the_repeated_game():
    stage = ag.StageGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    law = np.ones((2, 2, 1))
    for delta in (0.1, 0.2475, 0.5, 0.9):
        (alone,) = ag.payoff_set(ag.StochasticGame([stage], [law]), discount=delta).values()
        repeated = ag.payoff_set(ag.RepeatedGame(stage), discount=delta)
        ours = [alone.support((np.cos(a), np.sin(a))) for a in ANGLES]
        assert ours == pytest.approx([repeated.support((np.cos(a), np.sin(a))) for a in ANGLES], abs=1e-7)


def test_renaming_states_and_splitting_one_change_nothing():
    case = CASES[0]
    plain = ag.payoff_set(built(case), discount=case["discount"])
    turned = ag.payoff_set(built(case, order=[1, 0]), discount=case["discount"])
    for one, other in zip(plain.values(), list(turned.values())[::-1], strict=True):
        assert np.allclose(one.threats, other.threats, atol=1e-8)
    first, second = case["states"]
    # the first state twice, entered with equal chances
    laws = [np.array(s["P"]) for s in (first, first, second)]
    split = [np.stack([p[..., 0] / 2, p[..., 0] / 2, p[..., 1]], axis=-1) for p in laws]
    stages = [ag.StageGame.from_bimatrix(s["A"], s["B"]) for s in (first, first, second)]
    found = ag.payoff_set(ag.StochasticGame(stages, split), discount=case["discount"])
    for state, whole in (("state 0", "state 0"), ("state 1", "state 0"), ("state 2", "state 1")):
        ours = [found[state].support((np.cos(a), np.sin(a))) for a in ANGLES]
        assert ours == pytest.approx([plain[whole].support((np.cos(a), np.sin(a))) for a in ANGLES], abs=1e-7)


def test_swapping_the_parties_mirrors_every_set():
    case = CASES[2]
    states = [
        {"A": np.transpose(s["B"]), "B": np.transpose(s["A"]), "P": np.swapaxes(s["P"], 0, 1)} for s in case["states"]
    ]
    found = ag.payoff_set(built(case), discount=case["discount"])
    other = ag.payoff_set(built({"states": states}), discount=case["discount"])
    for one, two in zip(found.values(), other.values(), strict=True):
        assert two.threats[::-1] == pytest.approx(one.threats, abs=1e-8)
        assert two.support((1, 2)) == pytest.approx(one.support((2, 1)), abs=1e-8)


def test_an_irrevocable_notice_leaves_only_deployment_in_a_dilemma_and_not_in_a_stag_hunt():
    stay, last = np.zeros((2, 2, 3)), np.zeros((2, 2, 3))
    stay[..., 1], last[..., 2] = 1, 1
    end = ag.StageGame.from_bimatrix([[0]], [[0]])
    for stage, vertices in ((ag.treaty.compliance(), 1), (ag.treaty.compliance(temptation=0.5), 2)):
        game = ag.StochasticGame(
            [ag.StageGame(stage.payoffs), ag.StageGame(stage.payoffs), ag.StageGame(end.payoffs)],
            [stay, last, [[[0, 0, 1]]]],
            states=["notice(2)", "notice(1)", "gone"],
        )
        found = ag.payoff_set(game, discount=0.9)
        assert len(found["notice(1)"].outer) == vertices
        # compliance can last through the notice only where the stage has a second equilibrium
        top = found["notice(2)"].support((1, 0))
        assert top == pytest.approx(0.0 if vertices == 1 else (1 - 0.9) + 0.9 * (1 - 0.9), abs=1e-7)


def test_the_treaty_game_with_observed_actions():
    treaty = ag.Treaty().game()
    seen = ag.StochasticGame(treaty.stages, treaty.transitions, states=treaty.states, observed="actions")
    found = ag.payoff_set(seen, discount=0.9)
    start = found["in_force, none"]
    assert start.contains((1, 1), inner=True, tolerance=1e-6)
    assert start.threats == pytest.approx([0, 0], abs=1e-6)
    assert found["withdrawn"].gap < 1e-6


def test_no_pure_equilibrium_is_empty_everywhere():
    pennies = ag.StageGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    game = ag.StochasticGame([pennies, pennies], [np.full((2, 2, 2), 0.5)] * 2)
    assert all(w.empty for w in ag.payoff_set(game, discount=0.9).values())


def test_signals_can_move_the_state_and_are_read_by_automata():
    stage = ag.StageGame.from_bimatrix([[1, 0], [1, 0]], [[1, 1], [0, 0]])
    joint = np.zeros((2, 2, 2, 2))
    joint[..., 0, 0] = 0.75
    joint[..., 1, 1] = 0.25
    game = ag.StochasticGame([stage, stage], signals=[joint, joint], observed="state")
    assert np.allclose(game.transitions[0][0, 0], [0.75, 0.25])
    assert game.outcomes(0) == (("y0", "state 0"), ("y0", "state 1"), ("y1", "state 0"), ("y1", "state 1"))
    listen = ag.Automaton(
        {s: [[1.0, 0.0], [0.0, 1.0]] for s in game.states}, {s: [[0, 0, 1, 1], [0, 0, 1, 1]] for s in game.states}
    )
    heard = ag.stationary(game, (listen, listen))
    assert heard.frequencies["state 1"].sum() == pytest.approx(0.25)
    # the automaton plays its second action exactly after the second signal
    assert heard.frequencies["state 1"][1, 1] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: ag.payoff_set(ag.Treaty().game(), discount=0.9, method=ag.methods.PolygonOperator()), "observed"),
        (lambda: ag.payoff_set(built(CASES[0]), discount=0.0), "0 < discount"),
        (lambda: ag.payoff_set(built(CASES[0]), discount=0.9, method=ag.methods.AbreuSannikov()), "PolygonOperator"),
        (lambda: ag.payoff_sets.policy_for(ag.payoff_set(built(CASES[0]), discount=0.5), "nowhere", (0, 0)), "nowhere"),
        (
            lambda: ag.payoff_sets.policy_for(ag.payoff_set(built(CASES[0]), discount=0.5), "state 0", (99, 99)),
            "inner set",
        ),
        (
            lambda: ag.payoff_set(built(CASES[1]), discount=0.6, method=ag.methods.PolygonOperator(max_iter=2)),
            "max_iter",
        ),
        (lambda: ag.StochasticGame([ag.treaty.compliance()]), "transitions are missing"),
        (
            lambda: ag.StochasticGame([ag.treaty.compliance()], np.ones((1, 2, 2, 1)), signals=[np.ones((2, 2, 1))]),
            "signals",
        ),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(ag.errors.ArmsgameError, match=match):
        call()
