"""Figures of durations, causes and samples show the numbers they are given."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

import armsgame as ag
from armsgame.simulation.survival.competing_risks import default_causes

mpl.use("Agg")
import matplotlib.pyplot as plt

ASK = {"discount": 0.95, "periods": 30, "rng": 2, "error": 0.01}
LADDER = (ag.treaty.ladder_yield,) * 2
GAME = ag.Treaty().replace(detection=0.3, false_alarm=0.05).game()


@pytest.fixture(scope="module")
def run():
    return ag.simulate(GAME, LADDER, paths=400, keep=True, **ASK)


@pytest.fixture
def ax():
    _, made = plt.subplots()
    yield made
    plt.close("all")


def _texts(ax):
    return [t.get_text() for t in ax.get_legend().get_texts()]


def test_survival_shows_the_estimate_its_band_the_censoring_and_the_law(run, ax):
    law = ag.withdrawal_law(GAME, LADDER, periods=30, error=0.01)
    cut = run.time_to_event(lengths=np.random.default_rng(1).integers(1, 31, run.paths), period_days=90)
    whole = run.time_to_event(law=law, period_days=90)
    assert ag.plot.time_to_event({"whole": whole, "cut": cut}, ax=ax) is ax
    drawn = [line.get_ydata() for line in ax.get_lines() if len(line.get_xdata())]
    for wanted in (whole.survival, law.survival, cut.survival):
        assert any(len(y) == 31 and np.allclose(y, wanted, equal_nan=True) for y in drawn)
    assert _texts(ax) == ["whole", "cut", "cut: censored", "exact law"]
    assert len(ax.collections) == 2
    assert ax.get_xlabel() == "periods of 90 days"
    assert ax.get_ylabel() == "share without 'withdrawn'"


def test_hazard_leaves_out_periods_with_few_paths_at_risk(run, ax):
    found = run.time_to_event("notice")
    ag.plot.hazard(found, ax=ax)
    assert np.allclose(ax.get_lines()[0].get_ydata(), found.hazard[found.at_risk >= 10])
    assert _texts(ax) == ["estimated"]


def test_incidence_shows_every_cause_that_happens_or_can(run, ax):
    law = ag.survival.incidence_law(GAME, LADDER, periods=30, collapse="notice", error=0.01)
    found = run.first_causes(law=law)
    ag.plot.incidence(found.incidence, ax=ax)
    shown = [c.replace("_", " ") for c, n in found.counts.items() if n or found.exact[c]]
    assert _texts(ax) == [*shown, "exact law"]
    drawn = [line.get_ydata() for line in ax.get_lines() if len(line.get_xdata())]
    assert np.allclose(drawn[0], found.incidence.cumulative[:, 0])
    assert np.allclose(drawn[1], law.cumulative[:, 0])


def test_first_cause_bars_have_the_shares_as_their_length(run, ax):
    found = run.first_causes()
    ag.plot.first_causes(found, ax=ax)
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(list(found.shares.values()))
    plt.figure()
    quiet = ag.Treaty().replace(false_alarm=0.0).game()
    none = ag.simulate(quiet, LADDER, discount=0.9, periods=5, paths=10, rng=1).first_causes()
    both = ag.plot.first_causes({"some": found, "none": none})
    assert "none: 0 of 10 paths over 5 periods" in _texts(both)
    ag.plot.incidence(none.incidence)


def test_status_layers_add_up_to_one(run, ax):
    ag.plot.status_shares(run, ax=ax)
    assert _texts(ax) == ["in force", "demand", "expired", "notice", "withdrawn"]
    tops = [layer.get_paths()[0].vertices[:, 1].max() for layer in ax.collections]
    assert tops[-1] == pytest.approx(1)


def test_fan_has_a_band_per_level_and_the_median(run, ax):
    values = run.cumulative_payoffs(GAME)[:, :, 0]
    ag.plot.fan(values, levels=(0.5, 0.9), ax=ax)
    assert len(ax.collections) == 2
    assert np.allclose(ax.get_lines()[0].get_ydata(), np.median(values, axis=0))
    assert _texts(ax) == ["90 % of paths", "50 % of paths", "median", "mean"]
    for bad in ({"values": np.ones(3)}, {"values": values, "levels": (1.0,)}):
        with pytest.raises(ag.errors.InvalidGame, match="levels" if "levels" in bad else "values"):
            ag.plot.fan(**bad)


def test_sample_paths_are_ribbons_or_lines_coloured_by_status(run, ax):
    ag.plot.sample_paths(run, count=10, ax=ax)
    cells = np.asarray(ax.collections[0].get_array())
    assert cells.shape == (10, 30)
    assert (np.sort((cells == 0).sum(axis=1)) == np.sort([_force(run, n) for n in range(10)])).all()
    plt.figure()
    lines = ag.plot.sample_paths(run, run.cumulative_payoffs(GAME)[:, :, 1], count=5, label="payoff")
    assert len(lines.collections) == 5
    assert lines.get_ylabel() == "payoff"
    with pytest.raises(ag.errors.InvalidGame, match="values"):
        ag.plot.sample_paths(run, np.ones((2, 2)))
    with pytest.raises(ag.errors.InvalidGame, match="count"):
        ag.plot.sample_paths(run, count=0)
    with pytest.raises(ag.errors.InvalidGame, match="keep=True"):
        ag.plot.sample_paths(ag.simulate(GAME, LADDER, paths=5, **ASK))


def _force(run, path):
    return sum(run.state_labels[s].startswith("in_force") for s in run.states[path])


def test_payoff_histograms_are_drawn_for_each_party_or_each_run(run, ax):
    ag.plot.payoff_distribution(run, ax=ax)
    assert _texts(ax) == ["US", "Russia", "means (vertical)"]
    plt.figure()
    found = run.payoff_distribution()
    assert _texts(ag.plot.payoff_distribution({"a": found, "b": found}, party=1))[:2] == ["a: Russia", "b: Russia"]


@pytest.mark.parametrize("figure", ["time_to_event", "hazard", "incidence", "first_causes", "payoff_distribution"])
def test_other_things_are_refused_with_the_call_that_makes_the_right_one(run, figure):
    with pytest.raises(ag.errors.WrongConcept, match=r"tr\."):
        getattr(ag.plot, figure)(run.outcomes())


def test_a_game_of_one_state_can_be_drawn(ax):
    game = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5))
    run = ag.simulate(game, (ag.grim,) * 2, paths=20, keep=True, **ASK)
    ag.plot.status_shares(run, ax=ax)
    ag.plot.sample_paths(run, ax=plt.figure().gca())
    ag.plot.fan(run.cumulative_payoffs(game)[:, :, 0], ax=plt.figure().gca())
    ag.plot.payoff_distribution(run, ax=plt.figure().gca())


def test_exact_laws_are_steps_as_the_estimates_are(run, ax):
    law = ag.withdrawal_law(GAME, LADDER, periods=30, error=0.01)
    ag.plot.time_to_event(run.time_to_event(law=law), ax=ax)
    causes = ag.survival.incidence_law(GAME, LADDER, periods=30, collapse="notice", error=0.01)
    ag.plot.incidence(run.cumulative_incidence(default_causes(run.first), collapse="notice",
                                               law=causes), ax=ax)  # fmt: skip
    ag.plot.survival(run, law, ax=ax)
    curves = [line for line in ax.get_lines() if len(line.get_xdata()) == 31 and line.get_ls() == "--"]
    assert len(curves) >= 3
    assert {line.get_drawstyle() for line in curves} == {"steps-post"}


def test_a_law_that_is_given_is_drawn_over_its_run_or_refused(run, ax):
    law = ag.withdrawal_law(GAME, LADDER, periods=30, error=0.01)
    ag.plot.survival({"any name": run}, law, ax=ax)
    assert "exact law" in _texts(ax)
    assert sum(len(x.get_xdata()) == 31 and np.allclose(x.get_ydata(), law.survival) for x in ax.get_lines()) == 1
    with pytest.raises(ag.errors.InvalidGame, match="labels of the runs"):
        ag.plot.survival({"a": run}, {"b": law})
    with pytest.raises(ag.errors.InvalidGame, match="whose law"):
        ag.plot.survival({"a": run, "b": run}, law)
    with pytest.raises(ag.errors.InvalidGame, match="event"):
        ag.plot.survival(run, law, event="notice")


def test_bars_of_none_or_all_have_an_interval(ax):
    few = ag.simulate(ag.Treaty().replace(false_alarm=1e-6).game(), LADDER, discount=0.95, periods=5, paths=20, rng=1)
    ag.plot.outcomes(few, ax=ax)
    (errors,) = ax.collections
    assert all(abs(part[1, 0] - part[0, 0]) > 0.1 for part in errors.get_segments())


def test_causes_that_are_numbers_are_drawn(ax):
    ag.plot.incidence(ag.survival.aalen_johansen([1, 2, 3], [1, 0, 2]), ax=ax)
    assert _texts(ax) == ["1", "2"]
