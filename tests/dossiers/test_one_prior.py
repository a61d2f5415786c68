"""An account holds one prior, over types; what it holds about conduct follows from it."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
import tomli_w

import armsgame as ag
from armsgame.dossiers.assumptions import TypeRow
from armsgame.dossiers.loader import check_text, template
from armsgame.study.scenarios.outlook import branches

TEXT = template("mine")
INF = ag.load_scenario("inf")


def faults(change):
    data = tomllib.loads(TEXT)
    change(data)
    scenario, found = check_text(tomli_w.dumps(data), "mine.toml")
    assert scenario is None
    return found


def test_the_belief_about_conduct_is_the_weight_of_the_types_that_deploy():
    assert INF.violation_belief("agnostic", "US") == INF.violation_belief("agnostic", "Russia") == 0.5
    assert INF.violation_belief("us_account", "Russia") == 0.9
    assert INF.violation_belief("us_account", "US") == 0
    assert INF.violation_belief("russian_account", "Russia") == 0


@pytest.mark.parametrize("name", ag.scenarios())
def test_every_account_of_every_dossier_gives_a_probability_and_a_neutral_one_gives_both_alike(name):
    scenario = ag.load_scenario(name)
    for account, held in scenario.perspectives.items():
        beliefs = [scenario.violation_belief(account, party) for party in scenario.parties]
        rows = scenario.party_types(account)
        for party, belief in zip(scenario.parties, beliefs, strict=True):
            kept = sum(w for kind, w in held.types[party].items() if rows[kind].assumed_conduct == "comply")
            assert belief + kept == pytest.approx(1)
        if held.types[scenario.parties[0]] == held.types[scenario.parties[1]]:
            assert beliefs[0] == beliefs[1]


def test_swapping_the_parties_swaps_the_beliefs():
    a, b = INF.parties
    swapped = {n: replace(p, types={a: p.types[b], b: p.types[a]}) for n, p in INF.perspectives.items()}
    other = replace(INF, perspectives=swapped)
    for name in INF.perspectives:
        assert INF.violation_belief(name, a) == other.violation_belief(name, b)
        assert INF.violation_belief(name, b) == other.violation_belief(name, a)


def test_an_account_may_give_a_type_payoffs_and_conduct_of_its_own():
    own = {"tempted": TypeRow({"temptation": 3.0}, "comply")}
    account = replace(INF.perspectives["agnostic"], type_rows=own)
    changed = replace(INF, perspectives={**INF.perspectives, "agnostic": account})
    assert changed.party_types("agnostic")["tempted"].parameters == {"temptation": 3.0}
    assert changed.party_types("us_account") == INF.party_types()
    assert changed.violation_belief("agnostic", "US") == 0
    assert changed.violation_belief("us_account", "Russia") == 0.9
    treaty = changed.treaty(types={"US": "tempted"}, perspective="agnostic")
    assert [p.temptation for p in treaty.parameters] == [3.0, 1.5]
    assert changed.treaty(types={"US": "tempted"}).parameters[0].temptation == 2.5
    before, after = branches(INF, "agnostic"), branches(changed, "agnostic")
    names = [k for k, (x, y) in enumerate(zip(before, after, strict=True)) if x.game != y.game]
    assert names == [k for k, x in enumerate(before) if "tempted" in x.label]


def test_own_rows_survive_writing_and_reading(tmp_path):
    account = replace(INF.perspectives["agnostic"], type_rows={"tempted": TypeRow({"temptation": 3.0})})
    changed = replace(INF, perspectives={**INF.perspectives, "agnostic": account})
    ag.formats.write_scenario(changed, tmp_path / "own.toml")
    assert ag.read_scenario(tmp_path / "own.toml") == changed


def test_the_account_says_what_a_display_shows():
    told = INF.treaty(perspective="us_account").parameters
    assert [(p.pass_compliant, p.pass_violating) for p in told] == [(0.95, 0.9)] * 2


def test_a_stored_belief_about_conduct_is_refused_with_the_rows_that_keep_it():
    def change(data):
        for row in data["types"]:
            del row["assumed_conduct"]
        data["perspectives"]["agnostic"]["prior_violation"] = {"Arcadia": 0.5, "Borduria": 0.8}

    (found,) = faults(change)
    assert found.startswith("$.perspectives.agnostic.prior_violation: ")
    assert 'content: assumed_conduct = "comply", tempted: assumed_conduct = "deploy"' in found
    assert "Arcadia violates" not in found
    assert "P(Borduria violates) is then 0.5; to keep 0.8, write types.Borduria = { content = 0.2, " in found
    data = tomllib.loads(TEXT)
    row = found.rpartition("write ")[2].rstrip(".")
    data["perspectives"]["agnostic"]["types"] |= tomllib.loads(row)["types"]
    scenario, left = check_text(tomli_w.dumps(data), "mine.toml")
    assert left == []
    assert scenario.violation_belief("agnostic", "Borduria") == pytest.approx(0.8)


def test_a_law_without_a_type_that_deploys_is_given_one():
    def change(data):
        data["perspectives"]["bordurian_account"]["prior_violation"] = {"Arcadia": 1.0, "Borduria": 0.1}

    (found,) = faults(change)
    assert "write types.Borduria = { content = 0.9, tempted = 0.1 }" in found


def test_bad_rows_are_told_with_their_place():
    def conduct(data):
        data["types"][0]["assumed_conduct"] = "attack"
        data["perspectives"]["agnostic"]["type_rows"] = {
            "temted": {"parameters": {"temptation": 3.0}},
            "tempted": {"parameters": {"temptatoin": 3.0}, "assumed_conduct": "wait"},
        }

    text = "\n".join(faults(conduct))
    assert "$.types[0].assumed_conduct: 'attack'; allowed: one of ('comply', 'deploy')" in text
    assert "$.perspectives.agnostic.type_rows.temted: type 'temted' is unknown. Did you mean 'tempted'?" in text
    assert "$.perspectives.agnostic.type_rows.tempted.parameters.temptatoin: " in text
    assert "$.perspectives.agnostic.type_rows.tempted.assumed_conduct: 'wait'" in text

    def missing(data):
        del data["types"][1]["assumed_conduct"]

    assert faults(missing)[0] == "$.types[1].assumed_conduct: the required field 'assumed_conduct' is missing"


def test_unknown_names_are_refused():
    with pytest.raises(ag.errors.ScenarioError, match="party 'Rusia' is unknown"):
        INF.violation_belief("agnostic", "Rusia")
    with pytest.raises(ag.errors.ScenarioError, match="perspective 'nobody' is unknown"):
        INF.party_types("nobody")
