"""How far the probability of an event rests on ties: an outer interval, and an inner one that is certified again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from armsgame._checks import check_discount, check_whole
from armsgame._cost import require
from armsgame._deadline import PERIODS, ask_time
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.arithmetic.tolerance import scales
from armsgame.checkers.bayesian import verify_types
from armsgame.errors import InvalidGame, WrongConcept, close_matches
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.profiles import lower_types
from armsgame.results.bayesian_equilibria import BayesianEquilibrium
from armsgame.results.tie_range import TieRange
from armsgame.solve.bayesian.automata import as_profile
from armsgame.solve.bayesian.board import Board, Nodes, Tables
from armsgame.solve.bayesian.odds import vertex_beliefs
from armsgame.solve.bayesian.valuation import Valuation

__all__ = ["tie_range", "tied_actions"]

# a resolution is changed only where that moves the probability by more than this
_LEAST = 1e-12
# what a period of delay takes off the probability when plans are compared
_FADE = 1e-6


def tie_range(
    game: BayesianGame,
    profile: Mapping[str, object] | BayesianEquilibrium,
    *,
    discount: float,
    event: str = "notice",
    periods: int = 120,
    budget_seconds: float | None = None,
) -> TieRange:
    """Find how far the probability of an event rests on ties of a certified profile.

    Parameters
    ----------
    game : BayesianGame
    profile : mapping {party: {type: strategy}}, or an equilibrium that has such a ``profile``
    discount : float
    event : str
        An event of the game, such as ``"notice"`` or ``"withdrawn"`` on a treaty's game.
    periods : int
        The event counts if it happens within so many periods.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    TieRange

    Raises
    ------
    WrongConcept
        Not a game with private types.
    InvalidGame
        An event that the game does not know.

    Notes
    -----
    An action ties where its gain is zero at every belief that histories can produce. The outer interval takes,
    for each pair of types, the least and the greatest probability over all plans that use tied actions only. A
    resolution changes what is played, and with it what the other party gains; so resolutions towards and away from the
    event are certified again.
    """
    if not isinstance(game, BayesianGame):
        raise WrongConcept(f"tie_range is about a BayesianGame, not {type(game).__name__}.")
    delta, horizon = float(check_discount(discount)), check_whole("periods", periods, 1)
    require("tie_range", periods=horizon)
    tables = Tables.of(game)
    happens = _happens(tables, event)
    board = Board(tables, lower_types(game, profile), supports=True)
    nodes = board.nodes()
    ties = tied_actions(Valuation(nodes, delta))
    played = tuple(own > 0 for own in nodes.laws)
    open_ = (played[0] | ties[0], played[1] | ties[1])
    count = int(ties[0].sum() + ties[1].sum())
    weight = np.outer(*game.outside)
    by_types = _by_types(nodes, happens, horizon)
    curve = _mean(weight, by_types)
    shape = (horizon + 1, *weight.shape)
    if not count:
        both = np.stack([curve, curve], axis=1)
        ends = np.stack([by_types, by_types], axis=1).reshape(shape[0], 2, *shape[1:])
        return TieRange(event, curve, both, both, (), (), 0, by_types.reshape(shape), ends)
    ahead = _Ahead(nodes, happens)

    @cache
    def plans(who: tuple[int, ...]) -> _Plans:
        # a party that moves alone meets what the other plays; if both move, each meets the tied action that helps
        return ahead.plans(*(open_[i] if i in who else played[i] for i in (0, 1)))

    ends = np.stack([plans((0, 1)).best(horizon, high=high)[:, 0] for high in (False, True)], axis=1)
    outer = ends @ weight.ravel() + 0.0
    ends = ends.reshape(shape[0], 2, *shape[1:])
    reached, certified, refused = [curve], [], []
    tried = [nodes.laws]
    for high in (False, True):
        if abs(outer[-1, int(high)] - curve[-1]) <= _LEAST:
            continue
        for who in ((0, 1), (0,), (1,)):
            laws = _resolved(nodes, plans(who), horizon, who, high=high)
            if any(np.array_equal(laws[0], a) and np.array_equal(laws[1], b) for a, b in tried):
                continue
            tried.append(laws)
            after = _changed(board, nodes, laws)
            certificate = verify_types(game, as_profile(*after), discount=discount)
            told = f"ties of {'both' if len(who) > 1 else game.players[who[0]]} resolved to the "
            told += "greatest" if high else "least"
            if certificate:
                reached.append(_mean(weight, _by_types(after[1], happens, horizon)))
                certified.append(told)
            else:
                refused.append(f"{told}: {certificate.where}")
    ways = np.array(reached)
    inner = np.stack([ways.min(axis=0), ways.max(axis=0)], axis=1)
    return TieRange(event, curve, outer, inner, tuple(certified), tuple(refused), count, by_types.reshape(shape), ends)


def tied_actions(worth: Valuation) -> tuple[BoolArray, BoolArray]:
    """Actions [N, K, A] outside the profile that gain nothing and lose nothing at every belief, per party."""
    nodes = worth.nodes
    found = []
    for i in (0, 1):
        zero = (1 - worth.discount) * scales(nodes.tables.pay)[i].zero
        beliefs = vertex_beliefs(nodes, i)
        some: BoolArray = ~np.isnan(beliefs)
        gains = worth.one_shot(i)
        total = np.einsum(
            "nrm,kmna->knra", np.where(some, beliefs, 0.0), np.where(np.isfinite(gains), gains, 0.0), optimize=True
        )
        whole = np.asarray(some.all(axis=2))[None, :, :, None]
        off: FloatArray = np.where(whole, np.abs(total), 0.0).max(axis=2)
        open_ = nodes.allowed(i)[:, None, :] & (nodes.laws[i] == 0) & nodes.tables.game.tested[i][None, :, None]
        tied: BoolArray = np.asarray(open_ & (off.swapaxes(0, 1) <= zero), bool)
        # a node where no type of positive prior is left is no history
        tied[~some.any(axis=(1, 2))] = False
        found.append(tied)
    return found[0], found[1]


def _happens(tables: Tables, event: str) -> FloatArray:
    """Probability [S, A0, A1, Z] of each outcome without the event, and of the event in its stead."""
    dyn = tables.game.dynamics()
    if event not in dyn.events:
        raise InvalidGame(f"event is {event!r}. {close_matches(event, dyn.events)}")
    marked = np.asarray(dyn.events[event], bool)
    out = np.zeros_like(tables.prob)
    for s in range(len(dyn.states)):
        width = dyn.shape(s)[1]
        for row in dyn.rows(s):
            a, b = divmod(row - int(dyn.first[s]), width)
            branches = np.arange(dyn.branch[row], dyn.branch[row + 1])
            hit = branches[marked[branches]]
            if len(hit):
                out[s, a, b, tables.place[hit]] += dyn.prob[hit]
    return out


class _Ahead:
    """Probability of the event from each node on, if it is known for the nodes that may follow."""

    def __init__(self, nodes: Nodes, happens: FloatArray) -> None:
        prob, gone = nodes.tables.prob[nodes.state], happens[nodes.state]
        self.shape = prob.shape[1:3]
        self.quiet = np.ascontiguousarray((prob - gone).reshape(nodes.size, -1, prob.shape[3]))
        self.now = gone.sum(axis=3).reshape(nodes.size, -1, 1)
        self.ahead = nodes.ahead

    def step(self, later: FloatArray) -> FloatArray:
        """Probability [N, A0 A1, K] for each pair of actions, with `later` [N, K] for pairs of types."""
        return np.asarray(self.now + self.quiet @ later[self.ahead])

    def plans(self, first: BoolArray, second: BoolArray) -> _Plans:
        """All plans of open actions [N, K, A] of both parties."""
        from scipy.sparse import csr_array

        # one entry for each node, pair of types, and pair of actions that both leave open
        node, k, m, a, b = np.nonzero(first[:, :, None, :, None] & second[:, None, :, None, :])
        kinds = first.shape[1], second.shape[1]
        code = (node * kinds[0] + k) * kinds[1] + m
        acts = a * self.shape[1] + b
        entry, shown = np.nonzero(self.quiet[node, acts])
        place = self.ahead[node[entry], shown] * (kinds[0] * kinds[1]) + code[entry] % (kinds[0] * kinds[1])
        size = len(first) * kinds[0] * kinds[1]
        step = csr_array((self.quiet[node[entry], acts[entry], shown], (entry, place)), shape=(len(node), size))
        begin = np.flatnonzero(np.diff(code, prepend=-1))
        return _Plans(self, (first, second), step, self.now[node, acts, 0], begin)

    def table(self, later: FloatArray, kinds: tuple[int, int]) -> FloatArray:
        """Give what `step` gives, with axes [K0, K1, N, A0, A1]."""
        table = self.step(later).reshape(len(later), *self.shape, *kinds)
        return np.asarray(table.transpose(3, 4, 0, 1, 2))


class _Plans(NamedTuple):
    """Pairs of open actions at every node and pair of types, and what they lead to.

    Attributes
    ----------
    ahead : _Ahead
    open : per party, bool array [N, K, A]
    step : sparse [E, N K0 K1], probability of each node after each pair of actions, without the event
    now : array [E], probability of the event in the period
    begin : int array [N K0 K1], first pair of actions of each node and pair of types
    """

    ahead: _Ahead
    open: tuple[BoolArray, BoolArray]
    step: Any
    now: FloatArray
    begin: IntArray

    def best(self, periods: int, *, high: bool, fade: float = 0.0) -> FloatArray:
        """Greatest or least probability [T + 1, N, K0 K1] within t periods."""
        better = np.maximum if high else np.minimum
        found = np.zeros((periods + 1, len(self.begin)))
        for t in range(periods):
            if t % PERIODS == 0:
                ask_time(f"{t:,} of {periods:,} periods")
            found[t + 1] = (1 - fade) * better.reduceat(self.now + self.step @ found[t], self.begin)
        return found.reshape(periods + 1, len(self.open[0]), -1)


def _by_types(nodes: Nodes, happens: FloatArray, periods: int) -> FloatArray:
    """Probability [T + 1, K0 K1] of the event within t periods under the profile, for each pair of types."""
    from scipy.sparse import csr_array

    first, second = nodes.laws
    prob = nodes.tables.prob[nodes.state]
    gone = happens[nodes.state]
    law = "nka,nmb,nabz->nkmz"
    kinds = first.shape[1] * second.shape[1]
    size = nodes.size * kinds
    quiet = np.einsum(law, first, second, prob - gone, optimize=True).reshape(nodes.size, kinds, -1)
    now = np.einsum(law, first, second, gone, optimize=True).sum(axis=3).reshape(size)
    node, pair, shown = np.nonzero(quiet)
    place = (node * kinds + pair, nodes.ahead[node, shown] * kinds + pair)
    step = csr_array((quiet[node, pair, shown], place), shape=(size, size))
    later, found = np.zeros(size), np.zeros((periods + 1, kinds))
    for t in range(periods):
        if t % PERIODS == 0:
            ask_time(f"{t:,} of {periods:,} periods")
        later = now + step @ later
        found[t + 1] = later[:kinds]
    return found


def _mean(weight: FloatArray, by_types: FloatArray) -> FloatArray:
    """Probability [T + 1] over the pairs of types."""
    return np.asarray((weight.ravel() * by_types).sum(axis=1) + 0.0)


def _resolved(
    nodes: Nodes,
    plans: _Plans,
    periods: int,
    who: tuple[int, ...],
    *,
    high: bool,
) -> tuple[FloatArray, FloatArray]:
    """Laws of both parties once the ties of some are resolved towards the event or away from it."""
    game = nodes.tables.game
    laws = [nodes.laws[0].copy(), nodes.laws[1].copy()]
    meets = plans.open
    # later is a little less than sooner, so that a plan does not put off for ever what it can do until the horizon
    later = plans.best(periods, high=high, fade=_FADE)[-1]
    table = plans.ahead.table(later, (laws[0].shape[1], laws[1].shape[1]))
    pairs = meets[0].swapaxes(0, 1)[:, None, :, :, None] & meets[1].swapaxes(0, 1)[None, :, :, None, :]
    best = np.where(pairs, table, -1.0) if high else np.where(pairs, -table, -2.0)
    for i in who:
        # each type weighs the other's types by the prior
        axes = ("m", "kmna->nka") if i == 0 else ("k", "kmnb->nmb")
        worth = np.einsum(f"{axes[0]},{axes[1]}", game.prior[1 - i], best.max(axis=4 - i), optimize=True)
        worth = np.where(meets[i], worth, -np.inf)
        current = (np.where(laws[i] > 0, worth, 0.0) * laws[i]).sum(axis=2)
        better = worth.max(axis=2) > current + _LEAST
        laws[i] = np.where(better[..., None], np.eye(laws[i].shape[2])[worth.argmax(axis=2)], laws[i])
    return laws[0], laws[1]


def _changed(board: Board, nodes: Nodes, laws: tuple[FloatArray, FloatArray]) -> tuple[Board, Nodes]:
    """Board and nodes of the profile with other laws."""
    fresh = Board(board.tables, board.start, supports=True, like=board)
    fresh.nodes()
    fresh.adopt(nodes, laws)
    return fresh, fresh.nodes()
