"""Convex polytopes of a few dimensions, flat ones included: half-spaces, vertices, hulls."""

from __future__ import annotations

from itertools import product

import numpy as np

from armsgame._typing import FloatArray
from armsgame.errors import NotSolved
from armsgame.games.payoffs import distance_to_hull, extreme_points

__all__ = ["directions_of", "farthest", "hull", "merged", "normals", "vertices"]

_FLAT = 1e-9


def directions_of(count: int, players: int) -> FloatArray:
    """Return unit directions [K, P] that begin with e_0, -e_0, e_1, -e_1, ..

    Two players: `count` points of the circle; three and four: the nonzero sign vectors; more:
    those with at most two entries.
    """
    axes = np.repeat(np.eye(players), 2, axis=0)
    axes[1::2] *= -1
    if players == 2:
        angle = 2 * np.pi * np.arange(count) / count
        rest = np.round(np.stack([np.cos(angle), np.sin(angle)], axis=1), 15)
    else:
        signs = np.array(list(product((-1.0, 0.0, 1.0), repeat=players)))
        filled = np.abs(signs).sum(axis=1)
        rest = signs[(filled > 1) & ((filled < 3) | (players < 5))]
        rest = rest / np.linalg.norm(rest, axis=1)[:, None]
    return merged(axes, rest)


def merged(directions: FloatArray, more: FloatArray, tolerance: float = 1e-7) -> FloatArray:
    """Append to `directions` [K, P] those rows of `more` that are not among them already."""
    kept = list(directions)
    for row in more:
        if np.abs(np.array(kept) - row).max(axis=1).min() > tolerance:
            kept.append(row)
    return np.array(kept)


def _affine(points: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Centre, an orthonormal basis [r, P] of the affine hull, and one [P - r, P] of its complement."""
    centre = points.mean(axis=0)
    _, size, rows = np.linalg.svd(points - centre, full_matrices=True)
    rank = int((size > _FLAT * np.sqrt(len(points))).sum())
    return centre, rows[:rank], rows[rank:]


def hull(points: FloatArray) -> FloatArray:
    """Extreme points of a finite set [V, P] of payoffs of size about one."""
    if len(points) < 2:
        return points
    if points.shape[1] == 2:
        return extreme_points(points, tolerance=1e-12)
    centre, basis, _ = _affine(points)
    if len(basis) == 0:
        return points[:1]
    flat = (points - centre) @ basis.T
    if len(basis) == 1:
        return points[[int(flat.argmin()), int(flat.argmax())]]
    if len(basis) == 2:
        lifted: FloatArray = centre + extreme_points(flat, tolerance=1e-12) @ basis
        return lifted
    from scipy.spatial import ConvexHull

    corner: FloatArray = points[ConvexHull(flat).vertices]
    return corner


def normals(points: FloatArray) -> FloatArray:
    """Outward unit normals of the facets of a hull [V, P]; for a flat one also both normals of its hyperplanes."""
    dim = points.shape[1]
    if len(points) == 0:
        return np.zeros((0, dim))
    _, basis, rest = _affine(points)
    both = np.concatenate([rest, -rest])
    if len(basis) == 0:
        return both
    flat = points @ basis.T
    if len(basis) == 1:
        own = np.array([[1.0], [-1.0]])
    elif len(basis) == 2:
        corner = extreme_points(flat, tolerance=1e-12)
        edge = np.roll(corner, -1, axis=0) - corner
        own = np.stack([edge[:, 1], -edge[:, 0]], axis=1)
        own = own / np.linalg.norm(own, axis=1)[:, None]
    else:
        from scipy.spatial import ConvexHull

        own = np.unique(np.round(ConvexHull(flat).equations[:, :-1], 13), axis=0)
    return np.concatenate([own @ basis, both])


def vertices(directions: FloatArray, levels: FloatArray) -> FloatArray:
    """Vertices [V, P] of the bounded set {v: directions v <= levels}; a set holding it where that is flat.

    The directions begin with e_0, -e_0, .. . For three players and more a set thinner than 1e-6
    is thickened by 2e-6 first, so that the result still holds it.
    """
    dim = directions.shape[1]
    high, low = levels[0 : 2 * dim : 2], -levels[1 : 2 * dim : 2]
    if dim == 2:
        from armsgame._kernels.monotone import clip

        corner = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
        corner = clip(corner, directions[4:], levels[4:], 1e-12)
        return extreme_points(corner, tolerance=1e-11) if len(corner) else corner
    from scipy.optimize import linprog
    from scipy.spatial import HalfspaceIntersection, QhullError

    system = np.hstack([directions, np.ones((len(directions), 1))])
    for thick in (0.0, 2e-6):
        found = linprog([0.0] * dim + [-1.0], A_ub=system, b_ub=levels + thick, bounds=(None, None), method="highs")
        if found.status == 0 and found.x[-1] > 5e-7:
            try:
                rows = np.hstack([directions, -(levels + thick)[:, None]])
                corner = HalfspaceIntersection(rows, found.x[:-1]).intersections
            except QhullError:
                continue
            return hull(corner[np.isfinite(corner).all(axis=1)])
    raise NotSolved("the vertices of a bound could not be found; give fewer directions, or scale the payoffs.")


def farthest(points: FloatArray, among: FloatArray) -> float:
    """Largest Euclidean distance of a point to the hull of `among` (both [V, P])."""
    if points.shape[1] == 2 and len(among) > 0:
        return _farthest_plane(points, among)
    return max((distance_to_hull(p, among) for p in points), default=0.0)


def _farthest_plane(points: FloatArray, among: FloatArray) -> float:
    corner = extreme_points(among)
    if len(corner) == 1:
        return float(np.linalg.norm(points - corner[0], axis=1).max())
    edge = np.roll(corner, -1, axis=0) - corner
    size = (edge**2).sum(axis=1)
    off = points[:, None] - corner[None]
    along = np.clip((off * edge).sum(axis=2) / size, 0, 1)
    gap = np.linalg.norm(off - along[..., None] * edge, axis=2).min(axis=1)
    inside = (edge[:, 0] * off[..., 1] - edge[:, 1] * off[..., 0] >= 0).all(axis=1) & (len(corner) > 2)
    return float(np.where(inside, 0.0, gap).max())
