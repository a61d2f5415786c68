"""Named policies: what each plays on a short history, where it is an equilibrium, and where it is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import armsgame as ag

NAMED = ag.treaty.NAMED
CORE = ag.Treaty()
LEAVE = (ag.treaty.exit_on_alarm,) * 2
RESCINDABLE = CORE.replace(parts=(ag.treaty.parts.Withdrawal(rescindable=True),))

# a public history and what the US plays at each step of it
HISTORIES = {
    "comply until proven otherwise": (
        CORE,
        [
            ("in_force, none", "comply, silent"),
            ("in_force, Russia", "comply, silent"),
            ("in_force, none", "comply, silent"),
            ("in_force, Russia", "comply, silent"),
            ("in_force, Russia", "deploy, notice"),
            ("notice(2)", "deploy"),
        ],
    ),
    "mirror": (
        CORE,
        [
            ("in_force, none", "comply, silent"),
            ("in_force, Russia", "deploy, silent"),
            ("in_force, US", "comply, silent"),
            ("demand(Russia, 1), both", "deploy, deny"),
        ],
    ),
    "hedge": (
        CORE,
        [
            ("in_force, none", "comply, silent"),
            ("in_force, US", "deploy, silent"),
            ("demand(Russia, 1), none", "deploy, deny"),
            ("expired(Russia), none", "deploy, deny"),
            ("in_force, none", "comply, silent"),
        ],
    ),
    "seek a pretext": (
        CORE,
        [
            ("in_force, none", "deploy, silent"),
            ("in_force, US", "deploy, silent"),
            ("in_force, Russia", "deploy, notice"),
            ("notice(2)", "deploy"),
        ],
    ),
    "tempted": (
        CORE,
        [
            ("in_force, none", "deploy, silent"),
            ("in_force, US", "deploy, silent"),
            ("in_force, none", "deploy, silent"),
            ("in_force, both", "deploy, notice"),
        ],
    ),
    "demand then wait": (
        CORE,
        [
            ("in_force, none", "comply, silent"),
            ("in_force, Russia", "comply, demand"),
            ("demand(US, 1), none", "comply, ignore"),
            ("expired(US), none", "comply, back_down"),
            ("in_force, none", "comply, silent"),
        ],
    ),
    "rescind on compliance": (
        RESCINDABLE,
        [
            ("in_force, none", "comply, silent"),
            ("in_force, Russia", "comply, notice"),
            ("notice(2) | withdrawal: US", "comply"),
            ("notice(1) | withdrawal: US met", "comply, rescind"),
            ("in_force, US", "comply, silent"),
            ("notice(2) | withdrawal: Russia", "comply, meet"),
        ],
    ),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_what_a_policy_plays_along_a_history(name):
    treaty, history = HISTORIES[name]
    game = treaty.game()
    automaton = NAMED[name].on(game, "US")
    q, before = automaton.initial, None
    for label, wanted in history:
        if before is not None:
            q = int(automaton.next[q, game.states.index(before), game.states.index(label)])
        acts = game.stages[game.states.index(label)].actions[0]
        assert acts[int(np.argmax(automaton.law(label)[q]))] == wanted
        before = label


STAG_HUNT = CORE.replace(temptation=0.8)
# where conduct is additive (T - R = P - S) being mirrored costs detection x (R - S) per deployment
MIRRORED = CORE.replace(demand=False, false_alarm=0, detection=0.5)
# leaving and staying are worth the same: only then does it not matter that the treaty forgets who met a demand
INDIFFERENT = RESCINDABLE.replace(
    outside_option=1, temptation=1, sucker=0, status_cost=0, false_alarm=0, demand=False, exit_cost_unprovoked=0
)
CASES = {
    "comply until proven otherwise": ((CORE, 0.995), (CORE, 0.95)),
    "mirror": ((MIRRORED, 2 / 3), (MIRRORED, 0.7)),
    "hedge": ((CORE.replace(demand=False), 0.6), (CORE.replace(demand=False), 0.95)),
    "seek a pretext": ((CORE.replace(outside_option=1.3), 0.95), (CORE.replace(outside_option=2), 0.99)),
    "tempted": ((CORE.replace(outside_option=1.3), 0.95), (CORE.replace(outside_option=2), 0.99)),
    "demand then wait": ((STAG_HUNT.replace(audience_cost=0), 0.95), (CORE, 0.95)),
    "rescind on compliance": ((INDIFFERENT, 0.9), (RESCINDABLE, 0.95)),
}


@pytest.mark.parametrize("name", CASES)
def test_each_policy_is_an_equilibrium_somewhere_and_refused_elsewhere(name):
    profile = (NAMED[name],) * 2
    for (treaty, discount), holds in zip(CASES[name], (True, False), strict=True):
        assert ag.verify(treaty.game(), profile, discount=discount).ok is holds


def test_mirroring_is_an_equilibrium_at_one_discount_factor_exactly():
    # delta x detection x (R - S) = T - R: as generosity, it works on a knife's edge (Molander 1985)
    profile = (NAMED["mirror"],) * 2
    assert ag.verify(MIRRORED.game(), profile, discount=Fraction(2, 3), exact=True).max_gain == 0
    assert ag.critical_discount(MIRRORED.game(), profile).intervals == ((pytest.approx(2 / 3),) * 2,)


def test_rescinding_once_it_is_met_is_no_better_than_before_where_the_treaty_is_worth_keeping():
    # a payoff-relevant state forgets who met a demand, so the threat to leave unless it is met is empty
    profile = (NAMED["rescind on compliance"],) * 2
    kept = STAG_HUNT.replace(parts=RESCINDABLE.parts, demand=False)
    assert not ag.verify(kept.game(), profile, discount=0.95).ok
    early = ag.verify(
        INDIFFERENT.replace(outside_option=0.9).game().starting("notice(1) | withdrawal: US"),
        profile,
        discount=0.95,
    )
    assert (early.where.player, early.where.action) == ("US", "comply, rescind")


@pytest.mark.parametrize("name", [n for n in NAMED if n != "rescind on compliance"])
@pytest.mark.parametrize("parts", [(), ("Climate",), ("Withdrawal", "ThirdParty")], ids=["core", "climate", "two"])
def test_every_policy_plays_on_games_with_parts_it_does_not_name(name, parts):
    demands = name.startswith(("ladder", "demand", "pretext")) or name in ("comply", "deploy")
    game = CORE.replace(demand=demands).replace(parts=tuple(getattr(ag.treaty.parts, p)() for p in parts)).game()
    assert ag.verify(game, (NAMED[name],) * 2, discount=0.9).pairs > 0


def test_rescission_without_a_rescindable_notice_is_refused_with_the_next_step():
    with pytest.raises(ag.errors.InvalidGame, match="rescindable=True"):
        ag.verify(CORE.game(), (NAMED["rescind on compliance"],) * 2, discount=0.9)


def test_a_policy_that_names_a_part_is_refused_where_the_move_is_missing():
    policy = ag.treaty.Policy("impose", lambda *_: ("comply", "silent", "impose"), lambda *_: False)
    with pytest.raises(ag.errors.InvalidGame, match="impose plays 'comply, silent, impose'"):
        ag.verify(CORE.replace(demand=False, notice=False).game(), (policy, policy), discount=0.9)


def test_one_strike_is_exit_on_alarm():
    for discount in (0.5, 0.95):
        one, alarm = (
            ag.verify(CORE.game(), (rule, rule), discount=discount)
            for rule in (ag.treaty.strikes(1), ag.treaty.exit_on_alarm)
        )
        assert one.values == pytest.approx(alarm.values, abs=1e-14)
        assert one.ok == alarm.ok


def test_strikes_count_alarms_about_each_party_apart():
    game = CORE.game()
    rule = ag.treaty.strikes(3).on(game, "US")
    s = {label: k for k, label in enumerate(game.states)}
    q, calm = rule.initial, s["in_force, none"]
    told = ["US", "both", "Russia", "none", "Russia"]
    for label, wanted in zip(told, ("1 and 0", "2 and 1", "2 and 2", "2 and 2", "collapse"), strict=True):
        q = int(rule.next[q, calm, s[f"in_force, {label}"]])
        assert rule.states[q] == wanted
        acts = game.stages[calm].actions[0]
        assert acts[int(rule.law("in_force, none")[q].argmax())].startswith(
            "deploy" if wanted == "collapse" else "comply"
        )
    assert rule.states[rule.next[rule.initial, calm, s["demand(US, 1), none"]]] == "collapse"


def test_survival_until_the_second_alarm_is_that_of_two_binomial_counts():
    # each party is flagged with probability a per period; no count passes 1 in t periods
    a, periods = 0.005, 40
    game = CORE.replace(demand=False).game()
    two = ag.treaty.strikes(2)
    law = ag.withdrawal_law(game, (two, two), periods=periods, event="notice").survival
    # notice follows the period of the alarm that ends it
    below = [((1 - a) ** t + t * a * (1 - a) ** (t - 1)) ** 2 for t in range(periods)]
    assert law[1:] == pytest.approx(below, abs=1e-12)


def test_two_strikes_ask_for_more_patience_than_one_and_three_leave_a_free_violation():
    two, three = ag.treaty.strikes(2), ag.treaty.strikes(3)
    assert ag.verify(CORE.game(), (two, two), discount=0.95).ok
    found = ag.critical_discount(CORE.game(), (two, two))
    assert found.value > ag.critical_discount(CORE.game(), LEAVE).value
    refused = ag.verify(CORE.game(), (three, three), discount=0.95)
    assert not refused.ok
    # the other party is one alarm from the collapse, so two alarms about oneself are worth little
    assert refused.where.action.startswith("deploy")


def test_strikes_are_counted_in_whole_numbers_from_one():
    for count in (0, 1.5, "two"):
        with pytest.raises(ag.errors.InvalidGame, match="count"):
            ag.treaty.strikes(count)


def test_a_policy_is_lowered_anew_where_states_or_moves_differ_and_once_where_only_prices_do(monkeypatch):
    # what other tests lowered may have left one of the two stores and not the other
    monkeypatch.setattr("armsgame.treaty.policies._SHARED", {})
    rule = ag.treaty.exit_on_alarm
    base, priced, long = (
        CORE.replace(temptation=2.4, detection=0.31).game(),
        CORE.replace(temptation=2.5, detection=0.3).game(),
        CORE.replace(notice_days=400).game(),
    )
    assert rule.on(base, 0) is rule.on(priced, 0)
    assert rule.on(base, 0) != rule.on(base, 1)
    assert rule.on(long, 0) != rule.on(base, 0)
    assert set(rule.on(long, 0).outputs) == set(long.states)
    told = CORE.game(observed="moves")
    assert rule.on(told, 0).outputs.keys() == rule.on(base, 0).outputs.keys()
    assert rule.on(told, 0) == rule._on(told, 0)
    assert rule.on(long, 1) == rule._on(long, 1)


@pytest.mark.parametrize("policy", [ag.treaty.exit_on_alarm, ag.negotiation.suspension(2)], ids=str)
@pytest.mark.parametrize("who", ["Utopia", 2, 0.5, None])
def test_a_policy_of_an_unknown_party_is_refused(policy, who):
    with pytest.raises(ag.errors.InvalidGame, match="player"):
        policy.on(CORE.game(), who)
