"""Compliance: the stage game of a treaty and the closed forms of its enforcement.

The module is itself callable: ``ag.treaty.compliance(temptation=1.5)`` is `game`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import InvalidGame, invalid
from armsgame.games.stage import StageGame
from armsgame.treaty.domain import discount_array, finite, plain, probability, together

__all__ = [
    "best_symmetric_public",
    "finite_punishment",
    "game",
    "grim",
    "mirror",
    "per_party_alarm",
    "required_detection",
    "required_trust",
]


def game(
    temptation: ArrayLike = 1.5,
    reward: ArrayLike = 1.0,
    punishment: ArrayLike = 0.0,
    sucker: ArrayLike = -0.5,
    *,
    players: tuple[str, str] = ("US", "Russia"),
) -> StageGame:
    """Two-party stage game {comply, deploy}; arrays broadcast to batch axes.

    Parameters
    ----------
    temptation, reward, punishment, sucker : float or array ``[*B]``
        Payoff per period of deploying alone, mutual compliance, mutual deployment, and complying
        alone. T > R > P > S is a prisoner's dilemma, R >= T >= P > S a stag hunt (Jervis 1978).
    players : pair of str

    Returns
    -------
    StageGame
    """
    t, r, p, s = np.broadcast_arrays(*(finite(n, v) for n, v in _named(temptation, reward, punishment, sucker)))
    own = np.stack([np.stack([r, s], axis=-1), np.stack([t, p], axis=-1)], axis=-2)
    return StageGame.from_bimatrix(own, np.swapaxes(own, -1, -2), players=players, actions=("comply", "deploy"))


@dataclass(frozen=True, slots=True)
class Grim:
    """Threshold (inf where no discount factor works) and, where asked, the normalised value."""

    threshold: Any
    value: Any = None


def grim(
    temptation: ArrayLike,
    reward: ArrayLike,
    punishment: ArrayLike,
    detection: ArrayLike = 1.0,
    false_alarm: ArrayLike = 0.0,
    lag: ArrayLike = 1,
    discount: ArrayLike | None = None,
) -> Grim:
    """Permanent reversion after one public alarm about the profile (`Monitoring.alarm`).

    Parameters
    ----------
    temptation, reward, punishment : float or array
        T and R > P, per period.
    detection, false_alarm : float or array
        P(alarm | somebody violates), P(alarm | nobody does). For one alarm per party insert
        `per_party_alarm`.
    lag : int or array
        Periods until an alarm about a period's conduct is raised, 1 for the same period.
    discount : float or array, optional
        Where given, the value R - (R - P) psi0 delta**lag / [1 - delta (1 - psi0)] is computed.

    Returns
    -------
    Grim

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    lag 1: delta* = (T-R) / [(T-R)(1-psi0) + (psi1-psi0)(R-P)] (after Green and Porter 1984).
    lag m: the root of [delta (1-psi0)]**(m-1) delta (psi1-psi0) / [1-delta(1-psi1)] =
    (T-R)/(T-P), for a deviator who violates until caught.

    Examples
    --------
    >>> round(float(grim(5, 3, 1, 0.9, 0.05).threshold), 6)
    0.555556
    """
    t, r, p = _payoffs(temptation, reward, punishment)
    d, a = probability("detection", detection), probability("false_alarm", false_alarm)
    m = np.asarray(lag)
    if not np.issubdtype(m.dtype, np.integer) or (m < 1).any():
        invalid("lag", lag, "whole numbers of periods, at least 1")
    delta = 0.0 if discount is None else discount_array(discount)
    t, r, p, d, a, m, delta = np.broadcast_arrays(t, r, p, d, a, m, delta)
    with np.errstate(divide="ignore", invalid="ignore"):
        single = (t - r) / ((t - r) * (1 - a) + (d - a) * (r - p))
    threshold = np.where(t <= r, 0.0, np.where((d > a) & (single < 1), single, np.inf))
    if (m > 1).any():
        late = _lagged(t, r, p, d, a, m)
        threshold = np.where((m > 1) & (t > r), late, threshold)
    value = None
    if discount is not None:
        # the first false alarm is about period s with probability a (1-a)**s and acts from period s + m on
        value = r - (r - p) * a * delta**m / (1 - delta * (1 - a))
    return Grim(plain(threshold), None if value is None else plain(value))


def per_party_alarm(detection: ArrayLike, false_alarm: ArrayLike) -> tuple[Any, Any]:
    """Rates of "any alarm" when each party has its own: (psi1, psi0) for `grim` on `Monitoring.detection`."""
    d, a = probability("detection", detection), probability("false_alarm", false_alarm)
    return plain(1 - (1 - d) * (1 - a)), plain(1 - (1 - a) ** 2)


def required_detection(temptation: ArrayLike, reward: ArrayLike, punishment: ArrayLike, discount: ArrayLike) -> Any:
    """Least detection probability at which grim holds without false alarms; inf where above 1.

    d* = (1-delta)(T-R) / [delta (R-P)].
    """
    t, r, p = _payoffs(temptation, reward, punishment)
    t, r, p, delta = together(t, r, p, discount_array(discount))
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.where(t <= r, 0.0, (1 - delta) * (t - r) / (delta * (r - p)))
    return plain(np.where(needed <= 1, needed, np.inf))


@dataclass(frozen=True, slots=True)
class FinitePunishment:
    """Shortest incentive-compatible punishment in periods (inf where none) and its normalised value."""

    periods: Any
    value: Any


def finite_punishment(
    temptation: ArrayLike,
    reward: ArrayLike,
    punishment: ArrayLike,
    detection: ArrayLike,
    false_alarm: ArrayLike,
    discount: ArrayLike,
) -> FinitePunishment:
    """Shortest reversion of n periods that deters, after Green and Porter (1984).

    Incentives: T-R <= delta (psi1-psi0)(1-delta**n)(R-P) / [1-delta(1-psi0)-psi0 delta**(n+1)].
    The right side rises in n, so the least n has a closed form; value is NaN where no n works.
    """
    t, r, p = _payoffs(temptation, reward, punishment)
    d, a = probability("detection", detection), probability("false_alarm", false_alarm)
    delta = discount_array(discount)
    t, r, p, d, a, delta = np.broadcast_arrays(t, r, p, d, a, delta)
    gap = (t - r) / (r - p)
    with np.errstate(divide="ignore", invalid="ignore"):
        # solve for y = delta**n: gap [1-delta(1-a) - a delta y] = delta (d-a)(1-y)
        y = (delta * (d - a) - gap * (1 - delta * (1 - a))) / (delta * (d - a) - gap * a * delta)
        length = np.ceil(np.log(y) / np.log(delta) - 1e-12)
    works = (d > a) & (delta > 0) & (y > 0) & (delta * (d - a) > gap * a * delta)
    n = np.where(gap <= 0, 0.0, np.where(works, np.maximum(length, 1), np.inf))
    with np.errstate(invalid="ignore"):
        value = p + (1 - delta) * (r - p) / (1 - delta * (1 - a) - a * delta ** (n + 1))
    return FinitePunishment(plain(n), plain(np.where(np.isfinite(n), value, np.nan)))


@dataclass(frozen=True, slots=True)
class BestSymmetric:
    """Best strongly symmetric value and P(reversion | bad signal); NaN where infeasible."""

    value: Any
    punishment_probability: Any


def best_symmetric_public(
    temptation: ArrayLike,
    reward: ArrayLike,
    punishment: ArrayLike,
    detection: ArrayLike,
    false_alarm: ArrayLike,
    discount: ArrayLike,
) -> BestSymmetric:
    """Best strongly symmetric public equilibrium (Abreu, Milgrom and Pearce 1991).

    v = R - (T-R)/(psi1/psi0 - 1), reached with reversion to P with probability
    (1-delta)(T-R) / [delta (psi1-psi0)(v-P)] after a bad signal, where that is at most 1.
    """
    t, r, p = _payoffs(temptation, reward, punishment)
    d, a = probability("detection", detection), probability("false_alarm", false_alarm)
    t, r, p, d, a, delta = together(t, r, p, d, a, discount_array(discount))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = r - (t - r) * a / (d - a)
        chance = (1 - delta) * (t - r) / (delta * (d - a) * (value - p))
        fine = (d > a) & (value > p) & (chance <= 1)
    value, chance = (
        np.where(t <= r, r, np.where(fine, value, np.nan)),
        np.where(t <= r, 0.0, np.where(fine, chance, np.nan)),
    )
    return BestSymmetric(plain(value), plain(chance))


@dataclass(frozen=True, slots=True)
class Mirror:
    """Nash threshold of the mirror response and the largest generosity as delta -> 1."""

    threshold: Any
    maximal_generosity: Any


def mirror(temptation: ArrayLike, reward: ArrayLike, punishment: ArrayLike, sucker: ArrayLike) -> Mirror:
    """Mirror response (tit for tat) under perfect monitoring: Nash, not subgame perfect in general.

    Threshold max{(T-R)/(T-P), (T-R)/(R-S)} (Axelrod 1984); generosity
    min{1-(T-R)/(R-S), (R-P)/(T-P)} (Molander 1985; Nowak and Sigmund 1992), the bound as
    delta -> 1.
    """
    t, r, p = _payoffs(temptation, reward, punishment)
    s = finite("sucker", sucker)
    if not (s < r).all():
        invalid("sucker", sucker, "below reward")
    t, r, p, s = together(t, r, p, s)
    with np.errstate(divide="ignore", invalid="ignore"):
        threshold = np.maximum((t - r) / (t - p), (t - r) / (r - s))
        ceiling = np.minimum(1 - (t - r) / (r - s), (r - p) / (t - p))
    threshold = np.where(t <= r, 0.0, np.where(threshold < 1, threshold, np.inf))
    return Mirror(plain(threshold), plain(np.clip(ceiling, 0, 1)))


@dataclass(frozen=True, slots=True)
class RequiredTrust:
    """Least belief in compliance that makes complying a best reply, and whether compliance is risk dominant."""

    belief: Any
    risk_dominant: Any


def required_trust(temptation: ArrayLike, reward: ArrayLike, punishment: ArrayLike, sucker: ArrayLike) -> RequiredTrust:
    """Stag hunt: p* = (P-S) / [(R-T)+(P-S)] (Harsanyi and Selten 1988; Kydd 2005, ch. 2)."""
    t, r, p = _payoffs(temptation, reward, punishment)
    s = finite("sucker", sucker)
    if not ((r >= t) & (p > s)).all():
        raise InvalidGame(
            f"temptation {temptation!r} and sucker {sucker!r} do not make a stag hunt; allowed: T <= R and S < P."
        )
    t, r, p, s = together(t, r, p, s)
    belief = (p - s) / ((r - t) + (p - s))
    return RequiredTrust(plain(belief), plain(belief <= 0.5))


def _lagged(t: FloatArray, r: FloatArray, p: FloatArray, d: FloatArray, a: FloatArray, m: FloatArray) -> FloatArray:
    """Bisection on the increasing deterrent [delta(1-a)]^(m-1) delta (d-a)/[1-delta(1-d)]."""
    need = (t - r) / (t - p)
    low, high = np.zeros(np.shape(need)), np.ones(np.shape(need))

    def deterrent(x: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(d > a, x * (d - a) / (1 - x * (1 - d)), 0.0)
        return np.asarray((x * (1 - a)) ** (m - 1) * share)

    works = deterrent(high) > need
    for _ in range(80):
        middle = (low + high) / 2
        enough = deterrent(middle) >= need
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(works, high, np.inf)


def _named(t: ArrayLike, r: ArrayLike, p: ArrayLike, s: ArrayLike) -> list[tuple[str, ArrayLike]]:
    return [("temptation", t), ("reward", r), ("punishment", p), ("sucker", s)]


def _payoffs(t: ArrayLike, r: ArrayLike, p: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    values = finite("temptation", t), finite("reward", r), finite("punishment", p)
    if not (values[1] > values[2]).all():
        invalid("reward", r, f"above punishment {p!r}", "Mutual compliance must be better than mutual deployment.")
    return values


class _Callable(ModuleType):
    def __call__(self, *args: Any, **kwargs: Any) -> StageGame:
        return game(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
