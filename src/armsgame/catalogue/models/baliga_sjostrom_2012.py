"""Baliga and Sjostrom 2012: an extremist who provokes a conflict, or calms it, by cheap talk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import ArrayLike, FloatArray, IntArray, Number, Truth
from armsgame.catalogue.checking import GridCertificate, Roles, check_types
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome
from armsgame.treaty.crises.ultimatum_tree import midpoints


@dataclass(frozen=True, kw_only=True, eq=False)
class Provocation(Model):
    """Two governments choose hawkish (H) or dovish (D) conduct after an extremist in A's country has spoken.

    Payoff of a government of type c: (H, H) -c; (H, D) mu - c; (D, H) -d; (D, D) 0. Types are uniform and private;
    the extremist knows A's type, and values outcomes as A would with its own type. d > mu: strategic complements.
    """

    name = "baliga_sjostrom_2012"

    mu: Number = parameter(0.3, "gain of a hawk over a dove", low=0, open_low=True)
    d: Number = parameter(0.7, "loss of a dove to a hawk", low=0, open_low=True)
    c_low: Number = parameter(0.0, "least cost of hawkish conduct")
    c_high: Number = parameter(1.0, "greatest one")
    c_extremist: Number = parameter(-0.2, "the extremist's own cost of hawkish conduct")
    distribution: str = parameter("uniform", "law of the governments' costs", choices=("uniform",))
    extremist: str = parameter("hawk", "what the extremist wants", choices=("hawk", "dove"))

    def conditions(self) -> Mapping[str, Truth]:
        """Hold that every kind of type exists, and that the extremist is extreme."""
        least, most = np.minimum(self.mu, self.d), np.maximum(self.mu, self.d)
        found = {"c_low < min(mu, d)": np.less(self.c_low, least), "max(mu, d) < c_high": np.less(most, self.c_high)}
        if self.extremist == "hawk":
            return found | {"c_extremist below 0 for a hawk": np.less(self.c_extremist, 0)}
        return found | {"c_extremist above mu + d for a dove": np.greater(self.c_extremist, np.add(self.mu, self.d))}

    def share_of(self, cost: ArrayLike) -> FloatArray:
        """Probability of a type of at most `cost`."""
        return np.clip((np.asarray(cost) - self.c_low) / (self.c_high - self.c_low), 0.0, 1.0)

    @property
    def _calm(self) -> Any:
        """Cut-off without talk."""
        size = np.subtract(self.c_high, self.c_low)
        return (self.mu * size - self.c_low * np.subtract(self.d, self.mu)) / (size - np.subtract(self.d, self.mu))

    @property
    def _informative(self) -> Truth:
        """Whether the extremist's message can tell on: hawk with complements, dove with substitutes."""
        return np.greater(self.d, self.mu) if self.extremist == "hawk" else np.less(self.d, self.mu)

    def _cutoffs(self) -> dict[str, FloatArray]:
        """Cut-offs of A and B after either message, by bisection of B's after silence."""
        mu, d = np.asarray(self.mu, dtype=float), np.asarray(self.d, dtype=float)
        slope, hawk = d - mu, self.extremist == "hawk"
        y_b1 = d if hawk else mu
        y_a1 = mu + slope * self.share_of(y_b1)

        def after_silence(y: FloatArray) -> tuple[FloatArray, FloatArray]:
            y_a0 = mu + slope * self.share_of(y)
            low, high = (
                (self.share_of(y_a0), self.share_of(y_a1)) if hawk else (self.share_of(y_a1), self.share_of(y_a0))
            )
            # silent types lie at or below the lower cut-off, where they are hawks, and above the higher one
            return y_a0, mu + slope * low / (1 - high + low)

        shape = np.broadcast_shapes(self.shape)
        low, high = np.full(shape, self.c_low, dtype=float), np.full(shape, self.c_high, dtype=float)
        for _ in range(100):
            middle = (low + high) / 2
            up = after_silence(middle)[1] > middle
            low, high = np.where(up, middle, low), np.where(up, high, middle)
        y_b0 = (low + high) / 2
        return {"yA0": after_silence(y_b0)[0], "yA1": y_a1, "yB0": y_b0, "yB1": y_b1}

    @property
    def regions(self) -> Numbers:
        """Cut-offs and conflict without and with talk (NaN where no message can inform), and the extremist's bound."""
        cut = {k: np.where(self._informative, v, np.nan) for k, v in self._cutoffs().items()}
        f = {k: self.share_of(v) for k, v in cut.items()}
        hawk = self.extremist == "hawk"
        spoken = f["yA1"] - f["yA0"] if hawk else f["yA0"] - f["yA1"]
        quiet_hawks = f["yA0"] if hawk else f["yA1"]
        calm = self.share_of(self._calm)
        found = {
            "cutoff": self._calm,
            "p_hawk": calm,
            "p_conflict_HH": calm**2,
            **cut,
            "p_m1": spoken,
            "p_A_hawk": f["yA1"],
            "p_B_hawk": spoken * f["yB1"] + (1 - spoken) * f["yB0"],
            "p_HH": quiet_hawks * f["yB0"] + (spoken * f["yB1"] if hawk else 0.0),
            "extremist_bound": (
                self.mu * (1 - f["yB1"]) + self.d * f["yB0"] if hawk else self.mu * (1 - f["yB0"]) + self.d * f["yB1"]
            ),
        }
        return self.shaped(found)

    def game(self, types: int = 3) -> ExtensiveGame:
        """Return the tree in which either government has `types` equally likely costs."""
        self.single("game")
        costs = midpoints(float(self.c_low), float(self.c_high), types)

        def worth(own: str, other: str, c: Number) -> float:
            if own == "H":
                return float((0.0 if other == "H" else self.mu) - c)
            return float(-self.d if other == "H" else 0.0)

        def play(i: int, j: int) -> Move:
            def ends(a: str, b: str) -> Outcome:
                return Outcome(f"{a}{b}", (worth(a, b, self.c_extremist), worth(a, b, costs[i]), worth(b, a, costs[j])))

            def told(m: int) -> Move:
                return Move("A", f"A of type {i}, message {m}", {
                    a: Move("B", f"B of type {j}, message {m}", {b: ends(a, b) for b in "HD"}) for a in "HD"
                })  # fmt: skip

            return Move("extremist", f"knows type {i}", {f"message {m}": told(m) for m in (0, 1)})

        draws = {f"types {i}, {j}": (types**-2, play(i, j)) for i in range(types) for j in range(types)}
        return ExtensiveGame(self.players, Chance(draws), title=self.title)

    def equilibria(self) -> tuple[Proposition, ...]:
        """Talk that nobody heeds, always; talk that tells on, where it does and the extremist wants it."""
        self.single("equilibria")
        own = self.regions
        cut = own["cutoff"]
        found = [
            Proposition(
                name="no_talk",
                conditions="messages are ignored; the cut-off is unique",
                profile={"cutoff": cut},
                outcomes={k: own[k] for k in ("p_hawk", "p_conflict_HH")},
                certificate=self._certificate({"yA0": cut, "yA1": cut, "yB0": cut, "yB1": cut}, silent=True),
            )
        ]
        bound, hawk = own["extremist_bound"], self.extremist == "hawk"
        wants = self.c_extremist <= bound if hawk else self.c_extremist >= bound
        if bool(self._informative) and wants:
            kind = "complements" if hawk else "substitutes"
            names = ("yA0", "yA1", "yB0", "yB1")
            found.append(
                Proposition(
                    name="communication",
                    conditions=f"{self.extremist} with strategic {kind}; c_extremist {self.c_extremist:.6g} "
                    f"{'<=' if hawk else '>='} {bound:.6g}",
                    profile={k: own[k] for k in names},
                    outcomes={k: own[k] for k in ("p_m1", "p_A_hawk", "p_B_hawk", "p_HH")},
                    certificate=self._certificate({k: own[k] for k in names}, silent=False),
                    numbers={"extremist_bound": bound},
                )
            )
        return tuple(found)

    def _certificate(self, cut: Mapping[str, float], *, silent: bool) -> GridCertificate:
        """Check every type of both governments after both messages, and the extremist at every type of A."""
        types = np.linspace(self.c_low, self.c_high, 4001)
        mu, d = self.mu, self.d
        low, high = sorted((cut["yA0"], cut["yA1"]))

        def speaks(c: FloatArray) -> IntArray:
            return np.zeros(len(c), dtype=int) if silent else ((c > low) & (c <= high)).astype(int)

        edges = np.linspace(self.c_low, self.c_high, 400_001)
        cells = (edges[1:] + edges[:-1]) / 2
        spoken = speaks(cells)

        def hawks(m: int) -> float:
            # Bayes' rule by counting cells; a message that nobody sends is read as no news
            heard = cells[spoken == m] if (spoken == m).any() else cells
            return float((heard <= cut[f"yA{m}"]).mean())

        def replies(q: float) -> Callable[[FloatArray], FloatArray]:
            return lambda c: np.stack([q * -c + (1 - q) * (mu - c), np.full_like(c, -d * q)], axis=1)

        def plays(limit: float) -> Callable[[FloatArray], IntArray]:
            return lambda c: (c > limit).astype(int)

        roles: Roles = {}
        for m in (0, 1):
            f = float(self.share_of(cut[f"yB{m}"]))
            roles[f"A, message {m}"] = (types, replies(f), plays(cut[f"yA{m}"]))
            roles[f"B, message {m}"] = (types, replies(hawks(m)), plays(cut[f"yB{m}"]))

        def extremist(c: FloatArray) -> FloatArray:
            columns = []
            for m in (0, 1):
                f, a = float(self.share_of(cut[f"yB{m}"])), c <= cut[f"yA{m}"]
                columns.append(np.where(a, (1 - f) * mu - self.c_extremist, -d * f))
            return np.stack(columns, axis=1)

        roles["extremist"] = (types, extremist, speaks)
        # Bayes' rule by counting is good to one cell in 400,000
        return check_types(roles, tolerance=float(1e-5 * (self.c_high - self.c_low + mu + d)))

    def picture(self) -> Picture:
        """Hawkish conduct without and with talk, over the share of types whose reply depends on the other's."""
        self.single("figure")
        low, high = (self.mu, self.c_high) if self.extremist == "hawk" else (max(self.c_low, 0.0), self.mu)
        d = np.linspace(low, high, 203)[1:-1]
        # a dove must stay extreme over the whole axis
        extreme = self.c_extremist if self.extremist == "hawk" else max(self.c_extremist, self.mu + high)
        own = self.replace(d=d, c_extremist=extreme).regions
        share = np.abs(d - self.mu) / (self.c_high - self.c_low)
        order = np.argsort(share)
        talk = f"a {self.extremist}'s talk"
        series = {
            "both hawkish, no talk": own["p_conflict_HH"],
            f"both hawkish, with {talk}": own["p_HH"],
            "B hawkish, no talk": own["p_hawk"],
            "B hawkish after the message": self.share_of(own["yB1"]),
            "B hawkish after silence": self.share_of(own["yB0"]),
        }
        return Picture(
            kind="lines",
            title="A hawk's talk makes conflict more likely" if self.extremist == "hawk" else "A dove's talk calms A",
            x="share of types whose reply depends on the other side",
            y="probability",
            series={word: (share[order], values[order]) for word, values in series.items()},
        )
