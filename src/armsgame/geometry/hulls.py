"""Convex hulls of finite sets in any dimension: a point, a segment, a flat polygon and a solid alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame
from armsgame.geometry.plane import nearest_plane, polygon

# singular values below this share of the largest distance are rounding
_FLAT = 1e-9
# points that are held against all faces at once
_CHUNK = 512
# pairs of a point and a corner from which on distances in space are taken by triangles
_MANY = 50_000


def flat(points: FloatArray, tolerance: float = _FLAT, least: float = 0.0) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Affine hull of points [V, P]: one of them, an orthonormal basis [r, P], and one [P - r, P] of its complement.

    `tolerance` (relative to the diameter) and `least`: distances from the affine hull that count as rounding.
    """
    origin = points[0]
    off = points - origin
    size = float(np.abs(off).max(initial=0.0))
    if not size > 0:
        return origin, np.zeros((0, points.shape[1])), np.eye(points.shape[1])
    # the farthest point first, then the farthest from the line, and so on: no axis is lost among many points
    rows: list[FloatArray] = []
    left = off / size
    for _ in range(points.shape[1]):
        far = np.sqrt((left**2).sum(axis=1))
        k = int(far.argmax())
        if far[k] <= max(tolerance, (least + 1e-15 * float(np.abs(points).max())) / size):
            break
        row = left[k] / far[k]
        for done in rows:
            row = row - (row @ done) * done
        row = row / np.linalg.norm(row)
        rows.append(row)
        left = left - np.multiply.outer(left @ row, row)
    basis = np.array(rows).reshape(-1, points.shape[1])
    whole = np.linalg.svd(basis, full_matrices=True)[2] if len(rows) else np.eye(points.shape[1])
    return origin, basis, whole[len(rows) :]


def hull(points: FloatArray, *, tolerance: float = 1e-12) -> FloatArray:
    """Extreme points [V, P] of a finite set [N, P].

    Parameters
    ----------
    tolerance : float
        Distance within which a corner may be left out, relative to the diameter.

    Notes
    -----
    In the plane by exact signs; beyond, within the affine hull of the points, where Qhull (Barber, Dobkin
    and Huhdanpaa 1996) is used if it succeeds, and one distance per point if it does not.
    """
    if len(points) < 2:
        return points
    size = float(np.abs(points - points[0]).max())
    if points.shape[1] == 2:
        return polygon(points, tolerance=tolerance * size)
    origin, basis, _ = flat(points)
    if len(basis) == 0:
        return points[:1]
    inside = (points - origin) @ basis.T
    if len(basis) == 1:
        return points[[int(inside.argmin()), int(inside.argmax())]]
    if len(basis) == 2:
        corner = polygon(inside, tolerance=tolerance * size)
        return points[[int(np.abs(inside - v).max(axis=1).argmin()) for v in corner]]
    found = _qhull(inside / size)
    if found is not None:
        return np.asarray(points[found.vertices])
    kept = list(range(len(points)))
    for k in range(len(points)):
        rest = [j for j in kept if j != k]
        if len(rest) and distance(points[k : k + 1], points[rest])[0] <= tolerance * size:
            kept = rest
    return points[kept]


def normals(points: FloatArray) -> FloatArray:
    """Outward unit normals [F, P] of the facets of a hull; for a flat one also both normals of its affine hull."""
    dim = points.shape[1]
    if len(points) == 0:
        return np.zeros((0, dim))
    origin, basis, rest = flat(points)
    both = np.concatenate([rest, -rest])
    if len(basis) == 0:
        return both
    inside = (points - origin) @ basis.T
    if len(basis) == 1:
        own = np.array([[1.0], [-1.0]])
    elif len(basis) == 2:
        own = _edges(polygon(inside, tolerance=1e-12 * float(np.abs(inside).max())))
    else:
        found = _qhull(inside / float(np.abs(inside).max()))
        if found is None:
            # thinner than Qhull can tell: the faces of its shadow, and both sides
            for tolerance in (1e-7, 1e-5, 1e-3, 0.1, 1.0):
                thin = flat(inside, tolerance)[1]
                if len(thin) < len(basis):
                    break
            return np.concatenate([normals(inside @ thin.T @ thin) @ basis, both])
        own = np.unique(np.round(found.equations[:, :-1], 13), axis=0)
    return np.concatenate([own @ basis, both])


def nearest(points: FloatArray, corners: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Nearest points [N, P] of the hull of `corners` [V, P], and weights [N, V] that give them."""
    if len(corners) == 0:
        raise InvalidGame("corners is empty; allowed: at least one point.")
    if corners.shape[1] == 2:
        ring = polygon(corners)
        near, own = _in_plane(points, ring, weighed=True)
        place: dict[Any, int] = {}
        for k, v in enumerate(map(tuple, corners.tolist())):
            place.setdefault(v, k)
        weights = np.zeros((len(points), len(corners)))
        weights[:, [place[v] for v in map(tuple, ring.tolist())]] = own
        return near, weights
    weights = np.zeros((len(points), len(corners)))
    left = _by_faces(points, corners, weights)
    for n in left.tolist():
        weights[n] = _nearest_weights(points[n], corners)
    return weights @ (corners - corners[0]) + corners[0], weights


def _by_faces(points: FloatArray, corners: FloatArray, weights: FloatArray) -> IntArray:
    """Write the weights of points inside a solid, and of those nearest to the middle of a face; return the others."""
    every, dim = np.arange(len(points)), corners.shape[1]
    off = corners - corners[0]
    size = float(np.abs(off).max())
    found = _qhull(off / size) if len(corners) > dim + 4 and len(points) > 8 and size > 0 else None
    if found is None:
        return every
    at = (points - corners[0]) / size
    face, level = found.equations[:, :-1], -found.equations[:, -1]
    over = at @ face.T - level
    place = over.argmax(axis=1)
    high = over[every, place]
    outside = high > 0
    # from the first corner through the point: the face that the ray leaves by
    slope = at @ face.T
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where((slope > 1e-14) & (level > 1e-13), level / slope, np.inf)
    place = np.where(outside, place, share.argmin(axis=1))
    target = at - np.where(outside, high, 0.0)[:, None] * face[place]
    ends = off[found.simplices[place]] / size
    # on the face itself the weights of its corners add up to one; inside the first corner takes the rest
    system = np.concatenate([ends.swapaxes(1, 2), np.ones((len(ends), 1, dim))], axis=1)
    right = np.concatenate([target, np.ones((len(target), 1))], axis=1)
    own = np.zeros((len(points), dim))
    for mask, rows in ((outside, slice(None)), (~outside, slice(None, -1))):
        if mask.any():
            own[mask] = (np.linalg.pinv(system[mask][:, rows]) @ right[mask][:, rows, None])[..., 0]
    own = np.where(np.abs(own) <= 1e-13, 0.0, own)
    rest = np.where(outside, 0.0, 1 - own.sum(axis=1))
    rest = np.where(np.abs(rest) <= 1e-13, 0.0, rest)
    miss = np.abs((own[..., None] * ends).sum(axis=1) - target).max(axis=1)
    good = np.flatnonzero((own >= 0).all(axis=1) & (rest >= 0) & (miss <= 4e-15))
    np.add.at(weights, (good[:, None], found.simplices[place[good]]), own[good])
    weights[good, 0] += rest[good]
    weights[good] /= weights[good].sum(axis=1, keepdims=True)
    return np.setdiff1d(every, good)


def distance(points: FloatArray, corners: FloatArray) -> FloatArray:
    """Euclidean distances [N] of points to the hull of `corners` [V, P]; 0 inside."""
    if len(points) == 0 or len(corners) == 0:
        return np.asarray(np.linalg.norm(points - nearest(points, corners)[0], axis=1))
    if corners.shape[1] == 2:
        return np.asarray(np.hypot.reduce(points - _in_plane(points, polygon(corners), weighed=False)[0], axis=1))
    gap = np.zeros(len(points))
    size = float(np.abs(corners - corners[0]).max())
    # of a solid, what its faces show to be inside is not asked for weights
    found = _qhull((corners - corners[0]) / size) if len(corners) > corners.shape[1] + 4 and size > 0 else None
    left = np.arange(len(points))
    if found is not None:
        over = (points - corners[0]) / size @ found.equations[:, :-1].T + found.equations[:, -1]
        left = np.flatnonzero((over > -1e-13).any(axis=1))
    gap[left] = np.linalg.norm(points[left] - nearest(points[left], corners)[0], axis=1)
    # what weights cannot resolve is inside
    return np.where(gap <= 4e-16 * size, 0.0, gap)


def farthest(points: FloatArray, among: FloatArray) -> float:
    """Largest Euclidean distance of points [N, P] to the hull of `among` [V, P]; 0 where there are no points."""
    if len(points) == 0:
        return 0.0
    if points.shape[1] == 3 and len(points) * len(among) > _MANY:
        from armsgame._kernels.solids import farthest_of

        off = among - among[0]
        size = float(np.abs(off).max())
        found = _qhull(off / size) if size > 0 else None
        if found is not None:
            face, level = found.equations[:, :-1].copy(), -found.equations[:, -1]
            return size * float(farthest_of((points - among[0]) / size, face, level, found.points, found.simplices))
    return float(distance(points, among).max()) if len(among) else np.inf


def support(points: FloatArray, directions: FloatArray) -> FloatArray:
    """Largest direction . v [K] over points v [V, P]; -inf where there are none."""
    most = np.empty(len(directions))
    for a in range(0, len(directions), _CHUNK):
        most[a : a + _CHUNK] = (points @ directions[a : a + _CHUNK].T).max(axis=0, initial=-np.inf)
    return most


def beyond(points: FloatArray, among: FloatArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """How far points [N, P] lie beyond a facet of the hull of `among` at most [N], which [N]; all normals [F, P]."""
    corner = hull(among)
    face = normals(corner)
    return *most_beyond(points, face, support(corner, face)), face


def most_beyond(points: FloatArray, faces: FloatArray, levels: FloatArray) -> tuple[FloatArray, IntArray]:
    """How far points [N, P] lie beyond half-spaces {v: faces v <= levels} at most [N], and beyond which [N]."""
    far, which = np.full(len(points), -np.inf), np.zeros(len(points), np.int64)
    if not len(faces):
        return far, which
    if points.shape[1] == 3 and len(points) * len(faces) > _MANY:
        from armsgame._kernels.solids import most_beyond as kernel

        kernel(points, faces, levels, far, which)
        return far, which
    for a in range(0, len(points), _CHUNK):
        over = points[a : a + _CHUNK] @ faces.T - levels
        which[a : a + _CHUNK] = over.argmax(axis=1)
        far[a : a + _CHUNK] = over.max(axis=1)
    return far, which


def _in_plane(points: FloatArray, ring: FloatArray, *, weighed: bool) -> tuple[FloatArray, FloatArray | None]:
    """`nearest_plane` for coordinates of any size."""
    # a power of two changes no digit, and keeps squares of coordinates within range
    _, power = np.frexp(max(float(np.abs(ring - ring[0]).max()), float(np.abs(points - ring[0]).max(initial=0.0))))
    unit = float(np.ldexp(1.0, -int(power))) if abs(int(power)) > 160 else 1.0
    near, own = nearest_plane(points * unit, ring * unit, weighed=weighed)
    return near / unit, own


def _edges(ring: FloatArray) -> FloatArray:
    if len(ring) < 2:
        return np.zeros((0, 2))
    edge = np.roll(ring, -1, axis=0) - ring
    own: FloatArray = np.stack([edge[:, 1], -edge[:, 0]], axis=1)
    return own / np.hypot(own[:, 0], own[:, 1])[:, None]


def _qhull(points: FloatArray) -> Any:
    """Hull by Qhull of points of size one that span their space; None where it gives up."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        return ConvexHull(points)
    except (QhullError, ValueError):
        return None


def _nearest_weights(point: FloatArray, corners: FloatArray) -> FloatArray:
    """Weights [V] of the nearest point of a hull: non-negative least squares, then its face solved by itself."""
    from scipy.optimize import nnls

    off = corners - point
    size = float(np.abs(off).max())
    if len(corners) == 1 or not size > 0:
        return np.asarray(np.eye(len(corners))[0])
    off = off / size
    heavy = 1e3
    try:
        weights, _ = nnls(np.vstack([off.T, heavy * np.ones(len(off))]), np.append(np.zeros(off.shape[1]), heavy))
    except RuntimeError:
        weights = np.zeros(len(corners))
        weights[int((off**2).sum(axis=1).argmin())] = 1.0
    weights = weights / weights.sum()
    return _polished(off, weights)


def _polished(off: FloatArray, weights: FloatArray) -> FloatArray:
    """Point of least norm of a hull, from near it: minor and major cycles on the corners in use (Wolfe 1976)."""
    use = np.flatnonzero(weights > 1e-12).tolist()
    own = weights[use] / weights[use].sum()
    best, least = weights, np.inf
    for _ in range(10 * off.shape[1] + 20):
        # minor cycles: the affine minimiser of the corners in use, cut back to their hull
        while True:
            base = off[use[0]]
            span = (off[use[1:]] - base).T
            step = np.linalg.lstsq(span, -base, rcond=1e-13)[0] if len(use) > 1 else np.zeros(0)
            target = np.concatenate([[1 - step.sum()], step])
            if (target >= 0).all():
                own = target
                break
            falls = target < 0
            share = float((own[falls] / (own[falls] - target[falls])).min())
            own = np.maximum(own + share * (target - own), 0.0)
            leave = int(np.where(falls, own, np.inf).argmin())
            use.pop(leave)
            own = np.delete(own, leave)
            own = own / own.sum()
        point = own @ off[use]
        size = float(point @ point)
        if size >= least:
            break
        least, best = size, np.zeros(len(off))
        best[use] = own
        score = off @ point
        enter = int(score.argmin())
        if size <= 1e-32 or score[enter] >= size - 1e-15 * np.sqrt(size) or enter in use:
            break
        use, own = [*use, enter], np.append(own, 0.0)
    return np.asarray(best / best.sum())
