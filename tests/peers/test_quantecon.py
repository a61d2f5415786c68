"""quantecon's equilibria of random games."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.solve.one_shot.methods import LemkeHowson
from armsgame.solve.one_shot.nash import nash
from armsgame.solve.one_shot.nash_batch import nash_batch


@pytest.fixture(scope="module")
def gt():
    # imported by the one worker that runs these tests: two that collect the file at once race for the cache of its
    # compiled functions, and one of them is aborted
    import quantecon.game_theory

    return quantecon.game_theory


def peer_game(gt, game):
    return gt.NormalFormGame((gt.Player(game[0]), gt.Player(np.ascontiguousarray(game[1].T))))


@pytest.mark.parametrize("size", [(2, 2), (2, 3), (3, 3), (3, 4), (4, 4)])
def test_batch_finds_what_support_enumeration_finds(size, gt):
    games = np.random.default_rng(size).normal(size=(2000, 2, *size))
    found = nash_batch(games)
    assert not found.degenerate.any()
    for g, game in enumerate(games):
        theirs = np.array([np.concatenate(one) for one in gt.support_enumeration(peer_game(gt, game))])
        k = found.count[g]
        ours = np.concatenate([found.profiles[0][g, :k], found.profiles[1][g, :k]], axis=1)
        assert len(theirs) == k
        assert (np.abs(theirs[:, None] - ours[None]).max(axis=2) < 1e-7).any(axis=1).all()


@pytest.mark.parametrize("n", [7, 9])
def test_nash_finds_what_support_enumeration_finds(n, gt):
    # quantecon's vertex enumeration is not called here: its cached gufunc has crashed a test process
    for seed in range(5):
        game = np.random.default_rng(seed).normal(size=(2, n, n))
        ours = nash(ag.StageGame(game))
        assert ours.complete
        assert len(ours) == len(gt.support_enumeration(peer_game(gt, game)))


def test_lemke_howson_ends_where_quantecon_ends(gt):
    game = np.random.default_rng(3).normal(size=(2, 20, 20))
    for label in (0, 7, 25):
        (one,) = nash(ag.StageGame(game), method=LemkeHowson(label))
        theirs = gt.lemke_howson(peer_game(gt, game), init_pivot=label)
        for a, b in zip(one.profile, theirs, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-8)
