"""Self-generating sets of three parties and more: the plans that attain a bound, valued until they keep their promises.

What attains the half-spaces of a bound are profiles and promises. Read as automata they have values, at any patience
by one linear system; the hull of these is the next set that promises are taken from, and directions are
added where a promise lay outside. Where no deviation from the automata pays, they prove their values
(`inner_set.proven`). A set found at one discount factor is proved at every higher one by the same plans, diluted.
"""

from __future__ import annotations

import numpy as np

from armsgame._typing import FloatArray
from armsgame.geometry.directions import directions_of, merged
from armsgame.geometry.hulls import farthest, flat, normals, support
from armsgame.solve.payoff_sets.inner_set import Inner, proven, strict, valued
from armsgame.solve.payoff_sets.operator import Made, Operator, Solved, solve_program
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.placement import refined
from armsgame.solve.payoff_sets.solids.rays import first_solid, grown_solid

__all__ = ["closed", "diluted", "patient_closure"]

# discount factors at which a patient set is looked for: it is that of all higher ones but for a share of its size
_LADDER = (0.85, 0.95, 0.98)
# by how much incentives are stricter, in units of payoff per period, so that promises may be kept a little less
_STRICT, _ROUNDS = 0.02, 10
# rounds in which a set is widened towards its bound
_GROWTH = 60
# how far from a payoff its promises are looked for first, in units of payoff per period
_REACH = 4.0


def patient_closure(outer: Bound, near: float, most: int) -> Inner | None:
    """Find sets that generate themselves at the discount factor of a bound, there or at lower ones and diluted.

    What is found grows along rays until it is near the bound (`grown_solid`).

    Parameters
    ----------
    near : float, distance (scaled) from the bound at which it ends; `most`: directions at which it gives up
    """
    op, found = outer.operator, None
    patient = op.players == 3 and op.discount > _LADDER[0]
    for delta in sorted({min(op.discount, d) for d in _LADDER}):
        if not outer.budget.left:
            break
        lower = op if delta == op.discount else Operator.of(op.game, delta)
        bound = Bound.of(lower, directions_of(16, op.players))
        bound.budget = outer.budget
        bound.run(0.01 * near, most)
        if len(bound.alive[0]) < 2 or len(bound.corners(0)) < 2:
            continue
        more = closed(bound, near, most)
        if more is not None and lower is not op:
            more = diluted(more, lower, op)
        if more is not None:
            found = more if found is None else found.joined(more)
            wide = _gap(outer, found, near)
            if lower is op and wide > near:
                found = _widened(outer, found, near)
            # where sets grow along rays, any will do to begin with
            solid = patient and len(flat(found.points[0])[1]) == op.players
            if wide <= near or (op.discount > _LADDER[-1] and (solid or wide > 3 * near)):
                break
    if patient and (found is None or len(flat(found.points[0])[1]) < op.players):
        first = first_solid(outer)
        found = first if found is None else found.joined(first)
    if found is not None and patient and _gap(outer, found, near) > near:
        found = grown_solid(outer, found, near)
    return found


def _gap(outer: Bound, found: Inner, near: float) -> float:
    """Distance of a bound from what was found, after directions that matter to it."""
    for _ in range(4):
        corner = outer.corners(0)
        wide = farthest(corner, found.points[0])
        # a set that is far off needs no better bound
        room = 300 if wide <= 2 * near else 100
        if wide <= near or len(outer.directions[0]) > room or not refined(outer, 0, corner, found.points[0], near / 3):
            break
        outer.run(0.01 * near, outer.iterations + 50)
    return wide


def _widened(outer: Bound, found: Inner, near: float) -> Inner:
    """Add what a set generates towards the corners of a bound that lie far from it, for some rounds, and prove it."""
    op, corner, more = outer.operator, outer.corners(0), found
    tight = strict(op, 0.1 * _STRICT * (1 - op.discount))
    for _ in range(_GROWTH):
        within = more.points[0]
        face = normals(within)
        over = corner @ face.T - support(within, face)
        far = over.max(axis=1) > 0.5 * near
        if not far.any() or not outer.budget.spend():
            break
        points, made = _best(tight, within, outer.alive[0], face[np.unique(over[far].argmax(axis=1))])
        if not len(points):
            break
        more = more.joined(Inner([points], [made], 0.0))
    return found.joined(proven(op, more.points, more.made))


def closed(bound: Bound, near: float, most: int) -> Inner | None:
    """Return a set that generates itself, from plans that attain a bound; None where promises stay unkept."""
    op, patience = bound.operator, 1 - bound.operator.discount
    for _ in range(6):
        corner = bound.corners(0)
        if not len(corner):
            return None
        points = bound.attained(0)[0]
        if len(bound.directions[0]) > most // 5 or not len(points):
            break
        if not refined(bound, 0, corner, points, min(2 * near, 0.3) * patience):
            break
        bound.run(0.01 * near, bound.iterations + 50)
    within, ask = bound.corners(0), bound.directions[0]
    tight = strict(op, _STRICT * patience)
    for _ in range(_ROUNDS):
        if not len(within) or not bound.budget.spend():
            return None
        points, made = _best(tight, within, bound.alive[0], ask)
        if not len(points):
            return None
        found = valued(op, [points], [made])
        if found is None:
            return None
        within = found.points[0]
        face = normals(within)
        ahead = np.concatenate([w for _, w in made])
        over = ahead @ face.T - support(within, face)
        bare = over.max(axis=1) > 0.05 * _STRICT * patience
        if found.slack <= 1e-9 * patience:
            return found
        if len(ask) > most:
            return None
        ask = merged(ask, face[np.unique(over[bare].argmax(axis=1))], 1e-3)
    return None


def _best(op: Operator, within: FloatArray, alive: list[int], ask: FloatArray) -> tuple[FloatArray, list[Made]]:
    """Payoffs generated on a hull that are best in the directions asked, and what makes them.

    A profile whose payoff now, followed by the best payoff of the hull, is below what another attains is not asked.
    """
    pay, programs = op.blocks[0]
    h = merged(directions_of(4, op.players)[: 2 * op.players], normals(within))
    c, patience = support(within, h), 1 - op.discount
    now = patience * (pay.T @ ask.T)
    worth = within @ ask.T
    most = now + op.discount * worth.max(axis=0)
    # promises lie near the payoff itself, so that few half-spaces matter
    near = c[:, None] - h @ within[worth.argmax(axis=0)].T <= _REACH * patience
    near[: 2 * op.players] = True
    best = np.full(len(ask), -np.inf)
    made: list[Made | None] = [None] * len(ask)
    lost: set[int] = set()
    turns = [(j, k) for j, order in enumerate(np.argsort(-now, axis=0).T.tolist()) for k in order]
    for j, k in turns:
        if k not in alive or k in lost or most[k, j] <= best[j]:
            continue
        found: Solved | None = None
        for rows in (near[:, j], slice(None)):
            one = solve_program(programs[k], ask[j : j + 1], h[None, rows], c[None, rows])
            if not isinstance(one, Solved):
                lost.add(k)
                break
            if (one.points[0] @ h.T <= c + 1e-10).all():
                found = one
                break
        if found is not None and now[k, j] + found.value[0] > best[j]:
            best[j], made[j] = now[k, j] + found.value[0], (k, found.points[0])
    kept = [m for m in made if m is not None]
    points = [(1 - op.discount) * pay[:, k] + programs[k].weight @ w for k, w in kept]
    return np.array(points).reshape(-1, op.players), kept


def diluted(found: Inner, lower: Operator, upper: Operator) -> Inner | None:
    """Prove at a higher discount factor what generates itself at a lower one.

    With probability a promises are those of the lower one, and else the payoff of today: incentives then
    shrink as 1 - discount does (Abreu, Pearce and Stacchetti 1990, theorem 6).
    """
    low, high = lower.discount, upper.discount
    stay = (high - low) / (high * (1 - low))
    made = [
        [(k, stay * v + (1 - stay) * w) for v, (k, w) in zip(*x, strict=True)]
        for x in zip(found.points, found.made, strict=True)
    ]
    return proven(upper, found.points, made)
