"""Fuzz of payoff sets of random noisy games at the default gap: by number of parties and discount factor.

Two parties: 3x3 with 4 signals. Three parties: 2x2x2 with 3 or 4. Payoffs are integers from -5 to 5, the law of the
signals is drawn from the flat Dirichlet distribution. Game k of seed s is drawn from `default_rng([s, k])`. A set is
wrong as `trust_bounds.wrong_repeated` says, or where the search refuses its own answer.

Run: python benchmarks/trust_sets.py [games] [seed]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from trust_bounds import solved, wrong_repeated

import armsgame as ag

DISCOUNTS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)


def two(rng: np.random.Generator) -> Any:
    law = rng.dirichlet(np.ones(4), size=(3, 3))
    return ag.RepeatedGame(ag.StageGame(rng.integers(-5, 6, (2, 3, 3)).astype(float)), ag.Monitoring.public(law))


def three(rng: np.random.Generator) -> Any:
    law = rng.dirichlet(np.ones(int(rng.integers(3, 5))), size=(2, 2, 2))
    return ag.RepeatedGame(ag.StageGame(rng.integers(-5, 6, (3, 2, 2, 2)).astype(float)), ag.Monitoring.public(law))


def rows(games: int, seed: int) -> Iterator[tuple[str, int, int, int, int]]:
    """For each number of parties and discount factor: games tried, wrong, unconverged, endless."""
    for make, name, count in ((three, "three", max(games // 4, 1)), (two, "two", games)):
        solved(make(np.random.default_rng(0)), discount=0.5)  # compile before the clock runs
        for discount in DISCOUNTS:
            wrong = open_ = endless = 0
            start = time.process_time()
            for k in range(count):
                game = make(np.random.default_rng([seed, k]))
                found = solved(game, discount=discount)
                if isinstance(found, str):
                    endless += 1
                elif found is None or wrong_repeated(game, found):
                    wrong += 1
                else:
                    open_ += not found.details["converged"]
            each = (time.process_time() - start) / count
            yield f"sets: {name} parties, discount {discount:g} ({each:.2g} s a game)", count, wrong, open_, endless


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:3]]
    for row in rows(*(given + [20, 1][len(given) :])):
        print(*row, sep="\t", flush=True)
