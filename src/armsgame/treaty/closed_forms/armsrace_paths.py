"""Paths of Richardson's arms race: ceilings, an exit date, deployment delays, substitution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from armsgame._checks import need_pandas, number, pair
from armsgame._shown import Framed, Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray
from armsgame.errors import NotSolved, invalid

if TYPE_CHECKING:
    import pandas


class Race(Protocol):
    """What a path needs of an arms race."""

    def rates(self, first: ArrayLike, second: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Rates of change of both stocks at given stocks."""


@dataclass(frozen=True, slots=True, eq=False)
class RacePath(Framed, Value):
    """Stocks of both parties over time.

    Attributes
    ----------
    t, first, second : arrays ``[T]``
    events : tuple of (time, text)
        When ceilings begin to bind and cease to.
    """

    t: FloatArray
    first: FloatArray
    second: FloatArray
    events: tuple[tuple[float, str], ...]

    def to_frame(self) -> pandas.DataFrame:
        """Table (pandas) indexed by time."""
        pd = need_pandas()

        return pd.DataFrame({"first": self.first, "second": self.second}, index=pd.Index(self.t, name="t"))

    def __str__(self) -> str:
        ends = f"({self.first[0]:.6g}, {self.second[0]:.6g}) -> ({self.first[-1]:.6g}, {self.second[-1]:.6g})"
        lines = [f"Arms race over t = {self.t[0]:g} to {self.t[-1]:g}: {ends}"]
        return "\n".join([*lines, *(f"  t = {when:.6g}: {what}" for when, what in self.events)])


def path(race: Race, t: ArrayLike, start: Any, cap: Any, exit_date: float | None, delay: Any) -> RacePath:
    """Solve the race piece by piece; see `Richardson.path`."""
    times = _times(t)
    now = np.array(pair("start", start), dtype=np.float64)
    caps = _caps(cap)
    if not (now <= caps).all():
        invalid("start", start, f"at most cap {cap!r}", "Reductions come before the ceilings.")
    end = inf if exit_date is None else float(number("exit_date", exit_date))
    late = np.array(pair("delay", delay if np.ndim(delay) else (delay, delay), 0), dtype=np.float64)
    frees = np.where(np.isfinite(caps), end + late, -inf)
    breaks = sorted({float(f) for f in frees if times[0] < f < times[-1]})
    edges = [float(times[0]), *breaks, float(times[-1])]
    stocks = np.empty((len(times), 2))
    stocks[0] = now
    events: list[tuple[float, str]] = []
    held = np.zeros(2, dtype=bool)
    for left, right in pairwise(edges):
        live = np.where(frees > left, caps, inf)
        for k in (0, 1):
            if left == frees[k]:
                events.append((left, f"party {k} is free of its ceiling"))
        inside = (times > left) & (times <= right)
        stocks[inside], now, held = _piece(race, left, right, now, live, held, times[inside], events)
    return RacePath(times, stocks[:, 0].copy(), stocks[:, 1].copy(), tuple(events))


def _piece(
    race: Race,
    left: float,
    right: float,
    now: FloatArray,
    caps: FloatArray,
    before: BoolArray,
    times: FloatArray,
    events: list[tuple[float, str]],
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Integrate with fixed ceilings; the set of stocks held at theirs changes at events only."""
    from scipy.integrate import solve_ivp

    found = np.empty((len(times), 2))
    at = left
    held = (now >= caps) & (np.array(race.rates(*now)) > 0)
    events += [(left, f"the ceiling of party {k} binds") for k in np.flatnonzero(held & ~before)]
    watched = [k for k in (0, 1) if np.isfinite(caps[k])]
    for _ in range(1000):
        switches = [_switch(race, k, caps[k], bool(held[k])) for k in watched]

        def change(_: float, state: FloatArray, held: BoolArray = held) -> FloatArray:
            return np.where(held, 0.0, np.array(race.rates(*state)))

        run = solve_ivp(change, (at, right), now, rtol=1e-10, atol=1e-12, dense_output=True, events=switches or None)
        if not run.success or not np.isfinite(run.y).all():
            raise NotSolved(f"the arms race could not be integrated past t = {run.t[-1]:g}; shorten the time span.")
        until, now = float(run.t[-1]), np.array(run.y[:, -1])
        inside = (times > at) & (times <= until)
        if inside.any():
            found[inside] = run.sol(times[inside]).T
        at = until
        if run.status == 0:
            return found, now, held
        held = held.copy()
        for k, when in zip(watched, run.t_events, strict=True):
            if len(when):
                held[k] = not held[k]
                now[k] = caps[k]
                events.append((at, f"the ceiling of party {k} {'binds' if held[k] else 'ceases to bind'}"))
    raise NotSolved(f"the ceilings switched more than 1000 times before t = {right:g}; shorten the time span.")


def _switch(race: Race, party: int, cap: float, held: bool) -> Callable[[float, FloatArray], float]:
    """Event: a held stock wants to fall, or a free one reaches its ceiling."""

    def watch(_: float, state: FloatArray) -> float:
        return float(race.rates(*state)[party] if held else state[party] - cap)

    watch.terminal = True  # type: ignore[attr-defined]
    watch.direction = -1 if held else 1  # type: ignore[attr-defined]
    return watch


def substitution_path(race: Race, t: ArrayLike, start: Any, cap: Any, share: Any = 1.0) -> tuple[RacePath, RacePath]:
    """Arms race with a capped and an uncapped category, between which parties substitute.

    What the ceiling holds back of a party's desired build-up goes into the other category with
    the given share; threats are perceived from the sum of both categories.

    Parameters
    ----------
    race : Richardson, or what has its `rates`
        Its rates drive the sum of both categories where no ceiling binds.
    t : array_like ``[T]``
    start : pair of float
        Stocks of the capped category, each at most its cap; the uncapped ones start at 0.
    cap : float or pair
    share : float or pair, between 0 and 1
        1: the ceiling diverts the race; 0: it stops it.

    Returns
    -------
    pair of RacePath
        The capped and the uncapped category.

    Notes
    -----
    With share 1 the sum follows the race without a treaty: a ceiling on one category changes
    where the stocks are, not how large they are. A model of this library; the case is the
    cruisers that the ceilings on battleships of 1922 left out.

    Examples
    --------
    >>> from armsgame.treaty.closed_forms.armsrace import richardson
    >>> race = richardson((0.6, 0.5), (1.0, 0.8), (0.3, 0.2))
    >>> capped, other = substitution_path(race, [0, 100], (0.1, 0.1), cap=0.5)
    >>> round(float(capped.first[-1] + other.first[-1]), 4)
    0.72
    """
    from scipy.integrate import solve_ivp

    times, caps = _times(t), _caps(cap)
    begin = np.array(pair("start", start), dtype=np.float64)
    diverted = np.array(pair("share", share if np.ndim(share) else (share, share), 0), dtype=np.float64)
    if not (diverted <= 1).all():
        invalid("share", share, "numbers between 0 and 1")
    if not (begin <= caps).all():
        invalid("start", start, f"at most cap {cap!r}")

    # each wants a total as if there were no ceiling, against what the other does hold
    def change(_: float, wanted: FloatArray) -> FloatArray:
        held = np.minimum(wanted, caps) + diverted * np.maximum(wanted - caps, 0.0)
        return np.array([race.rates(wanted[0], held[1])[0], race.rates(held[0], wanted[1])[1]])

    run = solve_ivp(change, (times[0], times[-1]), begin, t_eval=times, rtol=1e-9, atol=1e-11)
    if not run.success or not np.isfinite(run.y).all():
        raise NotSolved(f"the arms race could not be integrated past t = {run.t[-1]:g}; shorten the time span.")
    limited = np.minimum(run.y.T, caps)
    free = diverted * np.maximum(run.y.T - caps, 0.0)
    return (
        RacePath(times, limited[:, 0].copy(), limited[:, 1].copy(), ()),
        RacePath(times, free[:, 0].copy(), free[:, 1].copy(), ()),
    )


def _times(t: ArrayLike) -> FloatArray:
    times = np.atleast_1d(np.asarray(number("t", t)))
    if times.ndim != 1 or len(times) < 2 or not (np.diff(times) > 0).all():
        invalid("t", t, "at least two ascending times")
    return times


def _caps(cap: FloatArray) -> FloatArray:
    if cap is None:
        return np.array([inf, inf])
    both = cap if np.ndim(cap) or isinstance(cap, (tuple, list)) else (cap, cap)
    if len(both) != 2:
        invalid("cap", cap, "a number, or one number or None for each party")
    return np.array([inf if c is None else float(number("cap", c, 0)) for c in both])
