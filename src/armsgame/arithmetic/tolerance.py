"""The one rule of what counts as zero, and how bounds are printed.

A gain is compared in units of one period's payoff: the normalised gain divided by 1 - discount. In floats it
counts as zero up to `ZERO` of the range of that party's payoffs plus a bound on rounding. Nothing is compared with the
size of a payoff, so that a positive affine change of anybody's payoffs changes no verdict beyond what rounding the
payoffs on entry does. See ``docs/theory/tolerances.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from math import isfinite
from typing import Any, SupportsFloat

import numpy as np

from armsgame._shown import Value
from armsgame._typing import Real

ZERO = 1e-11
"""What counts as zero, in units of the range of a party's payoffs per period."""

UNIT = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Scale(Value):
    """Units of one party's payoffs: the least one, the range, and a bound on their rounding on entry."""

    low: float
    spread: float
    rounding: float

    @classmethod
    def of(cls, payoffs: object) -> Scale:
        """Units of all payoffs of one party, in any shape."""
        values = np.asarray(payoffs, dtype=np.float64)
        low, high = float(values.min()), float(values.max())
        return cls(low, high - low, 4 * UNIT * max(-low, high))

    @property
    def zero(self) -> float:
        """What counts as zero of the payoff of one period."""
        return ZERO * self.spread + self.rounding


def scales(payoffs: Any) -> tuple[Scale, ...]:
    """Units of each party; the first axis of `payoffs` is that of the parties."""
    return tuple(Scale.of(own) for own in payoffs)


def zero_gain(payoffs: object, discount: Real = 0.0) -> float:
    """Largest normalised gain that counts as zero for everybody whose payoffs ``[P, ..]`` are given."""
    return (1 - float(discount)) * sum(s.zero for s in scales(payoffs))


def below(value: SupportsFloat, places: int = 5) -> str:
    """Decimal text of at most `value`, for an upper end: as printed it still lies inside."""
    return _text(value, places, ROUND_FLOOR)


def above(value: SupportsFloat, places: int = 5) -> str:
    """Decimal text of at least `value`, for a lower end, a threshold or a required probability."""
    return _text(value, places, ROUND_CEILING)


def patience(value: SupportsFloat) -> str:
    """Text of a discount factor, never 1: six digits where they keep 1 - value within a thousandth, else all."""
    exact = float(value)
    if exact == 1:
        return "just below 1"
    short = f"{exact:.6g}"
    return short if abs(float(short) - exact) <= 1e-3 * (1 - exact) else repr(exact)


def _text(value: SupportsFloat, places: int, how: str) -> str:
    if not isfinite(value):
        return f"{float(value)}"
    exact = Decimal(value) if isinstance(value, (int, float)) else Decimal(float(value))
    step = Decimal(1).scaleb(-places)
    near = exact.quantize(step, ROUND_HALF_EVEN)
    # 0.7 is not the float 0.7: a decimal that reads back as the same float is the value itself
    chosen = near if float(near) == float(value) else exact.quantize(step, how)
    return f"{abs(chosen) if chosen == 0 else chosen:f}"


def interval_text(
    low: SupportsFloat, high: SupportsFloat, *, open_low: bool = False, open_high: bool = False, places: int = 5
) -> str:
    """Text of an interval of discount factors whose printed ends lie inside it.

    An end of 1 is never included. Ends that meet at `places` get as many more as they need; a point is
    printed in full.

    Examples
    --------
    >>> interval_text(2 / 3, 1.0), interval_text(0.28, 0.9524956), interval_text(1 / 3, 1 / 3)
    ('[0.66667, 1)', '[0.28000, 0.95249]', 'only 0.3333333333333333')
    """
    if low == high:
        return f"only {float(low)!r}"
    first, last = above(low, places), "1" if high == 1 else below(high, places)
    while float(first) >= float(last) and places < 17:
        places += 1
        first, last = above(low, places), "1" if high == 1 else below(high, places)
    if float(first) >= float(last):
        first, last = repr(float(low)), repr(float(high))
    left = "(" if open_low else "["
    right = ")" if open_high or high == 1 else "]"
    return f"{left}{first}, {last}{right}"
