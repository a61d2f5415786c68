"""Where a bound by half-planes needs further directions, and how many."""

from __future__ import annotations

from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.geometry.directions import merged
from armsgame.geometry.hulls import hull, normals
from armsgame.solve.payoff_sets.outer_bound import Bound

__all__ = ["sharpened"]

# at most so many directions are added at one vertex in one pass
_FAN = 4
# 1 - cosine of an angle of 2e-5
_PARALLEL = 2e-10


def sharpened(bound: Bound, s: int, corner: FloatArray, made: FloatArray, room: Any) -> int:
    """Add directions in the plane at the vertices of a state that lie off the hull of `made`; returns how many.

    Parameters
    ----------
    corner : array [V, 2], the vertices of the half-planes
    made : array [K, 2], what is generated on them
    room : float or array [V, 2]
        A distance that may be left at every vertex; or how far a contraction moved each vertex.

    Notes
    -----
    On an arc the distance of a vertex from the chord falls with the square of the angle between the half-planes
    that meet there, so that its root says into how many parts that angle is to be cut. The
    normal of the chord is added too: it closes an edge of the set at once.
    """
    directions, levels = bound.directions[s], bound.levels[s]
    face = normals(hull(made))
    over = corner @ face.T - (made @ face.T).max(axis=0)
    far, near = over.max(axis=1), face[over.argmax(axis=1)]
    own = np.broadcast_to(room, (len(corner),)) if np.ndim(room) < 2 else (room * near).sum(axis=1)
    own = np.maximum(own, 1e-13)
    on = np.asarray(np.abs(corner @ directions.T - levels) <= 1e-9)
    touch = np.array(on.any(axis=0))
    touch[:4] = True
    place = np.flatnonzero(far > -0.01 * own) if np.ndim(room) > 1 else np.flatnonzero(far > own)
    more = [near[place]]
    parts = np.ceil(np.sqrt(1.3 * np.maximum(far + own, 0) / own)).clip(2, _FAN).astype(int)
    more += [_fan(near[j], directions[on[j]], int(parts[j])) for j in place.tolist()]
    # what is all but parallel to the normal of a chord takes its place: both would spoil the programs
    close = (directions @ near[place].T).max(axis=1, initial=-1.0) >= 1 - _PARALLEL
    close[:4] = False
    touch &= ~close
    base = directions[touch]
    return bound.extended(s, touch, merged(base, np.concatenate(more))[len(base) :])


def _fan(middle: FloatArray, around: FloatArray, parts: int) -> FloatArray:
    """Directions that cut the angle between the two neighbours of a direction into equal parts."""
    turn = np.arctan2(middle[0] * around[:, 1] - middle[1] * around[:, 0], around @ middle)
    low, high = turn[turn < 0].max(initial=-np.pi), turn[turn > 0].min(initial=np.pi)
    if low == -np.pi or high == np.pi or (parts == 2 and high < -2 * low < 4 * high):
        return np.zeros((0, 2))
    angle = np.arctan2(middle[1], middle[0]) + low + (high - low) * np.arange(1, parts) / parts
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)
