"""Estimators of sensitivity indices on arrays: Sobol indices and elementary effects."""

from __future__ import annotations

import numpy as np

from armsgame._typing import FloatArray, IntArray

__all__ = ["elementary_effects", "morris_points", "saltelli_points", "sobol_estimates"]


def saltelli_points(dimension: int, base: int, rng: np.random.Generator) -> FloatArray:
    """Points of the Saltelli (2010) design in the unit cube.

    Returns
    -------
    array [d + 2, base, d]: A, B, then A with column i taken from B, for each i
    """
    from scipy.stats import qmc

    both = qmc.Sobol(2 * dimension, rng=rng).random(base)
    a, b = both[:, :dimension], both[:, dimension:]
    mixed = np.where(np.eye(dimension, dtype=bool)[:, None], b, a)
    return np.concatenate([a[None], b[None], mixed])


def sobol_estimates(values: FloatArray, weights: FloatArray | None = None) -> tuple[FloatArray, FloatArray, FloatArray]:
    """First-order and total indices with the variance.

    Parameters
    ----------
    values : array [d + 2, N], the output on `saltelli_points`
    weights : array [R, N], optional
        How often each base point counts (bootstrap); rows sum to N.

    Returns
    -------
    first, total : arrays [R, d] (R = 1 without weights); NaN where the output does not vary
        Saltelli et al. (2010), table 2 (b), and Jansen (1999), table 2 (f) there.
    variance : array [R]
    """
    count = values.shape[1]
    if weights is None:
        weights = np.ones((1, count))
    # the first-order estimator is a difference of products: centring takes most of its noise away
    y = values - values[:2].mean()
    a, b, mixed = y[0], y[1], y[2:]
    mean = weights @ (a + b) / (2 * count)
    variance = weights @ (a * a + b * b) / (2 * count) - mean**2
    # sums of squares that cancel to rounding are no variance
    scale = np.abs(values).max() or 1.0
    safe = np.where(variance > 1e-24 * scale**2, variance, np.nan)
    first = weights @ (b * (mixed - a)).T / count / safe[:, None]
    total = weights @ ((a - mixed) ** 2).T / (2 * count) / safe[:, None]
    return first, total, variance


def morris_points(
    dimension: int, trajectories: int, levels: int, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Trajectories of Morris (1991) on the grid of `levels` values in the unit cube.

    Returns
    -------
    points : array [r, d + 1, d]
    order : int array [r, d], the factor that moves in each step
    """
    step = levels / (2 * (levels - 1))
    low = rng.integers(0, levels // 2, (trajectories, dimension)) / (levels - 1)
    up = rng.integers(0, 2, (trajectories, dimension)).astype(bool)
    order = rng.permuted(np.tile(np.arange(dimension), (trajectories, 1)), axis=1)
    start, end = np.where(up, low, low + step), np.where(up, low + step, low)
    rank = np.argsort(order, axis=1)
    moved = rank[:, None, :] < np.arange(dimension + 1)[None, :, None]
    return np.where(moved, end[:, None, :], start[:, None, :]), order


def elementary_effects(values: FloatArray, points: FloatArray, order: IntArray) -> FloatArray:
    """Change of the output per unit of each factor, [r, d].

    Parameters
    ----------
    values : array [r, d + 1]
    points, order : as `morris_points` gives them
    """
    moves = np.take_along_axis(np.diff(points, axis=1), order[:, :, None], axis=2)[:, :, 0]
    out = np.empty(order.shape)
    np.put_along_axis(out, order, np.diff(values, axis=1) / moves, axis=1)
    return out
