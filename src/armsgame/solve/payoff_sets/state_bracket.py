"""Payoff sets of stochastic games with public signals, bracketed at every state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from armsgame._budget import Budget
from armsgame._checks import check_discount
from armsgame._typing import FloatArray
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.games.coercion import game_of
from armsgame.games.stochastic import StochasticGame
from armsgame.geometry.hulls import farthest
from armsgame.results.payoff_set import Generator, PayoffSet
from armsgame.solve.payoff_sets.bracket import apart, check_gap, measured, started
from armsgame.solve.payoff_sets.inner_set import Inner, contracted, grown, proven
from armsgame.solve.payoff_sets.operator import Made, Operator, number
from armsgame.solve.payoff_sets.outer_bound import Bound
from armsgame.solve.payoff_sets.placement import refined
from armsgame.solve.payoff_sets.seeds import MarkovPlay, joined, markov_play, markov_values, seeds

__all__ = ["state_bracket"]

_MOST, _MOST_SOLID = 600, 300
_EXACT = 1e-10
_SHARE = 0.01


def state_bracket(
    game: StochasticGame,
    *,
    discount: float,
    directions: Any = None,
    gap: float | None = None,
    max_iter: int = 2000,
    throw: bool = True,
    seconds: float | None = None,
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
    seconds : float, optional
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
    asked = check_gap(gap)
    budget = Budget(max_iter, seconds, "bracket")
    with budget:
        result, outer = _bracketed(game, delta, directions, gap, budget, mixed)
    wide = [w.gap if gap else apart(w.outer / w.units, w.inner / w.units) for w in result.values()]
    if throw and not all(w.details["converged"] for w in result.values()):
        s, units = int(np.argmax(wide)), measured(gap)
        raise NotSolved(
            f"the bracket is {wide[s]:.3g}{units} wide at state {game.states[s]!r} after {budget.spent} rounds with up "
            f"to {max(map(len, outer.directions))} directions; asked: {asked or _SHARE:g}{units}. Raise max_iter, "
            "seconds or gap; throw=False returns the brackets so far.",
            result,
        )
    return result


def _bracketed(
    game: StochasticGame,
    delta: float,
    directions: Any,
    gap: float | None,
    budget: Budget,
    mixed: bool,
    before: MarkovPlay | None = None,
) -> tuple[dict[str, PayoffSet], Bound]:
    operator = Operator.of(game, delta)
    start = started(directions, operator)
    operator.check_size(len(start))
    outer = Bound.of(operator, start)
    outer.budget = budget
    play = markov_play(operator, mixed and before is None)
    if before is not None:
        # no Markov equilibrium of the whole game was found
        play = replace(play, sought=before.sought)
    outer.given = play.points
    unit = np.ones_like(operator.scale) if gap is None else operator.scale
    found, met = _tighten(outer, gap or _SHARE, unit, len(start), play)
    result = _result(outer, found, met, play)
    live = [s for s in range(len(game.states)) if outer.live(s)]
    if 0 < len(live) < len(game.states):
        # play cannot come from these to the others
        result |= _bracketed(_restricted(game, live), delta, directions, gap, budget, mixed, play)[0]
    return result, outer


def _restricted(game: StochasticGame, kept: list[int]) -> StochasticGame:
    """Return the game on some of its states, which play does not leave."""
    laws = game.transitions if game.signals is None else game.signals
    given: dict[str, Any] = {"transitions" if game.signals is None else "signals": [laws[s][..., kept] for s in kept]}
    return StochasticGame(
        [game.stages[s] for s in kept], states=[game.states[s] for s in kept], observed=game.observed, **given
    )  # fmt: skip


def _tighten(
    outer: Bound, gap: float, unit: FloatArray, first: int, play: MarkovPlay
) -> tuple[Inner | None, list[bool]]:
    """Refine the bound and the inner set in turn until they are within `gap` at every state.

    Distances are taken after multiplying scaled payoffs by `unit` [P]. Returns whether each state is within `gap`.
    It ends where the budget is spent, where there are too many directions, or where nothing is left to try:
    several passes in a row that neither narrowed the bracket nor found more from inside.
    """
    op, budget, limit = outer.operator, outer.budget, outer.budget.rounds
    states = range(len(outer.directions))
    near = gap / float(unit.max())
    patience = 1 - op.discount
    share = max(1.5 * near * patience, 1e-9)
    most = max(_MOST if op.players == 2 else _MOST_SOLID, first)
    found: Inner | None = None
    wide = [np.inf for _ in states]
    stuck, idle, seeded = 0, 0, False
    while True:
        done = outer.run(0.01 * near, limit)
        if not all(map(outer.live, states)):
            return None, [not outer.live(s) for s in states]
        corner = [outer.corners(s) for s in states]
        points, made = outer.applied()
        own = [farthest(c * unit, v * unit) if len(v) else np.inf for c, v in zip(corner, points, strict=True)]
        over = not done or max(map(len, outer.directions)) > most or idle > 2
        last, before = max(wide), found
        exact = proven(op, points, made) if max(own) <= _EXACT * float(unit.max()) else None
        if exact is not None:
            # every vertex of the bound is generated on the bound: it generates itself
            found, over = joined(found, exact), True
        elif found is None and (over or stuck > 6 or max(own) <= 8 * gap * patience):
            stuck = 0
            while found is None and share < 0.3 and budget.left:
                found = contracted(outer, share, limit, most)
                share *= 1 if found is not None else 30
        elif found is not None and (stuck > 1 or (stuck == 1 and max(own) < 0.3 * max(wide) * patience)):
            # the bound is nearly its own image: what is left is the inner set's
            share, stuck = share / 5, 0
            over = over or share < 1e-3 * near * patience
            found = joined(found, contracted(outer, share, limit, most))
        if (over or (found is None and stuck > 6) or share >= 0.3) and not seeded:
            seeded = True
            begun = seeds(outer, play)
            if begun is not None:
                begun = begun if found is None else found.joined(begun)
                rounds = min(200, max(budget.left, 1))
                found = grown(op, begun, outer.alive, outer.directions, rounds=rounds, enough=0.1 * near * patience)
        if found is not None:
            wide = [farthest(c * unit, v * unit) for c, v in zip(corner, found.points, strict=True)]
        if over or max(wide) <= gap:
            if not seeded:
                found = joined(found, markov_values(op, play))
                if found is not None:
                    wide = [farthest(c * unit, v * unit) for c, v in zip(corner, found.points, strict=True)]
            return found, [w <= gap for w in wide]
        # an infinite gap that stays infinite is no progress either
        slow = found is before and not max(wide) < 0.8 * last
        stuck = stuck + 1 if slow else 0
        budget.tell(f"gap {max(wide):.2g}, {max(map(len, outer.directions))} directions")
        if found is None:
            off, goal, target = own, 4 * gap * patience, 0.0
            inside = points
        else:
            off, goal, target, inside = wide, gap, 0.3 * near, found.points
        if sum(refined(outer, s, corner[s], inside[s], target) for s in states if off[s] > goal and len(inside[s])):
            idle = 0
        else:
            stuck, idle = stuck + 2, idle + 1 if slow else 0


def _result(outer: Bound, found: Inner | None, met: list[bool], play: MarkovPlay) -> dict[str, PayoffSet]:
    op = outer.operator
    game = op.game
    assert isinstance(game, StochasticGame)
    seen = "the next state" if game.imperfect else "actions and the next state"
    if game.signals is not None:
        seen += " and a signal"
    result = {}
    for s, label in enumerate(game.states):
        corner = outer.corners(s)
        inside = np.zeros((0, op.players)) if found is None else found.points[s]
        made = [] if found is None else found.made[s]
        details = {
            "method": "outer and inner approximation by linear programs",
            "converged": bool(met[s]),
            "iterations": outer.iterations,
            "jumps": outer.jumps,
            "directions": len(outer.directions[s]),
            "profiles": tuple(op.stages[s].profiles[k] for k in outer.alive[s]),
            "mixed_markov": play.mixed,
            "inner_slack": 0.0 if found is None else found.slack * float(op.scale.max()),
            "inner_generators": tuple(_generator(op, found, s, m, play) for m in made) if found is not None else (),
        }
        result[label] = PayoffSet(
            op.shift + op.scale * corner,
            op.shift + op.scale * inside,
            apart(corner * op.scale, inside * op.scale),
            op.shift + op.scale * corner.min(axis=0) if len(corner) else np.full(op.players, np.nan),
            game.players,
            op.discount,
            f"{play.concept()}, {seen} observed, from state {label}",
            (),
            game,
            details,
        )
    return result


def _generator(op: Operator, found: Inner, s: int, made: Made, play: MarkovPlay) -> Generator:
    mixed = number(made)
    if mixed is not None:
        return Generator((), op.shift + op.scale * made[1], play=play.mixed[mixed])
    return op.generator(s, made, found.points)
