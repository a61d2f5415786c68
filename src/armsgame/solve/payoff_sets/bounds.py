"""Bounds from outside on the set of equilibrium payoffs by half-spaces, in scaled payoffs."""

from __future__ import annotations

import numpy as np

from armsgame._budget import Budget
from armsgame._typing import FloatArray
from armsgame.solve.payoff_sets.operator import Made, Operator
from armsgame.solve.payoff_sets.state_bounds import StateBound

__all__ = ["Bound"]


class Bound:
    """Half-spaces tightened until they hold the largest fixed point of the operator: `StateBound` on one state.

    Attributes
    ----------
    operator : Operator
    core : StateBound
    """

    def __init__(self, operator: Operator, core: StateBound) -> None:
        self.operator, self.core = operator, core

    @classmethod
    def of(cls, operator: Operator, directions: FloatArray) -> Bound:
        """Start from the feasible payoffs above the pure minmax."""
        levels = (operator.payoffs[0].T @ directions.T).max(axis=0)
        low = (operator.stages[0].minmax() - operator.shift) / operator.scale
        place = 2 * np.arange(len(low)) + 1
        levels[place] = np.minimum(levels[place], -low)
        return cls(operator, StateBound.of(operator, directions, levels + 2e-15))

    def tightened(self, shrink: float, centre: FloatArray) -> Bound:
        """Return the same half-spaces with images contracted from now on."""
        return Bound(self.operator, self.core.tightened(shrink, centre[None]))

    @property
    def directions(self) -> FloatArray:
        """Array [K, P]."""
        return self.core.directions[0]

    @property
    def levels(self) -> FloatArray:
        """Array [K]: every payoff v of the fixed point has directions @ v <= levels."""
        return self.core.levels[0]

    @property
    def alive(self) -> list[int]:
        """Profiles that are not excluded."""
        return self.core.alive[0]

    @alive.setter
    def alive(self, left: list[int]) -> None:
        self.core.alive[0] = left

    @property
    def shrink(self) -> float:
        """Share by which images are contracted."""
        return self.core.shrink

    @property
    def budget(self) -> Budget:
        """What the job may still spend."""
        return self.core.budget

    @budget.setter
    def budget(self, budget: Budget) -> None:
        self.core.budget = budget

    @property
    def iterations(self) -> int:
        """Applications of the operator."""
        return self.core.iterations

    @property
    def jumps(self) -> int:
        """Fixed points that a witness proved to be bounds."""
        return self.core.jumps

    @property
    def single(self) -> bool:
        """Whether one profile is left, which is then played for ever, so that the set is exact."""
        return len(self.alive) == 1 and self.alive[0] in self.operator.nash()

    def run(self, tolerance: float, limit: int) -> bool:
        """Iterate until the levels move by at most `tolerance` x (1 - discount); false at `limit` iterations."""
        done = self.core.run(tolerance, limit)
        if len(self.alive) == 1 and not self.single:
            # one profile for ever: no continuation can depend on a signal
            self.alive = []
        if self.single:
            value = self.operator.payoffs[0][:, self.alive[0]]
            self.core.levels[0] = self.directions @ value + 1e-15
            return True
        return done or not self.alive

    def points(self) -> tuple[FloatArray, list[Made]]:
        """Payoffs [K, P] generated on the half-spaces, best in each direction: (profile, continuation [Y', P])."""
        if self.single:
            k = self.alive[0]
            v = self.operator.payoffs[0][:, k]
            return v[None], [(k, np.tile(v, (self.operator.programs[0][k].weight.size, 1)))]
        made = [m for m in self.core.made[0] if m[0] >= 0] if self.alive else []
        return self.core.generated(0, made), made

    def vertices(self, *, used: bool = False) -> FloatArray:
        """Vertices [V, P] of the half-spaces; a point or nothing where one or no profile is left.

        `used`: of those that the last application was applied to.
        """
        return self.points()[0] if self.single or not self.alive else self.core.corners(0, used=used)

    def refine(self, corner: FloatArray, made: FloatArray, target: float) -> int:
        """Add directions at the vertices that are off the generated hull by `target` and more; returns how many."""
        return self.core.refine(0, corner, made, target)
