"""Self-generating payoff sets of stochastic games: what equilibria do reach from every state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.geometry.directions import directions_of, merged
from armsgame.geometry.hulls import farthest, hull, normals
from armsgame.solve.state_bounds import StateBound
from armsgame.solve.state_lp import Made, StateOperator

__all__ = ["StateInner", "contracted", "grown", "seeds"]

_EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class StateInner:
    """Payoffs per state that continuation payoffs among themselves generate.

    Attributes
    ----------
    points : per state, array [V, P], scaled
    made : per state, list of (profile, continuation [Y', P]), one per point
    slack : float, by how much self-generation fails in rounding (scaled)
    """

    points: list[FloatArray]
    made: list[list[Made]]
    slack: float

    @classmethod
    def of(cls, points: list[FloatArray], made: list[list[Made]], slack: float) -> StateInner:
        """Keep the extreme points of every state."""
        kept, labels = [], []
        for own, names in zip(points, made, strict=True):
            corner = hull(own)
            at = [int(np.abs(own - v).max(axis=1).argmin()) for v in corner]
            kept.append(own[at])
            labels.append([names[j] for j in at])
        return cls(kept, labels, slack)

    def joined(self, points: list[FloatArray], made: list[list[Made]], slack: float) -> StateInner:
        """Hull of the union with what is generated on these sets or on others that generate themselves."""
        both = [np.concatenate([a, b]) for a, b in zip(self.points, points, strict=True)]
        return StateInner.of(
            both, [a + b for a, b in zip(self.made, made, strict=True)], max(self.slack, slack)
        )  # fmt: skip


def contracted(outer: StateBound, share: float, limit: int, most: int) -> StateInner | None:
    """Find a self-generating set inside a bound: the fixed point of the operator contracted by `share`.

    The vertices of its half-spaces must lie in the hull of what one application generates on
    them, at every state; else directions are added where they do not. None where that fails.
    """
    centre = np.array([outer.corners(s).mean(axis=0) for s in range(len(outer.directions))])
    tight = outer.tightened(share, centre)
    still = 0.02 * share / (1 - outer.operator.discount)
    good = None
    for _ in range(12):
        if not tight.run(still, limit) or not all(tight.alive):
            return good
        corner = [tight.corners(s) for s in range(len(centre))]
        if not all(len(v) for v in corner):
            return good
        points, made = tight.applied()
        if not all(tight.alive):
            return good
        off = [farthest(v, p) for v, p in zip(corner, points, strict=True)]
        if max(off) <= _EXACT:
            good = StateInner.of(points, made, max(off))
        wide = [s for s in range(len(off)) if off[s] > 1e-13]
        if good is not None or not wide or max(map(len, tight.directions)) > most:
            return good
        if not sum(tight.refine(s, corner[s], points[s], 0.0) for s in wide):
            return good
    return good


def image_of(
    operator: StateOperator, points: list[FloatArray], alive: list[list[int]], ask: list[FloatArray]
) -> tuple[list[FloatArray], list[list[Made]]]:
    """Payoffs [J, P] per state that profiles generate on the hulls of `points`, best in the directions asked."""
    players = operator.players
    axes = directions_of(4, players)[: 2 * players]
    sides = [merged(axes, normals(own)) for own in points]
    on = StateBound.of(operator, axes)
    on.directions, on.alive = sides, [list(a) for a in alive]
    on.levels = [(own @ h.T).max(axis=0) for own, h in zip(points, sides, strict=True)]
    h, c = on.packed()
    values, labels = [], []
    for s in range(len(points)):
        made = [m for m in on.image(s, h, c, ask[s], warm=False)[1] if m[0] >= 0]
        values.append(np.array([operator.generated(s, m) for m in made]).reshape(-1, players))
        labels.append(made)
    return values, labels


def grown(
    operator: StateOperator,
    found: StateInner,
    alive: list[list[int]],
    ask: list[FloatArray],
    *,
    rounds: int,
    enough: float,
) -> StateInner:
    """Add what a self-generating set generates in the directions asked, while that moves it by `enough`."""
    for _ in range(rounds):
        points, made = image_of(operator, found.points, alive, ask)
        moved = max(
            (farthest(new, old) for new, old in zip(points, found.points, strict=True) if len(new)), default=0.0
        )
        if moved <= enough:
            break
        found = found.joined(points, made, 0.0)
    return found


def seeds(outer: StateBound) -> StateInner | None:
    """Self-generating sets to begin with: Markov equilibria, then plans that they enforce as threats."""
    op = outer.operator
    found = None
    for row in outer.directions[0][:8]:
        value = _equilibrium(op, outer.alive, row)
        if value is not None:
            made = [[_stationary(op, s, k, value[0])] for s, k in enumerate(value[1])]
            points = [v[None] for v in value[0]]
            found = StateInner.of(points, made, 0.0) if found is None else found.joined(points, made, 0.0)
    if found is None:
        return None
    for row in directions_of(8, op.players):
        plan = _planned(op, outer.alive, row)
        more = [np.vstack([own, v]) for own, v in zip(found.points, plan, strict=True)]
        ask = [merged(directions_of(4, op.players), normals(hull(own))) for own in more]
        points, made = image_of(op, more, outer.alive, ask)
        both = [np.concatenate([a, b]) for a, b in zip(points, found.points, strict=True)]
        off = max(farthest(a, b) for a, b in zip(more, both, strict=True))
        if off <= _EXACT:
            found = found.joined(points, made, off)
    return found


def _ahead(op: StateOperator, s: int, value: FloatArray) -> FloatArray:
    """Payoffs [P, A] of a period at a state when `value` [S, P] follows."""
    law = op.game.transitions[s].reshape(-1, len(value))
    ahead: FloatArray = (1 - op.discount) * op.payoffs[s] + op.discount * (law @ value).T
    return ahead


def _worth(op: StateOperator, plan: list[int]) -> FloatArray:
    """Payoffs [S, P] of playing one profile per state for ever."""
    size = len(plan)
    law = np.array([op.game.transitions[s].reshape(-1, size)[k] for s, k in enumerate(plan)])
    now = np.array([op.payoffs[s][:, k] for s, k in enumerate(plan)])
    system: Any = np.eye(size) - op.discount * law
    value: FloatArray = np.linalg.solve(system, (1 - op.discount) * now)
    return value


def _planned(op: StateOperator, alive: list[list[int]], row: FloatArray) -> FloatArray:
    """Payoffs [S, P] of the Markov plan best in a direction among profiles that are not excluded."""
    plan = [own[0] for own in alive]
    for _ in range(100):
        value = _worth(op, plan)
        better = []
        for s, own in enumerate(alive):
            score = row @ _ahead(op, s, value)
            best = own[int(np.argmax(score[own]))]
            better.append(best if score[best] > score[plan[s]] + 1e-12 else plan[s])
        if better == plan:
            break
        plan = better
    return value


def _equilibrium(op: StateOperator, alive: list[list[int]], row: FloatArray) -> tuple[FloatArray, list[int]] | None:
    """Find a pure Markov equilibrium by best replies, state by state; None where none settles."""
    value: FloatArray = np.zeros((len(alive), op.players))
    last: list[int] = []
    for _ in range(200):
        plan = []
        for s in range(len(alive)):
            own = _ahead(op, s, value).reshape(op.players, *op.game.stages[s].shape)
            stable = np.ones(own.shape[1:], bool)
            for i in range(op.players):
                stable &= own[i] >= own[i].max(axis=i, keepdims=True) - 1e-12
            pure = np.flatnonzero(stable.ravel())
            if not len(pure):
                return None
            plan.append(int(pure[np.argmax(row @ own.reshape(op.players, -1)[:, pure])]))
        value = _worth(op, plan)
        if plan == last:
            return value, plan
        last = plan
    return None


def _stationary(op: StateOperator, s: int, k: int, value: FloatArray) -> Made:
    p = op.programs[s][k]
    return k, value[p.targets[p.group]]
