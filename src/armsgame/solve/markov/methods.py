"""Methods for `markov_perfect`, as value objects: which algorithm, and its own options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from armsgame._checks import check_number, check_whole, settle_whole
from armsgame._shown import Value


@dataclass(frozen=True, slots=True)
class PureEnumeration(Value):
    """Every pure profile of a block of states; blocks with more than `limit` are refused."""

    limit: int = 100_000

    def __post_init__(self) -> None:
        settle_whole(self, "limit")


@dataclass(frozen=True, slots=True)
class BestResponseIteration(Value):
    """Players in turn replace their policy by a best reply, until nobody moves.

    Parameters
    ----------
    starts : int
        Random pure starts, beside the named ones (first actions, last actions, replies to chance).
    rounds : int
        Replies per start.
    seed : int
    """

    starts: int = 6
    rounds: int = 60
    seed: int = 0

    def __post_init__(self) -> None:
        settle_whole(self, "starts", 0)
        settle_whole(self, "rounds")
        settle_whole(self, "seed", 0)


@dataclass(frozen=True, slots=True)
class LogitHomotopy(Value):
    """Markov logit responses followed from a prior at precision 0 (McKelvey and Palfrey 1995; Eibelshäuser and
    Poensgen 2019).

    Parameters
    ----------
    prior : None, int or policies
        Where the curve starts: uniform policies, the seed of random ones, or policies that use
        every action (as in `MarkovProfile`). Different priors may lead to different equilibria.
    steps : int
        Points of the curve before giving up.
    """  # noqa: D205

    prior: Any = None
    steps: int = 600

    def __post_init__(self) -> None:
        settle_whole(self, "steps")
        _check_prior(self.prior)


@dataclass(frozen=True, slots=True)
class LogTracing(Value):
    """Harsanyi's logarithmic tracing procedure, state by state, from a prior to an equilibrium.

    Parameters
    ----------
    prior : None, int or policies
        What everybody expects at first: uniform policies, the seed of random ones, or policies
        that use every action.
    weight : float
        Weight of the logarithmic term, in units of the largest stage difference; positive.
    steps : int
        Points of the curve before giving up.

    References
    ----------
    Harsanyi (1975); Eibelshäuser, Klockmann, Poensgen and von Schenk (2023), The
    logarithmic stochastic tracing procedure.
    """

    prior: Any = None
    weight: float = 1.0
    steps: int = 600

    def __post_init__(self) -> None:
        settle_whole(self, "steps")
        _check_prior(self.prior)
        object.__setattr__(self, "weight", check_number("weight", self.weight, 0, open_low=True))


def _check_prior(prior: Any) -> None:
    if prior is not None and np.ndim(prior) == 0:
        check_whole("prior", prior, 0, allowed="None, a seed of at least 0, or policies")


MarkovMethod: TypeAlias = PureEnumeration | BestResponseIteration | LogitHomotopy | LogTracing
