"""Corners of bounded sets given by half-spaces, flat ones included."""

from __future__ import annotations

from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.errors import NotSolved
from armsgame.geometry.directions import directions_of, merged
from armsgame.geometry.hulls import hull, normals
from armsgame.geometry.plane import half_planes

# how much of a set may be missed, and how far half-spaces may miss each other; sizes are about one
_SHORT, _ROUNDING, _SOLID = 1e-9, 1e-9, 1e-6
# pairs of a point and a half-space from which on they are not all held at once
_MANY = 50_000


def vertices(directions: FloatArray, levels: FloatArray) -> FloatArray:
    """Corners [V, P] of the bounded set {v: directions v <= levels}; no rows where it is empty.

    The directions are unit vectors that begin with e_0, -e_0, e_1, -e_1, ..; coordinates are of size about one.

    Returns
    -------
    array [V, P]
        No face of their hull leaves out more than 1e-9 of the set (two dimensions: 1e-11). Half-spaces that
        miss each other by less than 1e-9 are taken to meet.

    Raises
    ------
    NotSolved
        A linear program failed.

    Notes
    -----
    More than two dimensions: by Qhull where a ball of radius 1e-6 fits in. Else, and where Qhull gives
    up, by questions: the faces of the hull of what is known are asked for the farthest point of
    the set beyond them, until none is beyond. That needs no interior.
    """
    if directions.shape[1] == 2:
        return half_planes(directions, levels)
    # corners at which many half-spaces meet come out once for each way to meet, a rounding apart
    return merged(np.zeros((0, directions.shape[1])), _corners(directions, levels), 0.1 * _SHORT)


def _corners(directions: FloatArray, levels: FloatArray) -> FloatArray:
    """Corners in more than two dimensions, some of them possibly twice."""
    dim = directions.shape[1]
    if not np.isfinite(levels).all():
        return np.zeros((0, dim))
    walls = _walls(directions, levels)
    if len(walls):
        return _within(directions, levels, walls)
    system = np.hstack([directions, np.ones((len(directions), 1))])
    middle = _most(np.append(np.zeros(dim), 1.0), system, levels)
    radius = float(middle[-1])
    if radius < -_ROUNDING:
        return np.zeros((0, dim))
    if radius > _SOLID:
        corner = _by_qhull(directions, levels, middle[:-1])
        if corner is not None:
            return corner
    return _by_questions(directions, levels + max(-radius, 0.0) + 1e-12 * (radius < _ROUNDING), middle[:-1])


def _walls(directions: FloatArray, levels: FloatArray) -> IntArray:
    """Half-spaces that the opposite ones meet, so that the set lies in the planes between them."""
    from scipy.spatial import KDTree

    # unit vectors whose product is at most 1e-14 - 1 add up to less than 1.5e-7
    other = KDTree(directions).query_ball_point(-directions, 1.5e-7)
    one = np.repeat(np.arange(len(other)), [len(own) for own in other])
    two = np.concatenate([np.zeros(0, np.int64), *(np.array(own, np.int64) for own in other)])
    met = (directions[one] * directions[two]).sum(axis=1) <= -1 + 1e-14
    met &= (np.abs(levels[one] + levels[two]) <= 1e-11) & (one < two)
    return np.unique(one[met])


def _within(directions: FloatArray, levels: FloatArray, walls: IntArray) -> FloatArray:
    """Corners of a set that lies in given planes, in coordinates of their intersection."""
    rows = directions[walls]
    origin = np.linalg.lstsq(rows, levels[walls], rcond=1e-9)[0]
    _, size, axes = np.linalg.svd(rows, full_matrices=True)
    basis = axes[int((size > 1e-9).sum()) :]
    flat, left = directions @ basis.T, levels - directions @ origin
    length = np.linalg.norm(flat, axis=1)
    if (left[length <= 1e-9] < -_ROUNDING).any():
        return np.zeros((0, len(origin)))
    keep = length > 1e-9
    flat, left = flat[keep] / length[keep, None], left[keep] / length[keep]
    if len(basis) == 0:
        return np.asarray(origin[None])
    if len(basis) == 1:
        high, low = left[flat[:, 0] > 0].min(), -left[flat[:, 0] < 0].min()
        if low > high + _ROUNDING:
            return np.zeros((0, len(origin)))
        ends = np.array([[low], [high]] if low < high else [[(low + high) / 2]])
    else:
        axes = directions_of(4, len(basis))[: 2 * len(basis)]
        ends = vertices(np.concatenate([axes, flat]), np.concatenate([np.full(len(axes), 10.0), left]))
    corner: FloatArray = origin + ends @ basis
    return corner


def _by_qhull(directions: FloatArray, levels: FloatArray, middle: FloatArray) -> FloatArray | None:
    from scipy.spatial import ConvexHull, HalfspaceIntersection, QhullError

    try:
        corner = HalfspaceIntersection(np.hstack([directions, -levels[:, None]]), middle).intersections
        corner = corner[np.isfinite(corner).all(axis=1)]
        found = ConvexHull(corner)
    except (QhullError, ValueError):
        return None
    # proof that nothing is missed: every face lies in the boundary of a half-space that is given
    on, over = touching(corner, directions, levels, _SHORT)
    shared = on[found.simplices[:, 0]]
    for column in found.simplices[:, 1:].T:
        shared = shared.multiply(on[column])
    if over > _SHORT or not shared.sum(axis=1).all():
        return None
    return np.asarray(corner[found.vertices])


def touching(points: FloatArray, directions: FloatArray, levels: FloatArray, near: float) -> tuple[Any, float]:
    """Half-spaces that have points [N, P] within `near` of their boundary; how far a point lies beyond one at most.

    The first are ones of a sparse array [N, K].
    """
    from scipy.sparse import csr_array

    if directions.shape[1] != 3 or len(points) * len(directions) < _MANY:
        over = points @ directions.T - levels
        return csr_array(np.abs(over) <= near, dtype=float), float(over.max(initial=-np.inf))
    from armsgame._kernels.solids import touching as listed

    heads, count = np.empty(len(points) + 1, np.int64), 8 * len(points)
    while True:
        faced = np.empty(count, np.int64)
        count, most = listed(points, directions, levels, near, heads, faced)
        if count <= len(faced):
            break
    return csr_array((np.ones(count), faced[:count], heads), shape=(len(points), len(directions))), float(most)


def _by_questions(directions: FloatArray, levels: FloatArray, middle: FloatArray) -> FloatArray:
    points, asked = middle[None], np.zeros((0, directions.shape[1]))
    fresh = directions[: 2 * directions.shape[1]]
    while len(fresh):
        asked = np.concatenate([asked, fresh])
        for row in fresh:
            found = _most(row, directions, levels)
            if float(row @ found) > float((points @ row).max()) + 0.1 * _SHORT:
                points = np.concatenate([points, found[None]])
        corner = hull(points)
        fresh = normals(corner)
        known = (np.abs(fresh[:, None] - asked[None]).max(axis=2) <= 1e-9).any(axis=1)
        fresh = fresh[~known]
        if len(asked) > 20 * len(directions) + 400:
            raise NotSolved("the corners of a bound could not be found; give fewer directions, or scale the payoffs.")
    return corner


def _most(row: FloatArray, system: FloatArray, levels: FloatArray) -> FloatArray:
    """Point that maximises row . x over system x <= levels."""
    from scipy.optimize import linprog

    close = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    found = linprog(-row, A_ub=system, b_ub=levels, bounds=(None, None), method="highs", options=close)
    if found.status != 0:
        raise NotSolved(f"the corners of a bound could not be found ({found.message}); scale the payoffs.")
    return np.asarray(found.x)
