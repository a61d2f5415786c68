"""Beliefs around an offered display, and the effect of attending it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from armsgame.errors import invalid
from armsgame.plot.theme import Look, axes, colour, dash, entities, ink, law_key, law_steps, legend, style
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
    lacking = [name for name in beliefs if name not in pass_rates]
    if lacking or not beliefs:
        invalid("pass_rates", sorted(pass_rates), f"the pass rates of each perspective, {sorted(beliefs)}")
    ax = axes(ax)
    prior = np.linspace(0.001, 0.999, 400)
    for k, (place, (name, b)) in enumerate(zip(entities(beliefs), beliefs.items(), strict=True)):
        swept = display(prior, *pass_rates[name])
        line, spot = _looks(k, place)
        ax.plot(prior, swept.posterior, label=name, **line)
        ax.plot(prior, swept.posterior_after_fail, **line | {"ls": ":"})
        ax.plot(b.prior, b.found.posterior, "o", **spot)
        ax.plot(b.prior, b.found.posterior_after_fail, "s", **spot)
    leave = {round(float(b.found.leave_threshold), 6) for b in beliefs.values()}
    for value in leave:
        ax.axhline(value, color=ink(), lw=1, ls="--")
        ax.text(0.01, value + 0.01, "sincere demander leaves", va="bottom", fontsize="small")
    ax.plot([], [], "o-", color=ink(0.6), label="after a pass")
    ax.plot([], [], "s:", color=ink(0.6), label="after a fail")
    displayer = " or ".join(dict.fromkeys(b.displayer for b in beliefs.values()))
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
    if not beliefs:
        invalid("beliefs", {}, "at least one perspective")
    ax = axes(ax)
    prior = np.linspace(0, 1, 400)
    for k, (place, (name, b)) in enumerate(zip(entities(beliefs), beliefs.items(), strict=True)):
        swept = pretext_posterior(prior, b.attend_pretext, b.attend_sincere)
        line, spot = _looks(k, place)
        ax.plot(prior, swept, label=name, **line | {"ls": style(k)})
        ax.plot(b.prior_pretext, b.posterior_pretext, "o", clip_on=False, **spot)
    demander = " or ".join(dict.fromkeys(b.demander for b in beliefs.values()))
    return _finish(ax, f"prior: P({demander} wants out)", "posterior after it declined")


def _finish(ax: Axes, prior: str, posterior: str) -> Axes:
    ax.set(xlim=(0, 1), ylim=(0, 1.02), xlabel=prior, ylabel=posterior)
    legend(ax, "beside")
    return ax


def _looks(k: int, place: int) -> tuple[Look, Look]:
    """Line and mark of a perspective: later ones are thinner, so that equal perspectives do not hide each other."""
    line: Look = {"color": colour(place), "ls": dash(place), "lw": max(7 - 2.6 * k, 1.8), "alpha": 1.0 if k else 0.4}
    return line, {"color": colour(place), "mec": ink(), "ms": max(13 - 3.5 * k, 5)}


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
    if not results:
        invalid("results", {}, "at least one perspective")
    ax = axes(ax)
    for k, (place, (name, a)) in enumerate(zip(entities(results), results.items(), strict=True)):
        time = np.arange(len(a.difference))
        tag = name if a.difference.any() else f"{name}: no effect"
        ax.step(time, a.sampled_curve, where="post", color=colour(place), lw=max(5 - k, 1.8), alpha=0.5, label=tag)
        law_steps(ax, time, a.difference, colour(place))
    law_key(ax)
    ax.axhline(0, color=ink(0.5), lw=0.8, zorder=0)
    longest = max(len(a.difference) for a in results.values())
    ax.set(xlim=(0, longest - 1), xlabel="periods after the demand", ylabel="change of P(withdrawn)")
    legend(ax, "beside")
    return ax
