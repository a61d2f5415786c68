"""After Jelnov, Tauman and Zeckhauser 2018: who refuses an inspection, and what the refusal says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from armsgame._typing import FloatArray, Number, Truth
from armsgame.catalogue.checking import check_tree
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome


@dataclass(frozen=True, kw_only=True, eq=False)
class RefusedInspection(Model):
    """Player 1 opens its sites, builds and refuses, or refuses with nothing to hide; it wants to deter or to provoke.

    After a refusal player 2 sees a signal of a bomb that is right with some probability, and attacks or not. Payoffs
    of (1, 2): opened (w, 1); bomb and no attack (1, 0); bomb and attack (0, w2); no bomb and no attack (w, 1); no
    bomb and attack (r, r2), where a deterrer has r_D < w_D and a provocateur r_P > w_P.
    """

    name = "refused_inspection_after_jtz_2018"
    # Read the display as the signal, and a party that wants out as one who wants the attack
    dossier = (("precision", lambda told: told.display_precision()), ("gamma", lambda told: told.wants_out(0)))

    precision: Number = parameter(0.8, "probability that the signal is right", "alpha", low=0.5, high=1, open_ends=True)
    gamma: Number = parameter(0.3, "probability of a provocateur", low=0, high=1, open_ends=True)
    w_D: Number = parameter(0.6, "a deterrer's payoff of no bomb and no attack", low=0, high=1, open_ends=True)
    r_D: Number = parameter(0.2, "a deterrer's payoff of an attack without a bomb", low=0, high=1, open_ends=True)
    w_P: Number = parameter(0.2, "a provocateur's payoff of no bomb, no attack", low=0, high=1, open_ends=True)
    r_P: Number = parameter(0.5, "a provocateur's payoff of an attack without a bomb", low=0, high=1, open_ends=True)
    w2: Number = parameter(0.5, "2's payoff of an attack on a bomb", low=0, high=1, open_ends=True)
    r2: Number = parameter(0.3, "2's payoff of an attack without a bomb", low=0, high=1, open_ends=True)

    def conditions(self) -> Mapping[str, Truth]:
        """Hold what the types want."""
        return self.rising("r_D", "w_D") | self.rising("w_P", "r_P") | self.rising("r2", "w2")

    @property
    def regions(self) -> Numbers:
        """Aggression at which either type is indifferent, on a scale from 0 to 2.

        Player 2 attacks after an alarm with probability min(t, 1) and after a clear signal with probability
        max(t - 1, 0): other rules are never best replies, since an alarm speaks for a bomb.
        """
        a = np.asarray(self.precision, dtype=float)

        def crossing(at_alarm: Number, at_clear: Number, start: Number) -> FloatArray:
            # start - (loss per unit of t) t = 0, with one slope up to t = 1 and another beyond
            first = start / at_alarm
            return np.where(first <= 1, first, 1 + (start - at_alarm) / at_clear)

        extra = np.subtract(self.r_P, self.w_P)
        found = {
            "t_D": crossing(a, 1 - a, 1 - np.asarray(self.w_D)),
            "t_P": crossing(a + (1 - a) * extra, 1 - a + a * extra, 1 - np.asarray(self.w_P)),
        }
        return self.shaped(found)

    @property
    def game(self) -> ExtensiveGame:
        """The tree."""
        self.single("game")

        def signal(bomb: bool, w: Number, r: Number) -> Chance:
            hit = Outcome("refuse-bomb-attack", (0, self.w2)) if bomb else Outcome("refuse-nobomb-attack", (r, self.r2))
            calm = Outcome("refuse-bomb-none", (1, 0)) if bomb else Outcome("refuse-nobomb-none", (w, 1))
            told = self.precision if bomb else 1 - self.precision
            moves = {"attack": hit, "do not attack": calm}
            return Chance({w: (p, Move("2", w, moves)) for w, p in (("alarm", told), ("clear", 1 - told))})

        def type_of(name: str, w: Number, r: Number) -> Move:
            moves = {"open": Outcome("open", (w, 1)), "build": signal(True, w, r), "bluff": signal(False, w, r)}
            return Move("1", name, moves)

        draws = {
            "deterrer": (1 - self.gamma, type_of("deterrer", self.w_D, self.r_D)),
            "provocateur": (self.gamma, type_of("provocateur", self.w_P, self.r_P)),
        }
        return ExtensiveGame(self.players, Chance(draws), title=self.title)

    def equilibria(self) -> tuple[Proposition, ...]:
        """All equilibria in which some type refuses.

        A deterrer never bluffs and a provocateur never opens, since some attack follows a refusal: so one of them
        mixes between the two things it does, or neither does and player 2 attacks exactly on alarm.
        """
        self.single("equilibria")
        own, g = self.regions, float(self.gamma)
        t_d, t_p = own["t_D"], own["t_P"]
        theta = float((1 - self.r2) / self.w2)
        right = float(self.precision / (1 - self.precision))
        found: dict[tuple[float, ...], str] = {}

        def odds(t: float) -> tuple[float, float]:
            """Least and greatest ratio of bombs to bluffs at which aggression t is a best reply."""
            alarm, clear = theta / right, theta * right
            if abs(t - 1) < 1e-12:
                return alarm, clear
            return (alarm, alarm) if t < 1 else (clear, clear)

        # the provocateur mixes; the deterrer opens, or builds where it tolerates more aggression
        for deterrer in (0.0, 1.0):
            if (deterrer == 0 and t_p >= t_d) or (deterrer == 1 and t_p <= t_d):
                for ratio in odds(t_p):
                    built = (1 - g) * deterrer
                    share = (ratio * g - built) / (g * (1 + ratio))
                    if 0 <= share <= 1:
                        found[t_p, deterrer, share] = "provocateur mixes"
        if t_p <= t_d:
            for ratio in odds(t_d):
                share = ratio * g / (1 - g)
                if 0 <= share <= 1:
                    found[t_d, share, 0.0] = "deterrer mixes"
            least, most = odds(1.0)
            if t_p <= 1 <= t_d and least <= (1 - g) / g <= most:
                found[1.0, 1.0, 0.0] = "types apart"
        return tuple(self._certified(name, *key) for key, name in sorted(found.items()))

    def _certified(self, name: str, t: float, deterrer: float, provocateur: float) -> Proposition:
        alarm, clear = min(t, 1.0), max(t - 1, 0.0)
        plays = {
            "deterrer": {"open": 1 - deterrer, "build": deterrer},
            "provocateur": {"build": provocateur, "bluff": 1 - provocateur},
            "alarm": {"attack": alarm, "do not attack": 1 - alarm},
            "clear": {"attack": clear, "do not attack": 1 - clear},
        }
        checked = check_tree(self.game, plays)
        own = self.regions
        attack, builds = {"attack_b": alarm, "attack_n": clear}, {"D_build": deterrer, "P_build": provocateur}
        return Proposition.of(
            checked,
            name=name,
            conditions=f"aggression {t:.6g}; deterrer indifferent at {own['t_D']:.6g}, provocateur at {own['t_P']:.6g}",
            profile=attack | builds | {"D_open": 1 - deterrer, "P_bluff": 1 - provocateur},
            numbers={"refusals_without_a_bomb": self._innocent(deterrer, provocateur)},
        )

    def _innocent(self, deterrer: float, provocateur: float) -> float:
        bluffs = self.gamma * (1 - provocateur)
        return float(bluffs / (bluffs + self.gamma * provocateur + (1 - self.gamma) * deterrer))

    def picture(self) -> Picture:
        """Share of refusals behind which there is no bomb, over the quality of the signal."""
        self.single("figure")
        right = np.linspace(0.505, 0.995, 99)
        innocent, attack = np.full(len(right), np.nan), np.full(len(right), np.nan)
        for k, a in enumerate(right.tolist()):
            found = self.replace(precision=a).equilibria()
            if found:
                innocent[k] = found[0]["refusals_without_a_bomb"]
                attack[k] = found[0]["attack_n"]
        return Picture(
            kind="lines",
            title="What stands behind a refusal, and attacks in spite of a clear signal",
            x="probability that the signal is right",
            y="probability",
            series={
                "no bomb behind a refusal": (right, innocent),
                "attack although the signal is clear": (right, attack),
            },
        )
