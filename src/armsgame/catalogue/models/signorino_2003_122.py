"""Signorino 2003: the second player answers either move, with errors."""

from __future__ import annotations

from dataclasses import dataclass

from armsgame._typing import Number
from armsgame.catalogue.choice_errors import StrategicChoice
from armsgame.catalogue.model import Picture, parameter
from armsgame.games.tree_nodes import Move, Outcome


@dataclass(frozen=True, kw_only=True, eq=False)
class OneThenTwoEither(StrategicChoice):
    """Player 1 chooses L or R; player 2 answers either with l or r. Both err."""

    name = "signorino_2003_122"
    moves = ("p2", "p4", "p6")

    u11: Number = parameter(0.0, "1's payoff of L, l")
    u12: Number = parameter(-0.5, "1's payoff of L, r")
    u13: Number = parameter(1.0, "1's payoff of R, l")
    u14: Number = parameter(-1.0, "1's payoff of R, r")
    u22: Number = parameter(0.3, "2's payoff of r after L; that of l is 0")
    u24: Number = parameter(0.6, "2's payoff of r after R; that of l is 0")

    def tree(self) -> Move:
        """L and R are both answered."""
        left = Move("2", "after L", {"l": Outcome("11", (self.u11, 0)), "r": Outcome("12", (self.u12, self.u22))})
        right = Move("2", "after R", {"l": Outcome("13", (self.u13, 0)), "r": Outcome("14", (self.u14, self.u24))})
        return Move("1", "start", {"L": left, "R": right})

    def picture(self) -> Picture:
        """Probabilities of outcomes over one payoff, under either assumption about the error."""
        return self.compared("u14", {"o12": "L, r", "o14": "R, r"})
