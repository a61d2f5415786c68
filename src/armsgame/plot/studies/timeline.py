"""Dated moves of a dossier, one row an event."""

from __future__ import annotations

from textwrap import shorten

from matplotlib.axes import Axes

from armsgame.dossiers.dossier import Scenario
from armsgame.dossiers.readings import reference_of
from armsgame.plot.theme import Look, as_written, axes, colour, entities, ink, legend, paper

__all__ = ["timeline"]

_ROW = 0.26


def timeline(scenario: Scenario, *, ax: Axes | None = None) -> Axes:
    """Draw the events in order, a column for each actor; rows are events, not equal spans of time.

    Parameters
    ----------
    scenario : Scenario
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    events = scenario.timeline()
    ax = axes(ax, (12, 1.2 + _ROW * len(events)))
    named = {e.actor for e in events} | {e.target for e in events if e.target} | {w for e in events for w in e.jointly}
    columns = [p for p in scenario.parties if p in named or "both" in named]
    columns += [a for a in scenario.actors if a in named and a not in columns]
    looks = entities(columns)
    place = {name: k for k, name in enumerate(columns)}
    for row, event in enumerate(events):
        if row % 2:
            ax.axhspan(row - 0.5, row + 0.5, color=ink(0.05), lw=0, zorder=0)
        known = event.confidence == "found"
        who = [*(scenario.parties if event.actor == "both" else [event.actor]), *event.jointly]
        spots = [place[w] for w in who]
        if len(spots) > 1:
            ax.plot(spots, [row] * len(spots), color=ink(0.5), lw=1.5, zorder=1)
        for spot in spots:
            shade = colour(looks[spot])
            ax.plot(spot, row, "o", ms=8, mfc=shade if known else paper(), mec=shade, mew=1.8, zorder=2)
        if event.target in place:
            step = (place[event.target] - spots[0]) * 0.62
            arrow = {"arrowstyle": "->", "color": ink(0.5)}
            ax.annotate("", (spots[0] + step, row), (spots[0], row), arrowprops=arrow, zorder=1)
        mark = " ?" if scenario.disputed(reference_of(event)) else ""
        ax.text(-0.7, row, f"{event.date}{mark}", ha="right", va="center", fontsize=8.5)
        ax.text(len(columns) - 0.3, row, shorten(event.text, 104, placeholder=" ..."), va="center", fontsize=8.5)
    ax.set(xlim=(-2.6, len(columns) + 7.5), ylim=(len(events) - 0.4, -0.6))
    slant: Look = {"rotation": 35, "ha": "left"} if max(map(len, columns), default=0) > 7 else {}
    ax.set_xticks(range(len(columns)), [as_written(c) for c in columns], **slant)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set_yticks([])
    for side in ax.spines.values():
        side.set_visible(False)
    ax.plot([], [], "o", ms=8, color=ink(0.5), label="stated in a source that was read")
    ax.plot([], [], "o", ms=8, mfc=paper(), mec=ink(0.5), mew=1.8, label="from memory, to be checked")
    if any(scenario.disputed(reference_of(e)) for e in events):
        ax.plot([], [], " ", label="?: the day is disputed")
    legend(ax, "below")
    return ax
