"""A small policy model of a treaty's history: behaviour as rates, and dated summaries of its paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

import numpy as np

from armsgame._checks import is_number, plain
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.dossiers.dates import When
from armsgame.dossiers.dossier import Scenario
from armsgame.dossiers.moves import ALARMS, DEMAND, NOTICE
from armsgame.errors import InvalidGame, ScenarioError, check_known
from armsgame.treaty.status import Status, parse_status
from armsgame.treaty.treaty import Treaty

__all__ = ["BEHAVIOUR", "STANDARD", "SUMMARIES", "Histories", "dated_summaries"]

BEHAVIOUR = {
    "violate": "P(deploys) per period while the treaty binds",
    "demand": "P(makes a demand | the other party was flagged) per period",
    "leave": "P(gives notice | its demand ran out), else it backs down",
    "yield": "P(yields | a demand) per period, else it denies",
}
"""Rates of the policy model; ``name.PARTY`` is the rate of one party."""

STANDARD = {"violate": 0.05, "demand": 0.5, "leave": 0.5, "yield": 0.5}
"""Rates where none is given: assumptions, no estimates."""

SUMMARIES = ("first_alarm", "first_demand", "notice", "demands")
"""Periods (from 0; the horizon where never) of the first alarm, demand and notice; number of demands."""

_RATES = ("detection", "false_alarm")
_MOVES = {"first_alarm": ALARMS, "first_demand": (DEMAND,), "notice": (NOTICE,)}


@dataclass(frozen=True)
class Histories:
    """Sampled histories of a treaty under many values of its rates at once.

    Parameters
    ----------
    treaty : Treaty with demands and an exit clause, without parts
    periods : int, horizon T
    behaviour : mapping, rates of `BEHAVIOUR` that are not varied; default: `STANDARD`

    Notes
    -----
    Alarms are independent, one per party, so the law of the next state is linear in each party's alarm
    probability: four games with certain and impossible alarms give the law of every rate.
    """

    treaty: Treaty
    periods: int
    behaviour: Mapping[str, float] = field(default_factory=lambda: STANDARD)
    _status: tuple[Status, ...] = field(init=False, repr=False, compare=False)
    _labels: tuple[tuple[tuple[str, ...], ...], ...] = field(init=False, repr=False, compare=False)
    _laws: tuple[FloatArray, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.treaty.parts or not (self.treaty.demand and self.treaty.notice):
            raise InvalidGame(
                "the policy model needs a treaty with demands and notice and without parts; for another one give "
                "calibrate() a simulator: callable(points, rng) -> mapping from summary to array."
            )
        names = [self.treaty.label(s) for s in self.treaty.statuses()]
        corners = []
        for ends in product((0.0, 1.0), repeat=2):
            alarm = dict(zip(self.treaty.parties, ends, strict=True))
            corners.append(self.treaty.replace(detection=alarm, false_alarm=alarm).game())
        object.__setattr__(self, "_status", tuple(parse_status(n, self.treaty.parties) for n in names))
        object.__setattr__(self, "_labels", tuple(g.actions for g in corners[0].stages))
        laws = tuple(np.array([g.transitions[s] for g in corners]) for s in range(len(names)))
        object.__setattr__(self, "_laws", laws)

    def check(self, names: Iterable[str]) -> None:
        """Refuse parameters that the model does not have."""
        known = (*BEHAVIOUR, *_RATES)
        for name in names:
            head, dot, party = name.partition(".")
            check_known("parameter {} is unknown to the policy model", known, head)
            check_known(f"{name!r} names the party {{}}", self.treaty.parties, *[party] * bool(dot))

    def rates(self, points: Mapping[str, FloatArray]) -> list[dict[str, FloatArray]]:
        """Every rate of each party [N]."""
        self.check(points)
        size = len(next(iter(points.values())))
        out: list[dict[str, FloatArray]] = []
        for party, own in zip(self.treaty.parties, self.treaty.parameters, strict=True):
            base = {**self.behaviour, **{n: getattr(own, n) for n in _RATES}}
            row = {n: np.full(size, float(v)) for n, v in base.items()}
            for name, values in points.items():
                head, dot, who = name.partition(".")
                if who == party or (not dot and f"{head}.{party}" not in points):
                    row[head] = np.asarray(values, dtype=float)
            for name, values in row.items():
                if not ((values >= 0) & (values <= 1)).all():
                    raise InvalidGame(f"{name} of {party} leaves 0..1; allowed: probabilities. Narrow its range.")
            out.append(row)
        return out

    def laws(self, points: Mapping[str, FloatArray]) -> FloatArray:
        """Law of the next state, [N, S, S]."""
        rates = self.rates(points)
        size, count = len(rates[0]["violate"]), len(self._status)
        out = np.zeros((size, count, count))
        for s, status in enumerate(self._status):
            sides = []
            for i in (0, 1):
                chosen = _acts(status, i, rates[i])
                place = [self._labels[s][i].index(label) for label in chosen]
                alarm = [rates[i]["detection" if n.startswith("deploy") else "false_alarm"] for n in chosen]
                p, q = np.array(list(chosen.values())), np.array(alarm)
                sides.append((place, (p * (1 - q), p * q)))
            law = self._laws[s][:, sides[0][0]][:, :, sides[1][0]]
            for z in range(4):
                both = np.einsum("an,bn->nab", sides[0][1][z // 2], sides[1][1][z % 2])
                out[:, s] += np.tensordot(both, law[z], axes=2)
        return out

    def states(self, points: Mapping[str, FloatArray], rng: np.random.Generator) -> IntArray:
        """One path of states per point, [N, T + 1], from the treaty in force without flags."""
        cum = self.laws(points).cumsum(axis=2)
        size = len(cum)
        path = np.zeros((size, self.periods + 1), np.int64)
        rows = np.arange(size)
        draws = rng.random((self.periods, size))
        for t in range(self.periods):
            ahead = (draws[t][:, None] >= cum[rows, path[:, t]]).sum(axis=1)
            path[:, t + 1] = np.minimum(ahead, cum.shape[2] - 1)
        return path

    def __call__(self, points: Mapping[str, FloatArray], rng: np.random.Generator) -> dict[str, FloatArray]:
        """Summaries of one path per point, arrays [N]."""
        path = self.states(points, rng)
        path = path[:, 1:]
        flagged = np.array([any(s.flags) for s in self._status])[path]
        # a new demand: the first period of one, whatever its flags
        asked = np.array([s.kind == "demand" and s.left == self.treaty.demand_periods for s in self._status])[path]
        left = np.array([s.kind in ("notice", "withdrawn") for s in self._status])[path]
        found = {"first_alarm": _first(flagged), "first_demand": _first(asked), "notice": _first(left)}
        return {**found, "demands": asked.sum(axis=1).astype(float)}


def dated_summaries(scenario: Scenario) -> tuple[dict[str, float], int]:
    """Summaries of the dated events of a dossier, and the periods from entry into force to the end.

    An alarm is the first charge that a party makes, whatever its truth; a demand is an ``ultimatum``.
    A date known to the month or year counts from its middle.
    """
    treaty = scenario.treaty()
    start = _middle(scenario.terms.in_force)

    def period(when: When) -> float:
        return float((_middle(when) - start).days // treaty.period_days)

    events = [e for e in scenario.timeline() if e.actor in scenario.parties and _middle(e.date) >= start]
    dates = [e.date for e in events] if scenario.terms.ended is None else [scenario.terms.ended]
    horizon = max([int(period(day)) + 1 for day in dates], default=scenario.question.periods)
    found = {name: float(horizon) for name in SUMMARIES}
    for name, moves in _MOVES.items():
        first = next((e for e in events if e.move in moves), None)
        if first is not None:
            found[name] = min(period(first.date), float(horizon))
    found["demands"] = float(sum(e.move == DEMAND for e in events))
    return found, horizon


def summary_value(name: str, value: object, scenario: Scenario) -> float:
    """Read an observed summary: a number of periods, or a date of the scenario's calendar."""
    if isinstance(value, str):
        try:
            when = When(value)
        except ValueError as fault:
            raise ScenarioError(f"observed[{name!r}]: {fault}; allowed: a date, or a number of periods.") from None
        days = (_middle(when) - _middle(scenario.terms.in_force)).days
        if days < 0 or name == "demands":
            raise ScenarioError(f"observed[{name!r}] is {value!r}; allowed: a date after the start, or a number.")
        return float(days // scenario.treaty().period_days)
    number = plain(value)
    if not is_number(number) or number < 0:
        raise ScenarioError(f"observed[{name!r}] is {value!r}; allowed: a date, or a number of periods of at least 0.")
    return float(number)


def _acts(status: Status, i: int, rates: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """P(action) in a state, arrays [N] by label."""
    v = rates["violate"]
    if status.kind in ("notice", "withdrawn"):
        return {"deploy": np.ones_like(v)}
    moves = {"silent": np.ones_like(v)}
    certain: dict[str, FloatArray] = {}
    if status.kind == "in_force" and status.flags[1 - i]:
        moves = {"silent": 1 - rates["demand"], "demand": rates["demand"]}
    elif status.kind == "demand" and status.demander == i:
        moves = {"ignore": np.ones_like(v)}
    elif status.kind == "demand":
        moves, certain = {"deny": 1 - rates["yield"]}, {"comply, yield": rates["yield"]}
    elif status.kind == "expired":
        moves = {"deny": np.ones_like(v)}
        if status.demander == i:
            moves = {"back_down": 1 - rates["leave"], "notice": rates["leave"]}
    shares = {"comply": 1 - v, "deploy": v}
    return {f"{c}, {m}": p * q for c, p in shares.items() for m, q in moves.items()} | certain


def _first(happens: BoolArray) -> FloatArray:
    """Place of the first True in each row, the length where there is none."""
    return np.asarray(np.where(happens.any(axis=1), happens.argmax(axis=1), happens.shape[1]), dtype=float)


def _middle(when: When) -> date:
    return when.first + timedelta(days=(when.last - when.first).days // 2)
