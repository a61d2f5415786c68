"""The record of a dossier as a path of the game with public moves, by the same rules for both parties."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

import armsgame as ag
from armsgame.dossiers.dates import When
from armsgame.study.private_types.walk import outcomes_of

INF = ag.load_scenario("inf")
NAMES = ag.scenarios()


@cache
def path_of(name):
    return ag.studies.recorded_path(ag.load_scenario(name))


def renamed(scenario):
    """The same record with the two parties' parts in it exchanged."""
    a, b = scenario.parties
    swap = {a: b, b: a}
    events = tuple(
        replace(e, actor=swap.get(e.actor, e.actor), target=swap.get(e.target, e.target)) for e in scenario.events
    )
    return replace(scenario, events=events)


def words(label, a, b):
    return label.replace(a, "\0").replace(b, a).replace("\0", b)


@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_an_outcome_that_the_game_allows_and_follows_the_step_before(name):
    path = path_of(name)
    possible = outcomes_of(path.game)
    assert path.steps[0].state == "in_force, none"
    for step, after in zip(path.steps, path.states[1:], strict=True):
        assert step.after == after
        assert (step.signal, step.after) in possible[step.state]


@pytest.mark.parametrize("name", NAMES)
def test_every_act_is_played_or_left_out_with_a_reason_and_none_is_played_before_its_date(name):
    path, scenario = path_of(name), ag.load_scenario(name)
    played = [act.event for _, act in path.acts]
    left = [one.event for one in path.left_out]
    assert all(one.reason for one in path.left_out)
    assert all(k >= act.period for k, act in path.acts)
    for event in scenario.events:
        assert (event in played) != (event in left)
    days = [act.event.date.first for _, act in path.acts]
    assert days == sorted(days)


@pytest.mark.parametrize("name", NAMES)
def test_swapping_the_parties_in_the_record_swaps_the_path(name):
    scenario = ag.load_scenario(name)
    a, b = scenario.parties
    ours, theirs = path_of(name), ag.studies.recorded_path(renamed(scenario))
    assert [words(s, a, b) for s in ours.states] == list(theirs.states)
    for mine, other in zip(ours.steps, theirs.steps, strict=True):
        assert sorted(mine.signal.split(" | ")) == sorted(other.signal.split(" | "))
        assert [act.event.text for act in mine.acts] == [act.event.text for act in other.acts]
        assert [words(text, a, b) for text in mine.added] == list(other.added)
    assert [one.reason for one in ours.left_out] == [words(one.reason, a, b) for one in theirs.left_out]


def test_the_inf_record_runs_through_demand_display_expiry_and_notice():
    path = path_of("inf")
    told = [(s.state, s.signal) for s in path.steps if s.signal != "silent | silent"]
    assert told == [
        ("in_force, Russia", "demand | silent"),
        ("demand(US, 1), none", "ignore | offer"),
        ("expired(US), none", "notice | deny"),
        ("notice(2)", "no move | no move"),
        ("notice(1)", "no move | no move"),
    ]
    assert path.end == "withdrawn"
    charges = [s.after for s in path.steps if any(act.move == "alarm" for act in s.acts)]
    assert charges == ["in_force, Russia"] * 2 + ["in_force, US"] + ["in_force, Russia"] * 2
    assert path.steps[0].begins == INF.regimes[1].begins.first
    assert path.delay == 3
    left = {(one.event.move, one.event.actor) for one in path.left_out}
    assert {("suspend", "US"), ("suspend", "Russia"), ("hold_display", "Russia"), ("negotiate", "both")} <= left
    assert "2 x suspend (no such move in 'notice(2)')" in str(path)


def test_a_demand_without_a_recorded_charge_adds_the_alarm_that_it_repeats_and_says_so():
    events = tuple(e for e in INF.events if e.move != "allege_violation")
    path = ag.studies.recorded_path(replace(INF, events=events))
    (added,) = [text for s in path.steps for text in s.added]
    assert added == "an alarm about Russia, which its demand repeats"
    assert path.end == "withdrawn"


def test_a_demand_after_which_nothing_is_recorded_is_backed_down_from_and_the_path_says_so():
    cut = [e for e in INF.events if e.date.first.isoformat() < "2018-12-05"]
    path = ag.studies.recorded_path(replace(INF, events=tuple(cut)))
    assert [text for s in path.steps for text in s.added] == ["US backs down, because no act follows its demand"]
    assert path.end == "in_force, none"


def test_yielding_ends_the_demand_and_an_exit_without_notice_on_record_counts_as_notice():
    ultimatum = next(e for e in INF.events if e.move == "ultimatum")
    given = replace(ultimatum, actor="Russia", target="US", move="yield", announced=When("2018-12-20"))
    path = ag.studies.recorded_path(replace(INF, events=(ultimatum, given)))
    assert [s.signal for s in path.steps if "yield" in s.signal] == ["ignore | yield"]
    assert path.end == "in_force, none"
    jcpoa = path_of("jcpoa")
    assert [(act.event.move, act.move) for _, act in jcpoa.acts][-1] == ("withdraw_effective", "notice")


@pytest.mark.parametrize(("name", "who"), [("inf", {"US", "Russia"}), ("cfe", {"Russia", "NATOStates"})])
def test_suspensions_are_played_in_a_game_that_has_them(name, who):
    scenario = ag.load_scenario(name)
    treaty = scenario.treaty(regime=scenario.asked_regime).replace(parts=(ag.treaty.parts.Suspension(),))
    path = ag.studies.recorded_path(scenario, game=treaty.game("moves"))
    played = {act.event.actor for _, act in path.acts if act.move == "suspend"}
    assert played == who
    assert path.steps[0].state == "in_force, none | suspension: none"
    assert any(not state.endswith("suspension: none") for state in path.states if "suspension" in state)


def test_bad_input_is_refused():
    with pytest.raises(ag.errors.WrongConcept, match="public moves"):
        ag.studies.recorded_path(INF, game=INF.treaty().game())
    with pytest.raises(ag.errors.ScenarioError, match="regime 'none' is unknown"):
        ag.studies.recorded_path(INF, regime="none")
    with pytest.raises(ag.errors.WrongConcept, match="recorded_path takes a Scenario"):
        ag.studies.recorded_path("inf")


def test_the_table_has_one_row_per_period():
    frame = path_of("inf").to_frame()
    assert len(frame) == len(path_of("inf"))
    assert frame["acts"].str.contains("ultimatum").sum() == 1
