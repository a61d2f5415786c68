"""Consistent beliefs: limits of Bayes' rule under completely mixed behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.games.extensive import ExtensiveGame

__all__ = ["Trembles", "consistent_trembles"]

Trembles = tuple[FloatArray, FloatArray]
_CLOSE = 1e-7


def consistent_trembles(game: ExtensiveGame, flat: FloatArray, beliefs: Sequence[FloatArray]) -> Trembles | None:
    """Return trembles (order [n], size [n]) whose limit is the assessment, or None where there are none.

    An assessment is consistent if and only if there are orders k(a) >= 0, zero exactly at the
    actions played, and sizes c(a) > 0, equal to the probability at the actions played, such that
    the behaviour c(a) e^k(a) gives the beliefs as e falls to 0 (Kreps and Wilson 1982, lemmas A1
    and A2; Streufert 2006). A node has positive belief where the sum of orders on its way is
    least in its set. The orders solve a linear program, the logarithms of the sizes a linear
    system.
    """
    off = np.flatnonzero(flat <= 0)
    column = np.full(len(flat), -1)
    column[off] = np.arange(len(off))
    possible = _possible(game)
    equal, above, size_rows, size_right = [], [], [], []
    for s, belief in zip(game.sets, beliefs, strict=True):
        live = [k for k, n in enumerate(s.nodes) if possible[n]]
        if any(belief[k] > 0 for k in range(len(s.nodes)) if k not in live) and live:
            return None
        if len(live) < 2:
            continue
        top = max(live, key=lambda k: belief[k])
        base, base_log = _row(game, column, flat, s.nodes[top])
        for k in live:
            row, log_way = _row(game, column, flat, s.nodes[k])
            if belief[k] > 0:
                equal.append(row - base)
                size_rows.append(row - base)
                size_right.append(log(belief[k] / belief[top]) - (log_way - base_log))
            else:
                above.append(row - base)
    order, size = np.zeros(len(flat)), flat.copy()
    if not len(off):
        exact = all(abs(v) <= _CLOSE for v in size_right) and not above
        return (order, size) if exact else None
    if size_rows:
        system, right = np.array(size_rows), np.array(size_right)
        found = np.linalg.lstsq(system, right, rcond=None)[0]
        if np.abs(system @ found - right).max() > _CLOSE:
            return None
        size[off] = np.exp(found)
    else:
        size[off] = 1.0
    # trembles of one order usually do; the program is for the rest
    same = np.ones(len(off))
    if not any((row @ same) for row in equal) and all(row @ same >= 1 for row in above):
        order[off] = 1.0
        return order, size
    from scipy.optimize import linprog

    answer = linprog(
        np.ones(len(off)),
        A_ub=-np.array(above) if above else None,
        b_ub=-np.ones(len(above)) if above else None,
        A_eq=np.array(equal) if equal else None,
        b_eq=np.zeros(len(equal)) if equal else None,
        bounds=(1, None),
        method="highs",
    )
    if answer.status != 0:
        return None
    order[off] = answer.x
    return order, size


def _possible(game: ExtensiveGame) -> list[bool]:
    """Whether chance leaves a node possible."""
    found = [True]
    for node in range(1, len(game.parents)):
        found.append(found[game.parents[node]] and bool(game.chances[node] > 0))
    return found


def _row(game: ExtensiveGame, column: IntArray, flat: FloatArray, node: int) -> tuple[FloatArray, float]:
    """Count of each unplayed action on the way, and the log-probability of the rest."""
    row = np.zeros(int(column.max()) + 1)
    total = 0.0
    while node > 0:
        a = int(game.moves[node])
        if a >= 0 and column[a] >= 0:
            row[column[a]] += 1.0
        else:
            total += log(flat[a] if a >= 0 else game.chances[node])
        node = int(game.parents[node])
    return row, total
