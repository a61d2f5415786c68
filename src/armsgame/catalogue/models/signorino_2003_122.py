"""Signorino 2003: the second player answers either move, with errors."""

from __future__ import annotations

from dataclasses import dataclass

from armsgame._typing import Number
from armsgame.catalogue.choice_errors import StrategicChoice
from armsgame.catalogue.model import Numbers, Picture, parameter
from armsgame.games.extensive import ExtensiveGame
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

    @property
    def regions(self) -> Numbers:
        """Probabilities of R (`p2`), of r after L and R (`p4`, `p6`), and of the four outcomes."""
        own = self.chances()
        p2, p4, p6 = (own[move] for move in self.moves)
        found = {**own, "o11": (1 - p2) * (1 - p4), "o12": (1 - p2) * p4, "o13": p2 * (1 - p6), "o14": p2 * p6}
        return self.shaped(found)

    def nets(self, own: Numbers) -> dict[str, tuple[Number, tuple[Number, ...]]]:
        """Return the expected gain of each second move, and the weights of the errors in it."""
        l, r = own["p4"], own["p6"]  # noqa: E741
        net = (1 - r) * self.u13 + r * self.u14 - (1 - l) * self.u11 - l * self.u12
        pair = (1.0, 1.0)
        return {"p4": (self.u22, pair), "p6": (self.u24, pair), "p2": (net, (1 - l, l, 1 - r, r))}

    @property
    def game(self) -> ExtensiveGame:
        """The tree without errors; `agent_qre` at precision 1/(sqrt 2 sigma) gives the logit agent case."""
        self.single("game")
        left = Move("2", "after L", {"l": Outcome("11", (self.u11, 0)), "r": Outcome("12", (self.u12, self.u22))})
        right = Move("2", "after R", {"l": Outcome("13", (self.u13, 0)), "r": Outcome("14", (self.u14, self.u24))})
        return ExtensiveGame(self.players, Move("1", "start", {"L": left, "R": right}))

    def picture(self) -> Picture:
        """Probabilities of outcomes over one payoff, under either assumption about the error."""
        return self.compared("u14", {"o12": "L, r", "o14": "R, r"})
