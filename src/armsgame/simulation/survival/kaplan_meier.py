"""Time to an event: the Kaplan-Meier estimator in whole periods, from counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import check_level, check_whole, need_pandas
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import ArrayLike, FloatArray, IntArray, NumberArray
from armsgame.arithmetic.shares import estimated, wilson
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.simulation.laws.laws import WithdrawalLaw
from armsgame.simulation.survival.run import Paths

if TYPE_CHECKING:
    import pandas
    import xarray


_YEAR = 365.25
_NUMBERS = (int, float, np.number, np.bool_)
_LONGEST = 10_000_000


@dataclass(frozen=True, slots=True)
class TimeToEvent(Framed, Drawn, Value):
    """Estimated law of the time to an event, in periods (Kaplan and Meier 1958).

    Attributes
    ----------
    event : str
    at_risk, happened, censored : int arrays [T], by period t = 1 .. T
        Paths without the event and under observation when period t begins; events in it; paths
        last observed in it.
    survival : array [T + 1]: P(not yet after t periods); NaN once nobody is left to observe
    error : array [T + 1], Greenwood (1926) standard errors; NaN where survival falls to 0 after censoring
    period_days : float or None
    law : WithdrawalLaw or None, the exact law beside the estimate
    """

    event: str
    at_risk: IntArray
    happened: IntArray
    censored: IntArray
    survival: FloatArray
    error: FloatArray
    period_days: float | None = None
    law: WithdrawalLaw | None = None

    @property
    def periods(self) -> int:
        """Horizon T."""
        return len(self.at_risk)

    @property
    def paths(self) -> int:
        """Number of paths."""
        return int(self.at_risk[0])

    @property
    def hazard(self) -> FloatArray:
        """P(event in period t | not before), [T]; NaN where nobody is at risk."""
        return _ratio(self.happened, self.at_risk)

    @property
    def hazard_error(self) -> FloatArray:
        """Binomial standard errors of the hazard, [T]."""
        return np.sqrt(_ratio(self.hazard * (1 - self.hazard), self.at_risk))

    @property
    def hazard_per_year(self) -> FloatArray:
        """P(event within a year) were the hazard of period t to last, [T].

        Raises
        ------
        InvalidGame
            The length of a period is unknown.
        """
        if self.period_days is None:
            invalid("period_days", None, "days per period, a number above 0", "Pass period_days= to time_to_event.")
        with np.errstate(divide="ignore"):
            return np.asarray(-np.expm1(_YEAR / self.period_days * np.log1p(-self.hazard)))

    @property
    def exact(self) -> FloatArray | None:
        """Survival of the exact law, [T + 1]; None without a law."""
        return None if self.law is None else self.law.survival[: self.periods + 1]

    @property
    def median(self) -> float:
        """First t with survival at most 1/2; inf where it is not reached."""
        return self.quantile(0.5)

    def quantile(self, level: float) -> float:
        """First number of periods by which the event has probability `level`; inf where not reached."""
        check_level(level)
        reached = np.flatnonzero(self.survival <= 1 - level + 1e-12)
        return float(reached[0]) if len(reached) else float("inf")

    def restricted_mean(self, until: int | None = None) -> tuple[float, float]:
        """Mean of min(time, until) in periods, and its standard error.

        Parameters
        ----------
        until : int, optional
            At most the horizon, which is the default.

        Notes
        -----
        Area under the survival curve; the error is that of Klein and Moeschberger (2003),
        eqs. 4.5.1 and 4.5.2. Both are NaN where the curve ends earlier.
        """
        limit = self.periods if until is None else check_whole("until", until, 1, self.periods)
        area = np.cumsum(self.survival[:limit][::-1])[::-1]
        terms = _greenwood(self.at_risk, self.happened)[: limit - 1]
        # a term is infinite where the curve reaches 0: no area is left to its right
        left = area[1:]
        parts = np.where(left > 0, left, 0.0) ** 2 * np.where(np.isfinite(terms), terms, 0.0)
        return float(area[0]), float(np.sqrt(parts.sum())) if np.isfinite(area[0]) else float("nan")

    def band(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Pointwise confidence limits of survival, [T + 1] each, on the log(-log) scale (Kalbfleisch and Prentice).

        Where survival is 0 or 1 they are Wilson's for the paths at risk in the period.
        """
        from scipy.special import ndtri

        check_level(level)
        s, z = self.survival, float(ndtri((1 + level) / 2))
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.exp(z * self.error / np.abs(s * np.log(s)))
            low, high = s**reach, s ** (1 / reach)
        # a share of 0 or 1 has no standard error: the limits are Wilson's for the paths followed so far
        edge = wilson(s, np.append(np.inf, self.at_risk), level)
        fixed = (s == 0) | (s == 1)
        return np.where(fixed, edge[0], low), np.where(fixed, edge[1], high)

    def deviations(self) -> FloatArray:
        """Estimate minus exact law in the standard errors that the law implies, [T + 1]; 0 where both are certain.

        Raises
        ------
        InvalidGame
            No law is attached.
        """
        if self.exact is None or self.law is None:
            raise InvalidGame("no exact law is attached; pass law=withdrawal_law(game, profile, periods=..).")
        hazard = self.law.hazard[: self.periods]
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = self.exact * np.sqrt(
                np.concatenate([[0.0], np.cumsum(hazard / ((1 - hazard) * np.maximum(self.at_risk, 1)))])
            )
            gap = self.survival - self.exact
            return np.where(np.abs(gap) <= 1e-9, 0.0, gap / spread)

    def to_frame(self) -> pandas.DataFrame:
        """One row per number of periods t = 0 .. T (needs pandas)."""
        pd = need_pandas()
        shown = {
            "period": np.arange(self.periods + 1),
            "at_risk": [self.paths, *self.at_risk],
            "happened": [0, *self.happened],
            "censored": [0, *self.censored],
            "survival": self.survival,
            "error": self.error,
            "hazard": [np.nan, *self.hazard],
            "hazard_error": [np.nan, *self.hazard_error],
        }
        if self.period_days is not None:
            shown["hazard_per_year"] = [np.nan, *self.hazard_per_year]
        if self.exact is not None:
            shown["exact"] = self.exact
        return pd.DataFrame(shown).set_index("period")

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset over the number of periods t = 0 .. T (needs pandas)."""
        found: xarray.Dataset = self.to_frame().to_xarray()
        found.attrs["event"] = self.event
        return found

    def __str__(self) -> str:
        mean, error = self.restricted_mean()
        median = f"{self.median:g}" if np.isfinite(self.median) else f"not reached within {self.periods}"
        lines = [
            f"Time to {self.event!r}: {self.paths:,} paths, {self.happened.sum():,} events, "
            f"{self.censored.sum():,} censored",
            f"  P(not yet after {self.periods} periods) = {estimated(self.survival[-1], self.error[-1], self.at_risk)}",
            f"  median {median} periods; mean of min(time, {self.periods}) = {mean:.4g} +- {error:.2g} periods",
        ]
        if self.law is not None:
            worst = np.nanmax(np.abs(self.deviations()))
            lines.append(f"  exact {self.law}; largest deviation {worst:.2g} standard errors")
        return "\n".join(lines)


def time_to_event(
    durations: ArrayLike,
    observed: object = None,
    *,
    event: str = "event",
    period_days: float | None = None,
    law: WithdrawalLaw | None = None,
) -> TimeToEvent:
    """Kaplan-Meier estimate of the time to an event.

    Parameters
    ----------
    durations : int array_like [N]
        Periods until the event, or until observation ended, counted from 1; 0 is a path never observed.
    observed : array_like [N], optional
        What ended the path, as `aalen_johansen` takes it: False, 0, ``""`` or None where observation ended
        without the event, anything else where it was seen. By default all are observed.
    event : str
        What is timed, for print.
    period_days : float, optional
        Days per period, for hazards per year.
    law : WithdrawalLaw, optional
        Exact law to compare with.

    Returns
    -------
    TimeToEvent
        Up to the longest duration. A path whose observation ends in the period of an event elsewhere
        is at risk of it (events come first).

    Raises
    ------
    InvalidGame
        Durations that are no whole numbers of at least 0 and at most 10 million, arrays of different lengths,
        or a missing value (NaN, or hidden by a mask) in either.

    References
    ----------
    Kaplan and Meier (1958), J. American Statistical Association 53; Greenwood (1926), the natural duration of cancer.

    Examples
    --------
    >>> import armsgame as ag
    >>> found = ag.survival.time_to_event([1, 2, 2, 3], [True, True, False, True])
    >>> found.survival.tolist()
    [1.0, 0.75, 0.5, 0.0]
    >>> found.median
    2.0
    """
    times = check_durations(durations)
    listed = (
        np.ones(len(times), bool) if observed is None else np.asarray(unmasked(observed, "observed"), object).ravel()
    )
    seen = np.array([not censors(x, f"observed[{k}]") for k, x in enumerate(listed)])
    if seen.shape != times.shape:
        invalid("len(observed)", len(seen), f"{len(times)}, one per duration")
    if (seen & (times == 0)).any():
        invalid("durations", 0, "at least 1 where the event was observed")
    horizon = int(times.max())
    happened = np.bincount(times[seen], minlength=horizon + 1)
    censored = np.bincount(times[~seen], minlength=horizon + 1)
    return _estimate(event, happened[1:], censored[1:], period_days, law)


def check_durations(durations: ArrayLike) -> IntArray:
    """Return durations as whole numbers [N], 0 for a path never observed."""
    times = np.asarray(unmasked(durations, "durations"))
    if times.ndim != 1 or not len(times) or times.dtype.kind not in "iu" or (times < 0).any() or times.max() < 1:
        invalid("durations", durations, "whole numbers of at least 0 in one dimension, one of them above 0")
    if times.max() > _LONGEST:
        step = "Estimates have a row for each period: count in longer periods."
        invalid("max(durations)", int(times.max()), f"at most {_LONGEST}", step)
    return times


def unmasked(values: object, field: str) -> Any:
    """Return an input as it is; refuse a masked array that hides an entry (NumPy would read it)."""
    if isinstance(values, np.ma.MaskedArray) and (hidden := np.flatnonzero(np.ma.getmaskarray(values))).size:
        invalid(
            f"{field}[{hidden[0]}]",
            "masked",
            "a value for every path",
            "A missing one says nothing: leave the path out.",
        )
    return values


def censors(cause: object, field: str) -> bool:
    """Whether a cause says that observation ended first: None, 0, False or an empty word; refuse a missing one."""
    if cause is None:
        return True
    word = isinstance(cause, str)
    # an array of words turns NaN into "nan"
    if (cause == "nan") if word else not isinstance(cause, _NUMBERS) or cause != cause:
        allowed = "a word, a number other than 0, or None, 0 or '' where observation ended first"
        invalid(field, cause, allowed, "A missing cause says neither.")
    return cause == "" if word else bool(cause == 0)


def counted_time_to_event(
    counts: IntArray, event: str, period_days: float | None = None, law: WithdrawalLaw | None = None
) -> TimeToEvent:
    """Kaplan-Meier estimate from paths by the period of the event [T + 1], the last entry never."""
    censored = np.zeros(len(counts) - 1, np.int64)
    censored[-1] = counts[-1]
    return _estimate(event, counts[:-1], censored, period_days, law)


def run_time_to_event(
    run: Paths,
    event: str = "withdrawn",
    *,
    competing: Sequence[str] = (),
    lengths: ArrayLike | None = None,
    period_days: float | None = None,
    law: WithdrawalLaw | None = None,
) -> TimeToEvent:
    """Kaplan-Meier estimate of the time to an event, with Greenwood standard errors.

    Parameters
    ----------
    event : str
    competing : sequence of str
        Events that remove a path from observation where they come first. The estimate then reads
        "if only this event could happen", which holds where the two are independent;
        `cumulative_incidence` needs no such assumption.
    lengths : int array_like [N], optional
        Periods for which each path is observed, where that is less than the horizon.
    period_days : float, optional
        Days per period, for hazards per year.
    law : WithdrawalLaw, optional
        Exact law of the event, from `withdrawal_law`, to stand beside the estimate.

    Returns
    -------
    TimeToEvent
        Paths without the event at the horizon are censored there.

    Raises
    ------
    InvalidGame
        Unknown events, lengths that are no whole numbers, or the law of another event or horizon.
    """
    refuse_part(run, law)
    if not competing and lengths is None:
        return counted_time_to_event(run.event_histogram(event), event, period_days, law)
    end = observed_periods(run, lengths)
    first = event_times(run, event)
    out = np.full(run.paths, run.periods)
    for other in [competing] if isinstance(competing, str) else competing:
        if other == event:
            invalid("competing", other, "events other than the one that is timed")
        out = np.minimum(out, event_times(run, other))
    # events are numbered from 0: the event of period k happens within the first k + 1 periods
    seen = (first < run.periods) & (first < end) & (first <= out)
    times = np.where(seen, first + 1, np.minimum(end, out + 1))
    happened = np.bincount(times[seen], minlength=run.periods + 1)[1:]
    left = np.bincount(times[~seen], minlength=run.periods + 1)[1:]
    return _estimate(event, happened, left, period_days, law)


def event_times(run: Paths, event: str) -> IntArray:
    """First occurrence of an event, int64 array [N], the horizon where it never happens."""
    if event not in run.first:
        raise InvalidGame(f"event {event!r} is unknown. {close_matches(event, run.first)}")
    return np.asarray(run.first[event]).astype(np.int64)


def refuse_part(run: Paths, law: object) -> None:
    """Raise `InvalidGame` where the law of all paths would stand beside a part of them."""
    part = run.provenance.get("given")
    if law is not None and part:
        raise InvalidGame(
            f"law is that of all paths; these are the paths with {part}. Leave law= out, or use the whole run."
        )


def observed_periods(run: Paths, lengths: ArrayLike | None) -> IntArray:
    """Periods for which each path is observed, [N]."""
    if lengths is None:
        return np.full(run.paths, run.periods)
    end = np.asarray(lengths)
    if end.shape != (run.paths,) or end.dtype.kind not in "iu" or (end < 1).any():
        invalid("lengths", lengths, f"whole numbers of at least 1, one for each of {run.paths} paths")
    return np.asarray(np.minimum(end, run.periods), np.int64)


def _estimate(
    event: str, happened: IntArray, censored: IntArray, period_days: float | None, law: WithdrawalLaw | None
) -> TimeToEvent:
    if period_days is not None and not (np.isreal(period_days) and 0 < period_days < np.inf):
        invalid("period_days", period_days, "a number of days above 0")
    horizon = len(happened)
    if law is not None and (law.event != event or len(law.survival) <= horizon):
        invalid("law", str(law), f"the law of {event!r} over at least {horizon} periods")
    gone = happened + censored
    at_risk = gone[::-1].cumsum()[::-1]
    hazard = _ratio(happened, at_risk)
    survival = np.concatenate([[1.0], np.cumprod(1 - hazard)])
    # without censoring the product is a share of paths; as a share it carries no rounding
    plain = np.concatenate([[True], np.cumsum(censored)[:-1] == 0]) if horizon else np.ones(0, bool)
    survival[1:][plain] = 1 - np.cumsum(happened)[plain] / at_risk[0]
    zero = np.flatnonzero(survival == 0)
    if len(zero):
        survival[zero[0] :] = 0.0
    with np.errstate(invalid="ignore"):
        error = survival * np.sqrt(np.concatenate([[0.0], np.cumsum(_greenwood(at_risk, happened))]))
    if len(zero):
        # the whole sample was seen to the end, or the last path of a censored one left by the event
        error[zero[0] :] = 0.0 if plain[zero[0] - 1] else np.nan
    return TimeToEvent(event, at_risk, happened, censored, survival, error, period_days, law)


def _greenwood(at_risk: IntArray, happened: IntArray) -> FloatArray:
    """Terms d / (n (n - d)); inf where everybody left has the event, 0 where nobody is left."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(happened == 0, 0.0, happened / (at_risk * (at_risk - happened).astype(float)))


def _ratio(top: NumberArray, below: IntArray) -> FloatArray:
    return np.asarray(np.divide(top, below, out=np.full(len(below), np.nan), where=below > 0))
