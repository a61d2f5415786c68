"""Options that several commands read."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import armsgame as ag
from armsgame.errors import ArmsgameError, ScenarioError, short

if TYPE_CHECKING:
    from armsgame.dossiers.dossier import Scenario

__all__ = [
    "above_zero",
    "add_changes",
    "add_scenario",
    "read_changes",
    "read_named",
    "read_number",
    "read_scenario",
    "writable",
]

_Value = TypeVar("_Value")


def add_scenario(parser: argparse.ArgumentParser) -> None:
    """Let a command take a scenario."""
    parser.add_argument("scenario", help="a name that 'armsgame scenarios' lists, or the path of a TOML dossier")


def add_changes(parser: argparse.ArgumentParser) -> None:
    """Let a command change parameters of its scenario."""
    told = "change a parameter, such as detection=0.7 or outside_option.US=1.2; may be repeated"
    parser.add_argument("--set", dest="changes", action="append", default=[], metavar="NAME=VALUE", help=told)


def read_scenario(name: str) -> Scenario:
    """Return a scenario that ships with the library, or the TOML dossier of a path."""
    return (ag.read_scenario if name.endswith(".toml") else ag.load_scenario)(name)


def read_changes(given: Sequence[str]) -> dict[str, float | dict[str, float]]:
    """Read NAME=VALUE and NAME.PARTY=VALUE; every fault is told at once."""
    changes: dict[str, float | dict[str, float]] = {}
    faults = []
    for entry in given:
        name, equals, text = entry.partition("=")
        name, dot, party = name.strip().partition(".")
        try:
            value: float = int(text) if text.strip().lstrip("+-").isdigit() else float(text)
        except ValueError:
            equals = ""
        if not (equals and name and (party or not dot)):
            faults.append(f"--set {entry!r}; allowed: NAME=NUMBER or NAME.PARTY=NUMBER")
        elif party:
            before = changes.get(name)
            changes[name] = {**(before if isinstance(before, dict) else {}), party: value}
        else:
            changes[name] = value
    if faults:
        raise ScenarioError("these settings cannot be read:", faults)
    return changes


def read_named(
    option: str, given: Sequence[str], read: Callable[[str], _Value], allowed: str, what: str
) -> dict[str, _Value]:
    """Read entries NAME=TEXT, each name once; every fault is told at once."""
    found: dict[str, _Value] = {}
    faults = []
    for entry in given:
        name, equals, text = (part.strip() for part in entry.partition("="))
        try:
            value = read(text)
        except ValueError:
            equals = ""
        if not (equals and name):
            faults.append(f"{option} {entry!r}; allowed: {allowed}")
        elif name in found:
            faults.append(f"{option} {entry!r}; {name} is given twice")
        else:
            found[name] = value
    if faults:
        raise ScenarioError(f"these {what} cannot be read:", faults)
    return found


def read_number(option: str, text: str, read: Callable[[str], _Value], allowed: str) -> _Value:
    """Read a number as `read` does, which raises ValueError where it cannot."""
    try:
        return read(text)
    except ValueError:
        raise ScenarioError(f"{option} is {short(text)}; allowed: {allowed}.") from None


def above_zero(text: str) -> float:
    """Read a finite number above 0."""
    value = float(text)
    if not 0 < value < inf:
        raise ValueError(text)
    return value


def writable(folder: Path) -> Path:
    """Return the folder if it exists or can be made, else raise before any work is done."""
    nearest = folder.absolute()
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise ArmsgameError(
            f"out is {str(folder)!r}, but {str(nearest)!r} is not a folder that can be written to; allowed: a writable "
            "folder. Choose another one with --out."
        )
    return folder
