"""After Bas and Coe 2016: when to strike at progress that is seen late, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from armsgame._typing import BoolArray, FloatArray, Number, Truth
from armsgame.catalogue.checking import GridCertificate
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.games.stage import StageGame

_LAST = 400
_TIE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class HiddenProgress(Model):
    """A hidden programme that advances by chance, news that may come in time, and one who may strike blindly.

    In each period a programme at stage 0 passes to stage 1 with one probability, and from stage 1 to the bomb with
    another; at stage 1 there is news with a third, and then an attack at once. Without news the attacker strikes
    blindly in period T, or never. An attack costs 1 unit of `cost_attack`, a bomb costs `loss`.
    """

    name = "hidden_progress_after_bas_coe"
    # Read the chance of detection per period as the chance of news
    dossier = (("news", lambda told: told.detection()), ("discount", lambda told: told.discount()))

    progress: Number = parameter(0.1, "probability of passing from stage 0 to 1 in a period", "lambda", low=0, high=1)
    completion: Number = parameter(0.2, "probability of passing from stage 1 to the bomb", "epsilon", low=0, high=1)
    news: Number = parameter(0.3, "probability of news of stage 1 in a period", "rho", low=0, high=1)
    cost_attack: Number = parameter(1.0, "cost of an attack", low=0, open_low=True)
    loss: Number = parameter(4.0, "loss from a bomb", low=0, open_low=True)
    discount: Number = parameter(0.95, "discount factor", "delta", low=0, high=1, open_ends=True)

    def conditions(self) -> Mapping[str, Truth]:
        """Hold that the programme can advance at all."""
        return {"progress above 0": np.greater(self.progress, 0)}

    @property
    def never(self) -> Number:
        """Expected discounted cost of waiting for news for ever."""
        quiet = (1 - self.news) * self.discount
        at_one = (self.news * self.cost_attack + quiet * self.completion * self.loss) / (
            1 - quiet * (1 - self.completion)
        )
        return self.progress * at_one / (1 - (1 - self.progress) * self.discount)

    def _run(self) -> Iterator[dict[str, FloatArray]]:
        """Run the programme through the starts of periods 0 to 400.

        Each step gives the probabilities of stage 0 and 1, those of news and of a bomb before it, the discount
        factor of the period and the expected cost of a blind strike at its start.
        """
        lam, eps, rho = (np.asarray(x, dtype=float) for x in (self.progress, self.completion, self.news))
        zero, weight = np.ones(self.shape), np.ones(self.shape)
        one, seen, bomb, paid = (np.zeros(self.shape) for _ in range(4))
        for _ in range(_LAST + 1):
            cost = paid + weight * (zero + one) * self.cost_attack
            yield {"zero": zero, "one": one, "seen": seen, "bomb": bomb, "weight": weight, "cost": cost}
            ruin, stage = one * eps, one * (1 - eps) + zero * lam
            paid = paid + weight * (stage * rho * self.cost_attack + ruin * self.loss)
            zero, one, seen, bomb = zero * (1 - lam), stage * (1 - rho), seen + stage * rho, bomb + ruin
            weight = weight * self.discount

    def _saves(self, cost: Number) -> BoolArray:
        """Whether a plan costs less than waiting for ever by more than rounding; a late strike hardly differs."""
        return np.asarray(self.never) - cost > 1e-13 * (np.asarray(self.cost_attack) + self.loss)

    def _waiting(self) -> tuple[FloatArray, FloatArray]:
        """Probabilities of a bomb and of news where nobody ever strikes blindly (0 where neither can come)."""
        quiet = 1 - np.asarray(self.news, dtype=float)
        ends = 1 - quiet * (1 - np.asarray(self.completion))
        shape = np.broadcast_shapes(self.shape)

        def share(rate: FloatArray) -> Any:
            return np.divide(rate, ends, out=np.zeros(shape), where=np.broadcast_to(ends > 0, shape))

        return share(quiet * self.completion), share(np.broadcast_to(self.news, shape))

    @property
    def costs(self) -> FloatArray:
        """Expected discounted cost of a blind strike at the start of each period 0 to 400 [T, *B]."""
        return np.stack([step["cost"] for step in self._run()])

    @cached_property
    def regions(self) -> Numbers:
        """Period of the blind strike (NaN: never), its cost, and how the programme ends.

        The belief in stage 1 rises from period to period, so that a strike pays from some period on or never; one
        beyond period 400 is not looked for.
        """
        best: dict[str, FloatArray] = {}
        for t, step in enumerate(self._run()):
            now = step | {"period": np.full(self.shape, float(t))}
            better = now["cost"] < best["cost"] if best else np.ones(self.shape, dtype=bool)
            best = {key: np.where(better, value, best.get(key, 0.0)) for key, value in now.items()}
        strikes, quiet = self._saves(best["cost"]), best["zero"] + best["one"]
        surprise, news = self._waiting()
        found = {
            "attack_period": np.where(strikes, best["period"], np.nan),
            "expected_cost": np.where(strikes, best["cost"], self.never),
            "p_surprise": np.where(strikes, best["bomb"], surprise),
            "p_attack_on_news": np.where(strikes, best["seen"], news),
            "p_mistaken_attack": np.where(strikes, best["zero"], 0.0),
            "p_attack_in_time_blind": np.where(strikes, best["one"], 0.0),
            "belief_at_attack": np.divide(
                best["one"], quiet, out=np.full(self.shape, np.nan), where=strikes & (quiet > 0)
            ),
        }
        return self.shaped(found)

    @property
    def game(self) -> StageGame:
        """Decision problem of one player: strike blindly at the start of a period 0 to 400, or never; minus costs."""
        self.single("game")
        costs = np.append(self.costs, self.never)
        return StageGame(
            -costs[None], players=self.players, actions=(*(f"period {t}" for t in range(_LAST + 1)), "never")
        )

    def equilibria(self) -> tuple[Proposition, ...]:
        """Return the cheapest plan; where several cost the same, all of them."""
        self.single("equilibria")
        steps, never = list(self._run()), float(self.never)
        costs = np.array([step["cost"] for step in steps])
        # a late strike hardly ever happens, so that its gap counts per strike
        weight = np.array([step["weight"] * (step["zero"] + step["one"]) for step in steps])
        strikes = bool(self._saves(costs.min()))
        best = float(costs.min()) if strikes else never
        ties = (np.abs(costs - best) <= _TIE * weight + 1e-15) & (weight > 1e-6)
        if strikes:
            ties[costs.argmin()] = True
        plans: list[int | None] = [*np.flatnonzero(ties).tolist()]
        if not strikes or never <= best + _TIE:
            plans.append(None)
        return tuple(self._plan(k, {"cost": never} if k is None else steps[k]) for k in plans)

    def _plan(self, period: int | None, step: Mapping[str, Number]) -> Proposition:
        cost, belief = float(step["cost"]), None
        if period is None:
            surprise, news = (float(p) for p in self._waiting())
            ends = {"p_surprise": surprise, "p_attack_on_news": news, "p_mistaken_attack": 0.0}
            ends["p_attack_in_time_blind"] = 0.0
        else:
            zero, one = float(step["zero"]), float(step["one"])
            ends = {"p_surprise": float(step["bomb"]), "p_attack_on_news": float(step["seen"])}
            ends |= {"p_mistaken_attack": zero, "p_attack_in_time_blind": one}
            belief = one / (one + zero) if one + zero > 0 else None
        return Proposition(
            name="wait for news" if period is None else "blind strike",
            conditions="no blind strike is cheaper" if period is None else f"no plan is cheaper than period {period}",
            profile={"attack_period": period},
            outcomes=ends,
            certificate=self._certificate(cost),
            numbers={"expected_cost": cost, "belief_at_attack": belief},
        )

    def _certificate(self, cost: float) -> GridCertificate:
        """Compare with the Bellman value of the belief chain, run backwards from the cost of waiting for ever."""
        lam, eps, rho, d = map(float, (self.progress, self.completion, self.news, self.discount))
        attack, loss = float(self.cost_attack), float(self.loss)
        belief = [0.0]
        for _ in range(_LAST):
            b = belief[-1]
            stage = b * (1 - eps) + (1 - b) * lam
            still = stage * (1 - rho) + (1 - b) * (1 - lam)
            if still <= 0:
                break
            belief.append(stage * (1 - rho) / still)
        quiet = (1 - rho) * d
        at_one = (rho * attack + quiet * eps * loss) / (1 - quiet * (1 - eps))
        zero = lam * at_one / (1 - (1 - lam) * d)
        inside = eps * loss + (1 - eps) * at_one
        value = belief[-1] * inside + (1 - belief[-1]) * zero
        for b in reversed(belief[:-1]):
            stage = b * (1 - eps) + (1 - b) * lam
            still = stage * (1 - rho) + (1 - b) * (1 - lam)
            value = min(attack, b * eps * loss + stage * rho * attack + d * still * value)
        gap = abs(min(value, attack) - cost)
        return GridCertificate(
            gap <= 1e-9, gap, "the start", len(belief), 1e-9, "optimal plan by backward induction on beliefs"
        )

    def picture(self) -> Picture:
        """Probability of a surprise and of a mistaken strike over the chance of news."""
        words = {
            "bomb before anyone knew": "p_surprise",
            "strike on news": "p_attack_on_news",
            "blind strike at nothing": "p_mistaken_attack",
        }
        return self.lines(
            words,
            title="Faster news replaces blind strikes, and the mistakes they make, by waiting",
            x="probability of news in a period",
            y="probability",
            news=np.linspace(0.02, 0.98, 193),
        )
