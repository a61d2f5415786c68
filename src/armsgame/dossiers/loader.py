"""TOML <-> `Scenario`; every fault of a file is reported at once, with its path."""

from __future__ import annotations

import os
import re
import tomllib
import warnings
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache, reduce
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

from armsgame._checks import is_number, is_whole
from armsgame._files import write_text
from armsgame.dossiers.check import faults_of
from armsgame.dossiers.dates import When
from armsgame.dossiers.dossier import Scenario
from armsgame.dossiers.fault_lines import line_of
from armsgame.dossiers.moved import moved
from armsgame.dossiers.moves import near_misses
from armsgame.errors import ScenarioError, check_known, close_matches, short

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = [
    "check_text",
    "load_scenario",
    "read_scenario",
    "scenarios",
    "template",
    "text_of",
    "to_toml",
    "write_scenario",
]

SCHEMA = 2
_LARGEST = 1 << 24
_DATE = "date"
_ORDERED = ("ends", "in_force", "ended", "expires", "earliest_exit", "until", "value", "between", "sets")
# what is missing gets a text that also reads as a date
_STAND_INS: dict[str, str | float] = {
    "is missing": "1900-01-01",
    _DATE: "1900-01-01",
    "finite number": 0.5,
    "whole number": 1,
    "is no text": "",
}


def scenarios() -> tuple[str, ...]:
    """Names of the dossiers that ship with the library.

    Examples
    --------
    >>> "inf" in scenarios()
    True
    """
    found = files("armsgame.dossiers").joinpath("data").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in found if f.name.endswith(".toml")))


def load_scenario(name: str) -> Scenario:
    """Load a dossier that ships with the library.

    Parameters
    ----------
    name : str
        One of `scenarios`.

    Raises
    ------
    ScenarioError
        An unknown name, with the close matches.
    """
    if isinstance(name, str) and name.endswith(".toml"):
        raise ScenarioError(
            f"{name!r} is a file, and load_scenario takes the name of a dossier: read_scenario({name!r})."
        )
    check_known("scenario {} is unknown", scenarios(), name, error=ScenarioError)
    text = files("armsgame.dossiers").joinpath("data", f"{name}.toml").read_text(encoding="utf-8")
    return _parse(text, f"{name}.toml")


def read_scenario(path: str | os.PathLike[str]) -> Scenario:
    """Read a dossier of your own.

    Parameters
    ----------
    path : path of a TOML file
        Laid out as the dossiers of the library are: see the how-to page.

    Raises
    ------
    ScenarioError
        A file that cannot be read, no TOML, or a dossier with faults: all of them, each with its
        path (``$.events[3].date``).

    Warns
    -----
    UserWarning
        A move of an event that is not read and looks like one that is.
    """
    scenario = _parse(text_of(path), os.fspath(path))
    if near := near_misses(scenario):
        warnings.warn(f"{os.fspath(path)}: " + "\n  ".join(near), stacklevel=3)
    return scenario


def text_of(path: str | os.PathLike[str]) -> str:
    """Text of a dossier's file, without the mark of byte order that some editors put first.

    Raises
    ------
    ScenarioError
        A file that cannot be read, is not UTF-8, or has more than 16 MiB.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise ScenarioError(f"path is {short(path)}; allowed: the path of a TOML file.")
    try:
        with Path(path).open("rb") as file:
            data = file.read(_LARGEST + 1)
        text = data.decode("utf-8-sig")
    except (OSError, ValueError, TypeError) as fault:
        raise ScenarioError(f"the dossier {os.fspath(path)!r} cannot be read: {fault}. Check the path.") from None
    if len(data) > _LARGEST:
        raise ScenarioError(
            f"the dossier {os.fspath(path)!r} has more than {_LARGEST:,} bytes; allowed: at most that many."
        )
    return text


def template(name: str) -> str:
    """Text of a commented dossier to start from; it is valid as it stands.

    Parameters
    ----------
    name : str
        Letters, digits, ``-`` and ``_``; becomes the id.

    Raises
    ------
    ScenarioError
        Another name.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ScenarioError(f"name is {name!r}; allowed: letters, digits, '-' and '_'. Choose another name.")
    text = files("armsgame.dossiers").joinpath("template.toml").read_text(encoding="utf-8")
    return text.replace("@NAME@", name)


def write_scenario(scenario: Scenario, path: str | os.PathLike[str]) -> None:
    """Write a dossier as TOML; `read_scenario` gives an equal one (comments are not kept).

    Raises
    ------
    ScenarioError
        A path that cannot be written.
    """
    try:
        write_text(path, to_toml(scenario))
    except OSError as fault:
        raise ScenarioError(f"{os.fspath(path)!r} cannot be written: {fault}. Choose another path.") from None


def to_toml(scenario: Scenario) -> str:
    """TOML text of a dossier."""
    import tomli_w

    data = _converter().unstructure(scenario)
    data["parameters"] = data.pop("quantities")
    return tomli_w.dumps(_without_none(data), multiline_strings=True)


def check_text(text: str, where: str) -> tuple[Scenario | None, list[str]]:
    """Read a dossier's text: the scenario if it has no fault, and every fault as ``path: what is wrong``.

    Raises
    ------
    ScenarioError
        A text that is not TOML.
    """
    try:
        data: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ScenarioError(f"{where} is not valid TOML: {fault}. Mend that line.") from None
    except RecursionError:
        raise ScenarioError(f"{where} nests arrays or tables too deeply; a dossier has five levels.") from None
    except ValueError as fault:
        raise ScenarioError(f"{where} has a number that cannot be read: {fault}. Write it shorter.") from None
    version = data.get("schema")
    told: list[str] = []
    if version != SCHEMA:
        older = " Schema 1 had one date an event: see the how-to page on own dossiers." if version == 1 else ""
        told = [f"$.schema: {version!r}; allowed: {SCHEMA}. Write 'schema = {SCHEMA}' at the top.{older}"]
        if version is not None:
            # another layout: what else differs from this one is no fault
            return None, told
        data["schema"] = SCHEMA
    data, faults = moved(data)
    faults = told + faults
    # the key of the file is the word of its readers; the attribute of that name gives plain values
    renamed: dict[str, object] = {("quantities" if k == "parameters" else k): v for k, v in data.items()}
    if "quantities" in data:
        renamed.pop("quantities")
        faults.append("$.quantities: unknown field. Did you mean 'parameters'?")
    scenario, shape = _structure(renamed)
    faults += shape
    if scenario is not None:
        faults += faults_of(scenario)
    elif (patched := _patched(renamed, shape)) is not None:
        # one look tells everything: what refers to what is checked beside the faults of shape
        faults += [f for f in faults_of(patched) if not any(_overlap(f, own) for own in shape)]
    else:
        faults.append("$: names that refer to each other are checked once the faults above are mended")
    return (scenario if not faults else None), faults


def _parse(text: str, where: str) -> Scenario:
    scenario, faults = check_text(text, where)
    if scenario is None:
        lines = [line_of(text, one.partition(": ")[0]) for one in faults]
        shown = [f"{one} (line {n})" if n else one for one, n in zip(faults, lines, strict=True)]
        raise ScenarioError(f"{where} has {len(faults)} fault{'s' * (len(faults) > 1)}:", shown)
    return scenario


def _structure(data: Mapping[str, object]) -> tuple[Scenario | None, list[str]]:
    from cattrs import ClassValidationError, transform_error

    try:
        return _converter().structure(data, Scenario), []
    except ClassValidationError as fault:
        return None, [_worded(f) for f in transform_error(fault, path="$", format_exception=_reason)]


def _patched(data: Mapping[str, object], faults: Sequence[str]) -> Scenario | None:
    """Return the dossier with stand-ins for what has a wrong form, to check the rest; None where that fails.

    It is never given to the reader.
    """
    copy: Any = deepcopy(dict(data))
    for fault in faults:
        path, _, reason = fault.partition(": ")
        steps = _steps(path.replace("$.parameters", "$.quantities"))
        try:
            if reason.startswith("unknown field"):
                place = reduce(_inside, steps, copy)
                for name in re.findall(r"'([^']*)'", reason.partition(".")[0]):
                    del place[name]
                continue
            place = reduce(_inside, steps[:-1], copy)
            place[steps[-1]] = next(v for words, v in _STAND_INS.items() if words in reason)
        except (LookupError, TypeError, StopIteration):
            return None
    return _structure(copy)[0]


def _inside(table: Any, step: str | int) -> Any:
    return table[step]


def _steps(path: str) -> list[str | int]:
    return [int(i) if i else name for name, i in re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", path)]


def _overlap(fault: str, other: str) -> bool:
    """Whether the first fault may come from the stand-in for the second alone."""
    mine, theirs = (_steps(f.partition(": ")[0]) for f in (fault, other))
    if "unknown field" in other:
        return False
    return mine[: len(theirs)] == theirs or (mine[:-1] == theirs[:-1] and mine[-1] in _ORDERED)


def _worded(fault: str) -> str:
    reason, _, path = fault.rpartition(" @ ")
    return f"{path.replace('$.quantities', '$.parameters')}: {reason}"


def _reason(fault: BaseException, kind: type | None) -> str:
    from cattrs import ForbiddenExtraKeysError

    if isinstance(fault, ForbiddenExtraKeysError):
        names = ", ".join(repr(n) for n in sorted(fault.extra_fields))
        known = getattr(fault.cl, "__dataclass_fields__", {})
        shown = ["parameters" if n == "quantities" else n for n in known]
        return f"unknown field {names}. {close_matches(min(fault.extra_fields), shown)}"
    if isinstance(fault, KeyError):
        name = "parameters" if fault.args[0] == "quantities" else fault.args[0]
        return f"the required field {name!r} is missing"
    if isinstance(fault, (TypeError, AttributeError)):
        name = getattr(kind, "__name__", str(kind)) if kind is not None else "table"
        return f"not of the form that is needed ({name})"
    return str(fault)


@cache
def _converter() -> Converter:
    from cattrs import Converter

    converter = Converter(forbid_extra_keys=True, detailed_validation=True)

    def number(value: Any, _: object) -> float:
        if not is_number(value):
            raise ValueError(f"{value!r} is no finite number")
        return float(value)

    def whole(value: Any, _: object) -> int:
        if not is_whole(value):
            raise ValueError(f"{value!r} is no whole number")
        return int(value)

    def text(value: object, _: object) -> str:
        if not isinstance(value, str):
            raise ValueError(f"{value!r} is no text")  # noqa: TRY004 - reported with its path
        return value.strip("\n")

    def when(value: object, _: object) -> When:
        if not isinstance(value, str):
            reason = f'{value!r} is no text; write a {_DATE} in quotes: "1987-12-08"'
            raise ValueError(reason)  # noqa: TRY004 - reported with its path
        try:
            return When(value)
        except ValueError as fault:
            raise ValueError(f"{fault}; allowed: a {_DATE} that exists, as known") from None

    def quantity(value: object, _: object) -> float | dict[str, float]:
        if isinstance(value, Mapping):
            return {text(p, str): number(v, float) for p, v in value.items()}
        return number(value, float)

    converter.register_structure_hook(float, number)
    converter.register_structure_hook(int, whole)
    converter.register_structure_hook(str, text)
    converter.register_structure_hook(When, when)
    converter.register_structure_hook_func(_is_quantity, quantity)
    converter.register_unstructure_hook(When, str)
    return converter


def _is_quantity(kind: object) -> bool:
    return float in get_args(kind) and any(get_origin(a) is not None for a in get_args(kind))


def _without_none(value: object) -> Any:
    if isinstance(value, Mapping):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    return [_without_none(v) for v in value] if isinstance(value, (list, tuple)) else value
