"""Dossiers: round trip, even-handedness, every fault at once, parameters that change the game only."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

import armsgame as ag
from armsgame.dossiers.dates import When
from armsgame.dossiers.loader import to_toml

INF = ag.load_scenario("inf")


def test_the_record_is_there_with_dates_sources_and_confidence():
    assert "inf" in ag.scenarios()
    assert len(INF.events) == 48
    assert [e.confidence for e in INF.events].count("found") == 47
    assert all(e.source in INF.sources for e in INF.events)
    first, second = INF.regimes
    assert first.ends == When("2001-05-31")
    assert (first.detection, second.detection) == ("detection", "detection_after")
    assert len(INF.perspectives) >= 3
    assert INF.terms.ended == When("2019-08-02")


def test_claims_go_both_ways_and_none_is_decided():
    assert {c.claimant for c in INF.claims} > set(INF.parties)
    assert {c.respondent for c in INF.claims} == set(INF.parties)
    assert {c.status for c in INF.claims} == {"contested"}
    assert all(c.reply and c.reply_source for c in INF.claims)
    assert not {"true", "verdict", "fact"} & {f for c in INF.claims for f in type(c).__slots__}


@pytest.mark.parametrize("name", ag.scenarios())
def test_round_trip_gives_an_equal_object(name, tmp_path):
    scenario = ag.load_scenario(name)
    path = tmp_path / "again.toml"
    ag.formats.write_scenario(scenario, path)
    assert ag.read_scenario(path) == scenario


def test_dates_keep_the_precision_they_have():
    assert When("1991-05").precision == "month"
    assert (When("1991-05").first, When("1991-05").last) == (date(1991, 5, 1), date(1991, 5, 31))
    assert (When("2003").first, When("2003").last) == (date(2003, 1, 1), date(2003, 12, 31))
    assert When("2017-12-12/2017-12-14").precision == "span"
    for bad in ("1991-13", "1991-02-30", "2019-02-02/2019-02-01", "May 1991", "1991-05-01T00"):
        with pytest.raises(ValueError, match=r"\d"):
            When(bad)


def test_timeline_is_in_order():
    days = [e.date.first for e in INF.timeline()]
    assert days == sorted(days)


def test_replacing_a_parameter_changes_the_game_and_nothing_else():
    other = INF.replace(detection=0.7, outside_option={"US": 1.2}, notice_days=91, discount=0.9)
    assert other.parameters["detection"] == 0.7
    assert other.parameters["outside_option"] == {"US": 1.2, "Russia": 0.0}
    assert other.question.discount == 0.9
    assert (other.events, other.claims, other.perspectives) == (INF.events, INF.claims, INF.perspectives)
    treaty = other.treaty()
    assert treaty == INF.treaty().replace(detection=0.7, outside_option={"US": 1.2}, notice_days=91)
    assert other.quantities["detection"].source == "set by the user"
    assert INF.treaty(regime="national technical means").parameters[0].detection == 0.03
    assert INF.treaty(types={"Russia": "tempted"}).parameters[1].temptation == 2.5


def test_all_bad_parameters_are_told_at_once_with_value_and_range():
    with pytest.raises(ag.errors.ScenarioError) as caught:
        INF.replace(detektion=0.5, false_alarm=1.5, period_days=0, notice_days={"US": 3}, temptation={"China": 2})
    text = str(caught.value)
    assert len(caught.value.faults) == 5
    for part in ("'detection'", "false_alarm is 1.5", "0 <= false_alarm <= 1", "0 < period_days", "China", "a term"):
        assert part in text


def test_unknown_names_are_answered_with_close_matches():
    with pytest.raises(ag.errors.ScenarioError, match="'inf'"):
        ag.load_scenario("imf")
    with pytest.raises(ag.errors.ScenarioError, match="agnostic"):
        INF.perspective("agnostik")
    with pytest.raises(ag.errors.ScenarioError, match="on-site inspection"):
        INF.treaty(regime="on-site inspections")


def test_a_file_with_several_faults_reports_each_with_its_path(tmp_path):
    import tomli_w

    data = tomllib.loads(to_toml(INF))
    data["parameters"]["detection"]["value"] = 1.4
    data["parameters"]["sucker"]["source"] = "hearsay"
    data["events"][3]["actor"] = "Narnia"
    data["claims"][0]["status"] = "true"
    data["perspectives"]["agnostic"]["types"]["US"]["content"] = 0.9
    data["regimes"][1]["detection"] = "detecton"
    path = tmp_path / "bad.toml"
    path.write_text(tomli_w.dumps(data))
    with pytest.raises(ag.errors.ScenarioError) as caught:
        ag.read_scenario(path)
    paths = {fault.split(": ")[0] for fault in caught.value.faults}
    assert paths == {
        "$.parameters.detection",
        "$.parameters.sucker.source",
        "$.events[3].actor",
        "$.claims[0].status",
        "$.perspectives.agnostic.types.US",
        "$.regimes[1].detection",
    }


def test_faults_of_shape_are_reported_together_too(tmp_path):
    import tomli_w

    data = tomllib.loads(to_toml(INF))
    data["events"][2]["effective"] = "1991-15"
    data["events"][5]["mood"] = "sour"
    data["question"]["discount"] = "high"
    del data["claims"][1]["reply"]
    path = tmp_path / "bad.toml"
    path.write_text(tomli_w.dumps(data))
    with pytest.raises(ag.errors.ScenarioError) as caught:
        ag.read_scenario(path)
    text = str(caught.value)
    for part in ("$.events[2].effective", "$.events[5]", "'mood'", "$.question.discount", "$.claims[1]", "'reply'"):
        assert part in text, text
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("schema = 2\nid = ", "TOML"),
        ("schema = 9", "schema"),
        ("id = 'x'", "schema"),
        ("schema = 2", "missing"),
        ("schema = 1", "how-to page"),
    ],
)
def test_files_that_are_no_dossier_are_refused(tmp_path, text, match):
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(ag.errors.ScenarioError, match=match):
        ag.read_scenario(path)


def test_a_missing_file_and_an_unwritable_path_are_named(tmp_path):
    with pytest.raises(ag.errors.ScenarioError, match="cannot be read"):
        ag.read_scenario(tmp_path / "none.toml")
    with pytest.raises(ag.errors.ScenarioError, match="cannot be written"):
        ag.formats.write_scenario(INF, tmp_path / "no" / "folder.toml")


def test_assumptions_are_printed_as_such():
    text = INF.assumptions()
    assert text.count("assumption") >= 15
    assert "temptation" in text
