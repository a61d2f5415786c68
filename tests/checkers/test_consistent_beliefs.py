"""Trembles that are found give the beliefs in the limit, and beliefs that no trembles give are refused."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.checkers.consistent_beliefs import consistent_trembles
from armsgame.games.tree_nodes import Chance, Move


def twice(first, answers):
    """One acts unseen, or stays out; the second sees neither, nor does the third, who comes after "on"."""

    def third(k):
        return Move("three", "late", {"x": (k, 0, 0), "y": (0, k, 1)})

    def second(k):
        return Move("two", "mid", {a: third(k) if a == "on" else (0, k, 0) for a in answers})

    moves = {a: (1, 1, 1) if a == "out" else second(k) for k, a in enumerate(first)}
    return ag.ExtensiveGame(["one", "two", "three"], Move("one", "start", moves))


GAME = twice(("out", "b", "c", "d"), ("on", "off"))


def flat_of(*laws):
    return np.concatenate([np.asarray(law, float) for law in laws])


def limit(game, order, size, epsilon):
    """Beliefs by Bayes' rule under the behaviour size * epsilon ** order."""
    way = size * epsilon**order
    weight = np.ones(len(game.parents))
    for node in range(1, len(weight)):
        move = int(game.moves[node])
        weight[node] = weight[int(game.parents[node])] * (way[move] if move >= 0 else game.chances[node])
    return [weight[list(s.nodes)] / weight[list(s.nodes)].sum() for s in game.sets]


@pytest.mark.parametrize("on", [1.0, 0.5, 0.0])
@pytest.mark.parametrize(
    "orders", [(1, 1, 1), (1, 1, 2), (2, 1, 1), (1, 2, 3), (2, 3, 1)], ids=lambda orders: "".join(map(str, orders))
)
def test_what_trembles_give_is_consistent_and_the_trembles_found_give_it_too(on, orders):
    rng = np.random.default_rng(sum(orders))
    flat = flat_of([1, 0, 0, 0], [on, 1 - on], [0.5, 0.5])
    order = np.where(flat > 0, 0.0, 1.0)
    order[1:4] = orders
    size = np.where(flat > 0, flat, rng.uniform(0.5, 2, len(flat)))
    beliefs = [np.round(b, 12) for b in limit(GAME, order, size, 1e-60)]
    found = consistent_trembles(GAME, flat, beliefs)
    assert found is not None
    assert (found[0][flat > 0] == 0).all()
    assert (found[0][flat == 0] >= 1).all()
    np.testing.assert_array_equal(found[1][flat > 0], flat[flat > 0])
    for mine, given in zip(limit(GAME, *found, 1e-60), beliefs, strict=True):
        np.testing.assert_allclose(mine, given, atol=1e-9)


def test_two_who_see_the_same_must_believe_the_same():
    flat = flat_of([1, 0, 0, 0], [1, 0], [1, 0])
    start, even, other = np.ones(1), np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.75, 0.0])
    assert consistent_trembles(GAME, flat, [start, even, even]) is not None
    assert consistent_trembles(GAME, flat, [start, even, other]) is None
    # one holds the third act to be infinitely rarer, the other does not
    assert consistent_trembles(GAME, flat, [start, even, np.array([0.0, 0.0, 1.0])]) is None
    # a little off in one of them is off, beyond rounding
    off = np.array([1.0, -1.0, 0.0])
    near = even + 1e-5 * off
    assert consistent_trembles(GAME, flat, [start, even, near]) is None
    assert consistent_trembles(GAME, flat, [start, even, even + 1e-10 * off]) is not None


def test_without_trembles_beliefs_are_bayes_rule():
    flat = flat_of([0.25, 0.5, 0.125, 0.125], [0.5, 0.5], [0.5, 0.5])
    start, rule = np.ones(1), np.array([2 / 3, 1 / 6, 1 / 6])
    order, size = consistent_trembles(GAME, flat, [start, rule, rule])
    assert not order.any()
    np.testing.assert_array_equal(size, flat)
    assert consistent_trembles(GAME, flat, [start, np.array([0.5, 0.25, 0.25]), rule]) is None
    assert consistent_trembles(GAME, flat, [start, np.array([0.75, 0.25, 0.0]), rule]) is None


def test_the_first_action_of_the_first_set_counts_with_its_probability():
    game = twice(("b", "c", "out"), ("on", "off"))
    flat = flat_of([0.125, 0.375, 0.5], [0.5, 0.5], [1, 0])
    rule = np.array([0.25, 0.75])
    assert consistent_trembles(game, flat, [np.ones(1), rule, rule]) is not None
    assert consistent_trembles(game, flat, [np.ones(1), np.array([0.5, 0.5]), rule]) is None


def test_what_chance_rules_out_has_no_belief():
    ends = {"l": (0, 0), "r": (1, 0)}
    game = ag.ExtensiveGame(
        ["one", "two"],
        Chance(
            {name: (p, Move("one", "blind", ends)) for name, p in (("never", 0.0), ("rare", 0.25), ("often", 0.75))}
        ),
    )
    flat = np.array([1.0, 0.0])
    assert consistent_trembles(game, flat, [np.array([0.0, 0.25, 0.75])]) is not None
    assert consistent_trembles(game, flat, [np.array([0.2, 0.2, 0.6])]) is None
    assert consistent_trembles(game, flat, [np.array([0.0, 0.5, 0.5])]) is None
