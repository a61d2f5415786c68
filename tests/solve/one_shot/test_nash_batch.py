"""nash_batch: nothing missed, nothing false, flags where floats cannot tell, threads change nothing."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import armsgame as ag
from armsgame.solve.one_shot.bimatrix_exact import extreme_equilibria
from armsgame.solve.one_shot.nash_batch import nash_batch

SIZES = [(1, 1), (1, 3), (2, 2), (2, 3), (3, 2), (3, 3), (3, 4), (4, 4)]


def draw(kind, count, m, n, seed):
    rng = np.random.default_rng([seed, m, n])
    shape = (count, 2, m, n)
    if kind == "normal":
        return rng.normal(size=shape)
    if kind == "integer":
        return rng.integers(-3, 4, size=shape).astype(float)
    if kind == "wild":
        return rng.normal(size=shape) * 10.0 ** rng.integers(-12, 12, size=shape)
    if kind == "near ties":
        return rng.integers(-3, 4, size=shape) + 1e-15 * rng.integers(-2, 3, size=shape)
    return rng.integers(-3, 4, size=shape) * float(kind)


def truth(game):
    A, B = ([[Fraction(v) for v in row] for row in table.tolist()] for table in game)
    X, Y, pairs = extreme_equilibria(A, B)
    return np.array([[*map(float, X[p]), *map(float, Y[q])] for p, q in pairs])


@pytest.mark.parametrize("kind", ["normal", "integer", "wild", "near ties", "1e300", "1e-300", "2.5e307"])
@pytest.mark.parametrize(("m", "n"), SIZES)
def test_nothing_is_missed_and_nothing_is_false(kind, m, n):
    games = draw(kind, 60, m, n, 3)
    plain, exact = nash_batch(games), nash_batch(games, exact_degenerate=True)
    assert exact.complete.all()
    assert (plain.complete == ~plain.degenerate).all()
    for g, game in enumerate(games):
        known = truth(game)
        for found in (plain, exact):
            k = found.count[g]
            got = np.concatenate([found.profiles[0][g, :k], found.profiles[1][g, :k]], axis=1)
            near = np.abs(known[:, None] - got[None]).max(axis=2) < 1e-8
            assert near.any(axis=0).all()
            if found.complete[g]:
                assert near.any(axis=1).all()
                assert k == len(known)
            assert np.isnan(found.max_gain[g, k:]).all()
            assert (found.max_gain[g, :k] <= 1e-11 * np.ptp(game / 4) * 4).all()


@pytest.mark.parametrize(("m", "n"), [(5, 5), (6, 6), (2, 6)])
def test_larger_games_agree_with_the_integers(m, n):
    games = draw("normal", 12, m, n, 1)
    found = nash_batch(games)
    assert not found.degenerate.any()
    assert [len(truth(g)) for g in games] == found.count.tolist()


@pytest.mark.parametrize(("m", "n"), [(2, 2), (3, 3), (3, 4)])
def test_threads_do_not_change_a_number(m, n):
    games = draw("integer", 3000, m, n, 5)
    one, two = nash_batch(games, threads=1), nash_batch(games)
    assert one.count.tobytes() == two.count.tobytes()
    for a, b in zip(
        (*one.profiles, one.payoffs, one.max_gain), (*two.profiles, two.payoffs, two.max_gain), strict=True
    ):
        assert a.tobytes() == b.tobytes()


def test_one_game_of_a_batch_is_the_game_alone():
    games = draw("normal", 50, 3, 3, 6)
    whole = nash_batch(games)
    for g in (0, 17, 49):
        alone = nash_batch(games[g])
        k = int(alone.count)
        assert k == whole.count[g]
        np.testing.assert_array_equal(alone.profiles[0], whole.profiles[0][g, :k])


def test_batch_axes_and_payoffs_are_kept():
    game = ag.treaty.compliance(temptation=np.linspace(0.5, 1.5, 6).reshape(2, 3))
    found = nash_batch(game)
    assert found.count.shape == (2, 3)
    assert found.profiles[0].shape[:2] == (2, 3)
    assert found.count[0, 0] == 3
    assert found.count[1, 2] == 1
    assert found.payoffs[1, 2, 0].tolist() == [0, 0]
    assert not found.profiles[0].flags.writeable
    assert "equilibria per game" in str(found)


def test_payoffs_and_gains_agree_with_the_checker():
    for m, n in ((2, 2), (3, 3), (4, 3)):
        games = draw("normal", 20, m, n, 8)
        found = nash_batch(games)
        for g in range(len(games)):
            for k in range(found.count[g]):
                stage = ag.StageGame(games[g], players=("row", "column"))
                certificate = ag.verify(stage, (found.profiles[0][g, k], found.profiles[1][g, k]))
                assert certificate.ok
                np.testing.assert_allclose(certificate.payoffs, found.payoffs[g, k], atol=1e-12)
                assert found.max_gain[g, k] == pytest.approx(certificate.max_gain, abs=1e-13)


def test_ties_are_flagged():
    tie = np.array([[[1.0, 0], [1, 0]], [[1, 0], [0, 1]]])
    found = nash_batch(np.stack([tie, tie + np.array([[[0.5, 0], [0, 0.5]], [[0, 0], [0, 0]]])]))
    assert found.degenerate.tolist() == [True, False]


@pytest.mark.parametrize(
    ("payoffs", "error", "text"),
    [
        ([[[1, 2], [3]], [[1, 2], [3, 4]]], ag.InvalidGame, "rectangular"),
        (np.zeros((2, 0, 2)), ag.InvalidGame, "at least one action"),
        (np.zeros((3, 2, 2)), ag.InvalidGame, "players before rows"),
        (np.zeros((2, 2)), ag.InvalidGame, "players before rows"),
        (np.zeros((5, 2, 7, 2)), ag.InvalidGame, "nash"),
        (np.full((2, 2, 2), np.nan), ag.InvalidGame, "finite"),
        (np.array([[[1, 2], [3, np.inf]], [[1, 2], [3, 4]]]), ag.InvalidGame, r"payoffs\[0, 1, 1\]"),
        (ag.StageGame(np.zeros((3, 2, 2, 2))), ag.WrongConcept, "two-player"),
    ],
)
def test_bad_input_is_named(payoffs, error, text):
    with pytest.raises(error, match=text):
        nash_batch(payoffs)


def test_thread_count_is_checked():
    with pytest.raises(ag.InvalidGame, match="threads"):
        nash_batch(np.zeros((2, 2, 2)), threads=0)


def test_empty_batch_is_legal():
    found = nash_batch(np.zeros((0, 2, 2, 2)))
    assert found.count.shape == (0,)


def test_one_game_without_batch_axes_is_answered_without_batch_axes() -> None:
    found = ag.nash_batch([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
    assert found.count.shape == ()
    assert int(found.count) == 1
    assert found.profiles[0].shape[-1] == 2
