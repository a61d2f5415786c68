"""Fuzz of bounds on payoff sets against plain linear programs: sound at every patience, converged, and ended.

Run: python benchmarks/trust_bounds.py [games] [seed]
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.optimize import linprog

import armsgame as ag

DISCOUNTS = (0.5, 0.8, 0.95, 0.99, 0.999, 0.9999)
# of processor time: a busy machine is no endless loop
_SECONDS = 60


class _Late(Exception):
    pass


def noisy_dilemma(rng: np.random.Generator) -> Any:
    tempt, sucker = rng.uniform(0.1, 2), rng.uniform(0.1, 2)
    stage = ag.StageGame.from_bimatrix([[1, -sucker], [1 + tempt, 0]], [[1, 1 + tempt], [-sucker, 0]])
    return ag.RepeatedGame(stage, ag.Monitoring.detection(rng.uniform(0.3, 1), rng.uniform(0, 0.2)))


def three_by_three(rng: np.random.Generator) -> Any:
    law = rng.dirichlet(np.ones(4), size=(3, 3))
    return ag.RepeatedGame(ag.StageGame(rng.integers(-5, 6, (2, 3, 3)).astype(float)), ag.Monitoring.public(law))


def three_parties(rng: np.random.Generator) -> Any:
    good = rng.random((2, 2, 2))
    law = np.stack([good, 1 - good], axis=-1)
    return ag.RepeatedGame(ag.StageGame(rng.integers(-3, 4, (3, 2, 2, 2)).astype(float)), ag.Monitoring.public(law))


def two_states(rng: np.random.Generator) -> Any:
    stages = [ag.StageGame(rng.integers(-3, 4, (2, 2, 2)).astype(float)) for _ in range(2)]
    kind = int(rng.integers(4))
    if kind < 2:
        laws = [rng.dirichlet([1, 1], size=(2, 2)) for _ in range(2)]
        return ag.StochasticGame(stages, laws, observed=("state", "actions")[kind])
    signals = [rng.dirichlet(np.ones(4), size=(2, 2)).reshape(2, 2, 2, 2) for _ in range(2)]
    return ag.StochasticGame(stages, signals=signals, observed=("state", "actions")[kind - 2])


def generated(game: Any, discount: float, corners: np.ndarray, direction: np.ndarray) -> float:
    """Largest direction . v over what some profile generates on the hull of corners: one dense program per profile."""
    stage, law = game.stage, game.monitoring.kernel(game.stage)
    pay = stage.payoffs.reshape(len(stage.players), -1)
    signals, many, best = law.shape[1], len(corners), -np.inf
    for at in range(pay.shape[1]):
        index, rows, limits = list(np.unravel_index(at, stage.shape)), [], []
        for i, count in enumerate(stage.shape):
            for other in range(count):
                if other != index[i]:
                    turned = int(np.ravel_multi_index([*index[:i], other, *index[i + 1 :]], stage.shape))
                    rows.append(np.multiply.outer(discount * (law[turned] - law[at]), corners[:, i]).ravel())
                    limits.append((1 - discount) * (pay[i, at] - pay[i, turned]))
        cost = -np.multiply.outer(discount * law[at], corners @ direction).ravel()
        sums = np.kron(np.eye(signals), np.ones(many))
        given = {"A_ub": np.array(rows), "b_ub": np.array(limits)} if rows else {}
        found = linprog(cost, A_eq=sums, b_eq=np.ones(signals), **given)
        if found.status == 0:
            best = max(best, (1 - discount) * float(direction @ pay[:, at]) - found.fun)
    return best


def wrong_repeated(game: Any, found: Any) -> bool:
    """Whether the outer set misses what is known, or the inner set does not generate itself."""
    span = float(np.ptp(game.stage.payoffs)) or 1.0
    players, rng = len(game.players), np.random.default_rng(1)
    ways = np.vstack([np.eye(players), -np.eye(players), rng.normal(size=(4, players))])
    nash = game.stage.best_replies().all(axis=0)
    known = [game.stage.payoffs[:, *k] for k in np.argwhere(nash)] + [*found.inner]
    for way in ways:
        if any(way @ v > found.support(way) + 1e-7 * span * np.linalg.norm(way) for v in known):
            return True
    loss = 1e-7 * span
    return any(generated(game, found.discount, found.inner, w) < found.support(w, inner=True) - loss for w in ways
               ) if len(found.inner) else False  # fmt: skip


def solved(game: Any, **how: Any) -> Any:
    """The result, None where a breach was refused, or "late"."""

    def late(*_: Any) -> None:
        raise _Late

    old = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)
    try:
        return ag.payoff_set(game, throw=False, **how)
    except ag.errors.NotSolved:
        return None
    except _Late:
        return "late"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, old)


def _repeated(name: str, make: Any, games: int, seed: int, gap: float) -> tuple[str, int, int, int, int]:
    tried = wrong = open_ = endless = 0
    for k in range(games):
        rng = np.random.default_rng([seed, k])
        game, discount = make(rng), DISCOUNTS[k % len(DISCOUNTS)]
        found = solved(
            game, discount=discount, method=ag.methods.LinearPrograms(gap=gap * float(np.ptp(game.stage.payoffs)))
        )
        tried += 1
        if isinstance(found, str):
            endless += 1
        elif found is None:
            wrong += 1
        else:
            wrong += wrong_repeated(game, found)
            open_ += not found.details["converged"]
    return name, tried, wrong, open_, endless


def _states(games: int, seed: int) -> tuple[str, int, int, int, int]:
    wrong = open_ = endless = 0
    for k in range(games):
        rng = np.random.default_rng([seed, 7, k])
        found = solved(two_states(rng), discount=float(rng.choice([0.2, 0.4, 0.6, 0.8])))
        if isinstance(found, str):
            endless += 1
        elif found is None:
            wrong += 1
        else:
            ways = np.stack([np.cos(np.arange(32)), np.sin(np.arange(32))], axis=1)
            wrong += any(w.support(z, inner=True) > w.support(z) + 1e-6 for w in found.values() for z in ways)
            open_ += not all(w.details["converged"] for w in found.values())
    return "bounds: two states, four kinds of observation", games, wrong, open_, endless


def rows(games: int, seed: int) -> list[tuple[str, int, int, int, int]]:
    """For each family: what was fuzzed, games tried, wrong, unconverged, endless."""
    return list(_rows(games, seed))


def _rows(games: int, seed: int) -> Iterator[tuple[str, int, int, int, int]]:
    ag.payoff_set(noisy_dilemma(np.random.default_rng(0)), discount=0.9)  # compile before the clock runs
    yield _repeated("bounds: noisy dilemmas, discount .5 to .9999", noisy_dilemma, games, seed, 1e-2)
    yield _repeated("bounds: 3x3 with 4 signals, discount .5 to .9999", three_by_three, games // 3, seed, 2e-2)
    yield _repeated("bounds: three parties under noise", three_parties, games // 10, seed, 5e-2)
    yield _states(games, seed)


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:3]]
    for row in _rows(*(given + [30, 0][len(given) :])):
        print(*row, sep="\t", flush=True)
