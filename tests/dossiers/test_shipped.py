"""Every shipped dossier: the record, even-handedness, and a law that does not depend on the order of the parties."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
import tomli_w

import armsgame as ag
from armsgame.dossiers.dossier import Scenario
from armsgame.dossiers.evidence import statements
from armsgame.dossiers.loader import check_text, to_toml
from armsgame.simulation.paths.mixture import mixture_law
from armsgame.study.scenarios.endings import ending
from armsgame.study.scenarios.outlook import branches, declined_display

NAMES = ag.scenarios()
LOADED = {name: ag.load_scenario(name) for name in NAMES}


def swapped(s: Scenario) -> Scenario:
    """Give the dossier with its parties in the other order; labels keep their meaning."""
    data = tomllib.loads(to_toml(s))
    data["parties"] = data["parties"][::-1]
    found, faults = check_text(tomli_w.dumps(data), "swapped")
    assert found is not None, faults
    return found


def test_twelve_treaties_ship():
    earlier = {"abm", "europe_after_inf", "inf", "jcpoa", "new_start", "washington"}
    assert set(NAMES) == earlier | {"anglo_german", "bwc", "cfe", "open_skies", "ottawa", "test_bans"}
    assert all(LOADED[n].id == n for n in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_claims_go_both_ways_and_nothing_says_who_is_right(name):
    s = LOADED[name]
    assert len({c.claimant for c in s.claims}) >= 2
    assert {c.respondent for c in s.claims} >= set(s.parties)
    assert {c.status for c in s.claims} == {"contested"}
    assert all(c.statement and c.reply and c.source and c.reply_source for c in s.claims)
    text = to_toml(s)
    assert not {"true", "verdict", "guilt"} & {line.partition(" =")[0].strip() for line in text.splitlines()}


@pytest.mark.parametrize("name", NAMES)
def test_there_is_a_neutral_account_and_one_of_each_side_that_names_its_rival(name):
    s = LOADED[name]
    neutral, *sides = s.perspectives.values()
    a, b = s.parties
    assert neutral.types[a] == neutral.types[b]
    name = next(iter(s.perspectives))
    assert s.violation_belief(name, a) == s.violation_belief(name, b)
    assert len(sides) >= 2
    assert all("rival hypothesis" in p.text for p in sides)


@pytest.mark.parametrize("name", NAMES)
def test_every_found_statement_has_a_source_and_every_source_is_used(name):
    s = LOADED[name]
    stated = [s.terms, *s.regimes, *s.facts, *s.events]
    assert all(x.source in s.sources for x in stated if x.confidence == "found")
    used = {key for one in statements(s) for key in one.sources} | {q.source for q in s.quantities.values()}
    assert set(s.sources) <= used
    assert all(q.source in {"assumption", "memory"} or q.source in s.sources for q in s.quantities.values())


@pytest.mark.parametrize("name", NAMES)
def test_what_rests_on_memory_is_shown_as_unverified(name):
    from armsgame.cli.output import shown

    s = LOADED[name]
    lines = shown(s).splitlines()
    for event in s.events:
        line = next(x for x in lines if event.text in x and x.lstrip().startswith(str(event.date)))
        assert ("unverified, from memory" in line) == (event.confidence == "memory")


def test_single_dates_from_memory_are_marked_among_terms_with_a_source():
    from dataclasses import replace

    from armsgame.cli.output import dates, flagged

    inf = LOADED["inf"]
    assert not any("unverified" in day for n in NAMES for _, day in dates(LOADED[n]))
    recalled = replace(inf, terms=replace(inf.terms, unverified=("ended",)))
    told = dict(dates(recalled))
    assert told["ended"] == "2019-08-02 (unverified, from memory)"
    assert told["signed"] == "1987-12-08"
    assert flagged(LOADED["new_start"], "notice", "three months") == "three months (unverified, from memory)"


@pytest.mark.parametrize("name", [n for n in NAMES if len(LOADED[n].parties) < len(LOADED[n].actors) and n != "inf"])
def test_a_record_with_more_actors_says_why_these_two_are_modelled(name):
    assert LOADED[name].relation.strip().startswith("Parties of the model")


@pytest.mark.parametrize("name", NAMES)
def test_the_law_of_the_agnostic_account_does_not_depend_on_the_order_of_the_parties(name):
    s = LOADED[name]
    ours, theirs = (mixture_law(branches(x, "agnostic"), periods=8) for x in (s, swapped(s)))
    assert np.allclose(ours.survival, theirs.survival, atol=1e-12)
    assert 0 < ours.survival[-1] < 1


@pytest.mark.parametrize(
    ("name", "kind", "by", "given"),
    [
        ("inf", "notice and exit", "US", 181),
        ("abm", "notice and exit", "US", 182),
        ("washington", "notice and exit", "Japan", 733),
        ("jcpoa", "exit, no notice on record", "US", None),
        ("europe_after_inf", "exit, no notice on record", "Russia", None),
        ("new_start", "expiry", "", None),
    ],
)
def test_exits_are_read_from_the_dated_moves(name, kind, by, given):
    found = ending(LOADED[name])
    assert (found.kind, found.by, found.given_days) == (kind, by, given)
    assert found.verified


def test_lengths_of_the_record_agree_with_its_dates():
    def days(a, b):
        return (b.first - a.first).days

    def fact(s, name):
        return next(s.value(f) for f in s.facts if f.name == name)

    europe, jcpoa, naval = LOADED["europe_after_inf"], LOADED["jcpoa"], LOADED["washington"]
    assert days(europe.terms.in_force, europe.terms.ended) == fact(europe, "length of the announced restraint")
    exit_, excess = (next(e.date for e in jcpoa.events if e.move == m) for m in ("withdraw_effective", "exceed_limit"))
    assert days(exit_, excess) == fact(jcpoa, "time from the US exit to the first reported excess of the stock")
    assert ending(naval).given_days == fact(naval, "time from notice to exit")
    assert naval.terms.earliest_exit == naval.terms.ended
    assert LOADED["new_start"].terms.expires == LOADED["new_start"].terms.ended


def test_a_refusal_without_an_offer_is_no_declined_display():
    assert {n for n in NAMES if declined_display(LOADED[n])} == {"inf"}
    assert declined_display(LOADED["inf"]) == ("US", "Russia")


def test_a_notice_running_and_a_treaty_in_force_are_told_apart():
    from dataclasses import replace

    s = LOADED["washington"]
    running = replace(s, events=tuple(e for e in s.events if e.move != "withdraw_effective"))
    assert (ending(running).kind, ending(running).by) == ("notice running", "Japan")
    quiet = replace(running, events=tuple(e for e in running.events if e.move != "withdraw_notice"))
    assert (ending(quiet).kind, ending(quiet).by, ending(quiet).given_days) == ("in force", "", None)
    other = replace(s, events=tuple(replace(e, actor="US") if e.move == "withdraw_notice" else e for e in s.events))
    assert (ending(other).kind, ending(other).given_days) == ("exit, no notice on record", None)


def test_who_leaves_at_once_gives_notice_without_grounds_in_the_first_period():
    game = LOADED["abm"].treaty().game()
    law = ag.survival.incidence_law(game, (ag.treaty.leave, ag.treaty.comply), periods=3, collapse="notice")
    assert law.of("notice_without_grounds")[1] == 1
    assert ag.withdrawal_law(game, (ag.treaty.leave, ag.treaty.comply), periods=4).survival.tolist() == [1, 1, 1, 0, 0]


def test_a_path_given_for_a_name_is_told_who_reads_it():
    with pytest.raises(ag.errors.ScenarioError, match=r"read_scenario\('d/lake.toml'\)"):
        ag.load_scenario("d/lake.toml")
