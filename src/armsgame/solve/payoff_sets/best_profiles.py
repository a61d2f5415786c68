"""The image of half-spaces in many directions, solving only the programs that may attain it."""

from __future__ import annotations

from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.solve.payoff_sets.operator import Made, Rows, Solved, solve_program

_UP = 1e-15


def best_image(
    bound: Any, s: int, h: FloatArray, c: FloatArray, rows: list[tuple[int, int, Rows]] | None
) -> tuple[FloatArray, list[Made]]:
    """Levels [J] of what the profiles of the one state generate on half-spaces, and what attains each.

    Multipliers found at other levels bound a program at these, so that a profile whose bound in a direction is below
    what another one attains there needs no program. A program of every profile is solved in one direction at
    least, which shows whether it can be enforced.
    """
    ask: FloatArray = bound.directions[s]
    payoffs, programs = bound.operator.blocks[s]
    patience, many = 1 - bound.operator.discount, len(ask)
    alive: list[int] = bound.alive[s]
    now = {k: patience * (ask @ payoffs[:, k]) + 2 * patience * _UP for k in alive}
    most = np.full((len(alive), many), np.inf)
    for a, k in enumerate(alive):
        old = bound.proved.get(k)
        if old is not None:
            most[a] = bound.contract(s, now[k] + old.upper(c) + _UP, ask)
    best, made = np.full(many, -np.inf), [(-1, np.empty((0, 0)))] * many
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
            found = solve_program(p, ask[at], h[p.targets], c[p.targets], own)
            basis[at] = own
            if not isinstance(found, Solved):
                left.discard(k)
                bound.proved.pop(k, None)
                continue
            done[a, at] = True
            bound.proved[k] = _kept(bound.proved.get(k), found.rows, at, many)
            value = bound.contract(s, now[k][at] + found.value + _UP, ask[at])
            best[at] = np.maximum(best[at], value)
            more = (value > top[at]) & np.isfinite(found.points).all(axis=(1, 2))
            top[at[more]] = value[more]
            for j in np.flatnonzero(more).tolist():
                made[int(at[j])] = (k, found.points[j])
    bound.alive[s] = [k for k in alive if k in left]
    if rows is not None:
        for k in bound.alive[s]:
            rows.append((s, k, bound.global_rows(s, programs[k], now[k], bound.proved[k], ask, c.shape[1])))
    return best, made


def _kept(old: Rows | None, new: Rows, at: IntArray, many: int) -> Rows:
    """Put rows in their places among those of all directions; what has none is bounded by nothing."""
    wide = max(new.place.shape[1], 0 if old is None else old.place.shape[1])
    place, line = np.zeros((many, wide), np.int64), np.zeros((many, wide))
    const = np.full(many, np.inf)
    if old is not None:
        place[:, : old.place.shape[1]], line[:, : old.line.shape[1]], const = old.place, old.line, old.const.copy()
    place[at], line[at] = 0, 0.0
    place[at, : new.place.shape[1]], line[at, : new.line.shape[1]], const[at] = new.place, new.line, new.const
    none = np.zeros((many, 0))
    return Rows(place, line, const, none.astype(np.int64), none)


def carried(old: Rows, place: IntArray, kept: IntArray, added: int) -> Rows:
    """Rows after directions changed: `kept` remain, at the places that `place` names, and `added` follow them."""
    to = place[old.place[kept]]
    lost = ((to < 0) & (old.line[kept] != 0)).any(axis=1)
    wide, many = old.place.shape[1], len(kept) + added
    at, line = np.zeros((many, wide), np.int64), np.zeros((many, wide))
    const = np.full(many, np.inf)
    at[: len(kept)], line[: len(kept)] = np.maximum(to, 0), np.where(to < 0, 0.0, old.line[kept])
    const[: len(kept)] = np.where(lost, np.inf, old.const[kept])
    none = np.zeros((many, 0))
    return Rows(at, line, const, none.astype(np.int64), none)
