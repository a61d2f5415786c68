"""Bounds from outside on the set of equilibrium payoffs by half-spaces, in scaled payoffs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.geometry.directions import merged
from armsgame.geometry.halfspaces import vertices
from armsgame.geometry.hulls import hull, normals
from armsgame.solve.lp import Image, Operator

__all__ = ["Bound", "sharper"]

_DENSE = 2 * 10**7


@dataclass(slots=True)
class Bound:
    """Half-spaces tightened until they hold the largest fixed point of the operator.

    Attributes
    ----------
    directions : array [K, P]
    levels : array [K]
    alive : profiles that are not excluded
    shrink : float
        Each image is contracted towards `centre` by this share. 0: every equilibrium payoff stays
        within the half-spaces. Positive: the limit lies strictly inside its own image.
    image : what the last application found
    used : array [K], the levels that it was applied to
    moved : float, change of the levels in the last iteration
    single : bool, is one profile left, so that the set is exact?
    """

    operator: Operator
    directions: FloatArray
    levels: FloatArray
    alive: list[int]
    shrink: float = 0.0
    centre: FloatArray | None = None
    bases: dict[int, IntArray] = field(default_factory=dict)
    image: Image | None = None
    used: FloatArray | None = None
    iterations: int = 0
    jumps: int = 0
    moved: float = np.inf
    single: bool = False

    @classmethod
    def of(cls, operator: Operator, directions: FloatArray) -> Bound:
        """Start from the feasible payoffs above the pure minmax."""
        levels = (operator.payoffs.T @ directions.T).max(axis=0)
        low = (operator.game.stage.minmax() - operator.shift) / operator.scale
        place = 2 * np.arange(len(low)) + 1
        levels[place] = np.minimum(levels[place], -low)
        return cls(operator, directions, levels, list(range(len(operator.programs))))

    def tightened(self, shrink: float, centre: FloatArray) -> Bound:
        """Return the same half-spaces with images contracted from now on."""
        return Bound(
            self.operator, self.directions.copy(), self.levels.copy(), list(self.alive), shrink, centre,
            {k: b.copy() for k, b in self.bases.items()},
        )  # fmt: skip

    def step(self, *, jump: bool = True) -> None:
        """Apply the operator once; excluded profiles stay excluded."""
        jump = jump and len(self.alive) * len(self.directions) ** 2 <= _DENSE
        image = self.operator.apply(self.directions, self.levels, alive=self.alive, bases=self.bases, keep=jump)
        self.iterations += 1
        self.image, self.used = image, self.levels
        self.alive = [k for k in self.alive if np.isfinite(image.value[k, 0])]
        if len(self.alive) <= 1:
            self._settle()
            return
        # the intersection with the last bound also holds the fixed point
        fresh = np.minimum(self.levels, self._contract(image.value.max(axis=0), self.directions))
        if jump:
            fresh = np.minimum(fresh, self._jump(image))
        self.moved = float((self.levels - fresh).max())
        self.levels = fresh

    def run(self, tolerance: float, limit: int, *, jump: bool = True) -> bool:
        """Iterate until the levels move by at most `tolerance` x (1 - discount); false at `limit` iterations."""
        stop = max(tolerance * (1 - self.operator.discount), 1e-13)
        self.moved = np.inf
        while not self.single and self.alive and self.moved > stop:
            if self.iterations >= limit:
                return False
            self.step(jump=jump)
        return True

    def points(self) -> tuple[FloatArray, list[tuple[int, FloatArray]]]:
        """Payoffs [K, P] generated on the half-spaces, best in each direction: (profile, continuation [Y', P])."""
        if self.single:
            k = self.alive[0]
            v = self.operator.payoffs[:, k]
            return v[None], [(k, np.tile(v, (self.operator.programs[k].weight.size, 1)))]
        if self.image is None or not self.alive:
            return np.zeros((0, self.operator.players)), []
        best = self.image.value.argmax(axis=0)
        made = {k: self.operator.generated(self.image, k) for k in set(best.tolist())}
        return (
            np.array([made[k][j] for j, k in enumerate(best)]),
            [(int(k), self.image.points[k][j]) for j, k in enumerate(best)],
        )

    def vertices(self, *, used: bool = False) -> FloatArray:
        """Vertices [V, P] of the half-spaces; a point or nothing where one or no profile is left.

        `used`: of those that the last application was applied to.
        """
        if self.single or not self.alive:
            return self.points()[0]
        return vertices(self.directions, self.used if used and self.used is not None else self.levels)

    def refine(self, corner: FloatArray, made: FloatArray, target: float) -> int:
        """Add directions at the vertices that are off the generated hull by `target` and more.

        At each: the normal of the nearest face, and the mean of the directions that touch the
        vertex. Directions that touch no vertex are dropped. Returns how many are new.
        """
        touch, more = sharper(self.directions, self.levels, corner, made, target)
        image = self.operator.apply(self.directions, self.levels, ask=more, alive=self.alive)
        # the half-spaces and their image both hold the fixed point
        implied = (corner @ more.T).max(axis=0, initial=-np.inf) + 1e-10
        level = self._contract(image.value.max(axis=0), more)
        self.levels = np.concatenate([self.levels[touch], np.minimum(level, implied)])
        self.directions = np.concatenate([self.directions[touch], more])
        self.bases, self.image, self.used = {}, None, None
        return len(more)

    def _contract(self, value: FloatArray, directions: FloatArray) -> FloatArray:
        if self.centre is None:
            return value
        return (1 - self.shrink) * value + self.shrink * (directions @ self.centre)

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

    def _jump(self, image: Image) -> FloatArray:
        """Solve for the fixed point that the present multipliers bound.

        Multipliers that are feasible once are feasible at any levels, so that the operator lies
        below F(c) = max over profiles of (const + L c), with L >= 0. If L x < x for some x > 0,
        F is a contraction in the norm weighted by x and the largest fixed point of the operator
        lies below the fixed point of F, which policy iteration finds.
        """
        from armsgame._kernels.monotone import expanding, fixed_point

        op, size = self.operator, len(self.levels)
        const = np.empty((len(self.alive), size))
        line = np.empty((len(self.alive), size, size))
        for n, k in enumerate(self.alive):
            p, mult = op.programs[k], image.multipliers[k]
            line[n] = mult[:, :size]
            np.add.at(line[n].T, 2 * p.owner + 1, (mult[:, size:] * p.threat[:, 0]).T)
            const[n] = (1 - op.discount) * self.directions @ op.payoffs[:, k] + mult[:, size:] @ p.base
        now = image.value[self.alive]
        if self.centre is not None:
            pull = self.shrink * (self.directions @ self.centre)
            const, line, now = ((1 - self.shrink) * x for x in (const, line, now))
            const, now = const + pull, now + pull
        level, weight = np.empty(size), np.empty(size)
        bad = np.empty(const.shape, bool)
        for _ in range(6):
            off = fixed_point(const, line, now.argmax(axis=0), level, weight)
            if off < 0:
                break
            if not expanding(line, weight, bad):
                self.jumps += 1
                # rounding: the residual bounds the error through the same contraction
                lifted: FloatArray = level + weight * (off + 1e-14)
                return lifted
            # what a profile generates now bounds it for good: a constant row
            line[bad], const[bad] = 0.0, now[bad]
        return np.full(size, np.inf)


def sharper(
    directions: FloatArray, levels: FloatArray, corner: FloatArray, made: FloatArray, target: float
) -> tuple[Any, FloatArray]:
    """Directions that touch a vertex (mask [K]), and new ones [J, P] where vertices are off the hull of `made`."""
    dim = directions.shape[1]
    face = normals(hull(made))
    over = corner @ face.T - (made @ face.T).max(axis=0)
    # the face that a vertex violates most is the nearest one
    far = over.max(axis=1)
    place = np.flatnonzero(far > max(target, 0.25 * far.max()))
    on = np.asarray(np.abs(corner @ directions.T - levels) <= 1e-9)
    touch = np.array(on.any(axis=0))
    touch[: 2 * dim] = True
    mean = on[place].astype(float) @ directions
    size = np.linalg.norm(mean, axis=1)
    mean = mean[size > 1e-3] / size[size > 1e-3, None]
    base = directions[touch]
    grown = merged(base, np.concatenate([face[np.unique(over[place].argmax(axis=1))], mean]))
    return touch, grown[len(base) :]
