"""Checks of what callers pass: numbers, probabilities, discount factors, counts, labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import inf, isfinite
from typing import Any

import numpy as np

from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import InvalidGame, close_matches, invalid

__all__ = [
    "as_fraction",
    "as_law",
    "check_count",
    "check_discount",
    "check_probability",
    "check_rows",
    "discount_array",
    "distinct",
    "finite",
    "index_of",
    "need_pandas",
    "number",
    "pair",
    "probability",
    "whole",
]


def as_fraction(value: Any) -> Fraction:
    """Read a number as the rational its author meant.

    A float is read as the simplest fraction with a denominator of at most 10**6 that rounds to
    it (0.1 is 1/10, 1/3 is 1/3), else as its exact binary value.
    """
    if isinstance(value, (int, Fraction, np.integer)):
        return Fraction(int(value)) if not isinstance(value, Fraction) else value
    near = Fraction(float(value)).limit_denominator(10**6)
    return near if float(near) == float(value) else Fraction(float(value))


def as_law(values: Any) -> np.ndarray[Any, Any]:
    """Read probabilities as the rational numbers their author meant; they sum to one.

    1 - 1/3 rounds to a float that no simple fraction rounds to. So where fractions with denominators of at
    most 10**6 lie within one unit of rounding of all entries and sum to one, they are meant. Else each
    entry is read on its own and divided by the sum.
    """
    exact = [v if isinstance(v, Fraction) else Fraction(float(v)) for v in values]
    near = [v.limit_denominator(10**6) for v in exact]
    if sum(near) != 1 or any(abs(a - b) > Fraction(1, 2**52) for a, b in zip(near, exact, strict=True)):
        near = [as_fraction(v) for v in values]
        total = sum(near, Fraction(0))
        near = [v / total for v in near]
    return np.array(near, dtype=object)


def check_probability(field: str, value: Any) -> None:
    """Raise `InvalidGame` unless 0 <= value <= 1."""
    try:
        good = not isinstance(value, bool) and 0 <= value <= 1
    except TypeError:
        good = False
    if not good:
        invalid(field, value, "a probability between 0 and 1")


def check_rows(array: np.ndarray[Any, Any], field: str) -> None:
    """Raise `InvalidGame` unless the last axis holds probability rows."""
    if array.ndim < 2 or array.size == 0:
        invalid(f"{field}.shape", array.shape, "at least one action axis and a last axis of probabilities")
    bad = ~((array >= 0) & (array <= 1))
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        invalid(f"{field}{list(where)}", float(array[where]), "a probability between 0 and 1")
    sums = array.sum(axis=-1)
    off = np.abs(sums - 1) > 1e-9
    if off.any():
        where = tuple(int(i) for i in np.argwhere(off)[0])
        raise InvalidGame(
            f"{field}{list(where)} sums to {float(sums[where])!r}; allowed: rows that sum to 1. Normalise this row."
        )


def index_of(item: int | str, labels: Sequence[str], field: str) -> int:
    """Position of a label (or a checked integer index) in `labels`."""
    if isinstance(item, str):
        if item not in labels:
            raise InvalidGame(f"{field} {item!r} is unknown. {close_matches(item, labels)}")
        return list(labels).index(item)
    if isinstance(item, bool) or not isinstance(item, (int, np.integer)):
        invalid(field, item, f"an index below {len(labels)} or one of {tuple(labels)}")
    if not -len(labels) <= item < len(labels):
        invalid(field, item, f"0 to {len(labels) - 1}")
    return int(item) % len(labels)


def check_discount(discount: Any) -> Any:
    """Return `discount` if 0 <= discount < 1, else raise `InvalidGame`."""
    try:
        good = not isinstance(discount, bool) and 0 <= discount < 1
    except TypeError:
        good = False
    if not good:
        invalid("discount", discount, "0 <= discount < 1", "It is the factor per period, not a rate.")
    return discount


def distinct(labels: list[str], default: str) -> tuple[str, ...]:
    """Return labels made different: an empty one gets the default, a repeated one a number."""
    found: dict[str, None] = {}
    given, extras = set(labels), Counter[str]()
    for k, label in enumerate(labels):
        name = base = label or f"{default}{k}"
        while name in found or (name != label and name in given):
            extras[base] += 1
            name = f"{base} ({extras[base] + 1})"
        found[name] = None
    return tuple(found)


def check_count(field: str, value: Any) -> int:
    """Return a positive whole number or raise `InvalidGame`."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        invalid(field, value, "a whole number of at least 1")
    return int(value)


def need_pandas() -> Any:
    """Import pandas, or say how to get it."""
    from importlib import import_module

    try:
        return import_module("pandas")
    except ImportError as missing:
        raise ImportError("to_frame needs pandas, which is not installed: pip install pandas.") from missing


def number(
    name: str,
    value: ArrayLike,
    low: float = -inf,
    high: float = inf,
    *,
    open_low: bool = False,
    open_high: bool = False,
    allowed: str = "",
) -> FloatArray:
    """Finite numbers inside a range, as a NumPy scalar or an array of float64."""
    if type(value) is float or type(value) is int:
        least = most = value
        array: FloatArray = np.float64(value)
    else:
        try:
            array = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            invalid(name, value, allowed or "a finite number or an array of them")
        if array.size == 0:
            return array
        least, most = array.min(), array.max()
    inside = (low < least if open_low else low <= least) and (most < high if open_high else most <= high)
    # NaN fails every comparison
    if not (inside and isfinite(least) and isfinite(most)):
        invalid(name, value, allowed or _words(name, low, high, open_low, open_high))
    return array


def finite(name: str, value: ArrayLike) -> FloatArray:
    """Finite numbers."""
    return number(name, value)


def probability(name: str, value: ArrayLike) -> FloatArray:
    """Probabilities."""
    return number(name, value, 0.0, 1.0, allowed="probabilities between 0 and 1")


def discount_array(value: ArrayLike) -> FloatArray:
    """Discount factors, 0 <= discount < 1."""
    return number("discount", value, 0.0, 1.0, open_high=True)


def whole(name: str, value: ArrayLike, low: float = 0) -> FloatArray:
    """Whole numbers of at least `low`, as float64."""
    allowed = f"whole numbers of at least {low:g}"
    array = number(name, value, low, allowed=allowed)
    if not (array == np.floor(array)).all():
        invalid(name, value, allowed)
    return array


def pair(
    name: str, values: Sequence[ArrayLike], low: float = -inf, *, open_low: bool = False
) -> tuple[FloatArray, FloatArray]:
    """Two numbers or arrays, one for each party."""
    try:
        first, second = values
    except (TypeError, ValueError):
        invalid(name, values, "a pair, one for each party")
    return (
        number(f"{name}[0]", first, low, open_low=open_low),
        number(f"{name}[1]", second, low, open_low=open_low),
    )


def _words(name: str, low: float, high: float, open_low: bool, open_high: bool) -> str:
    left = "" if low == -inf else f"{low:g} {'<' if open_low else '<='} "
    right = "" if high == inf else f" {'<' if open_high else '<='} {high:g}"
    return f"finite numbers with {left}{name}{right}" if left or right else "finite numbers"
