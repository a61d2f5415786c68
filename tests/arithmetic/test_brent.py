"""Zeros by bracketing are those of SciPy, to the last bit."""

from __future__ import annotations

from math import cos, exp, nextafter, tanh

import numpy as np
import pytest
from scipy.optimize import brentq

from armsgame.arithmetic.brent import crossing
from armsgame.arithmetic.tolerance import UNIT
from armsgame.errors import NotSolved

CURVES = {
    "straight": lambda a, x: x - a,
    "power": lambda a, x: x**9 - a**9,
    "flat": lambda a, x: (x - a) ** 3 + 1e-9 * (x - a),
    "steep": lambda a, x: tanh(400 * (x - a)),
    "step": lambda a, x: 1.0 if x >= a else -1.0,
    "kink": lambda a, x: max(x - a, 1e-3 * (x - a)),
    "waves": lambda a, x: (x - a) * (1.1 + cos(40 * x)),
    "tiny": lambda a, x: 1e-300 * (exp(x) - exp(a)),
}


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("relative", [4 * UNIT, 1e-6])
def test_the_zero_is_the_float_that_scipy_gives(curve, relative):
    rng = np.random.default_rng(1)
    for a, low, high in zip(rng.random(60), -rng.random(60), 1 + rng.random(60), strict=True):
        asked, theirs = [], []

        def ours(x, a=a, asked=asked):
            asked.append(x)
            return CURVES[curve](a, x)

        def other(x, a=a, theirs=theirs):
            theirs.append(x)
            return CURVES[curve](a, x)

        found = crossing(ours, low, high, near=1e-300, relative=relative)
        assert found == brentq(other, low, high, xtol=1e-300, rtol=relative)
        assert asked == theirs


def test_an_end_that_is_a_zero_is_returned():
    for ends in ((0.5, 2.0), (-1.0, 0.5)):
        assert crossing(lambda x: x - 0.5, *ends, near=0.0, relative=4 * UNIT) == 0.5


def test_a_bracket_that_does_not_close_is_said():
    with pytest.raises(NotSolved, match="100 rounds"):
        crossing(lambda x: 1.0 if x >= nextafter(0, 1) else -1.0, -1.0, 1.0, near=0.0, relative=4 * UNIT)
