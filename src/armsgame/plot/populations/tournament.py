"""Figures of round robins: the ranking and the payoffs of every pair."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.ticker import MaxNLocator

from armsgame.plot.theme import Look, as_written, axes, colour, ink, legend, on, ramp, rows
from armsgame.populations.round_robin import Tournament

__all__ = ["match_payoffs", "match_wins", "payoff_matrix", "tournament"]


def tournament(result: Tournament, *, ax: Axes | None = None) -> Axes:
    """Scores from the best down, with ranks; bars of 95 % intervals where matches were sampled.

    Parameters
    ----------
    result : Tournament
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    n = len(result.strategies)
    ax = axes(ax, (7, max(2.5, 0.27 * n + 1)))
    at = result.order
    y = np.arange(n)
    scores = result.scores[at]
    low, high = result.intervals[at].T
    ax.hlines(y, 0, 1, color=ink(0.08), lw=1, zorder=1, transform=ax.get_yaxis_transform())
    if not result.exact:
        ax.hlines(y, low, high, color=colour(0), lw=4, alpha=0.45, zorder=2, label="95 % interval")
    ax.plot(scores, y, "o", color=colour(0), ms=6, zorder=3, label="mean payoff")
    labels = []
    for k in at:
        first, last = result.ranks[k]
        labels.append(f"{result.strategies[k]}  {first if first == last else f'{first}–{last}'}")
    rows(ax, labels)
    ax.set(ylim=(n - 0.4, -0.6), ylabel="strategy and rank", xlabel=f"payoff per period ({result.settings})")
    if not result.exact:
        legend(ax, "above")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def payoff_matrix(result: Tournament, *, seat: int = 0, ax: Axes | None = None) -> Axes:
    """Payoff per period of every strategy (row) against every other (column), ordered by rank.

    Parameters
    ----------
    result : Tournament
    seat : {0, 1}
        Seat of the row strategy; seats differ in asymmetric games only.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    at = result.order
    n = len(at)
    side = max(4.5, 0.3 * n + 2.5)
    ax = axes(ax, (side + 0.8, side))
    payoffs = result.payoffs[0] if seat == 0 else result.payoffs[1].T
    table = payoffs[np.ix_(at, at)]
    image = ax.imshow(np.ma.masked_invalid(table), cmap="cividis")
    names = [result.strategies[k] for k in at]
    told = [as_written(name) for name in names]
    ax.set_xticks(np.arange(n), told, rotation=90)
    ax.set_yticks(np.arange(n), told)
    ax.set(xlabel="against", ylabel="payoff of")
    if n <= 10:
        for i, j in np.argwhere(np.isfinite(table)):
            front = on(image.to_rgba(table[i, j])[:3])
            ax.text(j, i, f"{table[i, j]:.2f}", ha="center", va="center", color=front, size=8)
    ax.figure.colorbar(image, ax=ax, label="payoff per period", shrink=0.8)
    return ax


def match_payoffs(result: Tournament, *, ax: Axes | None = None) -> Axes:
    """Boxes of the payoffs of each strategy over its matches, from the best score down.

    Parameters
    ----------
    result : Tournament
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Line: the median; box: the middle half; whiskers: the least and the greatest payoff; diamond: the score.
    """
    n = len(result.strategies)
    ax = axes(ax, (7, max(2.5, 0.3 * n + 1)))
    table = np.concatenate([result.payoffs[0], result.payoffs[1].T], axis=1)
    boxes = [table[k][np.isfinite(table[k])] for k in result.order]
    look: Look = {"color": ink(), "lw": 1.2}
    ax.boxplot(
        boxes, positions=range(n), orientation="horizontal", whis=(0, 100), widths=0.6, patch_artist=True,
        boxprops={"facecolor": to_rgba(colour(0), 0.4), "edgecolor": ink()}, medianprops=look | {"lw": 2},
        whiskerprops=look, capprops=look,
    )  # fmt: skip
    ax.plot(result.scores[result.order], np.arange(n), "D", color=colour(1), mec=ink(), ms=5, label="score", zorder=4)
    rows(ax, [result.strategies[k] for k in result.order])
    ax.set(ylim=(n - 0.4, -0.6), xlabel=f"payoff per period of a match ({result.settings})")
    legend(ax, "above")
    return ax


def match_wins(result: Tournament, *, ax: Axes | None = None) -> Axes:
    """Count matches in which each strategy earned more than, as much as, and less than its opponent, by score.

    Parameters
    ----------
    result : Tournament
        Of sampled matches the means over repetitions are compared.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Matches with its own twin are left out. Winning matches is not what scores: the order is that of the scores.
    """
    n = len(result.strategies)
    ax = axes(ax, (7, max(2.5, 0.3 * n + 1)))
    gap = np.stack([result.payoffs[0] - result.payoffs[1], (result.payoffs[1] - result.payoffs[0]).T])
    gap[:, np.arange(n), np.arange(n)] = np.nan
    scale = 1e-9 * max(1.0, float(np.nanmax(np.abs(result.payoffs))))
    gap = np.where(np.abs(gap) <= scale, 0.0, gap)[:, result.order]
    seats = 1 if result.symmetric else 2
    left = np.zeros(n)
    # shades keep their order in grey print
    kinds = (("earned more", gap > 0), ("earned the same", gap == 0), ("earned less", gap < 0))
    for shade, (label, hit) in zip(ramp(3)[::-1], kinds, strict=True):
        count = hit[:seats].sum(axis=(0, 2))
        ax.barh(np.arange(n), count, 0.7, left=left, color=shade, ec=ink(0.5), label=label)
        left = left + count
    rows(ax, [result.strategies[k] for k in result.order])
    ax.set(ylim=(n - 0.4, -0.6), xlabel=f"matches against others ({result.settings})")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend(ax, "above")
    return ax
