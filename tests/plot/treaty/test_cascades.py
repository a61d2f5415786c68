"""Figures of exit cascades: what they mark, and what they refuse."""

from __future__ import annotations

from datetime import date

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.dates import date2num

import armsgame as ag

cascade = ag.treaty.cascade
GAME = cascade.ExitGame(["A", "B"], alone=[0.5, 9], weights=0.25, outside=0)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_bars_run_from_the_least_to_the_greatest_level():
    levels = cascade.exit_levels(cascade.ExitGame(["A", "B", "C"], alone=[0, 0.1, 3], weights=0.5, outside=0))
    ax = ag.plot.exit_levels(levels)
    ends = [(p.get_x(), p.get_x() + p.get_width()) for p in ax.patches]
    assert ends == [pytest.approx(pair) for pair in zip(levels.least, levels.greatest, strict=True)]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["A", "B", "C"]


def test_dates_of_model_and_record_stand_on_one_calendar():
    found = cascade.path(GAME, [0, 1, 1, 1], notice=2, delay=1, rule="as seen")
    ax = ag.plot.exit_dates(found, {"A": ("2025-01-08", None, date(2025, 2, 1))}, start="2025-01-01", days=7)
    spots = {float(x) for line in ax.lines for x in np.atleast_1d(date2num(line.get_xdata())) if len(line.get_xdata())}
    assert spots == {date2num(date(2025, m, d)) for m, d in ((1, 8), (1, 15), (1, 29), (2, 1))}
    assert [t.get_text() for t in ax.texts] == ["stays in the model"]


def test_what_cannot_be_drawn_is_refused():
    found = cascade.path(GAME, [0, 1])
    batch = cascade.ExitGame(["A", "B"], alone=0, weights=1, outside=np.zeros((2, 2)))
    for act, text in (
        (lambda: ag.plot.exit_dates(found, {"Z": (None, None, None)}, start="2025-01-01"), "Z"),
        (lambda: ag.plot.exit_dates(found, {"A": ("2025-01-01",)}, start="2025-01-01"), "three days"),
        (lambda: ag.plot.exit_dates(found, start="soon"), "a day such as"),
        (lambda: ag.plot.exit_dates(found, start="2025-01-01", days=0), "days"),
        (lambda: ag.plot.exit_dates(cascade.path(batch, [0]), start="2025-01-01"), "one game"),
        (lambda: ag.plot.exit_levels(cascade.exit_levels(batch)), "one game"),
        (lambda: ag.plot.exit_levels(cascade.exit_levels(GAME), cascade.selection(GAME.given(stay=["B"]))), "parties"),
    ):
        with pytest.raises(ag.errors.InvalidGame, match=text):
            act()
    for act in (lambda: ag.plot.exit_dates(GAME, start="2025-01-01"), lambda: ag.plot.exit_levels(found)):
        with pytest.raises(ag.errors.WrongConcept):
            act()
