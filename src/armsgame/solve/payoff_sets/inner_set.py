"""Self-generating sets of equilibrium payoffs of a repeated game, in scaled payoffs: what equilibria do reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._typing import FloatArray
from armsgame.geometry.directions import directions_of, merged
from armsgame.geometry.hulls import farthest, normals
from armsgame.solve.payoff_sets.operator import Made, Operator
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.seeds import enforced, flat_sets
from armsgame.solve.payoff_sets.state_inner import StateInner, contracted, grown, proven
from armsgame.solve.payoff_sets.state_inner import image_of as _image_of

__all__ = ["Inner", "grown_set", "image_of", "inner_set", "stage_equilibria"]

_EXACT = 1e-10


@dataclass(frozen=True, slots=True)
class Inner:
    """Payoffs that continuation payoffs among themselves generate.

    Attributes
    ----------
    points : array [V, P], scaled; no rows where none was found
    made : list of (profile, continuation [Y', P]), one per point
    slack : float, largest gain from a deviation (scaled, normalised by 1 - discount)
    """

    points: FloatArray
    made: list[Made]
    slack: float

    def joined(self, other: StateInner | None) -> Inner:
        """Hull of the union with another self-generating set, which generates itself too."""
        if other is None:
            return self
        if not len(self.points):
            return Inner(other.points[0], other.made[0], other.slack)
        both = StateInner([self.points], [self.made], self.slack).joined(other.points, other.made, other.slack)
        return Inner(both.points[0], both.made[0], both.slack)


def stage_equilibria(operator: Operator) -> Inner:
    """Hull of the pure equilibria of the stage game, which generates itself."""
    where = operator.nash()
    points = operator.payoffs[0][:, where].T
    made = [(k, np.tile(v, (operator.programs[0][k].weight.size, 1))) for k, v in zip(where, points, strict=True)]
    found = StateInner.of([points], [made], 0.0)
    return Inner(found.points[0], found.made[0], 0.0)


def inner_set(outer: Bound, share: float, limit: int) -> Inner:
    """Find a self-generating set inside a bound from outside.

    Images are contracted by `share` towards the middle and the half-spaces tightened to the fixed
    point of that; where none is found, by more. Where no contraction leaves anything the set is looked for
    on lines (and planes) through the payoffs of profiles. What is returned is proved (`state_inner.proven`).
    """
    op = outer.operator
    seed = stage_equilibria(op)
    if not outer.alive[0] or outer.single:
        return seed
    corner = outer.corners(0, used=True)
    made, labels = outer.attained(0)
    if len(made) and len(corner) and farthest(corner, made) <= _EXACT:
        exact = proven(op, [made], [labels])
        if exact is not None:
            return seed.joined(exact)
    plane, patience = op.players == 2, 1 - op.discount
    while share < min(0.3, 3 * patience):
        found = contracted(outer, share, limit, 1500 if plane else 250, 20 if plane else 5)
        if found is not None:
            return seed.joined(found)
        share *= 30
    return seed.joined(flat_sets(outer, _starts(outer)))


def grown_set(operator: Operator, alive: list[int], rounds: int = 60) -> Inner:
    """Grow a self-generating set from the stage equilibria and from profiles that reverting to them enforces.

    What a set generates is added to it while that changes anything. It also finds the sets that
    exist at one discount factor only by a hair, where no contraction leaves anything.
    """
    seed = stage_equilibria(operator)
    if not len(seed.points):
        return seed
    found = StateInner([seed.points], [seed.made], 0.0)
    found = enforced(operator, found, [alive], [operator.payoffs[0][:, k][None] for k in alive])
    ask = [merged(directions_of(32, operator.players), normals(found.points[0]))]
    return seed.joined(grown(operator, found, [alive], ask, rounds=rounds, enough=1e-7))


def image_of(operator: Operator, points: FloatArray, alive: list[int] | None = None) -> tuple[FloatArray, list[Made]]:
    """Payoffs [V, P] that profiles generate on the hull of `points`, best in its directions, and what does."""
    h = merged(directions_of(4, operator.players), normals(points))
    # directions that single each extreme point out
    on = np.asarray(np.abs(points @ h.T - (points @ h.T).max(axis=0)) <= 1e-9)
    mean = on.astype(float) @ h
    size = np.linalg.norm(mean, axis=1)
    ask = np.concatenate([h, mean[size > 1e-3] / size[size > 1e-3, None]])
    every = list(range(len(operator.programs[0]))) if alive is None else list(alive)
    values, made = _image_of(operator, [points], [every], [ask])
    return values[0], made[0]


def _starts(outer: Bound) -> list[list[int]]:
    """Profiles through whose payoffs thin sets may lie: equilibria of the stage game first."""
    nash = set(outer.operator.nash())
    return [[k] for k in sorted(outer.alive[0], key=lambda k: (k not in nash, k))]
