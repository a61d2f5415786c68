"""Games go to other packages and come back."""

from __future__ import annotations

import sys
import types

import nashpy
import numpy as np
import pytest

from armsgame.errors import InvalidGame, WrongConcept
from armsgame.formats.nfg import read_nfg
from armsgame.formats.packages import from_nashpy, to_gambit, to_nashpy
from armsgame.games.stage import StageGame

GAME = StageGame.from_bimatrix([[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [1, 2, 3]], players=("US", "Russia"))
TRIO = StageGame(np.arange(24.0).reshape(3, 2, 2, 2))


def test_nashpy_indexes_both_matrices_row_column():
    game = to_nashpy(GAME)
    assert game.payoff_matrices[1][0, 2] == 9
    # nashpy's own expected payoffs of (row 0, column 2)
    assert list(game[[1, 0], [0, 0, 1]]) == [3, 9]


def test_a_round_trip_keeps_payoffs_and_takes_labels():
    assert from_nashpy(to_nashpy(GAME), players=GAME.players) == GAME


def test_a_single_matrix_is_zero_sum():
    game = from_nashpy(nashpy.Game(np.array([[1, -1], [-1, 1]])))
    assert game.payoffs[1].tolist() == [[-1, 1], [1, -1]]


def test_nashpy_refusals():
    with pytest.raises(WrongConcept, match=r"3\. Use nash"):
        to_nashpy(TRIO)
    with pytest.raises(WrongConcept, match="batch"):
        to_nashpy(StageGame(np.zeros((5, 2, 2, 2))))
    with pytest.raises(InvalidGame, match="from_bimatrix"):
        from_nashpy(np.eye(2))
    # nashpy builds a game of three matrices and fails later
    with pytest.raises(InvalidGame, match="3 matrices"):
        from_nashpy(types.SimpleNamespace(payoff_matrices=(1, 2, 3)))
    with pytest.raises(InvalidGame, match="two equal shapes"):
        from_nashpy(types.SimpleNamespace(payoff_matrices=(np.eye(2), np.eye(3))))
    with pytest.raises(InvalidGame, match="numbers"):
        from_nashpy(types.SimpleNamespace(payoff_matrices=(np.eye(2), [["a", "b"], ["c", "d"]])))


@pytest.mark.parametrize(("verb", "package"), [(to_nashpy, "nashpy"), (to_gambit, "pygambit")])
def test_a_missing_package_is_told_with_the_next_step(monkeypatch, verb, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InvalidGame, match=f"{package} is not installed.*pip install {package}"):
        verb(GAME)


def test_gambit_gets_the_text_of_the_game(monkeypatch):
    stub = types.ModuleType("pygambit")
    stub.read_nfg = lambda stream: read_nfg(stream.read())
    monkeypatch.setitem(sys.modules, "pygambit", stub)
    assert to_gambit(TRIO) == TRIO
    with pytest.raises(WrongConcept, match="batch"):
        to_gambit(StageGame(np.zeros((5, 2, 2, 2))))
