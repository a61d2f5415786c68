"""Where the best set shrinks as one number rises, from the worth of every set."""

from __future__ import annotations

import numpy as np

from armsgame._typing import BoolArray, FloatArray


def whole_sets(worth: FloatArray, grows: FloatArray, sets: BoolArray) -> FloatArray:
    """Largest t at which each member belongs to a set that maximises ``worth - t * grows``.

    The worth is supermodular and the growth a sum of positive numbers, so that best sets are nested: from the whole
    set down, the next one is the subset that is reached at the least slope.

    Parameters
    ----------
    worth, grows : arrays ``[B, 2**n]``
    sets : array of bool ``[2**n, n]``

    Returns
    -------
    array ``[B, n]``
    """
    many, n = len(worth), sets.shape[-1]
    rows, masks = np.arange(many), np.arange(2**n)
    current = np.full(many, 2**n - 1)
    level, last = np.zeros((many, n)), np.full(many, -np.inf)
    while (current > 0).any():
        inside = (masks & current[:, None]) == masks
        inside &= masks != current[:, None]
        lost = worth[rows, current][:, None] - worth
        shed = grows[rows, current][:, None] - grows
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(inside, lost / shed, np.inf)
        following = np.where(current > 0, slope.argmin(axis=-1), 0)
        last = np.where(current > 0, np.maximum(last, slope[rows, following]), last)
        gone = sets[current] & ~sets[following]
        level = np.where(gone, last[:, None], level)
        current = following
    return level
