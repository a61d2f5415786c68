"""Outer and inner iterations of the operator of self-generation, in scaled payoffs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.games.payoffs import extreme_points
from armsgame.solve.lp import Image, Operator
from armsgame.solve.polytope import farthest, hull, merged, normals, vertices

__all__ = ["Inner", "Outer", "inner_set"]

_DENSE = 2 * 10**7
_EXACT = 1e-9


@dataclass(slots=True)
class Outer:
    """Half-spaces that hold every equilibrium payoff, tightened step by step.

    Attributes
    ----------
    directions : array [K, P]
    levels : array [K]
    alive : profiles that are not excluded
    image : what the last application found
    single : bool, is one profile left, so that the set is exact?
    """

    operator: Operator
    directions: FloatArray
    levels: FloatArray
    alive: list[int]
    bases: dict[int, IntArray] = field(default_factory=dict)
    image: Image | None = None
    iterations: int = 0
    jumps: int = 0
    moved: float = np.inf
    single: bool = False

    @classmethod
    def of(cls, operator: Operator, directions: FloatArray) -> Outer:
        """Start from the feasible payoffs above the pure minmax."""
        levels = (operator.payoffs.T @ directions.T).max(axis=0)
        low = (operator.game.stage.minmax() - operator.shift) / operator.scale
        place = 2 * np.arange(len(low)) + 1
        levels[place] = np.minimum(levels[place], -low)
        return cls(operator, directions, levels, list(range(len(operator.programs))))

    def step(self, *, jump: bool = True) -> None:
        """Apply the operator once; excluded profiles stay excluded."""
        image = self.operator.apply(
            self.directions, self.levels, alive=self.alive, bases=self.bases, keep=jump and self._small
        )
        self.iterations += 1
        self.alive = [k for k in self.alive if np.isfinite(image.value[k, 0])]
        if len(self.alive) <= 1:
            self._settle()
            return
        # the intersection with the last bound also holds the set
        fresh = np.minimum(self.levels, image.value.max(axis=0))
        if jump and self._small:
            fresh = np.minimum(fresh, self._jump(image))
        self.moved = float((self.levels - fresh).max())
        self.levels, self.image = fresh, image

    def run(self, tolerance: float, limit: int, *, jump: bool = True) -> bool:
        """Iterate until the levels move by at most `tolerance` x (1 - discount); false at `limit`."""
        stop = max(tolerance * (1 - self.operator.discount), 1e-13)
        self.moved = np.inf
        while not self.single and self.alive and self.moved > stop:
            if self.iterations >= limit:
                return False
            self.step(jump=jump)
        return True

    def points(self) -> tuple[FloatArray, list[tuple[int, int]]]:
        """Payoffs [V, P] that the bound generates, best in each direction, and their (profile, direction)."""
        if self.single or self.image is None:
            return np.array([self.operator.payoffs[:, k] for k in self.alive]), [(k, -1) for k in self.alive]
        best = self.image.value.argmax(axis=0)
        made = {k: self.operator.generated(self.image, k) for k in set(best.tolist())}
        return np.array([made[k][j] for j, k in enumerate(best)]), [(int(k), j) for j, k in enumerate(best)]

    def vertices(self) -> FloatArray:
        """Vertices [V, P] of the bound; a point or nothing where one or no profile is left."""
        if self.single or not self.alive:
            return self.points()[0].reshape(-1, self.operator.players)
        return vertices(self.directions, self.levels)

    def refine(self, corner: FloatArray, made: FloatArray, target: float) -> int:
        """Add the normal of the generated hull's face nearest to each vertex that is off it by `target` and more.

        Directions that touch no vertex are dropped. Returns how many are new.
        """
        dim = self.directions.shape[1]
        face = normals(hull(made))
        over = corner @ face.T - (made @ face.T).max(axis=0)
        # the face that a vertex violates most is the nearest one
        far = over.max(axis=1)
        chosen = face[np.unique(over[far > max(target, 0.05 * far.max())].argmax(axis=1))]
        touch = (corner @ self.directions.T).max(axis=0) - self.levels >= -1e-9
        touch[: 2 * dim] = True
        base = self.directions[touch]
        grown = merged(base, chosen)
        image = self.operator.apply(self.directions, self.levels, ask=grown[len(base) :], alive=self.alive)
        # the bound and its image both hold the set
        implied = (corner @ grown[len(base) :].T).max(axis=0, initial=-np.inf) + 1e-10
        self.levels = np.concatenate([self.levels[touch], np.minimum(image.value.max(axis=0), implied)])
        self.directions, self.bases, self.image = grown, {}, None
        return len(grown) - len(base)

    def _settle(self) -> None:
        self.moved = 0.0
        if self.alive:
            # one profile for ever: no continuation can depend on a signal
            k = self.alive[0]
            self.alive = [k] if k in self.operator.nash() else []
            self.single = bool(self.alive)
            self.levels = self.directions @ self.operator.payoffs[:, k]
        if not self.alive:
            self.levels = np.full(len(self.directions), -np.inf)

    @property
    def _small(self) -> bool:
        return len(self.alive) * len(self.directions) ** 2 <= _DENSE

    def _jump(self, image: Image) -> FloatArray:
        """Solve for the fixed point that the present multipliers bound.

        Multipliers that are feasible once are feasible at any levels, so that the operator lies
        below F(c) = max over profiles of (const + L c), with L >= 0. If L x < x for some x > 0,
        F is a contraction in the norm weighted by x and the largest fixed point of the operator
        lies below the fixed point of F, which policy iteration finds.
        """
        op, size = self.operator, len(self.levels)
        const = np.empty((len(self.alive), size))
        line = np.empty((len(self.alive), size, size))
        for n, k in enumerate(self.alive):
            p, mult = op.programs[k], image.multipliers[k]
            line[n] = mult[:, :size]
            np.add.at(line[n].T, 2 * p.owner + 1, (mult[:, size:] * p.threat).T)
            const[n] = (1 - op.discount) * self.directions @ op.payoffs[:, k] + mult[:, size:] @ p.base
        each, level = np.arange(size), self.levels
        choice = image.value[self.alive].argmax(axis=0)
        nothing = np.full(size, np.inf)
        for _ in range(30):
            system = np.eye(size) - line[choice, each]
            try:
                level, weight = np.linalg.solve(system, np.stack([const[choice, each], np.ones(size)], axis=1)).T
            except np.linalg.LinAlgError:
                return nothing
            if not (weight > 0).all():
                return nothing
            value = const + line @ level
            gain = value.max(axis=0) - value[choice, each]
            if gain.max() <= 1e-13:
                break
            choice = np.where(gain > 1e-13, value.argmax(axis=0), choice)
        else:
            return nothing
        if not ((line @ weight) < weight * (1 - 1e-9)).all():
            return nothing
        # rounding: the residual bounds the error through the same contraction
        off = float(np.abs(level - value.max(axis=0)).max())
        self.jumps += 1
        lifted: FloatArray = level + weight * (off + 1e-14)
        return lifted


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


def _nash(operator: Operator) -> Inner:
    where = [int(k) for k in operator.nash()]
    points = operator.payoffs[:, where].T
    corner = hull(points)
    made = []
    for v in corner:
        k = where[int(np.abs(points - v).max(axis=1).argmin())]
        made.append((k, np.tile(v, (operator.programs[k].weight.size, 1))))
    return Inner(corner, made, 0.0)


def image_of(operator: Operator, points: FloatArray, alive: list[int]) -> tuple[FloatArray, list[tuple[int, FloatArray]]]:
    """Extreme payoffs generated on the hull of `points`, and what generates each."""
    dim = operator.players
    axes = np.repeat(np.eye(dim), 2, axis=0)
    axes[1::2] *= -1
    h = merged(axes, normals(points))
    levels = (points @ h.T).max(axis=0)
    ask, found, made = h, np.zeros((0, dim)), []
    for _ in range(2):
        image = operator.apply(h, levels, ask=ask, alive=alive, tolerance=1e-11)
        best = image.value.argmax(axis=0)
        if not np.isfinite(image.value.max()):
            return found, made
        payoffs = {k: operator.generated(image, k) for k in set(best.tolist())}
        found = np.concatenate([found, [payoffs[k][j] for j, k in enumerate(best)]])
        made += [(int(k), image.points[k][j]) for j, k in enumerate(best)]
        more = merged(h, normals(hull(found)))[len(h) :]
        if not len(more):
            break
        ask = more
    corner = hull(found)
    at = [int(np.abs(found - v).max(axis=1).argmin()) for v in corner]
    return corner, [made[j] for j in at]


def inner_set(operator: Operator, start: FloatArray, alive: list[int], shrink: float, limit: int) -> Inner:
    """Find a self-generating set inside the hull of `start` [V, P].

    The image of a set is contracted towards a centre by `shrink` and the operator applied to it,
    again and again; the limit of that lies strictly inside its own image wherever it is not
    empty, which one more application verifies. From then on applications only add payoffs.
    """
    seed = _nash(operator)
    best = seed
    now = thinned(start, 0.02 * shrink)
    for factor in (shrink, 6 * shrink, 40 * shrink):
        if len(now) < 2 or factor > 0.5:
            break
        found = _contracted(operator, now, alive, factor, limit)
        if found is not None:
            best = found
            break
    if len(best.points) == 0:
        return best
    points, made, slack = best.points, best.made, best.slack
    for _ in range(3):
        fresh, more = image_of(operator, points, alive)
        both = np.concatenate([fresh, seed.points])
        off = farthest(points, both)
        if off > _EXACT:
            break
        corner = hull(both)
        labels = more + seed.made
        at = [int(np.abs(both - v).max(axis=1).argmin()) for v in corner]
        points, made, slack = corner, [labels[j] for j in at], off
    return Inner(points, made, slack)


def _contracted(operator: Operator, start: FloatArray, alive: list[int], factor: float, limit: int) -> Inner | None:
    centre = start.mean(axis=0)
    now = thinned(centre + (1 - factor) * (start - centre), 0.02 * factor)
    for _ in range(limit):
        found, made = image_of(operator, now, alive)
        if len(found) < 1:
            return None
        off = farthest(now, found)
        if off <= 1e-12 or (off <= _EXACT and len(found) < 3):
            return Inner(found, made, off)
        after = thinned(centre + (1 - factor) * (found - centre), 0.02 * factor)
        if farthest(now, after) <= 1e-13:
            return None
        now = after
    return None


def thinned(points: FloatArray, tolerance: float) -> FloatArray:
    """Extreme points of a hull without those closer than `tolerance` to a line through their neighbours."""
    corner = hull(points)
    return extreme_points(corner, tolerance=tolerance) if corner.shape[1] == 2 and len(corner) > 3 else corner


def settled(outer: Outer) -> Any:
    """Vertices of the bound, what it generates, and the distance between the two."""
    corner = outer.vertices()
    made, labels = outer.points()
    return corner, made, labels, farthest(corner, made) if len(made) else 0.0
