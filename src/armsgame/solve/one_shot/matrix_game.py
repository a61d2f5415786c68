"""Value and optimal strategies of one matrix game."""

from __future__ import annotations

import numpy as np

from armsgame._typing import FloatArray
from armsgame.errors import NotSolved


def matrix_game(table: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Optimal mixes and value of a matrix game, the row player maximising."""
    m, n = table.shape
    row, column = int(table.min(axis=1).argmax()), int(table.max(axis=0).argmin())
    if table[row].min() >= table[:, column].max():
        return np.eye(m)[row], np.eye(n)[column], float(table[row, column])
    if (m, n) == (2, 2):
        # without a saddle point both diagonals differ in the same direction
        (a, b), (c, d) = table
        total = a - b - c + d
        p, q = (d - c) / total, (d - b) / total
        return np.array([p, 1 - p]), np.array([q, 1 - q]), float((a * d - b * c) / total)
    from scipy.optimize import linprog

    low, span = table.min(), float(np.ptp(table))
    unit = (table - low) / span + 1.0  # positive, so that the value is
    answer = linprog(-np.ones(n), A_ub=unit, b_ub=np.ones(m), method="highs-ds")
    if answer.x is None:
        raise NotSolved(f"HiGHS: {answer.message} Use method=None.")
    y = np.clip(answer.x, 0, None)
    x = np.clip(-answer.ineqlin.marginals, 0, None)
    x, y = _exact_support(unit, x / x.sum(), y / y.sum())
    worth = (float((x @ unit).min()) + float((unit @ y).max())) / 2
    return x, y, (worth - 1.0) * span + float(low)


def _exact_support(unit: FloatArray, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Solve the indifference equations on the supports of a basic solution, where that is better."""
    rows, columns = np.flatnonzero(x > 1e-9), np.flatnonzero(y > 1e-9)
    if len(rows) != len(columns):
        return x, y
    part, ones = unit[np.ix_(rows, columns)], np.ones(len(rows))
    try:
        left, right = np.linalg.solve(part.T, ones), np.linalg.solve(part, ones)
    except np.linalg.LinAlgError:
        return x, y
    fresh_x, fresh_y = np.zeros_like(x), np.zeros_like(y)
    fresh_x[rows], fresh_y[columns] = left / left.sum(), right / right.sum()
    if not (np.isfinite(fresh_x).all() and np.isfinite(fresh_y).all() and fresh_x.min() >= 0 <= fresh_y.min()):
        return x, y
    before = float((unit @ y).max() - (x @ unit).min())
    after = float((unit @ fresh_y).max() - (fresh_x @ unit).min())
    return (fresh_x, fresh_y) if after < before else (x, y)
