"""Inspections in time: matrices by brute force, closed forms against linear programs, exact optimality."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest

import armsgame as ag
from armsgame.treaty.inspection import timeliness
from armsgame.treaty.inspection.timeliness import (
    detected_in_time,
    detection_times,
    inspection_sets,
    least_inspections,
    single_inspection,
    timely,
)

SMALL = [(n, k) for n in range(1, 7) for k in range(n + 1)]


def value(table: np.ndarray) -> float:
    """Value of the zero-sum game to the row player, by a linear program of its own."""
    from scipy.optimize import linprog

    rows, columns = table.shape
    found = linprog(
        np.r_[np.zeros(rows), -1.0],
        A_ub=np.c_[-table.T, np.ones(columns)],
        b_ub=np.zeros(columns),
        A_eq=[np.r_[np.ones(rows), 0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * rows + [(None, None)],
    )
    return -float(found.fun)


@pytest.mark.parametrize(("n", "k"), SMALL)
def test_times_and_detections_are_those_of_walking_through_the_periods(n: int, k: int) -> None:
    sets = inspection_sets(n, k)
    assert len(set(sets)) == len(sets) == comb(n, k)
    table = detection_times(n, k)
    assert table.shape == (n + 1, len(sets))
    for start, (column, chosen) in product(range(n + 1), enumerate(sets)):
        time = start + 1
        while time not in chosen and time != n + 1:
            time += 1
        assert table[start, column] == time - start
    for w in range(1, n + 1):
        seen = detected_in_time(n, w, k, 0.25)
        assert seen.shape == (n - w + 1, len(sets))
        for start, (column, chosen) in product(range(n - w + 1), enumerate(sets)):
            missed = 1.0
            for time in range(start + 1, start + w + 1):
                missed *= 0.25 if time in chosen else 1.0
            assert seen[start, column] == pytest.approx(1 - missed, abs=1e-15)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 6, 12, 40])
def test_one_inspection_is_optimal_in_rational_numbers(n: int) -> None:
    found = single_inspection(n)
    assert sum(found.inspect) == sum(found.start) == 1
    assert min(found.inspect) >= 0
    assert min(found.start) >= 0
    # every start against the inspector's law, every time of inspection against the violator's
    for start in range(n + 1):
        worth = sum(q * ((j if j > start else n + 1) - start) for j, q in enumerate(found.inspect, 1))
        assert worth <= found.value
    for j in range(1, n + 1):
        worth = sum(p * ((j if j > start else n + 1) - start) for start, p in enumerate(found.start))
        assert worth >= found.value


def test_one_inspection_by_known_values_and_its_limit() -> None:
    known = {1: "1", 2: "3/2", 3: "11/6", 4: "13/6", 6: "29/10", 12: "28271/5544"}
    assert {n: str(single_inspection(n).value) for n in known} == known
    share = [float(single_inspection(n).value / (n + 1)) for n in (50, 400)]
    assert share == pytest.approx([np.exp(-1)] * 2, abs=7e-3)
    assert share[1] == pytest.approx(np.exp(-1), abs=1e-3)
    assert isinstance(single_inspection(5).value, Fraction)


@pytest.mark.parametrize("miss", [0.0, 0.3])
def test_detection_in_time_is_the_value_of_the_game(miss: float) -> None:
    for t in range(1, 7):
        for w, k in product(range(1, t + 1), range(t + 1)):
            if miss and k > t // w * (w - t % w):
                with pytest.raises(ag.errors.InvalidGame, match="floor"):
                    timely(t, w, k, miss)
                continue
            assert timely(t, w, k, miss) == pytest.approx(-value(-detected_in_time(t, w, k, miss)), abs=1e-9), (t, w, k)


@pytest.mark.parametrize("miss", [0.0, 0.2, 0.6])
def test_the_least_number_of_inspections_is_the_first_that_suffices(miss: float) -> None:
    for t in (5, 8, 12):
        for w in range(1, t + 1):
            most = t // w * (w - t % w) if miss else t // w
            for share in (0.1, 1 / 3, 0.5, 0.75, 0.9):
                enough = [k for k in range(1, most + 1) if timely(t, w, k, miss) >= share - 1e-12]
                assert least_inspections(t, w, share, miss) == (enough[0] if enough else np.inf)


def test_more_time_and_more_inspections_detect_more() -> None:
    k = np.arange(13)
    for w in range(1, 13):
        assert (np.diff(timely(12, w, k)) >= -1e-15).all()
    for n in range(13):
        assert (np.diff(timely(12, np.arange(1, 13), n)) >= -1e-15).all()
    assert timely(12, 3, k[:, None], np.zeros(2)).shape == (13, 2)


def test_bad_input_is_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="at most the 4 opportunities"):
        inspection_sets(4, 5)
    with pytest.raises(ag.errors.InvalidGame, match="20000 sets"):
        inspection_sets(40, 6)
    with pytest.raises(ag.errors.InvalidGame, match="critical is 5"):
        detected_in_time(4, 5, 1)
    with pytest.raises(ag.errors.InvalidGame, match="miss"):
        detected_in_time(4, 2, 1, 1.5)
    with pytest.raises(ag.errors.InvalidGame, match="critical"):
        timely(4, 5, 1)
    with pytest.raises(ag.errors.InvalidGame, match="wanted"):
        least_inspections(4, 2, 0.0)
    with pytest.raises(ag.errors.InvalidGame, match="opportunities"):
        single_inspection(0)
    assert set(timeliness.__all__) <= set(dir(timeliness))
