"""Faults of a record, by kind: they do not stop a dossier from loading, and `armsgame validate` reports them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import TypeAlias

from armsgame._shown import Value
from armsgame.dossiers.dossier import Scenario
from armsgame.dossiers.moves import ENDS, MOVES, NOTICE, unknown_moves
from armsgame.dossiers.record import MEMBERS

__all__ = ["KINDS", "RecordFault", "record_faults"]

KINDS = {
    "missing second side": "a claim whose reply has no source of its own, or an account that names no rival",
    "undated source": "a source without title, publisher, date, and an address or a shelfmark",
    "two dates for one act": "one act that stands twice, or a notice whose day of effect is not that of the exit",
    "unknown move": "a move that has no definition",
    "a term contradicted by an event": "a date among the terms that no event of that kind bears out",
    "memory without a search": "a statement from memory that does not say where it was looked for",
    "no speaker": "a contested sentence that does not say who states it",
    "outside the roster": "an actor without a place among the parties over time, or left out unexplained",
    "after the closing day": "an event later than the day up to which the record was kept",
}
"""Kinds of fault, with what each means."""

_STATED = re.compile(
    r"\b(alleg|stat|den(y|ies|ied)|declar|announc|accus|report|says?\b|said\b|hold|held\b|call|argu|claim|find|found\b|"
    r"describ|dispute|object|warn|answer|repl|note[sd]?\b|tell|told\b|raise|charg|assert|complain|question|write|wrote\b|"
    r"ask|reject|admit|insist|protest|regard|consider|demand)",
    re.IGNORECASE,
)

_Faults: TypeAlias = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class RecordFault(Value):
    """One fault.

    Attributes
    ----------
    kind : a key of `KINDS`
    path : where it stands, such as ``$.events[3]``
    text : what is wrong and what is allowed
    """

    kind: str
    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


def record_faults(scenario: Scenario) -> list[RecordFault]:
    """Every fault of the record, in the order of `KINDS`.

    Examples
    --------
    >>> import armsgame as ag
    >>> record_faults(ag.load_scenario("inf"))
    []
    """
    looks = (_second_sides, _sources, _acts, _moves, _terms, _searches, _speakers, _roster, _closing)
    return [RecordFault(kind, *found) for kind, look in zip(KINDS, looks, strict=True) for found in look(scenario)]


# each of these finds the faults of one kind of `KINDS`, in its order: where it stands, and what is wrong


def _moves(s: Scenario) -> _Faults:
    return ((path, line.partition(": ")[2]) for path, _, line in unknown_moves(s))


def _second_sides(s: Scenario) -> _Faults:
    for k, claim in enumerate(s.claims):
        if claim.source == claim.reply_source and claim.source in s.sources:
            told = f"{claim.reply_source!r} also carries the charge; allowed: a source of the reply's own"
            yield f"$.claims[{k}].reply_source", told
        if claim.claimant == claim.respondent:
            yield f"$.claims[{k}].respondent", f"{claim.respondent!r} answers itself"
    charged = {c.claimant for c in s.claims}
    if s.claims and len(charged) == 1:
        yield "$.claims", f"only {charged.pop()} makes claims; allowed: claims that go both ways"
    a, b = s.parties
    told = "no rival, though it does not treat both parties alike; allowed: the perspective that holds the opposite"
    for name, p in s.perspectives.items():
        if p.types[a] != p.types[b] and not p.rival:
            yield f"$.perspectives.{name}.rival", told


def _sources(s: Scenario) -> _Faults:
    for key, v in s.sources.items():
        lacks = [n for n in ("title", "publisher", "date") if not getattr(v, n)]
        if not (v.url.startswith(("https://", "http://")) or v.shelfmark):
            lacks.append("address or shelfmark")
        if v.title.startswith("("):
            lacks.append("title of its own (a description in brackets is none)")
        if lacks:
            yield f"$.sources.{key}", f"lacks {', '.join(lacks)}"


def _acts(s: Scenario) -> _Faults:
    for (i, a), (k, b) in combinations(enumerate(s.events), 2):
        if (a.actor, a.move, a.target) != (b.actor, b.move, b.target) or a.date == b.date:
            continue
        if SequenceMatcher(None, a.text.lower(), b.text.lower()).ratio() > 0.9:
            told = f"says what $.events[{i}] says, on {b.date} instead of {a.date}; allowed: one event with up to four"
            yield f"$.events[{k}]", f"{told} dates, or a dispute with two readings"
    exits = {e.actor: e for e in s.events if e.move == ENDS[0]}
    for k, e in enumerate(s.events):
        left = exits.get(e.actor)
        if e.move == NOTICE and e.effective is not None and left is not None and not left.date.meets(e.effective):
            yield f"$.events[{k}].effective", f"{e.effective}, and the exit of {e.actor} is dated {left.date}"


def _terms(s: Scenario) -> _Faults:
    for name, moves in (
        ("signed", ("sign",)),
        ("in_force", ("enter_into_force", "moratorium", "provisional_application")),
        ("ended", (*ENDS, "terminate", "snap_back")),
    ):
        day = getattr(s.terms, name)
        dated = [e.date for e in s.events if e.move in moves]
        if day is not None and dated and not any(d.meets(day) for d in dated):
            told = ", ".join(map(str, dated))
            yield f"$.terms.{name}", f"{day}, and the events of that kind are dated {told}"
    expired = next((k for k, e in enumerate(s.events) if e.move == "expire"), None)
    if expired is not None and s.terms.ended is None:
        yield f"$.events[{expired}]", "the treaty expires, and $.terms.ended is left out"
    if s.terms.earliest_exit is not None:
        for k, e in enumerate(s.events):
            if e.move == ENDS[0] and e.date.last < s.terms.earliest_exit.first:
                yield f"$.events[{k}]", f"{e.date} lies before the earliest exit, {s.terms.earliest_exit}"


def _searches(s: Scenario) -> _Faults:
    stated = [("$.terms", s.terms)]
    stated += [(f"$.{name}[{k}]", x) for name in ("regimes", "facts", "events") for k, x in enumerate(getattr(s, name))]
    for path, x in stated:
        if "memory" in (x.source, x.confidence) and not x.searched:
            yield path, "rests on memory; allowed: with 'searched', where it was looked for in vain"
    if s.terms.unverified and not s.terms.searched:
        yield "$.terms.unverified", "rests on memory; allowed: with 'searched'"
    for k, c in enumerate(s.claims):
        if "memory" in (c.source, c.reply_source) and not c.note:
            yield f"$.claims[{k}]", "rests on memory; allowed: with a note that says what was searched"


def _speakers(s: Scenario) -> _Faults:
    for k, e in enumerate(s.events):
        if e.move in MOVES and MOVES[e.move].stated and not _STATED.search(e.text):
            told = f"{e.text!r} has no word such as 'alleges', 'states' or 'denies'; allowed: wording that says whose"
            yield f"$.events[{k}].text", f"{told} statement it is"


def _roster(s: Scenario) -> _Faults:
    listed = {m.actor for m in s.roster}
    for name in s.actors:
        if name not in listed:
            yield f"$.actors.{name}", "has no place in $.roster"
    for party in s.parties:
        if party in listed and not any(m.actor == party and m.place in (*MEMBERS, "alliance") for m in s.roster):
            yield f"$.parties: {party!r}", f"is no member in $.roster; allowed: one of {MEMBERS}"
    for k, m in enumerate(s.roster):
        if m.place in MEMBERS and m.actor not in s.parties and not m.reason:
            yield f"$.roster[{k}].reason", f"{m.actor} is bound and no party of the model; allowed: the reason why"


def _closing(s: Scenario) -> _Faults:
    for k, e in enumerate(s.events):
        if s.closed_on is not None and e.date.first > s.closed_on.last:
            yield f"$.events[{k}]", f"dated {e.date}; the record was kept up to {s.closed_on}"
