"""Equilibria of one block of states: all pure ones, best replies in turn, one-shot blocks, curves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Any, TypeVar

import numpy as np

from armsgame._deadline import ask_time
from armsgame._typing import FloatArray
from armsgame.games.stage import StageGame
from armsgame.solve.markov.blocks import Block
from armsgame.solve.markov.curves import Layout, Trail, trail
from armsgame.solve.markov.methods import BestResponseIteration, LogitHomotopy, LogTracing

Mixes = tuple[FloatArray, ...]
# regret that counts as zero in a block whose payoff differences are of order one
_ZERO = 1e-11


def scaled(block: Block) -> Block:
    """Block with every player's payoffs divided by their range, so that tolerances have a meaning."""
    live = np.einsum(*_outer(block), dtype=float) > 0
    spans = [float(np.ptp(own[live])) or float(np.abs(own[live]).max()) or 1.0 for own in block.pay]
    return replace(block, pay=block.pay / np.reshape(spans, (-1, *(1,) * (block.pay.ndim - 1))))


def _outer(block: Block) -> list[Any]:
    terms = []
    for i, own in enumerate(block.mask):
        terms += [own.astype(float), [0, i + 1]]
    return [*terms, list(range(len(block.mask) + 1))]


@dataclass(frozen=True, slots=True)
class Stages:
    """Products of one-shot equilibria, and whether they are all."""

    found: list[Mixes]
    complete: bool


def by_stages(block: Block, limit: int) -> Stages | None:
    """Equilibria of a block in which no action moves the play: every state is a one-shot game.

    None where a state's game is too large to list its equilibria.
    """
    choices: list[list[list[FloatArray]]] = []
    complete = True
    for s in range(block.size):
        sizes = [int(own[s].sum()) for own in block.mask]
        if prod(sizes) > (144 if len(sizes) == 2 else 64):
            return None
        cut: Any = (slice(None), s, *(slice(n) for n in sizes))
        table = block.pay[cut]
        alone = _undominated(table)
        if alone is not None:
            choices.append([[np.eye(n)[a] for n, a in zip(sizes, alone, strict=True)]])
            continue
        from armsgame.solve.one_shot.nash import nash

        stage = StageGame(table, players=_labels(sizes))
        answer = nash(stage, throw=False)
        complete = complete and answer.complete and all(len(i) == len(j) == 1 for i, j in answer.components)
        choices.append([[np.asarray(own, float) for own in one.profile] for one in answer])
    if prod(map(len, choices)) > limit:
        complete = False
    found = []
    for pick in _first(product(*choices), limit):
        mixes = tuple(np.zeros(own.shape) for own in block.mask)
        for s, one in enumerate(pick):
            for i, law in enumerate(one):
                mixes[i][s, : len(law)] = law
        found.append(mixes)
    return Stages(found, complete)


def _undominated(table: FloatArray) -> list[int] | None:
    """Return the one profile that survives pure strict dominance, if it is one: then it is the only equilibrium."""
    left = [list(range(n)) for n in table.shape[1:]]
    margin = 1e-9 * float(np.ptp(table))
    shrunk = True
    while shrunk:
        shrunk = False
        for i, own in enumerate(left):
            rows = np.moveaxis(table[i][np.ix_(*left)], i, 0).reshape(len(own), -1)
            beaten = [a for a in range(len(own)) if ((rows > rows[a] + margin).all(axis=1)).any()]
            if beaten:
                left[i] = [a for k, a in enumerate(own) if k not in beaten]
                shrunk = True
    return [own[0] for own in left] if all(len(own) == 1 for own in left) else None


def _labels(sizes: list[int]) -> tuple[str, ...]:
    return tuple(f"player {i}" for i in range(len(sizes)))


_Item = TypeVar("_Item")


def _first(items: Iterator[_Item], limit: int) -> Iterator[_Item]:
    for _, item in zip(range(limit), items, strict=False):
        yield item


def by_enumeration(block: Block) -> list[Mixes]:
    """Every pure equilibrium, by solving for the values of all pure profiles in batches."""
    count, size = len(block.mask), block.size
    choices = [int(n) for s in range(size) for n in (own[s].sum() for own in block.mask)]
    total, here = prod(choices), np.arange(size)
    found: list[Mixes] = []
    chunk = max(1, 2_000_000 // (size * size + 1))
    for low in range(0, total, chunk):
        ask_time(f"{low:,} of {total:,} pure profiles of a block, {len(found)} equilibria found")
        picks = np.array(np.unravel_index(np.arange(low, min(low + chunk, total)), choices)).T
        acts = [picks[:, i::count] for i in range(count)]
        law = block.law[(here, *acts)]
        pay = np.stack([own[(here, *acts)] for own in block.pay], axis=-1)
        values = block.solve(law, block.out[(here, *acts)], pay)
        slack = _ZERO + block.rounding(values)
        good = np.ones(len(picks), bool)
        for i, own in enumerate(block.mask):
            for a in range(own.shape[1]):
                other = [acts[j] if j != i else np.full_like(acts[i], a) for j in range(count)]
                ahead = np.einsum("bst,bt->bs", block.law[(here, *other)], values[:, :, i])
                gain = block.pay[i][(here, *other)] + block.discount * ahead - values[:, :, i]
                good &= ~((gain > slack) & own[:, a]).any(axis=1)
        for b in np.flatnonzero(good):
            found.append(tuple(np.eye(own.shape[1])[acts[i][b]] for i, own in enumerate(block.mask)))
    return found


def by_replies(block: Block, method: BestResponseIteration) -> list[Mixes]:
    """Pure equilibria at which best replies in turn come to rest."""
    rng = np.random.default_rng(method.seed)
    counts = [own.sum(axis=1) for own in block.mask]
    chance = [own / own.sum(axis=1, keepdims=True) for own in block.mask]
    first = [np.eye(own.shape[1])[np.zeros(block.size, int)] for own in block.mask]
    last = [np.eye(own.shape[1])[n - 1] for own, n in zip(block.mask, counts, strict=True)]
    starts = [first, last, chance]
    for _ in range(method.starts):
        starts.append([np.eye(own.shape[1])[rng.integers(n)] for own, n in zip(block.mask, counts, strict=True)])
    found: list[Mixes] = []
    seen: set[bytes] = set()
    for start in starts:
        for lead in range(len(start)):
            ask_time(f"{len(found)} pure equilibria of a block")
            mixes, still = list(start), 0
            for turn in range(method.rounds):
                i = (lead + turn) % len(mixes)
                own, _ = block.reply(i, mixes, _ZERO)
                still = still + 1 if np.array_equal(own, mixes[i]) else 0
                mixes[i] = own
                if still >= len(mixes):
                    found.append(tuple(mixes))
                    break
                # where replies of whole policies have cycled, one state at a time may come to rest
                key = b"".join(m.tobytes() for m in mixes) + bytes([i])
                if turn > len(mixes) and key in seen:
                    rest = _one_state(block, mixes, rng, 20 * method.rounds)
                    if rest is not None:
                        found.append(rest)
                    break
                seen.add(key)
    return found


def _one_state(block: Block, mixes: list[FloatArray], rng: Any, rounds: int) -> Mixes | None:
    mixes = [own.copy() for own in mixes]
    for _ in range(rounds):
        ask_time()
        values = block.values(mixes)
        slack = _ZERO + block.rounding(values)
        gains = [block.worth(i, mixes, values[:, i]) - values[:, [i]] for i in range(len(mixes))]
        better = [(i, s) for i, g in enumerate(gains) for s in np.flatnonzero(g.max(axis=1) > slack)]
        if not better:
            return tuple(mixes)
        i, s = better[rng.integers(len(better))]
        mixes[i][s] = np.eye(mixes[i].shape[1])[int(gains[i][s].argmax())]
    return None


def by_curve(
    block: Block, method: LogitHomotopy | LogTracing, prior: Mixes | None
) -> tuple[Mixes | None, Trail | None]:
    """Equilibrium at the end of a curve, and the trail that led there.

    Parameters
    ----------
    prior : policies that use every action of the block, or None for uniform or random ones
    """
    ask_time()
    layout = Layout(block)
    if prior is None:
        prior = tuple(own.astype(float) for own in block.mask)
        if method.prior is not None:
            # exponential draws, normalised: uniform on every simplex; kept off the boundary
            rng = np.random.default_rng(method.prior)
            for own in prior:
                own[own > 0] = rng.exponential(size=int(own.sum())) + 0.02
    mark = layout.vector([own / own.sum(axis=1, keepdims=True) for own in prior])
    weight = method.weight if isinstance(method, LogTracing) else None
    found = trail(layout, mark, weight=weight, steps=method.steps)
    return (None if found is None or found.found is None else layout.mixes(found.found)), found
