"""Self-generating payoff sets: what equilibria do reach, at every state. A repeated game has one state.

A set is proved by the automata that it describes: each extreme point plays its profile and moves to
extreme points, drawn by a public lottery so that their mean is its continuation payoff. Their values solve a linear
system, and no deviation from them pays. Nothing rests on how thin the set is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.geometry.directions import between, directions_of, merged
from armsgame.geometry.hulls import beyond, farthest, hull, most_beyond, nearest, normals, support
from armsgame.solve.payoff_sets.operator import Made, Operator, Program, number
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.placement import cornered, sharpened

# gains per period that count as rounding, relative to the range of payoffs
_GAIN = 1e-9
# share of a contraction by which incentives are strict as well
_STRICT = 0.1
_DENSE = 300
# width at which half-spaces leave nothing but what rounding adds to a set
_THIN = 1e-9
# rounds in a row, at levels that came to rest, in which no vertex comes nearer to what is generated
_STALLED = 4
# rounds before the next directions are added
_EARLY = 3
_SMALL = 300
# the share of points that may be left out of a set whose continuations are checked, and how often
_FEW, _TRIES = 0.02, 6
# how far inside a face a payoff must lie to count as inside whatever rounding does
_ROOM = 1e-14


@dataclass(frozen=True, slots=True)
class Inner:
    """Payoffs per state that continuation payoffs among themselves generate.

    Attributes
    ----------
    points : per state, array [V, P], scaled
    made : per state, list of (profile, continuation [Y', P]), one per point; or what `operator.given` marks
    slack : float, largest gain from a deviation (scaled, normalised by 1 - discount); 0 where none pays
    """

    points: list[FloatArray]
    made: list[list[Made]]
    slack: float

    @classmethod
    def of(cls, points: list[FloatArray], made: list[list[Made]], slack: float) -> Inner:
        """Keep the extreme points of every state."""
        kept, labels = [], []
        for own, names in zip(points, made, strict=True):
            corner = hull(own)
            at = [int(np.abs(own - v).max(axis=1).argmin()) for v in corner]
            kept.append(own[at])
            labels.append([names[j] for j in at])
        return cls(kept, labels, slack)

    def joined(self, other: Inner | None) -> Inner:
        """Hull of the union with what is generated on these sets or on others that generate themselves."""
        if other is None:
            return self
        both = [np.concatenate([a, b]) for a, b in zip(self.points, other.points, strict=True)]
        made = [a + b for a, b in zip(self.made, other.made, strict=True)]
        return Inner.of(both, made, max(self.slack, other.slack))


def proven(operator: Operator, points: list[FloatArray], made: list[list[Made]]) -> Inner | None:
    """Return the values of the automata that points describe, as sets; None where a deviation from them pays."""
    found = valued(operator, points, made)
    return found if found is not None and found.slack <= max(_GAIN * (1 - operator.discount), 4e-16) else None


def valued(operator: Operator, points: list[FloatArray], made: list[list[Made]]) -> Inner | None:
    """Return the values of the automata that points describe, as sets, and what a deviation from them gains.

    Continuations are replaced by the nearest payoffs of the hull of the points, so that what is returned generates
    itself whatever the points were, where no deviation gains. None where a state has none.
    """
    first = Inner.of(points, made, 0.0)
    sizes = [len(own) for own in first.points]
    if 0 in sizes:
        return None
    start = np.concatenate([[0], np.cumsum(sizes)])
    blocks, patience = operator.blocks, 1 - operator.discount
    labels = [(s, k, ahead) for s, own in enumerate(first.made) for k, ahead in own]
    # continuations by the state that follows: (row of the system, place of the signal)
    asked: list[list[tuple[int, int]]] = [[] for _ in sizes]
    for row, (s, k, ahead) in enumerate(labels):
        if number((k, ahead)) is not None:
            continue
        p = blocks[s][1][k]
        for y, t in enumerate(p.targets[p.group].tolist()):
            asked[t].append((row, y))
    weights: dict[tuple[int, int], FloatArray] = {}
    for t, own in enumerate(asked):
        if own:
            _, shares = nearest(np.array([labels[row][2][y] for row, y in own]), first.points[t])
            weights.update(zip(own, shares, strict=True))
    now = np.array([patience * blocks[s][0][:, k] if k >= 0 else ahead[0] for s, k, ahead in labels])
    values = _values(now, labels, blocks, weights, start)
    if values is None:
        return None
    sets = [values[a:b] for a, b in pairwise(start)]
    found: list[list[Made]] = [[] for _ in sizes]
    for row, (s, k, ahead) in enumerate(labels):
        if number((k, ahead)) is None:
            p = blocks[s][1][k]
            follows = [weights[row, y] @ sets[t] for y, t in enumerate(p.targets[p.group].tolist())]
            ahead = np.array(follows).reshape(-1, values.shape[1])
        found[s].append((k, ahead))
    return Inner.of(sets, found, _gain(operator, Inner(sets, found, 0.0)))


def _values(
    now: FloatArray,
    labels: list[tuple[int, int, FloatArray]],
    blocks: list[tuple[FloatArray, tuple[Program, ...]]],
    weights: dict[tuple[int, int], FloatArray],
    start: IntArray,
) -> FloatArray | None:
    """Values [V, P] of automata: now + discount x expected values of what follows."""
    size = len(labels)
    law = np.zeros((size, size)) if size <= _DENSE else None
    entries: list[tuple[FloatArray, FloatArray, FloatArray]] = []
    for (row, y), shares in weights.items():
        s, k, _ = labels[row]
        p = blocks[s][1][k]
        t = int(p.targets[p.group[y]])
        used = np.flatnonzero(shares)
        if law is not None:
            law[row, start[t] + used] += p.weight[y] * shares[used]
        else:
            entries.append((np.full(len(used), row), start[t] + used, p.weight[y] * shares[used]))
    if law is not None:
        found = np.linalg.solve(np.eye(size) - law, now)
    else:
        from scipy.sparse import coo_array, eye_array
        from scipy.sparse.linalg import splu

        rows, columns, shares = (np.concatenate(x) for x in zip(*entries, strict=True))
        found = splu((eye_array(size) - coo_array((shares, (rows, columns)), shape=(size, size))).tocsc()).solve(now)
    return np.asarray(found) if np.isfinite(found).all() else None


def strict(operator: Operator, slack: float) -> Operator:
    """Return the operator with every incentive that a continuation can serve stricter by `slack`."""

    def tighter(p: Program) -> Program:
        served = p.coef.any(axis=1) | p.threat.any(axis=1)
        return replace(p, base=np.where(served, p.base - slack, p.base))

    return replace(operator, programs=tuple(tuple(map(tighter, own)) for own in operator.programs))


def contracted(outer: Bound, share: float, limit: int, most: int, rounds: int = 12) -> Inner | None:
    """Find a self-generating set inside a bound: the fixed point of the operator contracted by `share`.

    Incentives are made strict too, so that what rounding and half-spaces leave over costs nothing, also
    where the set is thin and no contraction leaves room across it. Where the vertices of the
    half-spaces do not lie in the hull of what is generated on them, directions are added. None where that
    fails, with ties as they are too.
    """
    found, crowded = _contracted(outer, share, _STRICT * share, limit, most, rounds)
    return found if found is not None or crowded else _contracted(outer, share, 0.0, limit, most, rounds)[0]


def _contracted(
    outer: Bound, share: float, slack: float, limit: int, most: int, rounds: int
) -> tuple[Inner | None, bool]:
    """Return the set, None where there is none, and whether it was given up for the number of directions."""
    operator = outer.operator
    corner = [outer.corners(s) for s in range(len(outer.directions))]
    if not all(map(len, corner)):
        return None, False
    centre = np.array([own.mean(axis=0) for own in corner])
    tight = outer.tightened(share, centre)
    tight.operator = strict(operator, slack)
    still, begun = 0.02 * share / (1 - operator.discount), 0
    least, idle = np.inf, 0
    for _ in range(rounds):
        # while there are too few directions, levels need not have come to rest
        few = max(map(len, tight.directions)) > 1.1 * begun
        begun = max(map(len, tight.directions))
        if not tight.run(still, tight.iterations + min(limit, 200), _EARLY if few else limit) and not few:
            return None, False
        if not all(tight.alive) or not tight.budget.left:
            return None, False
        corner = [tight.corners(s) for s in range(len(corner))]
        if not all(map(len, corner)):
            return None, False
        points, made = tight.applied()
        if not all(tight.alive) or not all(map(len, points)):
            return None, False
        points, made = asked(tight, corner, points, made)
        # in a set that is a point or a piece of a line nothing lies with room, and no direction makes it wider
        thin = [_width(own) <= _THIN for own in corner]
        found = None if any(thin) or (few and begun > _SMALL) else enclosed(operator, points, made)
        if found is not None:
            return found, False
        if begun > most:
            return None, True
        off = [float(beyond(v, p)[0].max()) for v, p in zip(corner, points, strict=True)]
        if not few:
            # a vertex that stays as far off as it was is not generated, whatever directions are added
            idle = idle + 1 if max(off) > max(0.9 * least, 0.05 * share) else 0
            least = min(least, max(off))
            if idle >= _STALLED:
                return None, False
        room = [share * (own - centre[s]) for s, own in enumerate(corner)]
        more = 0
        for s, own in enumerate(corner):
            if thin[s]:
                continue
            if operator.players == 2:
                more += sharpened(tight, s, own, points[s], room[s])
            else:
                far, which, face = beyond(own, points[s])
                moved = (room[s] * face[which]).sum(axis=1)
                more += cornered(tight, s, own, (far, which, face), 1e-3 * np.maximum(moved, 1e-13))
        # a check that also holds for thin sets, and takes long where there are many points
        if (
            not few
            and (not more or begun < _SMALL or any(thin))
            and max(off) <= (0.05 if operator.players == 2 else 0.5) * share
        ):
            found = proven(operator, points, made)
            if found is not None:
                return found, False
        if not more and not few:
            return None, False
    return None, False


def _width(corner: FloatArray) -> float:
    """Size of a polytope across its longest extent: 0 for a point and for a piece of a line."""
    sizes = np.linalg.svd(corner - corner.mean(axis=0), compute_uv=False)
    return float(sizes[1]) if len(sizes) > 1 else 0.0


def asked(
    bound: Bound, corner: list[FloatArray], points: list[FloatArray], made: list[list[Made]]
) -> tuple[list[FloatArray], list[list[Made]]]:
    """Add what is generated beyond the faces of `points` that vertices lie off."""
    h, c = bound.packed()
    wider, labels = [], []
    for s, (own, inside, names) in enumerate(zip(corner, points, made, strict=True)):
        far, which, face = beyond(own, inside)
        ask = face[np.unique(which[far > 1e-13])]
        more = [m for m in bound.image(s, h, c, ask, warm=False)[1] if m[0] != -1] if len(ask) else []
        wider.append(np.concatenate([inside, bound.generated(s, more)]))
        labels.append(names + more)
    return wider, labels


def enclosed(operator: Operator, points: list[FloatArray], made: list[list[Made]]) -> Inner | None:
    """Return points as sets where every continuation that makes an extreme point lies within; else None.

    That is the definition of self-generation, checked by the faces of the hulls with room for rounding. It is
    for sets that have an interior: `proven` decides about others.
    """
    found = Inner.of(points, made, 0.0)
    for _ in range(_TRIES):
        off = _outside(operator, found)
        lost = sum(map(np.count_nonzero, off))
        if not lost:
            worst = _gain(operator, found)
            return replace(found, slack=worst) if worst <= max(_GAIN * (1 - operator.discount), 4e-16) else None
        # what is left may do without the few whose continuations lie outside
        if lost > max(1, _FEW * sum(map(len, off))) or any(map(np.all, off)):
            return None
        kept = [np.flatnonzero(~mask).tolist() for mask in off]
        found = Inner(
            [own[rows] for own, rows in zip(found.points, kept, strict=True)],
            [[own[j] for j in rows] for own, rows in zip(found.made, kept, strict=True)],
            0.0,
        )
    return None


def _outside(operator: Operator, found: Inner) -> list[BoolArray]:
    """Per state, which points have a continuation that is not within the sets, with room for rounding."""
    ahead: list[list[FloatArray]] = [[] for _ in found.points]
    place: list[list[tuple[int, int]]] = [[] for _ in found.points]
    held = [set(map(bytes, own)) for own in found.points]
    for s, own in enumerate(found.made):
        for row, (k, follows) in enumerate(own):
            if number((k, follows)) is not None:
                continue
            p = operator.blocks[s][1][k]
            for w, t in zip(follows, p.targets[p.group].tolist(), strict=True):
                if bytes(w) in held[t]:
                    # a point of the set itself, as where an equilibrium of the stage game is played for ever
                    continue
                ahead[t].append(w)
                place[t].append((s, row))
    off = [np.zeros(len(own), bool) for own in found.points]
    for corner, reached, at in zip(found.points, ahead, place, strict=True):
        face = normals(corner)
        over = most_beyond(np.array(reached).reshape(-1, corner.shape[1]), face, support(corner, face) - _ROOM)[0]
        for j in np.flatnonzero(over > 0).tolist():
            s, row = at[j]
            off[s][row] = True
    return off


def _gain(operator: Operator, found: Inner) -> float:
    """Largest gain from a deviation where continuations follow, and the least payoff of a set after a certain one."""
    lowest = np.array([own.min(axis=0) for own in found.points])
    worst = 0.0
    for s, own in enumerate(found.made):
        for k, ahead in own:
            if number((k, ahead)) is not None:
                continue
            p = operator.blocks[s][1][k]
            worst = max(worst, float(p.gain(ahead, lowest).max(initial=0.0)))
    return worst


def image_of(
    operator: Operator, points: list[FloatArray], alive: list[list[int]], ask: list[FloatArray] | None = None
) -> tuple[list[FloatArray], list[list[Made]]]:
    """Payoffs [J, P] per state that profiles generate on the hulls of `points`, best in the directions asked.

    By default these are the faces of each hull and directions that single each of its extreme points out.
    """
    ask = [singling(own) for own in points] if ask is None else ask
    players = operator.players
    axes = directions_of(4, players)[: 2 * players]
    sides = [merged(axes, normals(own)) for own in points]
    on = Bound.of(operator, axes, np.zeros(len(axes)))
    on.directions, on.alive = sides, [list(a) for a in alive]
    on.levels = [(own @ h.T).max(axis=0) for own, h in zip(points, sides, strict=True)]
    h, c = on.packed()
    values, labels = [], []
    for s in range(len(points)):
        made = [m for m in on.image(s, h, c, ask[s], warm=False)[1] if m[0] >= 0]
        values.append(on.generated(s, made))
        labels.append(made)
    return values, labels


def grown(
    operator: Operator,
    found: Inner,
    alive: list[list[int]],
    ask: list[FloatArray],
    *,
    rounds: int,
    enough: float,
) -> Inner:
    """Add what a self-generating set generates in the directions asked, while that moves it by `enough`."""
    more = found
    for _ in range(rounds):
        points, made = image_of(operator, more.points, alive, ask)
        moved = max((farthest(new, old) for new, old in zip(points, more.points, strict=True)), default=0.0)
        if moved <= enough:
            break
        more = more.joined(Inner(points, made, 0.0))
    if more is found:
        return found
    checked = proven(operator, more.points, more.made)
    return found.joined(checked)


def singling(points: FloatArray) -> FloatArray:
    """Return directions [K, P]: the faces of a hull, and one in which each extreme point is farthest."""
    sides = merged(directions_of(4, points.shape[1]), normals(points))
    on = np.asarray(np.abs(points @ sides.T - (points @ sides.T).max(axis=0)) <= 1e-9)
    return np.concatenate([sides, between(on, sides)])
