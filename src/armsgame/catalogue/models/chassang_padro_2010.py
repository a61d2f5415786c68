"""Chassang and Padro i Miquel 2010: peace between parties who are not quite certain of each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame.catalogue.checking import GridCertificate, check_types
from armsgame.catalogue.model import Model, Proposition, Provenance, parameter
from armsgame.catalogue.picture import Picture
from armsgame.games.stage import StageGame

__all__ = ["StrategicRisk"]


@dataclass(frozen=True, kw_only=True, eq=False)
class StrategicRisk(Model):
    """In each period a state x is drawn, uniform and independent; both choose peace or attack at once.

    Peace by both pays x and the game goes on; a lone attacker gets F and its victim S; if both attack they get
    W; then the game ends. S < W < F.
    """

    name = "chassang_padro_2010"
    title = "Conflict and deterrence under strategic risk"
    question = "How does a little doubt about the other side change when peace can last?"
    citation = (
        "S. Chassang and G. Padro i Miquel (2010), Conflict and Deterrence under Strategic Risk, Quarterly Journal of "
        "Economics 125(4), 1821-1858"
    )
    bibtex = """@article{chassang_padro_2010,
  author = {Chassang, Sylvain and {Padr\\'o i Miquel}, Gerard},
  title = {Conflict and Deterrence under Strategic Risk},
  journal = {Quarterly Journal of Economics}, volume = {125}, number = {4}, pages = {1821--1858}, year = {2010}}"""
    provenance = Provenance.REDERIVED
    players = ("1", "2")
    mechanisms = (1, 11, 15)
    reading = (
        "With a little doubt, the vulnerability of either side to a first move counts as much as the gain from one."
    )
    unsure = "which payoffs the paper lets depend on weapons"

    x_low: Any = parameter(-3.0, "least state")
    x_high: Any = parameter(4.0, "greatest state")
    first_strike: Any = parameter(3.0, "payoff of a lone attacker", "F")
    second_strike: Any = parameter(-0.5, "payoff of its victim", "S")
    both_strike: Any = parameter(0.0, "payoff if both attack", "W")
    discount: Any = parameter(0.7, "discount factor", "delta", low=0, high=1, open_high=True)

    def conditions(self) -> Mapping[str, Any]:
        """Hold the order of payoffs and of states."""
        return {
            "second_strike < both_strike < first_strike": np.less(self.second_strike, self.both_strike)
            & np.less(self.both_strike, self.first_strike),
            "x_low < x_high": np.less(self.x_low, self.x_high),
        }

    def roots(self, doubt: bool) -> tuple[float, ...]:
        """All values V with V = E[(x + delta V) if peace, else W], where peace needs x + delta V >= F (+ W - S).

        With a threshold t - delta V for x, the expectation is a quadratic in V while the threshold lies among the
        states, and linear or constant beyond: each piece is solved in closed form, and kept where it applies.
        """
        self.single("roots")
        low, high, w, d = self.x_low, self.x_high, self.both_strike, self.discount
        t = self.first_strike + (w - self.second_strike if doubt else 0.0)
        size = high - low
        found = []
        # never peace: the threshold lies above all states (a threshold at the highest state has probability 0)
        if t - d * w >= high:
            found.append(w)
        # always peace
        always = (low + high) / 2 / (1 - d)
        if t - d * always <= low:
            found.append(always)
        # in between, with z = x + delta V uniform on [low + d V, high + d V]:
        # size V = w (t - d V - low) + ((high + d V)^2 - t^2) / 2
        a, b = d * d / 2, d * high - w * d - size
        c = w * (t - low) + (high * high - t * t) / 2
        rest = b * b - 4 * a * c
        if d == 0:
            pieces = [-c / b]
        elif rest >= 0:
            # without cancellation
            q = -(b + np.copysign(np.sqrt(rest), b)) / 2
            pieces = [q / a, c / q] if q else [0.0]
        else:
            pieces = []
        found += [float(v) for v in pieces if low < t - d * v < high]
        return tuple(sorted({round(v, 13): v for v in found}.values()))

    @property
    def regions(self) -> Mapping[str, Any]:
        """Largest value, threshold of the state and probability of peace, without doubt and with a little."""
        if self.shape:
            return self._broadcast()
        found: dict[str, Any] = {}
        for word, doubt in (("complete", False), ("risk", True)):
            roots = self.roots(doubt)
            value = roots[-1]
            threshold = self.first_strike - self.discount * value
            threshold += (self.both_strike - self.second_strike) if doubt else 0.0
            peace = (self.x_high - threshold) / (self.x_high - self.x_low)
            found |= {
                f"value_{word}": value,
                f"threshold_{word}": threshold,
                f"p_peace_{word}": min(1.0, max(0.0, peace)),
                f"n_{word}": len(roots),
            }
        return found

    def _broadcast(self) -> Mapping[str, Any]:
        names = tuple(self.parameters())
        arrays = np.broadcast_arrays(*(getattr(self, n) for n in names))
        points = [
            type(self)(**dict(zip(names, p, strict=True))).regions for p in zip(*map(np.ravel, arrays), strict=True)
        ]
        return {k: np.array([p[k] for p in points]).reshape(self.shape) for k in points[0]}

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

        def peace(x: Any) -> Any:
            return x >= threshold

        def replies(x: Any) -> Any:
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
        edges = np.linspace(self.x_low, self.x_high, 200_001)
        middle = (edges[1:] + edges[:-1]) / 2
        again = np.where(peace(middle), middle + self.discount * value, self.both_strike).mean()
        drift = abs(again - value) / (1 - self.discount)
        ok = found.ok and drift <= 1e-3
        proves = "equilibrium at every state" if not doubt else "risk dominance at every state"
        return GridCertificate(ok, found.max_gain, found.where, found.types, found.tolerance, proves)

    def picture(self) -> Picture:
        """Both thresholds over the payoff of a victim."""
        self.single("figure")
        top = self.both_strike - 0.02
        s = np.linspace(top - 3, top, 121)
        own = self.replace(second_strike=s).regions
        return Picture(
            kind="lines",
            title="Vulnerability to a first move matters only where there is doubt",
            x="payoff of the victim of a lone attack",
            y="least state at which there is peace",
            series={
                "without doubt": (s, own["threshold_complete"]),
                "with a little doubt": (s, own["threshold_risk"]),
            },
            levels={"greatest state": self.x_high},
        )
