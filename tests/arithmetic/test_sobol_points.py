"""Sobol points are those of SciPy, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from armsgame.arithmetic.sobol_points import sobol_points


@pytest.mark.parametrize("dimension", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("count", [1, 2, 1024])
def test_points_are_those_of_another_implementation(dimension, count):
    there = qmc.Sobol(dimension, rng=np.random.default_rng(dimension)).random(count)
    np.testing.assert_array_equal(sobol_points(dimension, count, np.random.default_rng(dimension)), there)


def test_every_interval_of_a_fine_grid_holds_one_point():
    points = sobol_points(5, 256, np.random.default_rng(1))
    assert all(sorted((own * 256).astype(int).tolist()) == list(range(256)) for own in points.T)
