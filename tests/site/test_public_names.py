"""What literals in the text refer to, and what the reference, the catalogues and `llms.txt` list."""

from __future__ import annotations

from pathlib import Path

import llms
import pytest
from code_catalogues import events, moves, policies
from public_names import canonical, public, resolve
from reference_pages import longest, named, plain_stars

import armsgame as ag

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("text", "room", "name"),
    [
        ("ag.payoff_set", "", "ag.payoff_set"),
        ("armsgame.payoff_set", "", "ag.payoff_set"),
        ("payoff_set(game, discount=0.9)", "", "ag.payoff_set"),
        ("thresholds.payoff_threshold", "", "ag.thresholds.payoff_threshold"),
        ("required_detection", "ag.thresholds", "ag.thresholds.required_detection"),
        ("ag.studies.sweep", "", "ag.sweep"),
        ("Treaty.explain", "", "ag.Treaty"),
        ("ag.Treaty", "", "ag.Treaty"),
        # words of the field, and words that two namespaces share, are links only with their namespace
        ("mirror", "", ""),
        ("treaty.mirror", "", "ag.treaty.mirror"),
        ("deploy", "", ""),
        ("equilibria()", "", ""),
        ("cascade.equilibria", "", "ag.treaty.cascade.equilibria"),
        ("grim", "", "ag.grim"),
        ("Treaty.no_such_member", "", ""),
        ("ag.no_such_name", "", ""),
        ("x + y", "", ""),
    ],
)
def test_a_literal_leads_to_the_name_it_speaks_of(text: str, room: str, name: str) -> None:
    assert resolve(text, room) == name


def test_every_name_of_every_namespace_has_a_page() -> None:
    assert {f"ag.{name}" for name in ag.__all__ if not name.startswith("__")} <= set(public())
    assert {f"ag.thresholds.{name}" for name in ag.thresholds.__all__} <= set(public())
    assert "ag.treaty.compliance.grim" in public()
    assert all(canonical()[name] in public() for name in public())


def test_uses_of_a_name_are_found() -> None:
    text = "from armsgame.thresholds import payoff_threshold\n>>> ag.verify(game, profile)\nand `critical_discount`"
    assert named(text) == {"ag.thresholds.payoff_threshold", "ag.verify", "ag.critical_discount"}
    assert longest("ag.Treaty.explain.text") == "ag.Treaty"


def test_shapes_start_no_emphasis() -> None:
    lines = ["shape [*B, K] or ``[*B]``"]
    plain_stars(None, "", "", None, None, lines)
    assert lines == ["shape [\\*B, K] or ``[*B]``"]


def test_catalogues_list_what_the_code_has() -> None:
    assert all(f"| `{event}` |" in events() for event in ag.Treaty().game().events)
    assert all(f"`{move}`" in moves() for move in ("notice", "demand", "yield", "back_down"))
    assert policies().count("\n") == len(ag.treaty.NAMED) + 1


def test_llms_text_names_every_page_and_every_name() -> None:
    text = llms.text(DOCS)
    assert "how-to/three-players.html" in text
    assert all(f"- [{name}](" in text for name in public() if canonical()[name] == name and name != "ag")
