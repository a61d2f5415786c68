"""A reader's own dossier: the template, and one look that tells every fault with its place."""

from __future__ import annotations

import tomllib

import pytest
import tomli_w

import armsgame as ag
from armsgame.dossiers.fault_lines import line_of
from armsgame.dossiers.loader import SCHEMA, check_text, template

TEXT = template("mine")


def faults(change):
    data = tomllib.loads(TEXT)
    change(data)
    scenario, found = check_text(tomli_w.dumps(data), "mine.toml")
    assert scenario is None
    return {f.split(": ")[0]: f.split(": ", 1)[1] for f in found}


def test_the_template_is_valid_and_explains_every_table(tmp_path):
    scenario, found = check_text(TEXT, "mine.toml")
    assert found == []
    assert scenario.id == "mine"
    assert {c.claimant for c in scenario.claims} == set(scenario.parties)
    for word in ("relation", "expires", "earliest_exit", "unverified", "offer_verification", "leave (at once)"):
        assert word in TEXT
    path = tmp_path / "again.toml"
    ag.formats.write_scenario(scenario, path)
    assert ag.read_scenario(path) == scenario


@pytest.mark.parametrize("name", ["", "a b", "../up", "x.toml"])
def test_a_name_that_cannot_be_an_id_is_refused(name):
    with pytest.raises(ag.errors.ScenarioError, match="letters, digits"):
        template(name)


def test_impossible_dates_unknown_actors_and_odd_fields_are_told_in_one_look():
    def change(data):
        data["events"][2]["announced"] = "2015-02-29"
        data["events"][2]["actor"] = "Acadia"
        data["events"][0]["mood"] = "sour"
        data["regimes"][0]["ends"] = "2010-13"
        data["claims"][0]["status"] = "true"
        data["question"]["discount"] = "high"
        data["question"]["source"] = "hearsay"
        del data["claims"][1]["reply"]
        data["claims"][1]["respondent"] = "Nobody"

    found = faults(change)
    assert set(found) == {
        "$.events[2].announced", "$.events[2].actor", "$.events[0]", "$.regimes[0].ends", "$.claims[0].status",
        "$.question.discount", "$.question.source", "$.claims[1].reply", "$.claims[1].respondent",
    }  # fmt: skip
    assert "no day of the calendar" in found["$.events[2].announced"]
    assert "Arcadia" in found["$.events[2].actor"]


def test_a_date_without_quotes_and_a_key_that_stands_twice_are_explained():
    scenario, found = check_text(TEXT.replace('announced = "2015"', "announced = 2015-02-01"), "mine.toml")
    assert scenario is None
    assert "in quotes" in found[0]
    with pytest.raises(ag.errors.ScenarioError, match="TOML"):
        check_text(TEXT.replace('announced = "2015"', 'announced = "2015"\nannounced = "2016"'), "mine.toml")


def test_what_cannot_be_checked_yet_is_said():
    def change(data):
        data["events"] = 3
        data["claims"][0]["status"] = "true"

    assert "once the faults above are mended" in faults(change)["$"]


@pytest.mark.parametrize(
    ("table", "field", "value", "path", "words"),
    [
        ("terms", "in_force", "2000-01-01", "$.terms.in_force", "before the signature"),
        ("terms", "ended", "1999", "$.terms.ended", "before entry into force"),
        ("terms", "expires", "1999", "$.terms.expires", "before entry into force"),
        ("terms", "earliest_exit", "1999", "$.terms.earliest_exit", "before entry into force"),
        ("question", "regime", "with inspector", "$.question.regime", "with inspectors"),
        ("question", "start", "in_force, nobody", "$.question.start", "in_force, none"),
        ("question", "discount", 1.0, "$.question.discount", "discount < 1"),
        ("terms", "unverified", ["end"], "$.terms.unverified", "'ended'"),
        ("terms", "source", "rumour", "$.terms.source", "a key of $.sources"),
        ("terms", "confidence", "certain", "$.terms.confidence", "found"),
    ],
)
def test_a_fault_of_one_field_is_explained(table, field, value, path, words):
    found = faults(lambda data: data[table].__setitem__(field, value))
    assert list(found) == [path]
    assert words in found[path]


def test_a_regime_that_stands_twice_and_an_unbuildable_model_are_refused():
    assert "twice" in faults(lambda d: d["regimes"][1].__setitem__("name", "with inspectors"))["$.regimes[0].name"]
    huge = faults(lambda d: d["parameters"]["notice_days"].__setitem__("value", 1e6))
    assert "Lengthen period_days" in huge["$"]


def test_paths_lead_to_lines():
    lines = TEXT.splitlines()
    assert lines[line_of(TEXT, "$.events[2].announced") - 1].startswith('announced = "2015"')
    assert lines[line_of(TEXT, "$.parameters.detection") - 1].startswith("[parameters.detection]")
    assert lines[line_of(TEXT, "$.perspectives.agnostic.types.Arcadia") - 1].startswith("types.Arcadia")
    assert lines[line_of(TEXT, "$.claims[1]") - 1] == "[[claims]]"
    assert line_of(TEXT, "$.nothing") is None
    assert line_of(TEXT, "$.events[9].date") is None


def test_memory_counts_as_a_source_and_is_printed_as_unverified():
    scenario, _ = check_text(TEXT.replace('source = "text"', 'source = "memory"'), "mine.toml")
    assert scenario.cited("memory") == "unverified, from memory"
    assert scenario.cited("text", "memory") == "unverified, from memory; see Text of the treaty"
    assert "unverified, from memory" in scenario.assumptions()


def test_faults_of_a_file_have_their_lines_and_a_missing_schema_hides_none(tmp_path):
    text = TEXT.replace('"2015"', '"2015-02-30"', 1)
    place = tmp_path / "mine.toml"
    place.write_text(text, encoding="utf-8")
    with pytest.raises(ag.ScenarioError) as told:
        ag.read_scenario(place)
    number = next(k for k, line in enumerate(text.splitlines(), 1) if "2015-02-30" in line)
    assert told.value.faults[0].endswith(f"(line {number})")
    place.write_text(text.replace(f"schema = {SCHEMA}\n", "", 1), encoding="utf-8")
    with pytest.raises(ag.ScenarioError) as more:
        ag.read_scenario(place)
    assert len(more.value.faults) == len(told.value.faults) + 1
    assert more.value.faults[0].startswith("$.schema: None")


def test_a_missing_table_has_the_name_that_its_author_writes(tmp_path):
    place = tmp_path / "mine.toml"
    place.write_text(f"schema = {SCHEMA}\n", encoding="utf-8")
    with pytest.raises(ag.ScenarioError, match="required field 'parameters' is missing") as told:
        ag.read_scenario(place)
    assert "quantities" not in str(told.value)
