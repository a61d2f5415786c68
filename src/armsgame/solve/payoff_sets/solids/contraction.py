"""Self-generating sets of two and three patient parties: contractions beside payoffs that need none.

A bound and a contraction are wrong by what the corners of their half-spaces stick out, times 1 / (1 - discount): so
directions are added where a corner lies farther off what is generated on the half-spaces than a share of 1 - discount.
Payoffs that are known to be equilibria, as those of the stage game are, are not contracted. The set would
otherwise lose the profiles that are enforced only where an equilibrium of the stage game lies near.
"""

from __future__ import annotations

import numpy as np

from armsgame._typing import FloatArray, IntArray, Number
from armsgame.geometry.hulls import beyond, farthest, flat, most_beyond, nearest, normals, support
from armsgame.solve.payoff_sets.inner_set import Inner, enclosed, strict
from armsgame.solve.payoff_sets.operator import GOLDEN, Made, Operator, Solved, number, solve_program
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.placement import cornered, extended, sharpened

# share of the gap by which a first contraction moves a set per period, and at least; the contractions that are tried
_FIRST, _LEAST, _TRIES = 4.0, 0.05, 6
# directions up to which the bound takes all those of a contraction; how far the next centre lies towards a corner; the
# distance at which a smaller contraction aims, and that up to which one is tried at once in the plane, in gaps
_SMALL, _TOWARDS, _AIM, _CLOSE = 1000, 0.8, 0.8, 3.0
# by how much incentives are stricter, as a share of a contraction
_STRICT = 0.1
# how far corners of a bound may stick out, per period, as a share of the gap; and the patience at which no less is
# asked to begin with, as levels at rest are at most the score in each direction
_OUT, _COARSE = 0.8, 0.01
# by how much levels of a contraction may still move in a period, as a share of what it moves the face nearest to its
# centre, or one at this distance
_STILL, _FAR = 0.2, 0.25
# share of the corners that may stick out farther, and by how much
_AWAY, _WIDER = 7e-3, 5.0
# rounds until directions are added, until levels have come to rest, and passes of a contraction
_EARLY, _REST, _PASSES = 3, 25, 40
# directions at which the search ends; of a contraction also four times those it begins with, or two thirds while many
# corners are not generated
_MOST = 20_000
# distance at which a promise is one of the payoffs that are not contracted
_SAME = 1e-7
# by how much promises are moved inside, as a share of a contraction
_INSIDE = 1e-4
# how far a corner may lie off what is generated, as a share of how far a contraction moved it, to begin with; and the
# share of corners that may lie farther off
_BARE, _BAD = 0.6, 1e-2
# payoffs with promises outside are asked for again up to this share of all, and while they become fewer in so many
# rounds; the number and the share up to which they may be left out
_LOST, _SLOW, _RARE, _FEW = 0.5, 5, 5, 0.02
# how deep promises are cut below a face, in units of how far one lay beyond it, at least (programs are solved up to
# half of that), and at most, as a share of a contraction
_DEEP, _FINE, _INWARD = 2.0, 2e-10, 0.02
# directions near by whose profiles are asked for a payoff
_NEAR = 3
# by how much half-spaces that meet in one of them are moved apart
_APART = 1e-11


def solid_set(outer: Bound, seed: Inner | None, near: float) -> Inner | None:
    """Find a self-generating polygon or solid within `near` of a bound, which is refined on the way.

    Parameters
    ----------
    outer : Bound of a repeated game of two or three parties
    seed : Inner, what is known to generate itself; None: nothing
    near : float, distance (scaled) at which it ends

    Returns
    -------
    The set, as near as it came, proved by `inner_set.enclosed`; None where no contraction leaves one with an interior.
    """
    if not _refined(outer, seed, near, _COARSE):
        return None
    plane, patience = outer.operator.players == 2, 1 - outer.operator.discount
    found: Inner | None = None
    share, few = _FIRST * near if plane else max(_FIRST * near, _LEAST), outer.directions[0].copy()
    middle = _middle(outer)
    centre, reach, coarse, wide = middle, 1.0, _COARSE, np.inf
    for _ in range(_TRIES):
        if outer.single or not _solid(outer.corners(0)):
            break
        tight, more = _contraction(outer, seed, share, few, centre, reach)
        last = wide
        if more is None:
            # where a set all but vanishes it takes directions without end; a smaller contraction takes more yet
            many = len(tight.directions[0]) > _MOST // 2 or not outer.budget.left
            if many or (found is not None and reach == 1):
                break
            centre, reach, share = middle, 1.0, share / 3 if found is None else share * _smaller(near, wide)
            continue
        found = more.joined(found)
        if len(tight.directions[0]) <= _SMALL and farthest(outer.corners(0), found.points[0]) > near:
            # the bound takes the directions that the contraction needed
            every = np.ones(len(outer.directions[0]), bool)
            extended(outer, 0, outer.corners(0), every, tight.directions[0], 1e-9)
            outer.run(0.01 * near, outer.iterations + _REST)
        most = max(len(tight.directions[0]), _SMALL)
        wide = _closed(outer, found.points[0], near, most)
        if plane and near < wide < np.inf and coarse > patience:
            # a corner far off may rest on a part of the bound that is off by little
            coarse /= 10
            _refined(outer, found, near, coarse)
            wide = _closed(outer, found.points[0], near, most)
        if not near < wide < np.inf or not outer.budget.left or len(outer.directions[0]) > 2 * _MOST:
            break
        if wide > 0.9 * last or (plane and wide < _CLOSE * near):
            centre, reach, share = middle, 1.0, share * _smaller(near, wide)
            continue
        # what lies near the centre of a contraction loses little: the next centre is near the worst corner
        corner = outer.corners(0)
        worst = corner[int(beyond(corner, found.points[0])[0].argmax())]
        centre = centre + _TOWARDS * (nearest(worst[None], found.points[0])[0][0] - centre)
        reach *= 1 - _TOWARDS
    return found


def _smaller(near: float, wide: float) -> float:
    """By how much a contraction is to be smaller that left a set so wide."""
    return min(max(_AIM * near / wide, 0.2), 0.8)


def _middle(outer: Bound) -> FloatArray:
    """Return a point well inside a bound: farthest from all sides in the plane, the mean of the corners in space."""
    if outer.operator.players > 2:
        return np.asarray(outer.corners(0).mean(axis=0))
    from scipy.optimize import linprog

    h, c = outer.directions[0], outer.levels[0]
    found = linprog([0.0, 0.0, -1.0], np.column_stack([h, np.ones(len(h))]), c, bounds=(None, None), method="highs")
    return np.asarray(outer.corners(0).mean(axis=0) if found.x is None else found.x[:2])


def _closed(outer: Bound, points: FloatArray, near: float, most: int) -> float:
    """Add directions (up to `most`) to a bound where it lies off a hull by a share of `near`; how far it does then."""
    wide, least, stuck = np.inf, np.inf, 0
    for _ in range(_PASSES):
        corner = outer.corners(0)
        if outer.single or not _solid(corner):
            return np.inf
        wide = farthest(corner, points)
        stuck = stuck + 1 if wide > 0.95 * least else 0
        least = min(least, wide)
        if wide <= near or stuck > 2 or len(outer.directions[0]) > most or not outer.budget.left:
            break
        if not _added(outer, corner, points, beyond(corner, points), 0.25 * near):
            break
        outer.run(0.02 * near, outer.iterations + _REST)
    return wide


def _refined(outer: Bound, seed: Inner | None, near: float, coarse: float) -> bool:
    """Add directions to a bound until its corners stick out by a share of `near` per period, or of `coarse` periods.

    Returns whether the bound is a solid.
    """
    room = _OUT * near * max(1 - outer.operator.discount, coarse)
    for _ in range(2 * _PASSES):
        outer.run(0.02 * near, outer.iterations + _EARLY)
        corner = outer.corners(0)
        if outer.single or not _solid(corner):
            return False
        points = outer.attained(0)[0]
        if seed is not None:
            points = np.concatenate([points, seed.points[0]])
        if not outer.budget.left:
            return True
        off = beyond(corner, points)
        rare = np.count_nonzero(off[0] > room) <= _AWAY * len(corner) and off[0].max() <= _WIDER * room
        if rare or len(outer.directions[0]) > _MOST // 2 or not _added(outer, corner, points, off, 0.6 * room):
            break
    outer.run(0.02 * near, outer.iterations + _REST)
    return not outer.single and _solid(outer.corners(0))


def _solid(corner: FloatArray) -> bool:
    """Whether points span the plane, or space."""
    dim = corner.shape[1]
    return bool(len(corner) > dim and len(flat(corner)[1]) == dim)


def _added(
    bound: Bound, corner: FloatArray, inside: FloatArray, off: tuple[FloatArray, IntArray, FloatArray], room: Number
) -> int:
    """Add directions where corners lie off the hull of `inside` by more than `room`, as `off` says; how many."""
    if corner.shape[1] == 2:
        return sharpened(bound, 0, corner, inside, room)
    return cornered(bound, 0, corner, off, room)


def _contraction(
    outer: Bound, seed: Inner | None, share: float, asked: FloatArray, centre: FloatArray, reach: float
) -> tuple[Bound, Inner | None]:
    """Contract the operator towards `centre` by `share` per period: the half-spaces, and the set if it is proved.

    It begins with the directions asked and takes its own: those that the bound needs elsewhere are in its way.
    Incentives are stricter by as much less as `reach`, how far the centre is from what matters, is below one.
    """
    from scipy.spatial import KDTree

    op = outer.operator
    eta = share * (1 - op.discount)
    tight = outer.tightened(eta, centre[None])
    tight.operator = strict(op, _STRICT * eta * reach)
    own = KDTree(asked).query(tight.directions[0])[0] < _SAME
    if not own.all():
        extended(tight, 0, outer.corners(0), own, asked[:0])
    free = np.zeros((0, op.players)) if seed is None else seed.points[0]
    tight.given, tight.apart = [free] if len(free) else [], _APART
    few, begun, bare = True, max(len(tight.directions[0]), 2000), _BARE
    for _ in range(_PASSES):
        room = float((tight.levels[0] - tight.directions[0] @ centre).min().clip(0.0, _FAR))
        done = tight.run(1e-3 * share, tight.iterations + (_EARLY if few else _REST), still=_STILL * eta * room)
        corner = tight.corners(0)
        # where the budget ended before a step, nothing is known of the directions that were added last
        if not _solid(corner) or len(tight.made[0]) != len(tight.directions[0]):
            break
        points, plans = tight.attained(0)
        asks = tight.directions[0][[k != -1 for k, _ in tight.made[0]]]
        further, more = _asked(tight, corner, points)
        asks, plans = np.concatenate([asks, further]), plans + more
        rows = [j for j, m in enumerate(plans) if number(m) is None]
        asks, plans = asks[rows], _inside([plans[j] for j in rows], free, centre, _INSIDE * eta)
        within = np.concatenate([tight.generated(0, plans), free])
        off = beyond(corner, within)
        moved = eta * ((corner - centre) * off[2][off[1]]).sum(axis=1)
        bad = np.count_nonzero(off[0] > bare * moved)
        if bad <= _BAD * len(corner):
            found = _repaired(tight, op, asks, plans, seed, centre, eta)
            if found is not None:
                return tight, found
            bare /= 2
        before = len(tight.directions[0])
        lost = before > 2 * _MOST // 3 and bad > 0.05 * len(corner)
        if before > min(_MOST, 4 * begun) or lost or not tight.budget.left:
            break
        added = _added(tight, corner, within, off, bare * moved)
        if done and not added and not few:
            break
        few = len(tight.directions[0]) > 1.1 * before
    return tight, None


def _repaired(
    tight: Bound, op: Operator, asks: FloatArray, plans: list[Made], seed: Inner | None, centre: FloatArray, eta: float
) -> Inner | None:
    """Ask again for payoffs with a promise outside the hull of all, until none is left: then a proof.

    A corner of the half-spaces may lie off what is generated on them. Payoffs that are promised there lose that much,
    and what is generated lies farther out than the half-spaces by the contraction, so that this comes to an end.
    """
    from scipy.spatial import KDTree

    programs = tight.operator.blocks[0][1]
    h, c, tree = tight.directions[0], tight.levels[0], KDTree(tight.directions[0])
    free, stay = (np.zeros((0, op.players)), []) if seed is None else (seed.points[0], seed.made[0])
    counts: list[int] = []
    while plans and tight.budget.left:
        own = np.concatenate([tight.generated(0, plans), free])
        face = normals(own)
        level = support(own, face)
        ahead = np.concatenate([w for _, w in plans])
        over, which = most_beyond(ahead, face, level)
        out = over > -1e-14
        for q in free:
            out &= (ahead != q).any(axis=1)
        first = np.cumsum([0, *(len(w) for _, w in plans)])
        bad = np.flatnonzero(np.add.reduceat(out, first[:-1]))
        counts.append(len(bad))
        slow = len(counts) > _SLOW and counts[-1] > 0.75 * counts[-1 - _SLOW]
        if len(bad) <= _RARE or (slow and len(bad) <= _FEW * len(plans)):
            found = enclosed(op, [own], [plans + stay])
            if found is not None or slow or not len(bad):
                return found
        if slow or len(bad) > _LOST * len(plans):
            return None
        # promises stay within the half-spaces, and inside the faces that they were found beyond: those will fall too
        cut, place = np.unique(which[out], return_inverse=True)
        deep = np.zeros(len(cut))
        np.maximum.at(deep, place, over[out])
        deep = np.minimum(np.maximum(_DEEP * deep, _FINE), _INWARD * eta)
        gap = tight.apart * (1 + np.arange(len(cut)) * GOLDEN % 1) - deep
        h, c = np.concatenate([h, face[cut]]), np.concatenate([c, level[cut] + gap])
        gone = []
        for k in {plans[j][0] for j in bad.tolist()}:
            rows = [j for j in bad.tolist() if plans[j][0] == k]
            basis = tight.basis(0, k)[tree.query(asks[rows])[1]]
            made = solve_program(programs[k], asks[rows], h[None], c[None], basis, thorough=False)
            for n, j in enumerate(rows):
                if isinstance(made, Solved) and np.isfinite(made.points[n]).all():
                    plans[j] = _inside([(k, made.points[n])], free, centre, _INSIDE * eta)[0]
                else:
                    gone.append(j)
        left = np.setdiff1d(np.arange(len(plans)), gone)
        asks, plans = asks[left], [plans[j] for j in left.tolist()]
    return None


def _asked(tight: Bound, corner: FloatArray, points: FloatArray) -> tuple[FloatArray, list[Made]]:
    """Directions of the faces of `points` that corners lie off, and what profiles best near by generate there."""
    from scipy.spatial import KDTree

    far, which, face = beyond(corner, points)
    ask = face[np.unique(which[far > 1e-13])]
    if not len(ask):
        return ask, []
    (payoffs, programs), h, c = tight.operator.blocks[0], tight.directions[0], tight.levels[0]
    near = KDTree(h).query(ask, k=_NEAR)[1]
    named = np.array([k for k, _ in tight.made[0]])[near]
    best = np.full(len(ask), -np.inf)
    made: list[Made] = [(-1, np.empty((0, 0)))] * len(ask)
    for k in tight.alive[0]:
        rows = np.flatnonzero((named == k).any(axis=1))
        if not len(rows):
            continue
        basis = tight.basis(0, k)[near[rows, 0]]
        found = solve_program(programs[k], ask[rows], h[None], c[None], basis, thorough=False)
        if not isinstance(found, Solved):
            continue
        value = (1 - tight.operator.discount) * (ask[rows] @ payoffs[:, k]) + found.value
        for j in np.flatnonzero((value > best[rows]) & np.isfinite(found.points).all(axis=(1, 2))).tolist():
            best[rows[j]], made[rows[j]] = value[j], (k, found.points[j])
    return ask[[m[0] != -1 for m in made]], [m for m in made if m[0] != -1]


def _inside(plans: list[Made], free: FloatArray, centre: FloatArray, share: float) -> list[Made]:
    """Plans whose promises are payoffs of `free` [M, P] where they are near one, and else a share nearer to the centre.

    So none lies on a face.
    """
    old = np.concatenate([np.zeros((0, len(centre))), *(w for _, w in plans)])
    ahead = old + share * (centre - old)
    for q in free:
        ahead[np.abs(old - q).max(axis=1) <= _SAME] = q
    return [(k, w) for (k, _), w in zip(plans, np.split(ahead, np.cumsum([len(w) for _, w in plans])), strict=False)]
