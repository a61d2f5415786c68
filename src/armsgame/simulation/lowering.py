"""Tables of the product chain for the one-look-up kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.games.dynamics import Play
from armsgame.games.product import slip

__all__ = ["LIMIT", "ChainTables", "chain_tables"]

LIMIT = (4096, 262_144)


@dataclass(frozen=True, slots=True)
class ChainTables:
    """The product chain that play can reach, cut at integers.

    Attributes
    ----------
    guide : int32 array [X << depth], first outcome for each pair and leading bits of a draw
    depth : int, leading bits that the guide reads
    top : uint64 array [K], upper bound of each outcome on a 32-bit draw
    ahead : int32 array [K], next pair
    payoffs : array [K, P]
    branch, row : int arrays [K], branch of the dynamics and row within its game state
    state : int array [X], game state of each pair
    """

    guide: Any
    depth: int
    top: Any
    ahead: Any
    payoffs: FloatArray
    branch: IntArray
    row: IntArray
    state: IntArray


def chain_tables(play: Play, error: float, cum: FloatArray) -> ChainTables | None:
    """Lower a play to tables; None where they would be larger than `LIMIT` (pairs, outcomes).

    cum [branches] are the running sums of the probabilities of each row, the last one 1. Only
    outcomes of positive probability are followed, so the tables are often much smaller than
    the product that `verify` explores. An outcome is an action profile with a branch, so payoffs
    and events are exact. Bounds are floor(2**32 F + 1/2): the draw w falls below the bound just
    where (w + 1/2) / 2**32 <= F, the comparison of the general kernel.
    """
    dyn = play.dynamics
    start = (dyn.start, *play.initial)
    known = {start: 0}
    pairs = [start]
    parts: list[tuple[FloatArray, IntArray, IntArray]] = []
    ahead: list[int] = []
    total, x = 0, 0
    while x < len(pairs):
        state, inner = pairs[x][0], pairs[x][1:]
        first = int(dyn.first[state])
        weights = np.ones(1)
        for i, q in enumerate(inner):
            weights = np.multiply.outer(weights, slip(play.laws[i][state][q], error)).ravel()
        chosen = np.flatnonzero(weights > 0)
        bounds, branches, places, mass = [], [], [], 0.0
        for place in chosen:
            cut = slice(int(dyn.branch[first + place]), int(dyn.branch[first + place + 1]))
            bounds.append(mass + weights[place] * cum[cut])
            branches.append(np.arange(cut.start, cut.stop))
            places.append(np.full(cut.stop - cut.start, place))
            mass += float(weights[place])
        law, branch = np.concatenate(bounds), np.concatenate(branches)
        law[-1] = 1.0
        total += len(branch)
        following = zip(
            dyn.target[branch].tolist(), *(play.moves[i][q, branch].tolist() for i, q in enumerate(inner)), strict=True
        )
        for after in following:
            if after not in known:
                known[after] = len(pairs)
                pairs.append(after)
            ahead.append(known[after])
        parts.append((law, branch, np.concatenate(places)))
        if len(pairs) > LIMIT[0] or total > LIMIT[1]:
            return None
        x += 1
    count = len(pairs)
    # the guide stays within 16,384 entries, which a core's first cache holds
    depth = max(1, min(10, 14 - (count - 1).bit_length()))
    guide = np.empty((count, 1 << depth), np.int32)
    tops: list[Any] = []
    base = 0
    for law, _, _ in parts:
        top = np.floor(law * 2.0**32 + 0.5).astype(np.uint64)
        lowest = np.arange(1 << depth, dtype=np.uint64) << np.uint64(32 - depth)
        guide[len(tops)] = base + np.searchsorted(top, lowest, side="right")
        tops.append(top)
        base += len(law)
    branch = np.concatenate([p[1] for p in parts])
    row = np.concatenate([p[2] for p in parts])
    states = np.array([pair[0] for pair in pairs])
    source = np.repeat(states, [len(p[0]) for p in parts])
    payoffs = np.ascontiguousarray(dyn.payoffs[:, dyn.first[source] + row].T, dtype=float)
    return ChainTables(
        guide.ravel(), depth, np.concatenate(tops), np.array(ahead, np.int32), payoffs, branch, row, states
    )
