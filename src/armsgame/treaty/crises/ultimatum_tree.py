"""The take-it-or-leave-it demand as a tree with private costs of conflict, and its outcome without the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from armsgame._checks import number, probability, whole
from armsgame._cost import require
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray, Number
from armsgame.errors import invalid
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome
from armsgame.treaty.elementwise import elementwise


def midpoints(low: float, high: float, count: int) -> FloatArray:
    """Middles [count] of equal cells: a uniform private cost as so many equally likely types.

    Examples
    --------
    >>> midpoints(0, 0.4, 4).round(3).tolist()
    [0.05, 0.15, 0.25, 0.35]
    """
    low, high = float(number("low", low)), float(number("high", high))
    size = int(whole("count", count, 1))
    require("tree", nodes=size)
    if not low <= high:
        invalid("high", high, f"at least low {low!r}")
    return np.asarray(low + (high - low) * (np.arange(size) + 0.5) / size)


def ultimatum(
    win_probability: ArrayLike,
    cost_proposer: ArrayLike,
    target_costs: Sequence[ArrayLike],
    demands: Sequence[ArrayLike],
    *,
    prior: Sequence[ArrayLike] | None = None,
    status_quo: ArrayLike = 0.0,
    audience_cost: ArrayLike | None = None,
    players: tuple[str, str] = ("proposer", "target"),
) -> ExtensiveGame:
    """Take-it-or-leave-it demand on a unit pie, the target's cost of conflict being private.

    Parameters
    ----------
    win_probability, cost_proposer : float or array ``[*B]``
        P(the proposer prevails), and its cost of conflict.
    target_costs : sequence of K floats or arrays ``[*B]``
        Cost of conflict of each type of target.
    demands : sequence of M floats or arrays ``[*B]``
        Shares between 0 and 1 that the proposer may ask for.
    prior : sequence of K probabilities or arrays ``[*B]``, optional
        Default: equally likely.
    status_quo : float or array
        Share of the proposer if it makes no demand, or backs down.
    audience_cost : float or array, optional
        Cost of backing down after a refusal. Left out: a refusal always means conflict, and a demand
        is always made.
    players : two labels

    Returns
    -------
    ExtensiveGame
        Chance alone settles the beliefs, so `backward_induction` and its batch solve it. The
        move after a refusal stands in one set per type: what it would learn about the target does
        not touch its payoffs.

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Examples
    --------
    The demand of `ultimatum.take_it_or_leave_it` among forty types and their demands.

    >>> import armsgame as ag
    >>> costs = midpoints(0.0, 0.4, 40)
    >>> game = ultimatum(0.5, 0.1, costs, 0.5 + costs)
    >>> closed = ag.treaty.ultimatum.take_it_or_leave_it(0.5, 0.1, 0.0, 0.4)
    >>> best = ag.trees.backward_induction_batch(game)
    >>> round(float(best.payoffs[0]), 2), round(closed.value, 2)
    (0.56, 0.56)

    References
    ----------
    J. D. Fearon (1995), International Organization 49, 379-414.
    """
    p, c = probability("win_probability", win_probability), number("cost_proposer", cost_proposer, 0)
    s = probability("status_quo", status_quo)
    costs = [number(f"target_costs[{k}]", v, 0) for k, v in enumerate(target_costs)]
    if not costs:
        invalid("target_costs", target_costs, "one cost for each type of target, of which there is one at least")
    asked = [probability(f"demands[{k}]", v) for k, v in enumerate(demands)]
    weights = [1 / len(costs)] * len(costs) if prior is None else list(prior)
    if not asked or len(weights) != len(costs):
        invalid("prior", prior, f"one probability for each of {len(costs)} types, with at least one demand")
    one, two = players
    audience = None if audience_cost is None else number("audience_cost", audience_cost, 0)

    def refused(k: int, m: int) -> Move | Outcome:
        war = Outcome("conflict", (p - c, 1 - p - costs[k]))
        if audience is None:
            return war
        back = Outcome("backed down", (s - audience, 1 - s))
        return Move(one, f"demand {m} refused by type {k}", {"fight": war, "back down": back})

    def told(k: int, m: int) -> Move:
        x = asked[m]
        yes = Outcome(f"demand {m} accepted", (x, 1 - x))
        return Move(two, f"type {k}, demand {m}", {"accept": yes, "refuse": refused(k, m)})

    def asks(k: int) -> Move:
        moves: dict[str, Move | Outcome] = {f"demand {m}": told(k, m) for m in range(len(asked))}
        if audience is not None:
            moves["no demand"] = Outcome("status quo", (s, 1 - s))
        return Move(one, "the demand", moves)

    branches = {f"type {k}": (w, asks(k)) for k, w in enumerate(weights)}
    return ExtensiveGame(players, Chance(branches), title="ultimatum")


@dataclass(frozen=True, slots=True)
class UltimatumOutcome(Value):
    """Result of `ultimatum` with an audience cost, in closed form.

    Attributes
    ----------
    demand : index of the best demand ``[*B]``, M where none is made
    breakdown : P(conflict)
    value : the proposer's
    """

    demand: Number
    breakdown: Number
    value: Number


def ultimatum_outcome(
    win_probability: ArrayLike,
    cost_proposer: ArrayLike,
    target_costs: Sequence[ArrayLike],
    demands: Sequence[ArrayLike],
    *,
    prior: Sequence[ArrayLike],
    audience_cost: ArrayLike,
    status_quo: ArrayLike = 0.0,
) -> UltimatumOutcome:
    """Solve the `ultimatum` of the same parameters without its tree.

    The proposer fights after a refusal iff p - c >= s - a. If it would, a type accepts the
    demands that leave it as much as conflict, x <= p + cost; if not, only x <= s.

    Returns
    -------
    UltimatumOutcome
        Among equally good demands the first; a demand that is as good as none is made.

    Examples
    --------
    >>> found = ultimatum_outcome(0.5, 0.1, [0.0, 0.3], [0.5, 0.6, 0.8], prior=[0.2, 0.8],
    ...                           status_quo=0.5, audience_cost=[0.05, 0.2])
    >>> found.demand.tolist(), found.breakdown.tolist()
    ([0, 2], [0.0, 0.2])
    """
    p, c = probability("win_probability", win_probability), number("cost_proposer", cost_proposer, 0)
    s, a = probability("status_quo", status_quo), number("audience_cost", audience_cost, 0)
    costs = [number(f"target_costs[{k}]", v, 0) for k, v in enumerate(target_costs)]
    if not costs:
        invalid("target_costs", target_costs, "one cost for each type of target, of which there is one at least")
    asked = [probability(f"demands[{k}]", v) for k, v in enumerate(demands)]
    weights = [probability(f"prior[{k}]", v) for k, v in enumerate(prior)]
    if len(weights) != len(costs):
        invalid("prior", prior, f"one probability for each of {len(costs)} types")
    with elementwise():
        p, c, s, a, *rest = np.broadcast_arrays(p, c, s, a, *costs, *asked, *weights)
        costs, rest = rest[: len(costs)], rest[len(costs) :]
        asked, weights = rest[: len(asked)], rest[len(asked) :]
        credible = p - c >= s - a
        worst = np.where(credible, p - c, s - a)
        best, demand, breakdown = np.full(p.shape, -inf), np.zeros(p.shape, dtype=np.int64), np.zeros(p.shape)
        for m, x in enumerate(asked):
            # equality up to rounding is acceptance, as in the tree
            slack = 1e-12
            refuse = sum(
                w * np.where(credible, x > p + k + slack, x > s + slack) for w, k in zip(weights, costs, strict=True)
            )
            value = (1 - refuse) * x + refuse * worst
            better = value > best + slack
            best, demand = np.where(better, value, best), np.where(better, m, demand)
            breakdown = np.where(better, np.where(credible, refuse, 0.0), breakdown)
        none = s > best + 1e-12
        found = (np.where(none, len(asked), demand), np.where(none, 0.0, breakdown), np.where(none, s, best))
    return UltimatumOutcome(*(v.item() if v.ndim == 0 else v for v in found))


def take_it_or_leave_it_game(
    win_probability: float, cost_proposer: float, cost_low: float, cost_high: float, *, types: int = 40
) -> ExtensiveGame:
    """Build the demand of `ultimatum.take_it_or_leave_it` as a tree, with so many equally likely types of target.

    The types' costs are the middles of equal cells, and the proposer may ask for what makes one of
    them indifferent. Its value tends to the closed form as cells narrow, by about one cell.

    Parameters
    ----------
    win_probability, cost_proposer, cost_low, cost_high : float
        As in `ultimatum.take_it_or_leave_it`.
    types : int, at least 1

    Returns
    -------
    ExtensiveGame
        For `backward_induction` or `backward_induction_batch`.

    Examples
    --------
    >>> import armsgame as ag
    >>> tree = take_it_or_leave_it_game(0.5, 0.1, 0.0, 0.4, types=80)
    >>> closed = ag.treaty.ultimatum.take_it_or_leave_it(0.5, 0.1, 0.0, 0.4)
    >>> abs(float(ag.trees.backward_induction_batch(tree).payoffs[0]) - closed.value) < 0.4 / 80
    True
    """
    costs = midpoints(cost_low, cost_high, types)
    demands = np.unique(np.clip(win_probability + costs, 0, 1))
    return ultimatum(win_probability, cost_proposer, list(costs), list(demands))
