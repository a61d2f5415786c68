"""Change a room of the library line by line, and count the changes that its tests notice.

``python benchmarks/mutation.py checkers --count 60 --seed 1`` changes 60 places of ``src/armsgame/checkers``, one at a
time and in a copy, and runs for each those of its tests that run the changed statement, until one fails. A file does
too: ``proofs/check.py``. ``--tests`` names other tests, ``--folder`` keeps what was found out about them. It
prints what the tests let through, and the share that they caught with Wilson's interval (Wilson 1927) at 95 percent. A
change that means the same as what it replaces cannot be caught; those that were read and found to be so are in
``equivalent.toml`` beside this file, each with its reason, and are not counted.

What came of each change is kept in ``history/mutation.json``, by file and by the hash of its code, so that the next
call goes on where this one stopped, and tries anew what is in a file whose code has changed. The changes of a room
stand in an order that their own hashes and the seed give: a change elsewhere leaves it as it is, and the first 300 are
a sample. ``--again`` tries those once more that no test noticed, with ``--others 3`` by tests of other rooms too;
``--told`` tries nothing and prints what is known.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import copy
import gc
import importlib
import json
import os
import pickle
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from math import sqrt
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NoReturn, TypeAlias

import pytest

ROOT = Path(__file__).resolve().parents[1]
KEPT = Path(__file__).with_name("history") / "mutation.json"
COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
REVERSED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
REPLACED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
# by file, name and first line
Functions: TypeAlias = dict[tuple[str, str, int], list[FunctionType]]
CACHES: list[Any] = []
# what ends a process that takes too long; how many times what a test took it may take, and seconds beside
LATE = (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGPROF)
_TIMES, _SPARE = 4, 3
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any", "minimum": "maximum", "maximum": "minimum"}


@dataclass(frozen=True)
class Change:
    """One place of one file: which node of its tree, and which of the changes that the node allows."""

    file: Path
    node: int
    choice: int
    line: int
    told: str
    statement: int  # its line
    inside: bool  # of the body of a function
    key: str  # of what it changes into what, and where it is among its like in the file


def _changes(node: ast.AST) -> list[tuple[str, ast.AST | None]]:
    """Return what a node may become; None drops a statement."""
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
        new = copy.copy(node)
        new.test = ast.UnaryOp(ast.Not(), node.test)
        found.append(("condition", new))
    elif isinstance(node, ast.Constant) and type(node.value) in (bool, int, float):
        value = not node.value if isinstance(node.value, bool) else node.value + 1
        found.append(("constant", ast.Constant(value)))
        if type(node.value) is float and node.value:
            found.append(("constant", ast.Constant(node.value * 10)))
    elif isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
        field = "id" if isinstance(node.func, ast.Name) else "attr"
        if other_name := SWAPPED.get(getattr(node.func, field)):
            called = copy.copy(node)
            called.func = copy.copy(node.func)
            setattr(called.func, field, other_name)
            found.append(("function", called))
    elif isinstance(node, (ast.AugAssign, ast.Raise, ast.Break, ast.Continue)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ):
        found.append(("dropped", None))
    elif isinstance(node, ast.Return) and node.value is not None and ast.unparse(node.value) != "None":
        found.append(("returned", ast.Return(ast.Constant(None))))
    return found


def _kept(tree: ast.AST) -> Iterator[tuple[int, ast.AST]]:
    """Number the nodes that run: no annotations, docstrings, imports or lists of names.

    Nor options of dataclasses, whether arrays are copied before they are locked, and that lists zipped are of one
    length, which no answer depends on.
    """
    left_out: set[int] = set()
    for k, node in enumerate(ast.walk(tree)):
        names = [getattr(one, "id", "") for one in getattr(node, "targets", [getattr(node, "target", None)])]
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and names[0] in ("__all__", "_owned"):
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


def _places(tree: ast.Module) -> dict[int, tuple[int, bool]]:
    """For each node the line of its statement, and whether it is in the body of a function."""
    found: dict[int, tuple[int, bool]] = {}

    def visit(node: ast.AST, line: int, inside: bool) -> None:
        line = node.lineno if isinstance(node, ast.stmt) else line
        found[id(node)] = line, inside
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    visit(child, line, inside or (isinstance(node, ast.FunctionDef) and name == "body"))

    visit(tree, 0, False)
    return found


def changes(files: list[Path]) -> list[Change]:
    """Return every change of every file."""
    found = []
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()
        tree = ast.parse("\n".join(lines))
        places, alike = _places(tree), Counter[str]()
        for k, node in _kept(tree):
            for choice, (kind, new) in enumerate(_changes(node)):
                line = getattr(node, "lineno", 0)
                head = ast.unparse(node).splitlines()[0][:70]
                became = "nothing" if new is None else ast.unparse(ast.fix_missing_locations(new)).splitlines()[0][:70]
                where = f"  in  {lines[line - 1].strip()[:80]}" if kind == "constant" else ""
                told = f"{kind}: {head}  ->  {became}{where}"
                alike[told] += 1
                key = digest(f"{file.relative_to(ROOT)} {told} {alike[told]}")
                found.append(Change(file, k, choice, line, told, *places[id(node)], key))
    return found


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


def code_of(file: Path) -> str:
    """Hash of what a file does: not of its comments, nor of how it is laid out."""
    return digest(ast.unparse(ast.parse(file.read_text(encoding="utf-8"))))


class Record:
    """What came of each change so far, by file; nothing of a file whose code is another one now."""

    def __init__(self, path: Path) -> None:
        self.path, files = path, sorted((ROOT / "src/armsgame").rglob("*.py"))
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self.stale = 0
        self.of: dict[str, dict[str, str]] = {}
        # as it was when this process began, whatever becomes of the files meanwhile
        self.code = {self.name(file): code_of(file) for file in files}
        for name, one in known.items():
            if self.code.get(name) == one["code"]:
                self.of[name] = {key: came for came in one if came != "code" for key in one[came].split()}
            else:
                self.stale += sum(len(one[came].split()) for came in one if came != "code")

    def __getitem__(self, one: Change) -> str | None:
        return self.of.get(self.name(one.file), {}).get(one.key)

    def __setitem__(self, one: Change, came: str) -> None:
        name = self.name(one.file)
        if name not in self.of:
            self.of[name] = {}
        self.of[name][one.key] = came
        told = {}
        for name in sorted(self.of):
            told[name] = {"code": self.code[name]}
            for what in sorted(set(self.of[name].values())):
                told[name][what] = " ".join(sorted(key for key, came in self.of[name].items() if came == what))
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(told, indent=0) + "\n", encoding="utf-8")
        beside.replace(self.path)

    @staticmethod
    def name(file: Path) -> str:
        return str(file.relative_to(ROOT / "src/armsgame"))


def changed(source: str, change: Change) -> ast.AST:
    """Return the tree of a file with one change."""
    tree = ast.parse(source)
    target = next(node for k, node in enumerate(ast.walk(tree)) if k == change.node)
    new = ast.copy_location(_changes(target)[change.choice][1] or ast.Pass(), target)
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, name, new)
            elif isinstance(value, list):
                value[:] = [new if one is target else one for one in value]
    return ast.fix_missing_locations(tree)


# a changed file of the same size and second would be taken for the earlier one, so no bytecode is written
QUIET = ["-x", "-q", "--tb=no", "-p", "no:xdist", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib"]


def copied_into(folder: Path) -> None:
    """Copy what tests read; compiled kernels come along, and what has not changed since is left.

    What a test runs is noted by line: it is found out anew where one of those files has changed.
    """
    anew: set[str] = set()
    for name in ("src", "tests", "docs/_static", "docs/_ext", "examples"):
        for file in (ROOT / name).rglob("*"):
            to = folder / file.relative_to(ROOT)
            if file.is_file() and file.suffix != ".pyc":
                to.parent.mkdir(parents=True, exist_ok=True)
                kept = to.exists() and (file.suffix in (".nbi", ".nbc") or to.stat().st_mtime == file.stat().st_mtime)
                if not kept:
                    shutil.copy2(file, to)
                if not kept and name == "src" and file.suffix == ".py":
                    anew.add(str(to.relative_to(folder / "src/armsgame")))
        for gone in (one for one in (folder / name).rglob("*.py") if not (ROOT / one.relative_to(folder)).exists()):
            gone.unlink()
    for noted in (folder / "lines").glob("*") if anew else ():
        if any(file in anew for _, lines in pickle.loads(noted.read_bytes()).values() for file, _ in lines):
            noted.unlink()
    for name in ("pyproject.toml", "README.md"):
        shutil.copy2(ROOT / name, folder)


def loaded(copied: Path) -> Functions:
    """Return the functions of the library, and keep what has been imported out of the sight of the collector."""
    found: Functions = {}
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(str(copied / "src")):
            code = one.__code__
            found.setdefault((code.co_filename, code.co_qualname, code.co_firstlineno), []).append(one)
    CACHES.extend(one for one in gc.get_objects() if hasattr(type(one), "cache_clear"))
    gc.collect()
    gc.freeze()
    return found


class Lines:
    """A plugin of pytest that notes the statements of the library that each passed test runs, and its seconds."""

    def __init__(self, copied: Path, functions: Functions) -> None:
        self.seen: set[tuple[str, int]] = set()
        self.of: dict[str, tuple[float, set[tuple[str, int]]]] = {}
        vars(builtins)["__seen__"] = self.seen.add
        for file in sorted({Path(file) for file, _, _ in functions if "_kernels" not in file}):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            _telling(tree, str(file.relative_to(copied / "src/armsgame")), False)
            put(ast.fix_missing_locations(tree), str(file), functions)

    def pytest_runtest_setup(self) -> None:
        for one in CACHES:
            one.cache_clear()
        self.seen.clear()
        self.began = time.process_time()

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call" and report.passed:
            self.of[report.nodeid] = (time.process_time() - self.began, set(self.seen))


def _telling(node: ast.AST, file: str, inside: bool) -> None:
    """Put before each statement in the body of a function a call that tells its line."""
    inside |= isinstance(node, ast.FunctionDef)
    for _, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                _telling(child, file, inside)
        if inside and isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            tells = [ast.parse(f"__seen__(({file!r}, {one.lineno}))").body[0] for one in value]
            for one, tell in zip(value, tells, strict=True):
                for part in ast.walk(tell):
                    ast.copy_location(part, one)
            value[:] = [part for pair in zip(tells, value, strict=True) for part in pair]


def quiet(seconds: float) -> None:
    """Say nothing, and end after so many seconds of the processor: the clock depends on what else the machine does."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 30))
    with open(os.devnull, "w") as silent:
        os.dup2(silent.fileno(), 1)
        os.dup2(silent.fileno(), 2)


def put(tree: ast.AST, file: str, functions: Functions) -> bool:
    """Give the functions of a changed file their code; whether that is all it takes."""
    complete = True
    codes = [compile(tree, file, "exec")]  # type: ignore[call-overload]
    while codes:
        code = codes.pop()
        codes += [one for one in code.co_consts if isinstance(one, CodeType)]
        for function in functions.get((file, code.co_qualname, code.co_firstlineno), ()):
            if len(code.co_freevars) != len(function.__code__.co_freevars):
                complete = False
            elif code != function.__code__:
                function.__code__ = code
    return complete


def play(items: list[Any], seconds: dict[str, float] | None = None, *, every: bool = False) -> bool:
    """Run tests one after the other up to the first that fails, or all; whether none does.

    Where the seconds are known that each takes, one that takes many times as long ends the process.
    """
    session = items[0].session
    for item, after in zip(items, [*items[1:], None], strict=True):
        if seconds is not None:
            signal.setitimer(signal.ITIMER_PROF, _TIMES * seconds[item.nodeid] + _SPARE)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if session.testsfailed and not every:
            return False
    return not session.testsfailed


def ended(child: int, seconds: float) -> str:
    """Wait for a child: "killed", "survived" or "late"."""
    end = time.monotonic() + 20 * seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return "survived" if code == 0 else "late" if code in LATE else "killed"
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "late"


def wilson(hits: int, count: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson's interval of a share at 95 percent."""
    share, spread = hits / count, z * z / count
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    return middle - half, middle + half


def own_tests(one: Change, more: int = 0) -> list[str]:
    """Return the tests that a file is judged by, the likeliest first.

    That of the same name under tests/, all in the nearest folder that has any, and as many more as are asked: those
    that use most often what the file lists as public.
    """
    place = Path("tests") / one.file.relative_to(ROOT / "src/armsgame").with_suffix("")
    beside = ROOT / place.with_name(f"test_{place.name}.py")
    near = next(some for folder in (place, *place.parents) if (some := sorted((ROOT / folder).glob("test_*.py"))))
    names = public_names(one.file)
    uses = {file: count for file, words in words_of_tests().items() if (count := sum(words[n] for n in names))}
    others = sorted(uses.keys() - set(near), key=lambda file: (-uses[file], file))[:more]
    return [str(file.relative_to(ROOT)) for file in (*sorted(near, key=lambda f: (f != beside, f)), *others)]


@cache
def words_of_tests() -> dict[Path, Counter[str]]:
    """How often each word stands in each file of tests."""
    return {f: Counter(re.findall(r"\w+", f.read_text(encoding="utf-8"))) for f in (ROOT / "tests").rglob("test_*.py")}


@cache
def public_names(file: Path) -> list[str]:
    """Names of the functions and classes of a file that do not begin with an underscore."""
    own = ast.parse(file.read_text(encoding="utf-8")).body
    return [n.name for n in own if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and not n.name.startswith("_")]


class Bench:
    """A plugin of pytest that, in place of running the tests, tries one change after the other in children."""

    def __init__(self, copied: Path, most: float, work: Callable[[Bench], None]) -> None:
        self.copied, self.most, self.work = copied, most, work
        self.seconds: dict[str, float] = {}
        self.tests: dict[tuple[str, int], set[str]] = {}

    def pytest_runtestloop(self, session: Any) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        self.functions = loaded(self.copied)
        for file in dict.fromkeys(item.nodeid.partition("::")[0] for item in session.items):
            for test, (seconds, lines) in self.noted(file).items():
                self.seconds[test] = seconds
                for line in lines:
                    self.tests.setdefault(line, set()).add(test)
        self.work(self)
        return True

    def noted(self, file: str) -> dict[str, tuple[float, set[tuple[str, int]]]]:
        """Return the tests of a file, each with its seconds and the statements it runs; kept beside the copy."""
        kept = self.copied / "lines" / f"{file.replace('/', '.')}.{int((self.copied / file).stat().st_mtime)}"
        if not kept.exists():
            kept.parent.mkdir(exist_ok=True)
            items = [item for name, item in self.items.items() if name.partition("::")[0] == file]
            if (child := os.fork()) == 0:
                quiet(self.most)
                lines = Lines(self.copied, self.functions)
                items[0].config.pluginmanager.register(lines)
                signal.signal(signal.SIGXCPU, lambda *_: self.keep(kept, lines))
                with suppress(BaseException):
                    # one that fails where it is noted hides no other
                    play(items, every=True)
                self.keep(kept, lines)
            os.waitpid(child, 0)
        return pickle.loads(kept.read_bytes()) if kept.exists() else {}

    @staticmethod
    def keep(kept: Path, lines: Lines) -> NoReturn:
        kept.write_bytes(pickle.dumps(lines.of))
        os._exit(0)

    def try_(self, one: Change, first: str, most: float) -> tuple[str, int]:
        """Return what came of a change, and how many tests run it; its own come first, then the fastest."""
        name = str(one.file.relative_to(ROOT / "src/armsgame"))
        found = self.tests.get((name, one.statement), set())
        if anew := not (one.inside and found):
            found = {test for (file, _), some in self.tests.items() if file == name for test in some}
        chosen, spent = [], 0.0
        for test in sorted(found & set(self.items), key=lambda t: (not t.startswith(first), self.seconds[t], t)):
            if spent + self.seconds[test] <= most:
                chosen.append(test)
                spent += self.seconds[test]
        if not chosen:
            return "survived", len(found)
        file = self.copied / one.file.relative_to(ROOT)
        source, before = file.read_text(encoding="utf-8"), file.stat().st_mtime
        tree = changed(source, one)
        file.write_text(ast.unparse(tree), encoding="utf-8")
        limit = _TIMES * spent + 10
        if (child := os.fork()) == 0:
            quiet(limit)
            if anew or not put(tree, str(file), self.functions):
                # it runs at import
                os.execv(sys.executable, [sys.executable, "-m", "pytest", *QUIET, *chosen])
            kept = False
            with suppress(BaseException):
                kept = play([self.items[test] for test in chosen], self.seconds)
            os._exit(not kept)
        came = ended(child, limit)
        file.write_text(source, encoding="utf-8")
        os.utime(file, (before, before))
        return came, len(found)


def drawn_from(room: str, asked: argparse.Namespace) -> tuple[int, list[Change]]:
    """Return how many changes a room has, and those of this round."""
    place = ROOT / "src/armsgame" / room
    every = changes([place] if place.is_file() else sorted(place.rglob("*.py")))
    if asked.lines:
        low, high = map(int, asked.lines.split("-"))
        every = [one for one in every if low <= one.line <= high]
    return len(every), sorted(every, key=lambda one: (digest(f"{asked.seed} {one.key}"), one.key))[: asked.count]


def told_of(drawn: list[Change], record: Record, same: set[tuple[str, str]]) -> str:
    """Print what no test noticed, and return the counts."""
    came: dict[str, int] = dict.fromkeys(("killed", "survived", "late", "equivalent"), 0)
    for one in sorted(drawn, key=lambda one: (one.file, one.line)):
        if what := record[one]:
            what = "equivalent" if what == "survived" and (record.name(one.file), one.told) in same else what
            came[what] += 1
            if what in ("survived", "late"):
                print(f"{what}: {one.file.relative_to(ROOT)}:{one.line} {one.told}", flush=True)
    caught, count = came["killed"] + came["late"], sum(came.values()) - came["equivalent"]
    low, high = (100 * share for share in wilson(caught, count)) if count else (0.0, 100.0)
    return (
        f"{sum(came.values())} tried, {caught} of {count} caught (95 percent interval {low:.1f} to {high:.1f}), "
        f"{came['late']} of them by the time limit; {came['survived']} not; {came['equivalent']} equivalent ones beside"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="+", help="folders or files below src/armsgame")
    parser.add_argument("--count", type=int, default=40, help="changes of each; what is known of them is not tried")
    parser.add_argument("--again", action="store_true", help="but what no test noticed is")
    parser.add_argument("--told", action="store_true", help="print what is known, and try nothing")
    parser.add_argument("--kept", type=Path, default=KEPT, help="file of what came of each change")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", nargs="*", help="folders or files, by default those of the changed files")
    parser.add_argument("--others", type=int, default=0, help="files of tests elsewhere that use a changed file most")
    parser.add_argument("--lines", help="of the file, as in 40-90")
    parser.add_argument("--each", type=float, default=30, help="seconds of tests for a change, the fastest first")
    parser.add_argument("--note", type=float, default=60, help="seconds of each file of tests; the rest is left out")
    parser.add_argument("--most", type=float, default=1800, help="seconds for all")
    parser.add_argument("--folder", type=Path, help="where the copy and the lines of its tests stay for the next call")
    asked = parser.parse_args()
    known = tomllib.loads(Path(__file__).with_name("equivalent.toml").read_text(encoding="utf-8"))
    same = {(file, change) for file, read in known.items() for change in read}
    record = Record(asked.kept.resolve())
    rounds = {room: drawn_from(room, asked) for room in asked.rooms}
    left = [
        one
        for _, drawn in rounds.values()
        for one in drawn
        if (came := record[one]) is None
        or (asked.again and came == "survived" and (record.name(one.file), one.told) not in same)
    ]
    tests = asked.tests or sorted({test for one in left for test in own_tests(one, asked.others)})
    if left and not asked.told:
        try_all(left, tests, record, asked)
    for room, (size, drawn) in rounds.items():
        print(f"{room}, seed {asked.seed}, {size} places: {told_of(drawn, record, same)}", flush=True)
    if record.stale:
        print(f"{record.stale} earlier ones left out, of files that have changed since")


def try_all(left: list[Change], tests: list[str], record: Record, asked: argparse.Namespace) -> None:
    """Try changes in a copy of the library, one after the other, and put down what comes of each."""

    def work(bench: Bench) -> None:
        end = time.monotonic() + asked.most
        for one in left:
            if time.monotonic() > end:
                break
            record[one], count = bench.try_(one, own_tests(one)[0], asked.each)
            print(f"{record[one]}: {record.name(one.file)}:{one.line} {one.told}  ({count} tests run it)", flush=True)

    with tempfile.TemporaryDirectory() as gone:
        copied = (asked.folder or Path(gone)).resolve()
        copied_into(copied)
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(copied / "src"))
        os.environ |= {"PYTHONPATH": str(copied / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        os.chdir(copied)
        for room in asked.rooms:
            for file in (
                [copied / "src/armsgame" / room]
                if room.endswith(".py")
                else (copied / "src/armsgame" / room).rglob("*.py")
            ):
                if file.stem not in ("__init__", "__main__"):
                    # what needs a package that is not here is not changed in memory
                    with suppress(ImportError):
                        importlib.import_module(".".join(file.relative_to(copied / "src").with_suffix("").parts))
        pytest.main([*QUIET, "-s", *tests], plugins=[Bench(copied, asked.note, work)])


if __name__ == "__main__":
    main()
