"""Domain checks of the closed forms, which broadcast over arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import invalid

__all__ = ["discount_array", "finite", "plain", "probability"]


def finite(name: str, value: ArrayLike) -> FloatArray:
    """Array of finite numbers."""
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        invalid(name, value, "a finite number or an array of them")
    if not np.isfinite(array).all():
        invalid(name, value, "finite numbers")
    return array


def probability(name: str, value: ArrayLike) -> FloatArray:
    """Array of probabilities."""
    array = finite(name, value)
    if not ((array >= 0) & (array <= 1)).all():
        invalid(name, value, "probabilities between 0 and 1")
    return array


def discount_array(value: ArrayLike) -> FloatArray:
    """Array of discount factors, 0 <= discount < 1."""
    array = finite("discount", value)
    if not ((array >= 0) & (array < 1)).all():
        invalid("discount", value, "0 <= discount < 1")
    return array


def plain(value: Any) -> Any:
    """Return a Python scalar for a zero-dimensional array, else the array."""
    array = np.asarray(value)
    return array.item() if array.ndim == 0 else array
