"""Responses to shocks against hand-computed laws, sampled paths and the laws of `withdrawal_law`."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

LEAVE = (ag.treaty.exit_on_alarm,) * 2
YIELD = (ag.treaty.ladder_yield,) * 2
GAME = ag.Treaty().game()


def test_a_false_alarm_ends_the_treaty_after_notice_and_the_baseline_is_the_usual_law():
    found = ag.simulation.impulse_response(GAME, LEAVE, shock="in_force, Russia", periods=6)
    gone = found.states.index("withdrawn")
    assert found.shocked[:3, gone] == pytest.approx([0, 0, 0])
    assert found.shocked[3:, gone] == pytest.approx(1)
    law = ag.withdrawal_law(GAME, LEAVE, periods=7)
    # baseline at t is the state before period t + 2: withdrawn by then, if withdrawal came within t + 1 periods
    assert found.baseline[:, gone] == pytest.approx(1 - law.survival[1:])
    assert found.difference.sum(axis=1) == pytest.approx(0, abs=1e-12)
    assert found.distance[0] == pytest.approx(1 - 0.005 * 0.995)


def test_a_snub_during_a_demand_is_the_difference_of_two_starts():
    found = ag.simulation.impulse_response(
        GAME, YIELD, start="demand(US, 1), none", shock="expired(US), none", periods=30
    )
    gone = found.states.index("withdrawn")
    after = ag.withdrawal_law(GAME.starting("expired(US), none"), YIELD, periods=30)
    assert found.shocked[1:, gone] == pytest.approx(1 - after.survival[1:])


def test_a_shock_that_play_brings_anyway_moves_nothing():
    found = ag.simulation.impulse_response(GAME, YIELD, start="notice(2)", shock="notice(1)", periods=4)
    assert np.abs(found.difference).max() == 0
    assert found.distance == pytest.approx(0)


def test_a_lost_inspection_budget_matters_to_a_policy_that_reads_it():
    treaty = ag.Treaty(demand=False, notice=False, parts=(ag.treaty.parts.Verification(budget=1, renewal=0.25),))

    def act(s, i, _):
        left = s.condition("verification").split("-")[i]
        return ("comply", "silent", "inspect") if i == 0 and left == "1" else ("comply", "silent")

    policy = ag.treaty.Policy("inspects", act, lambda *_: False)
    found = ag.simulation.impulse_response(
        treaty.game(), (policy, policy), shock="in_force, none | verification: 0-1", periods=8
    ).grouped(lambda s: s.split(": ")[1])
    # what the US spends comes back with probability 1/4 in each period, whatever was left
    assert found.shocked[:3, found.states.index("1-1")] == pytest.approx([0, 0.25, 0.25])


def test_the_dataset_and_the_text_hold_the_numbers():
    found = ag.simulation.impulse_response(GAME, YIELD, shock="in_force, Russia", periods=5)
    data = found.to_xarray()
    assert float(data["response"].sel(time=1, state="demand(US, 1), none")) == pytest.approx(found.difference[1].max())
    assert data.attrs["shock"] == "in_force, Russia"
    assert "demand(US, 1), none" in str(found)
    grouped = found.grouped(lambda s: s.split("(")[0].split(",")[0])
    assert set(grouped.states) == {"in_force", "demand", "expired", "notice", "withdrawn"}
    assert grouped.shocked.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize(
    ("question", "error", "match"),
    [
        ({"shock": "expired(US), none"}, ag.errors.InvalidGame, "Give start="),
        ({"shock": "in_force, China"}, ag.errors.InvalidGame, "China"),
        ({"shock": "in_force, US", "periods": 0}, ag.errors.InvalidGame, "periods"),
        ({"shock": "in_force, US", "start": "nowhere"}, ag.errors.InvalidGame, "nowhere"),
    ],
    ids=["too far", "unknown", "no periods", "no start"],
)
def test_bad_questions_are_named(question, error, match):
    with pytest.raises(error, match=match):
        ag.simulation.impulse_response(GAME, LEAVE, **({"periods": 3} | question))


def test_a_repeated_game_has_no_states_to_follow():
    with pytest.raises(ag.errors.WrongConcept, match="StochasticGame"):
        ag.simulation.impulse_response(ag.RepeatedGame(ag.treaty.compliance()), (ag.grim,) * 2, shock=0, periods=2)


def test_outcomes_cover_the_events_that_their_names_say():
    from armsgame.simulation.laws.outcomes import outcome_masks

    yes = np.array([False, True])
    # every pair of one event with another, both ways
    a, b = np.repeat(yes, 2), np.tile(yes, 2)
    rest = dict.fromkeys(("dispute_resolved", "yielded", "expired"), a & ~b)
    found = outcome_masks(
        {"deployed": a, "notice": b, "withdrawn": a, "both_deployed_after_notice": b, **rest}, both_last=b
    )
    assert found["complied throughout"].tolist() == [True, False, False, False]
    assert found["withdrawn and mirrored"].tolist() == [False, False, False, True]
    assert found["arms race"].tolist() == b.tolist()
    assert outcome_masks({"deployed": a}, b)["complied throughout"].tolist() == (~a).tolist()
