"""Probability vectors: told apart, and chosen by linear programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from armsgame._typing import FloatArray
from armsgame.arithmetic.tolerance import UNIT

Mixes = TypeVar("Mixes", bound=Sequence[FloatArray] | FloatArray)


def alike(one: Sequence[FloatArray] | FloatArray, other: Sequence[FloatArray] | FloatArray, tolerance: float) -> bool:
    """Whether two profiles, or two points, differ by less than a tolerance everywhere."""
    return all(np.abs(a - b).max() < tolerance for a, b in zip(one, other, strict=True))


def one_law(rows: FloatArray) -> bool:
    """Whether all rows ``[.., S]`` of probabilities are the same up to rounding."""
    return bool(np.abs(rows - rows[0]).max() <= 8 * UNIT)


def distinct(given: Iterable[Mixes], tolerance: float) -> list[Mixes]:
    """Keep the first of those that are alike."""
    kept: list[Mixes] = []
    for one in given:
        if not any(alike(one, old, tolerance) for old in kept):
            kept.append(one)
    return kept


def over_mixtures(cost: FloatArray, rows: FloatArray, limits: FloatArray, free: int = 1, method: str = "highs") -> Any:
    """Solve a linear program over weights that sum to one and the last `free` unknowns, which are not bounded.

    Minimises ``cost @ x`` subject to ``rows @ x <= limits``; the answer is that of `scipy.optimize.linprog`.
    """
    from scipy.optimize import linprog

    size = len(cost) - free
    total = np.append(np.ones(size), np.zeros(free))[None]
    bounds = [(0, None)] * size + [(None, None)] * free
    return linprog(cost, A_ub=rows, b_ub=limits, A_eq=total, b_eq=[1.0], bounds=bounds, method=method)
