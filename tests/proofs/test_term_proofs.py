"""A bundle of terms is self-enforcing by a profile whose proof two checkers accept, and by no altered one."""

import json
from dataclasses import replace

import numpy as np
import pytest
from second_checker import codes, needs_node
from slow_decision import DECIDE

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.negotiation import (
    OneStatus,
    PayoffSets,
    Policies,
    Terms,
    deployment_ceiling,
    inspection_quota,
    negotiate_terms,
    value_of_terms,
)
from armsgame.proofs.check import verdict
from armsgame.treaty import exit_on_alarm

SPACE = Terms([inspection_quota((0, 1, 4)), deployment_ceiling((0.0, 0.25))])
TREATY = ag.Treaty().replace(detection=0.03, false_alarm=0.005)
SELECTIONS = {
    "conduct": OneStatus(),
    "without exit": OneStatus(exit=False),
    "grim": OneStatus(suspensions=(), exit=False),
    "leave": OneStatus(suspensions=(12,), grim=False),
    "whole": Policies(((exit_on_alarm, exit_on_alarm),)),
}


def worth(selection, treaty=TREATY, discount=0.95, **options):
    return value_of_terms(treaty, SPACE, discount=discount, selection=selection, **options)


def at_start(file):
    """Value of the first node, as floats."""
    box = file["claim"]["values"]
    assert box["lower"] == box["upper"]
    return [v / box["den"] for v in box["lower"][0]]


@pytest.mark.parametrize("name", SELECTIONS)
def test_every_self_enforcing_bundle_has_a_proof_of_its_value(name):
    values = worth(SELECTIONS[name])
    assert 0 < values.share < 1
    for n in range(len(values.bundles)):
        found = ag.proof(values, bundle=n)
        assert bool(found) == values.self_enforcing[n]
        if not found:
            assert "is not self-enforcing" in str(found)
            assert values.binding[n] in str(found)
            continue
        file = found.file
        assert file["claim"]["kind"] == "perfect"
        assert file["claim"]["epsilon"]["num"] == 0
        np.testing.assert_allclose(at_start(file), values.values[n], rtol=0, atol=1e-12)
        assert f"terms: {values.label(n)}" in file["made_by"]
        assert ("left" in file["game"]["states"]) == (name in ("conduct", "leave"))


def test_what_breaking_out_gives_is_told_beside_the_claim():
    """The plan breaks the treaty's law, so it is no move of the game in the file: one inequality per party."""
    values = worth(SELECTIONS["whole"], discount=0.9)
    n = values.best
    file = ag.proof(values, bundle=n).file
    (note,) = (one for one in file["made_by"] if "walk out" in one and "no part of the claim" in one)
    told = {party: float(note.split(f"{party} ")[1].split(",")[0]) for party in values.parties}
    (treaty,) = SPACE.treaties(TREATY, values.bundles[n : n + 1])
    for i, party in enumerate(values.parties):
        own, other = treaty.parameters[i], treaty.parameters[1 - i]
        unseen = (1 - own.detection) * (1 - other.false_alarm)
        now = own.temptation - own.verification_cost + own.standing - own.concealment_cost
        after = own.punishment + own.outside_option
        out = (0.1 * now + 0.9 * (1 - unseen) * after) / (1 - 0.9 * unseen)
        assert told[party] == pytest.approx(out, abs=1e-8)
        assert at_start(file)[i] >= told[party]
    assert not any("no part of the claim" in one for one in ag.proof(worth(OneStatus())).file["made_by"])


@needs_node
@pytest.mark.parametrize("name", ["conduct", "without exit", "whole"])
def test_both_checkers_accept_it_and_refuse_another_value_or_profile(name, tmp_path):
    values = worth(SELECTIONS[name])
    file = ag.proof(values).file
    raised, tempted, turned = (json.loads(json.dumps(file)) for _ in range(3))
    for side in ("lower", "upper"):
        raised["claim"]["values"][side][0][0] += 1
    acts = tempted["game"]["actions"][tempted["game"]["start"]]
    # the first party deploys in force instead
    law = tempted["profile"][0]["law"]["num"][0][tempted["game"]["start"]]
    law[0], law[1] = law[1], law[0]
    assert acts[0][1].startswith("deploy") or name == "whole"
    # nobody reacts to the alarm
    turned["profile"][0]["next"] = [[[0] * len(y) for y in x] for x in turned["profile"][0]["next"]]
    data = [json.dumps(f).encode() for f in (file, raised, tempted, turned)]
    assert codes(tmp_path, *data) == [(0, 0), (1, 1), (1, 1), (1, 1)]


def test_a_bundle_whose_punishment_is_cut_loses_its_proof():
    file = ag.proof(worth(OneStatus())).file
    assert DECIDE["perfect"](file)
    # leaving is worth more than staying: the same profile is no equilibrium, whatever values are claimed
    pay = file["game"]["payoffs"]
    high = 10 * max(max(map(max, state)) for state in pay["num"])
    for own in pay["num"][file["game"]["states"].index("left")]:
        own[0] = high
    assert verdict(json.dumps(file).encode())[0] == 1
    assert not DECIDE["perfect"](file)


def test_the_game_with_exit_agrees_with_the_closed_form_on_random_treaties():
    rng = np.random.default_rng(4)
    seen = set()
    for _ in range(40):
        spans = {"detection": (0.05, 0.9), "false_alarm": (0.001, 0.1), "temptation": (1.0, 2.0), "sucker": (-0.6, 0.0),
                 "outside_option": (-0.6, 0.9), "verification_cost": (0.0, 0.2)}  # fmt: skip
        own = {n: {p: float(rng.uniform(*s)) for p in ("US", "Russia")} for n, s in spans.items()}
        treaty, delta = ag.Treaty().replace(**own), float(rng.choice([0.4, 0.7, 0.9]))
        for k, length in enumerate((2, "grim", "leave")):
            one = OneStatus((2,) if k < 2 else (), grim=k == 1 or k == 2)
            at = one.names.index("suspend(2)" if k == 0 else length)
            game, profile = one.played(treaty, at)
            holds = ag.verify(game, profile, discount=delta).ok
            only = one.value([treaty], delta)
            if only.chosen[0] == at:
                assert holds
            if holds:
                assert only.chosen[0] >= 0
            seen.add((length, holds))
    assert len(seen) == 6


def test_what_walking_away_gives_is_in_the_file():
    values = worth(OneStatus(), walk_away=(0.1, 0.2))
    file = ag.proof(values).file
    left = file["game"]["states"].index("left")
    pay = file["game"]["payoffs"]
    assert [own[0] / pay["den"] for own in pay["num"][left]] == [0.1, 0.2]


def test_a_deal_proves_the_bundle_that_is_agreed(tmp_path):
    bargain = negotiate_terms(worth(OneStatus()))
    deal = bargain["Nash"]
    assert f"terms: {bargain.values.label(deal.bundle)}" in deal.proof.file["made_by"]
    assert "agreed by Nash bargaining" in deal.proof.file["made_by"]
    assert bargain.proof.text == deal.proof.text
    assert ag.proof(bargain, rule="Egalitarian").text == bargain["Egalitarian"].proof.text
    path = deal.save_proof(tmp_path / "deal.agp")
    assert verdict(path.read_bytes()) == (0, str(deal.proof))
    with pytest.raises(InvalidGame, match="unknown"):
        ag.proof(bargain, rule="dictator")


def test_where_nothing_holds_the_reason_is_given():
    # nothing is ever seen, so nothing holds
    blind = value_of_terms(
        ag.Treaty().replace(detection=0, false_alarm=0), Terms([deployment_ceiling((0.0, 0.25))]),
        discount=0.95, selection=OneStatus(),
    )  # fmt: skip
    assert str(ag.proof(blind)).startswith("none (float only): no bundle is self-enforcing")
    assert "no agreement" in str(negotiate_terms(blind).proof)
    values = worth(OneStatus())
    given = replace(values, _source=None)
    assert "were given" in str(ag.proof(given))
    lots = replace(negotiate_terms(values).deals[0], bundle=-1, lottery=((0.5, 2), (0.5, 4)))
    assert "n 2, 4" in str(lots.proof)
    sets = replace(values, _source=(TREATY, PayoffSets(), None))
    assert "inner=True" in str(ag.proof(sets))
    with pytest.raises(WrongConcept, match="no option rule"):
        ag.proof(values, rule="Nash")
    with pytest.raises(InvalidGame, match="bundle"):
        ag.proof(values, bundle=6)
