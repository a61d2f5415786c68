"""Figures of round robins: the ranking and the payoffs of every pair."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from armsgame.plot.theme import axes, colour, ink, legend, on, rows
from armsgame.populations.round_robin import Tournament

__all__ = ["payoff_matrix", "tournament"]


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
    ax.set_xticks(np.arange(n), names, rotation=90)
    ax.set_yticks(np.arange(n), names)
    ax.set(xlabel="against", ylabel="payoff of")
    if n <= 10:
        for i, j in np.argwhere(np.isfinite(table)):
            front = on(to_hex(image.to_rgba(table[i, j])))
            ax.text(j, i, f"{table[i, j]:.2f}", ha="center", va="center", color=front, size=8)
    ax.figure.colorbar(image, ax=ax, label="payoff per period", shrink=0.8)
    return ax
