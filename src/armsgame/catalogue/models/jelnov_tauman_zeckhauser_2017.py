"""Jelnov, Tauman and Zeckhauser 2017: attack on weapons that may not exist, after a signal that errs both ways."""

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
class UnknownWeapons(Model):
    """Player 1 builds a bomb or not; player 2 sees a signal that is right with some probability, and attacks or not.

    Payoffs of (1, 2): no bomb and no attack (w1, 1); bomb and no attack (1, 0); no bomb and attack (r1, r2);
    bomb and attack (0, w2).
    """

    name = "jelnov_tauman_zeckhauser_2017"
    # Read the display as the signal; one precision stands for both of its errors
    dossier = (("precision", lambda told: told.display_precision()),)

    precision: Number = parameter(0.8, "probability that the signal is right", "alpha", low=0.5, high=1, open_high=True)
    w1: Number = parameter(0.6, "1's payoff of no bomb and no attack", low=0, high=1, open_ends=True)
    r1: Number = parameter(0.2, "1's payoff of an attack without a bomb", low=0, high=1, open_ends=True)
    w2: Number = parameter(0.5, "2's payoff of an attack on a bomb", low=0, high=1, open_ends=True)
    r2: Number = parameter(0.3, "2's payoff of an attack without a bomb", low=0, high=1, open_ends=True)

    def conditions(self) -> Mapping[str, Truth]:
        """Hold that player 1 prefers not to be attacked, and player 2 an attack on a bomb to one on nothing."""
        return self.rising("r1", "w1") | self.rising("r2", "w2")

    def _closed(self, alarm_only: Truth) -> dict[str, Number]:
        """Return the closed form of either regime, at the parameters' common shape."""
        a, s, ratio = self.precision, self.w1 - self.r1, (1 - self.r2) / self.w2
        with np.errstate(divide="ignore", invalid="ignore"):
            sure = np.asarray(1.0 - a)
            alarm = np.where(alarm_only, (1 - self.w1) / (a - sure * s), 1.0)
            clear = np.where(alarm_only, 0.0, (sure * (1 + s) - self.w1) / (sure - a * s))
            build = np.where(alarm_only, sure * ratio / (a + sure * ratio), a * ratio / (sure + a * ratio))
        # at the threshold itself rounding may leave the unit interval
        alarm, clear = np.clip(alarm, 0.0, 1.0), np.clip(clear, 0.0, 1.0)
        hit, mistake = a * alarm + sure * clear, sure * alarm + a * clear
        return {
            "precision_threshold": (1 - self.r1) / (1 + s) + 0 * build,
            "build": build,
            "attack_after_alarm": alarm,
            "attack_after_clear": clear,
            "p_attack": build * hit + (1 - build) * mistake,
            "p_mistaken_attack": (1 - build) * mistake,
            "p_unpunished_bomb": build * (1 - hit),
            "value1": self.w1 - s * mistake,
            "value2": build * hit * self.w2 + (1 - build) * (1 - mistake * (1 - self.r2)),
        }

    @property
    def regions(self) -> Numbers:
        """Threshold of precision and the equilibrium on its side of it (above it at the threshold itself)."""
        edge = (1 - self.r1) / (1 + self.w1 - self.r1)
        return self.shaped(self._closed(self.precision >= edge))

    @property
    def game(self) -> ExtensiveGame:
        """The tree."""
        self.single("game")

        def signal(bomb: bool) -> Chance:
            attack = (
                Outcome("attack on a bomb", (0, self.w2)) if bomb else Outcome("mistaken attack", (self.r1, self.r2))
            )
            calm = Outcome("unpunished bomb", (1, 0)) if bomb else Outcome("peace", (self.w1, 1))
            told = self.precision if bomb else 1 - self.precision
            moves = {"attack": attack, "do not attack": calm}
            return Chance({w: (p, Move("2", w, moves)) for w, p in (("alarm", told), ("clear", 1 - told))})

        start = Move("1", "start", {"build": signal(True), "do not build": signal(False)})
        return ExtensiveGame(self.players, start, title=self.title)

    def equilibria(self) -> tuple[Proposition, ...]:
        """Return the equilibrium of the regime; both at the threshold of precision."""
        self.single("equilibria")
        edge, kinds = self.regions["precision_threshold"], []
        if self.precision >= edge:
            kinds.append(("strike on alarm only", True, f"precision {self.precision:.6g} >= {edge:.6g}"))
        if self.precision <= edge:
            kinds.append(("strike on alarm, sometimes without", False, f"precision {self.precision:.6g} <= {edge:.6g}"))
        return tuple(self._certified(*kind) for kind in kinds)

    def _certified(self, name: str, alarm_only: bool, conditions: str) -> Proposition:
        found = {key: float(value) for key, value in self._closed(alarm_only).items()}
        names = ("build", "attack_after_alarm", "attack_after_clear")
        build, alarm, clear = (found.pop(key) for key in names)
        plays = {
            "start": {"build": build, "do not build": 1 - build},
            "alarm": {"attack": alarm, "do not attack": 1 - alarm},
            "clear": {"attack": clear, "do not attack": 1 - clear},
        }
        checked = check_tree(self.game, plays)
        profile = dict(zip(names, (build, alarm, clear), strict=True))
        numbers = {"regime": name, **found}
        return Proposition.of(checked, name=name, conditions=conditions, profile=profile, numbers=numbers)

    def picture(self) -> Picture:
        """Probabilities over the precision of the signal, with the kink at the threshold."""
        words = {
            "bomb built": "build",
            "attack without a bomb": "p_mistaken_attack",
            "bomb without an attack": "p_unpunished_bomb",
        }
        return self.lines(
            words,
            title="Building falls with a better signal above the threshold, and rises with it below",
            x="probability that the signal is right",
            y="probability",
            levels={"threshold of precision": ("x", self.regions["precision_threshold"])},
            precision=np.linspace(0.5, 0.999, 401),
        )
