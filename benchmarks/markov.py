"""Stochastic games in one run: payoff sets against quantecon's Abreu-Sannikov solver on a repeated game, Markov play.

Run: python benchmarks/markov.py
Y is the time of quantecon on the 3x3 example of Abreu and Sannikov (2014); its package has no solver
for the stochastic games below, so Y is a unit of time and not a rival.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from quantecon.game_theory import NormalFormGame, Player, RepeatedGame

import armsgame as ag

EXAMPLE = np.array([[16.0, 3.0, 0.0], [21.0, 10.0, -1.0], [9.0, 5.0, -5.0]])


def best(work: Callable[[], Any], rounds: int) -> float:
    work()
    found = np.inf
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        found = min(found, time.perf_counter() - start)
    return found


def unit() -> None:
    game = NormalFormGame((Player(EXAMPLE), Player(EXAMPLE)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        RepeatedGame(game, 0.3).equilibrium_payoffs()


def random(states: int, actions: int, seed: int, rows: int = 0) -> ag.StochasticGame:
    """Uniform payoffs; every transition row its own, or one of a few."""
    rng = np.random.default_rng(seed)
    stages = [ag.StageGame.from_bimatrix(*rng.uniform(size=(2, actions, actions))) for _ in range(states)]
    shape = (states, actions, actions)
    few = rng.dirichlet(np.ones(states), size=rows)
    laws = few[rng.integers(rows, size=shape)] if rows else rng.dirichlet(np.ones(states), size=shape)
    return ag.StochasticGame(stages, list(laws))


def two_dilemmas() -> ag.StochasticGame:
    """A dilemma worth two more in the second state; equal conduct makes the other state likelier."""
    play = np.array([[0.0, 2.0], [-1.0, 1.0]])
    stay = np.where(np.eye(2) > 0, 1 / 3, 1 / 2)
    laws = [np.stack([stay, 1 - stay], axis=-1), np.stack([1 - stay, stay], axis=-1)]
    return ag.StochasticGame([ag.StageGame.from_bimatrix(play + k, play.T + k) for k in (0, 2)], laws)


def main() -> None:
    y = best(unit, 20)
    print(f"Y = {y * 1e3:.2f} ms")
    cases = [
        ("two dilemmas, 2/3", two_dilemmas(), 2 / 3, 0.25),
        ("random 2 states 3x3, .6", random(2, 3, 0), 0.6, 0.6),
        ("500 profiles, 6 rows, .6", random(5, 10, 3, rows=6), 0.6, 150),
        ("500 profiles, 6 rows, .8", random(5, 10, 0, rows=6), 0.8, 150),
        ("5 states 4x4, .6", random(5, 4, 4), 0.6, 40),
        ("5 states 4x4, .8", random(5, 4, 1), 0.8, 40),
    ]
    print(f"\n{'payoff sets':<28s}{'time':>10s}{'in Y':>9s}{'goal':>7s}{'vertices':>10s}{'gap':>10s}")
    for name, game, delta, goal in cases:
        spent = best(lambda g=game, d=delta: ag.payoff_set(g, discount=d), 5)
        found = ag.payoff_set(game, discount=delta).values()
        size, gap = sum(len(w.outer) for w in found), max(w.gap for w in found)
        print(f"{name:<28s}{spent * 1e3:8.2f}ms{spent / y:9.2f}{goal:7g}{size:10d}{gap:10.1e}")
    treaty = ag.Treaty()
    game = treaty.game()
    spent = best(lambda: ag.markov_perfect(game, discount=0.95), 2)
    regret = max(float(e.certificate.max_gain) for e in ag.markov_perfect(game, discount=0.95))
    print(f"\nmarkov_perfect, INF treaty: {spent:.2f} s (goal 5), largest regret {regret:.1e} (goal 1e-8)")
    grid = {"outside_option": np.linspace(-1, 1.5, 100), "discount": np.linspace(0.3, 0.98, 100)}
    spent = best(lambda: ag.measures.markov_regime(treaty, **grid), 1)
    regret = float(np.nanmax(ag.measures.markov_regime(treaty, **grid).regret))
    print(f"markov_regime, 10,000 points: {spent:.1f} s (goal 60), largest regret {regret:.1e}")
    print("\ngrowth: payoff sets at .6, and certified Markov play from one log-tracing curve at .6")
    for states, actions in ((2, 3), (4, 3), (8, 3), (16, 3), (4, 2), (4, 4), (4, 6), (4, 8)):
        one = random(states, actions, 5)
        sets = best(lambda g=one: ag.payoff_set(g, discount=0.6, throw=False), 2)
        curve = best(lambda g=one: ag.markov_perfect(g, discount=0.6, method=ag.methods.LogTracing(), throw=False), 1)
        print(f"  {states:3d} states {actions:2d}x{actions:<2d} {sets * 1e3:9.2f} ms {curve * 1e3:9.1f} ms")


if __name__ == "__main__":
    main()
