"""After Weissing and Ostrom 1991: many monitors who each rely on the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import prod

import numpy as np

from armsgame._typing import ArrayLike, Number, Truth
from armsgame.catalogue.checking import GridCertificate
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.checkers.one_shot import verify_stage
from armsgame.errors import invalid
from armsgame.games.stage import StageGame

_PLAYED = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class MutualMonitoring(Model):
    """One possible violator, n monitors who pay to look, and a loss to all of them if nobody sees a violation.

    An undetected violation gains B, a detected one costs P. A monitor pays C to look, sees a violation with
    probability alpha, gains R if it sees one itself, and loses L if there is one that nobody sees.
    """

    name = "weissing_ostrom_1991"

    monitors: int = parameter(3, "number of monitors", "n", low=1, high=1000, whole=True)
    gain: Number = parameter(2.0, "violator's gain if not seen", "B", low=0, open_low=True)
    penalty: Number = parameter(4.0, "violator's loss if seen", "P", low=0, open_low=True)
    cost: Number = parameter(0.3, "cost of looking", "C", low=0, open_low=True)
    reward: Number = parameter(1.0, "reward for seeing a violation oneself", "R", low=0)
    loss: Number = parameter(0.5, "loss if nobody sees a violation", "L", low=0)
    detection: Number = parameter(
        0.8, "probability that a look sees a violation", "alpha", low=0, high=1, open_low=True
    )

    def conditions(self) -> Mapping[str, Truth]:
        """Hold that looking can be worth its cost, and can deter."""
        return {
            "1 - detection of at most (penalty / (gain + penalty))^(1 / monitors)": self._monitor(self.monitors) <= 1,
            "cost of at most detection (reward + loss (penalty / (gain + penalty))^((monitors - 1) / monitors))": (
                self._steal(self.monitors) <= 1
            ),
        }

    def _monitor(self, n: ArrayLike) -> Number:
        """Probability with which each of n active monitors looks."""
        return (1 - (self.penalty / (self.gain + self.penalty)) ** (1 / np.asarray(n))) / self.detection

    def _steal(self, n: ArrayLike, loss: Number | None = None) -> Number:
        """Probability of a violation with n active monitors; infinite where a look is worth nothing."""
        loss = self.loss if loss is None else loss
        shy = self.penalty / (self.gain + self.penalty)
        with np.errstate(divide="ignore"):
            return self.cost / (self.detection * (self.reward + loss * shy ** (1 - 1 / np.asarray(n))))

    @property
    def regions(self) -> Numbers:
        """Symmetric equilibrium: probabilities of a violation, of a look, and of detection."""
        found = {
            "steal": self._steal(self.monitors),
            "monitor": self._monitor(self.monitors),
            "detect": np.asarray(self.gain / (self.gain + self.penalty)),
        }
        return self.shaped(found)

    @cached_property
    def game(self) -> StageGame:
        """Stage game of the violator (first) and up to eight monitors."""
        self.single("game")
        n = self.monitors
        if n > _PLAYED:
            invalid("monitors", n, f"at most {_PLAYED} for the game's table of 2^(n+1) profiles", "Ask `regions`.")
        shape = (2,) * (n + 1)
        pay = np.zeros((n + 1, *shape))
        for profile in product((0, 1), repeat=n + 1):
            violates, looks = profile[0], profile[1:]
            unseen = (1 - self.detection) ** sum(looks)
            pay[(0, *profile)] = violates * (unseen * self.gain - (1 - unseen) * self.penalty)
            for i, look in enumerate(looks, 1):
                own = look * (self.detection * self.reward * violates - self.cost)
                pay[(i, *profile)] = own - violates * unseen * self.loss
        return StageGame(
            pay,
            players=("violator", *(f"monitor {i}" for i in range(1, n + 1))),
            actions=(("comply", "violate"), *(("rest", "look"),) * n),
        )

    def equilibria(self) -> tuple[Proposition, ...]:
        """One equilibrium for every group of active monitors, and those in which some look for certain.

        With up to eight monitors all are listed but for thresholds, and for a loss of 0, where any probabilities of
        looking with the same chance of detection are an equilibrium. With more, the symmetric one.
        """
        self.single("equilibria")
        n, found = self.monitors, []
        if n > _PLAYED:
            return (self._certified((), tuple(range(n)), float(self._monitor(n)), float(self._steal(n))),)
        for sure, mixing, look, steal in self._patterns():
            for group in combinations(range(n), sure + mixing):
                for certain in combinations(group, sure):
                    others = tuple(i for i in group if i not in certain)
                    found.append(self._certified(certain, others, look, steal))
        return tuple(found)

    def _patterns(self) -> list[tuple[int, int, float, float]]:
        """Numbers that look for certain and that mix, the probability of a mixing look, and that of a violation."""
        n, a, shy = self.monitors, float(self.detection), float(self.penalty / (self.gain + self.penalty))
        found = []
        for sure in range(n):
            # a violation is left unseen by those who look for certain with this probability
            left = (1 - a) ** sure
            if left <= shy or (sure and self.loss == 0):
                break
            for mixing in range(n - sure, 0, -1):
                miss = (shy / left) ** (1 / mixing)
                steal = float(self.cost / (a * (self.reward + self.loss * shy / miss)))
                if miss >= 1 - a - 1e-12 and steal <= 1:
                    found.append((sure, mixing, min(1.0, (1 - miss) / a), steal))
        if self.loss > 0:
            found += self._sure_violations(a, shy)
        return found

    def _sure_violations(self, a: float, shy: float) -> list[tuple[int, int, float, float]]:
        """Patterns in which detection does not deter, and yet a look more is not worth its cost."""
        n, found = self.monitors, []
        # a look pays where the others leave more than this unseen
        worth = float((self.cost / a - self.reward) / self.loss)
        for sure in range(n + 1):
            left = (1 - a) ** sure
            if left <= shy * (1 + 1e-9):
                break
            # by pure choices: no idle monitor would look, and none of those who look would rest
            if (sure == n or left <= worth) and (sure == 0 or (1 - a) ** (sure - 1) >= worth):
                found.append((sure, 0, 0.0, 1.0))
            for mixing in range(2, n - sure + 1):
                miss = (worth / left) ** (1 / (mixing - 1)) if worth > 0 else 0.0
                if 1 - a < miss < 1 and left * miss**mixing > shy * (1 + 1e-9):
                    found.append((sure, mixing, (1 - miss) / a, 1.0))
        return found

    def _certified(self, certain: tuple[int, ...], mixing: tuple[int, ...], look: float, steal: float) -> Proposition:
        n = self.monitors
        looks = [1.0 if i in certain else look if i in mixing else 0.0 for i in range(n)]
        played = [np.array([1 - p, p]) for p in (steal, *looks)]
        unseen = float(prod(1 - self.detection * p for p in looks))
        if unseen * self.gain > (1 - unseen) * self.penalty * (1 + 1e-9):
            name = "violation for certain"
        elif certain:
            name = "some look for certain"
        else:
            name = "mutual monitoring" if len(mixing) == n else "monitoring by some"
        told = [_words(mixing, n, "mix")] * bool(mixing) + [_words(certain, n, "look for certain")] * bool(certain)
        return Proposition(
            name=name,
            conditions="; ".join(told or ["no monitor looks"]),
            profile={"steal": steal, "monitor": look, "looks": looks},
            outcomes={"detect": 1 - unseen},
            certificate=verify_stage(self.game, played) if n <= _PLAYED else self._indifference(look, steal),
        )

    def _indifference(self, look: float, steal: float) -> GridCertificate:
        """Gains of both moves of the violator and of one of n equal monitors, from the rules of the game."""
        others = (1 - self.detection * look) ** (self.monitors - 1)
        unseen = others * (1 - self.detection * look)
        violate = unseen * self.gain - (1 - unseen) * self.penalty
        looks = steal * (self.detection * self.reward - (1 - self.detection) * others * self.loss) - self.cost
        rests = -steal * others * self.loss
        gain = max(max(violate, 0.0) - steal * violate, max(looks, rests) - (look * looks + (1 - look) * rests))
        gain = float(gain)
        return GridCertificate(gain <= 1e-12, gain, "violator or monitor", self.monitors + 1, 1e-12, "Nash")

    def picture(self) -> Picture:
        """Probability of a violation over the number of monitors."""
        self.single("figure")
        n = np.arange(1, 31)
        series = {}
        for loss in (0.0, self.loss, 2 * self.loss) if self.loss else (0.0,):
            steal = self._steal(n, loss)
            held = (self._monitor(n) <= 1) & (steal <= 1)
            series[f"loss {loss:g} if nobody sees it"] = (n, np.where(held, steal, np.nan))
        return Picture(
            kind="lines",
            title="More monitors who share a loss leave more violations",
            x="number of monitors",
            y="probability of a violation",
            series=series,
        )


def _words(group: tuple[int, ...], n: int, verb: str) -> str:
    who = "all monitors" if len(group) == n else "monitors " + ", ".join(str(i + 1) for i in group)
    return f"{who} {verb}"
