"""Distinct rows as numbers against NumPy's comparison of rows."""

from __future__ import annotations

import numpy as np
import pytest

from armsgame.arithmetic.rows import distinct_rows


@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (40, 1), (200, 3), (500, 8)])
@pytest.mark.parametrize("ends", [(0, 2), (-3, 4), (-(1 << 40), 1 << 40), (0, 1 << 62)])
def test_rows_are_those_that_numpy_finds_row_by_row(shape, ends):
    rows = np.random.default_rng([*shape, 0 if ends[0] == 0 else 1]).integers(*ends, shape)
    rows = np.concatenate([rows, rows[::-1]])
    found = distinct_rows(rows)
    wanted = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    for own, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(own, other.reshape(own.shape))
    np.testing.assert_array_equal(found[0][found[2]], rows)
