"""Scrambled Sobol points of few dimensions, without the half second that loading `scipy.stats` takes."""

from __future__ import annotations

import numpy as np

from armsgame._typing import FloatArray

__all__ = ["sobol_points"]

_BITS = 30
# degree, coefficients and first odd numbers of each dimension from the second on (Joe and Kuo 2008)
_POLYNOMIALS = ((1, 0, (1,)), (2, 1, (1, 3)), (3, 1, (1, 3, 1)), (3, 2, (1, 1, 1)))


def sobol_points(dimension: int, count: int, rng: np.random.Generator) -> FloatArray:
    """Sobol points in the unit cube, scrambled by random triangular matrices and a shift (Matousek 1998).

    Parameters
    ----------
    dimension : int, at most 5
    count : int, up to 2**30; the points are balanced where it is a power of two
    rng : numpy Generator

    Returns
    -------
    array [count, dimension], the points of ``scipy.stats.qmc.Sobol(dimension, rng=rng).random(count)``
    """
    (rng,) = rng.spawn(1)
    place = np.arange(_BITS, dtype=np.uint32)
    shift = rng.integers(2, size=(dimension, _BITS), dtype=np.uint32) @ (np.uint32(1) << place)
    lower = np.tril(rng.integers(2, size=(dimension, _BITS, _BITS), dtype=np.uint32))
    lower[:, place, place] = 1
    # bits of the direction numbers [d, number, bit], the highest bit first
    high = place[::-1]
    bits = _directions(dimension)[:, :, None] >> high & 1
    mixed = np.einsum("dpk,djk->djp", lower, bits) & 1
    numbers = (mixed << high).sum(axis=2, dtype=np.uint32)
    # in the order of the Gray code: each step changes one direction
    doublings = (count - 1).bit_length()
    at = np.empty((1 << doublings, dimension), np.uint32)
    at[0] = shift
    size = 1
    for own in numbers.T[:doublings]:
        # the second half of the code runs backwards through the first
        at[size : 2 * size] = at[:size][::-1] ^ own
        size *= 2
    return np.asarray(at[:count] * 2.0**-_BITS, np.float64)


def _directions(dimension: int) -> np.ndarray:
    """Direction numbers [d, bits] before scrambling."""
    found = np.empty((dimension, _BITS), np.uint32)
    found[0] = [1 << (_BITS - 1 - k) for k in range(_BITS)]
    for d, (degree, inner, first) in enumerate(_POLYNOMIALS[: dimension - 1], 1):
        odd = list(first)
        for k in range(degree, _BITS):
            new = odd[k - degree] ^ odd[k - degree] << degree
            for j in range(1, degree):
                if inner >> (degree - 1 - j) & 1:
                    new ^= odd[k - j] << j
            odd.append(new)
        found[d] = [value << (_BITS - 1 - k) for k, value in enumerate(odd)]
    return found
