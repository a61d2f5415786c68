"""How nouns and results show themselves, and what makes them values: read-only, equal by content, picklable."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import fields
from enum import Enum
from functools import cache, partial, wraps
from html import escape
from importlib.util import find_spec
from itertools import islice
from math import isnan
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar

import numpy as np

from armsgame._registry import draw_object

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["Drawn", "Framed", "ReadOnlyDict", "Shown", "Value", "described", "spelled"]

_LINES, _WIDTH, _ROWS = 6, 160, 50
_EXACT = frozenset({bool, int, str, bytes, type(None)})
_ATOMS = _EXACT | {float, complex}
_Class = TypeVar("_Class", bound=type)
_Key = TypeVar("_Key")
_Item = TypeVar("_Item")


def _pin(cls: type, *names: str) -> None:
    for name in names:
        if name not in cls.__dict__:
            setattr(cls, name, getattr(cls, name))


def _freezing(build: Callable[..., None]) -> Callable[..., None]:
    @wraps(build)
    def made(self: Value, *args: object, **options: object) -> None:
        build(self, *args, **options)
        _freeze(self)

    return made


class Shown:
    """A short `repr`, and the same content as a labelled table where HTML is shown."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        # a dataclass writes no method that its class has
        _pin(cls, "__repr__")

    def __str__(self) -> str:
        known = [f"{label}={text}" for label, text, *_ in self._rows()]
        line = f"{type(self).__name__}({', '.join(known)})"
        if len(line) <= 100:
            return line
        return "\n".join([type(self).__name__, *(f"  {label}: {text}" for label, text, *_ in self._rows())])

    def __repr__(self) -> str:
        lines = str(self).splitlines() or [type(self).__name__]
        if len(lines) > _LINES:
            lines = [*lines[: _LINES - 1], f"... {len(lines) - _LINES + 1} more lines; print() shows all"]
        return "\n".join(_cut(line, _WIDTH) for line in lines)

    def _repr_html_(self) -> str:
        head = "<br>".join(escape(line) for line in repr(self).splitlines())
        return f"<p>{head}</p>{self._html_table()}"

    def _html_table(self) -> str:
        cells = [(label, "".join(f"<td>{escape(cell)}</td>" for cell in rest)) for label, *rest in self._rows()]
        return "<table>" + "".join(f"<tr><th>{escape(label)}</th>{rest}</tr>" for label, rest in cells) + "</table>"

    def _rows(self) -> Sequence[Sequence[str]]:
        """Label and short text of every field that a reader may name; a class may say more in further cells."""
        shown: Any = type(self)
        names = [f.name for f in fields(shown) if f.repr and not f.name.startswith("_")]
        return [(name, _brief(getattr(self, name))) for name in names]


class Framed(Shown):
    """A result that is a table: the table stands where HTML is shown (where pandas is installed)."""

    __slots__ = ()

    @abstractmethod
    def to_frame(self) -> pandas.DataFrame:
        """Table of the result."""

    def _html_table(self) -> str:
        if find_spec("pandas") is None:
            return super()._html_table()
        table = self.to_frame()
        more = f"<p>first {_ROWS} of {len(table)} rows</p>" if len(table) > _ROWS else ""
        shown: str = table.head(_ROWS).to_html(index=type(table.index).__name__ != "RangeIndex")
        return shown + more


class Drawn(Shown):
    """A noun or result with a picture."""

    __slots__ = ()

    def plot(self, *args: object, ax: Axes | None = None, **options: object) -> Axes:
        """Draw it; the function of `armsgame.plot` for this type names the further arguments."""
        return draw_object(self, *args, ax=ax, **options)


class Value(Shown):
    """A frozen dataclass that is a value: read-only to the leaves, equal and hashed by its fields, picklable, copyable.

    Arrays are copied where they may be written to, as they may belong to the caller; a class whose arrays are
    large and its own sets ``_owned = True`` and has them locked in place.
    """

    __slots__ = ()
    _owned: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _pin(cls, "__eq__", "__hash__")
        for name in ("__post_init__", "__init__"):
            made = cls.__dict__.get(name)
            # with slots the dataclass makes the class anew: then all is done
            if made is not None and "__dataclass_params__" not in cls.__dict__:
                setattr(cls, name, _freezing(made))

    def __post_init__(self) -> None:
        _freeze(self)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(_same(getattr(self, n), getattr(other, n)) for n in _names(type(self), True))

    def __hash__(self) -> int:
        return hash((type(self).__name__, *(_key(getattr(self, n)) for n in _names(type(self), True))))

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return _restored, (type(self), tuple(getattr(self, n) for n in _names(type(self))))


def described(text: Callable[[Any], str]) -> Callable[[_Class], _Class]:
    """Give the instances of a class a docstring of their own; ``help(instance)`` shows it."""

    def made(cls: _Class) -> _Class:
        cls.__doc__ = _Description(cls.__doc__, text)  # type: ignore[assignment]
        return cls

    return made


class _Description:
    """Docstring of the class on the class, and of the instance on the instance."""

    def __init__(self, of_class: str | None, of_instance: Callable[[Any], str]) -> None:
        self.of_class, self.of_instance = of_class, of_instance

    def __get__(self, instance: object, owner: type) -> str | None:
        return self.of_class if instance is None else self.of_instance(instance)


class ReadOnlyDict(dict[_Key, _Item]):
    """A dictionary that cannot be changed; unlike a mapping proxy it can be pickled, copied and hashed."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this mapping belongs to a result and is read-only; change a copy: dict(mapping)")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(_key(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return _read_only, (dict(self), True)

    def __copy__(self) -> ReadOnlyDict[_Key, _Item]:
        return self


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


def _field_names(cls: Any, compared: bool = False) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls) if f.compare or not compared)


_names: Callable[..., tuple[str, ...]] = cache(_field_names)


def _restored(cls: type[Value], values: Sequence[object]) -> Value:
    out = cls.__new__(cls)
    for name, own in zip(_names(cls), values, strict=True):
        object.__setattr__(out, name, own)
    _freeze(out, True)
    return out


def _freeze(thing: Value, owned: bool = False) -> None:
    for name in _names(type(thing)):
        own = getattr(thing, name)
        if type(own) not in _ATOMS:
            frozen = _read_only(own, owned or type(thing)._owned)
            if frozen is not own:
                object.__setattr__(thing, name, frozen)


def _read_only(own: Any, owned: bool = False) -> Any:
    if isinstance(own, np.ndarray):
        if own.flags.writeable:
            own = own if owned else own.copy()
            own.flags.writeable = False
        return own
    if isinstance(own, (dict, MappingProxyType)) and not isinstance(own, ReadOnlyDict):
        return ReadOnlyDict({k: _read_only(v, owned) for k, v in own.items()})
    if isinstance(own, (tuple, list)):
        parts = [_read_only(x, owned) for x in own]
        if isinstance(own, tuple) and all(a is b for a, b in zip(own, parts, strict=True)):
            return own
        return type(own)(*parts) if hasattr(own, "_fields") else tuple(parts)
    if isinstance(own, set):
        return frozenset(own)
    if hasattr(own, "coords") and hasattr(own, "identical"):
        own = own.copy(deep=True)
        for variable in (own.variables if hasattr(own, "variables") else {"": own.variable}).values():
            variable.values.flags.writeable = False
    return own


def _same(a: Any, b: Any) -> bool:
    """Equality of leaves: arrays by shape and content, NaN equal to NaN."""
    if a is b:
        return True
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)) or a.shape != b.shape:
            return False
        if "O" in (a.dtype.kind, b.dtype.kind):
            return all(map(_same, a.ravel().tolist(), b.ravel().tolist()))
        return np.array_equal(a, b, equal_nan=a.dtype.kind in "fc" and b.dtype.kind in "fc")
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(own, b[k]) for k, own in a.items())
    if isinstance(a, partial) and isinstance(b, partial):
        return _same((a.func, a.args, a.keywords), (b.func, b.args, b.keywords))
    if isinstance(a, float) and isinstance(b, float) and isnan(a) and isnan(b):
        return True
    return bool(a.identical(b)) if hasattr(a, "identical") else bool(a == b)


def _key(own: Any) -> Hashable:
    """Return what equal leaves share and can be hashed."""
    if type(own) in _EXACT:
        return own  # type: ignore[no-any-return]
    if isinstance(own, np.ndarray):
        try:
            numbers = np.asarray(own, dtype=complex if own.dtype.kind == "c" else float)
        except (TypeError, ValueError, OverflowError):
            return (own.shape, tuple(map(_key, own.ravel().tolist())))
        # one zero and one NaN
        return (own.shape, np.where(np.isnan(numbers), np.nan, numbers + 0.0).tobytes())
    if isinstance(own, (tuple, list)):
        return tuple(map(_key, own))
    if isinstance(own, dict):
        return frozenset((k, _key(v)) for k, v in own.items())
    if isinstance(own, partial):
        return (own.func, _key(own.args), _key(own.keywords))
    if isinstance(own, float) and isnan(own):
        return "nan"
    if hasattr(own, "identical"):
        return tuple(own.sizes.items())
    return own if isinstance(own, Hashable) else type(own).__name__


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


def _brief(own: Any, width: int = 72) -> str:
    """One line about a leaf or a part, never its data."""
    return _cut(" ".join(_words(own).split()), width)


def _words(own: Any) -> str:
    if isinstance(own, np.ndarray):
        return _array_words(own)
    if isinstance(own, Enum):
        return own.name
    if isinstance(own, (tuple, list, frozenset)):
        return "(" + _listed((_brief(x, 40) for x in islice(own, 5)), len(own)) + ")"
    if isinstance(own, Mapping):
        return "{" + _listed((f"{_brief(k, 30)}: {_brief(v, 30)}" for k, v in islice(own.items(), 4)), len(own)) + "}"
    if isinstance(own, (Shown, str)):
        return _cut(repr(own), 100)
    if hasattr(own, "sizes") and hasattr(own, "identical"):
        return f"{type(own).__name__} with {', '.join(f'{k} {n}' for k, n in own.sizes.items())}"
    if callable(own):
        return getattr(own, "__name__", type(own).__name__)
    return f"{own:.6g}" if isinstance(own, float) else str(own)


def _array_words(own: np.ndarray[Any, Any]) -> str:
    if own.size <= 6 and own.ndim < 2:
        return _brief(own.item() if own.ndim == 0 else own.tolist())
    shape = " x ".join(map(str, own.shape))
    if own.dtype.kind not in "iuf" or own.size == 0 or np.isnan(own).all():
        return f"{shape} {'truth values' if own.dtype.kind == 'b' else 'values'}"
    return f"{shape} numbers, {np.nanmin(own):.6g} to {np.nanmax(own):.6g}"


def _listed(texts: Iterator[str], count: int) -> str:
    shown = list(texts)
    return ", ".join(shown) + (f", ... {count} in all" if count > len(shown) else "")
