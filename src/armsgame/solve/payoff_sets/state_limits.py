"""Scores of stochastic games: what patience without limit can enforce, from whatever state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.errors import NotSolved, WrongConcept
from armsgame.games.stochastic import StochasticGame
from armsgame.geometry.directions import directions_of, merged
from armsgame.geometry.hulls import hull, normals
from armsgame.solve.payoff_sets.operator import Program
from armsgame.solve.payoff_sets.state_bounds import parts
from armsgame.solve.payoff_sets.state_lp import StateOperator, reaching

__all__ = ["Scores", "recurrent_class"]

# patience at which the weights of a program are those of the score, up to the factor 1/2
_HALF = 0.5
_CLOSE, _STEPS = 1e-8, 400


def recurrent_class(game: StochasticGame) -> list[int]:
    """States of the one class that play comes to in the end, whatever is done.

    Raises
    ------
    WrongConcept
        Several classes that play cannot leave, or one that it may never come to; they are named.
    """
    reach: Any = reaching(game)
    closed = [c for c in parts(reach) if reach[c[0]].sum() == len(c)]
    names = ["{" + ", ".join(repr(game.states[s]) for s in c) + "}" for c in closed]
    if len(closed) > 1:
        raise WrongConcept(
            f"play cannot leave any of the classes {', '.join(names)}: the limit of patience depends on the first "
            "state. Use payoff_set at a discount factor, or a game for each class."
        )
    inside = set(closed[0])
    stay = [s for s in range(len(game.states)) if s not in inside]
    while True:
        kept = [
            s
            for s in stay
            if (game.transitions[s].reshape(-1, len(game.states))[:, stay].sum(axis=1) > 1 - 1e-12).any()
        ]
        if kept == stay:
            break
        stay = kept
    if stay:
        outside = ", ".join(repr(game.states[s]) for s in stay)
        raise WrongConcept(
            f"play cannot leave the absorbing class {names[0]}, and need not come to it from {outside}: the limit of "
            "patience depends on the first state. Use payoff_set at a discount factor."
        )
    return closed[0]


@dataclass(frozen=True, slots=True)
class Scores:
    """Programs of the enforceable profiles of one class of states.

    Attributes
    ----------
    operator : StateOperator
    part : states of the class
    rows : list of (place in the class, program)
    """

    operator: StateOperator
    part: list[int]
    rows: list[tuple[int, Program]]

    @classmethod
    def of(cls, game: StochasticGame) -> Scores:
        """Set the programs up; profiles that no continuation enforces are left out."""
        part = recurrent_class(game)
        operator = StateOperator.of(game, _HALF)
        rows = [(n, p) for n, s in enumerate(part) for p in operator.programs[s] if _enforced(p)]
        return cls(operator, part, rows)

    def __call__(self, row: FloatArray) -> float:
        """Score of a unit direction, scaled payoffs; -inf where some state has no enforceable profile.

        The largest k for which relative values h exist with k + h <= T(h). Any h bounds it: it is at
        least min(T(h) - h) and at most max(T(h) - h), so that the answer carries its own certificate.
        """
        if len({n for n, _ in self.rows}) < len(self.part):
            return -np.inf
        direction = np.where(np.abs(row) < 1e-12, 0.0, row)
        system = _System(self, direction)
        h = np.zeros(len(self.part))
        values, best = system.image(h)
        low, high = float((values - h).min()), float((values - h).max())
        for step in range(_STEPS):
            if high - low <= _CLOSE:
                return high
            if step % 8 == 0:
                # policy iteration, where it comes closer than iteration of values
                tried = system.relative_values(best)
                there = system.image(tried)
                if np.ptp(there[0] - tried) < np.ptp(values - h):
                    h, (values, best) = tried, there
                else:
                    h, (values, best) = self._damped(system, h, values)
            else:
                h, (values, best) = self._damped(system, h, values)
            low, high = max(low, float((values - h).min())), min(high, float((values - h).max()))
        slow = [self.operator.game.states[s] for s, v in zip(self.part, values - h, strict=True) if v < high - _CLOSE]
        raise NotSolved(
            f"the score in direction {np.round(direction, 6).tolist()} is between {low:.6g} and {high:.6g} (scaled "
            f"payoffs): it may be lower from the states {', '.join(map(repr, slow))} than from others, and then the "
            "limit of patience depends on the first state. Use payoff_set at a discount factor."
        )

    @staticmethod
    def _damped(system: _System, h: FloatArray, values: FloatArray) -> tuple[FloatArray, tuple[FloatArray, IntArray]]:
        # half a step, for chains that come round with a period
        h = 0.5 * (h + values)
        h = h - h[0]
        return h, system.image(h)

    def feasible(self) -> FloatArray:
        """Extreme points [V, P] of the long-run averages of payoffs over all plans."""
        from scipy.optimize import linprog

        op, states = self.operator, len(self.part)
        pay = np.concatenate([op.payoffs[s] for s in self.part], axis=1)
        law = np.concatenate([op.game.transitions[s].reshape(-1, len(op.programs))[:, self.part] for s in self.part])
        own = np.repeat(np.arange(states), [op.payoffs[s].shape[1] for s in self.part])
        # shares of time of each state and profile: as much flows out of a state as into it
        system = np.vstack([np.eye(states)[own].T - law.T, np.ones(len(own))])
        points, asked = np.zeros((0, op.players)), np.zeros((0, op.players))
        fresh = directions_of(8, op.players)
        for _ in range(60):
            asked = np.concatenate([asked, fresh])
            for row in fresh:
                found = linprog(-(row @ pay), A_eq=system, b_eq=np.append(np.zeros(states), 1.0), method="highs")
                if found.status != 0:
                    raise NotSolved(f"the feasible payoffs could not be found ({found.message}); round the payoffs.")
                points = np.concatenate([points, (pay @ found.x)[None]])
            corner = hull(points)
            fresh = merged(asked, normals(corner), 1e-9)[len(asked) :]
            if not len(fresh):
                break
        return corner


class _System:
    """The programs in one direction as a sparse system, one block of continuations per profile."""

    def __init__(self, scores: Scores, direction: FloatArray) -> None:
        from scipy.sparse import coo_array

        self.scores, self.direction = scores, direction
        op, dim, states = scores.operator, len(direction), len(scores.part)
        place = {s: n for n, s in enumerate(scores.part)}
        alone = np.flatnonzero(direction)
        # a certain deviation is deterred for free, unless direction = -e_i: then x_i is bounded below there
        only = int(alone[0]) if len(alone) == 1 and direction.min() < 0 else -1
        rows: list[IntArray] = []
        cols: list[IntArray] = []
        vals: list[Any] = []
        limit: list[Any] = []
        slopes: list[Any] = []
        cost: list[Any] = []
        base: list[float] = []
        self.first, self.owner = [0], np.array([n for n, _ in scores.rows])
        self.top = [0]
        count = 0
        for n, p in scores.rows:
            blocks, at = len(p.weight), self.first[-1]
            weight, coef = p.weight / _HALF, p.coef / _HALF
            needed = np.flatnonzero(~p.threat.any(axis=1) | (p.owner == only))
            for r in needed.tolist():
                rows.append(np.full(blocks, count))
                cols.append(at + np.arange(blocks) * dim + p.owner[r])
                vals.append(coef[r])
                limit.append(p.base[r : r + 1] / _HALF)
                slope = np.zeros(states)
                if p.owner[r] == only:
                    slope[[place[t] for t in p.targets.tolist()]] -= p.threat[r] / _HALF / direction[only]
                slopes.append(slope)
                count += 1
            for y in range(blocks):
                rows.append(np.full(dim, count))
                cols.append(at + y * dim + np.arange(dim))
                vals.append(direction)
                limit.append(np.zeros(1))
                slope = np.zeros(states)
                slope[place[int(p.targets[p.group[y]])]] = 1.0
                slopes.append(slope)
                count += 1
            cost.append(np.kron(weight, direction))
            base.append(float(direction @ op.payoffs[scores.part[n]][:, p.profile]))
            self.first.append(at + blocks * dim)
            self.top.append(count)
        self.matrix = coo_array(
            (np.concatenate(vals), (np.concatenate(rows), np.concatenate(cols))), shape=(count, self.first[-1])
        ).tocsr()
        self.limit, self.slope = np.concatenate(limit), np.array(slopes)
        self.cost, self.base = np.concatenate(cost), np.array(base)

    def image(self, h: FloatArray) -> tuple[FloatArray, IntArray]:
        """T(h) [S]: the best score of a period when lambda . x is at most h at the next state; and which row."""
        from scipy.optimize import linprog

        found = linprog(
            -self.cost, A_ub=self.matrix, b_ub=self.limit + self.slope @ h, bounds=(None, None), method="highs"
        )
        self._check(found)
        value = self.base + np.add.reduceat(self.cost * found.x, self.first[:-1])
        states = len(self.scores.part)
        best = np.array([int(np.where(self.owner == n, value, -np.inf).argmax()) for n in range(states)])
        return value[best], best

    def relative_values(self, plan: IntArray) -> FloatArray:
        """Relative values h [S], h[0] = 0, at which the worst state of a plan gains most."""
        from scipy.optimize import linprog
        from scipy.sparse import block_array, csr_array

        states = len(plan)
        into = np.concatenate([np.arange(self.first[r], self.first[r + 1]) for r in plan])
        over = np.concatenate([np.arange(self.top[r], self.top[r + 1]) for r in plan])
        own = np.repeat(np.arange(states), [self.first[r + 1] - self.first[r] for r in plan])
        gain = csr_array((-self.cost[into], (own, np.arange(len(into)))), shape=(states, len(into)))
        # variables: x, h without its first entry, k
        system = block_array(
            [
                [self.matrix[over][:, into], csr_array(-self.slope[over][:, 1:]), csr_array((len(over), 1))],
                [gain, csr_array(np.eye(states)[:, 1:]), csr_array(np.ones((states, 1)))],
            ]
        )
        cost = np.zeros(len(into) + states)
        cost[-1] = -1.0
        found = linprog(
            cost, A_ub=system, b_ub=np.concatenate([self.limit[over], self.base[plan]]), bounds=(None, None),
            method="highs",
        )  # fmt: skip
        self._check(found)
        h: FloatArray = np.concatenate([[0.0], found.x[len(into) : -1]])
        return h

    def _check(self, found: Any) -> None:
        if found.status != 0:
            raise NotSolved(
                f"a linear program failed ({found.message}): direction {np.round(self.direction, 6).tolist()}. Round "
                "the payoffs and the law of the signals."
            )


def _enforced(p: Program) -> bool:
    """Whether some continuation deters every deviation that is not seen for certain."""
    free = ~p.threat.any(axis=1)
    coef, base, owner = p.coef[free], p.base[free], p.owner[free]
    if (base >= 0).all():
        return True
    from scipy.optimize import linprog

    # constraints of different players do not touch each other
    for i in np.unique(owner[base < 0]):
        own = owner == i
        found = linprog(np.zeros(coef.shape[1]), A_ub=coef[own], b_ub=base[own], bounds=(None, None), method="highs")
        if found.status != 0:
            return False
    return True
