"""Crises: where a snub is evidence, and how beliefs move along a history."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from armsgame.errors import invalid
from armsgame.plot.theme import Look, as_written, axes, colour, dash, entities, ink, legend, paper, wrapped
from armsgame.study.perceptions.belief_paths import BeliefPath, informative_priors
from armsgame.treaty.closed_forms.verification import display

__all__ = ["belief_fan", "snub_map"]


def snub_map(
    readings: Mapping[str, tuple[float, float]],
    *,
    pass_compliant: float = 0.95,
    gain: float = 1.0,
    loss: float = 1.0,
    ax: Axes | None = None,
) -> Axes:
    """Value of a display over (prior of violation, P(pass | violating)), with readings as points of it.

    Parameters
    ----------
    readings : mapping from label to (prior of violation, P(pass | violating))
    pass_compliant : float
    gain, loss : float
        Of staying with a compliant, and with a violating party.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Hatched: no result would change the decision, so that a sincere receiver declines too.
    """
    ax = axes(ax)
    prior, passes = np.linspace(0, 1, 241), np.linspace(0, pass_compliant, 241)
    value = display(prior, pass_compliant, passes[:, None], gain, loss).value_of_information
    filled = ax.contourf(prior, passes, value, levels=np.linspace(0, max(np.max(value), 1e-9), 9), cmap="Blues")
    bar = ax.figure.colorbar(filled, ax=ax, label="value of seeing the display (utility)")
    bar.ax.tick_params(labelsize="small")
    ends = informative_priors(pass_compliant, passes, gain, loss)
    for low, high in ((np.zeros_like(passes), ends.low), (ends.high, np.ones_like(passes))):
        ax.fill_betweenx(passes, low, high, facecolor=ink(0.06), edgecolor=ink(0.45), hatch="//", lw=0)
    for edge in (ends.low, ends.high):
        ax.plot(edge, passes, color=ink(), lw=1.2)
    box = {"boxstyle": "round,pad=0.2", "fc": paper(), "ec": "none", "alpha": 0.9}
    for place, (name, (x, y)) in zip(entities(readings), readings.items(), strict=True):
        ax.plot(x, y, "o", color=colour(place), mec=ink(), ms=10, clip_on=False, zorder=5)
        shift, side = (-10, "right") if x > 0.6 else (10, "left")
        look: Look = {"textcoords": "offset points", "ha": side, "va": "top", "fontsize": "small", "bbox": box}
        ax.annotate(wrapped(name, 24), (x, y), (shift, -14), **look)
    ax.text(0.03, 0.04, "stay whatever it shows:\na snub says nothing", fontsize="small", bbox=box, va="bottom")
    words = "leave whatever it shows:\na snub says nothing"
    ax.text(0.97, pass_compliant * 0.45, words, fontsize="small", bbox=box, ha="right")
    ax.set(
        xlim=(0, 1),
        ylim=(0, max([pass_compliant, *(y for _, y in readings.values())])),
        xlabel="prior: P(the displaying party violates)",
    )
    ax.set_ylabel("P(pass | violating)")
    return ax


def belief_fan(paths: Mapping[str, BeliefPath], kind: str, *, ax: Axes | None = None) -> Axes:
    """Belief in one type after each event, as a band over a batch of priors.

    Parameters
    ----------
    paths : mapping from label to BeliefPath
        All with the same events.
    kind : str
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Line: the median of the batch. An open marker stands at events of probability 0, where the
        belief before was kept.
    """
    if len({(path.dates, path.events) for path in paths.values()}) != 1:
        invalid("paths", f"{len(paths)} paths", "at least one, all with the same events")
    ax = axes(ax)
    for place, (name, path) in zip(entities(paths), paths.items(), strict=True):
        own, shade = path.of(kind).reshape(len(path.dates), -1), colour(place)
        steps, middle = np.arange(len(own)), np.median(own, axis=1)
        ax.fill_between(steps, own.min(axis=1), own.max(axis=1), color=shade, alpha=0.25, lw=0)
        ax.plot(steps, middle, "o", ls=dash(place), color=shade, label=name or None)
        odd = list(path.surprises)
        ax.plot(steps[odd], middle[odd], "o", color=paper(), mec=shade, ms=9, zorder=5)
    first = next(iter(paths.values()))
    words = [f"{d}\n{wrapped(e.replace('_', ' '), 14)}" for d, e in zip(first.dates, first.events, strict=True)]
    ax.set_xticks(np.arange(len(words)), [as_written(w) for w in words], fontsize="small")
    ax.set(ylim=(0, 1.02), ylabel=f"P({kind.replace('_', ' ')})")
    if any(paths):
        legend(ax)
    return ax
