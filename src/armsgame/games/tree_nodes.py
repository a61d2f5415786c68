"""Pieces of a tree: moves, chance, outcomes, and what a player knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, TypeAlias

from armsgame._shown import Value
from armsgame._typing import IntArray

CHANCE, TERMINAL = -1, -2


@dataclass(frozen=True, slots=True)
class Outcome(Value):
    """A terminal node with a label.

    Parameters
    ----------
    label : str
    payoffs : sequence of P numbers or arrays ``[*B]``, or mapping from player to them
    """

    label: str
    payoffs: Any


@dataclass(frozen=True, slots=True)
class Chance(Value):
    """A move of chance.

    Parameters
    ----------
    branches : mapping from label to (probability, node)
        A probability may be an array ``[*B]``. They sum to 1.
    """

    branches: Mapping[str, tuple[Any, Any]]


class _Trail(NamedTuple):
    labels: tuple[str, ...]
    parents: tuple[int, ...]


class Trail(_Trail):
    """Labels and parents of all nodes of a tree; every information set holds the same one."""

    __slots__ = ()
    # nothing in it can change: a set that is made need not look through it again
    _owned: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Move(Value):
    """A move of a player.

    Parameters
    ----------
    player : str
    at : str
        Label of the information set. Moves of a player with the same label are one set: the
        player cannot tell them apart.
    actions : mapping from action label to node
    """

    player: str
    at: str
    actions: Mapping[str, Any]


Node: TypeAlias = Move | Chance | Outcome | Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InformationSet(Value):
    """What one player knows when it moves.

    Attributes
    ----------
    player : int
    label : str
    actions : tuple of str
    nodes : tuple of int
    trail : Trail
    """

    player: int
    label: str
    actions: tuple[str, ...]
    nodes: tuple[int, ...]
    trail: Trail = field(compare=False, repr=False)

    @property
    def histories(self) -> tuple[str, ...]:
        """The moves that lead to each node, in words."""
        return tuple(history_of(*self.trail, node) for node in self.nodes)


def history_of(labels: Sequence[str], parents: Sequence[int] | IntArray, node: int) -> str:
    """Labels of the branches from the root to a node."""
    words: list[str] = []
    while node > 0:
        words.append(labels[node])
        node = int(parents[node])
    return ", ".join(reversed(words)) or "the start"
