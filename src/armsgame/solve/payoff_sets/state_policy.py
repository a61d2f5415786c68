"""Strategies out of the payoff sets of stochastic games with public signals, with a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.checkers.in_time import verify
from armsgame.errors import InvalidGame, NotSolved
from armsgame.games.stochastic import StochasticGame
from armsgame.results.certificates import Certificate
from armsgame.results.payoff_set import PayoffSet
from armsgame.solve.payoff_sets.strategies import combination, economic, sunspot_cuts
from armsgame.strategies.automaton import Automaton

__all__ = ["StatePolicy", "public_policy"]

_CLOSE, _CUT, _MOST = 1e-7, 1e-12, 2 * 10**7


@dataclass(frozen=True, slots=True)
class StatePolicy:
    """A profile of a stochastic game that delivers a payoff, with the game that carries its sunspot."""

    game: StochasticGame
    starts: tuple[tuple[float, tuple[Automaton, ...]], ...]
    payoff: FloatArray
    certificates: tuple[Certificate, ...]

    @property
    def ok(self) -> bool:
        """Whether every start is certified."""
        return all(c.ok for c in self.certificates)


def public_policy(sets: dict[str, PayoffSet], state: str, payoff: Any) -> StatePolicy:
    """Build automata that deliver a payoff of the inner set of a state, and verify them.

    An automaton state is an extreme point of one game state's inner set: it plays the profile that
    generates the point, and moves to extreme points of the next game state drawn by a public
    lottery so that their mean is the continuation payoff. One that is the payoff of a mixed Markov equilibrium
    plays that for ever.

    Raises
    ------
    InvalidGame
        The payoff is not in the inner set.
    NotSolved
        The lottery needs too many outcomes, or the verifier refuses the automata.
    """
    here = sets[state]
    point, game = here.point(payoff), here.game
    if not here.near(point, _CLOSE, inner=True):
        raise InvalidGame(f"payoff is {point.tolist()}; allowed: a point of the inner set of state {state!r}.")
    origin = combination(here.inner, point)
    first = np.flatnonzero(origin > _CUT)
    places, draws = _reached(sets, game, state, first.tolist())
    edges = np.array([0.0, *sunspot_cuts([w for row in draws for w in row.values()]), 1.0])
    lengths, cells = np.diff(edges), (edges[:-1] + edges[1:]) / 2
    laws = game.transitions if game.signals is None else game.signals
    size = len(places) * len(cells) * sum(map(np.count_nonzero, laws))
    if size > _MOST:
        raise NotSolved(
            f"this policy has {len(places)} memories and a public lottery of {len(cells)} outcomes, {size} branches in "
            f"all; allowed: {_MOST}. Take a set with a wider gap, or fewer directions."
        )
    wide = _with_lottery(game, lengths)
    made = [sets[game.states[s]].details["inner_generators"][v] for s, v in places]
    forever = [g.play is not None for g in made]
    index = {place: q for q, place in enumerate(places)}
    tables: dict[str, IntArray] = {}
    plays: list[dict[str, FloatArray]] = [{} for _ in game.players]
    for s, label in enumerate(game.states):
        stage = game.stages[s]
        tables[label] = _table(game, s, places, draws, index, cells, forever)
        for i, play in enumerate(plays):
            law = np.zeros((len(places), stage.shape[i]))
            law[:, 0] = 1.0  # a memory of another state is never asked here
            for q, (t, _) in enumerate(places):
                if forever[q]:
                    law[q] = made[q].play.profile.policies[i][s, : stage.shape[i]]
                elif t == s:
                    law[q] = np.eye(stage.shape[i])[stage.actions[i].index(made[q].profile[i])]
            play[label] = law
    names = [f"{game.states[s]} v{v}" for s, v in places]
    starts, certificates, value = [], [], np.zeros(len(point))
    for v in first.tolist():
        at = index[game.states.index(state), v]
        profile = tuple(Automaton(play, tables, states=names, initial=at, signals=wide) for play in plays)
        certificate = verify(wide.starting(state), profile, discount=here.discount, tolerance=economic(here))
        if not certificate.ok:
            raise NotSolved(f"the verifier refuses the extracted policy: {certificate}")
        starts.append((float(origin[v]), profile))
        certificates.append(certificate)
        value += origin[v] * np.array([float(x) for x in certificate.values])
    return StatePolicy(wide, tuple(starts), value, tuple(certificates))


def _reached(
    sets: dict[str, PayoffSet], game: StochasticGame, state: str, first: list[int]
) -> tuple[list[tuple[int, int]], list[dict[int, FloatArray]]]:
    """Extreme points (state, place) that a start leads to, and after each outcome the weights over the next ones."""
    size = len(game.states)
    laws = game.transitions if game.signals is None else game.signals
    possible = []
    for stage, law in zip(game.stages, laws, strict=True):
        flat = law.reshape(len(stage.profiles), -1)
        possible.append(np.flatnonzero(flat.any(axis=0) if game.imperfect else flat.ravel()).tolist())
    places = [(game.states.index(state), v) for v in first]
    known = set(places)
    draws: list[dict[int, FloatArray]] = []
    for s, v in places:  # grows while it is read
        generator = sets[game.states[s]].details["inner_generators"][v]
        row: dict[int, FloatArray] = {}
        if generator.play is not None:
            draws.append(row)
            continue
        ahead = generator.continuation
        for z in possible[s]:
            w, t = ahead[z], z % size
            points = sets[game.states[t]].inner
            # where only several deviations at once lead, anything may follow
            row[z] = np.eye(len(points))[0] if np.isnan(w).any() else combination(points, w)
            for u in np.flatnonzero(row[z] > 0).tolist():
                if (t, u) not in known:
                    known.add((t, u))
                    places.append((t, u))
        draws.append(row)
    return places, draws


def _with_lottery(game: StochasticGame, lengths: FloatArray) -> StochasticGame:
    """Return the game with the outcome of a public lottery beside its signal."""
    if game.signals is None:
        joint = [np.einsum("...t,c->...ct", law, lengths) for law in game.transitions]
    else:
        joint = [
            np.einsum("...yt,c->...yct", law, lengths).reshape(*law.shape[:-2], -1, law.shape[-1])
            for law in game.signals
        ]
    return StochasticGame(
        game.stages, states=game.states, observed=game.observed, signals=joint, events=game.events
    )  # fmt: skip


def _table(
    game: StochasticGame,
    s: int,
    places: list[tuple[int, int]],
    draws: list[dict[int, FloatArray]],
    index: dict[tuple[int, int], int],
    cells: FloatArray,
    forever: list[bool],
) -> IntArray:
    """Next automaton state [Q, Z x cells] at a game state; outcomes are (.., signal, cell, next state)."""
    size = len(game.states)
    count = len(game.outcomes(s)) // size
    table = np.zeros((len(places), count, len(cells), size), np.int64)
    for q, (t, _) in enumerate(places):
        if forever[q]:
            table[q] = q
        if t != s:
            continue
        for z, weights in draws[q].items():
            top = int(np.flatnonzero(weights > 0)[-1])
            drawn = np.minimum(np.searchsorted(np.cumsum(weights), cells), top)
            to = [index.get((z % size, int(u)), 0) for u in drawn]
            table[q, z // size, :, z % size] = to
    return table.reshape(len(places), -1)
