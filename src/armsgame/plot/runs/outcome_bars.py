"""Bars of outcome shares."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from armsgame.errors import WrongConcept, invalid
from armsgame.plot.theme import axes, colour, hatch, ink, legend, note, paper, rows, spans
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
        Rows may overlap: one path can show several outcomes.

    Raises
    ------
    InvalidGame
        Runs over different horizons, or none.
    """
    if isinstance(runs, ScenarioOutcomes):
        return _certified(runs, axes(ax))
    named = {"": runs} if isinstance(runs, Trajectories) else dict(runs)
    horizons = sorted({run.periods for run in named.values()})
    if len(horizons) != 1:
        invalid("runs", f"horizons of {horizons} periods", "runs of one horizon", "Shares grow with it.")
    found = {label: run.outcomes() for label, run in named.items()}
    names = list(dict.fromkeys(n for one in found.values() for n in one.shares))
    height = 0.8 / len(found)
    ax = axes(ax, (7, max(4.0, 0.12 * len(found) * len(names) + 1)))
    for k, (label, result) in enumerate(found.items()):
        own = [n for n in names if n in result.shares]
        at = np.array([names.index(n) for n in own]) + (k - (len(found) - 1) / 2) * height
        shares, ends = [result[n] for n in own], np.array([result.intervals[n] for n in own])
        ax.barh(at, shares, height * 0.92, label=label or None, color=colour(k), hatch=hatch(k), ec=paper(), lw=0)
        spans(ax, ends, at)
        for n in (n for n in names if n not in result.shares):
            place = names.index(n) + (k - (len(found) - 1) / 2) * height
            ax.text(0.01, place, "not an outcome of this game", va="center", fontsize="small", color=colour(k))
    totals = [sum(one.shares.values()) for one in found.values()]
    _outcome_axis(ax, names, f"share of paths over {horizons[0]} periods", max(totals) > 1 + 1e-12)
    if len(named) > 1:
        legend(ax, "above")
    return ax


def _outcome_axis(ax: Axes, names: list[str], what: str, overlap: bool) -> None:
    rows(ax, names)
    ax.invert_yaxis()
    ax.set(xlim=(0, 1), xlabel=f"{what}: rows {'overlap' if overlap else 'may overlap'}")


def _certified(found: ScenarioOutcomes, ax: Axes) -> Axes:
    """Bars of exact probabilities by certified profile, and the intervals of the event over ties."""
    names = [*(found[0].outcomes.shares if len(found) else ()), found.event]
    height = 0.8 / max(len(found), 1)
    for k, one in enumerate(found):
        exact = one.outcomes.exact or one.outcomes.shares
        at = np.arange(len(names)) + (k - (len(found) - 1) / 2) * height
        values = [*(exact[n] for n in names[:-1]), one.law.cdf[-1]]
        ax.barh(at, values, height * 0.92, label=one.name, color=colour(k), hatch=hatch(k), ec=paper(), lw=0)
        ax.plot(one.ties.outer[-1], [at[-1]] * 2, color=ink(), lw=0.8, marker="|", ms=3)
        ax.plot(one.ties.inner[-1], [at[-1]] * 2, color=ink(), lw=2, solid_capstyle="butt")
    _outcome_axis(ax, names, f"probability over {found.periods} periods", False)
    ax.set_title(f"{found.scenario}, {found.perspective}", loc="right", fontsize="small")
    if not len(found):
        note(ax, "no profile was certified")
    legend(ax, "beside")
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

    Raises
    ------
    InvalidGame
        First causes of different events. Different horizons are told in the labels.
    """
    named = {"": found} if isinstance(found, FirstCauses) else dict(found) if isinstance(found, Mapping) else {}
    if not named or any(not isinstance(one, FirstCauses) for one in named.values()):
        raise WrongConcept(f"FirstCauses are drawn, not a {type(found).__name__}: tr.first_causes().")
    first = next(iter(named.values()))
    if len({one.collapse for one in named.values()}) > 1:
        invalid("found", sorted({one.collapse for one in named.values()}), "first causes of one event")
    mixed = len({one.incidence.periods for one in named.values()}) > 1
    names = list(dict.fromkeys(c for one in named.values() for c in one.counts))
    height, told = 0.8 / len(named), False
    ax = axes(ax, (7, max(4.0, 0.12 * len(named) * len(names) + 1)))
    for k, (label, one) in enumerate(named.items()):
        at = np.arange(len(names)) + (k - (len(named) - 1) / 2) * height
        text = f"{label + ': ' if label else ''}{one.collapses:,} of {one.paths:,} paths"
        text += f" over {one.incidence.periods} periods" if mixed else ""
        if not one.collapses:
            ax.plot([], [], "s", color=colour(k), label=text)
            continue
        ends = np.array([one.intervals.get(n, (0.0, 0.0)) for n in names])
        shares = [one.shares.get(n, 0.0) for n in names]
        ax.barh(at, shares, height * 0.92, label=text, color=colour(k), hatch=hatch(k), ec=paper(), lw=0)
        spans(ax, ends, at)
        if one.exact is not None:
            exact = [one.exact.get(n, 0.0) for n in names]
            ax.plot(
                exact, at, "D", color=paper(), mec=ink(), ms=6, label=None if told else "exact", zorder=4, clip_on=False
            )
            told = True
    rows(ax, [n.replace("_", " ") for n in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set(xlim=(0, 1), xlabel=f"share of paths with {first.collapse!r}, by what came first")
    legend(ax, "above")
    return ax
