"""A room with lazy names: types, completion and its own docstring tell the same names."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

import armsgame as ag

ROOMS = ("negotiation", "treaty")
SOURCE = Path(ag.__file__).parent


def declared(room: str) -> dict[str, object]:
    """Objects that the stub of a room declares, by name."""
    found: dict[str, object] = {}
    for node in ast.parse((SOURCE / room / "__init__.pyi").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            home = ".".join(filter(None, ("armsgame", room, node.module)))
            for alias in node.names:
                owner = import_module(home)
                own = getattr(owner, alias.name, None) or import_module(f"{home}.{alias.name}")
                assert alias.asname is not None, "only 'name as name' is a re-export for a type checker"
                found[alias.asname] = own
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_the_stub_declares_what_the_room_gives(room: str) -> None:
    package = getattr(ag, room)
    found = declared(room)
    assert sorted(found) == sorted(package.__all__) == dir(package)
    assert [name for name, own in found.items() if getattr(package, name) is not own] == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_docstring_is_an_index(room: str) -> None:
    package = getattr(ag, room)
    assert [name for name in package.__all__ if f"`{name}`" not in package.__doc__] == []


@pytest.mark.parametrize("room", ROOMS)
def test_an_unknown_name_is_an_attribute_error(room: str) -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        getattr(ag, room).no_such_name  # noqa: B018
