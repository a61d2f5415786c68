"""What a dossier assumes: its question, values of parameters, types of parties, accounts of the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from armsgame._shown import Value

__all__ = ["CONDUCT", "PartyType", "Perspective", "Quantity", "Question", "TypeRow", "own_rows"]

CONDUCT = ("comply", "deploy")
"""What a type may be assumed to do where no profile is given."""


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
    """What a party may be: changes to its parameters.

    Attributes
    ----------
    assumed_conduct : a word of `CONDUCT`, what the type is assumed to do where no profile says it; an assumption
    """

    name: str
    parameters: Mapping[str, float]
    source: str
    assumed_conduct: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class TypeRow(Value):
    """What an account says of a type in place of the dossier's own row, for both parties alike.

    Attributes
    ----------
    parameters : parameter -> value by this account; the others stay as in the row of the type
    assumed_conduct : a word of `CONDUCT`; empty to leave it as in the row of the type
    """

    parameters: Mapping[str, float] = field(default_factory=dict)
    assumed_conduct: str = ""


@dataclass(frozen=True, slots=True)
class Perspective(Value):
    """One account of the history: how it weighs types, and how each type is taken to behave.

    Attributes
    ----------
    types : party -> type -> probability; the only place where an account holds a prior, and it is about types. The
        belief about conduct follows from it, see `Scenario.violation_belief`.
    policies : type -> name of a policy of `armsgame.treaty`
    pass_compliant, pass_violating : P(a display is passed | type)
    attend_error : P(a party attends or stays away against its intention)
    type_rows : type -> `TypeRow`, where this account gives a type other payoffs or another assumed conduct
    rival : name of the perspective that holds the opposite; empty for an account that treats both parties alike
    """

    title: str
    text: str
    pass_compliant: float
    pass_violating: float
    types: Mapping[str, Mapping[str, float]]
    policies: Mapping[str, str]
    source: str
    attend_error: float = 0.0
    rival: str = ""
    type_rows: Mapping[str, TypeRow] = field(default_factory=dict)


def own_rows(perspective: Perspective) -> list[str]:
    """Words for what an account says of a type in place of the dossier's row, one line for each type."""
    lines = []
    for kind, row in perspective.type_rows.items():
        told = [f"{name} {value:g}" for name, value in row.parameters.items()]
        told += [f"assumed to {row.assumed_conduct}"] * bool(row.assumed_conduct)
        lines.append(f"{kind} by this account: {', '.join(told)}")
    return lines
