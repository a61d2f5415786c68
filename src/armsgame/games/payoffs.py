"""Sets of equilibrium payoffs: data and geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.games.tolerance import UNIT

if TYPE_CHECKING:
    import pandas

__all__ = ["Generator", "PayoffSet", "distance_to_hull", "extreme_points"]


@dataclass(frozen=True, slots=True)
class Generator:
    """How an extreme point is generated: an action profile now, a continuation payoff after it.

    Attributes
    ----------
    profile : tuple of str, action labels
    continuation : array [P] under perfect monitoring, [Y, P] with public signals (NaN where a
        signal has probability zero and any punishment does)
    binding : tuple of players whose incentive constraint binds
    """

    profile: tuple[str, ...]
    continuation: FloatArray
    binding: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PayoffSet:
    """Convex set of equilibrium payoffs, bracketed from inside and outside.

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
        spread = self.outer - self.outer[0]
        rank = int(np.linalg.matrix_rank(spread / self.units, tol=1e-9)) if len(self.outer) > 1 else 0
        return ("point", "segment")[rank] if rank < 2 else ("polygon" if len(self.players) == 2 else "polytope")

    @property
    def area(self) -> float:
        """Area of the outer set (two players)."""
        return _area(self._two(self.outer))

    @property
    def inner_area(self) -> float:
        """Area of the inner set (two players)."""
        return _area(self._two(self.inner))

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
            return distance_to_hull(point, points) <= tolerance
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
        return len(points) > 0 and distance_to_hull(point / self.units, points / self.units) <= share

    def point(self, payoff: ArrayLike) -> FloatArray:
        """Check a payoff vector [P] and return it as an array."""
        point = np.asarray(payoff, dtype=float)
        if point.shape != (len(self.players),) or not np.isfinite(point).all():
            invalid("payoff", payoff, f"{len(self.players)} finite payoffs, one per player")
        return point

    def frontier(self, *, inner: bool = False) -> FloatArray:
        """Pareto-efficient extreme points [F, 2] in order of the first player's payoff (two players)."""
        points = self._two(self.inner if inner else self.outer)
        least: Any = (points[None] >= points[:, None]).all(axis=2)
        better: Any = least & (points[None] > points[:, None]).any(axis=2)
        kept: FloatArray = points[~better.any(axis=1)]
        return kept[np.argsort(kept[:, 0])]

    def to_frame(self) -> pandas.DataFrame:
        """Extreme points of the outer set with what generates each."""
        import pandas as pd

        frame = pd.DataFrame(self.outer, columns=list(self.players))
        if self.generators:
            frame["profile"] = [", ".join(g.profile) for g in self.generators]
            frame["binding"] = [", ".join(g.binding) for g in self.generators]
        return frame

    def _two(self, points: FloatArray) -> FloatArray:
        if len(self.players) != 2:
            raise WrongConcept(f"area and frontier are for two players; this set has {len(self.players)}. Use support.")
        return points

    def __str__(self) -> str:
        head = f"Payoff set at discount {self.discount:.6g}: {self.concept}"
        if self.empty:
            return f"{head}\n  empty: no such equilibrium exists"
        lines = [head, f"  {self.shape} with {len(self.outer)} extreme points; bracket gap {self.gap:.2e}"]
        lines.append("  threats " + ", ".join(f"{p} {t:.6g}" for p, t in zip(self.players, self.threats, strict=True)))
        for k, v in enumerate(self.outer[:12]):
            tail = "  by " + ", ".join(self.generators[k].profile) if self.generators else ""
            lines.append("  (" + ", ".join(f"{x:.6g}" for x in v) + ")" + tail)
        if len(self.outer) > 12:
            lines.append(f"  and {len(self.outer) - 12} more")
        return "\n".join(lines)


def extreme_points(points: ArrayLike, *, tolerance: float = 0.0) -> FloatArray:
    """Extreme points of a finite set in the plane, counter-clockwise from the lexicographic minimum.

    Parameters
    ----------
    points : array_like [N, 2]
    tolerance : float
        Points closer than this to the line through their neighbours are dropped afterwards.

    Notes
    -----
    Monotone chain with the exact sign of the cross product: a tolerant test inside the chain
    pops true extreme points on near-vertical edges.
    """
    listed = sorted({(float(x), float(y)) for x, y in np.asarray(points, dtype=float).reshape(-1, 2)})
    chain = listed if len(listed) < 3 else [*_half(listed)[:-1], *_half(listed[::-1])[:-1]]
    found = np.array(chain).reshape(-1, 2)
    if tolerance > 0:
        found = _simplify(found, tolerance)
    return found


def distance_to_hull(point: FloatArray, points: FloatArray) -> float:
    """Euclidean distance of a point to the convex hull of points [V, P] (0 inside)."""
    if len(points) == 0:
        raise InvalidGame("points is empty; allowed: at least one point.")
    if len(points) == 1:
        return float(np.linalg.norm(point - points[0]))
    from scipy.optimize import nnls

    # min |sum_k a_k v_k - x| with a >= 0 and sum a = 1, the last row held by a large weight
    scale = float(np.abs(points - point).max()) or 1.0
    heavy = 1e4
    system = np.vstack([(points - point).T / scale, heavy * np.ones(len(points))])
    weights, _ = nnls(system, np.concatenate([np.zeros(points.shape[1]), [heavy]]))
    weights = weights / weights.sum()
    return float(np.linalg.norm(weights @ points - point))


def _half(listed: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    chain: list[tuple[float, float]] = []
    for p in listed:
        while len(chain) > 1 and _cross(chain[-2], chain[-1], p) <= 0:
            chain.pop()
        chain.append(p)
    return chain


def _cross(o: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def _simplify(found: FloatArray, tolerance: float) -> FloatArray:
    kept = [p for k, p in enumerate(found) if k == 0 or np.abs(p - found[k - 1]).max() > tolerance]
    k = 0
    while len(kept) > 2 and k < len(kept):
        a, b, c = kept[k - 1], kept[k], kept[(k + 1) % len(kept)]
        edge = c - a
        length = float(np.hypot(*edge))
        along = float((b - a) @ edge)
        off = abs(edge[0] * (b - a)[1] - edge[1] * (b - a)[0])
        if length > 0 and off <= tolerance * length and 0 < along < length**2:
            kept.pop(k)
        else:
            k += 1
    return np.array(kept)


def _area(points: FloatArray) -> float:
    if len(points) < 3:
        return 0.0
    x, y = points.T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)
