"""Wars of attrition: types that wait for each other to leave, with a hazard for each period of silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from armsgame._typing import BoolArray, FloatArray
from armsgame.solve.bayesian.board import Board, Nodes, Tables, leading
from armsgame.solve.bayesian.mixing import Mix
from armsgame.solve.bayesian.policy_iteration import answer
from armsgame.solve.bayesian.valuation import Valuation

__all__ = ["wars_of_attrition"]

# hazards that are solved for at once
_SOLVED = 160
# silent periods after which whoever wants to leave has left
_LONGEST = 300
# half rounds in which pure moves answer, and the gain from which on they do, in units of the payoff range
_ANSWERS = 16
_CHANGE = 1e-9
# times that plans which lead to the same beliefs are made alike
_ALIKE = 2
# beyond so many periods only the number that the prior suggests is tried
_MANY = 40
# a hazard of the last period but one that is still inside (0, 1)
_LATE = 0.9


def wars_of_attrition(
    board: Board, nodes: Nodes, passed: Sequence[Nodes], discount: float, free: tuple[BoolArray, BoolArray]
) -> Iterator[tuple[str, Board, Nodes]]:
    """Profiles in which some types of both parties leave with a hazard that depends on how long it was silent.

    Each silent period makes it likelier that the other never leaves. So the hazard that keeps the other indifferent
    rises, until whoever is left leaves for sure. A node counts the silent periods, and the number of hazards
    follows from the prior: what is mixed is finite, and solved for at once.

    Parameters
    ----------
    nodes : Nodes
        A profile on the board; it says what is played elsewhere at first.
    passed : sequence of Nodes
        Profiles that say which types sometimes wait in the first state, and sometimes leave it for good.

    References
    ----------
    Maynard Smith (1974); Fudenberg and Tirole (1986), *Econometrica* 54, for a war in which some never leave.
    """
    war = _War.of(board, passed, discount, free)
    if war is None:
        return
    calm = war.leave_at_once(nodes)
    shares = war.lost(calm)
    if shares is None:
        return
    hazards = war.hazards(shares)
    if hazards is None:
        return
    most = len(hazards[0]) - 1
    for periods in (most, most - 1, most + 1) if most <= _MANY else (most,):
        for board, nodes in war.mixed(calm, hazards, periods) if periods > 0 else ():
            yield f"war of attrition over {periods} periods", board, nodes


@dataclass(slots=True, eq=False)
class _War:
    """Who waits, and how it waits and leaves.

    Attributes
    ----------
    who : per party, list of types that wait
    acts : mapping (party, type) -> (action that waits, action that leaves)
    """

    board: Board
    discount: float
    free: tuple[BoolArray, BoolArray]
    who: tuple[list[int], list[int]]
    acts: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, board: Board, passed: Sequence[Nodes], discount: float, free: tuple[BoolArray, BoolArray]
    ) -> _War | None:
        """Types that some profiles make wait and others make leave; None unless both parties have one."""
        game, war = board.tables.game, cls(board, discount, free, ([], []))
        if not board.supports:
            return None
        for i in (0, 1):
            gone = _leaving(board.tables, i)
            used = np.any([own.laws[i][0] > 0 for own in passed], axis=0)
            for k in np.flatnonzero(free[i] & (game.prior[i] > 0)).tolist():
                waits, leaves = np.flatnonzero(used[k] & ~gone), np.flatnonzero(used[k] & gone)
                if len(waits) and len(leaves):
                    war.who[i].append(k)
                    war.acts[i, k] = int(waits[-1]), int(leaves[-1])
        return war if all(war.who) else None

    def leave_at_once(self, nodes: Nodes) -> Board:
        """Let whoever waits leave instead, and everybody answer elsewhere."""
        board = Board(self.board.tables, self.board.start, supports=True, like=self.board)
        board.adopt(nodes, nodes.laws)
        self._settle(board, 1.0)
        return board

    def _settle(self, board: Board, hazard: float | None = None) -> Nodes:
        """Let pure moves answer, except where types wait; there they leave with a hazard, if one is given."""
        spread = [float(np.ptp(own)) or 1.0 for own in board.tables.pay]
        nodes, quiet = board.nodes(), 0
        for step in range(_ANSWERS):
            i = step % 2
            if hazard is not None:
                for (j, k), act in self.acts.items():
                    board.table[j][nodes.code[self._open(nodes)], k] = _between(act, hazard, nodes.laws[j].shape[2])
                nodes = board.nodes()
            fixed = np.zeros((nodes.size, len(self.free[i])), bool)
            fixed[np.ix_(self._open(nodes), np.array(self.who[i]))] = True
            pure = (nodes.laws[i].max(axis=2) == 1) & self.free[i] & ~fixed
            changed = answer(board, Valuation(nodes, self.discount), i, _CHANGE * spread[i], pure).any()
            quiet = 0 if changed else quiet + 1
            if changed:
                nodes = board.nodes()
            if quiet == 2:
                break
        return nodes

    @staticmethod
    def _open(nodes: Nodes) -> BoolArray:
        """Nodes in the first state at which nobody is excluded."""
        here = nodes.state == nodes.state[0]
        for left in nodes.left:
            here &= (left == left[0]).all(axis=1)
        return np.asarray(here)

    def lost(self, board: Board) -> tuple[float, float] | None:
        """Probability with which each party has to leave in a period, so that the other does not mind waiting."""
        worth, shares = Valuation(board.nodes(), self.discount), [0.0, 0.0]
        prior = board.tables.game.prior
        for i in (0, 1):
            kind = self.who[i][0]
            gain = worth.one_shot(i)[kind, :, 0, self.acts[i, kind][0]]
            other = np.isin(np.arange(len(gain)), self.who[1 - i])
            rest = prior[1 - i] * ~other
            if not rest.any():
                return None
            win = np.average(gain[other], weights=prior[1 - i][other])
            lose = np.average(gain, weights=rest)
            if not lose < 0 < win:
                return None
            shares[1 - i] = float(-lose / (win - lose))
        return shares[0], shares[1]

    def hazards(self, shares: tuple[float, float]) -> tuple[list[float], list[float]] | None:
        """Hazard of each party in each period, up to 1 in the last one.

        None where that takes too long, or where one party would have left for sure before the other has: the one that
        is left would not wait for it, so both do not leave in the same periods.
        """
        ways = []
        for i, share in enumerate(shares):
            own = [float(self.board.tables.game.prior[i][self.who[i]].sum())]
            while own[-1] > share and len(own) <= _LONGEST:
                own.append((own[-1] - share) / (1 - share))
            if len(own) > _LONGEST:
                return None
            ways.append(own)
        if len(ways[0]) != len(ways[1]):
            return None
        return _hazards(ways[0]), _hazards(ways[1])

    def mixed(
        self, calm: Board, hazards: tuple[list[float], list[float]], periods: int
    ) -> Iterator[tuple[Board, Nodes]]:
        """Solve for the hazards of so many periods, with pure answers elsewhere."""
        board = Board(calm.tables, calm.start, supports=True, quiet=periods + 1)
        board.play_like(calm)
        mix = Mix(board, self.discount, self.free, most=2 * len(self.acts) * (periods + 1))
        first = board.tables.dynamics.start
        alike: dict[int, list[int]] = {}
        for place in np.flatnonzero(board.base[:, 0] == first).tolist():
            alike.setdefault(int(board.base[place, -1]), []).append(board.open_code(place))
        for count, codes in alike.items():
            for (i, k), act in self.acts.items():
                own = hazards[i]
                hazard = 1.0 if count >= periods else own[count] if count < len(own) - 1 else _LATE
                board.table[i][codes, k] = _between(act, hazard, board.table[i].shape[2])
                if 0 < hazard < 1:
                    mix.join((i, codes[0], k), list(act), float(np.log(hazard / (1 - hazard))))
        # the first guess is right where what waiting brings and costs does not depend on the period
        yield board, board.nodes()
        if len(mix.odds) > _SOLVED:
            return
        mix.make_indifferent()
        yield board, board.nodes()
        # plans that differ, and yet come with the same beliefs, play the same
        nodes = board.nodes()
        for _ in range(_ALIKE):
            for codes in alike.values():
                for i, k in self.acts:
                    board.table[i][codes, k] = board.table[i][codes[0], k]
            nodes = self._settle(board)
        yield board, nodes


def _leaving(tables: Tables, i: int) -> BoolArray:
    """Actions of party i in the first state after which play does not come back to it."""
    first = tables.dynamics.start
    back = leading(tables, first)[np.maximum(tables.target[first], 0)]
    return np.asarray(tables.opens[i][first] @ back <= 0)


def _between(act: tuple[int, int], hazard: float, count: int) -> FloatArray:
    law = np.zeros(count)
    law[list(act)] = 1 - hazard, hazard
    return law


def _hazards(beliefs: list[float]) -> list[float]:
    """Hazards that turn each belief that a party will leave one day into the next one, if it stays silent."""
    ahead = [*beliefs[1:], 0.0]
    return [(now - then) / (now * (1 - then)) for now, then in zip(beliefs, ahead, strict=True)]
