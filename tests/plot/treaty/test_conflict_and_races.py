"""Phase portraits and graph pictures show what the models say."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import armsgame as ag


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_a_race_portrait_names_parties_paths_and_the_rest_point():
    race = ag.treaty.armsrace.richardson((0.6, 0.5), (1.0, 0.8), (0.3, 0.2))
    ax = ag.plot.race_portrait(race, {"free": race.path([0, 5], (0.1, 0.1))}, parties=("A", "B"))
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["A at rest", "B at rest", "free", "rest point"]
    assert ax.get_xlabel() == "stock of A"
    many = ag.treaty.armsrace.richardson((np.ones(2), 1), (2, 2), (1, 1))
    with pytest.raises(ag.errors.InvalidGame, match="one race"):
        ag.plot.race_portrait(many)


def test_an_unstable_race_is_drawn_too():
    race = ag.treaty.armsrace.richardson((2, 2), (1, 1), (-1, -1))
    ax = ag.plot.race_portrait(race, top=3)
    assert "rest point (unstable)" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_a_conflict_graph_fills_the_stable_states():
    model = ag.treaty.conflict_graph.GraphModel.from_table(
        ["CC", "CD", "DC", "DD"], {"A": ["DC", "CC", "DD", "CD"], "B": ["CD", "CC", "DD", "DC"]}
    )
    ax = ag.plot.conflict_graph(model, concept="nash", start="CC")
    white = [text.get_text() for text in ax.texts if text.get_color() == "white"]
    assert white == ["DD"]
    with pytest.raises(ag.errors.InvalidGame, match="concept"):
        ag.plot.conflict_graph(model, concept="core")
