"""``import armsgame`` is light, and its table of public names is true."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import armsgame as ag

HEAVY = ("cattrs", "matplotlib", "nashpy", "numba", "pandas", "scipy", "xarray")
# modules that are themselves public: they hold the functions of one mechanism
PUBLIC_MODULES = (
    "armsrace",
    "cascade",
    "compliance",
    "conflict_graph",
    "crises",
    "inspection",
    "linkage",
    "parameters",
    "parts",
    "reputation",
    "spatial",
    "third_party",
    "timeliness",
    "ultimatum",
    "verification",
    "withdrawal",
)
STUB = Path(__file__).resolve().parents[2] / "src" / "armsgame" / "__init__.pyi"


def _loaded_after(statement: str) -> set[str]:
    code = f"import json, sys\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("statement", ["import armsgame", "import armsgame; dir(armsgame)"], ids=["import", "dir"])
def test_import_loads_no_heavy_package(statement: str) -> None:
    assert sorted(_loaded_after(statement) & set(HEAVY)) == []


@pytest.mark.parametrize("name", ag.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(ag, name) is not None
    assert name in dir(ag)


def test_public_names_are_listed_once() -> None:
    assert len(ag.__all__) == len(set(ag.__all__))


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        ag.no_such_name  # noqa: B018


def test_stub_declares_exactly_the_public_names() -> None:
    declared: list[str] = []
    for node in ast.parse(STUB.read_text(encoding="utf-8")).body:
        match node:
            case ast.ImportFrom(names=names):
                # "name as name" is what marks a re-export for a type checker
                assert all(alias.asname == alias.name for alias in names)
                declared += [alias.name for alias in names]
            case ast.AnnAssign(target=ast.Name(id=name)):
                declared.append(name)
    assert sorted(declared) == sorted({*ag.__all__, "__all__"})


@pytest.mark.parametrize("room", ["", "negotiation", "plot", "treaty"])
def test_no_public_function_shares_its_name_with_a_module(room: str) -> None:
    # importing such a module would replace the function on its package
    folder = STUB.parent / room
    modules = {path.stem for path in folder.iterdir()} - {"__init__", "py"}
    package = getattr(ag, room) if room else ag
    public = set(package.__all__)
    assert modules & public <= {"catalogue", "errors", "negotiation", "plot", "treaty", *PUBLIC_MODULES}
