"""What a dossier assumes: its question, values of parameters, types of parties, accounts of the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from armsgame._shown import Value

__all__ = ["PartyType", "Perspective", "Quantity", "Question"]


@dataclass(frozen=True, slots=True)
class Question(Value):
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
class Quantity(Value):
    """Value of a parameter (for both parties, or by party) with its source or the word "assumption"."""

    value: float | Mapping[str, float]
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PartyType(Value):
    """What a party may be: changes to its parameters."""

    name: str
    parameters: Mapping[str, float]
    source: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Perspective(Value):
    """One account of the history: how it weighs types, and how each type is taken to behave.

    Attributes
    ----------
    types : party -> type -> probability
    policies : type -> name of a policy of `armsgame.treaty`
    prior_violation : party -> P(it violates) in the eyes of the other party, were that one sincere
    pass_compliant, pass_violating : P(a display is passed | type)
    attend_error : P(a party attends or stays away against its intention)
    rival : name of the perspective that holds the opposite; empty for an account that treats both parties alike
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
    rival: str = ""
