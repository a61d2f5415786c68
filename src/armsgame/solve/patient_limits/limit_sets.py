"""What any discount factor can enforce: feasible and individually rational payoffs, and the limit of patience."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import InvalidGame, invalid
from armsgame.games.coercion import game_of, public_game
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.geometry.directions import between, directions_of, merged
from armsgame.geometry.halfspaces import vertices
from armsgame.geometry.hulls import farthest, hull, normals
from armsgame.results.payoff_set import PayoffSet
from armsgame.solve.patient_limits.scores import Scores


def feasible_set(game: object) -> PayoffSet:
    """Convex hull of the stage payoffs.

    Parameters
    ----------
    game : StageGame or RepeatedGame
        Two players or more, no batch axes.

    Examples
    --------
    >>> import armsgame as ag
    >>> feasible_set(ag.treaty.compliance(5, 3, 1, 0)).area
    10.0
    """
    stage = _stage("feasible_set", game)
    points, shift, scale = _scaled(stage)
    corner = shift + scale * hull(points)
    return _static(corner, stage, game, "feasible payoffs")


def individually_rational_set(game: object) -> PayoffSet:
    """Feasible payoffs that give every player at least the pure minmax.

    The minmax over *pure* actions of the others; with mixed actions they can push lower.

    Parameters
    ----------
    game : StageGame or RepeatedGame

    Examples
    --------
    >>> import armsgame as ag
    >>> individually_rational_set(ag.treaty.compliance(5, 3, 1, 0)).threats
    array([1., 1.])
    """
    stage = _stage("individually_rational_set", game)
    directions, levels, shift, scale = _rational(stage)
    corner = shift + scale * vertices(directions, levels)
    return _static(corner, stage, game, "feasible payoffs above the pure minmax")


def score(game: object, direction: ArrayLike) -> float:
    """Return the largest direction . v that some profile supports as patience grows without limit.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
    direction : array_like [P], not normalised

    Returns
    -------
    float
        k(direction) over pure profiles; -inf where no profile can be enforced on the half-space.

    Notes
    -----
    k = max over profiles and x of direction . v with v = g(a) + E[x(y) | a], no deviation from a
    profitable at g + x, and direction . x(y) <= 0 for every signal y. Payoffs of pure-strategy
    equilibria at *any* discount factor satisfy direction . v <= k. With states s, x depends on the
    next state t too, direction . x(s, y, t) <= h(t) - h(s) for some relative values h, and v is the
    same at every state.

    References
    ----------
    Fudenberg and Levine (1994), Journal of Economic Theory 62, section 3; Hörner, Sugaya, Takahashi
    and Vieille (2011), Econometrica 79.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance(3, 2, 0, -1)
    >>> good = np.array([[0.9, 0.5], [0.5, 0.2]])
    >>> seen = ag.Monitoring.public(np.stack([good, 1 - good], axis=-1))
    >>> round(score(ag.RepeatedGame(pd, seen), [1, 1]), 10)
    3.5
    """
    game = public_game("score", game)
    scores = Scores.of(game)
    operator = scores.operator
    row = np.asarray(direction, dtype=float)
    if row.shape != (operator.players,) or not np.isfinite(row).all() or not row.any():
        invalid("direction", direction, f"{operator.players} finite weights, not all zero")
    turned = row * operator.scale
    size = float(np.linalg.norm(turned))
    return float(row @ operator.shift + size * scores(turned / size))


def limit_payoff_set(game: object, *, tolerance: float = 1e-6) -> PayoffSet:
    """Set that the pure-strategy equilibrium payoffs approach as the discount factor tends to 1.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
        Two or three players (more: the work grows with the number of faces). With states, the
        limit must not depend on the first one: play must come to one recurrent class in the end.
    tolerance : float
        Distance, relative to the range of payoffs, below which directions are no longer added.

    Returns
    -------
    PayoffSet
        `outer`: the payoffs within every score that was computed, which hold the equilibrium
        payoffs at *every* discount factor. ``details``: ``full_dimension``, whether the interior is
        nonempty, so that the theorem applies and the set is the limit; ``folk``, whether it
        equals the feasible payoffs above the pure minmax; ``converged``. No row of `inner` is
        claimed: no single discount factor reaches the set. `gap` is the last change of a support.

    Notes
    -----
    Without interior the limit may be smaller (Fudenberg, Levine and Takahashi 2007). With states,
    ``recurrent`` lists the class instead of ``folk``, and `outer` is claimed for the limit only. A
    game with several recurrent classes, or with one that play may never come to, is refused
    (`WrongConcept`, which names the classes), as is one whose scores differ by state (`NotSolved`).

    References
    ----------
    Fudenberg and Levine (1994), theorem 3.1; Fudenberg, Levine and Maskin (1994), Econometrica 62.

    Examples
    --------
    >>> import armsgame as ag
    >>> found = limit_payoff_set(ag.RepeatedGame(ag.treaty.compliance(5, 3, 1, 0)))
    >>> found.details["folk"], found.details["full_dimension"]
    (True, True)
    """
    if not 0 < tolerance < 1:
        invalid("tolerance", tolerance, "a share of the range of payoffs between 0 and 1")
    game = public_game("limit_payoff_set", game)
    scores = Scores.of(game)
    op = scores.operator
    feasible = scores.feasible()
    directions = merged(_faces(feasible), directions_of(8, op.players), 1e-9)
    levels = np.array([min(scores(row), float((feasible @ row).max())) for row in directions])
    more: dict[str, object]
    if isinstance(game, StochasticGame):
        rational, more = None, {"recurrent": tuple(game.states[s] for s in scores.part)}
        names = ("Hörner, Sugaya, Takahashi and Vieille", ", from every state")
    else:
        rational, names = _rational(game.stage), ("Fudenberg and Levine", "")
        levels[: len(rational[1])] = np.minimum(levels[: len(rational[1])], rational[1])
    directions, levels, corner, change = _cut(scores, directions, levels, tolerance)
    if rational is not None:
        more = {"folk": bool(len(corner)) and farthest(vertices(*rational[:2]), corner) <= 1e-7}
    points = op.shift + op.scale * corner
    return PayoffSet(
        points,
        np.zeros((0, op.players)),
        float(change * op.scale.max()) if len(corner) else 0.0,
        points.min(axis=0) if len(points) else np.full(op.players, np.nan),
        game.players,
        1.0,
        f"limit of pure perfect public equilibria as the discount factor tends to 1{names[1]}",
        (),
        game,
        {
            "method": f"scores of {names[0]}",
            "directions": len(directions),
            "converged": bool(change <= tolerance or not len(corner)),
            "full_dimension": len(corner) > op.players and _radius(directions, levels) > 1e-7,
            **more,
        },
    )


def _cut(
    score: Callable[[FloatArray], float], directions: FloatArray, levels: FloatArray, tolerance: float
) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """Add directions at the vertices of the half-spaces of scores while these cut something off."""
    change, rounds = np.inf, 0
    corner = np.zeros((0, directions.shape[1]))
    while np.isfinite(levels).all():
        corner = vertices(directions, levels)
        if not len(corner) or change <= tolerance or rounds >= 40 or len(directions) > 500:
            break
        rounds += 1
        on = np.asarray(np.abs(corner @ directions.T - levels) <= 1e-9)
        more = merged(directions, between(on, directions))[len(directions) :]
        if not len(more):
            change = 0.0
            continue
        fresh = np.array([score(row) for row in more])
        cuts = (corner @ more.T).max(axis=0) - fresh
        change = float(cuts.max(initial=0.0))
        # only those that cut something off matter
        keep = cuts > 0.1 * tolerance
        directions, levels = np.concatenate([directions, more[keep]]), np.concatenate([levels, fresh[keep]])
    return directions, levels, corner, change


def _radius(directions: FloatArray, levels: FloatArray) -> float:
    from scipy.optimize import linprog

    dim = directions.shape[1]
    system = np.hstack([directions, np.ones((len(directions), 1))])
    found = linprog([0.0] * dim + [-1.0], A_ub=system, b_ub=levels, bounds=(None, None), method="highs")
    return float(found.x[-1]) if found.status == 0 else -np.inf


def _stage(verb: str, given: object) -> StageGame:
    game = game_of(verb, given, StageGame, RepeatedGame)
    stage = game.stage if isinstance(game, RepeatedGame) else game
    if stage.batch or len(stage.players) < 2:
        raise InvalidGame(
            f"stage has batch axes {stage.batch} and {len(stage.players)} player(s); allowed: one game of two players "
            "or more. Index a batch: stage[0]."
        )
    return stage


def _scaled(stage: StageGame) -> tuple[FloatArray, FloatArray, FloatArray]:
    raw = stage.payoffs.reshape(len(stage.players), -1)
    shift, scale = raw.min(axis=1), np.ptp(raw, axis=1)
    scale = np.where(scale > 0, scale, 1.0)
    return ((raw - shift[:, None]) / scale[:, None]).T, shift, scale


def _rational(stage: StageGame) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Half-spaces of the feasible payoffs above the pure minmax, scaled; shift and scale."""
    points, shift, scale = _scaled(stage)
    players = len(stage.players)
    directions = _faces(hull(points))
    levels = (points @ directions.T).max(axis=0)
    low = (stage.minmax() - shift) / scale
    place = 2 * np.arange(players) + 1
    levels[place] = np.minimum(levels[place], -low)
    return directions, levels, shift, scale


def _faces(corner: FloatArray) -> FloatArray:
    """Axis directions, then the normals of the faces of a hull."""
    players = corner.shape[1]
    return merged(directions_of(4, players)[: 2 * players], normals(corner), 1e-9)


def _static(corner: FloatArray, stage: StageGame, game: object, concept: str) -> PayoffSet:
    low = corner.min(axis=0) if len(corner) else np.full(len(stage.players), np.nan)
    return PayoffSet(corner, corner, 0.0, low, stage.players, float("nan"), concept, (), game, {"method": "static"})
