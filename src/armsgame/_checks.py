"""Checks of what callers pass: numbers, probabilities, discount factors, counts, labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from fractions import Fraction
from functools import lru_cache
from math import inf, isfinite
from numbers import Integral
from numbers import Real as Number
from types import ModuleType
from typing import Any, cast

import numpy as np

from armsgame._typing import ArrayLike, BoolArray, ExactArray, FloatArray, NumberArray, Real
from armsgame.errors import InvalidGame, check_known, invalid

__all__ = [
    "as_fraction",
    "as_law",
    "check_choice",
    "check_discount",
    "check_flag",
    "check_labels",
    "check_law",
    "check_level",
    "check_number",
    "check_power_of_two",
    "check_probability",
    "check_rows",
    "check_whole",
    "discount_array",
    "distinct",
    "finite",
    "index_of",
    "is_number",
    "is_whole",
    "listed",
    "need_pandas",
    "number",
    "pair",
    "plain",
    "probability",
    "reals",
    "settle_rows",
    "settle_whole",
    "whole",
]

# what a row of probabilities may miss its range or its sum by
_ROWS = 1e-9
# rows up to this length are summed sooner in Python
_SHORT = 32


def as_fraction(value: Any) -> Fraction:
    """Read a number as the rational its author meant.

    A float is read as the simplest fraction with a denominator of at most 10**6 that rounds to
    it (0.1 is 1/10, 1/3 is 1/3), else as its exact binary value.
    """
    if isinstance(value, (int, Fraction, np.integer)):
        return Fraction(int(value)) if not isinstance(value, Fraction) else value
    near = Fraction(float(value)).limit_denominator(10**6)
    return near if float(near) == float(value) else Fraction(float(value))


def as_law(values: Iterable[Real] | NumberArray) -> ExactArray:
    """Read probabilities as the rational numbers their author meant; they sum to one.

    1 - 1/3 rounds to a float that no simple fraction rounds to. So where fractions with denominators of at
    most 10**6 lie within one unit of rounding of all entries and sum to one, they are meant. Else each
    entry is read on its own and divided by the sum.
    """
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        # the same few laws stand at many places
        return _law_of_floats(*values.tolist()).copy()
    return _law_of(list(values))


@lru_cache(maxsize=4096)
def _law_of_floats(*values: float) -> ExactArray:
    return _law_of(values)


def _law_of(values: Sequence[Real]) -> ExactArray:
    exact = [v if isinstance(v, Fraction) else Fraction(float(v)) for v in values]
    near = [v.limit_denominator(10**6) for v in exact]
    if sum(near) != 1 or any(abs(a - b) > Fraction(1, 2**52) for a, b in zip(near, exact, strict=True)):
        near = [as_fraction(v) for v in values]
        total = sum(near, Fraction(0))
        near = [v / total for v in near]
    return np.array(near, dtype=object)


def plain(value: object) -> Any:
    """Return the Python scalar behind a NumPy scalar or an array without axes; anything else as it is."""
    if not isinstance(value, (np.generic, np.ndarray)) or value.ndim or np.ma.is_masked(value):
        return value
    return value.item()


def is_whole(value: object) -> bool:
    """Whether a value is one whole number, in Python's or NumPy's spelling; True and False are none."""
    one = plain(value)
    return isinstance(one, Integral) and not isinstance(one, bool)


def is_number(value: object) -> bool:
    """Whether a value is one finite real number, in Python's or NumPy's spelling; True and False are none."""
    one = plain(value)
    try:
        return not isinstance(one, bool) and isinstance(one, Number) and isfinite(one)
    except OverflowError:
        return False


def check_whole(
    field: str, value: object, least: int = 1, most: int | None = None, *, allowed: str = "", step: str = ""
) -> int:
    """Return a whole number of at least `least` (and at most `most`) or raise `InvalidGame`."""
    one = plain(value)
    if not is_whole(one) or one < least or (most is not None and one > most):
        span = f"of at least {least}" if most is None else f"from {least} to {most}"
        invalid(field, value, allowed or f"a whole number {span}", step)
    return int(one)


def settle_whole(holder: object, field: str, least: int = 1) -> None:
    """Check a whole number that is a field of a frozen record, and write it back as Python's."""
    object.__setattr__(holder, field, check_whole(field, getattr(holder, field), least))


def check_number(
    field: str,
    value: object,
    low: float = -inf,
    high: float = inf,
    *,
    open_low: bool = False,
    open_high: bool = False,
    allowed: str = "",
    step: str = "",
) -> float:
    """Return a finite number inside a range as a float or raise `InvalidGame`."""
    one = plain(value)
    good = is_number(one) and (low < one if open_low else low <= one) and (one < high if open_high else one <= high)
    if not good:
        below = "" if low == -inf else f"{'above' if open_low else 'of at least'} {low:g}"
        above = "" if high == inf else f"{'below' if open_high else 'at most'} {high:g}"
        invalid(field, value, allowed or f"a finite number {' and '.join(filter(None, (below, above)))}".rstrip(), step)
    return float(one)


def check_level(level: object) -> float:
    """Return a level of confidence, between 0 and 1 with both excluded, or raise `InvalidGame`."""
    return check_number("level", level, 0, 1, open_low=True, open_high=True)


def check_power_of_two(field: str, value: object, least: int = 1) -> int:
    """Return a power of two of at least `least` or raise `InvalidGame`."""
    if not is_whole(value) or (count := int(plain(value))) < least or count & (count - 1):
        invalid(field, value, f"a power of two of at least {least}")
    return count


def check_flag(field: str, value: object) -> bool:
    """Return True or False, in Python's or NumPy's spelling, or raise `InvalidGame`."""
    one = plain(value)
    if not isinstance(one, bool):
        invalid(field, value, "True or False")
    return one


def check_probability(field: str, value: object) -> Real:
    """Return a probability, a fraction as it is, or raise `InvalidGame` unless 0 <= value <= 1."""
    one: Real = plain(value)
    if not (is_number(one) and 0 <= one <= 1):
        invalid(field, value, "a probability between 0 and 1")
    return one


def check_discount(discount: object) -> Real:
    """Return a discount factor, a fraction as it is, or raise `InvalidGame` unless 0 <= discount < 1."""
    one: Real = plain(discount)
    if not (is_number(one) and 0 <= one < 1):
        invalid("discount", discount, "0 <= discount < 1", "It is the factor per period, not a rate.")
    return one


def check_choice(field: str, value: object, allowed: Sequence[str]) -> str:
    """Return one of the words allowed, or raise `InvalidGame`."""
    if not isinstance(value, str) or value not in allowed:
        invalid(field, value, " or ".join(map(repr, allowed)))
    return value


def listed(field: str, values: object, allowed: str) -> tuple[Any, ...]:
    """Return the items of a sequence; text, mappings and sets are none: raise `InvalidGame`."""
    if isinstance(values, (str, bytes, Mapping, Set)) or not isinstance(values, Iterable) or isinstance(values, type):
        invalid(field, values, allowed)
    try:
        return tuple(values)
    except TypeError:
        # an array without axes says that it can be iterated
        invalid(field, values, allowed)


def reals(field: str, values: object, allowed: str = "an array of real numbers") -> FloatArray:
    """Return an array of real numbers as float64, or raise `InvalidGame`: no text, imaginary parts or masks."""
    try:
        given = np.asarray(values)
        plain_kind = given.dtype.kind in "biuf" or (
            given.dtype.kind == "O" and not any(isinstance(v, (str, bytes, complex)) for v in given.ravel().tolist())
        )
        if plain_kind and not np.ma.is_masked(values):
            return np.array(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError, RecursionError):
        pass
    invalid(field, values, allowed)


def check_labels(field: str, labels: object, count: int, default: str) -> tuple[str, ...]:
    """Return `count` different labels, by default numbered ones, or raise `InvalidGame`."""
    names: tuple[str, ...] = tuple(f"{default}{k}" for k in range(count))
    if labels is not None:
        names = tuple(map(str, listed(field, labels, f"a sequence of {count} different labels")))
    if len(names) != count or len(set(names)) != count:
        invalid(field, names, f"{count} different labels")
    return names


def settle_rows(array: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Rows of probabilities in the last axis, settled by the one rule of the library, and where a row is none.

    A row may miss the range or its sum by 1e-9. Entries are cut to 0 .. 1 and the row is divided by its sum;
    a row whose sum is one up to rounding stays as it was written, since fractions are read from it.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        sums = array.sum(axis=-1)
    # comparisons with NaN are false, so NaN is refused too
    good = ((array >= -_ROWS) & (array <= 1 + _ROWS)).all(axis=-1) & (np.abs(sums - 1) <= _ROWS)
    cut = np.clip(array, 0.0, 1.0)
    sums = cut.sum(axis=-1, keepdims=True)
    rounded = np.abs(sums - 1) <= np.finfo(np.float64).eps * array.shape[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(rounded, cut, cut / sums), ~good


def check_rows(field: str, array: FloatArray) -> FloatArray:
    """Return the probability rows in the last axis, settled, or raise `InvalidGame` with the place."""
    if array.ndim < 2 or array.size == 0:
        invalid(f"{field}.shape", array.shape, "at least one action axis and a last axis of probabilities")
    rows, off = settle_rows(array)
    if off.any():
        where = tuple(int(i) for i in np.argwhere(off)[0])
        bad = np.flatnonzero(~((array[where] >= -_ROWS) & (array[where] <= 1 + _ROWS)))
        if len(bad):
            place = [*where, int(bad[0])]
            invalid(f"{field}{place}", float(array[tuple(place)]), "a probability between 0 and 1")
        raise InvalidGame(
            f"{field}{list(where)} sums to {float(array[where].sum())!r}; allowed: rows that sum to 1. "
            "Normalise this row."
        )
    return rows


def check_law(field: str, values: object, count: int, what: str = "probabilities") -> FloatArray:
    """Return one row of `count` probabilities, settled, or raise `InvalidGame`."""
    if type(values) is np.ndarray and values.dtype == np.float64:
        law: FloatArray = values.copy()
    else:
        law = reals(field, values, f"{count} {what} of at least 0 that sum to 1")
    if law.shape != (count,):
        invalid(f"{field}.shape", law.shape, f"({count},): {what} of at least 0 that sum to 1")
    if 0 < count <= _SHORT and min(entries := law.tolist()) >= 0 and sum(entries) == 1:
        # settled already
        return law
    row, off = settle_rows(law)
    if off:
        invalid(field, law.tolist(), f"{count} {what} of at least 0 that sum to 1", "Divide them by their sum.")
    return row


def index_of(item: int | str, labels: Sequence[str], field: str) -> int:
    """Position of a label (or a checked integer index) in `labels`."""
    item = plain(item)
    if isinstance(item, str):
        check_known(f"{field} {{}} is unknown", labels, item)
        return list(labels).index(item)
    if not is_whole(item):
        invalid(field, item, f"an index below {len(labels)} or one of {tuple(labels)}")
    if not -len(labels) <= item < len(labels):
        invalid(field, item, f"0 to {len(labels) - 1}")
    return int(item) % len(labels)


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


def need_pandas() -> ModuleType:
    """Import pandas, or say how to get it."""
    try:
        import pandas
    except ImportError as missing:
        raise ImportError("to_frame needs pandas, which is not installed: pip install pandas.") from missing
    found: ModuleType = pandas
    return found


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
    given: Any = value
    if type(given) is float or type(given) is int:
        least = most = given
        array = cast("FloatArray", np.float64(given))
    else:
        array = reals(name, value, allowed or "a finite number or an array of them")
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
