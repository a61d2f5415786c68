"""Self-generating solids that grow along rays: how far each corner is generated on the hull of all of them.

The corners c + r u of a solid lie on rays from a point inside. T(r) is how far along each ray a payoff is generated
with promises in the hull of the corners; T is monotone, and a solid with T(r) >= r generates itself. So there is a
largest one for the rays given, which Newton's method finds at any patience: the multipliers of the programs say how
far T moves with r.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.geometry.directions import merged
from armsgame.geometry.hulls import farthest
from armsgame.solve.payoff_sets.inner_set import Inner, enclosed
from armsgame.solve.payoff_sets.operator import Made, Operator
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.placement import refined

# by how much corners are generated beyond themselves, and promises within faces: per period
_AIM, _LEAST, _ROOM = 1e-2, 1e-6, 1e-7
# steps of growth and of repair between two rounds of further rays; the share of a radius that a step moves
_STEPS, _REPAIRS, _TURNS, _STRIDE = 3, 14, 80, 0.2
# programs of rays after which a solid is left as it is; rays to begin with
_WORK = 40_000
_COUNTS = (60, 120, 240, 480)


@dataclass(frozen=True, slots=True)
class Reach:
    """What rays reach on the hull of their corners.

    Attributes
    ----------
    points : array [N, P], the corners
    outer : BoolArray [N], which are extreme
    most : array [N], (T(r) - r) / (1 - discount)
    which, ahead : arrays [N], [N, Y, P], the profile and the promises that attain it
    slope : sparse array [N, N], derivative of T
    faces, levels, simplices : of the hull
    size : float, volume of the hull
    """

    points: FloatArray
    outer: BoolArray
    most: FloatArray
    which: IntArray
    ahead: FloatArray
    slope: Any
    faces: FloatArray
    levels: FloatArray
    simplices: IntArray
    size: float

    @property
    def kept(self) -> bool:
        """Whether every corner is generated."""
        return bool((self.most[self.outer] >= _LEAST).all())

    def radii(self, centre: FloatArray, ways: FloatArray) -> FloatArray:
        """How far the hull extends along rays."""
        return radii(centre, ways, self.faces, self.levels)


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of all profiles of one state as arrays (`armsgame._kernels.rays`)."""

    operator: Operator
    alive: IntArray
    weight: FloatArray
    blocks: IntArray
    coef: FloatArray
    rows: IntArray
    owner: IntArray

    @classmethod
    def of(cls, op: Operator, alive: list[int]) -> Programs:
        """Pad the programs of an operator."""
        _, programs = op.blocks[0]
        count, most = max(p.weight.size for p in programs), max(max(len(p.base) for p in programs), 1)
        weight, coef = np.zeros((len(programs), count)), np.zeros((len(programs), most, count))
        owner = np.zeros((len(programs), most), np.int64)
        for k, p in enumerate(programs):
            weight[k, : p.weight.size] = p.weight
            coef[k, : len(p.base), : p.weight.size], owner[k, : len(p.base)] = p.coef, p.owner
        blocks, rows = (
            np.array(x, np.int64) for x in ([p.weight.size for p in programs], [len(p.base) for p in programs])
        )
        return cls(op, np.array(alive, np.int64), weight, blocks, coef, rows, owner)

    def reach(
        self,
        centre: FloatArray,
        ways: FloatArray,
        size: FloatArray,
        last: IntArray | None,
        before: Reach | None = None,
    ) -> Reach | None:
        """Return how far payoffs are generated on the hull of centre + size * ways; None where that is no solid.

        `last` [N]: the profiles to try first. `before`: what was reached on these rays in a larger hull, which stands
        where its promises lie in this one too.
        """
        from scipy.sparse import coo_array, diags_array
        from scipy.spatial import ConvexHull, QhullError

        from armsgame._kernels.rays import reaches

        op, points = self.operator, centre + size[:, None] * ways
        payoffs, programs = op.blocks[0]
        patience, count = 1 - op.discount, len(points)
        try:
            found = ConvexHull(points)
        except (QhullError, ValueError):
            return None
        faces, levels = np.ascontiguousarray(found.equations[:, :-1]), -found.equations[:, -1]
        low, lowest = points.min(axis=0), points.argmin(axis=0)
        bound = np.zeros(self.owner.shape)
        for k, p in enumerate(programs):
            bound[k, : len(p.base)] = p.base - p.threat.sum(axis=1) * low[p.owner]
        most, which = np.empty(count), np.empty(count, np.int64)
        wide = self.weight.shape[1]
        ahead, duals = np.zeros((count, wide, op.players)), np.zeros((count, wide * op.players))
        place = np.full(duals.shape, -1)
        rows = np.arange(count)
        if before is not None and not any(p.threat.any() for p in programs):
            most[:] = before.most + ((before.points - points) * ways).sum(axis=1) / patience
            which[:], ahead[:] = before.which, before.ahead
            over = (ahead @ faces.T > levels - 0.05 * _ROOM * patience).any(axis=2)
            over &= np.arange(wide) < self.blocks[which][:, None]
            rows = np.flatnonzero(over.any(axis=1) | (which < 0))
        order = np.tile(self.alive, (count, 1))
        if last is not None:
            # the profile that was best before comes first, so that others are cut off soon
            order = np.concatenate([last[:, None], np.where(order == last[:, None], -1, order)], axis=1)
        found_there = (most[rows], which[rows], ahead[rows], place[rows], duals[rows])
        reaches(
            points[rows], ways[rows], _across(ways[rows]), faces, levels, patience, np.ascontiguousarray(payoffs.T),
            self.weight, self.blocks, self.coef, self.rows, self.owner, bound, order[rows], _ROOM, *found_there,
        )  # fmt: skip
        for whole, part in zip((most, which, ahead, place, duals), found_there, strict=True):
            whole[rows] = part
        for k in op.nash():
            # generated by itself, and by no more than that
            same = np.abs(points - payoffs[:, k]).max(axis=1) <= 1e-9
            most[same], which[same], ahead[same] = np.maximum(most[same], _AIM), k, payoffs[:, k]
            place[same] = -1
        # a face moves with its corners, by their shares in the promise on it
        corner = points[found.simplices] - centre
        solid = np.abs(np.linalg.det(corner)) > 1e-15
        inverse = np.zeros_like(corner)
        inverse[solid] = np.linalg.inv(corner[solid].swapaxes(1, 2))
        ray, at = np.nonzero(place >= 0)
        face, signal = place[ray, at] // wide, place[ray, at] % wide
        share = (inverse[face] @ (ahead[ray, signal] - centre)[:, :, None])[..., 0].clip(0)
        share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-300)
        push = (ways[found.simplices[face]] @ faces[face][:, :, None])[..., 0]
        value = [(duals[ray, at][:, None] * share * push).ravel()]
        line, column = [np.repeat(ray, op.players)], [found.simplices[face].ravel()]
        ray, at = np.nonzero(place <= -2)
        if len(ray) and any(p.threat.any() for p in programs):
            row = -2 - place[ray, at]
            threat = np.array([programs[k].threat[r].sum() for k, r in zip(which[ray], row, strict=True)])
            who = self.owner[which[ray], row]
            value.append(-duals[ray, at] * threat * ways[lowest[who], who])
            line.append(ray)
            column.append(lowest[who])
        entries = (np.concatenate(value), (np.concatenate(line), np.concatenate(column)))
        outer = np.zeros(count, bool)
        outer[found.vertices] = True
        slope = coo_array(entries, shape=(count, count)).tocsr()
        if before is not None and len(rows) < count:
            old = np.ones(count)
            old[rows] = 0.0
            slope = slope + diags_array(old) @ before.slope
        sides, volume = found.simplices.astype(np.int64), float(found.volume)
        return Reach(points, outer, most, which, ahead, slope, faces, levels, sides, volume)

    def proved(self, reach: Reach) -> Inner | None:
        """Return what the corners generate, as a set that its own promises prove."""
        kept = np.flatnonzero(reach.outer & (reach.which >= 0)).tolist()
        payoffs, programs = self.operator.blocks[0]
        made: list[Made] = [(int(reach.which[j]), reach.ahead[j, : self.blocks[reach.which[j]]]) for j in kept]
        still = [bool((w == payoffs[:, k]).all()) for k, w in made]
        points = [
            payoffs[:, k] if stays else (1 - self.operator.discount) * payoffs[:, k] + programs[k].weight @ w
            for (k, w), stays in zip(made, still, strict=True)
        ]
        return enclosed(self.operator, [np.array(points)], [made])


def first_solid(outer: Bound) -> Inner | None:
    """Find a small solid that generates itself at the middle of a bound; None where none was found."""
    corner = outer.corners(0)
    if len(corner) <= outer.operator.players:
        return None
    programs, centre = Programs.of(outer.operator, outer.alive[0]), corner.mean(axis=0)
    for count in _COUNTS:
        ways = _spread(count)
        limit = radii(centre, ways, outer.directions[0], outer.levels[0])
        for share in (0.5, 0.2):
            found = _settled(programs, centre, ways, share / np.hypot(1 / limit, 0.5 / float(np.median(limit))))
            if found is not None:
                return programs.proved(found[1])
    return None


def _settled(
    programs: Programs, centre: FloatArray, ways: FloatArray, x: FloatArray
) -> tuple[FloatArray, Reach] | None:
    """Lower corners that are not generated until all are; None where that fails."""
    last: IntArray | None = None
    now: Reach | None = None
    for turn in range(_REPAIRS + 2):
        now = programs.reach(centre, ways, x, last, now)
        if now is None:
            break
        if now.kept:
            return x, now
        low = now.outer & (now.most < _AIM)
        step = _fall(programs, now, low, 2 * _AIM) * (1 if turn < 3 else 2)
        free = np.where(now.outer, x, np.minimum(x, 0.97 * now.radii(centre, ways)))
        x, last = free + np.maximum(step, -_STRIDE * x), now.which
    return None


def _fall(programs: Programs, now: Reach, low: BoolArray, aim: float) -> FloatArray:
    """Newton step of those corners alone that are not generated."""
    gain = (1 - programs.operator.discount) * np.clip(now.most - aim, -10.0, 0.0)
    rows, step = np.flatnonzero(low), np.zeros(len(gain))
    step[rows] = np.minimum(_solved(now.slope[rows][:, rows], gain[rows]), gain[rows])
    return step


def _spread(count: int) -> FloatArray:
    """Directions [N, 3] spread over the sphere, on a spiral."""
    turn = np.pi * (1 + 5**0.5) * (np.arange(count) + 0.5)
    height = 1 - (2 * np.arange(count) + 1) / count
    across = np.sqrt(1 - height**2)
    return np.stack([across * np.cos(turn), across * np.sin(turn), height], axis=1)


def grown_solid(
    outer: Bound, found: Inner, near: float, *, most: int = 2000, rounds: int = 15, more: int = 150
) -> Inner:
    """Grow a solid of three parties that generates itself along rays, more of them where the bound is far.

    It ends where the bound is `near`, where further rays bring nothing, or where `_WORK` programs were solved.

    Parameters
    ----------
    most, more : int, the largest numbers of rays, and of directions up to which the bound is refined
    rounds : int, how often rays are added
    """
    from scipy.spatial import QhullError

    op, corner = outer.operator, outer.corners(0)
    start = found.points[0]
    if len(start) <= op.players or not len(corner):
        return found
    centre = start.mean(axis=0)
    size = np.linalg.norm(start - centre, axis=1)
    if size.min() <= 1e-9:
        return found
    ways = (start - centre) / size[:, None]
    programs = Programs.of(op, outer.alive[0])
    now = programs.reach(centre, ways, size, None)
    if now is None:
        return found
    # few rays move fast: those of the set that is known only where fewer do not do
    for count in _COUNTS[:-1] if len(start) > _COUNTS[0] else ():
        some = _spread(count)
        coarse = _settled(programs, centre, some, 0.95 * now.radii(centre, some))
        if coarse is not None:
            ways, (size, now) = some, coarse
            break
    best, gap, same, room = found, np.inf, False, _WORK
    for _ in range(rounds):
        corner = _bounded(outer, now, near, more)
        wide = farthest(corner, now.points)
        if now.kept and (wide <= 0.98 * near or (same and wide > 0.999 * gap) or room <= 0 or not outer.budget.left):
            break
        gap = wide
        before = len(ways)
        ways, size, last = _further(programs, now, centre, ways, size, corner, near, most)
        limit = radii(centre, ways, outer.directions[0], outer.levels[0])
        same = len(ways) < 1.05 * before
        begun = programs.reach(centre, ways, size, last)
        if begun is None:
            break
        try:
            size, now, room = _pushed(programs, centre, ways, size, limit, begun, outer, room)
        except QhullError:
            break
        proof = programs.proved(now) if now.kept else None
        if proof is not None:
            best = best.joined(proof)
            if farthest(corner, best.points[0]) <= near:
                break
    return best


def _bounded(outer: Bound, now: Reach, near: float, most: int) -> FloatArray:
    """Corners of the bound after directions where it is far from a solid."""
    corner = outer.corners(0)
    for _ in range(2):
        if farthest(corner, now.points) <= near or len(outer.directions[0]) > most:
            break
        if not refined(outer, 0, corner, now.points[now.outer], near / 3):
            break
        outer.run(0.01 * near, outer.iterations + 50)
        corner = outer.corners(0)
    return corner


def _pushed(
    programs: Programs,
    centre: FloatArray,
    ways: FloatArray,
    size: FloatArray,
    limit: FloatArray,
    begun: Reach,
    outer: Bound,
    room: int,
) -> tuple[FloatArray, Reach, int]:
    """Newton steps towards the largest solid on rays: the last one that generated itself, and the work left."""
    patience = 1 - programs.operator.discount
    now, kept, x, stride, steps, repair = begun, (size, begun), size, _STRIDE, 0, 0
    floor, fixed = np.where(begun.outer, size, 0.0), np.zeros(len(size), bool)
    for turn in range(_TURNS):
        if now.kept:
            if now is not kept[1] and now.size < 1.003 * kept[1].size:
                return x, now, room
            kept, floor, steps, repair = (x, now), np.where(now.outer, x, 0.0), 0, 0
            if turn > _TURNS - 5 or room <= 0 or not outer.budget.spend():
                break
        low = now.outer & (now.most < 0.3 * _AIM)
        steps += 1
        if steps > _STEPS:
            # no further growth: what is not generated falls until it is, and what is inside does not stick out
            repair += 1
            step = _fall(programs, now, low, _AIM) * min(1 + 0.3 * repair, 4)
            free = np.where(now.outer, x, np.minimum(x, 0.97 * now.radii(centre, ways)))
            if repair > _REPAIRS:
                # from the start, in smaller steps
                stride, steps, repair = 0.5 * stride, 0, 0
                fixed |= low | np.isin(np.arange(len(x)), now.simplices[low[now.simplices].any(axis=1)])
                if stride < 0.005:
                    break
                x, now = kept
                continue
        else:
            gain = np.where(now.outer & (now.which >= 0), patience * np.clip(now.most - _AIM, -10.0, 10.0), 0.0)
            step = _rise(now.slope, gain, x, stride)
            step = np.where(low, np.minimum(step, gain), np.where(fixed, 0.0, np.maximum(step, 0.0)))
            free = np.where(now.outer, x, np.maximum(x, now.radii(centre, ways)))
        x = np.minimum(np.maximum(free + np.clip(step, -_STRIDE * x, stride * x), floor), limit)
        falls = steps > _STEPS
        more = programs.reach(centre, ways, x, now.which, now if falls else None)
        room -= len(ways) // 8 if falls else len(ways)
        if more is not None and falls and more.kept:
            # growth asks for what is reached now
            more = programs.reach(centre, ways, x, more.which)
            room -= len(ways)
        if more is None or room < -_WORK // 5 or not outer.budget.left:
            break
        now = more
    return *kept, room


def _rise(slope: Any, gain: FloatArray, x: FloatArray, stride: float) -> FloatArray:
    """Newton step (1 - slope)^-1 gain; where corners raise each other without end, what a part of the slope gives."""
    up = gain > 0
    for share in (1.0, 0.98, 0.9, 0.6):
        step = _solved(share * slope, gain)
        most = float(np.median(step[up] / x[up])) if up.any() else 0.0
        if most > 1e-3 or (step[up] >= 0).all():
            break
    most = float((step[up] / x[up]).max(initial=0.0))
    return step if share == 1.0 or most <= 0 else step * (stride / most)


def _solved(slope: Any, gain: FloatArray) -> FloatArray:
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import splu

    try:
        found = splu((eye_array(len(gain)) - slope).tocsc()).solve(gain)
    except RuntimeError:
        return gain
    return np.where(np.isfinite(found), found, gain)


def _further(
    programs: Programs,
    now: Reach,
    centre: FloatArray,
    ways: FloatArray,
    size: FloatArray,
    corner: FloatArray,
    near: float,
    most: int,
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Add rays through faces from which the bound is far and through its far corners; drop those inside."""
    patience = 1 - programs.operator.discount
    far = (corner @ now.faces.T).max(axis=0) - now.levels
    ends = now.points[now.simplices]
    sides = np.linalg.norm(ends - np.roll(ends, 1, axis=1), axis=2)
    wide, long = sides.max(axis=1), sides.argmax(axis=1)
    place = np.flatnonzero((far > 0.4 * near) & (wide > patience))
    place = place[np.argsort(-(far * wide)[place])][: max(min(len(size), most - len(size)), 0)]
    rows = (ends[place, long[place]] + ends[place, long[place] - 1]) / 2 - centre
    kept = np.flatnonzero(size >= 0.95 * now.radii(centre, ways))
    base = ways[kept]
    more = merged(base, rows / np.linalg.norm(rows, axis=1)[:, None], 1e-2)[len(base) :]
    at = np.maximum(size[kept], 0.0)
    last = now.which[kept]
    near_by = last[(more @ base.T).argmax(axis=1)] if len(more) else np.zeros(0, np.int64)
    return (
        np.concatenate([base, more]),
        np.concatenate([at, now.radii(centre, more) * (1 - 1e-12)]),
        np.concatenate([last, near_by]),
    )


def _across(ways: FloatArray) -> FloatArray:
    """Orthonormal complements [N, P - 1, P] of unit rows [N, P]."""
    return np.linalg.svd(ways[:, None, :], full_matrices=True)[2][:, 1:]


def radii(centre: FloatArray, ways: FloatArray, faces: FloatArray, levels: FloatArray) -> FloatArray:
    """How far half-spaces that hold `centre` let one go along rays."""
    slope, room = ways @ faces.T, np.maximum(levels - faces @ centre, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(slope > 1e-12, room / slope, np.inf)
    return np.asarray(found.min(axis=1))
