"""Where a bound by half-planes needs further directions, and how many."""

from __future__ import annotations

import numpy as np

from armsgame._typing import BoolArray, FloatArray, Number
from armsgame.geometry.directions import merged
from armsgame.geometry.hulls import hull, normals, support
from armsgame.solve.payoff_sets.best_profiles import carried
from armsgame.solve.payoff_sets.outer_bound import Bound, sharper

__all__ = ["cornered", "refined", "sharpened"]

# at most so many directions are added at one vertex in one pass
_FAN = 4
# angles below which a direction takes the place of another: at most, at least, and in units of the room left
_PARALLEL, _ANGLE, _ROOMS = 2e-5, 3e-7, 30
# by how much the vertices of half-spaces may miss what those hold
_LOST = 2e-11
# no basis yet
_FRESH = -(2**41)


def sharpened(bound: Bound, s: int, corner: FloatArray, made: FloatArray, room: Number) -> int:
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
    angle = float(np.clip(_ROOMS * own.min(), _ANGLE, _PARALLEL))
    close = (directions @ near[place].T).max(axis=1, initial=-1.0) >= 1 - angle**2 / 2
    close[:4] = False
    touch &= ~close
    base = directions[touch]
    return _extended(bound, s, corner, touch, merged(base, np.concatenate(more))[len(base) :])


def refined(bound: Bound, s: int, corner: FloatArray, made: FloatArray, target: float) -> int:
    """Add directions at the vertices of a state, in any number of dimensions (`sharper`); returns how many."""
    touch, more = sharper(bound.directions[s], bound.levels[s], corner, made, target)
    return _extended(bound, s, corner, touch, more)


def cornered(bound: Bound, s: int, corner: FloatArray, made: FloatArray, room: Number) -> int:
    """Add directions in space where vertices lie off the hull of `made`, the worst first; returns how many.

    `room` [V, P] is how far a contraction moved each vertex, or a distance that may be left. Directions at
    most double in one pass.
    """
    directions, levels = bound.directions[s], bound.levels[s]
    face = normals(hull(made))
    over = corner @ face.T - (made @ face.T).max(axis=0)
    far, near = over.max(axis=1), face[over.argmax(axis=1)]
    own = np.maximum((room * near).sum(axis=1) if np.ndim(room) > 1 else np.full(len(corner), room), 1e-13)
    limit = 1e-3 * own if np.ndim(room) > 1 else own
    on = np.asarray(np.abs(corner @ directions.T - levels) <= 1e-9)
    touch = np.array(on.any(axis=0))
    touch[: 2 * directions.shape[1]] = True
    place = np.flatnonzero(far > limit)
    place = place[np.argsort(-far[place] / own[place])][: max(len(directions) // 2, 40)]
    mean = on[place].astype(float) @ directions
    size = np.linalg.norm(mean, axis=1)
    mean = mean[size > 1e-3] / size[size > 1e-3, None]
    base = directions[touch]
    return _extended(bound, s, corner, touch, merged(base, np.concatenate([near[place], mean]), 1e-9)[len(base) :])


def _extended(bound: Bound, s: int, corner: FloatArray, touch: BoolArray, more: FloatArray) -> int:
    """Add directions at a state and keep those that `touch` marks, without solving a program; returns how many.

    Programs keep their bases, and those of new directions start from that of the nearest one: a basis is as good
    whatever half-spaces are added, since its multipliers remain nonnegative.
    """
    kept = np.flatnonzero(touch)
    if not len(more) and len(kept) == len(touch):
        return 0
    place = np.full(len(touch), -1)
    place[kept] = np.arange(len(kept))
    base = bound.directions[s][kept]
    rows = np.concatenate([kept, kept[(more @ base.T).argmax(axis=1)]])
    bound.levels[s] = np.concatenate([bound.levels[s][kept], support(corner, more) + _LOST])
    bound.directions[s] = np.concatenate([base, more])
    bound.used[s] = bound.levels[s]
    for (t, k), old in bound.bases.items():
        p = bound.operator.blocks[t][1][k]
        size = p.weight.size
        wall = (old >= 0) & (p.targets[p.group] == s)[old % size]
        to = place[np.where(wall, old // size, 0)]
        basis = np.where(wall, to * size + old % size, old)
        basis[(wall & (to < 0)).any(axis=1), 0] = _FRESH
        basis[old[:, 0] == _FRESH, 0] = _FRESH
        bound.bases[t, k] = basis[rows] if t == s else basis
    bound.proved = {k: carried(old, place, kept, len(more)) for k, old in bound.proved.items()}
    return len(more)


def _fan(middle: FloatArray, around: FloatArray, parts: int) -> FloatArray:
    """Directions that cut the angle between the two neighbours of a direction into equal parts."""
    turn = np.arctan2(middle[0] * around[:, 1] - middle[1] * around[:, 0], around @ middle)
    low, high = turn[turn < 0].max(initial=-np.pi), turn[turn > 0].min(initial=np.pi)
    if low == -np.pi or high == np.pi or (parts == 2 and high < -2 * low < 4 * high):
        return np.zeros((0, 2))
    angle = np.arctan2(middle[1], middle[0]) + low + (high - low) * np.arange(1, parts) / parts
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)
