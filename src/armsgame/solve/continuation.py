"""Curve of logit responses in (log-probabilities, precision): arrays in, arrays out.

The curve is F(b, t) = 0 with F_ia = b_ia - log softmax_a(t u_i(exp b)). In logarithms an action
that dies out does so along a straight line, so steps grow with t and t reaches 1e9 in a hundred.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from armsgame._deadline import time_left
from armsgame._typing import BoolArray, FloatArray

# cosine of the largest turn between two tangents (14 degrees), and the corrector's limits
_TURN, _ROUNDS, _SHARE = 0.97, 7, 0.3
_UNIT = float(np.finfo(np.float64).eps)


class Field:
    """Expected payoffs of every action and their derivatives, for one game.

    Parameters
    ----------
    payoffs : array [P, A0, .., A(P-1)]
        Scaled so that differences are of order one.
    """

    def __init__(self, payoffs: FloatArray) -> None:
        self.payoffs = payoffs
        self.shape = payoffs.shape[1:]
        self.starts = np.concatenate([[0], np.cumsum(self.shape)])
        self.size = int(self.starts[-1])
        self.set_of = np.repeat(np.arange(len(self.shape)), self.shape)

    def parts(self, x: FloatArray) -> list[FloatArray]:
        """Split a vector over all actions into one vector per player."""
        return [x[a:b] for a, b in zip(self.starts[:-1], self.starts[1:], strict=True)]

    def slopes(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Payoff [n] of every action and its derivative [n, n] by every probability."""
        own, count = self.parts(x), len(self.shape)
        matrix = np.zeros((self.size, self.size))
        worth = np.zeros(self.size)
        for i in range(count):
            rows = slice(self.starts[i], self.starts[i + 1])
            if count == 1:
                worth[rows] = self.payoffs[0]
            for j in range(count):
                if j == i:
                    continue
                table = self.payoffs[i]
                for k in reversed(range(count)):
                    if k not in (i, j):
                        table = np.tensordot(table, own[k], axes=(k, 0))
                block = table if i < j else table.T
                matrix[rows, self.starts[j] : self.starts[j + 1]] = block
                if j == (1 if i == 0 else 0):
                    worth[rows] = block @ own[j]
        return worth, matrix

    def action_values(self, b: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Value [n] of every action at log-probabilities b [n], and the derivative [n, n] by b."""
        x = np.exp(b)
        worth, matrix = self.slopes(x)
        return worth, matrix * x

    def system(self, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """F [n] and its derivative [n, n+1] at y = (b, t)."""
        b, t = y[:-1], float(y[-1])
        worth, slope = self.action_values(b)
        # differences first: what ties exactly must do so at any precision
        lift = t * (worth - np.maximum.reduceat(worth, self.starts[:-1])[self.set_of])
        odds = np.exp(lift)
        totals = np.add.reduceat(odds, self.starts[:-1])
        p = odds / totals[self.set_of]
        value = b - (lift - np.log(totals)[self.set_of])
        jacobian = np.empty((self.size, self.size + 1))
        mean = np.add.reduceat(p[:, None] * slope, self.starts[:-1], axis=0)
        jacobian[:, :-1] = np.eye(self.size) - t * (slope - mean[self.set_of])
        jacobian[:, -1] = np.add.reduceat(p * worth, self.starts[:-1])[self.set_of] - worth
        return value, jacobian


@dataclass(slots=True)
class Curve:
    """Points [K, n+1] of the traced curve, and what happened on the way."""

    points: list[FloatArray]
    length: float = 0.0
    turns: list[int] = field(default_factory=list)
    crossings: list[int] = field(default_factory=list)
    stalled: bool = False


def trace(law: Field, done: Callable[[FloatArray], bool], *, steps: int) -> Curve:
    """Follow the curve from precision 0 until `done` says so, or the time of the call is over.

    The predictor steps along the null vector of the derivative, the corrector is Gauss-Newton
    (Allgower and Georg 1990, ch. 6). The null vector is oriented by the sign of the determinant
    of the bordered matrix, which is constant along a regular curve: a turning point reverses the
    precision and not the sign. Where the sign does change, however short the step, a simple
    bifurcation lies between two points (ibid., ch. 8); the curve is followed straight through.
    """
    y = np.concatenate([*(np.full(n, -np.log(n)) for n in law.shape), [0.0]])
    curve = Curve([y])
    tangent, _ = _tangent(law.system(y)[1])
    side = 1.0 if tangent[-1] > 0 else -1.0
    tangent = side * tangent
    step = 0.1
    for _ in range(steps):
        if done(y) or not time_left():
            return curve
        reach = max(1.0, float(np.abs(y).max()))
        step = min(step, 0.3 * reach)
        while True:
            found = _correct(law, y + step * tangent, step)
            flip = 1.0
            if found is not None:
                fresh, rounds, jacobian = found
                ahead, sharp = _tangent(jacobian)
                ahead = side * ahead
                cosine = float(ahead @ tangent)
                if cosine < 0 and step < 2e-3 * reach and sharp:
                    flip, cosine = -1.0, -cosine
                if cosine > _TURN:
                    break
            step /= 2
            if step < 1e-9 * reach:
                curve.stalled = True
                return curve
        if flip < 0:
            side = -side
            ahead = -ahead
            curve.crossings.append(len(curve.points) - 1)
        if ahead[-1] * tangent[-1] < 0:
            curve.turns.append(len(curve.points) - 1)
        curve.length += float(np.linalg.norm(fresh - y))
        y, tangent = fresh, ahead
        curve.points.append(y)
        # a wide turn or a slow corrector says that the step is already long
        step *= 1.6 if rounds <= 3 and cosine > 0.99 else 1.0 if rounds <= 5 else 0.6
    curve.stalled = not done(y)
    return curve


def _tangent(jacobian: FloatArray) -> tuple[FloatArray, bool]:
    """Return the unit null vector that makes the bordered determinant positive, and whether its sign is sure."""
    q, r = np.linalg.qr(jacobian.T, mode="complete")
    diagonal = np.abs(np.diag(r[:-1]))
    sign = np.prod(np.sign(np.diag(r[:-1]))) * np.sign(np.linalg.det(q))
    return np.asarray(q[:, -1] * (sign or 1.0)), bool(diagonal.min() > 1e-13 * diagonal.max())


def _zero(law: Field, y: FloatArray) -> float:
    # the products t * u carry a relative rounding of a few units
    return 1e-11 + 8 * law.size * _UNIT * float(np.abs(y).max())


def _correct(law: Field, y: FloatArray, step: float) -> tuple[FloatArray, int, FloatArray] | None:
    moved, start = np.inf, y
    for rounds in range(_ROUNDS):
        if not y[:-1].max() < 3.0:
            return None
        value, jacobian = law.system(y)
        if np.abs(value).max() <= _zero(law, y) and rounds:
            # sums that leave one say that rounding has overtaken the equations
            off = np.abs(np.add.reduceat(np.exp(y[:-1]), law.starts[:-1]) - 1.0).max()
            return (y, rounds, jacobian) if off < 1e-6 else None
        q, r = np.linalg.qr(jacobian.T)
        if not np.abs(np.diag(r)).min() > 0:
            return None
        change = q @ np.linalg.solve(r.T, value)
        size = float(np.linalg.norm(change))
        # stiff and flat directions settle one after the other: small changes need not shrink at once
        if size > 0.7 * moved and size > 1e-3 * step + 1e3 * _zero(law, y):
            return None
        moved, y = size, y - change
        if np.linalg.norm(y - start) > _SHARE * step + 1e3 * _zero(law, y):
            return None
    return None


def crossing(law: Field, curve: Curve, precision: float) -> FloatArray | None:
    """Point where a curve that ends at or beyond a precision reaches it; None where Newton's method fails."""
    last = curve.points[-1]
    if len(curve.points) > 1:
        before = curve.points[-2]
        last = before + (precision - before[-1]) / (last[-1] - before[-1]) * (last - before)
    return correct_at(law, last, precision)


def correct_at(law: Field, y: FloatArray, precision: float) -> FloatArray | None:
    """Point of the curve at a given precision near y, by Newton's method."""
    y = np.append(y[:-1], precision)
    for rounds in range(30):
        value, jacobian = law.system(y)
        if np.abs(value).max() <= _zero(law, y) and rounds:
            return y
        try:
            change = np.linalg.solve(jacobian[:, :-1], value)
        except np.linalg.LinAlgError:
            return None
        y[:-1] -= change
        if not y[:-1].max() < 3.0:
            return None
    return None


def indifferent(law: Field, x: FloatArray, support: BoolArray) -> FloatArray | None:
    """Profile near x, zero off `support` (bool [n]), at which each player's used actions tie."""
    x = np.where(support, x, 0.0)
    count = len(law.shape)
    member = np.zeros((count, law.size))
    for i in range(count):
        member[i, law.starts[i] : law.starts[i + 1]] = 1.0
    used = np.flatnonzero(support)
    member = member[:, used]
    x = x / np.repeat(np.add.reduceat(x, law.starts[:-1]), law.shape)
    for _ in range(25):
        worth, matrix = law.slopes(x)
        level = np.linalg.lstsq(member.T, worth[used], rcond=None)[0]
        value = np.concatenate([worth[used] - member.T @ level, member @ x[used] - 1.0])
        off = float(np.abs(value).max())
        jacobian = np.block([[matrix[np.ix_(used, used)], -member.T], [member, np.zeros((count, count))]])
        # the shortest solution: where equilibria form a continuum, the one near the branch
        change = np.linalg.lstsq(jacobian, value, rcond=1e-11)[0][: len(used)]
        x[used] -= change
        if np.abs(change).max() < 4 * _UNIT:
            break
    # payoffs that cannot tie leave a residual: such a support is no equilibrium's
    if not np.isfinite(x).all() or x.min() < -1e-12 or off > 1e-13:
        return None
    x = np.clip(x, 0.0, None)
    return np.asarray(x / np.repeat(np.add.reduceat(x, law.starts[:-1]), law.shape))
