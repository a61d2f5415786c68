"""Thresholds and certificates of the one-status game against closed forms and published values."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import armsgame as ag

compliance = ag.treaty.compliance


def pd(t, r, p, s):
    return compliance(temptation=t, reward=r, punishment=p, sucker=s)


def both(strategy):
    return (strategy, strategy)


@pytest.mark.parametrize(("payoffs", "expected"), [((10, 9, 3, 1), 1 / 7), ((5, 3, 1, 0), 0.5), ((4, 3, 1, 0), 1 / 3)])
def test_grim_under_perfect_monitoring_has_friedmans_threshold(payoffs, expected):
    found = ag.critical_discount(ag.RepeatedGame(pd(*payoffs)), both(ag.grim))
    assert found.value == pytest.approx(expected, abs=1e-10)
    assert compliance.grim(*payoffs[:3]).threshold == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("payoffs", "expected"), [((5, 3, 1, 0), 2 / 3), ((3, 2, 0, -1), 1 / 3)])
def test_mirror_is_nash_from_its_closed_form_on(payoffs, expected):
    found = ag.critical_discount(ag.RepeatedGame(pd(*payoffs)), both(ag.mirror), concept="nash")
    assert found.value == pytest.approx(expected, abs=1e-8)
    assert compliance.mirror(*payoffs).threshold == pytest.approx(expected, abs=1e-12)


def test_mirror_is_nash_but_not_subgame_perfect():
    game = ag.RepeatedGame(pd(5, 3, 1, 0))
    certificate = ag.verify(game, both(ag.mirror), discount=0.7)
    assert certificate.kind == "Nash"
    assert not certificate.ok
    assert certificate.max_gain > 1e-3
    assert certificate.nash_gain == pytest.approx(0, abs=1e-9)
    assert not ag.critical_discount(game, both(ag.mirror)).intervals


def test_mirror_is_subgame_perfect_at_one_point_where_the_knife_edge_holds():
    found = ag.critical_discount(ag.RepeatedGame(pd(3, 2, 0, -1)), both(ag.mirror))
    ((low, high),) = found.intervals
    assert low == high == pytest.approx(1 / 3, abs=1e-9)
    assert not found.exists


@pytest.mark.parametrize(
    ("payoffs", "n", "expected"),
    [((3, 2, 1, 0), 3, 0.5436890126920764), ((5, 4, 1, 0), 1, 1 / 3), ((3, 2, 1, 0), 1, np.inf)],
)
def test_limited_punishment_has_the_root_of_its_geometric_sum(payoffs, n, expected):
    found = ag.critical_discount(ag.RepeatedGame(pd(*payoffs)), both(ag.suspend(n)))
    assert found.value == pytest.approx(expected, abs=1e-10)


def test_win_stay_lose_shift_has_its_known_threshold():
    found = ag.critical_discount(ag.RepeatedGame(pd(5, 4, 1, 0)), both(ag.win_stay_lose_shift))
    assert found.value == pytest.approx(1 / 3, abs=1e-10)


@pytest.mark.parametrize(
    ("p", "q", "r", "delta"), [(0.95, 0.6, 0.3, 0.6060606060606062), (0.99, 0.5, 0.01, 0.5076142131979696)]
)
def test_public_grim_of_mailath_and_samuelson(p, q, r, delta):
    kernel = [[[p, 1 - p], [q, 1 - q]], [[q, 1 - q], [r, 1 - r]]]
    game = ag.RepeatedGame(pd(3, 2, 0, -1), ag.Monitoring.public(kernel, signals=["good", "bad"]))
    assert ag.critical_discount(game, both(ag.grim)).value == pytest.approx(delta, abs=1e-9)


@given(
    t=st.floats(1.05, 3),
    d=st.floats(0, 1),
    a=st.floats(0, 1),
)
@settings(max_examples=25, deadline=None)
def test_grim_with_one_public_alarm_equals_the_closed_form(t, d, a):
    game = ag.RepeatedGame(pd(t, 1, 0, -0.5), ag.Monitoring.alarm(detection=d, false_alarm=a))
    closed = compliance.grim(t, 1, 0, d, a).threshold
    found = ag.critical_discount(game, both(ag.grim)).value
    if closed < 1 - 1e-5 or closed == np.inf:
        assert found == pytest.approx(closed, abs=1e-7)


def test_grim_with_an_alarm_per_party_is_the_closed_form_with_any_alarm():
    for d, expected in ((0.8, 0.38879), (0.03, 0.96175)):
        game = ag.RepeatedGame(pd(1.5, 1, 0, -0.5), ag.Monitoring.detection(d, 0.005))
        closed = compliance.grim(1.5, 1, 0, *compliance.per_party_alarm(d, 0.005)).threshold
        assert closed == pytest.approx(expected, abs=5e-6)
        assert ag.critical_discount(game, both(ag.grim)).value == pytest.approx(closed, abs=1e-9)


def test_the_two_formulas_for_one_alarm_and_one_per_party_differ():
    assert compliance.grim(1.5, 1, 0, 0.1, 0.05).threshold == pytest.approx(0.952, abs=5e-4)
    assert compliance.grim(1.5, 1, 0, *compliance.per_party_alarm(0.1, 0.05)).threshold == np.inf


@pytest.mark.parametrize(("d", "a", "lag"), [(1.0, 0.0, 2), (1.0, 0.0, 3), (0.6, 0.02, 2), (0.9, 0.1, 2)])
def test_lagged_detection_found_by_planning_equals_the_closed_form(d, a, lag):
    game = ag.RepeatedGame(pd(1.5, 1, 0, -0.5), ag.Monitoring.detection(d, a, lag=lag))
    closed = compliance.grim(1.5, 1, 0, *compliance.per_party_alarm(d, a), lag=lag).threshold
    assert ag.critical_discount(game, both(ag.grim)).value == pytest.approx(closed, abs=1e-7)


def test_published_lag_thresholds():
    assert compliance.grim(5, 3, 1, lag=2).threshold == pytest.approx(0.7071067811865476, abs=1e-9)
    assert compliance.grim(1.5, 1, 0, lag=3).threshold == pytest.approx(0.6933612743506347, abs=1e-9)


@pytest.mark.parametrize("d", [0.8, 0.6])
def test_noisy_mirror_holds_at_one_discount_factor_only(d):
    # T - R = P - S: the gain is the same in every state and vanishes at (T-R)/[(d-a)(R-S)]
    game = ag.RepeatedGame(pd(1.5, 1, 0, -0.5), ag.Monitoring.detection(d, 0.005))
    found = ag.critical_discount(game, both(ag.mirror))
    ((low, high),) = found.intervals
    assert low == pytest.approx(0.5 / ((d - 0.005) * 1.5), abs=1e-9)
    assert high == pytest.approx(low, abs=1e-9)


def test_suspension_holds_where_its_inequality_does():
    psi1, psi0 = compliance.per_party_alarm(0.8, 0.005)
    game = ag.RepeatedGame(pd(1.5, 1, 0, -0.5), ag.Monitoring.detection(0.8, 0.005))
    for n in (1, 2, 4):
        x = ag.critical_discount(game, both(ag.suspend(n))).value
        right = x * (psi1 - psi0) * (1 - x**n) / (1 - x * (1 - psi0) - psi0 * x ** (n + 1))
        assert right == pytest.approx(0.5, abs=1e-8)


def test_the_noisy_mirror_tempts_to_deploy_below_its_point_and_to_comply_above():
    game = ag.RepeatedGame(pd(1.5, 1, 0, -0.5), ag.Monitoring.detection(0.8, 0.005))
    assert ag.verify(game, both(ag.mirror), discount=0.3).where.action == "deploy"
    assert ag.verify(game, both(ag.mirror), discount=0.6).where.action == "comply"


def test_grim_needs_less_patience_with_better_detection():
    found = [
        ag.critical_discount(
            ag.RepeatedGame(pd(1.5, 1, 0, -0.5), ag.Monitoring.detection(d, 0.005)), both(ag.grim)
        ).value
        for d in (0.03, 0.1, 0.4, 0.9)
    ]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 4


def test_a_perturbed_grim_is_refused():
    game = ag.RepeatedGame(pd(5, 3, 1, 0))
    true = ag.grim.on(game, 0)
    soft = ag.Automaton([[1, 0], [0.1, 0.9]], true.next, states=true.states, actions=true.actions)
    assert ag.verify(game, (true, true), discount=0.7).ok
    assert not ag.verify(game, (soft, true), discount=0.7).ok


def test_exact_certificate_decides_a_tie_at_the_threshold():
    game = ag.RepeatedGame(pd(5, 3, 1, 0))
    at = ag.verify(game, both(ag.grim), discount=Fraction(1, 2), exact=True)
    assert at.ok
    assert at.max_gain == 0
    below = ag.verify(game, both(ag.grim), discount=Fraction(499, 1000), exact=True)
    assert not below.ok
    assert isinstance(below.max_gain, Fraction)
    assert below.max_gain == Fraction(501, 1000) * 2 - Fraction(499, 1000) * 2


def test_exact_and_float_certificates_agree_with_noise():
    game = ag.RepeatedGame(pd(1.5, 1, 0, -0.5), ag.Monitoring.detection(0.7, 0.05))
    for strategy in (ag.grim, ag.mirror, ag.suspend(3), ag.generous(0.25), ag.contrite):
        exact = ag.verify(game, both(strategy), discount=0.9, exact=True)
        rough = ag.verify(game, both(strategy), discount=0.9)
        assert exact.kind == rough.kind
        assert float(exact.max_gain) == pytest.approx(rough.max_gain, abs=1e-10)


def test_values_of_public_grim():
    kernel = [[[0.95, 0.05], [0.6, 0.4]], [[0.6, 0.4], [0.3, 0.7]]]
    game = ag.RepeatedGame(pd(3, 2, 0, -1), ag.Monitoring.public(kernel))
    for delta, value in ((0.7, 1.7910447761194028), (0.9, 1.3793103448275856)):
        assert ag.verify(game, both(ag.grim), discount=delta).values[0] == pytest.approx(value, abs=1e-10)


def test_swapping_the_parties_swaps_values_and_gains():
    payoffs = np.array([[[1, -0.5], [1.5, 0]], [[1, 2.5], [-0.5, 0.2]]])
    monitor = ag.Monitoring.detection([0.8, 0.4], [0.01, 0.1])
    turned = ag.Monitoring.detection([0.4, 0.8], [0.1, 0.01])
    game = ag.RepeatedGame(ag.StageGame(payoffs, players=("A", "B")), monitor)
    other = ag.StageGame(np.swapaxes(payoffs[::-1], 1, 2), players=("B", "A"))
    swapped = ag.RepeatedGame(other, turned)
    for pair in ((ag.grim, ag.grim), (ag.mirror, ag.grim), (ag.suspend(2), ag.generous(0.1))):
        a = ag.verify(game, pair, discount=0.9)
        b = ag.verify(swapped, pair[::-1], discount=0.9)
        assert a.values == pytest.approx(b.values[::-1], abs=1e-12)
        assert a.max_gain == pytest.approx(b.max_gain, abs=1e-12)
        assert a.kind == b.kind


@given(scale=st.floats(0.01, 100), shift=st.floats(-50, 50))
@settings(max_examples=15, deadline=None)
def test_positive_affine_payoffs_leave_the_threshold(scale, shift):
    t, r, p, s = (scale * v + shift for v in (1.5, 1, 0, -0.5))
    game = ag.RepeatedGame(pd(t, r, p, s), ag.Monitoring.detection(0.8, 0.005))
    assert ag.critical_discount(game, both(ag.grim)).value == pytest.approx(0.3887911511, abs=1e-6)


def test_alarms_that_carry_no_information_support_no_compliance():
    game = ag.RepeatedGame(pd(1.5, 1, 0, -0.5), ag.Monitoring.alarm(0.3, 0.3))
    found = ag.critical_discount(game, both(ag.grim))
    assert found.intervals == ()
    assert found.value == np.inf


def test_a_stag_hunt_needs_no_patience_and_always_deploy_always_holds():
    hunt = ag.RepeatedGame(pd(3, 4, 2, 0))
    assert ag.critical_discount(hunt, both(ag.grim)).value == 0
    game = ag.RepeatedGame(pd(1.5, 1, 0, -0.5))
    assert ag.critical_discount(game, both(ag.always_deploy)).intervals == ((0.0, 1.0),)
    assert ag.critical_discount(game, both(ag.always_comply)).intervals == ()


def test_n_player_grim_in_a_public_goods_game():
    n, multiplier = 4, 1.6
    payoffs = np.zeros((n,) + (2,) * n)
    for profile in np.ndindex(*(2,) * n):
        given_up = n - sum(profile)
        for i in range(n):
            payoffs[(i, *profile)] = multiplier * given_up / n - (1 - profile[i])
    game = ag.RepeatedGame(ag.StageGame(payoffs, players=[f"p{i}" for i in range(n)]))
    assert ag.critical_discount(game, (ag.grim,) * n).value == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("discount", [-0.1, 1.0, np.nan, "0.9", True], ids=repr)
def test_a_discount_outside_its_range_is_refused(discount):
    with pytest.raises(ag.errors.InvalidGame, match="0 <= discount < 1"):
        ag.verify(ag.RepeatedGame(pd(5, 3, 1, 0)), both(ag.grim), discount=discount)


@pytest.mark.parametrize(
    "payoffs",
    [[[1, 2], [3]], [[[[np.nan, 1]] * 2] * 2] * 2, np.full((2, 2, 2), np.inf), np.zeros((2, 0, 2))],
    ids=["ragged", "nan", "infinite", "empty"],
)
def test_payoffs_that_make_no_game_are_refused(payoffs):
    with pytest.raises(ag.errors.InvalidGame):
        ag.StageGame(payoffs)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ag.Monitoring.detection(1.2),
        lambda: ag.Monitoring.detection(0.5, lag=0),
        lambda: ag.Monitoring.public([[0.5, 0.6], [0.5, 0.5]]),
        lambda: ag.suspend(0),
        lambda: ag.generous(1.5),
        lambda: ag.Automaton(["comply", "nowhere"], [[0], [0]], actions=["comply", "deploy"]),
        lambda: compliance.grim(1.5, 1, 2),
        lambda: compliance.grim(1.5, 1, 0, detection=1.5),
        lambda: compliance.required_trust(5, 3, 1, 0),
    ],
    ids=["rate", "lag", "row", "periods", "generosity", "label", "order", "detection", "not a hunt"],
)
def test_bad_input_is_named(make):
    with pytest.raises(ag.errors.InvalidGame, match=r"allowed|unknown|sums"):
        make()


def test_minmax_and_best_replies_of_a_batch():
    games = compliance(temptation=np.array([1.5, 0.5]))
    assert games.batch == (2,)
    assert games.minmax().tolist() == [[0, 0], [0, 0]]
    assert games[0].best_replies()[0].tolist() == [[False, False], [True, True]]
    assert games[1].best_replies()[0].tolist() == [[True, False], [False, True]]
    assert games[0].dominated()[0].tolist() == [True, False]


def test_closed_forms_of_green_porter_and_the_best_symmetric_equilibrium():
    found = compliance.finite_punishment(5, 3, 1, 0.9, 0.05, 0.8)
    assert (found.periods, found.value) == (2, pytest.approx(2.8656716417910446, abs=1e-9))
    best = compliance.best_symmetric_public(5, 3, 1, 0.9, 0.05, 0.97)
    assert best.value == pytest.approx(2.8823529411764706, abs=1e-9)
    assert best.punishment_probability == pytest.approx(0.0386597938144307, abs=1e-9)
    assert compliance.required_detection(5, 3, 1, 0.8) == pytest.approx(0.25, abs=1e-12)
    assert compliance.required_trust(3, 4, 2, 0).belief == pytest.approx(2 / 3)
    assert compliance.mirror(5, 3, 1, 0).maximal_generosity == pytest.approx(1 / 3)
    assert compliance.grim(5, 3, 1, 0.9, 0.05, discount=0.95).value == pytest.approx(2.0256410256410264)
