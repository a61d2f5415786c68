"""Sets of equilibrium payoffs: data and geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import need_pandas
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import ArrayLike, FloatArray, Real
from armsgame.arithmetic.tolerance import UNIT, ZERO, patience
from armsgame.errors import WrongConcept, invalid
from armsgame.geometry.hulls import distance, flat
from armsgame.geometry.plane import area, frontier
from armsgame.results.provable import Provable

if TYPE_CHECKING:
    import pandas

    from armsgame.results.markov import MarkovEquilibrium

__all__ = ["Generator", "PayoffSet"]


@dataclass(frozen=True, slots=True)
class Generator(Value):
    """How an extreme point is generated: an action profile now, a continuation payoff after it.

    Attributes
    ----------
    profile : tuple of str, action labels
    continuation : array [P] under perfect monitoring, [Y, P] with public signals (NaN where a
        signal has probability zero and any punishment does)
    binding : tuple of players whose incentive constraint binds
    play : MarkovEquilibrium, or None
        The Markov equilibrium that is played from now on; profile is then empty, and continuation
        [1, P] holds its payoff.
    """

    profile: tuple[str, ...]
    continuation: FloatArray
    binding: tuple[str, ...] = ()
    play: MarkovEquilibrium | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PayoffSet(Provable, Framed, Drawn, Value):
    """Convex set of equilibrium payoffs, bracketed from inside and outside.

    `proof` is about the outer set; ``ag.proof(result, inner=True)`` proves the inner one, and
    ``ag.proof(result, outside=payoff)`` that no pure equilibrium has a payoff.

    Attributes
    ----------
    outer : array [V, P]
        Extreme points of a set that holds every equilibrium payoff; counter-clockwise for two
        players. No rows: the set is empty.
    inner : array [V', P]
        Extreme points of payoffs that equilibria do reach. No rows: none is known.
    gap : float
        Distance between the two (largest difference of support values); 0 where both are empty.
    threats : array [P]
        Lowest payoff of each player in the set (NaN where empty).
    players : tuple of str
    discount : float
    concept : str
        Which equilibria, which monitoring.
    generators : tuple of Generator, one per extreme point of `outer`, or empty where not computed
    game : the game it belongs to
    details : mapping: method, iterations, directions, tolerance
    """

    outer: FloatArray
    inner: FloatArray
    gap: float
    threats: FloatArray
    players: tuple[str, ...]
    discount: float
    concept: str
    generators: tuple[Generator, ...] = ()
    game: Any = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether no equilibrium of the concept exists (for pure strategies: no *pure* one)."""
        return len(self.outer) == 0

    @property
    def shape(self) -> str:
        """``"empty"``, ``"point"``, ``"segment"``, or ``"polygon"`` (``"polytope"`` for more players)."""
        if self.empty:
            return "empty"
        # in the units of the game; without a game the set's own range is one for all, as a flat set has no other
        units = self.units if _range(self.game) else np.full(len(self.players), _spread(self.outer, self.inner))
        corner, most = self.outer.min(axis=0), float((np.abs(self.outer) / units).max())
        rank = len(flat((self.outer - corner) / units, 0.0, 1e-9 + 4 * UNIT * most)[1])
        return ("point", "segment")[rank] if rank < 2 else ("polygon" if len(self.players) == 2 else "polytope")

    @property
    def area(self) -> float:
        """Area of the outer set (two players)."""
        return area(self._two(self.outer))

    @property
    def inner_area(self) -> float:
        """Area of the inner set (two players)."""
        return area(self._two(self.inner))

    def support(self, direction: ArrayLike, *, inner: bool = False) -> float:
        """Largest weighted payoff, max over v in the set of direction . v; -inf where empty."""
        weights = np.asarray(direction, dtype=float)
        if weights.shape != (len(self.players),) or not np.isfinite(weights).all():
            invalid("direction", direction, f"{len(self.players)} finite weights, one per player")
        points = self.inner if inner else self.outer
        return float((points @ weights).max()) if len(points) else -np.inf

    def contains(self, payoff: ArrayLike, *, inner: bool = False, tolerance: float | None = None) -> bool:
        """Whether a payoff lies in the outer (or inner) set, up to a distance of `tolerance`.

        Without a tolerance: up to 1e-9, each party's payoffs measured in their range.
        """
        point = self.point(payoff)
        points = self.inner if inner else self.outer
        if len(points) == 0:
            return False
        if tolerance is not None:
            return bool(distance(point[None], points)[0] <= tolerance)
        return self.near(point, 1e-9, inner=inner)

    @property
    def units(self) -> FloatArray:
        """Range of each party's payoffs [P]: in the game where it is known, else in the set."""
        stages = [self.game.stage] if hasattr(self.game, "stage") else getattr(self.game, "stages", None)
        if stages:
            tables = [np.concatenate([s.payoffs[i].ravel() for s in stages]) for i in range(len(self.players))]
        else:
            tables = list(np.vstack([self.outer, self.inner]).T)
        # a constant payoff, or one that differs by rounding only, is compared with its rounding
        return np.array([max(float(np.ptp(own)), 4 * UNIT * float(np.abs(own).max())) or 1.0 for own in tables])

    def near(self, point: FloatArray, share: float, *, inner: bool = False) -> bool:
        """Whether a payoff lies within a distance of `share` of the set, each party's payoffs in their range."""
        points = self.inner if inner else self.outer
        if not len(points):
            return False
        # what subtracting the set's own corner leaves is the rounding of payoffs of their size
        corner = points.min(axis=0)
        slack = share + 4 * UNIT * float((np.abs(points) / self.units).max())
        return bool(distance(((point - corner) / self.units)[None], (points - corner) / self.units)[0] <= slack)

    def point(self, payoff: ArrayLike | Sequence[Real]) -> FloatArray:
        """Check a payoff vector [P] and return it as an array."""
        point = np.asarray(payoff, dtype=float)
        if point.shape != (len(self.players),) or not np.isfinite(point).all():
            invalid("payoff", payoff, f"{len(self.players)} finite payoffs, one per player")
        return point

    def frontier(self, *, inner: bool = False) -> FloatArray:
        """Pareto-efficient extreme points [F, 2] in order of the first player's payoff (two players)."""
        return frontier(self._two(self.inner if inner else self.outer))

    def to_frame(self) -> pandas.DataFrame:
        """Extreme points of the outer set with what generates each."""
        frame = need_pandas().DataFrame(self.outer, columns=list(self.players))
        if self.generators:
            frame["profile"] = [", ".join(g.profile) for g in self.generators]
            frame["binding"] = [", ".join(g.binding) for g in self.generators]
        return frame

    def _two(self, points: FloatArray) -> FloatArray:
        if len(self.players) != 2:
            raise WrongConcept(f"area and frontier are for two players; this set has {len(self.players)}. Use support.")
        return points

    def _worth(self, point: FloatArray) -> list[str]:
        """Payoffs in words; what is rounding beside the range of a party's payoffs is zero."""
        return [f"{0.0 if abs(x) < ZERO * unit else x:.6g}" for x, unit in zip(point, self.units, strict=True)]

    def __str__(self) -> str:
        head = f"Payoff set at discount {patience(self.discount)}: {self.concept}"
        if self.empty:
            return f"{head}\n  empty: no such equilibrium exists"
        lines = [head, f"  {self.shape} with {len(self.outer)} extreme points; bracket gap {self.gap:.2e}"]
        low = zip(self.players, self._worth(self.threats), strict=True)
        lines.append("  threats " + ", ".join(f"{p} {t}" for p, t in low))
        for k, v in enumerate(self.outer[:12]):
            tail = "  by " + ", ".join(self.generators[k].profile) if self.generators else ""
            lines.append("  (" + ", ".join(self._worth(v)) + ")" + tail)
        if len(self.outer) > 12:
            lines.append(f"  and {len(self.outer) - 12} more")
        return "\n".join(lines)


def _spread(*points: FloatArray) -> float:
    """Largest range of payoffs among points, at least what their rounding is."""
    known = np.concatenate(points)
    return max(float(np.ptp(known, axis=0).max()), 4 * UNIT * float(np.abs(known).max())) or 1.0


def _range(game: object) -> float:
    """Range of the stage payoffs of a game; 0 where it has none."""
    stages = getattr(game, "stages", None) or [getattr(game, "stage", game)]
    payoffs = [np.asarray(s.payoffs, dtype=float) for s in stages if hasattr(s, "payoffs")]
    return max((float(np.ptp(p.reshape(len(p), -1), axis=1).max()) for p in payoffs), default=0.0)
