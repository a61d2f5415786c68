"""What is no proof ends with exit 2 and one line in both checkers, within bounded time and memory."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from second_checker import SCRIPT, needs_node

from armsgame.proofs import check

VECTORS = Path(__file__).parent / "vectors"
PERFECT = (VECTORS / "perfect.true.agp").read_text(encoding="utf-8")
OUTER = (VECTORS / "outer-set.true.agp").read_text(encoding="utf-8")


def with_(*path, value, text=PERFECT):
    file = json.loads(text)
    place = file
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(file).encode()


def repeated_laws(times):
    """An outcome listed again and again, each with a positive weight."""
    return with_("game", "laws", 0, "num", 0, value=[[0, 0, 1]] * times)


BAD = {
    "a million digits": lambda: PERFECT.replace('"num":', f'"num": {"9" * 10**6}, "n":', 1).encode(),
    "a million digits alone": lambda: b"7" * 10**6,
    "a million digits below zero": lambda: b"-" + b"7" * 10**6,
    "a million zeros before a digit": lambda: b"0" * 10**6 + b"1",
    "one key twice": lambda: PERFECT.replace("{", '{"format": "armsgame-proof/1", ', 1).encode(),
    "one key twice inside": lambda: PERFECT.replace('"start":', '"start": 0, "start":', 1).encode(),
    "a key twice by an escape": lambda: b'{"format": "armsgame-proof/1", "\\u0066ormat": "armsgame-proof/1"}',
    "NaN": lambda: PERFECT.replace('"start": 0', '"start": NaN').replace('"start":0', '"start":NaN').encode(),
    "infinity": lambda: b'{"format": Infinity}',
    "a fraction": lambda: b'{"format": 1.5}',
    "an exponent": lambda: b'{"format": 1e999999999}',
    "a negative size": lambda: with_("game", "start", value=-1),
    "a negative node": lambda: with_("witness", "nodes", 0, value=[-1, 0, 0]),
    "a negative denominator": lambda: with_("claim", "values", "den", value=-1),
    "a denominator of zero": lambda: with_("game", "payoffs", "den", value=0),
    "a negative probability": lambda: with_("game", "laws", 0, "num", 0, value=[[0, 0, 2], [0, 1, -1]]),
    "an epsilon below zero": lambda: with_("claim", "epsilon", value={"den": 1, "num": -1}),
    "a huge index": lambda: with_("game", "start", value=10**4000),
    "deep lists": lambda: b"[" * 1_000_000 + b"]" * 1_000_000,
    "deep objects": lambda: b'{"a":' * 1_000_000 + b"1" + b"}" * 1_000_000,
    "deep lists in a key": lambda: PERFECT.replace("[[", "[" * 90_000 + "[[").encode(),
    "cut in the middle": lambda: PERFECT[: len(PERFECT) // 2].encode(),
    "cut at the end": lambda: PERFECT.strip()[:-1].encode(),
    "cut in a letter": lambda: PERFECT.replace("deploy", "dépl", 1).encode().partition(b"\xc3")[0] + b"\xc3",
    "something behind": lambda: PERFECT.encode() + b"{}",
    "empty": lambda: b"",
    "blank": lambda: b" " * 2**22,
    "too long": lambda: b" " * (2**26 + 1) + PERFECT.encode(),
    "many empty lists": lambda: b"[" + b"[]," * (2**18) + b"[]]",
    "many numbers": lambda: b"[" + b"1," * (2**21 - 2) + b"1]",
    "many keys": lambda: b"{" + b",".join(b'"%d":1' % k for k in range(10**5)) + b"}",
    "a long label": lambda: with_("game", "players", 0, value=["x" * 10**6]),
    "an outcome a hundred thousand times": lambda: repeated_laws(10**5),
    "players without end": lambda: with_("game", "players", value=["x"] * 10**5),
    "profiles without end": lambda: with_("game", "actions", 0, value=[["a", "b"]] * 10**4),
    "version 2": lambda: with_("format", value="armsgame-proof/2"),
    "version 0": lambda: with_("format", value="armsgame-proof/0"),
    "a version that is a number": lambda: with_("format", value=1),
    "no version": lambda: b"{}",
    "another claim": lambda: with_("claim", "kind", value="best"),
    "a claim from the language": lambda: with_("claim", "kind", value="constructor"),
    "a level below zero": lambda: with_("witness", "multipliers", value=0, text=OUTER),
}  # fmt: skip

# seconds of the processor for all, and MiB: time and memory are linear in a file, and the largest of these hold an
# eighth of what a file may; what is just above the limits is in `test_check.py`
SECONDS, MEMORY = 15, 320


def limited():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def run(command, paths):
    """One line and exit 2 per file, one program for all of them."""
    done = subprocess.run(
        [*command, *map(str, paths)], capture_output=True, text=True, check=False, preexec_fn=limited, timeout=300
    )
    assert done.returncode == 2, done.stderr[-1000:]
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert len(lines) == len(paths)
    for path, line in zip(paths, lines, strict=True):
        assert line.startswith(f"{path}: no proof: "), line[:300]
        assert "Memory" not in line
        assert len(line) < 1200 + len(str(path))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    paths = []
    for k, make in enumerate(BAD.values()):
        paths.append(folder / f"{k}.agp")
        paths[-1].write_bytes(make())
    return paths


def test_the_first_checker_refuses_all_in_bounded_time_and_memory(files):
    limit = f"import resource as r, runpy, sys; r.setrlimit(r.RLIMIT_AS, ({MEMORY} << 20,) * 2); "
    code = f"{limit}sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    run([sys.executable, "-I", "-c", code, check.__file__], files)


@needs_node
def test_the_second_checker_refuses_all_in_bounded_time_and_memory(files):
    run(["node", f"--max-old-space-size={MEMORY}", str(SCRIPT)], files)
