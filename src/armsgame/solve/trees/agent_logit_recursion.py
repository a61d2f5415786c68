"""Logit responses of agents by one recursion, last moves first, where chance alone settles what movers believe.

The value of an action is then a sum over what comes after it, so that the response at any precision
is one pass over the tree. The pass runs in decimal arithmetic with as many digits as it takes: a gap
that a high precision makes large is not lost in the rounding of floats. Every value carries a bound on
its own error, so that a pass says itself whether its digits were enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Decimal, localcontext
from itertools import chain
from math import log1p, log10, prod
from operator import mul

import numpy as np

from armsgame._deadline import time_left
from armsgame._typing import FloatArray
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_advice import open_belief
from armsgame.games.tree_values import order_of_moves

# digits beside those of the largest log-odds, and the error of a probability that is small enough
_DIGITS, _SAME = 25, 1e-15
# two actions tie whose values differ by so many times the largest payoff
_TIES = 8 * float(np.finfo(np.float64).eps)
# on a path: how far a probability may move at once, and the growth of the precision where all move less
_MOVE, _GROWTH = 0.1, 0.5

# from the values of a player's actions and a bound on their errors: probabilities, what is kept of each, and a bound
# on the errors of probabilities in parts of themselves
_Choice = Callable[[list[Decimal], int, Decimal], tuple[list[Decimal], list[float], Decimal]]
_NONE, _ONE = Decimal(0), Decimal(1)


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
        # weights of the nodes of a set are what chance did where all players try to get there
        self.ways = {n: self._drawn(n) for s in game.sets if len(s.nodes) > 1 for n in s.nodes}
        depth = [0]
        for parent in game.parents[1:].tolist():
            depth.append(depth[parent] + 1)
        # a mean of so many terms, by weights that are products along a path, is off by so many units of rounding
        terms = max(chain(map(len, game.children), (len(s.nodes) for s in game.sets)))
        self.slip = Decimal(4 * (terms + max(depth) + 1)) * Decimal(float(self.largest.max(initial=0.0)))

    @staticmethod
    def suits(game: ExtensiveGame) -> bool:
        """Whether chance alone settles all beliefs and the sets can be put in order, last moves first."""
        return open_belief(game) is None and not order_of_moves(game)[1]

    def response(self, precision: float) -> FloatArray:
        """Log-probabilities [n] of the agent logit response, every probability correct to a rounding or so."""
        size = max(precision, 1.0), max(float(self.largest.max()), 1.0)
        digits = _DIGITS + round(log10(size[0]) + log10(size[1]))
        while True:
            found, error = self._logit(precision, digits)
            if error <= _SAME:
                return found
            digits *= 2

    def limit(self) -> FloatArray:
        """Probabilities [n] to which responses tend as the precision grows.

        Values come near their limits exponentially fast, so the log-odds of two actions that tie in
        the limit tend to zero: all best actions are equally likely.
        """
        ties = [Decimal(_TIES * v) for v in self.largest.tolist()]

        def choose(ahead: list[Decimal], who: int, _: Decimal) -> tuple[list[Decimal], list[float], Decimal]:
            top = max(ahead) - ties[who]
            best = [int(v >= top) for v in ahead]
            return [Decimal(b) / sum(best) for b in best], [b / sum(best) for b in best], _NONE

        return self._backwards(choose, 2 * _DIGITS)

    def path(
        self, first: float, limit: float, done: Callable[[float, FloatArray], bool]
    ) -> tuple[FloatArray, FloatArray]:
        """Precisions [K] from 0 until `done` says so, at the limit or when the time is over, and responses [K, n].

        `first` is the least step between precisions wherever no probability moves far.
        """
        ways, points = [0.0], [np.exp(self.response(0.0))]
        step = first
        while ways[-1] < limit and not done(ways[-1], points[-1]) and time_left():
            t = min(ways[-1] + step, limit)
            fresh = np.exp(self.response(t))
            if np.abs(fresh - points[-1]).max(initial=0.0) > _MOVE and step > 1e-6 * t:
                step /= 2
                continue
            ways.append(t)
            points.append(fresh)
            step = min(2 * step, max(first, _GROWTH * t))
        return np.array(ways), np.array(points)

    def _logit(self, precision: float, digits: int) -> tuple[FloatArray, Decimal]:
        """Log-probabilities [n] from a pass with so many digits, and a bound on the error of any probability."""
        t, worst = Decimal(precision), _NONE
        # odds of less than a unit of the last digit
        least = Decimal(-3 * digits)
        rounding = _unit(digits)

        def choose(ahead: list[Decimal], _: int, blur: Decimal) -> tuple[list[Decimal], list[float], Decimal]:
            nonlocal worst
            top = max(ahead)
            lifts = [t * (v - top) for v in ahead]
            odds = [_ONE if not v else v.exp() if v > least else _NONE for v in lifts]
            total = sum(odds, _NONE)
            # as floats, in which both parts have one sign
            whole = log1p(float(total - 1))
            # log-odds above the least lose two units in parts of themselves, a sum and a quotient the rest
            sway = 3 * (2 * t * blur + (6 * digits + len(odds) + 8) * rounding)
            worst = max(worst, sway)
            return [v / total for v in odds], [float(v) - whole for v in lifts], sway

        return self._backwards(choose, digits), worst

    def _backwards(self, choose: _Choice, digits: int) -> FloatArray:
        """Let every set choose, last moves first; what is kept of every action [n]."""
        game = self.game
        kept: list[list[float]] = [[] for _ in game.sets]
        worth, blur = dict(self.ends), dict.fromkeys(self.ends, _NONE)
        with localcontext() as context:
            context.prec, context.Emax, context.Emin = digits, MAX_EMAX, MIN_EMIN
            slip = self.slip * _unit(digits)
            for step in self.steps:
                if step >= 0:
                    kids = game.children[step]
                    worth[step] = _mean([self.chances[c] for c in kids], [worth[c] for c in kids])
                    blur[step] = max(blur[c] for c in kids) + slip
                    continue
                s = game.sets[~step]
                below = [[worth[c] for c in game.children[n]] for n in s.nodes]
                blurs = [max(map(blur.__getitem__, game.children[n])) + slip for n in s.nodes]
                if len(below) == 1:
                    ahead = [own[s.player] for own in below[0]]
                else:
                    weights = [prod(self.ways[n], start=_ONE) for n in s.nodes]
                    ahead = _mean(weights, [[row[s.player] for row in own] for own in below])
                law, kept[~step], sway = choose(ahead, s.player, max(blurs))
                for node, own, off in zip(s.nodes, below, blurs, strict=True):
                    columns = list(zip(*own, strict=True))
                    # probabilities add up to one but for rounding
                    worth[node] = [sum(map(mul, law, column), _NONE) for column in columns]
                    # those that are off matter as far as what they lead to differs
                    blur[node] = off + sway * _spread(law, columns, worth[node]) if sway else off
        return np.array(list(chain.from_iterable(kept)))

    def _drawn(self, node: int) -> list[Decimal]:
        """List what chance decides on the way to a node, where it is not certain."""
        found = []
        while node > 0:
            if self.chances[node] != _ONE:
                found.append(self.chances[node])
            node = self.game.parents[node]
        return found


def _mean(weights: Sequence[Decimal], rows: Sequence[list[Decimal]]) -> list[Decimal]:
    """Mean of rows, what has no weight left out."""
    used = [(w, row) for w, row in zip(weights, rows, strict=True) if w]
    if len(used) == 1:
        return used[0][1]
    total = sum(w for w, _ in used)
    columns = zip(*(row for _, row in used), strict=True)
    return [sum((w * v for (w, _), v in zip(used, column, strict=True)), Decimal(0)) / total for column in columns]


def _spread(weights: Sequence[Decimal], columns: Sequence[Sequence[Decimal]], means: Sequence[Decimal]) -> Decimal:
    """Mean distance to the mean, in the column where it is largest."""
    off = ([abs(v - m) for v in column] for column, m in zip(columns, means, strict=True))
    return max(sum(map(mul, weights, own), _NONE) for own in off)


def _unit(digits: int) -> Decimal:
    """Error of one operation, in parts of what it gives."""
    return _ONE.scaleb(1 - digits)
