"""Certificate B: what any plan of a type can gain at most, by interpolation on a grid of beliefs."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from armsgame._checks import check_discount, check_whole
from armsgame._deadline import ask_time
from armsgame._typing import FloatArray, IntArray, NumberArray, Real
from armsgame.arithmetic.tolerance import UNIT, Scale
from armsgame.checkers.odds import Edges, edges_of, odds_of, vertices_of
from armsgame.errors import InvalidGame, NotSolved, WrongConcept
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.nodes import TypeNodes, nodes_of
from armsgame.results.bayesian import ReplyBound

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["bound_types"]

# entries of the transition matrix on the grid
_MOST = 2 * 10**7


def bound_types(
    game: BayesianGame,
    profile: object,
    *,
    discount: Real,
    grid: int = 4,
    most: int = 20_000,
    budget_seconds: float | None = None,
) -> ReplyBound:
    """Bound from above what each type can gain by any plan, at the start and wherever histories lead.

    Parameters
    ----------
    game : BayesianGame
    profile : as in `verify_types`; mixed and noisy play is allowed
    discount : float
    grid : int
        Parts into which an edge of the simplex of beliefs is cut; more parts, a tighter bound.
    most : int
        Refuse to build more nodes than this.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    ReplyBound

    Raises
    ------
    InvalidGame
        The profile does not fit the game, or the grid is too fine for its nodes.
    NotSolved
        Plans on the grid did not settle.

    Notes
    -----
    Against a profile by type the best reply of a type is a decision problem whose only hidden state is the type of the
    other party. Its value is convex in the belief, so interpolation between points of a grid bounds it from above
    (Lovejoy 1991); simplices of the grid are those of Freudenthal's triangulation. The value of the profile itself is
    computed as it is. The difference is a bound on the gain.
    """
    if not isinstance(game, BayesianGame):
        raise WrongConcept(f"bound_types takes a BayesianGame, not a {type(game).__name__}; ask best_reply(game, ..).")
    check_whole("grid", grid)
    delta = float(check_discount(discount))
    nodes = nodes_of(game, profile, most=most)
    game = nodes.lowered.game
    root: dict[str, dict[str, float]] = {}
    perfect: dict[str, dict[str, float]] = {}
    anywhere: dict[str, dict[str, float]] = {}
    places: dict[str, dict[str, tuple[str, tuple[float, ...]]]] = {}
    zero = 0.0
    for i, party in enumerate(game.players):
        edges = edges_of(nodes, i)
        points, first = vertices_of(odds_of(nodes, i, edges))
        at = np.repeat(np.arange(len(nodes)), np.diff(first))
        plans = _grid_plans(nodes, i, edges, grid)
        start = game.prior[1 - i][None]
        every, all_points = np.repeat(np.arange(len(nodes)), len(plans.points)), np.tile(plans.points, (len(nodes), 1))
        for target in (root, perfect, anywhere):
            target[party] = {}
        places[party] = {}
        for k in np.flatnonzero(game.tested[i]).tolist():
            own = game.types[i][k]
            reply, values = _best(nodes, i, k, plans, delta)
            zero = max(zero, (1 - delta) * Scale.of(game.payoffs[i][k]).zero)
            root[party][own] = _gap(reply, values, plans, np.zeros(1, np.int64), start)[0]
            gaps = _gap(reply, values, plans, at, points)
            worst = int(np.argmax(gaps))
            perfect[party][own] = float(gaps[worst])
            places[party][own] = (nodes.label(int(at[worst])), tuple(points[worst].tolist()))
            anywhere[party][own] = float(_gap(reply, values, plans, every, all_points).max())
    return ReplyBound(root, perfect, anywhere, places, grid, zero, delta)


class _Plans(NamedTuple):
    """Plans of one party on the grid of beliefs.

    Attributes
    ----------
    points : array [G, K], beliefs of the grid
    step : sparse [D G, N G], law of the next node and point after plan d at point g, in row d G + g
    """

    points: FloatArray
    grid: int
    step: csr_array


def _grid_plans(nodes: TypeNodes, party: int, edges: Edges, grid: int) -> _Plans:
    from scipy.sparse import coo_array

    kinds = edges.chance.shape[1]
    size, start = comb(grid + kinds - 1, kinds - 1), nodes.offset[party]
    entries = len(edges.tail) * size * kinds
    if entries > _MOST:
        raise InvalidGame(
            f"a grid of {size} beliefs needs {entries} entries at {len(nodes)} nodes; allowed: {_MOST}. Use a smaller "
            "grid, or automata with fewer states."
        )
    points = _points(kinds, grid)
    plan = start[edges.tail] + edges.action
    after = points[None] * edges.chance[:, None, :]
    total = after.sum(axis=2)
    edge, point = np.nonzero(total)
    after = after[edge, point] / total[edge, point, None]
    column, weight = _between(after, grid)
    rows = np.repeat(plan[edge] * size + point, column.shape[1])
    cols = (edges.head[edge][:, None] * size + column).ravel()
    vals = (weight * total[edge, point, None]).ravel()
    live = vals > 0
    shape = (int(start[-1]) * size, len(nodes) * size)
    return _Plans(points, grid, coo_array((vals[live], (rows[live], cols[live])), shape=shape).tocsr())


def _best(nodes: TypeNodes, party: int, kind: int, plans: _Plans, discount: float) -> tuple[FloatArray, FloatArray]:
    """Upper bound [N, G] on the grid, rounding included, and values [N, K] of the profile."""
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import splu

    size, start = len(plans.points), nodes.offset[party]
    own = [nodes.plan(party, kind, m) for m in range(plans.points.shape[1])]
    values = np.stack([p.normalised(p.values(discount), discount) for p in own], axis=1)
    scale = Scale.of(nodes.lowered.payoffs[party][kind])
    settled = (1 - discount) * scale.zero + 64 * UNIT * scale.spread
    # payoffs of plans are counted from the least one on
    pay = np.stack([p.data.payoff for p in own], axis=1) @ plans.points.T * (1 - discount)
    node = np.repeat(np.arange(len(nodes)), np.diff(start))
    # the profile's own plan at each node first
    policy = np.repeat(_first_choice(own[0].data.weight, start)[:, None], size, axis=1)
    column = np.arange(size)
    total = np.zeros((len(nodes), size))
    for turn in range(1000):
        ask_time(f"{turn} rounds of plans of one type")
        rows = (policy * size + column).ravel()
        system = eye_array(len(nodes) * size, format="csr") - discount * plans.step[rows]
        total = splu(system.tocsc()).solve(pay[policy, column].ravel()).reshape(len(nodes), size)
        worth = pay + discount * (plans.step @ total.ravel()).reshape(len(pay), size)
        best = np.maximum.reduceat(worth, start[:-1], axis=0)
        if (best <= total + settled).all():
            # any function that exceeds its own update bounds the value: add what is left
            slack = max(0.0, float((best - total).max())) / (1 - discount)
            return total + scale.low + slack, values
        leading = worth >= best[node] - 8 * UNIT * scale.spread
        better = best > total + settled
        for g in range(size):
            choice = _first_choice(leading[:, g], start)
            policy[:, g] = np.where(better[:, g], choice, policy[:, g])
    raise NotSolved(
        "plans on the grid of beliefs did not settle in 1000 rounds; try a smaller grid or discount factor."
    )


def _first_choice(marked: NumberArray, start: IntArray) -> IntArray:
    """First marked plan of each node."""
    live = np.flatnonzero(marked)
    return live[np.searchsorted(live, start[:-1])]


def _gap(reply: FloatArray, values: FloatArray, plans: _Plans, node: IntArray, belief: FloatArray) -> FloatArray:
    """Bound on the gain at nodes [n] with beliefs [n, K]; at least 0."""
    column, weight = _between(belief, plans.grid)
    bound = (reply[node[:, None], column] * weight).sum(axis=1)
    return np.asarray(np.maximum(bound - (values[node] * belief).sum(axis=1), 0.0))


def _points(count: int, grid: int) -> FloatArray:
    """All beliefs over `count` types whose entries are multiples of 1 / grid [G, K], in lexicographic order."""
    if count == 1:
        return np.ones((1, 1))
    chosen = list(combinations(range(grid + count - 1), count - 1))
    bars = np.array(chosen, np.int64).reshape(len(chosen), count - 1)
    ends = np.column_stack([np.full(len(bars), -1), bars, np.full(len(bars), grid + count - 1)])
    return np.asarray((np.diff(ends, axis=1) - 1) / grid)


def _between(belief: FloatArray, grid: int) -> tuple[IntArray, FloatArray]:
    """Points of the grid whose mixture each belief [n, K] is: (indices [n, K], weights [n, K]).

    Freudenthal's triangulation in the coordinates of sums from type k on (Lovejoy 1991, section 2).
    """
    count = belief.shape[1]
    tail = np.cumsum(belief[:, ::-1], axis=1)[:, ::-1] * grid
    tail[:, 0] = grid
    # a sum that misses a whole number by rounding is that number
    near = np.rint(tail)
    tail = np.where(np.abs(tail - near) < 1e-12 * grid, near, tail)
    base = np.floor(tail)
    part = tail - base
    order = np.argsort(-part[:, 1:], axis=1, kind="stable") + 1
    corner = np.repeat(base[:, None, :], count, axis=1)
    rows = np.arange(len(belief))
    sorted_part = np.take_along_axis(part, order, axis=1)
    for j in range(1, count):
        corner[:, j] = corner[:, j - 1]
        corner[rows, j, order[:, j - 1]] += 1
    ends = np.column_stack([np.ones(len(belief)), sorted_part, np.zeros(len(belief))])
    weight = ends[:, :-1] - ends[:, 1:]
    # a corner without weight may lie outside the simplex; it comes before the last point, and any place will do
    counts = corner - np.concatenate([corner[:, :, 1:], np.zeros((*corner.shape[:2], 1))], axis=2)
    return _index(np.rint(counts).astype(np.int64), grid), weight


def _index(counts: IntArray, grid: int) -> IntArray:
    """Place of points, given as whole multiples of 1 / grid, in the order of `_points`."""
    count = counts.shape[-1]
    code = np.zeros(counts.shape[:-1], np.int64)
    for k in range(count):
        code = code * (grid + 1) + counts[..., k]
    known = np.zeros(len(_points(count, grid)), np.int64)
    for k in range(count):
        known = known * (grid + 1) + np.rint(_points(count, grid)[:, k] * grid).astype(np.int64)
    return np.searchsorted(known, code)
