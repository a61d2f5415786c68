"""Sites of different importance, material accountancy, and paths of arms races."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

T = ag.treaty
ALLOCATE = T.inspection.site_allocation
ACCOUNT = T.inspection.material_accountancy


def test_a_sufficient_budget_deters_at_the_rates_of_one_inspection():
    found = ALLOCATE([1, 2], 4, [2, 6], 0.9, 1.0)
    assert found.violated is None
    assert found.rates == pytest.approx(T.inspection.one_shot([1, 2], 4, 0.1, [2, 6], 0.9).announced_rate)
    assert found.budget_to_deter == pytest.approx(found.rates.sum())


def test_a_short_budget_is_spent_as_well_as_a_grid_search_spends_it():
    gain, penalty, damage, detection = np.array([1.0, 2.0]), 0.5, np.array([2.0, 6.0]), np.array([0.8, 0.9])
    found = ALLOCATE(gain, penalty, damage, detection, 0.9)
    assert found.violated is not None
    assert found.rates.sum() <= 0.9 + 1e-9
    best = -np.inf
    for first in np.linspace(0, 0.9, 901):
        rates = np.array([first, min(1.0, 0.9 - first)])
        pays = gain - rates * detection * (gain + penalty)
        act = int(pays.argmax())
        best = max(best, -(1 - rates[act] * detection[act]) * damage[act])
    assert found.inspector_value == pytest.approx(best, abs=0.02)
    assert found.inspector_value >= best - 1e-9


def test_order_of_the_sites_does_not_matter():
    numbers = np.array([[1.0, 3.0, 2.0], [0.5, 0.1, 0.2], [2.0, 6.0, 1.0], [0.8, 0.5, 0.9]])
    found, turned = ALLOCATE(*numbers, 1.2), ALLOCATE(*(x[::-1] for x in numbers), 1.2)
    assert turned.inspector_value == pytest.approx(found.inspector_value, abs=1e-9)
    assert turned.violated == 2 - found.violated


def test_a_site_that_cannot_be_verified_takes_no_finite_budget():
    found = ALLOCATE([1, 2], 4, [2, 6], [0.9, 0.0], 2.0)
    assert found.violated == 1
    assert np.isinf(found.budget_to_deter)
    assert found.inspector_value == -6


def test_the_test_of_the_total_is_a_saddle_point():
    covariance = np.array([[1.0, -0.3, 0.0], [-0.3, 1.0, -0.3], [0.0, -0.3, 1.0]])
    rng = np.random.default_rng(2)
    for _ in range(20):
        pattern = rng.dirichlet(np.ones(3)) * 3
        found = ACCOUNT(covariance, pattern)
        # any pattern is found by the total equally often, and by its own best test at least as often
        assert found.detection == pytest.approx(T.inspection.detection_power(0.05, 3 / np.sqrt(covariance.sum())))
        assert found.best_detection >= found.detection - 1e-12
        hardest = ACCOUNT(covariance, found.worst_pattern)
        assert hardest.best_detection == pytest.approx(found.detection, abs=1e-12)
        assert (np.diff(found.detected_by) >= 0).all()


def test_testing_every_period_has_the_asked_false_alarms_and_its_simulated_power():
    covariance = np.array([[1.0, -0.4], [-0.4, 1.5]])
    assert ACCOUNT(covariance, [0, 0], 0.1).detected_by[-1] == pytest.approx(0.1)
    found = ACCOUNT(covariance, [2.0, 1.0], 0.1)
    draws = np.random.default_rng(4).multivariate_normal([2.0, 1.0], covariance, 100_000)
    residual = np.linalg.solve(np.linalg.cholesky(covariance), draws.T)
    level = 1.6322  # standard normal quantile of (1 - .1)**(1/2) = .948683
    assert (residual > level).any(axis=0).mean() == pytest.approx(found.detected_by[-1], abs=0.007)


def test_a_covariance_must_be_one():
    with pytest.raises(ag.errors.InvalidGame, match="positive definite"):
        ACCOUNT([[1, 2], [2, 1]], [1, 1])


RACE = T.armsrace.richardson((0.6, 0.5), (1.0, 0.8), (0.3, 0.2))


def test_a_race_without_ceilings_is_the_matrix_exponential():
    from scipy.linalg import expm

    found = RACE.path([0, 1, 5, 20], (2.0, 0.1))
    rest = np.array(RACE.equilibrium)
    matrix = np.array([[-1.0, 0.6], [0.5, -0.8]])
    for t, x, y in zip(found.t, found.first, found.second, strict=True):
        assert [x, y] == pytest.approx((rest + expm(matrix * t) @ (np.array([2.0, 0.1]) - rest)).tolist(), abs=1e-8)


def test_ceilings_hold_until_the_exit_and_the_delay():
    found = RACE.path(np.linspace(0, 60, 61), (0.1, 0.1), cap=0.5, exit_date=20, delay=(0, 5))
    assert found.first[:21].max() <= 0.5 + 1e-9
    assert found.second[:26].max() <= 0.5 + 1e-9
    assert found.first[21] > 0.5
    assert found.second[27] > 0.5
    assert [found.first[-1], found.second[-1]] == pytest.approx(RACE.equilibrium, abs=1e-5)
    assert [what for _, what in found.events][-1] == "party 1 is free of its ceiling"


def test_a_ceiling_on_one_side_lowers_the_other():
    found = RACE.path([0, 200], (0.1, 0.1), cap=(0.4, None))
    # at rest y = (l x + h)/b
    assert found.second[-1] == pytest.approx((0.5 * 0.4 + 0.2) / 0.8)


def test_a_ceiling_stops_binding_when_the_stock_wants_to_fall():
    goodwill = T.armsrace.richardson((0.9, 0.9), (1.0, 1.0), (-0.4, -0.4))
    found = goodwill.path(np.linspace(0, 30, 31), (1.0, 3.0), cap=(1.2, None))
    assert any("ceases" in what for _, what in found.events)
    assert found.first.max() <= 1.2 + 1e-9


def test_swapping_the_parties_swaps_the_path():
    swapped = T.armsrace.richardson((0.5, 0.6), (0.8, 1.0), (0.2, 0.3))
    a = RACE.path([0, 3, 9], (0.1, 0.4), cap=(0.5, 0.6), exit_date=4)
    b = swapped.path([0, 3, 9], (0.4, 0.1), cap=(0.6, 0.5), exit_date=4)
    assert a.first == pytest.approx(b.second, abs=1e-8)
    assert a.second == pytest.approx(b.first, abs=1e-8)


def test_full_substitution_leaves_the_race_as_it_was():
    from armsgame.treaty.closed_forms.armsrace_paths import substitution_path

    times = np.linspace(0, 40, 9)
    capped, other = substitution_path(RACE, times, (0.1, 0.1), 0.3, share=1.0)
    free = RACE.path(times, (0.1, 0.1))
    assert capped.first + other.first == pytest.approx(free.first, abs=1e-6)
    capped, other = substitution_path(RACE, times, (0.1, 0.1), 0.3, share=0.0)
    assert other.second.max() == 0
    assert capped.second.max() <= 0.3


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"t": [0, 0]}, "t is"),
        ({"start": (1.0, 0.1), "cap": 0.5}, "start is"),
        ({"cap": (1, 2, 3)}, "cap is"),
        ({"delay": -1.0, "cap": 0.5}, "delay"),
    ],
    ids=str,
)
def test_faults_of_a_path_are_named(arguments, word):
    with pytest.raises(ag.errors.InvalidGame, match=word):
        RACE.path(**{"t": [0, 1], "start": (0.1, 0.1)} | arguments)
    batch = T.armsrace.richardson((np.ones(2), 1), (2, 2), (1, 1))
    with pytest.raises(ag.errors.InvalidGame, match="one race"):
        batch.path([0, 1], (0, 0))
