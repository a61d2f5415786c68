"""Signs that are never wrong: floating point where its error bound decides, rational numbers elsewhere."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray

_UNIT = 2.0**-53
# error of the determinant relative to the sum of its two products (Shewchuk 1997, section 3)
_ERROR = (3 + 16 * _UNIT) * _UNIT
# below this a product may have lost bits to underflow
_SMALL = 1e-280


def orientation(a: Any, b: Any, c: Any) -> int:
    """Sign of the area of the triangle a, b, c: 1 counter-clockwise, -1 clockwise, 0 on one line.

    Parameters
    ----------
    a, b, c : pairs of float or Fraction
        Taken as the exact numbers that they are.

    References
    ----------
    Shewchuk (1997), Discrete and Computational Geometry 18.

    Examples
    --------
    >>> orientation((0.0, 0.0), (0.1, 0.1), (0.3, 0.3)), orientation((0.0, 0.0), (1.0, 0.0), (0.0, 1e-300))
    (0, 1)
    """
    p, q, r, s = a[0] - c[0], b[1] - c[1], a[1] - c[1], b[0] - c[0]
    if not (p and q) and not (r and s):
        # a difference of floating-point numbers is zero only where they are equal
        return 0
    left, right = p * q, r * s
    value = left - right
    if isinstance(value, Fraction):
        return (value > 0) - (value < 0)
    size = abs(left) + abs(right)
    if abs(value) > _ERROR * size and size > _SMALL:
        return 1 if value > 0 else -1
    return _exact(a, b, c)


def orientations(a: FloatArray, b: FloatArray, c: FloatArray) -> IntArray:
    """Signs [...] of many triangles; arrays [..., 2] that broadcast."""
    a, b, c = np.broadcast_arrays(a, b, c)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        left = (a[..., 0] - c[..., 0]) * (b[..., 1] - c[..., 1])
        right = (a[..., 1] - c[..., 1]) * (b[..., 0] - c[..., 0])
        value, size = left - right, np.abs(left) + np.abs(right)
        sure = (np.abs(value) > _ERROR * size) & (size > _SMALL)
    signs = np.where(sure, np.sign(np.where(sure, value, 0.0)), 0.0).astype(np.int64)
    for at in zip(*np.nonzero(~sure), strict=True):
        signs[at] = orientation(a[at].tolist(), b[at].tolist(), c[at].tolist())
    return signs


def _exact(a: Any, b: Any, c: Any) -> int:
    ax, ay, bx, by, cx, cy = map(Fraction, (*a, *b, *c))
    value = (ax - cx) * (by - cy) - (ay - cy) * (bx - cx)
    return (value > 0) - (value < 0)
