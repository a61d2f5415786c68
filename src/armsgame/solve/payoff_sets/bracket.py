"""Payoffs of perfect public equilibria, bracketed from outside and inside at every state; a repeated game has one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from armsgame._budget import Budget
from armsgame._checks import check_discount, check_number, check_whole, plain, reals
from armsgame._deadline import TimeSpent, unhurried, unsolved
from armsgame._typing import FloatArray
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.games.coercion import game_of
from armsgame.games.stochastic import StochasticGame
from armsgame.geometry.directions import directions_of, merged
from armsgame.geometry.hulls import farthest
from armsgame.results.payoff_set import Generator, PayoffSet
from armsgame.solve.payoff_sets.inner_set import Inner
from armsgame.solve.payoff_sets.operator import Made, Operator, check_game, number
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.placement import refined, sharpened
from armsgame.solve.payoff_sets.seeds import (
    PLANE,
    WIDER,
    MarkovPlay,
    grown_seeds,
    inner_set,
    joined,
    markov_play,
    markov_values,
)

# directions at which it gives up: for two parties and for more, in a game of one state and in others
_MOST, _MOST_BY_STATE = (3000, 1200), (600, 300)
# and for three parties and more once an inner set is there: while it is near the bound, and while it is far
_COARSE = (500, 150)
# the default gap: 1e-3 where payoffs range over 4, as those of a usual dilemma do
_SHARE = 2.5e-4
# of three parties and more, whose curved faces take as many directions as a gap has parts; and with states
_SHARE_SOLID, _SHARE_BY_STATE = 5e-2, 0.01


def payoff_bracket(
    game: object, *, discount: float, directions: object = None, gap: float | None = None, max_iter: int = 2000,
    throw: bool = True, budget_seconds: float | None = None,
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
        payoffs with two parties and 5 % of it with more, each party's payoffs measured in their own range, so
        that units and origins do not matter.
    max_iter : int
        Rounds of the whole job: applications of the operator, for bounds from outside and from inside.
    throw : bool
        False: return a bracket that is wider than `gap`, with ``details["converged"]`` false.
    budget_seconds : float, optional
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
    asked = _asked(gap, _SHARE if len(game.players) == 2 else _SHARE_SOLID)
    budget = Budget(max_iter, "bracket")
    outer = _begun(Operator.of(game, delta), directions, budget)
    with budget:
        play = markov_play(outer.operator, False)
        found, (wide,) = bracket(outer, asked, max_iter, play, unit=_unit(outer.operator, gap))
    with unhurried():
        result = _result(outer, found, wide <= asked)
    if throw and wide > asked:
        raise _too_wide(wide, "", outer, asked, gap, result)
    return result


def state_bracket(
    game: StochasticGame,
    *,
    discount: float,
    directions: object = None,
    gap: float | None = None,
    max_iter: int = 2000,
    throw: bool = True,
    budget_seconds: float | None = None,
    mixed: bool = True,
) -> dict[str, PayoffSet]:
    """Bracket the payoffs of perfect public equilibria from every state.

    Play is pure in every period or, from some period on, one of the mixed Markov equilibria that were found.

    Parameters
    ----------
    game : StochasticGame
        Two or three players; the next state is public, and signals or actions where the game says so.
    discount : float
        Per period, 0 < discount < 1.
    directions : int or array_like [K, P], optional
        Directions to start with, at every state. More are added where the bracket is wide.
    gap : float, optional
        Largest distance allowed between the two sets of a state, in units of payoff. None: 1 % of the range of
        payoffs, each party's payoffs measured in their own range over all states.
    max_iter : int
        Rounds of the whole job: applications of the operator to a class of states, from outside and inside.
    throw : bool
        False: return brackets that are wider than `gap`, with ``details["converged"]`` false.
    budget_seconds : float, optional
        Wall time after which no further round begins.
    mixed : bool
        Whether mixed Markov equilibria are looked for and are allowed as continuations, in games of up to 300
        actions, summed over parties and states, and 30 in a block of states that lead back to each other.
        Larger games: as if false, and `concept` says so.

    Returns
    -------
    dict from state label to PayoffSet
        `outer` holds every such payoff; the `inner` sets of all states together generate themselves,
        which one application of the operator verified up to ``details["inner_slack"]``. A state
        without equilibrium, and every state from which some play comes to one, has an empty set (never where
        a mixed Markov equilibrium is allowed). ``details["mixed_markov"]`` holds those, each with its own
        certificate; a generator with `play` is one of them, played for ever.

    Raises
    ------
    WrongConcept
        Not a stochastic game of two or three players.
    NotSolved
        The gap was not met within `max_iter`, or with 600 directions per state (three players: 300);
        ``.result`` holds the brackets.

    Notes
    -----
    From boxes, the operator of Abreu, Pearce and Stacchetti on half-spaces per state: a continuation
    payoff per public outcome, which lies in the set of the next state. What play cannot leave
    is done first. From inside, the operator contracted by a small share, or what Markov
    equilibria enforce as threats. The value of a mixed Markov equilibrium counts as generated whatever
    follows: no level falls below it.

    References
    ----------
    Yeltekin, Cai and Judd (2017), Operations Research 65; Abreu, Pearce and Stacchetti (1990).

    Examples
    --------
    Compliance is seen through a public state that a breach can bring about:

    >>> import armsgame as ag
    >>> stage = ag.treaty.compliance(5, 3, 1, 0)
    >>> calm = np.array([[0.9, 0.3], [0.3, 0.1]])
    >>> game = ag.StochasticGame([stage, stage], [np.stack([calm, 1 - calm], -1)] * 2, observed="state")
    >>> found = state_bracket(game, discount=0.9, gap=0.01)
    >>> max(w.gap for w in found.values()) <= 0.01
    True
    """
    game = game_of("state_bracket", game, StochasticGame)
    if len(game.players) not in (2, 3):
        raise WrongConcept(f"state_bracket takes two or three players; this game has {len(game.players)}.")
    delta = float(check_discount(discount))
    if delta == 0:
        invalid("discount", discount, "0 < discount < 1 for a stochastic game", "At 0 each stage stands alone.")
    asked = _asked(gap, _SHARE_BY_STATE)
    budget = Budget(max_iter, "bracket")
    with budget:
        result, outer = _by_state(game, delta, directions, gap, asked, budget, mixed)
    if throw and not all(w.details["converged"] for w in result.values()):
        wide = [w.gap if gap else _apart(w.outer / w.units, w.inner / w.units) for w in result.values()]
        s = int(np.argmax(wide))
        raise _too_wide(wide[s], f" at state {game.states[s]!r}", outer, asked, gap, result)
    return result


def _by_state(
    game: StochasticGame,
    delta: float,
    directions: object,
    gap: float | None,
    asked: float,
    budget: Budget,
    mixed: bool,
    before: MarkovPlay | None = None,
) -> tuple[dict[str, PayoffSet], Bound]:
    outer = _begun(Operator.of(game, delta), directions, budget)
    op = outer.operator
    play = markov_play(op, mixed and before is None)
    if before is not None:
        # no Markov equilibrium of the whole game was found
        play = replace(play, sought=before.sought)
    outer.given = play.points
    found, wide = bracket(outer, asked, budget.rounds, play, unit=_unit(op, gap))
    seen = "the next state" if game.imperfect else "actions and the next state"
    if game.signals is not None:
        seen += " and a signal"
    result = {}
    with unhurried():
        for s, label in enumerate(game.states):
            result[label] = _set_at(
                outer, found, s, wide[s] <= asked, f"{play.concept()}, {seen} observed, from state {label}", play
            )
    live = [s for s in range(len(game.states)) if outer.live(s)]
    if 0 < len(live) < len(game.states):
        # play cannot come from these to the others
        result |= _by_state(_restricted(game, live), delta, directions, gap, asked, budget, mixed, play)[0]
    return result, outer


def _restricted(game: StochasticGame, kept: list[int]) -> StochasticGame:
    """Return the game on some of its states, which play does not leave."""
    laws = game.transitions if game.signals is None else game.signals
    given: dict[str, Any] = {"transitions" if game.signals is None else "signals": [laws[s][..., kept] for s in kept]}
    return StochasticGame(
        [game.stages[s] for s in kept], states=[game.states[s] for s in kept], observed=game.observed, **given
    )  # fmt: skip


def bracket(
    outer: Bound,
    gap: float,
    limit: int,
    play: MarkovPlay,
    *,
    decided: Callable[[Inner | None], bool] | None = None,
    most: int | None = None,
    unit: FloatArray,
) -> tuple[Inner | None, list[float]]:
    """Refine a bound and an inner set in turn until they are within `gap` at every state or `decided` says stop.

    It ends where the budget is spent, where there are too many directions, or where nothing is left to try:
    several passes in a row that neither narrowed the bracket nor found more from inside.

    Parameters
    ----------
    play : MarkovPlay, equilibria that every inner set holds
    decided : asked about every bound and every inner set
    most : int, directions of a state at which it gives up
    unit : array [P], what scaled payoffs are multiplied by before distances are taken

    Returns
    -------
    The inner sets (scaled), None where none is known, and the distance at every state: 0 where nothing is left to
    play; and inf at all others then, since they do not lead there and are bracketed alone.
    """
    op, states = outer.operator, range(len(outer.directions))
    alone, plane = len(states) == 1, op.players == 2
    crowd = (_MOST if alone else _MOST_BY_STATE)[not plane]
    most = max(crowd, len(outer.directions[0])) if most is None else most
    near, patience = gap / float(unit.max()), 1 - op.discount
    share = max((PLANE if plane else WIDER) * near * patience, 1e-9)
    seed = markov_values(op, play)
    found, wide = None, [np.inf for _ in states]
    # the first inner set of one state is looked for soon
    stuck, wait, idle, sides, seeded = 0, 1 if alone else 6, 0, 0, False
    while True:
        done = outer.run(0.01 * near, limit)
        corner = [outer.corners(s) for s in states]
        if not all(map(len, corner)):
            outer.empty([s for s in states if not len(corner[s])])
            return None, [np.inf if outer.live(s) else 0.0 for s in states]
        if decided is not None and decided(found):
            return found, wide
        made = [outer.attained(s)[0] for s in states]
        own = _off(corner, made, np.full_like(unit, unit.max()) if alone else unit)
        count = max(map(len, outer.directions))
        # a solid that was found is not grown further: a finer bound is of use only where it is near
        enough = _COARSE[int(max(wide) > 2 * gap)]
        hopeless = found is not None and alone and not plane and count > enough
        over = not done or count > most or idle > 2 or hopeless
        last, before, lost, grew = max(wide), found, False, False
        solid = alone and not plane
        if found is None and (over or solid or outer.single or stuck > wait or max(own) <= 8 * gap * patience):
            found, stuck, wait, sides = inner_set(outer, share, limit, crowd, seed), 0, 6, count
            lost = found is None
            # a solid was looked for together with its bound
            corner, count = [outer.corners(s) for s in states], max(map(len, outer.directions))
            if not all(map(len, corner)):
                continue
            if solid and count > _COARSE[0]:
                over = hopeless = True
        elif (
            found is not None
            and not solid
            and (stuck > 3 or (stuck and max(own) <= (gap if alone else 0.3 * last) * patience))
        ):
            # what is left is the inner set's: it was found on fewer directions, or contracted too much
            share = share if count > 1.2 * sides else share / 3
            stuck, sides = 0, count
            over = over or share < 1e-3 * near * patience
            found = found.joined(inner_set(outer, share, limit, crowd, None))
        if (over or lost) and not seeded and not hopeless:
            # where the time ends meanwhile, the bracket is the one without them
            with suppress(TimeSpent):
                found, grew = joined(found, grown_seeds(outer, play, enough=0.1 * near * patience)), True
            seeded = True
        if found is not None:
            wide = _off(corner, found.points, unit)
        if grew and max(wide) < last:
            # directions along the faces of what was found may close what is left of the bound
            over, stuck, idle = not done or count > most, 0, 0
        if decided is not None and found is not before and decided(found):
            return found, wide
        if over or max(wide) <= gap:
            return found, wide
        # an infinite gap that stays infinite is no progress either
        slow = found is before and not max(wide) < 0.8 * last
        stuck = stuck + 1 if slow else 0
        outer.budget.tell(f"gap {max(wide):.2g}, {count} directions")
        if alone and plane:
            added = sharpened(outer, 0, corner[0], made[0], 0.3 * near * patience)
        else:
            inside, target = (made, 0.0) if found is None else (found.points, 0.3 * near)
            far = [w > 4 * gap * patience for w in own] if found is None else [w > gap for w in wide]
            added = sum(refined(outer, s, corner[s], inside[s], target) for s in states if far[s])
        stuck, idle = (stuck, 0) if added else (stuck + 2, idle + 1 if slow else 0)


def _off(corner: Sequence[FloatArray], inside: Sequence[FloatArray], unit: FloatArray) -> list[float]:
    """Distance of the bound of every state from what is known to lie inside it."""
    return [_apart(c * unit, v * unit) for c, v in zip(corner, inside, strict=True)]


def _apart(corner: FloatArray, inside: FloatArray) -> float:
    """Distance of an outer set from the inner one; inf where none is known, 0 where both are empty."""
    if not len(corner):
        return 0.0
    return farthest(corner, inside) if len(inside) else np.inf


def _asked(gap: object, usual: float) -> float:
    """Return the gap asked for, or the usual one as a share of the range of payoffs."""
    if gap is None:
        return usual
    return check_number("gap", gap, 0, open_low=True, allowed="a positive distance in units of payoff, or None")


def _unit(op: Operator, gap: float | None) -> FloatArray:
    return np.ones_like(op.scale) if gap is None else op.scale


def _begun(operator: Operator, directions: object, budget: Budget) -> Bound:
    """Return the bound to start with, on a number of directions or on those given after the axes."""
    start = _started(directions, operator)
    operator.check_size(len(start))
    outer = Bound.of(operator, start)
    outer.budget = budget
    return outer


def _too_wide(wide: float, at: str, outer: Bound, asked: float, gap: float | None, result: object) -> NotSolved:
    units = " of the range of payoffs" if gap is None else ""
    some, plural = ("up to ", "s") if isinstance(result, dict) else ("", "")
    return unsolved(
        f"the bracket is {wide:.3g}{units} wide{at} after {outer.budget.spent} rounds with {some}"
        f"{max(map(len, outer.directions))} directions; asked: {asked:g}{units}. Raise max_iter, budget_seconds or "
        f"gap; throw=False returns the bracket{plural} so far.",
        result,
    )


def _result(outer: Bound, found: Inner | None, met: bool) -> PayoffSet:
    """Return the set of a repeated game, with what generates the vertices of its bound."""
    op, corner = outer.operator, outer.corners(0)
    made, labels = outer.attained(0) if outer.alive[0] else (corner, [])
    if not len(made) and found is not None:
        made, labels = found.points[0], found.made[0]
    names: tuple[Generator, ...] = ()
    if len(corner) and len(made):
        nearest = [int(np.linalg.norm(made - v, axis=1).argmin()) for v in corner]
        names = tuple(op.generator(0, labels[j], [made]) for j in nearest)
    seen = "imperfect public" if op.game.imperfect else "perfect"
    concept = f"pure perfect public equilibria with public randomisation, {seen} monitoring"
    return _set_at(outer, found, 0, met, concept, None, names)


def _set_at(
    outer: Bound,
    found: Inner | None,
    s: int,
    met: bool,
    concept: str,
    play: MarkovPlay | None,
    names: tuple[Generator, ...] = (),
) -> PayoffSet:
    """Return the bracket at a state; `play`: the Markov equilibria of a game with states."""
    op, corner = outer.operator, outer.corners(s)
    inside, made = (np.zeros((0, op.players)), []) if found is None else (found.points[s], found.made[s])
    details = {
        "method": "outer and inner approximation by linear programs",
        "converged": bool(met),
        "iterations": outer.iterations,
        "jumps": outer.jumps,
        "directions": len(outer.directions[s]),
        "profiles": tuple(op.stages[s].profiles[k] for k in outer.alive[s]),
        "inner_slack": 0.0 if found is None else found.slack * float(op.scale.max()),
        "inner_generators": tuple(_generator(op, found, s, m, play) for m in made) if found is not None else (),
    }
    if play is not None:
        details["mixed_markov"] = play.mixed
    return PayoffSet(
        op.shift + op.scale * corner,
        op.shift + op.scale * inside,
        _apart(corner * op.scale, inside * op.scale),
        op.shift + op.scale * corner.min(axis=0) if len(corner) else np.full(op.players, np.nan),
        op.game.players,
        op.discount,
        concept,
        names,
        op.game,
        details,
    )


def _generator(op: Operator, found: Inner, s: int, made: Made, play: MarkovPlay | None) -> Generator:
    mixed = number(made)
    if mixed is not None and play is not None:
        return Generator((), op.shift + op.scale * made[1], play=play.mixed[mixed])
    return op.generator(s, made, found.points)


def _started(given: Any, operator: Operator) -> FloatArray:
    """Directions to start with, scaled: a number of them, or those that were given after the axes."""
    players = operator.players
    if given is None or not isinstance(plain(given), (Sequence, np.ndarray)):
        count = 16 if given is None else check_whole("directions", given, 4, allowed="at least 4, or an array [K, P]")
        return directions_of(count, players)
    rows = reals("directions", given, f"an array [K, {players}] of nonzero directions")
    if rows.ndim != 2 or rows.shape[1] != players or not np.isfinite(rows).all() or not rows.any(axis=1).all():
        invalid("directions", given, f"an array [K, {players}] of nonzero directions")
    turned = rows * operator.scale
    axes = directions_of(4, players)[: 2 * players]
    return merged(axes, turned / np.linalg.norm(turned, axis=1)[:, None])
