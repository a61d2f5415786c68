"""The report in words."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING, Any

from armsgame.games.tolerance import above, interval_text

if TYPE_CHECKING:
    from armsgame.study.report import Report

__all__ = ["NO_DISPLAY", "interval", "text"]

NO_DISPLAY = "No party of this dossier offered a display that the other declined: the question does not arise."


def text(r: Report) -> str:
    """Render the seven sections."""
    titles: list[tuple[str, Callable[[Report], list[str]]]] = [
        ("Assumptions and sources in force", _assumptions),
        ("What enforces compliance, before and after", _thresholds),
        ("Regime map", _map),
        ("Outcomes", _outcomes),
        ("What the display and its refusal say", _beliefs),
        ("Had the display been attended", _attended),
        ("Timeline", _timeline),
    ]
    lines = [str(r.scenario), r.scenario.summary.strip(), *filter(None, [r.scenario.relation.strip()]), ""]
    for k, (title, part) in enumerate(titles, 1):
        lines += [f"{k}. {title}", "-" * (len(title) + 3), *part(r), ""]
    return "\n".join(lines)


def _assumptions(r: Report) -> list[str]:
    s, q = r.scenario, r.scenario.question
    treaty = s.treaty()
    lines = s.assumptions().splitlines()
    impatience, hazard = q.rate_per_year, q.political_hazard
    if impatience is not None and hazard is not None:
        lines.append(f"  {'':22s} (impatience {impatience:g} and political hazard {hazard:g} a year [{q.source}])")
    lines += [
        f"One period is {treaty.period_days:g} days; notice of {treaty.notice_days:g} days is rounded up to "
        f"{treaty.notice_periods} periods, a deadline of {treaty.deadline_days:g} days to {treaty.demand_periods}.",
        "Types, the same list for both parties (assumptions):",
        *(
            f"  {t.name:<12s} {', '.join(f'{n} {v:g}' for n, v in t.parameters.items()) or 'as above':<24s} {t.meaning}"
            for t in s.types
        ),
        "Perspectives (priors and policies are assumptions; none is taken as true):",
    ]
    for name, p in s.perspectives.items():
        weights = "; ".join(
            f"{party}: {', '.join(f'{k} {v:g}' for k, v in law.items() if v)}" for party, law in p.types.items()
        )
        lines.append(f"  {name:<16s} {weights}")
    lines.append(f"Contested claims: {len(s.claims)}, each with its reply; `armsgame show {s.id}` prints them.")
    return lines


def _thresholds(r: Report) -> list[str]:
    delta = r.scenario.question.discount
    lines = [
        f"Each regime is solved as if permanent: its end was not priced in [assumption]. Discount {delta:g}.",
        "Grim reacts to any alarm about either party; alarms are independent, one per party.",
        f"  {'strategy':<16s} {'game':<11s} {'regime':<27s} {'detection':<11s} {'holds for discount in':<24s} "
        f"at {delta:g}: largest gain, and where",
    ]
    for row in r.rows:
        found = ", ".join(interval(a, b) for a, b in row.threshold.intervals) or "none"
        d = row.detection if isinstance(row.detection, tuple) else (row.detection,)
        verdict = f"{row.certificate.kind if row.holds else 'refused'}: {float(row.certificate.max_gain):.5f}"
        where = (
            ""
            if row.holds
            else f" ({row.certificate.where.player}, {row.certificate.where.action} at {row.certificate.where.state})"
        )
        lines.append(
            f"  {row.strategy:<16s} {row.game:<11s} {row.regime:<27s} {' / '.join(f'{v:g}' for v in d):<11s} "
            f"{found:<24s} {verdict}{where}"
        )
        if row.closed_form is not None:
            value = above(row.closed_form) if isfinite(row.closed_form) else "none"
            lines.append(f"  {'':16s} closed form of the threshold: {value}")
    first = r.scenario.regimes[0]
    if r.end is None or r.flip is None:
        lines.append(f"The dossier has no dated regime after {first.name!r}: no end of one is studied.")
        return lines
    lines += [
        f"Anticipated instead: if the end of {first.name!r} is foreseen {r.end.periods} periods ahead, "
        + (
            "compliance unravels to the first period: "
            if r.end.unravels
            else "compliance need not unravel, because more than one profile is left after it: "
        ),
        f"  after the end, {r.end.after};",
        f"  complying until an alarm is refused, gain {float(r.end.comply_until_end.max_gain):.5f} at "
        f"{r.end.comply_until_end.where.state!r}; deploying throughout: {r.end.deploy_throughout.kind}."
        if not r.end.comply_until_end.ok
        else f"  complying until an alarm is {r.end.comply_until_end.kind}.",
        f"The flip is an assumption, not a finding: grim holds before and fails after in {100 * r.flip.share:.0f} % of "
        f"{r.flip.draws:,} points of the box",
        "  " + ", ".join(f"{n} {a:g}-{b:g}" for n, (a, b) in r.flip.box.items()) + " (false alarms log-uniform).",
    ]
    return lines


def _map(r: Report) -> list[str]:
    lines = ["Shortest suspension that deters, in periods, at the question's discount factor:"]
    for regime in r.scenario.regimes:
        rows = [row for row in r.rows if row.regime == regime.name and row.game == "one status"]
        grim = next(row for row in rows if row.strategy == "grim")
        suspend = next(row for row in rows if row.strategy.startswith("suspend"))
        if suspend.holds:
            verdict = f"{suspend.strategy} holds"
        elif grim.holds:
            verdict = "only a longer or permanent reversion holds"
        else:
            verdict = "no reversion of any length holds"
        lines.append(f"  {regime.name} ({_dates(regime)}): {verdict}.")
    return lines


def _outcomes(r: Report) -> list[str]:
    lines = [
        f"{r.paths:,} paths of {r.periods} periods under {r.scenario.asked_regime!r}, from "
        f"{r.scenario.question.start!r}. Types are drawn once per path;",
        "behaviour is assumed (one policy per type), not derived: the largest one-shot gain is printed with it.",
    ]
    for name, o in r.outlooks.items():
        lines.append(f"  {name}:")
        found = o.paths.outcomes()
        lines += [f"    {k:<26s} {found[k]:.4f} +- {found.errors[k]:.4f}" for k in found.shares]
        sampled = float(o.paths.happened("withdrawn").mean())
        lines += [
            f"    {'withdrawn by the horizon':<26s} {sampled:.4f} sampled, {1 - o.law.survival[-1]:.4f} exact",
            f"    largest gain {o.largest_gain:.4f} ({o.where})",
        ]
    return lines


def _beliefs(r: Report) -> list[str]:
    if not r.beliefs:
        return [NO_DISPLAY]
    one = next(iter(r.beliefs.values()))
    lines = [
        f"{one.displayer} offered a display and {one.demander} declined it; what each of them stated is in the "
        "timeline. Both readings are one model at other numbers.",
        f"  {'perspective':<16s} {'P(violates)':<12s} {'after pass':<11s} {'after fail':<11s} {'leave above':<12s} "
        f"{'value of seeing':<16s} {'P(wants out)':<13s} after declining",
    ]
    for name, b in r.beliefs.items():
        f = b.found
        lines.append(
            f"  {name:<16s} {b.prior:<12.3f} {f.posterior:<11.3f} {f.posterior_after_fail:<11.3f} "
            f"{f.leave_threshold:<12.3f} {f.value_of_information:<16.4f} {b.prior_pretext:<13.3f} "
            f"{_belief(b.posterior_pretext)}"
        )
    idle = [n for n, b in r.beliefs.items() if not b.found.attends]
    if idle:
        lines.append(
            f"Where seeing has no value ({', '.join(idle)}), a sincere demander also stays away: declining says "
            "nothing there."
        )
    return lines


def _attended(r: Report) -> list[str]:
    if not r.attended:
        return [NO_DISPLAY]
    one = next(iter(r.beliefs.values()))
    lines = [
        f"The move is changed, {one.demander} attends; whether the demand is then dropped follows each perspective.",
        f"P(withdrawn within {r.periods} periods), from the pending demand on:",
    ]
    for name, a in r.attended.items():
        change = float(a.difference[-1])
        tail = "" if change else "  no effect: the demand is kept whatever the display shows"
        lines.append(
            f"  {name:<16s} declined {1 - a.declined.survival[-1]:.4f}, attended {1 - a.attended.survival[-1]:.4f}, "
            f"difference {change:+.4f} exact, {a.sampled:+.4f} +- {a.error:.4f} on shared draws{tail}"
        )
    lines += [
        "This does not show that attending would have saved the treaty, nor who was right: the accounts differ in",
        "their priors, and each prior decides its own answer. Demanders are taken to give notice when a demand",
        "expires, because backing down then costs them; with a free way back the sign can turn, since a failed",
        "display gives cause to leave.",
    ]
    return lines


def _timeline(r: Report) -> list[str]:
    return [
        f"  {e.date!s:<22s} {e.actor:<8s} {e.move:<22s} {e.text}"
        + (" [unverified, from memory]" if e.confidence == "memory" else "")
        for e in r.scenario.timeline()
    ]


def interval(low: float, high: float) -> str:
    """Words for an interval of discount factors, rounded inwards; a point stands in braces."""
    return f"{{{low!r}}}" if low == high else interval_text(low, high)


def _dates(regime: Any) -> str:
    return f"{regime.begins} to {regime.ends if regime.ends is not None else 'now'}"


def _belief(value: float) -> str:
    return f"{value:.3f}" if isfinite(value) else "undefined: declining cannot occur"
