"""The report in words."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

from armsgame.arithmetic.shares import digits, percent
from armsgame.arithmetic.tolerance import above, interval_text
from armsgame.dossiers.assumptions import own_rows
from armsgame.dossiers.evidence import dispute_lines, event_day
from armsgame.dossiers.readings import reference_of
from armsgame.study.scenarios import claims
from armsgame.study.scenarios.endings import ending
from armsgame.study.scenarios.report_record import Record, record_of

if TYPE_CHECKING:
    from armsgame.dossiers.record import Event
    from armsgame.study.scenarios.report import Report

__all__ = ["NO_DISPLAY", "belief", "deters", "discounts", "interval", "shared", "swings", "text"]

NO_DISPLAY = "The record shows no display that one party offered and the other declined: the question does not arise."


def text(r: Report) -> str:
    """Render the sections."""
    titles: list[tuple[str, Callable[[Report], list[str]]]] = [
        ("Assumptions and sources in force", _assumptions),
        ("What enforces compliance, by verification regime", _thresholds),
        ("Regime map", _map),
        ("Strategic outcomes by account", _strategic),
        ("What the display and its refusal say", _beliefs),
        ("Had the display been attended", _attended),
        ("Timeline", _timeline),
    ]
    if r.outlooks:
        titles.insert(4, ("Outcomes if behaviour is assumed", _assumed))
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
        "Types, the same list for both parties, and what each is assumed to do where no profile says it (assumptions):",
        *(
            f"  {t.name:<12s} {', '.join(f'{n} {v:g}' for n, v in t.parameters.items()) or 'as above':<24s} "
            f"{t.assumed_conduct:<8s} {t.meaning}"
            for t in s.types
        ),
        "Perspectives (priors and policies are assumptions; none is taken as true):",
    ]
    for name, p in s.perspectives.items():
        weights = "; ".join(
            f"{party}: {', '.join(f'{k} {v:g}' for k, v in law.items() if v)}" for party, law in p.types.items()
        )
        lines.append(f"  {name:<16s} {weights}")
        lines += [f"  {'':<16s} {line}" for line in own_rows(p)]
    lines.append(f"Contested claims: {len(s.claims)}, each with its reply; `armsgame show {s.id}` prints them.")
    return lines


def _thresholds(r: Report) -> list[str]:
    record = record_of(r)
    delta = record["question"]["discount"]
    lines = [
        f"Each regime is solved as if permanent: its end was not priced in [assumption]. Discount {delta:g}.",
        "Grim reacts to any alarm about either party; alarms are independent, one per party.",
        f"  {'strategy':<16s} {'game':<11s} {'regime':<27s} {'detection':<11s} {'holds for discount in':<24s} "
        f"at {delta:g}: largest gain, and where",
    ]
    for row in record["thresholds"]:
        d = row["detection"] if isinstance(row["detection"], tuple) else (row["detection"],)
        verdict = f"{row['kind'] if row['holds'] else 'refused'}: {row['largest_gain']:z.5f}"
        where = "" if row["holds"] else f" ({row['where'].partition(': gain')[0]})"
        lines.append(
            f"  {row['strategy']:<16s} {row['game']:<11s} {row['regime']:<27s} {' / '.join(f'{v:g}' for v in d):<11s} "
            f"{discounts(row):<24s} {verdict}{where}"
        )
        if row["has_closed_form"]:
            value = "none" if row["closed_form"] is None else above(row["closed_form"])
            lines.append(f"  {'':16s} closed form of the threshold: {value}")
    first, end, flip = r.scenario.regimes[0], record["anticipated_end"], record["flip"]
    if end is None or flip is None:
        lines.append(f"The dossier has no dated regime after {first.name!r}: no end of one is studied.")
        return lines
    refused = end["complying_kind"] == "refused"
    lines += [
        f"Anticipated instead: if the end of {first.name!r} is foreseen {end['periods']} periods ahead, "
        f"{claims.unravelling(end['unravels'], len(end['enforceable_after']))}:",
        f"  after the end, {end['after']};",
        f"  complying until an alarm is {end['complying_kind']}"
        + (f", gain {end['gain_against_complying']:z.5f} at {end['where']!r}" if refused else "")
        + f"; deploying throughout: {end['deploying_kind']}.",
        f"The flip is an assumption, not a finding: grim holds before and fails after in {percent(flip['share'])} % "
        f"of {flip['draws']:,} points of this dossier's box",
        "  " + ", ".join(f"{n} {a:.3g}-{b:.3g}" for n, (a, b) in flip["box"].items()) + " (false alarms log-uniform).",
    ]
    return lines


def _map(r: Report) -> list[str]:
    where = "at the question's discount factor; other profiles were not looked at here"
    lines = [f"What {claims.REVERSION.noun} deters {where}:"]
    for one in r.scenario.regimes:
        dates = f"{one.begins} to {one.ends if one.ends is not None else 'now'}"
        lines.append(f"  {one.name} ({dates}): {deters(record_of(r), one.name)}.")
    return lines


def _strategic(r: Report) -> list[str]:
    record = record_of(r)["strategic"]
    lines = [
        "Each account is solved as a game in which the parties have private types. Moves are public; conduct and types",
        f"are hidden. The regime is {r.scenario.asked_regime!r}, and play begins at {r.scenario.question.start!r}.",
        "A profile is listed only with a certificate that no type gains at any belief that histories can produce.",
        "Several profiles may hold, and nothing here says which one is played. Priors and payoffs are assumptions.",
        f"P(withdrawn) means within {r.periods} periods. It is exact. Beside it stands the share of {r.paths:,}",
        "sampled paths, on which the types are drawn once. Ties leave it open: the inner interval runs over",
        "resolutions that were certified again, the outer one over all.",
        "Standing is paid in each period until the treaty has ended, the concealment cost in each period of hidden",
        "deployment. That both stay and deploy is an equilibrium where no party's concealment cost exceeds its",
        "standing.",
        "At equal values, as at 0, a hollow treaty pays what no treaty pays, and ties decide whether it ends.",
    ]
    for name, a in record.items():
        lines.append(f"  {name}: prior {_laws(a['prior'])}")
        if not a["profiles"]:
            lines.append(f"    no profile was certified; the least gain of a deviation is {a['least_gain']:.4g}")
            continue
        count = len(a["profiles"])
        lines.append(
            f"    {count} certified profile{'s' * (count != 1)}: P(withdrawn) inner {_span(a['inner'])}, outer "
            f"{_span(a['outer'])}"
        )
        for p in a["profiles"]:
            tied = f"inner {_span(p['inner'])}, outer {_span(p['outer'])}" if p["ties"] else "nothing is tied"
            lines.append(
                f"    {p['name']:<24s} P(withdrawn) {digits(p['withdrawn_exact'])} exact, "
                f"{digits(p['withdrawn_sampled'])} sampled; P(notice) {digits(p['notice_exact'])}; {tied}"
            )
            lines.append(f"      the recorded public acts {_record_told(p)}")
            lines.append(f"      after the record {_believed(p['record_beliefs'])}")
            lines += [f"      {told}" for told in p["priors"].splitlines() if told.startswith("prior of")]
        lines += [f"    first moves: {told}" for told in _first_moves(a)]
        refused = dict.fromkeys(text for p in a["profiles"] for text in p["refused"])
        lines += [f"    an end is refused: {text}" for text in list(refused)[:2]]
        if len(refused) > 2:
            lines.append(f"    and {len(refused) - 2} more resolutions are refused; summary.json lists them")
        lines.append("    What moves the conclusion (P(withdrawn) over the certified profiles found from two starts):")
        lines += [f"      {told}" for told in swings(a)]
    return lines


def _record_told(p: Record) -> str:
    if p["record_on_path"]:
        return "lie on its path"
    return f"leave its path in {len(p['record_leaves_at'])} periods, first in {p['record_leaves_at'][0]}"


def _believed(beliefs: Record) -> str:
    """Tell what is held about each party's type at the end of the record."""
    return "; ".join(
        f"{party} is held to be {', '.join(f'{k} {digits(ends[1])}' for k, ends in own.items())}"
        for party, own in beliefs.items()
    )


def _laws(prior: Record) -> str:
    return "; ".join(f"{p}: {', '.join(f'{k} {v:g}' for k, v in law.items() if v)}" for p, law in prior.items())


def _span(ends: list[float]) -> str:
    return f"[{digits(ends[0])}, {digits(ends[1])}]"


def _first_moves(a: Record) -> list[str]:
    """First moves by type, profiles with the same ones together."""
    groups: dict[str, list[str]] = {}
    for p in a["profiles"]:
        told = "; ".join(
            f"{party}: {', '.join(f'{k} {move!r}' for k, move in own.items())}"
            for party, own in p["first_moves"].items()
        )
        groups.setdefault(told, []).append(p["name"])
    return [f"{told} ({', '.join(names)})" for told, names in groups.items()]


def swings(a: Record) -> list[str]:
    """Say how far each assumption moves P(withdrawn) under an account, from the record."""
    lines = []
    for s in a["swings"]:
        told = []
        for x in s["settings"]:
            span = "no certified profile found"
            if x["profiles"]:
                low, high = digits(x["least"]), digits(x["greatest"])
                span = low if low == high else f"{low} to {high}"
            told.append(f"{x['at']}: {span}")
        lines.append(f"{s['assumption']}: {'; '.join(told)}")
    return lines


def _assumed(r: Report) -> list[str]:
    record = record_of(r)
    lines = [
        f"{r.paths:,} paths of {r.periods} periods under {r.scenario.asked_regime!r}, from "
        f"{r.scenario.question.start!r}. Types are drawn once per path;",
        "behaviour is assumed (one policy per type), not derived: the largest one-shot gain is printed with it.",
        "Shares with 95 % intervals, beside exact probabilities.",
    ]
    for name, o in record["assumed"].items():
        lines.append(f"  {name}:")
        lines += [f"    {k:<26s} {told}" for k, told in o["lines"].items()]
        lines += [
            f"    {'withdrawn by the horizon':<26s} {digits(o['withdrawn_sampled'])} sampled, "
            f"{digits(o['withdrawn_exact'])} exact",
            f"    {'notice by the horizon':<26s} {digits(o['notice_exact'])} exact",
            f"    largest gain {o['largest_gain']:z.4f} ({o['where']})",
        ]
    return lines


def _beliefs(r: Report) -> list[str]:
    if not r.beliefs:
        return [NO_DISPLAY]
    one, found = next(iter(r.beliefs.values())), record_of(r)["display"]
    lines = [
        f"{one.displayer} offered a display and {one.demander} declined it; what each of them stated is in the "
        "timeline. The readings are one model at other numbers.",
        f"  {'perspective':<16s} {'P(violates)':<12s} {'after pass':<11s} {'after fail':<11s} {'leave above':<12s} "
        f"{'value of seeing':<16s} {'P(wants out)':<13s} after declining",
    ]
    for name, b in found.items():
        left = "undefined: declining cannot occur" if b["posterior_pretext"] is None else belief(b["posterior_pretext"])
        lines.append(
            f"  {name:<16s} {b['prior']:<12.3f} {belief(b['posterior_pass']):<11s} {belief(b['posterior_fail']):<11s} "
            f"{b['leave_threshold']:<12.3f} {b['value_of_information']:<16.4f} {b['prior_pretext']:<13.3f} {left}"
        )
    idle = [n for n, b in found.items() if not b["attends"]]
    if idle:
        why = "a sincere demander also stays away: declining says nothing there."
        lines.append(f"Where seeing has no value ({', '.join(idle)}), {why}")
    return lines


def _attended(r: Report) -> list[str]:
    if not r.attended:
        return [NO_DISPLAY]
    one, record = next(iter(r.beliefs.values())), record_of(r)
    lines = [
        f"The move is changed, {one.demander} attends; whether the demand is then dropped follows each perspective.",
        "Behaviour is assumed here, one policy for each type.",
        f"P(withdrawn within {r.periods} periods), from the pending demand on:",
    ]
    for name, a in record["display_attended"].items():
        why = claims.effect(a["differs"], a["difference_exact"], a["dropped"])
        lines.append(
            f"  {name:<16s} declined {digits(a['withdrawn_declined'])}, attended {digits(a['withdrawn_attended'])}, "
            f"difference {a['difference_exact']:+z.4f} exact, "
            f"{shared(a['difference_sampled'], a['standard_error'], r.paths)}{why}"
        )
    accounts = {(b["prior"], b["prior_pretext"]) for b in record["display"].values()}
    why = "share their priors, which are assumptions."
    if len(accounts) > 1:
        why = "differ in their priors, and each prior decides its own answer."
    lines += [
        f"This does not show that attending would have saved the treaty, nor who was right: the accounts {why}",
        "What a demander does when its demand expires follows its policy. Where it backs down free of cost the sign "
        "can turn, since a failed display gives cause to leave.",
    ]
    return lines


def _timeline(r: Report) -> list[str]:
    s = r.scenario
    lines = [
        f"  {e.date!s:<22s} {e.actor:<8s} {e.move:<22s} {e.text}{_marks(r, e)}"
        + (" [unverified, from memory]" if e.confidence == "memory" else "")
        for e in s.timeline()
    ]
    lines += dispute_lines(s)
    for name, reading in s.readings().items() if s.disputes else ():
        ended = "no end is on record" if reading.terms.ended is None else f"it ended on {reading.terms.ended}"
        lines.append(f"  By the reading {name!r}: {ending(reading).told}; {ended}.")
    lines += [f"Not on record (which is not: did not happen): {a.what}." for a in s.absent]
    return lines


def _marks(r: Report, event: Event) -> str:
    """Other dates of an event, and the readings of its own where it is disputed."""
    told = [event.others] if event.others else []
    if r.scenario.disputed(reference_of(event)):
        told.append(f"date {event_day(r.scenario, event)}")
    return f" ({'; '.join(told)})" if told else ""


def interval(low: float, high: float) -> str:
    """Words for an interval of discount factors, rounded inwards; a point stands in braces."""
    return f"{{{low!r}}}" if low == high else interval_text(low, high)


def shared(change: float, error: float, paths: int) -> str:
    """Words for a mean difference of pairs with shared draws; pairs that are all alike give no error of it."""
    if error > 0:
        return f"{change:+z.4f} +- {error:.4f} on shared draws"
    return f"{change:+z.4f} in each of {paths:,} pairs with shared draws"


def discounts(row: Record) -> str:
    """Words for the whole set of discount factors of a row of the record."""
    return ", ".join(interval(a, b) for a, b in row["discounts"]) or "none"


def deters(record: Record, regime: str) -> str:
    """Say what reversion deters under a regime, from the record."""
    found = record["reversion"][regime]
    periods = found["shortest_suspension"]
    return claims.deterrence(inf if periods is None else periods, found["permanent"])


def belief(value: float | None) -> str:
    """Words for a belief of the record."""
    return "undefined" if value is None else f"{value:.3f}"
