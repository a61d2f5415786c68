"""Verdicts drawn: what deviations gain and where, and the discount factors at which a profile holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from armsgame.errors import WrongConcept, invalid
from armsgame.games.deviation_gains import gains_by_pair
from armsgame.games.product import product_of
from armsgame.plot.theme import axes, colour, entities, hatch, ink, legend, mark, note, paper, rows
from armsgame.results.certificates import Certificate, Threshold

__all__ = ["deviation_gains", "holding_discounts"]

_MOST = 30


def deviation_gains(found: Certificate, *, ax: Axes | None = None) -> Axes:
    """Gain of the best action that is not prescribed, by party, at the pairs of state and plan where it is largest.

    Parameters
    ----------
    found : Certificate
        From `armsgame.verify` on a game in time.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Right of the line at 0 a deviation pays. At most 30 pairs are drawn; the figure tells how many were checked.

    Raises
    ------
    WrongConcept
        Something else, or a certificate that does not carry its game.
    """
    if not isinstance(found, Certificate) or found._source is None:
        raise WrongConcept(
            f"this figure draws the Certificate of verify(game, profile, ..), not {type(found).__name__}."
        )
    source: Any = found._source
    game, profile = source
    product = product_of(game, profile)
    gains = gains_by_pair(product, float(found.discount))
    worst = np.where(np.isnan(gains), -np.inf, gains).max(axis=0)
    checked = int(np.isfinite(worst).sum())
    shown = np.argsort(-worst, kind="stable")[: min(_MOST, checked)]
    players = product.play.dynamics.players
    ax = axes(ax, (7, max(2.4, 0.3 * len(shown) + 1.2)))
    ax.axvline(0, color=ink(), lw=1)
    for i, (player, place) in enumerate(zip(players, entities(players), strict=True)):
        at = np.arange(len(shown)) + (i - (len(players) - 1) / 2) * 0.5 / len(players)
        ax.hlines(at, np.minimum(gains[i, shown], 0), np.maximum(gains[i, shown], 0), color=colour(place), lw=1.5)
        ax.plot(gains[i, shown], at, mark(i), color=colour(place), label=player)
    rows(ax, [product.label(int(x)) for x in shown], width=44)
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.margins(x=0.08)
    ax.set_xlabel("gain of the best other action (utility per period)")
    verdict = str(found).partition(" (")[0].partition(";")[0]
    ax.set_title(f"{verdict}\nlargest gain {float(found.max_gain):.3g}", fontsize="medium", loc="left", pad=28)
    if checked > len(shown):
        note(ax, f"drawn: the {len(shown)} of {checked} pairs at which it is largest")
    legend(ax, "above")
    return ax


def holding_discounts(
    found: Threshold | Mapping[str, Threshold], *, discount: float | None = None, ax: Axes | None = None
) -> Axes:
    """Discount factors at which profiles are equilibria, one row each.

    Parameters
    ----------
    found : Threshold, or a mapping from label to Threshold
    discount : float, optional
        Marks the parties' own discount factor.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        A set of one factor is a diamond; a profile that is an equilibrium at none says so.

    Raises
    ------
    WrongConcept
        No threshold.
    """
    named = (
        {"the profile": found} if isinstance(found, Threshold) else dict(found) if isinstance(found, Mapping) else {}
    )
    if not named or any(not isinstance(one, Threshold) for one in named.values()):
        raise WrongConcept(
            "this figure draws the Threshold of critical_discount(game, profile), or a mapping of several."
        )
    if len({one.concept for one in named.values()}) > 1:
        invalid("found", sorted({one.concept for one in named.values()}), "thresholds of one concept")
    ax = axes(ax, (7, 1.4 + 0.4 * len(named)))
    for k, one in enumerate(named.values()):
        for low, high in one.intervals:
            ax.barh(k, high - low, 0.6, left=low, color=colour(k), hatch=hatch(k), ec=paper(), lw=0)
            if high - low < 1e-6:
                ax.plot(low, k, "D", color=colour(k), ms=7)
        if not one.intervals:
            ax.text(0.01, k, "at no discount factor", va="center", color=ink(0.8), fontsize="small")
    rows(ax, list(named))
    concept = "a perfect equilibrium" if next(iter(named.values())).concept == "perfect" else "a Nash equilibrium"
    ax.set(xlim=(0, 1), ylim=(len(named) - 0.4, -0.6))
    ax.set_xlabel(f"discount factor per period at which the profile is {concept}")
    if discount is not None:
        ax.axvline(discount, color=ink(), lw=1, ls="--", label=f"discount {float(discount):g}")
        legend(ax, "above")
    if len(named) == 1 and (binding := next(iter(named.values())).binding) is not None:
        note(ax, f"binding: {binding.player} plays {binding.action!r} at {binding.state!r}")
    return ax
