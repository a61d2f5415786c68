"""Audience dynamics: the fixed point from the rules, symmetries, limits, a simulated career, several equilibria."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp, softmax

import armsgame as ag

model = ag.catalogue.crisman_cox_gibilisco_2018


def payoff(m: ag.catalogue.Model, i: int, s: int, own: int, other: int) -> float:
    """u_i with states and actions from 1 to 3, as the paper writes it."""
    u = m.beta[i][s - 1] + m.kappa[i][own - 1]
    if own > 1 and other > 1:
        u += m.gamma[s - 1]
    if s > 1 and other >= s and own < s:
        u += m.alpha[i]
    return float(u)


def answer(m: ag.catalogue.Model, i: int, other: np.ndarray) -> np.ndarray:
    """Smoothed value iteration against fixed choices of the other, term by term."""
    worth = np.zeros(3)
    for _ in range(400):
        v = np.array(
            [
                [
                    sum(
                        other[s - 1, b - 1] * (payoff(m, i, s, a, b) + m.delta * worth[max(a, b) - 1])
                        for b in (1, 2, 3)
                    )
                    for a in (1, 2, 3)
                ]
                for s in (1, 2, 3)
            ]
        )
        worth = logsumexp(v, axis=1)
    return softmax(v, axis=1)


def random_model(seed: int, **fixed: object) -> ag.catalogue.Model:
    draw = np.random.default_rng(seed)
    beta, kappa = draw.normal(size=(2, 2, 3)) - [0, 0.5, 1.5]
    beta[:, 0] = kappa[:, 0] = 0
    values = {"beta": beta, "kappa": kappa, "gamma": draw.normal(size=3), "alpha": -draw.exponential(size=2)}
    return model(**{**values, **fixed})


@pytest.mark.parametrize("seed", range(3))
def test_choices_answer_each_other(seed: int) -> None:
    m = random_model(seed, delta=0.9)
    for e in m.equilibria():
        one, two = np.array(e["choice_player1"]), np.array(e["choice_player2"])
        assert answer(m, 0, two) == pytest.approx(one, abs=1e-10)
        assert answer(m, 1, one) == pytest.approx(two, abs=1e-10)
        assert e.certificate.ok


def test_residuals_are_below_twelve_digits() -> None:
    for alpha in ((-1, -1), (0, 0), (-2, -0.2), (-16.92, -1)):
        m = model(alpha=alpha)
        for v in m.solutions:
            assert np.abs(m._replies(v[None])[0][0] - v).max() < 1e-12 * max(1, np.abs(v).max())


def test_the_derivatives_of_replies_are_right() -> None:
    m, draw = random_model(5), np.random.default_rng(1)
    v = draw.normal(size=(1, 2, 3, 3))
    slope = m._replies(v)[1][0]
    for k in range(18):
        step = np.zeros(18)
        step[k] = 1e-6
        up, down = (m._replies(v + sign * step.reshape(v.shape))[0].ravel() for sign in (1, -1))
        assert slope[:, k] == pytest.approx((up - down) / 2e-6, abs=1e-7)


def test_without_a_future_it_is_the_logit_equilibrium_of_each_stage() -> None:
    m = random_model(7, delta=0.0)
    (e,) = m.equilibria()
    for s, stage in enumerate(m.game.stages):
        law = ag.logit_qre(stage, precision=1.0)
        assert np.array(e["choice_player1"])[s] == pytest.approx(law.profile[0], abs=1e-8)
        assert np.array(e["choice_player2"])[s] == pytest.approx(law.profile[1], abs=1e-8)


def test_swapping_the_parties_swaps_their_choices() -> None:
    m = random_model(2)
    turned = m.replace(beta=m.beta[::-1], kappa=m.kappa[::-1], alpha=m.alpha[::-1])
    (a,), (b,) = m.equilibria(), turned.equilibria()
    assert np.array(a["choice_player1"]) == pytest.approx(np.array(b["choice_player2"]), abs=1e-12)
    assert a["stationary"] == pytest.approx(b["stationary"], abs=1e-12)


def test_the_stationary_law_is_that_of_a_long_career() -> None:
    (e,) = model().equilibria()
    law, share = np.array(e["transition"]), np.array(e["stationary"])
    assert share @ law == pytest.approx(share, abs=1e-14)
    assert law.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-14)
    draw = np.random.default_rng(0)
    one, two = (np.cumsum(e[f"choice_player{i}"], axis=1) for i in (1, 2))
    state, seen = 0, np.zeros(3)
    for u, w in draw.random((60_000, 2)).tolist():
        state = max(int(np.searchsorted(one[state], u)), int(np.searchsorted(two[state], w)))
        seen[state] += 1
    assert seen / seen.sum() == pytest.approx(share, abs=0.012)


def test_audience_costs_keep_out_of_crises_and_in_them() -> None:
    found = [model(alpha=a).equilibria() for a in ((0, 0), (-1, -1), (-2, -0.2), (-16.92, -1))]
    assert all(len(e) == 1 for e in found)
    leaves = [np.array(e["choice_player1"])[1, 0] for (e,) in found]
    assert leaves == pytest.approx([0.8467, 0.8376, 0.8287, 0.0022], abs=5e-5)
    peace = [e["stationary"][0] for (e,) in found]
    assert min(peace[1:]) > peace[0]


def test_where_two_equilibria_are_found_the_third_between_them_is_too() -> None:
    found = model(alpha=(-5, -5)).equilibria()
    assert len(found) == 3
    assert all(e.certificate.ok for e in found)
    assert sorted(round(e["stationary"][1], 3) for e in found) == [0.031, 0.079, 0.101]


def test_patience_near_one_is_no_obstacle() -> None:
    (e,) = model(delta=0.9999).equilibria()
    assert e.certificate.ok


def test_a_profile_that_is_off_is_refused() -> None:
    m = model()
    off = m.solutions[0].copy()
    off[0, 1, 0] += 1e-6
    assert not m._certificate(off).ok


def test_bad_parameters_are_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="alpha"):
        model(alpha=(1.0, 0.0))
    with pytest.raises(ag.errors.InvalidGame, match=r"beta of shape \(2, 3\)"):
        model(beta=(0.0, 1.0, 2.0))
    with pytest.raises(ag.errors.InvalidGame, match=r"delta is 1; allowed: \[0, 1\)"):
        model(delta=1)
