"""Every snippet of every page is run: as a doctest, as a cell of a notebook, with the site, or by a test named here."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from armsgame.cli.main import _parser

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md",
    *(p for p in sorted(DOCS.rglob("*.md")) if not {"_build", "_generated", "auto_examples"} & set(p.parts)),
]
FENCE = re.compile(
    r"^(?P<mark>```+|:::+)(?P<kind>\{?[\w-]*\}?)[^\n]*\n(?P<body>.*?)^(?P=mark)\s*$", re.MULTILINE | re.DOTALL
)
# scripts to be saved or changed by the reader, and the test that runs each
SCRIPTS = {
    "how-to/own-measure.md": "test_the_measure_on_two_processes_runs",
    "how-to/run-on-a-cluster.md": "test_the_lines_for_a_cluster_run_on_a_client",
}


def fences(page: Path) -> list[tuple[str, str]]:
    """Kind and text of each fenced block of a page."""
    return [(m["kind"], m["body"]) for m in FENCE.finditer(page.read_text(encoding="utf-8"))]


def name(page: Path) -> str:
    return str(page.relative_to(DOCS if DOCS in page.parents else ROOT))


def test_python_is_a_doctest_a_notebook_or_a_script_that_a_test_runs() -> None:
    code = {"python", "py", "python3", "pycon", "ipython"}
    loose = {name(p) for p in PAGES for kind, body in fences(p) if kind in code and ">>>" not in body}
    assert loose == set(SCRIPTS)
    here = (ROOT / "tests" / "site" / "test_scripts_of_pages.py").read_text(encoding="utf-8")
    assert [one for one in SCRIPTS.values() if f"def {one}(" not in here] == []
    plain = {name(p) for p in PAGES for kind, body in fences(p) if not kind and "import armsgame" in body}
    assert plain == set()


def test_doctests_are_on_pages_that_the_suite_collects() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    asked = [ROOT / path for path in options["testpaths"]]
    with_doctests = [p for p in PAGES if ">>>" in p.read_text(encoding="utf-8")]
    assert [name(p) for p in with_doctests if not any(one == p or one in p.parents for one in asked)] == []


def test_lines_of_a_doctest_are_all_run() -> None:
    # a line without a prompt after the first one would be read as expected output, and code so written is never run
    lost = [
        (name(p), line)
        for p in PAGES
        for kind, body in fences(p)
        if kind == "python"
        for line in body.splitlines()
        if re.match(r"(import |from \w+ import |\w+ = ag\.|ag\.\w+)", line)
    ]
    assert lost == []


def commands() -> list[tuple[str, str]]:
    """Each call of the command line on a page."""
    found = []
    for page in PAGES:
        for kind, body in fences(page):
            if kind in ("sh", "bash", "console"):
                whole = body.replace("\\\n", " ")
                found += [(name(page), m) for m in re.findall(r"^(?:\$ )?(armsgame .+)$", whole, re.MULTILINE)]
    return found


@pytest.mark.parametrize(("page", "line"), commands())
def test_a_command_of_a_page_is_one_that_the_command_line_takes(page: str, line: str) -> None:
    words = shlex.split(re.split(r"[|>]", line, maxsplit=1)[0], comments=True)
    assert _parser().parse_args(words[1:]), page


def test_pages_hold_commands() -> None:
    assert len(commands()) > 15
