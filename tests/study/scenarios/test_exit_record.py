"""Exits on record: what is listed, who disputes it, and what is not on record."""

from __future__ import annotations

import csv
import importlib.util
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

import armsgame as ag
from armsgame.dossiers.dates import When
from armsgame.dossiers.record import Dispute, Event, Reading
from armsgame.study.scenarios.endings import ending
from armsgame.study.scenarios.exit_record import COLUMNS, EXITS, NONE

load = cache(ag.load_scenario)


@pytest.fixture(scope="module")
def shipped():
    return ag.studies.exits_on_record(load(name) for name in ag.scenarios())


@pytest.fixture
def bare():
    """The ABM dossier without its events, to which a test adds its own."""
    s = load("abm")
    return lambda *events, **more: replace(s, events=events, **{"disputes": (), **more})


def act(move, actor="US", target="Russia", text="It acts", **more):
    days = {k: When(v) for k, v in more.items() if k in ("announced", "delivered", "published", "effective")}
    rest = {k: v for k, v in more.items() if k not in days}
    return Event(actor, move, text, target=target, source="act_jan_2002", **days, **rest)


def test_every_act_of_every_dossier_is_listed_once(shipped):
    for name in ag.scenarios():
        s = load(name)
        acts = [e for e in s.events if e.move in EXITS]
        rows = shipped.of(name)
        assert len(rows) >= len(acts)
        assert len(rows) - len(acts) == sum(r.act.startswith("notice") for r in rows)


def test_exits_agree_with_how_the_treaty_ended(shipped):
    for name in ag.scenarios():
        e = ending(load(name))
        if e.kind != "notice and exit":
            continue
        row = next(r for r in shipped.of(name) if r.act == "exit" and r.effective == e.left)
        assert (row.delivered or row.announced) == e.announced
        assert row.given == str(e.given_days)
        assert row.asked_days == round(e.asks_days)


def test_every_row_rests_on_a_document_and_names_its_party(shipped):
    for row in shipped:
        s = load(row.treaty)
        assert row.sources
        assert row.grounds in {e.text for e in s.events}
        assert row.party
        assert not row.given_days or row.given_days[0] <= row.given_days[1]


def test_rows_stand_in_order_of_time(shipped):
    starts = [min(str(d.first) for d in (r.announced, r.delivered, r.effective) if d) for r in shipped]
    assert starts == sorted(starts)


def test_a_disputed_day_shows_every_reading_and_its_holders(shipped):
    (row,) = [r for r in shipped.of("new_start") if r.act == "expiry"]
    assert "2026-02-05" in row.effect
    assert "2026-02-04" in row.effect
    assert "Russia" in row.disputed_by
    assert "US" in row.disputed_by
    (row,) = [r for r in shipped.of("jcpoa") if r.act == "return of measures"]
    assert "E3EU" in row.disputed_by
    assert "Iran" in row.disputed_by


def test_what_is_not_on_record_is_said_to_be_so(bare):
    (row,) = ag.studies.exits_on_record([bare(act("withdraw_effective", effective="2002-06-13"))])
    assert (row.answer, row.suspension, row.disputed_by) == (NONE, NONE, NONE)
    assert row.given == NONE
    (row,) = ag.studies.exits_on_record([bare(act("suspend", announced="2002-01-01"))])
    assert (row.effective, row.effect) == (None, "")
    assert (
        "effect none on record"
        in ag.studies.exits_on_record([bare(act("suspend", announced="2002-01-01"))]).to_markdown()
    )
    (row,) = ag.studies.exits_on_record([bare(act("withdraw_notice", delivered="2002-01-01"))])
    assert row.act == "notice, no exit on record"


def test_a_notice_belongs_to_its_own_party_and_is_used_once(bare):
    found = ag.studies.exits_on_record([
        bare(
            act("withdraw_notice", "US", delivered="2001-01-01"),
            act("withdraw_notice", "Russia", "US", delivered="2001-02-01"),
            act("withdraw_effective", "Russia", "US", effective="2001-08-01"),
            act("withdraw_effective", "US", effective="2001-07-01"),
        )
    ])  # fmt: skip
    assert [(r.party, r.given) for r in found] == [("US", "181"), ("Russia", "181")]


def test_an_answer_belongs_to_the_last_act_of_its_target_and_an_objection_disputes_it(bare):
    found = ag.studies.exits_on_record([
        bare(
            act("suspend", effective="2001-01-01"),
            act("object", "Russia", "US", "It objects", announced="2001-01-05"),
            act("withdraw_notice", delivered="2001-03-01"),
            act("withdraw_effective", effective="2001-09-01"),
            act("state_position", "Russia", "US", "It answers", announced="2001-03-02"),
            act("object", "US", "US", "It objects to itself", announced="2001-03-03"),
        )
    ])  # fmt: skip
    halt, exit_ = found
    assert halt.disputed_by == "Russia (2001-01-05)"
    assert halt.answer == "2001-01-05, Russia: It objects"
    assert exit_.answer == "2001-03-02, Russia: It answers"
    assert exit_.disputed_by == NONE
    assert exit_.suspension == "US (2001-01-01, disputed)"


def test_swapping_the_parties_swaps_the_rows(bare):
    def acts(one, two):
        return (
            act("suspend", one, two, effective="2001-01-01"),
            act("object", two, one, announced="2001-01-05"),
            act("withdraw_notice", one, two, delivered="2001-03-01"),
            act("withdraw_effective", one, two, effective="2001-09-01"),
        )

    there, back = (
        ag.studies.exits_on_record([bare(*acts(*pair))]).records() for pair in (("US", "Russia"), ("Russia", "US"))
    )
    swap = {"US": "Russia", "Russia": "US"}
    for a, b in zip(there, back, strict=True):
        for column in COLUMNS:
            text = "".join(swap.get(w, w) for w in _words(a[column]))
            assert text == "".join(_words(b[column]))


def _words(value):
    import re

    return re.split(r"(\W+)", str(value))


def test_a_reading_without_the_act_disputes_it(bare):
    readings = (
        Reading("in effect", ("US",), "It took effect", "act_jan_2002"),
        Reading("of no effect", ("Russia",), "It did not", "act_jan_2002", without=("halt",)),
    )
    s = bare(
        act("suspend", effective="2001-01-01", id="halt"),
        act("withdraw_effective", effective="2002-01-01", id="left"),
        act("withdraw_effective", effective="2003-01-01", actor="Russia"),
        disputes=(Dispute("halt", "Did it take effect?", readings),),
    )
    told = [row.disputed_by for row in ag.studies.exits_on_record([s])]
    # a question is about its own act, and not about other acts with or without a name
    assert told == ["Did it take effect? in effect (US), of no effect (Russia)", NONE, NONE]


def test_days_given_span_what_the_dates_can_mean(bare):
    (row,) = ag.studies.exits_on_record([
        bare(act("withdraw_notice", delivered="2001-03"), act("withdraw_effective", effective="2001-09-01"))
    ])  # fmt: skip
    assert row.given_days == (154, 184)
    assert row.given == "154 to 184"


def test_csv_holds_what_the_frame_holds(shipped, tmp_path):
    shipped.to_csv(tmp_path / "exits.csv")
    with (tmp_path / "exits.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    frame = shipped.to_frame()
    assert list(read[0]) == list(frame.columns) == list(COLUMNS)
    assert len(read) == len(frame) == len(shipped)
    for k, row in enumerate(read):
        assert row["party"] == frame["party"][k]
        assert row["asked_days"] == ("" if frame["asked_days"].isna()[k] else str(frame["asked_days"][k]))


def test_dates_of_exits_are_those_that_the_figure_of_cascades_reads(shipped):
    assert shipped.dates("washington") == {"Japan": (None, date(1934, 12, 29), date(1936, 12, 31))}
    assert shipped.dates("new_start") == {}


def test_markdown_has_a_line_and_a_paragraph_for_every_act(shipped):
    text = shipped.to_markdown()
    assert text.count("\n| ") == len(shipped)
    assert text.count("\n**") == len(shipped)
    assert all(line.count("|") == 9 for line in text.splitlines() if line.startswith("|"))


def test_parquet_without_its_packages_says_what_to_install(shipped, tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in ("pyarrow", "fastparquet") else 1)
    with pytest.raises(ag.errors.InvalidGame, match=r"pyarrow.*to_csv"):
        shipped.to_parquet(tmp_path / "exits.parquet")


def test_parquet_gets_the_whole_table(shipped, tmp_path, monkeypatch):
    import pandas as pd

    got = []

    def write(self, path, index):
        got.append((len(self), path.suffix, index))
        path.write_bytes(b"table")

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(pd.DataFrame, "to_parquet", write)
    shipped.to_parquet(tmp_path / "exits.parquet")
    assert got == [(len(shipped), ".parquet", False)]
    assert (tmp_path / "exits.parquet").read_bytes() == b"table"


def test_what_is_no_dossier_is_refused():
    with pytest.raises(ag.errors.WrongConcept, match="load_scenario"):
        ag.studies.exits_on_record([3])
    assert len(ag.studies.exits_on_record()) == len(ag.studies.exits_on_record(ag.scenarios()))
    with pytest.raises(ag.errors.ScenarioError):
        ag.studies.exits_on_record(["no such treaty"])
