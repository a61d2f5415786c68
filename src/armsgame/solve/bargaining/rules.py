"""Bargaining rules as values, on the payoffs that give every party at least its threat."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray, Number
from armsgame.arithmetic.mixtures import distinct, over_mixtures
from armsgame.errors import NotSolved, invalid
from armsgame.geometry.plane import above, frontier


@dataclass(frozen=True, slots=True)
class Region(Value):
    """Convex hull of points [V, P] above the threat.

    Attributes
    ----------
    points : array [V, P]
    threat : array [P]
    corners : array [K, 2], extreme points of the region (two parties), else no rows
    ideal : array [P], the most each party can get in the region (NaN where it is empty)
    scale : float, size of the payoffs, for tolerances
    """

    points: FloatArray
    threat: FloatArray
    corners: FloatArray
    ideal: FloatArray
    scale: float

    @classmethod
    def of(cls, points: FloatArray, threat: FloatArray) -> Region:
        """Clip the hull (two parties) or find by linear programs how much each party can get."""
        count = len(threat)
        scale = float(np.abs(points - threat).max()) or 1.0
        if count == 2:
            corners = above(points, threat, tolerance=1e-12 * scale)
            ideal = corners.max(axis=0) if len(corners) else np.full(2, np.nan)
            return cls(points, threat, corners, ideal, scale)
        region = cls(points, threat, np.empty((0, count)), np.full(count, np.nan), scale)
        tops = [region.most(e) for e in np.eye(count)]
        ideal = np.array([np.nan if t is None else t[i] for i, t in enumerate(tops)])
        return cls(points, threat, region.corners, ideal, scale)

    @property
    def empty(self) -> bool:
        """Whether nothing gives everyone the threat."""
        return bool(np.isnan(self.ideal).any())

    def frontier(self) -> FloatArray:
        """Pareto frontier [K, 2] in order of the first party's payoff (two parties)."""
        return frontier(self.corners)

    def most(self, weights: FloatArray, floor: FloatArray | None = None) -> FloatArray | None:
        """Payoff [P] that maximises a weighted sum above the threat (and `floor`); None where empty."""
        found = self.program(weights, np.zeros(0), self.threat if floor is None else floor)
        return None if found is None else found[0]

    def program(self, weights: FloatArray, ray: FloatArray, floor: FloatArray) -> tuple[FloatArray, float] | None:
        """Maximise weights . v, or (with `ray`) t such that v >= floor + t ray, over the hull.

        A relative slack of 1e-12 on `floor` absorbs rounding.
        """
        count, size = len(self.threat), len(self.points)
        gains = (self.points - self.threat).T / self.scale
        level = (floor - self.threat) / self.scale
        extra = np.zeros((count, 1)) if ray.size == 0 else ray.reshape(-1, 1) / self.scale
        cost = np.append(-(weights @ gains), 0.0) if ray.size == 0 else np.append(np.zeros(size), -1.0)
        found = over_mixtures(cost, np.hstack([-gains, extra]), -level + 1e-12)
        if found.status == 2:
            return None
        if found.status != 0:
            raise NotSolved(f"a linear program of the bargaining rule failed ({found.message}); scale the payoffs.")
        return self.points.T @ found.x[:-1], float(found.x[-1])

    def nearest(self, payoff: FloatArray) -> FloatArray:
        """Point of the region with the least largest difference to a payoff that may lie just outside."""
        count, size = len(self.threat), len(self.points)
        away = (self.points - payoff).T / self.scale
        gains = (self.points - self.threat).T / self.scale
        wide = -np.ones((count, 1))
        rows = np.vstack([np.hstack([away, wide]), np.hstack([-away, wide]), np.hstack([-gains, 0 * wide])])
        limits = np.concatenate([np.zeros(2 * count), np.full(count, 1e-12)])
        found = over_mixtures(np.append(np.zeros(size), 1.0), rows, limits)
        return payoff if found.status != 0 else np.asarray(self.points.T @ found.x[:-1])


@dataclass(frozen=True, slots=True)
class Shares(Value):
    """Division of a transferable surplus: one share for each party."""

    shares: tuple[Number, Number]


@dataclass(frozen=True, slots=True)
class NashBargaining(Value):
    """Largest weighted product of gains (Nash 1950; Harsanyi and Selten 1972).

    Parameters
    ----------
    weight : float or tuple of float
        Bargaining power: of the first of two parties, between 0 and 1, or positive numbers that
        sum to 1, one per party. The default 0.5 stands for equal power of any number of parties.
    """

    weight: float | tuple[float, ...] = 0.5

    def __post_init__(self) -> None:
        values = np.atleast_1d(np.asarray(self.weight, dtype=float))
        single = np.ndim(self.weight) == 0
        good = (values >= 0).all() and (values <= 1).all() if single else (values > 0).all()
        if values.ndim > 1 or not good or (not single and abs(values.sum() - 1) > 1e-9):
            invalid("weight", self.weight, "a number between 0 and 1, or positive weights that sum to 1")

    def weights(self, count: int) -> FloatArray:
        """Weight of each of `count` parties."""
        if np.ndim(self.weight) == 0:
            first = float(self.weight)  # type: ignore[arg-type]
            if count == 2:
                return np.array([first, 1 - first])
            if first == 0.5:
                return np.full(count, 1 / count)
        found = np.atleast_1d(np.asarray(self.weight, dtype=float))
        if len(found) != count:
            invalid("weight", self.weight, f"{count} weights that sum to 1, one per party")
        return found

    def split(self, surplus: ArrayLike, disagreement: tuple[ArrayLike, ArrayLike]) -> Shares:
        """Divide a transferable surplus between two parties.

        Parameters
        ----------
        surplus : float or array [*B]
        disagreement : pair of float or array [*B]
            Payoffs without agreement, together at most the surplus.

        Examples
        --------
        >>> [round(x, 6) for x in NashBargaining(0.5).split(1, (0.2, 0.1)).shares]
        [0.55, 0.45]
        """
        power = self.weights(2)
        try:
            total, first, second = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (surplus, *disagreement)))
        except (TypeError, ValueError):
            invalid("surplus, disagreement", (surplus, disagreement), "a number and a pair of numbers")
        if not (np.isfinite(total) & np.isfinite(first) & np.isfinite(second)).all():
            invalid("surplus, disagreement", (surplus, disagreement), "finite numbers")
        gain = total - first - second
        if (gain < 0).any():
            invalid("disagreement", disagreement, f"payoffs that add up to at most the surplus {surplus!r}")
        shares = first + power[0] * gain, second + power[1] * gain
        return Shares((plain(shares[0]), plain(shares[1])))

    def choose(self, region: Region) -> tuple[FloatArray, FloatArray]:
        """Payoff [P] and the payoffs ranked equal [K, P]."""
        power = self.weights(len(region.threat))
        payoff = _nash_two(region, power) if len(power) == 2 else _nash_many(region, power)
        if self.residual(region, payoff) > 1e-6:
            raise NotSolved(
                f"the weighted product of gains is not at its maximum (residual {self.residual(region, payoff):.1e}); "
                "scale the payoffs to about 1 or drop near-equal extreme points."
            )
        return payoff, payoff[None]

    def residual(self, region: Region, payoff: FloatArray) -> float:
        """Largest relative rise of the weighted log gains in any direction of the set."""
        power = self.weights(len(region.threat))
        gains = payoff - region.threat
        live = (region.ideal - region.threat > 1e-9 * region.scale) & (power > 0)
        if (gains[live] <= 0).any():
            return float("inf")
        slope = np.zeros(len(power))
        slope[live] = power[live] / gains[live]
        top = region.most(slope)
        return 0.0 if top is None else max(0.0, float(slope @ (top - payoff)))

    def __str__(self) -> str:
        return "Nash bargaining" if self.weight == 0.5 else f"Nash bargaining (weight {self.weight})"


@dataclass(frozen=True, slots=True)
class KalaiSmorodinsky(Value):
    """Gains in proportion to the most each party could gain (Kalai and Smorodinsky 1975)."""

    def choose(self, region: Region) -> tuple[FloatArray, FloatArray]:
        """Payoff [P] and the payoffs ranked equal [K, P]."""
        ray = _gainful(region)
        # two parties: the frontier ends at each one's ideal payoff, so it crosses the ray
        payoff = _cross_frontier(region, ray) if len(ray) == 2 else _lift(region, ray)
        return payoff, payoff[None]

    def residual(self, region: Region, payoff: FloatArray) -> float:
        """Difference between the largest common share of the ideal gains and the smallest share got."""
        return _shortfall(region, payoff, _gainful(region))

    def __str__(self) -> str:
        return "Kalai-Smorodinsky"


@dataclass(frozen=True, slots=True)
class Egalitarian(Value):
    """Smallest gain as large as possible, then the next smallest (Kalai 1977, without free disposal)."""

    def choose(self, region: Region) -> tuple[FloatArray, FloatArray]:
        """Payoff [P] and the payoffs ranked equal [K, P]."""
        ray = np.ones(len(region.threat))
        payoff = _cross_frontier(region, ray) if len(ray) == 2 else _lift(region, ray)
        return payoff, payoff[None]

    def residual(self, region: Region, payoff: FloatArray) -> float:
        """Difference between the largest common gain and the smallest gain, relative to the payoffs."""
        return _shortfall(region, payoff, np.ones(len(region.threat))) / region.scale

    def __str__(self) -> str:
        return "egalitarian"


@dataclass(frozen=True, slots=True)
class Utilitarian(Value):
    """Largest sum of payoffs above the threat; ties are told and their centre is shown."""

    def choose(self, region: Region) -> tuple[FloatArray, FloatArray]:
        """Payoff [P] and the payoffs ranked equal [K, P]."""
        if len(region.threat) == 2:
            total = region.corners.sum(axis=1)
            ties = region.corners[total >= total.max() - 1e-10 * region.scale]
            ties = ties[np.argsort(ties[:, 0])]
            return ties.mean(axis=0), ties
        ones = np.ones(len(region.threat))
        best = region.most(ones)
        assert best is not None
        ends = _face_ends(region, ones, float(best.sum()))
        ties = np.array(distinct(ends, 1e-7 * region.scale))
        return ties.mean(axis=0), ties

    def residual(self, region: Region, payoff: FloatArray) -> float:
        """Sum that is missed, relative to the payoffs."""
        top = region.most(np.ones(len(region.threat)))
        return 0.0 if top is None else max(0.0, float(top.sum() - payoff.sum())) / region.scale

    def __str__(self) -> str:
        return "utilitarian"


def plain(value: Any) -> Any:
    """Turn a zero-dimensional array into a number."""
    return value.item() if np.ndim(value) == 0 else value


def _nash_two(region: Region, power: FloatArray) -> FloatArray:
    line = region.frontier()
    chosen: FloatArray
    if power.min() == 0 or len(line) == 1:
        # all power to one party: its best point, efficient by construction of the frontier
        chosen = line[-1 if power[0] > power[1] else 0]
        return chosen
    candidates = [*line]
    for a, b in pairwise(line):
        gain, step = a - region.threat, b - a
        # zero of p0 s0 (g1 + t s1) + p1 s1 (g0 + t s0)
        t = -(power[0] * step[0] * gain[1] + power[1] * step[1] * gain[0]) / (step[0] * step[1])
        if 0 < t < 1:
            candidates.append(a + t * step)
    gains = np.maximum(np.array(candidates) - region.threat, 0) / region.scale
    chosen = candidates[int(np.argmax(gains[:, 0] ** power[0] * gains[:, 1] ** power[1]))]
    return chosen


def _nash_many(region: Region, power: FloatArray) -> FloatArray:
    from scipy.optimize import minimize

    live = region.ideal - region.threat > 1e-9 * region.scale
    tops = [region.most(e) for e in np.eye(len(power))[live]]
    points = np.vstack([region.points, *(t for t in tops if t is not None)])
    gains = (points - region.threat) / region.scale
    start = np.append(np.zeros(len(region.points)), np.full(len(tops), 1 / len(tops)))
    start = 0.999 * start + 0.001 / len(start) if (gains.mean(axis=0)[live] > 0).all() else start

    def loss(x: FloatArray) -> float:
        return -float(power[live] @ np.log(np.maximum((x @ gains)[live], 1e-300)))

    def slope(x: FloatArray) -> FloatArray:
        share = power[live] / np.maximum((x @ gains)[live], 1e-300)
        return np.asarray(-(gains[:, live] @ share))

    limits = [
        {"type": "eq", "fun": lambda x: x.sum() - 1, "jac": np.ones_like},
        {"type": "ineq", "fun": lambda x: x @ gains, "jac": lambda _: gains.T},
    ]
    options = {"ftol": 1e-15, "maxiter": 1000}
    found = minimize(
        loss, start, jac=slope, method="SLSQP", bounds=[(0, 1)] * len(start), constraints=limits, options=options
    )
    weights = np.maximum(found.x, 0)
    return region.nearest(np.asarray(weights / weights.sum() @ points))


def _cross_frontier(region: Region, ray: FloatArray) -> FloatArray:
    """Point of the frontier whose smaller gain, in units of `ray`, is largest."""
    line = region.frontier()
    if len(line) == 1:
        return np.asarray(line[0])
    gap = (line[:, 0] - region.threat[0]) / ray[0] - (line[:, 1] - region.threat[1]) / ray[1]
    if gap[0] >= 0:
        return np.asarray(line[0])
    if gap[-1] <= 0:
        return np.asarray(line[-1])
    k = int(np.flatnonzero(gap > 0)[0])
    t = gap[k - 1] / (gap[k - 1] - gap[k])
    return np.asarray(line[k - 1] + t * (line[k] - line[k - 1]))


def _lift(region: Region, ray: FloatArray) -> FloatArray:
    """Lexicographic largest smallest gain in units of `ray`, by linear programs."""
    count = len(ray)
    floor, free = region.threat.copy(), ray > 0
    payoff = floor
    while free.any():
        base = np.where(free, region.threat, floor)
        found = region.program(np.zeros(count), np.where(free, ray, 0.0), base)
        if found is None:
            break
        level = np.where(free, region.threat + found[1] * ray, floor)
        payoff = found[0]
        stuck = []
        for i in np.flatnonzero(free):
            top = region.most(np.eye(count)[i], floor=level)
            stuck.append(top is None or top[i] <= level[i] + 1e-9 * region.scale)
        at = np.flatnonzero(free)[np.array(stuck)]
        if len(at) == 0:
            break
        floor[at] = level[at]
        free[at] = False
    return payoff


def _shortfall(region: Region, payoff: FloatArray, ray: FloatArray) -> float:
    live = ray > 0
    found = region.program(np.zeros(len(ray)), ray, region.threat)
    return 0.0 if found is None else max(0.0, found[1] - float(((payoff - region.threat)[live] / ray[live]).min()))


def _gainful(region: Region) -> FloatArray:
    """Most each party can gain; exactly zero where that is rounding, so that it stops nobody else."""
    most = region.ideal - region.threat
    return np.where(most > 1e-9 * region.scale, most, 0.0)


def _face_ends(region: Region, weights: FloatArray, level: float) -> FloatArray:
    """Find the ends, along each payoff, of the face on which weights . v is at least `level`."""
    tilt = 1e-6
    ends = []
    for i in range(len(weights)):
        for sign in (1, -1):
            found = region.most(weights + sign * tilt * np.eye(len(weights))[i])
            if found is not None and weights @ found >= level - 1e-9 * region.scale:
                ends.append(found)
    return np.array(ends)


BargainingRule: TypeAlias = NashBargaining | KalaiSmorodinsky | Egalitarian | Utilitarian
"""A bargaining solution."""
