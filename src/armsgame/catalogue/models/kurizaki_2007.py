"""Kurizaki 2007: threats made in private and in public, with audiences on both sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from armsgame._typing import ArrayLike, FloatArray, Number, Truth
from armsgame.catalogue.checking import GridCertificate, check_types
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome
from armsgame.treaty.crises.ultimatum_tree import midpoints


@dataclass(frozen=True, kw_only=True, eq=False)
class EfficientSecrecy(Model):
    """A challenger is silent or threatens, in private or in public; the defender concedes or resists.

    A challenger that is resisted fights or backs down.

    Payoffs (challenger, defender): status quo (0, 1); conceded in private (1, 0), in public (1, -a_D); backed down
    in private (0, 1), in public (-a_C, 1); war (w_C, w_D), which are private and uniform.
    """

    name = "kurizaki_2007"

    challenger_low: Number = parameter(-0.5, "least value of war to the challenger", "L_C")
    challenger_high: Number = parameter(0.8, "greatest one", "H_C", low=0, high=1, open_ends=True)
    defender_low: Number = parameter(-1.5, "least value of war to the defender", "L_D")
    defender_high: Number = parameter(0.4, "greatest one", "H_D", high=1, open_high=True)
    audience_challenger: Number = parameter(
        0.2, "challenger's cost of backing down in public", "a_C", low=0, open_low=True
    )
    audience_defender: Number = parameter(1.0, "defender's cost of conceding in public", "a_D", low=0, open_low=True)

    def conditions(self) -> Mapping[str, Truth]:
        """Hold that every kind of type exists."""
        low, high = np.less(self.defender_low, -self.audience_defender), -self.audience_defender < self.defender_high
        return {
            "challenger_low < -audience_challenger": self.challenger_low < -self.audience_challenger,
            "defender_low < -audience_defender < defender_high": low & high,
        }

    def _challengers(self, least: Number) -> FloatArray:
        """P(w_C >= least)."""
        return np.clip((self.challenger_high - least) / (self.challenger_high - self.challenger_low), 0.0, 1.0)

    def _defenders(self, least: Number) -> FloatArray:
        """P(w_D >= least)."""
        return np.clip((self.defender_high - least) / (self.defender_high - self.defender_low), 0.0, 1.0)

    def _public(self) -> dict[str, FloatArray]:
        """Play of the channel in public alone, at the parameters' common shape; `kind` 0, 1 or 2."""
        a_c, a_d = np.asarray(self.audience_challenger, dtype=float), np.asarray(self.audience_defender, dtype=float)
        sure = self._defenders(-a_d)
        honest = a_c >= (1 - sure) / sure
        resolved = self._challengers(-a_c)
        # a bluff is worth nothing, so that resistance is 1 / (1 + a_C)
        mixed = 1 / (1 + a_c)
        cut = self.defender_high - mixed * (self.defender_high - self.defender_low)
        trust = (1 + a_d) / (1 - cut)
        every = ~honest & (resolved * (1 - trust) / trust > 1 - resolved)
        all_in = self._defenders(-(1 - resolved + a_d) / np.maximum(resolved, 1e-300))
        least = np.where(honest, -(1 - sure) / sure, -a_c)
        resist = np.where(honest, sure, np.where(every, all_in, mixed))
        credible = np.where(honest, 1.0, np.where(every, resolved, trust))
        fight = self._challengers(least)
        threat = np.where(every, 1.0, fight / credible)
        return {
            "kind": np.where(honest, 0, np.where(every, 2, 1)),
            "resist": resist,
            "credibility": credible,
            "p_threat": threat,
            "p_war": fight * resist,
            "p_back_down": (threat - fight) * resist,
            "least_fighter": least,
        }

    @property
    def regions(self) -> Numbers:
        """Where private diplomacy exists, and the probability of war by channel (NaN where there is none)."""
        resolved = self._challengers(0.0)
        bar = 1 / (1 + np.asarray(self.audience_defender, dtype=float))
        found = {
            "resolved": resolved,
            "private_diplomacy_needs": bar,
            "private_diplomacy": resolved >= bar,
            "p_war_private_diplomacy": np.where(
                resolved >= bar, resolved * self._defenders(-self.audience_defender), np.nan
            ),
            "p_war_private_pooling": resolved * self._defenders(-(1 - resolved) / resolved),
            "p_war_public": self._public()["p_war"],
        }
        return self.shaped(found)

    def game(self, types: int = 4) -> ExtensiveGame:
        """Return the tree in which either value of war takes `types` equally likely values."""
        self.single("game")
        one = midpoints(float(self.challenger_low), float(self.challenger_high), types)
        two = midpoints(float(self.defender_low), float(self.defender_high), types)

        def play(i: int, j: int) -> Move:
            def threat(channel: str, retreat: Number, concession: Number) -> Move:
                war = Outcome("war", (one[i], two[j]))
                last = Move("challenger", f"type {i}, resisted in {channel}", {
                    "fight": war, "back down": Outcome(f"backed down in {channel}", (retreat, 1.0))})  # fmt: skip
                yields = Outcome(f"conceded in {channel}", (1.0, concession))
                return Move("defender", f"type {j}, threatened in {channel}", {"concede": yields, "resist": last})

            return Move("challenger", f"type {i}", {
                "be silent": Outcome("status quo", (0.0, 1.0)),
                "threaten in private": threat("private", 0.0, 0.0),
                "threaten in public": threat("public", -self.audience_challenger, -self.audience_defender),
            })  # fmt: skip

        draws = {f"types {i}, {j}": (types**-2, play(i, j)) for i in range(types) for j in range(types)}
        return ExtensiveGame(self.players, Chance(draws), title=self.title)

    def equilibria(self) -> tuple[Proposition, ...]:
        """Private diplomacy where resolve is likely enough; private pooling; the public channel alone."""
        self.single("equilibria")
        own, a_d = self.regions, self.audience_defender
        resolved, bar = own["resolved"], own["private_diplomacy_needs"]
        found = []
        if resolved >= bar:
            q = float(self._defenders(-a_d))
            share = (1 - resolved) / (resolved * a_d)
            sent = {"p_private": 1 - resolved + resolved * share}
            found.append(
                Proposition(
                    "private_diplomacy",
                    f"P(w_C >= 0) {resolved:.6g} >= 1 / (1 + a_D) = {bar:.6g}",
                    {"private_share_of_resolved": share, "resist": q},
                    {"p_war": resolved * q, "p_concede": 1 - q, "p_back_down": (1 - resolved) * q},
                    self._certificate("private_diplomacy", q, q, bar, 1.0, 0.0),
                    {"credibility_private": bar, "credibility_public": 1.0} | sent,
                )
            )
        q = float(self._defenders(-(1 - resolved) / resolved))
        robust = bool(resolved >= bar)
        belief = "the belief most favourable to it" if robust else "the belief that public threats are bluffs alone"
        loud = float(self._defenders(-a_d)) if robust else 1.0
        found.append(
            Proposition(
                "private_pooling",
                f"everyone threatens in private; a public threat is deterred by {belief}",
                {"resist": q},
                {"p_war": resolved * q, "p_concede": 1 - q, "p_back_down": (1 - resolved) * q},
                self._certificate("private_pooling", q, loud, resolved, float(robust), -np.inf),
                {"credibility_private": resolved, "robust": robust},
            )
        )
        public = {k: float(v) for k, v in self._public().items()}
        kind = ("no bluff", "bluff", "all threaten")[int(public.pop("kind"))]
        least = public.pop("least_fighter")
        resist = public.pop("resist")
        found.append(
            Proposition(
                "public",
                f"a private threat is taken for a bluff; in public: {kind}",
                {"resist": resist},
                {"p_war": public.pop("p_war"), "p_back_down": public.pop("p_back_down")},
                self._certificate("public", 1.0, resist, 0.0, public["credibility"], least),
                {"kind": kind, "least_fighter": least, **public},
            )
        )
        return tuple(found)

    def _certificate(
        self, name: str, private: float, public: float, trust: float, trust_public: float, least: float
    ) -> GridCertificate:
        """Check every type on a grid, at given resistance and credibility of either channel.

        The credibility of a channel in use is the share of types who fight among those who threaten, counted
        here from the strategy.
        """
        trust, trust_public = self._counted(name, trust, trust_public, least)
        one = np.linspace(self.challenger_low, self.challenger_high, 2001)
        two = np.linspace(self.defender_low, self.defender_high, 2001)
        a_c, a_d = self.audience_challenger, self.audience_defender

        def challenger(w: FloatArray) -> FloatArray:
            quiet = (1 - private) + private * np.maximum(w, 0.0)
            loud = (1 - public) + public * np.maximum(w, -a_c)
            return np.stack([np.zeros_like(w), quiet, loud], axis=1)

        def moves(w: FloatArray) -> FloatArray:
            if name == "private_diplomacy":
                # resolved types mix; they are indifferent, so that either move may stand for both
                return np.where(w >= 0, 2, 1)
            if name == "private_pooling":
                return np.ones(len(w))
            bluffs = np.zeros(len(w))  # indifferent between silence and a bluff, or worse off with it
            if self._public()["kind"] == 2:
                bluffs += 2
            return np.where(w >= least, 2, bluffs)

        def defender(credible: float, yielded: Number) -> Callable[[FloatArray], FloatArray]:
            return lambda w: np.stack([np.full_like(w, yielded), credible * w + (1 - credible)], axis=1)

        def resists(share: float) -> Callable[[FloatArray], ArrayLike]:
            least = self.defender_high - share * (self.defender_high - self.defender_low)
            return lambda w: (w >= least) if share < 1 else np.ones(len(w))

        return check_types(
            {
                "challenger": (one, challenger, moves),
                "defender, private": (two, defender(trust, 0.0), resists(private)),
                "defender, public": (two, defender(trust_public, -a_d), resists(public)),
            }
        )

    def _counted(self, name: str, trust: float, trust_public: float, least: float) -> tuple[float, float]:
        """Credibility of the private and the public channel by Bayes' rule; the given one where nobody uses it."""
        resolved = float(self._challengers(0.0))
        if name == "private_diplomacy":
            quiet = min(resolved, float((1 - resolved) / self.audience_defender))
            # all who threaten in public fight
            return quiet / (1 - resolved + quiet), 1.0 if quiet < resolved else trust_public
        if name == "private_pooling":
            return resolved, trust_public
        fighters = float(self._challengers(max(least, -self.audience_challenger)))
        others = 1 - float(self._challengers(-self.audience_challenger))
        bluffs = min(others, max(0.0, float(self._public()["p_threat"]) - fighters))
        return trust, fighters / (fighters + bluffs)

    def picture(self) -> Picture:
        """Probability of war by channel over the defender's cost of conceding in public."""
        words = {
            "public threats": "p_war_public",
            "private diplomacy": "p_war_private_diplomacy",
            "private pooling": "p_war_private_pooling",
        }
        return self.lines(
            words,
            title="Where private diplomacy is an equilibrium, war is rarer than with public threats alone",
            x="defender's cost of conceding in public",
            y="probability of war",
            audience_defender=np.linspace(0.02, 0.98, 241) * np.minimum(-self.defender_low, 2.5),
        )
