"""Which assumptions an answer rests on: Sobol bars, elementary effects, tornado, robustness regions."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from armsgame.arithmetic.shares import percent
from armsgame.errors import WrongConcept, close_matches, invalid
from armsgame.plot.style import COLOURS, axes
from armsgame.study.uncertainty.robustness import Robustness
from armsgame.study.uncertainty.sensitivity import Effects, SobolIndices, Tornado
from armsgame.treaty.parameter_table import parameters

__all__ = ["elementary_effects", "robustness_region", "sobol_indices", "tornado"]


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
    ax = axes(ax)
    order = np.argsort(np.nan_to_num(found.total), kind="stable")
    place = np.arange(len(order))
    first = ("first order (alone)", found.first, found.first_interval, 0.2)
    total = ("total (with interactions)", found.total, found.total_interval, -0.2)
    for k, (label, values, interval, shift) in enumerate((first, total)):
        here = np.nan_to_num(values[order])
        ax.barh(place + shift, here, 0.36, color=COLOURS[k], label=label)
        reach = np.abs(interval[order].T - values[order])
        ax.errorbar(here, place + shift, xerr=np.nan_to_num(reach), fmt="none", ecolor="black", elinewidth=1, capsize=3)
    ax.set_yticks(place, [found.names[k] for k in order])
    ax.axvline(0, color="grey", lw=0.8)
    ax.set_xlabel(f"share of the variance of {found.output}")
    ax.legend(frameon=False, loc="lower right", fontsize="small")
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
    reach = np.abs(found.mu_star_interval.T - found.mu_star)
    ax.errorbar(found.mu_star, found.sigma, xerr=reach, fmt="o", color=COLOURS[0], ecolor="grey", capsize=3)
    for name, x, y in zip(found.names, found.mu_star, found.sigma, strict=True):
        ax.annotate(name, (x, y), xytext=(6, 6), textcoords="offset points", fontsize="small")
    unit = f" [{found.units}]" if found.units else ""
    ax.set_xlabel(f"mu*: mean absolute effect on {found.output}{unit}")
    ax.set_ylabel("sigma: spread of the effect (interactions)")
    ax.margins(0.15)
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
    ax = axes(ax)
    for k, name in enumerate(found.names):
        for end, value, colour in ((0, found.low[k], COLOURS[0]), (1, found.high[k], COLOURS[1])):
            if not np.isfinite(value) or not np.isfinite(found.base):
                continue
            ax.barh(k, value - found.base, 0.6, left=found.base, color=colour, alpha=0.9)
            side = 1 if value > found.base or (value == found.base and end) else -1
            shown = f"{found.ranges[name][end]:g}"
            ax.annotate(
                shown, (value, k), xytext=(4 * side, 0), textcoords="offset points", va="center",
                ha="left" if side > 0 else "right", fontsize="small",
            )  # fmt: skip
        lost = [w for w, v in (("low", found.low[k]), ("high", found.high[k])) if not np.isfinite(v)]
        if lost:
            ax.annotate(
                f"no finite value at the {' and '.join(lost)} end", (0.99, k), xycoords=("axes fraction", "data"),
                ha="right", va="center", fontsize="small", color="#555555",
            )  # fmt: skip
    for label, colour in (("low end of the range", COLOURS[0]), ("high end", COLOURS[1])):
        ax.barh(0, 0, color=colour, label=label)
    if np.isfinite(found.base):
        ax.axvline(found.base, color="black", lw=1)
    ax.set_yticks(np.arange(len(found.names)), found.names)
    ax.invert_yaxis()
    # bars that begin at 0 would cut the margin off
    ax.use_sticky_edges = False
    ax.margins(x=0.12)
    ax.set_xlabel(f"{found.output} [{found.units}]" if found.units else found.output)
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize="small")
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
    looks = (("fails", COLOURS[1], "x"), ("no answer", "#888888", "s"), ("holds", COLOURS[0], "o"))
    for mask, (label, colour, marker) in zip(masks, looks, strict=True):
        if mask.any():
            told = f"{label} ({percent(float(mask.mean()))} %)"
            ax.plot(across[mask], up[mask], marker, ms=3, color=colour, alpha=0.55, ls="", label=told)
    if found.region is not None:
        (a, b), (c, d) = found.region.limits[x], found.region.limits[y]
        told = f"region: {found.region.verdict}".replace(" of ", "\nof ").replace(": no ", ":\nno ")
        ax.add_patch(Rectangle((a, c), b - a, d - c, fill=False, ec="black", lw=2, label=told))
    ax.set(xlim=found.ranges[x], ylim=found.ranges[y], xlabel=axis_label(x), ylabel=axis_label(y))
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1), markerscale=2, title=str(found.conclusion))
    return ax


def _need(found: object, kind: type, source: str) -> None:
    if not isinstance(found, kind):
        raise WrongConcept(f"this figure shows the {kind.__name__} of {source}; got a {type(found).__name__}.")
