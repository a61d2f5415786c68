"""Options that several commands read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import armsgame as ag
from armsgame.errors import ScenarioError, short

if TYPE_CHECKING:
    from armsgame.dossiers.dossier import Scenario

__all__ = ["read_changes", "read_scenario", "read_whole"]


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


def read_whole(option: str, text: str) -> int:
    """Read a whole number."""
    try:
        return int(text)
    except ValueError:
        raise ScenarioError(f"{option} is {short(text)}; allowed: a whole number.") from None
