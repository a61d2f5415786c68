"""Zagare and Kilgour: the asymmetric escalation game, with tactical and strategic resolve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from armsgame._typing import Truth
from armsgame.catalogue.checking import check_tree
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome

_TYPES = ("HH", "HS", "SH", "SS")
_TIE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class AsymmetricEscalation(Model):
    """A challenge that may be met in kind or by escalation, and a reply that may be escalated in turn.

    The challenger's strategic resolve is private; so are the defender's tactical resolve (is a reply in kind better
    than conceding?) and its strategic one (is all-out conflict better than giving in to escalation?).
    """

    name = "zagare_kilgour_aeg"

    c_EEminus: float = parameter(-8.0, "a soft challenger's payoff of all-out conflict")
    c_DE: float = parameter(-6.0, "challenger's payoff of giving in to escalation")
    c_EEplus: float = parameter(-5.0, "a hard challenger's payoff of all-out conflict")
    c_DD: float = parameter(-2.0, "challenger's payoff of limited conflict")
    c_ED: float = parameter(-1.0, "challenger's payoff if the defender gives in to escalation")
    c_SQ: float = parameter(0.0, "challenger's payoff of the status quo")
    c_DC: float = parameter(2.0, "challenger's payoff if the defender concedes")
    d_EEminus: float = parameter(-9.0, "a strategically soft defender's payoff of all-out conflict")
    d_ED: float = parameter(-7.0, "defender's payoff of giving in to escalation")
    d_EEplus: float = parameter(-6.0, "a strategically hard defender's payoff of all-out conflict")
    d_DDminus: float = parameter(-4.0, "a tactically soft defender's payoff of limited conflict")
    d_DC: float = parameter(-3.0, "defender's payoff of conceding")
    d_DDplus: float = parameter(-2.0, "a tactically hard defender's payoff of limited conflict")
    d_DE: float = parameter(-1.0, "defender's payoff if the challenger gives in to escalation")
    d_SQ: float = parameter(0.0, "defender's payoff of the status quo")
    p_Ch: float = parameter(0.3, "probability that the challenger is hard", low=0, high=1)
    p_HH: float = parameter(0.25, "probability of a defender hard in both ways", low=0, high=1)
    p_HS: float = parameter(0.25, "probability of one hard tactically only", low=0, high=1)
    p_SH: float = parameter(0.25, "probability of one hard strategically only", low=0, high=1)
    p_SS: float = parameter(0.25, "probability of one soft in both ways", low=0, high=1)

    def conditions(self) -> Mapping[str, Truth]:
        """Hold the published orders of preferences."""
        self.single("game")
        c = ("c_EEminus", "c_DE", "c_EEplus", "c_DD", "c_ED", "c_SQ", "c_DC")
        d = ("d_EEminus", "d_ED", "d_EEplus", "d_DDminus", "d_DC", "d_DDplus", "d_DE", "d_SQ")
        total = self.p_HH + self.p_HS + self.p_SH + self.p_SS
        return self.rising(*c) | self.rising(*d) | {"p_HH + p_HS + p_SH + p_SS = 1": abs(total - 1) < 1e-9}

    @property
    def _prior(self) -> dict[str, float]:
        return {kind: getattr(self, f"p_{kind}") for kind in _TYPES}

    def _worth(self, c: str, d: str) -> dict[str, tuple[float, float]]:
        """Payoffs of the outcomes for a type of challenger (H or S) and of defender (tactical, strategic)."""
        return {
            "SQ": (self.c_SQ, self.d_SQ),
            "DC": (self.c_DC, self.d_DC),
            "DD": (self.c_DD, self.d_DDplus if d[0] == "H" else self.d_DDminus),
            "DE": (self.c_DE, self.d_DE),
            "ED": (self.c_ED, self.d_ED),
            "EE": (self.c_EEplus if c == "H" else self.c_EEminus, self.d_EEplus if d[1] == "H" else self.d_EEminus),
        }

    @property
    def game(self) -> ExtensiveGame:
        """The tree; at each last move both replies stand, so that the checker sees them."""

        def play(c: str, d: str) -> Move:
            end = {name: Outcome(name, pay) for name, pay in self._worth(c, d).items()}
            kept = Move("defender", f"{d}, escalated upon", {"D": end["ED"], "E": end["EE"]})
            met = Move("challenger", f"{c}, met in kind", {"D": end["DD"], "E": kept})
            up = Move("challenger", f"{c}, escalated upon", {"D": end["DE"], "E": end["EE"]})
            asked = Move("defender", d, {"C": end["DC"], "D": met, "E": up})
            return Move("challenger", c, {"C": end["SQ"], "D": asked})

        chance = {"H": self.p_Ch, "S": 1 - self.p_Ch}
        draws = {f"{c} | {d}": (chance[c] * p, play(c, d)) for c in chance for d, p in self._prior.items()}
        return ExtensiveGame(self.players, Chance(draws), title=self.title)

    @property
    def regions(self) -> Numbers:
        """Outcome under complete information for each pair of types (challenger | defender)."""
        return {"outcome": {f"{c}|{d}": self._complete(c, d) for c in "HS" for d in _TYPES}}

    def _complete(self, c: str, d: str) -> str:
        worth = self._worth(c, d)
        after_escalation = "EE" if d[1] == "H" else "ED"
        met = max(("DD", after_escalation), key=lambda end: worth[end][0])
        up = "EE" if c == "H" else "DE"
        reply = max(("DC", met, up), key=lambda end: worth[end][1])
        return max(("SQ", reply), key=lambda end: worth[end][0])

    def equilibria(self) -> tuple[Proposition, ...]:
        """All equilibria in pure strategies, with beliefs as limits of uniform trembles.

        Every one of the 1,296 profiles in which nobody makes a dominated last move is tried.
        """
        found = []
        for start in product("CD", repeat=2):
            for reply in product("CDE", repeat=4):
                answer = dict(zip(_TYPES, reply, strict=True))
                for choice in self._met(answer):
                    if self._rational(start, choice, answer):
                        found.append(self._certified(start, choice, answer))
        return tuple(found)

    def _met(self, answer: Mapping[str, str]) -> list[tuple[str, str]]:
        """Best choices of a hard and of a soft challenger who is met in kind; both at a tie."""
        prior = self._prior
        weight = {d: prior[d] for d in _TYPES if answer[d] == "D" and prior[d] > 0} or prior
        total = sum(weight.values())
        best = []
        for c in "HS":
            up = sum(p * self._worth(c, d)["EE" if d[1] == "H" else "ED"][0] for d, p in weight.items()) / total
            best.append([m for m, w in (("D", self.c_DD), ("E", up)) if w >= max(self.c_DD, up) - _TIE])
        hard, soft = best
        return list(product(hard, soft))

    def _rational(self, start: tuple[str, ...], choice: tuple[str, str], answer: Mapping[str, str]) -> bool:
        chance = {"H": self.p_Ch, "S": 1 - self.p_Ch}
        picked = dict(zip("HS", choice, strict=True))

        def ends(c: str, d: str, move: str) -> str:
            if move == "C":
                return "DC"
            if move == "E":
                return "EE" if c == "H" else "DE"
            return "DD" if picked[c] == "D" else ("EE" if d[1] == "H" else "ED")

        for c, first in zip("HS", start, strict=True):
            demand = sum(p * self._worth(c, d)[ends(c, d, answer[d])][0] for d, p in self._prior.items())
            if {"C": self.c_SQ, "D": demand}[first] < max(self.c_SQ, demand) - _TIE:
                return False
        asked = {c: chance[c] for c, first in zip("HS", start, strict=True) if first == "D" and chance[c] > 0} or chance
        total = sum(asked.values())
        for d in _TYPES:
            worth = {m: sum(p * self._worth(c, d)[ends(c, d, m)][1] for c, p in asked.items()) / total for m in "CDE"}
            if worth[answer[d]] < max(worth.values()) - _TIE:
                return False
        return True

    def _certified(self, start: tuple[str, ...], choice: tuple[str, str], answer: Mapping[str, str]) -> Proposition:
        profile: dict[str, str] = dict(answer)
        for c, first, then in zip("HS", start, choice, strict=True):
            profile |= {c: first, f"{c}, met in kind": then, f"{c}, escalated upon": "E" if c == "H" else "D"}
        profile |= {f"{d}, escalated upon": "E" if d[1] == "H" else "D" for d in _TYPES}
        checked = check_tree(self.game, profile)
        ends = {end: p for end, p in checked.outcome_probabilities().items() if p > 0}
        if "SQ" in ends and len(ends) == 1:
            name = "deterrence"
        elif set(ends) <= {"SQ", "DC"}:
            name = "no response"
        elif {"EE", "DE", "ED"} & set(ends):
            name = "escalation"
        else:
            name = "limited response" if "SQ" in ends else "attack"
        replies = ", ".join(f"{d} plays {m}" for d, m in answer.items())
        return Proposition.of(
            checked,
            ends,
            name=name,
            conditions=f"best replies at every information set, beliefs as limits of uniform trembles; {replies}",
            profile={
                "challenge": dict(zip("HS", start, strict=True)),
                "escalate_after_DD_choice": dict(zip("HS", choice, strict=True)),
                "respond": dict(answer),
            },
        )

    def picture(self) -> Picture:
        """Probability of each outcome in every pure equilibrium at these parameters."""
        names = ("SQ", "DC", "DD", "DE", "ED", "EE")
        series = {
            f"{k}. {found.name}": np.array([found.outcomes.get(n, 0.0) for n in names])
            for k, found in enumerate(self.equilibria(), 1)
        }
        return Picture(
            kind="bars",
            title="Outcomes of the pure equilibria of the asymmetric escalation game",
            x="outcome (first letter: challenger, second: defender)",
            y="probability",
            series=series,
            names=names,
        )
