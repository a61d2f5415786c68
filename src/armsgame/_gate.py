"""The gate of public functions: an argument that its type hint rules out is told by the house error.

Before a call, arguments whose hints name numbers, text or truth values alone are held against them: "1" is no number,
and neither is 1j. The verb itself is asked first, as it knows its ranges, with a moment for its checks and no time for
its work; where it would take the value, the gate refuses. Where a call ends in an error of Python's or NumPy's, all
arguments are held against their hints, and the first that does not fit is named. A wrong number of arguments, or a
wrong name, is told with the right ones. Where all fit, the error is a fault of the library and passes as it is.

A verb that can take long has a keyword ``budget_seconds``. It takes effect here, for all loops under the call.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from functools import cache, wraps
from itertools import islice
from math import isinf
from os import PathLike
from sys import modules
from types import FunctionType, GenericAlias, ModuleType, UnionType
from typing import Any, TypeVar

import numpy as np

from armsgame._checks import is_number, is_whole, plain, reals
from armsgame._deadline import deadline
from armsgame.errors import ArmsgameError, InvalidGame, NotSolved, WrongConcept, close_matches, short

__all__ = ["gate_room", "gated"]

_Function = TypeVar("_Function", bound=Callable[..., object])
_Judge = Callable[[object], bool]
_RAW = (TypeError, ValueError, ArithmeticError, AttributeError, LookupError, RecursionError)
_NUMPY = 1 << 63
_QUICK: Mapping[str, tuple[type, ...]] = {
    "int": (int,), "bool": (bool,), "str": (str,), "None": (type(None),),
    "ArrayLike": (int, float),
}  # fmt: skip
_ANYTHING = ast.Name("object")
_CLOSED = {"float", "Real", "int", "bool", "str", "ArrayLike", "Sequence", "tuple"}
_ITEMS = 1000
# seconds that a verb has for its own checks where the gate refuses an argument
_MOMENT = 0.05
_WORDS = {
    "float": "a finite number", "Real": "a finite number", "int": "a whole number", "str": "text",
    "bool": "True or False",
    "ArrayLike": "an array of real numbers", "Any": "anything", "object": "anything", "PathLike": "a path",
    "Callable": "a function", "Axes": "matplotlib Axes",
}  # fmt: skip


def gated(function: _Function, finish: Callable[[Any], None] | None = None) -> _Function:
    """Return a function behind the gate; it takes the place of the function in its module, so that it pickles.

    `finish` is called with its answer.
    """
    if not isinstance(function, FunctionType) or hasattr(function, "gated"):
        return function

    placed: list[_Judge] = []
    named: dict[str, _Judge] = {}

    @wraps(function)
    def passed(*given: object, **options: object) -> object:
        if not named:
            _read(function, placed, named)
        fit = all([fits(v) for fits, v in zip(placed, given)]) and all(  # noqa: B905
            [named.get(n, _anything)(v) for n, v in options.items()]
        )
        unfit = None if fit else _unfit(function, given, options, None)
        try:
            with _time(options.get("budget_seconds") if "budget_seconds" in named else None, unfit):
                answer = function(*given, **options)
        except ArmsgameError as fault:
            if unfit is not None and isinstance(fault, NotSolved):
                raise unfit from fault
            raise
        except _RAW as fault:
            _refuse_call(function, given, options)
            if (unfit := _unfit(function, given, options, fault)) is not None:
                raise unfit from fault
            if isinstance(fault, (TypeError, ValueError)) and _own(fault):
                _blame_callable(function, given, options, fault)
            if isinstance(fault, ValueError) and "broadcast" in str(fault):
                shapes = {n: np.shape(v) for n, v in _bound(function, given, options).items() if np.ndim(v)}
                told = f"arrays given to {function.__name__} have shapes {shapes}; allowed: shapes that broadcast."
                raise InvalidGame(told) from fault
            if isinstance(fault, RecursionError):
                told = f"{function.__name__} was given what nests too deeply or is too long; allowed: smaller sizes."
                raise InvalidGame(told) from fault
            raise
        except MemoryError as fault:
            told = f"{function.__name__} needs more memory than there is ({fault}); allowed: smaller sizes."
            raise InvalidGame(told) from fault
        if unfit is not None:
            raise unfit
        if finish is not None:
            finish(answer)
        return answer

    passed.gated = True  # type: ignore[attr-defined]
    home = modules[function.__module__]
    if getattr(home, function.__name__, None) is function:
        setattr(home, function.__name__, passed)
    return passed  # type: ignore[return-value]


def gate_room(room: ModuleType) -> ModuleType:
    """Put the functions that a module lists behind the gate."""
    for name in getattr(room, "__all__", ()):
        if name in vars(room):
            setattr(room, name, gated(vars(room)[name]))
    return room


def _read(function: Callable[..., object], placed: list[_Judge], named: dict[str, _Judge]) -> None:
    """Fill in the judges of arguments by place and by name; all fits where a hint names more than plain values."""
    by_place: list[_Judge] = []
    by_name: dict[str, _Judge] = {"": _anything}
    for p in inspect.signature(function).parameters.values():
        hint = _hint(function, str(p.annotation))
        names = {node.id for node in ast.walk(hint) if isinstance(node, ast.Name)}
        plain_values = names <= _CLOSED and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        judge = _judge(hint) if plain_values else _anything
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD):
            by_place.append(judge)
        by_name[p.name] = judge
    # at once, as other threads may read them
    placed[:] = by_place
    named.update(by_name)


def _anything(_: object) -> bool:
    return True


@cache
def _judged(text: str) -> tuple[frozenset[type], bool]:
    """Types whose values all fit a hint, and whether numbers do."""
    parts = {part.strip() for part in text.split("|")}
    quick = {kind for name, kinds in _QUICK.items() if name in parts for kind in kinds}
    return frozenset(quick), bool(parts & {"float", "Real"})


def _judge(hint: ast.expr) -> _Judge:
    """Return `_fits` of a hint that decides about usual values by their type alone."""
    quick, numbers = _judged(ast.unparse(hint))

    def fits(value: Any) -> bool:
        kind = type(value)
        if kind in quick or (numbers and kind is float and value == value):
            return True
        return (numbers and kind is int and -_NUMPY < value < _NUMPY) or _fits(hint, value)

    return fits


def _bound(function: Callable[..., object], given: tuple[object, ...], options: Mapping[str, object]) -> dict[str, Any]:
    return {
        n: v for n, v in inspect.signature(function).bind(*given, **options).arguments.items() if _is("ArrayLike", v)
    }


def _time(budget: object, unfit: InvalidGame | None) -> AbstractContextManager[None]:
    """Time of a call: its budget; where an argument will be refused, what the verb's own checks take, and no more."""
    if unfit is not None:
        return deadline(_MOMENT)
    return nullcontext() if budget is None else deadline(budget)


def _refuse_call(function: Callable[..., object], given: tuple[object, ...], options: Mapping[str, object]) -> None:
    """Raise `WrongConcept` for a wrong number of arguments, or a wrong name, with the names that there are."""
    signature = inspect.signature(function)
    try:
        signature.bind(*given, **options)
    except TypeError as fault:
        names, spelled, star = list(signature.parameters), [], False
        for p in signature.parameters.values():
            if p.kind is p.KEYWORD_ONLY and not star:
                star = True
                spelled.append("*")
            spelled.append(p.name if p.default is p.empty else f"{p.name}=..")
        wrong = next((name for name in options if name not in names), None)
        near = "" if wrong is None else f" {close_matches(wrong, names)}"
        called = f"{function.__name__}({', '.join(spelled)})"
        raise WrongConcept(f"{function.__name__}: {fault}; allowed: {called}.{near}") from fault


def _unfit(
    function: Callable[..., object], given: tuple[object, ...], options: Mapping[str, object], fault: Exception | None
) -> InvalidGame | None:
    """Return the error that tells the first argument that its hint rules out."""
    signature = inspect.signature(function)
    try:
        bound = signature.bind(*given, **options)
    except TypeError:
        # a wrong number of arguments, or a wrong name
        return None
    for name, value in bound.arguments.items():
        p = signature.parameters[name]
        items: list[tuple[str, object]] = [(name, value)]
        if p.kind is p.VAR_POSITIONAL:
            items = [(f"{name}[{k}]", v) for k, v in enumerate(value)]
        elif p.kind is p.VAR_KEYWORD:
            items = list(value.items())
        hint = _hint(function, str(p.annotation))
        for field, item in items:
            large = fault is not None and is_whole(item) and abs(int(plain(item))) >= _NUMPY
            if item is not p.default and (large or not _fits(hint, item)):
                return InvalidGame(f"{field} is {short(item)}; allowed: {_words(hint)}.")
    return None


def _own(fault: BaseException) -> bool:
    """Whether an error was raised in the library itself, or where it called what is compiled."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__", "")).startswith("armsgame.")


def _blame_callable(
    function: Callable[..., object], given: tuple[object, ...], options: Mapping[str, object], fault: Exception
) -> None:
    """Raise `InvalidGame` for an argument that stands where a callable may, and cannot be called as one."""
    signature = inspect.signature(function)
    for name, value in signature.bind(*given, **options).arguments.items():
        hint = _hint(function, str(signature.parameters[name].annotation))
        # a function may be right where the library itself is at fault, a class that takes nothing like it is not
        if not callable(value) or (isinstance(fault, ValueError) and not isinstance(value, type)):
            continue
        if any(_name(node) == "Callable" for node in ast.walk(hint) if isinstance(node, ast.expr)):
            raise InvalidGame(
                f"{name} is {short(value)}; allowed: a function that can be called as help({function.__name__}) says "
                f"({fault})."
            ) from fault


@cache
def _hint(function: Callable[..., object], annotation: str) -> ast.expr:
    """Read a hint; an alias of the function's module is what it stands for."""

    class Spelled(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            alias = getattr(function, "__globals__", {}).get(node.id)
            return _parsed(str(alias)) if isinstance(alias, (UnionType, GenericAlias)) else node

    found: ast.expr = Spelled().visit(deepcopy(_parsed(annotation)))
    return found


@cache
def _parsed(hint: str) -> ast.expr:
    try:
        return ast.parse(hint.strip("'\""), mode="eval").body
    except SyntaxError:
        return _ANYTHING


def _name(hint: ast.expr) -> str:
    return hint.attr if isinstance(hint, ast.Attribute) else hint.id if isinstance(hint, ast.Name) else ""


def _fits(hint: ast.expr, value: object) -> bool:
    """Whether a value is what a hint says; what a hint leaves open fits."""
    if hint is _ANYTHING:
        return True
    if isinstance(hint, ast.BinOp):
        return _fits(hint.left, value) or _fits(hint.right, value)
    if isinstance(hint, ast.Constant):
        return value is None if hint.value is None else _fits(_parsed(str(hint.value)), value)
    if isinstance(hint, ast.Subscript):
        return _holds(_name(hint.value), hint.slice, value)
    return _is(_name(hint), value)


def _is(name: str, value: object) -> bool:
    if name in ("float", "Real"):
        return is_number(value) or (isinstance(one := plain(value), float) and isinf(one))
    if name == "int":
        return is_whole(value)
    if name == "bool":
        return isinstance(plain(value), bool)
    if name in ("ArrayLike", "FloatArray", "Number"):
        if type(value) in (float, int) or (isinstance(value, np.ndarray) and value.dtype.kind in "biuf"):
            return not np.ma.is_masked(value)
        try:
            reals("", value)
        except InvalidGame:
            return False
        return True
    if name in ("PathLike", "Path"):
        return isinstance(value, (str, PathLike)) if name == "Path" else isinstance(value, PathLike)
    if name == "Callable":
        return callable(value)
    if name in ("Any", "object", ""):
        return True
    if name == "RNGLike":
        return (
            value is None
            or is_whole(value)
            or isinstance(value, (np.random.SeedSequence, np.random.Generator, np.random.BitGenerator, Mapping))
        )
    if name in {kind.__name__ for kind in type(value).__mro__}:
        return True
    # an alias or a protocol may stand for what nobody can tell here, but not for Python's own values
    return type(value).__module__.partition(".")[0] not in ("builtins", "numpy", "fractions")


def _holds(name: str, inner: ast.expr, value: object) -> bool:
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if name == "Literal":
        return any(isinstance(p, ast.Constant) and type(value) is type(p.value) and value == p.value for p in parts)
    if name in ("Mapping", "dict"):
        return isinstance(value, Mapping) and all(
            _fits(parts[0], k) and _fits(parts[-1], v) for k, v in islice(value.items(), _ITEMS)
        )
    if name not in ("Sequence", "Iterable", "Iterator", "Collection", "list", "tuple", "set", "frozenset"):
        return _is(name, value)
    loose = (str, bytes, Mapping, *(() if name in ("Iterable", "Collection") else (Set,)))
    # text in NumPy's spelling is text; imaginary parts and dates are no numbers
    kinds = "biufOU" if _name(parts[0]) in ("str", "object", "Any", "Hashable") else "biufO"
    odd = isinstance(value, np.ndarray) and name == "Sequence" and value.dtype.kind not in kinds
    if odd or isinstance(value, (*loose, type)) or not isinstance(value, Iterable) or np.ma.is_masked(value):
        return False
    if not hasattr(value, "__len__"):
        return True
    try:
        items = list(islice(value, _ITEMS))
    except TypeError:
        # an array without axes
        return False
    pair = name == "tuple" and len(parts) > 1 and not (isinstance(parts[1], ast.Constant) and parts[1].value is ...)
    if pair:
        return len(items) == len(parts) and all(map(_fits, parts, items))
    return all(_fits(parts[0], item) for item in items)


def _words(hint: ast.expr) -> str:
    if isinstance(hint, ast.BinOp):
        return f"{_words(hint.left)} or {_words(hint.right)}"
    if isinstance(hint, ast.Subscript):
        parts = hint.slice.elts if isinstance(hint.slice, ast.Tuple) else [hint.slice]
        name = _name(hint.value)
        if name == "ndarray":
            return "an array"
        if name == "Mapping":
            return f"a mapping from {_words(parts[0])} to {_words(parts[-1])}"
        if name in ("Sequence", "Iterable", "list"):
            return f"a sequence of items, each {_words(parts[0])}"
        return _WORDS.get(name, ast.unparse(hint))
    return _WORDS.get(_name(hint), ast.unparse(hint))
