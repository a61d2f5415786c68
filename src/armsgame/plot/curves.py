"""Survival curves of a treaty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from armsgame.plot.style import COLOURS, axes
from armsgame.simulation.exact import WithdrawalLaw
from armsgame.simulation.trajectories import Trajectories

__all__ = ["survival"]


def survival(
    runs: Trajectories | Mapping[str, Trajectories],
    laws: WithdrawalLaw | Mapping[str, WithdrawalLaw] | None = None,
    *,
    event: str = "withdrawn",
    ax: Any = None,
) -> Any:
    """Share of paths without the event after each period, with the exact law laid over it.

    Parameters
    ----------
    runs : Trajectories, or a mapping from label to Trajectories
    laws : WithdrawalLaw, or a mapping with the same labels, optional
        Drawn as dashed lines.
    event : str
        Event whose first occurrence ends survival.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    ax = axes(ax)
    named = {"simulated": runs} if isinstance(runs, Trajectories) else dict(runs)
    exact = {"simulated": laws} if isinstance(laws, WithdrawalLaw) else dict(laws or {})
    for k, (label, run) in enumerate(named.items()):
        colour = COLOURS[k % len(COLOURS)]
        ax.plot(np.arange(run.periods + 1), run.survival(event), color=colour, lw=3, alpha=0.5, label=label)
        if label in exact:
            law = exact[label].survival
            ax.plot(np.arange(len(law)), law, color="black", lw=1, ls="--")
    if exact:
        ax.plot([], [], color="black", lw=1, ls="--", label="exact law")
    ax.set_ylim(0, 1.02)
    ax.set_xlim(left=0)
    ax.set_xlabel("periods")
    ax.set_ylabel(f"share of paths without {event!r}")
    ax.legend(frameon=False)
    return ax
