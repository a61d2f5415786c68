"""Sequential Monte Carlo for approximate Bayesian computation, in the unit cube of the priors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from armsgame._typing import FloatArray

__all__ = ["Cloud", "smc_abc"]


@dataclass(frozen=True, slots=True)
class Cloud:
    """Weighted particles: units [N, d], weights [N], distances [N], summaries [N, k], and how they came about."""

    units: FloatArray
    weights: FloatArray
    distances: FloatArray
    summaries: FloatArray
    tolerances: tuple[float, ...]
    acceptance: tuple[float, ...]
    simulations: int
    ended: str


def smc_abc(
    simulate: Callable[[FloatArray, np.random.Generator], FloatArray],
    observed: FloatArray,
    dimension: int,
    *,
    particles: int,
    generations: int,
    quantile: float,
    least: float,
    rng: np.random.Generator,
) -> Cloud:
    """Move particles from the prior towards parameters whose simulated summaries come close to the observed ones.

    Toni et al. (2009) with the kernel of Beaumont et al. (2009), twice the weighted covariance, and a
    tolerance that follows the accepted distances as in Del Moral, Doucet and Jasra (2012).

    Parameters
    ----------
    simulate : callable(units [n, d], rng) -> summaries [n, k]
    observed : array [k]
    least : float, stop where a smaller share of proposals would be accepted
    """
    units = rng.random((particles, dimension))
    made = simulate(units, rng)
    scale = _scale(made)
    found = _distance(made, observed, scale)
    weights = np.full(particles, 1 / particles)
    total, tolerances, shares, ended = particles, [float(found.max())], [1.0], "all generations done"
    for _ in range(generations):
        level = float(np.quantile(found, quantile))
        if level >= tolerances[-1]:
            # distances of counts tie: the next smaller one
            below = found[found < tolerances[-1]]
            if not len(below):
                ended = "every particle is at one distance"
                break
            level = float(below.max())
        factor: FloatArray = np.asarray(np.linalg.cholesky(_spread(units, weights)), dtype=np.float64)
        kept: list[tuple[FloatArray, FloatArray, FloatArray]] = []
        count, tried = 0, 0
        while count < particles and (tried < 2 * particles or count >= least * tried):
            start = units[rng.choice(particles, particles, p=weights)]
            moved = start + rng.standard_normal(start.shape) @ factor.T
            moved = moved[((moved >= 0) & (moved < 1)).all(axis=1)]
            tried += particles
            if not len(moved):
                continue
            total += len(moved)
            summaries = simulate(moved, rng)
            far = _distance(summaries, observed, scale)
            good = far <= level
            kept.append((moved[good], summaries[good], far[good]))
            count += int(good.sum())
        if count < particles:
            ended = f"fewer than {100 * least:g} % of proposals accepted below distance {tolerances[-1]:.3g}"
            break
        new, made, far = (np.concatenate([k[j] for k in kept])[:particles] for j in range(3))
        weights = _weights(new, units, weights, factor)
        units, found = new, far
        tolerances.append(level)
        shares.append(particles / tried if tried else 1.0)
        if level == 0:
            ended = "the observed summaries are met exactly"
            break
    return Cloud(units, weights, found, made, tuple(tolerances), tuple(shares), total, ended)


def _scale(made: FloatArray) -> FloatArray:
    """Median absolute deviation of each summary under the prior; its middle 90 % or all of it where that is 0."""
    middle = np.median(made, axis=0)
    low, high = np.quantile(made, [0.05, 0.95], axis=0)
    spread = 1.4826 * np.median(np.abs(made - middle), axis=0)
    for wider in ((high - low) / 3.29, made.std(axis=0), np.ones(made.shape[1])):
        spread = np.where(spread > 0, spread, wider)
    return np.asarray(spread)


def _distance(made: FloatArray, observed: FloatArray, scale: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt((((made - observed) / scale) ** 2).mean(axis=1)))


def _spread(units: FloatArray, weights: FloatArray) -> FloatArray:
    middle = weights @ units
    around = units - middle
    # a floor keeps the kernel proper where all particles agree
    return np.asarray(2 * (around * weights[:, None]).T @ around + 1e-10 * np.eye(units.shape[1]))


def _weights(new: FloatArray, old: FloatArray, weights: FloatArray, factor: FloatArray) -> FloatArray:
    """Prior density (one) over the density of the proposal, up to a constant."""
    out = np.empty(len(new))
    white = np.linalg.solve(factor, old.T).T
    for start in range(0, len(new), 500):
        mine = np.linalg.solve(factor, new[start : start + 500].T).T
        square = ((mine[:, None, :] - white[None, :, :]) ** 2).sum(axis=2)
        least = square.min(axis=1, keepdims=True)
        out[start : start + 500] = np.log((np.exp((least - square) / 2) * weights).sum(axis=1)) - least[:, 0] / 2
    found = np.exp(out.min() - out)
    return np.asarray(found / found.sum())
