"""Discounted values of Markov chains that keep their digits however patient the parties are."""

from __future__ import annotations

import numpy as np

from armsgame._typing import FloatArray

PATIENT = 0.999
"""Discount factor above which values are computed without a subtraction.

The rows of (I - delta P)^-1 sum to 1 / (1 - delta), so that an LU factorisation of n states moves a
value per period by about n roundings times 2 / (1 - delta) of the range of payoffs: up to here at
most some n times 5e-13. At 1 - 1e-9 nine digits would be gone.
"""


def per_period(law: FloatArray, pay: FloatArray, delta: float) -> FloatArray:
    """Values (1 - delta) sum_t delta**t of payoffs [.., n, k] from each state, under laws [.., n, n]."""
    return chain_values(delta * law, np.full(law.shape[:-1], 1 - delta), (1 - delta) * pay)


def chain_values(rate: FloatArray, leave: FloatArray, reward: FloatArray) -> FloatArray:
    """Solve v = reward + rate v for chains that are left at given rates.

    Parameters
    ----------
    rate : array [.., n, n], discounted transitions; with `leave` each row sums to one
    leave : array [.., n], positive
    reward : array [.., n, k]

    Notes
    -----
    Where some state is left at a rate below 1 - `PATIENT`, states are censored one after the other
    (Grassmann, Taksar and Heyman 1985) and the diagonal is not read. What every state is worth at
    least is taken off first, so that nothing added up is negative.
    """
    if leave.min() >= (1 - PATIENT) * (1 - 1e-9):
        return np.asarray(np.linalg.solve(np.eye(rate.shape[-1]) - rate, reward))
    count = rate.shape[-1]
    low = (reward / leave[..., None]).min(axis=-2, keepdims=True)
    rate, leave, value = rate.copy(), leave.copy(), np.maximum(reward - low * leave[..., None], 0.0)
    total = np.empty_like(leave)
    for k in range(count - 1, 0, -1):
        total[..., k] = leave[..., k] + rate[..., k, :k].sum(axis=-1)
        share = rate[..., :k, k] / total[..., k, None]
        rate[..., :k, :k] += share[..., None] * rate[..., None, k, :k]
        leave[..., :k] += share * leave[..., k, None]
        value[..., :k, :] += share[..., None] * value[..., k, None, :]
    total[..., 0] = leave[..., 0]
    for k in range(count):
        ahead = (rate[..., k, :k, None] * value[..., :k, :]).sum(axis=-2)
        value[..., k, :] = (value[..., k, :] + ahead) / total[..., k, None]
    return np.asarray(low + value)
