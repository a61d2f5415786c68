"""Six dossiers of treaties with blocks, without exits, or without a clause: what must hold beyond the common checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

import armsgame as ag
from armsgame.dossiers.audit import record_faults
from armsgame.dossiers.dates import When
from armsgame.dossiers.record import MEMBERS
from armsgame.study.scenarios.endings import ending

NAMES = ("anglo_german", "bwc", "cfe", "open_skies", "ottawa", "test_bans")
LOADED = {name: ag.load_scenario(name) for name in NAMES}


def counted(name, fact):
    s = LOADED[name]
    return next(s.value(f) for f in s.facts if f.name == fact)


@pytest.mark.parametrize("name", NAMES)
def test_the_record_has_no_fault_and_nothing_from_memory(name):
    s = LOADED[name]
    assert record_faults(s) == []
    assert {x.confidence for x in (s.terms, *s.regimes, *s.facts, *s.events)} == {"found"}
    assert "memory" not in {c.source for c in s.claims} | {c.reply_source for c in s.claims}
    assert all(v.title and v.publisher and v.date and v.url and v.read for v in s.sources.values())


@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_days_are_counted_and_payoffs_are_assumptions(name):
    s = LOADED[name]
    assert all(f.between for f in s.facts if f.unit == "days" and f.name != "notice that the treaty asks for")
    told = {"notice_days"}  # what a text asks for may come from that text
    assert all(q.source == "assumption" for n, q in s.quantities.items() if n not in told)
    assert {t.source for t in s.types} | {p.source for p in s.perspectives.values()} == {"assumption"}


@pytest.mark.parametrize("name", NAMES)
def test_each_account_but_the_neutral_one_names_another_as_its_rival(name):
    s = LOADED[name]
    neutral, *sides = s.perspectives
    assert s.perspectives[neutral].rival == ""
    for side in sides:
        assert s.perspectives[side].rival in set(sides) - {side}


@pytest.mark.parametrize("name", ["ottawa", "cfe"])
def test_states_inside_a_block_have_a_place_of_their_own_and_a_reason(name):
    s = LOADED[name]
    inside = [m for m in s.roster if m.place in MEMBERS and m.actor not in s.parties]
    assert len(inside) >= 4
    assert all(m.reason for m in inside)
    assert "block" in s.relation


@pytest.mark.parametrize(
    ("name", "kind", "by", "given"),
    [
        ("ottawa", "notice and exit", "Estonia", 183),
        ("cfe", "notice and exit", "Russia", 151),
        ("open_skies", "notice and exit", "US", 184),
        ("anglo_german", "exit, no notice on record", "Germany", None),
        ("bwc", "in force", "", None),
        ("test_bans", "in force", "", None),
    ],
)
def test_exits_are_read_from_the_dated_moves(name, kind, by, given):
    found = ending(LOADED[name])
    assert (found.kind, found.by, found.given_days) == (kind, by, given)
    assert found.verified


def test_five_states_left_the_mine_ban_in_order_of_their_notices():
    s = LOADED["ottawa"]
    notices = [(e.actor, e.date.first) for e in s.timeline() if e.move == "withdraw_notice"]
    exits = [(e.actor, e.date.first) for e in s.timeline() if e.move == "withdraw_effective"]
    assert [a for a, _ in notices] == [a for a, _ in exits] == ["Estonia", "Latvia", "Lithuania", "Finland", "Poland"]
    assert [(b - a).days for (_, a), (_, b) in zip(notices, exits, strict=True)] == [183, 183, 183, 184, 184]
    assert counted("ottawa", "time from the first deposit to the last effect") == 238
    assert (date(2026, 2, 20) - date(2025, 6, 27)).days == 238


def test_the_second_exit_from_open_skies_came_391_days_after_the_first():
    assert counted("open_skies", "time from the first exit to the second") == 391
    assert (date(2021, 12, 18) - date(2020, 11, 22)).days == 391
    assert [e.actor for e in LOADED["open_skies"].timeline() if e.move == "withdraw_effective"] == ["US", "Russia"]


def test_conventional_forces_were_suspended_in_part_left_and_suspended_again():
    s = LOADED["cfe"]
    steps = [e for e in s.timeline() if e.move in ("suspend", "suspend_in_part", "withdraw_effective")]
    between = [(e.actor, e.move) for e in steps if e.actor in s.parties]
    assert between == [
        ("Russia", "suspend"),
        ("NATOStates", "suspend_in_part"),
        ("Russia", "withdraw_effective"),
        ("NATOStates", "suspend"),
    ]
    assert counted("cfe", "notice given for the suspension of 2007") == (date(2007, 12, 12) - date(2007, 7, 14)).days
    assert counted("cfe", "notice given for the exit of 2023") == (date(2023, 11, 7) - date(2023, 6, 9)).days


def test_what_sources_date_differently_is_kept_in_all_readings():
    days = {str(r.sets["events.resumed.effective"]) for r in LOADED["test_bans"].disputes[0].readings}
    assert days == {"1987-02-25", "1987-02-26", "1987-02-28"}
    assert LOADED["test_bans"].day("events.resumed.effective") == When("1987-02-25/1987-02-28")
    assert LOADED["ottawa"].day("events.sejm.effective") == When("2025-06-25/2025-06-26")
    british = next(r for r in LOADED["anglo_german"].disputes[0].readings if r.holders == ("UK",))
    assert british.without == ("exit",)


def test_by_the_reading_that_denies_an_exit_the_treaty_has_no_end():
    german, british = LOADED["anglo_german"].readings().values()
    assert (german.terms.ended, ending(german).by) == (When("1939-04-28"), "Germany")
    assert (british.terms.ended, ending(british).kind) == (None, "in force")
    assert LOADED["anglo_german"].terms.ended == When("1939-04-28")
    assert [f.name for f in british.facts if f.between] == ["time from the first to the second agreement"]


def test_a_record_without_an_exit_stays_in_force():
    assert LOADED["bwc"].terms.ended is None
    assert LOADED["test_bans"].terms.ended is None


def test_restraint_that_ended_before_the_treaty_was_in_force_did_not_end_it():
    s = LOADED["test_bans"]
    assert "moratorium_end" in {e.move for e in s.events}
    earlier = replace(s, terms=replace(s.terms, in_force=When("1985-01-01")))
    assert (ending(s).kind, ending(earlier).by) == ("in force", "Russia")
