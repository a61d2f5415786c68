"""Playing for time: known values, optimality, the share's course, batches."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import armsgame as ag

model = ag.catalogue.timely_inspection


@pytest.mark.parametrize(("n", "k"), [(6, 1), (12, 1), (5, 2), (8, 2), (8, 3), (4, 4), (7, 0), (1, 1)])
def test_neither_side_gains_by_another_plan(n: int, k: int) -> None:
    m = model(opportunities=n, inspections=k)
    (e,) = m.equilibria()
    table = np.asarray(m.game.payoffs[0])
    start, inspect = (np.array([float(Fraction(x)) for x in e[name]]) for name in ("start", "inspect"))
    value = m.regions["value"]
    assert (table @ inspect).max() == pytest.approx(value, abs=1e-8)
    assert (start @ table).min() == pytest.approx(value, abs=1e-8)
    assert e.certificate.ok
    assert m.regions["value_share"] == pytest.approx(value / (n + 1))


def test_one_inspection_is_exact() -> None:
    (e,) = model(opportunities=6).equilibria()
    assert e["value"] == "29/10"
    assert e["inspect"] == ("1/6", "1/5", "1/4", "1/3", "1/20", "0/1")
    assert sum(map(Fraction, e["start"])) == 1
    assert e.certificate.max_gain == 0


def test_linear_programs_give_the_known_shares() -> None:
    known = {(3, 2): 1 / 3, (5, 2): 0.289216, (8, 2): 0.262006, (11, 2): 0.247435, (8, 3): 0.202401, (11, 3): 0.188159}
    for (n, k), share in known.items():
        assert model(opportunities=n, inspections=k).regions["value_share"] == pytest.approx(share, abs=1e-6)


def test_the_share_falls_in_opportunities_and_in_inspections() -> None:
    for k in (1, 2):
        share = model(opportunities=np.arange(k, 13), inspections=k).regions["value_share"]
        # with one inspection or two the first share repeats once
        assert (np.diff(share) <= 1e-9).all()
        assert (np.diff(share)[1:] < 0).all()
    assert (np.diff(model(opportunities=6, inspections=np.arange(7)).regions["value_share"]) < 0).all()


def test_all_opportunities_or_none() -> None:
    for n in (1, 4, 9):
        assert model(opportunities=n, inspections=n).regions["value_share"] == pytest.approx(1 / (n + 1))
        assert model(opportunities=n, inspections=0).regions["value_share"] == 1


def test_the_limit_with_one_inspection_is_one_over_e() -> None:
    found = model(opportunities=200).regions
    assert found["value_share"] == pytest.approx(found["limit_share_one_inspection"], abs=2e-3)
    # the continuous game: an atom 1/e at 0 and the density 1/(e (1-t)^2) hold every inspection time to 1/e
    t = np.linspace(0, 1 - np.exp(-1), 20_001)
    density = 1 / (np.e * (1 - t) ** 2)
    for x in (0.1, 0.4, 0.6):
        worth = np.where(t < x, x - t, 1 - t) * density
        total = np.exp(-1) * x + np.sum((worth[1:] + worth[:-1]) / 2 * np.diff(t))
        assert total == pytest.approx(np.exp(-1), abs=1e-4)


def test_a_plan_that_can_be_foreseen_is_refused() -> None:
    m = model(opportunities=3)
    (e,) = m.equilibria()
    start = [float(Fraction(x)) for x in e["start"]]
    assert ag.verify(m.game, (start, [0, 1, 0])).max_gain > 0.1


def test_a_batch_is_the_single_points() -> None:
    found = model(opportunities=np.array([[4], [6]]), inspections=np.array([0, 1, 2])).regions
    assert found["value"].shape == (2, 3)
    assert found["value"][1, 1] == pytest.approx(2.9)
    with pytest.raises(ag.errors.WrongConcept, match="regions"):
        model(opportunities=np.array([4, 5])).equilibria()
    with pytest.raises(ag.errors.WrongConcept, match="regions"):
        model(opportunities=np.array([4, 5])).game  # noqa: B018


def test_bad_parameters_are_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="no more inspections than opportunities"):
        model(opportunities=2, inspections=3)
    with pytest.raises(ag.errors.InvalidGame, match="20000 sets"):
        model(opportunities=60, inspections=8)
    with pytest.raises(ag.errors.InvalidGame, match="whole numbers"):
        model(opportunities=2.5)
