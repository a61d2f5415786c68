"""Beliefs around an offered display, and the effect of attending it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from armsgame.plot.style import COLOURS, Look, axes
from armsgame.study.scenarios.outlook import Attendance, DisplayBeliefs
from armsgame.treaty.closed_forms.verification import display, pretext_posterior

__all__ = ["attended", "declined", "posteriors"]


def posteriors(
    beliefs: Mapping[str, DisplayBeliefs], pass_rates: Mapping[str, tuple[float, float]], *, ax: Axes | None = None
) -> Axes:
    """Belief that the displaying party violates, before a display and after a pass or a fail.

    Parameters
    ----------
    beliefs : mapping from perspective to DisplayBeliefs
    pass_rates : mapping from perspective to (P(pass | compliant), P(pass | violating))
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Lines sweep the prior; markers stand at each perspective's own.
    """
    ax = axes(ax)
    prior = np.linspace(0.001, 0.999, 400)
    for k, (name, b) in enumerate(beliefs.items()):
        swept = display(prior, *pass_rates[name])
        line, mark = _looks(k)
        ax.plot(prior, swept.posterior, label=name, **line)
        ax.plot(prior, swept.posterior_after_fail, ls=":", **line)
        ax.plot(b.prior, b.found.posterior, "o", **mark)
        ax.plot(b.prior, b.found.posterior_after_fail, "s", **mark)
    leave = {round(float(b.found.leave_threshold), 6) for b in beliefs.values()}
    for value in leave:
        ax.axhline(value, color="black", lw=1, ls="--")
        ax.text(0.01, value + 0.01, "sincere demander leaves", va="bottom", fontsize="small")
    ax.plot([], [], "o-", color="grey", label="after a pass")
    ax.plot([], [], "s:", color="grey", label="after a fail")
    displayer = next(iter(beliefs.values())).displayer
    return _finish(ax, f"prior: P({displayer} violates)", "posterior after the display")


def declined(beliefs: Mapping[str, DisplayBeliefs], *, ax: Axes | None = None) -> Axes:
    """Belief that the demander wants out, before and after it declined a display.

    Parameters
    ----------
    beliefs : mapping from perspective to DisplayBeliefs
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    ax = axes(ax)
    prior = np.linspace(0, 1, 400)
    for k, (name, b) in enumerate(beliefs.items()):
        swept = pretext_posterior(prior, b.attend_pretext, b.attend_sincere)
        line, mark = _looks(k)
        ax.plot(prior, swept, ls=("-", "--", ":")[k % 3], label=name, **line)
        ax.plot(b.prior_pretext, b.posterior_pretext, "o", clip_on=False, **mark)
    demander = next(iter(beliefs.values())).demander
    return _finish(ax, f"prior: P({demander} wants out)", "posterior after it declined")


def _finish(ax: Axes, prior: str, posterior: str) -> Axes:
    ax.set(xlim=(0, 1), ylim=(0, 1.02), xlabel=prior, ylabel=posterior)
    ax.legend(frameon=False, fontsize="small", loc="lower right")
    return ax


def _looks(k: int) -> tuple[Look, Look]:
    """Line and mark of a perspective: later ones are thinner, so that equal perspectives do not hide each other."""
    line: Look = {"color": COLOURS[k], "lw": max(7 - 2.6 * k, 1.8), "alpha": 1.0 if k else 0.4}
    return line, {"color": COLOURS[k], "mec": "black", "ms": max(13 - 3.5 * k, 5)}


def attended(results: Mapping[str, Attendance], *, ax: Axes | None = None) -> Axes:
    """Change of the probability of withdrawal had the display been attended, over time.

    Parameters
    ----------
    results : mapping from perspective to Attendance
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    ax = axes(ax)
    for k, (name, a) in enumerate(results.items()):
        time = np.arange(len(a.difference))
        tag = name if a.difference.any() else f"{name}: no effect"
        ax.plot(time, a.sampled_curve, color=COLOURS[k], lw=5 - k, alpha=0.5, label=tag)
        ax.plot(time, a.difference, color="black", lw=1, ls=("--", ":", "-.")[k % 3])
    ax.plot([], [], color="black", lw=1, ls="--", label="exact")
    ax.axhline(0, color="grey", lw=0.8, zorder=0)
    ax.set(xlim=(0, len(time) - 1), xlabel="periods after the demand", ylabel="change of P(withdrawn)")
    ax.legend(frameon=False, fontsize="small")
    return ax
