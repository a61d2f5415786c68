"""The exact set of priors at which a profile by type is an equilibrium: linear conditions, no bisection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from armsgame._checks import check_discount
from armsgame._deadline import ask_time
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.arithmetic.tolerance import scales
from armsgame.errors import WrongConcept
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.profiles import lower_types
from armsgame.results.bayesian_equilibria import BayesianEquilibrium
from armsgame.results.critical_prior import CriticalPrior, PriorRegion, corners_of
from armsgame.solve.bayesian.board import Board, Nodes, Tables
from armsgame.solve.bayesian.odds import corners, odds
from armsgame.solve.bayesian.valuation import Valuation

__all__ = ["critical_prior", "prior_conditions", "priors_of", "region"]


def critical_prior(
    game: BayesianGame,
    profile: Mapping[str, object] | BayesianEquilibrium,
    *,
    discount: float,
    budget_seconds: float | None = None,
) -> CriticalPrior:
    """Find every prior at which a profile by type is an equilibrium.

    Parameters
    ----------
    game : BayesianGame
        Its prior decides one thing only: own types of prior 0 are not tested.
    profile : mapping {party: {type: strategy}}, or an equilibrium that has such a ``profile``
    discount : float
        Per period, between 0 and 1.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    CriticalPrior
        One region per party: an interval of the probability of its first type where it has two types, a
        convex polytope where it has more. Regions are closed: at their boundary a deviation ties. A prior that
        gives a type probability 0 is judged as the limit of priors that do not.

    Raises
    ------
    WrongConcept
        Not a game with private types.
    InvalidGame
        A profile that does not fit the game, or a discount factor outside [0, 1).

    Notes
    -----
    A belief at a node is the prior times a likelihood. The likelihoods that histories produce at a node
    generate a convex cone, which does not depend on the prior, and the gain of an action is linear in the
    belief. So the gain is at most zero at every belief if and only if a linear inequality in the prior holds for each
    extreme ray of the cone, each own type and each action. The answer is the intersection of these half-spaces.
    """
    if not isinstance(game, BayesianGame):
        raise WrongConcept(
            f"critical_prior is about a BayesianGame, not {type(game).__name__}; without private types use "
            "critical_discount."
        )
    return priors_of(Tables.of(game), profile, float(check_discount(discount)))


def priors_of(tables: Tables, profile: object, delta: float) -> CriticalPrior:
    """Find every prior at which a profile is an equilibrium of a game in arrays."""
    game = tables.game
    even = [np.full(len(own), 1 / len(own)) for own in game.types]
    every = game.with_prior(dict(zip(game.players, even, strict=True)))
    board = Board(replace(tables, game=every), lower_types(every, profile, dynamics=tables.dynamics), supports=True)
    worth = Valuation(board.nodes(), delta)
    found: list[PriorRegion] = []
    for i in (0, 1):
        ask_time(f"the priors of {len(found)} parties")
        found.append(region(worth, 1 - i, game.tested[1 - i]))
    return CriticalPrior((found[0], found[1]), delta)


def prior_conditions(worth: Valuation, i: int, tested: BoolArray) -> tuple[FloatArray, IntArray]:
    """Half-spaces [R, K] in the prior about the other party, and (type, node, action) of each.

    A prior p makes party i content with what it plays if and only if every row has row . p <= 0.
    """
    nodes = worth.nodes
    rays = corners(odds(nodes, i))
    gains = worth.one_shot(i)
    allowed = nodes.allowed(i)
    zero = (1 - worth.discount) * scales(nodes.tables.pay)[i].zero
    kinds = np.flatnonzero(tested)
    padded = np.zeros((nodes.size, max([1, *map(len, rays)]), gains.shape[1]))
    for n, own in enumerate(rays):
        padded[n, : len(own)] = own
    known = np.where(allowed[:, None, :, None], gains[kinds].transpose(2, 0, 3, 1), 0.0)
    # [node, type, ray, action, other's type]; a row of zeros is no ray
    table = padded[:, None, :, None, :] * known[:, :, None]
    table = np.where(np.abs(table) <= zero, 0.0, table)
    at = np.argwhere(table.max(axis=4) > 0)
    if not len(at):
        return np.zeros((0, gains.shape[1])), np.zeros((0, 3), np.int64)
    every = table[tuple(at.T)]
    tags = np.column_stack([kinds[at[:, 1]], at[:, 0], at[:, 3]])
    every = every / np.abs(every).max(axis=1, keepdims=True)
    _, first = np.unique(np.round(every, 12), axis=0, return_index=True)
    return every[first], tags[first]


def region(worth: Valuation, observer: int, tested: BoolArray) -> PriorRegion:
    """Region of the priors that an observer may hold."""
    nodes = worth.nodes
    game = nodes.tables.game
    about = 1 - observer
    rows, tags = prior_conditions(worth, observer, tested)
    found = corners_of(rows, len(game.types[about]))
    if len(found):
        kept = np.flatnonzero((rows @ found.T >= -1e-9).any(axis=1))
        kept = _irredundant(rows, kept, found)
    else:
        kept = _conflict(rows)
    return PriorRegion(
        game.players[about],
        game.players[observer],
        game.types[about],
        rows[kept],
        tuple(told(nodes, observer, *row) for row in tags[kept].tolist()),
        found,
    )


def _conflict(rows: FloatArray) -> IntArray:
    """Rows that no prior meets together: one alone, or two where there are two types; else all."""
    alone = np.flatnonzero((rows > 0).all(axis=1))
    if len(alone) or rows.shape[1] != 2:
        return alone[:1] if len(alone) else np.arange(len(rows))
    ends = rows[:, 1] / (rows[:, 1] - rows[:, 0])
    low = np.where(rows[:, 1] > 0, ends, -np.inf)
    high = np.where(rows[:, 0] > 0, ends, np.inf)
    return np.array([low.argmax(), high.argmin()])


def _irredundant(rows: FloatArray, kept: IntArray, found: FloatArray) -> IntArray:
    """One row for each face of the region."""
    out, faces = [], set()
    width = found.shape[1]
    for r in kept.tolist():
        on = tuple(np.flatnonzero(rows[r] @ found.T >= -1e-9).tolist())
        # a face of full dimension, unless the region is flat itself
        if on not in faces and (len(on) >= width - 1 or len(found) < width):
            faces.add(on)
            out.append(r)
    return np.array(out, dtype=np.int64)


def told(nodes: Nodes, i: int, kind: int, node: int, action: int) -> str:
    """Tell a deviation in words: who, of which type, where, and what it would do instead."""
    game = nodes.tables.game
    dyn = nodes.tables.dynamics
    s = int(nodes.state[node])
    left = nodes.left[1 - i][node]
    out = [k for k, keep in zip(game.types[1 - i], left, strict=True) if not keep]
    excluded = f", with {' and '.join(out)} of {game.players[1 - i]} excluded" if out else ""
    action_label = dyn.actions[s][i][action]
    return f"{game.players[i]} of type {game.types[i][kind]} gains from {action_label!r} at {dyn.states[s]!r}{excluded}"
