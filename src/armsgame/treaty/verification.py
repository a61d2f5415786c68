"""Verification offers: what a display shows, when attending it has value, what refusals say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import invalid
from armsgame.treaty.domain import finite, plain, probability

__all__ = ["Display", "display", "pretext_posterior"]


@dataclass(frozen=True, slots=True)
class Display:
    """Beliefs and the value of attending a display.

    Attributes
    ----------
    posterior, posterior_after_fail : P(violation) after a pass and after a fail (NaN where that cannot occur)
    likelihood_ratio : P(pass | violating) / P(pass | compliant)
    leave_threshold : belief in violation above which the receiver leaves
    value_of_information : expected gain from seeing the display before deciding
    attends : whether that value is strictly positive
    """

    posterior: Any
    posterior_after_fail: Any
    likelihood_ratio: Any
    leave_threshold: Any
    value_of_information: Any
    attends: Any


def display(
    prior: ArrayLike,
    pass_compliant: ArrayLike,
    pass_violating: ArrayLike,
    gain: ArrayLike = 1.0,
    loss: ArrayLike = 1.0,
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
    passed = pi * s_v + (1 - pi) * s_c
    failed = 1 - passed
    with np.errstate(divide="ignore", invalid="ignore"):
        after_pass = np.where(passed > 0, pi * s_v / passed, np.nan)
        after_fail = np.where(failed > 0, pi * (1 - s_v) / failed, np.nan)
        ratio = np.where(s_c > 0, s_v / s_c, np.where(s_v > 0, np.inf, np.nan))

    # expected payoff of the best decision, written without dividing by the chance of the outcome
    def best(violating: FloatArray, compliant: FloatArray) -> FloatArray:
        return np.maximum(compliant * g - violating * ell, 0)

    seen = best(pi * s_v, (1 - pi) * s_c) + best(pi * (1 - s_v), (1 - pi) * (1 - s_c))
    value = seen - best(pi, 1 - pi)
    # equal decisions leave a difference of rounding only
    value = np.where(value <= 1e-14 * (np.abs(g) + np.abs(ell)), 0.0, value)
    return Display(*(plain(v) for v in (after_pass, after_fail, ratio, g / (g + ell), value, value > 0)))


def pretext_posterior(
    prior: ArrayLike, attend_pretext: ArrayLike, attend_sincere: ArrayLike, refusals: ArrayLike = 1
) -> Any:
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
    out, sincere = rho * (1 - a_p) ** n, (1 - rho) * (1 - a_s) ** n
    with np.errstate(invalid="ignore"):
        return plain(np.where(out + sincere > 0, out / (out + sincere), np.nan))
