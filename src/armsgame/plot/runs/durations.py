"""Time to an event: survival with its band, hazard, and cumulative incidence by cause."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from armsgame.errors import WrongConcept
from armsgame.plot.style import COLOURS, axes
from armsgame.simulation.survival.competing_risks import Incidence
from armsgame.simulation.survival.kaplan_meier import TimeToEvent

__all__ = ["hazard", "incidence", "time_to_event"]

_MARKS = ("o", "s", "^", "D", "v", "P")


def time_to_event(
    found: TimeToEvent | Mapping[str, TimeToEvent], *, level: float = 0.95, ax: Axes | None = None
) -> Axes:
    """Kaplan-Meier curves with pointwise confidence bands, and the exact law where it is attached.

    Parameters
    ----------
    found : TimeToEvent, or a mapping from label to TimeToEvent
    level : float
        Confidence level of the band.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Ticks on a curve are periods in which some path was censored before the horizon.
    """
    named = _named(found, "Kaplan-Meier")
    ax = axes(ax)
    for k, (label, one) in enumerate(named.items()):
        colour, time = COLOURS[k % len(COLOURS)], np.arange(one.periods + 1)
        low, high = one.band(level)
        ax.fill_between(time, low, high, step="post", color=colour, alpha=0.25, lw=0)
        ax.step(time, one.survival, where="post", color=colour, lw=2, label=label)
        ticks = np.flatnonzero(one.censored[:-1]) + 1
        if len(ticks):
            ax.plot(ticks, one.survival[ticks], "|", color=colour, ms=7, label=f"{label}: censored")
        if one.exact is not None:
            ax.step(time, one.exact, where="post", ls="--", color="black", lw=1)
    if any(one.exact is not None for one in named.values()):
        ax.plot([], [], "--", color="black", lw=1, label="exact law")
    _finish(ax, named, "share without the event")
    ax.set_ylim(0, 1.02)
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
        Periods with fewer than ten paths at risk are left out.
    """
    named = _named(found, "estimated")
    ax = axes(ax)
    for k, (label, one) in enumerate(named.items()):
        colour = COLOURS[k % len(COLOURS)]
        shown = np.flatnonzero(one.at_risk >= 10)
        ax.errorbar(
            shown + 1, one.hazard[shown], 2 * one.hazard_error[shown], fmt=_MARKS[k % len(_MARKS)], ms=4,
            color=colour, elinewidth=1, label=label,
        )  # fmt: skip
        if one.law is not None:
            ax.plot(np.arange(one.periods) + 1, one.law.hazard[: one.periods], "--", color="black", lw=1)
    if any(one.law is not None for one in named.values()):
        ax.plot([], [], "--", color="black", lw=1, label="exact law")
    _finish(ax, named, "P(event in the period | not before)")
    ax.set_ylim(bottom=0)
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
        Causes that never happen, and cannot by the law, are left out.
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
    shown = np.flatnonzero(found.happened.any(axis=0) | likely)
    for place, k in enumerate(shown):
        colour, curve, error = COLOURS[place % len(COLOURS)], found.cumulative[:, k], 2 * found.error[:, k]
        ax.fill_between(time, curve - error, curve + error, step="post", color=colour, alpha=0.25, lw=0)
        ax.step(
            time, curve, where="post", color=colour, lw=2, ls="-" if place < len(COLOURS) else ":",
            label=str(found.causes[k]).replace("_", " "), marker=_MARKS[place % len(_MARKS)],
            markevery=(3 * place, max(1, found.periods // 6)), ms=5,
        )  # fmt: skip
        if exact is not None:
            ax.step(time, exact[:, k], where="post", ls="--", color="black", lw=1)
    if exact is not None and len(shown):
        ax.plot([], [], "--", color="black", lw=1, label="exact law")
    ax.set_xlim(0, found.periods)
    # room for the legend above the curves
    ax.set(ylim=(0, ax.get_ylim()[1] * (1.05 + 0.05 * len(shown))), xlabel="periods", ylabel="cumulative incidence")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(frameon=False)
    return ax


def _named(found: TimeToEvent | Mapping[str, TimeToEvent], label: str) -> dict[str, TimeToEvent]:
    named = {label: found} if isinstance(found, TimeToEvent) else dict(found) if isinstance(found, Mapping) else {}
    if not named or any(not isinstance(one, TimeToEvent) for one in named.values()):
        raise WrongConcept(f"a TimeToEvent is drawn, not a {type(found).__name__}: tr.time_to_event('withdrawn').")
    return named


def _finish(ax: Axes, named: dict[str, TimeToEvent], label: str) -> None:
    events = list(dict.fromkeys(one.event for one in named.values()))
    days = {one.period_days for one in named.values()}
    length = f" of {days.pop():g} days" if len(days) == 1 and None not in days else ""
    ax.set(xlim=(0, max(one.periods for one in named.values())), xlabel=f"periods{length}")
    ax.set_ylabel(label if len(events) > 1 else label.replace("the event", "event").replace("event", repr(events[0])))
    ax.legend(frameon=False)
