"""A monotone map that bounds levels by levels, and its least fixed point with a witness that proves the bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from armsgame._typing import FloatArray, IntArray, Number
from armsgame.solve.payoff_sets.operator import Rows

# per state and profile, multipliers: one row per direction
Placed: TypeAlias = list[tuple[int, int, Rows]]
_EPS = float(np.finfo(float).eps)
# unknowns up to which a system is solved as a dense one, and rows up to which a linear program is tried
_DENSE, _ROWS = 250, 40_000
# by how much levels are raised for a witness, in units of the weights of the rows that bind there
_LIFTS = (1e-8, 1e-10, 1e-12)


@dataclass(frozen=True, slots=True)
class Jump:
    """A proof that levels are at most `low`: F(low) <= low, F(high) < high, and the levels known are at most `high`."""

    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class Step:
    """What proves one step of a bound, kept on request: enough to check it from the game alone.

    Attributes
    ----------
    directions, levels : per state, before the step
    rows : list of (state, profile, multipliers), one row per direction of the state
    dropped : list of (state, profile, multipliers), whose one row is negative: the profile is excluded
    jump : levels of all states in a row that the rows prove, and their witness; None for a plain step
    """

    directions: list[FloatArray]
    levels: list[FloatArray]
    rows: Placed
    dropped: Placed
    jump: Jump | None


@dataclass(frozen=True, slots=True)
class LevelMap:
    """F(x)[k] = the largest of const + line . x over the rows of level k; line >= 0, so that F is monotone and convex.

    Attributes
    ----------
    total : int, the number N of all levels
    own : array [n], the levels that it bounds
    start : array [n], the first row of each
    heads, at, line : arrays [R + 1], [T], [T]
        The terms of the rows (`armsgame._kernels.levels`).
    const, size : arrays [R]
        `size` bounds what rounding can matter in a row: |const| + the sum of line, in units of 1.
    terms : int, most terms of a row
    """

    total: int
    own: IntArray
    start: IntArray
    heads: IntArray
    at: IntArray
    line: FloatArray
    const: FloatArray
    size: FloatArray
    terms: int

    @classmethod
    def of(cls, total: int, pieces: list[tuple[IntArray, Rows]]) -> LevelMap:
        """Join rows; each piece gives the levels [J] that its rows bound, among `total` ones."""
        from armsgame._kernels.levels import joined

        key = np.concatenate([k for k, _ in pieces])
        order = np.argsort(key, kind="stable")
        wide = [r.line.shape[1] for _, r in pieces]
        first = np.zeros(len(key) + 1, np.int64)
        np.cumsum(np.repeat(wide, [len(r.const) for _, r in pieces]), out=first[1:])
        places = np.concatenate([r.place.ravel() for _, r in pieces])
        lines = np.concatenate([r.line.ravel() for _, r in pieces])
        const = np.concatenate([r.const for _, r in pieces])[order]
        heads, at, line = np.empty(len(key) + 1, np.int64), np.empty(len(lines), np.int64), np.empty(len(lines))
        slope, key = np.empty(len(key)), key[order]
        left = joined(order, first, places, lines, total, heads, at, line, slope)
        start = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
        # terms were added where they name the same level
        terms = max(wide, default=1)
        lost = _EPS * terms * slope
        return cls(
            total, key[start], start, heads, at[:left], line[:left], const + lost, np.abs(const) + slope, terms + 6
        )

    def upper(self, x: FloatArray) -> FloatArray:
        """Values [R] of the rows at x [N], rounded up."""
        return self._values(x) + (_EPS * self.terms * max(1.0, float(np.abs(x).max()))) * self.size

    def _values(self, x: FloatArray, const: FloatArray | None = None) -> FloatArray:
        from armsgame._kernels.levels import values

        found = np.empty(len(self.const))
        values(self.heads, self.at, self.line, self.const if const is None else const, x, found)
        return found

    def image(self, x: FloatArray) -> FloatArray:
        """F(x), rounded up, at the levels that it bounds."""
        from armsgame._kernels.levels import image

        found = np.empty(len(self.start))
        lost = _EPS * self.terms
        image(self.heads, self.at, self.line, self.const, self.size, self.start, lost, x, found)
        return found

    def lowered(self, x: FloatArray, steps: int, stop: float) -> FloatArray:
        """Smaller levels that still bound: x <- min(x, F(x)), until that moves them by `stop` at most."""
        x = x.copy()
        for _ in range(steps):
            before = x[self.own]
            x[self.own] = np.minimum(before, self.image(x))
            if float((before - x[self.own]).max()) <= stop:
                break
        return x

    def jump(self, x: FloatArray, *, thorough: bool = True) -> Jump | None:
        """Find the least fixed point and what proves that levels of at most x are at most it; None where that fails.

        `thorough`: by linear programs where policy iteration and its weights do not do.

        Whatever finds the two vectors, the inequalities of `Jump` decide, checked with rounding up. They suffice:
        by convexity F(y + t (w - y)) < y + t (w - y) for 0 < t <= 1, so that the least t for which the
        true levels are below y + t (w - y) is 0.
        """
        found = self._fixed(x, thorough)
        if found is None:
            return None
        low, weight, first = found
        own, proposal = self.own, x.copy()
        for lift in (0.0, 1e-15, 1e-14, 1e-13, 1e-12, 1e-11):
            proposal[own] = low + lift * weight
            if (self.image(proposal) <= proposal[own]).all():
                break
        else:
            return None
        high = x.copy()
        for lift in _LIFTS:
            # levels that F lowers are raised by next to nothing, along the weights of the rows that bind there
            if first is None:
                break
            high[own] = x[own] + lift * first
            if self._above(high, x):
                return Jump(proposal, high)
        need = max(float(((x[own] - low) / weight).max()), 0.0) * (1 + 1e-9) + 1e-13
        for times in 30.0 ** np.arange(7):
            high[own] = low + need * times * weight
            if self._above(high, x):
                return Jump(proposal, high)
        # F + need, whose least fixed point is at least low + need weight, and so at least x
        const = self._rest(x) + need
        found = self._howard(const, self._best(self._values(self._whole(low), const)))
        wide = self._program(x, witness=True) if found is None and thorough else found and found[0]
        if wide is not None:
            high[own] = wide
            if self._above(high, x):
                return Jump(proposal, high)
        return None

    def _above(self, high: FloatArray, x: FloatArray) -> bool:
        """Check F(high) < high, strictly at every level, and high >= x."""
        return bool((high[self.own] >= x[self.own]).all() and (self.image(high) < high[self.own]).all())

    def _best(self, value: FloatArray) -> IntArray:
        """Row of the largest value of each level."""
        from armsgame._kernels.levels import best

        choice = np.empty(len(self.start), np.int64)
        best(value, self.start, choice)
        return choice

    def _whole(self, own: Number) -> FloatArray:
        """Levels [N] that are zero but for those that it bounds."""
        x = np.zeros(self.total)
        x[self.own] = own
        return x

    def _rest(self, x: FloatArray) -> FloatArray:
        """Constants [R] of the rows as a map of the levels bounded alone, the others at x [N]."""
        rest = x.copy()
        rest[self.own] = 0.0
        return self.upper(rest)

    def _fixed(self, x: FloatArray, thorough: bool) -> tuple[FloatArray, FloatArray, FloatArray | None] | None:
        """Least solution of F(y) <= y by policy iteration (Howard), and weights z = 1 + line . z of the last policy.

        From any policy that contracts it ends at the least solution where there is a witness: F of a
        policy is at most F, so that its fixed point is below. The weights of the rows that bind at x come last; None
        where these do not contract.
        """
        const = self._rest(x)
        found = self._howard(const, self._best(self._values(self._whole(x[self.own]), const)))
        if found is not None:
            return found
        # where the rows that bind now do not contract: those with the least slope
        found = self._howard(const, self._best(-self._values(self._whole(1.0), np.zeros(len(const)))))
        if found is None and thorough:
            least = self._program(x, witness=False)
            if least is not None:
                found = self._howard(const, self._best(self._values(self._whole(least), const)))
        return None if found is None else (found[0], found[1], None)

    def _howard(self, const: FloatArray, choice: IntArray) -> tuple[FloatArray, FloatArray, FloatArray] | None:
        """Find the fixed point and weights of the policy that it ends with; the weights of the one it begins with."""
        first: FloatArray | None = None
        for _ in range(60):
            solved = self._solve(const, choice)
            if solved is None:
                return None
            low, weight = solved
            first = weight if first is None else first
            value = self._values(self._whole(low), const)
            best = self._best(value)
            better = value[best] > value[choice] + 1e-14
            if not better.any():
                return low, weight, first
            choice = np.where(better, best, choice)
        return None

    def _solve(self, const: FloatArray, choice: IntArray) -> tuple[FloatArray, FloatArray] | None:
        """Solve y = const + line y and z = 1 + line z on rows; None where it is singular or a weight z not positive."""
        size = len(choice)
        found = np.ones((size, 2))
        found[:, 0] = const[choice]
        if size <= _DENSE:
            from armsgame._kernels.levels import system
            from armsgame._kernels.linear import back, factor

            column = np.full(self.total, -1)
            column[self.own] = np.arange(size)
            matrix, pivots = np.empty((size, size)), np.empty(size, np.int64)
            system(self.heads, self.at, self.line, column, choice, matrix)
            if not factor(matrix, pivots):
                return None
            back(matrix, pivots, found)
        else:
            from scipy.sparse import eye_array
            from scipy.sparse.linalg import splu

            try:
                found = splu((eye_array(size) - self._sparse(choice)).tocsc()).solve(found)
            except RuntimeError:
                return None
        good = np.isfinite(found).all() and (found[:, 1] > 0).all()
        return (found[:, 0], found[:, 1]) if good else None

    def _sparse(self, rows: object) -> Any:
        """Rows as a sparse matrix of the levels bounded."""
        from scipy.sparse import csr_array

        return csr_array((self.line, self.at, self.heads), shape=(len(self.const), self.total))[rows][:, self.own]

    def _program(self, x: FloatArray, *, witness: bool) -> FloatArray | None:
        """Find the least y with F(y) <= y, or w >= x with the largest room w - F(w), by a linear program."""
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, eye_array, hstack

        const, rows, size = self._rest(x), len(self.const), len(self.own)
        if rows > _ROWS:
            return None
        spread = np.repeat(np.arange(size), np.diff(np.append(self.start, rows)))
        system = self._sparse(slice(None)) - csr_array(eye_array(size))[spread]
        now = x[self.own]
        options = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
        if witness:
            found = linprog(
                np.append(np.zeros(size), -1.0), A_ub=hstack([system, np.ones((rows, 1))], format="csr"), b_ub=-const,
                bounds=[*((v + 1e-13, v + 2.0) for v in now.tolist()), (None, 1e-2)], method="highs", options=options,
            )  # fmt: skip
            return None if found.status != 0 or found.x[-1] <= 0 else np.asarray(found.x[:-1])
        found = linprog(np.ones(size), A_ub=system, b_ub=-const, bounds=(-4.0, 4.0), method="highs", options=options)
        return np.asarray(found.x) if found.status == 0 else None
