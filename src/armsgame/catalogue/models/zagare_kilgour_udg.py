"""Zagare and Kilgour: the unilateral deterrence game, with private resolve on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from armsgame._typing import Number, Truth
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.checkers.trees import verify_assessment
from armsgame.errors import invalid
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome


@dataclass(frozen=True, kw_only=True, eq=False)
class UnilateralDeterrence(Model):
    """A challenger accepts or demands; a defender concedes or defies; the challenger backs down or fights.

    Each is hard or soft, privately and independently. A hard challenger fights, a hard defender defies.
    """

    name = "zagare_kilgour_udg"
    # Read resolve as the share of types that are not content with the treaty
    dossier = (("p_Ch", lambda told: told.not_content(0)), ("p_Def", lambda told: told.not_content(1)))

    c_DDminus: Number = parameter(-4.0, "a soft challenger's payoff of conflict")
    c_CD: Number = parameter(-2.0, "challenger's payoff of backing down")
    c_DDplus: Number = parameter(-1.0, "a hard challenger's payoff of conflict")
    c_SQ: Number = parameter(0.0, "challenger's payoff of the status quo")
    c_DC: Number = parameter(2.0, "challenger's payoff if the defender concedes")
    d_DDminus: Number = parameter(-5.0, "a soft defender's payoff of conflict")
    d_DC: Number = parameter(-2.0, "defender's payoff of conceding")
    d_DDplus: Number = parameter(-1.0, "a hard defender's payoff of conflict")
    d_CD: Number = parameter(1.0, "defender's payoff if the challenger backs down")
    d_SQ: Number = parameter(2.0, "defender's payoff of the status quo")
    p_Ch: Number = parameter(0.2, "probability that the challenger is hard", low=0, high=1, open_ends=True)
    p_Def: Number = parameter(0.3, "probability that the defender is hard", low=0, high=1, open_ends=True)

    def conditions(self) -> Mapping[str, Truth]:
        """Hold the published orders of preferences."""
        challenger = self.rising("c_DDminus", "c_CD", "c_DDplus", "c_SQ", "c_DC")
        return challenger | self.rising("d_DDminus", "d_DC", "d_DDplus") | self.rising("d_DC", "d_CD")

    @property
    def regions(self) -> Numbers:
        """Thresholds, and where each class of equilibria exists."""
        c_t = (self.c_DC - self.c_SQ) / (self.c_DC - self.c_DDplus)
        c_s = (self.c_DC - self.c_SQ) / (self.c_DC - self.c_CD)
        d_n = (self.d_CD - self.d_DC) / (self.d_CD - self.d_DDminus)
        p, q = self.p_Ch, self.p_Def
        found = {
            "c_t": c_t,
            "c_s": c_s,
            "d_n": d_n,
            "certain_deterrence": np.greater_equal(q, c_t),
            "separating": np.less_equal(c_s, q) & np.less_equal(q, c_t),
            "bluff": np.less_equal(q, c_s) & np.less_equal(p, d_n),
            "attack": np.less_equal(q, c_s) & np.greater_equal(p, d_n),
            "steadfast_deterrence": np.less(q, c_t) & np.less_equal(p, d_n),
        }
        return self.shaped(found)

    @property
    def game(self) -> ExtensiveGame:
        """The tree: both types first, then challenger, defender, challenger."""
        self.single("game")

        def play(c: str, d: str) -> Move:
            fight = Outcome(
                "DD",
                (self.c_DDplus if c == "hard" else self.c_DDminus, self.d_DDplus if d == "hard" else self.d_DDminus),
            )
            back = Outcome("CD", (self.c_CD, self.d_CD))
            last = Move("challenger", f"{c}, defied", {"back down": back, "fight": fight})
            asked = Move("defender", f"{d}, asked", {"concede": Outcome("DC", (self.c_DC, self.d_DC)), "defy": last})
            return Move("challenger", c, {"accept": Outcome("SQ", (self.c_SQ, self.d_SQ)), "demand": asked})

        chance = {"hard": (self.p_Ch, self.p_Def), "soft": (1 - self.p_Ch, 1 - self.p_Def)}
        draws = {f"{c} | {d}": (chance[c][0] * chance[d][1], play(c, d)) for c in chance for d in chance}
        return ExtensiveGame(self.players, Chance(draws), title=self.title)

    def equilibria(self, *, beliefs: str = "published") -> tuple[Proposition, ...]:
        """All classes of sequential equilibria that apply.

        Parameters
        ----------
        beliefs : {"published", "any"}
            A demand that nobody makes leaves the defender's belief free. ``"published"``: steadfast deterrence is
            listed where the belief that uniform trembles give, `p_Ch`, supports it and certain deterrence does not
            already hold. ``"any"``: it is listed wherever some consistent belief supports it, which is everywhere.
        """
        self.single("equilibria")
        if beliefs not in ("published", "any"):
            invalid("beliefs", beliefs, "'published' or 'any'")
        own, p, q = self.regions, self.p_Ch, self.p_Def
        c_t, c_s, d_n = own["c_t"], own["c_s"], own["d_n"]
        bluff, resist = p * (1 - d_n) / ((1 - p) * d_n), (c_s - q) / (1 - q)
        # name, condition, demands of hard and of soft, defiance of a soft defender, belief off the path
        kinds = {
            "certain_deterrence": (f"p_Def {q:.6g} >= c_t {c_t:.6g}", 0.0, 0.0, 0.0, max(p, d_n)),
            "separating": (f"c_s {c_s:.6g} <= p_Def {q:.6g} <= c_t {c_t:.6g}", 1.0, 0.0, 0.0, None),
            "bluff": (f"p_Def {q:.6g} <= c_s {c_s:.6g}, p_Ch {p:.6g} <= d_n {d_n:.6g}", 1.0, bluff, resist, None),
            "attack": (f"p_Def {q:.6g} <= c_s {c_s:.6g}, p_Ch {p:.6g} >= d_n {d_n:.6g}", 1.0, 1.0, 0.0, None),
            "steadfast_deterrence": (
                f"after a demand the defender thinks the challenger hard with at most d_n {d_n:.6g}",
                0.0, 0.0, 1.0, min(p, d_n),
            ),
        }  # fmt: skip
        applies = {name: own[name] for name in kinds}
        applies["steadfast_deterrence"] |= beliefs == "any"
        return tuple(self._certified(name, *kinds[name]) for name in kinds if applies[name])

    def _certified(
        self, name: str, conditions: str, hard: float, soft: float, resist: float, off: float | None
    ) -> Proposition:
        profile: dict[str, str | dict[str, float]] = {
            "hard": {"demand": hard, "accept": 1 - hard},
            "soft": {"demand": soft, "accept": 1 - soft},
            "hard, asked": "defy",
            "soft, asked": {"defy": resist, "concede": 1 - resist},
            "hard, defied": "fight",
            "soft, defied": "back down",
        }
        beliefs = {}
        if off is not None:
            beliefs = {f"{d}, asked": [off, 1 - off] for d in ("hard", "soft")}
            # the challenger keeps its own belief about the defender
            beliefs |= {f"{c}, defied": self._defied(resist) for c in ("hard", "soft")}
        elif soft == 0:
            beliefs = {"soft, defied": self._defied(resist)}
        checked = verify_assessment(self.game, profile, beliefs or None)
        return Proposition.of(
            checked,
            name=name,
            conditions=conditions,
            profile={"demand_hard": hard, "demand_soft": soft, "resist_hard": 1.0, "resist_soft": resist},
            numbers={key: self.regions[key] for key in ("c_t", "c_s", "d_n")},
        )

    def _defied(self, resist: float) -> list[float]:
        hard = float(self.p_Def / (self.p_Def + (1 - self.p_Def) * resist))
        return [hard, 1 - hard]

    def picture(self) -> Picture:
        """Classes of equilibria over the two credibilities."""
        self.single("figure")
        p = np.linspace(0.0025, 0.9975, 200)
        own = self.replace(p_Ch=p[None], p_Def=p[:, None]).regions
        names = ("certain_deterrence", "separating", "bluff", "attack", "steadfast_deterrence")
        return Picture(
            kind="regions",
            title="Classes of equilibria of the unilateral deterrence game",
            x="probability that the challenger is hard",
            y="probability that the defender is hard",
            series={name.replace("_", " "): own[name] for name in names},
            grid=(p, p),
        )
