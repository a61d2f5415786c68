"""Logit responses of the agents of a tree, one agent per information set: arrays in, arrays out."""

from __future__ import annotations

import numpy as np

from armsgame._typing import BoolArray, FloatArray
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_values import reach
from armsgame.solve.continuation import Field


class TreeField(Field):
    """Values of all actions, each given that its set is reached, and their derivatives.

    Everything is a sum over terminal nodes of exp(log-probabilities), so that beliefs keep their
    precision where the moves before have long become too rare for floats.

    Parameters
    ----------
    game : ExtensiveGame
        No set is ruled out by chance.
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
        self.ends = ways[ends]
        nodes = [[n for n in s.nodes if chance[n] > 0] for s in game.sets]
        flat = np.concatenate([np.array(own) for own in nodes])
        self.firsts = np.concatenate([[0], np.cumsum([len(own) for own in nodes])[:-1]])
        self.counts = np.array([len(own) for own in nodes])
        self.nodes = ways[flat]
        # beside the first node of each set: the moves they share cancel before anything is rounded
        base = np.repeat(self.firsts, self.counts)
        self.beside, self.log_nodes = self.nodes - self.nodes[base], np.log(chance[flat] / chance[flat[base]])
        self.set_of = np.repeat(np.arange(len(self.shape)), self.shape)
        owner = np.array([s.player for s in game.sets])[self.set_of]
        kept = payoffs[chance[game.terminals] > 0]
        # payoff [n, Z] of each terminal node to the owner of each action, where the action leads there
        self.worth_of = kept[:, owner].T
        self.leads = self.ends.T > 0
        # for each action and terminal node below: the node where it leads on, its place on the way, and
        # the log-probability of chance after it
        number = {n: k for k, n in enumerate(flat.tolist())}
        self.passed = np.zeros((self.size, len(ends)), dtype=np.int64)
        self.place = np.zeros((self.size, len(ends)), dtype=np.int64)
        self.chance_after = np.zeros((self.size, len(ends)))
        moves, parents = game.moves.tolist(), game.parents.tolist()
        trails: list[list[int]] = []
        for z, node in enumerate(ends.tolist()):
            # the way back from the end, in whose order log-probabilities are summed
            trail: list[int] = []
            after = 1.0
            while node > 0:
                a = moves[node]
                if a >= 0:
                    self.passed[a, z], self.place[a, z] = number[parents[node]], len(trail)
                    self.chance_after[a, z] = np.log(after)
                    trail.append(a)
                after *= float(game.chances[node])
                node = parents[node]
            trails.append(trail)
        width = max(len(trail) for trail in trails)
        self.trails = np.array([trail + [self.size] * (width - len(trail)) for trail in trails])

    def beliefs(self, b: FloatArray, kept: BoolArray | None = None) -> tuple[FloatArray, FloatArray]:
        """Belief of every possible node of every set, and its logarithm.

        `kept` leaves out nodes that are infinitely less likely than others of their set.
        """
        logs = self.beside @ b + self.log_nodes
        if kept is not None:
            logs = np.where(kept, logs, -np.inf)
        logs = logs - np.repeat(np.maximum.reduceat(logs, self.firsts), self.counts)
        totals = np.add.reduceat(np.exp(logs), self.firsts)
        logs = logs - np.repeat(np.log(totals), self.counts)
        return np.exp(logs), logs

    def action_values(
        self, b: FloatArray, used: BoolArray | None = None, kept: BoolArray | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Value [n] of every action at log-probabilities b [n], and the derivative [n, n] by b.

        With `used` [n] and `kept` in the limit where only used actions are played and only kept nodes
        believed: other actions tremble, and their b say how often beside each other.
        """
        weight, belief = self._weights(b, used, kept)
        worth = weight.sum(axis=1)
        before = np.add.reduceat(belief[:, None] * self.nodes, self.firsts, axis=0)
        slope = weight @ self.ends - worth[:, None] * before[self.set_of]
        slope[np.diag_indices(self.size)] -= worth
        return worth, slope

    def _weights(
        self, b: FloatArray, used: BoolArray | None = None, kept: BoolArray | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Payoff times probability [n, Z] of every terminal node after every action, and beliefs."""
        belief, logs = self.beliefs(b, kept)
        leads = self.leads
        if used is not None and kept is not None:
            # no unused action comes after this one
            later = self._after(np.where(used, 0.0, 1.0))
            leads = leads & kept[self.passed] & (later == 0)
        lift = logs[self.passed] + self._after(b) + self.chance_after
        return np.exp(np.where(leads, lift, -np.inf)) * self.worth_of, belief

    def _after(self, b: FloatArray) -> FloatArray:
        """Sum [n, Z] of b over the moves after an action on the way to each terminal node."""
        along = np.append(b, 0.0)[self.trails]
        sums = np.cumsum(along, axis=1) - along
        return np.asarray(sums[np.arange(len(sums)), self.place])

    def magnitude(self, b: FloatArray) -> FloatArray:
        """Bound [n], in units of rounding, on the error of every value less the best of its set."""
        size = np.abs(b)
        seen = np.abs(self.beside) @ size + np.abs(self.log_nodes) + 1.0
        # a belief moves only as far as other nodes are believed
        belief = self.beliefs(b)[0]
        mean = np.repeat(np.add.reduceat(belief * seen, self.firsts), self.counts)
        seen = (1 - belief) * seen + mean - belief * seen
        weight = self._weights(b)[0]
        # a payoff that surely follows is not rounded
        sure = weight == self.worth_of
        units = np.where(sure, 0.0, 1.0) + seen[self.passed] + self._after(size) - self.chance_after
        rounded = np.abs(weight) * units
        worth = weight.sum(axis=1)
        return np.asarray(rounded.sum(axis=1) + np.maximum.reduceat(worth, self.starts[:-1])[self.set_of] - worth)
