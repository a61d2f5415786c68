"""The treaty's own game: sizes, values and equilibria of the default INF numbers."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

policies = ag.treaty
BEFORE = ag.Treaty()
AFTER = BEFORE.replace(detection=0.03)


def both(policy):
    return (policy, policy)


@pytest.mark.parametrize(
    ("days", "counters", "states", "profiles"),
    [(91, (1, 2), 23, 688), (30.4, (2, 6), 35, 1152), (7, (9, 26), 111, 4368)],
)
def test_size_is_known_before_building(days, counters, states, profiles):
    treaty = BEFORE.replace(period_days=days)
    size = treaty.size()
    assert (size.demand_periods, size.notice_periods) == counters
    assert (size.states, size.profiles) == (states, profiles)
    if states < 50:
        game = treaty.game()
        assert len(game.states) == states
        assert sum(int(np.prod(stage.shape)) for stage in game.stages) == profiles


@pytest.mark.parametrize("demand", [True, False], ids=["demand", "no demand"])
@pytest.mark.parametrize("notice", [True, False], ids=["notice", "no notice"])
def test_size_agrees_with_the_game_where_parts_are_left_out(demand, notice):
    treaty = BEFORE.replace(demand=demand, notice=notice)
    stages = treaty.game().stages
    assert (len(stages), sum(int(np.prod(s.shape)) for s in stages)) == (treaty.size().states, treaty.size().profiles)


@pytest.mark.parametrize(("days", "rows"), [(91, 17 + 20 + 2), (30.4, 17 + 40 + 6)])
def test_distinct_transition_rows(days, rows):
    laws = BEFORE.replace(period_days=days).game().transitions
    assert len({tuple(row) for law in laws for row in np.round(law.reshape(-1, law.shape[-1]), 12)}) == rows


def test_days_that_fill_whole_periods_are_not_rounded_up_again():
    for count in range(1, 40):
        assert BEFORE.replace(period_days=30.4, notice_days=count * 30.4).notice_periods == count


def test_a_policy_of_demands_is_refused_where_none_can_be_made():
    game = BEFORE.replace(demand=False).game()
    with pytest.raises(ag.errors.InvalidGame, match="demand"):
        ag.verify(game, both(policies.ladder_yield), discount=0.9)


@pytest.mark.parametrize("label", ["none", "both", "A, B"])
def test_party_labels_that_would_blur_the_states_are_refused(label):
    with pytest.raises(ag.errors.InvalidGame, match="parties"):
        BEFORE.replace(parties=("US", label))


@pytest.mark.parametrize(
    ("policy", "treaty", "expected"),
    [
        ("exit_on_alarm", BEFORE, [(0.38879, 1.0)]),
        ("exit_on_alarm", AFTER, [(0.96175, 1.0)]),
        ("ladder_yield", BEFORE, [(0.7180, 0.9884)]),
        ("ladder_yield", AFTER, []),
        ("ladder_display", BEFORE, [(0.9287, 0.9882)]),
        ("ladder_display", AFTER, []),
    ],
)
def test_discount_factors_at_which_each_policy_holds(policy, treaty, expected):
    found = ag.critical_discount(treaty.game(), both(getattr(policies, policy)))
    assert len(found.intervals) == len(expected)
    for got, want in zip(found.intervals, expected, strict=True):
        assert got == pytest.approx(want, abs=6e-5)


def test_exit_on_alarm_fails_after_the_end_of_inspection_by_the_known_gain():
    certificate = ag.verify(AFTER.game(), both(policies.exit_on_alarm), discount=0.95)
    assert not certificate.ok
    assert certificate.max_gain == pytest.approx(0.00513, abs=5e-6)
    assert certificate.where.state.startswith("in_force, none")
    assert certificate.where.action.startswith("deploy")


def test_values_and_survival():
    game = BEFORE.game()
    for policy, value, survival in (("exit_on_alarm", 0.8407, 0.600), ("ladder_yield", 0.9817, 0.9716)):
        profile = both(getattr(policies, policy))
        assert ag.verify(game, profile, discount=0.95).values[0] == pytest.approx(value, abs=5e-5)
        law = ag.withdrawal_law(game, profile, periods=52, event="notice")
        assert law.survival[52] == pytest.approx(survival, abs=5e-4)


def test_least_detection_for_exit_on_alarm():
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        ok = ag.verify(BEFORE.replace(detection=middle).game(), both(policies.exit_on_alarm), discount=0.95).ok
        low, high = (low, middle) if ok else (middle, high)
    assert high == pytest.approx(0.03646, abs=5e-6)


def test_an_outside_option_above_its_bound_breaks_exit_on_alarm():
    def holds(x):
        game = BEFORE.replace(outside_option={"US": x}).game()
        return ag.verify(game, both(policies.exit_on_alarm), discount=0.95).ok

    assert holds(1.1201)
    assert not holds(1.1203)


def test_mutual_deployment_without_notice_is_always_an_equilibrium():
    assert ag.critical_discount(BEFORE.game(), both(policies.stay_deployed)).intervals == ((0.0, 1.0),)


def test_one_status_case_equals_the_repeated_game():
    treaty = BEFORE.replace(demand=False, notice=False)
    assert treaty.size().states == 4
    game = treaty.game()
    repeated = ag.RepeatedGame(ag.treaty.compliance(), ag.Monitoring.detection(0.8, 0.005))
    for delta in (0.3, 0.5, 0.95):
        a = ag.verify(game, both(policies.exit_on_alarm), discount=delta)
        b = ag.verify(repeated, both(ag.grim), discount=delta)
        assert a.values == pytest.approx(b.values, abs=1e-12)
        assert a.ok == b.ok
    assert ag.critical_discount(game, both(policies.exit_on_alarm)).value == pytest.approx(
        ag.critical_discount(repeated, both(ag.grim)).value, abs=1e-9
    )


def test_payoffs_are_the_combination_of_the_basis():
    treaty = BEFORE.replace(temptation={"Russia": 2.5}, audience_cost=3, verification_cost=0.1, transparency_cost=0.2)
    constant, arrays = treaty.basis()
    flat = constant.copy()
    for name, array in arrays.items():
        flat = flat + array * np.array([[getattr(p, name)] for p in treaty.parameters])
    built = np.concatenate([s.payoffs.reshape(2, -1) for s in treaty.game().stages], axis=1)
    assert np.allclose(flat, built, atol=1e-14)


def test_swapping_the_parties_swaps_every_result():
    treaty = BEFORE.replace(outside_option={"US": 0.4}, detection={"Russia": 0.5}, temptation={"Russia": 1.8})
    for policy in (policies.exit_on_alarm, policies.ladder_yield, policies.pretext):
        a = ag.verify(treaty.game(), both(policy), discount=0.95)
        b = ag.verify(treaty.swapped.game(), both(policy), discount=0.95)
        assert a.values == pytest.approx(b.values[::-1], abs=1e-12)
        assert a.max_gain == pytest.approx(b.max_gain, abs=1e-12)


def test_exact_certificate_of_the_treaty_game_agrees():
    exact = ag.verify(AFTER.game(), both(policies.exit_on_alarm), discount=0.95, exact=True)
    rough = ag.verify(AFTER.game(), both(policies.exit_on_alarm), discount=0.95)
    assert float(exact.max_gain) == pytest.approx(rough.max_gain, abs=1e-12)
    assert exact.exact


def test_deadline_shorter_than_a_period_still_matters():
    assert BEFORE.completes(1) == pytest.approx(1 - np.exp(-3))
    month = BEFORE.replace(period_days=30.4)
    assert month.completes(2) == pytest.approx(1 - np.exp(-0.05 * 30.4))
    assert month.completes(1) == pytest.approx(1 - np.exp(-0.05 * 29.6))


def test_notice_of_no_days_leads_straight_out():
    game = BEFORE.replace(notice_days=0).game()
    assert not any(s.startswith("notice") for s in game.states)
    law = ag.withdrawal_law(game, both(policies.exit_on_alarm), periods=52)
    assert law.survival[52] == pytest.approx(0.600, abs=5e-4)


def test_a_game_too_large_is_refused_with_the_part_that_causes_it():
    with pytest.raises(ag.errors.InvalidGame, match="deadline_days"):
        BEFORE.replace(period_days=2).game()


@pytest.mark.parametrize(
    "changes",
    [
        {"detection": 1.2},
        {"detectoin": 0.5},
        {"audience_cost": -1},
        {"period_days": 0},
        {"temptation": {"China": 2}},
        {"temptation": float("nan")},
    ],
)
def test_bad_parameters_are_named(changes):
    with pytest.raises(ag.errors.InvalidGame, match=next(iter(changes))):
        BEFORE.replace(**changes)


def test_policies_and_strategies_refuse_each_others_games():
    with pytest.raises(ag.errors.WrongConcept, match="policy"):
        ag.verify(BEFORE.game(), both(ag.grim), discount=0.9)
    with pytest.raises(ag.errors.WrongConcept, match="RepeatedGame"):
        ag.verify(ag.RepeatedGame(ag.treaty.compliance()), both(policies.exit_on_alarm), discount=0.9)


def test_explain_prints_rounding_and_assumptions():
    text = BEFORE.explain()
    assert "60 days as 1" in text
    assert "[assumption]" in text


@pytest.mark.parametrize("observed", ["state", "moves"])
def test_treaties_that_differ_in_prices_share_what_can_happen(observed):
    rng = np.random.default_rng(4)
    for _ in range(2):
        priced = ag.Treaty().replace(temptation=rng.uniform(1.2, 3), standing=rng.uniform(0, 0.1), audience_cost=2.0)
        game, alone = priced.game(observed), priced._built(observed)
        assert game == alone
        np.testing.assert_array_equal(game.dynamics().payoffs, alone.dynamics().payoffs)


def test_a_basis_that_was_changed_changes_no_other():
    constant, arrays = BEFORE.basis()
    kept = {name: array.copy() for name, array in arrays.items()}
    constant += 7
    for array in arrays.values():
        array += 7
    again, others = BEFORE.replace(temptation=2.0).basis()
    assert not again.any()
    assert others.keys() == kept.keys()
    assert all(np.array_equal(others[name], kept[name]) for name in kept)
