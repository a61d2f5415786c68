"""Spaniel: concessions in exchange for not building weapons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from armsgame._typing import Number, Truth
from armsgame.catalogue.checking import check_tree, shares
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.errors import invalid
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Move, Outcome

_NAMES = ("too costly", "threat", "threat with premium", "butter for bombs", "builds")
_TIE = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class ButterForBombs(Model):
    """In each period a declining power D offers a share, and a rising power R accepts it, fights, or builds.

    R keeps the share while it builds, at a cost. D then fights, or lets it go: power has shifted for ever, and D
    offers what an armed R would get by war. Values are discounted sums times (1 - discount); war ends the game.
    """

    name = "spaniel_butter_for_bombs"

    power: Number = parameter(0.3, "probability that R wins a war", "p", low=0, high=1)
    power_if_armed: Number = parameter(0.45, "probability that an armed R wins", "p'", low=0, high=1)
    cost_rising: Number = parameter(0.15, "R's cost of war", "c_R", low=0, open_low=True)
    cost_declining: Number = parameter(0.15, "D's cost of war", "c_D", low=0, open_low=True)
    build_cost: Number = parameter(0.4, "cost of building", "k", low=0, open_low=True)
    discount: Number = parameter(0.8, "discount factor", "delta", low=0, high=1, open_ends=True)

    def conditions(self) -> Mapping[str, Truth]:
        """Hold that arms help, and that war is worth something to R."""
        worth = np.greater_equal(self.power, self.cost_rising)
        return self.rising("power", "power_if_armed") | {"power of at least cost_rising": worth}

    @property
    def regions(self) -> Numbers:
        """Region by name, the offer, both values, and the three offers that D compares."""
        p, q, c_r, c_d = self.power, self.power_if_armed, self.cost_rising, self.cost_declining
        k, d = np.asarray(self.build_cost, dtype=float), self.discount
        low, armed = p - c_r, q - c_r
        butter = armed - (1 - d) * k / d
        watch = 1 - (1 - p - c_d - d * (1 - armed)) / (1 - d)
        threat = np.maximum(low, watch)
        build = np.maximum(0.0, (low + (1 - d) * k - d * armed) / (1 - d))
        can_build = build <= np.minimum(1.0, watch)
        value = np.stack(
            np.broadcast_arrays(
                np.where(threat <= 1, 1 - threat, -np.inf),
                np.where(butter <= 1, 1 - butter, -np.inf),
                np.where(can_build, (1 - d) * (1 - build) + d * (1 - armed), -np.inf),
            )
        )
        # ties: threat, then butter
        choice = np.argmax(value >= value.max(axis=0) - _TIE, axis=0)
        costly = butter <= low
        name = np.select([costly, (choice == 0) & (watch <= low), choice == 0, choice == 1], [0, 1, 2, 3], default=4)
        offer = np.select([name == 0, name <= 2, name == 3], [low + 0 * k, threat + 0 * k, butter], default=build)
        builds = name == 4
        found = {
            "region": np.array(_NAMES)[name],
            "offer": offer,
            "value_R": np.where(builds, (1 - d) * (offer - k) + d * armed, offer),
            "value_D": np.where(builds, (1 - d) * (1 - offer) + d * (1 - armed), 1 - offer),
            "builds": builds.astype(int),
            "offer_butter": butter + 0 * offer,
            "offer_threat": threat + 0 * offer,
            "offer_build": build + 0 * offer,
            "preventive_from": watch + 0 * offer,
        }
        return self.shaped(found)

    def _period(self, offer: float, value_r: float, value_d: float) -> ExtensiveGame:
        """One period, with the values of the same play from the next period on."""
        p, c_r, c_d, k, d = self.power, self.cost_rising, self.cost_declining, self.build_cost, self.discount
        armed = self.power_if_armed - c_r
        war = (1 - p - c_d, p - c_r)

        def reply(x: float) -> Move:
            kept = Outcome("agreement", ((1 - d) * (1 - x) + d * value_d, (1 - d) * x + d * value_r))
            gone = Outcome("armed", ((1 - d) * (1 - x) + d * (1 - armed), (1 - d) * (x - k) + d * armed))
            prevent = Outcome("preventive war", (war[0], war[1] - (1 - d) * k))
            watch = Move("D", f"R builds at {x:.9g}", {"fight": prevent, "let go": gone})
            return Move("R", f"offered {x:.9g}", {"accept": kept, "fight": Outcome("war", war), "build": watch})

        first = Move("D", "offer", {f"{x:.9g}": reply(x) for x in self._offers(offer)})
        return ExtensiveGame(self.players, first, title=self.title)

    def _offers(self, offer: float) -> tuple[float, ...]:
        own = self.regions
        marks = {offer, own["offer_butter"], own["offer_threat"], own["offer_build"], own["preventive_from"]}
        kept: list[float] = []
        for x in sorted(m for m in marks if 0 <= m <= 1):
            if not kept or x - kept[-1] > 1e-9:
                kept.append(x)
        return shares(21, *kept)

    @property
    def game(self) -> ExtensiveGame:
        """One period of the game, with the equilibrium values of the next; offers on a grid."""
        self.single("game")
        own = self.regions
        return self._period(own["offer"], own["value_R"], own["value_D"])

    def equilibria(self, *, stationary: str = "best") -> tuple[Proposition, ...]:
        """Return the stationary equilibrium of the region; at a tie of D's offers, one for each.

        Parameters
        ----------
        stationary : {"best", "all"}
            Where concessions buy restraint there may be a second stationary equilibrium, worse for D: R builds
            because it expects D to go back to offering little, and no single offer of D changes that. ``"best"``
            lists what is best for D, as the published regions do, ``"all"`` the second one too.
        """
        self.single("equilibria")
        if stationary not in ("best", "all"):
            invalid("stationary", stationary, "'best' or 'all'")
        own, d = self.regions, self.discount
        low, armed = self.power - self.cost_rising, self.power_if_armed - self.cost_rising
        built = (1 - d) * (1 - own["offer_build"]) + d * (1 - armed)
        can_build = own["offer_build"] <= min(1.0, own["preventive_from"])
        kinds = []
        if own["offer_butter"] <= low:
            kinds.append(("too costly", float(low)))
        if own["offer_butter"] >= low:
            values = {
                "threat": 1 - own["offer_threat"] if own["offer_threat"] <= 1 else -np.inf,
                "butter for bombs": 1 - own["offer_butter"] if own["offer_butter"] <= 1 else -np.inf,
                "builds": built if can_build else -np.inf,
            }
            offers = dict(zip(values, (own["offer_threat"], own["offer_butter"], own["offer_build"]), strict=True))
            best = max(values.values())
            # a threat ends the second equilibrium where it is better for D, concessions do not
            second = stationary == "all" and can_build and built >= values["threat"] and own["offer_butter"] > low
            for name, value in values.items():
                same = kinds and abs(offers[name] - low) <= _TIE and name != "builds"
                if (value >= best - _TIE and not same) or (name == "builds" and second):
                    premium = name == "threat" and own["preventive_from"] > low
                    kinds.append(("threat with premium" if premium else name, float(offers[name])))
        return tuple(self._certified(*kind) for kind in kinds)

    def _certified(self, name: str, offer: float) -> Proposition:
        d, k = self.discount, self.build_cost
        armed, builds = self.power_if_armed - self.cost_rising, name == "builds"
        value_r = (1 - d) * (offer - k) + d * armed if builds else offer
        value_d = (1 - d) * (1 - offer) + d * (1 - armed) if builds else 1 - offer
        war = self.power - self.cost_rising
        peace = 1 - self.power - self.cost_declining
        profile: dict[str, str] = {"offer": f"{offer:.9g}"}
        for x in self._offers(offer):
            gone = (1 - d) * (1 - x) + d * (1 - armed)
            fights = peace >= gone - _TIE
            worth = {
                "accept": (1 - d) * x + d * value_r,
                "build": war - (1 - d) * k if fights else (1 - d) * (x - k) + d * armed,
                "fight": war,
            }
            best = max(worth.values())
            # an indifferent R accepts the equilibrium offer and more, and builds after less
            order = ("build", "accept", "fight") if builds or x < offer - 1e-9 else ("accept", "build", "fight")
            profile[f"offered {x:.9g}"] = next(m for m in order if worth[m] >= best - 1e-10)
            profile[f"R builds at {x:.9g}"] = "fight" if fights else "let go"
        checked = check_tree(self._period(offer, float(value_r), float(value_d)), profile)
        ends = {k: v for k, v in checked.outcome_probabilities().items() if v > 0}
        own = self.regions
        return Proposition.of(
            checked,
            ends,
            name=name,
            conditions=(
                f"offers that D compares: threat {own['offer_threat']:.6g}, butter {own['offer_butter']:.6g}, "
                f"letting R build {own['offer_build']:.6g}; war is worth {war:.6g} to R"
            ),
            profile={"offer": offer, "builds": int(builds)},
            numbers={"region": name, "value_R": value_r, "value_D": value_d},
        )

    def picture(self) -> Picture:
        """Regions over the cost of building and the power that arms give."""
        self.single("figure")
        cost = np.linspace(0.01, 1.5, 200)
        armed = np.linspace(self.power + 0.003, 0.999, 200)
        own = self.replace(build_cost=cost[None], power_if_armed=armed[:, None]).regions["region"]
        return Picture(
            kind="regions",
            title="What buys restraint: a costly option, a threat, or a concession",
            x="cost of building",
            y="probability that an armed R wins",
            series={name: own == name for name in _NAMES},
            grid=(cost, armed),
        )
