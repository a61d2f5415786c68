"""What a dossier must satisfy beyond its shape: references, ranges, dates, even-handedness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from armsgame.dossiers.dossier import Scenario, parameter_faults
from armsgame.errors import InvalidGame, close_matches
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
    if s.question.start not in labels:
        yield f"$.question.start: {s.question.start!r} is no state. {close_matches(s.question.start, labels)}"


def _parties(s: Scenario) -> Iterator[str]:
    if len(set(s.parties)) != 2:
        yield f"$.parties: {s.parties!r}; allowed: two different labels"
    for party in s.parties:
        if party not in s.actors:
            yield f"$.parties: {party!r} is not among $.actors. {close_matches(party, s.actors)}"


def _parameters(s: Scenario) -> Iterator[str]:
    for name, quantity in s.quantities.items():
        for fault in parameter_faults(name, quantity.value, s.parties):
            yield f"$.parameters.{name}: {fault}"
        yield from _sourced(s, quantity.source, f"$.parameters.{name}.source")
    names = [t.name for t in s.types]
    for k, kind in enumerate(s.types):
        if names.count(kind.name) > 1:
            yield f"$.types[{k}].name: {kind.name!r} stands twice"
        for name, value in kind.parameters.items():
            for fault in parameter_faults(name, value, s.parties):
                yield f"$.types[{k}].parameters.{name}: {fault}"
        yield from _sourced(s, kind.source, f"$.types[{k}].source")


def _question(s: Scenario) -> Iterator[str]:
    for name in ("discount", "periods", "rate_per_year", "political_hazard"):
        value = getattr(s.question, name)
        if value is not None:
            for fault in parameter_faults(name, value, s.parties):
                yield f"$.question.{name}: {fault}"
    for name, (low, high) in s.question.box.items():
        path = f"$.question.box.{name}"
        if name not in _BOX:
            yield f"{path}: no assumption of the box. {close_matches(name, _BOX)}"
            continue
        for value in (low, high):
            for fault in parameter_faults(name, value, s.parties):
                yield f"{path}: {fault}"
        if not low <= high:
            yield f"{path}: [{low:g}, {high:g}]; allowed: the lower end first"
        if name == "false_alarm" and not low > 0:
            yield f"{path}: [{low:g}, {high:g}]; allowed: ends above 0, because it is drawn on a logarithmic scale"
    regimes = [r.name for r in s.regimes]
    if s.question.regime is not None and s.question.regime not in regimes:
        yield f"$.question.regime: {s.question.regime!r} is no regime. {close_matches(s.question.regime, regimes)}"
    yield from _sourced(s, s.question.source, "$.question.source")


def _regimes(s: Scenario) -> Iterator[str]:
    regimes = [r.name for r in s.regimes]
    for k, regime in enumerate(s.regimes):
        if regime.detection not in s.quantities:
            yield (
                f"$.regimes[{k}].detection: {regime.detection!r} is no parameter of this dossier. "
                f"{close_matches(regime.detection, s.quantities)}"
            )
        if regimes.count(regime.name) > 1:
            yield f"$.regimes[{k}].name: {regime.name!r} stands twice"
        if regime.ends is not None and regime.ends.last < regime.begins.first:
            yield f"$.regimes[{k}].ends: {regime.ends} lies before {regime.begins}"
        yield from _cited(s, regime.source, regime.confidence, f"$.regimes[{k}]")


def _perspectives(s: Scenario) -> Iterator[str]:
    kinds = [t.name for t in s.types]
    if len(s.perspectives) < 2:
        yield "$.perspectives: allowed: at least two, because contested history has more than one account"
    for name, p in s.perspectives.items():
        path = f"$.perspectives.{name}"
        chances = {e: getattr(p, e) for e in ("pass_compliant", "pass_violating", "attend_error")}
        chances |= {f"prior_violation.{party}": chance for party, chance in p.prior_violation.items()}
        for entry, chance in chances.items():
            if not 0 <= chance <= 1:
                yield f"{path}.{entry}: {chance!r}; allowed: a probability between 0 and 1"
        if set(p.prior_violation) != set(s.parties):
            named = sorted(p.prior_violation)
            yield f"{path}.prior_violation: names {named}; allowed: one prior about each of {s.parties}"
        if set(p.types) != set(s.parties):
            yield f"{path}.types: names {sorted(p.types)}; allowed: a law of types for each of {s.parties}"
        for party, law in p.types.items():
            for kind, chance in law.items():
                if kind not in kinds:
                    yield f"{path}.types.{party}: type {kind!r} is unknown. {close_matches(kind, kinds)}"
                elif kind not in p.policies:
                    yield f"{path}.policies: no policy for the type {kind!r}"
                if not 0 <= chance <= 1:
                    yield f"{path}.types.{party}.{kind}: {chance!r}; allowed: a probability between 0 and 1"
            if abs(sum(law.values()) - 1) > 1e-9:
                yield f"{path}.types.{party}: sums to {sum(law.values()):g}; allowed: probabilities that sum to 1"
        for kind, policy in p.policies.items():
            if policy not in POSTURES:
                yield f"{path}.policies.{kind}: policy {policy!r} is unknown. {close_matches(policy, POSTURES)}"
        yield from _sourced(s, p.source, f"{path}.source")


def _record(s: Scenario) -> Iterator[str]:
    terms = s.terms
    yield from _cited(s, terms.source, terms.confidence, "$.terms")
    known = [f.name for f in fields(terms) if f.name != "unverified"]
    for name in terms.unverified:
        if name not in known:
            yield f"$.terms.unverified: {name!r} is no entry of the terms. {close_matches(name, known)}"
    if terms.signed is not None and terms.in_force.last < terms.signed.first:
        yield f"$.terms.in_force: {terms.in_force} lies before the signature, {terms.signed}"
    for name in ("ended", "expires", "earliest_exit"):
        day = getattr(terms, name)
        if day is not None and day.last < terms.in_force.first:
            yield f"$.terms.{name}: {day} lies before entry into force, {terms.in_force}"
    people = [*s.actors, "both"]
    for k, event in enumerate(s.events):
        for role in ("actor", "target"):
            who = getattr(event, role)
            if who not in people and (role == "actor" or who):
                yield f"$.events[{k}].{role}: {who!r} is not among $.actors. {close_matches(who, people)}"
        yield from _cited(s, event.source, event.confidence, f"$.events[{k}]")
    for k, fact in enumerate(s.facts):
        yield from _cited(s, fact.source, fact.confidence, f"$.facts[{k}]")
    ids = [c.id for c in s.claims]
    for k, claim in enumerate(s.claims):
        path = f"$.claims[{k}]"
        if ids.count(claim.id) > 1:
            yield f"{path}.id: {claim.id!r} stands twice"
        for role in ("claimant", "respondent"):
            if getattr(claim, role) not in s.actors:
                yield f"{path}.{role}: {getattr(claim, role)!r} is not among $.actors"
        if claim.status != "contested":
            yield f"{path}.status: {claim.status!r}; allowed: 'contested'. A dossier does not decide claims."
        for name in ("statement", "reply", "source", "reply_source"):
            if not getattr(claim, name):
                yield f"{path}.{name}: empty; allowed: a text, for both sides alike"
        for name in ("source", "reply_source"):
            if getattr(claim, name):
                yield from _sourced(s, getattr(claim, name), f"{path}.{name}")


def _cited(s: Scenario, source: str, confidence: str, path: str) -> Iterator[str]:
    if confidence not in _CONFIDENCE:
        yield f"{path}.confidence: {confidence!r}; allowed: one of {_CONFIDENCE}"
    if source:
        yield from _sourced(s, source, f"{path}.source")
    elif confidence == "found":
        yield f"{path}.source: missing; allowed: a key of $.sources, because confidence is 'found'"


def _sourced(s: Scenario, source: str, path: str) -> Iterator[str]:
    if source not in s.sources and source not in _OWN_WORDS:
        close = close_matches(source, s.sources)
        yield f"{path}: {source!r}; allowed: a key of $.sources, 'assumption' or 'memory'. {close}"
