"""Time to an event: survival with its band, hazard, and cumulative incidence by cause."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from armsgame.errors import WrongConcept, invalid
from armsgame.plot.runs.time_axis import risk_table, time_axis
from armsgame.plot.theme import axes, colour, dash, law_key, law_steps, legend, mark, note
from armsgame.simulation.survival.competing_risks import Incidence
from armsgame.simulation.survival.kaplan_meier import TimeToEvent

__all__ = ["hazard", "incidence", "time_to_event"]

_FEW = 10


def time_to_event(
    found: TimeToEvent | Mapping[str, TimeToEvent],
    *,
    level: float = 0.95,
    at_risk: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Kaplan-Meier curves with pointwise confidence bands, and the exact law where it is attached.

    Parameters
    ----------
    found : TimeToEvent, or a mapping from label to TimeToEvent
    level : float
        Confidence level of the band.
    at_risk : bool
        Write below the axis how many paths are still under observation without the event.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Ticks on a curve are periods in which some path was censored before the horizon.
    """
    named = _named(found, "Kaplan-Meier")
    ax = axes(ax)
    for k, (label, one) in enumerate(named.items()):
        shade, time = colour(k), np.arange(one.periods + 1)
        low, high = one.band(level)
        ax.fill_between(time, low, high, step="post", color=shade, alpha=0.25, lw=0)
        ax.step(time, one.survival, where="post", color=shade, ls=dash(k), lw=2, label=label)
        ticks = np.flatnonzero(one.censored[:-1]) + 1
        if len(ticks):
            ax.plot(ticks, one.survival[ticks], "|", color=shade, ms=7, label=f"{label}: censored")
        if one.exact is not None:
            law_steps(ax, time, one.exact, shade)
    if any(one.exact is not None for one in named.values()):
        law_key(ax)
    _finish(ax, named, "share without the event")
    ax.set_ylim(0, 1.02)
    if at_risk:
        risk_table(ax, {label: one.at_risk for label, one in named.items()})
    legend(ax)
    return ax


def hazard(found: TimeToEvent | Mapping[str, TimeToEvent], *, ax: Axes | None = None) -> Axes:
    """Hazard per period with two standard errors, and that of the exact law where it is attached.

    Parameters
    ----------
    found : TimeToEvent, or a mapping from label to TimeToEvent
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Periods with fewer than ten paths at risk are left out, and the figure says how many.
    """
    named = _named(found, "estimated")
    ax = axes(ax)
    lost = 0
    for k, (label, one) in enumerate(named.items()):
        shown = np.flatnonzero(one.at_risk >= _FEW)
        lost += one.periods - len(shown)
        ax.errorbar(
            shown + 1, one.hazard[shown], 2 * one.hazard_error[shown], fmt=mark(k), ms=4,
            color=colour(k), elinewidth=1, label=label,
        )  # fmt: skip
        if one.law is not None:
            law_steps(ax, np.arange(one.periods) + 1, one.law.hazard[: one.periods], colour(k), "mid")
    if any(one.law is not None for one in named.values()):
        law_key(ax)
    _finish(ax, named, "P(event in the period | not before)")
    ax.set_xlim(0, max(one.periods for one in named.values()) + 0.5)
    ax.set_ylim(bottom=0)
    if lost:
        note(ax, f"left out: {lost} periods with fewer than {_FEW} paths at risk")
    legend(ax)
    return ax


def incidence(found: Incidence, *, ax: Axes | None = None) -> Axes:
    """Cumulative incidence by cause with two standard errors, and the exact law where it is attached.

    Parameters
    ----------
    found : Incidence
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Causes that never happen, and cannot by the law, have no curve; the figure names them.
    """
    if not isinstance(found, Incidence):
        raise WrongConcept(
            f"incidence draws an Incidence, not a {type(found).__name__}: tr.cumulative_incidence(events), "
            "or tr.first_causes().incidence."
        )
    ax = axes(ax)
    time, exact = np.arange(found.periods + 1), found.exact
    # a cause that no path shows is drawn where the law gives it a probability
    likely = np.zeros(len(found.causes), bool) if exact is None else exact.any(axis=0)
    seen = found.happened.any(axis=0) | likely
    for place, k in enumerate(np.flatnonzero(seen)):
        curve, error = found.cumulative[:, k], 2 * found.error[:, k]
        low, high = np.clip([curve - error, curve + error], 0, 1)
        ax.fill_between(time, low, high, step="post", color=colour(place), alpha=0.25, lw=0)
        ax.step(
            time, curve, where="post", color=colour(place), lw=2, ls=dash(place),
            label=str(found.causes[k]).replace("_", " "), marker=mark(place),
            markevery=(3 * place % (found.periods + 1), max(1, found.periods // 6)), ms=5,
        )  # fmt: skip
        if exact is not None:
            law_steps(ax, time, exact[:, k], colour(place))
    if exact is not None and seen.any():
        law_key(ax)
    # room for the legend above the curves
    ax.set_ylim(0, ax.get_ylim()[1] * (1.05 + 0.05 * min(int(seen.sum()), 7)))
    time_axis(ax, found.periods)
    ax.set_ylabel("cumulative incidence")
    if not seen.all():
        note(ax, f"never: {', '.join(str(found.causes[k]).replace('_', ' ') for k in np.flatnonzero(~seen))}")
    legend(ax)
    return ax


def _named(found: TimeToEvent | Mapping[str, TimeToEvent], label: str) -> dict[str, TimeToEvent]:
    named = {label: found} if isinstance(found, TimeToEvent) else dict(found) if isinstance(found, Mapping) else {}
    if not named or any(not isinstance(one, TimeToEvent) for one in named.values()):
        raise WrongConcept(f"a TimeToEvent is drawn, not a {type(found).__name__}: tr.time_to_event('withdrawn').")
    days = {one.period_days for one in named.values()}
    if len(days) > 1:
        step = "Periods of different lengths have no axis in common: pass the same period_days= to all."
        invalid("period_days", sorted(map(str, days)), "one length of a period for all", step)
    return named


def _finish(ax: Axes, named: dict[str, TimeToEvent], label: str) -> None:
    events = list(dict.fromkeys(one.event for one in named.values()))
    one = next(iter(named.values()))
    time_axis(ax, max(o.periods for o in named.values()), one.period_days)
    ax.set_ylabel(label if len(events) > 1 else label.replace("the event", "event").replace("event", repr(events[0])))
    if len(events) > 1:
        note(ax, f"events: {', '.join(f'{name}: {o.event}' for name, o in named.items())}")
