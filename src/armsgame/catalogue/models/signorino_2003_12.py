"""Signorino 2003: one player moves, then another, both with errors."""

from __future__ import annotations

from dataclasses import dataclass

from armsgame._typing import Number
from armsgame.catalogue.choice_errors import StrategicChoice
from armsgame.catalogue.model import Picture, parameter
from armsgame.games.tree_nodes import Move, Outcome


@dataclass(frozen=True, kw_only=True, eq=False)
class OneThenTwo(StrategicChoice):
    """Player 1 ends the game (L) or hands over (R); player 2 then chooses l or r. Both err."""

    name = "signorino_2003_12"
    moves = ("p2", "p4")
    prefix = "outcome_"

    u11: Number = parameter(0.0, "1's payoff of L")
    u13: Number = parameter(1.0, "1's payoff if 2 answers R with l")
    u14: Number = parameter(-1.5, "1's payoff if 2 answers R with r")
    u24: Number = parameter(0.5, "2's payoff of r; that of l is 0")

    def tree(self) -> Move:
        """L ends it; after R the other player chooses."""
        reply = Move("2", "after R", {"l": Outcome("3", (self.u13, 0)), "r": Outcome("4", (self.u14, self.u24))})
        return Move("1", "start", {"L": Outcome("1", (self.u11, 0)), "R": reply})

    def picture(self) -> Picture:
        """Probabilities of outcomes over one payoff, under either assumption about the error."""
        return self.compared("u14", {"outcome_1": "L", "outcome_3": "R, l", "outcome_4": "R, r"})
