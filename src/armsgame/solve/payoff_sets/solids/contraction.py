"""Self-generating solids of three parties: a contraction beside payoffs that need none, on as many faces as it takes.

A bound and a contraction are wrong by what the corners of their half-spaces stick out, times 1 / (1 - discount): so
directions are added where a corner lies farther off what is generated on the half-spaces than a share of 1 - discount.
Payoffs that are known to be equilibria, as those of the stage game are, are not contracted. The set would
otherwise lose the profiles that are enforced only where an equilibrium of the stage game lies near.
"""

from __future__ import annotations

import numpy as np

from armsgame._typing import FloatArray
from armsgame.geometry.hulls import beyond, farthest, flat
from armsgame.solve.payoff_sets.inner_set import Inner, asked, enclosed, strict
from armsgame.solve.payoff_sets.operator import Made, number
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.placement import cornered, extended

# share of the gap by which a first contraction moves a set per period, and at least; the contractions that are tried
_FIRST, _LEAST, _TRIES = 1.5, 0.05, 4
# by how much incentives are stricter, as a share of a contraction
_STRICT = 0.1
# how far corners of a bound may stick out, per period, as a share of the gap
_OUT = 0.8
# rounds until directions are added, until levels have come to rest, and passes of a contraction
_EARLY, _REST, _PASSES = 3, 25, 40
# directions at which the search ends; of a contraction also four times those it begins with, or two thirds while many
# corners are not generated
_MOST = 6000
# distance at which a promise is one of the payoffs that are not contracted
_SAME = 1e-7
# by how much promises are moved inside, as a share of a contraction
_INSIDE = 1e-4
# by how much half-spaces that meet in one of them are moved apart
_APART = 1e-11


def solid_set(outer: Bound, seed: Inner | None, near: float) -> Inner | None:
    """Find a self-generating solid of three parties within `near` of a bound, which is refined on the way.

    Parameters
    ----------
    outer : Bound of a repeated game of three parties
    seed : Inner, what is known to generate itself; None: nothing
    near : float, distance (scaled) at which it ends

    Returns
    -------
    The set, as near as it came; None where no contraction leaves a solid. `inner_set.enclosed` proved it.
    """
    if not _refined(outer, seed, near):
        return None
    found: Inner | None = None
    share = max(_FIRST * near, _LEAST)
    for _ in range(_TRIES):
        tight, more = _contraction(outer, seed, share)
        if more is None:
            # where a set all but vanishes it takes directions without end; a smaller contraction takes more yet
            if found is not None or len(tight.directions[0]) > _MOST // 2 or not outer.budget.left:
                break
            share /= 3
            continue
        found = more.joined(found)
        wide = farthest(outer.corners(0), found.points[0])
        if wide > near:
            # the bound takes the directions that the contraction needed
            corner = outer.corners(0)
            extended(outer, 0, corner, np.ones(len(outer.directions[0]), bool), tight.directions[0], 1e-9)
            outer.run(0.01 * near, outer.iterations + _REST)
            wide = farthest(outer.corners(0), found.points[0])
        if wide <= near or not outer.budget.left or len(outer.directions[0]) > 2 * _MOST:
            break
        share *= min(max(0.6 * near / wide, 0.2), 0.7)
    return found


def _refined(outer: Bound, seed: Inner | None, near: float) -> bool:
    """Add directions to a bound until its corners stick out by a share of `near` per period; whether it is a solid."""
    room = _OUT * near * (1 - outer.operator.discount)
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
        crowded = len(outer.directions[0]) > _MOST // 2
        if crowded or beyond(corner, points)[0].max() <= room or not cornered(outer, 0, corner, points, 0.6 * room):
            break
    outer.run(0.02 * near, outer.iterations + _REST)
    return not outer.single and _solid(outer.corners(0))


def _solid(corner: FloatArray) -> bool:
    """Whether points span space."""
    return len(corner) > 3 and len(flat(corner)[1]) == 3


def _contraction(outer: Bound, seed: Inner | None, share: float) -> tuple[Bound, Inner | None]:
    """Contract the operator by `share` per period: the half-spaces of its fixed point, and the set if it is proved."""
    op = outer.operator
    eta = share * (1 - op.discount)
    centre = outer.corners(0).mean(axis=0)
    tight = outer.tightened(eta, centre[None])
    tight.operator = strict(op, _STRICT * eta)
    free = np.zeros((0, op.players)) if seed is None else seed.points[0]
    tight.given, tight.apart = [free] if len(free) else [], _APART
    few, begun = True, max(len(tight.directions[0]), 300)
    for _ in range(_PASSES):
        done = tight.run(1e-3 * share, tight.iterations + (_EARLY if few else _REST))
        corner = tight.corners(0)
        if not _solid(corner):
            break
        points, plans = tight.attained(0)
        made = asked(tight, [corner], [points], [plans])[1]
        own, plans = _named(tight, made[0], seed, centre, _INSIDE * eta)
        off = beyond(corner, own)[0]
        bad = np.count_nonzero(off > 1e-9)
        if (done or bad < 0.05 * len(off)) and not few:
            found = enclosed(op, [own], [plans])
            if found is not None:
                return tight, found
        before = len(tight.directions[0])
        lost = before > 2 * _MOST // 3 and bad > 0.05 * len(off)
        if before > min(_MOST, 4 * begun) or lost or not tight.budget.left:
            break
        added = cornered(tight, 0, corner, own, eta * (corner - centre))
        if done and not added and not few:
            break
        few = len(tight.directions[0]) > 1.1 * before
    return tight, None


def _named(
    bound: Bound, made: list[Made], seed: Inner | None, centre: FloatArray, share: float
) -> tuple[FloatArray, list[Made]]:
    """Payoffs and plans of a contraction, with those of the seed under their own names.

    Promises are moved by a small share towards the centre, so that none lies on a face, or are payoffs of the seed.
    """
    plans = [m for m in made if number(m) is None]
    free = np.zeros((0, len(centre))) if seed is None else seed.points[0]
    sizes = [len(w) for _, w in plans]
    old = np.concatenate([np.zeros((0, len(centre))), *(w for _, w in plans)])
    ahead = old + share * (centre - old)
    for q in free:
        ahead[np.abs(old - q).max(axis=1) <= _SAME] = q
    plans = [(k, w) for (k, _), w in zip(plans, np.split(ahead, np.cumsum(sizes)), strict=False)]
    return np.concatenate([bound.generated(0, plans), free]), plans + ([] if seed is None else seed.made[0])
