"""A sign change of a function of one number, without the quarter of a second that loading `scipy.optimize` takes."""

from __future__ import annotations

from collections.abc import Callable
from math import copysign, inf, isnan

from armsgame.errors import NotSolved

__all__ = ["sign_change"]

_ROUNDS = 1_000


def sign_change(gain: Callable[[float], float], left: float, right: float, near: float, part: float) -> float:
    """Return where a gain changes its sign between two numbers at which its signs differ.

    Interpolation through the last points, or the middle where that gains little (Brent 1973, ch. 4), until
    the bracket is as narrow as `near` and `part` of the number together. The steps are those of
    ``scipy.optimize.brentq(gain, left, right, xtol=near, rtol=part)``, to the last bit.
    """
    old, new, far = left, right, 0.0
    at_old, at_new, at_far = float(gain(old)), float(gain(new)), 0.0
    before = step = 0.0
    if at_old == 0:
        return old
    for _ in range(_ROUNDS):
        if at_new == 0:
            return new
        if copysign(1.0, at_old) != copysign(1.0, at_new):
            far, at_far, before, step = old, at_old, new - old, new - old
        if abs(at_far) < abs(at_new):
            old, new, far = new, far, new
            at_old, at_new, at_far = at_new, at_far, at_new
        least, half = (near + part * abs(new)) / 2, (far - new) / 2
        if abs(half) < least:
            return new
        tried = inf
        if abs(before) > least and abs(at_new) < abs(at_old):
            if old == far:
                tried = _over(-at_new * (new - old), at_new - at_old)
            else:
                to_old, to_far = _over(at_old - at_new, old - new), _over(at_far - at_new, far - new)
                tried = _over(-at_new * (at_far * to_far - at_old * to_old), to_far * to_old * (at_far - at_old))
        good = 2 * abs(tried) < min(abs(before), 3 * abs(half) - least)
        before, step = (step, tried) if good else (half, half)
        old, at_old = new, at_new
        new += step if abs(step) > least else copysign(least, half)
        at_new = float(gain(new))
        if isnan(at_new):
            break
    raise NotSolved(f"a gain that changes its sign between {left!r} and {right!r} is {at_new!r} at {new!r}.")


def _over(top: float, under: float) -> float:
    return top / under if under else inf
