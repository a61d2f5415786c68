"""Curves that lead from a prior to a Markov-perfect equilibrium: a block as flat arrays, and its curves followed.

Unknowns are the logarithms of all action probabilities and one parameter; values are eliminated,
because they solve a linear system at every profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.solve.markov.blocks import Block


class Layout:
    """Where the actions of a block stand in one vector: state by state, player by player."""

    def __init__(self, block: Block) -> None:
        from armsgame._kernels.continuation_equations import Game

        size, count = block.size, len(block.mask)
        shape = [own.shape[1] for own in block.mask]
        number = np.stack([own.sum(axis=1) for own in block.mask], axis=1)
        groups = np.r_[0, np.cumsum(number)]
        self.mask, self.groups = block.mask, groups
        # entry of an action: first entry of its state and player, plus the action
        self.where = [groups[:-1].reshape(size, count)[:, [i]] + np.arange(n)[None, :] for i, n in enumerate(shape)]
        acts = np.stack([w.reshape(size, *(n if j == i else 1 for j, n in enumerate(shape))) + np.zeros(shape, int)
                         for i, w in enumerate(self.where)], axis=-1)  # fmt: skip
        live = np.ones((size, *shape), bool)
        for i, own in enumerate(block.mask):
            live &= own.reshape(size, *(n if j == i else 1 for j, n in enumerate(shape)))
        law = block.law[live] * block.discount
        state = np.nonzero(live)[0]
        # whole arrays, not columns of one table: every other layout would be compiled for anew
        row, to = map(np.ascontiguousarray, np.nonzero(law))
        link = np.zeros((size, size), bool)
        link[state[row], to] = True
        near, succ = map(np.ascontiguousarray, np.nonzero(link))
        self.game = Game(
            acts=np.ascontiguousarray(acts[live]), pay=np.ascontiguousarray(block.pay[:, live]),
            cells=_starts(state, size), entries=groups[::count].copy(), groups=groups,
            owner=np.repeat(np.tile(np.arange(count), size), number.ravel()), rows=_starts(row, len(law)), to=to,
            chance=law[row, to], near=_starts(near, size), succ=succ, widest=int(np.diff(groups[::count]).max()),
        )  # fmt: skip

    @property
    def size(self) -> int:
        """Number of actions of all players in all states."""
        return int(self.groups[-1])

    def mixes(self, x: FloatArray) -> tuple[FloatArray, ...]:
        """Vector to one array ``[S, A]`` per player."""
        found = []
        for where, own in zip(self.where, self.mask, strict=True):
            table = np.zeros(own.shape)
            table[own] = x[where[own]]
            found.append(table)
        return tuple(found)

    def vector(self, mixes: Sequence[FloatArray]) -> FloatArray:
        """One array per player to a vector."""
        found = np.empty(self.size)
        for where, own, mask in zip(self.where, mixes, self.mask, strict=True):
            found[where[mask]] = own[mask]
        return found


def _starts(label: Any, count: int) -> Any:
    """First place [count + 1] of each label in a sorted list."""
    return np.searchsorted(label, np.arange(count + 1))


@dataclass(frozen=True, slots=True)
class Trail:
    """End [n + 1] of a followed curve, the equilibrium found near it (None: none), and the number of points."""

    end: FloatArray
    found: FloatArray | None
    points: int


def trail(layout: Layout, prior: FloatArray, *, weight: float | None, steps: int) -> Trail | None:
    """Follow logit responses (`weight` None) or logarithmic tracing from a prior; None if there is no start."""
    from armsgame._kernels import continuation as follow

    if weight is None:
        start, good, least = np.log(prior), True, -1e9
    else:
        start, good = follow.answers(layout.game, prior, weight)
        # probabilities stand in denominators
        least = -600.0
    if not good:
        return None
    tracing, scale = weight is not None, 0.0 if weight is None else float(weight)
    x, found, end, points = follow.follow(layout.game, tracing, prior, scale, np.append(start, 0.0), steps, least)
    return Trail(end, x if found else None, points) if points >= 0 else None
