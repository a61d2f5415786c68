"""What pure public strategies can enforce: the set of equilibrium payoffs, bracketed from outside and inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._budget import Budget
from armsgame._checks import check_discount, check_number, check_whole, is_whole
from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.games.coercion import game_of
from armsgame.games.stochastic import RepeatedGame
from armsgame.geometry.directions import directions_of, merged
from armsgame.geometry.hulls import farthest
from armsgame.results.payoff_set import Generator, PayoffSet
from armsgame.solve.payoff_sets.inner_set import Inner, grown_set, inner_set
from armsgame.solve.payoff_sets.operator import Made, Operator, check_game
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.placement import sharpened

__all__ = ["OuterBound", "apart", "bracket", "check_gap", "measured", "outer_bound", "payoff_bracket", "started"]

_MOST, _MOST_SOLID = 1500, 300
# the default gap: 1e-3 where payoffs range over 4, as those of a usual dilemma do
_SHARE = 2.5e-4


@dataclass(frozen=True, slots=True)
class OuterBound(Value):
    """Half-spaces that hold every payoff of a pure-strategy perfect public equilibrium.

    Attributes
    ----------
    profiles : tuple of action profiles (labels) that are not excluded; empty: no such equilibrium
    directions : array [K, P]
    levels : array [K]; payoffs v satisfy directions @ v <= levels
    rounds : int, iterations of the operator
    settled : bool, did the levels stop moving (else they still bound, less tightly)?
    """

    profiles: tuple[tuple[str, ...], ...]
    directions: FloatArray
    levels: FloatArray
    rounds: int
    settled: bool

    def __str__(self) -> str:
        if not self.profiles:
            return "no pure-strategy perfect public equilibrium"
        listed = "; ".join("(" + ", ".join(p) + ")" for p in self.profiles)
        return f"profiles not excluded in pure public strategies: {listed} ({self.rounds} rounds)"


def outer_bound(
    game: Any, *, discount: float, directions: int = 8, tolerance: float = 1e-6, rounds: int = 2000
) -> OuterBound:
    """Bound the pure-strategy perfect public equilibria of a two-player game from outside.

    Parameters
    ----------
    game : RepeatedGame
        Two players, no detection lag.
    discount : float
        Per period, 0 <= discount < 1.
    directions : int
        Number K of directions on the circle, a multiple of 4.
    tolerance : float
        Movement of the levels, relative to the range of payoffs, at which iteration stops.
    rounds : int
        Iterations after which it stops in any case; the bound is still valid.

    Raises
    ------
    WrongConcept
        Not a repeated game of two players without lag.
    NotSolved
        A linear program failed.

    Notes
    -----
    The operator of Abreu, Pearce and Stacchetti (1990) on half-spaces (Judd, Yeltekin and
    Conklin 2003). It starts from the feasible payoffs above the pure minmax, and a profile whose
    programs are infeasible once stays excluded. If a single profile is left it is played for
    ever, so it must be an equilibrium of the stage game. Public randomisation is allowed. An excluded
    profile is played in no such equilibrium; one that is not excluded may still not be.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance()
    >>> blind = ag.RepeatedGame(pd, ag.Monitoring.detection(0.005, 0.005))
    >>> outer_bound(blind, discount=0.95).profiles
    (('deploy', 'deploy'),)
    """
    game = game_of("outer_bound", game, RepeatedGame)
    if len(game.players) != 2 or game.monitoring.lag != 1:
        raise WrongConcept("outer_bound takes a RepeatedGame of two players without a detection lag.")
    delta = float(check_discount(discount))
    if not is_whole(directions) or directions < 4 or directions % 4:
        invalid("directions", directions, "a multiple of 4, at least 4")
    angle = 2 * np.pi * np.arange(directions) / directions
    h = np.round(np.stack([np.cos(angle), np.sin(angle)], axis=1), 15)
    operator = Operator.of(game, delta)
    # a direction of payoffs, in scaled payoffs
    size = np.linalg.norm(h * operator.scale, axis=1)
    turned = h * operator.scale / size[:, None]
    bound = Bound.of(operator, merged(directions_of(4, 2), turned, 1e-12))
    settled = bound.run(tolerance, rounds)
    place = [int(np.abs(bound.directions[0] - row).max(axis=1).argmin()) for row in turned]
    levels = size * bound.levels[0][place] + h @ operator.shift
    if bound.single:
        levels = h @ (operator.shift + operator.scale * bound.attained(0)[0][0])
    names = game.stage.profiles
    return OuterBound(tuple(names[k] for k in bound.alive[0]), h, levels, bound.iterations, settled)


def payoff_bracket(
    game: Any, *, discount: float, directions: Any = None, gap: float | None = None, max_iter: int = 2000,
    throw: bool = True, seconds: float | None = None,
) -> PayoffSet:  # fmt: skip
    """Bracket the payoffs of pure-strategy perfect public equilibria from outside and from inside.

    Parameters
    ----------
    game : RepeatedGame
        Two players or more, perfect or imperfect public monitoring, no detection lag.
    discount : float
        Per period, 0 <= discount < 1.
    directions : int or array_like [K, P], optional
        Directions to start with: a number of points on the circle (two players), or the
        directions themselves. More are added where the bracket is wide.
    gap : float, optional
        Largest distance allowed between the two sets, in units of payoff. None: 1/4000 of the range of
        payoffs, each party's payoffs measured in their own range, so that units and origins do not matter.
    max_iter : int
        Rounds of the whole job: applications of the operator, for bounds from outside and from inside.
    throw : bool
        False: return a bracket that is wider than `gap`, with ``details["converged"]`` false.
    seconds : float, optional
        Wall time after which no further round begins.

    Returns
    -------
    PayoffSet
        `outer` holds every such payoff; `inner` is self-generating, which one application of the
        operator verified up to ``details["inner_slack"]``. ``details`` also holds the numbers
        of directions and iterations and ``inner_generators``, one per row of `inner`. The
        generator of a vertex of `outer` is that of the nearest payoff that the set generates.

    Raises
    ------
    WrongConcept
        Not a repeated game of two players or more without lag.
    InvalidGame
        An argument out of range, or programs too large for memory.
    NotSolved
        The gap was not met; the message says how wide the bracket is.

    Notes
    -----
    The operator of Abreu, Pearce and Stacchetti (1990) on half-spaces (Judd, Yeltekin and
    Conklin 2003). Multipliers of its programs, repaired to exact dual feasibility and rounded up, bound it by a
    monotone convex map; the least fixed point of that bounds the set where a witness proves it (Newton's
    method), which takes a handful of rounds at any discount. A profile is excluded where a vector of Farkas
    proves its constraints contradictory. From inside, every image is contracted
    a little towards the middle, so that the limit lies strictly inside its own image. Pure
    strategies with public randomisation; an empty set means that no *pure* equilibrium exists.
    At the discount factor at which a set comes into being, and for sets that are thin, the inner set may
    stay small: the gap says so (inf where there is none). Bounded sets with curved faces and more than two
    signals take many directions: seconds for a gap of 1e-3.

    References
    ----------
    Abreu, Pearce and Stacchetti (1990), Econometrica 58; Judd, Yeltekin and Conklin (2003),
    Econometrica 71.

    Examples
    --------
    Best symmetric payoff R - (T - R)(1 - p)/(p - q) of a prisoner's dilemma (3, 2, 0, -1) in which
    the good signal has probability p = .9, q = .5 or r = .2:

    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance(3, 2, 0, -1)
    >>> good = np.array([[0.9, 0.5], [0.5, 0.2]])
    >>> seen = ag.Monitoring.public(np.stack([good, 1 - good], axis=-1))
    >>> found = payoff_bracket(ag.RepeatedGame(pd, seen), discount=0.9)
    >>> found.gap < 1e-3, round(found.support([0.5, 0.5]), 3)
    (True, 1.75)
    """
    game = check_game(game, "payoff_bracket")
    delta = float(check_discount(discount))
    asked = check_gap(gap)
    budget = Budget(max_iter, seconds, "bracket")
    operator = Operator.of(game, delta)
    start = started(directions, operator)
    operator.check_size(len(start))
    outer = Bound.of(operator, start)
    outer.budget = budget
    with budget:
        unit = np.ones_like(operator.scale) if gap is None else operator.scale
        found, wide, done = bracket(outer, _SHARE if gap is None else asked, max_iter, unit=unit)
    result = _result(outer, found, done)
    if throw and not done:
        units = measured(gap)
        raise NotSolved(
            f"the bracket is {wide:.3g}{units} wide after {budget.spent} rounds with {len(outer.directions[0])} "
            f"directions; asked: {asked or _SHARE:g}{units}. Raise max_iter, seconds or gap; throw=False returns the "
            "bracket so far.",
            result,
        )
    return result


def bracket(
    outer: Bound,
    gap: float,
    limit: int,
    decided: Callable[[Inner], bool] | None = None,
    most: int | None = None,
    unit: FloatArray | None = None,
) -> tuple[Inner, float, bool]:
    """Tighten a bound and look for an inner set until they are within `gap` or `decided` says stop.

    `most`: directions at which it gives up; `unit` [P]: what each party's scaled payoffs are multiplied by before
    distances are taken, by default their range. Returns the inner set (scaled), the distance and
    whether it is at most `gap`.
    """
    op = outer.operator
    most = (_MOST if op.players == 2 else _MOST_SOLID) if most is None else most
    unit = op.scale if unit is None else unit
    top = float(unit.max())
    near = gap / top
    share = 1.2 * near * (1 - op.discount)
    found, wide, stuck, wait = Inner(np.zeros((0, op.players)), [], 0.0), np.inf, 0, 1
    done, grown, idle, sides = True, False, 0, 0
    while True:
        done = outer.run(0.01 * near, limit)
        corner = outer.corners(0)
        if not outer.alive[0] or not len(corner):
            outer.alive[0] = []
            return Inner(corner[:0], [], 0.0), 0.0, True
        if decided is not None and decided(found):
            break
        made, _ = outer.attained(0)
        own = farthest(corner, made)
        last, before = wide, found
        # three passes that found nothing and had no direction to add: there is nothing left to try
        over = not done or len(outer.directions[0]) > most or idle > 2
        if not len(found.points) and (over or outer.single or own <= 8 * near * (1 - op.discount) or stuck > wait):
            found, stuck, wait, sides = inner_set(outer, share, limit), 0, 6, len(outer.directions[0])
        elif len(found.points) and (stuck > 3 or (stuck and own <= near * (1 - op.discount))):
            # what is left is the inner set's: it was found on fewer directions, or contracted too much
            finer, stuck = len(outer.directions[0]) > 1.2 * sides, 0
            share = share if finer else share / 3
            sides = len(outer.directions[0])
            over = over or share < 1e-3 * near * (1 - op.discount)
            found = _better(corner, found, inner_set(outer, share, limit))
        if over and not grown:
            grown = True
            better = _better(corner, found, grown_set(op, outer.alive[0]))
            if better is not found:
                # directions along its faces may close what is left of the bound
                found, over, stuck, idle = better, not done or len(outer.directions[0]) > most, 0, 0
        if found is not before:
            wide = farthest(corner * unit, found.points * unit) if len(found.points) else np.inf
            if decided is not None and decided(found):
                break
        elif len(found.points):
            wide = farthest(corner * unit, found.points * unit)
        if over or wide <= gap:
            break
        stuck = stuck + 1 if wide > 0.8 * last or not np.isfinite(wide) else 0
        known = np.isfinite(wide)
        outer.budget.tell(f"gap {wide:.2g}, {len(outer.directions[0])} directions")
        if op.players == 2:
            more = sharpened(outer, 0, corner, made, 0.3 * near * (1 - op.discount))
        else:
            more = outer.refine(0, corner, found.points if known else made, 0.3 * near if known else 0.0)
        if more:
            idle = 0
        else:
            stuck, idle = stuck + 2, idle + 1 if found is before else 0
    return found, wide, wide <= gap


def apart(corner: FloatArray, inside: FloatArray) -> float:
    """Distance of an outer set from the inner one; inf where none is known, 0 where both are empty."""
    if not len(corner):
        return 0.0
    return farthest(corner, inside) if len(inside) else np.inf


def check_gap(gap: Any) -> float:
    """Return a gap that was asked for; 0 where none was."""
    if gap is None:
        return 0.0
    return check_number("gap", gap, 0, open_low=True, allowed="a positive distance in units of payoff, or None")


def measured(gap: float | None) -> str:
    """Say what a distance is measured in, for a message."""
    return " of the range of payoffs" if gap is None else ""


def _better(corner: FloatArray, one: Inner, two: Inner) -> Inner:
    """Keep the one of two self-generating sets that leaves less of the bound."""
    if not len(one.points) or not len(two.points):
        return one if len(one.points) else two
    return two if farthest(corner, two.points) < farthest(corner, one.points) else one


def _result(outer: Bound, found: Inner, done: bool) -> PayoffSet:
    op = outer.operator
    game = op.game
    corner = outer.corners(0)
    wide = apart(corner * op.scale, found.points * op.scale)
    made, labels = outer.attained(0) if outer.alive[0] else (corner, [])
    if len(made) == 0:
        made, labels = found.points, found.made
    details = {
        "method": "outer and inner approximation by linear programs",
        "converged": done,
        "iterations": outer.iterations,
        "jumps": outer.jumps,
        "directions": len(outer.directions[0]),
        "profiles": tuple(op.stages[0].profiles[k] for k in outer.alive[0]),
        "inner_slack": found.slack * float(op.scale.max()),
        "inner_generators": _generators(op, found.points, found.made),
    }
    names: tuple[Generator, ...] = ()
    if len(corner) and len(made):
        nearest = [int(np.linalg.norm(made - v, axis=1).argmin()) for v in corner]
        names = _generators(op, made, [labels[j] for j in nearest])
    seen = "imperfect public" if game.imperfect else "perfect"
    return PayoffSet(
        op.shift + op.scale * corner,
        op.shift + op.scale * found.points,
        float(wide),
        op.shift + op.scale * corner.min(axis=0) if len(corner) else np.full(op.players, np.nan),
        game.players,
        op.discount,
        f"pure perfect public equilibria with public randomisation, {seen} monitoring",
        names,
        game,
        details,
    )


def _generators(op: Operator, points: FloatArray, made: list[Made]) -> tuple[Generator, ...]:
    return tuple(op.generator(0, m, [points]) for m in made)


def started(given: Any, operator: Operator) -> FloatArray:
    """Directions to start with, scaled: a number of them, or those that were given after the axes."""
    players = operator.players
    if given is None or np.ndim(given) == 0:
        count = 16 if given is None else check_whole("directions", given, 4, allowed="at least 4, or an array [K, P]")
        return directions_of(count, players)
    rows = np.asarray(given, dtype=float)
    if rows.ndim != 2 or rows.shape[1] != players or not np.isfinite(rows).all() or not rows.any(axis=1).all():
        invalid("directions", given, f"an array [K, {players}] of nonzero directions")
    turned = rows * operator.scale
    axes = directions_of(4, players)[: 2 * players]
    return merged(axes, turned / np.linalg.norm(turned, axis=1)[:, None])
