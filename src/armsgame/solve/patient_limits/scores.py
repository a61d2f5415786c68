"""Scores: how much patience without limit can enforce in a direction of payoffs, from whatever state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.errors import NotSolved, WrongConcept
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.geometry.directions import directions_of, merged
from armsgame.geometry.hulls import hull, normals
from armsgame.solve.payoff_sets.operator import Operator, Program, reaching
from armsgame.solve.payoff_sets.outer_bound import parts

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
    reach = reaching(game)
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
    """Programs of the enforceable profiles of one class of states; a repeated game is one state.

    Attributes
    ----------
    operator : Operator
    part : states of the class
    rows : list of (place in the class, program)
    payoffs : array [R, P], scaled, of the rows
    targets : per row, array [G, S] that says which states of the class follow
    ahead : array [R, S], law of the next state in the class after each row
    lost : rows that no continuation enforces, as far as it is known
    """

    operator: Operator
    part: list[int]
    rows: list[tuple[int, Program]]
    payoffs: FloatArray
    targets: list[FloatArray]
    ahead: FloatArray
    lost: set[int]

    @classmethod
    def of(cls, game: RepeatedGame | StochasticGame) -> Scores:
        """Set the programs up."""
        operator, part = Operator.of(game, _HALF), recurrent_class(game) if isinstance(game, StochasticGame) else [0]
        rows = [(n, p) for n, s in enumerate(part) for p in operator.programs[s]]
        payoffs = np.concatenate([operator.payoffs[s].T for s in part])
        targets = [np.eye(len(part))[[part.index(t) for t in p.targets.tolist()]] for _, p in rows]
        ahead = np.array([p.weight / _HALF @ to[p.group] for (_, p), to in zip(rows, targets, strict=True)])
        return cls(operator, part, rows, payoffs, targets, ahead, set())

    def __call__(self, row: FloatArray) -> float:
        """Score of a unit direction, scaled payoffs; -inf where some state has no enforceable profile.

        The largest k for which relative values h exist with k + h <= T(h). Any h bounds it: it is at
        least min(T(h) - h) and at most max(T(h) - h), so that the answer carries its own certificate.
        """
        direction = np.where(np.abs(row) < 1e-12, 0.0, row)
        system = _System(self, direction)
        h = np.zeros(len(self.part))
        values, best = system.image(h)
        if not np.isfinite(values).all():
            return -np.inf
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
        names = getattr(self.operator.game, "states", ("",))
        slow = [names[s] for s, v in zip(self.part, values - h, strict=True) if v < high - _CLOSE]
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
        if states == 1:
            return hull(op.payoffs[self.part[0]].T)
        pay = np.concatenate([op.payoffs[s] for s in self.part], axis=1)
        law = np.concatenate([op.law(s)[:, self.part] for s in self.part])
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


@dataclass(frozen=True, slots=True)
class _Block:
    """Linear program of a profile in one direction: most cost . x with matrix x <= limit + slope h."""

    matrix: FloatArray
    limit: FloatArray
    slope: FloatArray
    cost: FloatArray


class _System:
    """The programs in one direction, each set up where it is first asked."""

    def __init__(self, scores: Scores, direction: FloatArray) -> None:
        self.scores, self.direction = scores, direction
        self.base = scores.payoffs @ direction
        alone = np.flatnonzero(direction)
        # a certain deviation is deterred for free, unless direction = -e_i: then x_i is bounded below there
        self.only = int(alone[0]) if len(alone) == 1 and direction.min() < 0 else -1
        self.blocks: dict[int, _Block] = {}

    def block(self, row: int) -> _Block:
        """Program of a row."""
        if row not in self.blocks:
            p, direction, ahead = self.scores.rows[row][1], self.direction, self.scores.targets[row]
            blocks, dim, needed = len(p.weight), len(direction), self.needed(p)
            owner = p.owner[needed]
            rows = np.zeros((len(owner), blocks, dim))
            rows[np.arange(len(owner)), :, owner] = p.coef[needed]
            self.blocks[row] = _Block(
                np.vstack([rows.reshape(len(owner), blocks * dim), np.kron(np.eye(blocks), direction)]),
                np.concatenate([p.base[needed], np.zeros(blocks)]),
                np.vstack([p.threat[needed] @ ahead * (owner == self.only)[:, None], ahead[p.group]]),
                np.asarray(np.kron(p.weight / _HALF, direction), dtype=np.float64),
            )
        return self.blocks[row]

    def needed(self, p: Program) -> BoolArray:
        """Mask [R] of the incentive constraints that are not met for free."""
        return np.asarray(~p.threat.any(axis=1) | (p.owner == self.only))

    def image(self, h: FloatArray) -> tuple[FloatArray, IntArray]:
        """T(h) [S]: the best score of a period when lambda . x is at most h at the next state; and which row."""
        top = self.base + self.scores.ahead @ h
        value, best = np.full(len(h), -np.inf), np.full(len(h), -1)
        for row in np.argsort(-top, kind="stable").tolist():
            place = self.scores.rows[row][0]
            if top[row] > value[place] and row not in self.scores.lost:
                found = top[row] - self.loss(row, h)
                if found > value[place]:
                    value[place], best[place] = found, row
        return value, best

    def loss(self, row: int, h: FloatArray) -> float:
        """By how much the constraints of a profile hold its score below h and the payoff of the period."""
        p, needed = self.scores.rows[row][1], self.needed(self.scores.rows[row][1])
        if not needed.any():
            return 0.0
        after = self.scores.targets[row] @ h
        owner, limit = p.owner[needed], p.base[needed] + (p.threat[needed] @ after) * (p.owner[needed] == self.only)
        if (p.coef[needed] @ after[p.group] * self.direction[owner] <= limit).all():
            return 0.0
        from scipy.optimize import linprog

        b = self.block(row)
        found = linprog(-b.cost, A_ub=b.matrix, b_ub=b.limit + b.slope @ h, bounds=(None, None), method="highs")
        if found.status == 2:
            # shifted along the direction a solution is one for any h and any direction: there is none
            self.scores.lost.add(row)
            return np.inf
        self.check(found)
        return max(float(found.fun + self.scores.ahead[row] @ h), 0.0)

    def relative_values(self, plan: IntArray) -> FloatArray:
        """Relative values h [S], h[0] = 0, at which the worst state of a plan gains most."""
        from scipy.optimize import linprog
        from scipy.sparse import block_array, block_diag, csr_array

        states, blocks = len(plan), [self.block(row) for row in plan.tolist()]
        slope = np.vstack([b.slope for b in blocks])
        # variables: x, h without its first entry, k
        system = block_array(
            [
                [block_diag([b.matrix for b in blocks]), csr_array(-slope[:, 1:]), csr_array((len(slope), 1))],
                [
                    block_diag([-b.cost[None] for b in blocks]),
                    csr_array(np.eye(states)[:, 1:]),
                    csr_array(np.ones((states, 1))),
                ],
            ]
        )
        cost = np.zeros(system.shape[1])
        cost[-1] = -1.0
        limit = np.concatenate([*(b.limit for b in blocks), self.base[plan]])
        found = linprog(cost, A_ub=system, b_ub=limit, bounds=(None, None), method="highs")
        self.check(found)
        return np.concatenate([[0.0], found.x[-states:-1]])

    def check(self, found: Any) -> None:
        """Raise `NotSolved` where a linear program failed."""
        if found.status != 0:
            raise NotSolved(
                f"a linear program failed ({found.message}): direction {np.round(self.direction, 6).tolist()} of the "
                f"{self.scores.operator.game}. Round the payoffs and the law of the signals."
            )
