"""Maps, beliefs and first moves are drawn as they are."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame

SHORT = ag.Treaty(demand=False)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_a_map_has_the_codes_of_its_points_and_names_what_occurs():
    found = ag.studies.prior_map(SHORT, {"detection": [0.05, 0.3]}, np.linspace(0, 1, 11), discount=0.95)
    ax = found.plot()
    (mesh,) = ax.collections
    np.testing.assert_array_equal(mesh.get_array(), found.code.T)
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["all comply, exit later", "some comply, exit later", "none complies, no exit"]
    one = ag.plot.prior_map(found, "all comply, exit later").collections[0].get_array()
    np.testing.assert_array_equal(one, [[-1, 0]] * 11)
    with pytest.raises(InvalidGame, match="play"):
        ag.plot.prior_map(found, "war")


def test_beliefs_are_lines_and_acts_are_marks():
    inf = ag.load_scenario("inf")
    path, game = ag.studies.recorded_path(inf), inf.bayesian_game("us_account")
    held = ag.studies.record_beliefs(path, game, {p: ag.treaty.pretext for p in game.players})
    ax = held.plot()
    lines = {line.get_label(): line for line in ax.lines}
    np.testing.assert_array_equal(lines["Russia is tempted"].get_ydata(), held.of("Russia", "tempted"))
    assert "US is content" not in lines
    marks = [line for line in ax.lines if len(line.get_xdata()) == 1]
    assert len(marks) == len(path.acts)
    assert len(ax.patches) == int((~held.on_path).sum())


def test_first_moves_are_strips():
    measure = ag.measures.first_moves_by_type.under(types={"content": {}, "wants_out": {"outside_option": 1.3}})
    grid = {"exit_cost_unprovoked": [0.5, 4.0]}
    found = ag.sweep(SHORT.replace(detection=0.8), grid, measure, discount=0.95, progress=False)
    ax = ag.plot.first_moves(found)
    assert [t.get_text() for t in ax.get_yticklabels()] == list(found.data_vars)
    np.testing.assert_array_equal(ax.collections[0].get_array()[-1], found["Russia wants_out"])
    with pytest.raises(InvalidGame, match="one parameter"):
        ag.plot.first_moves(found.expand_dims("x"))
