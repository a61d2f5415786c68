"""Methods for `nash`, as value objects: which algorithm, and its own options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from armsgame._checks import settle_whole
from armsgame._shown import Value
from armsgame.errors import invalid

_NASHPY = ("support_enumeration", "vertex_enumeration", "lemke_howson_enumeration", "lemke_howson")


@dataclass(frozen=True, slots=True)
class SupportEnumeration(Value):
    """Equal-sized supports, one linear system per pair; for N players every support, with a proof.

    Newton's method from several starts is used only on supports for which there is no such proof.

    Parameters
    ----------
    starts : int
        Newton starts per undecided support profile of a game of three or more players.
    """

    starts: int = 6

    def __post_init__(self) -> None:
        settle_whole(self, "starts")


@dataclass(frozen=True, slots=True)
class VertexEnumeration(Value):
    """All vertices of both best-response polytopes; lexicographic in integers where the game has ties."""


@dataclass(frozen=True, slots=True)
class Exact(Value):
    """Vertex enumeration in rational numbers; profiles and payoffs are Fractions."""


@dataclass(frozen=True, slots=True)
class LemkeHowson(Value):
    """One equilibrium at the end of one path (Lemke and Howson 1964).

    Parameters
    ----------
    label : int
        Dropped label: a row 0 .. m-1, or a column m .. m+n-1.
    """

    label: int = 0

    def __post_init__(self) -> None:
        settle_whole(self, "label", 0)


@dataclass(frozen=True, slots=True)
class AllLemkeHowson(Value):
    """The equilibria at the ends of the Lemke-Howson paths of every label."""


@dataclass(frozen=True, slots=True)
class ZeroSum(Value):
    """One equilibrium of a constant-sum game by linear programming (von Neumann 1928)."""


@dataclass(frozen=True, slots=True)
class NashpyAdapter(Value):
    """An algorithm of nashpy behind our checker: warnings become notes, wrong answers are dropped.

    Parameters
    ----------
    method : str
        ``"support_enumeration"``, ``"vertex_enumeration"``, ``"lemke_howson_enumeration"`` or
        ``"lemke_howson"``.
    """

    method: str = "support_enumeration"

    def __post_init__(self) -> None:
        if self.method not in _NASHPY:
            invalid("method", self.method, f"one of {_NASHPY}")


Method: TypeAlias = (
    SupportEnumeration | VertexEnumeration | Exact | LemkeHowson | AllLemkeHowson | ZeroSum | NashpyAdapter
)
