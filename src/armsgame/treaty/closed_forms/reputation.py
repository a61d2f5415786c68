"""Reputation: resolve in the finite chain-store game, and one trust shared by several treaties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._checks import number, probability, whole
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray, Number, Truth
from armsgame.errors import invalid
from armsgame.treaty.closed_forms.premises import Premise, needs
from armsgame.treaty.elementwise import elementwise, plain

__all__ = ["ChainStore", "SharedTrust", "chain_store", "shared_trust"]


@dataclass(frozen=True, slots=True)
class ChainStore(Value):
    """The weak defender's first move.

    Attributes
    ----------
    threshold : reputation b**(n-1), from which the weak type resists for sure
    mimic : P(the weak type resists a challenge now)
    posterior : reputation after it resisted
    """

    threshold: Number
    mimic: Number
    posterior: Number


@needs(
    "reputation.chain_store",
    Premise("deterring a challenger gains the defender more than a fight costs", "a > 1", "fighting does not pay"),
    Premise("the game is finite and its length is known", "n", "see the theory page"),
)
def chain_store(indifference: ArrayLike, stages: ArrayLike, reputation: ArrayLike) -> ChainStore:
    """How often a weak defender resists a challenge to look strong.

    A challenger earns b where it is given way to, b - 1 where it is fought, and 0 if it stays
    out; the strong type always fights. The weak type gets 0 where it gives way, -1 where it fights,
    and a > 1 from each challenger that stays out.

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
    b**(n-1). Challenges themselves stop from b**n (Kreps and Wilson 1982, theorem 1). It holds under
    these conditions:

    {premises}

    Examples
    --------
    >>> found = chain_store(0.5, 3, 0.1)
    >>> found.threshold, round(found.mimic, 6), found.posterior
    (0.25, 0.333333, 0.25)
    """
    b = number("indifference", indifference, 0, 1, open_low=True, open_high=True)
    n, p = whole("stages", stages, 1), probability("reputation", reputation)
    with elementwise(b, n, p) as (b, n, p):
        threshold = b ** (n - 1)
        sure = (p >= threshold) & (p > 0)
        mixed = np.where(p > 0, (1 - threshold) * p / ((1 - p) * threshold), 0.0)
        mimic = np.where(sure, 1.0, mixed)
        # nobody believes in a strong type that has no weight
        posterior = np.where(sure | (p == 0), p, threshold)
        return ChainStore(plain(threshold), plain(mimic), plain(posterior))


@dataclass(frozen=True, slots=True)
class SharedTrust(Value):
    """One belief about a partner, fed and used by several treaties.

    Attributes
    ----------
    trust : P(the partner is trustworthy | everything seen), shape [*B]
    alone : the same from each treaty's own record, shape [*B, K]
    holds : whether the shared trust suffices for each treaty, shape [*B, K]
    """

    trust: Number
    alone: Number
    holds: Truth


def shared_trust(
    prior: ArrayLike,
    alarms: ArrayLike,
    quiet: ArrayLike,
    detection: ArrayLike,
    false_alarm: ArrayLike,
    required: ArrayLike,
) -> SharedTrust:
    """How alarms under one treaty undermine the others.

    A partner is trustworthy or not, in all treaties alike; an untrustworthy one violates whenever it
    can. Alarms are independent given the type.

    Parameters
    ----------
    prior : float or array ``[*B]``
        P(trustworthy) before.
    alarms, quiet : array_like ``[*B, K]``
        Periods with and without an alarm, for each treaty.
    detection, false_alarm : float or array ``[*B, K]``
        P(alarm | untrustworthy) and P(alarm | trustworthy) per period.
    required : float or array ``[*B, K]``
        Trust that each treaty needs, for instance `compliance.required_trust`.

    Returns
    -------
    SharedTrust
        NaN where the record cannot occur.

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Examples
    --------
    Three alarms under the first treaty bring down the second, whose own record is clean.

    >>> found = shared_trust(0.8, alarms=[3, 0], quiet=[7, 3], detection=0.3, false_alarm=0.05, required=0.9)
    >>> [round(x, 3) for x in found.alone.tolist()], found.holds.tolist()
    ([0.136, 0.909], [False, False])
    """
    p = np.asarray(probability("prior", prior))
    seen, clear = whole("alarms", alarms), whole("quiet", quiet)
    d, a = probability("detection", detection), probability("false_alarm", false_alarm)
    needed = probability("required", required)
    with elementwise():
        seen, clear, d, a, needed = np.broadcast_arrays(seen, clear, d, a, needed)
        if seen.ndim == 0:
            invalid("alarms.shape", seen.shape, "[*B, K], one number per treaty")
        good, bad = (_log_power(x, seen) + _log_power(1 - x, clear) for x in (a, d))
        trust = _posterior(p, good.sum(-1), bad.sum(-1))
        return SharedTrust(plain(trust), _posterior(p[..., None], good, bad), trust[..., None] >= needed)


def _log_power(chance: FloatArray, times: FloatArray) -> FloatArray:
    return np.where(times > 0, times * np.log(chance), 0.0)


def _posterior(prior: FloatArray, good: FloatArray, bad: FloatArray) -> FloatArray:
    top = np.maximum(good, bad)
    mine, other = prior * np.exp(good - top), (1 - prior) * np.exp(bad - top)
    return np.asarray(mine / (mine + other))
