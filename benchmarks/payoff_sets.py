"""Payoff sets against quantecon's Abreu-Sannikov solver in the same process, printed as a table.

Run: python benchmarks/payoff_sets.py
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from quantecon.game_theory import NormalFormGame, Player, RepeatedGame

import armsgame as ag


def best(work: Callable[[], Any], rounds: int) -> float:
    found = 1e9
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        found = min(found, time.perf_counter() - start)
    return found


def peer(a: np.ndarray, b: np.ndarray, delta: float) -> bool:
    game = NormalFormGame((Player(a), Player(b.T)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            RepeatedGame(game, delta).equilibrium_payoffs()
        except Exception:
            return False
    return True


def main() -> None:
    grid = np.linspace(0.005, 0.995, 200)
    pd = np.array([[9.0, 1.0], [10.0, 3.0]])
    as2014 = np.array([[16.0, 3.0, 0.0], [21.0, 10.0, -1.0], [9.0, 5.0, -5.0]])
    q = np.linspace(0, 6, 15)
    cournot = (np.maximum(6 - q[:, None] - q[None], 0) - 0.6) * q[:, None]
    rng = np.random.default_rng(0)
    wide = rng.uniform(size=(30, 30)), rng.uniform(size=(30, 30))
    rows: list[tuple[str, np.ndarray, np.ndarray, Any, int]] = [
        ("dilemma, 200 discount factors", pd, pd.T, grid, 200),
        ("Abreu-Sannikov 3x3, .3", as2014, as2014.T, 0.3, 40),
        ("Cournot 15x15, .2", cournot, cournot.T, 0.2, 30),
        ("Cournot 15x15, .8", cournot, cournot.T, 0.8, 30),
        ("random 30x30, .8", *wide, 0.8, 80),
    ]
    start = time.perf_counter()
    ag.payoff_set(ag.RepeatedGame(ag.StageGame.from_bimatrix(pd, pd.T)), discount=0.5)
    print(f"first call (compile or cache load): {time.perf_counter() - start:.2f} s")
    print(f"{'case':<32s} {'armsgame':>12s} {'quantecon':>12s} {'ratio':>8s} {'goal':>6s}  solved (ours, theirs)")
    for name, a, b, delta, goal in rows:
        game = ag.RepeatedGame(ag.StageGame.from_bimatrix(a, b))
        many = np.atleast_1d(delta)
        ours = best(lambda g=game, d=delta: ag.payoff_set(g, discount=d), 20)
        found = [peer(a, b, float(d)) for d in many]
        theirs = best(lambda a=a, b=b, m=many: [peer(a, b, float(d)) for d in m], 2)
        sets = ag.payoff_set(game, discount=many)
        solved = sum(np.isfinite(s.gap) and s.details["converged"] for s in sets)
        print(
            f"{name:<32s} {ours * 1e3:10.3f}ms {theirs * 1e3:10.2f}ms {theirs / ours:8.0f} {goal:6d}  "
            f"{solved} of {len(many)}, {sum(found)} of {len(many)}"
        )
    print("\ncost against the number of action profiles (random games, discount .8) and against 1/(1 - discount)")
    for n in (2, 4, 8, 16, 32):
        one = ag.RepeatedGame(ag.StageGame.from_bimatrix(rng.uniform(size=(n, n)), rng.uniform(size=(n, n))))
        spent = best(lambda g=one: ag.payoff_set(g, discount=0.8), 5)
        print(f"  {n * n:5d} profiles {spent * 1e3:8.3f} ms")
    one = ag.RepeatedGame(ag.StageGame.from_bimatrix(as2014, as2014.T))
    for delta in (0.5, 0.9, 0.99, 0.999, 0.9999):
        spent = best(lambda d=delta: ag.payoff_set(one, discount=d), 5)
        print(f"  1/(1 - discount) = {1 / (1 - delta):7.0f} {spent * 1e3:8.3f} ms")


if __name__ == "__main__":
    main()
