"""`payoff_set` finds the method that fits the game, and strategies come out of every kind of set."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

KERNEL = [[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]]
NOISY = ag.RepeatedGame(ag.treaty.compliance(3, 2, 0, -1), ag.Monitoring.public(KERNEL))
SEEN = ag.RepeatedGame(ag.treaty.compliance())


def test_signals_are_bracketed_and_the_best_symmetric_payoff_is_reached():
    found = ag.payoff_set(NOISY, discount=0.7)
    # Abreu, Milgrom and Pearce: R - (T - R)(1 - p)/(p - q)
    assert found.support((1, 1)) / 2 == pytest.approx(1.75, abs=2e-3)
    assert found.support((1, 1), inner=True) / 2 == pytest.approx(1.75, abs=2e-3)
    assert found.gap < 1e-3
    top = found.inner[int(np.argmax(found.inner.sum(axis=1)))]
    strategy = ag.strategy_for(found, top)
    assert strategy.ok
    assert strategy.payoff == pytest.approx(top, abs=1e-5)
    assert strategy.certificates[0].kind == "perfect public"


def test_too_little_patience_leaves_the_stage_equilibrium():
    assert ag.payoff_set(NOISY, discount=0.55).outer == pytest.approx(np.zeros((1, 2)), abs=1e-9)


def test_linear_programs_agree_with_polygons_where_both_apply():
    by_polygon = ag.payoff_set(SEEN, discount=0.6)
    by_programs = ag.payoff_set(SEEN, discount=0.6, method=ag.methods.LinearPrograms(gap=1e-4))
    for angle in np.linspace(0, 2 * np.pi, 17):
        z = (np.cos(angle), np.sin(angle))
        assert by_programs.support(z) == pytest.approx(by_polygon.support(z), abs=2e-4)
        assert by_programs.support(z, inner=True) <= by_polygon.support(z) + 1e-9
    strategy = ag.strategy_for(by_programs, by_programs.inner.mean(axis=0))
    assert strategy.ok


def test_three_players_are_bracketed():
    pay = np.zeros((3, 2, 2, 2))
    for profile in np.ndindex(2, 2, 2):
        given = 3 - sum(profile)
        for i in range(3):
            pay[(i, *profile)] = 2 * given / 3 - (1 - profile[i])
    game = ag.RepeatedGame(ag.StageGame(pay, players=("A", "B", "C")))
    found = ag.payoff_set(game, discount=0.8, method=ag.methods.LinearPrograms(gap=0.05))
    assert found.contains((1, 1, 1), tolerance=1e-6)
    assert found.shape == "polytope"


def test_an_array_of_discount_factors_is_bracketed_one_by_one():
    small, large = ag.payoff_set(NOISY, discount=np.array([0.55, 0.7]))
    assert small.shape == "point"
    assert large.area > 1


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: ag.payoff_set(NOISY, discount=0.7, method=ag.methods.AbreuSannikov()), "LinearPrograms"),
        (lambda: ag.payoff_set(NOISY, discount=0.7, method=3), "method"),
        (
            lambda: ag.RepeatedGame(SEEN.stage, ag.Monitoring.private(np.full((2, 2, 2, 2), 0.25))),
            "PrivateGame",
        ),
    ],
)
def test_misfits_are_told_what_fits(call, match):
    with pytest.raises(ag.errors.ArmsgameError, match=match):
        call()


def test_the_negotiated_point_comes_with_a_strategy():
    found = ag.payoff_set(SEEN, discount=0.95)
    bargain = ag.negotiate(found, threat="minmax", rule=ag.NashBargaining())
    assert bargain.payoff == pytest.approx([1, 1], abs=1e-6)
    strategy = bargain.strategy()
    assert strategy.ok
    assert strategy.payoff == pytest.approx(bargain.payoff, abs=1e-6)
