"""Bars of outcome shares."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from armsgame._typing import FloatArray
from armsgame.errors import WrongConcept
from armsgame.plot.style import COLOURS, axes
from armsgame.simulation.laws.outcomes import Outcomes
from armsgame.simulation.runs.trajectories import Trajectories
from armsgame.simulation.survival.first_causes import FirstCauses
from armsgame.study.private_types.outcomes import ScenarioOutcomes

__all__ = ["first_causes", "outcomes"]


def outcomes(runs: Trajectories | Mapping[str, Trajectories] | ScenarioOutcomes, *, ax: Axes | None = None) -> Axes:
    """Share of paths in which each outcome occurs, with Wilson's 95 % intervals.

    Parameters
    ----------
    runs : Trajectories, or a mapping from label to Trajectories drawn side by side; or `ScenarioOutcomes`
        Of the latter the exact probability of each outcome under every certified profile, and a line for the event
        that was asked for: thick for what certified resolutions of ties reach, thin for what ties leave open.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    ax = axes(ax)
    if isinstance(runs, ScenarioOutcomes):
        return _certified(runs, ax)
    named = {"": runs} if isinstance(runs, Trajectories) else dict(runs)
    found = {label: run.outcomes() for label, run in named.items()}
    names = list(next(iter(found.values())).shares)
    height = 0.8 / len(found)
    for k, (label, result) in enumerate(found.items()):
        at = np.arange(len(names)) + (k - (len(found) - 1) / 2) * height
        shares = [result[n] for n in names]
        colour = COLOURS[k % len(COLOURS)]
        ax.barh(at, shares, height * 0.92, xerr=_reach(result, names), label=label or None, color=colour)
    ax.set_yticks(np.arange(len(names)), names)
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    run = next(iter(named.values()))
    ax.set_xlabel(f"share of paths over {run.periods} periods (outcomes may overlap)")
    if len(named) > 1:
        ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(named))
    return ax


def _certified(found: ScenarioOutcomes, ax: Axes) -> Axes:
    """Bars of exact probabilities by certified profile, and the intervals of the event over ties."""
    names = [*(found[0].outcomes.shares if len(found) else ()), found.event]
    height = 0.8 / max(len(found), 1)
    for k, one in enumerate(found):
        exact = one.outcomes.exact or one.outcomes.shares
        at = np.arange(len(names)) + (k - (len(found) - 1) / 2) * height
        colour, hatch = COLOURS[k % len(COLOURS)], ("", "///", "xxx")[k // len(COLOURS) % 3]
        values = [*(exact[n] for n in names[:-1]), one.law.cdf[-1]]
        ax.barh(at, values, height * 0.92, label=one.name, color=colour, hatch=hatch, ec="white", lw=0)
        ax.plot(one.ties.outer[-1], [at[-1]] * 2, color="black", lw=0.8, marker="|", ms=3)
        ax.plot(one.ties.inner[-1], [at[-1]] * 2, color="black", lw=2, solid_capstyle="butt")
    ax.set_yticks(np.arange(len(names)), names)
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.set_xlabel(f"probability over {found.periods} periods (outcomes may overlap)")
    ax.set_title(f"{found.scenario}, {found.perspective}", loc="right", fontsize="small")
    if len(found):
        ax.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(-0.02, -0.13), ncols=2)
    return ax


def first_causes(found: FirstCauses | Mapping[str, FirstCauses], *, ax: Axes | None = None) -> Axes:
    """Share of each first cause among the collapses, with Wilson's 95 % intervals and the exact shares.

    Parameters
    ----------
    found : FirstCauses, or a mapping from label to FirstCauses drawn side by side
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Runs without a collapse have no bars; their label says so.
    """
    named = {"": found} if isinstance(found, FirstCauses) else dict(found) if isinstance(found, Mapping) else {}
    if not named or any(not isinstance(one, FirstCauses) for one in named.values()):
        raise WrongConcept(f"FirstCauses are drawn, not a {type(found).__name__}: tr.first_causes().")
    ax = axes(ax)
    names = list(dict.fromkeys(c for one in named.values() for c in one.counts))
    height, told = 0.8 / len(named), False
    for k, (label, one) in enumerate(named.items()):
        at = np.arange(len(names)) + (k - (len(named) - 1) / 2) * height
        shares = [one.shares.get(n, 0.0) for n in names] if one.collapses else np.zeros(len(names))
        errors = _reach(one, names) if one.collapses else np.zeros((2, len(names)))
        text = f"{label + ': ' if label else ''}{one.collapses:,} of {one.paths:,} paths"
        ax.barh(at, shares, height * 0.92, xerr=errors, label=text, color=COLOURS[k % len(COLOURS)])
        if one.exact is not None:
            exact = [one.exact.get(n, 0.0) for n in names]
            ax.plot(exact, at, "D", color="white", mec="black", ms=6, label=None if told else "exact")
            told = True
    ax.set_yticks(np.arange(len(names)), [n.replace("_", " ") for n in names])
    ax.invert_yaxis()
    ax.set(xlim=(0, 1), xlabel=f"share of paths with {next(iter(named.values())).collapse!r}, by what came first")
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1))
    return ax


def _reach(found: Outcomes | FirstCauses, names: list[str]) -> FloatArray:
    """Distances [2, names] from each share to the ends of its interval."""
    ends = [found.intervals.get(n, (0.0, 0.0)) for n in names]
    shares = [found.shares.get(n, 0.0) for n in names]
    return np.array([[s - low, high - s] for s, (low, high) in zip(shares, ends, strict=True)]).T
