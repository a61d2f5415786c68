"""What started a collapse: event marks, sampled shares, and the chain augmented by the first cause."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

ASK = {"discount": 0.95, "periods": 40, "rng": 9}


def _marks(game, name, state, actions, after):
    where, to = game.states.index(state), game.states.index(after)
    stage = game.stages[where]
    row = np.ravel_multi_index([acts.index(a) for acts, a in zip(stage.actions, actions, strict=True)], stage.shape)
    return bool(game.events[name][where][row, to])


@pytest.mark.parametrize(
    ("conduct", "after", "false_alarm", "detected"),
    [
        (("comply", "comply"), "in_force, US", True, False),
        (("deploy", "comply"), "in_force, US", False, True),
        (("deploy", "comply"), "in_force, Russia", True, False),
        (("deploy", "comply"), "in_force, both", True, True),
        (("deploy", "deploy"), "in_force, none", False, False),
    ],
)
def test_an_alarm_is_false_or_a_detection_by_the_conduct_of_the_party_it_is_about(
    conduct, after, false_alarm, detected
):
    game = ag.Treaty().game()
    actions = [f"{c}, silent" for c in conduct]
    assert _marks(game, "false_alarm", "in_force, none", actions, after) == false_alarm
    assert _marks(game, "detected", "in_force, none", actions, after) == detected


def test_notice_lacks_grounds_only_in_force_without_a_flag_about_the_other():
    game = ag.Treaty().game()
    leave, stay = "comply, notice", "comply, silent"
    assert _marks(game, "notice_without_grounds", "in_force, none", (leave, stay), "notice(2)")
    assert _marks(game, "notice_without_grounds", "in_force, US", (leave, stay), "notice(2)")
    assert not _marks(game, "notice_without_grounds", "in_force, Russia", (leave, stay), "notice(2)")
    assert not _marks(game, "notice_without_grounds", "expired(US), none", (leave, "comply, deny"), "notice(2)")
    assert not _marks(game, "notice_without_grounds", "in_force, none", (stay, stay), "in_force, none")


@pytest.mark.parametrize("policy", ["exit_on_alarm", "ladder_yield", "pretext"])
def test_sampled_first_causes_agree_with_the_augmented_chain(policy):
    game = ag.Treaty().replace(detection=0.4, false_alarm=0.04).game()
    profile = (getattr(ag.treaty, policy),) * 2
    run = ag.simulate(game, profile, paths=8000, error=0.02, **ASK)
    law = ag.survival.incidence_law(game, profile, periods=40, collapse="notice", error=0.02)
    found = run.first_causes(law=law)
    assert sum(found.counts.values()) == found.collapses == run.happened("notice").sum()
    for cause, share in found.shares.items():
        exact = found.exact[cause]
        spread = np.sqrt(exact * (1 - exact) / found.collapses)
        assert abs(share - exact) <= 4.5 * spread + 2 / found.collapses
    total = law.cumulative.sum(axis=1)
    exact = 1 - ag.withdrawal_law(game, profile, periods=40, event="notice", error=0.02).survival
    assert total == pytest.approx(exact, abs=1e-12)
    assert sum(law.shares.values()) == pytest.approx(1)
    assert found.to_frame()["share"].sum() == pytest.approx(1)
    assert "exact" in str(found)


def test_swapping_the_parties_leaves_the_shares():
    treaty = ag.Treaty().replace(detection={"US": 0.4, "Russia": 0.1}, false_alarm={"US": 0.02, "Russia": 0.05})
    profile = (ag.treaty.exit_on_alarm,) * 2
    one, two = (
        ag.survival.incidence_law(t.game(), profile, periods=30, collapse="notice", error=0.01)
        for t in (treaty, treaty.swapped)
    )
    assert one.causes == two.causes
    assert one.cumulative == pytest.approx(two.cumulative, abs=1e-12)


def test_who_never_deploys_is_never_detected_and_a_perfect_eye_raises_no_false_alarm():
    leave = (ag.treaty.exit_on_alarm,) * 2
    calm = ag.Treaty().replace(false_alarm=0.0).game()
    assert ag.survival.incidence_law(calm, leave, periods=30, collapse="notice").causes == ()
    none = ag.simulate(calm, leave, paths=50, **ASK).first_causes()
    assert none.collapses == 0
    assert "none of 50 paths" in str(none)
    law = ag.survival.incidence_law(ag.Treaty().game(), leave, periods=30, collapse="notice")
    assert law.causes == ("false_alarm",)


def test_ties_are_a_cause_of_their_own():
    game = ag.Treaty().replace(detection=1.0, false_alarm=1.0).game()
    profile = (ag.treaty.exit_on_alarm, ag.treaty.deploy)
    found = ag.simulate(game, profile, paths=10, **ASK).first_causes()
    assert dict(found.counts) == {"false_alarm + detected": 10}
    assert found.ties == 10
    assert found.present["detected"] == 1


def test_a_collapse_without_a_named_cause_is_told():
    game = ag.Treaty().game()
    found = ag.simulate(game, (ag.treaty.exit_on_alarm,) * 2, paths=3000, **ASK).first_causes(causes=("expired",))
    assert set(found.counts) == {"none of these"}
    law = ag.survival.incidence_law(
        game, (ag.treaty.exit_on_alarm,) * 2, periods=40, causes="expired", collapse="notice"
    )
    assert law.causes == ("none of these",)


def test_a_game_without_such_events_asks_for_causes():
    game = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5))
    run = ag.simulate(game, (ag.grim,) * 2, paths=10, **ASK)
    with pytest.raises(ag.errors.InvalidGame, match="causes="):
        run.first_causes("deployed")
    with pytest.raises(ag.errors.InvalidGame, match="unknown"):
        run.first_causes("notice", causes=("deployed",))
    with pytest.raises(ag.errors.InvalidGame, match="causes="):
        ag.survival.incidence_law(game, (ag.grim,) * 2, periods=5)
