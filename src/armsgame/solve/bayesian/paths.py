"""Whether two profiles by type play the same on the path."""

from __future__ import annotations

import numpy as np

from armsgame._typing import BoolArray, FloatArray
from armsgame.solve.bayesian.board import Nodes

__all__ = ["same_play"]

# laws that differ by less are one law
_SAME = 1e-9

_Pair = tuple[int, int, tuple[bool, ...], tuple[bool, ...]]


def same_play(one: Nodes, two: Nodes) -> bool:
    """Whether all types of positive prior do the same after every history that they can produce.

    A pair of nodes, one in each profile, is followed along public outcomes that remaining types make possible.
    """
    tables = one.tables
    first, second = (tuple((own > 0).tolist()) for own in tables.game.prior)
    start: _Pair = (0, 0, first, second)
    seen, left = {start}, [start]
    while left:
        n, m, some, others = left.pop()
        there = (np.array(some), np.array(others))
        for i in (0, 1):
            gap: FloatArray = np.abs(one.laws[i][n] - two.laws[i][m])[there[i]]
            if bool(np.any(gap > _SAME)):
                return False
        s = int(one.state[n])
        takes = [np.asarray(one.laws[i][n] > 0) & there[i][:, None] for i in (0, 1)]
        # pairs of types [K0, K1] that can produce each outcome
        half = np.tensordot(takes[0].astype(float), (tables.prob[s] > 0).astype(float), 1)
        pairs: BoolArray = np.asarray(np.tensordot(takes[1].astype(float), half, (1, 1)) > 0).transpose(1, 0, 2)
        first_left: list[list[bool]] = np.asarray(pairs.any(axis=1)).T.tolist()
        second_left: list[list[bool]] = np.asarray(pairs.any(axis=0)).T.tolist()
        for z in np.flatnonzero((tables.target[s] >= 0) & pairs.any(axis=(0, 1))).tolist():
            after: _Pair = (int(one.ahead[n, z]), int(two.ahead[m, z]), tuple(first_left[z]), tuple(second_left[z]))
            if after not in seen:
                seen.add(after)
                left.append(after)
    return True
