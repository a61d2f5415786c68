"""A dossier played forward follows its regimes on their dates and its perspective's types."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import ScenarioError
from armsgame.simulation.paths.mixture import mixture_law
from armsgame.study.scenarios.outlook import branches


@pytest.fixture(scope="module")
def inf():
    return ag.load_scenario("inf")


def test_until_the_regime_changes_the_law_is_that_of_the_first_regime(inf):
    name = next(iter(inf.perspectives))
    run = ag.studies.predictive(inf, prior=name, paths=6000, periods=80, rng=3)
    exact = mixture_law(branches(inf, name, regime="on-site inspection"), periods=80).survival
    sigma = np.sqrt(exact * (1 - exact) / run.paths) + 1e-9
    assert (np.abs(run.survival() - exact)[:53] <= 4.5 * sigma[:53] + 1e-9).all()


def test_a_later_begin_reaches_the_second_regime_sooner(inf):
    name = next(iter(inf.perspectives))
    ask = {"prior": name, "paths": 300, "periods": 20, "rng": 3}
    late = ag.studies.predictive(inf, begin="2001-06-01", **ask)
    assert late.provenance["regimes"] == "national technical means from 0"
    exact = mixture_law(branches(inf, name, regime="national technical means"), periods=20).survival
    assert np.abs(late.survival() - exact).max() < 0.15
    both = ag.studies.predictive(inf, begin="2000-06-01", **ask)
    assert both.provenance["regimes"] == "on-site inspection from 0; national technical means from 5"
    assert np.array_equal(both.payoffs, ag.studies.predictive(inf, begin="2000-06-01", **ask).payoffs)


@pytest.mark.parametrize("begin", ["1950-01-01", "yesterday", 7])
def test_a_day_without_a_regime_is_refused(inf, begin):
    with pytest.raises(ScenarioError, match="begin"):
        ag.studies.predictive(inf, prior=next(iter(inf.perspectives)), paths=5, begin=begin)


def test_an_unknown_perspective_is_named(inf):
    with pytest.raises(ScenarioError, match="perspective"):
        ag.studies.predictive(inf, prior="everybody", paths=5)
