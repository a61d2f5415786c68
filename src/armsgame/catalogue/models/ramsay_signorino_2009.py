"""Ramsay and Signorino 2009: the ultimatum game with private reservation values, for estimation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import ArrayLike, FloatArray, Number
from armsgame.catalogue.checking import GridCertificate, legendre, shares
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.errors import invalid
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome


@dataclass(frozen=True, kw_only=True, eq=False)
class StatisticalUltimatum(Model):
    """Player 1 offers y of Q; player 2 accepts (Q - y, y) or refuses (R1 + e1, R2 + e2).

    The shocks e are logistic, and private to their owner.
    """

    name = "ramsay_signorino_2009"

    Q: Number = parameter(1.0, "what is divided", low=0, open_low=True)
    R1: Number = parameter(0.2, "mean of 1's reservation value")
    R2: Number = parameter(0.25, "mean of 2's reservation value")
    s1: Number = parameter(0.1, "scale of 1's shock", low=0, open_low=True)
    s2: Number = parameter(0.1, "scale of 2's shock", low=0, open_low=True)

    def accept(self, offer: ArrayLike) -> Number:
        """Probability that an offer is accepted."""
        from scipy.special import expit

        chance: Number = expit((np.asarray(offer) - self.R2) / self.s2)
        return chance

    def offer(self, shock: ArrayLike = 0.0) -> Number:
        """Offer of a player 1 with the given shock, within [0, Q].

        y = Q - R1 - e1 - s2 (1 + W(exp((Q - R1 - e1 - s2 - R2) / s2))), with Lambert's W of an exponential computed
        from its logarithm.
        """
        from scipy.special import wrightomega

        own = self.Q - self.R1 - np.asarray(shock, dtype=float)
        w = np.real(wrightomega((own - self.s2 - self.R2) / self.s2))
        offered: Number = np.clip(own - self.s2 * (1 + w), 0.0, self.Q)
        return offered

    def at_most(self, offer: ArrayLike) -> Number:
        """P(the offer before truncation is at most `offer`)."""
        from scipy.special import expit

        chance: Number = expit(-self._turn(offer))
        return chance

    def above(self, offer: ArrayLike) -> Number:
        """P(the offer before truncation is above `offer`), with its digits where it is small."""
        from scipy.special import expit

        chance: Number = expit(self._turn(offer))
        return chance

    def _turn(self, offer: ArrayLike) -> FloatArray:
        """Shock, in units of its scale, with which 1 makes this offer; a greater one asks for more."""
        y = np.asarray(offer, dtype=float)
        with np.errstate(over="ignore"):
            return (self.Q - y - self.R1 - self.s2 * (1 + np.exp((y - self.R2) / self.s2))) / self.s1

    @property
    def regions(self) -> Numbers:
        """Offer and acceptance without a shock, the masses at 0 and Q, the mean offer and the chance of acceptance."""
        bare = self.offer(0.0)
        found = {
            "offer_no_shock": bare,
            "accept_no_shock": self.accept(bare),
            "p_offer_0": self.at_most(0.0),
            "p_offer_max": self.above(self.Q),
        }
        names = tuple(self.parameters())
        flat = [np.broadcast_to(getattr(self, n), self.shape).ravel() for n in names]
        means = np.empty((2, flat[0].size))
        for k in range(0, flat[0].size, 4096):
            part: dict[str, Any] = {n: v[k : k + 4096] for n, v in zip(names, flat, strict=True)}
            means[:, k : k + 4096] = type(self)(**part)._means()
        found |= {"mean_offer": means[0].reshape(self.shape), "p_accept": means[1].reshape(self.shape)}
        return self.shaped(found)

    def _means(self) -> tuple[Number, Number]:
        """Mean offer, and chance of acceptance, by parts: integrals over offers of P(offer > y) and of its slope.

        Pieces end where the probability of an offer, or of its acceptance, has moved by a known amount.
        """
        places: list[Number] = [
            self.offer(k * self.s1) for k in (-40, -28, -20, -14, -10, -7, -4.5, -2, 0, 2, 4.5, 7, 10, 14, 20, 28, 40)
        ]
        places += [self.R2 + k * self.s2 for k in (-40, -28, -20, -14, -10, -7, -4, -1, 2, 5, 8, 12, 16, 20, 28, 40)]
        places += [np.zeros_like(self.Q), self.Q]
        edges = np.sort(np.clip(np.stack(np.broadcast_arrays(*places)), 0.0, self.Q), axis=0)
        nodes, weights = legendre(12)
        middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges, axis=0) / 2
        mean, accepted = 0.0, self.accept(0.0)
        for x, w in zip(nodes, weights, strict=True):
            y = middle + half * x
            more, yes = self.above(y), self.accept(y)
            mean = mean + (w * half * more).sum(axis=0)
            accepted = accepted + (w * half * more * yes * (1 - yes) / self.s2).sum(axis=0)
        return mean, accepted

    def game(self, types: int = 5) -> ExtensiveGame:
        """Return the tree in which either shock takes `types` equally likely values, with offers on a grid."""
        self.single("game")
        if types != int(types) or not 1 <= types <= 20:
            invalid("types", types, "whole numbers from 1 to 20")
        edge = np.linspace(0, 1, types + 1)[:-1] + 0.5 / types
        shocks = np.log(edge / (1 - edge))

        def play(i: int, j: int) -> Move:
            no = Outcome("refused", (self.R1 + self.s1 * shocks[i], self.R2 + self.s2 * shocks[j]))

            def reply(y: Number) -> Move:
                deal = Outcome("accepted", (self.Q - y, y))
                return Move("2", f"shock {j}, offered {y:.6g}", {"accept": deal, "refuse": no})

            return Move("1", f"shock {i}", {f"{y:.6g}": reply(y) for y in (self.Q * x for x in shares(11))})

        draws = {f"{i}, {j}": (types**-2, play(i, j)) for i in range(types) for j in range(types)}
        return ExtensiveGame(self.players, Chance(draws), title=self.title)

    def equilibria(self) -> tuple[Proposition, ...]:
        """Return the only equilibrium."""
        self.single("equilibria")
        own = dict(self.regions)
        found = Proposition(
            name="offer by type",
            conditions="every shock has one best offer: the objective has one peak",
            profile={"offer_no_shock": own["offer_no_shock"]},
            outcomes={"p_accept": own["p_accept"]},
            certificate=self._certificate(),
            numbers={k: own[k] for k in ("accept_no_shock", "p_offer_0", "p_offer_max", "mean_offer")},
        )
        return (found,)

    def _certificate(self) -> GridCertificate:
        """Compare each type's offer with the best of 20,001 offers, by its expected payoff."""
        offers = np.linspace(0, self.Q, 20_001)
        worst, where = 0.0, "no type"
        shocks = self.s1 * np.linspace(-12, 12, 49)
        yes = self.accept(offers)
        for e in shocks:
            no = self.R1 + e
            chosen = float(self.offer(e))
            p = float(self.accept(chosen))
            gain = float((yes * (self.Q - offers) + (1 - yes) * no).max() - (p * (self.Q - chosen) + (1 - p) * no))
            if gain > worst:
                worst, where = gain, f"player 1 with shock {e:.6g}"
        tolerance = float(1e-11 * (np.abs(self.Q) + np.abs(self.R1) + 12 * self.s1))
        return GridCertificate(worst <= tolerance, worst, where, len(shocks), tolerance)

    def picture(self) -> Picture:
        """Distribution of offers, with its masses at the ends."""
        self.single("figure")
        y = np.linspace(0, self.Q, 601)
        # with a turn beyond 700 the density has vanished long before the exponential overflows
        slope = 1 + np.exp(np.minimum((y - self.R2) / self.s2, 700.0))
        density = self.at_most(y) * self.above(y) * slope / self.s1
        own = self.regions
        return Picture(
            kind="lines",
            title=f"Offers: mass {own['p_offer_0']:.3g} at nothing, {own['p_offer_max']:.3g} at everything",
            x="offer",
            y="density of offers, and probability of acceptance",
            series={"density of offers": (y, density), "probability that the offer is accepted": (y, self.accept(y))},
            levels={"offer without a shock": ("x", own["offer_no_shock"])},
        )
