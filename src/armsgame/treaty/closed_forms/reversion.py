"""Reversion after public alarms: for ever, for a while, or by chance; thresholds, lengths and values."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from armsgame._checks import discount_array, finite, probability
from armsgame._typing import ArrayLike, FloatArray, IntArray, Number
from armsgame.errors import invalid
from armsgame.solve.thresholds import reversion
from armsgame.treaty.closed_forms import premises
from armsgame.treaty.closed_forms.premises import Answer, Holds, Premise, Unmet, first_unmet, needs
from armsgame.treaty.elementwise import blockwise, elementwise, plain, stakes


@dataclass(frozen=True, slots=True)
class Grim(Answer):
    """Threshold (inf where there is none) and, where asked, the normalised value; `failed` names what is missing."""

    form = "compliance.grim"

    threshold: Number
    value: Number | None = None


@needs("compliance.grim", premises.PUNISHES, premises.INFORMATIVE, premises.DETERS, premises.LATE)
def grim(
    temptation: ArrayLike,
    reward: ArrayLike,
    punishment: ArrayLike,
    detection: ArrayLike = 1.0,
    false_alarm: ArrayLike = 0.0,
    lag: ArrayLike = 1,
    discount: ArrayLike | None = None,
    *,
    sucker: ArrayLike | None = None,
) -> Grim:
    """Permanent reversion after one public alarm about the profile (`Monitoring.alarm`).

    Parameters
    ----------
    temptation, reward, punishment : float or array
        T, and R > P, per period.
    detection, false_alarm : float or array
        P(alarm | somebody violates), P(alarm | nobody does). For one alarm per party insert
        `per_party_alarm`.
    lag : int or array
        Periods until an alarm about a period's conduct is raised, 1 for the same period.
    discount : float or array, optional
        Where given, the value R - (R - P) psi0 delta**lag / [1 - delta (1 - psi0)] of the profile is
        computed, be it an equilibrium or not. It counts alarms about conduct from the first period on; a
        game with `Monitoring.detection` also raises those about compliance before it, and is worth what it is
        at lag 1.
    sucker : float or array, optional
        S. Where it is not given P >= S is taken for granted.

    Returns
    -------
    Grim
        The profile is an equilibrium from `threshold` up to 1; inf where it is not one at all, or not up to 1.
        NaN where psi1 < psi0, T < R and a lag meet: no closed form decides.

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    It holds under these conditions (`Grim.failed` names the one that fails):

    {premises}

    lag 1: delta* = (T-R) / [(T-R)(1-psi0) + (psi1-psi0)(R-P)] (after Green and Porter 1984).
    lag m: the root of [delta (1-psi0)]**(m-1) delta (psi1-psi0) / [1-delta(1-psi1)] =
    (T-R)/(T-P), for a deviator who violates until caught; [(T-R)/(T-P)]**(1/m) only if psi1 = 1
    and psi0 = 0. Where T <= R and psi1 >= psi0 no patience is needed: 0. If no alarm can ever be
    raised P >= S is not needed.

    Examples
    --------
    >>> round(float(grim(5, 3, 1, 0.9, 0.05).threshold), 6)
    0.555556

    In a game of chicken nobody carries out the punishment:

    >>> chicken = grim(1.5, 1, 0, sucker=0.3)
    >>> chicken.threshold, chicken.failed
    (inf, 'punishment is a stage equilibrium')
    """
    t, r, p = stakes(temptation, reward, punishment)
    d, a = probability("detection", detection), probability("false_alarm", false_alarm)
    m = np.asarray(lag)
    if not np.issubdtype(m.dtype, np.integer) or (m < 1).any():
        invalid("lag", lag, "whole numbers of periods, at least 1")
    delta = None if discount is None else discount_array(discount)
    with elementwise():
        punishes = _punishes(p, sucker)
        if sucker is not None:
            # what is never set off need not be an equilibrium
            punishes = punishes | ((d == 0) & (a == 0))
        threshold, value, unmet = blockwise(_grim, t, r, p, d, a, m, delta, punishes)
    return Grim(plain(threshold), None if discount is None else plain(value), unmet=plain(unmet))


def _grim(
    t: FloatArray,
    r: FloatArray,
    p: FloatArray,
    d: FloatArray,
    a: FloatArray,
    m: IntArray,
    delta: FloatArray | None,
    punishes: Holds,
) -> tuple[FloatArray, FloatArray, Unmet]:
    gain, stake = t - r, r - p
    threshold = reversion.least_discount(gain, reversion.deterrent(gain, stake, d - a, a))
    late = m > 1
    if late.any():
        threshold = np.where(late, reversion.lagged(gain, stake, d, a, m.astype(float)), threshold)
    if punishes is not True:
        threshold = np.where(punishes, threshold, np.inf)
    # the first false alarm is about period s with probability a (1-a)**s and acts from period s + m on
    value = 0.0 * r if delta is None else r - stake * a * delta**m / (1 - delta * (1 - a))
    return threshold, value, first_unmet(~(threshold < np.inf), punishes, d > a, late, True)


def per_party_alarm(detection: ArrayLike, false_alarm: ArrayLike) -> tuple[Number, Number]:
    """Rates of "any alarm" when each party has its own: (psi1, psi0) for `grim` on `Monitoring.detection`."""
    d, a = probability("detection", detection), probability("false_alarm", false_alarm)
    # one order of multiplication, so that d = alpha gives equal rates
    return plain(1 - (1 - d) * (1 - a)), plain(1 - (1 - a) * (1 - a))


@needs(
    "compliance.required_detection",
    premises.PUNISHES,
    Premise("there are no false alarms", "psi0 = 0", "see grim"),
    Premise("the parties are patient enough", "delta >= (T - R)/(T - P)", "no rate deters: inf"),
)
def required_detection(
    temptation: ArrayLike,
    reward: ArrayLike,
    punishment: ArrayLike,
    discount: ArrayLike,
    *,
    sucker: ArrayLike | None = None,
) -> Number:
    """Least detection probability at which grim holds without false alarms; inf where above 1.

    Parameters
    ----------
    temptation, reward, punishment, discount : float or array
        T, and R > P, per period; the factor per period.
    sucker : float or array, optional
        S. Where it is not given P >= S is taken for granted.

    Returns
    -------
    float or array
        d* = (1-delta)(T-R) / [delta (R-P)], 0 where T <= R.

    Notes
    -----
    It holds under these conditions:

    {premises}

    Examples
    --------
    >>> required_detection(1.5, 1, 0, 0.5), required_detection(1.5, 1, 0, 0.3)
    (0.5, inf)
    """
    t, r, p = stakes(temptation, reward, punishment)
    delta = discount_array(discount)
    with elementwise():
        found: Number = plain(blockwise(_required, t, r, p, delta, _punishes(p, sucker)))
        return found


def _required(t: FloatArray, r: FloatArray, p: FloatArray, delta: FloatArray, punishes: Holds) -> FloatArray:
    needed = np.where(t <= r, 0.0, reversion.least_spread(t - r, r - p, 0.0, delta))
    # with a rate of 0 nothing is ever punished
    return np.where((needed <= 1) & (punishes | (needed == 0)), needed, np.inf)


@dataclass(frozen=True, slots=True)
class FinitePunishment(Answer):
    """Shortest deterring reversion in periods (inf where none), and its normalised value; `failed` names the reason."""

    form = "compliance.finite_punishment"

    periods: Number
    value: Number


@needs(
    "compliance.finite_punishment",
    premises.PUNISHES,
    premises.INFORMATIVE,
    premises.DETERS,
    replace(premises.PATIENT, condition=premises.PATIENT.condition.replace(">=", ">")),
)
def finite_punishment(
    temptation: ArrayLike,
    reward: ArrayLike,
    punishment: ArrayLike,
    detection: ArrayLike,
    false_alarm: ArrayLike,
    discount: ArrayLike,
    *,
    sucker: ArrayLike | None = None,
) -> FinitePunishment:
    """Shortest reversion of n periods that deters, after Green and Porter (1984).

    Parameters
    ----------
    temptation, reward, punishment : float or array
        T, and R > P, per period.
    detection, false_alarm : float or array
        P(alarm | somebody violates), P(alarm | nobody does).
    discount : float or array
    sucker : float or array, optional
        S. Where it is not given P >= S is taken for granted.

    Returns
    -------
    FinitePunishment
        Periods 0 where T <= R; NaN for the value where no n works.

    Notes
    -----
    Incentives: T-R <= h [(psi1-psi0)(R-P) - psi0 (T-R)] with h = delta + ... + delta**n. The right side
    rises in n, so the least n has a closed form. It holds under these conditions
    (`FinitePunishment.failed` names the one that fails):

    {premises}

    Examples
    --------
    >>> finite_punishment(5, 3, 1, 0.9, 0.05, 0.8).periods
    2.0
    >>> finite_punishment(5, 3, 1, 0.9, 0.05, 0.5).failed
    'the parties are patient enough'
    """
    t, r, p = stakes(temptation, reward, punishment)
    d, a = probability("detection", detection), probability("false_alarm", false_alarm)
    delta = discount_array(discount)
    with elementwise():
        n, value, unmet = blockwise(_shortest, t, r, p, d, a, delta, _punishes(p, sucker))
    return FinitePunishment(plain(n), plain(value), unmet=plain(unmet))


def _shortest(
    t: FloatArray, r: FloatArray, p: FloatArray, d: FloatArray, a: FloatArray, delta: FloatArray, punishes: Holds
) -> tuple[FloatArray, FloatArray, Unmet]:
    gain = t - r
    deter = reversion.deterrent(gain, r - p, d - a, a)
    n = reversion.shortest(gain, deter, delta)
    if punishes is not True:
        n = np.where(punishes | (gain <= 0), n, np.inf)
    none = n == np.inf
    value = np.where(none, np.nan, reversion.value(r, p, a, reversion.reach(delta, n)))
    return n, value, first_unmet(none, punishes, d > a, deter > 0, True)


@dataclass(frozen=True, slots=True)
class BestSymmetric(Answer):
    """Best strongly symmetric value and P(reversion | bad signal); NaN where infeasible, `failed` names the reason."""

    form = "compliance.best_symmetric_public"

    value: Number
    punishment_probability: Number


@needs(
    "compliance.best_symmetric_public",
    Premise(
        "the public signal is binary", "one alarm about the profile", "ask best_symmetric: two alarms can do better"
    ),
    premises.PUNISHES,
    premises.INFORMATIVE,
    premises.DETERS,
    premises.PATIENT,
)
def best_symmetric_public(
    temptation: ArrayLike,
    reward: ArrayLike,
    punishment: ArrayLike,
    detection: ArrayLike,
    false_alarm: ArrayLike,
    discount: ArrayLike,
    *,
    sucker: ArrayLike | None = None,
) -> BestSymmetric:
    """Best strongly symmetric public equilibrium with one binary signal (Abreu, Milgrom and Pearce 1991).

    Parameters
    ----------
    temptation, reward, punishment : float or array
        T, and R > P, per period.
    detection, false_alarm : float or array
        P(alarm | somebody violates), P(alarm | nobody does).
    discount : float or array
    sucker : float or array, optional
        S. Where it is not given P >= S is taken for granted.

    Returns
    -------
    BestSymmetric
        R and 0 where T <= R.

    Notes
    -----
    v = R - (T-R)/(psi1/psi0 - 1), reached with reversion to P with probability
    (1-delta)(T-R) / [delta (psi1-psi0)(v-P)] after a bad signal, where that is at most 1. It holds under
    these conditions (`BestSymmetric.failed` names the one that fails):

    {premises}

    Examples
    --------
    >>> found = best_symmetric_public(5, 3, 1, 0.9, 0.05, 0.97)
    >>> round(found.value, 6), round(found.punishment_probability, 6)
    (2.882353, 0.03866)
    """
    t, r, p = stakes(temptation, reward, punishment)
    d, a = probability("detection", detection), probability("false_alarm", false_alarm)
    delta = discount_array(discount)
    with elementwise():
        value, chance, unmet = blockwise(_best_symmetric, t, r, p, d, a, delta, _punishes(p, sucker))
    return BestSymmetric(plain(value), plain(chance), unmet=plain(unmet))


def _best_symmetric(
    t: FloatArray, r: FloatArray, p: FloatArray, d: FloatArray, a: FloatArray, delta: FloatArray, punishes: Holds
) -> tuple[FloatArray, FloatArray, Unmet]:
    gain = t - r
    deter = reversion.deterrent(gain, r - p, d - a, a)
    # v - P = K / (psi1 - psi0)
    chance = gain * (1 - delta) / (deter * delta)
    easy = gain <= 0
    none = ~(((deter > 0) & (chance <= 1) & punishes) | easy)
    value = np.where(none, np.nan, np.where(easy, r, r - gain * a / (d - a)))
    chance = np.where(none, np.nan, np.where(easy, 0.0, chance))
    return value, chance, first_unmet(none, True, punishes, d > a, deter > 0, True)


def _punishes(p: FloatArray, sucker: ArrayLike | None) -> Holds:
    """Whether P >= S; True where S is not given, and the caller vouches for it."""
    return True if sucker is None else p >= finite("sucker", sucker)
