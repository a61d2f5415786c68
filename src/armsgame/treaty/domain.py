"""Domain checks of the closed forms, which broadcast over arrays."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite, prod
from types import TracebackType
from typing import Any

import numpy as np

from armsgame._typing import ArrayLike
from armsgame.errors import InvalidGame, invalid

__all__ = [
    "blockwise",
    "discount_array",
    "elementwise",
    "finite",
    "number",
    "pair",
    "plain",
    "probability",
    "stakes",
    "together",
    "whole",
]


class elementwise:
    """Context of a closed form: no floating-point warnings, and shapes that clash are the caller's error."""

    __slots__ = ("_quiet",)

    def __enter__(self) -> None:
        self._quiet = np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore")
        self._quiet.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._quiet.__exit__(kind, fault, trace)
        if kind is ValueError and "broadcast" in str(fault):
            raise InvalidGame(f"{fault}; allowed: parameters whose shapes broadcast.") from None


def number(
    name: str,
    value: ArrayLike,
    low: float = -inf,
    high: float = inf,
    *,
    open_low: bool = False,
    open_high: bool = False,
    allowed: str = "",
) -> Any:
    """Finite numbers inside a range, as a NumPy scalar or an array of float64."""
    if type(value) is float or type(value) is int:
        least = most = value
        array: Any = np.float64(value)
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


def finite(name: str, value: ArrayLike) -> Any:
    """Finite numbers."""
    return number(name, value)


def probability(name: str, value: ArrayLike) -> Any:
    """Probabilities."""
    return number(name, value, 0.0, 1.0, allowed="probabilities between 0 and 1")


def discount_array(value: ArrayLike) -> Any:
    """Discount factors, 0 <= discount < 1."""
    return number("discount", value, 0.0, 1.0, open_high=True)


def whole(name: str, value: ArrayLike, low: float = 0) -> Any:
    """Whole numbers of at least `low`, as float64."""
    allowed = f"whole numbers of at least {low:g}"
    array = number(name, value, low, allowed=allowed)
    if not (array == np.floor(array)).all():
        invalid(name, value, allowed)
    return array


def pair(name: str, values: Any, low: float = -inf, *, open_low: bool = False) -> tuple[Any, Any]:
    """Two numbers or arrays, one for each party."""
    try:
        first, second = values
    except (TypeError, ValueError):
        invalid(name, values, "a pair, one for each party")
    return (
        number(f"{name}[0]", first, low, open_low=open_low),
        number(f"{name}[1]", second, low, open_low=open_low),
    )


def blockwise(form: Callable[..., Any], *values: Any) -> Any:
    """Evaluate a formula on blocks that fit the processor's cache; iterations stop when their own block converges.

    The formula returns an array, or a tuple of arrays; each comes at the common shape of the values.
    """
    many = [isinstance(v, np.ndarray) and v.ndim > 0 for v in values]
    if not any(many):
        return form(*values)
    arrays = iter(np.broadcast_arrays(*(v for v, array in zip(values, many, strict=True) if array)))
    values = tuple(next(arrays) if array else v for v, array in zip(values, many, strict=True))
    shape = next(v.shape for v, array in zip(values, many, strict=True) if array)
    flat = [v.reshape(-1) if array else v for v, array in zip(values, many, strict=True)]
    size = prod(shape)
    made: list[Any] = []
    for k in range(0, max(size, 1), 8192):
        part = form(*(v[k : k + 8192] if array else v for v, array in zip(flat, many, strict=True)))
        parts = part if isinstance(part, tuple) else (part,)
        made = made or [np.empty(size, np.asarray(p).dtype) for p in parts]
        for place, p in zip(made, parts, strict=True):
            place[k : k + 8192] = p
    found = tuple(m.reshape(shape) for m in made)
    return found if isinstance(part, tuple) else found[0]


def together(*values: Any) -> Any:
    """Values at their common shape, so that every field of a result has it; single numbers stay as they are."""
    if all(np.ndim(v) == 0 for v in values):
        return values
    return np.broadcast_arrays(*values)


def plain(value: Any) -> Any:
    """Return a Python scalar for a zero-dimensional array, else the array."""
    array = np.asarray(value)
    return array.item() if array.ndim == 0 else array


def _words(name: str, low: float, high: float, open_low: bool, open_high: bool) -> str:
    left = "" if low == -inf else f"{low:g} {'<' if open_low else '<='} "
    right = "" if high == inf else f" {'<' if open_high else '<='} {high:g}"
    return f"finite numbers with {left}{name}{right}" if left or right else "finite numbers"


def stakes(temptation: ArrayLike, reward: ArrayLike, punishment: ArrayLike) -> tuple[Any, Any, Any]:
    """T, R and P of a deal that is worth keeping: R > P."""
    values = finite("temptation", temptation), finite("reward", reward), finite("punishment", punishment)
    if not (values[1] > values[2]).all():
        allowed = f"above punishment {punishment!r}"
        invalid("reward", reward, allowed, "Mutual compliance must be better than mutual deployment.")
    return values
