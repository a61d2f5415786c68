"""Reversion to mutual deployment on an alarm: one inequality behind thresholds, lengths, rates, values and maps.

In a period of mutual compliance an alarm is raised with probability psi0, and with psi1 if one party deploys. After an
alarm both deploy for n periods (for ever: n = inf) and start afresh. With h = delta + ... + delta**n compliance is
worth V = P + (R - P) / (1 + psi0 h), and deploying once does not pay while the treaty is in force iff

    T - R <= h K,   K = (psi1 - psi0)(R - P) - psi0 (T - R)

(derived from V; for n = inf the condition of Friedman 1971 with noise, for finite n that of Green and Porter 1984). It
is necessary and sufficient at every order of T, R and P. Complying while both deploy does not pay iff P >= S.

Nothing here checks a domain: the callers do. Everything broadcasts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, TypeAlias, cast

import numpy as np

from armsgame._shown import Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray

Numbers: TypeAlias = float | FloatArray

# what rounding may leave of an inequality that holds with equality
_TIE = 1e-12


def reach(discount: Numbers, periods: ArrayLike = inf) -> FloatArray:
    """Weight h = delta + ... + delta**n: what a loss of 1 in every period of reversion weighs against a gain today."""
    if np.ndim(periods) == 0 and periods == inf:
        return cast("FloatArray", discount / (1 - discount))
    with np.errstate(divide="ignore", invalid="ignore"):
        # delta = 0 leaves log(0) * 0 where n = 0
        spent = np.where(np.asarray(periods) == 0, 0.0, -np.expm1(periods * np.log(discount)))
        return discount / (1 - discount) * spent


def deterrent(gain: Numbers, stake: Numbers, spread: Numbers, miss: Numbers) -> FloatArray:
    """K = (psi1 - psi0)(R - P) - psi0 (T - R) of gain T - R, stake R - P, spread psi1 - psi0 and psi0."""
    return cast("FloatArray", spread * stake - miss * gain)


def value(reward: Numbers, punishment: Numbers, miss: Numbers, weight: Numbers) -> FloatArray:
    """Normalised value of compliance under reversion with h = `weight`."""
    return cast("FloatArray", punishment + (reward - punishment) / (1 + miss * weight))


def least_discount(gain: Numbers, deter: Numbers, periods: ArrayLike = inf) -> FloatArray:
    """Discount factor from which on gain <= h K up to 1; inf where there is none.

    With a gain it is where h = gain/K. Without one the inequality holds at delta = 0, and up to 1 iff n K >= gain.
    """
    if np.ndim(periods) == 0 and periods == inf:
        tempted = np.maximum(gain, 0.0)
        ratio = tempted / (tempted + deter)
        # rounding may bring a ratio to 1
        fine = (deter > 0) & (ratio < 1)
        return ratio if fine.all() else np.where(fine, ratio, np.where((gain <= 0) & (deter >= 0), 0.0, inf))
    gain, deter, periods = np.broadcast_arrays(gain, deter, periods)
    works = periods * deter > gain
    high = _least(gain.shape, lambda delta: reach(delta, periods) * deter >= gain)
    return np.where(gain > 0, np.where(works & (high < 1), high, inf), np.where(periods * deter >= gain, 0.0, inf))


def shortest(gain: Numbers, deter: Numbers, discount: Numbers) -> FloatArray:
    """Shortest n with gain <= h K; 0 where there is no gain, inf where no finite n will do."""
    missing = gain * (1 - discount) / (deter * discount)
    # h = gain/K at delta**n = 1 - missing
    length = np.log1p(-missing) / np.log(discount)
    some = np.where((deter > 0) & (missing < 1), np.maximum(np.ceil(length * (1 - _TIE)), 1.0), inf)
    return np.where(gain > 0, some, 0.0)


def least_spread(gain: Numbers, stake: Numbers, miss: Numbers, discount: Numbers) -> FloatArray:
    """Psi1 - psi0 at which permanent reversion just deters: (T - R)(1/h + psi0) / (R - P)."""
    return cast("FloatArray", gain * ((1 - discount) / discount + miss) / stake)


def lagged(gain: Numbers, stake: Numbers, hit: Numbers, miss: Numbers, lag: Numbers) -> FloatArray:
    """Threshold of permanent reversion where alarms come m - 1 periods late; NaN where no closed form decides.

    With T > R > P and psi1 > psi0 the best plan is to deploy until caught, which does not pay from the root of
    [delta (1-psi0)]**(m-1) delta (psi1-psi0) / [1-delta (1-psi1)] = (T-R)/(T-P) on; the left side rises in delta.
    Without temptation nothing speaks for deploying where that hastens a loss; with it everything where it does not.
    """
    gain, stake, hit, miss, lag = np.broadcast_arrays(gain, stake, hit, miss, lag)
    spread = hit - miss
    need = gain / (gain + stake)

    def deterred(delta: FloatArray) -> FloatArray:
        return (delta * (1 - miss)) ** (lag - 1) * delta * spread / (1 - delta * (1 - hit))

    works = deterred(np.ones(gain.shape)) > need
    high = _least(gain.shape, lambda delta: deterred(delta) >= need)
    root = np.where(works & (high < 1), high, inf)
    hastens = spread * stake
    tempted = np.where(hastens <= 0, inf, np.where(stake > 0, root, np.nan))
    return np.where(gain > 0, tempted, np.where(hastens >= 0, 0.0, np.nan))


def _least(shape: tuple[int, ...], enough: Callable[[FloatArray], BoolArray]) -> FloatArray:
    """Least discount factors that are enough, by bisection; 1 where none is."""
    low, high = np.zeros(shape), np.ones(shape)
    for _ in range(60):
        middle = (low + high) / 2
        works = enough(middle)
        low, high = np.where(works, low, middle), np.where(works, middle, high)
    return high


def mirror_deters(
    temptation: FloatArray, reward: FloatArray, punishment: FloatArray, sucker: FloatArray, discount: FloatArray
) -> BoolArray:
    """Whether the mirror response is a best reply to itself under perfect monitoring: T - R <= delta min(T-P, R-S).

    Deploying for ever and deploying every other period are the only other plans against it (a decision problem of two
    states), so that this is exact at every order of the payoffs.
    """
    gain = temptation - reward
    return gain <= discount * np.minimum(temptation - punishment, reward - sucker) + _TIE * np.abs(gain)


@dataclass(frozen=True, slots=True)
class Reversion(Value):
    """Both parties' terms where each has an alarm of its own and any alarm sets off reversion.

    Attributes
    ----------
    gain : array ``[2, *B]``, T - R
    stake : array ``[2, *B]``, R - P
    nash : bool array ``[*B]``, is mutual deployment a stage equilibrium (P >= S for both)?
    detection, false_alarm : arrays ``[2, *B]``, rates of the alarms about each party
    """

    gain: FloatArray
    stake: FloatArray
    nash: BoolArray
    detection: FloatArray
    false_alarm: FloatArray

    @classmethod
    def of(
        cls,
        temptation: ArrayLike,
        reward: ArrayLike,
        punishment: ArrayLike,
        sucker: ArrayLike,
        detection: ArrayLike,
        false_alarm: ArrayLike,
    ) -> Reversion:
        """From parameters ``[2, *B]``, the party first."""
        given = [np.asarray(v, float) for v in (temptation, reward, punishment, sucker, detection, false_alarm)]
        shape = np.broadcast_shapes(*(v.shape for v in given), (2, *(1,) * (max(v.ndim for v in given) - 1)))
        t, r, p, s, d, a = (np.broadcast_to(v, shape) for v in given)
        nash: Any = (p >= s).all(axis=0)
        return cls(t - r, r - p, nash, d, a)

    @classmethod
    def of_parties(cls, parties: Sequence[object], detection: ArrayLike | None = None) -> Reversion:
        """From objects with these attributes; `detection` (of any shape) replaces both parties' rates."""
        names = ("temptation", "reward", "punishment", "sucker", "detection", "false_alarm")
        rate = np.zeros(()) if detection is None else np.asarray(detection, dtype=float)
        table = [np.array([float(getattr(p, n)) for p in parties]).reshape(2, *(1,) * rate.ndim) for n in names]
        if detection is not None:
            table[4] = np.stack([rate, rate])
        return cls.of(*table)

    @property
    def quiet(self) -> FloatArray:
        """P(no alarm about the other party | it complies), ``[2, *B]``."""
        return 1 - self.false_alarm[::-1]

    @property
    def miss(self) -> FloatArray:
        """psi0 = 1 - (1 - alpha_1)(1 - alpha_2), ``[*B]``."""
        miss: FloatArray = 1 - self.quiet[0] * self.quiet[1]
        return miss

    @property
    def deter(self) -> FloatArray:
        """K of each party; its psi1 - psi0 is (d - alpha)(1 - alpha of the other)."""
        spread = (self.detection - self.false_alarm) * self.quiet
        return deterrent(self.gain, self.stake, spread, self.miss)

    @property
    def punishes(self) -> BoolArray:
        """Whether nobody gains by complying while both deploy, or no alarm is ever raised, ``[*B]``."""
        silent: BoolArray = ((self.detection == 0) & (self.false_alarm == 0)).all(axis=0)
        return self.nash | silent

    def threshold(self) -> FloatArray:
        """Discount factor from which on permanent reversion holds for both; inf where there is none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            both = least_discount(self.gain, self.deter).max(axis=0)
        return np.where(self.punishes, both, inf)

    def holds(self, discount: ArrayLike, periods: ArrayLike = inf) -> BoolArray:
        """Whether reversion for so many periods is an equilibrium at a discount factor ``[*B]``."""
        delta = np.asarray(discount, dtype=float)
        own, weight = self._beside(delta), reach(delta, periods)
        kept: BoolArray = np.all(own.gain - weight * own.deter <= _TIE * np.abs(own.gain), axis=0)
        return own.punishes & kept

    def shortest(self, discount: ArrayLike) -> FloatArray:
        """Shortest reversion that deters both, in periods: 0 where nobody is tempted, inf where no finite one does."""
        delta = np.asarray(discount, dtype=float)
        own = self._beside(delta)
        with np.errstate(divide="ignore", invalid="ignore"):
            length = shortest(own.gain, own.deter, delta).max(axis=0)
        finite = np.isfinite(length)
        # a party that would rather see the suspension come may refuse the length that deters the other
        works = finite & self.holds(delta, np.where(finite, length, 1.0))
        return np.where((length == 0) | works, length, inf)

    def least_detection(self, discount: ArrayLike) -> FloatArray:
        """Least rate of detection, the same for both, at which permanent reversion holds; inf where none does."""
        delta = np.asarray(discount, dtype=float)
        own = self._beside(delta)
        with np.errstate(divide="ignore", invalid="ignore"):
            edge = own.false_alarm + least_spread(own.gain, own.stake, own.miss, delta) / own.quiet
        # which way a higher rate pulls: not at all where nothing is at stake, or the other's alarm never stops
        pull = np.sign(own.stake) * (own.quiet > 0) * (delta > 0)
        low = np.where(pull > 0, np.maximum(edge, 0.0), np.where((pull < 0) | (own.gain <= 0), 0.0, inf)).max(axis=0)
        high = np.where(pull < 0, edge, inf).min(axis=0)
        silent = (low == 0) & (own.false_alarm == 0).all(axis=0)
        return np.where((low <= np.minimum(high, 1.0)) & (own.nash | silent), low, inf)

    def _beside(self, delta: FloatArray) -> Reversion:
        """With as many axes after the party's as the discount factors have."""
        fewer = delta.ndim - self.gain.ndim + 1
        if fewer <= 0:
            return self
        names = ("gain", "stake", "detection", "false_alarm")
        arrays = {n: getattr(self, n) for n in names}
        return replace(self, **{n: a.reshape(2, *(1,) * fewer, *a.shape[1:]) for n, a in arrays.items()})
