"""Which assumptions an answer rests on: Sobol bars, elementary effects, tornado, robustness regions."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from armsgame.arithmetic.shares import percent
from armsgame.errors import WrongConcept, close_matches, invalid
from armsgame.plot.theme import axes, colour, ink, legend, mark, note, rows, spans, wrapped
from armsgame.study.uncertainty.robustness import Robustness
from armsgame.study.uncertainty.sensitivity import Effects, SobolIndices, Tornado
from armsgame.treaty.parameter_table import parameters

__all__ = ["elementary_effects", "forest", "robustness_region", "sobol_indices", "tornado"]


def axis_label(name: str) -> str:
    """Name of a parameter with its unit, as the dictionary has it."""
    entry = parameters.get(name.partition(".")[0])
    return name if entry is None or not entry.unit else f"{name} [{entry.unit}]"


def sobol_indices(found: SobolIndices, *, ax: Axes | None = None) -> Axes:
    """First-order and total Sobol indices as bars with intervals, the largest total on top.

    Parameters
    ----------
    found : SobolIndices
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    _need(found, SobolIndices, "sensitivity(..)")
    ax = axes(ax, (7, max(4.0, 0.4 * len(found.names) + 1)))
    order = np.argsort(np.nan_to_num(found.total, nan=-np.inf), kind="stable")
    place = np.arange(len(order))
    first = ("first order (alone)", found.first, found.first_interval, 0.2)
    total = ("total (with interactions)", found.total, found.total_interval, -0.2)
    for k, (label, values, interval, shift) in enumerate((first, total)):
        here, ends = values[order], interval[order]
        known = np.isfinite(here)
        ax.barh(place[known] + shift, here[known], 0.36, color=colour(k), label=label)
        spans(ax, ends[known], place[known] + shift)
        for at in place[~known]:
            ax.text(0.0, at + shift, " not defined", va="center", fontsize="small", color=ink(0.8))
    rows(ax, [found.names[k] for k in order])
    ax.set_ylim(-0.6, len(order) - 0.4)
    ax.axvline(0, color=ink(0.5), lw=0.8)
    ax.set_xlabel(f"share of the variance of {found.output}")
    legend(ax, "above")
    return ax


def elementary_effects(found: Effects, *, ax: Axes | None = None) -> Axes:
    """Mean size of elementary effects against their spread (Morris 1991).

    Parameters
    ----------
    found : Effects
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    _need(found, Effects, "sensitivity(.., method=ag.studies.Morris())")
    ax = axes(ax)
    known = np.isfinite(found.mu_star) & np.isfinite(found.sigma)
    ax.plot(found.mu_star[known], found.sigma[known], "o", color=colour(0), zorder=3)
    spans(ax, found.mu_star_interval[known], found.sigma[known], ecolor=ink(0.5))
    for name, x, y in zip(found.names, found.mu_star, found.sigma, strict=True):
        if np.isfinite([x, y]).all():
            ax.annotate(name, (x, y), xytext=(6, 6), textcoords="offset points", fontsize="small")
    unit = f" [{found.units}]" if found.units else ""
    ax.set_xlabel(f"mu*: mean absolute effect on {found.output}{unit}")
    ax.set_ylabel("sigma: spread of the effect (interactions)")
    ax.margins(0.15)
    if not known.all():
        note(ax, f"not defined: {', '.join(np.array(found.names)[~known])}")
    return ax


def forest(found: SobolIndices | Effects, *, ax: Axes | None = None) -> Axes:
    """One row a parameter: the estimate as a mark on its interval, the largest on top.

    Parameters
    ----------
    found : SobolIndices or Effects
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Of Sobol indices the first order and the total, of elementary effects the mean size ``mu*``.
    """
    if isinstance(found, Effects):
        kinds = [("mean absolute effect (mu*)", found.mu_star, found.mu_star_interval)]
        unit = f" [{found.units}]" if found.units else ""
        told = f"effect on {found.output}{unit}"
    else:
        _need(found, SobolIndices, "sensitivity(..), or the Effects of method=ag.studies.Morris()")
        kinds = [("total (with interactions)", found.total, found.total_interval)]
        kinds.append(("first order (alone)", found.first, found.first_interval))
        told = f"share of the variance of {found.output}"
    ax = axes(ax, (7, max(2.5, 0.3 * len(found.names) + 1)))
    order = np.argsort(-np.nan_to_num(kinds[0][1], nan=-np.inf), kind="stable")
    for k, (label, values, interval) in enumerate(kinds):
        place = np.arange(len(order)) + 0.24 * k
        here, ends = values[order], interval[order]
        known = np.isfinite(here)
        spans(ax, ends[known], place[known], ecolor=colour(k), elinewidth=2)
        ax.plot(here[known], place[known], mark(k), color=colour(k), label=label)
        for at in place[~known]:
            ax.text(0.0, at, " not defined", va="center", fontsize="small", color=colour(k))
    ax.axvline(0, color=ink(0.5), lw=0.8)
    rows(ax, [found.names[k] for k in order], np.arange(len(order)) + 0.12 * (len(kinds) - 1))
    ax.set(ylim=(len(order) - 0.3, -0.6), xlabel=f"{told}; lines: {100 * found.level:g} % intervals")
    legend(ax, "above")
    return ax


def tornado(found: Tornado, *, ax: Axes | None = None) -> Axes:
    """One bar a parameter, from its low to its high end, the widest on top.

    Parameters
    ----------
    found : Tornado
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    _need(found, Tornado, "sensitivity(.., method=ag.studies.OneAtATime())")
    ax = axes(ax, (7, max(4.0, 0.3 * len(found.names) + 1)))
    for k, name in enumerate(found.names):
        ends = (found.low[k], found.high[k])
        for end, value in enumerate(ends):
            if not np.isfinite([value, found.base]).all():
                continue
            ax.barh(k, value - found.base, 0.6, left=found.base, color=colour(end), alpha=0.9)
            side = 1 if value > found.base or (value == found.base and end) else -1
            shown = f"{found.ranges[name][end]:g}"
            ax.annotate(
                shown, (value, k), xytext=(4 * side, 0), textcoords="offset points", va="center",
                ha="left" if side > 0 else "right", fontsize="small",
            )  # fmt: skip
        lost = [w for w, v in zip(("low", "high"), ends, strict=True) if not np.isfinite(v)]
        if lost:
            ax.annotate(
                f"no finite value at the {' and '.join(lost)} end", (0.99, k), xycoords=("axes fraction", "data"),
                ha="right", va="center", fontsize="small", color=ink(0.8),
            )  # fmt: skip
    for end, label in enumerate(("low end of the range", "high end")):
        ax.barh(0, 0, color=colour(end), label=label)
    if np.isfinite(found.base):
        ax.axvline(found.base, color=ink(), lw=1)
    rows(ax, found.names)
    ax.set_ylim(len(found.names) - 0.4, -0.6)
    # bars that begin at 0 would cut the margin off
    ax.use_sticky_edges = False
    ax.margins(x=0.12)
    ax.set_xlabel(f"{found.output} [{found.units}]" if found.units else found.output)
    if not np.isfinite(found.base):
        note(ax, "no bars: no finite value at the model's own values")
    legend(ax, "above")
    return ax


def robustness_region(found: Robustness, *, x: str, y: str, ax: Axes | None = None) -> Axes:
    """Points at which a conclusion holds and fails, over two of its assumptions, with the region found.

    Parameters
    ----------
    found : Robustness
    x, y : str, two of its parameters; the others vary from point to point
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    from matplotlib.patches import Rectangle

    _need(found, Robustness, "robustness(..)")
    for field, name in (("x", x), ("y", y)):
        if name not in found.ranges:
            invalid(field, name, "a parameter of the study", close_matches(name, found.ranges))
    ax = axes(ax)
    across, up = found.design.points[x], found.design.points[y]
    masks = (~found.holds & ~found.missing, found.missing, found.holds)
    looks = (("fails", colour(1), "x"), ("no answer", ink(0.5), "s"), ("holds", colour(0), "o"))
    for mask, (label, shade, marker) in zip(masks, looks, strict=True):
        if mask.any():
            told = f"{label} ({percent(float(mask.mean()))} %)"
            ax.plot(across[mask], up[mask], marker, ms=3, color=shade, alpha=0.55, ls="", label=told)
    if found.region is not None:
        (a, b), (c, d) = found.region.limits[x], found.region.limits[y]
        told = f"region: {found.region.verdict}".replace(" of ", "\nof ").replace(": no ", ":\nno ")
        ax.add_patch(Rectangle((a, c), b - a, d - c, fill=False, ec=ink(), lw=2, label=told))
    ax.set(xlim=found.ranges[x], ylim=found.ranges[y], xlabel=axis_label(x), ylabel=axis_label(y))
    legend(ax, "beside", markerscale=2, title=wrapped(found.conclusion))
    return ax


def _need(found: object, kind: type, source: str) -> None:
    if not isinstance(found, kind):
        raise WrongConcept(f"this figure shows the {kind.__name__} of {source}; got a {type(found).__name__}.")
