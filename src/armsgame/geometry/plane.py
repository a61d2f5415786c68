"""Points, segments and polygons in the plane, by exact signs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from armsgame._typing import ArrayLike, FloatArray
from armsgame.geometry.predicates import orientation, orientations

# an inconsistency of half-planes below this is rounding, and leaves a point
_ROUNDING = (1e-12, 1e-11, 1e-10, 1e-9)


def chain(points: Any) -> list[Any]:
    """Extreme points of pairs of floats or Fractions, counter-clockwise from the lexicographic minimum.

    A monotone chain with exact signs (Andrew 1979): a tolerant test inside the chain pops true
    extreme points on near-vertical edges.
    """
    listed = sorted(set(points))
    if len(listed) < 3:
        return listed
    return [*_half(listed)[:-1], *_half(listed[::-1])[:-1]]


def polygon(points: ArrayLike, *, tolerance: float = 0.0) -> FloatArray:
    """Extreme points [V, 2] of a finite set [N, 2], counter-clockwise from the lexicographic minimum.

    Parameters
    ----------
    points : array_like [N, 2]
    tolerance : float
        The fewest corners in turn are kept so that every other one is within this distance of the hull of
        what is kept. 0 keeps every extreme point.
    """
    rows = np.asarray(points, dtype=float).reshape(-1, 2)
    if len(rows) > 64:
        rows = _outermost(rows)
    found = _ring(rows)
    return _simplified(found, tolerance) if tolerance > 0 and len(found) > 1 else found


def area(points: ArrayLike) -> float:
    """Area of the hull of points [N, 2]; 0 for a point or a segment."""
    ring = polygon(points)
    if len(ring) < 3:
        return 0.0
    x, y = (ring - ring[0]).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def frontier(points: ArrayLike) -> FloatArray:
    """Pareto-efficient extreme points [F, 2] of the hull of points [N, 2], by rising first coordinate."""
    ring = polygon(points)
    if len(ring) == 0:
        return ring
    first = int(np.lexsort((ring[:, 1], ring[:, 0]))[-1])
    last = int(np.lexsort((ring[:, 0], ring[:, 1]))[-1])
    turn = np.arange(first, first + (last - first) % len(ring) + 1) % len(ring)
    kept: FloatArray = ring[turn[::-1]]
    return kept


def above(points: ArrayLike, floor: FloatArray, *, tolerance: float = 0.0) -> FloatArray:
    """Extreme points of the part of a hull with both coordinates at least `floor` [2].

    What lies below by at most `tolerance` is lifted to the floor.
    """
    kept = list(polygon(points))
    for i in range(2):
        ring, kept = kept, []
        for k, v in enumerate(ring):
            u = ring[k - 1]
            before, here = u[i] - floor[i], v[i] - floor[i]
            if (before > tolerance and here < -tolerance) or (before < -tolerance and here > tolerance):
                share = before / (before - here)
                crossing = u + (v - u) * share if share < 0.5 else v + (u - v) * (here / (here - before))
                crossing[i] = floor[i]
                kept.append(crossing)
            if here >= -tolerance:
                lifted = v.copy()
                lifted[i] = max(v[i], floor[i])
                kept.append(lifted)
    return polygon(np.array(kept).reshape(-1, 2))


def half_planes(directions: FloatArray, levels: FloatArray) -> FloatArray:
    """Corners [V, 2] of {v: directions v <= levels}, flat sets and points included; no rows where it is empty.

    The directions begin with e_0, -e_0, e_1, -e_1, the coordinates are of size about one. The
    corners hold the set up to 1e-11; half-planes that miss each other by less than 1e-9 are met in a point.
    """
    from armsgame._kernels.monotone_maps import clip

    high, low = levels[0:4:2], -levels[1:4:2]
    if (low > high + _ROUNDING[-1]).any() or not np.isfinite(levels[:4]).all():
        return np.zeros((0, 2))
    # a box turned inside out by rounding is a point between its sides
    low, high = np.where(low > high, high, low), np.where(low > high, low, high)
    box = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
    corner = box[:0]
    for slack in _ROUNDING:
        corner = clip(box, directions[4:], levels[4:], slack)
        if len(corner):
            break
    return polygon(corner, tolerance=1e-11)


def nearest_plane(
    points: FloatArray, ring: FloatArray, *, weighed: bool = True
) -> tuple[FloatArray, FloatArray | None]:
    """Nearest points [N, 2] of a polygon, segment or point, and weights [N, V] of its corners that give them.

    `ring` are extreme points as `polygon` gives them. Inside is decided by exact signs, so that a sliver
    whose cross products all round to zero is still a sliver. `weighed` false: None for the weights.
    """
    many, size = len(points), len(ring)
    if size == 1:
        return np.broadcast_to(ring[0], points.shape).copy(), np.ones((many, 1)) if weighed else None
    ends = np.roll(ring, -1, axis=0) if size > 2 else ring[1:]
    starts = ring if size > 2 else ring[:1]
    edge = ends - starts
    length = np.hypot(edge[:, 0], edge[:, 1])
    unit = edge / length[:, None]
    off = points[:, None] - starts[None]
    along = np.clip((off * unit).sum(axis=2), 0.0, length)
    share = along / length
    # from the nearer end, so that the end itself comes out exactly
    foot = np.where(share[..., None] <= 0.5, starts + share[..., None] * edge, ends - (1 - share)[..., None] * edge)
    gap = np.hypot(points[:, None, 0] - foot[..., 0], points[:, None, 1] - foot[..., 1])
    best = gap.argmin(axis=1)
    rows = np.arange(many)
    near, off_ring = foot[rows, best], gap[rows, best]
    within = np.zeros(0, np.int64)
    if size > 2:
        off_edge = np.flatnonzero(off_ring > 0)
        within = off_edge[(orientations(starts[None], ends[None], points[off_edge, None]) >= 0).all(axis=1)]
        near[within] = points[within]
    if not weighed:
        return near, None
    weights = np.zeros((many, size))
    weights[rows, best] = 1 - share[rows, best]
    weights[rows, (best + 1) % size] += share[rows, best]
    # what touches an edge up to rounding is written by its two ends
    inner = within[off_ring[within] > 1e-15 * float(np.abs(ring - ring[0]).max())]
    if len(inner):
        weights[inner] = _inside(points[inner], ring)
    return near, weights


def _inside(points: FloatArray, ring: FloatArray) -> FloatArray:
    """Weights [N, V] of three corners that give points inside a polygon, by the fan from its first corner."""
    signs = orientations(ring[:1], ring[1:], points[:, None])
    k = np.clip((signs >= 0).sum(axis=1), 1, len(ring) - 2)
    a, b, c = ring[0] - points, ring[k] - points, ring[k + 1] - points
    shares = np.stack([u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0] for u, v in ((b, c), (c, a), (a, b))], axis=1)
    spread = np.abs([a, b, c]).max(axis=(0, 2))
    for n in np.flatnonzero(shares.sum(axis=1) < 1e-6 * spread**2).tolist():
        shares[n] = _exact_shares(points[n], ring[[0, k[n], k[n] + 1]])
    shares = np.maximum(shares, 0.0)
    weights, rows = np.zeros((len(points), len(ring))), np.arange(len(points))
    weights[rows[:, None], np.stack([np.zeros_like(k), k, k + 1], axis=1)] = shares / shares.sum(axis=1)[:, None]
    return weights


def _exact_shares(point: FloatArray, corners: FloatArray) -> FloatArray:
    """Shares [3] of three corners in a point of their triangle, in rational numbers."""
    p, rows = [Fraction(x) for x in point.tolist()], [[Fraction(x) for x in v] for v in corners.tolist()]
    u, v, w = ([x - y for x, y in zip(row, p, strict=True)] for row in rows)
    exact = (v[0] * w[1] - v[1] * w[0], w[0] * u[1] - w[1] * u[0], u[0] * v[1] - u[1] * v[0])
    total = sum(exact)
    return np.array([float(x / total) for x in exact])


def _outermost(rows: FloatArray) -> FloatArray:
    """Leave out points well inside the quadrilateral of extreme ones, which no hull has as a corner."""
    total, turn = rows.sum(axis=1), rows[:, 0] - rows[:, 1]
    ring = np.array(
        chain({tuple(rows[int(k)].tolist()) for k in (total.argmin(), turn.argmax(), total.argmax(), turn.argmin())})
    ).reshape(-1, 2)
    if len(ring) < 3 or not np.isfinite(rows).all():
        return rows
    edge = np.roll(ring, -1, axis=0) - ring
    off = rows[:, None] - ring[None]
    size = float(np.abs(rows - ring[0]).max())
    with np.errstate(over="ignore", invalid="ignore"):
        cross = edge[:, 0] * off[..., 1] - edge[:, 1] * off[..., 0]
        kept: FloatArray = rows[~(cross > 1e-12 * size**2 + 1e-14 * float(np.abs(rows).max()) * size).all(axis=1)]
    return kept


def _half(listed: Sequence[object]) -> list[Any]:
    found: list[Any] = []
    for p in listed:
        while len(found) > 1 and orientation(found[-2], found[-1], p) <= 0:
            found.pop()
        found.append(p)
    return found


def _ring(rows: FloatArray) -> FloatArray:
    """Return `chain` of an array [N, 2]; by a kernel where floating point decides every sign."""
    from armsgame._kernels.monotone_maps import extreme

    listed = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    fresh = np.ones(len(listed), bool)
    fresh[1:] = (listed[1:] != listed[:-1]).any(axis=1)
    listed = listed[fresh]
    if len(listed) < 3:
        return listed
    place = np.empty(2 * len(listed), np.int64)
    size = extreme(listed, place)
    if size >= 0:
        return listed[place[:size]]
    return np.array(chain(map(tuple, listed.tolist()))).reshape(-1, 2)


def _simplified(ring: FloatArray, tolerance: float) -> FloatArray:
    """Leave out corners that are within `tolerance` of the chord that replaces them."""
    from armsgame._kernels.monotone_maps import simplified

    kept = np.empty(len(ring), bool)
    simplified(ring, tolerance, kept)
    return ring[kept]
