"""Inspections in time: how long a violation stays unseen, and whether it is seen before it cannot be undone.

An inspectee starts a violation just after one of the times 0, 1, .., and inspections that it cannot foresee
fall on some of the later times. The matrices here are the zero-sum games of Diamond (1982) and the
critical-time games of Canty, Rothenstein and Avenhaus (2001); the closed forms are derived from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np

from armsgame._checks import number, whole
from armsgame._cost import require
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray, Number
from armsgame.errors import invalid
from armsgame.treaty.elementwise import elementwise

__all__ = [
    "SingleInspection",
    "detected_in_time",
    "detection_times",
    "inspection_sets",
    "least_inspections",
    "single_inspection",
    "timely",
]

_MOST = 20_000


def inspection_sets(opportunities: int, inspections: int) -> tuple[tuple[int, ...], ...]:
    """All ways to place `inspections` on the times 1 to `opportunities`.

    Raises
    ------
    InvalidGame
        More than 20,000 sets, or more inspections than opportunities.
    """
    n, k = int(whole("opportunities", opportunities, 1)), int(whole("inspections", inspections, 0))
    if k > n:
        invalid("inspections", inspections, f"at most the {n} opportunities")
    if comb(n, k) > _MOST:
        invalid("inspections", inspections, f"at most {_MOST} sets of times; {k} of {n} make {comb(n, k)}")
    return tuple(combinations(range(1, n + 1), k))


def detection_times(opportunities: int, inspections: int) -> FloatArray:
    """Time from the start of a violation to the first inspection after it.

    Parameters
    ----------
    opportunities : int
        Times 1 to N at which an inspection may take place; one more, at N + 1, is certain.
    inspections : int
        How many of them are used.

    Returns
    -------
    array [N+1, sets]
        Row i: the violation starts just after time i; column: a set of `inspection_sets`.

    References
    ----------
    H. Diamond (1982), Mathematics of Operations Research 7, 139-153.

    Examples
    --------
    >>> detection_times(2, 1).tolist()
    [[1.0, 2.0], [2.0, 1.0], [1.0, 1.0]]
    """
    sets = inspection_sets(opportunities, inspections)
    starts = np.arange(opportunities + 1)
    placed = np.array([(*s, opportunities + 1) for s in sets], dtype=np.float64)
    gap = placed[None] - starts[:, None, None]
    found: FloatArray = np.where(gap > 0, gap, np.inf).min(axis=2)
    return found


def detected_in_time(periods: int, critical: int, inspections: int, miss: float = 0.0) -> FloatArray:
    """Probability that a violation is seen within its critical time.

    Parameters
    ----------
    periods : int
        Times 1 to T at which an inspection may take place.
    critical : int
        Periods after which a violation can no longer be undone.
    inspections : int
    miss : float
        Probability that one inspection overlooks a violation, independent of the others.

    Returns
    -------
    array [T - critical + 1, sets]
        Row s: the violation starts just after time s, and an inspection at one of the times s + 1 to
        s + critical is timely. Without misses 0 and 1.

    References
    ----------
    M. J. Canty, D. Rothenstein and R. Avenhaus (2001), European Journal of Operational Research 131,
    208-223.

    Examples
    --------
    >>> detected_in_time(3, 2, 1).tolist()
    [[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]
    """
    t, w = int(whole("periods", periods, 1)), int(whole("critical", critical, 1))
    if w > t:
        invalid("critical", critical, f"at most the {t} periods")
    placed = np.array(inspection_sets(t, inspections), dtype=np.float64)
    starts = np.arange(t - w + 1)[:, None, None]
    count = ((placed > starts) & (placed <= starts + w)).sum(axis=2)
    found: FloatArray = 1.0 - float(number("miss", miss, 0, 1)) ** count
    return found


@dataclass(frozen=True, slots=True)
class SingleInspection(Value):
    """One interim inspection against one violation: optimal play in rational numbers.

    Attributes
    ----------
    value : Fraction
        Expected time to detection, in periods.
    inspect : tuple of Fraction, length N
        Probability of inspecting at each time 1 to N.
    start : tuple of Fraction, length N+1
        Probability of starting the violation just after each time 0 to N.
    """

    value: Fraction
    inspect: tuple[Fraction, ...]
    start: tuple[Fraction, ...]


def single_inspection(opportunities: int) -> SingleInspection:
    """Optimal play with one interim inspection among N times.

    The inspector uses time j with probability 1 / (N + 1 - j) until the sum reaches 1: then a violator is
    indifferent between the starts before the last time used. The violator starts at 0 with probability
    (N - m + 1) / N, where m is the last time used, and just after j with the probability that makes the inspector
    indifferent, the sum over earlier starts divided by N - j.

    References
    ----------
    H. Diamond (1982), Mathematics of Operations Research 7, 139-153; T. Krieger (2008), Mathematical
    Modelling and Analysis 13, 37-46. Derived here.

    Examples
    --------
    >>> found = single_inspection(3)
    >>> found.value, [str(q) for q in found.inspect]
    (Fraction(11, 6), ['1/3', '1/2', '1/6'])
    """
    n = int(whole("opportunities", opportunities, 1))
    require("tree", nodes=n)
    inspect, left = [], Fraction(1)
    for j in range(1, n + 1):
        inspect.append(min(left, Fraction(1, n + 1 - j)))
        left -= inspect[-1]
    used = sum(q > 0 for q in inspect)
    start = [Fraction(0)] * (n + 1)
    start[0] = Fraction(n - used + 1, n)
    total = start[0]
    for j in range(1, used):
        start[j] = total / (n - j)
        total += start[j]
    value = sum((j * q for j, q in enumerate(inspect, 1)), Fraction(0))
    return SingleInspection(value, tuple(inspect), tuple(start))


def timely(periods: ArrayLike, critical: ArrayLike, inspections: ArrayLike, miss: ArrayLike = 0.0) -> Number:
    """Probability that optimal unforeseen inspections see a violation within its critical time.

    With W = floor(T / w) and k = q W + r, r < W, it is 1 - miss^q (1 - r (1 - miss) / W), which without misses is
    min(1, k / W). The inspectee picks one of the W disjoint windows. The inspector makes one inspection at each of q
    distances before the multiples of w, and r more at random at another one.

    Parameters
    ----------
    periods, critical, inspections : array_like of whole numbers
        T, w and k, with 1 <= w <= T. With misses, k of at most W (w - T mod w): beyond, windows cannot be layered so.
    miss : array_like
        Probability that one inspection overlooks a violation, independent of the others.

    Raises
    ------
    InvalidGame
        A critical time above T; with misses, more inspections than have a closed form.

    References
    ----------
    W. H. Ruckle (1992), Operations Research 40, 877-884; Canty, Rothenstein and Avenhaus (2001). Several inspections of
    one window: derived here.

    Examples
    --------
    >>> float(timely(12, 3, 3)), float(timely(12, 3, 6, 0.5))
    (0.75, 0.625)
    """
    with elementwise():
        t, w = whole("periods", periods, 1), whole("critical", critical, 1)
        k, m = whole("inspections", inspections, 0), number("miss", miss, 0, 1)
        if (w > t).any():
            invalid("critical", critical, "at most the periods")
        windows = np.floor(t / w)
        if ((m > 0) & (k > windows * (w - t % w))).any():
            invalid("inspections", inspections, "with misses at most floor(T / w) (w - T mod w)")
        layers = np.floor(k / windows)
        caught: Number = 1 - m**layers * (1 - (k - layers * windows) * (1 - m) / windows)
        return caught


def least_inspections(periods: ArrayLike, critical: ArrayLike, wanted: ArrayLike, miss: ArrayLike = 0.0) -> Number:
    """Least number of inspections with which `timely` reaches a probability.

    Parameters
    ----------
    periods, critical : array_like of whole numbers
    wanted : array_like
        Probability of detection in time, above 0.
    miss : array_like

    Returns
    -------
    float or array
        Infinite where no number does for which there is a closed form: with misses, at most floor(T / w)
        (w - T mod w) inspections.

    Examples
    --------
    >>> float(least_inspections(12, 3, 0.6)), float(least_inspections(12, 3, 0.6, 0.5))
    (3.0, 6.0)
    """
    with elementwise():
        t, w = whole("periods", periods, 1), whole("critical", critical, 1)
        share = number("wanted", wanted, 0, 1, open_low=True)
        m = number("miss", miss, 0, 1)
        if (w > t).any():
            invalid("critical", critical, "at most the periods")
        windows = np.floor(t / w)
        # full layers that still leave too much unseen, then the share of one more; rounding adds no inspection
        layers = np.where((m > 0) & (m < 1), np.floor(np.log(1 - share) / np.log(m) + 1e-12), 0.0)
        rest = windows * (1 - (1 - share) / m**layers) / (1 - m)
        found = layers * windows + np.maximum(np.ceil(rest - 1e-9), 0.0)
        most = np.where(m > 0, windows * (w - t % w), windows)
        return np.where((m < 1) & (found <= most), np.maximum(found, 1.0), np.inf)[()]
