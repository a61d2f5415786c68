"""Signorino 2003: three players in a row, each with errors."""

from __future__ import annotations

from dataclasses import dataclass

from armsgame._typing import Number
from armsgame.catalogue.choice_errors import StrategicChoice
from armsgame.catalogue.model import Picture, parameter
from armsgame.games.tree_nodes import Move, Outcome


@dataclass(frozen=True, kw_only=True, eq=False)
class OneTwoThree(StrategicChoice):
    """Player 1 stops or goes on, then 2, then 3. All err."""

    name = "signorino_2003_123"
    moves = ("p2", "p4", "p6")

    u11: Number = parameter(0.0, "1's payoff of stopping")
    u13: Number = parameter(1.0, "1's payoff if 2 stops")
    u15: Number = parameter(-0.4, "1's payoff if 3 stops")
    u16: Number = parameter(-1.5, "1's payoff if 3 goes on")
    u23: Number = parameter(-0.5, "2's payoff of stopping")
    u25: Number = parameter(0.8, "2's payoff if 3 stops")
    u26: Number = parameter(-1.2, "2's payoff if 3 goes on")
    u36: Number = parameter(0.4, "3's payoff of going on; that of stopping is 0")

    def tree(self) -> Move:
        """Each player stops or goes on to the next."""
        three = {"stop": Outcome("5", (self.u15, self.u25, 0)), "go on": Outcome("6", (self.u16, self.u26, self.u36))}
        two = {"stop": Outcome("3", (self.u13, self.u23, 0)), "go on": Move("3", "third", three)}
        return Move("1", "first", {"stop": Outcome("1", (self.u11, 0, 0)), "go on": Move("2", "second", two)})

    def picture(self) -> Picture:
        """Probabilities of outcomes over one payoff, under either assumption about the error."""
        return self.compared("u16", {"o1": "1 stops", "o3": "2 stops", "o6": "all go on"})
