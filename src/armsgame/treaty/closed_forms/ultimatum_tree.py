"""The take-it-or-leave-it demand as a tree, on which the closed form and the crises both build."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import invalid
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome
from armsgame.treaty.domain import number, probability, whole

__all__ = ["midpoints", "ultimatum"]


def midpoints(low: float, high: float, count: int) -> FloatArray:
    """Middles [count] of equal cells: a uniform private cost as so many equally likely types.

    Examples
    --------
    >>> midpoints(0, 0.4, 4).round(3).tolist()
    [0.05, 0.15, 0.25, 0.35]
    """
    low, high = float(number("low", low)), float(number("high", high))
    size = int(whole("count", count, 1))
    if not low <= high:
        invalid("high", high, f"at least low {low!r}")
    return np.asarray(low + (high - low) * (np.arange(size) + 0.5) / size)


def ultimatum(
    win_probability: ArrayLike,
    cost_proposer: ArrayLike,
    target_costs: Sequence[Any],
    demands: Sequence[Any],
    *,
    prior: Sequence[Any] | None = None,
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
    asked = [probability(f"demands[{k}]", v) for k, v in enumerate(demands)]
    weights = [1 / len(costs)] * len(costs) if prior is None else list(prior)
    if not costs or not asked or len(weights) != len(costs):
        invalid("prior", prior, f"one probability for each of {len(costs)} types, with at least one demand")
    one, two = players
    audience = None if audience_cost is None else number("audience_cost", audience_cost, 0)

    def refused(k: int, m: int) -> Any:
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
        moves: dict[str, Any] = {f"demand {m}": told(k, m) for m in range(len(asked))}
        if audience is not None:
            moves["no demand"] = Outcome("status quo", (s, 1 - s))
        return Move(one, "the demand", moves)

    branches = {f"type {k}": (w, asks(k)) for k, w in enumerate(weights)}
    return ExtensiveGame(players, Chance(branches), title="ultimatum")
