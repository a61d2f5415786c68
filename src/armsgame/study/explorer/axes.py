"""Axes of the explorer: which assumptions move, over which levels, and how each level is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from armsgame._checks import check_discount, check_number
from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import InvalidGame, close_matches, invalid

__all__ = ["AXES", "Axis", "axes_of", "parameters_of", "settle", "tilted"]

AXES = ("detection", "false_alarm", "discount", "prior", "standing", "deadline_days", "audience_cost")
"""Names of the axes, in the order of the sliders."""

_USUAL: Mapping[str, tuple[float, ...]] = {
    "detection": (0.03, 0.1, 0.3, 0.8),
    "false_alarm": (0.005, 0.02, 0.05),
    "discount": (0.9, 0.95, 0.98),
    "prior": (1 / 9, 1 / 3, 1, 3, 9),
    "audience_cost": (0.0, 4.0, 8.0),
}
_COSTS = ((0.05, 0.02), (0.02, 0.05))
_PERIODS = (1, 2)


@dataclass(frozen=True, slots=True)
class Axis(Value):
    """One assumption that moves.

    Attributes
    ----------
    name : str, one of detection, false_alarm, discount, prior, standing, deadline_days and audience_cost
    label, about : str, what a reader is shown
    values : tuple
        Levels. Of ``"standing"`` pairs (concealment cost, standing); of ``"prior"`` factors of the odds.
    texts, keys : tuple of str, each level in words, and as a link keeps it
    default : int, place of the dossier's own level
    """

    name: str
    label: str
    about: str
    values: tuple[object, ...]
    texts: tuple[str, ...]
    keys: tuple[str, ...]
    default: int

    def __len__(self) -> int:
        return len(self.values)

    def __str__(self) -> str:
        told = (f"[{text}]" if k == self.default else text for k, text in enumerate(self.texts))
        return f"{self.label}: {', '.join(told)}"


def axes_of(scenario: Scenario, levels: Mapping[str, Sequence[object]] | None = None) -> tuple[Axis, ...]:
    """Axes of a dossier, each with the dossier's own level among the others.

    Raises
    ------
    InvalidGame
        An axis that is unknown or that the dossier does not have, or levels out of range.
    """
    given = {} if levels is None else dict(levels)
    if not all(isinstance(own, Sequence) and not isinstance(own, str) for own in given.values()):
        invalid("levels", levels, "a mapping from the name of an axis to a list of levels")
    own = _own(scenario)
    for name in given:
        if name not in own:
            why = "The dossier gives no value for it." if name in AXES else close_matches(name, own)
            raise InvalidGame(f"levels names the axis {name!r}, which this explorer does not have. {why}")
    usual = {**_USUAL, "standing": _COSTS, "deadline_days": _deadlines(scenario)}
    return tuple(_axis(scenario, name, value, given.get(name, usual[name])) for name, value in own.items())


def settle(scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
    """Return the dossier with the levels of some axes; that of the prior changes no parameter."""
    out: dict[str, object] = {}
    for name, value in changes.items():
        if name == "standing":
            assert isinstance(value, tuple)
            out["concealment_cost"], out["standing"] = value
        elif name == "detection":
            out[_detection(scenario)] = value
        elif name != "prior":
            out[name] = value
    return scenario.replace(**out)


def parameters_of(scenario: Scenario, name: str) -> tuple[str, ...]:
    """Parameters of the dossier that an axis moves."""
    if name == "standing":
        return ("concealment_cost", "standing")
    return (_detection(scenario),) if name == "detection" else (name,)


def tilted(law: FloatArray, first: int | None, factor: float) -> FloatArray:
    """Law of a type with the odds of the `first` type multiplied by a factor; what is certain stays certain."""
    if first is None:
        return law
    out = np.where(np.arange(len(law)) == first, law * factor, law)
    return np.asarray(out / out.sum())


def _own(scenario: Scenario) -> dict[str, object]:
    """Return the dossier's own level of every axis that it has."""
    known = scenario.parameters
    own = {name: known[name] for name in ("false_alarm", "deadline_days", "audience_cost") if name in known}
    own |= {"discount": scenario.question.discount, "prior": 1.0}
    if _detection(scenario) in known:
        own["detection"] = known[_detection(scenario)]
    if {"concealment_cost", "standing"} <= set(known):
        own["standing"] = (known["concealment_cost"], known["standing"])
    return {name: own[name] for name in AXES if name in own}


def _detection(scenario: Scenario) -> str:
    """Name of the parameter that the asked regime detects with."""
    rates = {regime.name: regime.detection for regime in scenario.regimes}
    return rates.get(str(scenario.asked_regime), "detection")


def _deadlines(scenario: Scenario) -> tuple[float, ...]:
    """Deadlines of one and of two periods, without the one that the dossier's own is already."""
    treaty = scenario.treaty(regime=scenario.asked_regime)
    return tuple(n * treaty.period_days for n in _PERIODS if n != treaty.demand_periods)


def _axis(scenario: Scenario, name: str, own: object, levels: Sequence[object]) -> Axis:
    found = [own]
    for level in levels:
        value = _checked(name, level)
        if value not in found:
            found.append(value)
    # a level of its own for each party stands first; numbers are in order
    found.sort(key=_place)
    label, about = _WORDS[name]
    if name == "prior":
        first = scenario.types[0].name
        about = about.format(first=first)
    keys = tuple("own" if value == own and _place(value) == -np.inf else _key(value) for value in found)
    return Axis(name, label, about, tuple(found), tuple(map(_TOLD[name], found)), keys, found.index(own))


def _checked(name: str, level: object) -> object:
    if name == "standing":
        if not isinstance(level, (tuple, list)) or len(level) != 2:
            invalid("levels['standing']", level, "pairs (concealment cost, standing)")
        return tuple(float(check_number("levels['standing']", v, 0)) for v in level)
    if name == "discount":
        return float(check_discount(level))
    return float(check_number(f"levels[{name!r}]", level, 0, open_low=name == "prior"))


def _place(value: object) -> float:
    if isinstance(value, Mapping):
        return -np.inf
    if isinstance(value, tuple):
        return -np.inf if any(isinstance(v, Mapping) for v in value) else float(value[1]) - float(value[0])
    return float(str(value))


def _key(value: object) -> str:
    return "_".join(f"{v:.6g}" for v in value) if isinstance(value, tuple) else f"{value:.6g}"


def _number(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{party} {v:g}" for party, v in value.items())
    return f"{value:g}"


def _costs(value: object) -> str:
    assert isinstance(value, tuple)
    hidden, kept = value
    return f"standing {_number(kept)}, concealment {_number(hidden)}"


def _factor(value: object) -> str:
    assert isinstance(value, float)
    if value == 1:
        return "as each account holds it"
    return f"odds times {value:g}" if value > 1 else f"odds divided by {1 / value:g}"


def _days(value: object) -> str:
    return f"{_number(value)} days"


_TOLD = {
    "detection": _number,
    "false_alarm": _number,
    "discount": _number,
    "prior": _factor,
    "standing": _costs,
    "deadline_days": _days,
    "audience_cost": _number,
}
_WORDS = {
    "detection": ("Detection", "Probability that an alarm is raised in a period about a party that deploys."),
    "false_alarm": ("False alarm", "Probability that an alarm is raised in a period about a party that complies."),
    "discount": ("Patience", "Discount factor: what the next period is worth beside this one."),
    "prior": (
        "Prior",
        "Odds that a party is of the type {first!r}, as an account holds them, times a factor. What an account is "
        "certain of stays certain.",
    ),
    "standing": (
        "Standing against concealment",
        "Worth of the treaty in a period until it is left, and cost in a period of deploying in secret.",
    ),
    "deadline_days": ("Deadline", "Time that a demand gives."),
    "audience_cost": ("Audience cost", "One-off cost of a party that makes a demand and backs down."),
}
