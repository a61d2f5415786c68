"""The grid of beliefs under bounds of replies, and the type that has nothing to gain."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

import armsgame as ag
from armsgame.arithmetic.tolerance import Scale
from armsgame.checkers.reply_bound import _between, _first_choice, _index, _points, bound_types


@pytest.mark.parametrize(("count", "grid"), [(1, 3), (2, 1), (2, 5), (3, 4), (4, 3), (3, 10), (4, 7)])
def test_the_grid_holds_every_multiple_once_and_finds_its_own_points(count, grid):
    points = _points(count, grid)
    assert len(points) == comb(grid + count - 1, count - 1)
    rows = [tuple(row) for row in np.rint(points * grid).astype(int).tolist()]
    assert len(set(rows)) == len(rows)
    assert rows == sorted(rows)
    assert all(sum(row) == grid and min(row) >= 0 for row in rows)
    if count > 1:
        assert _index(np.array(rows), grid).tolist() == list(range(len(rows)))
        at, weight = _between(points, grid)
        np.testing.assert_allclose((points[at] * weight[:, :, None]).sum(axis=1), points, atol=1e-14)
        # a point of the grid is itself and no mixture
        assert (weight.max(axis=1) == 1).all()


@pytest.mark.parametrize(("count", "grid"), [(2, 1), (2, 7), (3, 2), (3, 5), (5, 3)])
def test_a_belief_is_a_mixture_of_neighbours_on_the_grid(count, grid):
    rng = np.random.default_rng(count)
    beliefs = np.vstack([rng.dirichlet(np.ones(count), 50), rng.dirichlet(np.full(count, 0.1), 20), np.eye(count)])
    points = _points(count, grid)
    at, weight = _between(beliefs, grid)
    assert at.shape == weight.shape == beliefs.shape
    assert (weight >= -1e-15).all()
    np.testing.assert_allclose(weight.sum(axis=1), 1, atol=1e-14)
    np.testing.assert_allclose((points[at] * weight[:, :, None]).sum(axis=1), beliefs, atol=1e-12)
    # corners of one small simplex: none is further than one step in any sum from a type on
    sums = np.cumsum(points[:, ::-1], axis=1)[at] * grid
    live = np.where((weight > 0)[:, :, None], sums, np.nan)
    assert (np.nanmax(live, axis=1) - np.nanmin(live, axis=1) <= 1 + 1e-9).all()


def test_the_first_marked_plan_of_each_node_is_chosen():
    marked = np.array([False, True, True, True, False, False, True])
    assert _first_choice(marked, np.array([0, 3, 4, 7])).tolist() == [1, 3, 6]


def test_a_type_without_payoffs_gains_nothing():
    """No difference of payoffs is left to compare with: the bound is met with equality, and is 0."""
    stage = ag.treaty.compliance(1.5, 1, 0, -0.5).payoffs
    base = ag.RepeatedGame(ag.StageGame.from_bimatrix(*stage, players=("A", "B")))
    game = ag.BayesianGame(base, {"A": {"idle": np.zeros((2, 2)), "keen": stage[0]}}, {"A": {"idle": 0.5, "keen": 0.5}})
    deploy = ag.always_deploy
    found = bound_types(game, {"A": {"idle": deploy, "keen": deploy}, "B": deploy}, discount=0.9, grid=2)
    assert found.root["A"]["idle"] == found.perfect["A"]["idle"] == found.anywhere["A"]["idle"] == 0
    assert found.ok
    comply = ag.always_comply
    found = bound_types(game, {"A": {"idle": deploy, "keen": comply}, "B": deploy}, discount=0.9, grid=2)
    # complying against deployment has -1/2 for ever where deploying has 0
    assert found.root["A"]["keen"] == pytest.approx(0.5, abs=1e-9)
    assert found.root["A"]["idle"] == 0
    assert not found.ok
    for patience in (1.0, -0.1):
        with pytest.raises(ag.InvalidGame, match="discount"):
            bound_types(game, {"A": {"idle": deploy, "keen": comply}, "B": deploy}, discount=patience)


def test_a_grid_that_is_just_small_enough_is_solved(monkeypatch):
    """One node, two actions and two outcomes after each: 4 steps, for 3 beliefs and 2 types of the other party."""
    from armsgame.checkers import reply_bound

    base = ag.RepeatedGame(ag.treaty.compliance(1.5, 1, 0, -0.5, players=("A", "B")))
    own = base.stage.payoffs[0]
    game = ag.BayesianGame(base, {"A": {"one": own, "two": own}}, {"A": {"one": 0.5, "two": 0.5}})
    deploy = {"A": dict.fromkeys(("one", "two"), ag.always_deploy), "B": ag.always_deploy}
    monkeypatch.setattr(reply_bound, "_MOST", 24)
    assert bound_types(game, deploy, discount=0.5, grid=2).ok
    monkeypatch.setattr(reply_bound, "_MOST", 23)
    with pytest.raises(ag.InvalidGame, match="a grid of 3 beliefs needs 24 entries at 1 nodes"):
        bound_types(game, deploy, discount=0.5, grid=2)


def one_party(pays, leads, discount, **options):
    """Bound for a party that chooses alone: payoffs [S, 2] and next states [S, 2]; it plays its first action."""
    count = len(pays)
    payoffs = [np.stack([np.array(own, float)[:, None], np.zeros((2, 1))]) for own in pays]
    game = ag.StochasticGame(
        [ag.StageGame(own, players=("A", "B")) for own in payoffs],
        [np.eye(count)[list(row)][:, None] for row in leads],
    )
    first = ag.Automaton({s: [[1.0, 0.0]] for s in game.states}, np.zeros((1, count, count), int))
    rest = ag.Automaton({s: [[1.0]] for s in game.states}, np.zeros((1, count, count), int))
    return bound_types(ag.BayesianGame(game, {}), {"A": first, "B": rest}, discount=discount, **options)


def test_what_counts_as_zero_in_a_period_adds_up_in_the_bound():
    """Each period of a plan gains less than counts as zero, and its gain for ever is in the bound."""
    small = 5e-12
    found = one_party([(0, small), (1, 1)], [(0, 0), (1, 1)], 0.9)
    assert small <= found.root["A"]["known"] <= 2 * small
    assert found.tolerance == pytest.approx(0.1 * (1e-11 + 4 * 2.0**-52), rel=1e-9)


def test_a_gain_of_one_period_is_no_gain_for_ever():
    """A step aside pays twice what counts as zero, once: the bound on the gain is a tenth of that."""
    small = 2e-11
    found = one_party([(0, small), (0, 0), (1, 1)], [(1, 1), (1, 1), (2, 2)], 0.9)
    assert found.root["A"]["known"] == pytest.approx(0.1 * small, rel=0.1)
    assert found.grid == 4


def test_what_is_no_game_by_types_and_no_grid_is_named():
    with pytest.raises(ag.errors.WrongConcept, match="bound_types takes a BayesianGame, not a StageGame"):
        bound_types(ag.treaty.compliance(5, 3, 1, 0), {}, discount=0.5)
    for grid in (0, 1.5):
        with pytest.raises(ag.InvalidGame, match="grid"):
            one_party([(0, 1)], [(0, 0)], 0.5, grid=grid)


def test_plans_that_do_not_settle_are_told(monkeypatch):
    """No bound comes of rounds that leave more than counts as settled; where that is below nought, all leave more."""
    monkeypatch.setattr(Scale, "zero", -1.0)
    with pytest.raises(ag.errors.NotSolved, match="did not settle in 1000 rounds"):
        one_party([(0, 1)], [(0, 0)], 0.5)
