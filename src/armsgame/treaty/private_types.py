"""Types of the parties to a treaty, and the payoffs of each from the parameters that it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from armsgame._checks import is_number
from armsgame._typing import FloatArray
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.treaty.parameter_table import parameters

TypeParameters = Mapping[str, Mapping[str, Mapping[str, float]]]
"""{party: {type: {parameter: value}}}."""


class Priced(Protocol):
    """A treaty whose payoffs are a combination of parameters."""

    @property
    def parties(self) -> tuple[str, str]:
        """Labels of the parties."""

    def basis(self) -> tuple[FloatArray, dict[str, FloatArray]]:
        """Payoffs as a constant and one array for each parameter."""

    def prices(self) -> dict[str, tuple[float, float]]:
        """Values of the payoff parameters, one per party."""


def payoffs_by_type(treaty: Priced, types: TypeParameters) -> dict[str, dict[str, FloatArray]]:
    """Payoffs [profiles] of each type of each party that is named, in the order of the treaty's action profiles.

    Raises
    ------
    InvalidGame
        Unknown parties, parameters that are no payoffs, values out of range.
    """
    constant, arrays = treaty.basis()
    prices = treaty.prices()
    if not isinstance(types, Mapping) or any(not isinstance(own, Mapping) for own in types.values()):
        invalid("types", types, "a mapping {party: {type: {parameter: value}}}")
    for party in types:
        if party not in treaty.parties:
            raise InvalidGame(f"types names the party {party!r}. {close_matches(str(party), treaty.parties)}")
    found: dict[str, dict[str, FloatArray]] = {}
    for i, party in enumerate(treaty.parties):
        for kind, changes in types.get(party, {}).items():
            own = {name: pair[i] for name, pair in prices.items()} | _checked(f"{party}, {kind}", changes, prices)
            pays = constant[i].copy()
            for name, array in arrays.items():
                pays += own[name] * array[i]
            found.setdefault(party, {})[str(kind)] = pays
    return found


def _checked(where: str, changes: object, prices: Mapping[str, object]) -> dict[str, float]:
    """Parameters that a type changes, each a payoff in its range."""
    if not isinstance(changes, Mapping):
        invalid(f"types[{where}]", changes, "a mapping {parameter: value}, empty for the treaty's own payoffs")
    for name, value in changes.items():
        if name in parameters and name not in prices:
            raise InvalidGame(
                f"types[{where}] changes {name!r}, which is no payoff of a party; types differ in payoffs alone: "
                f"{', '.join(prices)}. Change {name!r} of the treaty, for all types."
            )
        if name not in prices:
            raise InvalidGame(f"types[{where}]: parameter {name!r} is unknown. {close_matches(str(name), prices)}")
        if name in parameters:
            parameters[name].check(value, f"{name} of {where}")
        elif not is_number(value):
            invalid(f"{name} of {where}", value, "a finite number")
    return {str(name): float(value) for name, value in changes.items()}
