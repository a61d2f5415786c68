"""What a shock does to the law of the statuses, period by period."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from armsgame.plot.theme import axes, colour, dash, ink, legend, note
from armsgame.simulation.laws.impulse import ImpulseResponse
from armsgame.treaty.status import status_words

__all__ = ["impulse_response"]

_FLOOR = 5e-3


def impulse_response(response: ImpulseResponse, *, ax: Axes | None = None) -> Axes:
    """Draw the change of probability of each status, in percentage points, against periods after the shock.

    Flags and demands of the two parties keep their own lines; statuses that never move by half a
    point are counted below the axis.

    Parameters
    ----------
    response : ImpulseResponse
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    ax = axes(ax)
    found = response.grouped(status_words)
    change = 100 * found.difference
    time = np.arange(len(change))
    size = np.abs(change).max(axis=0)
    lasting = np.abs(change[-1])
    shown = [k for k in np.lexsort((-size, -lasting)).tolist() if size[k] >= 100 * _FLOOR]
    for n, k in enumerate(shown):
        ax.plot(time, change[:, k], ls=dash(n), marker="o", ms=3.5, color=colour(n), label=found.states[k])
    ax.axhline(0, color=ink(0.5), lw=0.8, zorder=0)
    ax.set(xlabel="periods after the shock", ylabel="change of probability (points)")
    ax.set_title(f"{response.shock!r} after {response.start!r}", fontsize=10)
    if len(shown) < len(size):
        note(ax, f"left out: {len(size) - len(shown)} statuses that never move by {100 * _FLOOR:g} points")
    legend(ax, "beside")
    return ax
