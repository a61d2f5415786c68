"""The product kernel carries paths as a loop over periods does, for segments that begin and end anywhere."""

from __future__ import annotations

import numpy as np
import pytest

from armsgame._kernels.product_chain import OUTCOME, PAIR, run
from armsgame._kernels.records import ChainTables, PathOutputs
from armsgame._kernels.streams import LANES, philox, round_keys
from armsgame.simulation.paths.tables import _SEVERAL, _bounds, _guide

KEY, PATHS, EVENTS, PERIODS = np.uint64(77), LANES, 3, 13


def random_tables(seed, players):
    rng = np.random.default_rng(seed)
    pairs, wide = 4, 3
    total = pairs * wide
    top = _bounds(np.cumsum(rng.dirichlet(np.ones(wide), pairs), axis=1)).ravel()
    top[wide - 1 :: wide] = 1 << 32
    entry = np.arange(total).astype(np.uint64)
    entry |= rng.integers(0, pairs, total).astype(np.uint64) << np.uint64(OUTCOME)
    # events are rare, so that paths see them first in different periods
    marks = (rng.random((total, EVENTS)) < 0.15) @ (1 << np.arange(EVENTS))
    marks[[0, 5, 10]] |= 1 << np.arange(EVENTS)
    entry |= marks.astype(np.uint64) << np.uint64(OUTCOME + PAIR)
    depth, near, several = _guide(top, np.arange(0, total + 1, wide))
    guide = np.where(several, entry[near] | _SEVERAL, entry[near])
    cells = np.arange(total).astype(np.uint64) % 5 | (rng.integers(0, 4, total).astype(np.uint64) << np.uint64(32))
    states = np.array([0, 1, 1, 2], np.uint16)
    return ChainTables(guide, depth, top, entry, rng.normal(size=(total, players)), states, cells)


def outputs(players, pack):
    words = -(-PERIODS // pack)
    return PathOutputs(
        np.arange(PATHS, dtype=np.uint64) + np.uint64(2**32 - 5), PATHS - 6, np.zeros(PATHS, np.uint64),
        np.zeros(PATHS, np.uint64), np.full((PATHS, EVENTS), -1, np.int32), np.zeros((PATHS, players)),
        np.zeros((PERIODS, 3, 4), np.uint32), np.zeros((PATHS, words), np.uint32),
        np.zeros((PATHS, words), np.uint32), pack,
    )  # fmt: skip


def by_periods(tables, weights, end, out, at):
    """One path after the other, one period after the other, by the bounds and not by the guide."""
    keys, wide = round_keys(KEY), len(tables.top) // len(tables.pair_state)
    for n, path in enumerate(out.ids):
        for t in range(end):
            words = philox(np.uint64(t // 4), np.uint64(0), path & np.uint64(0xFFFFFFFF), path >> np.uint64(32), keys)
            x = int(at[n])
            if n < out.total:
                out.occupancy[t, tables.pair_state[x], n % 4] += 1
            row = tables.top[wide * x : wide * (x + 1)]
            outcome = wide * x + int((row <= words[t % 4]).sum())
            entry = int(tables.entry[outcome])
            at[n] = entry >> OUTCOME & (1 << PAIR) - 1
            seen = entry >> OUTCOME + PAIR
            for e in range(EVENTS):
                if seen >> e & 1 and out.when[n, e] < 0:
                    out.when[n, e] = t
            out.seen[n] |= np.uint64(seen)
            out.last[n] = seen
            out.gains[n] += weights[t] * tables.payoffs[outcome]
            cell, shift = int(tables.cells[outcome]), t % out.pack * (32 // out.pack)
            out.states[n, t // out.pack] |= np.uint32((cell & 0xFFFFFFFF) << shift)
            out.profiles[n, t // out.pack] |= np.uint32((cell >> 32) << shift)


@pytest.mark.parametrize("players", [1, 2, 3])
@pytest.mark.parametrize("pack", [1, 2, 4])
def test_segments_of_any_length_give_the_bits_of_a_loop_over_periods(players, pack):
    tables, weights = random_tables(players, players), 0.9 ** np.arange(PERIODS)
    known, there = outputs(players, pack), np.zeros(PATHS, np.uint32)
    by_periods(tables, weights, PERIODS, known, there)
    for cuts in ([], [4], [8, 12], [1], [3, 4, 9], [5, 6, 7], [2, 2, 11]):
        out, at = outputs(players, pack), np.zeros(PATHS, np.uint32)
        for begin, end in zip([0, *cuts], [*cuts, PERIODS], strict=True):
            run(tables, weights, begin, end, KEY, at, out)
        for ours, theirs in zip((at, *out), (there, *known), strict=True):
            assert np.asarray(ours).tobytes() == np.asarray(theirs).tobytes()
    # every event is seen by some paths, and some late, or nothing was noted
    assert (known.when.max(axis=0) >= 0).all()
    assert known.when.max() > 3
