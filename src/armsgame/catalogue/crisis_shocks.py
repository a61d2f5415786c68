"""Shocks of the crisis signalling game: who challenges, and who then stands firm."""

from __future__ import annotations

import numpy as np

from armsgame._typing import ArrayLike, FloatArray
from armsgame.catalogue.checking import legendre


def challenge_firm(war: ArrayLike, back: ArrayLike, cut: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """P(challenge), and P(firm | challenge), for standard normal shocks around two means.

    A challenges where the better of the two payoffs exceeds the cut-off. Both ways to do so are integrals of
    positive functions, over the payoff that is the better one, so that their ratio keeps its digits where a
    challenge is rare.
    """
    from scipy.special import log_ndtr

    nodes, weights = legendre(120)
    war, back, cut = (np.asarray(x, dtype=float)[..., None] for x in (war, back, cut))

    def logs(own: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
        low = np.maximum(cut - own, -9.0)
        # beyond a high cut-off the density falls as exp(-low x)
        size = np.where(low < 9, 9 - low, 0.0) + 40 / np.maximum(low, 4.0)
        at = low + size * (nodes + 1) / 2
        return -(at**2) / 2 + log_ndtr(own + at - other), np.log(weights * size / 2)

    (one, w1), (two, w2) = logs(war, back), logs(back, war)
    top = np.maximum((one + w1).max(axis=-1), (two + w2).max(axis=-1))[..., None]
    firm, retreat = np.exp(one + w1 - top).sum(axis=-1), np.exp(two + w2 - top).sum(axis=-1)
    stay = log_ndtr(cut - war) + log_ndtr(cut - back)
    return -np.expm1(stay[..., 0]), firm / (firm + retreat)


def firm_again(war: float, back: float, cut: float) -> float:
    """P(firm | challenge, resistance) once more, by a library's bivariate normal, or adaptively where it is rare."""
    from scipy.integrate import quad
    from scipy.stats import multivariate_normal, norm

    challenge = 1 - norm.cdf(cut - war) * norm.cdf(cut - back)
    if challenge > 1e-2:
        joint = multivariate_normal(cov=[[1, np.sqrt(0.5)], [np.sqrt(0.5), 1]])
        return float(joint.cdf([(war - back) / np.sqrt(2), war - cut]) / challenge)
    # relative to the density at the cut-off
    top = max(war, back)

    def part(own: float, other: float) -> float:
        def density(x: float) -> float:
            return float(np.exp(((cut - top) ** 2 - (cut + x - own) ** 2) / 2) * norm.cdf(cut + x - other))

        return float(quad(density, 0, 40 / (cut - top), epsabs=0, epsrel=1e-10)[0])

    one, two = part(war, back), part(back, war)
    return one / (one + two)
