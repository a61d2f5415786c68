"""Shares of a sample: Wilson's intervals, and digits that never say more than the sample does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from armsgame._checks import check_level
from armsgame._typing import FloatArray, IntArray


def wilson(share: object, total: object, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Confidence limits of probabilities from shares of `total` draws, arrays as `share`.

    Notes
    -----
    Wilson (1927), J. American Statistical Association 22: the probabilities whose score test accepts the
    share. Unlike share +- error they stay within [0, 1] and have a width where the share is 0 or 1.
    NaN where nothing was drawn.
    """
    from scipy.special import ndtri

    check_level(level)
    p, z = np.asarray(share, dtype=float), float(ndtri((1 + level) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.asarray(total, dtype=float)
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * np.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2) / (1 + z * z / n)
    # without rounding beyond the share itself
    return np.where(p == 0, 0.0, np.minimum(middle - half, p)), np.where(p == 1, 1.0, np.maximum(middle + half, p))


def digits(p: float) -> str:
    """Four decimals of a probability, more where these would make it 0 or 1."""
    if 0 < p < 5e-5:
        return f"{p:.1e}"
    # what is less than 1 by a few units in the last place is 1 but for rounding
    return f"1 - {1 - p:.1e}" if 1 - 5e-5 < p < 1 - 1e-14 else f"{p:.4f}"


def percent(share: float, places: int = 1) -> str:
    """Percent of a share, where rounding would make it none or all of them "<0.1" or ">99.9"."""
    text, step = f"{100 * share:.{places}f}", 10.0**-places
    if share > 0 and float(text) == 0:
        return f"<{step:g}"
    return f">{100 - step:g}" if share < 1 and float(text) == 100 else text


def told(share: float, total: int) -> str:
    """Words for a share of `total` draws: itself and its 95 % interval."""
    return beside(share, [float(end) for end in wilson(share, total)])


def beside(share: float, interval: Sequence[float] | None = None, exact: float | None = None) -> str:
    """Words for a share with its interval and the exact probability, as far as they are known."""
    text = digits(share) if interval is None else f"{digits(share)} [{digits(interval[0])}, {digits(interval[1])}]"
    return text if exact is None else f"{text}  exact {digits(exact)}"


def estimated(share: float, error: float, at_risk: IntArray) -> str:
    """Words for an estimate from durations: +- its error, or Wilson's interval where it is 0 or 1.

    Nothing has happened to those who were followed longest, or everything to all: the interval is that of the
    paths still at risk in the last period, which is wider than that of all.
    """
    p = float(share)
    if p in (0.0, 1.0) and not error > 0:
        return told(p, int(at_risk[-1]))
    return f"{digits(p)} +- {float(error):.4f}" if not 0 < error < 5e-5 else f"{digits(p)} +- {float(error):.1e}"
