"""Withdrawal: notice, optimal exit, escape at a price, and survival."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._checks import discount_array, number, probability, whole
from armsgame._shown import Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray, Number
from armsgame.errors import WrongConcept, invalid
from armsgame.games.stage import StageGame
from armsgame.treaty.elementwise import elementwise, plain

__all__ = ["Escape", "Exit", "Notice", "Survival", "escape_clause", "notice", "optimal_exit", "survival"]


@dataclass(frozen=True, slots=True)
class Notice(Value):
    """Periods of mutual compliance after an irrevocable notice."""

    compliance_periods: Number


def notice(stage: StageGame, periods: ArrayLike) -> Notice:
    """Most periods of mutual compliance that a subgame-perfect equilibrium allows after notice.

    Parameters
    ----------
    stage : StageGame
        Two parties with two actions each; the first action is compliance. Batches broadcast.
    periods : int or array, at least 0
        Length of the notice, after which the game ends.

    Returns
    -------
    Notice

    Raises
    ------
    InvalidGame
        A stage of another size.
    WrongConcept
        Compliance is no equilibrium of the stage and the stage has several equilibria: what a
        finite horizon then allows is no closed form (Benoit and Krishna 1985).

    Notes
    -----
    Where mutual compliance is an equilibrium of the stage (stag hunt) it can last to the end.
    Where the stage has one equilibrium and it is another one (prisoner's dilemma), play unravels from
    the last period: none.

    Examples
    --------
    >>> import armsgame as ag
    >>> notice(ag.treaty.compliance(5, 3, 1, 0), periods=6).compliance_periods
    0
    >>> notice(ag.treaty.compliance(3, 4, 2, 0), periods=6).compliance_periods
    6
    """
    if not isinstance(stage, StageGame) or stage.shape != (2, 2):
        invalid("stage", getattr(stage, "shape", stage), "a StageGame of two parties with two actions each")
    n = whole("periods", periods)
    own, other = stage.payoffs[..., 0, :, :], stage.payoffs[..., 1, :, :]
    # gain from deploying against each action of the other
    first = own[..., 1, :] - own[..., 0, :]
    second = other[..., :, 1] - other[..., :, 0]
    complies = (first[..., 0] <= 0) & (second[..., 0] <= 0)
    # a strictly dominant action on either side, and no tie in the reply to it, leaves one equilibrium
    unique = _unique(first, second) | _unique(second, first)
    if not np.all(complies | unique):
        raise WrongConcept(
            "notice has a closed form only where compliance is an equilibrium of the stage or the stage has one "
            "equilibrium; solve the periods after notice with ag.markov_perfect."
        )
    with elementwise():
        kept = np.where(complies, n, 0 * n)
    return Notice(plain(kept.astype(np.int64)))


def _unique(dominant: FloatArray, reply: FloatArray) -> BoolArray:
    deploys = (dominant > 0).all(axis=-1)
    obeys = (dominant < 0).all(axis=-1)
    alone: BoolArray = (deploys & (reply[..., 1] != 0)) | (obeys & (reply[..., 0] != 0))
    return alone


@dataclass(frozen=True, slots=True)
class Exit(Value):
    """Exit by optimal stopping.

    Attributes
    ----------
    reservation : outside option from which a party leaves
    hazard : P(exit per period)
    mean : expected periods until exit, the exit period included (inf where it never comes)
    median : log(1/2) / log(1 - hazard), not rounded
    """

    reservation: Number
    hazard: Number
    mean: Number
    median: Number


def optimal_exit(reward: ArrayLike, discount: ArrayLike) -> Exit:
    """When to leave a treaty for an outside option that changes from period to period.

    Each period an option w, uniform on [0, 1], is seen; leaving pays w per period for ever, staying
    pays `reward` now and a new draw.

    Parameters
    ----------
    reward : float or array
        Payoff of staying per period, on the scale of the option.
    discount : float or array

    Returns
    -------
    Exit

    Notes
    -----
    w* = R + delta/(1-delta) E(w - w*)+, a quadratic for 0 <= w* <= 1 (McCall 1970, applied to
    exit). With R >= 1 nobody leaves; with w* <= 0 everybody leaves at once.

    Examples
    --------
    >>> found = optimal_exit(0.5, 0.9)
    >>> round(found.reservation, 6), round(found.mean, 6), round(found.median, 6)
    (0.759747, 4.162278, 2.522646)
    """
    r, delta = number("reward", reward), discount_array(discount)
    with elementwise(r, delta) as (r, delta):
        weight = delta / (1 - delta)
        inside = 2 * (1 - r) / (1 + np.sqrt(np.maximum(0.0, 1 + 2 * weight * (1 - r))))
        hazard = np.clip(inside, 0, 1)
        reservation = np.where(r >= 1, r, np.where(r <= -weight / 2, (r + weight / 2) / (1 + weight), 1 - hazard))
        mean, median = _geometric(hazard)
        return Exit(plain(reservation), plain(hazard), plain(mean), plain(median))


@dataclass(frozen=True, slots=True)
class Escape(Value):
    """An escape clause with a price.

    Attributes
    ----------
    uses : P(a party escapes per period) where it pays the price
    breaks : P(it breaks the treaty instead)
    value : its expected payoff per period of relations
    best_price : price at which joint payoffs per period are largest
    """

    uses: Number
    breaks: Number
    value: Number
    best_price: Number


def escape_clause(price: ArrayLike, harm: ArrayLike, breach_cost: ArrayLike, pressure_max: ArrayLike = 1.0) -> Escape:
    """Temporary escape at a price agreed beforehand, after Rosendorff and Milner (2001).

    Each period domestic pressure u, uniform on [0, pressure_max], is what one period of violation is
    worth to a party. It may comply (0), escape and pay `price` to the other, or break the treaty and
    lose `breach_cost`, its value of the relation. A violation harms the other by `harm`.

    Parameters
    ----------
    price : float or array, at least 0
    harm : float or array, at least 0
    breach_cost : float or array, at least 0
    pressure_max : float or array, above 0

    Returns
    -------
    Escape

    Notes
    -----
    The clause is used where u exceeds the price, if the price is at most the cost of a breach;
    above that the treaty is broken where u exceeds the breach cost. A low price invites abuse, a high one
    breakdown; price = harm makes the party weigh the other's loss, and the best price is
    min(harm, breach_cost). This is a reduced form, not the game of Rosendorff and Milner.

    Examples
    --------
    >>> found = escape_clause(0.6, 0.6, 0.9)
    >>> round(found.uses, 6), found.breaks, found.best_price
    (0.4, 0.0, 0.6)
    """
    k, h = number("price", price, 0), number("harm", harm, 0)
    loss, top = number("breach_cost", breach_cost, 0), number("pressure_max", pressure_max, 0, open_low=True)
    with elementwise(k, h, loss, top) as (k, h, loss, top):
        bar = np.minimum(k, loss)
        leaves = np.maximum(0.0, 1 - bar / top)
        escapes = k <= loss
        value = np.maximum(0.0, top - bar) ** 2 / (2 * top)
        return Escape(
            plain(np.where(escapes, leaves, 0.0)),
            plain(np.where(escapes, 0.0, leaves)),
            plain(value),
            plain(np.minimum(h, loss)),
        )


@dataclass(frozen=True, slots=True)
class Survival(Value):
    """P(no alarm for the given periods), and mean and median of the first alarm (not rounded)."""

    survival: Number
    mean: Number
    median: Number


def survival(false_alarm: ArrayLike, periods: ArrayLike) -> Survival:
    """Survival of a treaty that ends at the first false alarm: geometric.

    Parameters
    ----------
    false_alarm : float or array, per period
    periods : int or array, at least 0

    Returns
    -------
    Survival

    Examples
    --------
    >>> found = survival(0.05, 10)
    >>> round(found.survival, 6), found.mean, round(found.median, 6)
    (0.598737, 20.0, 13.513407)
    """
    a, n = probability("false_alarm", false_alarm), whole("periods", periods)
    with elementwise(a, n) as (a, n):
        mean, median = _geometric(a)
        # 1 - a would lose a rate below the rounding of 1
        stays = np.where(n > 0, np.exp(n * np.log1p(-a)), 1.0)
        return Survival(plain(stays), plain(mean), plain(median))


def _geometric(hazard: FloatArray) -> tuple[FloatArray, FloatArray]:
    return 1 / hazard, np.log(0.5) / np.log1p(-hazard) + 0.0
