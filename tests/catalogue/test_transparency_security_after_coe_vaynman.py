"""Transparency against security: both limits, both sides of them, comparative statics."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

DEAL = ag.catalogue.transparency_security_after_coe_vaynman


def holds(k: float, gain: float, c: float, tau: float, m: float) -> bool:
    """Whether neither departure pays, from the rules."""
    return max(0.5 + (1 - m) * gain - k, 0.5 + tau * m - c) <= 0.5 + 1e-12


def test_the_deal_holds_exactly_between_its_limits() -> None:
    draw = np.random.default_rng(1)
    for _ in range(60):
        k, gain, c, tau, m = draw.uniform(0.01, 1, 5)
        model = DEAL(arming_cost=k, arming_gain=gain, attack_cost=c, exposure=tau, transparency=m)
        found = model.equilibria()
        assert bool(found) == holds(k, gain, c, tau, m)
        checked = ag.verify(model.game, ("keep the deal", "keep the deal"))
        assert checked.ok == bool(found)


@pytest.mark.parametrize(("level", "step"), [("low", -0.01), ("high", 0.01)])
def test_the_deal_is_refused_just_outside(level: str, step: float) -> None:
    model = DEAL()
    edge = model.regions[level]
    (found,) = model.replace(transparency=edge).equilibria()
    assert found.certificate.ok
    outside = model.replace(transparency=edge + step)
    assert outside.equilibria() == ()
    checked = ag.verify(outside.game, ("keep the deal", "keep the deal"))
    assert not checked.ok
    assert checked.max_gain > 1e-3


def test_a_level_exists_where_some_level_on_a_grid_does() -> None:
    draw = np.random.default_rng(2)
    for _ in range(200):
        k, gain, c, tau = draw.uniform(0.01, 1, 4)
        own = DEAL(arming_cost=k, arming_gain=gain, attack_cost=c, exposure=tau).regions
        if abs(own["high"] - own["low"]) < 0.002:
            continue
        assert own["deal"] == any(holds(k, gain, c, tau, m) for m in np.linspace(0, 1, 2001))


def test_what_widens_the_range() -> None:
    base = DEAL()
    assert (np.diff(base.replace(arming_cost=np.linspace(0.01, 0.24, 20)).regions["low"]) < 0).all()
    assert (np.diff(base.replace(arming_gain=np.linspace(0.11, 0.9, 20)).regions["low"]) > 0).all()
    assert (np.diff(base.replace(attack_cost=np.linspace(0.01, 0.29, 20)).regions["high"]) > 0).all()
    assert (np.diff(base.replace(exposure=np.linspace(0.21, 0.9, 20)).regions["high"]) < 0).all()


def test_arms_that_cost_more_than_they_bring_need_no_transparency() -> None:
    assert DEAL(arming_cost=0.3).regions["low"] == 0.0
    assert DEAL(attack_cost=0.5).regions["high"] == 1.0
    assert DEAL(arming_cost=0.0).regions == {"low": 1.0, "high": pytest.approx(2 / 3), "deal": False}
    assert DEAL(attack_cost=0.1).regions["deal"] is False


def test_batches_and_ranges() -> None:
    own = DEAL(arming_gain=np.linspace(0.1, 0.6, 200)[None], attack_cost=np.linspace(0, 0.4, 200)[:, None]).regions
    assert {value.shape for value in own.values()} == {(200, 200)}
    with pytest.raises(ag.errors.InvalidGame, match=r"transparency is 1.1; allowed: \[0, 1\]"):
        DEAL(transparency=1.1)
    with pytest.raises(ag.errors.InvalidGame, match=r"exposure is 0; allowed: \(0, inf\)"):
        DEAL(exposure=0)
    with pytest.raises(ag.errors.WrongConcept, match="no number of a dossier"):
        DEAL.from_scenario(ag.load_scenario("inf"), "agnostic")
