"""Arms races: the incomplete-information multiplier and Richardson's dynamics with caps and an exit date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._checks import number, pair
from armsgame._shown import Drawn, Value
from armsgame._typing import ArrayLike, FloatArray, Number, Truth
from armsgame.errors import invalid
from armsgame.treaty.closed_forms.armsrace_paths import RacePath, path
from armsgame.treaty.elementwise import elementwise, plain

__all__ = ["Multiplier", "Richardson", "multiplier", "richardson"]


@dataclass(frozen=True, slots=True)
class Multiplier(Value):
    """Contagion of distrust.

    Attributes
    ----------
    cutoff : cost of arming below which a party arms, at most the cost ceiling
    probability : P(a party arms)
    dominant_share : P(it arms whatever it believes), where the contagion starts
    """

    cutoff: Number
    probability: Number
    dominant_share: Number


def multiplier(cost_ceiling: ArrayLike, advantage: ArrayLike, exposure: ArrayLike) -> Multiplier:
    """Arms race between parties that do not know each other's cost of arming.

    Payoffs: both arm -c, arm alone mu - c, be the only one not to arm -d, neither 0. Costs c are
    private and uniform between 0 and the ceiling.

    Parameters
    ----------
    cost_ceiling : float or array, C above 0
    advantage : float or array, mu >= 0
        Gain of arming alone.
    exposure : float or array, d >= 0
        Loss of being the only one not to arm.

    Returns
    -------
    Multiplier

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    A party arms iff c <= mu + q (d - mu), with q the chance that the other does. The cut-off is
    mu C/(C - d + mu) if d < C, and C if d >= C however small mu > 0 is: the race is certain by
    contagion alone (Baliga and Sjostrom 2004, for uniform costs). With mu = 0 nobody is
    a dominant type, and peace remains an equilibrium: the cut-off is 0. Where d < mu arming is a
    substitute, and the dominant share is P(c <= d).

    Examples
    --------
    >>> found = multiplier(1.0, 0.1, 0.8)
    >>> round(found.cutoff, 6), found.dominant_share
    (0.333333, 0.1)
    """
    top = number("cost_ceiling", cost_ceiling, 0, open_low=True)
    mu, d = number("advantage", advantage, 0), number("exposure", exposure, 0)
    with elementwise(top, mu, d) as (top, mu, d):
        inside = mu * top / (top - d + mu)
        cutoff = np.where(mu == 0, 0.0, np.where(d < top, np.minimum(inside, top), top))
        dominant = np.minimum(np.minimum(mu, d) / top, 1.0)
        return Multiplier(plain(cutoff), plain(cutoff / top), plain(dominant))


@dataclass(frozen=True, slots=True)
class Richardson(Drawn, Value):
    """Linear arms race.

    Attributes
    ----------
    reaction, fatigue, grievance : pairs, as given
    equilibrium : pair, the rest point even where unstable (NaN where the race has none or a line of them)
    stable : whether stocks converge to it
    eigenvalues : pair, ascending
    """

    reaction: tuple[Number, Number]
    fatigue: tuple[Number, Number]
    grievance: tuple[Number, Number]
    equilibrium: tuple[Any, Any]
    stable: Truth
    eigenvalues: tuple[Number, Number]

    def rates(self, first: ArrayLike, second: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Rates of change of both stocks at given stocks."""
        x, y = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
        (k, l), (a, b), (g, h) = self.reaction, self.fatigue, self.grievance  # noqa: E741
        return k * y - a * x + g, l * x - b * y + h

    def path(
        self, t: ArrayLike, start: object, cap: object = None, *, exit_date: float | None = None, delay: object = 0.0
    ) -> RacePath:
        """Stocks over time, with treaty caps until an exit date.

        Parameters
        ----------
        t : array_like ``[T]``
            Times, ascending; the first is when `start` holds.
        start : pair of float
        cap : float or pair, optional
            Ceilings on the stocks, not below `start` (None: no ceiling).
        exit_date : float, optional
            When the treaty ends. Default: never.
        delay : float or pair, at least 0
            Time from the exit until a party's deployments can rise above its cap.

        Returns
        -------
        RacePath

        Raises
        ------
        InvalidGame
            Naming the parameter, its value and the range; or a batch of races.

        Examples
        --------
        >>> race = richardson((0.6, 0.5), (1.0, 0.8), (0.3, 0.2))
        >>> found = race.path([0, 50, 100], (0.1, 0.1), cap=0.5, exit_date=50)
        >>> [round(x, 4) for x in found.first.tolist()]
        [0.1, 0.5, 0.72]
        """
        if np.ndim(self.stable):
            invalid("race", np.shape(self.stable), "one race", "Build the path of one parameter point at a time.")
        return path(self, t, start, cap, exit_date, delay)


def richardson(
    reaction: Sequence[ArrayLike], fatigue: Sequence[ArrayLike], grievance: Sequence[ArrayLike]
) -> Richardson:
    """Richardson's arms race x' = k y - a x + g, y' = l x - b y + h.

    Parameters
    ----------
    reaction : pair of float or array, at least 0
        k, l: how each party answers the other's stock.
    fatigue : pair of float or array, above 0
        a, b: how each is held back by its own.
    grievance : pair of float or array
        g, h: what each builds without any threat; negative for goodwill.

    Returns
    -------
    Richardson

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    x* = (kh + bg)/(ab - kl), y* = (lg + ah)/(ab - kl); stable iff ab > kl (Richardson 1960).

    Examples
    --------
    >>> found = richardson((0.6, 0.5), (1.0, 0.8), (0.3, 0.2))
    >>> [round(x, 6) for x in found.equilibrium], found.stable
    ([0.72, 0.7], True)
    """
    k, l = pair("reaction", reaction, 0)  # noqa: E741
    a, b = pair("fatigue", fatigue, 0, open_low=True)
    g, h = pair("grievance", grievance)
    with elementwise(k, l, a, b, g, h) as given:
        # the result keeps what it is given, so that it must be its own
        k, l, a, b, g, h = map(np.array, given)  # noqa: E741
        size = a * b - k * l
        x, y = (np.where(size != 0, top / size, np.nan) for top in (k * h + b * g, l * g + a * h))
        low = -((a + b) + np.hypot(a - b, 2 * np.sqrt(k * l))) / 2
        return Richardson(
            (plain(k), plain(l)),
            (plain(a), plain(b)),
            (plain(g), plain(h)),
            (plain(x), plain(y)),
            plain(size > 0),
            # their product is ab - kl
            (plain(low), plain(size / low)),
        )
