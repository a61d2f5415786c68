"""Survival curves of a treaty."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from armsgame.errors import invalid
from armsgame.plot.runs.time_axis import risk_table, time_axis
from armsgame.plot.theme import axes, colour, dash, ink, law_key, law_steps, legend, note
from armsgame.simulation.laws.laws import WithdrawalLaw
from armsgame.simulation.runs.trajectories import Trajectories
from armsgame.study.private_types.outcomes import ScenarioOutcomes

__all__ = ["survival"]


def survival(
    runs: Trajectories | Mapping[str, Trajectories] | ScenarioOutcomes,
    laws: WithdrawalLaw | Mapping[str, WithdrawalLaw] | None = None,
    *,
    event: str = "withdrawn",
    at_risk: bool = True,
    period_days: float | None = None,
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
    at_risk : bool
        Write below the axis how many paths are left without the event.
    period_days : float, optional
        Days per period, for an axis in years.
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
        return _certified(runs, axes(ax), period_days)
    named = {"simulated": runs} if isinstance(runs, Trajectories) else dict(runs)
    if not named:
        invalid("runs", named, "at least one run")
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
        time = np.arange(run.periods + 1)
        ax.step(time, run.survival(event), where="post", color=colour(k), ls=dash(k), lw=3, alpha=0.5, label=label)
        if label in exact:
            curve = exact[label].survival
            law_steps(ax, np.arange(len(curve)), curve, colour(k))
    if exact:
        law_key(ax)
    ax.set_ylim(0, 1.02)
    ends = [run.periods for run in named.values()] + [len(one.survival) - 1 for one in exact.values()]
    time_axis(ax, max(ends), period_days)
    ax.set_ylabel(f"share of paths without {event!r}")
    if at_risk:
        counts = {label: run.paths - np.cumsum(run.event_histogram(event)) for label, run in named.items()}
        risk_table(ax, {label: np.append(named[label].paths, n[:-2]) for label, n in counts.items()})
    legend(ax)
    return ax


def _certified(found: ScenarioOutcomes, ax: Axes, period_days: float | None) -> Axes:
    time = np.arange(found.periods + 1)
    for word, shade in (("outer", 0.12), ("inner", 0.2)):
        bands = [getattr(one.ties, word) for one in found]
        if bands:
            low, high = np.min([b[:, 0] for b in bands], axis=0), np.max([b[:, 1] for b in bands], axis=0)
            told = {"outer": "ties resolved in every way", "inner": "ties resolved and certified again"}[word]
            ax.fill_between(time, 1 - high, 1 - low, step="post", color=ink(0.7), alpha=shade, lw=0, label=told)
    for k, one in enumerate(found):
        if one.run is not None:
            ax.step(time, one.run.survival(found.event), where="post", color=colour(k), lw=3, alpha=0.3)
        ax.step(time, one.law.survival, where="post", color=colour(k), ls=dash(k), lw=1.5, label=one.name)
    ax.set_ylim(0, 1.02)
    time_axis(ax, found.periods, period_days)
    ax.set_ylabel(f"probability of no {found.event!r}")
    ax.set_title(f"{found.scenario}, {found.perspective}", loc="right", fontsize="small")
    if any(one.run is not None for one in found):
        note(ax, "pale: share of sampled paths")
    if not len(found):
        note(ax, "no profile was certified")
    legend(ax, "beside")
    return ax
