"""How far the probability of an event rests on ties: an outer interval, and an inner one that is certified again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from armsgame._checks import check_discount, check_whole
from armsgame._typing import BoolArray, FloatArray
from armsgame.arithmetic.tolerance import scales
from armsgame.checkers.bayesian import verify_types
from armsgame.errors import InvalidGame, WrongConcept, close_matches
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.profiles import lower_types
from armsgame.results.tie_range import TieRange
from armsgame.solve.bayesian.automata import as_profile
from armsgame.solve.bayesian.board import Board, Nodes, Tables
from armsgame.solve.bayesian.odds import vertex_beliefs
from armsgame.solve.bayesian.valuation import Valuation

__all__ = ["tie_range", "tied_actions"]

# a resolution is changed only where that moves the probability by more than this
_LEAST = 1e-12


def tie_range(
    game: BayesianGame,
    profile: Mapping[str, Any],
    *,
    discount: float,
    event: str = "notice",
    periods: int = 120,
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
    tables = Tables.of(game)
    happens = _happens(tables, event)
    board = Board(tables, lower_types(game, profile), supports=True)
    nodes = board.nodes()
    ties = tied_actions(Valuation(nodes, delta))
    played = tuple(own > 0 for own in nodes.laws)
    open_ = (played[0] | ties[0], played[1] | ties[1])
    weight = np.outer(*game.outside)
    value = _mean(weight, _played(nodes, happens, horizon))
    outer = [_mean(weight, _extreme(nodes, open_, happens, horizon, high=high)[:, :, 0]) for high in (False, True)]
    ends, refused = [value, value], ["", ""]
    for side, high in enumerate((False, True)):
        if abs(outer[side] - value) <= _LEAST:
            continue
        for who in ((0, 1), (0,), (1,)):
            reached, fault = _resolved(board, nodes, open_, happens, horizon, who, high=high, discount=delta)
            better = reached > ends[side] if high else reached < ends[side]
            if fault:
                refused[side] = refused[side] or fault
            elif better:
                ends[side] = reached
        if abs(ends[side] - outer[side]) <= 1e-9:
            refused[side] = ""
    count = int(ties[0].sum() + ties[1].sum())
    return TieRange(event, horizon, value, (outer[0], outer[1]), (ends[0], ends[1]), (refused[0], refused[1]), count)


def tied_actions(worth: Valuation) -> tuple[BoolArray, BoolArray]:
    """Actions [N, K, A] outside the profile that gain nothing and lose nothing at every belief, per party."""
    nodes = worth.nodes
    found = []
    for i in (0, 1):
        zero = (1 - worth.discount) * scales(nodes.tables.pay)[i].zero
        beliefs = vertex_beliefs(nodes, i)
        some = ~np.isnan(beliefs)
        gains = worth.one_shot(i)
        total = np.einsum(
            "nrm,kmna->knra", np.where(some, beliefs, 0.0), np.where(np.isfinite(gains), gains, 0.0), optimize=True
        )
        off = np.where(some.all(axis=2)[None, :, :, None], np.abs(total), 0.0).max(axis=2)
        tied = (off.swapaxes(0, 1) <= zero) & nodes.allowed(i)[:, None, :] & (nodes.laws[i] == 0)
        tied &= nodes.tables.game.tested[i][None, :, None]
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


def _step(nodes: Nodes, happens: FloatArray, later: FloatArray) -> FloatArray:
    """Probability [.., N, A0, A1] of the event from now on, if it has probability `later` [.., N] afterwards."""
    quiet = nodes.tables.prob[nodes.state] - happens[nodes.state]
    now = happens[nodes.state].sum(axis=3)
    return np.asarray(now + np.einsum("nabz,kmnz->kmnab", quiet, later[..., nodes.ahead], optimize=True))


def _played(nodes: Nodes, happens: FloatArray, periods: int) -> FloatArray:
    """Probability [K0, K1] of the event within some periods under the profile."""
    return np.asarray(_history(nodes, happens, periods)[:, :, 0])


def _history(nodes: Nodes, happens: FloatArray, periods: int) -> FloatArray:
    first, second = nodes.laws
    prob = nodes.tables.prob[nodes.state]
    gone = happens[nodes.state]
    law = "nka,nmb,nabz->kmnz"
    quiet = np.einsum(law, first, second, prob - gone, optimize=True)
    now = np.einsum(law, first, second, gone, optimize=True).sum(axis=3)
    later = np.zeros_like(now)
    for _ in range(periods):
        later = now + (quiet * later[:, :, nodes.ahead]).sum(axis=3)
    return np.asarray(later)


def _extreme(
    nodes: Nodes, open_: tuple[BoolArray, BoolArray], happens: FloatArray, periods: int, *, high: bool
) -> FloatArray:
    """Greatest or least probability [K0, K1, N] of the event over plans of open actions, for each pair of types."""
    pairs = open_[0].swapaxes(0, 1)[:, None, :, :, None] & open_[1].swapaxes(0, 1)[None, :, :, None, :]
    k, m = pairs.shape[:2]
    later = np.zeros((k, m, nodes.size))
    for _ in range(periods):
        table = _step(nodes, happens, later)
        later = np.where(pairs, table, -1.0).max(axis=(3, 4)) if high else np.where(pairs, table, 2.0).min(axis=(3, 4))
    return later


def _mean(weight: FloatArray, value: FloatArray) -> float:
    return float((weight * value).sum() + 0.0)


def _resolved(
    board: Board,
    nodes: Nodes,
    open_: tuple[BoolArray, BoolArray],
    happens: FloatArray,
    periods: int,
    who: tuple[int, ...],
    *,
    high: bool,
    discount: float,
) -> tuple[float, str]:
    """Probability of the event once ties are resolved one way, and who breaks that; empty where nobody does."""
    game = board.tables.game
    laws = [nodes.laws[0].copy(), nodes.laws[1].copy()]
    # a party that moves alone meets what the other plays; if both move, each meets the other's tied action that helps
    meets = [open_[i] if i in who else nodes.laws[i] > 0 for i in (0, 1)]
    later = _extreme(nodes, (meets[0], meets[1]), happens, periods, high=high)
    table = _step(nodes, happens, later)
    pairs = meets[0].swapaxes(0, 1)[:, None, :, :, None] & meets[1].swapaxes(0, 1)[None, :, :, None, :]
    best = np.where(pairs, table, -1.0) if high else np.where(pairs, -table, -2.0)
    for i in who:
        # each type weighs the other's types by the prior
        axes = ("m", "kmna->nka") if i == 0 else ("k", "kmnb->nmb")
        worth = np.einsum(f"{axes[0]},{axes[1]}", game.prior[1 - i], best.max(axis=4 - i), optimize=True)
        worth = np.where(open_[i], worth, -np.inf)
        current = (np.where(laws[i] > 0, worth, 0.0) * laws[i]).sum(axis=2)
        better = worth.max(axis=2) > current + _LEAST
        laws[i] = np.where(better[..., None], np.eye(laws[i].shape[2])[worth.argmax(axis=2)], laws[i])
    fresh = Board(board.tables, board.start, supports=True)
    fresh.nodes()
    fresh.adopt(nodes, (laws[0], laws[1]))
    after = fresh.nodes()
    certificate = verify_types(game, as_profile(fresh, after), discount=discount)
    reached = _mean(np.outer(*game.outside), _played(after, happens, periods))
    return reached, "" if certificate else str(certificate.where)
