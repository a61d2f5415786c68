"""Lewis and Schultz 2003: the crisis signalling game with private payoffs, with all its equilibria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from armsgame._typing import ArrayLike, FloatArray, Number
from armsgame.catalogue.checking import GridCertificate, check_types, normal_cells
from armsgame.catalogue.crisis_shocks import challenge_firm, firm_again
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.errors import NotSolved, invalid
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome

_NODES = 401


@dataclass(frozen=True, kw_only=True, eq=False)
class CrisisSignalling(Model):
    """A challenges or not; B concedes or resists; A stands firm or backs down; each knows its own shocks only.

    Payoffs (A, B): status quo (S_A, 0), concession (V_A, C_B), conflict (W_A + e, W_B + e'), backing down
    (a + e'', V_B). The shocks are independent, standard normal, and private from the start.
    """

    name = "lewis_schultz_2003"

    S_A: Number = parameter(0.0, "A's payoff of the status quo")
    V_A: Number = parameter(1.0, "A's payoff of a concession")
    C_B: Number = parameter(0.0, "B's payoff of conceding")
    W_A: Number = parameter(-1.9, "mean of A's payoff of conflict")
    W_B: Number = parameter(-2.9, "mean of B's payoff of conflict")
    a: Number = parameter(-1.2, "mean of A's payoff of backing down")
    V_B: Number = parameter(1.0, "B's payoff if A backs down")

    def _given(self, resist: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return A's cut-off, P(challenge) and P(firm | challenge, resistance) at a probability of resistance."""
        resist = np.asarray(resist, dtype=float)
        # (S_A - (1 - p) V_A) / p, exact where S_A = V_A
        cut = np.clip(self.V_A + (self.S_A - self.V_A) / np.maximum(resist, 1e-300), -1e9, 1e9)
        return cut, *challenge_firm(self.W_A, self.a, cut)

    def _gain(self, normal: ArrayLike) -> FloatArray:
        """B's mean gain by resisting, in its own shock's units, where A expects resistance with Phi(normal)."""
        from scipy.special import ndtr

        firm = np.maximum(self._given(ndtr(normal))[2], 1e-300)
        with np.errstate(over="ignore"):
            return self.W_B - self.V_B + (self.V_B - self.C_B) / firm

    @cached_property
    def roots(self) -> tuple[float, ...]:
        """Every probability of resistance that is its own best reply, in increasing order.

        The equation is solved for the normal quantile z of the probability, from -37 to 37. Each change of sign
        between 601 points is bracketed and refined to the last digit, and so are both sides of every point where the
        equation comes near to a root and turns back. Beyond, the probability is 0 or 1 to the last digit.
        """
        self.single("roots")
        from scipy.optimize import brentq, minimize_scalar
        from scipy.special import ndtr

        def one(z: float) -> float:
            return float(self._gain(z) - z)

        # steps of 1/50 in the middle, of 1/4 in the tails
        scan = np.concatenate([np.linspace(-37, -4.25, 132), np.linspace(-4, 4, 401), np.linspace(4.25, 37, 132)])
        gap = np.asarray(self._gain(scan) - scan)
        found: list[float] = []
        brackets = [(scan[k], scan[k + 1]) for k in np.flatnonzero(np.sign(gap[:-1]) != np.sign(gap[1:]))]
        near, sign = np.abs(gap), np.sign(gap)
        turns = 1 + np.flatnonzero(
            (near[1:-1] <= near[:-2]) & (near[1:-1] <= near[2:]) & (sign[:-2] == sign[2:]) & (sign[1:-1] == sign[2:])
        )
        for k in turns.tolist():
            low = minimize_scalar(
                lambda z, side=sign[k]: side * one(z),
                bounds=(scan[k - 1], scan[k + 1]),
                method="bounded",
                options={"xatol": 1e-10},
            )
            if abs(low.fun) <= 1e-13:
                found.append(float(low.x))
            elif low.fun < 0:
                brackets += [(scan[k - 1], low.x), (low.x, scan[k + 1])]
        found += [brentq(one, *ends, xtol=1e-14, rtol=1e-14) for ends in brackets]
        if gap[-1] > 0:
            found.append(np.inf)
        # with S_A > V_A the cut-off has left every type behind: see `equilibria`
        if gap[0] < 0 and self.S_A <= self.V_A:
            found.append(-np.inf)
        return tuple(sorted({float(ndtr(z)) for z in found}))

    @property
    def regions(self) -> Numbers:
        """Number of roots, and the probability of resistance in each; for arrays a last axis, filled up with NaN."""
        if not self.shape:
            return {"count": len(self.roots), "p_resist": self.roots}
        names = tuple(self.parameters())
        points = zip(*(np.broadcast_to(getattr(self, n), self.shape).ravel() for n in names), strict=True)
        roots = [type(self)(**dict(zip(names, p, strict=True))).roots for p in points]
        table = np.full((len(roots), max(map(len, roots))), np.nan)
        for row, own in zip(table, roots, strict=True):
            row[: len(own)] = own
        count = np.array([len(r) for r in roots]).reshape(self.shape)
        return {"count": count, "p_resist": table.reshape(*self.shape, -1)}

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
        if types != int(types) or not 1 <= types <= 8:
            invalid("types", types, "whole numbers from 1 to 8")
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
        """Every perfect Bayesian equilibrium: one for each root, and the one without challenges where it exists."""
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
        if self.S_A >= self.V_A and self.V_B <= self.C_B:
            found.append(
                Proposition(
                    name="no challenge",
                    conditions="S_A of at least V_A, and C_B of at least V_B: B would concede, taking any challenger "
                    "for one that would back down",
                    profile={"p_resist": 0.0, "p_challenge": 0.0, "p_fight": 0.0},
                    outcomes={"SQ": 1.0, "CD": 0.0, "SF": 0.0, "BD": 0.0},
                    certificate=check_types(
                        {
                            "A": (np.zeros(1), lambda x: np.array([[self.S_A, self.V_A]]) + 0 * x, lambda _: [0]),
                            "B": (np.zeros(1), lambda x: np.array([[self.C_B, self.V_B]]) + 0 * x, lambda _: [0]),
                        }
                    ),
                )
            )
        return tuple(found)

    def _certificate(self, resist: float) -> GridCertificate:
        """Check every type on a grid of shocks against replies computed by quadrature from the rules of the game."""
        cut, challenge, firm = (float(x) for x in self._given(resist))

        def challenger(last: FloatArray) -> FloatArray:
            # the better last move's payoff decides whether a challenge is worth it
            return np.stack([np.full_like(last, self.S_A), (1 - resist) * self.V_A + resist * last], axis=1)

        share = firm_again(float(self.W_A), float(self.a), cut)

        def target(own: FloatArray) -> FloatArray:
            return np.stack([np.full_like(own, self.C_B), share * (self.W_B + own) + (1 - share) * self.V_B], axis=1)

        line = self.C_B - firm * self.W_B - (1 - firm) * self.V_B
        middle = min(max(abs(float(self.W_A)), abs(float(self.a)), abs(cut)), 1e3) + 6
        found = check_types(
            {
                "A, by the payoff of its better last move": (
                    np.linspace(-middle, middle, _NODES),
                    challenger,
                    lambda last: last >= cut,
                ),
                "B": (np.linspace(-6, 6, _NODES), target, lambda own: firm * own >= line),
            },
            # the library routine's bivariate normal is good to 1e-8
            tolerance=1e-6 * (1 + abs(float(self.W_B - self.V_B))) / max(challenge, 1e-2),
        )
        # that as many resist as A expects
        from scipy.special import ndtr

        drift = abs(float(ndtr(-line / max(firm, 1e-300))) - resist)
        return replace(found, ok=bool(found.ok and drift <= 1e-9))

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
