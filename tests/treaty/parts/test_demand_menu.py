"""Demands of several levels: one level as the treaty has it, the terms of each, and what policies play."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

import armsgame as ag

P = ag.treaty.parts
CORE = ag.Treaty(period_days=30)
MODEST = P.DemandLevel("modest", deadline_days=30, compliance_rate=0.1, status_cost=1, audience_cost=(0.5, 1.5))
MAXIMAL = P.DemandLevel("maximal", compliance_rate=0.01, status_cost=6, concession=(0.3, 0.8))
MENU = P.DemandMenu((MODEST, MAXIMAL))


def row(game, label, *words):
    s = game.states.index(label)
    at = tuple(game.stages[s].actions[i].index(w) for i, w in enumerate(words))
    return game.stages[s].payoffs[(slice(None), *at)], dict(zip(game.states, game.transitions[s][at], strict=True))


def test_one_level_on_the_treatys_terms_is_the_older_game_to_the_last_bit():
    for level in (P.DemandLevel("x"), P.DemandLevel("x", 60.0, 0.05, 2.0, 4.0, 0.0)):
        plain, menu = ag.Treaty().game("moves"), ag.Treaty(parts=(P.DemandMenu((level,)),)).game("moves")
        for stage, other in zip(plain.stages, menu.stages, strict=True):
            assert np.allclose(stage.payoffs, other.payoffs, rtol=0, atol=1e-15)
        assert all(np.array_equal(a, b) for a, b in zip(plain.signals, menu.signals, strict=True))
        assert [y.replace("demand, x", "demand") for y in menu.signal_labels] == list(plain.signal_labels)
        assert [s.removesuffix(" | demand menu: x") for s in menu.states] == list(plain.states)


def test_states_multiply_under_demand_and_expiry_only_and_follow_each_deadline():
    treaty = CORE.replace(parts=(MENU,))
    assert treaty.demand_periods == 2
    # maximal runs two periods, modest one; both can be expired
    assert treaty.size().states == 4 * (1 + 2 * (1 + 2 + 2)) + treaty.notice_periods + 1
    game = treaty.game()
    assert "demand(US, 2), none | demand menu: maximal" in game.states
    assert "demand(US, 2), none | demand menu: modest" not in game.states
    assert len(game.states) == treaty.size().states
    _, law = row(game, "in_force, both", "comply, demand, modest", "comply, demand, maximal")
    started = {s.partition(",")[0] + s.rpartition(":")[2]: p for s, p in law.items() if p > 0}
    assert set(started) == {"demand(US modest", "demand(Russia maximal"}
    reached = {s for s, p in law.items() if p > 0 and ", none" in s}
    assert reached == {"demand(US, 1), none | demand menu: modest", "demand(Russia, 2), none | demand menu: maximal"}


def test_yielding_pays_and_completes_on_the_terms_of_the_level():
    game = CORE.replace(parts=(MENU,)).game()
    pay, law = row(game, "demand(US, 1), none | demand menu: modest", "comply, ignore", "comply, yield")
    done = 1 - exp(-0.1 * 30)
    assert pay == pytest.approx([1, 1 - done])
    assert sum(p for s, p in law.items() if s.startswith("in_force")) == pytest.approx(done)
    for left, done in ((2, 1 - exp(-0.01 * 30)), (1, 1 - exp(-0.01 * 30))):
        pay, law = row(game, f"demand(US, {left}), none | demand menu: maximal", "comply, ignore", "comply, yield")
        assert pay == pytest.approx([1 + 0.3 * done, 1 - (6 + 0.8) * done])
        assert sum(p for s, p in law.items() if s.startswith("in_force")) == pytest.approx(done)
    pay, _ = row(game, "demand(US, 1), none | demand menu: maximal", "comply, back_down", "comply, yield")
    assert pay == pytest.approx([1 - 4, 1])


def test_backing_down_costs_what_the_level_says_of_each_demander():
    game = CORE.replace(parts=(MENU,)).game()
    for demander, i, cost in (("US", 0, 0.5), ("Russia", 1, 1.5)):
        for label in (f"demand({demander}, 1), none", f"expired({demander}), none"):
            words = ["comply, deny", "comply, deny"]
            words[i] = "comply, back_down"
            pay, _ = row(game, f"{label} | demand menu: modest", *words)
            assert pay[i] == pytest.approx(1 - cost)
            assert pay[1 - i] == pytest.approx(1)


def test_notice_after_a_refusal_costs_what_the_level_says():
    menu = P.DemandMenu((MODEST, P.DemandLevel("refused", exit_cost=(0.25, 0.75))))
    game = CORE.replace(exit_cost_grounds=2, parts=(menu,)).game()
    for i, party in enumerate(("US", "Russia")):
        words = ["comply, deny", "comply, deny"]
        words[i] = "comply, notice"
        for level, cost in (("refused", (0.25, 0.75)[i]), ("modest", 2)):
            assert row(game, f"expired({party}), none | demand menu: {level}", *words)[0][i] == pytest.approx(1 - cost)
        flagged = f"in_force, {('US', 'Russia')[1 - i]}"
        words[1 - i] = "comply, silent"
        assert row(game, flagged, *words)[0][i] == pytest.approx(1 - 2)


def test_a_swap_of_the_parties_swaps_the_levels():
    treaty = CORE.replace(detection={"US": 0.4}, parts=(MENU,))
    assert treaty.swapped.swapped == treaty
    assert treaty.swapped.parts[0].levels[0].audience_cost == (1.5, 0.5)
    one, two = (ag.verify(t.game(), (ag.treaty.ladder_yield,) * 2, discount=0.95) for t in (treaty, treaty.swapped))
    assert one.values == pytest.approx(two.values[::-1], abs=1e-12)
    assert one.max_gain == pytest.approx(two.max_gain, abs=1e-12)


def test_utility_scaled_and_shifted_leaves_the_certificate_as_it_is():
    wide = P.DemandMenu(
        (
            P.DemandLevel("modest", 30, 0.1, status_cost=3, audience_cost=(1.5, 4.5)),
            P.DemandLevel("maximal", compliance_rate=0.01, status_cost=18, concession=(0.9, 2.4)),
        )
    )
    mapped = CORE.replace(
        temptation=5.5, reward=4, punishment=1, sucker=-0.5, audience_cost=12, status_cost=6, exit_cost_unprovoked=6,
        parts=(wide,),
    )  # fmt: skip
    a, b = (
        ag.verify(t.game(), (ag.treaty.ladder_yield,) * 2, discount=0.95) for t in (CORE.replace(parts=(MENU,)), mapped)
    )
    assert b.values == pytest.approx([3 * v + 1 for v in a.values], abs=1e-12)
    assert (a.ok, a.kind) == (b.ok, b.kind)


def test_a_policy_names_a_level_or_plays_the_first():
    game = ag.Treaty(parts=(P.DemandMenu((P.DemandLevel("modest"), P.DemandLevel("maximal"))),)).game()
    s = game.states.index("in_force, Russia")
    for move, wanted in (("demand", "comply, demand, modest"), ("demand, maximal", "comply, demand, maximal")):
        rule = ag.treaty.Posture("asks", on_flag=move).on(game, "US")
        assert game.stages[s].actions[0][int(rule.law("in_force, Russia")[0].argmax())] == wanted


def test_terms_that_nobody_meets_are_denied_and_modest_ones_are_met():
    """An addressee that would keep the treaty yields to modest terms, and denies those that cost it too much."""
    menu = P.DemandMenu((P.DemandLevel("modest"), P.DemandLevel("maximal", status_cost=20)))
    game = ag.Treaty(parts=(menu,)).game()
    for level, wanted in (("modest", "yield"), ("maximal", "deny")):
        start = game.starting(f"demand(US, 1), none | demand menu: {level}")
        values = {
            word: ag.expected_payoffs(start, (ag.treaty.ladder_yield, rule), discount=0.95)[1]
            for word, rule in (("yield", ag.treaty.ladder_yield), ("deny", ag.treaty.pretext))
        }
        assert max(values, key=values.get) == wanted


REFUSABLE = P.DemandMenu((P.DemandLevel("modest"), P.DemandLevel("maximal", status_cost=20, exit_cost=0)))


def _asks(status, i, over, level):
    """Demand a level after a flag; yield to modest terms, and once anything fails deploy for ever.

    Whoever asks for maximal terms wants out: it leaves under cover of their refusal, and takes a modest demand of
    its own back if that stands in the way.
    """
    if status.kind in ("notice", "withdrawn"):
        return "deploy", ""
    mine, leaver = status.demander == i, level == "maximal"
    refused = status.condition("demand menu") == "maximal"
    if refused and leaver:
        return "deploy", "notice"
    if status.kind == "expired":
        return "deploy", ("notice" if refused else "back_down") if mine else "deny"
    if status.kind == "demand":
        failed = over or any(status.flags)
        if mine and leaver:
            return ("deploy", "back_down") if failed else ("comply", "ignore")
        if failed or refused or leaver:
            return "deploy", "ignore" if mine else "deny"
        return "comply", "ignore" if mine else "yield"
    if leaver and status.flags[1 - i]:
        return "deploy", "demand, maximal"
    if over:
        return "deploy", "silent"
    return "comply", f"demand, {level}" if status.flags[1 - i] else "silent"


def _fails(before, after, shown):
    if before.kind == "demand" and (
        "yield" not in shown.moves[1 - before.demander] or "back_down" in shown.moves[before.demander]
    ):
        return True
    if any("maximal" in words for words in shown.moves) or after.kind in ("expired", "notice", "withdrawn"):
        return True
    if after.kind == "demand":
        return any(after.flags) or after.condition("demand menu") == "maximal"
    return before.kind == "in_force" and any(before.flags)


SINCERE, LEAVER = (ag.treaty.Policy(w, _asks, _fails, arguments=(w,), hears=True) for w in ("modest", "maximal"))


@pytest.mark.parametrize(("content", "holds"), [(0.98, True), (0.75, True), (0.69, False), (0.4, False)])
def test_terms_that_are_made_to_be_refused_part_a_type_that_wants_out_from_a_content_one(content, holds):
    """A refusal is a better ground than an alarm: the type that wants out asks for it, the content one does not.

    Russia bears with it as long as the US is content likely enough; else it would not comply beside a flagged party.
    """
    treaty = ag.Treaty(parts=(REFUSABLE,)).replace(
        exit_cost_unprovoked=30, exit_cost_grounds=30, false_alarm=0.02, temptation=1.2, sucker=-0.2
    )
    game = treaty.with_types(
        {"US": {"content": {}, "wants_out": {"outside_option": 1.3}}}, {"US": [content, 1 - content]}
    )
    profile = {"US": {"content": SINCERE, "wants_out": LEAVER}, "Russia": SINCERE}
    assert ag.verify(game, profile, discount=0.95).ok is holds
    # where the border runs follows without search, and certificates agree on both sides of it
    low, high = ag.critical_prior(game, profile, discount=0.95).about("US").interval
    assert 0.69 < low < 0.75
    assert high == 1
    for belief, fine in ((low - 1e-6, False), (low + 1e-6, True)):
        near = game.with_prior({"US": [belief, 1 - belief]})
        assert ag.verify(near, profile, discount=0.95).ok is fine
    pooling = {"US": {"content": SINCERE, "wants_out": SINCERE}, "Russia": SINCERE}
    assert not ag.verify(game, pooling, discount=0.95).ok


def test_a_policy_that_reads_moves_is_refused_where_they_are_not_shown():
    with pytest.raises(ag.errors.WrongConcept, match="reads moves"):
        ag.verify(ag.Treaty(parts=(REFUSABLE,)).game(), (SINCERE, SINCERE), discount=0.9)


BAD = [
    (lambda: P.DemandMenu(()), "at least one DemandLevel"),
    (lambda: P.DemandMenu((MODEST, MODEST)), "different names"),
    (lambda: P.DemandMenu(("modest",)), "at least one DemandLevel"),
    (lambda: P.DemandLevel("a, b"), "without"),
    (lambda: P.DemandLevel("x", deadline_days=-1), "deadline_days of 'x'"),
    (lambda: P.DemandLevel("x", status_cost=-1), "status_cost of 'x'"),
    (lambda: P.DemandLevel("x", concession=(1, 2, 3)), "concession of 'x'"),
    (lambda: CORE.replace(demand=False, parts=(MENU,)), "demand=True"),
    (lambda: ag.Treaty(parts=(P.DemandMenu((P.DemandLevel("long", deadline_days=200),)),)), r"Treaty\(deadline_days="),
]


@pytest.mark.parametrize(("build", "match"), BAD, ids=[str(k) for k in range(len(BAD))])
def test_bad_menus_are_named(build, match):
    with pytest.raises(ag.errors.InvalidGame, match=match):
        build()


def test_levels_are_told_with_what_differs():
    told = CORE.replace(parts=(MENU,)).explain()
    assert "modest: deadline_days 30 days, compliance_rate 0.1 per day" in told
    assert "audience_cost 0.5 / 1.5" in told
