"""Chassang and Padro i Miquel 2010: peace between parties who are not quite certain of each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from armsgame._typing import BoolArray, FloatArray, Number, Truth
from armsgame.catalogue.checking import GridCertificate, check_types
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.games.stage import StageGame


@dataclass(frozen=True, kw_only=True, eq=False)
class StrategicRisk(Model):
    """In each period a state x is drawn, uniform and independent; both choose peace or attack at once.

    Peace by both pays x and the game goes on; a lone attacker gets F and its victim S; if both attack they get
    W; then the game ends. S < W < F.
    """

    name = "chassang_padro_2010"

    x_low: Number = parameter(-3.0, "least state")
    x_high: Number = parameter(4.0, "greatest state")
    first_strike: Number = parameter(3.0, "payoff of a lone attacker", "F")
    second_strike: Number = parameter(-0.5, "payoff of its victim", "S")
    both_strike: Number = parameter(0.0, "payoff if both attack", "W")
    discount: Number = parameter(0.7, "discount factor", "delta", low=0, high=1, open_high=True)

    def conditions(self) -> Mapping[str, Truth]:
        """Hold the order of payoffs and of states."""
        return self.rising("second_strike", "both_strike", "first_strike") | self.rising("x_low", "x_high")

    def roots(self, doubt: bool) -> tuple[float, ...]:
        """All values V with V = E[(x + delta V) if peace, else W], where peace needs x + delta V >= F (+ W - S)."""
        self.single("roots")
        found = self._candidates(doubt)
        return tuple(found[np.isfinite(found)].tolist())

    def _candidates(self, doubt: bool) -> FloatArray:
        """Values of `roots` along a first axis of four, in increasing order; NaN where there are fewer.

        With a threshold t - delta V for x, the expectation is a quadratic in V while the threshold lies among the
        states, and linear or constant beyond: each piece is solved in closed form, and kept where it applies.
        """
        low, high, w, d, f, s = (
            np.asarray(x, dtype=float)
            for x in (self.x_low, self.x_high, self.both_strike, self.discount, self.first_strike, self.second_strike)
        )
        t = f + (w - s) * doubt
        size = high - low
        # rounding at a threshold must not lose the only value
        slack = 1e-13 * (size + np.abs(low) + np.abs(high) + np.abs(t))
        always = (low + high) / 2 / (1 - d)
        # in between, with z = x + delta V uniform on [low + d V, high + d V]:
        # size V = w (t - d V - low) + ((high + d V)^2 - t^2) / 2
        a, b = d * d / 2, d * high - w * d - size
        c = w * (t - low) + (high * high - t * t) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            rest = np.sqrt(b * b - 4 * a * c)
            # without cancellation; with d = 0 the first is no number and the second -c / b
            q = -(b + np.copysign(rest, b)) / 2
            pieces = [np.where((v := number) * 0 == 0, v, np.nan) for number in (q / a, c / q)]
        found = [
            np.where(t - d * w >= high - slack, w, np.nan),
            np.where(t - d * always <= low + slack, always, np.nan),
        ]
        found += [np.where((low - slack <= t - d * v) & (t - d * v <= high + slack), v, np.nan) for v in pieces]
        table = np.sort(np.stack(np.broadcast_arrays(*found)), axis=0)
        # the pieces meet at their ends: one value there, not two
        twice = np.abs(np.diff(table, axis=0)) <= 1e-9 * (1 + np.abs(table[1:]))
        table[1:][twice] = np.nan
        ordered: FloatArray = np.sort(table, axis=0)
        return ordered

    @property
    def regions(self) -> Numbers:
        """Largest value, threshold of the state and probability of peace, without doubt and with a little."""
        found: dict[str, Number] = {}
        for word, doubt in (("complete", False), ("risk", True)):
            roots = self._candidates(doubt)
            value = np.nanmax(roots, axis=0)
            threshold = self.first_strike - self.discount * value
            threshold = threshold + (np.subtract(self.both_strike, self.second_strike) if doubt else 0.0)
            peace = (self.x_high - threshold) / np.subtract(self.x_high, self.x_low)
            found |= {
                f"value_{word}": value,
                f"threshold_{word}": threshold,
                f"p_peace_{word}": np.clip(peace, 0.0, 1.0),
                f"n_{word}": np.isfinite(roots).sum(axis=0),
            }
        return self.shaped(found)

    def game(self, state: float = 0.0) -> StageGame:
        """Stage game at a state, with the continuation of the best equilibrium without doubt in the peace payoff."""
        self.single("game")
        peace = state + self.discount * self.regions["value_complete"]
        own = np.array([[peace, self.second_strike], [self.first_strike, self.both_strike]])
        return StageGame.from_bimatrix(own, own.T, players=self.players, actions=("peace", "attack"))

    def equilibria(self) -> tuple[Proposition, ...]:
        """Return the best equilibrium under common knowledge of the state, and the one that doubt selects."""
        self.single("equilibria")
        own = self.regions
        bar = self.first_strike + self.both_strike - self.second_strike
        return (
            Proposition(
                name="peace without doubt",
                conditions=f"state x of at least F - delta V = {own['threshold_complete']:.6g}",
                profile={"threshold": own["threshold_complete"]},
                outcomes={"p_peace_complete": own["p_peace_complete"]},
                certificate=self._certificate(own["value_complete"], own["threshold_complete"], doubt=False),
                numbers={k: own[k] for k in ("value_complete", "threshold_complete", "n_complete")},
            ),
            Proposition(
                name="peace under strategic risk",
                conditions=f"peace risk-dominant: x + delta V of at least F + W - S = {bar:.6g}",
                profile={"threshold": own["threshold_risk"]},
                outcomes={"p_peace_risk": own["p_peace_risk"]},
                certificate=self._certificate(own["value_risk"], own["threshold_risk"], doubt=True),
                numbers={k: own[k] for k in ("value_risk", "threshold_risk", "n_risk")},
            ),
        )

    def _certificate(self, value: float, threshold: float, *, doubt: bool) -> GridCertificate:
        """Check best replies at every state, and the value by a sum over states."""
        states = np.linspace(self.x_low, self.x_high, 4001)
        # at the threshold itself rounding decides, and nothing hangs on it
        states = states[np.abs(states - threshold) > 1e-9]

        def peace(x: FloatArray) -> BoolArray:
            return x >= threshold

        def replies(x: FloatArray) -> FloatArray:
            calm, other = x + self.discount * value, peace(x)
            if doubt:
                # who gives either move of the other the same chance: the criterion of risk dominance
                mix = np.stack(
                    [(calm + self.second_strike) / 2 - 0 * x, (self.first_strike + self.both_strike) / 2 + 0 * x]
                )
                return mix.T
            keep = np.where(other, calm, self.second_strike)
            hit = np.where(other, self.first_strike, self.both_strike)
            return np.stack([keep, hit], axis=1)

        found = check_types({"either party": (states, replies, lambda x: ~peace(x))})
        # the value once more: the sum over the states on either side, each of a linear function
        edge = float(np.clip(threshold, self.x_low, self.x_high))
        calm = (self.x_high - edge) * ((self.x_high + edge) / 2 + self.discount * value)
        again = ((edge - self.x_low) * self.both_strike + calm) / (self.x_high - self.x_low)
        drift = abs(float(again) - value) / (1 + abs(value))
        ok = bool(found.ok and drift <= 1e-9)
        proves = "equilibrium at every state" if not doubt else "risk dominance at every state"
        return GridCertificate(ok, found.max_gain, found.where, found.types, found.tolerance, proves)

    def picture(self) -> Picture:
        """Both thresholds over the payoff of a victim."""
        words = {"without doubt": "threshold_complete", "with a little doubt": "threshold_risk"}
        return self.lines(
            words,
            title="Vulnerability to a first move matters only where there is doubt",
            x="payoff of the victim of a lone attack",
            y="least state at which there is peace",
            levels={"greatest state: above it there is never peace": self.x_high},
            second_strike=self.both_strike - 0.02 + np.linspace(-3, 0, 121),
        )
