"""How far points lie from a solid in space, by the triangles of its surface."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _dot(a, b):  # type: ignore[no-untyped-def]
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@njit(cache=True, nogil=True)
def _apart(p, a, b, c):  # type: ignore[no-untyped-def]
    """Distance of a point from a triangle: from its plane where it lies above the triangle, else from a side."""
    least = np.inf
    u, v, w = b - a, c - a, p - a
    uu, uv, vv, uw, vw = _dot(u, u), _dot(u, v), _dot(v, v), _dot(u, w), _dot(v, w)
    area = uu * vv - uv * uv
    if area > 1e-14 * uu * vv:
        s, t = (vv * uw - uv * vw) / area, (uu * vw - uv * uw) / area
        if s >= 0.0 and t >= 0.0 and s + t <= 1.0:
            off = w - s * u - t * v
            return np.sqrt(_dot(off, off))
    for side in range(3):
        start = a if side == 0 else (b if side == 1 else c)
        end = b if side == 0 else (c if side == 1 else a)
        along, w = end - start, p - start
        size = _dot(along, along)
        s = min(max(_dot(w, along) / size, 0.0), 1.0) if size > 0.0 else 0.0
        off = w - s * along
        least = min(least, np.sqrt(_dot(off, off)))
    return least


@njit(cache=True, nogil=True)
def farthest_of(points, faces, levels, corners, simplices):  # type: ignore[no-untyped-def]
    """Largest distance of points [N, 3] from the solid with these faces [F, 3], levels [F] and triangles [F, 3].

    The nearest payoff of a solid lies on a face that is seen from the point. What is near the face that it violates
    most is not looked at again where another point is farther.
    """
    most = 0.0
    for n in range(len(points)):
        p = points[n]
        top, place = 0.0, -1
        for f in range(len(faces)):
            over = _dot(faces[f], p) - levels[f]
            if over > top:
                top, place = over, f
        if place < 0:
            continue
        least = _apart(p, corners[simplices[place, 0]], corners[simplices[place, 1]], corners[simplices[place, 2]])
        if least <= most:
            continue
        for f in range(len(faces)):
            over = _dot(faces[f], p) - levels[f]
            if 0.0 < over < least:
                i, j, k = simplices[f]
                least = min(least, _apart(p, corners[i], corners[j], corners[k]))
        most = max(most, least)
    return most
