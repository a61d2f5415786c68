"""Survival curves of a treaty."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from armsgame.errors import invalid
from armsgame.plot.style import COLOURS, axes
from armsgame.simulation.laws.laws import WithdrawalLaw
from armsgame.simulation.runs.trajectories import Trajectories
from armsgame.study.private_types.outcomes import ScenarioOutcomes

__all__ = ["survival"]


def survival(
    runs: Trajectories | Mapping[str, Trajectories] | ScenarioOutcomes,
    laws: WithdrawalLaw | Mapping[str, WithdrawalLaw] | None = None,
    *,
    event: str = "withdrawn",
    ax: Axes | None = None,
) -> Axes:
    """Share of paths without the event after each period, with the exact law laid over it.

    Parameters
    ----------
    runs : Trajectories, or a mapping from label to Trajectories, or `ScenarioOutcomes`
        Of the latter the exact law under every certified profile, with what ties leave open as a pale band and what
        certified resolutions reach as a darker one; the event is the one that was asked for.
    laws : WithdrawalLaw, or a mapping with labels of the runs, optional
        Drawn as dashed steps. With several runs a mapping says whose law each is.
    event : str
        Event whose first occurrence ends survival.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InvalidGame
        A law that no run has the label of, or the law of another event.
    """
    if isinstance(runs, ScenarioOutcomes):
        if laws is not None:
            invalid("laws", str(laws), "None beside ScenarioOutcomes, which carry their own laws")
        return _certified(runs, axes(ax))
    named = {"simulated": runs} if isinstance(runs, Trajectories) else dict(runs)
    exact = laws if isinstance(laws, Mapping) else dict.fromkeys(named, laws) if laws is not None else {}
    if not isinstance(laws, Mapping) and laws is not None and len(named) > 1:
        invalid("laws", str(laws), f"a mapping with the labels of the runs, {sorted(named)}", "Say whose law it is.")
    for label, law in exact.items():
        if label not in named:
            invalid("laws", label, f"labels of the runs, {sorted(named)}", "A law is drawn over its run.")
        if law.event != event:
            invalid(f"laws[{label!r}].event", law.event, f"{event!r}, the event that is drawn")
    ax = axes(ax)
    for k, (label, run) in enumerate(named.items()):
        colour = COLOURS[k % len(COLOURS)]
        time = np.arange(run.periods + 1)
        ax.step(time, run.survival(event), where="post", color=colour, lw=3, alpha=0.5, label=label)
        if label in exact:
            curve = exact[label].survival
            ax.step(np.arange(len(curve)), curve, where="post", color="black", lw=1, ls="--")
    if exact:
        ax.plot([], [], color="black", lw=1, ls="--", label="exact law")
    ax.set_ylim(0, 1.02)
    ax.set_xlim(left=0)
    ax.set(xlabel="periods", ylabel=f"share of paths without {event!r}")
    ax.legend(frameon=False)
    return ax


def _certified(found: ScenarioOutcomes, ax: Axes) -> Axes:
    time = np.arange(found.periods + 1)
    for word, shade in (("outer", 0.12), ("inner", 0.2)):
        bands = [getattr(one.ties, word) for one in found]
        if bands:
            low, high = np.min([b[:, 0] for b in bands], axis=0), np.max([b[:, 1] for b in bands], axis=0)
            told = {"outer": "ties resolved in every way", "inner": "ties resolved and certified again"}[word]
            ax.fill_between(time, 1 - high, 1 - low, step="post", color="0.3", alpha=shade, lw=0, label=told)
    for k, one in enumerate(found):
        colour, style = COLOURS[k % len(COLOURS)], ("-", "--", ":")[k // len(COLOURS) % 3]
        if one.run is not None:
            ax.step(time, one.run.survival(found.event), where="post", color=colour, lw=3, alpha=0.3)
        ax.step(time, one.law.survival, where="post", color=colour, ls=style, lw=1.5, label=one.name)
    ax.set_ylim(0, 1.02)
    ax.set_xlim(left=0)
    ax.set(xlabel="periods", ylabel=f"probability of no {found.event!r}")
    ax.set_title(f"{found.scenario}, {found.perspective}", loc="right", fontsize="small")
    if len(found):
        ax.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(-0.02, -0.13), ncols=2)
    return ax
