"""The parameter dictionary: symbol, meaning, unit, ranges, default and source of every parameter.

The module reads like a mapping: ``ag.treaty.parameters["detection"].default``.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import inf, isfinite
from types import MappingProxyType, ModuleType
from typing import Any

from armsgame._shown import Value
from armsgame.errors import InvalidGame, close_matches

__all__ = ["Parameter", "dictionary"]


@dataclass(frozen=True, slots=True)
class Parameter(Value):
    """One named parameter.

    Attributes
    ----------
    name, symbol, meaning, unit : str
    default : float, tuple of float, or None where the models prescribe none
    valid : pair of float, the range that input is checked against
    sweep : pair of float or None, a range for sensitivity studies; not an estimate
    source : str, a source or a text with the word "assumption"
    integer : bool, whole numbers only
    open_below, open_above : bool, is an end of `valid` itself refused?
    """

    name: str
    symbol: str
    meaning: str
    unit: str
    source: str
    default: Any = None
    valid: tuple[float, float] = (-inf, inf)
    sweep: tuple[float, float] | None = None
    integer: bool = False
    open_below: bool = False
    open_above: bool = False

    @property
    def range(self) -> str:
        """The allowed range in words."""
        low, high = self.valid
        kind = "a whole number" if self.integer else "a finite number"
        if low == -inf and high == inf:
            return kind
        lower = "" if low == -inf else f"{low:g} {'<' if self.open_below else '<='} "
        upper = "" if high == inf else f" {'<' if self.open_above else '<='} {high:g}"
        return f"{kind} with {lower}{self.name}{upper}"

    @property
    def assumed(self) -> bool:
        """Whether the default is an assumption."""
        return "assumption" in self.source

    def allows(self, value: Any) -> bool:
        """Whether a number lies in the valid range."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
            return False
        low, high = self.valid
        above = value > low if self.open_below else value >= low
        below = value < high if self.open_above else value <= high
        return above and below and (not self.integer or value == int(value))

    def __str__(self) -> str:
        shown = "none" if self.default is None else str(self.default)
        return f"{self.name} ({self.symbol}): {self.meaning}; {self.unit}; default {shown}; source: {self.source}"


@cache
def dictionary() -> MappingProxyType[str, Parameter]:
    """Every parameter by name, in the order of the data file."""
    text = files("armsgame.treaty").joinpath("parameters.toml").read_text(encoding="utf-8")
    table: dict[str, Parameter] = {}
    for entry in tomllib.loads(text)["parameter"]:
        for field in ("default", "valid", "sweep"):
            if isinstance(entry.get(field), list):
                entry[field] = tuple(entry[field])
        table[entry["name"]] = Parameter(**entry)
    return MappingProxyType(table)


class _Mapping(ModuleType):
    def __getitem__(self, name: str) -> Parameter:
        table = dictionary()
        if name not in table:
            raise InvalidGame(f"parameter {name!r} is unknown. {close_matches(name, table)}")
        return table[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dictionary())

    def __len__(self) -> int:
        return len(dictionary())

    def __contains__(self, name: object) -> bool:
        return name in dictionary()


sys.modules[__name__].__class__ = _Mapping
