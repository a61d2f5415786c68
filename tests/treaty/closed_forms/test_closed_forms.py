"""Closed forms against published values, against the general solvers, and over their whole ranges."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import mechanism_values
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import armsgame as ag

T = ag.treaty
CASES = mechanism_values.CASES


def close(found, expected, tolerance):
    if isinstance(expected, bool):
        assert found is expected
        return
    assert np.asarray(found, dtype=float).tolist() == pytest.approx(
        np.asarray(expected, dtype=float).tolist(), abs=tolerance, rel=tolerance, nan_ok=True
    )


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_published_value_is_found(case):
    _, function, arguments, expected, *rest = case
    tolerance = rest[0] if rest else 1e-9
    found = function(**arguments)
    if not isinstance(expected, dict):
        close(found, expected, tolerance)
        return
    for name, value in expected.items():
        close(getattr(found, name), value, tolerance)


NUMERIC = [c for c in CASES if all(isinstance(v, (int, float)) for v in c[2].values())]


@pytest.mark.parametrize("case", NUMERIC, ids=[case[0] for case in NUMERIC])
def test_an_array_of_points_gives_the_same_as_one_point(case):
    _, function, arguments, _, *_ = case
    single = function(**arguments)
    first, *others = arguments
    for batched in (first, *others[-1:]):
        many = function(**arguments | {batched: np.full((2, 1), arguments[batched])})
        for field in fields(single) if is_dataclass(single) else [None]:
            if field is None:
                one, all_of_them = single, many
            else:
                one, all_of_them = getattr(single, field.name), getattr(many, field.name)
            if one is None:
                continue
            both = zip(one, all_of_them, strict=True) if isinstance(one, tuple) else [(one, all_of_them)]
            for a, b in both:
                assert np.shape(b) == (2, 1)
                assert np.asarray(b, dtype=float).ravel() == pytest.approx(
                    np.full(np.size(b), float(a)), rel=1e-14, nan_ok=True
                )


@pytest.mark.parametrize("case", NUMERIC, ids=[case[0] for case in NUMERIC])
def test_a_wrong_value_names_its_parameter(case):
    _, function, arguments, _, *_ = case
    for name in arguments:
        for bad in (np.nan, "much"):
            with pytest.raises(ag.errors.InvalidGame, match=name):
                function(**arguments | {name: bad})


def test_shapes_that_clash_are_an_error_of_the_caller():
    with pytest.raises(ag.errors.InvalidGame, match="broadcast"):
        T.ultimatum.attrition(np.ones(2), np.ones(3))


@pytest.mark.parametrize(
    ("function", "bad"),
    [
        (T.inspection.one_shot, {"gain": 0}),
        (T.inspection.statistical, {"false_alarm_cost_inspectee": 3.0}),
        (T.inspection.site_sampling, {"inspected": 101}),
        (T.inspection.dresher, {"periods": 2.5}),
        (T.verification.reassurance, {"exploit_untrustworthy": 0.9}),
        (T.reputation.chain_store, {"indifference": 1.0}),
        (T.ultimatum.take_it_or_leave_it, {"cost_high": -1}),
        (T.ultimatum.public_threat, {"cost_max_sender": 0}),
        (T.ultimatum.power_shift, {"discount": 1}),
        (T.armsrace.multiplier, {"advantage": -0.1}),
        (T.third_party.regime_threshold, {"exit_cost": 1.1}),
        (T.withdrawal.survival, {"periods": -1}),
    ],
    ids=lambda x: next(iter(x)) if isinstance(x, dict) else x.__name__,
)
def test_values_outside_the_range_are_refused(function, bad):
    arguments = next(c[2] for c in CASES if c[1] is function)
    with pytest.raises(ag.errors.InvalidGame, match=f"{next(iter(bad))} is"):
        function(**arguments | bad)


# whole ranges ---------------------------------------------------------------------------------

share = st.floats(0, 1)
size = st.floats(0, 1e3)
positive = st.floats(1e-3, 1e3)
discount = st.floats(0, 0.9999)
count = st.integers(0, 40)

FIRST = ["inspect_first", "violate_first"]
RANGES = [
    (T.inspection.one_shot, (positive, size, size, size, share), ["inspect", "violate"]),
    (T.inspection.detection_power, (share, size), [None]),
    (T.inspection.cumulative_detection, (share, count), [None]),
    (T.inspection.dresher, (st.integers(1, 40), count, size, st.integers(1, 9)), FIRST),
    (T.inspection.leadership, (st.integers(1, 40), count, size, st.floats(0, 0.99)), FIRST),
    (T.reputation.chain_store, (st.floats(0.01, 0.99), st.integers(1, 60), share), ["mimic", "posterior", "threshold"]),
    (T.ultimatum.public_threat, (share, size, positive, positive), ["threat", "resist", "belief"]),
    (T.ultimatum.deadline, (share, size, positive, size, size), ["comply"]),
    (T.armsrace.multiplier, (positive, size, size), ["probability", "dominant_share"]),
    (T.third_party.regime_threshold, (share, size), [None]),
    (T.withdrawal.survival, (share, count), ["survival"]),
    (T.withdrawal.optimal_exit, (st.floats(-100, 100), discount), ["hazard"]),
    (T.withdrawal.escape_clause, (size, size, size, positive), ["uses", "breaks"]),
]


@pytest.mark.parametrize(("function", "draws", "chances"), RANGES, ids=[r[0].__name__ for r in RANGES])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_probabilities_are_probabilities_over_the_whole_range(function, draws, chances, data):
    found = function(*(data.draw(d) for d in draws))
    for name in chances:
        value = found if name is None else getattr(found, name)
        assert 0 <= value <= 1 + 1e-12


@settings(max_examples=40, deadline=None)
@given(share, size, size, st.one_of(st.just(0.0), positive))
def test_the_best_demand_is_a_share_and_no_other_demand_pays_more(p, cost, low, width):
    found = T.ultimatum.take_it_or_leave_it(p, cost, low, low + width)
    assert 0 <= found.demand <= 1
    assert 0 <= found.breakdown <= 1
    for other in np.linspace(p, 1, 9):
        refused = min(max(other - p - low, 0) / width, 1) if width > 0 else float(other - p > low)
        assert (1 - refused) * other + refused * (p - cost) <= found.value + 1e-9 * (1 + cost)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.05, 20), share, st.floats(0, 0.95), share, st.floats(0, 8))
def test_the_significance_test_leaves_the_inspectee_indifferent(b, part, a, smaller, ratio):
    h, e = part * b * 0.999, smaller * a
    found = T.inspection.statistical(b, h, a, e, ratio)
    missed = 1 - T.inspection.detection_power(found.false_alarm, ratio)
    assert -h * found.false_alarm == pytest.approx(missed - b * (1 - missed), abs=1e-7 * (1 + b))
    assert 0 <= found.violate <= 1
    assert found.leader_value >= found.nash_value - 1e-12


@settings(max_examples=25, deadline=None)
@given(share, size, st.floats(0.1, 50), st.floats(0.1, 50))
def test_a_public_threat_is_an_equilibrium(p, a, sender, target):
    found = T.ultimatum.public_threat(p, a, sender, target)
    costs = np.linspace(0, sender, 41)
    fights = p - costs >= -a
    payoff = 1 - found.resist + found.resist * np.where(fights, p - costs, -a)
    # types that gain from a threat make up at most its mass, and those that do not at most the rest
    assert (payoff > 1e-9).mean() <= found.threat + 0.06
    assert (payoff < -1e-9).mean() <= 1 - found.threat + 0.06
    worth = found.belief * (1 - p) + (1 - found.belief)
    if found.belief * target > 0:
        assert found.resist == pytest.approx(min(1.0, worth / (found.belief * target)), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(positive, st.tuples(positive, positive), st.tuples(positive, positive))
def test_escalation_swaps_with_the_sides(v, costs, slopes):
    found = T.ultimatum.escalation(v, costs, slopes)
    mirrored = T.ultimatum.escalation(v, costs[::-1], slopes[::-1])
    assert found.horizon == mirrored.horizon
    assert found.quit_at_once == mirrored.quit_at_once[::-1]
    assert found.backs_down == mirrored.backs_down[::-1]
    assert min(found.quit_at_once) == 0
    assert all(0 <= q <= b + 1e-9 for q, b in zip(found.quit_at_once, found.backs_down, strict=True))


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 5), st.floats(0.01, 5), st.floats(0.01, 0.99), st.floats(0.01, 20), st.floats(0.001, 20))
def test_a_deal_holds_inside_the_transparency_window_only(gain, worth, delta, kappa, sigma):
    found = T.verification.transparency_window(worth + gain, worth, 0, delta, kappa, sigma)
    need = (1 - delta) * gain / delta

    def slack(m):
        return -np.expm1(-kappa * m) * (worth - sigma * m) - need

    if found.exists:
        assert found.low <= found.best * (1 + 1e-9)
        assert found.best <= found.high * (1 + 1e-9)
        assert slack(found.low) == pytest.approx(0, abs=1e-7 * (1 + need))
        assert slack(found.high) == pytest.approx(0, abs=1e-7 * (1 + need))
    else:
        assert (slack(np.linspace(0, worth / sigma, 50)) < 1e-12).all()


# limits and monotonicity ----------------------------------------------------------------------


def test_thresholds_move_as_they_must():
    d = np.linspace(0.2, 1, 17)
    assert (np.diff(T.compliance.grim(5, 3, 1, d, 0.05).threshold) < 0).all()
    assert (np.diff(T.compliance.grim(5, 3, 1, 0.9, np.linspace(0, 0.5, 9)).threshold) > 0).all()
    assert T.compliance.grim(5, 3, 1, 1.0, 0.0, 1).threshold == T.compliance.grim(5, 3, 1).threshold == 0.5
    assert np.isinf(T.compliance.grim(5, 3, 1, 0.3, 0.3).threshold)


def test_more_inspections_help_and_more_periods_hurt_the_inspector():
    n, m = np.meshgrid(np.arange(1, 40), np.arange(0, 40), indexing="ij")
    value = T.inspection.dresher(n, m).value
    assert (np.diff(value, axis=1) >= 0).all()
    assert (np.diff(value, axis=0) <= 1e-15).all()
    assert (T.inspection.dresher(n, m, violations=3).value <= value + 1e-15).all()


def test_linked_threshold_lies_between_the_separate_ones():
    rng = np.random.default_rng(1)
    r = rng.uniform(0.5, 2, (50, 3))
    issues = np.stack([r + rng.uniform(0, 2, r.shape), r, r - rng.uniform(0.1, 2, r.shape)], axis=-1)
    found = T.linkage.threshold(issues)
    assert (found.linked <= found.separate.max(axis=-1) + 1e-12).all()
    assert (found.linked >= found.separate.min(axis=-1) - 1e-12).all()


def test_concave_utility_lowers_the_linked_threshold():
    # derived from Spagnolo (1999): (u(2T)-u(2R))/(u(2T)-u(2P)) against (u(T+R)-u(2R))/(u(T+R)-u(P+R))
    found = T.linkage.threshold([[5, 3, 1]] * 2, utility=np.sqrt)
    assert found.separate == pytest.approx([0.45741788341262907] * 2, abs=1e-12)
    assert found.linked == pytest.approx(0.40775845593087406, abs=1e-12)
    with pytest.raises(ag.errors.InvalidGame, match="utility"):
        T.linkage.threshold([[5, 3, 1]], utility=lambda x: -x)
    # an issue without temptation holds at any patience
    assert T.linkage.threshold([[1.5, 2, 0], [3, 2, 0]], utility=np.sqrt).separate[0] == 0


def test_linking_can_rescue_and_can_destroy():
    assert T.linkage.effect([[2, 1, 0], [1.1, 1, 0]], 0.45).rescued == 1
    assert T.linkage.effect([[2, 1, 0], [1.5, 1, 0]], 0.4).destroyed == 1


def test_posteriors_of_reputation_average_to_the_prior():
    p = np.linspace(0.01, 0.99, 50)
    found = T.reputation.chain_store(0.6, 4, p)
    resisted = p + (1 - p) * found.mimic
    assert found.posterior * resisted == pytest.approx(p)


def test_trust_is_shared_between_treaties():
    numbers = {"detection": [0.3, 0.6], "false_alarm": 0.05, "required": 0.7}
    found = T.reputation.shared_trust(0.8, [1, 0], [9, 10], **numbers)
    turned = T.reputation.shared_trust(0.8, [0, 1], [10, 9], **numbers | {"detection": [0.6, 0.3]})
    assert turned.trust == pytest.approx(found.trust)
    # Bayes' rule with the odds of each record
    odds = 4 * (0.05 * 0.95**9) / (0.3 * 0.7**9) * (0.95 / 0.4) ** 10
    assert found.trust == pytest.approx(odds / (1 + odds))
    assert T.reputation.shared_trust(0.8, [0], [0], **numbers).trust == pytest.approx(0.8)
    # trust that is needed to the last bit is enough
    assert T.reputation.shared_trust(0.75, [0], [0], 0.3, 0.05, required=0.75).holds.all()
    assert np.isnan(T.reputation.shared_trust(0.8, [1], [0], 0.0, 0.0, 0.5).trust)


def test_observers_lower_the_threshold():
    found = T.third_party.multilateral_threshold(5, 3, 1, np.arange(4), 0.5, 0.8)
    assert found[0] == T.compliance.grim(5, 3, 1, 0.8).threshold
    assert (np.diff(found) < 0).all()


def test_hosts_compete_down_to_the_second_cost():
    found = T.third_party.host_competition(np.array([1.0, 0.3, 0.1]), [0.5, 0.2, 0.4])
    assert found.deploys.tolist() == [True, True, False]
    assert found.transfer == pytest.approx([0.4, 0.3, 0.0])


def test_the_price_of_escape_is_best_at_the_harm():
    prices = np.linspace(0, 0.9, 91)
    found = T.withdrawal.escape_clause(prices, 0.6, 0.9)
    # joint payoff: pressure above the price, less the harm to the other
    joint = (1 - prices**2) / 2 - 0.6 * (1 - prices)
    assert prices[joint.argmax()] == pytest.approx(found.best_price[0])
    assert T.withdrawal.escape_clause(1.0, 0.6, 0.9).breaks == pytest.approx(0.1)


# closed form against solver -------------------------------------------------------------------


@pytest.mark.parametrize(
    "numbers", [(1, 3, 0.2, 2, 0.8), (1, 1, 0.2, 2, 0.3), (1, 3, 2, 2, 0.8), (2, 6, 0.3, 3, 0.5)], ids=str
)
def test_one_inspection_is_the_equilibrium_of_its_game(numbers):
    found = T.inspection.one_shot(*numbers)
    equilibria = ag.nash(T.inspection.one_shot_game(*numbers)).equilibria
    assert len(equilibria) == 1
    (inspect, _), (_, violate) = equilibria[0].profile
    assert float(inspect) == pytest.approx(found.inspect, abs=1e-9)
    assert float(violate) == pytest.approx(found.violate, abs=1e-9)


@pytest.mark.parametrize(("n", "m", "b"), [(2, 1, 1.0), (6, 2, 0.5), (5, 4, 2.0), (3, 3, 1.0)], ids=str)
def test_dresher_is_the_value_of_its_stochastic_game(n, m, b):
    game = T.inspection.dresher_game(n, m, b, discount=0.8)
    found = ag.markov.zero_sum_value(game, discount=0.8)
    closed = T.inspection.dresher(n, m, b)
    assert found.values[game.initial] == pytest.approx(closed.value, abs=1e-8)
    if m < n:
        assert found.policies[0][game.initial][0] == pytest.approx(closed.inspect_first, abs=1e-7)
        assert found.policies[1][game.initial][1] == pytest.approx(closed.violate_first, abs=1e-7)


def test_dresher_keeps_its_precision_to_500_periods():
    for n, m, b in [(500, 250, 1), (500, 3, 2), (500, 499, 0.5), (400, 40, 3)]:
        exact, fast = (T.inspection.dresher(n, m, b, exact=flag) for flag in (True, False))
        for name in ("value", "inspect_first", "violate_first"):
            assert getattr(fast, name) == pytest.approx(float(getattr(exact, name)), rel=1e-12)


def test_several_violations_follow_their_recursion():
    value = {}

    def matrix_game(a, b, c, d):
        low, high = max(min(a, b), min(c, d)), min(max(a, c), max(b, d))
        return low if low >= high else (a * d - b * c) / (a + d - b - c)

    for n in range(0, 9):
        for m in range(0, n + 1):
            for k in range(0, 4):
                if n == 0 or k == 0 or m == n:
                    value[n, m, k] = 0.0
                elif m == 0:
                    value[n, m, k] = -float(min(n, k))
                else:
                    kept = (value[n - 1, m, k], value[n - 1, m, k - 1] - 1)
                    value[n, m, k] = matrix_game(value[n - 1, m - 1, k], 2.0, *kept)
                if n and k:
                    assert T.inspection.dresher(n, m, 2.0, k).value == pytest.approx(value[n, m, k], abs=1e-12)


def test_leadership_helps_the_inspector_and_leaves_the_inspectee_alone():
    found = T.inspection.leadership(6, np.arange(1, 6), 1.0, 0.4)
    assert (found.leader_value >= found.nash_value).all()
    assert found.inspectee_value == pytest.approx(-T.inspection.dresher(6, np.arange(1, 6), 1.0).value)


def test_grim_threshold_is_the_solver_s():
    stage = T.compliance(5, 3, 1, 0)
    game = ag.RepeatedGame(stage, ag.Monitoring.alarm(0.9, 0.05))
    solved = ag.critical_discount(game, (ag.grim, ag.grim))
    assert T.compliance.grim(5, 3, 1, 0.9, 0.05).threshold == pytest.approx(float(solved.value), abs=1e-9)


def test_value_of_grim_with_a_lag_is_that_of_simulated_alarms():
    draws = np.random.default_rng(6).geometric(0.1, 200_000) - 1
    for lag in (1, 3):
        reverts = 0.9 ** (draws + lag)
        found = T.compliance.grim(5, 3, 1, 0.9, 0.1, lag, discount=0.9).value
        assert found == pytest.approx(3 - 2 * reverts.mean(), abs=8 * reverts.std() / np.sqrt(len(draws)))


def test_alarms_about_conduct_before_the_game_are_what_sets_its_value_apart_from_the_closed_form():
    stage, rates = T.compliance(5, 3, 1, 0), T.compliance.per_party_alarm(0.9, 0.1)
    at_once = T.compliance.grim(5, 3, 1, *rates, discount=0.9).value
    for lag in (1, 2, 3):
        game = ag.RepeatedGame(stage, ag.Monitoring.detection(0.9, 0.1, lag=lag))
        assert ag.expected_payoffs(game, (ag.grim, ag.grim), discount=0.9) == pytest.approx([at_once] * 2, abs=1e-12)
        # without them every reversion begins lag - 1 periods later
        later = T.compliance.grim(5, 3, 1, *rates, lag, discount=0.9).value
        assert 3 - later == pytest.approx(0.9 ** (lag - 1) * (3 - at_once), abs=1e-12)


def test_notice_needs_one_equilibrium_or_compliance_among_them():
    chicken = T.compliance(4, 3, 0, 1)
    with pytest.raises(ag.errors.WrongConcept, match="one equilibrium"):
        T.withdrawal.notice(chicken, 3)
    both = T.compliance(np.array([5.0, 3.0]), np.array([3.0, 4.0]), np.array([1.0, 2.0]), 0.0)
    assert T.withdrawal.notice(both, 4).compliance_periods.tolist() == [0, 4]


def test_the_multiplier_is_the_fixed_point_of_best_replies():
    for top, mu, d in [(1.0, 0.1, 0.8), (2.0, 0.3, 0.1), (1.0, 0.05, 1.5)]:
        cutoff = 0.0
        for _ in range(20000):
            cutoff = cutoff + 0.5 * (min(max(mu + cutoff / top * (d - mu), 0), top) - cutoff)
        assert T.armsrace.multiplier(top, mu, d).cutoff == pytest.approx(cutoff, abs=1e-9)


def test_exit_happens_as_often_as_simulated():
    rng = np.random.default_rng(3)
    found = T.withdrawal.optimal_exit(0.5, 0.9)
    periods = rng.geometric((rng.uniform(size=200_000) >= found.reservation).mean(), 200_000)
    assert periods.mean() == pytest.approx(found.mean, abs=4 * periods.std() / np.sqrt(len(periods)) + 0.03)
    # the reservation option is worth staying for exactly
    options = (np.arange(100_000) + 0.5) / 100_000
    staying = 0.1 * 0.5 + 0.9 * np.maximum(options, found.reservation).mean()
    assert staying == pytest.approx(found.reservation, abs=1e-9)


@pytest.mark.parametrize("names", [("US", "Russia"), ("Russia", "US")], ids="-".join)
def test_labels_of_the_parties_are_data(names):
    one = T.inspection.one_shot_game(1, 3, 0.2, 2, 0.8, players=names)
    many = T.inspection.dresher_game(3, 1, players=names)
    assert one.players == many.stages[0].players == names
    assert float(ag.nash(one).equilibria[0].profile[0][0]) == pytest.approx(0.3125, abs=1e-9)
    assert ag.markov.zero_sum_value(many, discount=0.9).values[0] == pytest.approx(-0.5, abs=1e-8)


def test_order_of_issues_and_hosts_does_not_matter():
    issues = np.array([[5, 3, 1], [2, 1.8, 0], [4, 3, 0]])
    found, turned = T.linkage.threshold(issues), T.linkage.threshold(issues[::-1])
    assert turned.separate == found.separate[::-1]
    assert turned.linked == pytest.approx(found.linked)
    harms = [0.5, 0.2, 0.4]
    assert T.third_party.host_competition(1, harms).transfer == T.third_party.host_competition(1, harms[::-1]).transfer
