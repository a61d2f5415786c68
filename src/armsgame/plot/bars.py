"""Bars of outcome shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from armsgame.plot.style import COLOURS, axes
from armsgame.simulation.trajectories import Trajectories

__all__ = ["outcomes"]


def outcomes(runs: Trajectories | Mapping[str, Trajectories], *, ax: Any = None) -> Any:
    """Share of paths in which each outcome occurs, with two standard errors.

    Parameters
    ----------
    runs : Trajectories, or a mapping from label to Trajectories drawn side by side
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    ax = axes(ax)
    named = {"": runs} if isinstance(runs, Trajectories) else dict(runs)
    found = {label: run.outcomes() for label, run in named.items()}
    names = list(next(iter(found.values())).shares)
    height = 0.8 / len(found)
    for k, (label, result) in enumerate(found.items()):
        at = np.arange(len(names)) + (k - (len(found) - 1) / 2) * height
        shares = [result[n] for n in names]
        errors = [2 * result.errors[n] for n in names]
        ax.barh(at, shares, height * 0.92, xerr=errors, label=label or None, color=COLOURS[k % len(COLOURS)])
    ax.set_yticks(np.arange(len(names)), names)
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    run = next(iter(named.values()))
    ax.set_xlabel(f"share of paths over {run.periods} periods (outcomes may overlap)")
    if len(named) > 1:
        ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(named))
    return ax
