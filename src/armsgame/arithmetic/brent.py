"""Where a continuous function changes its sign, without the half second that importing `scipy.optimize` takes."""

from __future__ import annotations

from collections.abc import Callable

from armsgame.errors import NotSolved

__all__ = ["crossing"]

# brackets halve at least every other round or so; SciPy allows as many
_MOST = 100


def crossing(function: Callable[[float], float], start: float, end: float, *, near: float, relative: float) -> float:
    """Find a zero between two points at which the signs differ, by the method of Brent (1973, ch. 4).

    Takes the steps of ``scipy.optimize.brentq``, so that both give one float.

    Parameters
    ----------
    function : callable(float) -> float
    start, end : float
    near, relative : float
        The zero is known to ``near + relative * |zero|``.

    Raises
    ------
    NotSolved
        After 100 rounds.
    """
    before, at, other = start, end, 0.0
    f_before, f_at, f_other = float(function(before)), float(function(at)), 0.0
    last = step = 0.0
    if f_before == 0:
        return before
    for _ in range(_MOST):
        if f_before and f_at and (f_before < 0) != (f_at < 0):
            other, f_other = before, f_before
            last = step = at - before
        if abs(f_other) < abs(f_at):
            before, at, other = at, other, at
            f_before, f_at, f_other = f_at, f_other, f_at
        close = (near + relative * abs(at)) / 2
        half = (other - at) / 2
        if f_at == 0 or abs(half) < close:
            return at
        tried = None
        if abs(last) > close and abs(f_at) < abs(f_before):
            if before == other:
                tried = -f_at * (at - before) / (f_at - f_before)
            else:
                slope, far = (f_before - f_at) / (before - at), (f_other - f_at) / (other - at)
                below = far * slope * (f_other - f_before)
                tried = -f_at * (f_other * far - f_before * slope) / below if below else None
        if tried is not None and 2 * abs(tried) < min(abs(last), 3 * abs(half) - close):
            last, step = step, tried
        else:
            last = step = half
        before, f_before = at, f_at
        at += step if abs(step) > close else close if half > 0 else -close
        f_at = float(function(at))
    raise NotSolved(f"no zero was found between {start!r} and {end!r} in {_MOST} rounds; give a narrower bracket.")
