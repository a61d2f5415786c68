"""Bounds on the payoff sets of all states of a stochastic game by half-spaces, in scaled payoffs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.geometry.halfspaces import vertices
from armsgame.solve.bounds import sharper
from armsgame.solve.state_lp import Made, StateOperator, reaching

__all__ = ["StateBound", "parts"]

_ROWS = 4 * 10**5


@dataclass(slots=True)
class StateBound:
    """Half-spaces per state, tightened until they hold the largest fixed point of the operator.

    Attributes
    ----------
    directions, levels : per state, arrays [K, P], [K]
    alive : per state, the profiles that are not excluded
    shrink, centre : float and array [S, P]
        Images are contracted towards the centres by this share; 0 bounds every equilibrium payoff.
    made : per state, the payoffs that attain the last levels: list of (profile, continuation)
    """

    operator: StateOperator
    directions: list[FloatArray]
    levels: list[FloatArray]
    alive: list[list[int]]
    reach: Any
    order: list[list[int]]
    shrink: float = 0.0
    centre: FloatArray | None = None
    bases: dict[tuple[int, int], IntArray] = field(default_factory=dict)
    made: list[list[Made]] = field(default_factory=list)
    iterations: int = 0
    jumps: int = 0

    @classmethod
    def of(cls, operator: StateOperator, directions: FloatArray) -> StateBound:
        """Start from one box of feasible payoffs at every state."""
        count = len(operator.programs)
        levels = np.maximum(directions, 0).sum(axis=1)
        reach = reaching(operator.game)
        return cls(
            operator,
            [directions.copy() for _ in range(count)],
            [levels.copy() for _ in range(count)],
            [list(range(len(own))) for own in operator.programs],
            reach,
            parts(reach),
            made=[[] for _ in range(count)],
        )

    def tightened(self, shrink: float, centre: FloatArray) -> StateBound:
        """Return the same half-spaces with images contracted from now on."""
        return StateBound(
            self.operator, [d.copy() for d in self.directions], [c.copy() for c in self.levels],
            [list(a) for a in self.alive], self.reach, self.order, shrink, centre,
            {k: b.copy() for k, b in self.bases.items()}, [list(m) for m in self.made],
        )  # fmt: skip

    def packed(self) -> tuple[FloatArray, FloatArray]:
        """Half-spaces of all states as arrays [S, K, P], [S, K]; rows of zeros fill shorter lists up."""
        most = max(len(d) for d in self.directions)
        h = np.zeros((len(self.directions), most, self.operator.players))
        c = np.ones((len(self.directions), most))
        for s, (own, level) in enumerate(zip(self.directions, self.levels, strict=True)):
            h[s, : len(own)], c[s, : len(own)] = own, level
        return h, c

    def image(
        self, s: int, h: FloatArray, c: FloatArray, ask: FloatArray, *, rows: _Rows | None = None, warm: bool = True
    ) -> tuple[FloatArray, list[Made]]:
        """Levels [J] of what the profiles of a state generate on half-spaces, and what attains each.

        Profiles that cannot be enforced are excluded for good.
        """
        op = self.operator
        best, made = np.full(len(ask), -np.inf), [(-1, np.empty((0, 0)))] * len(ask)
        left = []
        for k in self.alive[s]:
            basis = None
            if warm:
                basis = self.bases.setdefault(
                    (s, k), np.full((len(ask), op.programs[s][k].weight.size * op.players), -(2**41), np.int64)
                )
            found = op.solve(s, k, ask, h, c, basis, rows is not None)
            if found is None:
                continue
            left.append(k)
            value, ahead, mult = found
            if rows is not None:
                rows.add(s, k, value, mult)
            for j in np.flatnonzero(value > best).tolist():
                made[j] = (k, ahead[j])
            best = np.maximum(best, value)
        self.alive[s] = left
        return best, made

    def run(self, tolerance: float, limit: int) -> bool:
        """Tighten until levels move by at most `tolerance` x (1 - discount); false at `limit` rounds.

        What can no longer be left is done first: the states that it leads to are then settled.
        """
        stop = max(tolerance * (1 - self.operator.discount), 1e-13)
        done = True
        for part in self.order:
            moved, rounds = np.inf, 0
            while moved > stop and all(self.alive[s] for s in part):
                if rounds >= limit:
                    done = False
                    break
                moved = self._step(part)
                rounds += 1
            if any(not self.alive[s] for s in part):
                self._void(part)
        return done

    def _void(self, part: list[int]) -> None:
        # a state without equilibrium leaves none to any state from which play can come to it
        lost = [s for s in part if not self.alive[s]]
        for s in np.flatnonzero(self.reach[:, lost].any(axis=1)).tolist():
            self.alive[s], self.made[s] = [], []
            self.levels[s] = np.full(len(self.levels[s]), -np.inf)

    def _step(self, part: list[int]) -> float:
        h, c = self.packed()
        size = sum(len(self.alive[s]) * len(self.directions[s]) for s in part)
        rows = _Rows(self, part, c) if size <= _ROWS else None
        before = [self.levels[s] for s in part]
        self.iterations += 1
        for s in part:
            value, self.made[s] = self.image(s, h, c, self.directions[s], rows=rows)
            if not self.alive[s]:
                return np.inf
            self.levels[s] = np.minimum(self.levels[s], self._contract(s, value, self.directions[s]))
            c[s, : len(value)] = self.levels[s]
        if rows is not None:
            jump = rows.fixed_point()
            if jump is not None:
                self.jumps += 1
                for s, level in zip(part, jump, strict=True):
                    self.levels[s] = np.minimum(self.levels[s], level)
        return max(float((old - self.levels[s]).max()) for old, s in zip(before, part, strict=True))

    def _contract(self, s: int, value: FloatArray, directions: FloatArray) -> FloatArray:
        if self.centre is None:
            return value
        pulled: FloatArray = (1 - self.shrink) * value + self.shrink * (directions @ self.centre[s])
        return pulled

    def corners(self, s: int) -> FloatArray:
        """Vertices [V, P] of the half-spaces of a state."""
        if not self.alive[s]:
            return np.zeros((0, self.operator.players))
        return vertices(self.directions[s], self.levels[s])

    def applied(self) -> tuple[list[FloatArray], list[list[Made]]]:
        """Apply the operator once everywhere at the present levels: payoffs [K, P] per state and what makes them."""
        h, c = self.packed()
        points, made = [], []
        for s in range(len(self.directions)):
            one = self.image(s, h, c, self.directions[s])[1] if self.alive[s] else []
            one = [m for m in one if m[0] >= 0]
            made.append(one)
            points.append(np.array([self.operator.generated(s, m) for m in one]).reshape(-1, self.operator.players))
        return points, made

    def refine(self, s: int, corner: FloatArray, made: FloatArray, target: float) -> int:
        """Add directions at the vertices of a state that are off the hull of `made`; returns how many."""
        touch, more = sharper(self.directions[s], self.levels[s], corner, made, target)
        h, c = self.packed()
        value = self.image(s, h, c, more, warm=False)[0] if len(more) else np.zeros(0)
        implied = (corner @ more.T).max(axis=0, initial=-np.inf) + 1e-10
        level = np.minimum(self._contract(s, value, more), implied)
        self.levels[s] = np.concatenate([self.levels[s][touch], level])
        self.directions[s] = np.concatenate([self.directions[s][touch], more])
        # bases name half-spaces by their place
        into = self.reach[:, s] if len(more) or not touch.all() else np.zeros(len(self.reach), bool)
        self.bases = {key: b for key, b in self.bases.items() if not into[key[0]]}
        return len(more)


def parts(reach: Any) -> list[list[int]]:
    """Classes of states that lead to each other, in an order in which what a class leads to comes first."""
    both = reach & reach.T
    classes = {tuple(np.flatnonzero(row).tolist()) for row in both}
    return [list(c) for c in sorted(classes, key=lambda c: (int(reach[c[0]].sum()), c))]


class _Rows:
    """A monotone piecewise linear map that bounds the operator on one class of states.

    Multipliers that are feasible once are feasible at any levels: level (s, k) is at most the
    largest over profiles of const + line . levels, with line >= 0.
    """

    def __init__(self, bound: StateBound, part: list[int], c: FloatArray) -> None:
        self.bound, self.part = bound, part
        self.width, self.levels = c.shape[1], c
        self.place = {s: n for n, s in enumerate(part)}
        self.first = np.cumsum([0, *(len(bound.directions[s]) for s in part)])
        self.key: list[IntArray] = []
        self.const: list[FloatArray] = []
        self.now: list[FloatArray] = []
        self.lines: list[Any] = []

    def add(self, s: int, k: int, value: FloatArray, mult: FloatArray) -> None:
        """Add the rows of one profile."""
        from scipy.sparse import csr_array

        bound, op = self.bound, self.bound.operator
        p, share = op.programs[s][k], 1 - bound.shrink
        walls = mult[:, : len(p.targets) * self.width].reshape(len(value), len(p.targets), self.width)
        duals = mult[:, len(p.targets) * self.width :]
        for g in range(len(p.targets)):
            np.add.at(walls[:, g].T, 2 * p.owner + 1, (duals * p.threat[:, g]).T)
        line = np.zeros((len(value), int(self.first[-1])))
        const = (1 - op.discount) * bound.directions[s] @ op.payoffs[s][:, k] + duals @ p.base
        for g, t in enumerate(p.targets.tolist()):
            if t in self.place:
                n, size = self.place[t], len(bound.directions[t])
                line[:, self.first[n] : self.first[n + 1]] += walls[:, g, :size]
                const += walls[:, g, size:].sum(axis=1)
            else:
                const += walls[:, g] @ self.levels[t]
        self.lines.append(csr_array(share * line))
        self.const.append(bound._contract(s, const, bound.directions[s]))
        self.now.append(bound._contract(s, value, bound.directions[s]))
        self.key.append(self.first[self.place[s]] + np.arange(len(value)))

    def fixed_point(self) -> list[FloatArray] | None:
        """Levels per state that bound the largest fixed point, or None where the map is not seen to contract."""
        from scipy.sparse import diags_array, eye_array, vstack
        from scipy.sparse.linalg import splu

        key = np.concatenate(self.key)
        order = np.argsort(key, kind="stable")
        line = vstack(self.lines, format="csr")[order]
        const, now = np.concatenate(self.const)[order], np.concatenate(self.now)[order]
        size = int(self.first[-1])
        start = np.searchsorted(key[order], np.arange(size))
        spread = np.repeat(np.arange(size), np.diff(np.append(start, len(key))))

        def best(value: FloatArray) -> Any:
            top = np.maximum.reduceat(value, start)
            hit = np.flatnonzero(value >= top[spread])
            return hit[np.unique(spread[hit], return_index=True)[1]]

        for _ in range(6):
            choice = best(now)
            for _ in range(40):
                try:
                    solver = splu((eye_array(size) - line[choice]).tocsc())
                except RuntimeError:
                    return None
                level, weight = solver.solve(const[choice]), solver.solve(np.ones(size))
                value = const + line @ level
                off = float((np.maximum.reduceat(value, start) - level).max())
                if not np.isfinite(level).all() or not (weight > 0).all():
                    return None
                if off <= 1e-13:
                    break
                turned = best(value)
                # keep what is as good, so that the search ends
                choice = np.where(value[turned] > value[choice] + 1e-14, turned, choice)
            else:
                return None
            bad = line @ weight > weight[spread] * (1 - 1e-9)
            if not bad.any():
                # rounding: the residual bounds the error through the same contraction
                lifted = level + weight * (max(off, 0.0) + 1e-14)
                return [lifted[a:b] for a, b in zip(self.first[:-1], self.first[1:], strict=True)]
            # what a profile generates now bounds it for good: a constant row
            line, const = diags_array(np.where(bad, 0.0, 1.0)) @ line, np.where(bad, now, const)
            line = line.tocsr()
        return None
