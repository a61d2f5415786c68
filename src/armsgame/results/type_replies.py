"""What each type of a party can reach against a profile by type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from armsgame._checks import need_pandas
from armsgame._shown import Framed, Value
from armsgame.errors import WrongConcept, check_known
from armsgame.strategies.automaton import Automaton

if TYPE_CHECKING:
    import pandas

__all__ = ["TypeReplies", "TypeReply"]


@dataclass(frozen=True, slots=True)
class TypeReply(Value):
    """A plan of one type against a profile by type, between its own value and a bound.

    Attributes
    ----------
    strategy : Automaton
    value : float, of the plan at the start, normalised by 1 - discount
    before : float, of what the profile prescribes
    at_most : float, no plan of any kind exceeds this
    tolerance : float, what counts as zero
    """

    strategy: Automaton
    value: float
    before: float
    at_most: float
    tolerance: float

    @property
    def gain(self) -> float:
        """What the plan gains over the profile; no plan gains more than ``at_most - before``."""
        return self.value - self.before

    @property
    def exact(self) -> bool:
        """Whether the plan reaches the bound, so that it is a best reply."""
        return bool(self.at_most - self.value <= 2 * self.tolerance)


@dataclass(frozen=True, slots=True)
class TypeReplies(Framed, Value):
    """Replies of all types of a party that are tested; ``replies[type]`` is one.

    Attributes
    ----------
    player : str
    replies : mapping type -> TypeReply
    """

    player: str
    replies: Mapping[str, TypeReply]

    def __getitem__(self, kind: str) -> TypeReply:
        check_known("there is no reply of the type {}", self.replies, kind, error=WrongConcept)
        return self.replies[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self.replies)

    def __len__(self) -> int:
        return len(self.replies)

    def to_frame(self) -> pandas.DataFrame:
        """One row per type: value of the profile, of the plan, and the bound."""
        rows = [[k, own.before, own.value, own.at_most, own.exact] for k, own in self.replies.items()]
        return need_pandas().DataFrame(rows, columns=["type", "profile", "plan", "at most", "exact"])

    def __str__(self) -> str:
        lines = [f"Replies of {self.player} to the profile, by type"]
        for kind, own in self.replies.items():
            told = "a best reply" if own.exact else f"no plan exceeds {own.at_most:.6g}"
            lines.append(f"  {kind}: {own.before:.6g} by the profile, {own.value:.6g} by this plan; {told}")
        return "\n".join(lines)
