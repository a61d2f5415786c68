"""Trust under private types: from which belief on a content party complies beside one that may be tempted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from armsgame._checks import discount_array, finite, probability
from armsgame._typing import ArrayLike, FloatArray, Number
from armsgame.treaty.closed_forms.premises import PUNISHES, Answer, Premise, first_unmet, needs
from armsgame.treaty.elementwise import elementwise, plain, stakes

__all__ = ["TrustThreshold", "threshold"]

_FORM = "trust.threshold"


@dataclass(frozen=True, slots=True)
class TrustThreshold(Answer):
    """From which belief on content parties comply and tempted ones deploy, until an alarm ends it.

    Attributes
    ----------
    belief : least P(the other is content) at which the profile is an equilibrium; inf where it is one at none
    gain : what deploying gains a content party beside a tempted one, g_t
    loss : what deploying loses it beside a content one, g_c
    content, exposed : its values beside a content and beside a tempted party, V_c and V_t
    tempted_tested : whether the tempted type was asked too, because its temptation was given
    """

    form: ClassVar[str] = _FORM

    belief: Number
    gain: Number
    loss: Number
    content: Number
    exposed: Number
    tempted_tested: bool

    def explain(self) -> str:
        """Say what the threshold means, and what was not tested."""
        asked = "is tested too" if self.tempted_tested else "is not tested; give tempted_temptation"
        lines = [
            "A content party complies until an alarm, a tempted one deploys; after any alarm nobody complies again.",
            f"That the tempted type prefers to deploy {asked}.",
        ]
        if np.ndim(self.belief) == 0:
            failed = f"It is an equilibrium at no belief: the condition {self.failed!r} fails."
            holds = f"It is an equilibrium where each holds the other to be content with at least {self.belief:.6g}."
            lines.insert(1, failed if self.failed else holds)
        return "\n".join(lines)


@needs(
    _FORM,
    replace(PUNISHES, otherwise="the collapse is no equilibrium: inf"),
    Premise("alarms tell of violations", "d >= alpha, or g_t <= 0", "quiet periods would wear trust out: inf"),
    Premise("deploying beside a content party loses", "g_c > 0", "no belief is high enough: inf"),
    Premise(
        "the tempted type prefers to deploy",
        "h_c = (1 - delta)(T' - R) - delta (psi1 - psi0)(V' - P) >= 0, asked only where T' is given",
        "it complies, and only pooling is left: inf",
    ),
)
def threshold(
    temptation: ArrayLike,
    reward: ArrayLike,
    punishment: ArrayLike,
    sucker: ArrayLike,
    detection: ArrayLike,
    false_alarm: ArrayLike,
    discount: ArrayLike,
    tempted_temptation: ArrayLike | None = None,
) -> TrustThreshold:
    """Least belief that the other is content at which content parties comply and tempted ones deploy.

    A content party complies until an alarm, a tempted one deploys. After any alarm nobody complies again, whether
    by withdrawal or without. Types are drawn once, and there is one alarm for each party, as in `Treaty.game`.

    Parameters
    ----------
    temptation, reward, punishment, sucker : float or array
        T, R > P and S of the content type, per period.
    detection, false_alarm : float or array
        P(alarm about a party | it deploys), P(alarm | it complies).
    discount : float or array
        Factor per period, below 1.
    tempted_temptation : float or array, optional
        T' of the tempted type. Where it is not given, that this type prefers to deploy is not tested.

    Returns
    -------
    TrustThreshold

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    With k deployers an alarm comes with psi_k = 1 - (1 - alpha)**(2-k) (1 - d)**k. Until then a content party earns
    R beside a content one and S beside a tempted one, so V_c = P + (R - P)(1 - delta)/[1 - delta (1 - psi_0)] and
    V_t = P + (S - P)(1 - delta)/[1 - delta (1 - psi_1)]. One deployment loses it
    g_c = delta (psi_1 - psi_0)(V_c - P) - (1 - delta)(T - R) in the first case and gains it
    g_t = (1 - delta)(P - S) - delta (psi_2 - psi_1)(V_t - P) in the second. Quiet periods raise the belief, so the
    prior decides: p* = g_t/(g_t + g_c), or 0 where g_t <= 0. The tempted type earns
    V' = P + (T' - P)(1 - delta)/[1 - delta (1 - psi_1)] beside a content one. As the quiet lasts its belief comes
    near 1, so it must prefer to deploy there. Derived for this library. It holds under these conditions
    (`TrustThreshold.failed` names the one that fails):

    {premises}

    Examples
    --------
    >>> found = threshold(1.5, 1, 0, -0.5, 0.05, 0.005, 0.95, tempted_temptation=2.5)
    >>> round(found.belief, 6), round(found.loss, 6), round(found.gain, 6)
    (0.764634, 0.010759, 0.034953)
    >>> threshold(1.5, 1, 0, -0.5, 0.1, 0.005, 0.95, tempted_temptation=2.5).failed
    'the tempted type prefers to deploy'
    """
    t, r, p = stakes(temptation, reward, punishment)
    s, d, a = finite("sucker", sucker), probability("detection", detection), probability("false_alarm", false_alarm)
    delta = discount_array(discount)
    tested = tempted_temptation is not None
    greed = finite("tempted_temptation", tempted_temptation) if tempted_temptation is not None else t
    with elementwise(t, r, p, s, d, a, delta, greed) as (t, r, p, s, d, a, delta, greed):
        psi = [1 - (1 - a) ** (2 - k) * (1 - d) ** k for k in (0, 1, 2)]
        spared, watched = (_until_an_alarm(delta, rate) for rate in psi[:2])
        content, exposed = p + (r - p) * spared, p + (s - p) * watched
        loss = delta * (psi[1] - psi[0]) * (content - p) - (1 - delta) * (t - r)
        gain = (1 - delta) * (p - s) - delta * (psi[2] - psi[1]) * (exposed - p)
        share = np.where(gain > 0, gain / (gain + loss), 0.0)
        # what the tempted type gains by deploying, beside a content and beside a tempted party
        bold = (1 - delta) * (greed - r) - delta * (psi[1] - psi[0]) * (greed - p) * watched
        idle = (1 - delta) * (p - s)
        deploys = np.where(d > a, bold >= 0, share * bold + (1 - share) * idle >= 0) | (not tested)
        holds = (p >= s, (d >= a) | (gain <= 0), loss > 0, deploys)
        none = ~np.logical_and.reduce(np.broadcast_arrays(*holds))
        belief = np.where(none, np.inf, share)
        unmet = first_unmet(none, *holds)
    return TrustThreshold(
        plain(belief), plain(gain), plain(loss), plain(content), plain(exposed), tested, unmet=plain(unmet)
    )


def _until_an_alarm(delta: FloatArray, rate: FloatArray) -> FloatArray:
    """Weight of what is earned until an alarm that comes with a rate per period."""
    return (1 - delta) / (1 - delta * (1 - rate))
