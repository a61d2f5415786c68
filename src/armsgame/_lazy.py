"""Names of a package attached on first use, as its stub declares them: the stub is the only list."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from pathlib import Path
from sys import modules
from typing import Any

from armsgame._gate import gate_room, gated
from armsgame._registry import room

__all__ = ["attach"]

_ROOT = Path(__file__).parent


def attach(
    package: str, finish: Callable[[Any], None] | None = None
) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """Return ``__getattr__``, ``__dir__`` and ``__all__`` of a package whose ``__init__.pyi`` says where names live.

    `finish` is called with what each function of the package answers.
    """
    homes = _declared(package)

    def get(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}{_hint(package, name, homes)}")
        home, attribute = homes[name]
        value = gated(getattr(room(home), attribute), finish) if attribute else gate_room(room(home))
        setattr(modules[package], name, value)
        return value

    listed = list(homes)
    return get, lambda: sorted(listed), listed


@cache
def _declared(package: str) -> dict[str, tuple[str, str]]:
    """Map each name that a stub exports to its module and its name there ("" for a module itself)."""
    folder = _ROOT.joinpath(*package.split(".")[1:])
    found: dict[str, tuple[str, str]] = {}
    for node in ast.parse((folder / "__init__.pyi").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            base = package.split(".")
            base = base[: len(base) - node.level + 1] if node.level else []
            home = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                inside = _ROOT.joinpath(*home.split(".")[1:])
                module = (inside / alias.name).is_dir() or (inside / f"{alias.name}.py").exists()
                name = alias.asname or alias.name
                found[name] = (f"{home}.{alias.name}", "") if module else (home, alias.name)
    return found


def _hint(package: str, name: str, homes: dict[str, tuple[str, str]]) -> str:
    """Say where else a name lives, or which one is close."""
    rooms = ["armsgame", *(f"armsgame.{path.parent.name}" for path in sorted(_ROOT.glob("*/__init__.pyi")))]
    there = [f"{room}.{name}" for room in rooms if room != package and name in _declared(room)]
    if there:
        return f"; it is {' or '.join(there)}"
    from armsgame.errors import close_matches

    return f". {close_matches(name, homes)}" if not name.startswith("_") else ""
