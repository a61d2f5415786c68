"""Where a bound by half-planes needs further directions, and how many."""

from __future__ import annotations

from typing import Any

import numpy as np

from armsgame._typing import BoolArray, FloatArray, IntArray, Number
from armsgame.geometry.directions import between, merged
from armsgame.geometry.halfspaces import touching
from armsgame.geometry.hulls import beyond, support
from armsgame.solve.payoff_sets.best_profiles import Change, carry
from armsgame.solve.payoff_sets.outer_bound import Bound

# at most so many directions are added at one vertex in one pass
_FAN = 4
# angles below which a direction takes the place of another: at most, at least, and in units of the room left
_PARALLEL, _ANGLE, _ROOMS = 2e-5, 3e-7, 30
# share of the half-spaces in space up to which those stay that touch no vertex
_IDLE = 0.1
# by how much the vertices of half-spaces may miss what those hold
_LOST = 2e-11


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
    directions, (on, touch) = bound.directions[s], _touching(bound, s, corner)
    far, which, face = beyond(corner, made)
    near = face[which]
    own = np.broadcast_to(room, (len(corner),)) if np.ndim(room) < 2 else (room * near).sum(axis=1)
    own = np.maximum(own, 1e-13)
    place = np.flatnonzero(far > -0.01 * own) if np.ndim(room) > 1 else np.flatnonzero(far > own)
    more = [near[place]]
    parts = np.ceil(np.sqrt(1.3 * np.maximum(far + own, 0) / own)).clip(2, _FAN).astype(int)
    around = np.split(on.indices, on.indptr[1:-1])
    more += [_fan(near[j], directions[around[j]], int(parts[j])) for j in place.tolist()]
    # what is all but parallel to the normal of a chord takes its place: both would spoil the programs
    angle = float(np.clip(_ROOMS * own.min(), _ANGLE, _PARALLEL))
    close = (directions @ near[place].T).max(axis=1, initial=-1.0) >= 1 - angle**2 / 2
    close[:4] = False
    touch &= ~close
    return extended(bound, s, corner, touch, np.concatenate(more))


def refined(bound: Bound, s: int, corner: FloatArray, made: FloatArray, target: float) -> int:
    """Add directions at the vertices of a state, in any number of dimensions; returns how many."""
    on, touch = _touching(bound, s, corner)
    # the face that a vertex violates most is the nearest one
    far, which, face = beyond(corner, made)
    place = np.flatnonzero(far > max(target, 0.25 * far.max()))
    more = [face[np.unique(which[place])], between(on[place], bound.directions[s])]
    return extended(bound, s, corner, touch, np.concatenate(more))


def cornered(
    bound: Bound, s: int, corner: FloatArray, off: tuple[FloatArray, IntArray, FloatArray], room: Number
) -> int:
    """Add directions in space where vertices lie off a hull, the worst first; returns how many.

    `off`: how far they lie beyond its faces (`beyond`). `room`: a distance that may be left, at each vertex or at all.
    Directions at most double in one pass.
    """
    directions, (on, touch) = bound.directions[s], _touching(bound, s, corner)
    far, which, face = off
    own = np.maximum(np.broadcast_to(room, len(corner)), 1e-16)
    place = np.flatnonzero(far > own)
    place = place[np.argsort(-far[place] / own[place])][: max(len(directions) // 2, 40)]
    if np.count_nonzero(~touch) <= _IDLE * len(touch):
        # what bounds programs by half-spaces that are gone is gone too
        touch[:] = True
    mean = between(on[place], directions)
    # where some cancel there are fewer means than corners
    around = on[np.concatenate([place, place])] if len(mean) == len(place) else None
    return extended(bound, s, corner, touch, np.concatenate([face[which[place]], mean]), 1e-9, around)


def _touching(bound: Bound, s: int, corner: FloatArray) -> tuple[Any, BoolArray]:
    """Which half-spaces hold with equality at each corner (sparse [V, K]); which to keep [K]: those and the axes'."""
    on, _ = touching(corner, bound.directions[s], bound.levels[s], 1e-9)
    touch = np.zeros(len(bound.directions[s]), bool)
    touch[on.indices] = True
    touch[: 2 * corner.shape[1]] = True
    return on, touch


def extended(
    bound: Bound,
    s: int,
    corner: FloatArray,
    touch: BoolArray,
    asked: FloatArray,
    tolerance: float = 1e-7,
    around: Any = None,
) -> int:
    """Add directions at a state and keep those that `touch` marks, without solving a program; returns how many.

    `around` (sparse [J, K]): the half-spaces that meet near each direction asked. Multipliers of three of them add up
    to some of the direction.
    """
    kept = np.flatnonzero(touch)
    base = bound.directions[s][kept]
    more = merged(base, asked, tolerance)[len(base) :]
    if not len(more) and len(kept) == len(touch):
        return 0
    if s in bound.changed:
        carry(bound)
    place = np.full(len(touch), -1)
    place[kept] = np.arange(len(kept))
    nearest = _nearest(base, more) if len(more) else np.zeros(0, np.int64)
    mix = None if around is None or not len(more) else _mixed(more, asked, around, bound.directions[s], place)
    bound.changed[s] = Change(place, np.concatenate([kept, kept[nearest]]), len(kept), mix)
    bound.levels[s] = np.concatenate([bound.levels[s][kept], support(corner, more) + _LOST])
    bound.directions[s] = np.concatenate([base, more])
    bound.used[s] = bound.levels[s]
    return len(more)


def _mixed(
    more: FloatArray, asked: FloatArray, around: Any, directions: FloatArray, place: IntArray
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Which new directions are sums of three old ones, as `mixed` takes them: the old ones come first, by `place`."""
    own = around[_nearest(asked, more)]
    rows = np.flatnonzero(np.diff(own.indptr) == 3)
    at = own.indices[own.indptr[rows][:, None] + np.arange(3)]
    system = directions[at].swapaxes(1, 2)
    solid = np.abs(np.linalg.det(system)) > 1e-10
    rows, at, system = rows[solid], at[solid], system[solid]
    share = np.linalg.solve(system, more[rows][:, :, None])[..., 0]
    good = (share >= -1e-9).all(axis=1) & (place[at] >= 0).all(axis=1)
    rows, at, share, system = rows[good], at[good], np.maximum(share[good], 0.0), system[good]
    left = np.abs((system @ share[:, :, None])[..., 0] - more[rows]).sum(axis=1)
    return place.max() + 1 + rows, place[at], share, left


def _fan(middle: FloatArray, around: FloatArray, parts: int) -> FloatArray:
    """Directions that cut the angle between the two neighbours of a direction into equal parts."""
    turn = np.arctan2(middle[0] * around[:, 1] - middle[1] * around[:, 0], around @ middle)
    low, high = turn[turn < 0].max(initial=-np.pi), turn[turn > 0].min(initial=np.pi)
    if low == -np.pi or high == np.pi or (parts == 2 and high < -2 * low < 4 * high):
        return np.zeros((0, 2))
    angle = np.arctan2(middle[1], middle[0]) + low + (high - low) * np.arange(1, parts) / parts
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _nearest(points: FloatArray, asked: FloatArray) -> IntArray:
    """Return which of the points is nearest to each one asked."""
    from scipy.spatial import KDTree

    found: IntArray = KDTree(points).query(asked)[1]
    return found
