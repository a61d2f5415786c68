"""Figures of populations show what was computed, on the axes they are given."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")
import matplotlib.pyplot as plt

import armsgame as ag
from armsgame.errors import WrongConcept

GAME = ag.RepeatedGame(ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
FIELD = [ag.always_comply, ag.always_deploy, ag.mirror]
RPS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_tournament_lists_strategies_from_the_best_down():
    result = ag.populations.tournament(FIELD, GAME, periods=50, error=0.05, repetitions=20, rng=1)
    _, ax = plt.subplots()
    assert ag.plot.tournament(result, ax=ax) is ax
    shown = [t.get_text().split("  ")[0] for t in ax.get_yticklabels()]
    assert shown == [result.strategies[k] for k in result.order]
    drawn = ax.get_lines()[0].get_xdata()
    assert drawn == pytest.approx(result.scores[result.order])
    assert "20 repetitions" in ax.get_xlabel()


@pytest.mark.parametrize("seat", [0, 1])
def test_payoff_matrix_shows_the_payoff_of_the_row_strategy(seat):
    stage = ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[2, 4], [0, 1]])
    result = ag.populations.tournament(FIELD, ag.RepeatedGame(stage), periods=9)
    ax = ag.plot.payoff_matrix(result, seat=seat)
    at = result.order
    shown = ax.images[0].get_array()
    want = result.payoffs[0] if seat == 0 else result.payoffs[1].T
    assert np.asarray(shown) == pytest.approx(want[np.ix_(at, at)])
    assert len(ax.texts) == 9


def test_payoff_matrix_leaves_out_twins_that_did_not_meet():
    result = ag.populations.tournament(FIELD, GAME, periods=9, self_play=False)
    assert len(ag.plot.payoff_matrix(result).texts) == 6
    ag.plot.tournament(result)
    with pytest.raises(ag.errors.InvalidGame, match="self_play"):
        result.stage()


def test_simplex_fills_sinks_and_leaves_others_open():
    _, ax = plt.subplots()
    assert ag.plot.simplex(np.eye(3), ax=ax) is ax
    marks = [line for line in ax.get_lines() if line.get_marker() == "o"]
    faces = [line.get_markerfacecolor() for line in marks]
    assert faces.count("black") == 3
    assert faces.count("white") == 4
    assert [t.get_text() for t in ax.texts] == ["type 0", "type 1", "type 2"]


def test_simplex_draws_paths_and_edges_of_rest_points():
    ax = ag.plot.simplex(RPS, [ag.populations.replicator(RPS, [0.5, 0.3, 0.2], time=3)])
    assert len(ax.get_lines()[1].get_xdata()) == 201
    match = ag.populations.payoff_matrix(FIELD, GAME, periods=20)
    labels = [line.get_label() for line in ag.plot.simplex(match).get_lines()]
    assert labels.count("edge of rest points") == 1
    # nothing moves where all earn the same
    ag.plot.simplex(np.ones((3, 3)))


def test_phase_portrait_marks_equilibria_of_the_stag_hunt():
    hunt = ag.StageGame.from_bimatrix([[4, 0], [3, 2]], [[4, 3], [0, 2]])
    ax = ag.plot.phase_portrait(hunt, [ag.populations.replicator(hunt, ([0.5, 0.5], [0.4, 0.6]), time=2)])
    marks = {
        tuple(np.round(line.get_xydata()[0], 6).tolist()): line.get_markerfacecolor()
        for line in ax.get_lines()
        if line.get_marker() == "o"
    }
    assert {k for k, face in marks.items() if face == "black"} == {(0.0, 0.0), (1.0, 1.0)}
    assert marks[0.666667, 0.666667] == "white"


def test_phase_portrait_of_pennies_has_a_centre():
    ax = ag.plot.phase_portrait(([[9, 0], [0, 1]], [[0, 1], [1, 0]]))
    grey = [line.get_xydata()[0].tolist() for line in ax.get_lines() if line.get_markerfacecolor() == "0.6"]
    assert grey == [pytest.approx([0.5, 0.1])]


def test_basins_colour_the_triangle_and_name_the_limits():
    found = ag.populations.basins(np.eye(3), resolution=8)
    ax = ag.plot.basins(found)
    words = [t.get_text() for t in ax.get_legend().get_texts()]
    assert len(words) == len(found.limits) + bool(found.unsettled)
    assert words[0].startswith("to type")
    assert ax.images[0].get_array().shape[2] == 4


@pytest.mark.parametrize(
    "draw",
    [
        lambda: ag.plot.simplex(np.eye(2)),
        lambda: ag.plot.phase_portrait((np.eye(3), np.eye(3))),
        lambda: ag.plot.basins(ag.populations.basins(np.eye(2))),
    ],
    ids=["simplex", "portrait", "basins"],
)
def test_other_sizes_are_refused_with_a_next_step(draw):
    with pytest.raises(WrongConcept):
        draw()
