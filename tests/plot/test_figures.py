"""Figures show the numbers they are given, on the axes they are given."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

import armsgame as ag

mpl.use("Agg")
import matplotlib.pyplot as plt


@pytest.fixture(scope="module")
def runs():
    profile = (ag.treaty.ladder_yield,) * 2
    games = {"on-site": ag.Treaty().game(), "remote": ag.Treaty().replace(false_alarm=0.05).game()}
    sampled = {k: ag.simulate(g, profile, discount=0.95, periods=40, paths=400, rng=2) for k, g in games.items()}
    return sampled, {k: ag.withdrawal_law(g, profile, periods=40) for k, g in games.items()}


def test_survival_draws_both_runs_and_the_exact_law(runs):
    _, ax = plt.subplots()
    assert ag.plot.survival(runs[0], runs[1], ax=ax) is ax
    lines = [line for line in ax.get_lines() if len(line.get_xdata())]
    assert len(lines) == 4
    assert np.allclose(lines[0].get_ydata(), runs[0]["on-site"].survival())
    plt.close("all")


def test_outcome_bars_have_the_shares_as_their_length(runs):
    ax = ag.plot.outcomes(runs[0]["on-site"])
    shares = list(runs[0]["on-site"].outcomes().shares.values())
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(shares)
    assert [t.get_text() for t in ax.get_yticklabels()] == list(runs[0]["on-site"].outcomes().shares)
    plt.close("all")
