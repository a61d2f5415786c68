"""Solutions of one-shot games: equilibria, what they rest on, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, overload

import numpy as np

from armsgame._checks import need_pandas
from armsgame._shown import Value
from armsgame._typing import FloatArray, NumberArray, Real
from armsgame._values import names_of
from armsgame.results.certificates import Deviation, Evidence, NextStep
from armsgame.results.provable import Provable

if TYPE_CHECKING:
    import pandas

    from armsgame.games.stage import StageGame

__all__ = ["Equilibrium", "Listing", "Solution", "StageCertificate", "Status", "aligned"]

_Item = TypeVar("_Item")


class Status(NextStep):
    """What a solution is worth; the text is the user's next step."""

    COMPLETE = "Every equilibrium is listed; nothing is left to do."
    PARTIAL = (
        "The listed equilibria are verified, but there may be others; read .notes for the method that proves more."
    )
    UNSOLVED = "No equilibrium was verified; read .notes for the method to try next."


@dataclass(frozen=True, slots=True, eq=False)
class StageCertificate(Provable, Evidence):
    """Evidence that a profile of a one-shot game is an equilibrium, or where it fails.

    Attributes
    ----------
    ok : bool
        Whether no action of any player gains more than `tolerance`.
    kind : str
        ``"Nash"``, ``"epsilon"`` (only within an economic tolerance the caller gave) or ``"none"``.
    max_gain : float or Fraction
        Largest gain of one player from a pure action, in payoff units; at least 0.
    where : Deviation
        Player and action of the largest gain.
    exact : bool
        Whether gains are rational numbers.
    tolerance : float
        What counts as zero: a bound on rounding, or the caller's tolerance.
    gains : tuple of arrays
        One ``[A_i]`` per player: gain of every pure action.
    payoffs : tuple
        Expected payoff of each player.
    """

    ok: bool
    kind: str
    max_gain: Real
    where: Deviation
    exact: bool
    tolerance: float
    gains: tuple[NumberArray, ...]
    payoffs: tuple[Real, ...]
    _source: tuple[StageGame, list[FloatArray]] | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        return self._judged({"Nash": "Nash equilibrium", "none": "not an equilibrium"})


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium(Provable, Value):
    """A mixed profile with its payoffs and its certificate.

    Attributes
    ----------
    profile : tuple of arrays
        One ``[A_i]`` of probabilities per player; Fractions where the method is exact.
    payoffs : array
        Shape ``[P]``.
    certificate : StageCertificate
    """

    profile: tuple[NumberArray, ...]
    payoffs: NumberArray = field(compare=False)
    certificate: StageCertificate = field(compare=False)

    @property
    def supports(self) -> tuple[tuple[int, ...], ...]:
        """Indices of the actions each player uses."""
        return tuple(tuple(int(a) for a in np.flatnonzero(own)) for own in self.profile)

    @property
    def pure(self) -> bool:
        """Whether every player uses one action."""
        return all(len(own) == 1 for own in self.supports)

    def __str__(self) -> str:
        mixes = " | ".join(" ".join(_number(p) for p in own) for own in self.profile)
        return f"{mixes}   payoffs {', '.join(_number(v) for v in self.payoffs)}"


class Listing(Value, Sequence[_Item]):
    """A sequence of what its first field holds, with what is known about the rest."""

    __slots__ = ()

    @property
    def _items(self) -> tuple[_Item, ...]:
        items: tuple[_Item, ...] = getattr(self, names_of(type(self))[0])
        return items

    @overload
    def __getitem__(self, index: int) -> _Item: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[_Item, ...]: ...
    def __getitem__(self, index: int | slice) -> _Item | tuple[_Item, ...]:
        """Item at a position, or a tuple of them."""
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[_Item]:
        return iter(self._items)


@dataclass(frozen=True, slots=True)
class Solution(Listing[Equilibrium]):
    """A sequence of equilibria with what is known about the rest.

    Attributes
    ----------
    equilibria : tuple of Equilibrium
        In a degenerate bimatrix game these are the extreme equilibria.
    complete : bool
        True only where it is proved that every equilibrium is listed or lies in a component.
    status : Status
        Its text is the next step.
    notes : tuple of str
        What was found out on the way: components, warnings, omissions.
    components : tuple of (tuple of int, tuple of int)
        Maximal Nash subsets of a bimatrix game, where complete (Millham 1974): for a pair (I, J) every mixture
        of the row strategies of equilibria I together with every mixture of the column
        strategies of equilibria J is an equilibrium.
    method : str
        The method and arithmetic that answered.
    """

    equilibria: tuple[Equilibrium, ...]
    complete: bool
    status: Status
    notes: tuple[str, ...] = ()
    components: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()
    method: str = ""
    players: tuple[str, ...] = field(default=(), repr=False)
    actions: tuple[tuple[str, ...], ...] = field(default=(), repr=False)

    def to_frame(self) -> pandas.DataFrame:
        """One row per equilibrium: probabilities, payoffs and largest gain (needs pandas)."""
        rows = []
        for one in self.equilibria:
            row: dict[str, object] = {}
            for i, own in enumerate(one.profile):
                names = self.actions[i] if self.actions else [str(a) for a in range(len(own))]
                row |= {f"{self._player(i)}: {name}": p for name, p in zip(names, own, strict=True)}
            row |= {f"payoff of {self._player(i)}": v for i, v in enumerate(one.payoffs)}
            row["max_gain"] = one.certificate.max_gain
            rows.append(row)
        return need_pandas().DataFrame(rows)

    def _player(self, i: int) -> str:
        return self.players[i] if self.players else f"player {i}"

    def _rows(self) -> list[list[str]]:
        count = len(self.equilibria[0].profile) if self.equilibria else len(self.players)
        rows = [["", *(self._player(i) for i in range(count)), "payoffs", "largest gain"]]
        for k, one in enumerate(self.equilibria):
            mixes = []
            for i, own in enumerate(one.profile):
                names = self.actions[i] if self.actions else [str(a) for a in range(len(own))]
                used = [(name, p) for name, p in zip(names, own, strict=True) if p]
                mixes.append(", ".join(name if p == 1 else f"{name} {_number(p)}" for name, p in used))
            pays = ", ".join(_number(v) for v in one.payoffs)
            rows.append([str(k), *mixes, pays, _number(one.certificate.max_gain)])
        return rows

    def __str__(self) -> str:
        how = "complete" if self.complete else "not proved complete"
        many = "1 equilibrium" if len(self) == 1 else f"{len(self)} equilibria"
        title = f"{many}, {how}" + (f" ({self.method})" if self.method else "")
        return "\n".join([title, *(aligned(self._rows()) if len(self) else []), self.status.value, *self.notes])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table in text, its columns as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]


def _number(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
