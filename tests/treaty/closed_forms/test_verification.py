"""Displays and refusals against published values and Bayes' rule."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

display = ag.treaty.verification.display


def test_display_that_hardly_separates_is_worth_nothing():
    found = display(0.7, 0.9, 0.8)
    assert found.posterior == pytest.approx(0.6746987951807227, abs=1e-12)
    assert found.likelihood_ratio == pytest.approx(0.888888888888889, abs=1e-12)
    assert found.value_of_information == 0
    assert not found.attends


def test_display_that_separates_is_attended():
    found = display(0.7, 0.9, 0.05)
    assert found.posterior == pytest.approx(0.11475409836065571, abs=1e-12)
    assert found.value_of_information == pytest.approx(0.235, abs=1e-12)
    assert found.attends


def test_the_three_readings_of_the_declined_display():
    # inside the treaty: gain R - P - x = 1, loss P + x - S = .5
    agnostic = display(0.5, 0.95, 0.8, 1, 0.5)
    assert (agnostic.posterior, agnostic.posterior_after_fail) == (pytest.approx(0.457, abs=5e-4), pytest.approx(0.8))
    assert agnostic.leave_threshold == pytest.approx(2 / 3)
    assert agnostic.attends
    accuser = display(0.9, 0.95, 0.9, 1, 0.5)
    assert accuser.posterior == pytest.approx(0.895, abs=5e-4)
    assert not accuser.attends
    wants_out = display(0.5, 0.95, 0.8, 1 - 1.3, 1.3 + 0.5)
    assert wants_out.leave_threshold < 0
    assert not wants_out.attends


def test_posteriors_average_to_the_prior_over_a_grid():
    prior, s_v = np.meshgrid(np.linspace(0.01, 0.99, 21), np.linspace(0.05, 0.95, 19))
    found = display(prior, 0.9, s_v)
    passed = prior * s_v + (1 - prior) * 0.9
    assert found.posterior * passed + found.posterior_after_fail * (1 - passed) == pytest.approx(prior)
    assert (found.value_of_information >= 0).all()


def test_refusals_move_the_belief_in_a_pretext():
    posterior = ag.treaty.verification.pretext_posterior
    assert posterior(0.3, 0.1, 0.7, 1) == pytest.approx(0.5625)
    assert posterior(0.3, 0.4, 0.4, 5) == pytest.approx(0.3)
    assert np.isnan(posterior(0.3, 1.0, 1.0, 1))


@pytest.mark.parametrize("bad", [{"prior": 1.2}, {"pass_violating": -0.1}, {"gain": np.nan}, {"gain": -1.0}], ids=str)
def test_bad_input_is_named(bad):
    question = {"prior": 0.5, "pass_compliant": 0.9, "pass_violating": 0.5} | bad
    with pytest.raises(ag.errors.InvalidGame, match=next(iter(bad))):
        display(**question)
