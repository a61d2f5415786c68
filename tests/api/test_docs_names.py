"""Every name and every file that the documentation, the README and the examples speak of exists."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "armsgame"
BUILT = ("_build", "_generated", "auto_examples", "jupyter_execute")
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(path for path in sorted(ROOT.glob("docs/**/*.md")) if not set(BUILT) & set(path.parts)),
    # what scripts have drawn into their own folder is no page
    *(path for path in sorted(ROOT.glob("examples/*.*")) if path.suffix in {".py", ".rst", ".toml", ".md"}),
    *sorted(ROOT.glob("benchmarks/*.py")),
]
DOTTED = re.compile(r"(?<![\w./-])(ag|armsgame)((?:\.[A-Za-z_]\w*)+)")
ROOMS = "|".join(sorted(path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()))
SPAN = re.compile(rf"`((?:{ROOMS})(?:\.(?!py\b)[A-Za-z_]\w*)+)[`(]")
IMPORTED = re.compile(r"^[>. ]*from (armsgame[\w.]*) import (\([^)]*\)|.+)", re.MULTILINE)
FILES = re.compile(r"(?<![\w.*<>/-])((?:[\w.-]+/)+[\w.-]+\.(?:py|pyi|toml|md))\b")
FOLDERS = re.compile(r"`((?:[\w-]+/)+)`")
# where something new would go, and what a run writes
PROPOSED = {
    "solve/one_shot/fictitious_play.py",
    "methods.FictitiousPlay",
    "formats/agg.py",
    "closed_forms/sanctions.py",
    "armsgame-out/",
}


def found(path: list[str]) -> Any:
    """Return what a dotted path names: modules are imported, fields of dataclasses count as there."""
    value: Any = import_module("armsgame")
    for at, name in enumerate(path, 1):
        if name in getattr(value, "__dataclass_fields__", {}):
            return value
        try:
            value = getattr(value, name)
        except AttributeError:
            value = import_module(".".join(["armsgame", *path[:at]]))
    return value


def unresolved(asked: dict[str, list[str]]) -> list[str]:
    """Those of some names whose path leads nowhere."""
    wrong = []
    for shown in asked.keys() - PROPOSED:
        try:
            found(asked[shown])
        except (AttributeError, ImportError):
            wrong.append(shown)
    return sorted(wrong)


def faults(text: str) -> list[str]:
    """Dotted names and imports in a text that do not resolve."""
    asked = {match.group(0): match.group(2)[1:].split(".") for match in DOTTED.finditer(text)}
    asked |= {match.group(1): match.group(1).split(".") for match in SPAN.finditer(text)}
    for module, names in IMPORTED.findall(text):
        for name in re.sub(r"[()]|#.*|>>>|\.\.\. ", "", names).replace("\n", " ").split(","):
            if name.strip():
                path = [*module.split(".")[1:], name.split()[0]]
                asked[f"from {module} import {path[-1]}"] = path
    return unresolved(asked)


def missing(text: str, folder: Path) -> list[str]:
    """Files named in a text that stand neither beside it nor in the repository, the package or the docs."""
    words = " ".join(word for word in text.split() if "://" not in word)
    places = (folder, ROOT, ROOT / "src", SOURCE, SOURCE / "treaty", ROOT / "docs")
    named = sorted({*FILES.findall(words), *FOLDERS.findall(words)} - PROPOSED)
    return [name for name in named if "_generated" not in name and not any((at / name).exists() for at in places)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_names_in_a_page_resolve(page: Path) -> None:
    assert faults(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_named_in_a_page_exist(page: Path) -> None:
    assert missing(page.read_text(encoding="utf-8"), page.parent) == []


def test_nouns_and_verbs_of_the_readme_are_public() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| ([^|]+ \| [^|]+) \|$", text, re.MULTILINE)[1:]
    names = [name for row in rows for name in re.findall(r"`([A-Za-z_][\w.]*)`", row)]
    assert len(names) > 80
    assert unresolved({name: name.split(".") for name in names}) == ["print"]


def test_moved_names_of_the_changelog_are_where_it_says() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `ag\.(\w+)` \| `ag\.([\w.]+)` \|$", text, re.MULTILINE)
    assert len(rows) > 100
    assert unresolved({new: new.split(".") for _, new in rows}) == []
    top = import_module("armsgame").__all__
    assert [old for old, new in rows if old in top or new.split(".")[-1] != old] == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("`ag.thresholds.payoff_threshold` and ag.Treaty.game(...)", []),
        ("`ag.payoff_threshold(game)`", ["ag.payoff_threshold"]),
        ("`armsgame.solve.public.outer_bound`", ["armsgame.solve.public.outer_bound"]),
        (
            "from armsgame.thresholds import (\n    payoff_threshold,\n    no_such,\n)",
            ["from armsgame.thresholds import no_such"],
        ),
        (">>> from armsgame.thresholds import payoff_threshold, absent", ["from armsgame.thresholds import absent"]),
        ("a field of a record: `ag.dossiers.Claim.claimant`", []),
    ],
)
def test_a_name_that_is_not_there_is_found(text: str, wrong: list[str]) -> None:
    assert faults(text) == wrong


def test_a_file_that_is_not_there_is_found() -> None:
    text = "see `solve/public.py`, `solve/payoff_sets/bracket.py` and https://example.org/a/b.py"
    assert missing(text, ROOT) == ["solve/public.py"]
