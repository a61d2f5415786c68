"""Closed forms derived a second time: by the general solvers, by value iteration, or straight from the definition."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

import armsgame as ag

T = ag.treaty


# general solvers ------------------------------------------------------------------------------


def test_trust_is_risk_dominance_of_the_stage():
    rng = np.random.default_rng(0)
    for _ in range(12):
        r, p = 4.0, rng.uniform(0, 2)
        t, s = rng.uniform(p, r), rng.uniform(-3, p - 0.01)
        found = T.compliance.required_trust(t, r, p, s)
        stage = T.compliance(t, r, p, s)
        own = stage.payoffs[0]
        assert own[0] @ [found.belief, 1 - found.belief] == pytest.approx(own[1] @ [found.belief, 1 - found.belief])
        words = str(ag.one_shot.risk_dominance(stage))
        assert ("comply | comply risk-dominates" in words) == found.risk_dominant


def test_mirror_threshold_is_the_solvers_nash_threshold():
    for t, r, p, s in [(5, 3, 1, 0), (4, 3, 1, 0), (1.5, 1, 0, -0.5), (5, 3, 0, -4)]:
        game = ag.RepeatedGame(T.compliance(t, r, p, s))
        edge = T.compliance.mirror(t, r, p, s).threshold
        for shift, kind in ((1e-4, "Nash"), (-1e-4, "none")):
            assert ag.verify(game, (ag.mirror, ag.mirror), discount=edge + shift).kind == kind


def punished(t, r, p, d, a, delta, n):
    """Value of complying and of one deviation under a suspension of n periods, from the two phases."""
    v = ((1 - delta) * r + delta * a * p * (1 - delta**n)) / (1 - delta * (1 - a + a * delta**n))
    reverted = p * (1 - delta**n) + delta**n * v
    return v, (1 - delta) * t + delta * ((1 - d) * v + d * reverted)


@pytest.mark.parametrize(
    ("numbers", "periods"),
    [
        ((5, 3, 1, 0.9, 0.05, 0.8), 2),
        ((5, 3, 1, 0.9, 0.05, 0.62), 4),
        ((1.5, 1, 0, 0.4, 0.05, 0.7), 4),
        ((3, 1, 0, 0.8, 0.02, 0.75), 9),
        ((1.5, 1, 0, 0.1, 0.05, 0.95), np.inf),
        ((5, 3, 1, 0.3, 0.3, 0.9), np.inf),
    ],
    ids=str,
)
def test_shortest_suspension_is_the_first_length_that_deters(numbers, periods):
    found = T.compliance.finite_punishment(*numbers)
    lengths = [n for n in range(1, 400) for v, w in [punished(*numbers, n)] if w <= v + 1e-13]
    assert found.periods == periods == (lengths[0] if lengths else np.inf)
    if not lengths:
        assert np.isnan(found.value)
        return
    t, r, p, d, a, delta = numbers
    assert found.value == pytest.approx(punished(*numbers, int(periods))[0], abs=1e-12)
    game = ag.RepeatedGame(T.compliance(t, r, p, p - 1), ag.Monitoring.alarm(d, a))
    assert ag.verify(game, (ag.suspend(int(periods)),) * 2, discount=delta).ok
    assert not ag.verify(game, (ag.suspend(int(periods) - 1),) * 2, discount=delta).ok


def test_best_symmetric_value_is_that_of_its_linear_program():
    rng = np.random.default_rng(3)
    for _ in range(60):
        t, a, d, delta = 1 + rng.uniform(0, 2), rng.uniform(0.01, 0.3), rng.uniform(0, 1), rng.uniform(0.05, 0.99)
        found = T.compliance.best_symmetric_public(t, 1, 0, d, a, delta)
        # value v and drop x after a bad signal: v = (1-delta) + delta (v - a x); x deters; v - x >= 0
        program = optimize.linprog(
            [-1, 0],
            A_ub=[[0, -delta * (d - a)], [-1, 1]],
            b_ub=[-(1 - delta) * (t - 1), 0],
            A_eq=[[1 - delta, delta * a]],
            b_eq=[1 - delta],
        )
        assert np.isfinite(found.value) == (program.status == 0)
        if program.status == 0:
            v, drop = program.x
            assert (found.value, found.punishment_probability) == (pytest.approx(v), pytest.approx(drop / v))


@pytest.mark.parametrize("issues", [[[5, 3, 1], [2, 1.8, 0]], [[1.5, 1, 0], [2, 1, 0]]], ids=str)
def test_linked_threshold_is_that_of_the_game_of_both_issues_at_once(issues):
    # the pooled game: comply on all, deploy on one, deploy on all; grim answers anything but full compliance
    (t1, r1, p1), (t2, r2, p2) = issues
    sucker = -5.0
    own = np.zeros((4, 4))
    for mine in range(4):
        for theirs in range(4):
            for bit, (t, r, p) in ((1, (t1, r1, p1)), (2, (t2, r2, p2))):
                own[mine, theirs] += [[r, sucker], [t, p]][bool(mine & bit)][bool(theirs & bit)]
    stage = ag.StageGame.from_bimatrix(own, own.T, actions=("none", "first", "second", "both"))
    solved = ag.critical_discount(ag.RepeatedGame(stage), (ag.grim, ag.grim))
    assert T.linkage.threshold(issues).linked == pytest.approx(float(solved.value), abs=1e-9)


def test_observers_who_sanction_are_a_worse_punishment_in_the_game():
    for n in (0, 2):
        stage = T.compliance(5, 3, 1 - 0.5 * n, -2)
        solved = ag.critical_discount(ag.RepeatedGame(stage, ag.Monitoring.alarm(0.8, 0.0)), (ag.grim, ag.grim))
        found = T.third_party.multilateral_threshold(5, 3, 1, n, 0.5, 0.8)
        assert found == pytest.approx(float(solved.value), abs=1e-9)


def test_one_inspection_is_an_equilibrium_in_every_corner():
    rng = np.random.default_rng(5)
    for _ in range(60):
        numbers = (rng.choice([0.5, 2]), rng.choice([0, 3.0]), rng.choice([0, 0.2, 5]), rng.choice([0, 3.0]))
        detection = rng.choice([0, 0.2, 0.5, 1])
        found = T.inspection.one_shot(*numbers, detection)
        inspector, inspectee = T.inspection.one_shot_game(*numbers, detection).payoffs
        x, y = np.array([found.inspect, 1 - found.inspect]), np.array([1 - found.violate, found.violate])
        assert (inspector @ y).max() <= x @ inspector @ y + 1e-12
        assert (x @ inspectee).max() <= x @ inspectee @ y + 1e-12


# from the definition --------------------------------------------------------------------------


def test_what_a_declining_side_can_enforce_tomorrow_is_never_negative():
    # value iteration of the rising side's offers: at least nothing, at most the pie, accepted if as good as conflict
    rng = np.random.default_rng(6)
    for p, later, delta, cost in rng.uniform(size=(60, 4)) * (1, 1, 0.95, 4):
        conflict, value = (1 - later) / (1 - delta) - cost, 0.0
        for _ in range(1500):
            value = max(min(max(conflict - delta * value, 0.0), 1.0) + delta * value, conflict)
        margin = (1 - p) / (1 - delta) - cost - (1 + delta * value)
        found = T.ultimatum.power_shift(p, later, delta, 0.1, cost)
        assert found.margin == pytest.approx(margin, abs=1e-9)
        if conflict >= 0:
            # where conflict is worth something tomorrow, the formula of Fearon (1995) without a floor
            plain = (1 - p) / (1 - delta) - cost - (1 + delta * conflict)
            assert found.margin == pytest.approx(plain, abs=1e-12)


def test_share_that_arms_whatever_it_believes():
    beliefs = np.linspace(0, 1, 101)
    costs = (np.arange(4000) + 0.5) / 4000
    for mu, d in [(0.1, 0.8), (0.3, 0.1), (0.4, 0.4), (2.0, 0.5), (0.2, 1.5)]:
        always = (costs[:, None] <= mu + beliefs * (d - mu)).all(axis=1).mean()
        found = T.armsrace.multiplier(1.0, mu, d)
        assert found.dominant_share == pytest.approx(always, abs=3e-4)
        if d >= mu:
            assert found.dominant_share == min(mu, 1.0)


def test_without_an_advantage_peace_is_the_smallest_fixed_point():
    for d in (0.5, 1.0, 2.0):
        assert T.armsrace.multiplier(1.0, 0.0, d).cutoff == 0
        assert T.armsrace.multiplier(1.0, 1e-9, d).cutoff == pytest.approx(1e-9 / (1 - d) if d < 1 else 1, rel=1e-4)


THREATS = {
    "some bluff": ((0.4, 0.2, 1.5, 1.2), {"threat": 0.56, "bluff": 0.16}),
    "nobody bluffs": ((0.4, 1.0, 1.0, 0.9), {"bluff": 0.0, "belief": 1.0, "resist": 2 / 3}),
    "nobody bluffs, some who would fight keep silent": ((0.1, 2.0, 3.0, 1.2), {"bluff": 0.0, "resist": 0.75}),
    "everybody threatens": ((0.5, 0.1, 0.7, 2.0), {"threat": 1.0, "bluff": 1 - 0.6 / 0.7}),
    "everybody fights": ((0.9, 0.9, 0.5, 2.0), {"threat": 1.0, "bluff": 0.0, "resist": 0.05}),
}


@pytest.mark.parametrize("case", THREATS, ids=str)
def test_threats_and_answers_are_best_replies_in_every_case(case):
    numbers, expected = THREATS[case]
    p, a, sender, target = numbers
    found = T.ultimatum.public_threat(*numbers)
    for name, value in expected.items():
        assert getattr(found, name) == pytest.approx(value, abs=1e-12)
    costs = (np.arange(40_000) + 0.5) / 40_000 * sender
    fights = p - costs >= -a
    pays = 1 - found.resist + found.resist * np.where(fights, p - costs, -a)
    for kind, mass in ((fights, found.threat - found.bluff), (~fights, found.bluff)):
        assert (kind & (pays > 1e-9)).mean() <= mass + 1e-4
        assert mass <= (kind & (pays > -1e-9)).mean() + 1e-4
    resisting = (1 / found.belief - p) / target
    assert found.resist == pytest.approx(min(max(resisting, 0.0), 1.0), abs=1e-12)


def test_every_time_of_quitting_pays_the_same_in_an_escalation():
    rng = np.random.default_rng(8)
    for _ in range(30):
        v, costs, slopes = rng.uniform(0.2, 3), rng.uniform(0.2, 6, 2), rng.uniform(0.1, 4, 2)
        found = T.ultimatum.escalation(v, costs, slopes)
        times = np.linspace(0, found.horizon, 50)
        for i, j in ((0, 1), (1, 0)):
            gone = (found.quit_at_once[j] * v + slopes[i] * times) / (v + slopes[i] * times)
            assert np.ptp(v * gone - slopes[i] * times * (1 - gone)) < 1e-12
            assert gone[-1] == pytest.approx(found.backs_down[j])
            # the type that is indifferent between war and quitting at the horizon
            assert found.backs_down[j] == pytest.approx(1 - slopes[j] * found.horizon / costs[j])


def test_an_announced_test_is_the_best_one_where_its_false_alarms_cost_less_than_violations():
    for b, h, a, e, ratio in [(2, 0.5, 0.4, 0.2, 2.0), (2, 0.5, 0.4, 0.9, 2.0), (0.2, 0.05, 0.0, 30.0, 0.1)]:
        found = T.inspection.statistical(b, h, a, e, ratio)
        levels = np.linspace(1e-6, 1, 200_001)
        missed = stats.norm.cdf(stats.norm.isf(levels) - ratio)
        legal = -h * levels >= missed - b * (1 - missed)
        announced = np.where(legal, -e * levels, -a - (1 - a) * missed).max()
        worth_it = e * found.false_alarm <= a + (1 - a) * found.non_detection
        assert (found.leader_value >= found.nash_value) == worth_it
        assert (announced == pytest.approx(found.leader_value, abs=2e-4)) == worth_it


def test_a_weak_defender_never_gains_by_another_answer():
    # backward induction on beliefs; the defender gets `peace` from each challenger that stays out, -1 by fighting
    for b in (0.3, 0.5, 0.8):
        for peace in (1.5, 3.0):

            def worth(n, p, b=b, peace=peace):
                if n == 0 or p == 0:
                    return 0.0
                out = p > b**n + 1e-12
                if out:
                    return peace + worth(n - 1, p)
                found = T.reputation.chain_store(b, n, p)
                entered = found.mimic * (worth(n - 1, found.posterior) - 1)
                if abs(p - b**n) > 1e-12:
                    return entered
                # at the border challengers stay out just often enough to make the previous mimic indifferent
                return (peace + worth(n - 1, p)) / peace + (1 - 1 / peace) * entered

            for n in range(1, 6):
                for p in (0.01, 0.2, 0.5, 0.9):
                    found = T.reputation.chain_store(b, n, p)
                    gain = worth(n - 1, found.posterior if p >= b ** (n - 1) else b ** (n - 1)) - 1
                    assert (found.mimic == 1) <= (gain >= -1e-9)
                    assert (0 < found.mimic < 1) <= (abs(gain) < 1e-9)


def test_types_separate_inside_the_reassurance_window_only():
    rng = np.random.default_rng(9)
    for _ in range(400):
        stake, b_t, b_u, c, t = rng.uniform(size=5) * (1, 1.9, 3, 3, 1) + (0, -0.95, 1.01, 0, 0)
        found = T.verification.reassurance(stake, b_t, b_u, c)
        dares = t - (1 - t) * stake * c >= t * stake * b_t
        shows = t * stake * b_u >= t * (stake + (1 - stake) * b_u) - (1 - t) * stake * c
        assert (found.low <= t <= found.high) == (dares and shows)


def test_a_regime_unravels_at_the_same_strength_for_any_precision():
    for noise in (0.01, 0.3, 2.0):
        for cost in (0.2, 0.4, 0.9):

            def excess(strength, noise=noise, cost=cost):
                # the cut-off signal at which P(strength of the regime <= its threshold | signal) = cost
                signal = strength - noise * stats.norm.ppf(cost)
                return stats.norm.cdf((signal - strength) / noise) - strength

            assert T.third_party.regime_threshold(cost, noise) == pytest.approx(optimize.brentq(excess, 0, 1))


def test_no_host_loses_and_no_deployment_that_harms_in_all_is_made_with_consent():
    rng = np.random.default_rng(10)
    for benefit, theta in rng.uniform(-1, 3, (40, 2)):
        n, harm = int(rng.integers(0, 5)), abs(theta)
        found = T.third_party.host_consent(benefit, n, harm)
        assert found.deploys_without_consent == (benefit > 0)
        assert found.deploys_with_consent == (benefit - n * harm >= 0)
    assert T.third_party.host_consent(1.5, 3, 0.5).deploys_with_consent


@pytest.mark.parametrize("mean", [0.5, 2.0], ids=str)
def test_a_standoff_lasts_as_long_as_two_exponential_clocks(mean):
    found = T.ultimatum.attrition(mean * 2 * 0.3, 0.3)
    rng = np.random.default_rng(11)
    first = rng.exponential(1 / found.hazard, (100_000, 2)).min(axis=1)
    assert first.mean() == pytest.approx(found.mean_duration, rel=0.015)
    # waiting a moment longer costs c dt and wins the prize with hazard dt
    assert found.hazard * mean * 2 * 0.3 == pytest.approx(0.3)
