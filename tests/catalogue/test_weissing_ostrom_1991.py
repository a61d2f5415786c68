"""Mutual monitoring: indifference by brute force, all equilibria against the general solver, limits, refusals."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import armsgame as ag

model = ag.catalogue.weissing_ostrom_1991
# a look that sees little: some must look for certain, or all of them mix
FAINT = {"detection": 0.3, "gain": 1.0, "penalty": 1.0, "cost": 0.28, "loss": 0.5, "reward": 0.6}


def gains(m: ag.catalogue.Model, steal: float, looks: list[float]) -> list[float]:
    """Gain of the better move over the mixture, for the violator and each monitor, by adding up all profiles."""
    odds = [steal, *looks]

    def worth(i: int, move: int) -> float:
        total = 0.0
        for profile in product((0, 1), repeat=len(odds)):
            if profile[i] != move:
                continue
            chance = np.prod([p if x else 1 - p for j, (p, x) in enumerate(zip(odds, profile, strict=True)) if j != i])
            violates, *seen_by = profile
            unseen = (1 - m.detection) ** sum(seen_by)
            if i == 0:
                pay = violates * (unseen * m.gain - (1 - unseen) * m.penalty)
            else:
                pay = profile[i] * (violates * m.detection * m.reward - m.cost) - violates * unseen * m.loss
            total += chance * pay
        return total

    out = []
    for i, p in enumerate(odds):
        rest, act = worth(i, 0), worth(i, 1)
        out.append(max(rest, act) - ((1 - p) * rest + p * act))
    return out


@pytest.mark.parametrize(
    "kind", [{}, {"monitors": 1}, {"loss": 0.0}, {**FAINT, "monitors": 2}, {**FAINT, "monitors": 4, "cost": 0.1}]
)
def test_nobody_gains_by_another_move(kind: dict[str, float]) -> None:
    m = model(**kind)
    for e in m.equilibria():
        assert e.certificate.ok
        assert max(gains(m, e["steal"], e["looks"])) < 1e-12
        assert e["detect"] == pytest.approx(1 - np.prod([1 - m.detection * p for p in e["looks"]]))


def test_the_default_has_one_equilibrium_for_every_group() -> None:
    found = model().equilibria()
    assert [e.name for e in found] == ["mutual monitoring"] + ["monitoring by some"] * 6
    assert len({e.conditions for e in found}) == 7
    assert all(e["detect"] == pytest.approx(1 / 3) for e in found)
    assert found[-1]["steal"] < found[0]["steal"]


@pytest.mark.parametrize("kind", [{"monitors": 2}, {**FAINT, "monitors": 2}, {**FAINT, "monitors": 2, "cost": 0.1}])
def test_the_general_solver_finds_the_same_equilibria(kind: dict[str, float]) -> None:
    m = model(**kind)
    found = ag.nash(m.game)
    general = sorted(tuple(np.round([p[1] for p in e.profile], 6).tolist()) for e in found)
    own = sorted(tuple(np.round([e["steal"], *e["looks"]], 6).tolist()) for e in m.equilibria())
    assert len(general) == len(own)
    assert np.array(general) == pytest.approx(np.array(own), abs=2e-6)


def test_numbers_of_equilibria_are_odd_over_random_parameters() -> None:
    draw, tried = np.random.default_rng(0), 0
    names = set()
    while tried < 80:
        gain, penalty, loss, cost, reward = draw.exponential(size=5) * [1, 1, 1, 0.3, 0.5]
        try:
            m = model(monitors=int(draw.integers(1, 5)), gain=gain, penalty=penalty, loss=loss, cost=cost,
                      reward=reward, detection=draw.uniform(0.05, 1))  # fmt: skip
        except ag.errors.InvalidGame:
            continue
        tried += 1
        found = m.equilibria()
        names |= {e.name for e in found}
        assert len(found) % 2 == 1
        assert all(e.certificate.ok for e in found)
    assert {"mutual monitoring", "monitoring by some", "some look for certain"} <= names


def test_violation_for_certain_where_a_look_more_is_not_worth_its_cost() -> None:
    # two that look for certain leave 0.49 unseen, just more than deters, and a third look costs too much
    m = model(monitors=3, detection=0.3, gain=1.0, penalty=0.9, cost=0.249, reward=0.5, loss=0.6)
    found = [e for e in m.equilibria() if e.name == "violation for certain"]
    assert found
    for e in found:
        assert e["steal"] == 1
        assert max(gains(m, 1.0, e["looks"])) < 1e-12
        assert (1 - e["detect"]) * m.gain > e["detect"] * m.penalty


def test_more_monitors_leave_more_violations_and_none_leaves_none() -> None:
    found = model(monitors=np.arange(1, 60)).regions
    assert (np.diff(found["steal"]) > 0).all()
    assert (np.diff(found["monitor"]) < 0).all()
    assert np.ptp(found["detect"]) == 0
    # without a shared loss numbers do not matter
    assert np.ptp(model(monitors=np.arange(1, 60), loss=0.0).regions["steal"]) < 1e-15
    assert (np.diff(model(cost=np.linspace(0.1, 0.5, 9)).regions["steal"]) > 0).all()
    assert model(cost=1e-9).regions["steal"] < 1e-8


def test_many_monitors_have_the_symmetric_equilibrium_alone_in_the_list() -> None:
    (e,) = model(monitors=50).equilibria()
    assert e["steal"] == pytest.approx(0.280679, abs=1e-6)
    with pytest.raises(ag.errors.InvalidGame, match="at most 8"):
        model(monitors=50).game  # noqa: B018


def test_a_profile_that_is_off_is_refused() -> None:
    m = model(monitors=2)
    e = m.equilibria()[0]
    off = [[1 - p, p] for p in (e["steal"] + 0.01, *e["looks"])]
    assert ag.verify(m.game, off).max_gain > 1e-4
    assert not model(monitors=50)._indifference(0.02, 0.28).ok


def test_bad_parameters_are_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="cost of at most detection"):
        model(cost=2.0)
    with pytest.raises(ag.errors.InvalidGame, match="1 - detection of at most"):
        model(monitors=1, detection=0.1)
    with pytest.raises(ag.errors.InvalidGame, match="cost of at most detection"):
        model(reward=0.0, loss=0.0)
    with pytest.raises(ag.errors.InvalidGame, match="whole numbers"):
        model(monitors=2.5)
