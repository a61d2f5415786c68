"""Time and gap of the payoff bracket: the noisy dilemma, the number of profiles, and patience.

Run: python benchmarks/public_bracket.py
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

import armsgame as ag
from armsgame.solve.payoff_sets.bracket import payoff_bracket


def noisy() -> ag.RepeatedGame:
    good = np.array([[0.9, 0.5], [0.5, 0.2]])
    return ag.RepeatedGame(ag.treaty.compliance(3, 2, 0, -1), ag.Monitoring.public(np.stack([good, 1 - good], axis=-1)))


def cournot(count: int) -> ag.RepeatedGame:
    q = np.linspace(0, 6, count)
    profit = q[:, None] * (6 - q[:, None] - q[None] - 0.6)
    return ag.RepeatedGame(ag.StageGame.from_bimatrix(profit, profit.T))


def clock(name: str, game: ag.RepeatedGame, discount: float, repeat: int = 3, **options: Any) -> None:
    best, found = np.inf, None
    for _ in range(repeat):
        start = time.perf_counter()
        found = payoff_bracket(game, discount=discount, throw=False, **options)
        best = min(best, time.perf_counter() - start)
    assert found is not None
    d = found.details
    print(
        f"{name:<34s} {discount:<8g} {best:8.3f} s  gap {found.gap:8.1e}  iterations {d['iterations']:>4d}  "
        f"directions {d['directions']:>4d}  {'met' if d['converged'] else 'NOT met'}"
    )


def main() -> None:
    start = time.perf_counter()
    payoff_bracket(noisy(), discount=0.9)
    print(f"first call, compiling or loading the kernels: {time.perf_counter() - start:.1f} s\n")
    print("goal: noisy dilemma at 0.9 with a gap under 1e-3 in under 1 s")
    clock("noisy dilemma", noisy(), 0.9, 5)
    print("\nagainst 1 / (1 - discount)")
    for discount in (0.7, 0.9, 0.97, 0.99, 0.997, 0.999, 0.9999):
        clock("noisy dilemma", noisy(), discount)
    print("\nagainst the number of profiles (perfect monitoring, payoffs up to 7)")
    for count in (3, 5, 8, 12, 15, 20):
        clock(f"Cournot, {count * count} profiles", cournot(count), 0.6, 1, gap=1e-2)
    print("\nthree players")
    give = 1 - np.indices((2, 2, 2))
    goods = ag.StageGame(1.6 / 3 * give.sum(axis=0) - give)
    clock("public goods, 3 players, perfect", ag.RepeatedGame(goods), 0.8, 1, gap=0.05)


if __name__ == "__main__":
    main()
