"""Verification offers: displays, refusals, costly offers, reassurance, and how much transparency a deal bears."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._checks import discount_array, finite, number, probability
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray, Number, Truth
from armsgame.errors import invalid
from armsgame.solve.thresholds.reversion import least_spread
from armsgame.treaty.closed_forms.premises import PUNISHES, Premise, needs
from armsgame.treaty.elementwise import blockwise, elementwise, plain, stakes, together

__all__ = [
    "CostlyOffer",
    "Display",
    "Reassurance",
    "TransparencyWindow",
    "costly_offer",
    "display",
    "pretext_posterior",
    "reassurance",
    "transparency_window",
]


@dataclass(frozen=True, slots=True)
class Display(Value):
    """Beliefs and the value of attending a display.

    Attributes
    ----------
    posterior, posterior_after_fail : P(violation) after a pass and after a fail (NaN where that cannot occur)
    likelihood_ratio : P(pass | violating) / P(pass | compliant)
    leave_threshold : belief in violation above which the receiver leaves
    value_of_information : expected gain from seeing the display before deciding
    attends : whether that value is strictly positive
    """

    posterior: Number
    posterior_after_fail: Number
    likelihood_ratio: Number
    leave_threshold: Number
    value_of_information: Number
    attends: Truth


def display(
    prior: ArrayLike, pass_compliant: ArrayLike, pass_violating: ArrayLike, gain: ArrayLike = 1.0, loss: ArrayLike = 1.0
) -> Display:
    """Bayes' rule and the value of information of a display.

    Parameters
    ----------
    prior : float or array
        P(the displaying party violates).
    pass_compliant, pass_violating : float or array
        P(the display looks compliant | type).
    gain, loss : float or array
        Stay and compliant: +gain; stay and violating: -loss; leave: 0. Inside a treaty
        gain = R - P - x and loss = P + x - S; where gain is negative the receiver leaves anyway.

    Returns
    -------
    Display

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Examples
    --------
    >>> found = display(0.7, 0.9, 0.8)
    >>> round(found.posterior, 4), found.value_of_information
    (0.6747, 0.0)
    """
    pi = probability("prior", prior)
    s_c, s_v = probability("pass_compliant", pass_compliant), probability("pass_violating", pass_violating)
    g, ell = finite("gain", gain), finite("loss", loss)
    if not (g + ell > 0).all():
        invalid(
            "gain, loss", (gain, loss), "gain + loss above 0", "Else staying is never better informed than leaving."
        )
    pi, s_c, s_v, g, ell = together(pi, s_c, s_v, g, ell)
    passed = pi * s_v + (1 - pi) * s_c
    failed = 1 - passed
    with np.errstate(divide="ignore", invalid="ignore"):
        after_pass = np.where(passed > 0, pi * s_v / passed, np.nan)
        after_fail = np.where(failed > 0, pi * (1 - s_v) / failed, np.nan)
        ratio = np.where(s_c > 0, s_v / s_c, np.where(s_v > 0, np.inf, np.nan))

    # expected payoff of the best decision, written without dividing by the chance of the outcome
    def best(violating: FloatArray, compliant: FloatArray) -> FloatArray:
        return np.asarray(np.maximum(compliant * g - violating * ell, 0))

    seen = best(pi * s_v, (1 - pi) * s_c) + best(pi * (1 - s_v), (1 - pi) * (1 - s_c))
    value = seen - best(pi, 1 - pi)
    # equal decisions leave a difference of rounding only
    value = np.where(value <= 1e-14 * (np.abs(g) + np.abs(ell)), 0.0, value)
    return Display(*(plain(v) for v in (after_pass, after_fail, ratio, g / (g + ell), value, value > 0)))


def pretext_posterior(
    prior: ArrayLike, attend_pretext: ArrayLike, attend_sincere: ArrayLike, refusals: ArrayLike = 1
) -> Number:
    """P(a party wants out | it refused `refusals` offers), by Bayes' rule; NaN where refusals cannot occur.

    Examples
    --------
    >>> round(pretext_posterior(0.3, 0.1, 0.7, 1), 4)
    0.5625
    """
    rho = probability("prior", prior)
    a_p, a_s = probability("attend_pretext", attend_pretext), probability("attend_sincere", attend_sincere)
    n = finite("refusals", refusals)
    if not ((n >= 0) & (n == np.floor(n))).all():
        invalid("refusals", refusals, "whole numbers of at least 0")
    rho, a_p, a_s, n = together(rho, a_p, a_s, n)
    out, sincere = rho * (1 - a_p) ** n, (1 - rho) * (1 - a_s) ** n
    with np.errstate(invalid="ignore"):
        found: Number = plain(np.where(out + sincere > 0, out / (out + sincere), np.nan))
        return found


@dataclass(frozen=True, slots=True)
class CostlyOffer(Value):
    """Separating offers of access; NaN where single crossing fails and an offer shows nothing.

    Attributes
    ----------
    intensity : least intensity that a violator does not imitate
    compliant_net : what a compliant party keeps of the benefit at that intensity
    highest_separating : intensity above which a compliant party does not offer either
    """

    intensity: Number
    compliant_net: Number
    highest_separating: Number


def costly_offer(belief_benefit: ArrayLike, cost_compliant: ArrayLike, cost_violating: ArrayLike) -> CostlyOffer:
    """How intrusive an offer must be to prove compliance: least-cost separation.

    Parameters
    ----------
    belief_benefit : float or array, at least 0
        Gain from being taken for compliant.
    cost_compliant, cost_violating : float or array, at least 0 and above 0
        Cost per unit of intensity. Which of them is larger is itself contested: where access costs
        the compliant party as much (secrets), every field is NaN.

    Returns
    -------
    CostlyOffer

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    Intensities between B/k_V and B/k_C separate; the least is B/k_V (Spence 1973; Riley 1979).

    Examples
    --------
    >>> found = costly_offer(1.0, 0.3, 1.5)
    >>> round(found.intensity, 6), round(found.compliant_net, 6), round(found.highest_separating, 6)
    (0.666667, 0.8, 3.333333)
    """
    b = number("belief_benefit", belief_benefit, 0)
    k_c, k_v = number("cost_compliant", cost_compliant, 0), number("cost_violating", cost_violating, 0, open_low=True)
    with elementwise(b, k_c, k_v) as (b, k_c, k_v):
        least = b / k_v
        most = np.where(b > 0, b / k_c, 0.0)
        return CostlyOffer(*(plain(np.where(k_c < k_v, x, np.nan)) for x in (least, b - k_c * least, most)))


@dataclass(frozen=True, slots=True)
class Reassurance(Value):
    """Priors of trustworthiness between which a first, smaller stake separates the types.

    Attributes
    ----------
    low : prior below which even a trustworthy party does not dare
    high : prior above which an untrustworthy one imitates it
    exists : whether low < high
    """

    low: Number
    high: Number
    exists: Truth


def reassurance(
    first_stake: ArrayLike, exploit_trustworthy: ArrayLike, exploit_untrustworthy: ArrayLike, sucker: ArrayLike
) -> Reassurance:
    """Build trust in two rounds with stakes alpha and 1 - alpha.

    Mutual cooperation pays 1, mutual defection 0, exploiting b (by type), being exploited -c, each
    times the stake.

    Parameters
    ----------
    first_stake : float or array
        alpha, between 0 and 1.
    exploit_trustworthy, exploit_untrustworthy : float or array
        b_T below 1, and b_U above 1.
    sucker : float or array, at least 0
        Size c of the loss from being exploited.

    Returns
    -------
    Reassurance

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    The types separate for priors t of a trustworthy partner with
    alpha c/(1 - alpha b_T + alpha c) <= t <= alpha c/(alpha + (1-2 alpha) b_U + alpha c), the upper
    end capped at 1, and 1 where its denominator is not positive. A small first stake is too cheap
    to show anything (structure after Kydd 2000; payoffs of this library).

    Examples
    --------
    >>> found = reassurance(0.8, 0.4, 1.6, 0.8)
    >>> round(found.low, 6), found.high, found.exists
    (0.484848, 1.0, True)
    """
    alpha = probability("first_stake", first_stake)
    b_t = number("exploit_trustworthy", exploit_trustworthy, high=1, open_high=True)
    b_u = number("exploit_untrustworthy", exploit_untrustworthy, 1, open_low=True)
    c = number("sucker", sucker, 0)
    with elementwise(alpha, b_t, b_u, c) as (alpha, b_t, b_u, c):
        low = alpha * c / (1 - alpha * b_t + alpha * c)
        below = alpha + (1 - 2 * alpha) * b_u + alpha * c
        high = np.where(below > 0, np.minimum(1.0, alpha * c / below), 1.0)
        return Reassurance(plain(low), plain(high), plain(low < high))


@dataclass(frozen=True, slots=True)
class TransparencyWindow(Value):
    """Monitoring intensities at which a deal holds.

    Attributes
    ----------
    best : intensity with the most slack in the incentives (inf where transparency costs nothing)
    exists : whether the deal holds at any intensity
    low, high : least and largest intensity at which it does (NaN where none)
    """

    best: Number
    exists: Truth
    low: Number
    high: Number


@needs(
    "verification.transparency_window",
    PUNISHES,
    Premise("there are no false alarms", "psi0 = 0", "see compliance.grim"),
    Premise("observing stops with the deal", "P costs no security", "a wider window"),
)
def transparency_window(
    temptation: ArrayLike,
    reward: ArrayLike,
    punishment: ArrayLike,
    discount: ArrayLike,
    efficiency: ArrayLike,
    security_loss: ArrayLike,
) -> TransparencyWindow:
    """Find the monitoring that is enough to deter and not so much that it threatens security.

    Intensity m detects a violation with probability 1 - exp(-kappa m) and costs each side sigma m per
    period while the treaty stands, a violator included.

    Parameters
    ----------
    temptation, reward, punishment : float or array
        R > P.
    discount : float or array
    efficiency : float or array, above 0
        kappa.
    security_loss : float or array, at least 0
        sigma.

    Returns
    -------
    TransparencyWindow

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    The deal holds where (1 - exp(-kappa m))(R - P - sigma m) >= (1-delta)(T-R)/delta. The left side is
    concave up to R - P = sigma m, with its top at kappa m = log W(exp(1 + kappa (R-P)/sigma)), W Lambert's
    function; Newton's steps from outside close in on both ends. A stylisation after Coe and
    Vaynman (2020), not their game. It holds under these conditions:

    {premises}

    Examples
    --------
    >>> found = transparency_window(1.5, 1, 0, 0.6, 2.0, 0.2)
    >>> round(found.best, 6), round(found.low, 6), round(found.high, 6)
    (1.088663, 0.21404, 3.3312)
    """
    from scipy.special import wrightomega

    t, r, p = stakes(temptation, reward, punishment)
    delta = discount_array(discount)
    kappa = number("efficiency", efficiency, 0, open_low=True)
    sigma = number("security_loss", security_loss, 0)
    with elementwise(t, r, p, delta, kappa, sigma) as (t, r, p, delta, kappa, sigma):
        worth = r - p
        need = np.where(t <= r, 0.0, least_spread(t - r, 1.0, 0.0, delta))
        free = sigma == 0
        best = np.where(free, np.inf, np.log(wrightomega(1 + kappa * worth / sigma)) / kappa)
        top = np.where(free, worth, -np.expm1(-kappa * best) * (worth - sigma * best))
        exists = np.where(free, need < top, need <= top)
        low = np.where(exists, 0.0, np.nan)
        high = np.where(exists & ~free, worth / sigma, np.nan)
        low, high = (blockwise(_end, x, worth, kappa, sigma, need) for x in (low, high))
        high = np.where(exists & free, np.inf, high)
        return TransparencyWindow(plain(best), plain(exists), plain(low), plain(high))


def _end(m: FloatArray, worth: FloatArray, kappa: FloatArray, sigma: FloatArray, need: FloatArray) -> FloatArray:
    """Newton on a concave function from outside: every step falls short of the root."""
    for _ in range(100):
        missed = np.exp(-kappa * m)
        slack = (1 - missed) * (worth - sigma * m) - need
        step = -slack / (kappa * missed * (worth - sigma * m) - sigma * (1 - missed))
        step = np.where(slack < 0, step, 0.0)
        m = m + step
        # the error after a step is of the order of its square, or as small as rounding lets a double root be
        if not (np.abs(step) > 1e-9 * m).any():
            break
    return m
