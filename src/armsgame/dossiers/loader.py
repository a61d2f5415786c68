"""TOML <-> `Scenario`; every fault of a file is reported at once, with its path."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any, get_args, get_origin

from armsgame.dossiers.check import faults_of
from armsgame.dossiers.dates import When
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import ScenarioError, close_matches

__all__ = ["load_scenario", "read_scenario", "scenarios", "to_toml", "write_scenario"]

SCHEMA = 1


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
    if name not in scenarios():
        raise ScenarioError(f"scenario {name!r} is unknown. {close_matches(str(name), scenarios())}")
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
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ScenarioError(f"the dossier {os.fspath(path)!r} cannot be read: {fault}. Check the path.") from None
    return _parse(text, os.fspath(path))


def write_scenario(scenario: Scenario, path: str | os.PathLike[str]) -> None:
    """Write a dossier as TOML; `read_scenario` gives an equal one (comments are not kept).

    Raises
    ------
    ScenarioError
        A path that cannot be written.
    """
    try:
        Path(path).write_text(to_toml(scenario), encoding="utf-8")
    except OSError as fault:
        raise ScenarioError(f"{os.fspath(path)!r} cannot be written: {fault}. Choose another path.") from None


def to_toml(scenario: Scenario) -> str:
    """TOML text of a dossier."""
    import tomli_w

    data = _converter().unstructure(scenario)
    data["parameters"] = data.pop("quantities")
    return tomli_w.dumps(_without_none(data), multiline_strings=True)


def _parse(text: str, where: str) -> Scenario:
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ScenarioError(f"{where} is not valid TOML: {fault}. Mend that line.") from None
    if data.get("schema") != SCHEMA:
        raise ScenarioError(
            f"{where}: schema is {data.get('schema')!r}; allowed: {SCHEMA}. Write 'schema = {SCHEMA}' at the top."
        )
    from cattrs import ClassValidationError, transform_error

    faults: list[str] = []
    # the key of the file is the word of its readers; the attribute of that name gives plain values
    renamed = {("quantities" if k == "parameters" else k): v for k, v in data.items()}
    if "quantities" in data:
        renamed.pop("quantities")
        faults.append("$.quantities: unknown field. Did you mean 'parameters'?")
    try:
        scenario: Scenario = _converter().structure(renamed, Scenario)
    except ClassValidationError as fault:
        faults += [_worded(f) for f in transform_error(fault, path="$", format_exception=_reason)]
    else:
        faults += faults_of(scenario)
    if faults:
        raise ScenarioError(f"{where} has {len(faults)} fault{'s' * (len(faults) > 1)}:", faults)
    return scenario


def _worded(fault: str) -> str:
    reason, _, path = fault.rpartition(" @ ")
    return f"{path.replace('$.quantities', '$.parameters')}: {reason}"


def _reason(fault: BaseException, kind: type | None) -> str:
    from cattrs import ForbiddenExtraKeysError

    if isinstance(fault, ForbiddenExtraKeysError):
        names = ", ".join(repr(n) for n in sorted(fault.extra_fields))
        known = getattr(fault.cl, "__dataclass_fields__", {})
        return f"unknown field {names}. {close_matches(min(fault.extra_fields), known)}"
    if isinstance(fault, KeyError):
        return f"the required field {fault.args[0]!r} is missing"
    if isinstance(fault, (TypeError, AttributeError)):
        name = getattr(kind, "__name__", str(kind)) if kind is not None else "table"
        return f"not of the form that is needed ({name})"
    return str(fault)


def _converter() -> Any:
    from cattrs import Converter

    converter = Converter(forbid_extra_keys=True, detailed_validation=True)

    def number(value: Any, _: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
            raise ValueError(f"{value!r} is no finite number")
        return float(value)

    def whole(value: Any, _: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{value!r} is no whole number")  # noqa: TRY004 - reported with its path
        return value

    def text(value: Any, _: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(f"{value!r} is no text")  # noqa: TRY004 - reported with its path
        return value.strip("\n")

    def when(value: Any, _: Any) -> When:
        if not isinstance(value, str):
            reason = f'{value!r} is no text; write dates in quotes: "1987-12-08"'
            raise ValueError(reason)  # noqa: TRY004 - reported with its path
        return When(value)

    def quantity(value: Any, _: Any) -> float | dict[str, float]:
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


def _is_quantity(kind: Any) -> bool:
    return float in get_args(kind) and any(get_origin(a) is not None for a in get_args(kind))


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    return [_without_none(v) for v in value] if isinstance(value, (list, tuple)) else value
