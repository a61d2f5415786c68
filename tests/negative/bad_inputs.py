"""A working call of each verb, and what no argument can be: every pair is tried."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

import armsgame as ag

STAGE = ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
HAWK = ag.StageGame.from_bimatrix([[0, 3], [1, 2]], [[0, 1], [3, 2]])
GAME = ag.RepeatedGame(STAGE)
NOISY = ag.RepeatedGame(STAGE, ag.Monitoring.detection(0.9, 0.05))
TREE = ag.ExtensiveGame(
    ["A", "B"], ag.Move("A", "start", {"go": ag.Move("B", "asked", {"yes": (1, 1), "no": (-1, 0)}), "stay": (0, 2)})
)
GRIM = (ag.grim, ag.grim)
LEAVE = (ag.treaty.exit_on_alarm,) * 2
SHARES = (0.5, 0.5)
P, M, ONE = ag.populations, ag.Monitoring, ag.one_shot
LAW = [[[0.9, 0.1], [0.2, 0.8]], [[0.9, 0.1], [0.2, 0.8]]]

# per verb: itself and its arguments; what is left out stays at its default
READY: Mapping[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "StageGame": (ag.StageGame, {"payoffs": STAGE.payoffs, "players": ("a", "b"), "actions": ("C", "D")}),
    "from_bimatrix": (ag.StageGame.from_bimatrix, {"A": np.eye(2), "B": np.eye(2), "players": ("a", "b")}),
    "RepeatedGame": (ag.RepeatedGame, {"stage": STAGE, "monitoring": M.perfect()}),
    "alarm": (M.alarm, {"detection": 0.9, "false_alarm": 0.1}),
    "detection": (M.detection, {"detection": 0.9, "false_alarm": 0.1, "lag": 1}),
    "public": (M.public, {"kernel": LAW, "signals": ("y", "z")}),
    "StochasticGame": (
        ag.StochasticGame, {"stages": [STAGE], "transitions": [np.ones((2, 2, 1))], "states": ("s",)}
    ),
    "Treaty": (ag.Treaty, {"parties": ("US", "Russia")}),
    "Automaton": (ag.Automaton, {"outputs": [[1.0, 0.0]], "next": [[0, 0]], "initial": 0}),
    "memory_one": (
        ag.Automaton.memory_one, {"after_cc": 1.0, "after_cd": 0.0, "after_dc": 0.5, "after_dd": 0.2, "initial": 1.0}
    ),
    "suspend": (ag.suspend, {"n": 3}),
    "generous": (ag.generous, {"q": 0.1}),
    "nash": (ag.nash, {"stage": STAGE, "method": ag.methods.Exact(), "throw": True}),
    "nash_batch": (ag.nash_batch, {"payoffs": STAGE.payoffs}),
    "correlated": (ag.correlated, {"stage": HAWK, "objective": "welfare"}),
    "correlated_range": (ONE.correlated_range, {"stage": HAWK}),
    "dominance": (ONE.dominance, {"stage": STAGE, "strict": True}),
    "logit_qre": (ag.logit_qre, {"stage": STAGE, "precision": 1.0}),
    "risk_dominance": (ONE.risk_dominance, {"stage": HAWK}),
    "evolutionarily_stable": (ONE.evolutionarily_stable, {"stage": HAWK}),
    "verify": (ag.verify, {"game": GAME, "profile": GRIM, "discount": 0.9}),
    "verify_stage": (ONE.verify_stage, {"stage": STAGE, "profile": (1, 1)}),
    "critical_discount": (ag.critical_discount, {"game": GAME, "profile": GRIM}),
    "payoff_set": (ag.payoff_set, {"game": GAME, "discount": 0.7}),
    "simulate": (
        ag.simulate,
        {"game": NOISY, "profile": GRIM, "discount": 0.9, "periods": 4, "paths": 3, "rng": 1, "error": 0.1},
    ),
    "expected_payoffs": (ag.expected_payoffs, {"game": NOISY, "profile": GRIM, "discount": 0.9, "error": 0.1}),
    "stationary": (ag.stationary, {"game": NOISY, "profile": GRIM, "error": 0.1}),
    "withdrawal_law": (ag.withdrawal_law, {"game": ag.Treaty(), "profile": LEAVE, "periods": 5, "error": 0.1}),
    "best_reply": (ag.best_reply, {"game": NOISY, "profile": GRIM, "player": 0, "discount": 0.9}),
    "backward_induction": (ag.backward_induction, {"game": TREE, "most": 10}),
    "sequential_equilibria": (ag.trees.sequential_equilibria, {"game": TREE}),
    "rubinstein": (ag.rubinstein, {"discounts": (0.9, 0.8)}),
    "tournament": (
        P.tournament, {"strategies": [ag.grim, ag.mirror], "game": GAME, "periods": 5, "error": 0.1, "prob_end": 0.1}
    ),
    "replicator": (P.replicator, {"payoffs": HAWK, "start": SHARES, "time": 1.0, "points": 5}),
    "logit_dynamics": (P.logit_dynamics, {"payoffs": HAWK, "start": SHARES, "precision": 1.0, "time": 1.0}),
    "ecological": (P.ecological, {"payoffs": HAWK, "start": SHARES, "generations": 4, "background": 0.1}),
    "fixation_probability": (P.fixation_probability, {"payoffs": HAWK, "start": (1, 4), "selection": 0.1}),
    "moran": (P.moran, {"payoffs": HAWK, "start": (2, 3), "steps": 5, "paths": 2, "selection": 0.1, "mutation": 0.1}),
    "grid": (ag.studies.grid, {"axes": {"detection": (0.1, 0.9)}}),
    "sobol": (ag.studies.sobol, {"ranges": {"detection": (0.1, 0.9)}, "count": 8, "rng": 1}),
    "latin_hypercube": (ag.studies.latin_hypercube, {"ranges": {"detection": (0.1, 0.9)}, "count": 8, "rng": 1}),
    "Saltelli": (ag.studies.Saltelli, {"base": 8, "level": 0.9, "resamples": 20}),
    "load_scenario": (ag.load_scenario, {"name": "inf"}),
    "cost": (ag.cost, {"verb": "nash", "actions": (2, 2)}),
}  # fmt: skip


@cache
def calls() -> Mapping[str, tuple[Callable[..., Any], dict[str, Any]]]:
    """All of them, with one whose argument is solved for: not as tests are collected, by every worker at once."""
    solved = {"payoff_set": ag.payoff_set(GAME, discount=0.7), "payoff": (3, 3)}
    return {**READY, "strategy_for": (ag.strategy_for, solved)}


def _cycle() -> list[object]:
    own: list[object] = []
    own.append(own)
    return own


BAD: Mapping[str, object] = {
    "None": None, "text": "1", "no text": "", "letters": "AB", "bytes": b"x", "true": True, "nan": float("nan"),
    "infinity": float("inf"), "minus one": -1, "two and a half": 2.5, "large": 10**400, "digits": 10**5000,
    "imaginary": 1j, "object": object(), "empty": [], "mapping": {}, "list with nan": [float("nan")] * 2,
    "complex array": np.array([0.5 + 1j, 0.5]), "array of text": np.array(["a", "b"]), "function": len, "class": dict,
    "ragged": [[1, 2], [3]], "cycle": _cycle(), "set": {0.1, 0.2}, "fraction": Fraction(-1, 3),
    "texts of numbers": ["0.5", "0.5"], "huge array": np.array([1e308, 1e308]), "masked": np.ma.masked,
    "flags": [True, False],
}  # fmt: skip

# parameters of one kind, by the name that the library has for them, and what is a value of that kind after all
NUMBERS: Mapping[str, frozenset[str]] = {
    "discount": frozenset({"None"}),
    "error": frozenset(),
    "prob_end": frozenset(),
    "precision": frozenset({"two and a half"}),
    "q": frozenset(),
    "detection": frozenset(),
    "false_alarm": frozenset(),
    "periods": frozenset({"None"}),
    "paths": frozenset(),
    "points": frozenset(),
    "count": frozenset(),
    "n": frozenset(),
    "lag": frozenset(),
    "most": frozenset({"large", "digits"}),
    "generations": frozenset(),
    "selection": frozenset({"two and a half"}),
    "mutation": frozenset(),
    "time": frozenset({"two and a half"}),
    "background": frozenset({"two and a half"}),
    "base": frozenset(),
    "resamples": frozenset(),
    "level": frozenset(),
    "steps": frozenset(),
}


def pairs() -> list[tuple[str, str]]:
    """Every verb with every parameter of it that a call may name, also those that the working call leaves out."""
    found = []
    for name, (verb, given) in calls().items():
        listed = inspect.signature(verb).parameters.values()
        named = [p.name for p in listed if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
        found += [(name, parameter) for parameter in dict.fromkeys([*given, *named])]
    return found
