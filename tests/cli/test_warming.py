"""`armsgame warm` compiles what any public verb would compile on first use."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import armsgame
from armsgame.cli.warming import JOBS

ROOT = Path(armsgame.__file__).parent
# what only a session with another package asks for
LEFT = {"asked", "chance"}

CHECK = """
import importlib, sys
from armsgame._kernels.tiers import compile_at_once
from armsgame.cli.warming import JOBS
compile_at_once()
for name, job in JOBS.items():
    if name != "the main job":
        job()
for entry in sys.argv[1:]:
    module, name = entry.split(":")
    kernel = getattr(importlib.import_module(module), name)
    if hasattr(kernel, "signatures") and not kernel.signatures:
        print(name)
"""


def entries() -> set[str]:
    """Kernels that some module outside their room calls."""
    found = set()
    for path in ROOT.rglob("*.py"):
        if path.parent.name == "_kernels":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("armsgame._kernels."):
                found |= {f"{node.module}:{alias.name}" for alias in node.names}
    return found


def test_every_kernel_that_a_verb_calls_is_compiled_by_a_job():
    known = entries()
    assert len(known) > 40
    assert all(hasattr(importlib.import_module(e.split(":")[0]), e.split(":")[1]) for e in known)
    run = subprocess.run([sys.executable, "-c", CHECK, *known], capture_output=True, text=True, check=True)
    # the search for equilibria under private types is part of the main job
    assert set(run.stdout.split()) - LEFT == {"greatest_odds"}
    assert "the main job" in JOBS
