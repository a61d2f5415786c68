"""What counts as zero: one rule in every verifier, under affine payoffs, patience and knife edges; printed bounds."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import armsgame as ag
from armsgame.arithmetic.tolerance import ZERO, Scale, above, below, interval_text, zero_gain

compliance = ag.treaty.compliance


def repeated(payoffs, monitoring=None):
    stage = ag.StageGame(payoffs)
    return ag.RepeatedGame(stage) if monitoring is None else ag.RepeatedGame(stage, monitoring)


def dominated(gain):
    """Return payoffs in which violation gains `gain` of a range of 2, whatever the other does."""
    own = np.array([[1, -1], [1 + gain, 0]])
    return np.stack([own, own.T])


@pytest.mark.parametrize("discount", [0, 0.5, 0.9999, 0.999999])
@pytest.mark.parametrize("gain", [1e-5, 1e-6])
def test_a_dominated_action_is_refused_however_patient_the_parties(discount, gain):
    game = repeated(dominated(gain))
    for profile in ((ag.always_comply,) * 2, ([1.0, 0.0], [1.0, 0.0])):
        assert ag.verify(game, profile, discount=discount).kind == "none"


@pytest.mark.parametrize("discount", [0.9999, 0.999999])
def test_a_dominated_action_is_refused_in_markov_play_too(discount):
    stage = ag.StageGame(dominated(1e-5), actions=(("comply", "deploy"),) * 2)
    game = ag.StochasticGame([stage], [np.ones((2, 2, 1))])
    assert not ag.markov.verify_markov(game, [["comply"], ["comply"]], discount=discount).ok
    assert ag.markov.verify_markov(game, [["deploy"], ["deploy"]], discount=discount).ok


def test_a_reported_gain_is_normalised_and_compared_per_period():
    certificate = ag.verify(repeated(dominated(1e-5)), (ag.always_comply,) * 2, discount=0.999999)
    assert certificate.max_gain == pytest.approx(1e-11, rel=1e-4)
    assert certificate.tolerance < 1e-15


def test_zero_is_a_share_of_the_range_of_a_partys_payoffs():
    assert Scale.of([[5.0, 7.0]]).zero == pytest.approx(2 * ZERO, rel=1e-3)
    assert zero_gain(np.array([[0.0, 1.0], [0.0, 3.0]]), 0.75) == pytest.approx(ZERO, rel=1e-3)
    assert Scale.of([[1e7, 1e7 + 1]]).zero < 2e-8


@pytest.mark.parametrize("discount", [0.2, Fraction(1, 3), 0.5, 0.9, 0.9999])
@pytest.mark.parametrize(("scale", "shift"), [(1e-8, 0), (1e8, 0), (1, 1e7), (1, -1e7), (0.37, 1e6)])
def test_knife_edges_are_kept_by_affine_payoffs_of_either_party(discount, scale, shift):
    # T - R = P - S: every gain of mirror is zero at 1/3
    own = np.array([[2.0, -1], [3, 0]])
    for left, right in (((1, 0), (scale, shift)), ((scale, shift), (1, 0))):
        game = repeated([left[0] * own + left[1], right[0] * own.T + right[1]])
        base = repeated([own, own.T])
        for strategy in (ag.mirror, ag.grim, ag.suspend(2), ag.contrite):
            told = ag.verify(game, (strategy,) * 2, discount=discount).kind
            assert told == ag.verify(base, (strategy,) * 2, discount=discount).kind


def test_indifference_in_every_state_is_an_equilibrium_at_any_patience():
    # an equaliser (Press and Dyson 2012): the other party earns the same whatever it does
    game = repeated([[[2, -1], [3, 0]], [[2, 3], [-1, 0]]])
    rule = ag.Automaton.memory_one(1, 1 / 3, 1, 1 / 3, initial=0.5)
    assert ag.verify(game, (rule, rule), discount=0.5).ok
    assert ag.verify(game, (rule, rule), discount=Fraction(1, 2), exact=True).max_gain == 0
    constant = repeated(np.full((2, 2, 2), 1e7 / 3))
    for discount in (0, 0.9999, 0.999999):
        assert ag.verify(constant, (ag.mirror, ag.grim), discount=discount).ok


@given(
    st.lists(st.integers(-3, 3), min_size=8, max_size=8),
    st.sampled_from([0, 0.5, 0.9, 0.9999, 0.999999]),
    st.sampled_from([1e-8, 0.37, 1e8]),
    st.sampled_from([-1e7, 0, 1e6]),
)
@settings(max_examples=40, deadline=None)
def test_floats_decide_as_rational_numbers_do(values, discount, scale, shift):
    pay = np.array(values, dtype=float).reshape(2, 2, 2)
    for strategies in ((ag.grim, ag.grim), (ag.mirror, ag.suspend(2)), (ag.win_stay_lose_shift, ag.mirror)):
        exact = ag.verify(repeated(pay), strategies, discount=Fraction(str(discount)), exact=True).kind
        assert ag.verify(repeated(pay), strategies, discount=discount).kind == exact
        moved = np.stack([scale * pay[0], pay[1] + shift])
        assert ag.verify(repeated(moved), strategies, discount=discount).kind == exact
        swapped = np.swapaxes(pay[::-1], 1, 2)
        assert ag.verify(repeated(swapped), strategies[::-1], discount=discount).kind == exact


def test_one_party_with_tiny_payoffs_is_not_hidden_by_the_other():
    own = np.array([[3.0, 0], [5, 1]])
    game = repeated([1e-8 * own, 1e8 * own.T])
    assert ag.verify(game, (ag.always_comply, ag.always_deploy), discount=0.9).kind == "none"
    assert ag.verify(game, (ag.grim, ag.grim), discount=0.49).kind == "none"
    assert ag.verify(game, (ag.grim, ag.grim), discount=0.5).ok


@pytest.mark.parametrize("c", [0.0, 1e6, -1e6])
def test_a_payoff_outside_the_set_is_refused_whatever_the_zero_of_utility(c):
    own = np.array([[3.0, 0], [5, 1]]) + c
    found = ag.payoff_set(repeated([own, own.T]), discount=0.6)
    with pytest.raises(ag.errors.InvalidGame):
        ag.strategy_for(found, (c + 3.05, c + 3.05))
    assert ag.strategy_for(found, (c + 3, c + 3)).certificates[0].kind == "subgame perfect"
    assert not found.contains((c + 3.001, c + 3.001))


@pytest.mark.parametrize(("scale", "shift"), [(1e-8, 0), (1e8, 0), (1, 1e7), (1, -1e7)])
def test_transfers_and_renegotiation_are_decided_alike_under_affine_payoffs(scale, shift):
    own = scale * np.array([[3.0, 0], [5, 1]]) + shift
    game = repeated([own, own.T])
    # grim's threshold with transfers is (T - R) / (T - P) too
    for discount, held in ((0.5, True), (0.4999999, False)):
        assert (
            ("comply", "comply") in ag.payoff_sets.transfer_payoff_set(game, discount=discount).details["admissible"]
        ) == held
    assert ag.payoff_sets.renegotiation_proof(game, (ag.contrite,) * 2, discount=0.8).proof
    assert ag.payoff_sets.renegotiation_proof(game, (ag.grim,) * 2, discount=0.8).broken_by == ("punish", "comply")
    verdict = ag.payoff_sets.renegotiation_proof_set(ag.StageGame([own, own.T])).verdict
    assert verdict((3 * scale + shift,) * 2) == "sufficient"
    assert verdict((0.9 * scale + shift,) * 2) == "excluded"
    reply = ag.best_reply(game, (ag.mirror,) * 2, 0, discount=0.2)
    assert reply.gain / scale == pytest.approx(1.2, rel=1e-6)


@given(st.floats(0, 1), st.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_bounds_are_rounded_to_the_side_asked(value, places):
    assert float(below(value, places)) <= value <= float(above(value, places))
    assert float(above(value, places)) - float(below(value, places)) <= 1.01 * 10.0**-places


@given(st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_a_printed_interval_lies_inside_its_own(a, b):
    low, high = sorted((a, b))
    printed = [float(x) for x in re.findall(r"[0-9.]+(?:e-?[0-9]+)?", interval_text(low, high))]
    assert all(low <= x <= high for x in printed)


def test_ends_are_printed_as_they_are_where_that_is_exact():
    assert interval_text(0.5, 1.0) == "[0.50000, 1)"
    assert interval_text(0.1, 0.7) == "[0.10000, 0.70000]"
    assert interval_text(0.5, 0.5000001) == "[0.5000000, 0.5000001]"
    assert interval_text(1 / 3, 1 / 3) == "only 0.3333333333333333"
    assert above(np.inf) == "inf"


@pytest.mark.parametrize("name", ["inf", "abm"])
def test_printed_ends_of_a_dossier_pass_the_verifier(name):
    scenario = ag.load_scenario(name)
    game = scenario.treaty(regime=scenario.regimes[-1].name).game()
    for policy in (ag.treaty.exit_on_alarm, ag.treaty.ladder_yield, ag.treaty.ladder_display):
        text = str(ag.critical_discount(game, (policy, policy)))
        for low, high, end in re.findall(r"\[([0-9.]+), ([0-9.]+)([\])])", text):
            for printed in [low] + [high] * (end == "]"):
                assert ag.verify(game, (policy, policy), discount=float(printed)).ok


def test_a_printed_threshold_of_a_target_is_on_the_side_it_states():
    found = ag.thresholds.payoff_threshold(ag.RepeatedGame(compliance(5, 3, 1, 0)), (3, 3))
    low, high = map(float, re.findall(r"(?:above|at most) ([0-9.]+)", str(found)))
    assert low <= found.low < found.high <= high


def test_a_printed_discount_factor_is_never_one_and_keeps_what_is_missing_to_one():
    from armsgame.arithmetic.tolerance import patience

    assert [patience(d) for d in (0, 0.5, 2 / 3, 0.99, 0.999999)] == ["0", "0.5", "0.666667", "0.99", "0.999999"]
    assert [patience(d) for d in (0.9999996, 1 - 2**-30)] == ["0.9999996", "0.9999999990686774"]
    assert patience(1 - Fraction(1, 10**20)) == "just below 1"
    game = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
    found = (ag.payoff_set(game, discount=0.9999999999), ag.verify(game, (ag.grim,) * 2, discount=0.9999999999))
    assert all("discount 0.9999999999" in str(x) for x in found)
