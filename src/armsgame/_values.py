"""Values: what is equal and hashed by its content, and read-only down to its arrays and mappings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any, Generic, TypeVar

import numpy as np

__all__ = ["FrozenDict", "Value", "digest_of", "freeze", "frozen", "same"]

K = TypeVar("K")
V = TypeVar("V")


class FrozenDict(Mapping[K, V], Generic[K, V]):
    """A mapping that cannot be changed, and can be hashed, copied and pickled."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[K, V]) -> None:
        self._items = dict(items)

    def __getitem__(self, name: K) -> V:
        return self._items[name]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return same(self, other) if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._items))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._items,)

    def __repr__(self) -> str:
        return repr(self._items)


class Value:
    """Base of frozen dataclasses with ``eq=False`` that are equal where all that they hold is equal."""

    __slots__ = ()

    def __post_init__(self) -> None:
        freeze(self)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(same(getattr(self, n), getattr(other, n)) for n in _compared(self))

    def __hash__(self) -> int:
        return hash(tuple(_hashed(getattr(self, n)) for n in _compared(self)))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), tuple(getattr(self, entry.name) for entry in fields(self)))  # type: ignore[arg-type]


def _restored(kind: type[Any], held: tuple[Any, ...]) -> Any:
    """Return a value from its fields; a pickled array comes back writable and is made read-only again."""
    made = object.__new__(kind)
    for entry, one in zip(fields(kind), held, strict=True):
        object.__setattr__(made, entry.name, frozen(one))
    return made


def freeze(value: Any) -> None:
    """Make every field of a frozen dataclass read-only."""
    for entry in fields(value):
        object.__setattr__(value, entry.name, frozen(getattr(value, entry.name)))


def frozen(value: Any) -> Any:
    """Return a value whose arrays, lists and mappings are read-only, down to the last one."""
    if isinstance(value, np.ndarray):
        if not value.flags.writeable:
            return value
        view = value.view()
        view.setflags(write=False)
        return view
    if isinstance(value, (dict, FrozenDict)):
        return FrozenDict({n: frozen(v) for n, v in value.items()})
    if isinstance(value, list) or type(value) is tuple:
        return tuple(frozen(v) for v in value)
    return value


def same(a: Any, b: Any) -> bool:
    """Whether two values hold the same; NaN equals NaN."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)) or a.shape != b.shape:
            return False
        return np.array_equal(a, b, equal_nan=a.dtype.kind in "fc" and b.dtype.kind in "fc")
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same(v, b[n]) for n, v in a.items())
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b) or (a != a and b != b)


def digest_of(*values: Any) -> str:
    """SHA-256 of numbers, words, arrays and what is made of them, in hexadecimal digits."""
    total = sha256()
    for value in values:
        _feed(total, value)
    return total.hexdigest()


def _feed(total: Any, value: Any) -> None:
    if isinstance(value, np.ndarray) and value.dtype != object:
        total.update(f"{value.dtype.str}{value.shape}".encode())
        total.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, (Mapping, tuple, list, np.ndarray)):
        total.update(f"{len(value)}:".encode())
        for inner in value.items() if isinstance(value, Mapping) else value:
            _feed(total, inner)
    elif is_dataclass(value) and not isinstance(value, type):
        total.update(type(value).__qualname__.encode())
        # where numbers come from is no part of them
        _feed(total, [getattr(value, entry.name) for entry in fields(value) if entry.name != "provenance"])
    elif callable(value):
        # the address of a function differs from run to run
        total.update(f"{value.__module__}.{getattr(value, '__qualname__', type(value).__qualname__)}".encode())
    else:
        total.update((type(value).__qualname__ if " at 0x" in repr(value) else repr(value)).encode())


def _compared(value: Any) -> list[str]:
    return [entry.name for entry in fields(value) if entry.compare]


def _hashed(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        # equal numbers of different types are equal, so the bytes are those of one type
        plain = value.astype(float) if value.dtype.kind in "biuf" else np.array(value, dtype=str)
        return hash((value.shape, (plain + 0.0 if plain.dtype.kind == "f" else plain).tobytes()))
    if isinstance(value, Mapping):
        return hash(frozenset((n, _hashed(v)) for n, v in value.items()))
    if isinstance(value, (tuple, list)):
        return hash(tuple(map(_hashed, value)))
    return hash(value)
