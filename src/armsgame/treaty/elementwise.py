"""Formulas that broadcast over arrays: common shapes, blocks that fit the cache, quiet floating point."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from types import TracebackType
from typing import Any

import numpy as np

from armsgame._checks import finite
from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import InvalidGame, invalid


class elementwise:
    """Context of a closed form: its values at their common shape, no floating-point warnings.

    Shapes that clash, there or in the formula, are the caller's error.
    """

    __slots__ = ("_quiet", "_values")

    def __init__(self, *values: ArrayLike) -> None:
        self._values = values

    def __enter__(self) -> Any:
        try:
            values = together(*self._values)
        except ValueError as fault:
            raise _clash(fault) from None
        self._quiet = np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore")
        self._quiet.__enter__()
        return values

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._quiet.__exit__(kind, fault, trace)
        if kind is ValueError and "broadcast" in str(fault):
            raise _clash(fault) from None


def _clash(fault: BaseException | None) -> InvalidGame:
    return InvalidGame(f"{fault}; allowed: parameters whose shapes broadcast.")


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


def plain(value: object) -> Any:
    """Return a Python scalar for a zero-dimensional array, else the array."""
    array = np.asarray(value)
    return array.item() if array.ndim == 0 else array


def stakes(
    temptation: ArrayLike, reward: ArrayLike, punishment: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """T, R and P of a deal that is worth keeping: R > P."""
    values = finite("temptation", temptation), finite("reward", reward), finite("punishment", punishment)
    if not (values[1] > values[2]).all():
        allowed = f"above punishment {punishment!r}"
        invalid("reward", reward, allowed, "Mutual compliance must be better than mutual deployment.")
    return values
