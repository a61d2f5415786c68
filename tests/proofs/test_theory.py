"""The theory page has one section for each claim of the checker, and the second checker knows the same claims."""

import re
from pathlib import Path

import pytest

from armsgame.proofs.check import KINDS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "theory" / "proofs.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## Claim `(\w+)`\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_every_claim_has_its_section_and_no_other():
    assert set(SECTIONS) == set(KINDS)
    assert len(re.findall(r"^## Claim ", PAGE, re.MULTILINE)) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_section_says_what_is_proved_and_what_is_not(kind):
    parts = dict(re.findall(r"^\*\*(\w[\w ]*)\.\*\* (.*?)(?=^\*\*|\Z)", SECTIONS[kind], re.MULTILINE | re.DOTALL))
    assert {"Proved", "Not proved", "Witness", "Checked"} <= set(parts)
    assert all(len(parts[name].split()) >= 5 for name in ("Proved", "Not proved", "Witness", "Checked"))
    assert ("ε" in SECTIONS[kind]) == ("epsilon" in KINDS[kind][1] or kind == "bracket")
    # whether the play is pure or mixed is said wherever there is play
    if kind in ("nash", "perfect", "inner", "outer", "zero_sum", "sequential", "bayesian"):
        assert re.search(r"pure|mixed", parts["Proved"], re.IGNORECASE)


def test_both_checkers_know_the_same_claims():
    source = (DOCS / "_static" / "check.mjs").read_text(encoding="utf-8")
    table = source[source.index("const CLAIMS = {") :].partition("};")[0]
    assert set(re.findall(r"(\w+): \[", table)) == set(KINDS)
    spec = (DOCS / "reference" / "proof-format.md").read_text(encoding="utf-8")
    claims = spec[spec.index("## Claims") : spec.index("## Limits")]
    assert set(re.findall(r"^### `(\w+)`", claims, re.MULTILINE)) == set(KINDS)
