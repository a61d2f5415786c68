"""Logit responses of the agents of a tree, one agent per information set: arrays in, arrays out."""

from __future__ import annotations

import numpy as np

from armsgame._typing import BoolArray, FloatArray
from armsgame.errors import InvalidGame
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_values import reach
from armsgame.solve.homotopy import Field

__all__ = ["TreeField"]


class TreeField(Field):
    """Values of all actions, each given that its set is reached, and their derivatives.

    Everything is a sum over terminal nodes of exp(log-probabilities), so that beliefs keep their
    precision where the moves before have long become too rare for floats.

    Parameters
    ----------
    game : ExtensiveGame
    payoffs : array [Z, P]
        Scaled so that differences are of order one.
    """

    def __init__(self, game: ExtensiveGame, payoffs: FloatArray) -> None:
        self.shape = game.sizes
        self.starts = game.starts
        self.size = int(game.starts[-1])
        chance = reach(game, np.asarray(game.chances))
        ways = np.zeros((len(game.parents), self.size))
        for node in range(1, len(ways)):
            ways[node] = ways[game.parents[node]]
            if game.moves[node] >= 0:
                ways[node, game.moves[node]] += 1.0
        self.live = chance > 0
        ends = game.terminals[chance[game.terminals] > 0]
        self.ends, self.log_ends = ways[ends], np.log(chance[ends])
        nodes = [[n for n in s.nodes if chance[n] > 0] for s in game.sets]
        for s, own in zip(game.sets, nodes, strict=True):
            if not own:
                raise InvalidGame(
                    f"chance rules out {game.players[s.player]} at {s.label!r}: no belief there is a limit of logit "
                    "responses. Leave out the branch with probability 0."
                )
        flat = np.concatenate([np.array(own) for own in nodes])
        self.nodes, self.log_nodes = ways[flat], np.log(chance[flat])
        self.firsts = np.concatenate([[0], np.cumsum([len(own) for own in nodes])[:-1]])
        self.counts = np.array([len(own) for own in nodes])
        self.set_of = np.repeat(np.arange(len(self.shape)), self.shape)
        owner = np.array([s.player for s in game.sets])[self.set_of]
        kept = payoffs[chance[game.terminals] > 0]
        # payoff [n, Z] of each terminal node to the owner of each action, where the action leads there
        self.worth_of = kept[:, owner].T
        self.leads = self.ends.T > 0
        # number, among the possible nodes of all sets, of the one where an action leads on to each terminal node
        number = {n: k for k, n in enumerate(flat.tolist())}
        self.passed = np.zeros((self.size, len(ends)), dtype=np.int64)
        for z, node in enumerate(ends.tolist()):
            while node > 0:
                if game.moves[node] >= 0:
                    self.passed[game.moves[node], z] = number[int(game.parents[node])]
                node = int(game.parents[node])

    def beliefs(self, b: FloatArray, kept: BoolArray | None = None) -> tuple[FloatArray, FloatArray]:
        """Belief of every possible node of every set, and the log-probability of the sets [H].

        `kept` leaves out nodes that are infinitely less likely than others of their set.
        """
        logs = self.nodes @ b + self.log_nodes
        if kept is not None:
            logs = np.where(kept, logs, -np.inf)
        tops = np.maximum.reduceat(logs, self.firsts)
        odds = np.exp(logs - np.repeat(tops, self.counts))
        totals = np.add.reduceat(odds, self.firsts)
        return odds / np.repeat(totals, self.counts), tops + np.log(totals)

    def action_values(
        self, b: FloatArray, used: BoolArray | None = None, kept: BoolArray | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Value [n] of every action at log-probabilities b [n], and the derivative [n, n] by b.

        With `used` [n] and `kept` in the limit where only used actions are played and only kept nodes
        believed: other actions tremble, and their b say how often beside each other.
        """
        belief, log_set = self.beliefs(b, kept)
        leads = self.leads
        if used is not None and kept is not None:
            off = (~used).astype(np.float64)
            later = (self.ends @ off)[None] - (self.nodes @ off)[self.passed] - off[:, None]
            leads = leads & kept[self.passed] & (later == 0)
        lift = (self.ends @ b + self.log_ends)[None] - (b + log_set[self.set_of])[:, None]
        weight = np.exp(np.where(leads, lift, -np.inf)) * self.worth_of
        worth = weight.sum(axis=1)
        before = np.add.reduceat(belief[:, None] * self.nodes, self.firsts, axis=0)
        slope = weight @ self.ends - worth[:, None] * before[self.set_of]
        slope[np.diag_indices(self.size)] -= worth
        return worth, slope

    def system(self, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """F [n] and its derivative [n, n+1] at y = (b, t)."""
        b, t = y[:-1], float(y[-1])
        worth, slope = self.action_values(b)
        lift = t * worth
        tops = np.maximum.reduceat(lift, self.starts[:-1])
        odds = np.exp(lift - tops[self.set_of])
        totals = np.add.reduceat(odds, self.starts[:-1])
        p = odds / totals[self.set_of]
        value = b - (lift - tops[self.set_of] - np.log(totals)[self.set_of])
        jacobian = np.empty((self.size, self.size + 1))
        mean = np.add.reduceat(p[:, None] * slope, self.starts[:-1], axis=0)
        jacobian[:, :-1] = np.eye(self.size) - t * (slope - mean[self.set_of])
        jacobian[:, -1] = np.add.reduceat(p * worth, self.starts[:-1])[self.set_of] - worth
        return value, jacobian
