"""The set of discount factors at which a profile is an equilibrium."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from math import inf, nextafter
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import check_choice, check_flag
from armsgame._deadline import ask_time
from armsgame._typing import NumberArray
from armsgame.arithmetic.brackets import sign_change
from armsgame.arithmetic.roots import float_beside
from armsgame.arithmetic.tolerance import UNIT, ZERO
from armsgame.errors import NotSolved, WrongConcept
from armsgame.games.coercion import Modelled, PublicGame, public_game
from armsgame.games.deviation_gains import Judgement, Plan, judge, plans_of, tested_pairs
from armsgame.games.product import Product, product_of
from armsgame.games.stochastic import RepeatedGame
from armsgame.results.certificates import Deviation, Threshold
from armsgame.solve.thresholds.gain_series import EDGES, TOP, gains_at, zeros

if TYPE_CHECKING:
    from armsgame.solve.thresholds.targets import TargetThreshold

# an interval narrower than this share of 1 - discount in which all gains are within what counts as zero is a point
_POINT = 1e-5
# zeros of a series that differ by less than this share of 1 - discount are copies of one
_SAME, _NEAR = 1e-11, 1e-9
_MOST_PLANS = 500
# what plain floats may be off, in sizes of what they add up, at any discount factor up to `TOP`
_ROUGH = 1e-5


def critical_discount(
    game: PublicGame | Modelled | Sequence[RepeatedGame],
    profile: Sequence[object],
    *,
    concept: str = "perfect",
    exact: bool = False,
    budget_seconds: float | None = None,
) -> Threshold | TargetThreshold | tuple[TargetThreshold, ...]:
    """Find every discount factor at which a profile is an equilibrium.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame, or a sequence of RepeatedGame for a target
    profile : sequence of Automaton or named strategy, one per player
        A payoff (numbers) or an action profile (labels) instead is a *target*: from which discount
        factor on can an equilibrium promise it? That is `payoff_threshold`, and its answer.
    concept : {"perfect", "nash"}
        Deviations on and off the path, or on the path only (plans of any length).
    exact : bool
        Decide in rational numbers; floats are read as the simplest fraction that rounds to them. For
        products of at most 80 pairs of states, fewer where rates or payoffs have many digits.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Threshold
        The whole set; it may be empty, a point, or have gaps and an upper end. With `exact` its `ends`
        are fractions and roots of integer polynomials, which ``verify(exact=True)`` takes. For a target a
        `TargetThreshold`, or a tuple of them for a sequence of games.

    Raises
    ------
    InvalidGame, WrongConcept
        As `verify`.
    NotSolved
        Too many pairs for `exact`, or too many different best plans.

    Notes
    -----
    The gain of each deviation is a rational function of the discount factor without poles in [0, 1). In
    floats it is a Chebyshev series on 24 panels that crowd towards 1, accurate to rounding, all of whose
    zeros are found, pairs of them included, and refined on the gain itself; the decider of `verify` tests the set
    at every zero and between zeros, and ends are rounded inwards until it accepts them. The last point is
    1 - 2^-24: a set that holds there is reported up to 1. With `exact` the numerators are integer
    polynomials, found by fraction-free elimination; their zeros are separated by Sturm sequences up to 1
    itself. Plans of any length: the same for the gains against each plan that is best somewhere.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
    >>> critical_discount(ag.RepeatedGame(pd), (ag.grim, ag.grim)).value
    0.5
    >>> critical_discount(ag.RepeatedGame(pd), (ag.suspend(2), ag.suspend(2)), exact=True).ends[0][0].polynomial
    (-1, 1, 1)
    """
    target = isinstance(profile, (tuple, list, np.ndarray)) and all(isinstance(v, (int, float, str)) for v in profile)
    if target and len(profile):
        # searches for sets of payoffs take long to import
        from armsgame.solve.thresholds.targets import payoff_threshold

        asked: Any = game
        reached: TargetThreshold | tuple[TargetThreshold, ...] = payoff_threshold(asked, profile)
        return reached
    return profile_threshold(public_game("critical_discount", game), profile, concept=concept, exact=exact)


def profile_threshold(
    game: PublicGame, profile: Sequence[object], *, concept: str = "perfect", exact: bool = False
) -> Threshold:
    """Find every discount factor at which a profile is an equilibrium; see `critical_discount`."""
    check_choice("concept", concept, ("perfect", "nash"))
    check_flag("exact", exact)
    product = product_of(game, profile, exact=exact)
    if product.play.private and game.imperfect:
        raise WrongConcept("a strategy reads its own unseen action; let next have shape [Q, Y].")
    question = _Question(product_of(game, profile) if exact else product, concept)
    ends = None
    if exact:
        from armsgame.solve.thresholds.gain_polynomials import exact_intervals

        ends = tuple(exact_intervals(plans_of(product, exact=True), question.starts, long=question.long))
        intervals = tuple((float_beside(a, up=True), float_beside(b, up=False)) for a, b in ends)
        # where no float lies between the ends the nearest one stands for both
        intervals = tuple((a, b) if a <= b else (float(ends[k][0]),) * 2 for k, (a, b) in enumerate(intervals))
    else:
        found = _holding(question)
        if question.nash:
            # a perfect profile is Nash: one set contains the other by construction
            found = _union(_holding(_Question(product, "perfect")), found)
        intervals = tuple(found)
    value = intervals[-1][0] if intervals and intervals[-1][1] == 1.0 else inf
    return Threshold(value, intervals, question.binding(value, intervals), concept, ends, (game, profile))


class _Question:
    """Where a profile is tested, and the decider of `verify` at any discount factor."""

    def __init__(self, product: Product, concept: str) -> None:
        self.product, self.nash = product, concept == "nash"
        self.plans = plans_of(product)
        self.units = [p.scale.spread or 1.0 for p in self.plans if p.scale is not None]
        self.tested = tested_pairs(product)
        self.long = self.nash or product.play.dynamics.hidden
        self.starts = np.arange(len(product.pairs)) == 0 if self.nash else self.tested

    def judged(self, delta: float) -> Judgement:
        ask_time()
        return judge(self.product, delta, plans=self.plans, tested=self.tested, nash=self.nash)

    def holds(self, delta: float) -> bool:
        found = self.judged(delta)
        return found.nash if self.nash else found.perfect

    def worst(self, delta: float) -> float:
        """Largest gain per period."""
        found = self.judged(delta)
        return float(found.nash_gain if self.nash else found.gain) / (1 - delta)

    def excess(self, delta: float) -> Callable[[float], float]:
        """Return what the deviations that gain at one discount factor gain at others, per period and unit of payoff."""
        tempted = []
        for plan, unit in zip(self.plans, self.units, strict=True):
            values = plan.values(delta)
            weight = plan.best(delta, values)[1] if self.long else None
            more = self._more(plan, delta, weight)
            rows = np.flatnonzero(more > (ZERO * unit if self.long else plan.allowed(more, values, delta)))
            if len(rows):
                tempted.append((plan, unit, weight, rows))

        def gain(at: float) -> float:
            return max((float(self._more(p, at, w)[k].max()) / unit for p, unit, w, k in tempted), default=-inf)

        return gain

    def _more(self, plan: Plan, delta: float, weight: NumberArray | None) -> NumberArray:
        """Gains of one-period deviations, or of a policy at each pair from which the profile must be best."""
        own = plan.values(delta)
        if weight is None:
            return plan.gains(own, delta)
        other = plan.values(delta, weight)
        return (other.relative - own.relative)[self.starts] + (other.level - own.level) / (1 - delta)

    def binding(self, value: float, intervals: tuple[tuple[float, float], ...]) -> Deviation | None:
        """Name the deviation that gains one step below the threshold, or nearest to it where the set is empty."""
        near = value if value < inf or not intervals else intervals[0][0]
        probe = max(near - 1e-6, 0.0) if intervals else self._nearest()
        found, dyn = self.judged(probe), self.product.play.dynamics
        if self.nash:
            return Deviation(
                dyn.players[found.nash_who], self.product.label(0), "its best plan", float(found.nash_gain)
            )
        act = "its best plan" if self.long else found.action
        if not act:
            return None
        return Deviation(dyn.players[found.who], self.product.label(found.pair), act, float(found.gain))

    def _nearest(self) -> float:
        """Return the sample at which the largest gain per period is least."""
        every = _samples()
        if self.long:
            return min(every, key=self.worst)
        # plain floats leave out what cannot be the least, and the decider tells the few others apart
        samples, doubt = np.array(every).reshape(-1, 3), 0.0
        rough = np.full(samples.shape, -inf)
        for plan in self.plans:
            rows = self.tested[plan.data.pair]
            for panel, deltas in enumerate(samples):
                gains, size = gains_at(plan, plan.data.weight, deltas)
                rough[panel] = np.maximum(rough[panel], gains[:, rows].max(axis=1))
                doubt = max(doubt, _ROUGH * (size + float(np.ptp(plan.data.payoff))))
        return min(itertools.compress(every, (rough <= rough.min() + doubt).flat), key=self.worst)


def _samples() -> list[float]:
    """Discount factors in every panel."""
    return [float(a + (b - a) * share) for a, b in itertools.pairwise(EDGES) for share in (0.0, 0.35, 0.7)]


def _candidates(question: _Question) -> list[float]:
    """Points between which no gain that matters changes its sign, both ends of the search included."""
    points = {0.0, TOP}
    last = len(EDGES) - 2
    for plan in question.plans:
        for panel in range(last + 1):
            ask_time(f"{len(points) - 2} zeros of gains, before the set between them was decided")
            points |= set(zeros(plan, plan.data.weight, panel, prune=not question.long).tolist())
        if not question.long:
            continue
        done: set[tuple[bytes, int]] = set()
        known: dict[bytes, NumberArray] = {}
        ask, asked = set(_samples()), set[float]()
        while ask:
            for at in sorted(ask):
                ask_time(f"{len(known)} best plans")
                weight = plan.best(at)[1]
                key = weight.tobytes()
                known[key] = weight
                # the panel of the point and those beside it, into which the plan may stay best
                here = int(np.searchsorted(EDGES, at, side="right")) - 1
                for panel in range(max(here - 1, 0), min(here + 1, last) + 1):
                    if (key, panel) not in done:
                        done.add((key, panel))
                        points |= set(zeros(plan, weight, panel, prune=False).tolist())
            if len(known) > _MOST_PLANS:
                raise NotSolved(
                    f"more than {_MOST_PLANS} plans are best at some discount factor; ask verify at those that matter."
                )
            ordered = _apart(points)
            asked |= ask
            ask = {(a + b) / 2 for a, b in itertools.pairwise(ordered)} - asked
    return _apart(points)


def _apart(points: set[float]) -> list[float]:
    """Points in order, copies of one zero taken once."""
    out = [0.0]
    for p in sorted(points):
        if p - out[-1] > _SAME * (1 - p):
            out.append(p)
    out[-1] = max(out[-1], TOP)
    return out


def _holding(question: _Question) -> list[tuple[float, float]]:
    points = _candidates(question)
    middle = [(a + b) / 2 for a, b in itertools.pairwise(points)]
    good, gaps = [question.holds(p) for p in points], [question.holds(m) for m in middle]
    pieces: list[tuple[int, int]] = []
    for k, ok in enumerate(good):
        if k > 0 and gaps[k - 1]:
            pieces[-1] = (pieces[-1][0], k)
        elif ok or (k < len(gaps) and gaps[k]):
            pieces.append((k, k))
    out: list[tuple[float, float]] = []
    for first, last in pieces:
        low, high = points[first], points[last]
        before = question.excess(middle[first - 1]) if first > 0 else None
        after = question.excess(middle[last]) if last < len(middle) else None
        narrow = high - low <= _POINT * (1 - high)
        if narrow and any(f is not None and f((low + high) / 2) >= -ZERO for f in (before, after)):
            spots = points[first : last + 1] + middle[first:last]
            if before is not None and after is not None:
                spots += [_crossing(f, middle[first - 1], middle[last], low) for f in (before, after)]
            at = min((d for d in spots if question.holds(d)), key=question.worst)
            out.append((at, at))
            continue
        if before is not None:
            low = _inwards(question, _crossing(before, middle[first - 1], middle[first], low), middle[first])
        if after is not None:
            high = _inwards(question, _crossing(after, middle[last], middle[last - 1], high), middle[last - 1])
        out.append((low, 1.0 if high == TOP else high))
    return out


def _crossing(gain: Callable[[float], float], outside: float, inside: float, near: float) -> float:
    """Where a gain vanishes between a point at which it is positive and one at which it is not; else `near`."""
    if not gain(outside) > 0 > gain(inside):
        return near
    return sign_change(gain, outside, inside, 1e-300, 4 * UNIT)


def _inwards(question: _Question, end: float, inside: float) -> float:
    """Return the end, or the first float further in that the decider accepts."""
    step = 1
    while not question.holds(end):
        for _ in range(step):
            end = nextafter(end, inside)
        step *= 2
        if step > 2**16:
            raise NotSolved(f"the decider refuses {end!r} beside a discount factor that it accepts; use exact=True.")
    return end


def _union(kept: list[tuple[float, float]], more: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Union of intervals; points that differ from those kept by rounding only are the same."""
    near = [
        (low, high)
        for low, high in more
        if low < high or not any(a - _NEAR * (1 - a) <= low <= b + _NEAR * (1 - b) for a, b in kept)
    ]
    out: list[tuple[float, float]] = []
    for low, high in sorted(kept + near):
        if out and low <= out[-1][1] + _NEAR * (1 - low):
            out[-1] = (out[-1][0], max(high, out[-1][1]))
        else:
            out.append((low, high))
    return out
