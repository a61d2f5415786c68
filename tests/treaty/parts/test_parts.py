"""Parts of a treaty: limits that give the smaller game back, swapped parties, hand-computed examples, refusals."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations
from math import exp, sqrt

import numpy as np
import pytest

import armsgame as ag
from armsgame.treaty.policies import Policy, parse_status

P = ag.treaty.parts
CORE = ag.Treaty()
BARE = CORE.replace(demand=False, notice=False)
LEAVE = (ag.treaty.exit_on_alarm,) * 2
LADDER = (ag.treaty.ladder_yield,) * 2
CLIMATE = {"law": ((0.9, 0.1), (0.2, 0.8))}


def always(*act, after=("deploy", "")):
    return Policy("always", lambda status, *_: act if status.kind == "in_force" else after, lambda *_: False)


def value(game, profile, discount=0.9):
    return ag.verify(game, profile, discount=discount).values


OFF = {
    "sanctions": P.Sanctions(target_cost=0, sender_cost=0),
    "climate": P.Climate(**CLIMATE, shift={"temptation": (0, 0), "outside_option": (0, (0, 0))}),
    "third party": P.ThirdParty(consent=1, audience=0),
    "linkage": P.Linkage(stake=0, spoils=0, contagion=1),
    "ultimatum": P.Ultimatum(credibility=0, demander_growth=0, addressee_growth=0),
    "withdrawal": P.Withdrawal(),
    "rescindable": P.Withdrawal(rescindable=True),
    "deployment": P.Deployment(),
    "overt": P.Deployment(overt=True, levels=2),
    "one demand": P.DemandMenu(),
    "no budget": P.Verification(budget=0),
    "blind inspection": P.Verification(budget=1, on_site=0, inspection_cost=0, intrusiveness=0),
}
ON = {
    "sanctions": P.Sanctions(target_cost=(0.3, 0.1), sender_cost=(0.0, 0.2)),
    "climate": P.Climate(**CLIMATE, shift={"reward": (0, (-0.2, -0.5))}),
    "third party": P.ThirdParty(consent=(0.4, 0.9), audience=(0.1, 0.3)),
    "linkage": P.Linkage(stake=(0.1, 0.4), spoils=(0.2, 0.0), contagion=0.6),
    "ultimatum": P.Ultimatum(credibility=(0.2, 0.7), demander_growth=(1, 0), addressee_growth=(0, 2)),
    "withdrawal": P.Withdrawal(rescindable=True, mirror_lag=1, rescind_cost=(0.5, 0.1)),
    "demand menu": P.DemandMenu(
        (P.DemandLevel("modest", status_cost=(1, 2)), P.DemandLevel("maximal", compliance_rate=0.01, concession=0.5))
    ),
    "suspension": P.Suspension(standing_goes_on=False),
    "deployment": P.Deployment(overt=True, delay=2, levels=2, concealment=(0.1, 0), advantage=(0.2, 0.1)),
    "verification": P.Verification(budget=1, on_site=(0.7, 0.2), inspection_cost=(0.1, 0), snub_cost=(0, 0.3)),
}


@pytest.mark.parametrize("name", OFF)
def test_a_part_that_is_switched_off_gives_the_older_game_back(name):
    game = CORE.replace(parts=(OFF[name],)).game()
    for profile in (LEAVE, LADDER):
        got, want = (ag.verify(g, profile, discount=0.95) for g in (game, CORE.game()))
        assert got.values == pytest.approx(want.values, abs=1e-14)
        assert got.ok == want.ok
    laws = [ag.withdrawal_law(g, LEAVE, periods=52, event="notice").survival for g in (game, CORE.game())]
    assert laws[0] == pytest.approx(laws[1], abs=1e-14)


def test_no_part_is_on_by_default_and_no_part_leaves_every_bit():
    plain, empty = CORE.game(), ag.Treaty(parts=()).game()
    assert CORE.parts == ()
    assert plain == empty
    assert plain.states == tuple(ag.Treaty().label(s) for s in CORE.core_statuses())


@pytest.mark.parametrize("name", ON)
def test_swapping_the_parties_of_a_part_swaps_every_result(name):
    treaty = CORE.replace(outside_option={"US": 0.4}, detection={"Russia": 0.5}, parts=(ON[name],))
    a, b = treaty.game(), treaty.swapped.game()
    assert treaty.swapped.swapped == treaty
    for profile in (LEAVE, LADDER):
        one, other = (ag.verify(g, profile, discount=0.95) for g in (a, b))
        assert one.values == pytest.approx(other.values[::-1], abs=1e-12)
        assert one.max_gain == pytest.approx(other.max_gain, abs=1e-12)


@pytest.mark.parametrize("name", ON)
def test_labels_read_back_and_sizes_and_payoffs_agree_with_the_game(name):
    treaty = CORE.replace(parts=(ON[name],))
    game, size = treaty.game(), treaty.size()
    assert [parse_status(s, treaty.parties) for s in game.states] == list(treaty.statuses())
    assert (len(game.states), sum(len(g.profiles) for g in game.stages)) == (size.states, size.profiles)
    constant, arrays = treaty.basis()
    flat = constant + sum(a * np.array(treaty.prices()[n])[:, None] for n, a in arrays.items())
    assert np.allclose(flat, np.concatenate([g.payoffs.reshape(2, -1) for g in game.stages], axis=1), atol=1e-14)
    assert name in str(treaty)
    assert "[assumption]" in treaty.explain().split(f"\n{name}:")[1]


def test_parts_compose_and_each_multiplies_the_states_by_its_factor():
    treaty = BARE.replace(parts=(ON["climate"], ON["linkage"], ON["sanctions"]))
    assert treaty.size().states == 4 * 2 * 2 * 4
    game = treaty.game()
    assert "in_force, none | climate: hostile | linkage: open | sanctions: both" in game.states
    assert ag.verify(game, LEAVE, discount=0.9).pairs > 0
    assert set(game.events) >= {"climate_changed", "issue_closed", "sanctioned"}


def test_the_order_of_the_parts_changes_no_value():
    parts = (ON["deployment"], P.ThirdParty(consent=0.6, audience=0.1), ON["linkage"])
    values = []
    for order in (parts, parts[::-1]):
        game = CORE.replace(demand=False, parts=order).game()
        certificate = ag.verify(game, LEAVE, discount=0.9)
        values.append((*certificate.values, certificate.max_gain, len(game.states)))
    assert values[0] == pytest.approx(values[1], abs=1e-12)


@pytest.mark.parametrize("pair", list(combinations(ON, 2)), ids=" and ".join)
def test_the_order_of_two_parts_changes_no_move(pair):
    # 60 days a period: few states
    one, two = (CORE.replace(period_days=60, parts=order) for order in permutations(ON[name] for name in pair))
    moves = []
    for treaty in (one, two):
        own = {
            replace(s, conditions=tuple(sorted(s.conditions))): [treaty.moves(s, i) for i in (0, 1)]
            for s in treaty.statuses()
        }
        assert all(len(set(acts)) == len(acts) for pair in own.values() for acts in pair)
        moves.append({s: [set(acts) for acts in pair] for s, pair in own.items()})
    assert moves[0] == moves[1]
    # at most one part has a move of its own in it
    assert all(len(act) <= 3 for pair in moves[0].values() for acts in pair for act in acts)


@pytest.mark.parametrize("name", ON)
def test_a_level_of_a_demand_is_called_like_no_move_of_another_part(name):
    treaty = CORE.replace(period_days=60, parts=(ON[name],))
    added = {word for s in treaty.statuses() for i in (0, 1) for act in treaty.moves(s, i) for word in act[2:]}
    if name != "demand menu":
        assert added == set(ON[name].words)
        for word in added:
            with pytest.raises(ag.errors.InvalidGame, match=f"demand menu.levels is '{word}'; allowed: names other"):
                treaty.replace(parts=(ON[name], P.DemandMenu((P.DemandLevel(word),))))
    for word in ("lift", "inspect"):
        assert CORE.replace(parts=(P.DemandMenu((P.DemandLevel(word),)),)).parts[0].levels[0].name == word


def test_a_demand_of_a_menu_is_no_open_deployment():
    order = (ON["deployment"], ON["demand menu"])
    values = [value(CORE.replace(period_days=60, parts=parts).game(), LEAVE) for parts in (order, order[::-1])]
    assert values[0] == pytest.approx(values[1])


def test_an_open_deployment_that_a_host_refuses_is_not_flagged():
    game = BARE.replace(parts=(P.Deployment(overt=True), P.ThirdParty(consent=0))).game()
    law = game.transitions[0][game.stages[0].actions[0].index("deploy, silent, overt"), 0]
    assert law[game.states.index("in_force, US")] == pytest.approx(0.005 * 0.995)


def test_payoffs_scaled_and_shifted_leave_every_certificate_as_it_is():
    # utility 3 u + 1: stage payoffs map affinely, costs and the part's own terms scale
    part = P.Sanctions(target_cost=(0.3, 0.1), sender_cost=0.05)
    wide = P.Sanctions(target_cost=(0.9, 0.3), sender_cost=0.15)
    mapped = BARE.replace(temptation=5.5, reward=4, punishment=1, sucker=-0.5, parts=(wide,))
    a, b = (ag.verify(t.game(), LEAVE, discount=0.95) for t in (BARE.replace(parts=(part,)), mapped))
    assert b.values == pytest.approx([3 * v + 1 for v in a.values], abs=1e-12)
    assert a.ok == b.ok


# one example by hand for each part, R = 1, P = 0


def test_sanctions_imposed_at_once_cost_both_sides_from_the_next_period_on():
    game = BARE.replace(parts=(P.Sanctions(target_cost=0.3, sender_cost=0.05),)).game()
    first = Policy(
        "impose",
        lambda s, *_: ("comply", "silent", *(["impose"] if s.condition("sanctions") == "none" else [])),
        lambda *_: False,
    )
    assert value(game, (first, always("comply", "silent"))) == (
        pytest.approx(1 - 0.9 * 0.05),
        pytest.approx(1 - 0.9 * 0.3),
    )


def test_the_climate_costs_its_discounted_share_of_time():
    game = BARE.replace(parts=(P.Climate(**CLIMATE, shift={"reward": (0, -0.4)}),)).game()
    hostile = 0.9 * 0.1 / (1 - 0.9 * (1 - 0.1 - 0.2))
    assert value(game, (always("comply", "silent"),) * 2)[0] == pytest.approx(1 - 0.4 * hostile)


def test_hosts_that_may_refuse_turn_payoffs_and_detection_into_their_mixtures():
    q, own = 0.4, CORE.parameters[0]
    hosted = CORE.replace(parts=(P.ThirdParty(consent=q),)).game()
    mixed = CORE.replace(
        temptation=q * own.temptation + (1 - q),
        sucker=q * own.sucker + (1 - q),
        punishment=q * q * 0 + q * (1 - q) * (own.temptation + own.sucker) + (1 - q) ** 2,
        detection=q * own.detection + (1 - q) * own.false_alarm,
    ).game()
    for profile in (LEAVE, (ag.treaty.stay_deployed,) * 2):
        assert value(hosted, profile) == pytest.approx(value(mixed, profile), abs=1e-12)


def test_an_audience_charges_a_party_in_the_periods_after_it_was_named():
    game = BARE.replace(parts=(P.ThirdParty(audience=0.2),)).game()
    assert value(game, (always("comply", "silent"),) * 2)[0] == pytest.approx(1 - 0.9 * 0.005 * 0.2)


@pytest.mark.parametrize("stake", [0.3, 1.0])
def test_a_linked_issue_lowers_the_patience_that_compliance_needs(stake):
    # certain detection; after a flag both deploy and spoil: (1-d)(T + r) + (1-d) d r against 1 + r
    base = BARE.replace(detection=1, false_alarm=0)
    game = base.replace(parts=(P.Linkage(stake=stake),)).game()

    def act(s, _, over):
        opened = s.condition("linkage") == "open"
        if opened and not (over or any(s.flags)):
            return "comply", "silent"
        return ("deploy", "silent", "spoil") if opened else ("deploy", "silent")

    spoil = Policy("spoil after an alarm", act, lambda _, after: any(after.flags))
    found = ag.critical_discount(game, (spoil, spoil))
    assert found.value == pytest.approx((-1.5 + sqrt(2.25 + 2 * stake)) / (2 * stake), abs=1e-9)
    assert found.value < ag.critical_discount(base.game(), LEAVE).value == pytest.approx(1 / 3)


def test_leaving_is_no_credible_threat_where_it_takes_the_other_issue_along():
    treaty = CORE.replace(parts=(P.Linkage(stake=0.3, contagion=1),))
    refused = ag.verify(treaty.game(), LEAVE, discount=0.95)
    assert not refused.ok
    assert "notice" not in refused.where.action
    assert ag.verify(treaty.replace(**{"linkage.contagion": 0}).game(), LEAVE, discount=0.95).ok


def test_a_threat_that_carries_itself_out_mixes_backing_down_with_notice():
    treaty = CORE.replace(period_days=30, parts=(P.Ultimatum(credibility=0.3, demander_growth=0.5),))
    game = treaty.game()
    at = game.states.index("expired(US), none")
    stage = game.stages[at]
    row = [stage.actions[0].index("comply, back_down"), stage.actions[1].index("comply, deny")]
    assert treaty.demand_periods == 2
    assert stage.payoffs[(0, *row)] == pytest.approx(0.7 * (1 - 4 - 2 * 0.5) + 0.3 * 1)
    assert game.transitions[at][tuple(row)][game.states.index(f"notice({treaty.notice_periods})")] == pytest.approx(0.3)


def test_yielding_late_costs_the_addressee_more():
    game = CORE.replace(period_days=30, parts=(P.Ultimatum(addressee_growth=1.0),)).game()
    pays = []
    for left in (2, 1):
        stage = game.stages[game.states.index(f"demand(US, {left}), none")]
        at = [stage.actions[0].index("comply, ignore"), stage.actions[1].index("comply, yield")]
        pays.append(float(stage.payoffs[(1, *at)]))
    eta = 1 - exp(-0.05 * 30)
    assert pays == pytest.approx([1 - 2 * eta, 1 - 3 * eta])


def test_giving_way_grows_dearer_with_the_time_held_out_at_the_level_that_was_demanded():
    menu = P.DemandMenu((P.DemandLevel("short", deadline_days=30, compliance_rate=0.02), P.DemandLevel("long")))
    growth = P.Ultimatum(demander_growth=0.5, addressee_growth=1.0)
    pays = []
    for parts in ((growth, menu), (menu, growth)):
        game = CORE.replace(period_days=30, parts=parts).game()

        def paid(party, status, *acts, game=game):
            stage = game.stages[game.states.index(status)]
            return stage.payoffs[party][tuple(own.index(a) for own, a in zip(stage.actions, acts, strict=True))]

        yields = ("comply, ignore", "comply, yield")
        pays.append(
            [
                paid(1, f"demand(US, {left}), none | demand menu: {n}", *yields)
                for left, n in ((1, "short"), (2, "long"), (1, "long"))
            ]
            + [
                paid(0, f"expired(US), none | demand menu: {n}", "comply, back_down", "comply, deny")
                for n in ("short", "long")
            ]
        )
    short, long = 1 - exp(-0.02 * 30), 1 - exp(-0.05 * 30)
    # the short demand has just been made where one period is left of it
    assert pays[0] == pytest.approx([1 - 2 * short, 1 - 2 * long, 1 - 3 * long, 1 - 4 - 0.5, 1 - 4 - 2 * 0.5])
    assert pays[0] == pays[1]
    late = P.DemandMenu((P.DemandLevel("slow", compliance_rate=0.02),))
    game = CORE.replace(period_days=30, parts=(growth, late)).game()
    stage = game.stages[game.states.index("demand(US, 1), none | demand menu: slow")]
    at = stage.actions[0].index("comply, ignore"), stage.actions[1].index("comply, yield")
    assert stage.payoffs[1][at] == pytest.approx(1 - 3 * short)


def test_stocks_rise_while_deployed_and_cost_their_upkeep():
    game = CORE.replace(demand=False, parts=(P.Deployment(levels=3, upkeep=0.1, advantage=0.4),)).game()
    arms = game.starting("withdrawn | deployment: 0-0")
    d = 0.9
    both = (ag.treaty.stay_deployed,) * 2
    assert value(arms, both, d)[0] == pytest.approx(-0.1 * ((1 - d) * d + 2 * d * d))
    lead = (ag.treaty.stay_deployed, always("comply", "silent", after=("comply", "")))
    assert value(arms, lead, d)[1] == pytest.approx(-0.5 - 0.4 * ((1 - d) * d + 2 * d * d))


@pytest.mark.parametrize("delay", [1.25, 2, 2.5])
def test_a_delay_is_the_chance_that_an_order_takes_effect(delay):
    slow = CORE.replace(parts=(P.Deployment(delay=delay),)).game()
    hosted = CORE.replace(parts=(P.ThirdParty(consent=1 / delay),)).game()
    for s, name in enumerate(slow.states):
        if name != "withdrawn":
            assert np.allclose(slow.transitions[s], hosted.transitions[s])
            assert np.allclose(slow.stages[s].payoffs, hosted.stages[s].payoffs)


def test_open_deployment_is_flagged_and_only_what_is_hidden_pays_for_hiding():
    game = BARE.replace(parts=(P.Deployment(overt=True, concealment=0.2),)).game()
    after = game.transitions[0][game.stages[0].actions[0].index("deploy, silent, overt"), 0]
    assert after[game.states.index("in_force, US")] == pytest.approx(0.995)
    hidden = game.stages[0].payoffs[0, game.stages[0].actions[0].index("deploy, silent"), 0]
    assert hidden == pytest.approx(1.5 - 0.2)
    bare = BARE.replace(concealment_cost=0.3, parts=(P.Deployment(overt=True, concealment=0.2),)).game()
    acts, pays = bare.stages[0].actions[0], bare.stages[0].payoffs[0, :, 0]
    told = {"comply, silent": 1.0, "deploy, silent": 1.5 - 0.3 - 0.2, "deploy, silent, overt": 1.5}
    assert {act: pays[acts.index(act)] for act in told} == pytest.approx(told)


def test_inspection_every_period_costs_and_errs_as_the_closed_form_says():
    part = P.Verification(budget=1, renewal=1, on_site_false=0.02, inspection_cost=0.03, intrusiveness=0.01)
    game = BARE.replace(parts=(part,)).game()

    def act(s, i, over):
        if over or any(s.flags):
            return "deploy", "silent"
        left = s.condition("verification").split("-")[i]
        return ("comply", "silent", "inspect") if left == "1" else ("comply", "silent")

    inspect = Policy("inspect until an alarm", act, lambda _, after: any(after.flags))
    alarm = 0.005 + 0.995 * 0.02
    d = 0.9
    wanted = (1 - d) * (1 - 0.04) / (1 - d * (1 - alarm) ** 2)
    assert value(game, (inspect, inspect), d)[0] == pytest.approx(wanted)


def test_an_invited_inspection_is_free_and_an_invitation_left_alone_is_a_snub():
    game = CORE.replace(parts=(P.Verification(budget=1, renewal=0),)).game()
    stage, law = game.stages[0], game.transitions[0]
    silent, inspect, invite = (stage.actions[0].index(f"comply, silent{w}") for w in ("", ", inspect", ", invite"))
    quiet = {w: game.states.index(f"in_force, none | verification: {w}") for w in ("1-1", "0-1")}
    assert law[inspect, silent, quiet["0-1"]] == pytest.approx(0.995**2)
    assert law[inspect, invite, quiet["1-1"]] == pytest.approx(0.995**2)
    marks = game.events["snubbed"][0].reshape(*stage.shape, -1)
    assert marks[silent, invite].any()
    assert not marks[inspect, invite].any()


# the exit clause


def test_in_a_finite_notice_a_prisoners_dilemma_unravels_and_a_stag_hunt_need_not():
    # Benoit and Krishna (1985): two equilibria of the stage are needed to comply before an end
    conduct = {"in_force": ("deploy", "silent"), "notice": ("comply", ""), "withdrawn": ("deploy", "")}
    plan = Policy("comply in notice", lambda s, *_: conduct[s.kind], lambda *_: False)
    for temptation, holds in ((1.5, False), (0.8, True)):
        game = CORE.replace(temptation=temptation, notice_days=364, demand=False).game()
        assert ag.verify(game.starting("notice(4)"), (plan, plan), discount=0.99).ok is holds


def test_a_rescindable_notice_ends_the_treaty_only_where_the_demand_is_not_met():
    treaty = CORE.replace(compliance_rate=0.01, parts=(P.Withdrawal(rescindable=True),))
    profile = (ag.treaty.rescind_on_compliance,) * 2
    game = treaty.game().starting("notice(2) | withdrawal: US")
    assert ag.withdrawal_law(game, profile, periods=2).survival[2] == pytest.approx(1 - exp(-0.91))
    final = CORE.game().starting("notice(2)")
    assert ag.withdrawal_law(final, LEAVE, periods=2).survival[2] == 0
    assert game.events["rescinded"][game.states.index("notice(1) | withdrawal: US met")].any()


def test_both_must_take_back_what_both_declared():
    game = CORE.replace(parts=(P.Withdrawal(rescindable=True),)).game()
    at = game.states.index("notice(2) | withdrawal: both")
    acts = game.stages[at].actions[0]
    law = game.transitions[at]
    home = [k for k, s in enumerate(game.states) if s.startswith("in_force")]
    assert law[acts.index("comply, rescind"), acts.index("comply")][home].sum() == 0
    assert law[acts.index("comply, rescind"), acts.index("comply, rescind")][home].sum() == pytest.approx(1)


def test_extraordinary_events_bar_notice_without_grounds_and_a_lag_holds_the_mirror_back():
    game = CORE.replace(parts=(P.Withdrawal(extraordinary_events=True, mirror_lag=1),)).game()
    assert not any("notice" in a for a in game.stages[0].actions[0])
    assert "comply, notice" in game.stages[game.states.index("in_force, Russia")].actions[0]
    assert game.stages[game.states.index("notice(2) | withdrawal: US")].actions == (("comply", "deploy"), ("comply",))
    assert game.stages[game.states.index("notice(1) | withdrawal: US")].shape == (2, 2)
    assert ag.verify(game, LEAVE, discount=0.95).pairs > 0


def test_the_reservation_value_of_an_exit_is_that_of_optimal_stopping():
    # w ~ U[0, 1] anew each period; w* = R + d/(1-d) (1-w*)^2/2 = 0.759747 at R = 0.5, d = 0.9 (McCall 1970)
    reward, d = 0.5, 0.9
    star = 0.7597469266479576
    # cells with w* as a border, at their means: E(w - w*)+ is that of the uniform law, to the last digit
    edges = np.concatenate([np.linspace(0, star, 3), np.linspace(star, 1, 4)[1:]])
    mass, offer = np.diff(edges), (edges[1:] + edges[:-1]) / 2
    names = tuple(f"offer{k}" for k in range(len(offer)))
    climate = P.Climate(names, (tuple(mass),) * len(mass), {"outside_option": tuple(offer)}, frozen_after_exit=True)
    treaty = CORE.replace(
        reward=reward, temptation=reward, false_alarm=0, exit_cost_unprovoked=0, notice_days=0, demand=False
    )
    game = treaty.replace(parts=(climate,)).game()

    def leaver(border):
        def act(s, *_):
            if s.kind == "withdrawn":
                return "deploy", ""
            return "comply", "notice" if offer[names.index(s.condition("climate"))] >= border else "silent"

        return Policy("leave at a good offer", act, lambda *_: False)

    stay = always("comply", "silent")
    values = [value(game.starting(f"in_force, none | climate: {n}"), (leaver(star), stay), d)[0] for n in names]
    assert mass @ values == pytest.approx(star, abs=1e-12)
    assert values == pytest.approx((1 - d) * reward + d * np.maximum(offer, star), abs=1e-12)
    for other in (offer[1] - 1e-9, offer[3]):
        worse = [value(game.starting(f"in_force, none | climate: {n}"), (leaver(other), stay), d)[0] for n in names]
        assert mass @ worse < star
    # waiting has a value of its own: it is the smaller, the surer the future
    assert star > reward


def test_waiting_for_a_better_climate_is_worth_more_than_leaving_today():
    # hostile now, calm with probability 0.5 per period: the value of the treaty is not that of today's payoffs
    climate = P.Climate(("hostile", "calm"), ((0.5, 0.5), (0.0, 1.0)), {"reward": (-1.2, 0.0)})
    game = CORE.replace(false_alarm=0, demand=False, exit_cost_unprovoked=0, parts=(climate,)).game()
    stay, go = (always("comply", move) for move in ("silent", "notice"))
    d = 0.9
    assert value(game, (stay, stay), d)[0] == pytest.approx(1 - 1.2 * (1 - d) / (1 - d / 2))
    assert value(game, (go, stay), d)[0] < value(game, (stay, stay), d)[0]


def test_a_mirror_can_be_held_back_for_the_whole_of_a_notice():
    game = CORE.replace(parts=(P.Withdrawal(mirror_lag=2),)).game()
    for left in (2, 1):
        stage = game.stages[game.states.index(f"notice({left}) | withdrawal: US")]
        assert stage.actions == (("comply", "deploy"), ("comply",))


# what a part assumes where nothing is said: every result with such a part rests on it
ASSUMED = {
    P.Climate: {"law": ((0.95, 0.05), (0.1, 0.9)), "shift": (), "frozen_after_exit": False},
    P.Deployment: {"overt": False, "delay": 1, "levels": 1, "concealment": 0, "advantage": 0, "upkeep": 0},
    P.Linkage: {"stake": 0.3, "spoils": 0, "contagion": 1},
    P.Sanctions: {"target_cost": 0.3, "sender_cost": 0.05},
    P.Suspension: {"standing_goes_on": True},
    P.ThirdParty: {"consent": 1, "audience": 0},
    P.Ultimatum: {"credibility": 0, "demander_growth": 0, "addressee_growth": 0},
    P.Verification: {
        "budget": 1, "renewal": 0.25, "on_site": 0.8, "on_site_false": 0, "inspection_cost": 0.02,
        "intrusiveness": 0.02, "snub_cost": 0,
    },
    P.Withdrawal: {"rescindable": False, "extraordinary_events": False, "mirror_lag": 0, "rescind_cost": 0},
}  # fmt: skip


@pytest.mark.parametrize("part", ASSUMED, ids=lambda part: part.__name__)
def test_a_part_with_nothing_said_is_the_part_with_what_it_assumes(part):
    assert part() == part(**ASSUMED[part])


# refusals


@pytest.mark.parametrize(
    ("parts", "match"),
    [
        ((P.Deployment(levels=1000),), "'deployment'"),
        ((P.Verification(budget=4),), "'verification'"),
        ((P.Climate(), P.Sanctions()), "'sanctions'"),
    ],
    ids=["stocks", "budget", "two parts"],
)
def test_a_game_too_large_is_refused_before_it_is_built_and_the_part_is_named(parts, match):
    treaty = CORE.replace(parts=parts)
    assert "action profiles" in str(treaty)
    with pytest.raises(ag.errors.InvalidGame, match=match):
        treaty.game()


BAD_PARTS = [
    (lambda: CORE.replace(parts=P.Sanctions()), "comma"),
    (lambda: CORE.replace(parts=(P.Sanctions(), P.Sanctions())), "different names"),
    (lambda: P.Sanctions(target_cost=-1), "sanctions.target_cost"),
    (lambda: P.Sanctions(target_cost=(1, 2, 3)), "each party"),
    (lambda: P.ThirdParty(consent=1.2), "consent <= 1"),
    (lambda: P.Deployment(delay=0.5), "deployment.delay"),
    (lambda: P.Deployment(levels=2.5), "whole"),
    (lambda: P.Withdrawal(rescindable=1), "True or False"),
    (lambda: P.Linkage(contagion=(0.1, 0.2)), "same for both"),
    (lambda: P.Climate(law=((1, 1), (0, 1))), "climate.law"),
    (lambda: P.Climate(shift={"temptatoin": (0, 1)}), "temptation"),
    (lambda: P.Climate(shift={"temptation": (0,)}), "2 finite"),
    (lambda: CORE.replace(demand=False, parts=(P.Ultimatum(),)), "demand=True"),
    (lambda: CORE.replace(notice=False, parts=(P.Withdrawal(),)), "notice=True"),
    (lambda: CORE.replace(parts=(P.Withdrawal(mirror_lag=3),)), "at most 2"),
    (lambda: CORE.replace(parties=("A met", "B"), parts=(P.Withdrawal(rescindable=True),)), "do not end in ' met'"),
    (lambda: CORE.replace(parts=(P.Sanctions(),), **{"sanctions.cost": 1}), "sanctions.target_cost"),
    (lambda: CORE.replace(**{"sanctions.target_cost": 1}), "No parts"),
]


@pytest.mark.parametrize(("build", "match"), BAD_PARTS, ids=[f"{k} {words}" for k, (_, words) in enumerate(BAD_PARTS)])
def test_bad_parts_are_named(build, match):
    with pytest.raises(ag.errors.InvalidGame, match=match):
        build()


def test_parameters_of_a_part_can_be_replaced_and_designed():
    treaty = CORE.replace(parts=(P.Sanctions(),), **{"sanctions.target_cost": {"US": 0.7}})
    assert treaty.parts[0].target_cost == (0.7, 0.3)
    watched = CORE.replace(detection=0.03, parts=(P.ThirdParty(audience=0),))
    found = ag.studies.design_treaty(watched, choose={"third party.audience": [0.0, 5.0]}, discount=0.95)
    assert 0 < found.terms["third party.audience"] < 5
    assert not found.outside["third party.audience"][1].ok


@pytest.mark.parametrize("name", ["renewal", "on_site", "on_site_false"])
def test_a_chance_above_one_is_refused_by_an_inspection(name):
    with pytest.raises(ag.errors.InvalidGame, match=name):
        P.Verification(**{name: 1.5})
