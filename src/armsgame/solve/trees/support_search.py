"""Combinations of supports on a tree that bounds on continuation values leave."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from armsgame._typing import FloatArray
from armsgame.games.extensive import ExtensiveGame

Support = tuple[int, ...]


def supports(game: ExtensiveGame, *, mixes_off_path: bool) -> Iterator[list[Support]]:
    """Yield combinations of supports that bounds on values do not rule out.

    Those in which a set that play does not reach mixes, or those in which none does.
    """
    parents, terminals = game.parents.tolist(), game.terminals
    order = sorted(range(len(game.sets)), key=lambda h: -game.sets[h].nodes[0])
    choices = [[*((a,) for a in range(n)), *combinations(range(n), 2)] for n in game.sizes]
    every = [tuple(range(n)) for n in game.sizes]
    chosen: list[Support] = list(every)
    span = np.ptp(game.payoffs, axis=0).max() or 1.0
    slack = 1e-9 * span

    def bounds() -> tuple[FloatArray, FloatArray]:
        low = np.full((len(parents), 2), np.inf)
        high = np.full((len(parents), 2), -np.inf)
        low[terminals] = high[terminals] = game.payoffs
        for node in range(len(parents) - 1, -1, -1):
            kids = game.children[node]
            if not kids:
                continue
            h = int(game.set_of[node])
            if h < 0:
                law = game.chances[list(kids)]
                low[node], high[node] = law @ low[list(kids)], law @ high[list(kids)]
            else:
                own = [kids[a] for a in chosen[h]]
                low[node], high[node] = low[own].min(axis=0), high[own].max(axis=0)
        return low, high

    def fits(h: int) -> bool:
        low, high = bounds()
        i, nodes = game.sets[h].player, game.sets[h].nodes
        for a in chosen[h]:
            for b in range(game.sizes[h]):
                if b != a and max(high[game.children[n][a], i] - low[game.children[n][b], i] for n in nodes) < -slack:
                    return False
        return True

    def grow(k: int) -> Iterator[list[Support]]:
        if k == len(order):
            if _off_path_is_pure(game, chosen) != mixes_off_path:
                yield list(chosen)
            return
        h = order[k]
        for support in choices[h]:
            chosen[h] = support
            if fits(h):
                yield from grow(k + 1)
        chosen[h] = every[h]

    yield from grow(0)


def _off_path_is_pure(game: ExtensiveGame, chosen: list[Support]) -> bool:
    seen = np.zeros(len(game.parents), dtype=bool)
    seen[0] = True
    for node in range(1, len(seen)):
        up = int(game.parents[node])
        h = int(game.set_of[up])
        open_ = game.chances[node] > 0 if h < 0 else int(game.moves[node] - game.starts[h]) in chosen[h]
        seen[node] = seen[up] and open_
    return all(len(own) == 1 or seen[list(game.sets[h].nodes)].any() for h, own in enumerate(chosen))
