"""3x3 games decided in blocks: the same bits as the careful kernel, which takes one game at a time."""

from __future__ import annotations

import numpy as np
import pytest

from armsgame._kernels.bimatrix import three_by_three_careful
from armsgame._kernels.bimatrix_blocks import _RARE, _decide, three_by_three

KINDS = ("normal", "integer", "wild", "near ties", "affine", "1e300", "1e-300", "2.5e307", "constant")


def draw(kind, count):
    rng = np.random.default_rng([count, KINDS.index(kind)])
    shape = (count, 2, 3, 3)
    normal, whole = rng.normal(size=shape), rng.integers(-3, 4, size=shape).astype(float)
    made = {
        "normal": normal,
        "integer": whole,
        "wild": normal * 10.0 ** rng.integers(-40, 40, size=shape),
        "near ties": whole + 1e-15 * rng.integers(-2, 3, size=shape),
        "affine": whole * 0.1 + 7.3,
        "constant": whole[:, :, :1, :1] + np.zeros(shape),
    }
    games = made[kind] if kind in made else whole * float(kind)
    games.setflags(write=False)
    return games


def answers(kernel, games, width):
    """Outputs of a kernel, over numbers that must not remain."""
    total = len(games)
    arrays = [np.full((total, width, *more), 5.0) for more in ((3,), (3,), (2,), ())]
    arrays += [np.full(total, -1), np.ones(total, bool)]
    kernel(games, *arrays)
    return arrays


def careful(games, *arrays):
    three_by_three_careful(np.arange(len(games)), games, *arrays)


def in_spans(games, *arrays):
    half = len(games) // 2
    for span in ((0, half), (half, len(games))):
        three_by_three(*span, games, *arrays)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [1, 7])
def test_blocks_answer_with_the_bits_of_the_careful_kernel(kind, width):
    games = draw(kind, 2001)
    for ours, theirs in zip(answers(in_spans, games, width), answers(careful, games, width), strict=True):
        assert ours.tobytes() == theirs.tobytes()


def rare(games):
    """Which games are left to the careful kernel."""
    codes = np.zeros(len(games), np.int64)
    _decide(np.ascontiguousarray(games.reshape(-1, 18).T), codes)
    return codes >> _RARE == 1


def test_only_games_near_a_tie_are_left_to_the_careful_kernel():
    games = draw("normal", 4000)
    assert not rare(games).any()
    ties = games.copy()
    ties[:, 0, 0, 0] = ties[:, 0, 1, 0] = 9.0
    assert rare(ties).all()


def test_every_flagged_game_is_left_to_the_careful_kernel():
    for kind in KINDS:
        games = draw(kind, 500)
        flags = answers(careful, games, 7)[5]
        assert (rare(games) | ~flags).all()


def test_games_with_seven_equilibria_are_listed_whole():
    matched = np.stack([np.eye(3), np.eye(3)])[None] * np.array([1.0, 2.0, 3.0])[:, None]
    games = np.repeat(matched, 70, axis=0)
    games.setflags(write=False)
    count = answers(in_spans, games, 7)[4]
    assert (count == 7).all()
