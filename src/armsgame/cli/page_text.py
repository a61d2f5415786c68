"""Sentences and cells of the page: answers, thresholds, beliefs, and what each figure shows in words."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from armsgame.games.tolerance import above
from armsgame.study.endings import ending
from armsgame.study.words import interval

if TYPE_CHECKING:
    from armsgame.study.report import Report

__all__ = ["CAPTIONS", "alternative", "answers", "beliefs", "thresholds"]

CAPTIONS = {
    "thresholds": "Discount factors at which each strategy is an equilibrium, by verification regime.",
    "regime_map": "Shortest suspension that deters, over detection and patience; the marked points are assumptions.",
    "outcomes": "Survival of the treaty and shares of outcomes, by perspective; behaviour is assumed.",
    "display": "Beliefs after the display, had it been seen, and after it was declined, by perspective.",
    "attended": "Change in P(withdrawn) if the display is attended instead of declined, by perspective.",
    "timeline": "The same moves as in the table; open marks are from memory and unverified.",
}


def answers(r: Report) -> list[str]:
    """Give the headline results; those about outcomes for every perspective of the report."""
    out, delta = [], r.scenario.question.discount
    for regime in r.scenario.regimes:
        rows = [row for row in r.rows if row.regime == regime.name]
        holds = [f"{row.strategy.replace('_', ' ')} ({row.game})" for row in rows if row.holds]
        grim = next(row for row in rows if row.strategy == "grim")
        value = grim.threshold.value
        told = f"holds from a discount factor of {above(value, 4)} on" if isfinite(value) else "never holds"
        kept = f"certified at {delta:g}: {', '.join(holds)}" if holds else f"nothing that was tried holds at {delta:g}"
        out.append(f"Under {regime.name}, grim {told}; {kept}.")
    if r.end is not None:
        left = "unravels to the first period" if r.end.unravels else "need not unravel"
        first = r.scenario.regimes[0].name
        out.append(f"If the end of {first} is foreseen {r.end.periods} periods ahead, compliance {left}.")
    for name, o in r.outlooks.items():
        title = r.scenario.perspectives[name].title
        out.append(
            f"{title}: P(withdrawn within {r.periods} periods) is {1 - o.law.survival[-1]:.3f}, "
            f"P(notice) {1 - o.notice.survival[-1]:.3f} (exact; behaviour assumed)."
        )
    if len(r.outlooks) < len(r.scenario.perspectives):
        out.append("Other perspectives of the dossier were left out on request; they give other numbers.")
    out.append(_ended(r))
    return out


def thresholds(r: Report) -> list[list[str]]:
    """Cells of the threshold table."""
    return [
        [
            row.strategy,
            row.game,
            row.regime,
            ", ".join(interval(a, b) for a, b in row.threshold.intervals) or "none",
            row.certificate.kind if row.holds else "refused",
            f"{float(row.certificate.max_gain):.5f}",
        ]
        for row in r.rows
    ]


def beliefs(r: Report) -> list[list[str]]:
    """Cells of the table of beliefs."""
    return [
        [
            r.scenario.perspectives[name].title,
            f"{b.prior:.3f}",
            _number(b.found.posterior),
            _number(b.found.posterior_after_fail),
            f"{b.prior_pretext:.3f}",
            _number(b.posterior_pretext),
        ]
        for name, b in r.beliefs.items()
    ]


def alternative(r: Report, name: str) -> str:
    """Say in words what a figure shows, for readers who do not see it."""
    if name == "thresholds":
        never = [f"{row.strategy} under {row.regime}" for row in r.rows if not row.threshold.intervals]
        tail = f" At no discount factor: {'; '.join(never)}." if never else ""
        return f"Bars of the intervals of the table above, one for each of {len(r.rows)} strategies and regimes.{tail}"
    if name == "regime_map":
        marks = "; ".join(
            f"{regime.name} at detection {r.scenario.parameters[regime.detection]}" for regime in r.scenario.regimes
        )
        return f"Map of detection from 0 to 1 and discount factor from 0.5 to 0.99. Marked: {marks}."
    if name == "outcomes":
        ends = "; ".join(f"{n} {o.law.survival[-1]:.3f}" for n, o in r.outlooks.items())
        return f"Falling survival curves and bars of the table above. Survival at the horizon: {ends}."
    if name == "display":
        told = "; ".join(f"{n} from {b.prior:.2f} to {_number(b.found.posterior)}" for n, b in r.beliefs.items())
        return f"Belief in a violation before and after a pass: {told}."
    if name == "attended":
        told = "; ".join(f"{n} {a.difference[-1]:+.3f}" for n, a in r.attended.items())
        return f"Curves of the difference over time. At the horizon: {told}."
    unverified = sum(e.confidence == "memory" for e in r.scenario.events)
    return f"{len(r.scenario.events)} dated moves in rows, a column for each actor; {unverified} are unverified."


def _ended(r: Report) -> str:
    e = ending(r.scenario)
    asks = f"The terms ask for {e.asks_days:g} days of notice" if e.asks_days else "The terms ask for no notice"
    if e.kind == "expiry":
        return f"{asks}; the treaty expired on {e.left}."
    if e.left is None:
        return f"{asks}; the record shows no exit."
    given = f"gave {e.given_days} days and left on {e.left}" if e.given_days else f"left at once, on {e.left}"
    return f"{asks}; {e.by} {given}" + ("." if e.verified else " (unverified, from memory).")


def _number(value: float) -> str:
    return f"{value:.3f}" if isfinite(value) else "undefined"
