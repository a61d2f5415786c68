"""Dates by reference, and a dossier as one reading of what is disputed has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from armsgame.dossiers.dates import When
from armsgame.dossiers.moves import ENDS
from armsgame.dossiers.record import DATES, Event, Reading, Record
from armsgame.errors import ScenarioError, close_matches

__all__ = ["dispute_faults", "read_as", "reference_of", "resolve", "twice"]

_R = TypeVar("_R", bound=Record)
_TERMS = ("signed", "in_force", "ended", "expires", "earliest_exit")


def resolve(scenario: Record, reference: str) -> When:
    """Return the date that a reference leads to.

    Raises
    ------
    ScenarioError
        It leads to none.
    """
    head, _, rest = reference.partition(".")
    found: When | None = None
    known: list[str] = []
    if head == "terms":
        known = [f"terms.{name}" for name in _TERMS]
        found = getattr(scenario.terms, rest) if rest in _TERMS else None
    elif head == "events":
        name, _, kind = rest.partition(".")
        events = {e.id: e for e in scenario.events if e.id}
        known = [f"events.{i}" for i in events]
        if name in events:
            known = [f"events.{name}.{k}" for k in events[name].dates]
            found = events[name].date if not kind else events[name].dates.get(kind)
    elif head == "regimes":
        name, _, kind = rest.rpartition(".")
        known = [f"regimes.{r.name}.{k}" for r in scenario.regimes for k in ("begins", "ends")]
        regime = next((r for r in scenario.regimes if r.name == name), None)
        if regime is not None and kind in ("begins", "ends"):
            found = regime.begins if kind == "begins" else regime.ends
    if found is None:
        hint = close_matches(reference, known or ["terms.ended", "events.ID.effective", "regimes.NAME.ends"])
        raise ScenarioError(f"{reference!r} leads to no date of {scenario.id!r}. {hint}")
    return found


def read_as(scenario: _R, readings: Iterable[Reading]) -> _R:
    """Return the dossier with the dates that the readings give, and without the events that they deny effect.

    Where the event that ended the treaty is denied effect, the treaty has no end by that reading. Figures counted from
    such an event or end go with it, and nothing is disputed in the result.
    """
    for reading in readings:
        terms, events, regimes = scenario.terms, list(scenario.events), list(scenario.regimes)
        for reference, day in reading.sets.items():
            head, _, rest = reference.partition(".")
            if head == "terms":
                terms = replace(terms, **_dated(rest, day))
            elif head == "events":
                name, _, kind = rest.partition(".")
                events = [replace(e, **_dated(kind, day)) if e.id == name else e for e in events]
            else:
                name, _, kind = rest.rpartition(".")
                regimes = [replace(r, **_dated(kind, day)) if r.name == name else r for r in regimes]
        kept = tuple(e for e in events if not e.id or e.id not in reading.without)
        gone = tuple(f"events.{name}" for name in reading.without)
        denied = [e.date for e in events if e.id and e.id in reading.without and e.move in ENDS]
        if terms.ended in denied and "terms.ended" not in reading.sets:
            terms, gone = replace(terms, ended=None), (*gone, "terms.ended")
        facts = tuple(f for f in scenario.facts if not any(_names(ref, gone) for ref in f.between))
        quantities = dict(scenario.quantities)
        for name, value in reading.values.items():
            quantities[name] = replace(quantities[name], value=value, source=reading.source)
        scenario = replace(scenario, terms=terms, events=kept, regimes=tuple(regimes), facts=facts, disputes=())
        scenario = replace(scenario, quantities=quantities)
    return scenario


def _names(reference: str, gone: tuple[str, ...]) -> bool:
    return any(reference == name or reference.startswith(f"{name}.") for name in gone)


def _dated(name: str, day: When) -> dict[str, Any]:
    return {name: day}


def reference_of(event: Event) -> str:
    """Return the reference to the date that dates an event; empty for an event without an id."""
    if not event.id:
        return ""
    return next(f"events.{event.id}.{kind}" for kind, day in event.dates.items() if day == event.date)


def twice(rows: Sequence[object], name: str, path: str, *, optional: bool = False) -> Iterator[str]:
    """Find rows whose name another row has too; where names are optional, an empty one is none."""
    names = [getattr(row, name) for row in rows]
    for k, own in enumerate(names):
        if names.count(own) > 1 and (own or not optional):
            yield f"{path}[{k}].{name}: {own!r} stands twice"


def dispute_faults(scenario: Record) -> Iterator[str]:
    """Find references that lead nowhere, and disputed dates that the record stores as one reading has them."""
    yield from twice(scenario.disputes, "id", "$.disputes")
    ids = [e.id for e in scenario.events if e.id]
    for k, dispute in enumerate(scenario.disputes):
        path = f"$.disputes[{k}]"
        if len(dispute.readings) < 2:
            yield f"{path}.readings: {len(dispute.readings)}; allowed: at least two, because a dispute has two sides"
        given: dict[str, list[When]] = {}
        for j, reading in enumerate(dispute.readings):
            at = f"{path}.readings[{j}]"
            if not reading.holders:
                yield f"{at}.holders: nobody; allowed: at least one who holds it"
            for name in reading.without:
                if name not in ids:
                    yield f"{at}.without: {name!r} is no id of an event. {close_matches(name, ids)}"
            for name in reading.values:
                if name not in scenario.quantities:
                    yield f"{at}.values: {name!r} is no parameter. {close_matches(name, scenario.quantities)}"
            for reference, day in reading.sets.items():
                kind = reference.rpartition(".")[2]
                if reference.startswith("events.") and kind not in DATES:
                    yield f"{at}.sets: {reference!r} names no date; allowed: events.ID with one of {DATES}"
                    continue
                try:
                    resolve(scenario, reference)
                except ScenarioError as fault:
                    yield f"{at}.sets: {fault}"
                    continue
                given.setdefault(reference, []).append(day)
        for reference, days in given.items():
            stored, hull = resolve(scenario, reference), When.hull(days)
            if (stored.first, stored.last) != (hull.first, hull.last):
                yield (
                    f"{path}: {reference} is stored as {stored}, which takes a side; allowed: {hull}, the span over "
                    "all its readings"
                )
