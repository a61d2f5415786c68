"""How nouns and results show themselves, and the base that makes them values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from enum import Enum
from functools import wraps
from html import escape
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

import numpy as np

from armsgame._registry import draw_object
from armsgame._typing import NumberArray
from armsgame._values import freeze, key, names_of, same

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["Drawn", "Framed", "Shown", "Table", "Value", "described"]

Table: TypeAlias = Sequence[Mapping[str, object]] | Mapping[str, object]

_LINES, _WIDTH, _ROWS = 6, 160, 50
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
        freeze(self)

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
    """A result that is a table: the table stands where HTML is shown (where pandas is installed).

    A class says its table in `_table`, or writes a `to_frame` of its own.
    """

    __slots__ = ()

    def to_frame(self) -> pandas.DataFrame:
        """Table of the result (needs pandas)."""
        from armsgame._checks import need_pandas

        return need_pandas().DataFrame(self._table())

    if TYPE_CHECKING:

        def _table(self) -> Table:
            """Rows as mappings from column to cell, or columns of one length."""

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
        freeze(self)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(same(getattr(self, n), getattr(other, n)) for n in names_of(type(self), True))

    def __hash__(self) -> int:
        return hash((type(self).__name__, *(key(getattr(self, n)) for n in names_of(type(self), True))))

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return _restored, (type(self), tuple(getattr(self, n) for n in names_of(type(self))))


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


def _restored(cls: type[Value], values: Sequence[object]) -> Value:
    out = cls.__new__(cls)
    for name, own in zip(names_of(cls), values, strict=True):
        object.__setattr__(out, name, own)
    freeze(out, True)
    return out


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


def _brief(own: object, width: int = 72) -> str:
    """One line about a leaf or a part, never its data."""
    return _cut(" ".join(_words(own).split()), width)


def _words(own: object) -> str:
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


def _array_words(own: NumberArray) -> str:
    if own.size <= 6 and own.ndim < 2:
        return _brief(own.item() if own.ndim == 0 else own.tolist())
    shape = " x ".join(map(str, own.shape))
    if own.dtype.kind not in "iuf" or own.size == 0 or np.isnan(own).all():
        return f"{shape} {'truth values' if own.dtype.kind == 'b' else 'values'}"
    return f"{shape} numbers, {np.nanmin(own):.6g} to {np.nanmax(own):.6g}"


def _listed(texts: Iterator[str], count: int) -> str:
    shown = list(texts)
    return ", ".join(shown) + (f", ... {count} in all" if count > len(shown) else "")
