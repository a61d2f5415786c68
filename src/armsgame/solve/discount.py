"""The set of discount factors at which a profile is an equilibrium."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.errors import WrongConcept, invalid
from armsgame.games.product import Deviations, Product, deviations, product_of
from armsgame.games.result import Deviation, Threshold
from armsgame.games.verify import best_plan, tested_pairs

__all__ = ["critical_discount"]

_GRID = np.unique(np.concatenate([np.linspace(0, 0.999, 700), 1 - np.logspace(-1, -7, 130)]))
_MERGE = 1e-9


def critical_discount(game: Any, profile: Sequence[Any], *, concept: str = "perfect") -> Any:
    """Find every discount factor at which a profile is an equilibrium.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame, or a sequence of RepeatedGame for a target
    profile : sequence of Automaton or named strategy, one per player
        A payoff (numbers) or an action profile (labels) instead is a *target*: from which discount
        factor on can an equilibrium promise it? That is `payoff_threshold`, and its answer.
    concept : {"perfect", "nash"}
        Deviations on and off the path, or on the path only (plans of any length).

    Returns
    -------
    Threshold
        The whole set; it may be empty, a point, or have gaps and an upper end. For a target a
        `TargetThreshold`, or a tuple of them for a sequence of games.

    Raises
    ------
    InvalidGame, WrongConcept
        As `verify`.

    Notes
    -----
    The gain of each one-period deviation is a rational function of the discount factor. Gains
    are evaluated on 830 points that crowd towards 1, sign changes are refined to 1e-14, and
    gains that only touch zero are searched for between grid points; the set is then tested at
    every root and between roots. The last point is 1 - 1e-7: a set that holds there is reported
    up to 1. A crossing pair closer together than the grid can be missed.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
    >>> round(critical_discount(ag.RepeatedGame(pd), (ag.grim, ag.grim)).value, 10)
    0.5
    """
    if isinstance(profile, (tuple, list, np.ndarray)) and all(isinstance(v, (int, float, str)) for v in profile):
        from armsgame.solve.targets import payoff_threshold

        if len(profile):
            return payoff_threshold(game, profile)
    if not hasattr(game, "dynamics"):
        raise WrongConcept(
            f"critical_discount needs play in time; wrap the {type(game).__name__}: RepeatedGame(stage)."
        )
    if concept not in ("perfect", "nash"):
        invalid("concept", concept, "'perfect' or 'nash'")
    product = product_of(game, profile)
    if product.play.private and game.imperfect:
        raise WrongConcept("a strategy reads its own unseen action; let next have shape [Q, Y].")
    plans = [deviations(product, i) for i in range(len(game.players))]
    linear = concept == "perfect" and not product.play.dynamics.hidden
    question: Any = _Linear.of(product, plans) if linear else _Planned.of(product, plans, concept)
    # the gain of a best plan is zero, not negative, where the profile holds: it has no sign to change
    intervals = _holding(question, _roots(question.gains) if linear else _switches(question))
    value = intervals[-1][0] if intervals and intervals[-1][1] == 1.0 else inf
    at = value if value < inf else (intervals[0][0] if intervals else question.nearest())
    # one step below the threshold the binding deviation is the one that gains
    probe = max(at - 1e-6, 0.0) if intervals else at
    gains = question.gains(probe)
    k = int(np.argmax(gains))
    return Threshold(value, tuple(intervals), question.name(k, probe, float(gains[k])) if gains.size else None, concept)


@dataclass(frozen=True, slots=True)
class _Linear:
    """Gains of one-period deviations, per current period: divided by (1 - discount)."""

    product: Product
    plans: tuple[Deviations, ...]
    value_map: tuple[FloatArray, ...]
    step: tuple[FloatArray, ...]
    law: tuple[FloatArray, ...]
    scale: float

    @classmethod
    def of(cls, product: Product, plans: Sequence[Deviations]) -> _Linear:
        size = len(product.pairs)
        steps, laws, rewards = [], [], []
        for plan in plans:
            rows, cols, probs = plan.entries
            law = np.zeros((len(plan.pair), size))
            np.add.at(law, (rows, cols), probs)
            mix = np.zeros((size, len(plan.pair)))
            mix[plan.pair, np.arange(len(plan.pair))] = plan.weight
            laws.append(law)
            steps.append(mix @ law)
            rewards.append(mix @ plan.payoff)
        scale = float(np.ptp(np.asarray(product.play.dynamics.payoffs))) or 1.0
        return cls(product, tuple(plans), tuple(rewards), tuple(steps), tuple(laws), scale)

    def gains(self, delta: float) -> FloatArray:
        out = []
        for plan, reward, step, law in zip(self.plans, self.value_map, self.step, self.law, strict=True):
            total = np.linalg.solve(np.eye(len(step)) - delta * step, reward)
            gain = plan.payoff + delta * (law @ total) - total[plan.pair]
            # a plan the strategy takes for sure gains nothing, up to rounding
            out.append(np.where(plan.weight == 1, 0.0, gain))
        return np.concatenate(out)

    def tolerance(self, delta: float) -> float:
        return 1e-12 * self.scale / (1 - delta) + 1e-10 * self.scale

    def nearest(self) -> float:
        worst = [float(self.gains(float(d)).max()) for d in _GRID]
        return float(_GRID[int(np.argmin(worst))])

    def name(self, k: int, delta: float, gain: float) -> Deviation:
        who = 0
        while k >= len(self.plans[who].pair):
            k -= len(self.plans[who].pair)
            who += 1
        dyn, x = self.product.play.dynamics, int(self.plans[who].pair[k])
        action = dyn.actions[int(self.product.pairs[x, 0])][who][int(self.plans[who].action[k])]
        return Deviation(dyn.players[who], self.product.label(x), action, gain * (1 - delta))


@dataclass(frozen=True, slots=True)
class _Planned:
    """Gains of the best plan of any length, at the pairs that the concept tests."""

    product: Product
    plans: tuple[Deviations, ...]
    tested: Any
    scale: float

    @classmethod
    def of(cls, product: Product, plans: Sequence[Deviations], concept: str) -> _Planned:
        tested = np.zeros(len(product.pairs), bool)
        if concept == "nash":
            tested[0] = True
        else:
            tested = tested_pairs(product)
        return cls(product, tuple(plans), tested, float(np.ptp(np.asarray(product.play.dynamics.payoffs))) or 1.0)

    def gains(self, delta: float) -> FloatArray:
        from armsgame.games.verify import _solve_float

        out = []
        for plan in self.plans:
            value = _solve_float(plan, delta)[0]
            out.append((best_plan(plan, value, delta) - value)[self.tested] / (1 - delta))
        return np.concatenate(out)

    def tolerance(self, delta: float) -> float:
        return 1e-10 * self.scale / sqrt(1 - delta)

    def holds(self, delta: float) -> bool:
        return bool(self.gains(delta).max() <= self.tolerance(delta))

    def nearest(self) -> float:
        return 0.999

    def name(self, k: int, delta: float, gain: float) -> Deviation:
        count = int(self.tested.sum())
        who, x = divmod(k, count)
        at = int(np.flatnonzero(self.tested)[x])
        return Deviation(
            self.product.play.dynamics.players[who], self.product.label(at), "its best plan", gain * (1 - delta)
        )


def _roots(gains: Callable[[float], FloatArray]) -> list[float]:
    """Zeros of every gain: sign changes by bracketing, touching zeros by local search."""
    from scipy.optimize import brentq, minimize_scalar

    table = np.array([gains(d) for d in _GRID])
    found: list[float] = []
    scale = np.abs(table).max(axis=0)
    noise = 1e-12 * np.maximum(scale, 1e-300)
    for c in np.flatnonzero(scale > 0):
        column = np.where(np.abs(table[:, c]) <= noise[c], 0.0, table[:, c])
        sign = np.sign(column)
        found.extend(_GRID[(sign == 0) & (np.abs(np.gradient(column)) > 0)].tolist())
        for k in np.flatnonzero(sign[:-1] * sign[1:] < 0):
            found.append(float(brentq(lambda d, c=c: gains(d)[c], _GRID[k], _GRID[k + 1], xtol=1e-15, rtol=1e-14)))
        size = np.abs(column)
        dips = (
            np.flatnonzero(
                (size[1:-1] < size[:-2])
                & (size[1:-1] < size[2:])
                & (sign[1:-1] == sign[:-2])
                & (sign[1:-1] == sign[2:])
            )
            + 1
        )
        for k in dips:
            if size[k] > 1e-2 * scale[c]:
                continue
            low = minimize_scalar(
                lambda d, c=c, s=sign[k]: s * gains(d)[c],
                bounds=(_GRID[k - 1], _GRID[k + 1]),
                method="bounded",
                options={"xatol": 1e-12},
            )
            if low.fun < 0:
                for a, b in ((_GRID[k - 1], low.x), (low.x, _GRID[k + 1])):
                    found.append(float(brentq(lambda d, c=c: gains(d)[c], a, b, xtol=1e-15, rtol=1e-14)))
            elif low.fun <= 1e-11 * scale[c]:
                found.append(float(low.x))
    return sorted(set(found))


def _switches(question: _Planned) -> list[float]:
    """Points at which the predicate "no plan gains" switches, by bisection between grid points."""
    grid = _GRID[::4]
    good = [question.holds(d) for d in grid]
    found = []
    for k in range(len(grid) - 1):
        if good[k] != good[k + 1]:
            low, high = float(grid[k]), float(grid[k + 1])
            for _ in range(50):
                middle = (low + high) / 2
                low, high = (middle, high) if question.holds(middle) == good[k] else (low, middle)
            found.append(high if good[k + 1] else low)
    return found


def _holding(question: Any, roots: list[float]) -> list[tuple[float, float]]:
    top = float(_GRID[-1])
    cuts = [0.0]
    for r in roots:
        if r - cuts[-1] > _MERGE:
            cuts.append(r)
    ends = [*cuts, top]

    def good(d: float) -> bool:
        gains = question.gains(d)
        return bool(gains.size == 0 or gains.max() <= question.tolerance(d))

    pieces: list[tuple[float, float]] = []
    for k, cut in enumerate(cuts):
        if good(cut) or any(good(r) for r in roots if abs(r - cut) <= _MERGE):
            pieces.append((cut, cut))
        if good((cut + ends[k + 1]) / 2):
            pieces.append((cut, ends[k + 1]))
    merged: list[tuple[float, float]] = []
    for low, high in pieces:
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return [(low, 1.0 if high == top else high) for low, high in merged]
