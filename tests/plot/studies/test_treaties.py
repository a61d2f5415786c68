"""Figures of several treaties: what they mark, and what they refuse."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import armsgame as ag


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_exits_stand_in_order_of_time_with_the_notice_given():
    ax = ag.plot.exits([ag.load_scenario(n) for n in ("jcpoa", "new_start", "washington")])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["washington", "new start", "jcpoa"]
    texts = [t.get_text() for t in ax.texts]
    assert texts == [
        "asks for 730 days; Japan gave 733",
        "asks for 91 days; expired; end disputed",
        "asks for none; US left, none on record; end disputed",
    ]
    notice = [p for p in ax.patches if p.get_height() == 0.62]
    assert len(notice) == 1
    assert notice[0].get_width() == pytest.approx(2.005, abs=0.01)


def test_thresholds_are_drawn_per_year():
    found = ag.compare(["washington"], "thresholds")
    ax = ag.plot.treaty_thresholds(found)
    leave = next(p for p in ax.patches if p.get_width() > 0.5)
    assert leave.get_x() == pytest.approx(found.table()[0]["exit_on_alarm"])
    assert "per year" in ax.get_xlabel()


def test_causes_are_stacked_to_the_law_of_notice():
    found = ag.compare(["new_start"], "causes")
    axes = ag.plot.treaty_incidence(found, perspective="us_account")
    panel = axes.flat[0]
    top = panel.lines[0].get_ydata()[-1]
    assert top == pytest.approx(found.answers[0].causes["us_account"].cumulative[-1].sum())
    assert panel.get_xlabel() == "years"


def test_what_cannot_be_drawn_is_refused():
    told = ag.compare(["inf"], "notice")
    with pytest.raises(ag.errors.WrongConcept, match="thresholds"):
        ag.plot.treaty_thresholds(told)
    with pytest.raises(ag.errors.WrongConcept, match="causes"):
        ag.plot.treaty_incidence(told)
    with pytest.raises(ag.errors.WrongConcept, match="load_scenario"):
        ag.plot.exits(["inf"])
    with pytest.raises(ag.errors.WrongConcept, match="load_scenario"):
        ag.plot.exits([])


def test_too_few_axes_and_an_unknown_account_are_refused():
    found = ag.compare(["new_start", "europe_after_inf"], "causes")
    with pytest.raises(ag.errors.ScenarioError, match="us_account"):
        ag.plot.treaty_incidence(found, perspective="us_acount")
    with pytest.raises(ag.errors.InvalidGame, match="at least 2 axes"):
        ag.plot.treaty_incidence(found, ax=np.array([plt.subplots()[1]]))
