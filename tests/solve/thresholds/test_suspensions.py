"""Best suspension, forgiveness and symmetric play with false alarms: the general engine against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.solve.payoff_sets.strategies import with_sunspot
from armsgame.solve.thresholds.suspensions import (
    best_forgiveness,
    best_suspension,
    suspension_threshold,
)
from armsgame.solve.thresholds.symmetric import best_symmetric

compliance = ag.treaty.compliance


def noisy(payoffs, detection, false_alarm):
    return ag.RepeatedGame(compliance(*payoffs), ag.Monitoring.alarm(detection, false_alarm))


def three_signals(payoffs, p, q, r):
    """Good-signal probability p, q, r with nobody, one, and both deploying."""
    good = np.array([[p, q], [q, r]])
    return ag.RepeatedGame(compliance(*payoffs), ag.Monitoring.public(np.stack([good, 1 - good], -1), ("good", "bad")))


@pytest.mark.parametrize(
    ("payoffs", "detection", "false_alarm", "discount"),
    [
        ((5, 3, 1, 0), 0.9, 0.05, 0.8),
        ((5, 3, 1, 0), 0.9, 0.05, 0.65),
        ((3, 2, 0, -1), 0.6, 0.1, 0.7),
        ((3, 2, 0, -1), 0.9, 0.0, 0.9),
    ],
)
def test_best_suspension_is_green_and_porters(payoffs, detection, false_alarm, discount):
    found = best_suspension(noisy(payoffs, detection, false_alarm), discount=discount)
    closed = compliance.finite_punishment(*payoffs[:3], detection, false_alarm, discount)
    assert found.periods == closed.periods
    assert found.values == pytest.approx((closed.value,) * 2, abs=1e-10)
    assert found.certificate.ok


def test_published_suspension():
    found = best_suspension(noisy((5, 3, 1, 0), 0.9, 0.05), discount=0.8)
    assert (found.periods, found.values[0]) == (2, pytest.approx(2.8656716417910446, abs=1e-9))


def test_suspension_that_is_found_is_the_best_of_all_lengths_verified_one_by_one():
    game = noisy((5, 3, 1, 0), 0.9, 0.05)
    values = {}
    for n in range(1, 9):
        tried = ag.verify(game, (ag.suspend(n),) * 2, discount=0.65)
        if tried.ok:
            values[n] = tried.values[0]
    found = best_suspension(game, discount=0.65)
    assert found.periods == max(values, key=values.get)


def test_false_alarms_can_defeat_every_length_and_every_discount_factor():
    game = noisy((3, 2, 0, -1), 0.3, 0.29)
    found = best_suspension(game, discount=0.9)
    assert not found.exists
    assert found.hopeless
    assert "any discount factor" in str(found)
    assert compliance.grim(3, 2, 0, 0.3, 0.29).threshold == np.inf
    for discount in (0.5, 0.9, 0.99):
        for n in (1, 3, 20):
            assert not ag.verify(game, (ag.suspend(n),) * 2, discount=discount).ok
    assert not best_forgiveness(game, discount=0.9).exists


def test_too_little_patience_is_told_from_hopeless_alarms():
    found = best_suspension(noisy((3, 2, 0, -1), 0.9, 0.1), discount=0.2)
    assert not found.exists
    assert not found.hopeless
    assert found.permanent.value == pytest.approx(compliance.grim(3, 2, 0, 0.9, 0.1).threshold, abs=1e-9)


def test_only_permanent_reversion_may_be_left():
    game = noisy((5, 3, 1, 0), 0.9, 0.05)
    limit = compliance.grim(5, 3, 1, 0.9, 0.05).threshold
    found = best_suspension(game, discount=limit + 1e-9, longest=5)
    assert found.periods == np.inf
    assert "permanent" in str(found)


@pytest.mark.parametrize(
    ("signal", "value", "least"), [((0.9, 0.5, 0.2), 1.75, 10 / 17), ((0.8, 0.3, 0.1), 1.6, 5 / 9)]
)
def test_best_symmetric_value_of_the_noisy_dilemma(signal, value, least):
    # R - (T-R)(1-p)/(p-q), from the least discount factor (T-R)/((T-R) + (p-q)(v-P)) on
    game = three_signals((3, 2, 0, -1), *signal)
    for discount in (least + 1e-6, 0.9, 0.99, 0.9999):
        found = best_symmetric(game, discount=discount)
        assert found.value == pytest.approx(value, abs=1e-9)
        assert found.worst == pytest.approx(0, abs=1e-9)
        assert found.certificate.ok
    below = best_symmetric(game, discount=least - 1e-6)
    assert below.value == pytest.approx(0, abs=1e-9)
    assert below.action == "deploy"


@given(st.floats(0.3, 1), st.floats(0.01, 0.5), st.floats(0.3, 0.98))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_best_symmetric_equals_the_closed_form(detection, share, discount):
    false_alarm = round(share * detection, 3)
    detection = round(detection, 3)
    closed = compliance.best_symmetric_public(5, 3, 1, detection, false_alarm, discount)
    found = best_symmetric(noisy((5, 3, 1, 0), detection, false_alarm), discount=discount)
    if np.isnan(closed.value):
        assert found.value == pytest.approx(1, abs=1e-7)
    else:
        assert found.value == pytest.approx(closed.value, abs=1e-7)
        assert found.punishment["alarm"] == pytest.approx(closed.punishment_probability, abs=1e-6)
        assert found.punishment["quiet"] == pytest.approx(0, abs=1e-6)


def test_without_a_future_only_the_stage_equilibrium_is_left():
    found = best_symmetric(noisy((5, 3, 1, 0), 0.9, 0.05), discount=0.0)
    assert (found.value, found.worst, found.action) == (pytest.approx(1), pytest.approx(1), "deploy")


def test_published_punishment_probability():
    found = best_symmetric(noisy((5, 3, 1, 0), 0.9, 0.05), discount=0.97)
    assert found.value == pytest.approx(2.8823529411764706, abs=1e-9)
    assert found.punishment["alarm"] == pytest.approx(0.0386597938144307, abs=1e-9)


def test_perfect_monitoring_reaches_mutual_compliance_at_friedmans_threshold():
    game = ag.RepeatedGame(compliance(5, 3, 1, 0))
    assert best_symmetric(game, discount=0.5).value == pytest.approx(3)
    assert best_symmetric(game, discount=0.49).value == pytest.approx(1)


def test_a_worse_signal_never_helps():
    # garbling the alarm with probability g: Kandori (1992)
    values = []
    for g in (0.0, 0.1, 0.2, 0.3):
        d, a = (1 - g) * 0.9 + g / 2, (1 - g) * 0.05 + g / 2
        values.append(best_symmetric(noisy((5, 3, 1, 0), d, a), discount=0.9).value)
    assert (np.diff(values) <= 1e-9).all()


def test_stick_and_carrot_goes_below_the_stage_equilibrium():
    # three actions; the harshest one is dominated, yet it punishes (Abreu 1986)
    own = np.array([[4.0, 0, -4], [6, 2, -3], [5, 1, -5]])
    game = ag.RepeatedGame(ag.StageGame.from_bimatrix(own, own.T))
    found = best_symmetric(game, discount=0.6)
    assert found.worst < 2 - 1e-3
    assert found.worst_action == "a2"
    assert found.certificate.ok


def test_no_symmetric_pure_equilibrium_is_an_answer():
    chicken = ag.StageGame.from_bimatrix([[0, 2], [1, 0]], [[0, 1], [2, 0]])
    found = best_symmetric(ag.RepeatedGame(chicken), discount=0.9)
    assert not found.exists
    assert "no strongly symmetric" in str(found)


def test_forgiveness_complements_the_punishment_probability():
    game = noisy((5, 3, 1, 0), 0.9, 0.05)
    found = best_forgiveness(game, discount=0.97)
    closed = compliance.best_symmetric_public(5, 3, 1, 0.9, 0.05, 0.97)
    assert found.probability == pytest.approx(1 - closed.punishment_probability, abs=1e-8)
    assert found.values[0] == pytest.approx(closed.value, abs=1e-8)
    assert ag.verify(found.game, found.profile, discount=0.97).ok


def test_returning_from_punishment_reaches_the_same_value():
    game = noisy((5, 3, 1, 0), 0.9, 0.05)
    found = best_forgiveness(game, discount=0.97, when="punishment")
    # the binding incentive fixes the loss from an alarm, hence the value
    assert found.values[0] == pytest.approx(best_symmetric(game, discount=0.97).value, abs=1e-8)
    assert 0 < found.probability < 1


def test_more_forgiveness_than_found_does_not_deter():
    game = noisy((5, 3, 1, 0), 0.9, 0.05)
    found = best_forgiveness(game, discount=0.97)
    forgiven = found.probability + 1e-6
    lottery, edges = with_sunspot(game, [1 - forgiven])
    assert len(edges) == 3
    table = np.array([[0, 0, 1, 0], [1, 1, 1, 1]])
    rule = ag.Automaton(["comply", "deploy"], table, actions=("comply", "deploy"))
    assert not ag.verify(lottery, (rule, rule), discount=0.97).ok


def test_compliance_that_needs_no_punishment_forgives_everything():
    game = noisy((2, 3, 1, 0), 0.9, 0.05)
    assert best_forgiveness(game, discount=0.5).probability == 1


def test_sunspot_leaves_the_law_of_the_signal_alone():
    game = noisy((5, 3, 1, 0), 0.9, 0.05)
    lottery, edges = with_sunspot(game, [0.25, 0.5])
    joint = lottery.monitoring.kernel(lottery.stage).reshape(4, 2, 3)
    assert joint.sum(axis=2) == pytest.approx(game.monitoring.kernel(game.stage))
    assert np.diff(edges) == pytest.approx([0.25, 0.25, 0.5])


@pytest.mark.parametrize("n", [1, 2, 3, 10])
@pytest.mark.parametrize(("detection", "false_alarm"), [(0.9, 0.05), (0.6, 0.0), (0.4, 0.15)])
def test_suspension_threshold_is_the_general_engines(n, detection, false_alarm):
    found = suspension_threshold(3, 2, 0, detection, false_alarm, n)
    engine = ag.critical_discount(noisy((3, 2, 0, -1), detection, false_alarm), (ag.suspend(n),) * 2)
    assert found == pytest.approx(engine.value, abs=1e-7)


def test_suspension_thresholds_map_a_grid_and_tend_to_permanent_reversion():
    d, a = np.linspace(0.01, 1, 100)[None], np.linspace(0, 0.5, 100)[:, None]
    lengths = [suspension_threshold(3, 2, 0, d, a, n) for n in (1, 5, 500)]
    assert lengths[0].shape == (100, 100)
    assert (lengths[1] <= lengths[0]).all()
    grim = compliance.grim(3, 2, 0, d, a).threshold
    assert (grim <= lengths[2] + 1e-12).all()
    both = np.isfinite(lengths[2])
    assert np.isfinite(grim[both]).all()
    patient = both & (grim < 0.9)
    assert lengths[2][patient] == pytest.approx(grim[patient], abs=1e-9)


def test_just_above_the_suspension_threshold_the_engine_agrees_and_below_it_does_not():
    limit = suspension_threshold(5, 3, 1, 0.9, 0.05, 2)
    game = noisy((5, 3, 1, 0), 0.9, 0.05)
    assert best_suspension(game, discount=limit + 1e-7).periods == 2
    assert best_suspension(game, discount=limit - 1e-7).periods == 3


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda g: best_suspension(g, discount=0.9, longest=0), InvalidGame, "longest is 0"),
        (lambda g: best_suspension(g, discount=1.0), InvalidGame, "discount is 1.0"),
        (lambda g: best_suspension(g.stage, discount=0.9), WrongConcept, "RepeatedGame"),
        (lambda g: best_forgiveness(g, discount=0.9, when="never"), InvalidGame, "when is 'never'"),
        (lambda g: with_sunspot(g, [1.2]), InvalidGame, "cuts"),
        (lambda _: suspension_threshold(3, 2, 0, 0.9, 0.1, 0), InvalidGame, "periods"),
        (lambda _: suspension_threshold(3, 0, 0, 0.9, 0.1, 1), InvalidGame, "reward"),
        (lambda _: suspension_threshold(3, 2, 0, 1.9, 0.1, 1), InvalidGame, "detection"),
        (
            lambda _: best_symmetric(
                ag.RepeatedGame(ag.StageGame.from_bimatrix([[1, 2], [3, 4]], [[1, 2], [3, 4]])), discount=0.9
            ),
            WrongConcept,
            "mirrored",
        ),
        (
            lambda g: best_symmetric(ag.RepeatedGame(g.stage, ag.Monitoring.detection(0.9, lag=2)), discount=0.9),
            WrongConcept,
            "without a detection lag",
        ),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call(noisy((5, 3, 1, 0), 0.9, 0.05))
