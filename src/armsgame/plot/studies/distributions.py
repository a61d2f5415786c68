"""Distributions of studies: paired differences of a counterfactual, posteriors of a calibration."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from armsgame._checks import check_whole
from armsgame.arithmetic.shares import percent
from armsgame.errors import close_matches, invalid
from armsgame.plot.studies.assumptions import axis_label
from armsgame.plot.theme import axes, colour, entities, ink, legend, style
from armsgame.study.scenarios.counterfactual import Counterfactual
from armsgame.study.uncertainty.calibration import Calibration

__all__ = ["calibration", "paired_differences"]

# more than a screen has columns
_MOST_BINS = 10_000


def paired_differences(
    found: Counterfactual, *, party: str | None = None, bins: int = 41, ax: Axes | None = None
) -> Axes:
    """Distribution over paths of the change of a party's payoff, by perspective.

    Parameters
    ----------
    found : Counterfactual
    party : str, optional; default: the first
    bins : int
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    ax = axes(ax)
    who = found.parties[0] if party is None else party
    if who not in found.parties:
        invalid("party", party, "a party of the scenario", close_matches(str(party), found.parties))
    at = found.parties.index(who)
    widest = max(float(np.abs(p.payoffs[:, at]).max()) for p in found.perspectives.values()) or 1.0
    edges = np.linspace(-widest, widest, check_whole("bins", bins, 1, _MOST_BINS) + 1)
    for k, (place, (name, p)) in enumerate(zip(entities(found.perspectives), found.perspectives.items(), strict=True)):
        change = p.payoffs[:, at]
        same = float((change == 0).mean())
        told = f"{name}: mean {p.payoff[at]:+.3f}, unchanged on {percent(same, 0)} %"
        # paths that the change leaves alone would hide the others
        shares = np.histogram(change[change != 0], edges)[0] / len(change)
        ax.stairs(shares, edges, color=colour(place), lw=2, ls=style(k), label=told)
    ax.axvline(0, color=ink(0.5), lw=0.8)
    ax.set(xlabel=f"change of the payoff of {who} on a path [utility per period]", ylabel="share of paths")
    legend(ax, "above", ncols=1)
    return ax


def calibration(found: Calibration, *, parameter: str | None = None, bins: int = 25, ax: Axes | None = None) -> Axes:
    """Posterior of one parameter as a weighted histogram with its mean and 90 % interval.

    Parameters
    ----------
    found : Calibration
    parameter : str, optional; default: the first
    bins : int
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    ax = axes(ax)
    name = next(iter(found.particles)) if parameter is None else parameter
    if name not in found.particles:
        invalid("parameter", parameter, "a calibrated parameter", close_matches(str(parameter), found.particles))
    count = check_whole("bins", bins, 1, _MOST_BINS)
    heights, edges = np.histogram(found.particles[name], count, weights=found.weights, density=True)
    low, high = found.interval(name)
    ax.stairs(heights, edges, fill=True, color=colour(5), label="posterior")
    ax.axvline(found.mean[name], color=ink(), lw=1.5, label=f"mean {found.mean[name]:.3g}")
    for edge in (low, high):
        ax.axvline(edge, color=ink(), lw=1, ls="--", label="90 % interval" if edge == low else None)
    ax.set(xlabel=axis_label(name), ylabel="density")
    legend(ax)
    return ax
