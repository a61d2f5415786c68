"""Third parties: host consent, audiences of a regime, and punishment by observers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb, factorial

import numpy as np

from armsgame._checks import finite, number, probability, whole
from armsgame._shown import Value
from armsgame._typing import ArrayLike, Number, Truth
from armsgame.errors import invalid
from armsgame.treaty.closed_forms import reversion
from armsgame.treaty.closed_forms.premises import PUNISHES, Premise, needs
from armsgame.treaty.elementwise import elementwise, plain

__all__ = [
    "HostCompetition",
    "HostConsent",
    "PrivateHosts",
    "host_competition",
    "host_consent",
    "multilateral_threshold",
    "private_hosts",
    "regime_threshold",
]


def regime_threshold(exit_cost: ArrayLike, noise: ArrayLike = 0.0) -> Number:
    """Strength of a regime below which it unravels: a global game of exit.

    Parameters
    ----------
    exit_cost : float or array, between 0 and 1
        Cost of leaving, as a share of the gain from having left a regime that collapses.
    noise : float or array, at least 0
        Standard deviation of each member's private signal of the regime's strength. With a diffuse
        prior the threshold does not depend on it.

    Returns
    -------
    float or array
        theta* = 1 - c: the regime collapses iff its strength, the share of members that must
        leave to bring it down, is at most theta*.

    Notes
    -----
    At the cut-off signal x*, P(strength <= theta* | x*) = c; at strength theta*, the share that
    leaves, P(signal <= x*), is theta*. The two add up to 1 at any noise (Morris and Shin 1998, 2003).

    Examples
    --------
    >>> regime_threshold(0.4, noise=0.1)
    0.6
    """
    c, sigma = probability("exit_cost", exit_cost), number("noise", noise, 0)
    with elementwise(c, sigma) as (c, sigma):
        found: Number = plain(1 - c)
        return found


@dataclass(frozen=True, slots=True)
class HostConsent(Value):
    """Whether weapons are deployed, and the harm that an unconstrained deployer ignores."""

    deploys_without_consent: Truth
    deploys_with_consent: Truth
    externality_wedge: Number


def host_consent(benefit: ArrayLike, hosts: ArrayLike, externality: ArrayLike) -> HostConsent:
    """Deployment on the soil of hosts who bear its risks, with and without their veto.

    Parameters
    ----------
    benefit : float or array
        Benefit of deployment to the deployer.
    hosts : int or array, at least 0
        Hosts whose territory is exposed.
    externality : float or array, at least 0
        Harm to each host. With a veto each one is paid that much.

    Returns
    -------
    HostConsent

    Notes
    -----
    Alone the deployer goes ahead iff b > 0; with vetoes and transfers iff b >= n theta, which is
    the efficient rule (after Coase 1960).

    Examples
    --------
    >>> host_consent(1.0, 3, 0.5)
    HostConsent(deploys_without_consent=True, deploys_with_consent=False, externality_wedge=1.5)
    """
    b, n, theta = finite("benefit", benefit), whole("hosts", hosts), number("externality", externality, 0)
    with elementwise(b, n, theta) as (b, n, theta):
        wedge = n * theta
        return HostConsent(plain(b > 0), plain(b >= wedge), plain(wedge))


@dataclass(frozen=True, slots=True)
class PrivateHosts(Value):
    """Vetoes of hosts whose harm only they know.

    Attributes
    ----------
    offer : best payment to each host if all are offered the same
    posted : P(all accept it), with which the deployment goes ahead
    best : P(deployment) under the deployer's best mechanism of any kind
    efficient : P(the benefit is at least the sum of the harms)
    """

    offer: Number
    posted: Number
    best: Number
    efficient: Number


def private_hosts(benefit: ArrayLike, hosts: ArrayLike, harm_max: ArrayLike = 1.0) -> PrivateHosts:
    """Deployment that each of n hosts can veto, where the harm to a host is its own secret.

    Parameters
    ----------
    benefit : float or array, at least 0
        Benefit to the deployer, who pays the hosts out of it.
    hosts : int or array, between 1 and 60
    harm_max : float or array, above 0
        Harms are independent and uniform between 0 and this.

    Returns
    -------
    PrivateHosts

    Notes
    -----
    One offer t to all is accepted with (t/h)^n; b - n t is left, so that t = min(b/(n+1), h) is best. Under the best
    of all mechanisms a host with harm x has the virtual harm 2x (Myerson 1981), so that the deployment goes ahead iff
    the sum of the harms is at most b/2. With b = n beta and h/2 < beta < h it is nearly surely efficient as n grows,
    and both probabilities fall to 0 (Mailath and Postlewaite 1990; the derivation is on mechanism page 9).

    Examples
    --------
    >>> found = private_hosts(1.5, 2)
    >>> found.offer, found.posted, found.best, found.efficient
    (0.5, 0.25, 0.28125, 0.875)
    """
    b, n, h = number("benefit", benefit, 0), whole("hosts", hosts, 1), number("harm_max", harm_max, 0, open_low=True)
    if np.max(n, initial=0) > 60:
        invalid("hosts", hosts, "whole numbers between 1 and 60")
    with elementwise(b, n, h) as (b, n, h):
        offer = np.minimum(b / (n + 1), h)
        sums = np.vectorize(_uniform_sum, otypes=[float])
        return PrivateHosts(plain(offer), plain((offer / h) ** n), plain(sums(n, b / (2 * h))), plain(sums(n, b / h)))


def _uniform_sum(count: float, bound: float) -> float:
    """P(the sum of `count` uniform numbers is at most `bound`), in rationals, for the alternating sum cancels."""
    n = int(count)
    if bound >= n:
        return 1.0
    x = Fraction(float(bound))
    total = sum((-1) ** k * comb(n, k) * (x - k) ** n for k in range(int(x) + 1))
    return float(total / factorial(n))


@dataclass(frozen=True, slots=True)
class HostCompetition(Value):
    """One willing host suffices.

    Attributes
    ----------
    deploys : whether some host can be won over
    host : index of the cheapest host
    transfer : what it is paid in a price competition, at most what the deployer has
    deployer_net : benefit less transfer, 0 without deployment
    """

    deploys: Truth
    host: Number
    transfer: Number
    deployer_net: Number


def host_competition(benefit: ArrayLike, externalities: ArrayLike) -> HostCompetition:
    """Hosts bid for a deployment that needs only one of them.

    Parameters
    ----------
    benefit : float or array ``[*B]``, at least 0
    externalities : array_like ``[*B, H]``, each at least 0
        Harm to each host if it is the one.

    Returns
    -------
    HostCompetition

    Notes
    -----
    The cheapest host wins at the second-lowest cost, or at the deployer's benefit if that is less
    (Bertrand). A lone host is paid the whole benefit: it makes the offer.

    Examples
    --------
    >>> host_competition(1.0, [0.5, 0.2, 0.4]).transfer
    0.4
    """
    b = number("benefit", benefit, 0)
    harms = np.asarray(number("externalities", externalities, 0))
    if harms.ndim == 0 or harms.shape[-1] == 0:
        invalid("externalities.shape", harms.shape, "[*B, H] with at least one host")
    with elementwise():
        ranked = np.sort(harms, axis=-1)
        deploys = b >= ranked[..., 0]
        price = np.minimum(ranked[..., 1], b) if harms.shape[-1] > 1 else b + 0 * ranked[..., 0]
        transfer = np.where(deploys, price, 0.0)
        net = np.where(deploys, b - price, 0.0)
    return HostCompetition(plain(deploys), plain(harms.argmin(axis=-1)), plain(transfer), plain(net))


@needs(
    "third_party.multilateral_threshold",
    PUNISHES,
    Premise("there are no false alarms", "psi0 = 0", "see compliance.grim"),
    Premise("observers punish for ever, whatever the violator does then", "P - n s for good", "less deterrence"),
)
def multilateral_threshold(
    temptation: ArrayLike,
    reward: ArrayLike,
    punishment: ArrayLike,
    observers: ArrayLike,
    sanction: ArrayLike,
    detection: ArrayLike = 1.0,
) -> Number:
    """Discount factor from which grim deters when observers join the punishment.

    Each of n observers takes `sanction` per period from the violator after the alarm, so P becomes
    P - n s: delta* = (T-R) / [(T-R) + d (R - P + n s)]. It holds under these conditions:

    {premises}

    Parameters
    ----------
    temptation, reward, punishment : float or array
        R > P.
    observers : int or array, at least 0
    sanction : float or array, at least 0
        Loss per period that each observer inflicts.
    detection : float or array
        P(alarm | violation), without false alarms.

    Returns
    -------
    float or array
        Inf where no discount factor works.

    Examples
    --------
    >>> multilateral_threshold(5, 3, 1, observers=2, sanction=1)
    0.3333333333333333
    """
    n, s = whole("observers", observers), number("sanction", sanction, 0)
    p = finite("punishment", punishment)
    r = finite("reward", reward)
    with elementwise():
        if not (r > p).all():
            invalid("reward", reward, f"above punishment {punishment!r}")
        return reversion.grim(temptation, reward, p - n * s, detection).threshold
