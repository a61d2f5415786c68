"""Directions in which sets are measured and bounded."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from armsgame._typing import FloatArray


def directions_of(count: int, players: int) -> FloatArray:
    """Return unit directions [K, P] that begin with e_0, -e_0, e_1, -e_1, ..

    Two players: `count` points of the circle; three and four: the nonzero sign vectors; more:
    those with at most two entries.
    """
    axes = np.repeat(np.eye(players), 2, axis=0)
    axes[1::2] *= -1
    if players == 2:
        angle = 2 * np.pi * np.arange(count) / count
        rest = np.round(np.stack([np.cos(angle), np.sin(angle)], axis=1), 15)
    else:
        signs = np.array(list(product((-1.0, 0.0, 1.0), repeat=players)))
        filled = np.abs(signs).sum(axis=1)
        rest = signs[(filled > 1) & ((filled < 3) | (players < 5))]
        rest = rest / np.linalg.norm(rest, axis=1)[:, None]
    return merged(axes, rest)


def between(on: Any, directions: FloatArray) -> FloatArray:
    """Return unit means of the directions [K, P] that rows of `on` (sparse [N, K]) mark, without those that cancel."""
    mean = on @ directions
    size = np.linalg.norm(mean, axis=1)
    return np.asarray(mean[size > 1e-3] / size[size > 1e-3, None])


def merged(directions: FloatArray, more: FloatArray, tolerance: float = 1e-7) -> FloatArray:
    """Append to `directions` [K, P] those rows of `more` that are not among them already."""
    from armsgame._kernels.monotone_maps import append

    kept = np.empty((len(directions) + len(more), directions.shape[1]))
    kept[: len(directions)] = directions
    return kept[: append(kept, len(directions), more, tolerance)].copy()
