"""Treaties side by side: closed forms, exact laws, units that can be compared, and bad input."""

from __future__ import annotations

import re

import numpy as np
import pytest

import armsgame as ag
from armsgame.study.scenarios.outlook import branches

compliance = ag.treaty.compliance
JCPOA, NAVAL = ag.load_scenario("jcpoa"), ag.load_scenario("washington")


@pytest.fixture(scope="module")
def side_by_side():
    return ag.compare(["jcpoa", NAVAL])


def test_thresholds_are_the_closed_forms_per_year(side_by_side):
    table = side_by_side.table("thresholds")
    assert [(r["treaty"], r["regime"]) for r in table] == [
        ("jcpoa", "monitoring by the agency"),
        ("jcpoa", "reduced access"),
        ("washington", "published figures"),
    ]
    for row, d, days in zip(table, (0.8, 0.4, 0.6), (91, 91, 182.5), strict=True):
        closed = compliance.grim(1.5, 1, 0, *compliance.per_party_alarm(d, 0.005)).threshold
        assert row["grim"] == pytest.approx(closed ** (365.25 / days), abs=1e-8)
        assert row["exit_on_alarm"] == pytest.approx(row["grim"], abs=1e-6)
    assert table[0]["own_discount"] == pytest.approx(0.95 ** (365.25 / 91))


def test_the_same_treaty_in_other_periods_has_the_same_years(side_by_side):
    one = side_by_side.answers[1]
    assert one.periods_per_year == pytest.approx(365.25 / 182.5)
    assert one.years(one.laws["agnostic"])[-1] >= 10
    assert one.survival_after("agnostic", 0) == 1


def test_survival_is_the_mixture_of_the_exact_laws(side_by_side):
    for row in side_by_side.table("survival"):
        if row["treaty"] != "washington":
            continue
        parts = branches(NAVAL, row["perspective"])
        laws = [ag.withdrawal_law(b.game, b.profile, periods=20).survival[20] for b in parts]
        assert row["after_10_years"] == pytest.approx(sum(b.weight * p for b, p in zip(parts, laws, strict=True)))
    names = {(r["treaty"], r["perspective"]) for r in side_by_side.table("survival")}
    assert len(names) == 6


def test_causes_add_up_to_the_law_of_notice(side_by_side):
    one = side_by_side.answers[0]
    for name, law in one.causes.items():
        parts = branches(JCPOA, name)
        periods = len(law.cumulative) - 1
        notice = sum(
            b.weight * (1 - ag.withdrawal_law(b.game, b.profile, periods=periods, event="notice").survival)
            for b in parts
        )
        assert np.allclose(law.cumulative.sum(axis=1), notice, atol=1e-12)
    # seven of ten US types of the Iranian account leave at once
    assert one.causes["iranian_account"].of("notice_without_grounds")[1] == pytest.approx(0.7)


def test_self_enforcement_rests_on_certificates(side_by_side):
    held = {(r["treaty"], r["regime"]): r for r in side_by_side.table("self_enforcement")}
    for one in side_by_side.answers:
        for regime in {r.regime for r in one.rows}:
            row = held[one.scenario.id, regime]
            kept = [r.strategy for r in one.rows if r.regime == regime and r.certificate.ok]
            assert row["strategies"] == ", ".join(kept)
            assert row["holds"] == bool(kept)


def test_the_table_has_one_row_a_treaty_and_prints(side_by_side):
    frame = side_by_side.to_frame()
    # a disputed end stands twice
    assert list(frame["treaty"]) == ["jcpoa", "jcpoa", "washington"]
    assert list(frame["reading"]) == ["return of sanctions", "termination day", ""]
    assert (frame["survival_10_lowest"] < frame["survival_10_highest"]).all()
    text = str(side_by_side)
    for part in ("assumptions", "iranian_account", "733", "disputed", "exit, no notice on record"):
        assert part in text


def test_the_order_of_treaties_and_a_single_one_change_nothing():
    both = ag.compare(["abm", "inf"], "notice").table()
    assert both == ag.compare(["inf", "abm"], "notice").table()[::-1]
    assert ag.compare("inf", "notice").table() == both[1:]


@pytest.mark.parametrize(
    ("given", "question", "match"),
    [
        ([], "all", "at least one"),
        (["inf", "inf"], "notice", "twice"),
        (["imf"], "notice", "'inf'"),
        (["inf"], "survivel", "survival"),
    ],
)
def test_bad_input_is_named(given, question, match):
    with pytest.raises(ag.errors.ScenarioError, match=match):
        ag.compare(given, question)


def test_a_report_without_display_or_second_regime_says_so():
    result = ag.report(NAVAL, perspective="japanese_account", paths=100, periods=6)
    assert result.end is None
    assert result.flip is None
    assert not result.beliefs
    assert list(result.accounts) == ["japanese_account"]
    text = str(result)
    for part in ("no end of one is studied", "does not arise", "Parties of the model", "unverified, from memory"):
        assert part in text
    summary = result.summary()
    assert summary["anticipated_end"] is None
    assert summary["display"] == {}
    assert "attended_difference" not in result.to_xarray()


def test_what_is_certified_has_a_number_and_a_set_of_patience(side_by_side):
    found = side_by_side
    rows = {(r["treaty"], r["regime"]): r for r in found.table("thresholds")}
    for held in found.table("self_enforcement"):
        row = rows[held["treaty"], held["regime"]]
        for strategy in held["strategies"].split(", "):
            assert np.isfinite(row[strategy.split("(")[0]])
    for treaty in found.answers:
        for one in treaty.rows:
            row, key = rows[treaty.scenario.id, one.regime], one.strategy.split("(")[0]
            assert np.isnan(row[key]) == row[f"{key} set"].endswith("at none") == (not one.threshold.intervals)


def test_a_band_is_printed_whole(side_by_side):
    # the ladder holds for discount factors of a quarter in [.718, .988], of a year in their powers
    row = side_by_side.table("thresholds")[0]
    bands = next(r for r in side_by_side.answers[0].rows if r.strategy == "ladder_yield").threshold.intervals
    assert bands[-1][1] < 1
    low, high = (x ** (365.25 / 91) for x in bands[0])
    assert row["ladder_yield"] == pytest.approx(low)
    shown = re.search(r"\[([.0-9]+), ([.0-9]+)\]", row["ladder_yield set"])
    assert [float(x) for x in shown.groups()] == pytest.approx([low, high], abs=2e-5)
    assert shown[0] in str(side_by_side)
