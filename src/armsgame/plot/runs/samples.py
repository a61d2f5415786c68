"""Samples of paths: statuses over time, fans, single paths, payoffs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from armsgame._checks import check_whole, reals
from armsgame._typing import ArrayLike
from armsgame.errors import WrongConcept, invalid
from armsgame.plot.theme import axes, colour, entities, ink, legend, note, paper, pattern, ramp, style
from armsgame.simulation.runs.readings import PayoffDistribution, need_paths, status_codes
from armsgame.simulation.runs.trajectories import Trajectories

__all__ = ["fan", "payoff_distribution", "sample_paths", "status_shares"]


def status_shares(run: Trajectories, *, ax: Axes | None = None) -> Axes:
    """Share of paths in each status over time, stacked.

    Parameters
    ----------
    run : Trajectories
        With paths kept.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    found = run.status_shares()
    ax = axes(ax)
    colours = ramp(len(found.statuses))
    layers = ax.stackplot(np.arange(len(found.shares)), found.shares.T, colors=colours, labels=_words(found.statuses))
    for k, layer in enumerate(layers):
        layer.set(hatch=pattern(k), edgecolor=paper(), linewidth=0.4)
    ax.set(xlim=(0, max(len(found.shares) - 1, 1)), ylim=(0, 1), xlabel="periods")
    ax.set_ylabel(f"share of {found.paths:,} paths")
    legend(ax, "above")
    return ax


def fan(
    values: ArrayLike,
    *,
    levels: tuple[float, ...] = (0.5, 0.8, 0.95),
    label: str = "cumulative payoff",
    ax: Axes | None = None,
) -> Axes:
    """Fan chart: median and central bands of a quantity over time.

    Parameters
    ----------
    values : array_like [N, T]
        One row per path, such as ``run.cumulative_payoffs(game)[:, :, 0]``.
    levels : tuple of float
        Shares of paths inside the bands.
    label : str
        What the values are, with their unit.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    if hasattr(values, "cumulative_payoffs"):
        raise WrongConcept(
            "values is a run; allowed: an array [paths, periods]. Give run.cumulative_payoffs(game)[:, :, 0], or draw "
            "the run itself: ag.plot.sample_paths(run)."
        )
    table = reals("values", values, "an array of real numbers [paths, periods]")
    if table.ndim != 2 or not table.size:
        invalid("values.shape", table.shape, "(paths, periods), neither of them 0")
    if not np.isfinite(table).all():
        invalid("values", "NaN or infinite", "finite numbers", "A band over some of the paths would look like all.")
    if not all(0 < p < 1 for p in levels):
        invalid("levels", levels, "numbers between 0 and 1, both excluded")
    ax = axes(ax)
    time = np.arange(1, table.shape[1] + 1)
    ordered = sorted(levels, reverse=True)
    for k, level in enumerate(ordered):
        low, high = np.quantile(table, [(1 - level) / 2, (1 + level) / 2], axis=0)
        shade = 0.18 + 0.5 * (k + 1) / (len(ordered) + 1)
        ax.fill_between(time, low, high, color=colour(0), alpha=shade, lw=0, label=f"{100 * level:g} % of paths")
    ax.plot(time, np.median(table, axis=0), color=ink(), lw=2, label="median")
    ax.plot(time, table.mean(axis=0), color=ink(), lw=1.2, ls=":", label="mean")
    ax.set(xlim=(0, table.shape[1]), xlabel="periods", ylabel=label)
    if len(table) < 20:
        note(ax, f"only {len(table)} paths: the bands are rough")
    legend(ax)
    return ax


def sample_paths(
    run: Trajectories, values: ArrayLike | None = None, *, count: int = 24, label: str = "", ax: Axes | None = None
) -> Axes:
    """First paths of a run, coloured by status.

    Parameters
    ----------
    run : Trajectories
        With paths kept.
    values : array_like [N, T], optional
        A quantity to draw as one line per path. Without it each path is a ribbon; ribbons are ordered
        by the period in which they leave the first status for good.
    count : int
        Paths shown, at most.
    label : str
        What the values are, with their unit.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    from matplotlib.collections import LineCollection
    from matplotlib.colors import BoundaryNorm, ListedColormap
    from matplotlib.patches import Patch

    need_paths(run)
    count = check_whole("count", count)
    statuses, code = status_codes(run)
    colours = ramp(len(statuses))
    shown = code[run.states[:count]]
    ax = axes(ax)
    if values is None:
        calm = np.where(shown == shown[0, 0], np.arange(run.periods), -1).max(axis=1)
        shown = shown[np.argsort(calm, kind="stable")]
        norm = BoundaryNorm(np.arange(len(statuses) + 1) - 0.5, len(statuses))
        edges = np.arange(run.periods + 1), np.arange(len(shown) + 1)
        ax.pcolormesh(*edges, shown, cmap=ListedColormap(colours), norm=norm, edgecolor="none")
        ax.hlines(np.arange(1, len(shown)), 0, run.periods, color=paper(), lw=1.5)
        ax.set_ylim(0, len(shown))
        ax.set_yticks([])
        ax.set_ylabel(f"{len(shown)} of {run.paths:,} paths")
    else:
        table = np.asarray(values, dtype=float)
        if table.shape != (run.paths, run.periods):
            invalid("values.shape", table.shape, f"{(run.paths, run.periods)}, paths and periods of the run")
        time = np.arange(1, run.periods + 1)
        for own, line in zip(shown, table, strict=False):
            points = np.stack([time, line], axis=1)
            pieces = np.stack([points[:-1], points[1:]], axis=1)
            ax.add_collection(LineCollection(list(pieces), colors=[colours[c] for c in own[1:]], lw=1.3))
        ax.autoscale_view()
        ax.set_ylabel(label or "value")
    ax.set(xlim=(0, run.periods), xlabel="periods")
    seen = [k for k in range(len(statuses)) if (shown == k).any()]
    patches = [Patch(color=colours[k], label=_words(statuses)[k]) for k in seen]
    legend(ax, "above", patches)
    return ax


def payoff_distribution(
    found: PayoffDistribution | Trajectories | Mapping[str, PayoffDistribution],
    *,
    party: int = 0,
    ax: Axes | None = None,
) -> Axes:
    """Histograms of payoffs over paths, with their means.

    Parameters
    ----------
    found : PayoffDistribution or Trajectories, or a mapping from label to PayoffDistribution
        One distribution is drawn for every party, several for the one party.
    party : int
        Party that is drawn where several distributions are compared.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    if isinstance(found, Trajectories):
        found = found.payoff_distribution()
    if isinstance(found, PayoffDistribution):
        drawn = [(name, found, i) for i, name in enumerate(found.players)]
    elif isinstance(found, Mapping) and found and all(isinstance(d, PayoffDistribution) for d in found.values()):
        drawn = [(f"{name}: {d.players[party]}", d, party) for name, d in found.items()]
    else:
        raise WrongConcept(f"a PayoffDistribution is drawn, not a {type(found).__name__}: tr.payoff_distribution().")
    ax = axes(ax)
    places = entities(found.players) if isinstance(found, PayoffDistribution) else range(len(drawn))
    for k, ((label, one, i), place) in enumerate(zip(drawn, places, strict=True)):
        shade = colour(place)
        density = one.counts[i] / one.paths
        ax.stairs(density, one.edges[i], color=shade, alpha=0.25, fill=True)
        ax.stairs(density, one.edges[i], color=shade, lw=1.8, ls=style(k), label=label)
        ax.axvline(one.mean[i], color=shade, lw=1.2, ls=style(k))
    ax.plot([], [], color=ink(0.6), lw=1.2, label="means (vertical)")
    ax.set_ylim(bottom=0)
    ax.set(xlabel="payoff of a path, normalised (utility per period)", ylabel="share of paths per bin")
    legend(ax)
    return ax


def _words(statuses: tuple[str, ...]) -> list[str]:
    return [s.replace("_", " ") for s in statuses]
