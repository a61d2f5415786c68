"""The checker in JavaScript, for tests that ask both; they need Node."""

import shutil
import subprocess
from pathlib import Path

import pytest

from armsgame.proofs.check import verdict

SCRIPT = Path(__file__).parents[2] / "docs" / "_static" / "check.mjs"
WORDS = ("proved", "refused", "no proof")

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="the second checker runs in Node")


def told_by_node(folder, *files, limit=60):
    """Exit code and text of each file's bytes, from one run of the program."""
    paths = [folder / f"{k}.agp" for k in range(len(files))]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(data)
    command = ["node", "--max-old-space-size=2048", str(SCRIPT), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit, encoding="utf-8")
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert len(lines) == len(files)
    told = [line.removeprefix(f"{path}: ").partition(": ") for path, line in zip(paths, lines, strict=True)]
    assert done.returncode == max(WORDS.index(word) for word, *_ in told)
    return [(WORDS.index(word), text) for word, _, text in told]


def codes(folder, *files):
    """Exit codes of both checkers for each file: pairs (Python, JavaScript)."""
    return [(verdict(data)[0], code) for data, (code, _) in zip(files, told_by_node(folder, *files), strict=True)]
