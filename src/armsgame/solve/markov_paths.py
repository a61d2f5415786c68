"""Curves that lead from a prior to a Markov-perfect equilibrium, and the polishing of their ends.

Unknowns are the logarithms of all action probabilities and one parameter; values are eliminated,
because they solve a linear system at every profile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.solve.markov_blocks import Block

__all__ = ["Layout", "Trail", "follow", "logit_system", "polish", "tracing_start", "tracing_system"]

# cosine of the largest turn between two tangents (14 degrees), and the corrector's limits
_TURN, _ROUNDS = 0.97, 8
_UNIT = float(np.finfo(np.float64).eps)

System = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


class Layout:
    """Where the actions of a block stand in one vector: player by player, state by state."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.where = [np.nonzero(own) for own in block.mask]
        sizes = [len(rows) for rows, _ in self.where]
        self.first = np.concatenate([[0], np.cumsum(sizes)])
        self.size = int(self.first[-1])
        self.state = np.concatenate([rows for rows, _ in self.where])
        group = np.concatenate([i * block.size + rows for i, (rows, _) in enumerate(self.where)])
        self.starts = np.flatnonzero(np.r_[True, np.diff(group) != 0])
        self.counts = np.diff(np.r_[self.starts, self.size])
        self.group = np.repeat(np.arange(len(self.starts)), self.counts)
        self.member = np.zeros((len(self.starts), self.size))
        self.member[self.group, np.arange(self.size)] = 1.0
        # pairs of entries of two players in the same state
        self.pairs = {
            (i, j): np.nonzero(self.where[i][0][:, None] == self.where[j][0][None, :])
            for i in range(len(sizes))
            for j in range(len(sizes))
            if i != j
        }

    def cut(self, i: int) -> slice:
        """Entries of player i."""
        return slice(int(self.first[i]), int(self.first[i + 1]))

    def mixes(self, x: FloatArray) -> list[FloatArray]:
        """Vector to one array ``[S, A]`` per player."""
        found = []
        for i, own in enumerate(self.block.mask):
            table = np.zeros(own.shape)
            table[self.where[i]] = x[self.cut(i)]
            found.append(table)
        return found

    def vector(self, mixes: Sequence[FloatArray]) -> FloatArray:
        """One array per player to a vector."""
        return np.concatenate([own[place] for own, place in zip(mixes, self.where, strict=True)])

    def sums(self, x: FloatArray) -> FloatArray:
        """Sum over the actions of each player in each state."""
        return np.add.reduceat(x, self.starts)

    def slopes(
        self, i: int, mixes: Sequence[FloatArray], bonus: FloatArray | None = None
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Worth [n_i] of a player's actions, its derivative [n_i, n], and by a payment per state [n_i, S].

        `bonus` is paid to the player per period in each state, whatever it does there.
        """
        block = self.block
        solve = block.resolvent(mixes)
        reward = block.fold(block.pay[i], mixes)
        value = solve @ (reward if bonus is None else reward + bonus)
        table = block.table(i, value)
        place = self.where[i]
        worth = block.fold(table, mixes, (i,))
        ahead = block.discount * (block.fold(block.law, mixes, (i,))[place] @ solve)
        matrix = np.empty((len(place[0]), self.size))
        for j in range(len(mixes)):
            rows, acts = self.where[j]
            seen = worth if j == i else block.fold(table, mixes, (j,))
            matrix[:, self.cut(j)] = ahead[:, rows] * seen[rows, acts]
            if j != i:
                both = block.fold(table, mixes, (i, j))
                both = both if i < j else np.swapaxes(both, 1, 2)
                at, to = self.pairs[i, j]
                matrix[at, self.first[j] + to] += both[rows[to], place[1][at], acts[to]]
        return worth[place], matrix, ahead

    def all_slopes(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Worth [n] of every action and its derivative [n, n]."""
        mixes = self.mixes(x)
        parts = [self.slopes(i, mixes)[:2] for i in range(len(mixes))]
        return np.concatenate([w for w, _ in parts]), np.concatenate([m for _, m in parts])


def logit_system(layout: Layout, prior: FloatArray) -> System:
    """F(b, t) = b - log softmax(log prior + t Q(exp b)): logit responses that start at the prior."""
    base = np.log(prior)

    def system(y: FloatArray) -> tuple[FloatArray, FloatArray]:
        b, t = y[:-1], y[-1]
        x = np.exp(b)
        worth, matrix = layout.all_slopes(x)
        lift = base + t * worth
        lift = lift - np.maximum.reduceat(lift, layout.starts)[layout.group]
        log = lift - np.log(layout.sums(np.exp(lift)))[layout.group]
        p = np.exp(log)
        inner = t * matrix * x
        mean = np.add.reduceat(p[:, None] * inner, layout.starts, axis=0)[layout.group]
        drift = worth - layout.sums(p * worth)[layout.group]
        jacobian = np.column_stack([np.eye(layout.size) + mean - inner, -drift])
        return b - log, jacobian

    return system


def tracing_system(layout: Layout, prior: FloatArray, weight: float) -> System:
    """Logarithmic tracing in (b, s), with trust exp(-s) in the prior and 1 - exp(-s) in the play.

    Every player meets the mixture of the prior and the others' play, and is paid
    weight x exp(-s) x sum of prior x log(own probability) per period.
    """
    marks = layout.mixes(prior)
    count = len(marks)

    def system(y: FloatArray) -> tuple[FloatArray, FloatArray]:
        b, trust = y[:-1], float(np.exp(-y[-1]))
        x = np.exp(b)
        mine = layout.mixes(x)
        blend = [(1 - trust) * own + trust * mark for own, mark in zip(mine, marks, strict=True)]
        change = [trust * (own - mark) for own, mark in zip(mine, marks, strict=True)]
        level = weight * trust
        value, jacobian = np.empty(layout.size), np.zeros((layout.size, layout.size + 1))
        for i in range(count):
            cut = layout.cut(i)
            rows = layout.where[i][0]
            p, log, mark = x[cut], b[cut], prior[cut]
            fee: Any = np.bincount(rows, mark * log, minlength=layout.block.size)
            met = [mine[j] if j == i else blend[j] for j in range(count)]
            worth, matrix, ahead = layout.slopes(i, met, level * fee)
            turn = [np.zeros_like(own) if j == i else own for j, own in enumerate(change)]
            slope = matrix @ layout.vector(turn) - level * (ahead @ fee)
            by_x = matrix * (1 - trust)
            by_x[:, cut] = matrix[:, cut]
            by_b = by_x * x
            by_b[:, cut] += ahead[:, rows] * (level * mark)
            first = np.flatnonzero(np.r_[True, np.diff(rows) != 0])
            at = np.repeat(np.arange(len(first)), np.diff(np.r_[first, len(rows)]))
            value[cut] = worth - np.add.reduceat(p * worth, first)[at] + level * (mark / p - 1)
            own = by_b - np.add.reduceat(p[:, None] * by_b, first, axis=0)[at]
            own[:, cut] -= (rows[:, None] == rows[None, :]) * (p * worth)[None, :]
            own[:, cut] -= np.diag(level * mark / p)
            jacobian[cut, :-1] = own
            jacobian[cut, -1] = slope - np.add.reduceat(p * slope, first)[at] - level * (mark / p - 1)
        return value, jacobian

    return system


def tracing_start(layout: Layout, prior: FloatArray, weight: float) -> FloatArray | None:
    """Logarithms of each player's best answer to the prior, by policy iteration."""
    marks, block = layout.mixes(prior), layout.block
    found = np.empty(layout.size)
    for i, mark in enumerate(marks):
        law, pay = block.fold(block.law, marks, (i,)), block.fold(block.pay[i], marks, (i,))
        own = mark.copy()
        for _ in range(200):
            fee = weight * (mark * np.log(np.where(block.mask[i], own, 1.0))).sum(axis=1)
            step = np.eye(block.size) - block.discount * np.einsum("sa,sat->st", own, law)
            value = np.linalg.solve(step, (own * pay).sum(axis=1) + fee)
            worth = np.where(block.mask[i], pay + block.discount * (law @ value), -np.inf)
            # p = weight x mark / (level - worth), with the level at which p sums to one
            low = (worth + weight * mark).max(axis=1)
            high = worth.max(axis=1) + weight
            for _ in range(80):
                level = (low + high) / 2
                over = (weight * mark / (level[:, None] - worth)).sum(axis=1) > 1
                low, high = np.where(over, level, low), np.where(over, high, level)
            fresh = weight * mark / (high[:, None] - worth)
            fresh = fresh / fresh.sum(axis=1, keepdims=True)
            moved = np.abs(fresh - own).max()
            own = fresh
            if moved < 1e-13:
                break
        else:
            return None
        found[layout.cut(i)] = np.log(own[layout.where[i]])
    return found


@dataclass(slots=True)
class Trail:
    """End [n+1] of a followed curve, what `done` made of it (None: nothing), points and length."""

    end: FloatArray
    found: FloatArray | None
    points: int
    length: float


def follow(
    system: System, start: FloatArray, done: Callable[[FloatArray], FloatArray | None], *, steps: int, least: float
) -> Trail:
    """Follow the curve F = 0 from `start` until `done` returns a profile.

    No logarithm may fall below `least`. Predictor along the null vector of the derivative,
    Newton's corrector in the hyperplane across it (pseudo-arclength; Allgower and Georg 1990,
    ch. 6). The derivative is bordered by the last tangent, so that turning points are regular and
    simple bifurcations are crossed straight on.
    """
    from armsgame._kernels import linear

    y = start
    _, jacobian = system(y)
    unit = np.zeros((len(y), 1))
    unit[-1] = 1.0
    # at the start the curve can be followed in the parameter, so this border is regular
    toward, regular = linear.solve(np.vstack([jacobian, unit.T]), unit)
    if not regular:
        return Trail(y, None, 0, 0.0)
    tangent = toward[:, 0] / np.linalg.norm(toward)
    step, length = 0.1, 0.0
    for point in range(steps):
        found = done(y)
        if found is not None:
            return Trail(y, found, point, length)
        reach = max(1.0, float(np.abs(y).max()))
        step = min(step, 0.5 * reach)
        while True:
            fresh = _correct(system, y, tangent, step, least)
            if fresh is not None and fresh[3] > _TURN:
                break
            step /= 2
            if step < 1e-10 * reach:
                return Trail(y, None, point, length)
        ahead, toward, rounds, cosine = fresh
        length += float(np.linalg.norm(ahead - y))
        y, tangent = ahead, toward
        step *= 2.0 if rounds <= 3 and cosine > 0.99 else 1.0 if rounds <= 5 else 0.6
    return Trail(y, done(y), steps, length)


def _correct(
    system: System, y: FloatArray, tangent: FloatArray, step: float, least: float
) -> tuple[FloatArray, FloatArray, int, float] | None:
    from armsgame._kernels import linear

    point, moved = y + step * tangent, np.inf
    zero = 1e-10 + 16 * _UNIT * len(y) * float(np.abs(point).max())
    unit = np.zeros(len(y))
    unit[-1] = 1.0
    for rounds in range(_ROUNDS):
        if not point[:-1].max() < 1.0 or not np.isfinite(point).all() or point[:-1].min() < least:
            return None
        value, jacobian = system(point)
        if not np.isfinite(value).all():
            return None
        both, regular = linear.solve(np.vstack([jacobian, tangent]), np.column_stack([np.append(value, 0.0), unit]))
        if not regular:
            return None
        change, toward = both[:, 0], both[:, 1]
        size = float(np.linalg.norm(change))
        if size <= zero * 100 and rounds:
            toward = toward / np.linalg.norm(toward)
            return point - change, toward, rounds, float(toward @ tangent)
        if not size <= 0.8 * moved and size > 1e-3 * step:
            return None
        moved = size
        point = point - change
        if np.linalg.norm(point - y) > 1.5 * step:
            return None
    return None


def polish(layout: Layout, x: FloatArray, floor: float) -> FloatArray | None:
    """Equilibrium near x whose support is {x > floor}: used actions tie, by Gauss-Newton."""
    from armsgame._kernels import linear

    support = x > floor * np.maximum.reduceat(x, layout.starts)[layout.group]
    x = np.where(support, x, 0.0)
    x = x / layout.sums(x)[layout.group]
    used = np.flatnonzero(support)
    if len(used) == len(layout.starts):
        return x
    mixed = np.flatnonzero(layout.sums(support.astype(float))[layout.group] > 1)
    used = np.intersect1d(used, mixed)
    member = layout.member[:, used]
    member = member[member.any(axis=1)]
    for _ in range(30):
        worth, matrix = layout.all_slopes(x)
        level = (member @ worth[used]) / member.sum(axis=1)
        value = np.concatenate([worth[used] - member.T @ level, member @ x[used] - 1.0])
        jacobian = np.block(
            [[matrix[np.ix_(used, used)], -member.T], [member, np.zeros((len(member), len(member)))]],
        )
        # the shortest solution: where equilibria form a continuum, the one near the curve
        change = linear.shortest(jacobian, value, 1e-12)[: len(used)]
        x[used] -= change
        if not np.isfinite(x).all() or x.min() < -0.5:
            return None
        if np.abs(change).max() < 8 * _UNIT:
            break
    if x.min() < -1e-11:
        return None
    x = np.clip(x, 0.0, None)
    return np.asarray(x / layout.sums(x)[layout.group])
