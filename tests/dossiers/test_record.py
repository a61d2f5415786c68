"""The record: evidence, dates, roster, disputes, and one coding rule for everybody."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import tomli_w

import armsgame as ag
from armsgame.cli.main import main
from armsgame.cli.output import shown
from armsgame.dossiers.audit import KINDS, record_faults
from armsgame.dossiers.dates import When
from armsgame.dossiers.evidence import balance, balance_table, event_day, sources_text, statements
from armsgame.dossiers.loader import check_text, template, to_toml
from armsgame.dossiers.moves import MOVES, READ, date_order
from armsgame.dossiers.record import DATES, MEMBERS
from armsgame.study.scenarios.endings import ending
from armsgame.study.scenarios.outlook import declined_display
from armsgame.study.uncertainty.history_model import dated_summaries

NAMES = ag.scenarios()
LOADED = {name: ag.load_scenario(name) for name in NAMES}
INF, NEW_START, JCPOA = LOADED["inf"], LOADED["new_start"], LOADED["jcpoa"]


def changed(change, name="inf"):
    data = tomllib.loads(to_toml(LOADED[name]))
    change(data)
    scenario, faults = check_text(tomli_w.dumps(data), "changed")
    return scenario, faults


def exchanged(s, text):
    """Exchange the names of the two parties in a text."""
    a, b = s.parties
    prose = {s.actors[a].name: s.actors[b].name, s.actors[b].name: s.actors[a].name, a: b, b: a}
    word = re.compile("|".join(rf"\b{re.escape(n)}(?!\w)" for n in sorted(prose, key=len, reverse=True)))
    return word.sub(lambda m: prose[m[0]], text)


def swapped(s):
    """Exchange the names of the two parties wherever they stand, prose included; everything else stays."""
    labels = dict(zip(s.parties, reversed(s.parties), strict=True))

    def turned(value):
        if isinstance(value, dict):
            return {labels.get(k, k): turned(v) for k, v in value.items()}
        if isinstance(value, list):
            return [turned(v) for v in value]
        if not isinstance(value, str):
            return value
        return labels.get(value) or exchanged(s, value)

    scenario, faults = check_text(tomli_w.dumps(turned(tomllib.loads(to_toml(s)))), "swapped")
    assert scenario is not None, faults
    return scenario


@pytest.mark.parametrize("name", NAMES)
def test_no_shipped_record_has_a_fault_of_any_kind(name):
    assert record_faults(LOADED[name]) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_source_has_title_publisher_date_and_address_or_shelfmark(name):
    for key, source in LOADED[name].sources.items():
        assert source.title, key
        assert not source.title.startswith("("), key
        assert source.publisher, key
        assert source.date is not None, key
        assert source.url.startswith(("http://", "https://")) or source.shelfmark, key
        assert source.kind in ("primary", "secondary"), key
        if source.date.precision == "span":
            assert source.note, f"{name}.{key}: a span that nothing explains"


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_rests_on_a_source_or_says_where_it_was_looked_for(name):
    s = LOADED[name]
    assert all(one.sources for one in statements(s)), [one.path for one in statements(s) if not one.sources]
    recalled = [x for x in (s.terms, *s.regimes, *s.facts, *s.events) if "memory" in (x.source, x.confidence)]
    assert all(x.searched for x in recalled)
    assert not s.terms.unverified or s.terms.searched
    assert "memory" not in {c.source for c in s.claims} | {c.reply_source for c in s.claims}


@pytest.mark.parametrize("name", NAMES)
def test_the_roster_covers_every_actor_and_says_why_somebody_is_left_out(name):
    s = LOADED[name]
    named = {e.actor for e in s.events} | {e.target for e in s.events} | {w for e in s.events for w in e.jointly}
    named |= {c.claimant for c in s.claims} | {c.respondent for c in s.claims}
    listed = {m.actor for m in s.roster}
    assert named - {"both", ""} <= listed
    assert set(s.actors) == listed
    assert all(m.reason for m in s.roster if m.place in MEMBERS and m.actor not in s.parties)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_that_follow_from_dates_are_not_typed_beside_them(name):
    s = LOADED[name]
    for fact in s.facts:
        if fact.between:
            assert fact.value is None
            first, last = (date.toordinal(s.day(reference).first) for reference in fact.between)
            assert s.value(fact) == last - first
        elif fact.unit == "days":
            assert "stated" in fact.note, f"{fact.name}: a length of days without two dates"
    gave = ending(s).given_days
    if gave is not None:
        assert gave in [s.value(f) for f in s.facts if f.between]


@pytest.mark.parametrize("name", NAMES)
def test_claims_have_two_sides_with_a_source_each_and_accounts_name_their_rival(name):
    s = LOADED[name]
    a, b = s.parties
    assert all(c.source != c.reply_source for c in s.claims)
    for p in s.perspectives.values():
        if p.types[a] != p.types[b]:
            assert s.perspectives[p.rival].rival in s.perspectives
            assert p.rival != ""


@pytest.mark.parametrize("name", NAMES)
def test_swapping_the_names_of_the_parties_swaps_the_codes_and_nothing_else(name):
    s = LOADED[name]
    other = swapped(s)
    names = dict(zip(s.parties, reversed(s.parties), strict=True))
    assert [names.get(e.actor, e.actor) for e in s.events] == [e.actor for e in other.events]
    assert [(e.move, e.dates) for e in s.events] == [(e.move, e.dates) for e in other.events]
    assert record_faults(other) == []
    one, two = ending(s), ending(other)
    assert (one.kind, one.given_days, names.get(one.by, one.by)) == (two.kind, two.given_days, two.by)
    assert dated_summaries(s) == dated_summaries(other)
    shows, mirrored = declined_display(s), declined_display(other)
    assert (shows is None) == (mirrored is None)
    assert shows is None or tuple(names[p] for p in shows) == mirrored
    ours, theirs = balance(s), balance(other)
    assert {names.get(k, k): v for k, v in ours.items()} == theirs


@pytest.mark.parametrize("name", ["inf", "cfe", "washington"])
def test_swapping_the_parties_swaps_text_verbs_colours_and_order(name):
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.colors import to_hex

    s = LOADED[name]
    other = swapped(s)
    # lines are filled anew where names differ in length
    ours, theirs = (re.sub(r"[\s-]+", " ", text).split() for text in (exchanged(s, shown(s)), shown(other)))
    assert [word for word in ours if word not in theirs] == []
    assert sorted(ours) == sorted(theirs)
    verbs = [{p: [e.move for e in x.timeline() if e.actor == p] for p in x.parties} for x in (s, other)]
    assert list(verbs[0].values()) == list(verbs[1].values())
    drawn = []
    for x in (s, other):
        ax = ag.plot.timeline(x)
        marks = [(*m.get_xydata()[0], to_hex(m.get_markeredgecolor())) for m in ax.lines if len(m.get_xdata()) == 1]
        drawn.append(([t.get_text() for t in ax.get_xticklabels()], marks))
    plt.close("all")
    (columns, before), (turned, after) = drawn
    assert turned == [exchanged(s, column) for column in columns]
    assert turned[:2] == list(reversed(s.parties))
    first, second = (next(shade for x, _, shade in before if x == k) for k in (0, 1))
    swap = {first: second, second: first}
    assert first != second
    assert [(x, y, swap[shade] if x < 2 else shade) for x, y, shade in before] == after


def test_a_move_is_defined_once_by_roles_and_names_no_state():
    states = {a.name.split(" (")[0] for s in LOADED.values() for a in s.actors.values()} | {"US", "Russia", "NATO"}
    for name, move in MOVES.items():
        assert move.meaning, name
        assert not [w for w in states if re.search(rf"\b{re.escape(w)}\b", move.meaning)], name
    assert set(READ) <= set(MOVES)
    # the same act has one code, whoever did it first
    assert not {"counter_allege", "mirror_suspend"} & set(MOVES)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_source_and_day_have_the_same_code_in_every_dossier(name):
    codes = {(e.text, str(e.date)): e.move for s in LOADED.values() for e in s.events}
    assert all(codes[e.text, str(e.date)] == e.move for e in LOADED[name].events)


def test_an_act_of_speech_is_dated_by_what_was_said_and_a_deed_by_its_effect():
    notice = next(e for e in INF.events if e.id == "notice_us")
    assert notice.dates == {
        "announced": When("2019-02-01"), "delivered": When("2019-02-02"), "effective": When("2019-08-02")
    }  # fmt: skip
    assert str(notice.date) == "2019-02-02"
    assert str(replace(notice, move="suspend").date) == "2019-08-02"
    assert "announced 2019-02-01" in notice.others
    assert set(date_order("sign")) == set(date_order("ultimatum")) == set(DATES)
    with pytest.raises(ValueError, match="no date"):
        _ = replace(notice, announced=None, delivered=None, effective=None).date


def test_disputed_dates_are_stored_as_the_span_and_every_reading_is_run():
    readings = JCPOA.readings()
    assert {str(s.terms.ended) for s in readings.values()} == {"2025-09-28", "2025-10-18"}
    assert str(JCPOA.terms.ended) == "2025-09-28/2025-10-18"
    without = readings["termination day"]
    assert not without.disputes
    # figures that are counted from an event without effect go with it, and all others can be counted
    assert len(without.facts) == len(JCPOA.facts) - 1
    assert all(s.value(f) is not None for s in readings.values() for f in s.facts)
    assert "return_un" in {e.id for e in JCPOA.events}
    assert "return_un" not in {e.id for e in without.events}
    assert {str(ending(s).left) for s in NEW_START.readings().values()} == {"2026-02-05", "2026-02-04"}
    # a model of dated histories runs on each
    assert all(dated_summaries(s)[1] > 0 for s in readings.values())
    # two disputes give every combination
    both = replace(INF, disputes=(*INF.disputes, replace(INF.disputes[0], id="again")))
    assert len(both.readings()) == 4
    assert list(LOADED["washington"].readings()) == [""]


def test_a_disputed_term_changes_the_model_by_reading():
    s, faults = changed(lambda d: d["disputes"][0]["readings"][1].__setitem__("values", {"notice_days": 364}))
    assert s is not None, faults
    days = [r.treaty().notice_days for r in s.readings().values()]
    assert days == [182, 364]
    assert list(s.readings().values())[1].quantities["notice_days"].source == "state_timeline"
    assert [r["asks_days"] for r in ag.compare([s], "notice").table()] == days
    _, faults = changed(lambda d: d["disputes"][0]["readings"][1].__setitem__("values", {"notice": 364}))
    assert any("no parameter" in f for f in faults)
    _, faults = changed(lambda d: d["disputes"][0]["readings"][1].__setitem__("values", {"detection": 3}))
    assert any("values: detection" in f for f in faults)


def test_a_record_that_takes_a_side_is_refused():
    _, faults = changed(lambda d: d["terms"].__setitem__("ended", "2025-09-28"), "jcpoa")
    assert "takes a side" in faults[0]
    _, faults = changed(lambda d: d["disputes"][0]["readings"].pop(), "jcpoa")
    assert any("two sides" in f for f in faults)
    _, faults = changed(
        lambda d: d["disputes"][0]["readings"][0]["sets"].__setitem__("events.no.effective", "2025"), "jcpoa"
    )
    assert any("leads to no date" in f for f in faults)
    _, faults = changed(lambda d: d["disputes"][0]["readings"][1].__setitem__("without", ["nothing"]), "jcpoa")
    assert any("no id of an event" in f for f in faults)
    _, faults = changed(lambda d: d["disputes"][0]["readings"][0].__setitem__("holders", []), "jcpoa")
    assert any("nobody" in f for f in faults)


@pytest.mark.parametrize("name", [n for n in NAMES if LOADED[n].disputes])
def test_text_prints_disputed_dates_as_disputed(name):
    s = LOADED[name]
    text = shown(s)
    for dispute in s.disputes:
        assert f"Disputed: {dispute.question}" in text
        for reading in dispute.readings:
            assert reading.text in text
            assert all(str(day) in text for day in reading.sets.values())
    disputed = [e for e in s.events if s.disputed(f"events.{e.id}.{'published' if e.published else 'effective'}")]
    assert all(event_day(s, e).startswith("disputed: ") for e in disputed)


def test_the_ending_says_that_its_day_is_disputed():
    told = ending(NEW_START).told
    assert "disputed" in told
    assert "2026-02-04 (US)" in told
    assert "disputed" not in ending(INF).told


def test_compare_shows_a_disputed_end_once_for_each_reading():
    table = ag.compare(["jcpoa", "new_start", "inf"], "notice").table()
    rows = {n: [r for r in table if r["treaty"] == n] for n in ("jcpoa", "new_start", "inf")}
    assert [r["ended"] for r in rows["jcpoa"]] == ["2025-09-28", "2025-10-18"]
    assert [r["left"] for r in rows["new_start"]] == ["2026-02-05", "2026-02-04"]
    assert all(r["reading"] and r["dates"] == "disputed" for n in ("jcpoa", "new_start") for r in rows[n])
    # a dispute that does not touch the end gives no second row
    assert [r["reading"] for r in rows["inf"]] == [""]


def test_what_is_not_on_record_is_printed_as_absent():
    assert "which is not: did not happen" in shown(NEW_START)
    assert all(a.what in shown(s) and a.searched for s in LOADED.values() for a in s.absent)


def test_the_account_is_kept_apart_from_what_others_say():
    assert [p.number for p in INF.passages] == list(range(1, 16))
    for p in INF.passages:
        assert INF.sources[p.source].voice == "Russia"
        assert bool(p.others) == bool(p.others_source)
        assert all(INF.sources[key].voice != "Russia" or "Russian" in p.others for key in p.others_source)
    assert "Europe and Russia" in INF.passages[8].says
    assert "confrontational approach" in INF.passages[1].says
    assert "very strange" in INF.passages[5].says
    assert INF.sources["rt_2019"].date == When("2019-02-09/2019-02-11")


FAULTS = [
    ("missing second side", lambda d: d["claims"][0].__setitem__("reply_source", d["claims"][0]["source"])),
    ("missing second side", lambda d: d["perspectives"]["us_account"].pop("rival")),
    ("undated source", lambda d: d["sources"]["treaty"].pop("date")),
    ("undated source", lambda d: d["sources"]["treaty"].__setitem__("url", "")),
    ("two dates for one act", lambda d: d["events"].append(d["events"][6] | {"announced": "2013-08"})),
    (
        "two dates for one act",
        lambda d: next(e for e in d["events"] if e["id"] == "notice_us").update(effective="2019-09"),
    ),
    ("unknown move", lambda d: d["events"][0].__setitem__("move", "frolic")),
    ("a term contradicted by an event", lambda d: d["terms"].__setitem__("signed", "1987-12-07")),
    ("a term contradicted by an event", lambda d: d["terms"].__setitem__("earliest_exit", "2019-12-01")),
    ("memory without a search", lambda d: d["facts"][0].__setitem__("confidence", "memory")),
    ("no speaker", lambda d: d["events"][6].__setitem__("text", "Russia breaks the treaty")),
    ("outside the roster", lambda d: d["roster"].pop()),
    ("outside the roster", lambda d: d["roster"][2].__setitem__("reason", "")),
    ("after the closing day", lambda d: d.__setitem__("closed_on", "2018")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "change"), FAULTS, ids=[f"{k}: {kind}" for k, (kind, _) in enumerate(FAULTS)])
def test_faults_of_the_record_are_told_by_kind_and_do_not_stop_it_from_loading(kind, change, tmp_path, capsys):
    scenario, faults = changed(change)
    assert scenario is not None, faults
    found = record_faults(scenario)
    assert kind in {f.kind for f in found}
    path = tmp_path / "own.toml"
    ag.formats.write_scenario(scenario, path)
    assert main(["validate", str(path)]) == 1
    told = capsys.readouterr().out
    assert f"{kind} ({sum(f.kind == kind for f in found)}): {KINDS[kind]}" in told


def test_every_kind_of_fault_is_tried():
    assert {kind for kind, _ in FAULTS} == set(KINDS)


def test_facts_count_from_dates_or_hold_a_value_and_nothing_between():
    fact = next(k for k, f in enumerate(INF.facts) if f.between)
    for change, words in (
        ({"value": 3}, "not both"), ({"between": ["terms.signed"]}, "two"), ({"unit": "km"}, "'days' or 'years'"),
        ({"between": ["terms.signed", "terms.end"]}, "leads to no date"),
    ):  # fmt: skip
        _, faults = changed(lambda d, c=change: d["facts"][fact].update(c))
        assert any(words in f for f in faults), faults
    years = replace(INF.facts[fact], unit="years", between=("terms.signed", "terms.ended"))
    assert INF.value(years) == 31
    assert str(INF.day("regimes.on-site inspection.ends")) == "2001-05-31"
    with pytest.raises(ag.errors.ScenarioError, match=r"events\.notice_us"):
        INF.day("events.notice_uk.delivered")


def test_an_event_needs_a_date_and_a_reference_an_id():
    _, faults = changed(lambda d: d["events"][0].pop("effective"))
    assert "one to four of" in faults[0]
    _, faults = changed(lambda d: d["events"][1].__setitem__("id", "notice_us"))
    assert any("twice" in f for f in faults)


def test_the_command_line_lists_sources_and_moves(capsys):
    assert main(["sources", "inf"]) == 0
    told = capsys.readouterr().out
    assert told.strip() == sources_text(INF)
    for source in INF.sources.values():
        assert source.title in told
        assert source.url in told
    assert main(["moves"]) == 0
    told = capsys.readouterr().out
    assert all(name in told and move.meaning in told for name, move in MOVES.items())


def test_the_balance_counts_every_statement_once():
    for s in LOADED.values():
        assert sum(balance(s).values()) == len(list(statements(s)))


def test_the_table_in_the_docs_is_the_one_that_is_computed():
    page = Path(__file__).parents[2] / "docs" / "theory" / "evidence.md"
    assert balance_table(LOADED[n] for n in NAMES) in page.read_text(encoding="utf-8")


def test_the_template_has_no_fault_of_the_record():
    scenario, _ = check_text(template("mine"), "mine.toml")
    assert record_faults(scenario) == []


def test_spans_over_dates_keep_the_shortest_form():
    assert str(When.hull([When("2019"), When("2019-05")])) == "2019"
    assert str(When.hull([When("2019-02-01"), When("2019-02-03")])) == "2019-02-01/2019-02-03"
    assert When("2019-02").meets(When("2019-02-28/2019-03-01"))
    assert not When("2019-02").meets(When("2019-03"))
