"""Kinds of 2x2 games against the lists of `nash_batch`, swaps of parties and actions, ties and bad input."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.one_shot import KINDS, nash_kinds


def games(seed: int, kind: str) -> np.ndarray:
    draw = np.random.default_rng(seed)
    if kind == "ties":
        return draw.integers(-2, 3, (4000, 2, 2, 2)).astype(float)
    return draw.normal(size=(4000, 2, 2, 2)) * 10.0 ** draw.integers(-12, 12, (4000, 1, 1, 1))


@pytest.mark.parametrize("kind", ["ties", "apart"])
def test_counts_are_those_of_the_lists(kind):
    batch = games(1, kind)
    found, listed = nash_kinds(batch), ag.nash_batch(batch)
    tie = found.kind == KINDS.index("tie")
    assert (tie == listed.degenerate).all()
    assert (found.count[~tie] == listed.count[~tie]).all()
    pure = (listed.profiles[0].max(axis=-1) == 1).sum(axis=-1)
    expected = {"one pure": 1, "one mixed": 0, "two pure and one mixed": 2}
    for name, many in expected.items():
        assert (pure[found.kind == KINDS.index(name)] == many).all()
    assert sum(found.shares.values()) == pytest.approx(1)


def test_swapped_parties_and_actions_have_the_same_kind():
    batch = games(2, "ties")
    kind = nash_kinds(batch).kind
    assert (nash_kinds(np.swapaxes(batch, -1, -2)[:, ::-1]).kind == kind).all()
    assert (nash_kinds(batch[:, :, ::-1]).kind == kind).all()
    assert (nash_kinds(batch[..., ::-1]).kind == kind).all()


@pytest.mark.parametrize("threads", [1, 2])
def test_batches_keep_their_shape_whatever_the_threads(monkeypatch, threads):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "2")
    batch = np.random.default_rng(3).normal(size=(300, 400, 2, 2, 2))
    found = nash_kinds(batch, threads=threads)
    assert found.kind.shape == (300, 400)
    assert (found.kind.ravel() == nash_kinds(batch.reshape(-1, 2, 2, 2)).kind).all()


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", range(8))
def test_numbers_that_are_not_finite_are_named(wrong, place):
    batch = np.zeros((5, 8))
    batch[3, place] = wrong
    with pytest.raises(ag.errors.InvalidGame, match=r"payoffs\[3, "):
        nash_kinds(batch.reshape(5, 2, 2, 2))


def test_other_shapes_are_refused():
    with pytest.raises(ag.errors.InvalidGame, match="nash_batch"):
        nash_kinds(np.zeros((4, 2, 3, 3)))
    with pytest.raises(ag.errors.WrongConcept, match="nash_kinds solves two-player"):
        nash_kinds(ag.StageGame(np.zeros((3, 2, 2, 2))))
