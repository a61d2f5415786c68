"""Reciprocity and trust under perfect observation: the mirror response and the stag hunt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._checks import as_fraction, finite
from armsgame._shown import Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray, Number, Truth
from armsgame.errors import InvalidGame, invalid
from armsgame.treaty.closed_forms.premises import Answer, Premise, Unmet, first_unmet, needs
from armsgame.treaty.elementwise import blockwise, elementwise, plain, stakes


@dataclass(frozen=True, slots=True)
class Mirror(Answer):
    """Nash threshold of the mirror response (inf where none), and the largest generosity as delta -> 1 (NaN there)."""

    form = "compliance.mirror"

    threshold: Number
    maximal_generosity: Number


@needs(
    "compliance.mirror",
    Premise("conduct is seen", "psi1 = 1, psi0 = 0", "ask critical_discount"),
    Premise("only the path of play is judged", "Nash", "perfect on a knife edge at most"),
    Premise("taking turns does not pay", "2 R > T + S", "the mirror response is no equilibrium"),
)
def mirror(temptation: ArrayLike, reward: ArrayLike, punishment: ArrayLike, sucker: ArrayLike) -> Mirror:
    """Mirror response (tit for tat) under perfect monitoring: Nash, not subgame perfect in general.

    Parameters
    ----------
    temptation, reward, punishment, sucker : float or array
        T, and R above P and S, per period.

    Returns
    -------
    Mirror
        Threshold 0 and generosity 1 where T <= R: complying whatever was seen is then a best reply.

    Notes
    -----
    Threshold max{(T-R)/(T-P), (T-R)/(R-S)} (Axelrod 1984); generosity
    min{1-(T-R)/(R-S), (R-P)/(T-P)} (Molander 1985; Nowak and Sigmund 1992), the bound as
    delta -> 1. It holds under these conditions:

    {premises}

    Examples
    --------
    >>> found = mirror(5, 3, 1, 0)
    >>> round(found.threshold, 6), round(found.maximal_generosity, 6)
    (0.666667, 0.333333)
    """
    t, r, p = stakes(temptation, reward, punishment)
    s = finite("sucker", sucker)
    if not (s < r).all():
        invalid("sucker", sucker, "below reward")
    with elementwise():
        threshold, generosity, unmet = blockwise(_mirror, t, r, p, s)
    return Mirror(plain(threshold), plain(generosity), unmet=plain(unmet))


def _mirror(t: FloatArray, r: FloatArray, p: FloatArray, s: FloatArray) -> tuple[FloatArray, FloatArray, Unmet]:
    gain = t - r
    edge = np.where(gain > 0, np.maximum(gain / (t - p), gain / (r - s)), 0.0)
    none = edge >= 1
    # 1 - (T-R)/(T-P) = (R-P)/(T-P)
    return np.where(none, np.inf, edge), np.where(none, np.nan, 1 - edge), first_unmet(none, True, True, True)


@dataclass(frozen=True, slots=True)
class RequiredTrust(Value):
    """Least belief in compliance that makes complying a best reply, and whether compliance is risk dominant."""

    belief: Number
    risk_dominant: Truth


@needs(
    "compliance.required_trust",
    Premise("the game is a stag hunt", "R >= T and P > S", "refused"),
    Premise("compliance is the less risky equilibrium", "belief < 1/2", "deployment is; at 1/2 neither is"),
)
def required_trust(temptation: ArrayLike, reward: ArrayLike, punishment: ArrayLike, sucker: ArrayLike) -> RequiredTrust:
    """Trust that a stag hunt needs: p* = (P-S) / [(R-T)+(P-S)] (Harsanyi and Selten 1988; Kydd 2005, ch. 2).

    Parameters
    ----------
    temptation, reward, punishment, sucker : float or array
        T <= R and S < P < R, per period.

    Returns
    -------
    RequiredTrust

    Raises
    ------
    InvalidGame
        Payoffs that make no stag hunt.

    Notes
    -----
    `risk_dominant` is what `risk_dominance` says of the same stage game, ties included: numbers are
    read as the rationals their author meant.

    {premises}

    Examples
    --------
    >>> required_trust(0.5, 1, 0, -0.5)
    RequiredTrust(belief=0.5, risk_dominant=False)
    """
    t, r, p = stakes(temptation, reward, punishment)
    s = finite("sucker", sucker)
    if not ((r >= t) & (p > s)).all():
        raise InvalidGame(
            f"temptation {temptation!r} and sucker {sucker!r} do not make a stag hunt; allowed: T <= R and S < P."
        )
    with elementwise():
        belief, safer = blockwise(_trust, t, r, p, s)
    return RequiredTrust(plain(belief), plain(safer))


def _trust(t: FloatArray, r: FloatArray, p: FloatArray, s: FloatArray) -> tuple[FloatArray, BoolArray]:
    kept, lost = r - t, p - s
    total = kept + lost
    apart = kept - lost
    near = abs(apart) <= 1e-12 * (abs(r) + abs(p) + total)
    if not near.any():
        return lost / total, apart > 0
    points = [np.broadcast_to(v, near.shape)[near].ravel() for v in (t, r, p, s)]
    exact = [[as_fraction(x) for x in own] for own in zip(*points, strict=True)]
    safer = np.array(apart > 0)
    safer[near] = [y - x > z - w for x, y, z, w in exact]
    return lost / total, safer
