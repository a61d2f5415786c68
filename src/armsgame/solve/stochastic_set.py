"""Payoff sets of two-player stochastic games with perfect monitoring, state by state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame, NotSolved
from armsgame.games.automaton import Automaton
from armsgame.games.payoffs import Generator, PayoffSet, extreme_points
from armsgame.games.stage import index_of
from armsgame.games.stochastic import StochasticGame
from armsgame.games.verify import verify
from armsgame.solve.extract import combination, sunspot_cuts
from armsgame.solve.state_policy import StatePolicy, public_policy

__all__ = ["PolygonOperator", "policy_for", "stochastic_payoff_set"]

_CONCEPT = "pure-strategy subgame-perfect equilibria, perfect monitoring, public randomisation, from state "
# on payoffs scaled to [0, 1]
_EPS, _MERGE, _FLOOR, _CERTIFIED = 1e-13, 1e-8, 2e-14, 1e-7


@dataclass(frozen=True, slots=True)
class PolygonOperator:
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
    from armsgame._kernels import stochastic as kernels

    how = PolygonOperator() if method is None else method
    arrays = _Arrays.of(game)
    states = len(game.states)
    total = max(4096, 64 * int(arrays.size.max()))
    cap = 1024
    wx, wy = np.zeros((states, cap)), np.zeros((states, cap))
    wx[:, :4], wy[:, :4] = [0, 1, 1, 0], [0, 0, 1, 1]
    count, threat = np.full(states, 4), np.zeros((states, 2))
    scratch = [np.empty(total) for _ in range(4)]
    who, cont = np.zeros((states, cap), np.int64), np.zeros((states, cap, 2))
    chain, index = np.empty(2 * total, np.int64), np.empty(total, np.int64)
    tol = max(how.tolerance * min(1.0, (1 - discount) / discount), _FLOOR)
    iterate: Any = kernels.payoff_sets
    rounds, step, full = iterate(
        arrays.payoffs, arrays.rows, arrays.row_of, arrays.first, arrays.size, arrays.own, discount, wx, wy, count,
        threat, _EPS, tol, how.max_iter, *scratch, who, cont, chain, index,
    )  # fmt: skip
    if full:
        raise InvalidGame(
            f"a polygon of this game ({int(arrays.size.sum())} action profiles) outgrew {cap} vertices; scale the "
            "payoffs to about 1, or raise method=PolygonOperator(tolerance=...)."
        )
    details = {"method": "polygon operator", "iterations": rounds, "step": step * arrays.span, "converged": step <= tol}
    found = {}
    for s, label in enumerate(game.states):
        points = np.stack([wx[s, : count[s]], wy[s, : count[s]]], axis=1)
        # vertices that only the unfinished steps keep apart are one
        kept = [int(np.flatnonzero((points == v).all(axis=1))[0]) for v in extreme_points(points, tolerance=_MERGE)]
        outer, m = points[kept] * arrays.span + arrays.low, len(kept)
        profiles = game.stages[s].profiles
        made = tuple(
            Generator(profiles[int(who[s, k] - arrays.first[s])], cont[s, k] * arrays.span + arrays.low) for k in kept
        )
        threats = outer.min(axis=0) if m else np.full(2, np.nan)
        empty = np.empty((0, 2))
        found[label] = PayoffSet(
            outer,
            empty,
            0.0 if m == 0 else np.inf,
            threats,
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
    if count.min() == 0:
        return found
    values = _values(game, arrays, found)
    if values is None:
        return found
    return {
        label: replace(w, inner=values[label], gap=float(np.abs(values[label] - w.outer).max()))
        for label, w in found.items()
    }


def _spread(game: StochasticGame, found: dict[str, PayoffSet], state: int, k: int) -> list[FloatArray]:
    """Continuation of extreme point k as weights over the extreme points of each next state."""
    label = game.states[state]
    generator = found[label].generators[k]
    profile = tuple(
        index_of(a, own, "action") for a, own in zip(generator.profile, game.stages[state].actions, strict=True)
    )
    law = game.transitions[state][profile]
    sets = [found[s].outer for s in game.states]
    # vertices of the expected set, each a choice of one vertex per next state
    chosen = _choices(law, sets)
    corners = np.array([sum(p * w[j] for p, w, j in zip(law, sets, pick, strict=True)) for pick in chosen])
    weights = combination(corners, generator.continuation)
    out = [np.zeros(len(w)) for w in sets]
    for share, pick in zip(weights, chosen, strict=True):
        for s, j in enumerate(pick):
            out[s][j] += share
    return out


def _choices(law: FloatArray, sets: list[FloatArray]) -> list[tuple[int, ...]]:
    """One maximiser per next state for a direction inside each cone between edge normals."""
    angles = []
    for p, w in zip(law, sets, strict=True):
        if p > 0 and len(w) > 1:
            edges = np.roll(w, -1, axis=0) - w
            angles.append(np.arctan2(-edges[:, 0], edges[:, 1]))
    if not angles:
        return [(0,) * len(sets)]
    turn = np.unique(np.concatenate(angles))
    middle = (turn + np.append(turn[1:], turn[0] + 2 * np.pi)) / 2
    picks = []
    for a in middle:
        z = np.array([np.cos(a), np.sin(a)])
        picks.append(tuple(int(np.argmax(w @ z)) for w in sets))
    return list(dict.fromkeys(picks))


def _values(game: StochasticGame, arrays: _Arrays, found: dict[str, PayoffSet]) -> dict[str, FloatArray] | None:
    """Values of the automata that the generators describe, if their incentives hold."""
    delta = next(iter(found.values())).discount
    sizes = [len(found[s].outer) for s in game.states]
    base = np.concatenate([[0], np.cumsum(sizes)])
    system = np.eye(base[-1])
    right = np.empty((base[-1], 2))
    profile_of = np.empty(base[-1], np.int64)
    for s, label in enumerate(game.states):
        names = game.stages[s].profiles
        for k, g in enumerate(found[label].generators):
            at = int(base[s]) + k
            profile_of[at] = arrays.first[s] + names.index(g.profile)
            law = arrays.rows[arrays.row_of[profile_of[at]]]
            right[at] = (1 - delta) * (arrays.payoffs[:, profile_of[at]] * arrays.span + arrays.low)
            for q, weights in enumerate(_spread(game, found, s, k)):
                if law[q] > 0:
                    system[at, base[q] : base[q + 1]] -= delta * law[q] * weights
    value: Any = np.linalg.solve(system, right)
    inside: dict[str, FloatArray] = {s: value[base[k] : base[k + 1]] for k, s in enumerate(game.states)}
    from armsgame._kernels.stochastic import demand

    threat = (np.array([inside[s].min(axis=0) for s in game.states]) - arrays.low) / arrays.span
    need = np.empty((2, arrays.payoffs.shape[1]))
    demand(
        arrays.payoffs, arrays.rows, arrays.row_of, arrays.first, arrays.size, arrays.own, delta, threat, need
    )  # fmt: skip
    scaled = (value - arrays.low) / arrays.span
    ahead = (scaled - (1 - delta) * arrays.payoffs[:, profile_of].T) / delta
    worst = float((need[:, profile_of].T - ahead).max())
    return inside if worst <= _CERTIFIED else None


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
    scale = float(np.abs(here.outer).max()) or 1.0
    if not here.contains(point, inner=True, tolerance=1e-7 * scale):
        raise InvalidGame(f"payoff is {point.tolist()}; allowed: a point of the inner set of state {state!r}.")
    labels = list(game.states)
    sizes = [len(sets[s].outer) for s in labels]
    base = np.concatenate([[0], np.cumsum(sizes)])
    spreads = [[_spread(game, sets, s, k) for k in range(sizes[s])] for s in range(len(labels))]
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
        profile = tuple(Automaton(plays[i], tables, states=names, initial=origin + int(v)) for i in (0, 1))
        certificate = verify(wide.starting(state), profile, discount=here.discount, tolerance=1e-6 * scale)
        if not certificate.ok:
            raise NotSolved(f"the verifier refuses the extracted policy: {certificate}")
        starts.append((float(weights[v]), profile))
        certificates.append(certificate)
        value += weights[v] * np.array([float(x) for x in certificate.values])
    return StatePolicy(wide, tuple(starts), value, tuple(certificates))
