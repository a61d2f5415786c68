"""Strategies out of payoff sets: automata that deliver a payoff, with a certificate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._checks import index_of
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray
from armsgame.checkers.in_time import verify
from armsgame.errors import InvalidGame, NotSolved
from armsgame.games.repeated import RepeatedGame
from armsgame.results.certificates import Certificate
from armsgame.results.payoff_set import Generator, PayoffSet
from armsgame.solve.payoff_sets.sunspot import with_sunspot
from armsgame.strategies.automaton import Automaton

__all__ = ["PublicStrategy", "combination", "economic", "optimal_punishment", "strategy_for", "sunspot_cuts"]

_CLOSE = 1e-7
_CUT = 1e-12


@dataclass(frozen=True, slots=True)
class PublicStrategy(Value):
    """A profile that delivers a payoff.

    Attributes
    ----------
    game : RepeatedGame
        The game with a sunspot beside its signal: public randomisation is a signal that depends on
        nobody's action.
    starts : tuple of (probability, profile)
        Drawn once before the first period; a single one where no randomisation is needed.
    payoff : array [P], value of the profile, from the certificates
    certificates : tuple of Certificate, one per start, at the set's discount factor
    """

    game: RepeatedGame
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
    point = payoff_set.point(payoff)
    game = payoff_set.game
    made = _source(payoff_set)[1]
    if not isinstance(game, RepeatedGame) or not made or len(payoff_set.inner) == 0:
        raise InvalidGame("this set has no generators to build a strategy from; compute it with payoff_set.")
    if not payoff_set.near(point, _CLOSE, inner=True):
        raise InvalidGame(
            f"payoff is {point.tolist()}; allowed: a point of the inner set, whose extreme points are "
            f"{payoff_set.inner.round(6).tolist()}."
        )
    moves = _moves(payoff_set)
    start = combination(payoff_set.inner, point)
    wide, edges = with_sunspot(game, sunspot_cuts([w for row in moves for w in row]))
    cells = (edges[:-1] + edges[1:]) / 2
    count = len(made)
    table = np.array(
        [[_draw(moves[k][y], cell) for y in range(len(game.signals)) for cell in cells] for k in range(count)]
    )
    names = tuple(f"v{k}: {' | '.join(g.profile)}" for k, g in enumerate(made))
    starts, certificates, value = [], [], np.zeros(len(point))
    for first in np.flatnonzero(start > _CUT):
        profile = tuple(
            Automaton(
                [g.profile[i] for g in made],
                table,
                states=names,
                actions=game.stage.actions[i],
                initial=int(first),
                signals=wide,
            )
            for i in range(len(game.players))
        )
        certificate = verify(wide, profile, discount=payoff_set.discount, tolerance=economic(payoff_set))
        if not certificate.ok:
            raise NotSolved(f"the verifier refuses the extracted strategy: {certificate}")
        starts.append((float(start[first]), profile))
        certificates.append(certificate)
        value += start[first] * np.array([float(v) for v in certificate.values])
    return PublicStrategy(wide, tuple(starts), value, tuple(certificates))


def economic(payoff_set: PayoffSet) -> float:
    """Largest gain that an extracted strategy may leave: 1e-7 of the least range of payoffs, per period."""
    return _CLOSE * (1 - payoff_set.discount) * float(payoff_set.units.min())


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


def _moves(payoff_set: PayoffSet) -> list[list[FloatArray]]:
    """Weights over extreme points after each signal, per extreme point: [V][Y] arrays [V]."""
    game, points = payoff_set.game, payoff_set.inner
    corners, made = _source(payoff_set)
    if made[0].continuation.ndim == 2:
        # a signal that has no chance under any relevant play may be followed by anything
        anything = np.eye(len(corners))[0]
        return [[anything if np.isnan(w).any() else combination(corners, w) for w in g.continuation] for g in made]
    worst = [np.eye(len(points))[int(np.argmin(points[:, i]))] for i in range(points.shape[1])]
    profiles = game.stage.profiles
    out = []
    for k, g in enumerate(payoff_set.generators):
        forever = np.allclose(g.continuation, payoff_set.outer[k], rtol=0, atol=1e-12) and not g.binding
        agreed = np.eye(len(points))[k] if forever else combination(payoff_set.outer, g.continuation)
        row = []
        for seen in profiles:
            off = [i for i, (a, b) in enumerate(zip(seen, g.profile, strict=True)) if a != b]
            # joint deviations are nobody's gain alone: play goes on
            row.append(worst[off[0]] if len(off) == 1 else agreed)
        out.append(row)
    return out


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


def sunspot_cuts(draws: list[FloatArray]) -> list[float]:
    """Points of [0, 1] that separate the outcomes of every draw."""
    cuts: list[float] = []
    for cut in sorted(float(c) for weights in draws for c in np.cumsum(weights)[:-1]):
        if _CUT < cut < 1 - _CUT and (not cuts or cut - cuts[-1] > _CUT):
            cuts.append(cut)
    return cuts


def _draw(weights: FloatArray, cell: float) -> int:
    return int(np.searchsorted(np.cumsum(weights), cell))
