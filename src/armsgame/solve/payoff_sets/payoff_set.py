"""Payoffs that self-enforcing agreements can promise in a repeated game."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, TypeAlias, overload

import numpy as np

from armsgame._checks import as_fraction, check_discount, check_flag, discount_array, reals
from armsgame._cost import require
from armsgame._deadline import ask_time, unhurried
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray, Real
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.games.coercion import Modelled, PublicGame, public_game
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.geometry.plane import polygon
from armsgame.results.payoff_set import Generator, PayoffSet
from armsgame.solve.payoff_sets.bracket import payoff_bracket, state_bracket
from armsgame.solve.payoff_sets.sandwich import guarded, guarded_family
from armsgame.solve.polygon_sets.polygons import PolygonOperator, stochastic_payoff_set

# with so few action profiles nothing needs to be reckoned before it starts
_SMALL = 100
_CONCEPT = "pure-strategy subgame-perfect equilibria, perfect monitoring, public randomisation"
# on payoffs scaled to [0, 1]
_EPS, _MERGE, _FLOOR, _CERTIFIED = 1e-13, 1e-10, 2e-14, 1e-9


@dataclass(frozen=True, slots=True)
class AbreuSannikov(Value):
    """Abreu and Sannikov (2014): two players, perfect monitoring.

    Parameters
    ----------
    exact : bool
        Also certify the answer in rational numbers, where its extreme points are rationals that
        can be recognised.
    tolerance : float
        Distance from the limit at which iteration stops, relative to the range of payoffs.
    max_iter : int
    """

    exact: bool = False
    tolerance: float = 1e-12
    max_iter: int = 1_000_000


@dataclass(frozen=True, slots=True)
class LinearPrograms(Value):
    """Outer and inner approximation by linear programs: any number of players, public signals.

    Parameters
    ----------
    gap : float, optional
        Distance between outer and inner set at which it stops, in units of payoff. None: 1/4000 (three
        parties and more: 5 %; with states: 1 %) of the range of payoffs, each party's payoffs measured in their own
        range.
    directions : int or array_like [K, P], optional
        Directions to start with; more are added where the bracket is wide.
    max_iter : int
        Rounds of the whole job.
    mixed : bool
        For a stochastic game: whether play may turn into a mixed Markov equilibrium for ever, where the game is
        small enough to look for them (`armsgame.solve.payoff_sets.bracket.state_bracket`).
    """

    gap: float | None = None
    directions: int | ArrayLike | None = None
    max_iter: int = 2000
    mixed: bool = True


Method: TypeAlias = AbreuSannikov | LinearPrograms | PolygonOperator
Found: TypeAlias = PayoffSet | tuple[PayoffSet, ...] | dict[str, PayoffSet]


@overload
def payoff_set(
    game: RepeatedGame,
    *,
    discount: Real,
    method: Method | None = None,
    throw: bool = True,
    budget_seconds: float | None = None,
) -> PayoffSet: ...
@overload
def payoff_set(
    game: RepeatedGame,
    *,
    discount: Sequence[float] | FloatArray,
    method: Method | None = None,
    throw: bool = True,
    budget_seconds: float | None = None,
) -> tuple[PayoffSet, ...]: ...
@overload
def payoff_set(
    game: StochasticGame | Modelled,
    *,
    discount: Real,
    method: Method | None = None,
    throw: bool = True,
    budget_seconds: float | None = None,
) -> dict[str, PayoffSet]: ...
def payoff_set(
    game: object, *, discount: object, method: object = None, throw: bool = True, budget_seconds: float | None = None
) -> Found:
    """Bracket the payoffs of all pure-strategy equilibria of a repeated game.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
        Perfect or imperfect public monitoring, without a detection lag; a stochastic game of two or
        three players.
    discount : float or Fraction, or array_like [B] of floats
        Per period, 0 <= discount < 1; for a repeated game an array is solved in one call.
    method : AbreuSannikov, LinearPrograms, or PolygonOperator for a stochastic game; optional
        Default: AbreuSannikov (with states: PolygonOperator) for two players with perfect
        monitoring, else LinearPrograms.
    throw : bool
        Raise where iteration did not converge; else the bracket so far is returned with
        ``details["converged"]`` false.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    PayoffSet, or a tuple of them for an array of discount factors; for a stochastic game a dict
    from state label to PayoffSet
        It may be empty (no *pure* equilibrium), a point, a segment or a polygon. `outer` is the
        limit of the operator from above; `inner` holds the values of the strategies that the
        generators describe, with incentives met to 1e-9 of the range of payoffs.

    Raises
    ------
    WrongConcept
        Not a repeated or stochastic game, or a method that does not fit it.
    NotSolved
        Not converged within max_iter, or a bracket wider than its gap. Whatever `throw` says, also where
        the outer set leaves out the inner one, an equilibrium of the stage game, or (linear programs,
        two actions each) a verified named profile: such a set is never a result.

    Notes
    -----
    Public randomisation is allowed. `concept` says which equilibria a set holds: pure ones, and for a small
    stochastic game with imperfect public information those that turn into a mixed Markov equilibrium as well.
    Operator R of Abreu and Sannikov (2014, Econometrica 82,
    proposition 2): an extreme point is g(a) for ever, or a profile a followed by a continuation
    at which an incentive constraint binds.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.StageGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> found = payoff_set(ag.RepeatedGame(pd), discount=0.75)
    >>> found.outer.round(6).tolist()
    [[3.0, 3.0], [9.75, 3.0], [9.0, 9.0], [3.0, 9.75]]
    """
    game = public_game("payoff_set", game)
    if isinstance(game, RepeatedGame) and len(game.stage.profiles) > _SMALL:
        require("payoff_set", actions=game.stage.shape)
    found = _found(game, discount, method, check_flag("throw", throw))
    with unhurried():
        for one in found.values() if isinstance(found, dict) else found if isinstance(found, tuple) else (found,):
            guarded(one, named=isinstance(game, RepeatedGame) and "inner_generators" in one.details)
        if isinstance(found, tuple) and found and "inner_generators" in found[0].details:
            guarded_family(found)
    return found


def _found(game: PublicGame, discount: Any, method: object, throw: bool) -> Found:
    """Solve by the method that fits."""
    if isinstance(game, StochasticGame):
        return _by_state(game, discount, method, throw)
    plane = game.monitoring.kind == "perfect" and len(game.players) == 2
    how = (AbreuSannikov() if plane else LinearPrograms()) if method is None else method
    many = isinstance(discount, (list, tuple)) or (isinstance(discount, np.ndarray) and discount.ndim > 0)
    if many:
        discount = discount_array(reals("discount", discount))
        if discount.ndim != 1 or not discount.size:
            invalid("discount", discount, "0 <= discount < 1, in one dimension")
    if isinstance(how, LinearPrograms):
        bracketed = [payoff_bracket(game, discount=d, **_asked(how, throw)) for d in (discount if many else [discount])]
        return tuple(bracketed) if many else bracketed[0]
    if not isinstance(how, AbreuSannikov):
        invalid("method", method, "AbreuSannikov(...) or LinearPrograms(...)")
    if not plane:
        raise WrongConcept("AbreuSannikov takes two players with perfect monitoring; use method=LinearPrograms().")
    deltas = discount.tolist() if many else [float(check_discount(discount))]
    found = _solve(game, deltas, how)
    for one in found:
        if throw and not one.details["converged"]:
            raise NotSolved(
                f"not converged at discount {one.discount!r} within max_iter = {how.max_iter} (last step "
                f"{one.details['step']:.1e}); raise max_iter, or take the bracket so far with throw=False.",
                tuple(found) if many else one,
            )
    if how.exact:
        found = [_certified(game, d, one) for one, d in zip(found, deltas if many else [discount], strict=True)]
    return tuple(found) if many else found[0]


def _asked(how: LinearPrograms, throw: bool) -> dict[str, Any]:
    return {"throw": throw, **{name: getattr(how, name) for name in ("directions", "gap", "max_iter")}}


def _by_state(game: StochasticGame, discount: Any, method: object, throw: bool) -> dict[str, PayoffSet]:
    plane = not game.imperfect and game.signals is None and len(game.players) == 2
    if isinstance(method, LinearPrograms) or (method is None and not plane):
        how = LinearPrograms() if method is None else method
        return state_bracket(game, discount=discount, mixed=how.mixed, **_asked(how, throw))
    if isinstance(method, PolygonOperator) and not plane:
        raise WrongConcept(
            "PolygonOperator takes a StochasticGame of two players whose actions are observed, without signals; use "
            "method=LinearPrograms()."
        )
    delta = float(check_discount(discount))
    if delta == 0:
        invalid("discount", discount, "0 < discount < 1 for a stochastic game", "At 0 each stage stands alone.")
    if method is not None and not isinstance(method, PolygonOperator):
        invalid("method", method, "PolygonOperator(...) or LinearPrograms(...) for a stochastic game")
    ask_time()
    return stochastic_payoff_set(game, discount=delta, method=method, throw=throw)


def _solve(game: RepeatedGame, deltas: list[float], how: AbreuSannikov) -> list[PayoffSet]:
    ask_time()
    from armsgame._kernels.polygon import many_sets
    from armsgame._threads import in_blocks

    # an action gives at most five candidates in one round
    count, room = len(deltas), 5 * len(game.stage.profiles) + 8
    points = np.zeros((3, count, room, 2))
    labels = np.empty((2, count, room), np.int64)
    lowest, found, real = np.empty((count, 2)), np.empty((count, 2), np.int64), np.empty((count, 4))
    rule = (_EPS, _MERGE, how.tolerance, _FLOOR, how.max_iter)
    live = np.array([delta or 0.5 for delta in deltas])
    in_blocks(many_sets, count, 1, _scaled(game.stage), live, rule, points, labels, lowest, found, real)
    rows = [(*whole, *numbers) for whole, numbers in zip(found.tolist(), real.tolist(), strict=True)]
    names, players = game.stage.profiles, game.players
    binding = ((), players[:1], players[1:], players)
    sets = []
    for b, (delta, (m, steps, step, slack, gap, fine)) in enumerate(zip(deltas, rows, strict=True)):
        if delta == 0:
            sets.append(_impatient(game))
            continue
        made = zip(labels[0, b, :m].tolist(), points[1, b, :m], labels[1, b, :m].tolist(), strict=True)
        certified = slack <= _CERTIFIED
        details = {
            "method": "Abreu-Sannikov",
            "iterations": steps,
            "step": step,
            "slack": slack,
            "converged": bool(fine),
            "exact": False,
        }
        sets.append(
            PayoffSet(
                points[0, b, :m],
                points[2, b, : m if certified else 0],
                gap if certified else inf,
                lowest[b],
                players,
                delta,
                _CONCEPT,
                tuple([Generator(names[a], w, binding[code]) for a, w, code in made]),
                game,
                details,
            )
        )
    return sets


def _scaled(stage: StageGame) -> tuple[FloatArray, ...]:
    """Scale a game for `many_sets`: payoffs on the unit square, gains, pure minmax, feasible hull, scales."""
    from armsgame._kernels.polygon import hull

    low, span = stage.payoffs.min(axis=(1, 2)), np.ptp(stage.payoffs, axis=(1, 2))
    span = np.where(span > 0, span, 1.0)
    table = (stage.payoffs - low[:, None, None]) / span[:, None, None]
    tops = [own.max(axis=i, keepdims=True) for i, own in enumerate(table)]
    flat, gains = table.reshape(2, -1), (np.stack(np.broadcast_arrays(*tops)) - table).reshape(2, -1)
    index, chain = np.empty(flat.shape[1], np.int64), np.empty(2 * flat.shape[1] + 2, np.int64)
    corner = chain[: hull(flat[0], flat[1], len(index), _EPS, index, chain)]
    return flat, gains, np.array([top.min() for top in tops]), flat[0, corner], flat[1, corner], low, span


def _impatient(game: RepeatedGame) -> PayoffSet:
    """At discount 0: randomisations over the pure equilibria of the stage game."""
    stage = game.stage
    nash = np.flatnonzero(stage.best_replies().all(axis=0).ravel())
    points = stage.payoffs.reshape(2, -1).T
    outer = polygon(points[nash]) if len(nash) else np.empty((0, 2))
    made = [next(k for k in nash if (points[k] == v).all()) for v in outer]
    return PayoffSet(
        outer,
        outer,
        0.0,
        outer.min(axis=0) if len(outer) else np.full(2, np.nan),
        game.players,
        0.0,
        _CONCEPT,
        tuple(Generator(stage.profiles[k], v) for k, v in zip(made, outer, strict=True)),
        game,
        {"method": "stage equilibria", "iterations": 0, "step": 0.0, "slack": 0.0, "converged": True, "exact": False},
    )


def _certified(game: RepeatedGame, discount: Real, found: PayoffSet) -> PayoffSet:
    """Add exact extreme points where the fixed point can be checked in rationals."""
    from dataclasses import replace

    from armsgame.solve.polygon_sets.exact_certificate import certify

    if found.empty or found.discount == 0:
        exact: object = () if found.empty else tuple(tuple(as_fraction(x) for x in v) for v in found.outer)
        return replace(found, details={**found.details, "exact": True, "extreme_points": exact})
    exact = certify(game, as_fraction(discount), found.outer)
    if exact is None:
        return found
    points = np.array([[float(x) for x in v] for v in exact])
    return replace(
        found, outer=points, inner=points, gap=0.0, threats=points.min(axis=0),
        details={**found.details, "exact": True, "extreme_points": exact},
    )  # fmt: skip
