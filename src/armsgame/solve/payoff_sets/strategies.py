"""Strategies out of payoff sets: automata that deliver a payoff, with a certificate, and the public draws they use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._checks import check_discount, index_of, reals
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray, IntArray
from armsgame.checkers.in_time import verify
from armsgame.errors import InvalidGame, NotSolved, WrongConcept, invalid, short
from armsgame.games.coercion import game_of
from armsgame.games.monitoring import Monitoring
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.results.certificates import Certificate
from armsgame.results.payoff_set import Generator, PayoffSet
from armsgame.solve.polygon_sets.polygons import spreads
from armsgame.strategies.automaton import Automaton

_CLOSE, _CUT, _MOST = 1e-7, 1e-12, 2 * 10**7


@dataclass(frozen=True, slots=True)
class PublicStrategy(Value):
    """A profile that delivers a payoff.

    Attributes
    ----------
    game : RepeatedGame or StochasticGame
        The game with a sunspot beside its signal: public randomisation is a signal that depends on
        nobody's action.
    starts : tuple of (probability, profile)
        Drawn once before the first period; a single one where no randomisation is needed.
    payoff : array [P], value of the profile, from the certificates
    certificates : tuple of Certificate, one per start, at the set's discount factor
    """

    game: RepeatedGame | StochasticGame
    starts: tuple[tuple[float, tuple[Automaton, ...]], ...]
    payoff: FloatArray
    certificates: tuple[Certificate, ...]

    @property
    def profile(self) -> tuple[Automaton, ...]:
        """The profile, where the start is not random.

        Raises
        ------
        InvalidGame
            Several starts; take them from `starts`.
        """
        if len(self.starts) > 1:
            raise InvalidGame(f"the start is drawn among {len(self.starts)} profiles; take them from .starts.")
        return self.starts[0][1]

    @property
    def ok(self) -> bool:
        """Whether every start is certified."""
        return all(c.ok for c in self.certificates)

    def __str__(self) -> str:
        lines = ["Strategy that delivers (" + ", ".join(f"{x:.6g}" for x in self.payoff) + ")"]
        for (chance, profile), certificate in zip(self.starts, self.certificates, strict=True):
            first = profile[0].states[profile[0].initial]
            lines += [f"  with probability {chance:.6g} start in {first!r}: {certificate}"]
        return "\n".join(lines)


def strategy_for(payoff_set: PayoffSet, payoff: ArrayLike) -> PublicStrategy:
    """Build automata that deliver a payoff of the set, and verify them.

    Parameters
    ----------
    payoff_set : PayoffSet
        Of a repeated game, with generators. For the sets of a stochastic game see `policy_for`.
    payoff : array_like [P]
        A payoff of its inner set.

    Returns
    -------
    PublicStrategy
        States are the extreme points: each plays its profile, then moves to extreme points drawn so
        that their mean is its continuation; a lone deviator is punished with its worst extreme
        point. `payoff` is what the automata are worth, within the set's gap of what was asked.

    Raises
    ------
    InvalidGame
        The payoff is not in the inner set, or the set has no generators.
    NotSolved
        The verifier refuses the automata.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame.solve.payoff_sets.payoff_set import payoff_set
    >>> game = ag.RepeatedGame(ag.treaty.compliance())
    >>> found = strategy_for(payoff_set(game, discount=0.5), (1, 1))
    >>> found.ok, found.payoff.round(6).tolist()
    (True, [1.0, 1.0])
    """
    if not isinstance(payoff_set, PayoffSet):
        raise WrongConcept(f"payoff_set is {short(payoff_set)}; allowed: what ag.payoff_set(game, discount=) found.")
    point = payoff_set.point(reals("payoff", payoff))
    if not isinstance(payoff_set.game, RepeatedGame) or not _source(payoff_set)[1] or len(payoff_set.inner) == 0:
        raise InvalidGame("this set has no generators to build a strategy from; compute it with payoff_set.")
    if not payoff_set.near(point, _CLOSE, inner=True):
        raise InvalidGame(
            f"payoff is {point.tolist()}; allowed: a point of the inner set, whose extreme points are "
            f"{payoff_set.inner.round(6).tolist()}."
        )
    return _extracted([payoff_set], 0, point)


def policy_for(sets: Mapping[str, PayoffSet], state: str, payoff: ArrayLike) -> PublicStrategy:
    """Build automata that deliver a payoff from a state, and verify them.

    Parameters
    ----------
    sets : dict from state label to PayoffSet, of `payoff_set`
    state : str, first state
    payoff : array_like [P], in the inner set of that state

    Returns
    -------
    PublicStrategy
        A state of the automata is an extreme point of one game state's set: it plays the profile that generates
        the point, and moves to extreme points of the next game state drawn by a public lottery so that their mean is
        the continuation payoff. One that is the payoff of a mixed Markov equilibrium plays that for ever.

    Raises
    ------
    InvalidGame
        Unknown state, or a payoff outside the inner set.
    NotSolved
        The lottery needs too many outcomes, or the verifier refuses the automata.
    """
    if state not in sets:
        raise InvalidGame(f"state {state!r} is unknown; allowed: {', '.join(sets)}.")
    here = sets[state]
    point = here.point(payoff)
    if not here.near(point, _CLOSE, inner=True):
        raise InvalidGame(f"payoff is {point.tolist()}; allowed: a point of the inner set of state {state!r}.")
    if not all(_source(one)[1] for one in sets.values()):
        raise InvalidGame("these sets have no generators to build a strategy from; compute them with payoff_set.")
    states = here.game.states
    return _extracted([sets[s] for s in states], states.index(state), point)


def optimal_punishment(payoff_set: PayoffSet, player: int | str) -> PublicStrategy:
    """Worst equilibrium of a player in the set (Abreu 1988), as automata with a certificate."""
    if payoff_set.empty:
        raise InvalidGame("the set is empty: there is no equilibrium to punish with.")
    at = index_of(player, payoff_set.players, "player")
    return strategy_for(payoff_set, payoff_set.inner[int(np.argmin(payoff_set.inner[:, at]))])


def _source(payoff_set: PayoffSet) -> tuple[FloatArray, tuple[Generator, ...]]:
    """Extreme points whose continuations are known: those of the inner set where they have their own."""
    own = payoff_set.details.get("inner_generators")
    return (payoff_set.outer, payoff_set.generators) if own is None else (payoff_set.inner, tuple(own))


class _Moves:
    """Where play goes from an extreme point, state by state; a repeated game is one state.

    Attributes
    ----------
    corners, made : per state, the extreme points of its set and their generators
    possible : per state, the public outcomes that some play leads to; the next state varies fastest
    """

    def __init__(self, sets: Sequence[PayoffSet]) -> None:
        game = sets[0].game
        self.sets, self.size = sets, len(sets)
        self.corners, self.made = zip(*map(_source, sets), strict=True)
        if isinstance(game, RepeatedGame):
            self.profiles, self.possible = [game.stage.profiles], [list(range(len(game.signals)))]
        else:
            self.profiles, laws = [s.profiles for s in game.stages], _laws(game)
            flat = [law.reshape(len(names), -1) for names, law in zip(self.profiles, laws, strict=True)]
            self.possible = [np.flatnonzero(f.any(axis=0) if game.imperfect else f.ravel()).tolist() for f in flat]
        seen = self.made[0] and self.made[0][0].continuation.ndim == 1
        self.shares = spreads(sets) if seen and isinstance(game, StochasticGame) else None

    def draws(self, s: int, v: int) -> dict[int, FloatArray]:
        """Weights over the extreme points of the next state after each outcome; none where a profile is for ever."""
        g = self.made[s][v]
        if g.play is not None:
            return {}
        if g.continuation.ndim == 1:
            agreed = self.agreed(s, v)
            return {z: self.after(s, z, g, agreed) for z in self.possible[s]}
        row = {}
        for z in self.possible[s]:
            w, points = g.continuation[z], self.corners[z % self.size]
            # where no relevant play leads, or only several deviations at once, anything may follow
            row[z] = np.eye(len(points))[0] if np.isnan(w).any() else combination(points, w)
        return row

    def agreed(self, s: int, v: int) -> list[FloatArray]:
        """Weights over the extreme points of each next state that give the continuation of a profile that is seen."""
        if self.shares is not None:
            return self.shares[s][v]
        g, points = self.made[s][v], self.corners[s]
        forever = np.allclose(g.continuation, points[v], rtol=0, atol=1e-12) and not g.binding
        return [np.eye(len(points))[v] if forever else combination(points, g.continuation)]

    def after(self, s: int, z: int, g: Generator, agreed: list[FloatArray]) -> FloatArray:
        """Weights after a profile is seen: a lone deviator is punished, joint deviations are nobody's gain alone."""
        seen, t = self.profiles[s][z // self.size], z % self.size
        off = [i for i, (a, b) in enumerate(zip(seen, g.profile, strict=True)) if a != b]
        inner = self.sets[t].inner
        return np.asarray(np.eye(len(inner))[int(inner[:, off[0]].argmin())]) if len(off) == 1 else agreed[t]

    def reached(self, start: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], list[dict[int, FloatArray]]]:
        """Extreme points (state, place) that a start leads to, and where play goes from each."""
        places, known, rows = list(start), set(start), []
        for s, v in places:  # grows while it is read
            rows.append(self.draws(s, v))
            for z, weights in rows[-1].items():
                for u in np.flatnonzero(weights > 0).tolist():
                    if (z % self.size, u) not in known:
                        known.add((z % self.size, u))
                        places.append((z % self.size, u))
        return places, rows


def _extracted(sets: Sequence[PayoffSet], state: int, point: FloatArray) -> PublicStrategy:
    """Automata that deliver a payoff of the inner set of a state, verified."""
    here, game, moves = sets[state], sets[0].game, _Moves(sets)
    several = isinstance(game, StochasticGame)
    origin = combination(here.inner, point)
    first = np.flatnonzero(origin > _CUT).tolist()
    places, draws = moves.reached([(state, v) for v in first])
    edges = np.array([0.0, *_cuts([w for row in draws for w in row.values()]), 1.0])
    cells = (edges[:-1] + edges[1:]) / 2
    laws = _laws(game) if several else [game.monitoring.kernel(game.stage)]
    size = len(places) * len(cells) * sum(map(np.count_nonzero, laws))
    if size > _MOST:
        raise NotSolved(
            f"this policy has {len(places)} memories and a public lottery of {len(cells)} outcomes, {size} branches in "
            f"all; allowed: {_MOST}. Take a set with a wider gap, or fewer directions."
        )
    wide = _with_lottery(game, np.diff(edges)) if several else with_sunspot(game, edges[1:-1].tolist())[0]
    tables = [_table(moves, s, places, draws, cells) for s in range(len(sets))]
    made = [moves.made[s][v] for s, v in places]
    stages = game.stages if several else (game.stage,)
    plays = [
        [_play(stage.actions[i], i, s, places, made) for s, stage in enumerate(stages)]
        for i in range(len(game.players))
    ]
    names = [
        f"{game.states[s]} v{v}" if several else f"v{v}: {' | '.join(g.profile)}"
        for (s, v), g in zip(places, made, strict=True)
    ]
    starts, certificates, value = [], [], np.zeros(len(point))
    for v in first:
        at: dict[str, Any] = {"states": names, "initial": places.index((state, v)), "signals": wide}
        profile = tuple(
            Automaton(dict(zip(game.states, own, strict=True)), dict(zip(game.states, tables, strict=True)), **at)
            if several
            else Automaton(own[0], tables[0], actions=game.stage.actions[i], **at)
            for i, own in enumerate(plays)
        )
        # an extracted strategy may leave a gain of 1e-7 of the least range of payoffs, per period
        certificate = verify(
            wide.starting(state) if isinstance(wide, StochasticGame) else wide, profile, discount=here.discount,
            tolerance=_CLOSE * (1 - here.discount) * float(here.units.min()),
        )  # fmt: skip
        if not certificate.ok:
            raise NotSolved(f"the verifier refuses the extracted {'policy' if several else 'strategy'}: {certificate}")
        starts.append((float(origin[v]), profile))
        certificates.append(certificate)
        value += origin[v] * np.array([float(x) for x in certificate.values])
    return PublicStrategy(wide, tuple(starts), value, tuple(certificates))


def _laws(game: StochasticGame) -> tuple[FloatArray, ...]:
    return game.transitions if game.signals is None else game.signals


def _play(actions: tuple[str, ...], i: int, s: int, places: list[tuple[int, int]], made: list[Generator]) -> FloatArray:
    """Law [Q, A] of a player's action at a game state; a memory of another state is never asked there."""
    law = np.tile(np.eye(len(actions))[0], (len(places), 1))
    for q, ((t, _), g) in enumerate(zip(places, made, strict=True)):
        if g.play is not None:
            law[q] = g.play.profile.policies[i][s, : len(actions)]
        elif t == s:
            law[q] = np.eye(len(actions))[actions.index(g.profile[i])]
    return law


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
    moves: _Moves, s: int, places: list[tuple[int, int]], draws: list[dict[int, FloatArray]], cells: FloatArray
) -> IntArray:
    """Next automaton state [Q, Z x cells] at a game state; outcomes are (.., signal, cell, next state)."""
    size, index = moves.size, {place: q for q, place in enumerate(places)}
    game = moves.sets[0].game
    count = len(game.signals) if isinstance(game, RepeatedGame) else len(game.outcomes(s)) // size
    table = np.zeros((len(places), count, len(cells), size), np.int64)
    for q, (t, v) in enumerate(places):
        if moves.made[t][v].play is not None:
            table[q] = q
        for z, weights in draws[q].items() if t == s else ():
            top = int(np.flatnonzero(weights > 0)[-1])
            drawn = np.minimum(np.searchsorted(np.cumsum(weights), cells), top)
            table[q, z // size, :, z % size] = [index.get((z % size, int(u)), 0) for u in drawn]
    return table.reshape(len(places), -1)


def combination(points: FloatArray, point: FloatArray) -> FloatArray:
    """Find weights [V] of few extreme points that give the point."""
    from scipy.optimize import nnls

    nearest = int(np.argmin(np.abs(points - point).max(axis=1)))
    scale = float(np.abs(points - points[0]).max()) or 1.0
    if np.abs(points[nearest] - point).max() <= 1e-10 * scale:
        return np.asarray(np.eye(len(points))[nearest])
    system = np.vstack([(points - points[0]).T / scale, np.ones(len(points))])
    weights, _ = nnls(system, np.append((point - points[0]) / scale, 1.0))
    weights[weights < _CUT] = 0.0
    return np.asarray(weights / weights.sum())


def _cuts(draws: list[FloatArray]) -> list[float]:
    """Points of [0, 1] that separate the outcomes of every draw."""
    cuts: list[float] = []
    for cut in sorted(float(c) for weights in draws for c in np.cumsum(weights)[:-1]):
        if _CUT < cut < 1 - _CUT and (not cuts or cut - cuts[-1] > _CUT):
            cuts.append(cut)
    return cuts


def with_sunspot(game: RepeatedGame, cuts: Sequence[float]) -> tuple[RepeatedGame, FloatArray]:
    """Add a public lottery to the signal.

    Parameters
    ----------
    game : RepeatedGame, without detection lag
    cuts : sequence of float
        Points between 0 and 1 at which a uniform draw is cut into cells.

    Returns
    -------
    game : RepeatedGame
        Signals are pairs (old signal, cell), the cell varying fastest, independent of conduct.
    edges : array [C + 1], the edges of the cells from 0 to 1

    Raises
    ------
    InvalidGame
        A cut outside [0, 1].
    """
    given = np.asarray(cuts, dtype=float)
    if not ((given >= 0) & (given <= 1)).all():
        invalid("cuts", list(cuts), "points between 0 and 1")
    edges = np.unique(np.concatenate([[0.0, 1.0], given]))
    if len(edges) == 2:
        cells = np.ones(1)
        labels = list(game.signals)
    else:
        cells = np.diff(edges)
        labels = [f"{s}, lottery {k}" for s in game.signals for k in range(len(cells))]
    loud, named = game.monitoring.meaning(game.stage)
    each = len(labels) // len(loud)
    about = {
        label: None if named is None else np.flatnonzero(named[k // each]).tolist()
        for k, label in enumerate(labels)
        if loud[k // each]
    }
    kernel = game.monitoring.kernel(game.stage)
    joint = (kernel[:, :, None] * cells).reshape(*game.stage.shape, -1)
    return RepeatedGame(game.stage, Monitoring.public(joint, labels, about)), edges


def two_states(game: RepeatedGame, leave: Any, stay: Any) -> tuple[RepeatedGame, Any]:
    """Game with a lottery, and moves [2, Y]: to state 1 with these chances per signal in state 0 and 1."""
    played, edges = with_sunspot(game, np.concatenate([leave, stay]).tolist())
    upper = edges[1:]
    return played, np.stack([(upper <= chance[:, None]).astype(int).ravel() for chance in (leave, stay)])


def check_public(verb: str, given: object, discount: float) -> RepeatedGame:
    """Return the game that a search over public strategies reads, or refuse it."""
    game = game_of(verb, given, RepeatedGame)
    if game.monitoring.lag != 1:
        raise WrongConcept(
            f"{verb} takes a RepeatedGame without a detection lag; verify single profiles with a lag instead."
        )
    check_discount(discount)
    return game
