"""A treaty's dossier: dated facts, contested claims, perspectives, and the parameters of its model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from armsgame.dossiers.dates import When
from armsgame.errors import ScenarioError, close_matches
from armsgame.treaty.parameters import dictionary
from armsgame.treaty.treaty import Party, Treaty

__all__ = [
    "Actor",
    "Claim",
    "Event",
    "Fact",
    "PartyType",
    "Perspective",
    "Quantity",
    "Question",
    "Regime",
    "Scenario",
    "Source",
    "Terms",
]

_PARTY = frozenset(f.name for f in fields(Party))
_TERMS = frozenset(f.name for f in fields(Treaty)) - {"parties", "parameters", "demand", "notice"}
_QUESTION = ("discount", "periods")
_BY_USER = "set by the user"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody whom the dossier names, and as what."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What the treaty obliges to, and how it is left.

    Attributes
    ----------
    signed : When or None, None for restraint that was announced and never signed
    ended : When or None, the day on which it ceased to bind, by exit or by expiry
    expires : When or None, the day on which it ends by its own terms
    earliest_exit : When or None, no notice takes effect before that day
    unverified : names of entries above that rest on memory, where the rest has a source
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

    def recalled(self, name: str) -> bool:
        """Whether an entry rests on memory, by itself or with all the terms."""
        return self.confidence == "memory" or name in self.unverified


@dataclass(frozen=True, slots=True)
class Regime:
    """A verification regime with its dates; `detection` names the parameter in force under it."""

    name: str
    begins: When
    detection: str
    ends: When | None = None
    note: str = ""
    source: str = ""
    confidence: str = "found"


@dataclass(frozen=True, slots=True)
class Fact:
    """One number of the record, with unit and source."""

    name: str
    value: float
    unit: str
    source: str = ""
    confidence: str = "found"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """The default question: discount factor per period, horizon in periods, first state, regime (or the last).

    `box` gives ranges of assumptions for the question whether enforcement flips at the end of the first regime.
    """

    discount: float
    periods: int
    start: str
    source: str
    rate_per_year: float | None = None
    political_hazard: float | None = None
    regime: str | None = None
    note: str = ""
    box: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quantity:
    """Value of a parameter (for both parties, or by party) with its source or the word "assumption"."""

    value: float | Mapping[str, float]
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PartyType:
    """What a party may be: changes to its parameters."""

    name: str
    parameters: Mapping[str, float]
    source: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Perspective:
    """One account of the history: how it weighs types, and how each type is taken to behave.

    Attributes
    ----------
    types : party -> type -> probability
    policies : type -> name of a policy of `armsgame.treaty`
    prior_violation : party -> P(it violates) in the eyes of the other party, were that one sincere
    pass_compliant, pass_violating : P(a display is passed | type)
    attend_error : P(a party attends or stays away against its intention)
    """

    title: str
    text: str
    prior_violation: Mapping[str, float]
    pass_compliant: float
    pass_violating: float
    types: Mapping[str, Mapping[str, float]]
    policies: Mapping[str, str]
    source: str
    attend_error: float = 0.0


@dataclass(frozen=True, slots=True)
class Event:
    """A dated move; what is contested is worded as stated, alleged or denied by its actor."""

    date: When
    actor: str
    move: str
    text: str
    confidence: str
    target: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A charge of one side with the other side's reply. There is no field that says who is right."""

    id: str
    claimant: str
    respondent: str
    statement: str
    reply: str
    source: str
    reply_source: str
    status: str = "contested"


@dataclass(frozen=True, slots=True)
class Source:
    """A document that the dossier rests on."""

    title: str
    kind: str
    url: str = ""
    date: str = ""
    note: str = ""


@dataclass(frozen=True)
class Scenario:
    """A treaty dossier.

    Attributes
    ----------
    relation : str, why these two of the actors are the parties, where a treaty has more of them
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

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        """Value of every parameter by name: a number, or a mapping from party to number."""
        return {name: q.value for name, q in self.quantities.items()}

    def replace(self, **changes: Any) -> Scenario:
        """Return the scenario with other parameters, or another default discount or horizon.

        A number holds for both parties; ``outside_option={"US": 1.2}`` for the parties named.

        Raises
        ------
        ScenarioError
            Unknown or out-of-range parameters, all at once, with field, value and range.
        """
        allowed = [*self.quantities, *_QUESTION]
        faults, quantities, question = [], dict(self.quantities), self.question
        for name, value in changes.items():
            if name not in allowed:
                faults.append(f"{name} is no parameter of {self.id!r}. {close_matches(name, allowed)}")
                continue
            found = parameter_faults(name, value, self.parties)
            faults.extend(found)
            if found:
                continue
            if name in _QUESTION:
                question = replace(question, source=_BY_USER, note="")
                if name == "periods":
                    question = replace(question, periods=int(value))
                else:
                    question = replace(question, discount=float(value), rate_per_year=None, political_hazard=None)
            else:
                old = quantities[name].value
                if isinstance(value, Mapping):
                    base = dict(old) if isinstance(old, Mapping) else dict.fromkeys(self.parties, old)
                    value = base | {party: float(v) for party, v in value.items()}
                else:
                    value = float(value)
                quantities[name] = Quantity(value, _BY_USER)
        if faults:
            raise ScenarioError(f"scenario {self.id!r} cannot take these values:", faults)
        return replace(self, quantities=quantities, question=question)

    def treaty(self, *, regime: str | None = None, types: Mapping[str, str] | None = None) -> Treaty:
        """Build the model of the dossier.

        Parameters
        ----------
        regime : str, optional
            A verification regime of `regimes`; its detection rate is used as if permanent.
        types : mapping from party to type name, optional
            Parties that are of another type than the scenario's parameters say.

        Raises
        ------
        ScenarioError
            Unknown regime, party or type, with the close matches.
        """
        values = dict(self.parameters)
        if regime is not None:
            named = {r.name: r for r in self.regimes}
            if regime not in named:
                raise ScenarioError(f"regime {regime!r} is unknown. {close_matches(regime, named)}")
            values["detection"] = values[named[regime].detection]
        changes = {n: v for n, v in values.items() if n in _PARTY or n in _TERMS}
        own: dict[str, dict[str, float]] = {}
        catalogue = {t.name: t for t in self.types}
        for party, name in (types or {}).items():
            if party not in self.parties:
                raise ScenarioError(f"party {party!r} is unknown. {close_matches(party, self.parties)}")
            if name not in catalogue:
                raise ScenarioError(f"type {name!r} is unknown. {close_matches(name, catalogue)}")
            for key, value in catalogue[name].parameters.items():
                own.setdefault(key, {})[party] = value
        return Treaty(parties=self.parties).replace(**changes).replace(**own)

    @property
    def asked_regime(self) -> str | None:
        """Verification regime of the default question: the one it names, or the last; None without regimes."""
        return self.question.regime or (self.regimes[-1].name if self.regimes else None)

    def timeline(self) -> tuple[Event, ...]:
        """Events in order of date; an event known to the month or year stands where that begins."""
        return tuple(sorted(self.events, key=lambda e: (e.date.first, e.date.last)))

    def perspective(self, name: str) -> Perspective:
        """Perspective by name.

        Raises
        ------
        ScenarioError
            An unknown name, with the close matches.
        """
        if name not in self.perspectives:
            raise ScenarioError(f"perspective {name!r} is unknown. {close_matches(name, self.perspectives)}")
        return self.perspectives[name]

    def cited(self, source: str, confidence: str = "found") -> str:
        """Words for where a statement comes from; what nobody has looked up says so.

        Parameters
        ----------
        source : str
            A key of `sources`, a word such as "assumption" or "memory", or empty.
        confidence : str
            "found", "memory" or "assumption".
        """
        title = self.sources[source].title if source in self.sources else source
        if "memory" in (source, confidence):
            named = "" if title in ("", "memory") else f"; see {title}"
            return f"unverified, from memory{named}"
        return title or confidence

    def assumptions(self) -> str:
        """Every parameter in force with its source, one line each."""
        units = dictionary()
        lines = [f"Parameters of {self.title!r} and where each comes from:"]
        for name, q in self.quantities.items():
            value = q.value
            shown = " / ".join(f"{p} {v:g}" for p, v in value.items()) if isinstance(value, Mapping) else f"{value:g}"
            source = self.cited(q.source)
            unit = units[name].unit if name in units else ""
            lines.append(f"  {name:<22s} {shown:<10s} {unit:<44s} {source}")
        asked = self.question
        lines.append(f"  {'discount':<22s} {asked.discount:<10g} {'per period':<44s} {asked.source}")
        return "\n".join(lines)

    def __str__(self) -> str:
        begins = self.terms.signed or self.terms.in_force
        span = f"{begins.first.year}-{self.terms.ended.last.year if self.terms.ended else ''}"
        return (
            f"{self.title} ({span}): {len(self.events)} dated events, {len(self.claims)} contested claims, "
            f"perspectives {', '.join(self.perspectives)}"
        )


def parameter_faults(name: str, value: Any, parties: tuple[str, ...]) -> list[str]:
    """Sentences on what is wrong with a value of a parameter; none where it is fine."""
    entry = dictionary().get(name)
    if entry is None:
        return [f"{name} is no parameter. {close_matches(name, dictionary())}"]
    if isinstance(value, Mapping):
        if name not in _PARTY:
            return [f"{name} is {dict(value)!r}; allowed: one number, because it is a term, not a party's parameter."]
        strangers = [p for p in value if p not in parties]
        if strangers:
            return [f"{name} names {strangers[0]!r}. {close_matches(strangers[0], parties)}"]
        return [
            f"{name} of {party} is {v!r}; allowed: {entry.range}." for party, v in value.items() if not entry.allows(v)
        ]
    return [] if entry.allows(value) else [f"{name} is {value!r}; allowed: {entry.range}."]
