"""Figures of equilibria show the equilibria that were computed, on the axes they are given."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")
import matplotlib.pyplot as plt

from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.stage import StageGame
from armsgame.plot import best_replies, equilibrium_map
from armsgame.plot import logit_branch as draw_branch
from armsgame.solve.one_shot.logit import logit_branch

bimatrix = StageGame.from_bimatrix
HUNT = bimatrix([[4, 0], [3, 2]], [[4, 3], [0, 2]], players=("US", "Russia"))


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def _labelled(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def test_best_replies_cross_at_the_equilibria():
    _, ax = plt.subplots()
    assert best_replies(HUNT, ax=ax) is ax
    lines = _labelled(ax)
    assert sorted(lines["pure equilibrium"].get_xydata().tolist()) == [[0, 0], [1, 1]]
    assert lines["mixed equilibrium"].get_xydata() == pytest.approx(np.array([[2 / 3, 2 / 3]]))
    # the row player switches where the column player complies with 2/3
    assert lines["US replies"].get_xydata() == pytest.approx(np.array([[0, 0], [0, 2 / 3], [1, 2 / 3], [1, 1]]))
    assert lines["Russia replies"].get_xydata() == pytest.approx(np.array([[0, 0], [2 / 3, 0], [2 / 3, 1], [1, 1]]))
    assert "US" in ax.get_xlabel()
    assert "Russia" in ax.get_ylabel()


def test_a_dominant_action_is_a_straight_line():
    ax = best_replies(bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    assert _labelled(ax)["row replies"].get_xydata().tolist() == [[0, 0], [0, 1]]
    assert "mixed equilibrium" not in _labelled(ax)


def test_degenerate_games_show_their_continua():
    weak = best_replies(bimatrix([[1, 1], [0, 1]], [[1, 1], [0, 1]]))
    assert "continuum of equilibria" in _labelled(weak)
    # the row player is indifferent where the column player surely plays its second action
    path = _labelled(weak)["row replies"].get_xydata().tolist()
    assert [0, 0] in path
    assert [1, 0] in path
    assert path[-1] == [1, 1]
    idle = best_replies(StageGame(np.zeros((2, 2, 2))))
    assert len(idle.collections) == 3  # both players fill the square, and so do the equilibria


@pytest.mark.parametrize("stage", [StageGame(np.zeros((2, 3, 2))), StageGame(np.zeros((5, 2, 2, 2))), np.eye(2)])
def test_best_replies_refuses_other_games(stage):
    with pytest.raises(WrongConcept, match=r"two actions|from_bimatrix"):
        best_replies(stage)


def test_the_branch_ends_on_the_equilibrium():
    branch = logit_branch(bimatrix([[9, 0], [0, 1]], [[0, 1], [1, 0]], players=("inspectee", "inspector")))
    _, ax = plt.subplots()
    assert draw_branch(branch, ax=ax) is ax
    lines = _labelled(ax)
    drawn = lines["inspector: comply"].get_xydata()
    assert len(drawn) == len(branch) - 1
    assert drawn[:, 1] == pytest.approx(branch.profiles[1][1:, 0])
    ends = [line.get_ydata()[0] for line in ax.get_lines() if line.get_marker() == "D" and len(line.get_ydata())]
    assert ends == pytest.approx([0.5, 0.1])
    assert ax.get_xscale() == "log"
    assert "1/utility" in ax.get_xlabel()


def test_bifurcations_and_many_actions_are_drawn():
    chicken = draw_branch(logit_branch(bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]])))
    assert "bifurcation" in _labelled(chicken)
    A = np.array([[1, 0, 1], [0, 0, 0], [1, 5, 1]])
    three = draw_branch(logit_branch(bimatrix(A, A.T)))
    assert {"row: a0", "row: a2", "column: a1"} <= set(_labelled(three))
    stopped = draw_branch(logit_branch(HUNT, max_precision=1.0, throw=False))
    assert "Nash equilibrium" not in _labelled(stopped)


def test_turning_points_are_marked():
    payoffs = [
        [[[-1.1, -0.1], [0.5, 1.1]], [[0.5, 0.1], [1.0, -0.7]]],
        [[[-1.5, 1.0], [0.2, 0.9]], [[-0.1, -0.5], [0.5, -1.2]]],
        [[[0.1, 0.4], [-0.5, 0.3]], [[-1.3, 0.2], [0.3, -0.5]]],
    ]
    branch = logit_branch(StageGame(payoffs))
    assert "turning point" in _labelled(draw_branch(branch))


def test_branch_refusals():
    with pytest.raises(WrongConcept, match="logit_branch\\(stage\\)"):
        draw_branch(HUNT)
    with pytest.raises(InvalidGame, match="every profile"):
        draw_branch(logit_branch(StageGame(np.zeros((2, 2, 2)))))


def test_the_map_has_the_four_arms_races_in_their_corners():
    _, ax = plt.subplots()
    assert equilibrium_map(ax=ax) is ax
    where = {text.get_text().split("\n")[0]: text for text in ax.texts}
    assert set(where) == {"harmony", "chicken", "stag hunt", "prisoner's dilemma"}
    corners = {name: (t.get_position()[0] > 1, t.get_position()[1] > 0) for name, t in where.items()}
    assert corners == {
        "harmony": (False, True),
        "chicken": (True, True),
        "stag hunt": (False, False),
        "prisoner's dilemma": (True, False),
    }
    assert "3 equilibria" in where["chicken"].get_text()
    assert "1 equilibrium\n" in where["harmony"].get_text()
    image = ax.get_images()[0].get_array()
    # games on a boundary are degenerate and stay white
    assert np.allclose(image[120], 1)
    assert np.allclose(image[:, 120], 1)
    assert not np.allclose(image[60, 60], 1)


def test_the_map_takes_other_axes():
    ax = equilibrium_map([1.5, 1.6, 1.7], [-0.5, -0.4], reward=1, punishment=0)
    assert [t.get_text().split("\n")[0] for t in ax.texts] == ["prisoner's dilemma"]
    assert equilibrium_map([2.0], [-1.0]).texts
    shifted = equilibrium_map(reward=5, punishment=3)
    assert len(shifted.texts) == 4


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reward": 0.0}, "reward"),
        ({"reward": np.nan}, "reward"),
        ({"punishment": "0"}, "punishment"),
        ({"reward": True}, "reward"),
        ({"temptation": [2, 1]}, "temptation"),
        ({"temptation": []}, "temptation"),
        ({"sucker": [[1, 2]]}, "sucker"),
        ({"sucker": [0, np.inf]}, "sucker"),
        ({"sucker": ["a"]}, "sucker"),
    ],
)
def test_the_map_refuses_bad_axes(change, field):
    with pytest.raises(InvalidGame, match=field):
        equilibrium_map(**change)
