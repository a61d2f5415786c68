"""Change a room of the library line by line, and count the changes that its tests notice.

``python benchmarks/mutation.py checkers --count 60 --seed 1`` changes 60 places of ``src/armsgame/checkers``, one at a
time and in a copy, and runs ``tests/checkers`` for each. A file does too: ``proofs/check.py``. It prints what they
let through, and the share that they caught with Wilson's interval (Wilson 1927) at 95 percent. A change that means the
same as what it replaces cannot be caught; those that were read and found to be so are in ``equivalent.toml`` beside
this file, each with its reason, and are not counted.
"""

from __future__ import annotations

import argparse
import ast
import copy
import gc
import importlib
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
REVERSED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
REPLACED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any", "minimum": "maximum", "maximum": "minimum"}


@dataclass(frozen=True)
class Change:
    """One place of one file: which node of its tree, and which of the changes that the node allows."""

    file: Path
    node: int
    choice: int
    line: int
    told: str


def _changes(node: ast.AST) -> list[tuple[str, ast.AST | None]]:
    """Return what a node may become; None drops a statement."""
    new = copy.deepcopy(node)
    found: list[tuple[str, ast.AST | None]] = []
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for table in (COMPARED, REVERSED):
            if kind := table.get(type(node.ops[0])):
                found.append(("comparison", ast.Compare(node.left, [kind()], node.comparators)))
    elif isinstance(node, ast.BinOp) and (kind := REPLACED.get(type(node.op))):
        found.append(("arithmetic", ast.BinOp(node.left, kind(), node.right)))
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        found.append(("and/or", ast.BoolOp(other, node.values)))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        found.append(("sign", node.operand))
    elif isinstance(node, (ast.If, ast.While, ast.IfExp)):
        new.test = ast.UnaryOp(ast.Not(), node.test)  # type: ignore[attr-defined]
        found.append(("condition", new))
    elif isinstance(node, ast.Constant) and type(node.value) in (bool, int, float):
        value = not node.value if isinstance(node.value, bool) else node.value + 1
        found.append(("constant", ast.Constant(value)))
        if type(node.value) is float and node.value:
            found.append(("constant", ast.Constant(node.value * 10)))
    elif isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
        field = "id" if isinstance(node.func, ast.Name) else "attr"
        if other_name := SWAPPED.get(getattr(node.func, field)):
            setattr(new.func, field, other_name)  # type: ignore[attr-defined]
            found.append(("function", new))
    elif isinstance(node, (ast.AugAssign, ast.Raise, ast.Break, ast.Continue)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ):
        found.append(("dropped", None))
    elif isinstance(node, ast.Return) and node.value is not None:
        found.append(("returned", ast.Return(ast.Constant(None))))
    return found


def _kept(tree: ast.AST) -> Iterator[tuple[int, ast.AST]]:
    """Number the nodes that run: no annotations, docstrings, imports or lists of names.

    Nor options of dataclasses, and that lists zipped are of one length, which no answer depends on.
    """
    left_out: set[int] = set()
    for k, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__":
            left_out.update(id(child) for child in ast.walk(node))
        for part in getattr(node, "decorator_list", ()) if isinstance(node, ast.ClassDef) else ():
            left_out.update(id(child) for child in ast.walk(part))
        if isinstance(node, ast.keyword) and node.arg == "strict":
            left_out.update(id(child) for child in ast.walk(node))
        for name in ("annotation", "returns"):
            if isinstance(part := getattr(node, name, None), ast.AST):
                left_out.update(id(child) for child in ast.walk(part))
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            left_out.update(id(child) for child in ast.walk(node))
        if id(node) not in left_out:
            yield k, node


def changes(files: list[Path]) -> list[Change]:
    """Return every change of every file."""
    found = []
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()
        for k, node in _kept(ast.parse("\n".join(lines))):
            for choice, (kind, new) in enumerate(_changes(node)):
                line = getattr(node, "lineno", 0)
                head = ast.unparse(node).splitlines()[0][:70]
                became = "nothing" if new is None else ast.unparse(ast.fix_missing_locations(new)).splitlines()[0][:70]
                where = f"  in  {lines[line - 1].strip()[:80]}" if kind == "constant" else ""
                found.append(Change(file, k, choice, line, f"{kind}: {head}  ->  {became}{where}"))
    return found


def changed(source: str, change: Change) -> str:
    """Return the text of a file with one change."""
    tree = ast.parse(source)
    target = next(node for k, node in enumerate(ast.walk(tree)) if k == change.node)
    new = _changes(target)[change.choice][1] or ast.Pass()
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, name, new)
            elif isinstance(value, list):
                value[:] = [new if one is target else one for one in value]
    return ast.unparse(ast.fix_missing_locations(tree))


# a changed file of the same size and second would be taken for the earlier one, so no bytecode is written
QUIET = ["-x", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib"]


def warm(copied: Path, tests: list[str]) -> None:
    """Load what the tests need and is never changed, once for all children: other packages, and pytest's plugins."""
    import pytest

    sys.dont_write_bytecode = True
    sys.path.insert(0, str(copied / "src"))
    os.environ["PYTHONPATH"] = str(copied / "src")
    os.chdir(copied)
    with open(os.devnull, "w") as silent, redirect_stdout(silent):
        pytest.main([*QUIET, "--collect-only", *tests])
    for name, module in list(sys.modules.items()):
        if str(copied) in str(getattr(module, "__file__", None)):
            del sys.modules[name]
    gc.collect()
    gc.freeze()


def run(tests: list[str], seconds: float) -> tuple[str, float]:
    """Run the tests in a child of the warm process: "killed", "survived" or "late", and its seconds."""
    child = os.fork()
    if child == 0:
        os.setsid()
        # seconds of the processor: how long the clock runs depends on what else the machine does
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 1))
        with open(os.devnull, "w") as silent:
            os.dup2(silent.fileno(), 1)
            os.dup2(silent.fileno(), 2)
        import pytest

        os._exit(int(pytest.main([*QUIET, *tests])))
    end = time.monotonic() + 10 * seconds
    while time.monotonic() < end:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            came = "survived" if code == 0 else "late" if code in (-signal.SIGXCPU, -signal.SIGKILL) else "killed"
            return came, usage.ru_utime + usage.ru_stime
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "late", seconds


def wilson(hits: int, count: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson's interval of a share at 95 percent."""
    share, spread = hits / count, z * z / count
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    return middle - half, middle + half


def mirrored(room: str) -> list[str]:
    """Return the tests of a room: the file or the folder of the same name under tests/, else the one above."""
    place = Path("tests", room)
    beside = place.with_name(f"test_{place.name}")
    found = next((p for p in (beside, place, *place.parents) if (ROOT / p).exists()), Path("tests"))
    return [str(found)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("room", help="a folder or a file below src/armsgame")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", nargs="*", help="the room's own by default")
    parser.add_argument("--lines", help="of the file, as in 40-90")
    parser.add_argument("--most", type=float, default=1800, help="seconds for all")
    asked = parser.parse_args()
    place = ROOT / "src/armsgame" / asked.room
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    every = changes(files)
    if asked.lines:
        first, last = map(int, asked.lines.split("-"))
        every = [one for one in every if first <= one.line <= last]
    drawn = random.Random(asked.seed).sample(every, min(asked.count, len(every)))
    tests = asked.tests or mirrored(asked.room)
    for large in ("numba", "scipy.optimize"):
        importlib.import_module(large)
    known = tomllib.loads(Path(__file__).with_name("equivalent.toml").read_text(encoding="utf-8"))
    same = {(f"src/armsgame/{file}", change) for file, read in known.items() for change in read}
    told: dict[str, list[Change]] = {"killed": [], "survived": [], "late": [], "equivalent": []}
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder)
        for name in ("src", "tests", "docs/_static", "docs/_ext"):
            if (ROOT / name).exists():
                shutil.copytree(ROOT / name, copied / name, ignore=shutil.ignore_patterns("*.pyc", "*.nb[ic]"))
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(ROOT / name, copied)
        warm(copied, tests)
        # twice: the first run also compiles
        for _ in range(2):
            came, usual = run(tests, 600)
            if came != "survived":
                raise SystemExit(f"{' '.join(tests)} fails before anything is changed")
        print(
            f"{asked.room}: {len(every)} places, {len(drawn)} drawn; {' '.join(tests)} takes {usual:.1f} s", flush=True
        )
        for one in drawn:
            if time.monotonic() - began > asked.most:
                break
            file = copied / one.file.relative_to(ROOT)
            source = file.read_text(encoding="utf-8")
            file.write_text(changed(source, one), encoding="utf-8")
            came, _ = run(tests, 4 * usual + 5)
            file.write_text(source, encoding="utf-8")
            if came == "survived" and (str(one.file.relative_to(ROOT)), one.told) in same:
                came = "equivalent"
            told[came].append(one)
            if came != "killed":
                print(f"{came}: {one.file.relative_to(ROOT)}:{one.line} {one.told}", flush=True)
    caught, count = len(told["killed"]) + len(told["late"]), sum(map(len, told.values())) - len(told["equivalent"])
    if count:
        low, high = wilson(caught, count)
        print(f"{asked.room}: {caught} of {count} changes caught, {100 * caught / count:.1f} percent", end=" ")
        print(
            f"(95 percent interval {100 * low:.1f} to {100 * high:.1f}), {len(told['late'])} by the time limit;",
            end=" ",
        )
        print(f"{len(told['equivalent'])} equivalent ones beside them")


if __name__ == "__main__":
    main()
