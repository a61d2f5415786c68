"""Sets of priors are drawn where they are."""

from __future__ import annotations

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import WrongConcept

TYPES = {"content": {}, "tempted": {"temptation": 2.5}, "wants_out": {"outside_option": 1.3}}


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@cache
def _found(detection, prior):
    treaty = ag.Treaty(demand=False).replace(detection=detection)
    kinds = {k: TYPES[k] for k in list(TYPES)[: len(prior)]}
    game = treaty.with_types(dict.fromkeys(treaty.parties, kinds), [list(prior)] * 2)
    return ag.bayesian_equilibria(game, discount=0.95, mixing="never")


def test_intervals_are_drawn_with_the_prior_of_the_game():
    found = _found(0.05, (0.9, 0.1))
    ax = found.plot()
    ends = {(round(bar.get_x(), 9), round(bar.get_x() + bar.get_width(), 9)) for bar in ax.patches}
    assert ends == {tuple(round(x, 9) for x in one.priors.regions[0].interval) for one in found}
    assert ax.lines[-1].get_xdata()[0] == pytest.approx(0.9)
    assert "Russia holds it" in ax.get_xlabel()


def test_three_types_fill_a_polygon_with_the_corners_of_the_region():
    found = _found(0.8, (0.25, 0.5, 0.25))
    region = found[0].priors.regions[1]
    ax = found[0].priors.plot(about=region.party, prior=[0.2, 0.2, 0.6])
    _, filled = ax.patches
    corners = region.vertices @ np.array([[0, 0], [1, 0], [0.5, np.sqrt(0.75)]])
    drawn = filled.get_xy()[:-1]
    assert {tuple(np.round(p, 9)) for p in drawn} == {tuple(np.round(p, 9)) for p in corners}
    (point,) = ax.lines
    assert (point.get_xdata()[0], point.get_ydata()[0]) == pytest.approx((0.5, 0.6 * np.sqrt(0.75)))


def test_what_cannot_be_drawn_is_refused():
    found = _found(0.05, (0.9, 0.1))
    with pytest.raises(WrongConcept, match="France"):
        found.plot(about="France")
    with pytest.raises(WrongConcept, match="no equilibrium"):
        ag.plot.holding_priors(ag.bayesian.BayesianEquilibria((), found.status, 1.0, {}))
