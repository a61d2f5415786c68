"""The image of half-spaces at one state in many directions, solving only the programs that may attain it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.solve.payoff_sets.best_profiles import BITS, WALL, Known, pack_of
from armsgame.solve.payoff_sets.operator import Made, Program, Rows, Solved, solve_program

_UP = 1e-15
# half-spaces in space up to which HiGHS is asked
_FEW = 400


def best_image(
    bound: Any, s: int, h: FloatArray, c: FloatArray, rows: list[tuple[int, int, Rows]] | None
) -> tuple[FloatArray, list[Made]]:
    """Levels [J] of what the profiles of a state generate on half-spaces, and what attains each.

    Multipliers found at other levels bound a program at these, so that a profile whose bound in a direction is below
    what another one attains there needs no program. A program of every profile is solved in one direction at
    least, which shows whether it can be enforced.
    """
    from armsgame._kernels.state_images import attained, bounds

    ask: FloatArray = bound.directions[s]
    op, many, alive = bound.operator, len(ask), bound.alive[s]
    best, made = np.full(many, -np.inf), [(-1, np.empty((0, 0)))] * many
    if bound.given:
        floor, made = bound.floor(s, ask, rows)
        best = floor.copy()
    if not alive:
        return best, made
    pack, known, bases = pack_of(op, s), bound.known(s), bound.ended(s)
    patience, share = 1 - op.discount, 1 - bound.shrink
    now = patience * (op.payoffs[s].T @ ask.T) + 2 * patience * _UP
    pull = np.zeros(many) if bound.centre is None else bound.shrink * (ask @ bound.centre[s])
    most, left = np.empty(now.shape), np.zeros(len(now), bool)
    left[alive] = True
    bounds(known.place, known.line, known.const, now, share, pull, c, most)
    first = np.array(alive)[most[alive].argmax(axis=0)]
    top, which, done = best.copy(), np.full(many, -1), np.zeros(most.shape, bool)
    points, todo = np.empty((many, pack.weight.shape[1], ask.shape[1])), np.empty(many, bool)
    turn = k = 0
    while True:
        turn, k, wide = attained(
            pack, ask, now, share, pull, h, c, left, bases, known.place, known.line, known.const, most, first, done,
            best, top, which, points, todo, turn, k,
        )  # fmt: skip
        if turn == 2:
            break
        if wide:
            known.widen(wide)
            continue
        found = now, share, pull, most, done, best, top, which, points
        if not _solved(bound, s, k, np.flatnonzero(todo), h, c, found):
            left[k], known.const[k] = False, np.inf
        k += 1
    for j in np.flatnonzero(which >= 0).tolist():
        made[j] = (int(which[j]), points[j, : pack.blocks[which[j]]].copy())
    bound.alive[s] = np.flatnonzero(left).tolist()
    if rows is not None and bound.alive[s]:
        rows.append((s, -1, _joined(bound, s, known, now, share, pull, c.shape[1])))
    return best, made


def _solved(bound: Any, s: int, k: int, at: IntArray, h: FloatArray, c: FloatArray, found: tuple[Any, ...]) -> bool:
    """Solve the programs of a profile that the kernel gave up; false where it is proved to be unenforceable."""
    now, share, pull, most, done, best, top, which, points = found
    p: Program = bound.operator.programs[s][k]
    ask, known, last = bound.directions[s][at], bound.known(s), bound.basis(s, k)
    basis = last[at]
    thorough = h.shape[2] == 2 or c.shape[1] <= _FEW
    one = solve_program(p, ask, h[p.targets], c[p.targets], basis, thorough=thorough)
    last[at] = basis
    if not isinstance(one, Solved):
        return False
    done[k, at] = True
    value = share * (now[k, at] + one.value + _UP) + pull[at]
    new = np.flatnonzero(value < most[k, at])
    target, wall = np.divmod(one.rows.place[new], c.shape[1])
    rows = replace(one.rows, place=p.targets[target] << BITS | wall, line=one.rows.line[new], const=one.rows.const[new])
    known.put(k, rows, at[new])
    # the row that was known holds as well
    value = np.minimum(value, most[k, at])
    best[at] = np.maximum(best[at], value)
    more = (value > top[at]) & np.isfinite(one.points).all(axis=(1, 2))
    top[at[more]], which[at[more]] = value[more], k
    points[at[more], : p.weight.size] = one.points[more]
    return True


def _joined(bound: Any, s: int, known: Known, now: FloatArray, share: float, pull: FloatArray, width: int) -> Rows:
    """Rows of all profiles of a state, stage payoffs included, in the levels of all states."""
    alive = bound.alive[s]
    place, line, const = known.place[alive], known.line[alive], known.const[alive]
    place = (place >> BITS) * width + (place & WALL)
    const = share * (now[alive] + const + _UP * np.abs(const)) + pull
    none = np.zeros((const.size, 0))
    line = share * line if bound.shrink else line
    wide = place.shape[2]
    return Rows(place.reshape(-1, wide), line.reshape(-1, wide), const.ravel(), none.astype(np.int64), none)
