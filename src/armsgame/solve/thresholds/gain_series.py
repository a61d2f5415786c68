"""Zeros of gains in floats: Chebyshev series of rational functions of the discount factor."""

from __future__ import annotations

import numpy as np

from armsgame._typing import FloatArray
from armsgame.arithmetic.discounted import PATIENT
from armsgame.arithmetic.tolerance import UNIT
from armsgame.games.deviation_gains import Plan

EDGES = 1 - 0.5 ** np.arange(25)
"""Panels [1 - 2^-k, 1 - 2^-(k + 1)] of discount factors."""
TOP = float(EDGES[-1])
_ORDER = 24
_ANGLE = np.pi * (np.arange(_ORDER) + 0.5) / _ORDER
_NODES = np.cos(_ANGLE)
_FIT = np.cos(np.outer(np.arange(_ORDER), _ANGLE)) * 2 / _ORDER
_FIT[0] /= 2
_TOUCH = 1e-8
# relative values, in ranges of payoffs, from which on LU counts as too rough
_LARGE = 1e3


def zeros(plan: Plan, weight: FloatArray, panel: int, *, prune: bool) -> FloatArray:
    """Discount factors in a panel at which some gain, against the values of a policy, vanishes or nearly touches zero.

    Parameters
    ----------
    plan : Plan
    weight : array [D], the policy
    panel : int, index into `EDGES`
    prune : bool
        Return nothing where some gain is positive in the whole panel.

    Notes
    -----
    A gain is a rational function of the discount factor with its poles on or outside the unit circle (at
    1 / eigenvalue of a stochastic matrix). In a panel of length h they are at least 1.5 h from its middle,
    outside the Bernstein ellipse of parameter 3 + sqrt(8), so that 24 Chebyshev nodes leave an error of
    5.8**-24 < 1e-18 times the size of the gain on that ellipse (Trefethen 2013, theorem 8.2), less than
    rounding. All zeros of the series are eigenvalues of its colleague matrix (Good 1961): two that lie close
    together are found as two, or as one touching zero where rounding does not tell.
    """
    assert plan.scale is not None
    if plan.scale.spread == 0:
        return np.zeros(0)
    low, high = EDGES[panel], EDGES[panel + 1]
    deltas = (low + high) / 2 + (high - low) / 2 * _NODES
    gains, size = gains_at(plan, weight, deltas)
    series = _FIT @ (gains / plan.scale.spread)
    noise = 1e2 * UNIT * (1 + size / plan.scale.spread)
    rest = np.abs(series[1:]).sum(axis=0)
    if prune and (series[0] - rest > 1e-6 + noise).any():
        return np.zeros(0)
    live = (np.abs(series[0]) <= rest + _TOUCH + noise) & (np.abs(series).max(axis=0) > noise)
    if not live.any():
        return np.zeros(0)
    # many pairs ask the same question
    found: list[float] = []
    for column in np.unique(np.round(series[:, live] / noise) * noise, axis=1).T:
        kept = np.flatnonzero(np.abs(column) > noise)
        if len(kept) == 0 or kept[-1] == 0:
            continue
        own = column[: kept[-1] + 1]
        own = own / np.abs(own).max()
        spots = np.polynomial.chebyshev.chebroots(own)
        found += spots[np.abs(spots.imag) < 1e-9].real.tolist()
        if len(own) > 2:
            slope = np.polynomial.chebyshev.chebder(own)
            flat = np.polynomial.chebyshev.chebroots(slope)
            flat = np.clip(flat[np.abs(flat.imag) < 1e-6].real, -1, 1)
            value = np.abs(np.polynomial.chebyshev.chebval(flat, column[: len(own)]))
            found += flat[value <= _TOUCH + 10 * noise].tolist()
    spots = np.array([x for x in found if -1 - 1e-6 <= x <= 1 + 1e-6])
    return np.asarray(np.clip((low + high) / 2 + (high - low) / 2 * spots, low, high))


def gains_at(plan: Plan, weight: FloatArray, deltas: FloatArray) -> tuple[FloatArray, float]:
    """Gains [m, D] per period at m discount factors, and the size of what was added up."""
    assert plan.scale is not None
    d, size = plan.data, plan.size
    rows, cols, probs = d.entries
    if size * size * len(deltas) > 2_000_000:
        return _one_by_one(plan, weight, deltas)
    law = np.bincount(rows * size + cols, probs, minlength=len(d.pair) * size).reshape(-1, size)
    mix = np.zeros((size, len(d.pair)))
    mix[d.pair, np.arange(len(d.pair))] = weight
    system = np.eye(size) - deltas[:, None, None] * (mix @ law)
    system[:, :, 0] = 1.0
    found = np.linalg.solve(system, np.broadcast_to(mix @ d.payoff, (len(deltas), size))[..., None])[..., 0]
    level = found[:, :1].copy()
    found[:, 0] = 0.0
    if deltas[0] > PATIENT and np.abs(found).max() > _LARGE * plan.scale.spread:
        # several classes recur, or all but do: LU would lose up to 1 / (1 - delta) of the digits
        return _one_by_one(plan, weight, deltas)
    gains = d.payoff - level + deltas[:, None] * (found @ law.T) - found[:, d.pair]
    return gains, float(max(np.abs(level).max(), np.abs(found).max()))


def _one_by_one(plan: Plan, weight: FloatArray, deltas: FloatArray) -> tuple[FloatArray, float]:
    """Gains and their size as `_gains` gives them, from values without a subtraction where patience asks for it."""
    out, most = [], 0.0
    for delta in deltas.tolist():
        values = plan.values(delta, weight)
        gains = plan.gains(values, delta)
        level = abs(float(values.level)) + (1 - delta) * float(np.abs(values.relative).max())
        most = max(most, level + float(np.abs(gains).max()) + values.error / UNIT)
        out.append(gains)
    return np.array(out), most
