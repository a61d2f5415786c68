"""Trust: from which belief a content party complies, by detection."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from armsgame._checks import probability
from armsgame._typing import ArrayLike
from armsgame.errors import invalid
from armsgame.plot.theme import axes, colour, ink, legend, note
from armsgame.treaty.closed_forms.trust import threshold

__all__ = ["trust_threshold"]


def trust_threshold(
    temptations: Sequence[float] = (2.0, 2.5, 3.0),
    detection: ArrayLike | None = None,
    *,
    temptation: float = 1.5,
    reward: float = 1.0,
    punishment: float = 0.0,
    sucker: float = -0.5,
    false_alarm: float = 0.005,
    discount: float = 0.95,
    ax: Axes | None = None,
) -> Axes:
    """Trust threshold against detection: the belief from which types part, as far as each tempted type deploys.

    Parameters
    ----------
    temptations : sequence of float
        Temptations of the tempted type. The curve is the same for all; a dotted line marks how far it reaches for
        each, because better detection makes that type comply too. The thin line goes on without this condition.
    detection : array, optional
        Rates on the horizontal axis, in rising order; 0 to 0.3 by default.
    temptation, reward, punishment, sucker, false_alarm, discount : float
        As in `armsgame.treaty.trust.threshold`.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Left of the grey border content parties deploy too, whatever they believe.

    Raises
    ------
    InvalidGame
        No temptation, or detection rates that do not rise.
    """
    rates = np.linspace(0, 0.3, 1201) if detection is None else probability("detection", detection)
    if rates.ndim != 1 or len(rates) < 2 or (np.diff(rates) <= 0).any():
        invalid("detection", detection, "at least two rates in rising order")
    if not len(temptations):
        invalid("temptations", temptations, "at least one temptation")
    ax = axes(ax)
    plain = threshold(temptation, reward, punishment, sucker, rates, false_alarm, discount)
    belief = np.asarray(plain.belief)
    ax.plot(rates, np.where(np.isfinite(belief), belief, np.nan), color=ink(0.5), lw=1, label="without this condition")
    lost_types: list[float] = []
    for k, greed in enumerate(temptations):
        found = threshold(
            temptation, reward, punishment, sucker, rates, false_alarm, discount, tempted_temptation=greed
        )
        there = np.flatnonzero(np.isfinite(found.belief))
        if not there.size:
            lost_types.append(greed)
        if there.size:
            at, shade = there[-1], colour(k)
            # one curve for all: the temptation decides how far it reaches
            (line,) = ax.plot(rates[there], belief[there], color=shade, label=f"tempted type earns {greed:g}")
            line.set_linewidth(2 + 1.5 * (len(temptations) - k))
            line.set_solid_capstyle("butt")
            if at + 1 < len(rates):
                ax.plot([rates[at]] * 2, [0, belief[at]], color=shade, ls=":", lw=1.5)
    lost = rates[np.asarray(plain.loss) <= 0]
    if lost.size:
        ax.axvspan(rates[0], lost[-1], color=ink(0.15), zorder=0, label="content parties deploy too")
    ax.set_xlim(rates[0], rates[-1])
    ax.set_ylim(0, 1.02)
    ax.set_xlabel("detection rate")
    ax.set_ylabel("least belief that the other is content")
    if lost_types:
        note(ax, f"at no rate: a tempted type that earns {', '.join(f'{g:g}' for g in lost_types)}")
    legend(ax)
    return ax
