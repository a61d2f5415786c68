"""What a shock does to the law of the statuses, period by period."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from armsgame.plot.style import COLOURS, axes
from armsgame.simulation.laws.impulse import ImpulseResponse
from armsgame.treaty.status import status_words

__all__ = ["impulse_response"]

_FLOOR = 5e-3
_STYLES = ("-", "--", "-.", ":")


def impulse_response(response: ImpulseResponse, *, ax: Axes | None = None) -> Axes:
    """Draw the change of probability of each status, in percentage points, against periods after the shock.

    Flags and demands of the two parties keep their own lines; statuses that never move by half a
    point are left out.

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
        style = _STYLES[(n // len(COLOURS)) % len(_STYLES)]
        ax.plot(time, change[:, k], style, marker="o", ms=3.5, color=COLOURS[n % len(COLOURS)], label=found.states[k])
    ax.axhline(0, color="grey", lw=0.8, zorder=0)
    ax.set(xlabel="periods after the shock", ylabel="change of probability (points)")
    ax.set_title(f"{response.shock!r} after {response.start!r}", fontsize=10)
    ax.legend(frameon=False, fontsize=8.5, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax
