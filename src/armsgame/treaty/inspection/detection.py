"""Inspection at one time: the one-shot game, statistical tests, and sampling of sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._checks import number, probability, whole
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray, Number, Truth
from armsgame.errors import invalid
from armsgame.games.stage import StageGame
from armsgame.treaty.elementwise import blockwise, elementwise, plain


@dataclass(frozen=True, slots=True)
class OneShot(Value):
    """Equilibrium of one inspection, and what announcing it achieves.

    Attributes
    ----------
    inspect, violate : equilibrium probabilities
    announcement_deters : whether some announced rate deters
    announced_rate : least announced rate that does (inf where none does)
    detection_needed : least detection probability at which inspecting always deters
    """

    inspect: Number
    violate: Number
    announcement_deters: Truth
    announced_rate: Number
    detection_needed: Number


def one_shot(gain: ArrayLike, penalty: ArrayLike, cost: ArrayLike, damage: ArrayLike, detection: ArrayLike) -> OneShot:
    """Inspect or not against violate or not, with imperfect detection.

    Parameters
    ----------
    gain : float or array, above 0
        What the inspectee gains by a violation that is not caught.
    penalty : float or array, at least 0
        What it loses by one that is; a legal act pays 0.
    cost, damage : float or array, at least 0
        What the inspector loses by inspecting, and by a violation that is not caught.
    detection : float or array
        P(caught | violation and inspection).

    Returns
    -------
    OneShot

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    Inside, p = g/[d(g+L)] and q = c/(dD); p falls in d: better technology is used less (Wittman
    1989). An announced rate deters iff d >= g/(g+L) (Maschler 1966; Brams and Kilgour 1988). Where
    it cannot, or where c > dD, the inspectee violates for sure, and the inspector inspects
    only if that pays, c < dD. At c = dD the equilibrium with no inspection is returned where
    inspection cannot deter.

    Examples
    --------
    >>> found = one_shot(1, 3, 0.2, 2, 0.8)
    >>> round(found.inspect, 6), round(found.violate, 6), found.announcement_deters
    (0.3125, 0.125, True)
    """
    g, ell = number("gain", gain, 0, open_low=True), number("penalty", penalty, 0)
    c, harm, d = number("cost", cost, 0), number("damage", damage, 0), probability("detection", detection)
    with elementwise(g, ell, c, harm, d) as (g, ell, c, harm, d):
        needed = g / (g + ell)
        rate = needed / d
        deters = d >= needed
        worth = c < d * harm
        interior = deters & (c <= d * harm) & (d * harm > 0)
        inspect = np.where(interior, np.minimum(rate, 1.0), np.where(deters, 0.0, worth))
        violate = np.where(interior, c / (d * harm), 1.0)
        announced = np.where(deters, np.minimum(rate, 1.0), np.inf)
        return OneShot(plain(inspect), plain(violate), plain(deters), plain(announced), plain(needed))


def one_shot_game(
    gain: ArrayLike,
    penalty: ArrayLike,
    cost: ArrayLike,
    damage: ArrayLike,
    detection: ArrayLike,
    *,
    players: tuple[str, str] = ("inspector", "inspectee"),
) -> StageGame:
    """Return the game of `one_shot` for the solvers; parameters as there.

    Examples
    --------
    >>> import armsgame as ag
    >>> found = ag.nash(one_shot_game(1, 3, 0.2, 2, 0.8))
    >>> round(float(found.equilibria[0].profile[0][0]), 6)
    0.3125
    """
    g, ell = number("gain", gain, 0, open_low=True), number("penalty", penalty, 0)
    c, harm, d = number("cost", cost, 0), number("damage", damage, 0), probability("detection", detection)
    with elementwise():
        g, ell, c, harm, d = np.broadcast_arrays(g, ell, c, harm, d)
    zero = np.zeros(np.shape(g))

    def table(*cells: FloatArray) -> FloatArray:
        return np.stack(cells, axis=-1).reshape((*np.shape(g), 2, 2))

    return StageGame.from_bimatrix(
        table(-c, -c - (1 - d) * harm, zero, -harm),
        table(zero, (1 - d) * g - d * ell, zero, g),
        players=players,
        actions=(("inspect", "wait"), ("comply", "violate")),
    )


@dataclass(frozen=True, slots=True)
class Statistical(Value):
    """Inspection with a significance test.

    Attributes
    ----------
    false_alarm, non_detection : error probabilities of the test in equilibrium
    violate : P(violation) in the simultaneous equilibrium
    leader_value : inspector's payoff if it announces the test; the inspectee is legal
    nash_value : its payoff without announcement
    """

    false_alarm: Number
    non_detection: Number
    violate: Number
    leader_value: Number
    nash_value: Number


def statistical(
    caught_gain: ArrayLike,
    false_alarm_cost_inspectee: ArrayLike,
    caught_loss: ArrayLike,
    false_alarm_cost_inspector: ArrayLike,
    ratio: ArrayLike,
) -> Statistical:
    """Choose the false-alarm probability of a Gaussian test against a strategic inspectee.

    Payoffs (inspector, inspectee): legal and no alarm (0, 0), false alarm (-e, -h), violation caught
    (-a, -b), violation missed (-1, 1).

    Parameters
    ----------
    caught_gain : float or array, b above h
        Penalty of the inspectee when caught: what catching it gains in deterrence.
    false_alarm_cost_inspectee : float or array, h >= 0
    caught_loss : float or array, 0 <= a < 1
        Loss of the inspector from a violation, though caught.
    false_alarm_cost_inspector : float or array, e >= 0
    ratio : float or array, at least 0
        Size of the violation in standard deviations of the measurement, mu/sigma.

    Returns
    -------
    Statistical

    Notes
    -----
    The Neyman-Pearson test has non-detection beta(alpha) = Phi(z_{1-alpha} - ratio). In equilibrium
    beta = (b - h alpha)/(1 + b) and q = e/[e - (1-a) beta'(alpha)]; leadership keeps alpha and the
    inspectee legal (Avenhaus, von Stengel and Zamir 2002, sections 3 and 6). Beta is convex, so
    Newton's steps from below rise to the only solution. Announcing helps the
    inspector iff e alpha <= a + (1-a) beta, hence wherever e <= a.

    Examples
    --------
    >>> found = statistical(2.0, 0.5, 0.4, 0.2, 2.0)
    >>> round(found.false_alarm, 9), round(found.violate, 9)
    (0.007607031, 0.018833623)
    """
    from scipy.special import ndtri

    b = number("caught_gain", caught_gain, 0, open_low=True)
    h = number("false_alarm_cost_inspectee", false_alarm_cost_inspectee, 0)
    a = number("caught_loss", caught_loss, 0, 1, open_high=True)
    e = number("false_alarm_cost_inspector", false_alarm_cost_inspector, 0)
    mu = number("ratio", ratio, 0)
    with elementwise(b, h, a, e, mu) as (b, h, a, e, mu):
        if not np.all(h < b):
            invalid("false_alarm_cost_inspectee", false_alarm_cost_inspectee, f"below caught_gain {caught_gain!r}")
        alpha = blockwise(_equilibrium_test, b, h, mu)
        steep = np.exp(-ndtri(alpha) * mu - mu * mu / 2)
        beta = (b - h * alpha) / (1 + b)
        violate = np.where(e > 0, e / (e + (1 - a) * steep), 0.0)
        nash = -(1 - violate) * e * alpha - violate * (a + (1 - a) * beta)
        return Statistical(*(plain(x) for x in (alpha, beta, violate, -e * alpha, nash)))


def _equilibrium_test(b: FloatArray, h: FloatArray, mu: FloatArray) -> FloatArray:
    """False-alarm probability at which beta(alpha) = (b - h alpha)/(1 + b)."""
    from scipy.special import ndtr, ndtri

    alpha: FloatArray = ndtr(-(mu + ndtri(b / (1 + b)))) + 0 * h
    for _ in range(60):
        z = -ndtri(alpha)
        slope = h / (1 + b) - np.exp(z * mu - mu * mu / 2)
        step = (ndtr(z - mu) - (b - h * alpha) / (1 + b)) / slope
        # every step goes up; what goes down is rounding
        step = np.maximum(-step, 0.0)
        alpha = np.minimum(alpha + step, 1.0)
        # the error after a step is of the order of its square
        if np.all(step <= 1e-9 * alpha):
            break
    return alpha


def detection_power(false_alarm: ArrayLike, ratio: ArrayLike) -> Number:
    """Power of a Gaussian test at a given false-alarm probability: Phi(mu/sigma - z_{1-alpha}).

    Parameters
    ----------
    false_alarm : float or array
    ratio : float or array, at least 0
        Size of the violation in standard deviations, mu/sigma (Neyman and Pearson 1933).

    Examples
    --------
    >>> round(detection_power(0.05, 3.29), 6)
    0.95003
    """
    from scipy.special import ndtr, ndtri

    alpha, mu = probability("false_alarm", false_alarm), number("ratio", ratio, 0)
    with elementwise(alpha, mu) as (alpha, mu):
        found: Number = plain(ndtr(mu + ndtri(alpha)))
        return found


@dataclass(frozen=True, slots=True)
class SiteSampling(Value):
    """P(at least one falsified site is drawn), and its approximation with replacement."""

    detection: Number
    approximation: Number


def site_sampling(sites: ArrayLike, falsified: ArrayLike, inspected: ArrayLike) -> SiteSampling:
    """Inspect some of many sites at random: 1 - C(N-r, n)/C(N, n).

    Parameters
    ----------
    sites : int or array, at least 1
    falsified, inspected : int or array, between 0 and sites

    Returns
    -------
    SiteSampling
        `approximation` is 1 - (1 - n/N)**r (Avenhaus and Canty 1996).

    Examples
    --------
    >>> found = site_sampling(100, 5, 20)
    >>> round(found.detection, 6), round(found.approximation, 6)
    (0.680691, 0.67232)
    """
    total, bad, drawn = whole("sites", sites, 1), whole("falsified", falsified), whole("inspected", inspected)
    with elementwise(total, bad, drawn) as (total, bad, drawn):
        for name, value, given in (("falsified", bad, falsified), ("inspected", drawn, inspected)):
            if not np.all(value <= total):
                invalid(name, given, f"at most sites {sites!r}")
        few, many = np.minimum(bad, drawn), np.maximum(bad, drawn)
        missed = np.ones(np.shape(few))
        for j in range(int(np.max(few, initial=0))):
            missed = missed * np.where(j < few, np.maximum(total - many - j, 0) / (total - j), 1.0)
            if not missed.any():
                break
        return SiteSampling(plain(1 - missed), plain(1 - (1 - drawn / total) ** bad))


def cumulative_detection(detection: ArrayLike, inspections: ArrayLike) -> Number:
    """P(caught at least once in independent inspections): 1 - (1 - d)**n.

    Parameters
    ----------
    detection : float or array
        Per inspection.
    inspections : int or array, at least 0

    Examples
    --------
    >>> round(cumulative_detection(0.1, 13), 6)
    0.745813
    """
    d, n = probability("detection", detection), whole("inspections", inspections)
    with elementwise(d, n) as (d, n):
        found: Number = plain(np.where(n > 0, -np.expm1(n * np.log1p(-d)), 0.0))
        return found
