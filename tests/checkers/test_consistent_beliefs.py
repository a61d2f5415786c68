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
    near = even + 4e-7 * off
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


def test_a_set_that_chance_rules_out_altogether_may_believe_anything():
    def asked(name):
        return Move("two", name, {"l": (0, 0), "r": (1, 0)})

    game = ag.ExtensiveGame(
        ["one", "two"],
        Chance(
            {
                "never": (0.0, Move("one", "gone", {"x": asked("lost"), "y": asked("lost")})),
                "always": (1.0, Move("one", "here", {"x": asked("found"), "y": asked("found")})),
            }
        ),
    )
    wanted = {"gone": [1, 0], "here": [0, 1], "lost": [1, 0], "found": [1, 0]}
    flat = flat_of(*(wanted[s.label] for s in game.sets))
    beliefs = {"gone": [1.0], "here": [1.0], "lost": [0.3, 0.7], "found": [0.0, 1.0]}
    assert consistent_trembles(game, flat, [np.array(beliefs[s.label]) for s in game.sets]) is not None
    beliefs["found"] = [1.0, 0.0]
    assert consistent_trembles(game, flat, [np.array(beliefs[s.label]) for s in game.sets]) is None


def test_sizes_chain_over_sets_that_share_an_act():
    """c is twice as likely as b for the second mover, and d twice as likely as c for the third."""

    def third(k):
        return Move("three", "late", {"x": (k, 0, 0), "y": (0, k, 1)})

    middle = {k: Move("two", "mid", {"on": third(2) if k == "c" else (0, 0, 0), "off": (1, 0, 0)}) for k in "bc"}
    game = ag.ExtensiveGame(["one", "two", "three"], Move("one", "start", {"out": (1, 1, 1), **middle, "d": third(3)}))
    flat = np.concatenate([[1.0, 0.0] if len(s.actions) == 2 else [1.0, 0.0, 0.0, 0.0] for s in game.sets])
    beliefs = [np.array({1: [1.0], 2: [1 / 3, 2 / 3]}[len(s.nodes)]) for s in game.sets]
    order, size = consistent_trembles(game, flat, beliefs)
    for mine, given in zip(beliefs_in_the_limit(game, flat, order, size), beliefs, strict=True):
        np.testing.assert_allclose(mine, given, atol=1e-9)


def layered(rng):
    """Draw three layers, of a player each, who sees of the move before which of two sets it leads to."""
    width = [int(rng.integers(2, 4)) for _ in range(5)]

    def grow(layer, which):
        if layer == 3:
            return (0, 0, 0)
        # sets are the same for all who come to them, and so is the number of their actions
        label = f"{layer}.{which}"
        acts = width[0] if layer == 0 else width[2 * layer - 1 + which]
        return Move(str(layer), label, {f"{label} {k}": grow(layer + 1, int(rng.integers(2))) for k in range(acts)})

    return ag.ExtensiveGame(["0", "1", "2"], grow(0, 0))


def ways(game, flat):
    """For each node how often each action that is not played is on its way, and the chance of the rest."""
    count, chance = np.zeros((len(game.parents), len(flat)), int), np.ones(len(game.parents))
    for node in range(1, len(chance)):
        before, move = int(game.parents[node]), int(game.moves[node])
        count[node], chance[node] = count[before], chance[before]
        if flat[move] > 0:
            chance[node] *= flat[move]
        else:
            count[node, move] += 1
    return count, chance


def beliefs_in_the_limit(game, flat, order, size):
    """Beliefs as the trembles vanish: those of the least order share them by size."""
    count, chance = ways(game, flat)
    off = flat == 0
    found = []
    for s in game.sets:
        nodes = list(s.nodes)
        depth = count[nodes] @ order
        weight = np.where(depth < depth.min() + 1e-6, chance[nodes] * np.prod(size[off] ** count[nodes][:, off], 1), 0)
        found.append(weight / weight.sum())
    return found


def has_trembles(game, flat, beliefs):
    """Try every order from 1 to 5; the sizes are a linear system in logarithms."""
    count, chance = ways(game, flat)
    off = np.flatnonzero(flat == 0)
    rows, right = [np.zeros(len(off))], [0.0]
    for s, belief in zip(game.sets, beliefs, strict=True):
        held = [(n, b) for n, b in zip(s.nodes, belief, strict=True) if b > 0]
        for n, b in held[1:]:
            rows.append((count[n] - count[held[0][0]])[off])
            right.append(np.log(b / held[0][1]) - np.log(chance[n] / chance[held[0][0]]))
    system = np.array(rows, float)
    if np.linalg.matrix_rank(system) < np.linalg.matrix_rank(np.column_stack([system, right]), tol=1e-6):
        return False
    orders = np.array(list(np.ndindex((5,) * len(off)))).reshape(-1, len(off)) + 1
    fits = np.ones(len(orders), bool)
    for s, belief in zip(game.sets, beliefs, strict=True):
        depth = orders @ count[list(s.nodes)][:, off].T
        fits &= ((depth == depth.min(axis=1, keepdims=True)) == (belief > 0)).all(axis=1)
    return bool(fits.any())


def test_trembles_are_found_exactly_where_a_search_over_small_orders_finds_some():
    """Ways of unequal length ask for unequal orders: one rare act may be as likely as two that are less rare."""
    rng, verdicts, unequal = np.random.default_rng(4), [], 0
    while len(verdicts) < 150:
        game = layered(rng)
        laws = [rng.permutation([1.0] + [0.0] * (len(s.actions) - 1)) for s in game.sets]
        if rng.random() < 0.5:
            laws[-1] = np.full(len(laws[-1]), 1 / len(laws[-1]))
        flat = flat_of(*laws)
        off = flat == 0
        if not 0 < off.sum() <= 5:
            continue
        order = np.where(off, rng.integers(1, 4, len(flat)), 0)
        size = np.where(off, rng.uniform(0.5, 2, len(flat)), flat)
        beliefs = beliefs_in_the_limit(game, flat, order, size)
        if wrong := bool(rng.random() < 0.5):
            place = int(rng.integers(len(beliefs)))
            drawn = rng.random(len(beliefs[place])) * rng.integers(0, 2, len(beliefs[place]))
            if not drawn.any():
                continue
            beliefs[place] = drawn / drawn.sum()
        found = consistent_trembles(game, flat, beliefs)
        assert (found is not None) == has_trembles(game, flat, beliefs)
        assert wrong or found is not None
        verdicts.append(found is not None)
        if found is not None:
            assert (found[0][off] > 0).all()
            assert (found[0][~off] == 0).all()
            unequal += len(set(np.round(found[0][off], 6))) > 1
            for mine, given in zip(beliefs_in_the_limit(game, flat, *found), beliefs, strict=True):
                np.testing.assert_allclose(mine, given, atol=1e-6)
    assert 20 < sum(verdicts) < 130
    assert unequal > 10
