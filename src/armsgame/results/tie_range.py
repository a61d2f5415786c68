"""How far the law of an event rests on moves that a profile leaves open, because they bring the same."""

from __future__ import annotations

from dataclasses import dataclass

from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.arithmetic.tolerance import above, below

__all__ = ["TieRange"]


@dataclass(frozen=True, slots=True, eq=False)
class TieRange(Value):
    """P(event within t periods) over resolutions of the ties of a certified profile.

    Attributes
    ----------
    event : str
    curve : array [T + 1], under the profile as it is
    outer : array [T + 1, 2]
        Least and greatest over all ways to resolve the ties, for each pair of types by itself. Nothing beyond is
        possible; the ends need not be equilibria.
    inner : array [T + 1, 2]
        Least and greatest among resolutions that were certified again, one party's ties at a time and both at once.
    certified : tuple of str, those resolutions in words
    refused : tuple of str, the others, each with who breaks it
    ties : int, actions that bring the same as what is prescribed
    curve_by_types : array [T + 1, K0, K1], the curve for each pair of types
    outer_by_types : array [T + 1, 2, K0, K1]
        The outer interval for each pair of types; weighed by another prior over the same types, it is the one there.
    """

    event: str
    curve: FloatArray
    outer: FloatArray
    inner: FloatArray
    certified: tuple[str, ...]
    refused: tuple[str, ...]
    ties: int
    curve_by_types: FloatArray
    outer_by_types: FloatArray

    @property
    def periods(self) -> int:
        """The horizon T."""
        return len(self.curve) - 1

    def __str__(self) -> str:
        told = f"P({self.event} within {self.periods} periods) = {self.curve[-1]:.6g}"
        if not self.ties:
            return f"{told}; nothing is tied"
        (low, high), (least, most) = self.outer[-1].tolist(), self.inner[-1].tolist()
        lines = [
            f"{told}; {self.ties} actions tie",
            f"outer interval over ties: [{below(low)}, {above(high)}]",
            f"inner interval, certified again: [{least:.6g}, {most:.6g}]",
        ]
        return "\n".join([*lines, *(f"refused: {text}" for text in self.refused)])
