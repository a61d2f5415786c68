"""Votes between positions: the weighted median, symmetry, and sums written out."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

contest = ag.treaty.spatial.contest


def test_votes_are_the_sum_over_parties_written_out():
    x, c, s, r = [0.0, 2.0, 5.0, 10.0], [1.0, 2.0, 0.5, 1.5], [0.5, 1.0, 0.2, 0.9], [0.5, 1.0, 2.0, 1.5]
    found = contest(x, c, s, r)
    for j in range(4):
        for k in range(4):
            gains = [
                2 * c[i] * s[i] * ((abs(x[i] - x[k]) / 10) ** r[i] - (abs(x[i] - x[j]) / 10) ** r[i]) for i in range(4)
            ]
            assert found.votes[j, k] == pytest.approx(sum(gains), abs=1e-12)
            if j != k:
                won = sum(g for g in gains if g > 0)
                assert found.success[j, k] == pytest.approx(won / sum(map(abs, gains)))


def test_the_unbeaten_position_is_the_weighted_median():
    rng = np.random.default_rng(0)
    x, weight = rng.uniform(size=(200, 7)), rng.uniform(0.1, 1, (200, 7))
    found = contest(x, 1.0, weight)
    for k in range(200):
        order = np.argsort(x[k])
        below = np.cumsum(weight[k][order]) / weight[k].sum()
        assert found.winner[k] == order[np.searchsorted(below, 0.5)]
        assert found.position[k] == x[k, found.winner[k]]


def test_order_unit_and_direction_of_the_line_do_not_matter():
    rng = np.random.default_rng(1)
    x, c, s, r = rng.uniform(0.1, 1, size=(4, 6))
    found, turned = contest(x, c, s, r), contest(7 - 3 * x[::-1], c[::-1], s[::-1], r[::-1])
    assert turned.votes[::-1, ::-1] == pytest.approx(found.votes)
    assert turned.winner == 5 - found.winner
    assert found.votes == pytest.approx(-found.votes.T)


def test_equal_positions_and_parties_that_do_not_care_are_ties():
    same = contest([0.3, 0.3], 1.0, 1.0)
    assert (same.winner, same.position) == (0, 0.3)
    assert np.isnan(same.success[0, 1])
    assert contest([0.0, 1.0], 1.0, 0.0).winner == 0


@pytest.mark.parametrize(
    ("bad", "word"),
    [({"salience": 1.2}, "salience"), ({"risk": 0}, "risk"), ({"positions": 0.3}, "positions")],
    ids=str,
)
def test_values_outside_the_range_are_refused(bad, word):
    with pytest.raises(ag.errors.InvalidGame, match=word):
        contest(**{"positions": [0, 1], "capabilities": 1, "salience": 1} | bad)
