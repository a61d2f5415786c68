"""Strategic risk: values by iteration and scan, the game with noise, thresholds, statics, batches."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

model = ag.catalogue.chassang_padro_2010


def drawn(seed: int) -> ag.catalogue.Model:
    draw = np.random.default_rng(seed)
    s, w, f = np.cumsum(draw.exponential(size=3)) - 1.5
    low = draw.normal() - 1
    return model(
        x_low=low,
        x_high=low + draw.uniform(1, 8),
        first_strike=f,
        second_strike=s,
        both_strike=w,
        discount=draw.uniform(0, 0.95),
    )


def expected(m: ag.catalogue.Model, doubt: bool, value: np.ndarray) -> np.ndarray:
    """E[(x + delta V) if peace, else W] from the middle of 20,000 equally likely states."""
    x = m.x_low + (m.x_high - m.x_low) * (np.arange(20_000) + 0.5) / 20_000
    bar = m.first_strike + (m.both_strike - m.second_strike) * doubt
    calm = x + m.discount * np.asarray(value)[..., None]
    return np.where(calm >= bar, calm, m.both_strike).mean(axis=-1)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("doubt", [False, True])
def test_the_largest_value_is_the_limit_from_above(seed: int, doubt: bool) -> None:
    m = drawn(seed)
    value = np.array(max(abs(m.x_high), abs(m.first_strike), abs(m.both_strike)) / (1 - m.discount))
    for _ in range(400):
        value = expected(m, doubt, value)
    roots = m.roots(doubt)
    assert roots[-1] == pytest.approx(float(value), abs=2e-3 / (1 - m.discount))
    for v in roots:
        assert float(expected(m, doubt, np.array(v))) == pytest.approx(v, abs=2e-3)
    for e in m.equilibria():
        assert e.certificate.ok


def test_all_values_are_found_where_there_are_several() -> None:
    several = 0
    for seed in range(80):
        m = drawn(1000 + seed)
        for doubt in (False, True):
            roots = m.roots(doubt)
            assert 1 <= len(roots) <= 3
            several += len(roots) > 1
            if len(roots) == 3:
                grid = np.linspace(roots[0] - 0.5, roots[-1] + 0.5, 801)
                gap = expected(m, doubt, grid) - grid
                # rounding of the states hides a crossing only where two values nearly meet
                if min(np.diff(roots)) > 0.05:
                    assert (np.sign(gap[1:]) != np.sign(gap[:-1])).sum() == 3
    assert several > 0


def test_a_little_noise_selects_the_risk_dominant_threshold() -> None:
    m = model()
    value, limit = m.regions["value_risk"], m.regions["threshold_risk"]

    def gain(k: float, noise: float) -> float:
        """Gain of peace at the signal k, if the other keeps peace from its own signal k on."""
        x = np.linspace(k - noise, k + noise, 40_001)
        other = np.clip((x - k + noise) / (2 * noise), 0, 1)
        keep = other * (x + m.discount * value) + (1 - other) * m.second_strike
        hit = other * m.first_strike + (1 - other) * m.both_strike
        return float((keep - hit).mean())

    for noise in (0.5, 0.1, 0.02):
        low, high = limit - 2, limit + 2
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (low, middle) if gain(middle, noise) > 0 else (middle, high)
        assert low == pytest.approx(limit - noise / 3, abs=1e-4)


def test_the_stage_game_has_peace_just_above_the_threshold_and_not_below() -> None:
    m = model()
    edge = m.regions["threshold_complete"]
    peace = ([1, 0], [1, 0])
    assert ag.verify(m.game(edge + 1e-6), peace).ok
    assert ag.verify(m.game(edge), peace).max_gain < 1e-12
    assert ag.verify(m.game(edge - 0.01), peace).max_gain == pytest.approx(0.01)
    assert ag.verify(m.game(edge - 0.01), ([0, 1], [0, 1])).ok


def test_vulnerability_moves_the_second_threshold_alone() -> None:
    found = model(second_strike=np.linspace(-3, -0.1, 40)).regions
    assert np.ptp(found["threshold_complete"]) == 0
    assert (np.diff(found["threshold_risk"]) < 0).all()
    for seed in range(60):
        own = drawn(seed).regions
        assert own["p_peace_risk"] <= own["p_peace_complete"] + 1e-12
        assert own["value_risk"] <= own["value_complete"] + 1e-9


def test_impatience_leaves_the_payoffs_of_one_period() -> None:
    own = model(discount=0.0).regions
    assert own["threshold_complete"] == 3.0
    assert own["threshold_risk"] == 3.5
    assert own["value_complete"] == pytest.approx((6 * 0 + (16 - 9) / 2) / 7)


def test_always_peace_and_never_peace() -> None:
    always = model(x_low=3.0, x_high=4.0).regions
    assert always["p_peace_complete"] == 1
    assert always["value_complete"] == pytest.approx(3.5 / 0.3)
    never = model(second_strike=-2.0).regions
    assert never["p_peace_risk"] == 0
    assert never["value_risk"] == 0
    # exactly at the highest state peace has probability 0, and one value is found, not two
    assert model(x_high=3.0).regions["n_complete"] >= 1
    assert model(second_strike=-1.0).regions["value_risk"] == pytest.approx(0, abs=1e-9)


def test_a_wrong_threshold_is_refused() -> None:
    m = model()
    own = m.regions
    assert not m._certificate(own["value_complete"], own["threshold_complete"] - 0.1, doubt=False).ok
    assert not m._certificate(own["value_complete"] + 1e-4, own["threshold_complete"], doubt=False).ok


def test_a_batch_is_the_single_points() -> None:
    s, d = np.linspace(-2, -0.1, 200)[:, None], np.linspace(0, 0.9, 200)
    found = model(second_strike=s, discount=d).regions
    assert found["value_risk"].shape == (200, 200)
    for i, j in ((0, 0), (20, 150), (199, 199)):
        one = model(second_strike=s[i, 0], discount=d[j]).regions
        for name, value in one.items():
            assert found[name][i, j] == pytest.approx(value, abs=1e-12), name


def test_bad_parameters_are_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="second_strike < both_strike < first_strike"):
        model(second_strike=1.0)
    with pytest.raises(ag.errors.InvalidGame, match="x_low < x_high"):
        model(x_low=4.0)
    with pytest.raises(ag.errors.InvalidGame, match=r"discount is 1; allowed: \[0, 1\)"):
        model(discount=1)
    with pytest.raises(ag.errors.WrongConcept, match="regions"):
        model(discount=np.array([0.1, 0.2])).equilibria()
