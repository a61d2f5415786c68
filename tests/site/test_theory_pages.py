"""Each page of the theory has a worked number, a figure and its tests; each source is listed with what it proves."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [path for path in sorted(DOCS.glob("theory/*.md")) if path.stem != "index"]
FIGURE = re.compile(
    r"!\[[^\]]+\]\(\.\./auto_examples/images/sphx_glr_(plot_\w+)_\d{3}\.png\)|^\.\. plot::$", re.MULTILINE
)
TESTS = re.compile(r"`(tests/[\w/]+(?:\.py)?/?)`")
BLOCK = re.compile(r"```.*?```", re.DOTALL)
FAMILY = r"(?:van |von |de )?[A-ZÖÄ][\w\-]+'?"
CITED = re.compile(rf"({FAMILY})(?:'s)?(?: et al\.)? \(?((?:1[89]|20)\d\d(?:, (?:1[89]|20)\d\d)*)\b")
MONTHS = set(
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
)


def sources() -> dict[str, str]:
    """Rows of the page of sources: authors with years, and the sentence."""
    text = (DOCS / "reference" / "sources.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| ([^|]+?\)) \| ([^|]+?) \|$", text, re.MULTILINE))


def cited(text: str) -> set[tuple[str, str]]:
    """The last of the names before a year, and the year; dates and the founding interview are no sources."""
    plain = " ".join(BLOCK.sub("", text).replace("'s (", " (").replace("et al. ", "").split())
    return {(name, year) for name, years in CITED.findall(plain) if name not in MONTHS for year in years.split(", ")}


def listed(name: str, year: str) -> bool:
    """Whether a row names an author and a year."""
    return any(name in row and year in row for row in sources())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_theory_page_has_a_worked_number_a_figure_and_its_tests(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "\n## In numbers\n" in text
    assert re.search(r"^ *>>> .+\n *[^>\s`]", text, re.MULTILINE), "no number that a doctest compares"
    scripts = [match.group(1) for match in FIGURE.finditer(text)]
    assert scripts
    assert all((ROOT / "examples" / f"{script}.py").exists() for script in scripts if script)
    named = TESTS.findall(text)
    assert named
    assert all((ROOT / one).exists() for one in named)


def test_the_suite_runs_the_numbers_of_theory_and_mechanisms() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    assert {"docs/theory", "docs/mechanisms"} <= set(options["testpaths"])
    assert "--doctest-glob=*.md" in options["addopts"]


@pytest.mark.parametrize("page", [*PAGES, *sorted(DOCS.glob("mechanisms/*.md"))], ids=lambda page: page.stem)
def test_each_source_of_a_page_is_listed(page: Path) -> None:
    missing = sorted(one for one in cited(page.read_text(encoding="utf-8")) if not listed(*one))
    assert not missing, f"docs/reference/sources.md lacks {missing}"


def test_each_source_says_what_it_proves_in_one_sentence_and_is_used() -> None:
    rows = sources()
    text = (DOCS / "reference" / "sources.md").read_text(encoding="utf-8")
    assert len(rows) == text.count("\n| ") - 1  # all rows but the head are read
    pages = " ".join(path.read_text(encoding="utf-8") for path in [*PAGES, *DOCS.glob("mechanisms/*.md")])
    for row, sentence in rows.items():
        assert sentence.endswith("."), row
        assert len(sentence.split()) >= 6, row
        assert re.search(r"\.\s+[A-Z]", sentence) is None, f"{row} has two sentences"
        name = re.split(r",| and | et al| \(", row)[0].split()[-1]
        assert name in pages, f"{row} is named on no page"


def test_a_source_that_is_not_listed_is_noticed() -> None:
    assert ("Nobody", "1999") in cited("(Somebody and Nobody 1999)")
    assert not listed("Nobody", "1999")
    assert cited("Kydd's (2005) idea, Aumann 1974, 1987, in June 2021") == {
        ("Kydd", "2005"), ("Aumann", "1974"), ("Aumann", "1987")
    }  # fmt: skip
