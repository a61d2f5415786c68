"""Axes of time in periods and years, and the table of paths at risk below them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from armsgame._typing import IntArray
from armsgame.errors import invalid
from armsgame.plot.theme import Look, colour, grow, ink, wrapped

__all__ = ["risk_table", "time_axis"]

_YEAR = 365.25
_LINE = 12  # points


def time_axis(ax: Axes, horizon: int, days: float | None = None) -> None:
    """Periods below; years above where the length of a period is known."""
    if days is not None and not 0 < days < np.inf:
        invalid("period_days", days, "a number of days above 0")
    ax.set(xlim=(0, max(horizon, 1)), xlabel="periods" if days is None else f"periods of {days:g} days")
    if days is not None:
        share = days / _YEAR
        years = ax.secondary_xaxis("top", functions=(lambda t: np.multiply(t, share), lambda y: np.divide(y, share)))
        years.set_xlabel("years")


def risk_table(ax: Axes, at_risk: Mapping[str, IntArray]) -> None:
    """Paths under observation without the event when the next period begins, one row for each curve."""
    horizon = max(len(counts) for counts in at_risk.values())
    times = np.unique(np.linspace(0, horizon - 1, 6).astype(int))
    below = -32 - _LINE * (ax.get_xlabel().count("\n") + 1)
    look: Look = {"textcoords": "offset points", "va": "top", "fontsize": "small"}
    corner: Look = {"xycoords": "axes fraction", "ha": "right", **look}
    ax.annotate("at risk", (0, 0), (-20, below + _LINE), color=ink(0.7), **corner)
    for k, (label, counts) in enumerate(at_risk.items()):
        height = below - _LINE * k
        if len(at_risk) > 1:
            ax.annotate(wrapped(label, 200), (0, 0), (-20, height), color=colour(k), **corner)
        for t in times[times < len(counts)]:
            place: Look = {"xycoords": ("data", "axes fraction"), "ha": "center", "color": colour(k), **look}
            # a single row stands beside its title
            ax.annotate(f"{int(counts[t]):,}", (t, 0), (0, height + _LINE * (len(at_risk) == 1)), **place)
    grow(ax, 0.0, (len(at_risk) + 1) * _LINE / 72)
