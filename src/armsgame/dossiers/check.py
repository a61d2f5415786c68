"""What a dossier must satisfy beyond its shape: references, ranges, dates, even-handedness."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields
from typing import Any

from armsgame.dossiers.assumptions import CONDUCT, Perspective
from armsgame.dossiers.dossier import Scenario, parameter_faults
from armsgame.dossiers.readings import dispute_faults, resolve, twice
from armsgame.dossiers.record import DATES, ROLES, Fact
from armsgame.errors import InvalidGame, ScenarioError, close_matches
from armsgame.treaty.policies import POSTURES

__all__ = ["faults_of"]

_CONFIDENCE = ("found", "memory", "assumption")
_BOX = ("temptation", "detection", "detection_after", "discount", "false_alarm")
_OWN_WORDS = ("assumption", "memory", "set by the user")


def faults_of(scenario: Scenario) -> list[str]:
    """Every fault as ``path: what is wrong``; whether the model can be built is asked where nothing else is wrong."""
    return [
        *_parties(scenario),
        *_parameters(scenario),
        *_question(scenario),
        *_regimes(scenario),
        *_perspectives(scenario),
        *_record(scenario),
    ] or list(_model(scenario))


def _model(s: Scenario) -> Iterator[str]:
    try:
        treaty = s.treaty(regime=s.asked_regime)
        treaty.game()
    except InvalidGame as fault:
        yield f"$: the treaty of this dossier cannot be built: {fault}"
        return
    labels = [treaty.label(status) for status in treaty.statuses()]
    yield from _known("$.question.start: {} is no state", labels, s.question.start)


def _parties(s: Scenario) -> Iterator[str]:
    if len(set(s.parties)) != 2:
        yield f"$.parties: {s.parties!r}; allowed: two different labels"
    yield from _actors(s.actors, "$.parties", *s.parties)


def _parameters(s: Scenario) -> Iterator[str]:
    for name, quantity in s.quantities.items():
        yield from _ranged(s, {name: quantity.value}, "$.parameters")
        yield from _sourced(s, f"$.parameters.{name}.source", quantity.source)
    yield from twice(s.types, "name", "$.types")
    for k, kind in enumerate(s.types):
        yield from _ranged(s, kind.parameters, f"$.types[{k}].parameters")
        if kind.assumed_conduct not in CONDUCT:
            yield f"$.types[{k}].assumed_conduct: {kind.assumed_conduct!r}; allowed: one of {CONDUCT}"
        yield from _sourced(s, f"$.types[{k}].source", kind.source)


def _question(s: Scenario) -> Iterator[str]:
    given = {n: getattr(s.question, n) for n in ("discount", "periods", "rate_per_year", "political_hazard")}
    yield from _ranged(s, {n: v for n, v in given.items() if v is not None}, "$.question")
    for name, (low, high) in s.question.box.items():
        path = f"$.question.box.{name}"
        if name not in _BOX:
            yield f"{path}: no assumption of the box. {close_matches(name, _BOX)}"
            continue
        for value in (low, high):
            yield from _ranged(s, {name: value}, "$.question.box")
        if not low <= high:
            yield f"{path}: [{low:g}, {high:g}]; allowed: the lower end first"
        if name == "false_alarm" and not low > 0:
            yield f"{path}: [{low:g}, {high:g}]; allowed: ends above 0, because it is drawn on a logarithmic scale"
    regimes, asked = [r.name for r in s.regimes], [] if s.question.regime is None else [s.question.regime]
    yield from _known("$.question.regime: {} is no regime", regimes, *asked)
    yield from _sourced(s, "$.question.source", s.question.source)


def _regimes(s: Scenario) -> Iterator[str]:
    yield from twice(s.regimes, "name", "$.regimes")
    for k, regime in enumerate(s.regimes):
        told = f"$.regimes[{k}].detection: {{}} is no parameter of this dossier"
        yield from _known(told, s.quantities, regime.detection)
        if regime.ends is not None and regime.ends.last < regime.begins.first:
            yield f"$.regimes[{k}].ends: {regime.ends} lies before {regime.begins}"
        yield from _cited(s, regime, f"$.regimes[{k}]")


def _perspectives(s: Scenario) -> Iterator[str]:
    kinds = [t.name for t in s.types]
    if len(s.perspectives) < 2:
        yield "$.perspectives: allowed: at least two, because contested history has more than one account"
    for name, p in s.perspectives.items():
        path = f"$.perspectives.{name}"
        yield from _chances({e: getattr(p, e) for e in ("pass_compliant", "pass_violating", "attend_error")}, path)
        if set(p.types) != set(s.parties):
            yield f"{path}.types: names {sorted(p.types)}; allowed: a law of types for each of {s.parties}"
        for party, law in p.types.items():
            yield from _chances(law, f"{path}.types.{party}")
            yield from _known(f"{path}.types.{party}: type {{}} is unknown", kinds, *law)
            for kind in law:
                if kind in kinds and kind not in p.policies:
                    yield f"{path}.policies: no policy for the type {kind!r}"
            if abs(sum(law.values()) - 1) > 1e-9:
                yield f"{path}.types.{party}: sums to {sum(law.values()):g}; allowed: probabilities that sum to 1"
        yield from _type_rows(s, p, path)
        for kind, policy in p.policies.items():
            yield from _known(f"{path}.policies.{kind}: policy {{}} is unknown", POSTURES, policy)
        yield from _known(f"{path}.rival: {{}} is no perspective", ["", *s.perspectives], p.rival)
        yield from _sourced(s, f"{path}.source", p.source)


def _type_rows(s: Scenario, p: Perspective, path: str) -> Iterator[str]:
    kinds = [t.name for t in s.types]
    for kind, row in p.type_rows.items():
        at = f"{path}.type_rows.{kind}"
        yield from _known(f"{at}: type {{}} is unknown", kinds, kind)
        yield from _ranged(s, row.parameters, f"{at}.parameters")
        if row.assumed_conduct not in ("", *CONDUCT):
            yield f"{at}.assumed_conduct: {row.assumed_conduct!r}; allowed: one of {CONDUCT}, or left out"


def _record(s: Scenario) -> Iterator[str]:
    terms = s.terms
    yield from _cited(s, terms, "$.terms")
    known = [f.name for f in fields(terms) if f.name not in ("unverified", "searched", "also")]
    yield from _known("$.terms.unverified: {} is no entry of the terms", known, *terms.unverified)
    if terms.signed is not None and terms.in_force.last < terms.signed.first:
        yield f"$.terms.in_force: {terms.in_force} lies before the signature, {terms.signed}"
    for name in ("ended", "expires", "earliest_exit"):
        day = getattr(terms, name)
        if day is not None and day.last < terms.in_force.first:
            yield f"$.terms.{name}: {day} lies before entry into force, {terms.in_force}"
    yield from _events(s)
    for k, fact in enumerate(s.facts):
        yield from _cited(s, fact, f"$.facts[{k}]")
        yield from _counted(s, fact, f"$.facts[{k}]")
    yield from _claims(s)
    for k, member in enumerate(s.roster):
        path = f"$.roster[{k}]"
        yield from _actors(s.actors, f"{path}.actor", member.actor)
        if member.place not in ROLES:
            yield f"{path}.place: {member.place!r}; allowed: one of {tuple(ROLES)}"
        if member.since is not None and member.until is not None and member.until.last < member.since.first:
            yield f"{path}.until: {member.until} lies before {member.since}"
        yield from _sourced(s, f"{path}.source", *filter(None, [member.source]))
    yield from dispute_faults(s)
    for k, dispute in enumerate(s.disputes):
        for j, reading in enumerate(dispute.readings):
            for name, value in reading.values.items():
                for fault in parameter_faults(name, value, s.parties):
                    yield f"$.disputes[{k}].readings[{j}].values: {fault}"
            yield from _sourced(s, f"$.disputes[{k}].readings[{j}].source", reading.source)
            yield from _sourced(s, f"$.disputes[{k}].readings[{j}].also", *reading.also)
    for k, passage in enumerate(s.passages):
        yield from _sourced(s, f"$.passages[{k}].source", passage.source)
        yield from _sourced(s, f"$.passages[{k}].others_source", *passage.others_source)
        if bool(passage.others) != bool(passage.others_source):
            yield f"$.passages[{k}].others: a text and its sources stand together, or both are left out"
    for key, document in s.sources.items():
        if document.kind not in ("primary", "secondary"):
            yield f"$.sources.{key}.kind: {document.kind!r}; allowed: 'primary' or 'secondary'"
        yield from _actors(["", *s.actors], f"$.sources.{key}.voice", document.voice)


def _events(s: Scenario) -> Iterator[str]:
    people = [*s.actors, "both"]
    yield from twice(s.events, "id", "$.events", optional=True)
    for k, event in enumerate(s.events):
        path = f"$.events[{k}]"
        yield from _actors(people, f"{path}.actor", event.actor)
        for role in ("target", "speaker"):
            yield from _actors(["", *people], f"{path}.{role}", getattr(event, role))
        yield from _actors(s.actors, f"{path}.jointly", *event.jointly)
        if not event.dates:
            yield f"{path}: no date; allowed: one to four of {', '.join(DATES)}"
        yield from _cited(s, event, path)


def _counted(s: Scenario, fact: Fact, path: str) -> Iterator[str]:
    if (fact.value is None) == (not fact.between):
        yield f"{path}: allowed: either 'value', or 'between' with two dates from which it is counted, and not both"
        return
    if not fact.between:
        return
    if len(fact.between) != 2:
        yield f"{path}.between: {len(fact.between)} dates; allowed: two"
    if fact.unit not in ("days", "years"):
        yield f"{path}.unit: {fact.unit!r}; allowed between two dates: 'days' or 'years'"
    for reference in fact.between:
        try:
            resolve(s, reference)
        except ScenarioError as fault:
            yield f"{path}.between: {fault}"


def _claims(s: Scenario) -> Iterator[str]:
    yield from twice(s.claims, "id", "$.claims")
    for k, claim in enumerate(s.claims):
        path = f"$.claims[{k}]"
        for role in ("claimant", "respondent"):
            yield from _actors(s.actors, f"{path}.{role}", getattr(claim, role))
        if claim.status != "contested":
            yield f"{path}.status: {claim.status!r}; allowed: 'contested'. A dossier does not decide claims."
        for name in ("statement", "reply", "source", "reply_source"):
            if not getattr(claim, name):
                yield f"{path}.{name}: empty; allowed: a text, for both sides alike"
        for name in ("source", "reply_source"):
            yield from _sourced(s, f"{path}.{name}", *filter(None, [getattr(claim, name)]))
        for name in ("also", "reply_also"):
            yield from _sourced(s, f"{path}.{name}", *getattr(claim, name))


def _cited(s: Scenario, stated: Any, path: str) -> Iterator[str]:
    if stated.confidence not in _CONFIDENCE:
        yield f"{path}.confidence: {stated.confidence!r}; allowed: one of {_CONFIDENCE}"
    if stated.source:
        yield from _sourced(s, f"{path}.source", stated.source)
    elif stated.confidence == "found":
        yield f"{path}.source: missing; allowed: a key of $.sources, because confidence is 'found'"
    yield from _sourced(s, f"{path}.also", *stated.also)


def _sourced(s: Scenario, path: str, *sources: str) -> Iterator[str]:
    for source in sources:
        if source not in _OWN_WORDS:
            yield from _known(f"{path}: {{}}; allowed: a key of $.sources, 'assumption' or 'memory'", s.sources, source)


def _ranged(s: Scenario, values: Mapping[str, object], path: str) -> Iterator[str]:
    for name, value in values.items():
        for fault in parameter_faults(name, value, s.parties):
            yield f"{path}.{name}: {fault}"


def _chances(values: Mapping[str, float], path: str) -> Iterator[str]:
    for name, chance in values.items():
        if not 0 <= chance <= 1:
            yield f"{path}.{name}: {chance!r}; allowed: a probability between 0 and 1"


def _known(told: str, known: Collection[str], *names: str) -> Iterator[str]:
    """Names that are not known; `told` says of the name {} what is wrong with it."""
    for name in names:
        if name not in known:
            yield f"{told.replace('{}', repr(name))}. {close_matches(name, filter(None, known))}"


def _actors(known: Collection[str], path: str, *names: str) -> Iterator[str]:
    return _known(f"{path}: {{}} is not among $.actors", known, *names)
