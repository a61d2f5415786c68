"""Ultimatums, public threats, escalation, deadlines and the commitment problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from armsgame._checks import discount_array, number, pair, probability
from armsgame._shown import Value
from armsgame._typing import ArrayLike, Number, Truth
from armsgame.errors import invalid
from armsgame.treaty.elementwise import elementwise, plain, together

__all__ = [
    "Attrition",
    "Deadline",
    "Escalation",
    "PowerShift",
    "PublicThreat",
    "TakeItOrLeaveIt",
    "attrition",
    "deadline",
    "escalation",
    "power_shift",
    "public_threat",
    "take_it_or_leave_it",
]


@dataclass(frozen=True, slots=True)
class TakeItOrLeaveIt(Value):
    """The proposer's demand, P(it is refused), and its value to the proposer."""

    demand: Number
    breakdown: Number
    value: Number


def take_it_or_leave_it(
    win_probability: ArrayLike, cost_proposer: ArrayLike, cost_low: ArrayLike, cost_high: ArrayLike
) -> TakeItOrLeaveIt:
    """Best demand on a unit pie when the target's cost of conflict is private: risk against return.

    Parameters
    ----------
    win_probability : float or array
        P(the proposer prevails in a conflict).
    cost_proposer : float or array, at least 0
    cost_low, cost_high : float or array, 0 <= low <= high
        The target's cost is uniform between them.

    Returns
    -------
    TakeItOrLeaveIt

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    The demand is p + x with x = min{max{low, (high - c)/2}, 1 - p}, at most the whole pie; it is
    refused by the types whose cost is below x: with probability (x - low)+ / (high - low) (Fearon 1995).

    Examples
    --------
    >>> found = take_it_or_leave_it(0.5, 0.1, 0.0, 0.4)
    >>> round(found.demand, 6), round(found.breakdown, 6), round(found.value, 6)
    (0.65, 0.375, 0.55625)
    """
    p, c = probability("win_probability", win_probability), number("cost_proposer", cost_proposer, 0)
    low, high = number("cost_low", cost_low, 0), number("cost_high", cost_high, 0)
    with elementwise(p, c, low, high) as (p, c, low, high):
        if not np.all(low <= high):
            invalid("cost_high", cost_high, f"at least cost_low {cost_low!r}")
        extra = np.minimum(np.maximum(low, (high - c) / 2), 1 - p)
        refused = np.where(extra > low, (extra - low) / (high - low), 0.0)
        value = (1 - refused) * (p + extra) + refused * (p - c)
        return TakeItOrLeaveIt(plain(p + extra), plain(refused), plain(value))


@dataclass(frozen=True, slots=True)
class PublicThreat(Value):
    """Equilibrium of a public threat.

    Attributes
    ----------
    threat : P(the sender threatens)
    bluff : P(it threatens and would back down)
    resist : P(the target resists | threat)
    belief : P(the sender would fight | threat)
    breakdown : P(threat, resistance and conflict)
    concession : P(threat, and the target concedes)
    """

    threat: Number
    bluff: Number
    resist: Number
    belief: Number
    breakdown: Number
    concession: Number


def public_threat(
    win_probability: ArrayLike, audience_cost: ArrayLike, cost_max_sender: ArrayLike, cost_max_target: ArrayLike
) -> PublicThreat:
    """Threaten in public, at the price of a humiliation if the threat is not carried out (tying hands).

    No threat pays 0 to the sender. After a threat the target concedes (sender 1, target 0) or
    resists; then the sender fights (p - c_S and 1 - p - c_R) or backs down (-a and 1).

    Parameters
    ----------
    win_probability : float or array, p
    audience_cost : float or array, a >= 0
    cost_max_sender, cost_max_target : float or array, above 0
        Costs of conflict are private and uniform between 0 and these.

    Returns
    -------
    PublicThreat

    Notes
    -----
    Let F = min(1, (p + a)/C_S) be the share of senders who would fight and q* = 1/[p + C_R/(1+a)]
    the belief at which bluffers are indifferent, the target resisting with probability 1/(1+a).

    - q* >= 1: nobody bluffs. The target resists with probability r = min(1, (1-p)/C_R), and only
      senders with a cost below p + (1-r)/r threaten.
    - F >= q*: everybody threatens, the belief is F, and resistance is (1/F - p)/C_R.
    - Between: bluffers threaten with the mass F (1 - q*)/q*.

    References
    ----------
    Schultz (1999); Lewis and Schultz (2003); Fearon (1997). The corners are derived here.

    Examples
    --------
    >>> found = public_threat(0.4, 0.2, 1.5, 1.2)
    >>> round(found.threat, 6), round(found.bluff, 6), round(found.breakdown, 6)
    (0.56, 0.16, 0.333333)
    """
    p, a = probability("win_probability", win_probability), number("audience_cost", audience_cost, 0)
    sender = number("cost_max_sender", cost_max_sender, 0, open_low=True)
    target = number("cost_max_target", cost_max_target, 0, open_low=True)
    with elementwise(p, a, sender, target) as (p, a, sender, target):
        fighters = np.minimum(1.0, (p + a) / sender)
        indifferent = 1 / (p + target / (1 + a))
        none = indifferent >= 1
        every = ~none & (fighters >= indifferent)
        alone = np.minimum(1.0, (1 - p) / target)
        resist = np.where(
            none, alone, np.where(every, np.minimum(1.0, np.maximum(0.0, (1 / fighters - p) / target)), 1 / (1 + a))
        )
        # with no bluffers, only those threaten whom the risk of conflict does not deter
        resolved = np.where(alone > 0, np.minimum(1.0, (p + (1 - alone) / alone) / sender), 1.0)
        resolved = np.minimum(resolved, fighters)
        fight = np.where(none, resolved, fighters)
        bluff = np.where(none, 0.0, np.where(every, 1 - fighters, fighters * (1 - indifferent) / indifferent))
        belief = np.where(none, 1.0, np.where(every, fighters, indifferent))
        threat = fight + bluff
        found = (threat, bluff, resist, belief, fight * resist, threat * (1 - resist))
        return PublicThreat(*(plain(v) for v in found))


@dataclass(frozen=True, slots=True)
class Escalation(Value):
    """Equilibrium of an escalating crisis.

    Attributes
    ----------
    horizon : time after which neither side backs down
    quit_at_once : pair, P(side quits at time 0)
    backs_down : pair, P(side would quit before the horizon), whatever the other does
    breakdown : P(neither does)
    """

    horizon: Number
    quit_at_once: tuple[Number, Number]
    backs_down: tuple[Number, Number]
    breakdown: Number


def escalation(prize: ArrayLike, war_cost_max: Sequence[ArrayLike], audience_cost: Sequence[ArrayLike]) -> Escalation:
    """Crisis in which backing down costs more the longer it lasts (Fearon 1994).

    Parameters
    ----------
    prize : float or array, above 0
    war_cost_max : pair of float or array, above 0
        Each side's value of war is private and uniform on [-W, 0].
    audience_cost : pair of float or array, above 0
        Slope a: who quits at time t pays a t.

    Returns
    -------
    Escalation

    Notes
    -----
    Quit times of side j have the distribution F_j(t) = [F_j(0) v + a_i t]/(v + a_i t), which keeps
    side i indifferent. Side j's horizon is where the types that would rather quit are used up,
    1 - a_j t/W_j = a_i t/(v + a_i t); the crisis ends at the earlier one, and the side with the
    later one quits at once with the mass that makes up for it (re-derived after Fearon 1994).

    Examples
    --------
    >>> found = escalation(1.0, (2.0, 2.0), (1.0, 1.0))
    >>> found.horizon, found.backs_down, found.breakdown
    (1.0, (0.5, 0.5), 0.25)
    """
    v = number("prize", prize, 0, open_low=True)
    w = pair("war_cost_max", war_cost_max, 0, open_low=True)
    a = pair("audience_cost", audience_cost, 0, open_low=True)
    with elementwise():
        v, *both = together(v, *w, *a)
        w, a = (both[0], both[1]), (both[2], both[3])
        times = []
        for j in (0, 1):
            own, other = a[j], a[1 - j]
            # the positive root of a_i a_j t^2 + a_j v t - v W_j = 0
            times.append(2 * v * w[j] / (own * v + np.sqrt(own * v * (own * v + 4 * other * w[j]))))
        horizon = np.minimum(*times)
        down = [np.clip(1 - a[j] * horizon / w[j], 0, 1) for j in (0, 1)]
        at_once = []
        for j in (0, 1):
            rise = a[1 - j] * horizon
            mass = (down[j] * (v + rise) - rise) / v
            at_once.append(np.where(times[j] <= horizon, 0.0, np.clip(mass, 0, 1)))
        breakdown = (1 - down[0]) * (1 - down[1])
    return Escalation(
        plain(horizon), (plain(at_once[0]), plain(at_once[1])), (plain(down[0]), plain(down[1])), plain(breakdown)
    )


@dataclass(frozen=True, slots=True)
class Deadline(Value):
    """P(the target complies in time)."""

    comply: Number


def deadline(
    credibility: ArrayLike, loss: ArrayLike, cost_max: ArrayLike, rate_per_day: ArrayLike, days: ArrayLike
) -> Deadline:
    """Compliance with an ultimatum that needs both the will and the time.

    Parameters
    ----------
    credibility : float or array
        P(the threat is carried out).
    loss : float or array, at least 0
        Loss if it is.
    cost_max : float or array, above 0
        The cost of complying is private and uniform between 0 and this.
    rate_per_day : float or array, at least 0
        The technical time to comply is exponential with this rate.
    days : float or array, at least 0

    Returns
    -------
    Deadline

    Notes
    -----
    min(1, qL/k) (1 - exp(-rate days)); constructed for this library.

    Examples
    --------
    >>> round(deadline(0.8, 1.0, 1.5, 0.02, 60).comply, 6)
    0.372696
    """
    q, harm = probability("credibility", credibility), number("loss", loss, 0)
    top = number("cost_max", cost_max, 0, open_low=True)
    rate, time = number("rate_per_day", rate_per_day, 0), number("days", days, 0)
    with elementwise(q, harm, top, rate, time) as (q, harm, top, rate, time):
        return Deadline(plain(np.minimum(1.0, q * harm / top) * -np.expm1(-rate * time)))


@dataclass(frozen=True, slots=True)
class Attrition(Value):
    """Each side's hazard of giving in, and the mean length of the standoff."""

    hazard: Number
    mean_duration: Number


def attrition(prize: ArrayLike, cost: ArrayLike) -> Attrition:
    """Symmetric war of attrition: hazard c/v each, mean duration v/(2c) (Maynard Smith 1974).

    Parameters
    ----------
    prize : float or array, above 0
    cost : float or array, above 0, per unit of time

    Returns
    -------
    Attrition

    Examples
    --------
    >>> attrition(1.0, 0.1)
    Attrition(hazard=0.1, mean_duration=5)
    """
    v, c = number("prize", prize, 0, open_low=True), number("cost", cost, 0, open_low=True)
    with elementwise(v, c) as (v, c):
        return Attrition(plain(c / v), plain(v / (2 * c)))


@dataclass(frozen=True, slots=True)
class PowerShift(Value):
    """Whether the declining side fights before the shift, and by how much it prefers to."""

    breaks_down: Truth
    margin: Number


def power_shift(
    before: ArrayLike, after: ArrayLike, discount: ArrayLike, cost_rising: ArrayLike, cost_declining: ArrayLike
) -> PowerShift:
    """Ask whether a declining side fights, as the rising one cannot promise not to use its future strength.

    A unit pie per period; the winner of a conflict takes the whole stream; the rising side makes
    all offers.

    Parameters
    ----------
    before, after : float or array
        P(the rising side wins) now and from the next period on.
    discount : float or array
    cost_rising, cost_declining : float or array, at least 0
        One-off costs of conflict, in pies. The rising side's cost does not enter: whatever it is,
        a deal that both prefer to conflict exists in every single period.

    Returns
    -------
    PowerShift

    Notes
    -----
    Margin [(1-p)/(1-delta) - c] - [1 + delta max{0, (1-p')/(1-delta) - c}], not multiplied by
    1 - delta: the declining side gets at most the whole pie today, and its value of conflict, or
    nothing, tomorrow (Fearon 1995; Powell 2006).

    Examples
    --------
    >>> found = power_shift(0.4, 0.7, 0.9, 0.1, 0.1)
    >>> found.breaks_down, round(found.margin, 6)
    (True, 2.29)
    """
    p, later = probability("before", before), probability("after", after)
    delta = discount_array(discount)
    rising = number("cost_rising", cost_rising, 0)
    c = number("cost_declining", cost_declining, 0)
    with elementwise(p, later, delta, rising, c) as (p, later, delta, rising, c):
        today = (1 - p) / (1 - delta) - c
        tomorrow = np.maximum(0.0, (1 - later) / (1 - delta) - c)
        margin = today - (1 + delta * tomorrow)
        return PowerShift(plain(margin > 0), plain(margin))
