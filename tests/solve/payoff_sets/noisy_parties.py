"""Random noisy games of two and three parties, and what they generate on a set by a dense program of its own."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

import armsgame as ag


def drawn(k):
    """Game k of the fuzz of noisy games of three parties (`benchmarks/trust_sets.py`, seed 3)."""
    rng = np.random.default_rng([3, k])
    law = rng.dirichlet(np.ones(int(rng.integers(3, 5))), size=(2, 2, 2))
    return ag.RepeatedGame(ag.StageGame(rng.integers(-5, 6, (3, 2, 2, 2)).astype(float)), ag.Monitoring.public(law))


def drawn_in_the_plane(k):
    """Game k of that fuzz with two parties: three actions each and four signals."""
    rng = np.random.default_rng([3, k])
    law = rng.dirichlet(np.ones(4), size=(3, 3))
    return ag.RepeatedGame(ag.StageGame(rng.integers(-5, 6, (2, 3, 3)).astype(float)), ag.Monitoring.public(law))


def generated(game, discount, corners, direction, k):
    """Largest direction . v that profile k generates on the hull of corners; promises are weights on these."""
    stage, law = game.stage, game.monitoring.kernel(game.stage)
    pay, at, rows, limits = stage.payoffs.reshape(len(stage.players), -1), np.unravel_index(k, stage.shape), [], []
    for i, own in enumerate(at):
        for other in set(range(stage.shape[i])) - {int(own)}:
            turned = np.ravel_multi_index((*at[:i], other, *at[i + 1 :]), stage.shape)
            rows.append(np.multiply.outer(discount * (law[turned] - law[k]), corners[:, i]).ravel())
            limits.append((1 - discount) * (pay[i, k] - pay[i, turned]))
    found = linprog(
        -np.multiply.outer(discount * law[k], corners @ direction).ravel(), A_ub=np.array(rows), b_ub=limits,
        A_eq=np.kron(np.eye(law.shape[1]), np.ones(len(corners))), b_eq=np.ones(law.shape[1]),
    )  # fmt: skip
    return (1 - discount) * float(direction @ pay[:, k]) - found.fun if found.status == 0 else -np.inf


def assert_reached(game, discount, points, ways):
    """In every direction some profile generates as much on the hull of points as they reach."""
    order = list(range(len(game.stage.profiles)))
    for way in ways:
        reach = (points @ way).max() - 1e-8
        found = next((k for k in order if generated(game, discount, points, way, k) >= reach), None)
        assert found is not None
        # a neighbouring direction mostly has the same profile
        order.insert(0, order.pop(order.index(found)))


def assert_generated(game, discount, points, every):
    """The same, in the direction of every so many points."""
    assert_reached(game, discount, points, (points - points.mean(axis=0))[::every])
