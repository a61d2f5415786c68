"""Statistical ultimatum: best offers by brute force, the law of offers by simulation, limits, refusals."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit

import armsgame as ag

model = ag.catalogue.ramsay_signorino_2009
CASES = (
    {},
    {"s1": 2.0, "s2": 0.01},
    {"Q": 10.0, "R1": 1.0, "R2": 2.0, "s1": 0.7, "s2": 0.5},
    {"s1": 1e-4, "s2": 1e-3},
    {"R2": 5.0, "s2": 0.001},
    {"s1": 0.3, "R1": -0.5, "R2": -0.4},
)


@pytest.mark.parametrize("seed", range(6))
def test_no_other_offer_is_better_for_any_shock(seed: int) -> None:
    draw = np.random.default_rng(seed)
    q, r1, r2, s1, s2 = np.exp(draw.normal(size=5) * [0.5, 0.7, 0.7, 0.8, 0.8]) * [1, 0.3, 0.3, 0.2, 0.2]
    m = model(Q=q, R1=r1, R2=r2, s1=s1, s2=s2)
    grid = np.linspace(0, q, 200_001)
    yes = expit((grid - r2) / s2)
    for e in s1 * np.linspace(-6, 6, 13):
        own = float(m.offer(e))
        worth = yes * (q - grid) + (1 - yes) * (r1 + e)
        p = float(expit((own - r2) / s2))
        assert p * (q - own) + (1 - p) * (r1 + e) >= worth.max() - 1e-12
        assert abs(own - grid[worth.argmax()]) <= 2e-4 * q
    (found,) = m.equilibria()
    assert found.certificate.ok


@pytest.mark.parametrize("kind", CASES)
def test_the_means_are_those_of_the_law_of_offers(kind: dict[str, float]) -> None:
    m = model(**kind)
    own = m.regions
    ends = np.linspace(0, m.Q, 41)
    mean = sum(quad(lambda y: 1 - float(m.at_most(y)), a, b)[0] for a, b in pairwise(ends))
    assert own["mean_offer"] == pytest.approx(mean, abs=1e-8)
    shocks = m.s1 * np.random.default_rng(2).logistic(size=200_000)
    offers = m.offer(shocks)
    assert own["mean_offer"] == pytest.approx(offers.mean(), abs=5e-3 * m.Q)
    assert own["p_accept"] == pytest.approx(m.accept(offers).mean(), abs=5e-3)
    assert own["p_offer_0"] == pytest.approx((offers == 0).mean(), abs=5e-3)
    assert own["p_offer_max"] == pytest.approx((offers == m.Q).mean(), abs=5e-3)
    for y in (0.2 * m.Q, 0.4 * m.Q):
        assert m.at_most(y) == pytest.approx((offers <= y).mean(), abs=5e-3)


def test_offers_fall_in_one_s_own_reservation_and_rise_in_the_other_s() -> None:
    x = np.linspace(-0.3, 0.6, 60)
    assert (np.diff(model(R1=x).regions["offer_no_shock"]) < 0).all()
    assert (np.diff(model(R2=x[x > 0]).regions["offer_no_shock"]) > 0).all()
    assert (np.diff(model(R1=x).regions["mean_offer"]) < 0).all()
    assert (np.diff(model(R2=x).regions["p_accept"]) < 0).all()


def test_without_doubt_about_the_reply_the_other_s_reservation_is_offered() -> None:
    sure = [model(s2=s).regions["offer_no_shock"] for s in (1e-3, 1e-5, 1e-8)]
    assert np.abs(np.array(sure) - 0.25)[-1] < 1e-6
    assert (np.diff(np.abs(np.array(sure) - 0.25)) < 0).all()
    # no surplus: an offer that is refused
    none = model(R1=0.9, R2=0.6, s2=1e-6)
    assert none.regions["accept_no_shock"] < 1e-6


def test_the_offer_keeps_its_digits_where_the_exponential_overflows() -> None:
    m = model(s2=1e-6, s1=1e-6)
    # x + log x = (Q - R1 - s2 - R2) / s2, solved by hand with Newton's rule
    big = (m.Q - m.R1 - m.s2 - m.R2) / m.s2
    w = big
    for _ in range(60):
        w = w - (w + np.log(w) - big) / (1 + 1 / w)
    assert m.regions["offer_no_shock"] == pytest.approx(m.Q - m.R1 - m.s2 * (1 + w), abs=1e-12)


def test_the_tree_has_few_types_and_its_best_offers_approach_the_closed_form() -> None:
    m = model()
    tree = m.game(types=3)
    assert len(tree.terminals) == 9 * 11 * 2
    shock = dict(zip(range(3), np.log([1 / 5, 1, 5]), strict=True))
    # replies by type, and each type of 1's best offer on the grid, by brute force
    offers = np.linspace(0, 1, 11)
    profile: dict[str, str] = {}
    for j, o in shock.items():
        for y in offers:
            profile[f"shock {j}, offered {y:.6g}"] = "accept" if y >= m.R2 + m.s2 * o else "refuse"
    for i, o in shock.items():
        yes = np.mean([offers >= m.R2 + m.s2 * x for x in shock.values()], axis=0)
        worth = yes * (1 - offers) + (1 - yes) * (m.R1 + m.s1 * o)
        profile[f"shock {i}"] = f"{offers[worth.argmax()]:.6g}"
    from armsgame.catalogue.checking import check_tree

    assert check_tree(tree, profile).certificate.ok
    assert not check_tree(tree, {**profile, "shock 1": "1"}).certificate.ok
    with pytest.raises(ag.errors.InvalidGame, match=r"types is 2\.5"):
        m.game(types=2.5)


def test_a_batch_is_the_single_points() -> None:
    x = np.linspace(0.1, 0.5, 6)
    found = model(R1=x[:, None], s2=x).regions
    assert found["mean_offer"].shape == (6, 6)
    for name, value in model(R1=x[2], s2=x[4]).regions.items():
        assert found[name][2, 4] == pytest.approx(value, abs=1e-13), name


def test_bad_parameters_are_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match=r"Q is 0; allowed: \(0, inf\)"):
        model(Q=0)
    with pytest.raises(ag.errors.InvalidGame, match="s2 is -1"):
        model(s2=-1)
    with pytest.raises(ag.errors.WrongConcept, match="regions"):
        model(R1=np.zeros(2)).equilibria()
