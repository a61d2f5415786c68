"""How far points lie from a solid in space, by its faces and by the triangles of its surface."""

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


@njit(cache=True, nogil=True)
def most_beyond(points, faces, levels, far, which):  # type: ignore[no-untyped-def]
    """Write how far points [N, 3] lie beyond a face [F, 3] at most, and which one that is: negative inside."""
    for n in range(len(points)):
        x, y, z = points[n]
        most, place = -np.inf, 0
        for f in range(len(faces)):
            # a maximum alone has no branches, so that several faces are looked at together
            most = max(most, faces[f, 0] * x - levels[f] + faces[f, 1] * y + faces[f, 2] * z)
        for f in range(len(faces)):
            if faces[f, 0] * x - levels[f] + faces[f, 1] * y + faces[f, 2] * z == most:
                place = f
                break
        far[n], which[n] = most, place


@njit(cache=True, nogil=True)
def touching(points, faces, levels, near, heads, faced):  # type: ignore[no-untyped-def]
    """List the half-spaces [F, 3] whose boundary points [N, 3] are `near`: of point n from heads[n] on in `faced`.

    Returns how many there are, and how far a point lies beyond one at most. What there is no room for is left out.
    """
    count, most = 0, -np.inf
    for n in range(len(points)):
        heads[n] = count
        x, y, z = points[n]
        hits = np.int64(0)
        for f in range(len(faces)):
            hits += np.int64(faces[f, 0] * x - levels[f] + faces[f, 1] * y + faces[f, 2] * z >= -near)
        for f in range(len(faces) if hits else 0):
            over = faces[f, 0] * x - levels[f] + faces[f, 1] * y + faces[f, 2] * z
            most = max(most, over)
            if abs(over) <= near:
                if count < len(faced):
                    faced[count] = f
                count += 1
    heads[len(points)] = count
    return count, most
