"""Behaviour on a tree that makes every set that mixes indifferent, for given supports."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from armsgame._typing import BoolArray, FloatArray
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_values import branch_probabilities, last_nodes, reach, values
from armsgame.solve.trees.support_search import Support

_STARTS, _STEPS = 12, 30
_SAME = 1e-7

# a set, the action that is played, the action compared with it
Pair = tuple[int, int, int]


class _Gains:
    """Gains of second over first actions, weighted with the chance that the others' moves reach the set.

    The chance counts from the root of the innermost subgame that holds the set, so that mixtures inside a subgame that
    play does not reach are determined too. Where the others' moves do not reach a set even so, its
    belief is free and its gain has no weight.
    """

    def __init__(self, game: ExtensiveGame, supports: Sequence[Support]) -> None:
        self.game = game
        self.base = np.zeros(int(game.starts[-1]))
        mixed = [(h, own) for h, own in enumerate(supports) if len(own) == 2]
        for h, own in enumerate(supports):
            self.base[game.starts[h] + own[0]] = 1.0
        self.first = np.array([game.starts[h] + own[0] for h, own in mixed], dtype=int)
        self.second = np.array([game.starts[h] + own[1] for h, own in mixed], dtype=int)
        self.pairs: list[Pair] = [(h, own[0], own[1]) for h, own in mixed]
        self.movers = game.owners[game.parents]
        self.movers[0] = -1
        last, roots = last_nodes(game), sorted({0, *game.subgame_roots()})
        # the last of the roots above a set is the innermost
        self.root = [max(r for r in roots if r <= s.nodes[0] and s.nodes[-1] <= last[r]) for s in game.sets]

    def flats(self, x: FloatArray) -> FloatArray:
        """Behaviour [*B, n] with probabilities x [*B, mixed sets] of the second actions."""
        out = np.tile(self.base, (*x.shape[:-1], 1))
        out[..., self.first], out[..., self.second] = 1 - x, x
        return out

    def __call__(self, x: FloatArray, pairs: Sequence[Pair]) -> FloatArray:
        """Gains [*B, pairs] at x [*B, mixed sets]; linear in every single probability."""
        game = self.game
        law = branch_probabilities(game, self.flats(x))
        worth = values(game, law)
        found = np.empty((*x.shape[:-1], len(pairs)))
        weights: dict[tuple[int, int], FloatArray] = {}
        for k, (h, a, b) in enumerate(pairs):
            i, root = game.sets[h].player, self.root[h]
            if (i, root) not in weights:
                ways = law.copy()
                ways[..., self.movers == i] = 1.0
                weights[i, root] = reach(game, ways, root)
            total = np.zeros(x.shape[:-1])
            for n in game.sets[h].nodes:
                kids = game.children[n]
                total += weights[i, root][..., n] * (worth[..., kids[b], i] - worth[..., kids[a], i])
            found[..., k] = total
        return found

    def rivals(self, flat: FloatArray, supports: Sequence[Support]) -> list[Pair]:
        """Actions outside the supports that gain at sets that play reaches."""
        game = self.game
        law = branch_probabilities(game, flat)
        seen, worth = reach(game, law), values(game, law)
        span = _span(game)
        out = []
        for h, s in enumerate(game.sets):
            weight = seen[list(s.nodes)]
            if not weight.sum() > 0:
                continue
            kids = np.array([game.children[n] for n in s.nodes])
            ahead = weight @ worth[kids, s.player]
            out += [
                (h, supports[h][0], b)
                for b in range(game.sizes[h])
                if b not in supports[h] and ahead[b] > ahead[supports[h][0]] + 1e-9 * span
            ]
        return out


def behaviours(game: ExtensiveGame, supports: Sequence[Support]) -> list[FloatArray]:
    """Behaviour [n] with these supports in which every set that mixes is indifferent.

    The indifference conditions are linear in every single probability; Newton's method solves them from 12 starts. A
    set that the others' moves do not reach adds a probability and no condition: then members of a continuum are found,
    and where another party would gain, those at which it just does not.
    """
    gains = _Gains(game, supports)
    if not gains.pairs:
        return [gains.base]
    many = len(gains.pairs)
    draw = np.random.default_rng(0)
    starts = np.vstack([np.full((1, many), 0.5), draw.uniform(0.02, 0.98, (_STARTS - 1, many))])
    kept: list[FloatArray] = []
    for one in _solved(gains, starts, gains.pairs):
        _add(kept, one)
    free = many > _conditions(gains, starts)
    if free:
        for one in kept:
            for pair in gains.rivals(gains.flats(one), supports):
                for end in _solved(gains, np.vstack([one, starts]), [*gains.pairs, pair]):
                    _add(kept, end)
    return [gains.flats(one) for one in kept]


def _conditions(gains: _Gains, starts: FloatArray) -> int:
    # a condition that has no weight at any start is none
    return int((np.abs(gains(starts, gains.pairs)) > 0).any(axis=0).sum())


def _add(kept: list[FloatArray], one: FloatArray) -> None:
    if all(np.abs(one - other).max() > _SAME for other in kept):
        kept.append(one)


def _span(game: ExtensiveGame) -> float:
    return float(np.ptp(game.payoffs, axis=0).max()) or 1.0


def _solved(gains: _Gains, starts: FloatArray, pairs: Sequence[Pair]) -> FloatArray:
    """Probabilities [K, mixed sets] strictly between 0 and 1 at which no pair gains, from these starts."""
    x, many, span = starts, starts.shape[1], _span(gains.game)
    # steps that each start has spent outside the unit cube
    lost = np.zeros(len(x), dtype=int)
    for _ in range(_STEPS):
        now = gains(x, pairs)
        inside = lost < 6
        x, now, lost = x[inside], now[inside], lost[inside]
        if not len(x) or (np.abs(now).max(axis=1) <= 1e-13 * span).all():
            break
        # linear in every probability, so that the slope is the difference between its ends
        ends = np.stack([np.repeat(x[:, None], many, axis=1)] * 2)
        for k in range(many):
            ends[0, :, k, k], ends[1, :, k, k] = 0.0, 1.0
        wide = gains(ends, pairs)
        slope = np.swapaxes(wide[1] - wide[0], -1, -2)
        step = -np.linalg.pinv(slope, rcond=1e-12) @ now[..., None]
        # a damped step that stays near the unit cube
        length = np.abs(step[..., 0]).max(axis=1, keepdims=True)
        x = np.clip(x + step[..., 0] * np.minimum(1.0, 0.5 / np.maximum(length, 1e-300)), -0.2, 1.2)
        lost += ((x < 0) | (x > 1)).any(axis=1)
    if not len(x):
        return x
    good: BoolArray = np.abs(gains(x, pairs)).max(axis=1) <= 1e-11 * span
    return np.asarray(x[good & (x > _SAME).all(axis=1) & (x < 1 - _SAME).all(axis=1)])
