"""Inspections over time: Dresher's game, several violations, and leadership."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np

from armsgame._checks import as_fraction, check_discount, number, whole
from armsgame._cost import require
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray, Number, Real
from armsgame.errors import invalid
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import StochasticGame
from armsgame.treaty.elementwise import elementwise, plain


@dataclass(frozen=True, slots=True)
class Dresher(Value):
    """Value to the inspector, and the two probabilities of the first period."""

    value: Fraction | Number
    inspect_first: Fraction | Number
    violate_first: Fraction | Number


def dresher(
    periods: ArrayLike,
    inspections: ArrayLike,
    caught: ArrayLike = 1.0,
    violations: ArrayLike = 1,
    *,
    exact: bool = False,
) -> Dresher:
    """Spend m inspections over n periods against an inspectee who may violate in any of them.

    Zero-sum: the inspector gets `caught` when it catches a violation, which ends the game, and -1
    for each one it misses. Both see past inspections.

    Parameters
    ----------
    periods, inspections : int or array
        n >= 1 and m >= 0.
    caught : float or array, at least 0
    violations : int or array, at least 1
        Most violations the inspectee can attempt; 1 is Dresher's game.
    exact : bool
        Fractions in place of floats, for single numbers; no limit on n.

    Returns
    -------
    Dresher

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    With s(n, m) = sum over i <= m of C(n, i) b**(m-i):
    v(n, m) = -C(n-1, m)/s(n, m) and P(inspect first) = s(n-1, m-1)/s(n, m) (Dresher 1962); with k
    violations v(n, m, k) = [C(n-k, m+1) - C(n, m+1)]/s(n, m), with the same inspector's
    strategy (von Stengel 2016). Sums are taken relative to C(n, m), all terms of one sign, so that
    floats keep their relative precision to n = 500 and beyond. With m >= n every period is
    inspected and nobody violates; with m = 0 the inspectee violates at once.

    Examples
    --------
    >>> found = dresher(5, 2)
    >>> round(found.value, 9), found.inspect_first, round(found.violate_first, 9)
    (-0.375, 0.3125, 0.140625)
    >>> dresher(3, 1, exact=True).value
    Fraction(-1, 2)
    """
    n, m = whole("periods", periods, 1), whole("inspections", inspections)
    b, k = number("caught", caught, 0), whole("violations", violations, 1)
    if exact:
        if np.ndim(n) or np.ndim(m) or np.ndim(b) or np.ndim(k):
            invalid("exact", exact, "False for arrays", "Ask for one game at a time.")
        return Dresher(*_exact(int(n), int(m), as_fraction(caught), int(k)))
    with elementwise():
        n, m, b, k = np.broadcast_arrays(n, m, b, k)
        value, inspect, violate = _closed(n, m, b, np.minimum(k, n))
    return Dresher(plain(value), plain(inspect), plain(violate))


def _sum(n: FloatArray, m: FloatArray, b: FloatArray) -> FloatArray:
    """s(n, m)/C(n, m) for 0 <= m <= n, by s(n, m) = C(n-1, m) + (1+b) s(n-1, m-1): no term is negative if b > -1."""
    total = np.ones(np.shape(m))
    for j in range(int(np.max(m, initial=0)) - 1, -1, -1):
        total = np.where(j < m, ((n - m) + (1 + b) * (m - j) * total) / np.maximum(n - j, 1), total)
    return total


def _value(n: FloatArray, m: FloatArray, b: FloatArray, k: FloatArray) -> FloatArray:
    """v(n, m, k); [C(n, m+1) - C(n-k, m+1)]/C(n, m) is a sum of the k terms C(n-1-j, m)/C(n, m)."""
    m = np.minimum(m, n)
    share = np.where((m < n) & (k > 0), (n - m) / np.maximum(n, 1), 0.0)
    lost = share
    for j in range(1, int(np.max(k, initial=1))):
        share = np.where(j < k, share * np.maximum(n - j - m, 0) / np.maximum(n - j, 1), 0.0)
        lost = lost + share
    return -lost / _sum(n, m, b)


def _closed(n: FloatArray, m: FloatArray, b: FloatArray, k: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Value, P(inspect first), P(violate first)."""
    value = _value(n, m, b, k)
    left, fewer = n - 1, np.clip(m - 1, 0, n - 1)
    # C(n-1, m-1)/C(n, m) = m/n
    inspect = np.minimum(m, n) / n * _sum(left, fewer, b) / _sum(n, np.minimum(m, n), b)
    # the row "wait": (1-q) v(n-1, m, k) + q [v(n-1, m, k-1) - 1] = v(n, m, k)
    kept, used = _value(left, m, b, k), _value(left, fewer, b, k)
    violate = (kept - value) / (kept - _value(left, m, b, k - 1) + 1)
    # the row "inspect", (1-q) v(n-1, m-1, k) + q b = v(n, m, k), where it loses fewer digits
    better = (b >= 0) & ((value - used) * -value > (kept - value) * -used)
    violate = np.where(better, (value - used) / (b - used), violate)
    full, none = m >= n, m <= 0
    return (
        np.where(full, 0.0, value),
        np.where(full, 1.0, np.where(none, 0.0, inspect)),
        np.where(full, 0.0, np.where(none, 1.0, violate)),
    )


def _exact(n: int, m: int, b: Fraction, k: int) -> tuple[Fraction, Fraction, Fraction]:
    def size(periods: int, uses: int) -> Fraction:
        total, term = Fraction(0), 1
        for i in range(uses + 1):
            total = total * b + term
            term = term * (periods - i) // (i + 1)
        return total

    def value(periods: int, uses: int, attempts: int) -> Fraction:
        attempts = min(attempts, periods)
        if uses >= periods:
            return Fraction(0)
        return Fraction(comb(periods - attempts, uses + 1) - comb(periods, uses + 1)) / size(periods, uses)

    if m >= n:
        return Fraction(0), Fraction(1), Fraction(0)
    whole_value = value(n, m, k)
    if m == 0:
        return whole_value, Fraction(0), Fraction(1)
    later = value(n - 1, m - 1, k)
    return whole_value, size(n - 1, m - 1) / size(n, m), (whole_value - later) / (b - later)


@dataclass(frozen=True, slots=True)
class Leadership(Value):
    """Announced against secret inspection strategies.

    Attributes
    ----------
    leader_value : inspector's payoff if it announces; the inspectee is legal while inspections remain
    nash_value : inspector's payoff without announcement
    inspectee_value : the same in both
    inspect_first : the same in both
    violate_first : P(violate in the first period) without announcement
    """

    leader_value: Number
    nash_value: Number
    inspectee_value: Number
    inspect_first: Number
    violate_first: Number


def leadership(
    periods: ArrayLike, inspections: ArrayLike, penalty: ArrayLike = 1.0, caught_loss: ArrayLike = 0.5
) -> Leadership:
    """Compare announced and secret inspection strategies (Maschler 1966).

    A violation missed pays (-1, 1) to inspector and inspectee, one caught (-a, -b), none (0, 0).

    Parameters
    ----------
    periods, inspections : int or array
        n >= 1 and m >= 0; one violation.
    penalty : float or array, b >= 0
    caught_loss : float or array, 0 <= a < 1

    Returns
    -------
    Leadership

    Notes
    -----
    Both strategies keep the inspectee indifferent, so it gets C(n-1, m)/s(n, m) with b. Announced,
    it acts legally while inspections remain, and the inspector loses just that. In the
    simultaneous game the inspector's payoff is -C(n-1, m)/s(n, m) with -a in place of b
    (Avenhaus, von Stengel and Zamir 2002, section 6; von Stengel 2016).

    Examples
    --------
    >>> found = leadership(5, 2, penalty=1, caught_loss=0.5)
    >>> found.leader_value > found.nash_value
    True
    """
    n, m = whole("periods", periods, 1), whole("inspections", inspections)
    b, a = number("penalty", penalty, 0), number("caught_loss", caught_loss, 0, 1, open_high=True)
    with elementwise():
        n, m, b, a = np.broadcast_arrays(n, m, b, a)
        one = np.ones(np.shape(n))
        led, inspect, _ = _closed(n, m, b, one)
        simultaneous, _, violate = _closed(n, m, -a, one)
    return Leadership(*(plain(x) for x in (led, simultaneous, -led, inspect, violate)))


def dresher_game(
    periods: int,
    inspections: int,
    caught: float = 1.0,
    *,
    discount: Real = 0.9,
    players: tuple[str, str] = ("inspector", "inspectee"),
) -> StochasticGame:
    """Return Dresher's game as a stochastic game whose value in the first state is that of `dresher`.

    Parameters
    ----------
    periods, inspections, caught
        As in `dresher`, single numbers, one violation.
    discount : float, above 0
        The discount factor to solve it at: payments are scaled up so that discounting and
        normalisation cancel.
    players : pair of str

    Returns
    -------
    StochasticGame
        One state per (periods left, inspections left), and "over".

    Examples
    --------
    >>> import armsgame as ag
    >>> game = dresher_game(5, 2)
    >>> round(float(ag.markov.zero_sum_value(game, discount=0.9).values[game.initial]), 9)
    -0.375
    """
    n, m = int(whole("periods", periods, 1)), int(whole("inspections", inspections))
    require("dresher_game", periods=n, inspections=min(n, m))
    b = float(number("caught", caught, 0))
    delta = float(check_discount(discount))
    if delta == 0:
        invalid("discount", discount, "0 < discount < 1")
    labels = [(left, uses) for left in range(n, 0, -1) for uses in range(max(0, m - n + left), m + 1)]
    index = {label: k for k, label in enumerate(labels)}
    over = len(labels)
    stages, laws = [], []
    for left, uses in labels:
        scale = 1 / ((1 - delta) * delta ** (n - left))
        rows = [(uses - 1, b), (uses, -1.0)] if uses else [(uses, -1.0)]
        pay = np.array([[0.0, scale * outcome] for _, outcome in rows])
        law = np.zeros((len(rows), 2, over + 1))
        law[:, 1, over] = 1
        for row, (uses_left, _) in enumerate(rows):
            law[row, 0, index.get((left - 1, uses_left), over)] = 1
        names = ("inspect", "wait") if uses else ("wait",)
        stages.append(StageGame.from_bimatrix(pay, -pay, players=players, actions=(names, ("comply", "violate"))))
        laws.append(law)
    stages.append(StageGame.from_bimatrix([[0.0]], [[0.0]], players=players, actions=(("wait",), ("comply",))))
    end = np.zeros((1, 1, over + 1))
    end[0, 0, over] = 1
    names_of = [f"{left} periods, {uses} inspections" for left, uses in labels]
    return StochasticGame(stages, [*laws, end], states=[*names_of, "over"])
