"""Zagare and Kilgour: the rudimentary asymmetric deterrence game."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from armsgame._typing import Number, Truth
from armsgame.catalogue.checking import check_tree
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome


@dataclass(frozen=True, kw_only=True, eq=False)
class RudimentaryDeterrence(Model):
    """A keeps the status quo or defects; B, whose resolve is private, then gives way or answers in kind."""

    name = "zagare_kilgour_radg"
    # Read B's resolve as the share of its types that are not content with the treaty
    dossier = (("p_B", lambda told: told.not_content(1)),)

    p_B: Number = parameter(0.3, "probability that B is hard", low=0, high=1)
    a_DD: Number = parameter(-5.0, "A's payoff of conflict")
    a_SQ: Number = parameter(0.0, "A's payoff of the status quo")
    a_DC: Number = parameter(2.0, "A's payoff if B gives way")
    b_DDminus: Number = parameter(-6.0, "a soft B's payoff of conflict")
    b_DC: Number = parameter(-3.0, "B's payoff of giving way")
    b_DDplus: Number = parameter(-2.0, "a hard B's payoff of conflict")
    b_SQ: Number = parameter(0.0, "B's payoff of the status quo")

    def conditions(self) -> Mapping[str, Truth]:
        """Hold the published order of preferences."""
        return self.rising("a_DD", "a_SQ", "a_DC") | self.rising("b_DDminus", "b_DC", "b_DDplus", "b_SQ")

    @property
    def regions(self) -> Numbers:
        """Least probability of a hard B that deters, and what is played (at the threshold: no defection)."""
        threshold = (self.a_DC - self.a_SQ) / (self.a_DC - self.a_DD)
        x = np.where(self.p_B < threshold, 1.0, 0.0)
        found = {"threshold": threshold, "x": x, "status_quo": 1 - x, "p_DC": x * (1 - self.p_B), "p_DD": x * self.p_B}
        return self.shaped(found)

    @property
    def game(self) -> ExtensiveGame:
        """The tree: B's type first, then A, then B."""
        self.single("game")

        def play(hard: bool) -> Move:
            word = "hard" if hard else "soft"
            fight = Outcome("DD", (self.a_DD, self.b_DDplus if hard else self.b_DDminus))
            reply = Move("B", word, {"give way": Outcome("DC", (self.a_DC, self.b_DC)), "defect": fight})
            return Move("A", "start", {"cooperate": Outcome("SQ", (self.a_SQ, self.b_SQ)), "defect": reply})

        types = {"hard": (self.p_B, play(True)), "soft": (1 - self.p_B, play(False))}
        return ExtensiveGame(self.players, Chance(types), title=self.title)

    def equilibria(self) -> tuple[Proposition, ...]:
        """Deterrence or attack; both at the threshold, where A may also mix."""
        self.single("equilibria")
        threshold, game = self.regions["threshold"], self.game
        kinds = []
        if self.p_B >= threshold:
            kinds.append(("deterrence", f"p_B {self.p_B:.6g} >= {threshold:.6g}", 0.0))
        if self.p_B <= threshold:
            kinds.append(("attack", f"p_B {self.p_B:.6g} <= {threshold:.6g}", 1.0))
        found = []
        for name, condition, x in kinds:
            start = "defect" if x else "cooperate"
            checked = check_tree(game, {"start": start, "hard": "defect", "soft": "give way"})
            numbers = {"threshold": threshold, "status_quo": 1 - x, "p_DC": x * (1 - self.p_B), "p_DD": x * self.p_B}
            profile = {"x": x, "y_H": 1.0, "y_S": 0.0}
            found.append(Proposition.of(checked, name=name, conditions=condition, profile=profile, numbers=numbers))
        return tuple(found)

    def picture(self) -> Picture:
        """Probability of each outcome over the probability that B is hard."""
        words = {"status quo": "status_quo", "B gives way": "p_DC", "conflict": "p_DD"}
        return self.lines(
            words,
            title="Deterrence holds once B is hard often enough",
            x="probability that B is hard",
            y="probability",
            levels={"threshold": ("x", self.regions["threshold"])},
            p_B=np.linspace(0, 1, 401),
        )
