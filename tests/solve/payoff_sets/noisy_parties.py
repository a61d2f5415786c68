"""Random noisy games of three parties, and what they generate on a set by a dense program of its own."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

import armsgame as ag


def drawn(k):
    """Game k of the fuzz of noisy games of three parties (`benchmarks/trust_sets.py`, seed 3)."""
    rng = np.random.default_rng([3, k])
    law = rng.dirichlet(np.ones(int(rng.integers(3, 5))), size=(2, 2, 2))
    return ag.RepeatedGame(ag.StageGame(rng.integers(-5, 6, (3, 2, 2, 2)).astype(float)), ag.Monitoring.public(law))


def generated(game, discount, corners, direction):
    """Largest direction . v that some profile generates on the hull of corners; promises are weights on these."""
    stage, law = game.stage, game.monitoring.kernel(game.stage)
    pay, best = stage.payoffs.reshape(3, -1), -np.inf
    for k in range(8):
        rows, limits = [], []
        for i, turned in enumerate((k ^ 4, k ^ 2, k ^ 1)):
            rows.append(np.multiply.outer(discount * (law[turned] - law[k]), corners[:, i]).ravel())
            limits.append((1 - discount) * (pay[i, k] - pay[i, turned]))
        found = linprog(
            -np.multiply.outer(discount * law[k], corners @ direction).ravel(), A_ub=np.array(rows), b_ub=limits,
            A_eq=np.kron(np.eye(law.shape[1]), np.ones(len(corners))), b_eq=np.ones(law.shape[1]),
        )  # fmt: skip
        if found.status == 0:
            best = max(best, (1 - discount) * float(direction @ pay[:, k]) - found.fun)
    return best


def assert_generated(game, discount, points, every):
    """In the direction of every so many points, as much is generated on their hull as they reach."""
    for way in (points - points.mean(axis=0))[::every]:
        assert generated(game, discount, points, way) >= (points @ way).max() - 1e-8
