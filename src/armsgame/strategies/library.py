"""The named strategies as data, with their sources."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from armsgame._shown import Value
from armsgame._values import ReadOnlyDict
from armsgame.errors import InvalidGame
from armsgame.strategies import named as strategies
from armsgame.strategies.automaton import Automaton
from armsgame.strategies.named import Strategy

_KINDS = ("rule", "memory_one", "machine")


@dataclass(frozen=True, slots=True)
class NamedStrategy(Value):
    """A strategy with a name and a source; it stands wherever a strategy is asked for.

    Attributes
    ----------
    name, source, note : str
    strategy : Strategy or Automaton
    """

    name: str
    source: str
    note: str
    strategy: Strategy | Automaton

    def on(self, game: object, player: int | str) -> Automaton:
        """Lower to the automaton of a player of a game."""
        return self.strategy.on(game, player)

    def __str__(self) -> str:
        return f"{self.name} ({self.source})" + (f": {self.note}" if self.note else "")


@cache
def named_strategies() -> Mapping[str, NamedStrategy]:
    """Named strategies of two-action games, by name.

    Returns
    -------
    mapping from name to NamedStrategy
        Those given as a rule play on any RepeatedGame they can read; those given as a memory-one vector or as a
        machine need two parties with two actions each, and signals that say whose conduct they report (perfect
        monitoring, `Monitoring.detection`).

    Notes
    -----
    The zero-determinant vectors hold their relation for the payoffs 3, 0, 5, 1 only.

    Examples
    --------
    >>> found = named_strategies()
    >>> len(found) >= 20
    True
    >>> print(found["equaliser"].source)
    Press and Dyson (2012), PNAS 109, equation 8; Boerlijst, Nowak and Sigmund (1997), Am. Math. Mon. 104
    """
    text = files("armsgame.strategies").joinpath("named_strategies.toml").read_text(encoding="utf-8")
    return ReadOnlyDict({name: _read(name, entry) for name, entry in tomllib.loads(text).items()})


def _read(name: str, entry: Mapping[str, Any]) -> NamedStrategy:
    kinds = [k for k in _KINDS if k in entry]
    if len(kinds) != 1 or "source" not in entry:
        raise InvalidGame(f"strategy {name!r} has {kinds or 'no'} rule; allowed: a source and exactly one of {_KINDS}.")
    strategy: Any
    if kinds == ["machine"]:
        strategy = Automaton.machine(entry["machine"], start=entry["start"])
    elif kinds == ["memory_one"]:
        strategy = Automaton.memory_one(
            *(_number(p) for p in entry["memory_one"]), initial=_number(entry.get("initial", 1))
        )
    else:
        strategy = getattr(strategies, entry["rule"])
        if "argument" in entry:
            value = entry["argument"]
            strategy = strategy(value if isinstance(value, int) else _number(value))
    return NamedStrategy(name, entry["source"], entry.get("note", ""), strategy)


def _number(value: Any) -> float:
    return float(Fraction(value))
