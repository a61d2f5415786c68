"""After Meirowitz and Sartori 2008: a party keeps its rival guessing about its arms, at the price of some war."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from armsgame._typing import Number, Truth
from armsgame.catalogue.checking import check_tree, shares
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Move, Outcome

_DEMANDS = 21


@dataclass(frozen=True, kw_only=True, eq=False)
class HiddenArming(Model):
    """Player 2 arms in secret or not, player 1 demands a share of a pie of 1, and player 2 accepts or fights.

    Player 1 wins a war with probability `win_unarmed`, less `swing` if player 2 is armed.
    """

    name = "hidden_arming_after_meirowitz_sartori"

    win_unarmed: Number = parameter(0.6, "probability that 1 wins against an unarmed 2", "pi", low=0, high=1)
    swing: Number = parameter(0.3, "how much arms lower that probability", "theta", low=0, high=1, open_low=True)
    cost_1: Number = parameter(0.1, "1's cost of war", "c1", low=0, open_low=True)
    cost_2: Number = parameter(0.1, "2's cost of war", "c2", low=0, open_low=True)
    arming_cost: Number = parameter(0.1, "2's cost of arming", "k", low=0, open_low=True)

    def conditions(self) -> Mapping[str, Truth]:
        """Hold that arms are worth their cost, and that demands lie within the pie."""
        return {
            "arming_cost < swing <= win_unarmed": (self.arming_cost < self.swing) & (self.swing <= self.win_unarmed),
            "win_unarmed + cost_2 of at most 1": self.win_unarmed + self.cost_2 <= 1,
        }

    @property
    def regions(self) -> Numbers:
        """Closed form of the only equilibrium."""
        costs = self.cost_1 + self.cost_2
        soft = self.win_unarmed - self.swing + self.cost_2
        found = {
            "arm": self.swing / (self.swing + costs),
            "tough": self.arming_cost / self.swing,
            "p_war": self.arming_cost / (self.swing + costs),
            "demand_soft": soft,
            "demand_tough": self.win_unarmed + self.cost_2,
            "value_1": soft,
            "value_2": 1 - self.win_unarmed - self.cost_2 + self.swing - self.arming_cost,
        }
        return self.shaped(found)

    @property
    def demands(self) -> tuple[float, ...]:
        """Demands of the tree: twenty equal steps, and the two that leave an armed or unarmed 2 indifferent."""
        self.single("demands")
        own = self.regions
        return shares(_DEMANDS, own["demand_soft"], own["demand_tough"])

    @property
    def game(self) -> ExtensiveGame:
        """The tree, with demands on the grid `demands`."""
        self.single("game")

        def demand(armed: bool) -> Move:
            win, paid = self.win_unarmed - self.swing * armed, self.arming_cost * armed
            kind = "armed" if armed else "unarmed"
            war = Outcome(f"war, {kind}", (win - self.cost_1, 1 - win - self.cost_2 - paid))

            def reply(x: float) -> Move:
                deal = Outcome("agreement", (x, 1 - x - paid))
                return Move("2", f"{kind}, asked {x:.9g}", {"accept": deal, "fight": war})

            return Move("1", "demand", {f"{x:.9g}": reply(x) for x in self.demands})

        start = Move("2", "start", {"arm": demand(True), "do not arm": demand(False)})
        return ExtensiveGame(self.players, start, title=self.title)

    def equilibria(self) -> tuple[Proposition, ...]:
        """Return the mixed equilibrium."""
        self.single("equilibria")
        own = self.regions
        soft, tough = (f"{own[f'demand_{kind}']:.9g}" for kind in ("soft", "tough"))
        profile: dict[str, str | dict[str, float]] = {
            "start": {"arm": own["arm"], "do not arm": 1 - own["arm"]},
            "demand": {soft: 1 - own["tough"], tough: own["tough"]},
        }
        for x in self.demands:
            profile[f"armed, asked {x:.9g}"] = "accept" if x <= own["demand_soft"] else "fight"
            profile[f"unarmed, asked {x:.9g}"] = "accept" if x <= own["demand_tough"] else "fight"
        checked = check_tree(self.game, profile)
        ends = checked.outcome_probabilities()
        names = ("arm", "tough", "demand_soft", "demand_tough")
        found = Proposition.of(
            checked,
            {"p_war": ends["war, armed"] + ends["war, unarmed"], "agreement": ends["agreement"]},
            name="guessing about arms",
            conditions=f"arming_cost {self.arming_cost:.6g} < swing {self.swing:.6g}",
            profile={key: own[key] for key in names},
            numbers={key: own[key] for key in ("value_1", "value_2")},
        )
        return (found,)

    def picture(self) -> Picture:
        """Probability of arming, of a tough demand and of war over the cost of arming."""
        words = {"player 2 arms": "arm", "player 1 demands much": "tough", "war": "p_war"}
        return self.lines(
            words,
            title="The dearer hidden arms are, the more often a tough demand is made and fought over",
            x="cost of arming (share of the pie)",
            y="probability",
            arming_cost=np.linspace(0.001, 0.999, 300) * self.swing,
        )
