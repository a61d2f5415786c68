"""Payoff sets of two-player stochastic games with perfect monitoring, state by state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._checks import index_of
from armsgame._shown import Value
from armsgame._typing import FloatArray, IntArray
from armsgame.checkers.in_time import verify
from armsgame.errors import InvalidGame, NotSolved
from armsgame.games.stochastic import StochasticGame
from armsgame.results.payoff_set import Generator, PayoffSet
from armsgame.solve.payoff_sets.state_policy import StatePolicy, public_policy
from armsgame.solve.payoff_sets.strategies import combination, economic, sunspot_cuts
from armsgame.strategies.automaton import Automaton

__all__ = ["PolygonOperator", "policy_for", "stochastic_payoff_set"]

_CONCEPT = "pure-strategy subgame-perfect equilibria, perfect monitoring, public randomisation, from state "
# on payoffs scaled to [0, 1]
_EPS, _MERGE, _FLOOR, _CERTIFIED = 1e-13, 2e-9, 2e-14, 1e-7
# vertices per polygon, tried in turn: most games need few
_ROOM = (48, 384, 3072)


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
        rows, place = np.unique(law, axis=0, return_inverse=True)
        own = np.array([s.shape for s in game.stages], dtype=np.int64)
        size = own.prod(axis=1)
        first = np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int64)
        return cls((flat - low) / span, rows, place.ravel().astype(np.int64), first, size, own, low, span)


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
    iterate: Any = payoff_sets
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
        weights = spread(points[:, 0], points[:, 1], start, arrays.rows, arrays.row_of, who, ahead)
        values, gain = certify(
            arrays.payoffs, arrays.rows, arrays.row_of, arrays.first, arrays.own, discount, start, who, weights
        )
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


def _spreads(sets: dict[str, PayoffSet], base: IntArray) -> FloatArray:
    """Continuations of all extreme points as weights over the extreme points of each next state."""
    from armsgame._kernels.self_generation import spread

    game = next(iter(sets.values())).game
    arrays = _Arrays.of(game)
    points = np.concatenate([(sets[s].outer - arrays.low) / arrays.span for s in game.states])
    made = [(s, g) for s, label in enumerate(game.states) for g in sets[label].generators]
    who = np.array(
        [
            arrays.first[s] + np.ravel_multi_index(_indices(g.profile, game.stages[s].actions), game.stages[s].shape)
            for s, g in made
        ]
    )
    ahead = np.array([(g.continuation - arrays.low) / arrays.span for _, g in made])
    rule: Any = spread
    return np.asarray(rule(points[:, 0], points[:, 1], base, arrays.rows, arrays.row_of, who, ahead))


def _indices(profile: tuple[str, ...], actions: tuple[tuple[str, ...], ...]) -> tuple[int, ...]:
    return tuple(index_of(a, own, "action") for a, own in zip(profile, actions, strict=True))


def policy_for(sets: dict[str, PayoffSet], state: str, payoff: Any) -> StatePolicy:
    """Build automata that deliver a payoff from a state, and verify them.

    Parameters
    ----------
    sets : dict from state label to PayoffSet, of `payoff_set`
    state : str, first state
    payoff : array_like [P], in the inner set of that state

    Raises
    ------
    InvalidGame
        Unknown state, or a payoff outside the inner set.
    NotSolved
        The verifier refuses the automata.
    """
    if state not in sets:
        raise InvalidGame(f"state {state!r} is unknown; allowed: {', '.join(sets)}.")
    here = sets[state]
    if "inner_generators" in here.details:
        return public_policy(sets, state, payoff)
    point, game = here.point(payoff), here.game
    if not here.near(point, 1e-7, inner=True):
        raise InvalidGame(f"payoff is {point.tolist()}; allowed: a point of the inner set of state {state!r}.")
    labels = list(game.states)
    sizes = [len(sets[s].outer) for s in labels]
    base = np.concatenate([[0], np.cumsum(sizes)])
    shares = _spreads(sets, base)
    spreads = [
        [[shares[base[s] + k, base[q] : base[q + 1]] for q in range(len(labels))] for k in range(sizes[s])]
        for s in range(len(labels))
    ]
    edges = np.array([0.0, *sunspot_cuts([w for rows in spreads for row in rows for w in row]), 1.0])
    lengths, cells = np.diff(edges), (edges[:-1] + edges[1:]) / 2
    wide = StochasticGame(
        game.stages,
        states=game.states,
        observed="actions",
        signals=[np.einsum("...t,y->...yt", law, lengths) for law in game.transitions],
        events=game.events,
    )
    names = [f"{labels[s]} v{k}" for s in range(len(labels)) for k in range(sizes[s])]
    worst = [[int(base[s] + np.argmin(sets[labels[s]].inner[:, i])) for i in (0, 1)] for s in range(len(labels))]
    tables, plays = {}, ({}, {})  # type: tuple[Any, Any]
    for s, label in enumerate(labels):
        table = np.zeros((base[-1], len(game.stages[s].profiles), len(cells), len(labels)), np.int64)
        stage = game.stages[s]
        laws = [np.zeros((base[-1], n)) for n in stage.shape]
        for law in laws:
            law[:, 0] = 1.0  # a memory of another state is never asked here
        table[...] = np.array([w[0] for w in worst])
        for k, g in enumerate(sets[label].generators):
            at = int(base[s]) + k
            for i, a in enumerate(g.profile):
                laws[i][at] = np.eye(stage.shape[i])[stage.actions[i].index(a)]
            draws = np.array(
                [
                    [
                        base[q] + min(int(np.searchsorted(np.cumsum(w), c)), len(w) - 1)
                        for q, w in enumerate(spreads[s][k])
                    ]
                    for c in cells
                ]
            )
            for j, seen in enumerate(stage.profiles):
                off = [i for i, (x, y) in enumerate(zip(seen, g.profile, strict=True)) if x != y]
                table[at, j] = draws if len(off) != 1 else np.array([worst[q][off[0]] for q in range(len(labels))])
        tables[label] = table.reshape(base[-1], -1)
        for i in (0, 1):
            plays[i][label] = laws[i]
    origin = int(base[labels.index(state)])
    weights = combination(here.inner, point)
    starts, certificates, value = [], [], np.zeros(2)
    for v in np.flatnonzero(weights > 1e-12):
        at = origin + int(v)
        profile = tuple(Automaton(play, tables, states=names, initial=at, signals=wide) for play in plays)
        certificate = verify(wide.starting(state), profile, discount=here.discount, tolerance=economic(here))
        if not certificate.ok:
            raise NotSolved(f"the verifier refuses the extracted policy: {certificate}")
        starts.append((float(weights[v]), profile))
        certificates.append(certificate)
        value += weights[v] * np.array([float(x) for x in certificate.values])
    return StatePolicy(wide, tuple(starts), value, tuple(certificates))
