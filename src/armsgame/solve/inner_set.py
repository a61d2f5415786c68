"""Self-generating sets of equilibrium payoffs, in scaled payoffs: what equilibria do reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._typing import FloatArray
from armsgame.geometry.directions import merged
from armsgame.geometry.hulls import farthest, hull, normals
from armsgame.solve.bounds import Bound
from armsgame.solve.lp import Operator

__all__ = ["Inner", "grown_set", "image_of", "inner_set", "stage_equilibria"]

_EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class Inner:
    """Payoffs that continuation payoffs among themselves generate.

    Attributes
    ----------
    points : array [V, P], scaled; no rows where none was found
    made : list of (profile, continuation [Y', P]), one per point
    slack : float, by how much self-generation fails in rounding (scaled)
    """

    points: FloatArray
    made: list[tuple[int, FloatArray]]
    slack: float


def stage_equilibria(operator: Operator) -> Inner:
    """Hull of the pure equilibria of the stage game, which generates itself."""
    where = [int(k) for k in operator.nash()]
    points = operator.payoffs[:, where].T
    made = [(k, np.tile(v, (operator.programs[k].weight.size, 1))) for k, v in zip(where, points, strict=True)]
    return _hull_of(points, made, 0.0)


def inner_set(outer: Bound, share: float, limit: int) -> Inner:
    """Find a self-generating set inside a bound from outside.

    Images are contracted by `share` towards the middle and the half-spaces tightened to the
    fixed point of that. Its vertices lie in the hull of what it generates if the directions
    are many enough, which is verified; else directions are added where they do not.
    """
    op = outer.operator
    seed = stage_equilibria(op)
    if not outer.alive or outer.single:
        return seed
    corner = outer.vertices(used=True)
    made, labels = outer.points()
    if len(made) and len(corner) and farthest(corner, made) <= _EXACT * 0.1:
        return _joined(made, labels, seed, farthest(corner, made))
    centre = hull(corner).mean(axis=0)
    while share < 0.3:
        found = _strictly_inside(outer.tightened(share, centre), seed, limit)
        if found is not None:
            return found
        share *= 30
    return seed


def _strictly_inside(tight: Bound, seed: Inner, limit: int) -> Inner | None:
    """Tighten to the fixed point of the contracted operator and verify it; None where that fails."""
    plane = tight.operator.players == 2
    good = None
    for _ in range(16 if plane else 5):
        # where the last step moved less than the contraction, the image strictly holds what it came from
        still = 0.02 * tight.shrink / (1 - tight.operator.discount)
        if not tight.run(still, tight.iterations + min(limit, 200)) or not tight.alive or tight.single:
            return None
        corner = tight.vertices(used=True)
        if not len(corner):
            return None
        made, labels = tight.points()
        slack = farthest(corner, made)
        good = _joined(made, labels, seed, slack) if slack <= _EXACT else None
        many = len(tight.directions) > (400 if plane else 250)
        # slack from rounding alone is accepted where no direction is left to add
        if slack <= 1e-13 or many or not tight.refine(tight.vertices(), made, 0.0):
            return good
    return good


def grown_set(operator: Operator, alive: list[int], rounds: int = 60) -> Inner:
    """Grow a self-generating set from the stage equilibria and from profiles that reverting to them enforces.

    What a set generates is added to it while that changes anything. It also finds the sets that
    exist at one discount factor only by a hair, where no contraction leaves anything.
    """
    found = stage_equilibria(operator)
    if not len(found.points):
        return found
    for k in alive[:60]:
        more = hull(np.vstack([found.points, operator.payoffs[:, k]]))
        points, made = image_of(operator, more, alive)
        both = np.concatenate([points, found.points])
        slack = farthest(more, both)
        if slack <= _EXACT:
            found = _hull_of(both, made + found.made, max(slack, found.slack))
    for _ in range(rounds):
        points, made = image_of(operator, found.points, alive)
        if not len(points) or farthest(points, found.points) <= 1e-7:
            break
        found = _hull_of(np.concatenate([points, found.points]), made + found.made, found.slack)
    return found


def image_of(
    operator: Operator, points: FloatArray, alive: list[int] | None = None
) -> tuple[FloatArray, list[tuple[int, FloatArray]]]:
    """Payoffs [V, P] that profiles generate on the hull of `points`, and what generates each."""
    axes = np.repeat(np.eye(operator.players), 2, axis=0)
    axes[1::2] *= -1
    h = merged(axes, normals(points))
    levels = (points @ h.T).max(axis=0)
    # directions that single each extreme point out
    on = np.asarray(np.abs(points @ h.T - levels) <= 1e-9)
    mean = on.astype(float) @ h
    size = np.linalg.norm(mean, axis=1)
    ask = np.concatenate([h, mean[size > 1e-3] / size[size > 1e-3, None]])
    image = operator.apply(h, levels, ask=ask, alive=alive, tolerance=1e-11)
    where = [k for k in range(len(image.value)) if np.isfinite(image.value[k, 0])]
    made = [(k, w) for k in where for w in image.points[k]]
    payoffs = [operator.generated(image, k) for k in where]
    return (np.concatenate(payoffs) if payoffs else np.zeros((0, operator.players))), made


def _joined(points: FloatArray, made: list[tuple[int, FloatArray]], seed: Inner, slack: float) -> Inner:
    # the hull of a union of self-generating sets generates itself under public randomisation
    return _hull_of(np.concatenate([points, seed.points]), made + seed.made, slack)


def _hull_of(points: FloatArray, made: list[tuple[int, FloatArray]], slack: float) -> Inner:
    corner = hull(points)
    at = [int(np.abs(points - v).max(axis=1).argmin()) for v in corner]
    return Inner(points[at], [made[j] for j in at], slack)
