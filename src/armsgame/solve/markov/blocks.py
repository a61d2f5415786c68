"""A stochastic game cut into blocks of states that lead back to each other, as padded arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.arithmetic.discounted import chain_values
from armsgame.arithmetic.mixtures import one_law
from armsgame.arithmetic.tolerance import UNIT
from armsgame.errors import InvalidGame
from armsgame.games.stochastic import StochasticGame

_CELLS = 30_000_000


def components(game: StochasticGame) -> list[IntArray]:
    """Strongly connected components over all actions, every one after those it can lead to."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    size = len(game.states)
    link = np.array([law.reshape(-1, size).any(axis=0) for law in game.transitions])
    count, label = connected_components(csr_array(link), directed=True, connection="strong")
    leads = np.zeros((count, count), bool)
    np.logical_or.at(leads, (label[:, None], label[None, :]), link)
    np.fill_diagonal(leads, False)
    done: list[int] = []
    left = set(range(count))
    while left:
        ready = sorted(c for c in left if not leads[c, sorted(left)].any())
        done += ready
        left -= set(ready)
    return [np.flatnonzero(label == c) for c in done]


@dataclass(frozen=True, slots=True)
class Block:
    """States solved together, given the values of those they can leave for.

    Attributes
    ----------
    pay : array ``[P, S, A0, ..]``, (1 - discount) x payoff + discount x expected value outside
    law : array ``[S, A0, .., S]``, probabilities of the next state within the block
    out : array ``[S, A0, ..]``, probability of leaving the block
    mask : per player, bool array ``[S, A]``: actions that exist
    discount : float
    """

    pay: FloatArray
    law: FloatArray
    out: FloatArray
    mask: tuple[Any, ...]
    discount: float

    @property
    def size(self) -> int:
        """Number of states."""
        return int(self.law.shape[0])

    @property
    def profiles(self) -> int:
        """Number of pure Markov profiles."""
        return prod(int(n) for own in self.mask for n in own.sum(axis=1))

    @property
    def uncontrolled(self) -> bool:
        """Whether no action moves the play within the block, by more than laws are rounded."""
        for s in range(self.size):
            rows = self.law[s][np.ix_(*(np.flatnonzero(own[s]) for own in self.mask))].reshape(-1, self.size)
            if not one_law(rows):
                return False
        return True

    def fold(self, tensor: FloatArray, mixes: Sequence[FloatArray], skip: tuple[int, ...] = ()) -> FloatArray:
        """Average over the actions of every player not in `skip`; player axes stand after the state."""
        for j in reversed(range(len(mixes))):
            if j not in skip:
                weight = mixes[j].reshape(self.size, *(1,) * j, -1, *(1,) * (tensor.ndim - j - 2))
                tensor = (tensor * weight).sum(axis=j + 1)
        return tensor

    def values(self, mixes: Sequence[FloatArray]) -> FloatArray:
        """Values ``[S, P]`` of a profile, one array ``[S, A]`` per player."""
        pay = np.stack([self.fold(own, mixes) for own in self.pay], axis=1)
        return self.solve(self.fold(self.law, mixes), self.fold(self.out, mixes), pay)

    def solve(self, law: FloatArray, out: FloatArray, pay: FloatArray) -> FloatArray:
        """Values ``[.., S, k]`` of payoffs under laws ``[.., S, S]`` and probabilities of leaving ``[.., S]``."""
        return chain_values(self.discount * law, 1 - self.discount + self.discount * out, pay)

    def rounding(self, value: FloatArray) -> float:
        """Bound on what rounding adds to a gain at these values."""
        return 8 * self.size * UNIT * float(np.abs(value).max())

    def table(self, player: int, value: FloatArray) -> FloatArray:
        """Payoff ``[S, A0, ..]`` of one period and the future after it."""
        return np.asarray(self.pay[player] + self.discount * (self.law @ value))

    def worth(self, player: int, mixes: Sequence[FloatArray], value: FloatArray) -> FloatArray:
        """Worth ``[S, A]`` of a player's actions; -inf where there is no such action."""
        found = self.fold(self.table(player, value), mixes, (player,))
        return np.where(self.mask[player], found, -np.inf)

    def regret(self, mixes: Sequence[FloatArray]) -> float:
        """Largest gain of one action in one state."""
        values = self.values(mixes)
        return max(
            float((self.worth(i, mixes, values[:, i]).max(axis=1) - values[:, i]).max()) for i in range(len(mixes))
        )

    def reply(self, player: int, mixes: Sequence[FloatArray], slack: float) -> tuple[FloatArray, FloatArray]:
        """Best pure policy ``[S, A]`` of a player against the others, and its values ``[S]``.

        Policy iteration (Howard 1960); an action is replaced only by one better by `slack`, so
        ties keep the policy given.
        """
        law = self.fold(self.law, mixes, (player,))
        out, pay = self.fold(self.out, mixes, (player,)), self.fold(self.pay[player], mixes, (player,))
        own = mixes[player]
        here = np.arange(self.size)
        for _ in range(200):
            played = np.einsum("sa,sat->st", own, law), (own * out).sum(axis=1), (own * pay).sum(axis=1)
            value = self.solve(*played[:2], played[2][:, None])[:, 0]
            worth = np.where(self.mask[player], pay + self.discount * (law @ value), -np.inf)
            best = worth.argmax(axis=1)
            better = worth[here, best] > value + slack + self.rounding(value)
            if not better.any():
                return own, value
            own = np.where(better[:, None], np.eye(own.shape[1])[best], own)
        return own, value


def block_of(game: StochasticGame, states: IntArray, outside: FloatArray, discount: float) -> Block:
    """Build the arrays of a block.

    Parameters
    ----------
    game : StochasticGame
    states : int array ``[C]``
    outside : array ``[S, P]``, values of the states after the block (others are not read)

    Raises
    ------
    InvalidGame
        The padded arrays would exceed 30 million numbers.
    """
    count, size = len(game.players), len(states)
    shape = tuple(max(game.stages[s].shape[i] for s in states) for i in range(count))
    cells = size * prod(shape) * (size + count)
    if cells > _CELLS:
        raise InvalidGame(
            f"a block of {size} states with up to {shape} actions needs {cells} numbers (limit {_CELLS}). "
            "Lengthen the period, or drop moves that multiply the states."
        )
    inner = np.zeros(len(game.states), bool)
    inner[states] = True
    pay, law, out = np.zeros((count, size, *shape)), np.zeros((size, *shape, size)), np.zeros((size, *shape))
    mask = tuple(np.zeros((size, n), bool) for n in shape)
    for k, s in enumerate(states):
        stage, ahead = game.stages[s], game.transitions[s]
        cut: Any = tuple(slice(n) for n in stage.shape)
        for i, n in enumerate(stage.shape):
            mask[i][k, :n] = True
            future = discount * (ahead[..., ~inner] @ outside[~inner, i])
            pay[(i, k, *cut)] = (1 - discount) * stage.payoffs[i] + future
        law[(k, *cut)], out[(k, *cut)] = ahead[..., states], ahead[..., ~inner].sum(axis=-1)
    return Block(pay, law, out, mask, discount)
