"""Differences between mixed actions and their derivatives, against values of `verify` and finite differences."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.games.bayesian.profiles import lower_types
from armsgame.solve.bayesian.board import Board, Tables
from armsgame.solve.bayesian.indifference import Rows, differences, even_shares, with_shares
from armsgame.solve.bayesian.valuation import Valuation

SEEN = {"perfect": None, "alarms": ag.Monitoring.detection(0.4, 0.1)}


def mixed(seen, interdependent=False):
    """A repeated game in which every type mixes at every node."""
    rng = np.random.default_rng(3)
    kinds = {"A": ("a", "b"), "B": ("c", "d", "e")}
    others = {"A": kinds["B"], "B": kinds["A"]}

    def pay(party):
        return {m: rng.random((2, 2)) for m in others[party]} if interdependent else rng.random((2, 2))

    payoffs = {party: {k: pay(party) for k in own} for party, own in kinds.items()}
    game = ag.BayesianGame.repeated(payoffs, SEEN[seen], {"A": [0.3, 0.7], "B": [0.2, 0.3, 0.5]})
    board = Board(Tables.of(game), lower_types(game, (ag.grim, ag.grim)), supports=True)
    for own in board.table:
        own[:] = 0.5
    nodes = board.nodes()
    rows = Rows.of([(i, n, k, 0, 1) for i in (0, 1) for n in range(nodes.size) for k in range(2 + i)])
    return game, nodes, rows, rng.uniform(0.1, 0.9, len(rows.node))


@pytest.mark.parametrize("interdependent", [False, True])
@pytest.mark.parametrize("seen", SEEN)
def test_derivatives_are_those_of_finite_differences(seen, interdependent):
    _, nodes, rows, shares = mixed(seen, interdependent)
    for tremble in (0.0, 1e-4):
        gap, slope = differences(nodes, rows, shares, 0.9, tremble)
        for r in range(len(shares)):
            step = np.zeros(len(shares))
            step[r] = 1e-5
            up, down = (differences(nodes, rows, shares + s * step, 0.9, tremble)[0] for s in (1, -1))
            np.testing.assert_allclose(slope[:, r], (up - down) / 2e-5, atol=1e-8)
        assert np.abs(slope).max() > 0.01 < np.abs(gap).max()


@pytest.mark.parametrize("interdependent", [False, True])
def test_differences_are_those_between_expected_values(interdependent):
    _, nodes, rows, shares = mixed("alarms", interdependent)
    worth = Valuation(with_shares(nodes, rows, shares), 0.9)
    found, _ = differences(nodes, rows, shares, 0.9)
    for r, (i, n, k, a, b) in enumerate(zip(*rows[:5], strict=True)):
        mean = worth.expected(i)[n, k]
        assert found[r] == pytest.approx(mean[a] - mean[b], abs=1e-12)


def test_shares_are_even_where_the_game_is_matching_pennies():
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    game = ag.BayesianGame.repeated({"A": {"only": 3 * pennies}, "B": {"only": -pennies}})
    board = Board(Tables.of(game), lower_types(game, (ag.always_comply, ag.always_comply)))
    rows = Rows.of([(0, 0, 0, 0, 1), (1, 0, 0, 0, 1)])
    shares = even_shares(board.nodes(), rows, np.array([0.2, 0.9]), 0.8)
    np.testing.assert_allclose(shares, 0.5, atol=1e-12)
    # one party alone can make nobody even
    alone = Rows.of([(0, 0, 0, 0, 1)])
    assert even_shares(board.nodes(), alone, np.array([0.2]), 0.8) is None


def test_payoffs_by_the_other_partys_type_are_values_of_known_types():
    """With one type each the game is the one with these payoffs; with more, values are those of each pair."""
    game, nodes, rows, shares = mixed("alarms", interdependent=True)
    assert game.interdependent
    assert "depend on the type of B" in game.explain()
    worth = Valuation(with_shares(nodes, rows, shares), 0.9).values
    profile = {"A": ag.grim, "B": ag.always_comply}
    found = ag.verify(game, profile, discount=0.9)
    for k, first in enumerate(game.types[0]):
        for m, second in enumerate(game.types[1]):
            known = game.one_type(first, second)
            pair = ag.verify(known, tuple(profile.values()), discount=0.9).values
            np.testing.assert_allclose(found.values[k, m], pair, atol=1e-12)
    swapped = ag.verify(game.swapped, profile, discount=0.9)
    np.testing.assert_allclose(swapped.values, found.values.swapaxes(0, 1)[..., ::-1], atol=1e-12)
    again = game.with_prior(game.prior)
    assert all(np.array_equal(a, b) for a, b in zip(again.payoffs, game.payoffs, strict=True))
    assert worth.shape[:2] == (2, 3)
