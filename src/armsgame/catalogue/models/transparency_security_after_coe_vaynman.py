"""After Coe and Vaynman 2020: access that reassures may also help an attacker, so that no level may do both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._typing import Number
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.checkers.one_shot import verify_stage
from armsgame.games.stage import StageGame


@dataclass(frozen=True, kw_only=True, eq=False)
class TransparencySecurity(Model):
    """Two parties may share a pie of 1 unarmed; transparency m shows covert arming, and helps an attacker.

    Covert arming costs k and gains Delta unless it is seen (with probability m). An attack wins the share
    1/2 + tau m and costs c.
    """

    name = "transparency_security_after_coe_vaynman"

    arming_cost: Number = parameter(0.1, "cost of covert arming", "k", low=0)
    arming_gain: Number = parameter(0.25, "gain from covert arming that is not seen", "Delta", low=0, open_low=True)
    attack_cost: Number = parameter(0.2, "cost of an attack", "c", low=0)
    exposure: Number = parameter(
        0.3, "share won in an attack for each unit of transparency", "tau", low=0, open_low=True
    )
    transparency: Number = parameter(0.63, "level of transparency at which the game is played", "m", low=0, high=1)

    @property
    def regions(self) -> Numbers:
        """Levels of transparency [low, high] at which the deal holds, and whether there is one."""
        low = np.maximum(0.0, 1 - np.asarray(self.arming_cost) / self.arming_gain)
        high = np.minimum(1.0, np.asarray(self.attack_cost) / self.exposure)
        found = {"low": low, "high": high, "deal": low <= high}
        return self.shaped(found)

    @property
    def game(self) -> StageGame:
        """One period of the deal: each party keeps it, arms covertly, or attacks.

        Payoffs are the model's where one party departs from the deal. Where both do, both get nothing: the
        model says nothing about it, and the deal's own test never reads it.
        """
        self.single("game")
        m = self.transparency
        arm = 0.5 + (1 - m) * self.arming_gain - self.arming_cost
        attack = 0.5 + self.exposure * m - self.attack_cost
        worth = np.array([[0.5, 0.0, 0.0], [arm, 0.0, 0.0], [attack, 0.0, 0.0]])
        actions = ("keep the deal", "arm covertly", "attack")
        return StageGame.from_bimatrix(worth, worth.T, players=self.players, actions=actions)

    def equilibria(self) -> tuple[Proposition, ...]:
        """Return the deal, where the transparency of the game lies between its limits; else no proposition."""
        self.single("equilibria")
        own = self.regions
        if not own["low"] <= self.transparency <= own["high"]:
            return ()
        found = Proposition(
            name="unarmed deal",
            conditions=f"{own['low']:.6g} <= transparency {self.transparency:.6g} <= {own['high']:.6g}",
            profile={"keep the deal": 1.0},
            outcomes={"deal": 1.0},
            certificate=verify_stage(self.game, ("keep the deal", "keep the deal")),
            numbers={"low": own["low"], "high": own["high"]},
        )
        return (found,)

    def picture(self) -> Picture:
        """Where a level of transparency meets both limits."""
        self.single("figure")
        gain, cost = np.linspace(0.12, 0.6, 200), np.linspace(0.0, 0.4, 200)
        own = self.replace(arming_gain=gain[None], attack_cost=cost[:, None]).regions
        return Picture(
            kind="regions",
            title="A deal needs a level of transparency that deters arming and does not invite attack",
            x="gain from covert arming",
            y="cost of an attack",
            series={"some level meets both limits": own["deal"], "no level does": ~own["deal"]},
            grid=(gain, cost),
        )
