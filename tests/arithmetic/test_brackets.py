"""Sign changes are found by the steps of SciPy's function, to the last bit."""

from __future__ import annotations

from math import exp, nan

import numpy as np
import pytest
from scipy.optimize import brentq

from armsgame.arithmetic.brackets import sign_change
from armsgame.errors import NotSolved

UNIT = 2.0**-52
GAINS = {
    "line": lambda x, a: x - a,
    "cubic": lambda x, a: (x - a) ** 3,
    "steep": lambda x, a: exp(40 * (x - a)) - 1,
    "kink": lambda x, a: max(x - a, 9 * (x - a)),
    "jump": lambda x, a: -1.0 if x < a else 2.0,
    "flat": lambda x, a: np.float64((x - a) * 1e-300),
    "tiny": lambda x, a: (x - a) ** 21,
    "pole": lambda x, a: (x - a) / (1 - x),
}


@pytest.mark.parametrize("name", GAINS)
@pytest.mark.parametrize(("near", "part"), [(1e-300, 4 * UNIT), (2e-12, 4 * UNIT), (1e-3, 1e-3)])
def test_steps_are_those_of_scipy(name, near, part):
    rng = np.random.default_rng(5)
    for a, left, right in zip(rng.random(40), -rng.random(40), 1 - rng.random(40) / 9, strict=True):
        ways = []
        for find in (sign_change, lambda *given: brentq(*given[:3], xtol=given[3], rtol=given[4], maxiter=1000)):
            seen: list[float] = []
            ends = (left, max(right, a)) if a > 0.5 else (max(right, a), left)

            def gain(x, a=a, seen=seen):
                seen.append(x)
                return GAINS[name](x, a)

            ways.append((find(gain, *map(float, ends), near, part), seen))
        assert ways[0] == ways[1]


def test_an_end_that_is_a_root_is_returned():
    assert sign_change(lambda x: x, 0.0, 1.0, 1e-12, 4 * UNIT) == 0.0
    assert sign_change(lambda x: x - 1, 0.0, 1.0, 1e-12, 4 * UNIT) == 1.0


def test_a_gain_that_is_no_number_is_told():
    with pytest.raises(NotSolved, match=r"between 0\.0 and 1\.0 is nan at"):
        sign_change(lambda x: nan if 0 < x < 1 else x - 0.5, 0.0, 1.0, 1e-300, 4 * UNIT)
