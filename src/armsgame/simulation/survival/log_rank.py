"""Do two samples of durations have one law? The log-rank test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.errors import WrongConcept, invalid
from armsgame.simulation.survival.kaplan_meier import TimeToEvent

__all__ = ["LogRank", "log_rank"]


@dataclass(frozen=True, slots=True)
class LogRank(Value):
    """Result of `log_rank`.

    Attributes
    ----------
    statistic : float
        Squared sum of observed minus expected events over its variance; chi-squared with one degree of freedom
        where the laws are equal. NaN where no period can tell them apart.
    p_value : float, two-sided
    observed, expected : arrays [2], events of each sample, and what they would be under one law
    event : str
    """

    statistic: float
    p_value: float
    observed: FloatArray
    expected: FloatArray
    event: str

    def __str__(self) -> str:
        pairs = " and ".join(
            f"{o:g} events (expected {e:.4g})" for o, e in zip(self.observed, self.expected, strict=True)
        )
        return f"Log-rank test of {self.event!r}: {pairs}; chi-squared {self.statistic:.4g}, p = {self.p_value:.3g}"


def log_rank(first: TimeToEvent, second: TimeToEvent) -> LogRank:
    """Test whether the time to an event has one law in two samples.

    Parameters
    ----------
    first, second : TimeToEvent
        Of one event, in periods of one length; such as ``run.time_to_event("withdrawn")`` of two runs.

    Returns
    -------
    LogRank

    Raises
    ------
    WrongConcept
        Something else than a TimeToEvent.
    InvalidGame
        Different events, or periods of different lengths.

    Notes
    -----
    In each period the events of a sample are hypergeometric given all events and the paths at risk (Mantel 1966, Cancer
    Chemotherapy Reports 50, 163-170; Peto and Peto 1972, J. Royal Statistical Society A 135, 185-207). The test says
    nothing of how large a difference is, and with many paths a small one is found.

    Examples
    --------
    >>> import armsgame as ag
    >>> short = ag.survival.time_to_event([1, 1, 2, 3])
    >>> long = ag.survival.time_to_event([4, 5, 5, 6])
    >>> round(ag.survival.log_rank(short, long).p_value, 4)
    0.0062
    """
    for name, one in (("first", first), ("second", second)):
        if not isinstance(one, TimeToEvent):
            raise WrongConcept(
                f"{name} is a {type(one).__name__}; log_rank compares two TimeToEvent: tr.time_to_event()."
            )
    for field in ("event", "period_days"):
        mine, theirs = getattr(first, field), getattr(second, field)
        if mine != theirs:
            invalid(f"second.{field}", theirs, f"that of first, {mine!r}")
    horizon = max(first.periods, second.periods)
    risk = np.array([np.pad(one.at_risk, (0, horizon - one.periods)) for one in (first, second)], dtype=float)
    events = np.array([np.pad(one.happened, (0, horizon - one.periods)) for one in (first, second)], dtype=float)
    everyone, happened = risk.sum(axis=0), events.sum(axis=0)
    some = everyone > 0
    share = np.divide(risk, everyone, out=np.zeros_like(risk), where=some)
    expected = (happened * share).sum(axis=1)
    # the last path at risk leaves nothing to chance
    spread = happened * share[0] * share[1] * (everyone - happened) / np.maximum(everyone - 1, 1)
    variance, gap = float(spread.sum()), float(events[0].sum() - expected[0])
    statistic = gap**2 / variance if variance > 0 else float("nan")
    from scipy.special import chdtrc

    return LogRank(statistic, float(chdtrc(1, statistic)), events.sum(axis=1), expected, first.event)
