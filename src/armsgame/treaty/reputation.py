"""Reputation for resolve: the finite chain-store game of Kreps and Wilson (1982)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import ArrayLike
from armsgame.treaty.domain import elementwise, number, plain, probability, together, whole

__all__ = ["ChainStore", "chain_store"]


@dataclass(frozen=True, slots=True)
class ChainStore:
    """The weak defender's first move.

    Attributes
    ----------
    threshold : reputation b**(n-1), from which the weak type resists for sure
    mimic : P(the weak type resists a challenge now)
    posterior : reputation after it resisted
    """

    threshold: Any
    mimic: Any
    posterior: Any


def chain_store(indifference: ArrayLike, stages: ArrayLike, reputation: ArrayLike) -> ChainStore:
    """How often a weak defender resists a challenge to look strong.

    A challenger earns b where it is given way to, b - 1 where it is fought, and 0 if it stays
    out; the strong type always fights.

    Parameters
    ----------
    indifference : float or array, 0 < b < 1
        P(fight) at which a challenger is indifferent.
    stages : int or array, at least 1
        Challengers still to come, this one included.
    reputation : float or array
        P(the defender is strong), before this challenge.

    Returns
    -------
    ChainStore

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    Mimicry [1 - b**(n-1)] p / [(1 - p) b**(n-1)] below the threshold moves the belief to exactly
    b**(n-1). Challenges themselves stop from b**n (Kreps and Wilson 1982, theorem 1).

    Examples
    --------
    >>> found = chain_store(0.5, 3, 0.1)
    >>> found.threshold, round(found.mimic, 6), found.posterior
    (0.25, 0.333333, 0.25)
    """
    b = number("indifference", indifference, 0, 1, open_low=True, open_high=True)
    n, p = whole("stages", stages, 1), probability("reputation", reputation)
    with elementwise():
        b, n, p = together(b, n, p)
        threshold = b ** (n - 1)
        sure = (p >= threshold) & (p > 0)
        mixed = np.where(p > 0, (1 - threshold) * p / ((1 - p) * threshold), 0.0)
        mimic = np.where(sure, 1.0, mixed)
        # nobody believes in a strong type that has no weight
        posterior = np.where(sure | (p == 0), p, threshold)
        return ChainStore(plain(threshold), plain(mimic), plain(posterior))
