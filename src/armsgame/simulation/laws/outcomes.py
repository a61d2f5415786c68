"""Exact probabilities of outcomes: the product chain together with the events seen so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from armsgame.simulation.laws.laws import check_count
from armsgame.simulation.laws.links import links_of
from armsgame.simulation.runs.trajectories import Outcomes, outcome_masks

__all__ = ["outcome_probabilities"]

_NEEDED = ("deployed", "notice", "dispute_resolved", "yielded", "expired", "both_deployed_after_notice", "withdrawn")


def outcome_probabilities(game: Any, profile: Sequence[Any], *, periods: int, error: float = 0.0) -> Outcomes:
    """Compute the exact probability of each outcome of `Trajectories.outcomes`.

    The state of the chain is a pair of the product with the set of events that have occurred, so
    the work grows with the pairs times at most 128 sets.

    Parameters
    ----------
    game : RepeatedGame, StochasticGame or PrivateGame
    profile : sequence of strategies, one per player
    periods : int
        Horizon T.
    error : float
        Implementation error per party and period.

    Returns
    -------
    Outcomes
        With errors of zero and ``paths`` 0: nothing is sampled.

    Raises
    ------
    InvalidGame
        Periods not a positive whole number, or the faults of the profile.

    Examples
    --------
    Two parties that err with probability 0.1 a period both comply for 3 periods with 0.9**6:

    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5))
    >>> law = ag.outcome_probabilities(pd, (ag.always_comply,) * 2, periods=3, error=0.1)
    >>> round(law["complied throughout"], 6)
    0.531441
    """
    horizon = check_count("periods", periods)
    links = links_of(game, profile, error=error)
    dyn, size = links.product.play.dynamics, links.size
    names = [name for name in _NEEDED if name in dyn.events]
    code = np.zeros(len(dyn.prob), np.int64)
    for e, name in enumerate(names):
        code |= dyn.events[name].astype(np.int64) << e
    sets, mark = 1 << len(names), code[links.branch]
    both = dyn.events["both_deployed"][links.branch]
    moves = {pattern: links.matrix(mark == pattern).T.tocsr() for pattern in np.unique(mark).tolist()}
    law = np.zeros((size, sets))
    law[0, 0] = 1.0
    place = np.arange(sets)
    for _ in range(horizon - 1):
        ahead = np.zeros_like(law)
        for pattern, move in moves.items():
            np.add.at(ahead.T, place | pattern, (move @ law).T)
        law = ahead
    # the last period also says whether every party deploys in it
    final = np.zeros((2, sets))
    for pattern in moves:
        for last in (False, True):
            here = (mark == pattern) & (both == last)
            mass = np.bincount(links.tail[here], links.chance[here], minlength=size) @ law
            np.add.at(final[int(last)], place | pattern, mass)
    happened = {name: np.tile((place >> e) & 1 == 1, 2) for e, name in enumerate(names)}
    masks = outcome_masks(happened, np.repeat([False, True], sets))
    shares = {name: float(min(final.ravel()[mask].sum(), 1.0)) for name, mask in masks.items()}
    return Outcomes(shares, dict.fromkeys(shares, 0.0), 0)
