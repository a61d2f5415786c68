"""Detection within a critical time: against linear programs, both sides of deterrence, misses, batches."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import armsgame as ag

model = ag.catalogue.critical_time


@pytest.mark.parametrize("t", [4, 6, 7])
def test_plans_are_optimal_and_the_value_is_the_program_s(t: int) -> None:
    for w, k, miss in product(range(1, t + 1), range(t + 1), (0.0, 0.4)):
        if miss and k > t // w * (w - t % w):
            continue
        m = model(periods=t, critical=w, inspections=k, miss=miss)
        table = np.asarray(m.game.payoffs[0])
        best = max(0.0, m.regions["violation_value"])
        found = m.equilibria()
        assert found
        for e in found:
            assert e.certificate.ok, (w, k, miss, str(e))
            start, inspect = np.array(e["start"]), np.array(e["inspect"])
            assert (table @ inspect).max() == pytest.approx(best, abs=1e-9)
            assert (start @ table).min() == pytest.approx(best, abs=1e-9)


def test_deterrence_on_both_sides_of_its_threshold() -> None:
    # detection 1/3 deters while 3 gains are at most the sum of gain and penalty
    at = model(periods=6, critical=2, inspections=1, penalty=2.0)
    assert [e.name for e in at.equilibria()] == ["deterrence", "violation in a random window"]
    assert [e.name for e in at.replace(penalty=2.01).equilibria()] == ["deterrence"]
    (e,) = at.replace(penalty=1.99).equilibria()
    assert e.name == "violation in a random window"
    assert e["violation_value"] > 0
    # a violator is not held to legal conduct there, and an honest one gains by leaving it
    assert ag.verify(at.replace(penalty=1.0).game, (e_legal(at), at.equilibria()[0]["inspect"])).max_gain > 0.1


def e_legal(m: ag.catalogue.Model) -> list[float]:
    return list(m.equilibria()[0]["start"])


def test_the_least_number_of_inspections_deters_and_one_less_does_not() -> None:
    for t, w, penalty, miss in product((9, 12), (1, 2, 3, 4), (0.5, 1.0, 4.0, 9.0), (0.0, 0.3)):
        needed = model(periods=t, critical=w, inspections=0, penalty=penalty, miss=miss).regions["inspections_needed"]
        if np.isfinite(needed):
            k = int(needed)
            assert model(periods=t, critical=w, inspections=k, penalty=penalty, miss=miss).regions["deterred"]
            assert not model(periods=t, critical=w, inspections=k - 1, penalty=penalty, miss=miss).regions["deterred"]


def test_detection_rises_in_inspections_and_in_the_critical_time() -> None:
    found = model(critical=np.arange(1, 13)[:, None], inspections=np.arange(13)).regions
    assert found["detection"].shape == (12, 13)
    assert (np.diff(found["detection"], axis=0) >= -1e-12).all()
    assert (np.diff(found["detection"], axis=1) >= -1e-12).all()
    assert found["detection"][2, 3] == model().regions["detection"] == pytest.approx(0.75)
    assert (np.diff(found["inspections_needed"][:, 0]) <= 0).all()


def test_misses_scale_detection_while_windows_have_one_inspection_at_most() -> None:
    for k in range(1, 5):
        plain, missed = (model(inspections=k, miss=x).regions["detection"] for x in (0.0, 0.25))
        assert missed == pytest.approx(plain * 0.75)
    assert model(inspections=8, miss=0.25).regions["detection"] == pytest.approx(1 - 0.25**2)
    assert model(inspections=6, miss=1.0).regions["detection"] == 0
    assert model(miss=1.0).regions["inspections_needed"] == np.inf


def test_inspections_that_can_be_foreseen_are_refused() -> None:
    m = model(periods=6, critical=2, inspections=1)
    fixed = [0.0] * 6
    fixed[1] = 1.0
    assert ag.verify(m.game, (m.equilibria()[0]["start"], fixed)).max_gain > 0.5


def test_bad_parameters_are_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="critical of at most periods"):
        model(periods=2, critical=3, inspections=1)
    with pytest.raises(ag.errors.InvalidGame, match="inspections of at most periods"):
        model(inspections=13)
    with pytest.raises(ag.errors.InvalidGame, match="with misses"):
        model(periods=7, critical=3, inspections=6, miss=0.1)
    with pytest.raises(ag.errors.InvalidGame, match=r"gain is 0; allowed: \(0, inf\)"):
        model(gain=0)
    with pytest.raises(ag.errors.WrongConcept, match="regions"):
        model(inspections=np.arange(3)).equilibria()
