"""Debs and Monteiro 2014: a power shift that may be under way unseen, and preventive war by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from armsgame._typing import Number, Truth
from armsgame.catalogue.checking import check_tree, shares
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome

_OFFERS = 11


@dataclass(frozen=True, kw_only=True, eq=False)
class KnownUnknowns(Model):
    """One opportunity to arm in secret, against a deterrer who sees it with some probability.

    T may invest at a cost; D sees a signal with probability `signal` if T invested, and none otherwise. D then
    fights, or offers a share of the period's pie, which T accepts or fights over. From the next period on an
    investment has shifted power for ever, and D makes take-it-or-leave-it offers under complete information.
    War ends the game. Payoffs are discounted sums of a pie of 1 per period.
    """

    name = "debs_monteiro_2014"
    # Read the chance of detection per period as the chance that an investment is seen
    dossier = (("signal", lambda told: told.detection()), ("discount", lambda told: told.discount()))

    power_before: Number = parameter(0.4, "probability that T wins a war now", "p0", low=0, high=1)
    power_after: Number = parameter(0.8, "probability that T wins once it has invested", "p1", low=0, high=1)
    war_cost_deterrer: Number = parameter(0.5, "D's cost of war", "c_D", low=0, open_low=True)
    war_cost_target: Number = parameter(0.3, "T's cost of war", "c_T", low=0, open_low=True)
    investment: Number = parameter(0.6, "T's cost of investing", "k", low=0, open_low=True)
    signal: Number = parameter(0.5, "probability that an investment is seen", "sigma", low=0, high=1)
    discount: Number = parameter(0.9, "discount factor", "delta", low=0, high=1, open_ends=True)

    def conditions(self) -> Mapping[str, Truth]:
        """Hold that a known investment is fought, and that war gives T no less than nothing."""
        shift = self.discount * (self.power_after - self.power_before) / (1 - self.discount)
        floor = self.power_before + self.war_cost_deterrer + self.discount * self.war_cost_target
        return {
            "a shift discount (power_after - power_before) / (1 - discount) above power_before + war_cost_deterrer + "
            "discount war_cost_target": shift > floor,
            "power_before of at least (1 - discount) war_cost_target": self.power_before
            >= (1 - self.discount) * self.war_cost_target,
        }

    @property
    def regions(self) -> Numbers:
        """Closed form at every parameter point; arrays have the parameters' common shape."""
        c = self.war_cost_deterrer + self.war_cost_target
        shift = self.discount * (self.power_after - self.power_before) / (1 - self.discount)
        hidden = np.asarray(1 - self.signal, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = 1 - self.investment / shift
            peace = self.signal >= needed
            posterior = c / shift
            invest = np.where(peace, 0.0, posterior / (hidden + self.signal * posterior))
            strike = np.where(peace, 0.0, 1 - self.investment / (hidden * shift))
        seen = invest * self.signal
        found = {
            "shift": shift,
            "transparency_needed": needed,
            "posterior": np.where(peace, 0.0, posterior),
            "offer": self.power_before - (1 - self.discount) * self.war_cost_target,
            "invest": invest,
            "strike_no_signal": strike,
            "p_war": seen + (1 - seen) * strike,
            "p_mistaken_war": (1 - invest) * strike,
            "p_undetected_shift": invest * (1 - self.signal) * (1 - strike),
        }
        return self.shaped(found)

    @property
    def offers(self) -> tuple[float, ...]:
        """Offers of the tree: eleven equal steps, and the one that leaves an unarmed T indifferent."""
        self.single("offers")
        z = float(self.power_before - (1 - self.discount) * self.war_cost_target)
        return shares(_OFFERS, z)

    @property
    def game(self) -> ExtensiveGame:
        """The tree, with D's offers on the grid `offers`."""
        self.single("game")
        d, k, c_d, c_t = self.discount, self.investment, self.war_cost_deterrer, self.war_cost_target

        def war(invested: bool) -> Outcome:
            label = "war, invested" if invested else "mistaken war"
            pay = (self.power_before / (1 - d) - c_t - k * invested, (1 - self.power_before) / (1 - d) - c_d)
            return Outcome(label, pay)

        def reply(invested: bool, z: float) -> Move:
            power = self.power_after if invested else self.power_before
            later = power / (1 - d) - c_t
            peace = Outcome(
                "undetected shift" if invested else "peace",
                (z + d * later - k * invested, 1 - z + d * (1 / (1 - d) - later)),
            )
            label = f"{'invested' if invested else 'unarmed'}, offered {z:.6g}"
            return Move("T", label, {"accept": peace, "fight": war(invested)})

        def answer(invested: bool, seen: bool) -> Move:
            moves: dict[str, Move | Outcome] = {"fight": war(invested)}
            moves |= {f"offer {z:.6g}": reply(invested, z) for z in self.offers}
            return Move("D", "signal" if seen else "no signal", moves)

        look = Chance({"seen": (self.signal, answer(True, True)), "unseen": (1 - self.signal, answer(True, False))})
        return ExtensiveGame(
            self.players, Move("T", "start", {"invest": look, "do not invest": answer(False, False)}), title=self.title
        )

    def equilibria(self) -> tuple[Proposition, ...]:
        """Peace by transparency, or war under doubt; both where transparency just suffices."""
        self.single("equilibria")
        found, game, z = self.regions, self.game, f"offer {self.regions['offer']:.6g}"
        needed, shift = found["transparency_needed"], found["shift"]
        posterior = (self.war_cost_deterrer + self.war_cost_target) / shift
        kinds = []
        if self.signal >= needed:
            kinds.append(("peace by transparency", f"signal {self.signal:.6g} >= {needed:.6g}", 0.0, 0.0))
        if self.signal <= needed:
            invest = posterior / (1 - self.signal + self.signal * posterior)
            strike = max(0.0, 1 - self.investment / ((1 - self.signal) * shift))
            kinds.append(("preventive war under doubt", f"signal {self.signal:.6g} <= {needed:.6g}", invest, strike))
        return tuple(self._certified(game, z, *kind) for kind in kinds)

    def _certified(
        self, game: ExtensiveGame, z: str, name: str, conditions: str, invest: float, strike: float
    ) -> Proposition:
        own = self.regions
        offer = own["offer"]
        profile: dict[str, str | dict[str, float]] = {
            "start": {"invest": invest, "do not invest": 1 - invest},
            "signal": "fight",
            "no signal": {"fight": strike, z: 1 - strike},
        }
        for share in self.offers:
            profile[f"invested, offered {share:.6g}"] = "accept"
            profile[f"unarmed, offered {share:.6g}"] = "accept" if share >= offer else "fight"
        checked = check_tree(game, profile)
        ends = checked.outcome_probabilities()
        seen = invest * self.signal
        unseen = invest * (1 - self.signal)
        return Proposition.of(
            checked,
            name=name,
            conditions=conditions,
            profile={"invest": invest, "strike_no_signal": strike, "strike_signal": 1.0, "offer": offer},
            outcomes={
                "p_war": ends["war, invested"] + ends["mistaken war"],
                "p_mistaken_war": ends["mistaken war"],
                "p_undetected_shift": ends["undetected shift"],
            },
            numbers={"posterior": unseen / (1 - seen), **{k: own[k] for k in ("shift", "transparency_needed")}},
        )

    def picture(self) -> Picture:
        """Probabilities of war and of mistaken war over the probability that an investment is seen."""
        words = {
            "war": "p_war",
            "war against a party that had not invested": "p_mistaken_war",
            "shift that nobody saw": "p_undetected_shift",
        }
        return self.lines(
            words,
            title="War, and war by mistake, as arming is seen more often",
            x="probability that an investment is seen",
            y="probability",
            levels={"transparency that suffices for peace": ("x", self.regions["transparency_needed"])},
            signal=np.linspace(0, 1, 401),
        )
