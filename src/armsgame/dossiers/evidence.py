"""What each statement of a dossier rests on, and how disputed dates are put into words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from armsgame._shown import Value
from armsgame.dossiers.dates import When
from armsgame.dossiers.dossier import Scenario
from armsgame.dossiers.readings import reference_of
from armsgame.dossiers.record import Event, Reading

__all__ = [
    "Statement",
    "balance",
    "balance_table",
    "day_text",
    "dispute_lines",
    "event_day",
    "sources_text",
    "statements",
]


@dataclass(frozen=True, slots=True)
class Statement(Value):
    """One sentence or figure with what it rests on.

    Attributes
    ----------
    path : where it stands, such as ``events[3]``
    text : the sentence
    sources : keys of `Scenario.sources`, the main one first; empty where it rests on none
    """

    path: str
    text: str
    sources: tuple[str, ...]


def statements(s: Scenario) -> Iterator[Statement]:
    """Every statement of the record; assumptions of the model are none."""

    def keys(*given: str) -> tuple[str, ...]:
        return tuple(k for k in given if k in s.sources)

    yield Statement("terms", s.terms.obligation, keys(s.terms.source, *s.terms.also))
    for k, r in enumerate(s.regimes):
        yield Statement(f"regimes[{k}]", f"{r.name}, {r.begins} to {r.ends or 'now'}", keys(r.source, *r.also))
    for k, f in enumerate(s.facts):
        yield Statement(f"facts[{k}]", f"{f.name}: {s.value(f):g} {f.unit}", keys(f.source, *f.also))
    for k, e in enumerate(s.events):
        yield Statement(f"events[{k}]", e.text, keys(e.source, *e.also))
    for k, c in enumerate(s.claims):
        yield Statement(f"claims[{k}].statement", c.statement, keys(c.source, *c.also))
        yield Statement(f"claims[{k}].reply", c.reply, keys(c.reply_source, *c.reply_also))
    for k, d in enumerate(s.disputes):
        for j, reading in enumerate(d.readings):
            yield Statement(f"disputes[{k}].readings[{j}]", reading.text, keys(reading.source, *reading.also))
    for k, m in enumerate(s.roster):
        if m.source:
            yield Statement(f"roster[{k}]", f"{m.actor}: {m.place}", keys(m.source))
    for k, p in enumerate(s.passages):
        yield Statement(f"passages[{k}].says", p.says, keys(p.source))
        if p.others:
            yield Statement(f"passages[{k}].others", p.others, keys(*p.others_source))


def balance(s: Scenario) -> dict[str, int]:
    """Count statements by the voice of their main source: each party, others, nobody's voice, and no source.

    Examples
    --------
    >>> import armsgame as ag
    >>> sorted(balance(ag.load_scenario("inf")))
    ['Russia', 'US', 'no source', 'nobody', 'others']
    """
    counts = dict.fromkeys((*s.parties, "others", "nobody", "no source"), 0)
    for one in statements(s):
        if not one.sources:
            counts["no source"] += 1
            continue
        voice = s.sources[one.sources[0]].voice
        counts[voice if voice in s.parties else "others" if voice else "nobody"] += 1
    return counts


def balance_table(scenarios: Iterable[Scenario]) -> str:
    """Table in Markdown of `balance`, one row a dossier."""
    lines = [
        "| dossier | first party | second party | others' voice | nobody's voice | no source |",
        "|---|---|---|---|---|---|",
    ]
    for s in scenarios:
        counts = balance(s)
        sides = " | ".join(f"{party} {counts[party]}" for party in s.parties)
        rest = " | ".join(str(counts[k]) for k in ("others", "nobody", "no source"))
        lines.append(f"| `{s.id}` | {sides} | {rest} |")
    return "\n".join(lines)


def day_text(s: Scenario, reference: str, day: When) -> str:
    """Text of a date; where it is disputed, every reading with those who hold it."""
    readings = s.disputed(reference)
    return _readings(reference, readings) if readings else str(day)


def event_day(s: Scenario, event: Event) -> str:
    """Text of the date of an event, as `day_text` gives it."""
    return day_text(s, reference_of(event), event.date)


def dispute_lines(s: Scenario) -> list[str]:
    """Every dispute with its readings, one line each; none is taken as the right one."""
    lines = []
    for d in s.disputes:
        lines.append(f"Disputed: {d.question}")
        for r in d.readings:
            days = ", ".join(dict.fromkeys(str(day) for day in r.sets.values()))
            cited = s.cited(r.source)
            lines.append(f"  {days or r.name} ({', '.join(r.holders)}): {r.text} [{cited}]")
    return lines


def sources_text(s: Scenario) -> str:
    """List the evidence of a dossier: every document with what rests on it, and the balance between the sides."""
    resting: dict[str, list[str]] = {key: [] for key in s.sources}
    for one in statements(s):
        for key in one.sources:
            resting[key].append(one.path)
    for name, q in s.quantities.items():
        if q.source in resting:
            resting[q.source].append(f"parameters.{name}")
    counts = balance(s)
    lines = [f"Evidence of {s.title!r}", "Statements by the voice of their main source:"]
    lines += [f"  {name:<12s} {n:4d}" for name, n in counts.items()]
    lines.append("")
    for key, v in s.sources.items():
        lines.append(f"{key}: {v.title}")
        told = [v.publisher, str(v.date or "no date"), v.kind, f"voice: {v.voice or 'nobody'}"]
        if v.read is not None:
            told.append(f"read {v.read}")
        lines.append(f"  {'; '.join(filter(None, told))}")
        lines.append(f"  {v.url or v.shelfmark or 'no address'}" + (f" ({v.note})" if v.note else ""))
        lines.append(f"  rests on it: {', '.join(resting[key]) or 'nothing'}")
    bare = [x for x in statements(s) if not x.sources]
    if bare:
        lines += ["", "Without a source that was read:", *(f"  {x.path}: {x.text}" for x in bare)]
    if s.absent:
        lines += ["", "Looked for, and not on record (which is not: did not happen):"]
        lines += [f"  {a.what}. Searched: {a.searched}" for a in s.absent]
    return "\n".join(lines)


def _readings(reference: str, readings: tuple[Reading, ...]) -> str:
    told = " or ".join(f"{r.sets[reference]} ({', '.join(r.holders)})" for r in readings)
    return f"disputed: {told}"
