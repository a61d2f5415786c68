"""Several treaties on shared axes: notice and exits, thresholds, and competing first causes of a notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from matplotlib.axes import Axes

from armsgame.dossiers.dossier import Scenario
from armsgame.errors import WrongConcept
from armsgame.plot.theme import Look, Panels, axes, colour, hatch, ink, legend, panels, paper, pattern, rows
from armsgame.study.scenarios.comparison import TreatyAnswers, TreatyComparison
from armsgame.study.scenarios.endings import ending

__all__ = ["exits", "treaty_incidence", "treaty_thresholds"]

_STRATEGIES = ("exit_on_alarm", "ladder_yield", "ladder_display")
_PALE = "#BBD3E6"


def exits(scenarios: TreatyComparison | Sequence[Scenario], *, ax: Axes | None = None) -> Axes:
    """Lives of treaties on one time axis, with the notice that was given and how each ended.

    Parameters
    ----------
    scenarios : TreatyComparison, or sequence of Scenario
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Bars run from entry into force to the end; hatched ones have a date, and open marks an exit, from memory alone.
    """
    found = [a.scenario for a in scenarios.answers] if isinstance(scenarios, TreatyComparison) else list(scenarios)
    if not found or any(not isinstance(s, Scenario) for s in found):
        raise WrongConcept("exits draws dossiers: a list of ag.load_scenario(name), or the result of ag.compare.")
    found.sort(key=lambda s: s.terms.in_force.first)
    ax = axes(ax, (10.5, 1.4 + 0.62 * len(found)))
    last = max(_end(s) for s in found)
    for row, s in enumerate(found):
        e, begins = ending(s), _year(s.terms.in_force.first)
        ended = s.terms.ended is not None or e.left is not None
        recalled = s.terms.recalled("in_force") or s.terms.recalled("ended")
        ax.barh(
            row, _end(s) - begins, 0.42, left=begins, fc=_PALE if ended else "#D9EAD9", zorder=1,
            hatch="///" if recalled else "", ec="#6C93B3", lw=0,
        )  # fmt: skip
        if e.announced is not None and e.left is not None:
            low, high = _year(e.announced.first), _year(e.left.first)
            ax.barh(row, high - low, 0.62, left=low, color=colour(3), zorder=2)
        if e.left is not None:
            known = e.verified
            ax.plot(
                _year(e.left.first), row, "D" if e.kind == "expiry" else "o", ms=8, mec=ink(), zorder=3,
                mfc=(ink() if e.kind == "expiry" else colour(3)) if known else paper(),
            )  # fmt: skip
        ax.text(last + 2, row, _told(s), va="center", fontsize=8.5)
    rows(ax, [s.id.replace("_", " ") for s in found])
    ax.set(ylim=(len(found) - 0.4, -0.6), xlim=(min(_year(s.terms.in_force.first) for s in found) - 2, last + 1))
    ax.set_xlabel("year")
    if any(s.terms.ended is not None or ending(s).left is not None for s in found):
        ax.barh(-2, 0, color=_PALE, label="in force, ended since")
    if any(s.terms.ended is None and ending(s).left is None for s in found):
        ax.barh(-2, 0, color="#D9EAD9", label="in force to the last event on record")
    ax.barh(-2, 0, color=colour(3), label="under notice")
    ax.plot([], [], "o", ms=8, mfc=colour(3), mec=ink(), label="exit of a party")
    ax.plot([], [], "D", ms=8, color=ink(), label="expiry")
    ax.barh(-2, 0, fc=_PALE, hatch="///", ec="#6C93B3", lw=0, label="begin or end from memory, unverified")
    legend(ax, "above")
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax


def treaty_thresholds(comparison: TreatyComparison, *, ax: Axes | None = None) -> Axes:
    """Discount factors per year at which policies of the whole treaty hold, by treaty and verification regime.

    Parameters
    ----------
    comparison : TreatyComparison
        Of the question "thresholds", "self_enforcement" or "all".
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    answers = _answers(comparison, "rows", "thresholds")
    keys = [(a, regime) for a in answers for regime in dict.fromkeys(r.regime for r in a.rows)]
    ax = axes(ax, (10.5, 1.6 + 0.62 * len(keys)))
    height = 0.8 / len(_STRATEGIES)
    for row, (one, regime) in enumerate(keys):
        if row % 2:
            ax.axhspan(row - 0.5, row + 0.5, color=ink(0.05), lw=0, zorder=0)
        for k, strategy in enumerate(_STRATEGIES):
            at = row + (k - (len(_STRATEGIES) - 1) / 2) * height
            found = next(r for r in one.rows if r.regime == regime and r.strategy == strategy)
            for low, high in found.threshold.intervals:
                left, right = one.per_year(low), one.per_year(high)
                if right - left < 1e-6:
                    ax.plot(left, at, "D", color=colour(k), ms=6)
                style: Look = {"color": colour(k), "hatch": pattern(k), "ec": paper(), "lw": 0}
                ax.barh(at, right - left, height * 0.8, left=left, **style)
            if not found.threshold.intervals:
                ax.text(0.995, at, "at none", color=ink(0.8), ha="right", va="center", fontsize=7.5)
        own = one.per_year(one.scenario.question.discount)
        ax.plot([own, own], [row - 0.45, row + 0.45], color=ink(), lw=2, zorder=3)
    names = [f"{a.scenario.id.replace('_', ' ')}\n{regime}" for a, regime in keys]
    rows(ax, names)
    ax.set(ylim=(len(keys) - 0.5, -0.5), xlim=(0, 1))
    ax.set_xlabel("discount factor per year at which the policy of both parties is an equilibrium")
    for k, strategy in enumerate(_STRATEGIES):
        ax.barh(-2, 0, color=colour(k), hatch=pattern(k), ec=paper(), lw=0, label=strategy.replace("_", " "))
    ax.plot([], [], color=ink(), lw=2, label="the dossier's own (assumption)")
    legend(ax, "above")
    return ax


def treaty_incidence(
    comparison: TreatyComparison, *, perspective: str = "agnostic", ax: Panels | None = None
) -> Panels:
    """Competing first causes of a notice over ten years, one panel a treaty; what is left on top is survival.

    Parameters
    ----------
    comparison : TreatyComparison
        Of the question "causes" or "all".
    perspective : str
        An account that every dossier of the comparison has.
    ax : array of matplotlib Axes, optional
        At least one for each treaty.

    Returns
    -------
    array of matplotlib Axes
    """
    answers = _answers(comparison, "causes", "causes")
    for one in answers:
        one.scenario.perspective(perspective)
    used = panels(ax, answers, 3, "treaty", sizes=(3.7, 2.9, 0.6))
    names = list(dict.fromkeys(c for a in answers for c in a.causes[perspective].causes))
    for one, panel in zip(answers, used[: len(answers)], strict=True):
        law = one.causes[perspective]
        years, below = one.years(law), np.zeros(len(law.cumulative))
        for k, cause in enumerate(names):
            top = below + (law.of(cause) if cause in law.causes else 0.0)
            look: Look = {
                "color": colour(k),
                "hatch": hatch(k),
                "ec": paper(),
                "lw": 0,
                "label": cause.replace("_", " "),
            }
            panel.fill_between(years, below, top, step="post", **look)
            below = top
        panel.step(years, below, where="post", color=ink(), lw=1)
        panel.set(xlim=(0, years[-1]), ylim=(0, 1))
        panel.set_title(one.scenario.id.replace("_", " "), fontsize="medium", loc="left")
        panel.set_xlabel("years")
        panel.tick_params(labelbottom=True)
    for panel in used[len(answers) :]:
        panel.set_visible(False)
    for panel in used[: len(answers) : min(3, len(answers)) if ax is None else 1]:
        panel.set_ylabel("P(notice), by first cause")
    legend(used[min(2, len(answers) - 1)], "beside", used[0].get_legend_handles_labels()[0])
    return used[: len(answers)]


def _answers(comparison: TreatyComparison, field: str, question: str) -> tuple[TreatyAnswers, ...]:
    if not isinstance(comparison, TreatyComparison) or not all(getattr(a, field) for a in comparison.answers):
        raise WrongConcept(f"this figure draws the result of ag.compare(scenarios, {question!r}) or 'all'.")
    return comparison.answers


def _year(day: date) -> float:
    first, after = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return day.year + (day - first) / (after - first)


def _end(s: Scenario) -> float:
    """Where the bar ends: the end of the treaty, else the last dated event."""
    if s.terms.ended is not None:
        return _year(s.terms.ended.last)
    return max(_year(e.date.last) for e in s.events) if s.events else _year(s.terms.in_force.last) + 1


def _told(s: Scenario) -> str:
    e = ending(s)
    asks = f"asks for {e.asks_days:g} days" if e.asks_days else "asks for none"
    if e.kind == "expiry":
        end = "expired"
    elif e.left is None:
        end = e.kind
    else:
        end = f"{e.by} left, none on record" if e.given_days is None else f"{e.by} gave {e.given_days}"
    return f"{asks}; {end}" + ("; end disputed" if s.disputed("terms.ended") else "")
