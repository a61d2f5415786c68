"""Which gains count as zero: the bound on rounding is the one that its docstring states."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.arithmetic.tolerance import ZERO
from armsgame.games.deviation_gains import Plan
from armsgame.games.product import deviations, product_of


@pytest.mark.parametrize("player", [0, 1])
def test_a_doubtful_gain_may_be_as_large_as_the_changed_visits_times_the_rounding(player):
    game, delta = ag.Treaty().game(), 0.9
    plan = Plan.of(
        deviations(product_of(game, (ag.treaty.exit_on_alarm,) * 2), player), game.dynamics().payoffs[player]
    )
    values, d = plan.values(delta), plan.data
    noise, zero = values.error + plan.scale.rounding, ZERO * plan.scale.spread
    rows, cols, probs = d.entries
    ahead = np.zeros((len(d.pair), plan.size))
    np.add.at(ahead, (rows, cols), probs)
    step = np.zeros((plan.size, plan.size))
    np.add.at(step, d.pair, d.weight[:, None] * ahead)
    # discounted visits after a deviation less those without it: payoffs of e everywhere move the gain by (1 + S) e
    visits = (delta * ahead - np.eye(plan.size)[d.pair]) @ np.linalg.inv(np.eye(plan.size) - delta * step)
    wanted = zero + (1 + np.abs(visits).sum(axis=1)) * noise
    allowed = plan.allowed(np.full(len(d.pair), zero + 3 * noise), values, delta)
    np.testing.assert_allclose((allowed - zero) / noise, (wanted - zero) / noise, rtol=1e-2)
    # gains that are zero or none whatever S is are not asked for it
    assert plan.allowed(np.zeros(len(d.pair)), values, delta) == pytest.approx(zero + 2 * noise)
