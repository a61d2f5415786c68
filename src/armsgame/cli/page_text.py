"""Sentences and cells of the page: answers, thresholds, beliefs, and what each figure shows in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from armsgame.arithmetic.shares import digits
from armsgame.study.scenarios import claims
from armsgame.study.scenarios.report_text import belief, deters, discounts, interval

if TYPE_CHECKING:
    from armsgame.study.scenarios.report import Report
    from armsgame.study.scenarios.report_record import Record

__all__ = ["CAPTIONS", "alternative", "answers", "beliefs", "thresholds"]

CAPTIONS = {
    "thresholds": "Discount factors at which each strategy is an equilibrium, by verification regime.",
    "regime_map": f"{claims.CAPTION}, over detection and patience; the marked points are assumptions.",
    "survival": "Survival of the treaty under every certified profile, by account; bands show what ties leave open.",
    "outcomes": "Probability of each outcome under every certified profile, by account.",
    "assumed": "Survival of the treaty and shares of outcomes, by account; behaviour is assumed.",
    "display": "Beliefs after the display, had it been seen, and after it was declined, by perspective.",
    "attended": "Change in P(withdrawn) if the display is attended instead of declined, by perspective.",
    "timeline": "The same moves as in the table; open marks are from memory and unverified.",
}


def answers(r: Report) -> list[str]:
    """Give the headline results; those about outcomes for every perspective of the report."""
    record = r.summary()
    out, delta = [], record["question"]["discount"]
    for regime in r.scenario.regimes:
        rows = [row for row in record["thresholds"] if row["regime"] == regime.name]
        holds = [f"{row['strategy'].replace('_', ' ')} ({row['game']})" for row in rows if row["holds"]]
        grim = next(row for row in rows if row["strategy"] == "grim")
        told = claims.patience("grim", [interval(a, b) for a, b in grim["discounts"]])
        out.append(f"Under {regime.name}, {told}; {claims.holding(holds, delta)}.")
    end = record["anticipated_end"]
    if end is not None:
        left = claims.unravelling(end["unravels"], len(end["enforceable_after"]))
        out.append(f"If the end of {r.scenario.regimes[0].name} is foreseen {end['periods']} periods ahead, {left}.")
    for name, a in record["strategic"].items():
        out.append(f"{r.scenario.perspectives[name].title}: {_strategic(a, r.periods)}")
    if len(record["strategic"]) < len(r.scenario.perspectives):
        out.append("Other perspectives of the dossier were left out on request; they give other numbers.")
    e = record["ending"]
    asks = f"The terms ask for {e['asks_days']:g} days of notice" if e["asks_days"] else "The terms ask for no notice"
    out.append(f"{asks}; {e['told']}" + ("." if e["verified"] else " (unverified, from memory)."))
    return out


def thresholds(r: Report) -> list[list[str]]:
    """Cells of the threshold table."""
    found = []
    for row in r.summary()["thresholds"]:
        verdict = row["kind"] if row["holds"] else "refused"
        named = (row["strategy"], row["game"], row["regime"])
        found.append([*named, discounts(row), verdict, f"{row['largest_gain']:z.5f}"])
    return found


def beliefs(r: Report) -> list[list[str]]:
    """Cells of the table of beliefs."""
    keys = ("prior", "posterior_pass", "posterior_fail", "prior_pretext", "posterior_pretext")
    found = r.summary()["display"].items()
    return [[r.scenario.perspectives[name].title, *(belief(b[k]) for k in keys)] for name, b in found]


def alternative(r: Report, name: str) -> str:
    """Say in words what a figure shows, for readers who do not see it."""
    record = r.summary()
    if name == "thresholds":
        rows = record["thresholds"]
        never = [f"{row['strategy']} under {row['regime']}" for row in rows if not row["discounts"]]
        tail = f" At no discount factor: {'; '.join(never)}." if never else ""
        return f"Bars of the intervals of the table above, one for each of {len(rows)} strategies and regimes.{tail}"
    if name == "regime_map":
        marks = "; ".join(
            f"{regime.name} at detection {r.scenario.parameters[regime.detection]}: {deters(record, regime.name)}"
            for regime in r.scenario.regimes
        )
        return f"Map of detection from 0 to 1 and discount factor from 0.5 to 0.99. Marked: {marks}."
    if name == "survival":
        told = "; ".join(f"{n}: {_strategic(a, r.periods)}" for n, a in record["strategic"].items())
        return f"A panel for each account with a falling curve for each certified profile. {told}"
    if name == "outcomes":
        return "A panel for each account with the bars of the table above."
    if name == "assumed":
        ends = "; ".join(f"{n} {_short(1 - o['withdrawn_exact'])}" for n, o in record["assumed"].items())
        return f"Falling survival curves and bars of outcomes. Survival at the horizon: {ends}."
    if name == "display":
        told = "; ".join(
            f"{n} from {b['prior']:.2f} to {belief(b['posterior_pass'])}" for n, b in record["display"].items()
        )
        return f"Belief in a violation before and after a pass: {told}."
    if name == "attended":
        told = "; ".join(f"{n} {a['difference_exact']:+z.3f}" for n, a in record["display_attended"].items())
        return f"Curves of the difference over time. At the horizon: {told}."
    unverified = sum(e.confidence == "memory" for e in r.scenario.events)
    return f"{len(r.scenario.events)} dated moves in rows, a column for each actor; {unverified} are unverified."


def _strategic(a: Record, periods: int) -> str:
    """Say how likely withdrawal is over the certified profiles of an account, with what ties leave open."""
    if not a["profiles"]:
        return f"no profile was certified; the least gain of a deviation is {a['least_gain']:.4g}."
    count = len(a["profiles"])
    inner, outer = ([_short(v) for v in a[k]] for k in ("inner", "outer"))
    span = inner[0] if inner[0] == inner[1] else f"{inner[0]} to {inner[1]}"
    beyond = "" if outer == inner else f" (with every way to resolve ties: {outer[0]} to {outer[1]})"
    profiles = "one certified profile" if count == 1 else f"{count} certified profiles"
    return f"P(withdrawn within {periods} periods) is {span} over {profiles}{beyond}."


def _short(p: float) -> str:
    """Three decimals of a probability, more where these would make it 0 or 1."""
    exact = digits(p)
    return f"{p:.3f}" if exact in ("0.0000", "1.0000") or 0.0005 <= p < 0.9995 else exact
