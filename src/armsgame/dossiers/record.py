"""What the record of a treaty holds: dated events, figures, claims, disputes, parties over time, and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from armsgame._shown import Value
from armsgame.dossiers.assumptions import PartyType, Perspective, Quantity, Question
from armsgame.dossiers.dates import When
from armsgame.dossiers.moves import date_order

__all__ = [
    "DATES",
    "MEMBERS",
    "ROLES",
    "Absent",
    "Actor",
    "Claim",
    "Dispute",
    "Event",
    "Fact",
    "Membership",
    "Passage",
    "Reading",
    "Record",
    "Regime",
    "Source",
    "Terms",
]

DATES = ("announced", "delivered", "published", "effective")
"""Dates that one act may have: said, handed over, made public, done or in force."""

ROLES = {
    "party": "bound by the text",
    "participant": "takes part in an arrangement that is no treaty",
    "successor": "holds the place of a party that ceased to exist",
    "signatory": "signed and is not bound",
    "host": "has arms of another on its ground",
    "notified": "received a notice of exit",
    "guarantor": "answers for another's restraint",
    "alliance": "speaks for several states",
    "organ": "an institution that decides, inspects or keeps the text",
    "affected": "not bound, and touched by what the parties do",
    "audience": "not bound, and watches",
    "outside": "not bound, and named as a reason",
}
"""Places in the roster, with what each means."""

MEMBERS = ("party", "participant", "successor")
"""Places of those who are bound; a reason stands where the model leaves one of them out."""


@dataclass(frozen=True, slots=True)
class Actor(Value):
    """Somebody whom the dossier names, and as what."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Membership(Value):
    """The place of an actor in the treaty over a span of time.

    Attributes
    ----------
    place : a key of `ROLES`
    since, until : When or None, None where that is open or not on record
    reason : str, why the model leaves out one that is bound; empty for the two parties of the model
    """

    actor: str
    place: str
    since: When | None = None
    until: When | None = None
    reason: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Terms(Value):
    """What the treaty obliges to, and how it is left.

    Attributes
    ----------
    signed : When or None, None for restraint that was announced and never signed
    ended : When or None, the day on which it ceased to bind, by exit or by expiry; a span over all readings if disputed
    expires : When or None, the day on which it ends by its own terms
    earliest_exit : When or None, no notice takes effect before that day
    unverified : names of entries above that rest on memory, where the rest has a source
    searched : str, where those were looked for in vain
    """

    in_force: When
    obligation: str
    notice: str
    source: str
    signed: When | None = None
    ended: When | None = None
    expires: When | None = None
    earliest_exit: When | None = None
    withdrawal_article: str = ""
    notice_condition: str = ""
    confidence: str = "found"
    unverified: tuple[str, ...] = ()
    searched: str = ""
    also: tuple[str, ...] = ()

    def recalled(self, name: str) -> bool:
        """Whether an entry rests on memory, by itself or with all the terms."""
        return self.confidence == "memory" or name in self.unverified


@dataclass(frozen=True, slots=True)
class Regime(Value):
    """A verification regime with its dates; `detection` names the parameter in force under it."""

    name: str
    begins: When
    detection: str
    ends: When | None = None
    note: str = ""
    source: str = ""
    confidence: str = "found"
    searched: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact(Value):
    """One number of the record, with unit and source.

    Attributes
    ----------
    value : float or None, None where the number follows from two dates
    between : two references to dates, such as ``("events.notice.delivered", "terms.ended")``; the unit is then
        "days", counted from first day to first day, or "years", whole ones
    """

    name: str
    unit: str
    value: float | None = None
    between: tuple[str, ...] = ()
    source: str = ""
    confidence: str = "found"
    searched: str = ""
    note: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event(Value):
    """A dated move; what is contested is worded as stated, alleged or denied by its speaker.

    Attributes
    ----------
    actor : who acts; for an allegation, who alleges
    move : a key of `armsgame.dossiers.moves.MOVES`
    text : one sentence, which `source` and `also` state
    announced, delivered, published, effective : When or None, as many as are known, each with its own precision
    target : whom the act concerns
    jointly : others who act with the actor
    speaker : who says that it happened, where that is not the actor and not undisputed
    searched : where a source was looked for in vain
    id : a name by which figures and disputes refer to the event
    """

    actor: str
    move: str
    text: str
    announced: When | None = None
    delivered: When | None = None
    published: When | None = None
    effective: When | None = None
    target: str = ""
    jointly: tuple[str, ...] = ()
    speaker: str = ""
    source: str = ""
    also: tuple[str, ...] = ()
    confidence: str = "found"
    searched: str = ""
    note: str = ""
    id: str = ""

    @property
    def dates(self) -> dict[str, When]:
        """Every date that is known, by its kind."""
        found = {kind: getattr(self, kind) for kind in DATES}
        return {kind: day for kind, day in found.items() if day is not None}

    @property
    def date(self) -> When:
        """The date that dates it: for what is said, the day on which it was; for what is done, the day of effect.

        Raises
        ------
        ValueError
            The event has no date.
        """
        dates = self.dates
        for kind in date_order(self.move):
            if kind in dates:
                return dates[kind]
        raise ValueError(f"the event {self.text!r} has no date")

    @property
    def others(self) -> str:
        """Its other dates in words; empty where there are none."""
        own = self.date
        return ", ".join(f"{kind} {day}" for kind, day in self.dates.items() if day != own)


@dataclass(frozen=True, slots=True)
class Claim(Value):
    """A charge of one side with the other side's reply. There is no field that says who is right."""

    id: str
    claimant: str
    respondent: str
    statement: str
    reply: str
    source: str
    reply_source: str
    status: str = "contested"
    also: tuple[str, ...] = ()
    reply_also: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading(Value):
    """One answer to a disputed question of the record.

    Attributes
    ----------
    holders : actors who hold it, or the words "contemporary reports" and the like
    sets : reference to a date ("terms.ended", "events.ID.effective") -> the date by this reading
    without : ids of events that had no effect by this reading
    values : parameter of the model -> number by this reading, where a term is disputed and not a date
    """

    name: str
    holders: tuple[str, ...]
    text: str
    source: str
    sets: Mapping[str, When] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispute(Value):
    """A date or a term that the record cannot settle: at least two readings, none of them stored as the right one."""

    id: str
    question: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Absent(Value):
    """Something that was looked for and is not on record; that is not to say that it did not happen."""

    what: str
    searched: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Passage(Value):
    """What one account says, in paraphrase, beside what other sources say about the same matter.

    Attributes
    ----------
    number : place in the account
    says : str, the account, and nothing but the account
    source : where the account stands
    others : str, what other sources say, each named; empty where none was looked at
    others_source : keys of sources
    """

    number: int
    says: str
    source: str
    others: str = ""
    others_source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source(Value):
    """A document that the dossier rests on.

    Attributes
    ----------
    title, publisher : as they stand on the document
    date : When or None, of the document itself; a span where it shows none and that is inferred (see `note`)
    url, shelfmark : an address, or where an archive or library keeps it
    kind : "primary" (the text, or the speaker's own words) or "secondary" (somebody tells of them)
    voice : actor whose own statement it is, or whose statement it reports; empty for nobody's
    read : When or None, when it was last read for this dossier
    """

    title: str
    kind: str
    publisher: str = ""
    date: When | None = None
    url: str = ""
    shelfmark: str = ""
    voice: str = ""
    read: When | None = None
    note: str = ""


@dataclass(frozen=True)
class Record(Value):
    """Every row of a dossier.

    Attributes
    ----------
    relation : str, why these two of the actors are the parties, where a treaty has more of them
    closed_on : When or None, the day up to which the record was kept
    roster : places of the actors in the treaty over time
    disputes : dates and terms that the record cannot settle, each with its readings
    absent : what was looked for and is not on record
    passages : one account, passage by passage, beside what other sources say
    quantities : mapping from parameter name to `Quantity`
    perspectives : mapping from name to `Perspective`
    """

    schema: int
    id: str
    title: str
    summary: str
    parties: tuple[str, str]
    actors: Mapping[str, Actor]
    terms: Terms
    question: Question
    quantities: Mapping[str, Quantity]
    types: tuple[PartyType, ...]
    perspectives: Mapping[str, Perspective]
    regimes: tuple[Regime, ...] = ()
    facts: tuple[Fact, ...] = ()
    events: tuple[Event, ...] = ()
    claims: tuple[Claim, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    relation: str = ""
    closed_on: When | None = None
    roster: tuple[Membership, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    absent: tuple[Absent, ...] = ()
    passages: tuple[Passage, ...] = ()
