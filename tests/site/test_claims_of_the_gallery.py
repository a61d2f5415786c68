"""What titles of the gallery assert holds at the numbers of the figures, and at the first draws as the file says."""

from __future__ import annotations

import pytest
from gallery_claims import EXAMPLES, MEASURES, Claim, claims, descriptive

import armsgame as ag

SCRIPTS = sorted(path.stem.removeprefix("plot_") for path in EXAMPLES.glob("plot_*.py"))


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.script)
def test_a_title_holds_at_its_numbers_and_at_the_first_draws_as_printed(claim: Claim) -> None:
    assert claim.holds({})
    assert claim.judge(len(claim.drawn)) == claim.drawn


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.script)
def test_a_claim_has_draws_or_says_why_not(claim: Claim) -> None:
    # draws that take more than a second each are judged by benchmarks/gallery_claims.py only
    assert bool(claim.over) != bool(claim.fixed)
    if claim.over:
        assert claim.points >= 8
        assert claim.share * claim.points == pytest.approx(
            round(claim.share * claim.points), abs=claim.points * 5.01e-4
        )
        assert claim.share > 0
        assert claim.drawn.count("1") <= round(claim.share * claim.points)


def test_each_script_claims_something_or_is_called_descriptive() -> None:
    listed = [claim.script for claim in claims()] + list(descriptive())
    assert sorted(listed) == SCRIPTS
    assert all(descriptive().values())


def test_a_false_assertion_is_refused() -> None:
    claim = next(claim for claim in claims() if claim.script == "false_alarms")
    turned = Claim("false_alarms", "", "rise < 0", claim.measure, claim.over)
    assert not turned.holds({})
    assert turned.judge(32) == 32 * "0"


def test_whole_bounds_are_drawn_whole_and_fewer_draws_are_the_first_of_more() -> None:
    claim = next(claim for claim in claims() if claim.script == "dresher")
    few, many = claim.draws(4), claim.draws(64)
    assert many[:4] == few
    low, high = claim.over["periods"]
    assert {point["periods"] for point in many} <= set(range(int(low), int(high) + 1))


def test_each_measure_is_used_and_the_share_is_shown() -> None:
    assert {claim.measure for claim in claims()} == set(MEASURES)
    partly = next(claim for claim in claims() if claim.share < 1)
    assert f"It holds on {partly.share:.0%} of the box" in partly.shown()
    fixed = next(claim for claim in claims() if claim.fixed)
    assert fixed.shown().endswith(f"It has no ranges: {fixed.fixed}.")


def test_a_threshold_of_the_measures_is_the_verifiers() -> None:
    treaty = ag.Treaty().replace(detection=0.6, false_alarm=0.02)
    found = ag.critical_discount(treaty.one_status(), (ag.grim, ag.grim)).value
    more = ag.critical_discount(treaty.replace(false_alarm=0.03).one_status(), (ag.grim, ag.grim)).value
    measured = MEASURES["false_alarms"](detection=0.6, false_alarm=0.02)["rise"]
    assert measured == pytest.approx(more - found, abs=1e-9)
