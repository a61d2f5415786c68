"""What makes a value: read-only down to arrays and mappings, equal and hashed by content, told apart by a digest."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, partial
from hashlib import sha256
from math import isnan
from operator import is_
from types import MappingProxyType
from typing import Any, Generic, NoReturn, TypeVar
from weakref import ref

import numpy as np

__all__ = ["Memory", "ReadOnlyDict", "digest_of", "freeze", "frozen", "key", "names_of", "same", "spelled"]

_EXACT = frozenset({bool, int, str, bytes, type(None)})
# types whose values need no freezing: atoms, and those met that froze their own leaves when they were made
_SETTLED: set[type] = {bool, int, str, bytes, type(None), float, complex}
_WRITEABLE = 0x0400
_Key = TypeVar("_Key")
_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


class ReadOnlyDict(dict[_Key, _Item]):
    """A dictionary that cannot be changed; unlike a mapping proxy it can be pickled, copied and hashed."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this mapping belongs to a result and is read-only; change a copy: dict(mapping)")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __eq__(self, other: object) -> bool:
        return same(dict(self), dict(other)) if isinstance(other, Mapping) else NotImplemented

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(key(self))

    def __reduce__(self) -> tuple[object, ...]:
        return frozen, (dict(self), True)

    def __copy__(self) -> ReadOnlyDict[_Key, _Item]:
        return self


class Memory(Generic[_Made]):
    """What was made of a value, kept while that very object lives: values do not change, so it stays true.

    Parameters
    ----------
    most : int
        How many things are kept for one object; the oldest goes first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[int, tuple[ref[object], dict[Hashable, tuple[object, _Made]]]] = {}

    def of(self, owner: object, asked: Hashable, make: Callable[[], _Made], alive: object = None) -> _Made:
        """Return what `make` returned when `asked` was asked of `owner` before; `alive` is what `asked` is about."""
        place = id(owner)
        found = self._known.get(place)
        if found is None or found[0]() is not owner:
            known = self._known
            found = known[place] = (ref(owner, lambda _: known.pop(place, None)), {})
        kept = found[1]
        entry = kept.get(asked)
        if entry is None:
            # what `asked` is about lives on, so that its address stays its own
            entry = (alive, make())
            while len(kept) >= self._most:
                kept.pop(next(iter(kept)), None)
            kept[asked] = entry
        return entry[1]

    def holds(self, owner: object, asked: Hashable) -> bool:
        """Whether the answer is kept."""
        found = self._known.get(id(owner))
        return found is not None and found[0]() is owner and asked in found[1]


def digest_of(*values: object) -> str:
    """SHA-256 of numbers, words, arrays and what is made of them, in hexadecimal digits."""
    total = sha256()
    for value in values:
        _feed(total, value)
    return total.hexdigest()


def _feed(total: Any, value: object) -> None:
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


def spelled(thing: object) -> str:
    """Every field of a value in full, for records and fingerprints; `repr` is for reading and shortens."""
    if hasattr(thing, "__dataclass_fields__") and not isinstance(thing, type):
        inner = ", ".join(f"{f.name}={spelled(getattr(thing, f.name))}" for f in fields(thing))  # type: ignore[arg-type]
        return f"{type(thing).__name__}({inner})"
    if isinstance(thing, np.ndarray):
        return f"array({spelled(thing.tolist())})"
    if isinstance(thing, Mapping):
        return "{" + ", ".join(f"{spelled(k)}: {spelled(v)}" for k, v in thing.items()) + "}"
    if isinstance(thing, (tuple, list)):
        return "(" + ", ".join(map(spelled, thing)) + ")"
    if isinstance(thing, partial):
        return f"{spelled(thing.func)}{spelled(thing.args)}{spelled(thing.keywords)}"
    if callable(thing):
        return f"{getattr(thing, '__module__', '')}.{getattr(thing, '__qualname__', type(thing).__qualname__)}"
    return repr(thing)


def _field_names(cls: type, compared: bool = False) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls) if f.compare or not compared)


names_of: Callable[..., tuple[str, ...]] = cache(_field_names)


def freeze(thing: object, owned: bool = False) -> None:
    for name in names_of(type(thing)):
        own = getattr(thing, name)
        if type(own) not in _SETTLED:
            locked = frozen(own, owned or getattr(type(thing), "_owned", False))
            if locked is not own:
                object.__setattr__(thing, name, locked)


def frozen(own: Any, owned: bool = False) -> Any:
    """Return a value whose arrays, lists, sets and mappings are read-only, down to the last one."""
    kind = type(own)
    if kind in _SETTLED:
        return own
    if isinstance(own, np.ndarray):
        # read as a bit: asked by name, the flag of an array that was broadcast warns
        if own.flags.num & _WRITEABLE:
            own = own if owned else own.copy()
            own.flags.writeable = False
        return own
    if hasattr(kind, "_owned") or issubclass(kind, Enum):
        _SETTLED.add(kind)
        return own
    if kind is tuple:
        if _SETTLED.issuperset(map(type, own)):
            return own
        parts = [frozen(x, owned) for x in own]
        return own if all(map(is_, own, parts)) else tuple(parts)
    if isinstance(own, (dict, MappingProxyType)) and not isinstance(own, ReadOnlyDict):
        return ReadOnlyDict({k: frozen(v, owned) for k, v in own.items()})
    if isinstance(own, (tuple, list)):
        parts = [frozen(x, owned) for x in own]
        if isinstance(own, tuple) and all(map(is_, own, parts)):
            return own
        return kind(*parts) if hasattr(own, "_fields") else tuple(parts)
    if isinstance(own, set):
        return frozenset(own)
    if hasattr(own, "coords") and hasattr(own, "identical"):
        own = own.copy(deep=True)
        for variable in (own.variables if hasattr(own, "variables") else {"": own.variable}).values():
            variable.values.flags.writeable = False
    return own


def same(a: object, b: object) -> bool:
    """Equality of leaves: arrays by shape and content, NaN equal to NaN."""
    if a is b:
        return True
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)) or a.shape != b.shape:
            return False
        if "O" in (a.dtype.kind, b.dtype.kind):
            return all(map(same, a.ravel().tolist(), b.ravel().tolist()))
        return np.array_equal(a, b, equal_nan=a.dtype.kind in "fc" and b.dtype.kind in "fc")
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(own, b[k]) for k, own in a.items())
    if isinstance(a, partial) and isinstance(b, partial):
        return same((a.func, a.args, a.keywords), (b.func, b.args, b.keywords))
    if isinstance(a, float) and isinstance(b, float) and isnan(a) and isnan(b):
        return True
    return bool(a.identical(b)) if hasattr(a, "identical") else bool(a == b)


def key(own: Any) -> Hashable:
    """Return what equal leaves share and can be hashed."""
    if type(own) in _EXACT:
        return own  # type: ignore[no-any-return]
    if isinstance(own, np.ndarray):
        try:
            numbers = np.asarray(own, dtype=complex if own.dtype.kind == "c" else float)
        except (TypeError, ValueError, OverflowError):
            return (own.shape, tuple(map(key, own.ravel().tolist())))
        # one zero and one NaN
        return (own.shape, np.where(np.isnan(numbers), np.nan, numbers + 0.0).tobytes())
    if isinstance(own, (tuple, list)):
        return tuple(map(key, own))
    if isinstance(own, dict):
        return frozenset((k, key(v)) for k, v in own.items())
    if isinstance(own, partial):
        return (own.func, key(own.args), key(own.keywords))
    if isinstance(own, float) and isnan(own):
        return "nan"
    if hasattr(own, "identical"):
        return tuple(own.sizes.items())
    return own if isinstance(own, Hashable) else type(own).__name__
