"""Copies of rows by a loop: NumPy's assignment can refuse shapes in words, which take seconds to compile."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def put(target, source):  # type: ignore[no-untyped-def]
    """Write an array [N] to the first places of another one."""
    for k in range(len(source)):
        target[k] = source[k]
