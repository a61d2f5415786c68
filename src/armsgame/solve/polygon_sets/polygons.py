"""Payoff sets of two-player stochastic games with perfect monitoring, state by state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from armsgame._checks import index_of
from armsgame._shown import Value
from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame, NotSolved
from armsgame.games.stochastic import StochasticGame
from armsgame.results.payoff_set import Generator, PayoffSet

_CONCEPT = "pure-strategy subgame-perfect equilibria, perfect monitoring, public randomisation, from state "
# on payoffs scaled to [0, 1]
_EPS, _MERGE, _FLOOR, _CERTIFIED = 1e-13, 2e-9, 2e-14, 1e-7
# vertices per polygon, tried in turn: most games need few
_ROOM = (384, 3072)


@dataclass(frozen=True, slots=True)
class PolygonOperator(Value):
    """Polygons iterated by the operator of Abreu, Pearce and Stacchetti on every state.

    Parameters
    ----------
    tolerance : float
        Distance from the limit at which iteration stops, relative to the range of payoffs.
    max_iter : int
    """

    tolerance: float = 1e-10
    max_iter: int = 100_000


@dataclass(frozen=True, slots=True)
class _Arrays:
    """A game as arrays: payoffs [2, n] in units of the range, distinct rows [R, S], and their places."""

    payoffs: FloatArray
    rows: FloatArray
    row_of: IntArray
    first: IntArray
    size: IntArray
    own: IntArray
    low: float
    span: float

    @classmethod
    def of(cls, game: StochasticGame) -> _Arrays:
        flat = np.concatenate([s.payoffs.reshape(2, -1) for s in game.stages], axis=1)
        low = float(flat.min())
        span = float(np.ptp(flat)) or 1.0
        law = np.concatenate([t.reshape(-1, len(game.states)) for t in game.transitions])
        # by their bytes: NumPy's order of rows takes as long as a small game; zeros have one sign
        places: dict[bytes, int] = {}
        place = np.array([places.setdefault(row.tobytes(), len(places)) for row in law + 0.0])
        rows = np.frombuffer(b"".join(places), dtype=np.float64).reshape(len(places), -1).copy()
        own = np.array([s.shape for s in game.stages], dtype=np.int64)
        size = own.prod(axis=1)
        first = np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int64)
        return cls((flat - low) / span, rows, place.astype(np.int64), first, size, own, low, span)


def stochastic_payoff_set(
    game: StochasticGame, *, discount: float, method: PolygonOperator | None = None, throw: bool = True
) -> dict[str, PayoffSet]:
    """Payoffs of all pure-strategy subgame-perfect equilibria from each state.

    Parameters
    ----------
    game : StochasticGame
        Two players, ``observed="actions"``, without signals.
    discount : float
        Per period, 0 < discount < 1.
    method : PolygonOperator, optional
    throw : bool
        Raise where iteration did not converge; else ``details["converged"]`` is false.

    Returns
    -------
    dict from state label to PayoffSet
        All empty where some state has no pure equilibrium, because threats then fail everywhere it
        can be reached. `inner` holds the values of the automata that the generators describe.

    Raises
    ------
    NotSolved
        Not converged within max_iter.
    InvalidGame
        The polygons outgrew their room; the number of profiles is named.

    Notes
    -----
    From the feasible box in every state: W'(s) is the hull over profiles of (1-d) g + d (E(s, a)
    cut to what the best deviation demands), E the expected set over next states as a Minkowski sum,
    computed once per distinct transition row. A deviation changes payoff and transition both
    (Abreu, Brooks and Sannikov 2020; Abreu, Pearce and Stacchetti 1990).
    """
    from armsgame._kernels.self_generation import certify, spread
    from armsgame._kernels.state_polygons import payoff_sets

    how = PolygonOperator() if method is None else method
    arrays = _Arrays.of(game)
    tol = max(how.tolerance * min(1.0, (1 - discount) / discount), _FLOOR)
    place = (arrays.first, arrays.size, arrays.own)
    iterate = payoff_sets
    for cap in _ROOM:
        points, who, ahead, start, rounds, step, full = iterate(
            arrays.payoffs, arrays.rows, arrays.row_of, *place, discount, _EPS, _MERGE, tol, how.max_iter, cap
        )
        if not full:
            break
    else:
        raise InvalidGame(
            f"a polygon of this game ({int(arrays.size.sum())} action profiles) outgrew {cap} vertices; scale the "
            "payoffs to about 1, or raise method=PolygonOperator(tolerance=...)."
        )
    values, gap = None, np.inf
    if len(points) and step <= tol:
        shares, picks = spread(points[:, 0], points[:, 1], start, arrays.rows, arrays.row_of, who, ahead)
        values, gain = certify(
            arrays.payoffs, arrays.rows, arrays.row_of, arrays.first, arrays.own, discount, start, who, shares, picks,
            points,
        )  # fmt: skip
        values = values * arrays.span + arrays.low if gain <= _CERTIFIED * discount else None
    details = {"method": "polygon operator", "iterations": rounds, "step": step * arrays.span, "converged": step <= tol}
    points, ahead = points * arrays.span + arrays.low, ahead * arrays.span + arrays.low
    empty, found = np.empty((0, 2)), {}
    for s, label in enumerate(game.states):
        here = slice(start[s], start[s + 1])
        outer, inner, actions = points[here], empty if values is None else values[here], game.stages[s].actions
        if values is not None:
            gap = float(np.abs(inner - outer).max())
        wide = len(actions[1])
        made = tuple(
            Generator((actions[0][a // wide], actions[1][a % wide]), c)
            for a, c in zip((who[here] - arrays.first[s]).tolist(), ahead[here], strict=True)
        )
        found[label] = PayoffSet(
            outer,
            inner,
            gap if len(outer) else 0.0,
            outer.min(axis=0) if len(outer) else np.full(2, np.nan),
            game.players,
            discount,
            _CONCEPT + label,
            made,
            game,
            details,
        )
    if throw and step > tol:
        raise NotSolved(
            f"not converged at discount {discount!r} within max_iter = {how.max_iter} (last step "
            f"{step * arrays.span:.1e}); raise max_iter, or take the bracket so far with throw=False.",
            found,
        )
    return found


def spreads(sets: Sequence[PayoffSet]) -> list[list[list[FloatArray]]]:
    """Continuation of every extreme point of every state as weights over the extreme points of each next state."""
    from armsgame._kernels.self_generation import spread

    game = sets[0].game
    arrays = _Arrays.of(game)
    points = np.concatenate([(one.outer - arrays.low) / arrays.span for one in sets])
    made = [(s, g) for s, one in enumerate(sets) for g in one.generators]
    who = np.array(
        [
            arrays.first[s] + np.ravel_multi_index(_indices(g.profile, game.stages[s].actions), game.stages[s].shape)
            for s, g in made
        ]
    )
    ahead = np.array([(g.continuation - arrays.low) / arrays.span for _, g in made])
    base = np.cumsum([0, *(len(one.outer) for one in sets)])
    shares, picks = spread(points[:, 0], points[:, 1], base, arrays.rows, arrays.row_of, who, ahead)
    full = np.zeros((len(who), len(who)))
    np.add.at(full, (np.arange(len(who))[:, None, None], picks), shares[:, :, None])
    return [[np.split(row, base[1:-1]) for row in own] for own in np.split(full, base[1:-1])]


def _indices(profile: tuple[str, ...], actions: tuple[tuple[str, ...], ...]) -> tuple[int, ...]:
    return tuple(index_of(a, own, "action") for a, own in zip(profile, actions, strict=True))
