"""After Weissing and Ostrom 1991: many monitors who each rely on the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np

from armsgame.catalogue.checking import GridCertificate
from armsgame.catalogue.model import Model, Proposition, Provenance, parameter
from armsgame.catalogue.picture import Picture
from armsgame.errors import invalid
from armsgame.games.stage import StageGame
from armsgame.games.verify_stage import verify_stage

__all__ = ["MutualMonitoring"]

_PLAYED = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class MutualMonitoring(Model):
    """One possible violator, n monitors who pay to look, and a loss to all of them if nobody sees a violation.

    An undetected violation gains B, a detected one costs P. A monitor pays C to look, sees a violation with
    probability alpha, gains R if it sees one itself, and loses L if there is one that nobody sees.
    """

    name = "weissing_ostrom_1991"
    title = "Irrigation institutions and the games irrigators play: mutual monitoring"
    question = "Do more monitors deter more?"
    citation = (
        "after F. Weissing and E. Ostrom (1991), Irrigation Institutions and the Games Irrigators Play, in R. Selten "
        "(ed.), Game Equilibrium Models II, Springer, 188-262"
    )
    bibtex = """@incollection{weissing_ostrom_1991,
  author = {Weissing, Franz and Ostrom, Elinor},
  title = {Irrigation Institutions and the Games Irrigators Play: Rule Enforcement without Guards},
  booktitle = {Game Equilibrium Models {II}}, editor = {Selten, Reinhard}, publisher = {Springer},
  pages = {188--262}, year = {1991}, note = {armsgame ships a simpler game after it}}"""
    provenance = Provenance.STYLISED
    players = ("violator", "monitors")
    mechanisms = (9, 13)
    reading = (
        "With many possible verifiers each relies on the others: adding hosts or allies as monitors need not deter "
        "more."
    )
    unsure = (
        "the paper's payoffs were not read; its abstract suggests a unique equilibrium under symmetry, and here every "
        "group of monitors can be the active one, so these are not its payoffs"
    )

    monitors: Any = parameter(3, "number of monitors", "n", low=1, high=1000, whole=True)
    gain: Any = parameter(2.0, "violator's gain if not seen", "B", low=0, open_low=True)
    penalty: Any = parameter(4.0, "violator's loss if seen", "P", low=0, open_low=True)
    cost: Any = parameter(0.3, "cost of looking", "C", low=0, open_low=True)
    reward: Any = parameter(1.0, "reward for seeing a violation oneself", "R", low=0)
    loss: Any = parameter(0.5, "loss if nobody sees a violation", "L", low=0)
    detection: Any = parameter(0.8, "probability that a look sees a violation", "alpha", low=0, high=1, open_low=True)

    def conditions(self) -> Mapping[str, Any]:
        """Hold that looking can be worth its cost, and can deter."""
        return {
            "1 - detection of at most (penalty / (gain + penalty))^(1 / monitors)": self._monitor(self.monitors) <= 1,
            "cost of at most detection (reward + loss (penalty / (gain + penalty))^((monitors - 1) / monitors))": (
                self._steal(self.monitors) <= 1
            ),
        }

    def _monitor(self, n: Any) -> Any:
        """Probability with which each of n active monitors looks."""
        return (1 - (self.penalty / (self.gain + self.penalty)) ** (1 / np.asarray(n))) / self.detection

    def _steal(self, n: Any) -> Any:
        """Probability of a violation with n active monitors."""
        shy = self.penalty / (self.gain + self.penalty)
        return self.cost / (self.detection * (self.reward + self.loss * shy ** (1 - 1 / np.asarray(n))))

    @property
    def regions(self) -> Mapping[str, Any]:
        """Symmetric equilibrium: probabilities of a violation, of a look, and of detection."""
        found = {
            "steal": self._steal(self.monitors),
            "monitor": self._monitor(self.monitors),
            "detect": np.asarray(self.gain / (self.gain + self.penalty)),
        }
        return {k: np.broadcast_to(v, self.shape) if self.shape else float(v) for k, v in found.items()}

    @property
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
        """One equilibrium for every group of active monitors; where there are more than eight, the symmetric one.

        A group is listed where the others' looks are not worth their cost: they are worth as much as an active
        monitor's, less what its own look adds to the detection of the others.
        """
        self.single("equilibria")
        n = self.monitors
        sizes = range(n, 0, -1) if n <= _PLAYED else (n,)
        return tuple(
            self._certified(active)
            for size in sizes
            if self._monitor(size) <= 1 and self._steal(size) <= 1
            for active in combinations(range(n), size)
        )

    def _certified(self, active: tuple[int, ...]) -> Proposition:
        size, n = len(active), self.monitors
        look, steal = float(self._monitor(size)), float(self._steal(size))
        if n <= _PLAYED:
            mixes = [np.array([1 - steal, steal])]
            mixes += [np.array([1 - look, look]) if i in active else np.array([1.0, 0.0]) for i in range(n)]
            certificate: Any = verify_stage(self.game, mixes)
        else:
            certificate = self._indifference(look, steal)
        word = "all monitors" if size == n else "monitors " + ", ".join(str(i + 1) for i in active)
        return Proposition(
            name="mutual monitoring" if size == n else "monitoring by some",
            conditions=f"{word} active",
            profile={"steal": steal, "monitor": look},
            outcomes={"detect": 1 - (1 - self.detection * look) ** size},
            certificate=certificate,
        )

    def _indifference(self, look: float, steal: float) -> Any:
        """Gains of both moves of the violator and of one of n equal monitors, from the rules of the game."""
        others = (1 - self.detection * look) ** (self.monitors - 1)
        unseen = others * (1 - self.detection * look)
        violate = unseen * self.gain - (1 - unseen) * self.penalty
        looks = steal * (self.detection * self.reward - (1 - self.detection) * others * self.loss) - self.cost
        rests = -steal * others * self.loss
        gain = max(max(violate, 0.0) - steal * violate, max(looks, rests) - (look * looks + (1 - look) * rests))
        return GridCertificate(gain <= 1e-12, gain, "violator or monitor", self.monitors + 1, 1e-12, "Nash")

    def picture(self) -> Picture:
        """Probability of a violation over the number of monitors."""
        self.single("figure")
        n = np.arange(1, 31)
        series = {}
        for loss in (0.0, self.loss, 2 * self.loss):
            series[f"loss {loss:g} if nobody sees it"] = (n, self.replace(monitors=1, loss=loss)._steal(n))
        return Picture(
            kind="lines",
            title="More monitors who share a loss leave more violations",
            x="number of monitors",
            y="probability of a violation",
            series=series,
        )
