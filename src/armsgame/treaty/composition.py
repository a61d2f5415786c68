"""How the parts of a treaty join its core game: states, moves, payoff terms, laws and events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from itertools import product
from math import prod
from typing import Protocol, Self

import numpy as np

from armsgame._typing import BoolArray
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.treaty.parts.base import Act, Agreement, Law, Part, Profile
from armsgame.treaty.status import FLAGS, Size, Status

LIMIT = 5000
_RESERVED = (":", "|", ",", ".")


class Composed(Agreement, Protocol):
    """What joining the parts needs of a treaty: the parts, and its core game without them."""

    def replace(self, **changes: object) -> Self:
        """Return the treaty with other terms or parts."""

    def core_size(self) -> Size:
        """Count states and action profiles of the core game."""

    def core_statuses(self) -> tuple[Status, ...]:
        """Public states of the core game."""

    def moves(self, status: Status, i: int) -> tuple[Act, ...]:
        """Actions of party i in a state, with those that the parts add."""


def check(treaty: Composed) -> None:
    """Refuse parts that are none, that share a name or an event, or that do not fit the treaty."""
    if not isinstance(treaty.parts, tuple) or not all(isinstance(part, Part) for part in treaty.parts):
        invalid("parts", treaty.parts, "a tuple of Part", "Write parts=(Sanctions(),), with the comma.")
    names = [part.name for part in treaty.parts]
    if len(set(names)) != len(names) or any(c in name for name in names for c in _RESERVED):
        invalid("parts", names, f"different names, without any of {' '.join(_RESERVED)}")
    told = [event for part in treaty.parts for event in part.events]
    if len(set(told)) != len(told):
        invalid("parts.events", told, "different events")
    for part in treaty.parts:
        part.check(treaty)


def changed(parts: tuple[Part, ...], dotted: Mapping[str, object], parties: tuple[str, str]) -> tuple[Part, ...]:
    """Parts with other parameters, named ``"part.parameter"``; a mapping holds for the parties it names."""
    known = {f"{part.name}.{f.name}" for part in parts for f in fields(part)}
    for name in dotted:
        if name not in known:
            raise InvalidGame(f"parameter {name!r} is unknown. {close_matches(name, known) if known else 'No parts.'}")
    out = []
    for part in parts:
        own = {}
        for name, value in dotted.items():
            where, _, entry = name.partition(".")
            if where != part.name:
                continue
            now = getattr(part, entry)
            if isinstance(value, Mapping) and isinstance(now, tuple) and set(value) <= set(parties):
                value = tuple(value.get(party, v) for party, v in zip(parties, now, strict=True))
            own[entry] = value
        out.append(replace(part, **own))
    return tuple(out)


def states(treaty: Composed, cores: tuple[Status, ...]) -> tuple[Status, ...]:
    """Every core status with every combination of the parts' conditions."""
    if not treaty.parts:
        return cores
    return tuple(
        _with(treaty, core, values)
        for core in cores
        for values in product(*(part.conditions(treaty, core) for part in treaty.parts))
    )


def _with(treaty: Composed, core: Status, values: tuple[str, ...]) -> Status:
    pairs = tuple((part.name, value) for part, value in zip(treaty.parts, values, strict=True) if value)
    return Status(core.kind, core.demander, core.left, core.flags, pairs)


def actions(treaty: Composed, status: Status, party: int, acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """Actions of a party once each part has added or taken away its own."""
    for part in treaty.parts:
        acts = part.actions(treaty, status, party, acts)
    return acts


def _carried_out(treaty: Composed, status: Status, profile: Profile) -> list[tuple[Profile, float]]:
    found = [(profile, 1.0)]
    for part in treaty.parts:
        found = [(done, p * q) for given, p in found for done, q in part.effects(treaty, status, given) if q > 0]
    return found


def law(
    treaty: Composed, status: Status, profile: Profile, kinds: Callable[[Status, Profile], Law]
) -> list[tuple[Profile, Status, float]]:
    """List what may be carried out and follow: effects, the next status, alarms, then the parts' conditions."""
    out = []
    for done, p in _carried_out(treaty, status, profile):
        ahead = kinds(status, done)
        a, b = treaty.parameters
        rates = (
            a.detection if done[0][0] == "deploy" else a.false_alarm,
            b.detection if done[1][0] == "deploy" else b.false_alarm,
        )
        for part in sorted(treaty.parts, key=lambda part: part.releases):
            ahead = part.moves_on(treaty, status, done, ahead)
            rates = part.alarms(treaty, status, done, rates)
        for after, q in _drawn(status, ahead, rates):
            weight = p * q
            if not treaty.parts:
                out.append((done, after, weight))
                continue
            if weight == 0:
                continue
            own_laws = [part.next(treaty, status, done, after) for part in treaty.parts]
            for combination in product(*own_laws):
                values = tuple(value for value, _ in combination)
                out.append((done, _with(treaty, after, values), weight * prod(r for _, r in combination)))
    return out


def _drawn(status: Status, ahead: Law, rates: tuple[float, ...]) -> Law:
    """Draw alarms for each next status that carries flags; a return from withdrawal starts without any."""
    out = []
    for base, p in ahead:
        if p == 0:
            continue
        if base.kind in ("notice", "withdrawn") or status.kind == "withdrawn":
            out.append((base, p))
            continue
        (hit_a, hit_b), quiet_a, quiet_b = rates, 1 - rates[0], 1 - rates[1]
        for after in _flagged(base):
            raised_a, raised_b = after.flags
            out.append((after, p * (hit_a if raised_a else quiet_a) * (hit_b if raised_b else quiet_b)))
    return out


@lru_cache(maxsize=1024)
def _flagged(base: Status) -> tuple[Status, ...]:
    return tuple(Status(base.kind, base.demander, base.left, flags) for flags in FLAGS)


def payoff(
    treaty: Composed,
    status: Status,
    profile: Profile,
    party: int,
    core: Callable[[Status, Profile, int], dict[str, float]],
) -> dict[str, float]:
    """Coefficient of each payoff parameter, expected over what is carried out."""
    if not treaty.parts:
        return core(status, profile, party)
    total: dict[str, float] = {}
    for done, p in _carried_out(treaty, status, profile):
        base = core(status, done, party)
        terms = dict(base)
        for part in treaty.parts:
            own = part.prices()
            for name, share in part.pay(treaty, status, done, party, base).items():
                full = f"{part.name}.{name}" if name in own else name
                terms[full] = terms.get(full, 0.0) + share
        for name, share in terms.items():
            total[name] = total.get(name, 0.0) + p * share
    return total


def core_marks(rows: Sequence[tuple[Status, Profile, bool]], statuses: tuple[Status, ...]) -> dict[str, BoolArray]:
    """Mark [profiles, S'] what happens on the way from each profile to each next state, parts aside.

    A row is the status, what both do there, and whether notice is given without grounds.
    """
    kinds, flags = np.array([s.kind for s in statuses]), np.array([s.flags for s in statuses], bool)
    to_force, to_expired, gone = (kinds == kind for kind in ("in_force", "expired", "withdrawn"))
    deployed = np.array([[act[0] == "deploy" for act in profile] for _, profile, _ in rows])
    moves = [{act[1] for act in profile} for _, profile, _ in rows]
    before = np.array([status.kind for status, *_ in rows])
    pending, yielded = before == "demand", np.array(["yield" in m for m in moves])
    any_of = deployed[:, 0] | deployed[:, 1]
    both = deployed[:, 0] & deployed[:, 1]

    def anywhere(holds: BoolArray) -> BoolArray:
        return np.repeat(holds[:, None], len(statuses), axis=1)

    def flagged(did: BoolArray) -> BoolArray:
        # a flag in the next state is an alarm drawn in this period
        return np.asarray((did[:, :1] & flags[:, 0]) | (did[:, 1:] & flags[:, 1]))

    return {
        "deployed": anywhere(any_of),
        "both_deployed": anywhere(both),
        "notice": anywhere(np.array(["notice" in m for m in moves])),
        "withdrawn": gone & (before != "withdrawn")[:, None],
        "dispute_resolved": to_force & pending[:, None],
        "yielded": to_force & (pending & yielded)[:, None],
        "expired": to_expired & pending[:, None],
        "both_deployed_after_notice": anywhere(both & np.isin(before, ("notice", "withdrawn"))),
        "false_alarm": flagged(~deployed),
        "detected": flagged(deployed),
        "notice_without_grounds": anywhere(np.array([groundless for *_, groundless in rows])),
    }


def events(treaty: Composed) -> dict[str, Part]:
    """Events that parts add, and the part of each."""
    return {event: part for part in treaty.parts for event in part.events}


def mask(
    treaty: Composed,
    part: Part,
    event: str,
    status: Status,
    profile: Profile,
    statuses: tuple[Status, ...],
    ahead: Iterable[int],
) -> BoolArray:
    """Next states [S] at which an event of a part happens."""
    out = np.zeros(len(statuses), bool)
    for k in ahead:
        out[k] = part.happens(event, treaty, status, profile, statuses[k])
    return out


def size(treaty: Composed) -> Size:
    """Count states and profiles of a treaty with parts, and what each part alone multiplies them by."""
    core = treaty.core_size()
    alone = []
    for part in treaty.parts:
        states, profiles, _ = _count(treaty.replace(parts=(part,)))
        alone.append((part.name, states / core.states, profiles / core.profiles))
    states, profiles, bound = _count(treaty)
    return Size(states, profiles, core.demand_periods, core.notice_periods, tuple(alone), bound)


def _count(treaty: Composed) -> tuple[int, int, bool]:
    """States and profiles, and whether the latter are only bounded from below."""
    cores = treaty.core_statuses()
    states = sum(prod(part.count(treaty, core) for part in treaty.parts) for core in cores)
    if states > 4 * LIMIT:
        # listing so many states would take the memory that the limit is there to save
        return states, states, True
    profiles = 0
    for core in cores:
        for values in product(*(part.conditions(treaty, core) for part in treaty.parts)):
            status = _with(treaty, core, values)
            profiles += len(treaty.moves(status, 0)) * len(treaty.moves(status, 1))
    return states, profiles, False


def refuse_if_large(treaty: Composed) -> None:
    """Raise `InvalidGame` above the limit of action profiles, naming the part that causes it."""
    core = treaty.core_size()
    if core.profiles > LIMIT:
        part = "deadline_days" if 8 * core.demand_periods * 56 > 4 * core.notice_periods else "notice_days"
        raise InvalidGame(
            f"the game would have {core.profiles} action profiles (limit {LIMIT}), most of them from {part} = "
            f"{getattr(treaty, part):g} days in periods of {treaty.period_days:g}. Lengthen period_days."
        )
    if not treaty.parts:
        return
    found = size(treaty)
    if found.profiles > LIMIT:
        name, by_states, by_profiles = max(found.parts, key=lambda row: row[2])
        raise InvalidGame(
            f"the game would have {found.states} states and {'at least ' if found.bound else ''}{found.profiles} "
            f"action profiles (limit {LIMIT}); the part {name!r} alone multiplies "
            f"states by {by_states:.3g} and profiles by {by_profiles:.3g}. Leave it out, make it smaller, or leave "
            "out demand or notice."
        )
