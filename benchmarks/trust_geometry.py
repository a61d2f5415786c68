"""Fuzz of payoff sets, ordinary and thin: is what is reached within what bounds it, and is the gap met?

Run: python benchmarks/trust_geometry.py [games] [seed]
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

import armsgame as ag

_SECONDS = 60.0  # of this process alone


class _Late(Exception):
    pass


def _stage(rng: np.random.Generator) -> Any:
    return ag.StageGame.from_bimatrix(*rng.integers(-3, 4, (2, 2, 2)).astype(float))


def _law(rng: np.random.Generator, thin: bool) -> np.ndarray:
    """Probabilities [2, 2, 2] of two outcomes; `thin`: one profile alone is told from the others."""
    chance = rng.random((2, 2))
    if thin:
        chance[:] = rng.random()
        chance[tuple(rng.integers(0, 2, 2))] = rng.choice([0.01, 0.1, 0.9])
    return np.stack([chance, 1 - chance], axis=-1)


def two_states(rng: np.random.Generator, thin: bool) -> Any:
    stages = [_stage(rng)] * 2 if thin else [_stage(rng), _stage(rng)]
    first = _law(rng, thin)
    return ag.StochasticGame(stages, [first, first if thin else _law(rng, thin)], observed="state")


def repeated(rng: np.random.Generator, thin: bool) -> Any:
    return ag.RepeatedGame(_stage(rng), ag.Monitoring.public(_law(rng, thin)))


def beyond(inner: np.ndarray, outer: np.ndarray) -> float:
    """Largest violation of a half-plane through two corners of `outer` (sorted by angle) by a point of `inner`."""
    if len(inner) == 0:
        return 0.0
    if len(outer) == 0:
        return np.inf
    middle = outer.mean(axis=0)
    ring = outer[np.argsort(np.arctan2(*(outer - middle).T[::-1]))]
    angles = np.linspace(0, 2 * np.pi, 128, endpoint=False)
    rows = [np.stack([np.cos(angles), np.sin(angles)], axis=1)]
    edge = np.roll(ring, -1, axis=0) - ring
    edge = edge[np.abs(edge).max(axis=1) > 1e-9]
    across = np.stack([edge[:, 1], -edge[:, 0]], axis=1) / np.hypot(*edge.T)[:, None]
    rows += [across, -across]
    normal = np.concatenate(rows)
    return float(((inner @ normal.T).max(axis=0) - (outer @ normal.T).max(axis=0)).max())


def _tried(make: Callable[[np.random.Generator, bool], Any], thin: bool, games: int, seed: int) -> list[int]:
    wrong = unconverged = endless = 0

    def late(*_: Any) -> None:
        raise _Late

    for k in range(games):
        rng = np.random.default_rng([seed, k])
        game, discount = make(rng, thin), float(rng.choice([0.3, 0.5, 0.7, 0.9]))
        # half a percent of the range of payoffs
        how = ag.methods.LinearPrograms(gap=0.03)
        before = signal.signal(signal.SIGVTALRM, late)
        signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)
        try:
            found = ag.payoff_set(game, discount=discount, method=how, throw=False)
        except _Late:
            endless += 1
            continue
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
        sets = list(found.values()) if isinstance(found, dict) else [found]
        wrong += any(beyond(w.inner, w.outer) > 1e-7 for w in sets)
        unconverged += any(w.gap > how.gap for w in sets)
    return [wrong, unconverged, endless]


def rows(games: int, seed: int) -> list[tuple[str, int, int, int, int]]:
    """(what was tried, games, inner beyond outer, gap not met, no end in a minute of work)."""
    found = []
    for name, make, thin in (
        ("payoff sets of two states, only the state is seen", two_states, False),
        ("the same, one profile told from the rest", two_states, True),
        ("repeated games, two signals", repeated, False),
        ("the same, one profile told from the rest", repeated, True),
    ):
        count = max(games // 4, 1)
        wrong, unconverged, endless = _tried(make, thin, count, seed)
        found.append((name, count, wrong, unconverged, endless))
    return found


if __name__ == "__main__":
    given = [int(x) for x in sys.argv[1:]]
    for row in rows(*(given + [100, 0][len(given) :])):
        print(f"{row[0]:<52s} games {row[1]:4d}  wrong {row[2]:3d}  unconverged {row[3]:3d}  endless {row[4]:3d}")
