"""Every complete method finds exactly the known extreme equilibria of the case table."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from bimatrix_games import GAMES, SEVENTY_FIVE

from armsgame.errors import InvalidGame
from armsgame.solve.one_shot.methods import Exact, NashpyAdapter, VertexEnumeration
from armsgame.solve.one_shot.nash import nash
from armsgame.solve.one_shot.nash_batch import nash_batch

every_game = pytest.mark.parametrize("game", GAMES, ids=lambda g: g.name)


def rational(solution):
    return {tuple(tuple(own) for own in one.profile) for one in solution}


def rounded(profiles):
    return {tuple(tuple(float(round(Fraction(float(p)), 9)) for p in own) for own in one) for one in profiles}


@every_game
def test_exact_method_returns_the_known_fractions(game):
    solution = nash(game.stage, method=Exact())
    assert rational(solution) == game.known
    assert solution.complete
    assert all(one.certificate.exact and one.certificate.max_gain == 0 for one in solution)


@every_game
@pytest.mark.parametrize("method", [None, VertexEnumeration()], ids=["default", "vertices"])
def test_complete_methods_find_all_known_equilibria(game, method):
    solution = nash(game.stage, method=method)
    assert solution.complete
    assert rounded(one.profile for one in solution) == rounded(game.known)
    assert all(one.certificate.ok for one in solution)


@every_game
def test_batch_finds_all_known_equilibria(game):
    if max(game.stage.shape) > 6:
        with pytest.raises(InvalidGame, match="nash"):
            nash_batch(game.stage.payoffs[None])
        return
    found = nash_batch(game.stage.payoffs[None], exact_degenerate=True)
    k = found.count[0]
    assert found.complete[0]
    assert rounded(zip(found.profiles[0][0, :k], found.profiles[1][0, :k], strict=True)) == rounded(game.known)


@every_game
def test_nash_subsets_contain_equilibria_only_and_all_of_them(game):
    solution = nash(game.stage, method=Exact())
    covered = set()
    for rows, columns in solution.components:
        for i in rows:
            for j in columns:
                pair = (solution[i].profile[0], solution[j].profile[1])
                covered.add(tuple(tuple(own) for own in pair))
    assert covered == game.known


@pytest.mark.parametrize("method", [None, Exact(), VertexEnumeration()], ids=["default", "exact", "vertices"])
def test_von_stengels_game_has_75_equilibria(method):
    solution = nash(SEVENTY_FIVE, method=method)
    assert len(solution) == 75
    assert solution.complete


def test_von_stengels_game_in_a_batch_is_flagged_and_solved_exactly():
    found = nash_batch(SEVENTY_FIVE.payoffs[None], exact_degenerate=True)
    assert found.degenerate[0]
    assert found.count[0] == 75
    assert found.profiles[0].shape == (1, 75, 6)


def test_continuum_of_nashpy_issue_222_is_described():
    game = next(g for g in GAMES if g.name == "nashpy222")
    solution = nash(game.stage)
    assert solution.components == (((0, 1), (0,)),)
    assert "degenerate" in solution.notes[0]


@pytest.mark.parametrize("name", ["nashpy82", "nashpy231", "nashpy35", "one_sided_ties"])
@pytest.mark.parametrize("algorithm", ["support_enumeration", "vertex_enumeration"])
def test_nashpy_omissions_are_told(name, algorithm):
    game = next(g for g in GAMES if g.name == name)
    solution = nash(game.stage, method=NashpyAdapter(algorithm), throw=False)
    assert all(one.certificate.ok for one in solution)
    assert len(solution) <= len(game.known)
    missing = len(solution) < len(game.known)
    assert solution.complete != missing
    assert any("omits" in note for note in solution.notes) == missing


def test_lemke_howson_of_nashpy_issue_83_succeeds_from_every_label():
    from armsgame.solve.one_shot.methods import LemkeHowson

    game = next(g for g in GAMES if g.name == "nashpy83")
    for label in range(10):
        (one,) = nash(game.stage, method=LemkeHowson(label))
        np.testing.assert_allclose(one.profile[0][4:6], [0.5, 0.5], atol=1e-12)
