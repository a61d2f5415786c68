"""Offers to a party whose type is private: screening in one or two rounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TypeAlias

import numpy as np

from armsgame._checks import check_law, check_whole
from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.arithmetic.tolerance import UNIT
from armsgame.errors import InvalidGame, invalid
from armsgame.negotiation.menu import zero_of
from armsgame.negotiation.protocols import check_discounts, check_party
from armsgame.negotiation.term_values import TermValues

__all__ = ["Screening", "refusal_seeking_demand", "screening"]

_NONE = -1
_Mix: TypeAlias = tuple[tuple[float, int], ...]
# P(each type accepts), the second offers with their probabilities, the belief after a refusal
_Continuation: TypeAlias = tuple[FloatArray, _Mix, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Screening(Value):
    """Perfect Bayesian equilibrium of screening offers.

    Attributes
    ----------
    first : int, bundle offered in the first round, -1 for no offer
    accepts : array [K], probability that each type accepts it
    second : tuple of (probability, bundle), the offer after a refusal (-1 for none)
    posterior : array [K], belief after a refusal
    agreement : array [2], probability of agreement in each round
    proposer_gain : float, expected discounted gain of the proposer
    type_gains : array [K], discounted gain of each type
    firsts : tuple of int
        Every first offer that some equilibrium begins with: worth at least as much to the proposer, in one of its
        continuations, as every other one in its worst.
    complete : bool
        Whether a continuation was found after every first offer, so that `firsts` misses none; else `reason` says why.
    several : bool, did some first offer have more than one continuation? The proposer's best is taken.
    reason : str
    """

    values: tuple[TermValues, ...]
    first: int
    accepts: FloatArray
    second: tuple[tuple[float, int], ...]
    posterior: FloatArray
    agreement: FloatArray
    proposer_gain: float
    type_gains: FloatArray
    firsts: tuple[int, ...]
    complete: bool
    several: bool
    reason: str = ""

    def __str__(self) -> str:
        def name(n: int) -> str:
            return "no offer" if n < 0 else self.values[0].label(n)

        later = ", ".join(f"{name(n)} (probability {p:.3g})" for p, n in self.second)
        taken = ", ".join(f"type {k + 1} {p:.3g}" for k, p in enumerate(self.accepts))
        return (
            f"first {name(self.first)}; accepted with probability {taken}; then {later}\n"
            f"  agreement {self.agreement[0]:.4f} at once, {self.agreement[1]:.4f} later; proposer gains "
            f"{self.proposer_gain:.6g}, types gain {', '.join(f'{g:.6g}' for g in self.type_gains)}"
            + (f"\n  not complete: {self.reason}" if self.reason else "")
        )


def screening(
    types: Sequence[TermValues],
    prior: Sequence[float],
    *,
    proposer: int = 0,
    rounds: int = 2,
    discounts: tuple[float, float] = (0.95, 0.95),
) -> Screening:
    """Solve offers of an uninformed party to one whose type is private.

    Parameters
    ----------
    types : sequence of TermValues
        Values of the same bundles, one per type of the party that answers. A type accepts only what would be kept
        with it and what gives it no less than refusing.
    prior : sequence of float [K]
    proposer : 0 or 1, who makes every offer
    rounds : 1 (any number of types) or 2 (one or two types)
    discounts : pair of float, per round, of the first and the second party

    Returns
    -------
    Screening

    Raises
    ------
    InvalidGame
        Types over different bundles, a prior that does not fit, or more types or rounds than solved.

    Notes
    -----
    Fudenberg and Tirole (1983): after a refusal the proposer offers what is best under its
    posterior; where a type accepts with a probability between 0 and 1, the proposer mixes between
    two offers that its posterior makes equally good, so that the type is indifferent. A type
    accepts when indifferent in the last round.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame.negotiation import Terms, inspection_quota, value_of_terms
    >>> space = Terms([inspection_quota((0, 1, 4), cost=0.05)])
    >>> worth = [value_of_terms(ag.Treaty().replace(detection=0.03, outside_option={"Russia": x}), space, discount=0.95)
    ...          for x in (0.0, 0.5)]
    >>> screening(worth, (0.5, 0.5), rounds=1).agreement.tolist()
    [1.0, 0.0]
    """
    gains_p, gains_r, kept, labels = _gains(types, proposer)
    weights = check_law("prior", prior, len(types))
    rounds = check_whole("rounds", rounds)
    if rounds not in (1, 2) or (rounds == 2 and len(types) > 2):
        invalid("rounds, types", (rounds, len(types)), "1 round with any number of types, or 2 rounds with at most two")
    delays = check_discounts(discounts)
    last = _Last(gains_p, gains_r, kept)
    if rounds == 1 or len(types) == 1:
        # one type that is known gains nothing by waiting: the proposer takes all at once
        tied = last.best(weights)
        best = tied[0]
        yes = last.taken[:, best].astype(float) if best >= 0 else np.zeros(len(types))
        pays = yes * gains_r[:, best] if best >= 0 else np.zeros(len(types))
        firsts = tuple(int(labels[n]) if n >= 0 else _NONE for n in tied)
        agreed, gain, none = np.array([float(weights @ yes), 0.0]), last.worth(best, weights), ((1.0, _NONE),)
        return Screening(
            tuple(types), firsts[0], yes, none, weights, agreed, gain, np.maximum(0, pays), firsts, complete=True,
            several=False,
        )  # fmt: skip
    return _two_rounds(tuple(types), weights, last, labels, (delays[proposer], delays[1 - proposer]))


def refusal_seeking_demand(types: Sequence[TermValues], prior: Sequence[float], *, proposer: int = 0) -> int:
    """Bundle that a pretext seeker demands: least likely to be accepted, then worst for the party that answers.

    Returns
    -------
    int, a row of the bundles

    Raises
    ------
    InvalidGame
        As `screening`.
    """
    gains_p, gains_r, kept, labels = _gains(types, proposer)
    weights = check_law("prior", prior, len(types))
    chance = weights @ _Last(gains_p, gains_r, kept).taken
    return int(labels[np.lexsort((weights @ gains_r, chance))[0]])


def _gains(types: Sequence[TermValues], proposer: int) -> tuple[FloatArray, FloatArray, BoolArray, IntArray]:
    """Gains of the proposer and of each type [K, N] (0 where it would not be kept), whether it would, and the rows."""
    check_party("proposer", proposer)
    if isinstance(types, TermValues) or not types or not all(isinstance(v, TermValues) for v in types):
        invalid("types", types, "at least one TermValues, in a sequence")
    if any(not np.array_equal(v.bundles, types[0].bundles) for v in types):
        raise InvalidGame("the types are valued over different bundles; allowed: value_of_terms with the same terms.")
    each = [np.where(v.self_enforcing[:, None], v.values - v.disagreement, 0.0) for v in types]
    kept = np.array([v.self_enforcing for v in types])
    live = np.flatnonzero(kept.any(axis=0))
    if len(live) == 0:
        raise InvalidGame(
            f"no bundle is self-enforcing with any type; nearest, {types[0].nearest_failure()}. "
            "Add levels that are seen better or cost less."
        )
    table = np.array(each)[:, live]
    return table[..., proposer], table[..., 1 - proposer], kept[:, live], live


class _Last:
    """Last round: what is accepted, and the best offers under a belief."""

    def __init__(self, gains_p: FloatArray, gains_r: FloatArray, kept: BoolArray) -> None:
        self.gains_p, self.gains_r, self.kept = gains_p, gains_r, kept
        self.zero = zero_of(np.column_stack([np.append(gains_p, 0.0), np.append(gains_r, 0.0)]))
        self.taken = kept & (gains_r >= -self.zero)
        self.pay = np.where(self.taken, gains_p, 0.0)

    def worth(self, k: int, belief: FloatArray) -> float:
        return 0.0 if k < 0 else float(belief @ self.pay[:, k])

    def best(self, belief: FloatArray) -> list[int]:
        """Offers that are best under a belief, ties included; no offer only where all lose."""
        value = belief @ self.pay
        top = max(0.0, float(value.max()))
        tied = np.flatnonzero(value >= top - self.zero).tolist()
        return sorted(tied, key=lambda k: -float(belief @ self.gains_r[:, k])) or [_NONE]

    def reply(self, kind: int, k: int) -> float:
        """Gain of a type from the offer k."""
        return 0.0 if k < 0 or not self.taken[kind, k] else max(0.0, float(self.gains_r[kind, k]))

    def cuts(self) -> list[float]:
        """Beliefs in the first of two types at which the best offer changes, by the upper envelope of lines."""
        lines = [(0.0, 0.0), *zip(self.pay[0].tolist(), self.pay[1].tolist(), strict=True)]
        found: list[float] = []
        at = 0.0
        now = max(lines, key=lambda v: (v[1], v[0]))
        while True:
            ahead = []
            for first, second in lines:
                rise = (first - second) - (now[0] - now[1])
                if rise > self.zero:
                    cut = (now[1] - second) / rise
                    if at - UNIT <= cut < 1:
                        ahead.append((cut, -(first - second), (first, second)))
            if not ahead:
                return found
            at, _, now = min(ahead)
            found.append(at)


def _two_rounds(
    types: tuple[TermValues, ...], prior: FloatArray, last: _Last, labels: IntArray, discounts: tuple[float, float]
) -> Screening:
    dp, dr = discounts
    cuts = last.cuts()
    best: tuple[float, tuple[int, _Continuation]] | None = None
    several, silent = False, 0
    spans: dict[int, tuple[float, float]] = {}
    for k in [_NONE, *range(last.gains_p.shape[1])]:
        found = _continuations(k, prior, last, dr, cuts)
        totals = [_total(k, c, prior, last, dp) for c in found]
        silent += not found
        if found:
            spans[k] = (min(totals), max(totals))
            several |= spans[k][1] - spans[k][0] > last.zero
        for value, c in zip(totals, found, strict=True):
            if best is None or value > best[0] + last.zero:
                best = (value, (k, c))
    assert best is not None  # no offer at all always has a continuation
    firsts = _supported(spans, last.zero)
    reason = f"after {silent} first offers no continuation was found in which at most one type mixes" if silent else ""
    value, (k, (accepts, mix, belief)) = best
    later = np.array([[last.taken[i, n] if n >= 0 else 0.0 for _, n in mix] for i in range(2)]) @ [p for p, _ in mix]
    now = prior * accepts
    at_once = last.gains_r[:, k] if k >= 0 else np.zeros(2)
    waiting = np.array([dr * sum(p * last.reply(i, n) for p, n in mix) for i in range(2)])
    gains = accepts * at_once + (1 - accepts) * waiting
    first, *seconds = (int(labels[n]) if n >= 0 else _NONE for n in (k, *(n for _, n in mix)))
    second = tuple((p, n) for (p, _), n in zip(mix, seconds, strict=True))
    agreed = np.array([float(now.sum()), float(((prior - now) * later).sum())])
    named = tuple(int(labels[n]) if n >= 0 else _NONE for n in firsts)
    return Screening(
        types, first, accepts, second, belief, agreed, value, gains, named, complete=not silent, several=several,
        reason=reason,
    )  # fmt: skip


def _supported(spans: dict[int, tuple[float, float]], zero: float) -> tuple[int, ...]:
    """First offers whose best continuation is worth no less than the worst one of every other offer."""
    floors = sorted(((low, k) for k, (low, _) in spans.items()), reverse=True)
    out = []
    for k, (_, high) in spans.items():
        rival = next((low for low, j in floors if j != k), -np.inf)
        if high >= rival - zero:
            out.append(k)
    return tuple(out)


def _total(k: int, found: _Continuation, prior: FloatArray, last: _Last, dp: float) -> float:
    accepts, mix, _ = found
    now = float((prior * accepts) @ last.gains_p[:, k]) if k >= 0 else 0.0
    return float(now + dp * sum(p * last.worth(n, prior * (1 - accepts)) for p, n in mix))


def _continuations(k: int, prior: FloatArray, last: _Last, dr: float, cuts: list[float]) -> list[_Continuation]:
    """Continuation equilibria (accepts [2], mix of second offers, belief) after the first offer k."""
    slack = 10 * last.zero
    offer = np.where(last.taken[:, k], last.gains_r[:, k], -np.inf) if k >= 0 else np.full(2, -np.inf)
    found: list[_Continuation] = []

    def fits(accepts: FloatArray, mix: _Mix) -> bool:
        wait = [dr * sum(p * last.reply(i, n) for p, n in mix) for i in range(2)]
        return all(
            (a == 0 or offer[i] >= wait[i] - slack) and (a == 1 or offer[i] <= wait[i] + slack)
            for i, a in enumerate(accepts)
        )

    middles = [(a + b) / 2 for a, b in pairwise([0.0, *cuts, 1.0])]
    for accepts in (np.array(a, dtype=float) for a in ((1, 1), (1, 0), (0, 1), (0, 0))):
        left = prior * (1 - accepts)
        for m in [float((left / left.sum())[0])] if left.sum() > 0 else [0.0, *cuts, *middles, 1.0]:
            belief = np.array([m, 1 - m])
            pick = next((n for n in last.best(belief) if fits(accepts, ((1.0, n),))), None)
            if pick is not None:
                found.append((accepts, ((1.0, pick),), belief))
                break
    for i, other, m in product(range(2), (0.0, 1.0), cuts):
        found += _mixed(i, other, m, offer, prior, last, dr, fits)
    return found


def _mixed(
    i: int,
    other: float,
    m: float,
    offer: FloatArray,
    prior: FloatArray,
    last: _Last,
    dr: float,
    fits: Callable[[FloatArray, _Mix], bool],
) -> list[_Continuation]:
    """Type i accepts so often that the belief is m, where two second offers are equally good."""
    left = prior[1 - i] * (1 - other)
    target = m if i == 0 else 1 - m
    if target >= 1 or left == 0 or prior[i] == 0:
        return []
    remaining = left * target / (1 - target) / prior[i]
    if not 0 < remaining < 1:
        return []
    belief = np.array([m, 1 - m])
    tied = last.best(belief)
    if last.worth(tied[0], belief) <= last.zero:
        tied = [*tied, _NONE]
    want = offer[i] / dr if dr > 0 else np.inf
    rewards = [last.reply(i, n) for n in tied]
    low, high = int(np.argmin(rewards)), int(np.argmax(rewards))
    if not rewards[low] <= want <= rewards[high]:
        return []
    span = rewards[high] - rewards[low]
    share = (want - rewards[low]) / span if span > 0 else 1.0
    mix = tuple((p, n) for p, n in ((share, tied[high]), (1 - share, tied[low])) if p > 0)
    accepts = np.empty(2)
    accepts[i], accepts[1 - i] = 1 - remaining, other
    return [(accepts, mix, belief)] if fits(accepts, mix) else []
