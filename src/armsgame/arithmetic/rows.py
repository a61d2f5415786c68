"""Distinct rows of tables of whole numbers."""

from __future__ import annotations

from math import prod

import numpy as np

from armsgame._typing import IntArray

# what a code of a row may be at most
_MOST = 1 << 62


def distinct_rows(rows: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Distinct rows [U, K] in lexicographic order, the first place of each [U], and the row of each place [N].

    It gives what ``np.unique(rows, axis=0)`` gives, which compares row by row; here a row is one number where it fits.
    """
    low = rows.min(axis=0, initial=0)
    wide = (rows.max(axis=0, initial=0) - low + 1).tolist()
    if prod(wide) > _MOST:
        unique, first, back = np.unique(rows, axis=0, return_index=True, return_inverse=True)
        return unique, first, back.reshape(-1)
    code = np.zeros(len(rows), np.int64)
    for column, width in zip((rows - low).T, wide, strict=True):
        code = code * width + column
    _, first, back = np.unique(code, return_index=True, return_inverse=True)
    return rows[first], first, back.reshape(-1)
