"""What titles of the gallery assert holds at their own numbers, and on the share of the box that is printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from gallery_claims import EXAMPLES, MEASURES, Claim, claims

import armsgame as ag


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.script)
def test_a_title_holds_at_its_numbers_and_on_the_printed_share(claim: Claim) -> None:
    assert (EXAMPLES / f"plot_{claim.script}.py").exists()
    base, share = claim.judge()
    assert base
    assert share == pytest.approx(claim.share, abs=1 / claim.points)


def test_a_false_assertion_is_refused() -> None:
    claim = next(claim for claim in claims() if claim.script == "false_alarms")
    turned = Claim(claim.script, "", "rise < 0", claim.measure, claim.over, 64, 1.0, {})
    assert turned.judge() == (False, 0.0)


def test_each_measure_is_used_and_the_share_is_shown() -> None:
    assert {claim.measure for claim in claims()} == set(MEASURES)
    partly = next(claim for claim in claims() if claim.share < 1)
    assert f"holds on {partly.share:.0%} of the box" in partly.shown()


def test_a_threshold_of_the_measures_is_the_verifiers() -> None:
    treaty = ag.Treaty().replace(detection=0.6, false_alarm=0.02)
    found = ag.critical_discount(treaty.one_status(), (ag.grim, ag.grim)).value
    more = ag.critical_discount(treaty.replace(false_alarm=0.03).one_status(), (ag.grim, ag.grim)).value
    assert MEASURES["false_alarms"](treaty, 0.9)["rise"] == pytest.approx(more - found, abs=1e-9)


def test_the_file_of_claims_stands_beside_the_scripts() -> None:
    assert Path(EXAMPLES / "claims.toml").exists()
