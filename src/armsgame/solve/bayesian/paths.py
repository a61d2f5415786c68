"""Whether two profiles by type play the same on the path."""

from __future__ import annotations

import numpy as np

from armsgame.solve.bayesian.board import Nodes

__all__ = ["same_play"]


_Pair = tuple[int, int, tuple[bool, ...], tuple[bool, ...]]


def same_play(one: Nodes, two: Nodes) -> bool:
    """Whether all types of positive prior do the same after every history that they can produce.

    A pair of nodes, one in each profile, is followed along public outcomes that remaining types make possible.
    """
    prior = one.tables.game.prior
    first, second = (tuple((own > 0).tolist()) for own in prior)
    start: _Pair = (0, 0, first, second)
    seen, left = {start}, [start]
    while left:
        n, m, some, others = left.pop()
        kinds = (np.array(some), np.array(others))
        s = int(one.state[n])
        for i in (0, 1):
            there = kinds[i]
            if not np.allclose(one.laws[i][n][there], two.laws[i][m][there], rtol=0, atol=1e-9):
                return False
        takes = [one.laws[i][n] > 0 for i in (0, 1)]
        for z in np.flatnonzero(one.tables.target[s] >= 0).tolist():
            can = one.tables.prob[s, :, :, z] > 0
            # pairs of types [K0, K1] that can produce the outcome
            pairs = np.einsum("ka,ab,mb->km", takes[0].astype(int), can.astype(int), takes[1].astype(int)) > 0
            pairs &= kinds[0][:, None] & kinds[1][None, :]
            if not pairs.any():
                continue
            after: _Pair = (
                int(one.ahead[n, z]),
                int(two.ahead[m, z]),
                tuple(pairs.any(axis=1).tolist()),
                tuple(pairs.any(axis=0).tolist()),
            )
            if after not in seen:
                seen.add(after)
                left.append(after)
    return True
