#!/usr/bin/env -S uv run --script

# /// script
# dependencies = ["nox>=2025.2.9"]
# ///

"""Sessions of nox: what a release is checked with, each in an environment of its own. ``nox -l`` lists them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import nox

ROOT = Path(__file__).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = ["3.11", "3.12", "3.13"]

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False


def floors(*groups: str) -> list[str]:
    """Return the least versions that pyproject.toml allows, as exact requirements."""
    wanted = [*PROJECT["project"]["dependencies"]]
    for group in groups:
        wanted += [one for one in PROJECT["dependency-groups"][group] if isinstance(one, str)]
    return sorted({re.sub(r"\[[^]]*\]|;.*", "", one).replace(">=", "==").strip() for one in wanted if ">=" in one})


@nox.session(python=PYTHONS, default=True)
def tests(session: nox.Session) -> None:
    """Run the tests, the docstring examples and the pages, with versions that a resolver picks."""
    session.install("-e", ".", "--group", "test")
    session.run("pytest", *session.posargs)


@nox.session(name="floors", python="3.11", default=False)
def floors_session(session: nox.Session) -> None:
    """Run the main job and the tests with exactly the least versions of what the library imports."""
    constraints = Path(session.create_tmp()) / "floors.txt"
    # matplotlib 3.10 calls what newer pyparsing calls outdated, and warnings are errors in tests
    constraints.write_text("\n".join([*floors("study"), "pyparsing<3.3"]) + "\n", encoding="utf-8")
    session.install("-e", ".", "--group", "test", "-c", str(constraints))
    session.run("armsgame", "run", "inf", "--paths", "500", "--periods", "40", "--out", str(session.create_tmp()))
    session.run("pytest", *(session.posargs or ["tests"]))


@nox.session(python=PYTHONS[-1], default=False)
def newest(session: nox.Session) -> None:
    """Run the main job and the tests with the newest versions of everything, pre-releases too."""
    session.install("--upgrade", "--pre", "-e", ".", "--group", "test")
    session.run("armsgame", "run", "inf", "--paths", "500", "--periods", "40", "--out", str(session.create_tmp()))
    session.run("pytest", *(session.posargs or ["tests"]))


@nox.session(python="3.11", default=True)
def lint(session: nox.Session) -> None:
    """Style, types and floors."""
    session.install("-e", ".", "--group", "dev")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")


@nox.session(python="3.11", default=False)
def docs(session: nox.Session) -> None:
    """Build the site; a warning is an error."""
    session.install("-e", ".", "--group", "docs")
    session.run("sphinx-build", "-W", "--keep-going", "-b", "html", "docs", "site")


@nox.session(python="3.11", default=False)
def browser(session: nox.Session) -> None:
    """Read the built site in a browser (Debian's chromium); build it first with ``nox -s docs``."""
    session.install("-e", ".", "--group", "docs", "--group", "site")
    session.run("python", "tests/site/check_pages.py", "site")


@nox.session(python="3.11", default=False)
def fuzz(session: nox.Session) -> None:
    """Compare solvers with brute force on random games: ``nox -s fuzz -- --seconds 600``."""
    session.install("-e", ".")
    session.run("python", "benchmarks/fuzz.py", *session.posargs)


@nox.session(python="3.11", default=False)
def mutation(session: nox.Session) -> None:
    """Change a room line by line; its tests must notice: ``nox -s mutation -- proofs/check.py --count 40``."""
    session.install("-e", ".", "--group", "test")
    session.run("python", "benchmarks/mutation.py", *(session.posargs or ["checkers"]))


@nox.session(python="3.11", default=False)
def bench(session: nox.Session) -> None:
    """Time what the documentation tells."""
    session.install("-e", ".", "--group", "test")
    session.run("pytest", "benchmarks", "-n", "0", "--benchmark-enable", *session.posargs)


if __name__ == "__main__":
    nox.main()
