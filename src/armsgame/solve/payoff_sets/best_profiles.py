"""The image of half-spaces in many directions, solving only the programs that may attain it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.solve.payoff_sets.operator import FRESH, Made, Rows, Solved, solve_program

_UP = 1e-15
# half-spaces in space up to which HiGHS is asked
_FEW = 400
# most terms of a row that is a sum of others
_LONG = 60
# kept rows name a half-space by the number of its target, above these bits, and its own
_BITS = np.int64(20)
_WALL = np.int64((1 << 20) - 1)


@dataclass(frozen=True, slots=True)
class Change:
    """Where the directions of a state went: the new place of each old one or -1, and the old one nearest to each new.

    The first `kept` of the new ones are old ones. `mix`: new ones that are sums of three others, as `mixed` takes them.
    """

    place: IntArray
    nearest: IntArray
    kept: int
    mix: tuple[IntArray, IntArray, FloatArray, FloatArray] | None = None


def best_image(
    bound: Any, s: int, h: FloatArray, c: FloatArray, rows: list[tuple[int, int, Rows]] | None
) -> tuple[FloatArray, list[Made]]:
    """Levels [J] of what the profiles of a state generate on half-spaces, and what attains each.

    Multipliers found at other levels bound a program at these, so that a profile whose bound in a direction is below
    what another one attains there needs no program. A program of every profile is solved in one direction at
    least, which shows whether it can be enforced.
    """
    ask: FloatArray = bound.directions[s]
    payoffs, programs = bound.operator.blocks[s]
    width = c.shape[1]
    patience, many = 1 - bound.operator.discount, len(ask)
    thorough = bound.operator.players == 2 or width <= _FEW
    alive: list[int] = bound.alive[s]
    now = {k: patience * (ask @ payoffs[:, k]) + 2 * patience * _UP for k in alive}
    most = np.full((len(alive), many), np.inf)
    for a, k in enumerate(alive):
        old = bound.proved.get((s, k))
        if old is not None:
            most[a] = bound.contract(s, now[k] + _placed(old, width).upper(c[programs[k].targets]) + _UP, ask)
    best, made = np.full(many, -np.inf), [(-1, np.empty((0, 0)))] * many
    if bound.given:
        floor, made = bound.floor(s, ask, rows)
        best = floor.copy()
    if not alive:
        return best, made
    top = best.copy()
    done, left = np.zeros(most.shape, bool), set(alive)
    first = most.argmax(axis=0)
    for turn in range(2):
        for a, k in enumerate(alive):
            if k not in left:
                continue
            todo = (first == a) if turn == 0 else (~done[a] & (most[a] > best))
            if turn and not (done[a] | todo).any():
                todo[int((most[a] - best).argmax())] = True
            at = np.flatnonzero(todo)
            if not len(at):
                continue
            p = programs[k]
            basis = bound.basis(s, k)
            own = basis[at]
            found = solve_program(p, ask[at], h[p.targets], c[p.targets], own, thorough=thorough)
            basis[at] = own
            if not isinstance(found, Solved):
                left.discard(k)
                bound.proved.pop((s, k), None)
                continue
            done[a, at] = True
            value = bound.contract(s, now[k][at] + found.value + _UP, ask[at])
            # the row that was known holds as well
            new = np.flatnonzero(value < most[a, at])
            bound.proved[s, k] = _kept(bound.proved.get((s, k)), found.rows, new, at, many, width)
            value = np.minimum(value, most[a, at])
            best[at] = np.maximum(best[at], value)
            more = (value > top[at]) & np.isfinite(found.points).all(axis=(1, 2))
            top[at[more]] = value[more]
            for j in np.flatnonzero(more).tolist():
                made[int(at[j])] = (k, found.points[j])
    bound.alive[s] = [k for k in alive if k in left]
    if rows is not None:
        for k in bound.alive[s]:
            own = _placed(bound.proved[s, k], width)
            rows.append((s, k, bound.global_rows(s, programs[k], now[k], own, ask, width)))
    return best, made


def _placed(rows: Rows, width: int) -> Rows:
    """Rows as programs give them where lists of half-spaces take so many places."""
    return replace(rows, place=(rows.place >> _BITS) * width + (rows.place & _WALL))


def _kept(old: Rows | None, new: Rows, rows: IntArray, at: IntArray, many: int, width: int) -> Rows:
    """Put some rows in their places among those of all directions; what has none is bounded by nothing."""
    wide = max(new.place.shape[1], 0 if old is None else old.place.shape[1])
    place, line = np.zeros((many, wide), np.int64), np.zeros((many, wide))
    const = np.full(many, np.inf)
    if old is not None:
        place[:, : old.place.shape[1]], line[:, : old.line.shape[1]], const = old.place, old.line, old.const.copy()
    at = at[rows]
    place[at], line[at] = 0, 0.0
    target, wall = np.divmod(new.place[rows], width)
    place[at, : new.place.shape[1]] = target << _BITS | wall
    line[at, : new.line.shape[1]], const[at] = new.line[rows], new.const[rows]
    none = np.zeros((many, 0))
    return Rows(place, line, const, none.astype(np.int64), none)


def carry(bound: Any) -> None:
    """Bring bases and rows in line with directions that were added or dropped since the last application.

    Bases of new directions start from that of the nearest one: a basis is as good whatever half-spaces are
    added, since its multipliers remain nonnegative. One that names what is gone is none, and such a row bounds nothing.
    """
    changed: dict[int, Change] = bound.changed
    if not changed:
        return
    sizes = [len(own) for own in bound.directions]
    to = np.tile(np.arange(max(*sizes, *(len(one.place) for one in changed.values()))), (len(sizes), 1))
    touched = np.zeros(len(sizes), bool)
    for s, one in changed.items():
        to[s, : len(one.place)], touched[s] = one.place, True
    for (s, k), old in bound.bases.items():
        p, own = bound.operator.programs[s][k], changed.get(s)
        if touched[p.targets].any():
            wall, y = np.divmod(old, max(p.weight.size, 1))
            moved = np.where(old >= 0, to[p.targets[p.group][y], np.maximum(wall, 0)], 0)
            basis = np.where(old >= 0, moved * p.weight.size + y, old)
            basis[(moved < 0).any(axis=1) | (old[:, 0] == FRESH), 0] = FRESH
            old = basis
        bound.bases[s, k] = old if own is None else old[own.nearest]
    for (s, k), old in bound.proved.items():
        p, own = bound.operator.programs[s][k], changed.get(s)
        place, line, const = old.place, old.line, old.const
        if own is not None:
            place, line, const = place[own.nearest], line[own.nearest], const[own.nearest]
            const[own.kept :] = np.inf
        if touched[p.targets].any():
            moved = to[p.targets[place >> _BITS], place & _WALL]
            gone = moved < 0
            const = np.where((gone & (line != 0)).any(axis=1), np.inf, const)
            place = np.where(gone, 0, place - (place & _WALL) + moved)
            line = np.where(gone, 0.0, line)
        moved_to = Rows(place, line, const, old.at[:0], old.duals[:0])
        # multipliers of three directions add up to some of a direction between them
        bound.proved[s, k] = moved_to if own is None or own.mix is None else mixed(moved_to, *own.mix)
    changed.clear()


def mixed(old: Rows, rows: IntArray, at: IntArray, share: FloatArray, left: FloatArray) -> Rows:
    """Bound directions `rows` [N] by sums of the rows `at` [N, 3], weighed by `share` [N, 3] >= 0.

    Multipliers that are feasible in three directions add up to some in their sum. `left` [N] is what it misses of the
    direction, for continuations in [0, 1].
    """
    count, wide = len(rows), old.place.shape[1]
    place, line = old.place[at].reshape(count, 3 * wide), (share[:, :, None] * old.line[at]).reshape(count, 3 * wide)
    place = np.where(line != 0, place, 0)
    order = np.argsort(place, axis=1)
    place, line = np.take_along_axis(place, order, axis=1), np.take_along_axis(line, order, axis=1)
    name = np.zeros(place.shape, np.int64)
    name[:, 1:] = np.cumsum(place[:, 1:] != place[:, :-1], axis=1)
    # rows that would grow too long bound nothing
    fits = name[:, -1] < _LONG
    rows, place, line, name = rows[fits], place[fits], line[fits], name[fits]
    part, bound = share[fits], old.const[at[fits]]
    const = np.multiply(part, bound, out=np.zeros_like(part), where=part > 0).sum(axis=1)
    size = line.sum(axis=1)
    most = int(name.max(initial=-1)) + 1
    added, named = np.zeros((len(rows), most)), np.zeros((len(rows), most), np.int64)
    each = np.arange(len(rows))[:, None]
    np.add.at(added, (each, name), line)
    named[each, name] = place
    wider = ((0, 0), (0, max(most - wide, 0)))
    found = Rows(np.pad(old.place, wider), np.pad(old.line, wider), old.const.copy(), old.at, old.duals)
    found.place[rows], found.line[rows] = 0, 0.0
    found.place[rows, :most], found.line[rows, :most] = named, added
    found.const[rows] = const + left[fits] + 8e-16 * (1 + size + np.where(np.isfinite(const), np.abs(const), 0.0))
    return found
