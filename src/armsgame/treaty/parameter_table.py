"""The parameter dictionary: symbol, meaning, unit, range, default and source of every parameter.

It reads like a mapping: ``ag.treaty.parameters["detection"].default``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from math import inf
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from armsgame._checks import is_number, need_pandas, reals
from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray
from armsgame.errors import InvalidGame, close_matches, invalid

if TYPE_CHECKING:
    import pandas


_T = TypeVar("_T")
_ROLES = ("payoff", "probability", "term")


@dataclass(frozen=True, slots=True)
class Parameter(Value):
    """One named parameter.

    Attributes
    ----------
    name, symbol, meaning, unit : str
    source : str, a source or a text with the word "assumption"
    role : str
        ``"payoff"`` and ``"probability"`` are fields of `Party`, ``"term"`` is a field of `Treaty`; empty where
        only closed forms read the parameter.
    default : float, tuple of float, or None where the models prescribe none
    valid : pair of float, the range that input is checked against
    sweep : pair of float or None, a range for sensitivity studies; not an estimate
    integer : bool, whole numbers only
    open_below, open_above : bool, is an end of `valid` itself refused?
    """

    name: str
    symbol: str
    meaning: str
    unit: str
    source: str
    role: str = ""
    default: float | tuple[float, ...] | None = None
    valid: tuple[float, float] = (-inf, inf)
    sweep: tuple[float, float] | None = None
    integer: bool = False
    open_below: bool = False
    open_above: bool = False

    @property
    def range(self) -> str:
        """The allowed range in words."""
        low, high = self.valid
        kind = (
            "a whole number" if self.integer else "a probability" if self.role == "probability" else "a finite number"
        )
        if low == -inf and high == inf:
            return kind
        lower = "" if low == -inf else f"{low:g} {'<' if self.open_below else '<='} "
        upper = "" if high == inf else f" {'<' if self.open_above else '<='} {high:g}"
        return f"{kind} with {lower}{self.name}{upper}"

    @property
    def assumed(self) -> bool:
        """Whether the default is an assumption."""
        return "assumption" in self.source

    def allows(self, value: object) -> bool:
        """Whether a number lies in the valid range."""
        if self._usual(value):
            return True
        number = isinstance(value, Real) and not isinstance(value, bool)
        return number and bool(self._inside(np.asarray(value, dtype=np.float64)))

    def _usual(self, value: object) -> bool:
        """Whether a value is the usual case, a float within the ends of the range, decided without an array."""
        return type(value) is float and self.valid[0] < value < self.valid[1] and not self.integer

    def _inside(self, values: FloatArray) -> BoolArray:
        low, high = self.valid
        above = values > low if self.open_below else values >= low
        below = values < high if self.open_above else values <= high
        whole = values == np.floor(values) if self.integer else True
        inside: BoolArray = above & below & np.isfinite(values) & whole
        return inside

    def check(self, value: object, where: str = "") -> None:
        """Raise `InvalidGame` unless a number, or every number of an array, lies in the valid range.

        Parameters
        ----------
        value : number or array
        where : str, optional
            What the message calls the parameter; its name unless given.
        """
        if self._usual(value):
            return
        if isinstance(value, np.ndarray) and not value.ndim:
            value = value[()]
        if isinstance(value, np.ndarray):
            value = reals(where or self.name, value, self.range)
            outside = value[~self._inside(value)]
            if outside.size:
                invalid(where or self.name, float(outside.flat[0]), self.range)
        elif not (is_number(value) and self.allows(value)):
            invalid(where or self.name, value, self.range)

    def __str__(self) -> str:
        shown = "none" if self.default is None else str(self.default)
        return f"{self.name} ({self.symbol}): {self.meaning}; {self.unit}; default {shown}; source: {self.source}"


class Parameters(Mapping[str, Parameter]):
    """Every parameter of the models by name, in the order of the data file.

    ``parameters["detection"]`` holds the symbol, meaning, unit, range, default and source of one parameter,
    ``dict(parameters)`` all of them. An unknown name is an `InvalidGame` that offers the closest ones.

    Examples
    --------
    >>> import armsgame as ag
    >>> ag.treaty.parameters["detection"].default
    0.8
    >>> ag.treaty.parameters
    <... parameters: temptation, reward, punishment, sucker, ...>
    """

    __slots__ = ("_table",)

    def __init__(self) -> None:
        text = files("armsgame.treaty").joinpath("parameters.toml").read_text(encoding="utf-8")
        self._table: dict[str, Parameter] = {}
        for row in tomllib.loads(text)["parameter"]:
            own: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
            if own.get("role", "") not in ("", *_ROLES):
                invalid(f"role of {own['name']}", own["role"], f"one of {_ROLES}, or none")
            self._table[own["name"]] = Parameter(**own)

    def __getitem__(self, name: str) -> Parameter:
        if name not in self._table:
            raise InvalidGame(f"parameter {name!r} is unknown. {close_matches(name, self._table)}")
        return self._table[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def __contains__(self, name: object) -> bool:
        return name in self._table

    @overload
    def get(self, name: str, default: None = None, /) -> Parameter | None: ...

    @overload
    def get(self, name: str, default: _T, /) -> Parameter | _T: ...

    def get(self, name: str, default: object = None, /) -> object:
        """Return the parameter of a name, or `default` where it is unknown."""
        return self._table.get(name, default)

    def dictionary(self) -> dict[str, Parameter]:
        """Every parameter by name as a plain dictionary of one's own."""
        return dict(self._table)

    def named(self, *roles: str) -> tuple[str, ...]:
        """Names of the parameters with one of the roles, in order."""
        return tuple(name for name, entry in self._table.items() if entry.role in roles)

    def to_frame(self) -> pandas.DataFrame:
        """One row for each parameter."""
        columns = [f.name for f in fields(Parameter)]
        rows = [[getattr(entry, column) for column in columns] for entry in self._table.values()]
        frame: pandas.DataFrame = need_pandas().DataFrame(rows, columns=columns).set_index("name")
        return frame

    def to_markdown(self) -> str:
        """Table for a page of documentation."""
        lines = ["| name | symbol | meaning | unit | role | allowed | default | swept | source |", "|---" * 9 + "|"]
        for entry in self._table.values():
            cells = (
                f"`{entry.name}`",
                entry.symbol,
                entry.meaning,
                entry.unit,
                entry.role or "closed forms only",
                entry.range,
                "none" if entry.default is None else str(entry.default),
                "" if entry.sweep is None else f"{entry.sweep[0]:g} to {entry.sweep[1]:g}",
                entry.source,
            )
            lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
        return "\n".join(lines) + "\n"

    def __repr__(self) -> str:
        return f"<{len(self)} parameters: {', '.join(list(self)[:4])}, ...>"

    def _repr_html_(self) -> str:
        shown: str = self.to_frame().to_html()
        return shown


parameters = Parameters()
"""The parameter dictionary of the models."""
