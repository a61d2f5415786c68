"""The shape of the code: imports go down, modules stay short."""

from __future__ import annotations

import ast
import io
import os
import re
import shutil
import subprocess
import sys
import tokenize
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "armsgame"
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST = 500
# one program for a reader without the library: comments, docstrings and blank lines are free
ALONE = {"proofs/check.py": LONGEST}


def test_imports_keep_to_the_floors() -> None:
    beside_python = str(Path(sys.executable).parent)
    command = shutil.which("lint-imports", path=os.pathsep.join([beside_python, os.environ.get("PATH", "")]))
    assert command is not None, "import-linter belongs to the test extra"
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES, ids=[m.relative_to(SOURCE).as_posix() for m in MODULES])
def test_module_is_short_enough_to_read(module: Path) -> None:
    name, text = module.relative_to(SOURCE).as_posix(), module.read_text(encoding="utf-8")
    if name in ALONE:
        assert _code_lines(text) <= ALONE[name]
    else:
        assert len(text.splitlines()) <= LONGEST


def _code_lines(text: str) -> int:
    """Lines with a token that is neither comment nor docstring."""
    free = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    kept: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in free:
            kept |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            words = node.body[0]
            kept -= set(range(words.lineno, (words.end_lineno or words.lineno) + 1))
    return len(kept)


@pytest.mark.parametrize("module", MODULES, ids=[m.relative_to(SOURCE).as_posix() for m in MODULES])
def test_only_the_registry_loads_modules_by_name(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert not re.findall(r"\b(?:import_module|__import__)\b", text) or module.name == "_registry.py"


def test_solvers_take_only_what_checkers_publish() -> None:
    taken = [
        (entry.module, alias.name)
        for module in (SOURCE / "solve").rglob("*.py")
        for entry in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(entry, ast.ImportFrom) and (entry.module or "").startswith("armsgame.checkers")
        for alias in entry.names
    ]
    assert taken
    assert [(home, name) for home, name in taken if name not in import_module(home).__all__] == []


def test_every_room_is_a_package() -> None:
    rooms = {module.parent for module in MODULES}
    assert sorted(str(room) for room in rooms if not (room / "__init__.py").exists()) == []


# shelves of like items, one file each
SHELVES = {"_kernels", "catalogue/models"}
MOST = 15


def test_rooms_are_small_enough_to_survey() -> None:
    rooms: dict[str, int] = {}
    for module in MODULES:
        if module.name != "__init__.py":
            room = module.parent.relative_to(SOURCE).as_posix()
            rooms[room] = rooms.get(room, 0) + 1
    assert {room: n for room, n in rooms.items() if n > MOST and room not in SHELVES} == {}


def test_tests_mirror_the_rooms() -> None:
    rooms = {module.parent.relative_to(SOURCE).as_posix() for module in MODULES}
    beside = {"api", "negative", "packaging", "peers", "properties", "published", "site"}
    folders = {path.parent.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    assert folders - rooms - beside == set()
