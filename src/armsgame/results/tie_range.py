"""How far the probability of an event rests on moves that a profile leaves open, because they bring the same."""

from __future__ import annotations

from dataclasses import dataclass

from armsgame._shown import Value
from armsgame.arithmetic.tolerance import above, below

__all__ = ["TieRange"]


@dataclass(frozen=True, slots=True)
class TieRange(Value):
    """Probability that an event happens within some periods, and its range over ties.

    Attributes
    ----------
    event : str
    periods : int
    value : float, under the profile as it is
    outer : pair of float
        Least and greatest over all ways to resolve the ties, for each pair of types by itself. Nothing beyond is
        possible; the ends need not be equilibria.
    inner : pair of float
        Least and greatest among resolutions that were certified again, one party's ties at a time and both at once.
    refused : pair of str
        For the lower and the upper end: who breaks the resolution that would reach furthest; empty where it
        was certified.
    ties : int, actions that bring the same as what is prescribed
    """

    event: str
    periods: int
    value: float
    outer: tuple[float, float]
    inner: tuple[float, float]
    refused: tuple[str, str]
    ties: int

    def __str__(self) -> str:
        lines = [
            f"P({self.event} within {self.periods} periods) = {self.value:.6g}; {self.ties} actions tie",
            f"outer interval over ties: [{below(self.outer[0])}, {above(self.outer[1])}]",
            f"inner interval, certified again: [{self.inner[0]:.6g}, {self.inner[1]:.6g}]",
        ]
        for end, who in zip(("lower", "upper"), self.refused, strict=True):
            if who:
                lines.append(f"the {end} end of the outer interval is refused: {who}")
        return "\n".join(lines)
