"""Fuzz of payoff sets of small stochastic games with integer payoffs: ended, within the gap, and never wrong.

A set is wrong where the inner set reaches beyond the outer one in some state, where the search refuses its own
answer, or where the outer set leaves out a pure Markov equilibrium, which owes nothing to it. A game has a budget of
processor time; one that exceeds it counts as endless.

Run: python benchmarks/trust_states.py [games] [seed] [seconds of processor time for each kind]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from trust_bounds import solved

import armsgame as ag

DISCOUNTS = (0.2, 0.4, 0.5, 0.6, 0.7, 0.8)
_SLACK = 1e-7
_WAYS = np.stack([np.cos(np.arange(64) * np.pi / 32), np.sin(np.arange(64) * np.pi / 32)], axis=1)


def law(rng: np.random.Generator, outcomes: int) -> np.ndarray:
    """Probabilities: in quarters, where much ties and some things cannot happen, or anything."""
    if rng.random() < 0.5:
        return rng.multinomial(4, np.ones(outcomes) / outcomes) / 4
    return rng.dirichlet(np.ones(outcomes))


def after_profiles(rng: np.random.Generator, outcomes: int) -> np.ndarray:
    return np.array([[law(rng, outcomes) for _ in range(2)] for _ in range(2)])


def perfect(rng: np.random.Generator) -> dict[str, Any]:
    return {"transitions": [after_profiles(rng, 2) for _ in range(2)], "observed": "actions"}


def noisy(rng: np.random.Generator) -> dict[str, Any]:
    """A public signal and the next state, both moved by both."""
    return {"signals": [after_profiles(rng, 4).reshape(2, 2, 2, 2) for _ in range(2)], "observed": "state"}


def blind(rng: np.random.Generator) -> dict[str, Any]:
    """States that no action moves, and nothing else to see."""
    return {"transitions": [np.tile(law(rng, 2), (2, 2, 1)) for _ in range(2)], "observed": "state"}


def product(rng: np.random.Generator) -> dict[str, Any]:
    """Each party moves a signal of its own; the next state follows from the profile, apart from the signals."""
    signals = []
    for _ in range(2):
        one, two = (np.array([law(rng, 2) for _ in range(2)]) for _ in range(2))
        heard = np.einsum("ax,by->abxy", one, two).reshape(2, 2, 4)
        signals.append(np.einsum("aby,abs->abys", heard, after_profiles(rng, 2)))
    return {"signals": signals, "observed": "state"}


def wrong(game: ag.StochasticGame, found: dict[str, Any], discount: float) -> bool:
    units = next(iter(found.values())).units
    for one in found.values():
        for way in _WAYS / units:
            if one.support(way, inner=True) > one.support(way) + _SLACK * float(np.linalg.norm(way * units)):
                return True
    known = ag.markov_perfect(game, discount=discount, method=ag.methods.PureEnumeration(), throw=False)
    return any(
        not one.near(value, _SLACK)
        for equilibrium in known
        for one, value in zip(found.values(), equilibrium.values, strict=True)
    )


def fuzzed(make: Any, games: int, seed: int, seconds: float = np.inf) -> tuple[int, int, int, int]:
    """Games tried within the processor time given, wrong, wider than the gap, endless."""
    tried = bad = wide = endless = 0
    start = time.process_time()
    for k in range(games):
        if time.process_time() - start >= seconds:
            break
        tried += 1
        rng = np.random.default_rng([seed, k])
        stages = [ag.StageGame(rng.integers(-3, 4, (2, 2, 2)).astype(float)) for _ in range(2)]
        game, discount = ag.StochasticGame(stages, **make(rng)), float(rng.choice(DISCOUNTS))
        found = solved(game, discount=discount)
        if isinstance(found, str):
            endless += 1
        elif found is None or wrong(game, found, discount):
            bad += 1
        else:
            wide += not all(one.details["converged"] for one in found.values())
    return tried, bad, wide, endless


def rows(games: int, seed: int, seconds: float = np.inf) -> Iterator[tuple[str, int, int, int, int]]:
    """For each kind of observation: what was fuzzed, games tried, wrong, unconverged, endless.

    `seconds` of processor time for each kind: no further game begins after them.
    """
    names = {perfect: "perfect", noisy: "a noisy public signal", blind: "blind to conduct", product: "product signals"}
    for place, (make, name) in enumerate(names.items()):
        yield f"stochastic sets: {name}", *fuzzed(make, len(range(place, games, 4)), seed, seconds)


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:3]]
    for row in rows(*(given + [20, 1][len(given) :]), *map(float, sys.argv[3:4])):
        print(*row, sep="\t", flush=True)
