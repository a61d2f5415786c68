"""Logit responses of agents by one recursion, last moves first, where chance alone settles what movers believe.

The value of an action is then a sum over what comes after it, so that the response at any precision
is one pass over the tree. The pass runs in decimal arithmetic with as many digits as it takes: a gap
that a high precision makes large is not lost in the rounding of floats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Decimal, localcontext
from itertools import chain
from math import log10

import numpy as np

from armsgame._typing import FloatArray
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_advice import open_belief
from armsgame.games.tree_values import order_of_moves

# digits beside those of the largest log-odds, and the change of a probability by twice the digits that settles it
_DIGITS, _SAME = 25, 1e-15
# two actions tie whose values differ by so many times the largest payoff
_TIES = 8 * float(np.finfo(np.float64).eps)
# on a path: how far a probability may move at once, and the growth of the precision where all move less
_MOVE, _GROWTH = 0.1, 0.5

# from the values of a player's actions: their probabilities, and what is kept of each
_Choice = Callable[[list[Decimal], int], tuple[list[Decimal], list[float]]]


class ChanceSettled:
    """Responses of a tree in which the nodes of every information set differ only in what chance did.

    Perfect information is such a case; `suits` says whether a game is one.
    """

    def __init__(self, game: ExtensiveGame) -> None:
        self.game = game
        self.steps = order_of_moves(game)[0]
        self.largest = np.abs(game.payoffs).max(axis=0)
        self.chances = [Decimal(p) for p in game.chances.tolist()]
        ends = zip(game.terminals.tolist(), game.payoffs.tolist(), strict=True)
        self.ends = {n: [Decimal(v) for v in own] for n, own in ends}

    @staticmethod
    def suits(game: ExtensiveGame) -> bool:
        """Whether chance alone settles all beliefs and the sets can be put in order, last moves first."""
        return open_belief(game) is None and not order_of_moves(game)[1]

    def response(self, precision: float) -> FloatArray:
        """Log-probabilities [n] of the agent logit response, every probability correct to a rounding or so."""
        size = max(precision, 1.0), max(float(self.largest.max()), 1.0)
        digits = _DIGITS + round(log10(size[0]) + log10(size[1]))
        found = self._logit(precision, digits)
        while True:
            digits *= 2
            before, found = found, self._logit(precision, digits)
            if np.abs(np.exp(found) - np.exp(before)).max(initial=0.0) <= _SAME:
                return found

    def limit(self) -> FloatArray:
        """Probabilities [n] to which responses tend as the precision grows.

        Values come near their limits exponentially fast, so the log-odds of two actions that tie in
        the limit tend to zero: all best actions are equally likely.
        """
        ties = [Decimal(_TIES * v) for v in self.largest.tolist()]

        def choose(ahead: list[Decimal], who: int) -> tuple[list[Decimal], list[float]]:
            top = max(ahead) - ties[who]
            best = [int(v >= top) for v in ahead]
            return [Decimal(b) / sum(best) for b in best], [b / sum(best) for b in best]

        return self._backwards(choose, 2 * _DIGITS)

    def path(
        self, first: float, limit: float, done: Callable[[float, FloatArray], bool]
    ) -> tuple[FloatArray, FloatArray]:
        """Precisions [K] from 0 until `done` says so or the limit is reached, and responses [K, n].

        `first` is the least step between precisions wherever no probability moves far.
        """
        ways, points = [0.0], [np.exp(self.response(0.0))]
        step = first
        while ways[-1] < limit and not done(ways[-1], points[-1]):
            t = min(ways[-1] + step, limit)
            fresh = np.exp(self.response(t))
            if np.abs(fresh - points[-1]).max(initial=0.0) > _MOVE and step > 1e-6 * t:
                step /= 2
                continue
            ways.append(t)
            points.append(fresh)
            step = min(2 * step, max(first, _GROWTH * t))
        return np.array(ways), np.array(points)

    def _logit(self, precision: float, digits: int) -> FloatArray:
        t = Decimal(precision)
        # odds of less than a unit of the last digit
        least = Decimal(-3 * digits)

        def choose(ahead: list[Decimal], _: int) -> tuple[list[Decimal], list[float]]:
            top = max(ahead)
            lifts = [t * (v - top) for v in ahead]
            odds = [v.exp() if v > least else Decimal(0) for v in lifts]
            total = sum(odds, Decimal(0))
            whole = total.ln()
            return [v / total for v in odds], [float(v - whole) for v in lifts]

        return self._backwards(choose, digits)

    def _backwards(self, choose: _Choice, digits: int) -> FloatArray:
        """Let every set choose, last moves first; what is kept of every action [n]."""
        game = self.game
        kept: list[list[float]] = [[] for _ in game.sets]
        worth = dict(self.ends)
        with localcontext() as context:
            context.prec, context.Emax, context.Emin = digits, MAX_EMAX, MIN_EMIN
            passed = self._passed()
            for step in self.steps:
                if step >= 0:
                    kids = game.children[step]
                    worth[step] = _mean([self.chances[c] for c in kids], [worth[c] for c in kids])
                    continue
                s = game.sets[~step]
                below = [[worth[c] for c in game.children[n]] for n in s.nodes]
                weights = [passed[n] for n in s.nodes]
                ahead = [_mean(weights, [[own[a][s.player]] for own in below])[0] for a in range(len(s.actions))]
                law, kept[~step] = choose(ahead, s.player)
                for node, own in zip(s.nodes, below, strict=True):
                    worth[node] = _mean(law, own)
        return np.array(list(chain.from_iterable(kept)))

    def _passed(self) -> list[Decimal]:
        """Probability of every node where all players try to get there."""
        found = [Decimal(1)]
        for node in range(1, len(self.chances)):
            found.append(found[self.game.parents[node]] * self.chances[node])
        return found


def _mean(weights: Sequence[Decimal], rows: Sequence[list[Decimal]]) -> list[Decimal]:
    """Means of rows, what has no weight left out."""
    used = [(w, row) for w, row in zip(weights, rows, strict=True) if w]
    if len(used) == 1:
        return used[0][1]
    total = sum(w for w, _ in used)
    columns = zip(*(row for _, row in used), strict=True)
    return [sum((w * v for (w, _), v in zip(used, column, strict=True)), Decimal(0)) / total for column in columns]
