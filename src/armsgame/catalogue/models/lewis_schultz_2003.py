"""Lewis and Schultz 2003: the crisis signalling game with private payoffs, with all its equilibria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.catalogue.checking import GridCertificate, check_types, legendre, normal_cells
from armsgame.catalogue.model import Model, Proposition, Provenance, parameter
from armsgame.catalogue.picture import Picture
from armsgame.errors import NotSolved, invalid
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.pieces import Chance, Move, Outcome

__all__ = ["CrisisSignalling"]

_SCAN = 2001
_NODES = 401


@dataclass(frozen=True, kw_only=True, eq=False)
class CrisisSignalling(Model):
    """A challenges or not; B concedes or resists; A stands firm or backs down; each knows its own shocks only.

    Payoffs (A, B): status quo (S_A, 0), concession (V_A, C_B), conflict (W_A + e, W_B + e'), backing down
    (a + e'', V_B). The shocks are independent, standard normal, and private from the start.
    """

    name = "lewis_schultz_2003"
    title = "Revealing preferences: the crisis signalling game"
    question = "What do challenges, resistance and retreats reveal about payoffs?"
    citation = (
        "J. B. Lewis and K. A. Schultz (2003), Revealing Preferences: Empirical Estimation of a Crisis Bargaining Game "
        "with Incomplete Information, Political Analysis 11(4), 345-367; equilibrium equations and benchmarks as in C. "
        "Crisman-Cox and M. Gibilisco (2021), Estimating Signaling Games in International Relations: Problems and "
        "Solutions, Political Science Research and Methods 9(3), 565-582"
    )
    bibtex = """@article{lewis_schultz_2003,
  author = {Lewis, Jeffrey B. and Schultz, Kenneth A.},
  title = {Revealing Preferences: Empirical Estimation of a Crisis Bargaining Game with Incomplete Information},
  journal = {Political Analysis}, volume = {11}, number = {4}, pages = {345--367}, year = {2003}}"""
    provenance = Provenance.READ
    players = ("A", "B")
    mechanisms = (4, 5)
    reading = (
        "Read as accusing, destroying, leaving and backing down, the model turns on how costly backing down was for "
        "the challenger and on the target's cost of conceding, not on which account of compliance is right."
    )

    S_A: Any = parameter(0.0, "A's payoff of the status quo")
    V_A: Any = parameter(1.0, "A's payoff of a concession")
    C_B: Any = parameter(0.0, "B's payoff of conceding")
    W_A: Any = parameter(-1.9, "mean of A's payoff of conflict")
    W_B: Any = parameter(-2.9, "mean of B's payoff of conflict")
    a: Any = parameter(-1.2, "mean of A's payoff of backing down")
    V_B: Any = parameter(1.0, "B's payoff if A backs down")

    def _given(self, resist: Any) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return A's cut-off, P(challenge) and P(firm | challenge, resistance) at a probability of resistance."""
        resist = np.asarray(resist, dtype=float)
        cut = np.clip((self.S_A - (1 - resist) * self.V_A) / np.maximum(resist, 1e-300), -1e9, 1e9)
        return cut, *_challenge_firm(self.W_A, self.a, cut)

    def _reply(self, resist: Any) -> Any:
        """Probability with which B resists, where A expects it to with probability `resist`."""
        from scipy.special import ndtr

        firm = np.maximum(self._given(resist)[2], 1e-300)
        with np.errstate(over="ignore"):
            return ndtr((firm * self.W_B + (1 - firm) * self.V_B - self.C_B) / firm)

    @cached_property
    def roots(self) -> tuple[float, ...]:
        """Every probability of resistance that is its own best reply, in increasing order.

        The interval is scanned at 2,001 points that crowd towards its ends; each change of sign is bracketed and
        refined to the last digit. Two roots closer than the scan would be missed together, never one alone.
        """
        self.single("roots")
        from scipy.optimize import brentq
        from scipy.special import expit

        scan = expit(np.linspace(-36.0, 36.0, _SCAN))
        gap = np.asarray(self._reply(scan) - scan)
        places = np.flatnonzero(np.sign(gap[:-1]) != np.sign(gap[1:]))
        found = [
            brentq(lambda p: float(self._reply(p) - p), scan[k], scan[k + 1], xtol=1e-15, rtol=1e-14) for k in places
        ]
        return tuple(sorted({round(p, 15): p for p in found}.values()))

    @property
    def regions(self) -> Mapping[str, Any]:
        """Number of equilibria, and the probability of resistance in each."""
        return {"count": len(self.roots), "p_resist": self.roots}

    def probabilities(self, resist: float) -> dict[str, float]:
        """Probabilities of moves and outcomes at a probability of resistance."""
        _, challenge, firm = (float(x) for x in self._given(resist))
        return {
            "p_challenge": challenge,
            "p_fight": firm,
            "SQ": 1 - challenge,
            "CD": challenge * (1 - resist),
            "SF": challenge * resist * firm,
            "BD": challenge * resist * (1 - firm),
        }

    def game(self, types: int = 3) -> ExtensiveGame:
        """Return the tree in which each shock takes `types` equally likely values.

        Parameters
        ----------
        types : int
            Values of each of A's two shocks and of B's one; the tree has about types^3 histories of four moves.
        """
        self.single("game")
        shocks = normal_cells(types)

        def play(i: int, j: int, k: int) -> Move:
            war = Outcome("SF", (self.W_A + shocks[i], self.W_B + shocks[k]))
            back = Outcome("BD", (self.a + shocks[j], self.V_B))
            last = Move("A", f"shocks {i}, {j}, resisted", {"stand firm": war, "back down": back})
            told = Move("B", f"shock {k}", {"concede": Outcome("CD", (self.V_A, self.C_B)), "resist": last})
            return Move("A", f"shocks {i}, {j}", {"status quo": Outcome("SQ", (self.S_A, 0)), "challenge": told})

        places = range(types)
        draws = {f"{i}, {j}, {k}": (types**-3, play(i, j, k)) for i in places for j in places for k in places}
        return ExtensiveGame(self.players, Chance(draws), title=self.title)

    def equilibria(self) -> tuple[Proposition, ...]:
        """Every perfect Bayesian equilibrium: one for each root."""
        many = len(self.roots)
        found = []
        for number, resist in enumerate(self.roots, 1):
            own = self.probabilities(resist)
            moves = {"p_resist": resist, **{k: own.pop(k) for k in ("p_challenge", "p_fight")}}
            found.append(
                Proposition(
                    name="cut-off equilibrium" if many == 1 else f"cut-off equilibrium {number} of {many}",
                    conditions=f"root {number} of {many} of the equation for the probability of resistance",
                    profile=moves,
                    outcomes=own,
                    certificate=self._certificate(resist),
                    numbers={"count": many},
                )
            )
        return tuple(found)

    def _certificate(self, resist: float) -> GridCertificate:
        """Check every type on a grid of shocks against replies computed by quadrature from the rules of the game."""
        shocks = np.linspace(-6, 6, _NODES)
        cut, _, firm = (float(x) for x in self._given(resist))

        def challenger(last: FloatArray) -> FloatArray:
            # the better last move's payoff decides whether a challenge is worth it
            return np.stack([np.full_like(last, self.S_A), (1 - resist) * self.V_A + resist * last], axis=1)

        # P(firm | challenge, resistance) by the bivariate normal of the published equations
        from scipy.stats import multivariate_normal, norm

        joint = multivariate_normal(cov=[[1, np.sqrt(0.5)], [np.sqrt(0.5), 1]])
        challenge = 1 - norm.cdf(cut - self.W_A) * norm.cdf(cut - self.a)
        share = float(joint.cdf([(self.W_A - self.a) / np.sqrt(2), self.W_A - cut])) / challenge

        def target(own: FloatArray) -> FloatArray:
            return np.stack([np.full_like(own, self.C_B), share * (self.W_B + own) + (1 - share) * self.V_B], axis=1)

        line = self.C_B - firm * self.W_B - (1 - firm) * self.V_B
        middle = max(abs(self.W_A), abs(self.a), abs(cut) if np.isfinite(cut) else 0.0) + 6
        return check_types(
            {
                "A, by the payoff of its better last move": (
                    np.linspace(-middle, middle, _NODES),
                    challenger,
                    lambda last: last >= cut,
                ),
                "B": (shocks, target, lambda own: firm * own >= line),
            },
            # the library routine's bivariate normal is good to 1e-8
            tolerance=1e-6 * (1 + abs(self.W_B - self.V_B)) / min(1.0, challenge),
        )

    def log_likelihood(self, counts: Mapping[str, float], resist: float | None = None) -> float:
        """Logarithm of the likelihood of counted outcomes.

        Parameters
        ----------
        counts : mapping
            Number of crises that ended in SQ, CD, SF and BD.
        resist : float, optional
            The root that is meant. With several equilibria it must be given: the likelihood does not choose.

        Raises
        ------
        NotSolved
            Several equilibria and no choice among them.
        """
        unknown = set(counts) - {"SQ", "CD", "SF", "BD"}
        if unknown:
            invalid("counts", sorted(unknown)[0], "SQ, CD, SF and BD")
        roots = self.roots
        if resist is None:
            if len(roots) != 1:
                raise NotSolved(
                    f"{len(roots)} equilibria at {self._values()}, and the likelihood of an outcome differs between "
                    "them. Give resist=, one of `roots`, or estimate by pseudo-likelihood.",
                    roots,
                )
            (resist,) = roots
        own = self.probabilities(resist)
        with np.errstate(divide="ignore"):
            return float(sum(n * np.log(own[name]) for name, n in counts.items() if n))

    def picture(self) -> Picture:
        """All probabilities of resistance over B's mean payoff of conflict: three branches of one curve."""
        self.single("figure")
        # on the curve, B's payoff of conflict is a function of the probability of resistance
        from scipy.special import ndtri

        resist = np.linspace(0.005, 0.995, 1200)
        firm = self._given(resist)[2]
        worth = (firm * ndtri(resist) + self.C_B - (1 - firm) * self.V_B) / firm
        step = np.diff(worth, prepend=worth[0])
        turns = [0, *(np.flatnonzero(np.diff(np.sign(step[1:])) != 0) + 1), len(resist)]
        names = ("low branch", "middle branch", "high branch")
        series = {
            names[k] if len(turns) == 4 else f"branch {k + 1}": (worth[i : j + 1], resist[i : j + 1])
            for k, (i, j) in enumerate(pairwise(turns))
        }
        return Picture(
            kind="lines",
            title="Where resistance has three equilibria",
            x="B's mean payoff of conflict",
            y="probability that B resists",
            series=series,
            points={f"equilibrium {k}": (self.W_B, p) for k, p in enumerate(self.roots, 1)},
        )


def _challenge_firm(war: Any, back: Any, cut: Any) -> tuple[FloatArray, FloatArray]:
    """P(challenge), and P(firm | challenge), for standard normal shocks around two means.

    A challenges where the better of the two payoffs exceeds the cut-off. Both ways to do so are integrals of
    positive functions, over the payoff that is the better one, so that their ratio keeps its digits where a
    challenge is rare.
    """
    from scipy.special import log_ndtr, ndtr

    nodes, weights = legendre(240)
    war, back, cut = (np.asarray(x, dtype=float)[..., None] for x in (war, back, cut))

    def logs(own: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
        low = np.maximum(cut - own, -9.0)
        # beyond a high cut-off the density falls as exp(-low x)
        size = np.where(low < 9, 9 - low, 0.0) + 40 / np.maximum(low, 4.0)
        at = low + size * (nodes + 1) / 2
        return -(at**2) / 2 + log_ndtr(own + at - other), np.log(weights * size / 2)

    (one, w1), (two, w2) = logs(war, back), logs(back, war)
    top = np.maximum((one + w1).max(axis=-1), (two + w2).max(axis=-1))[..., None]
    firm, retreat = np.exp(one + w1 - top).sum(axis=-1), np.exp(two + w2 - top).sum(axis=-1)
    stay = ndtr(cut - war) * ndtr(cut - back)
    return 1 - stay[..., 0], firm / (firm + retreat)
