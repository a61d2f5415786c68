"""The figure of the trust threshold draws the closed form, and marks where it ends."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import armsgame as ag


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_curves_are_the_closed_form_and_end_where_the_tempted_type_complies():
    rates = np.linspace(0.03, 0.2, 200)
    ax = ag.plot.trust_threshold([2.5], rates)
    untested, curve, end = ax.lines
    assert len(untested.get_xdata()) == 200
    wanted = ag.treaty.trust.threshold(1.5, 1, 0, -0.5, curve.get_xdata(), 0.005, 0.95, tempted_temptation=2.5)
    np.testing.assert_array_equal(curve.get_ydata(), wanted.belief)
    assert np.isfinite(wanted.belief).all()
    assert 0.09 < end.get_xdata()[0] < 0.1
    (shade,) = ax.patches
    assert shade.get_x() + shade.get_width() == pytest.approx(0.03646, abs=1e-3)


def test_without_an_end_or_a_least_detection_nothing_is_marked():
    ax = ag.plot.trust_threshold([2.5, 3.0], [0.05, 0.06])
    assert len(ax.lines) == 3
    assert not ax.patches


def test_what_cannot_be_drawn_is_refused():
    for act, match in (
        (lambda: ag.plot.trust_threshold([]), "temptations"),
        (lambda: ag.plot.trust_threshold([2.5], [0.2, 0.1]), "rising order"),
        (lambda: ag.plot.trust_threshold([2.5], 0.1), "rising order"),
    ):
        with pytest.raises(ag.errors.InvalidGame, match=match):
            act()
