"""Bounds on odds against all paths of small graphs, and the vertices between bounds, however far apart these are."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, permutations, product
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.optimize import linprog

import armsgame as ag
from armsgame.checkers.odds import Edges, Odds, _clipped, edges_of, odds_of, vertices_of
from armsgame.games.bayesian.nodes import nodes_of


def bounds_of(points):
    return (points[:, :, None] / points[:, None, :]).max(axis=0)


@pytest.mark.parametrize("count", [2, 3, 4, 5])
@pytest.mark.parametrize("spread", [1.0, 8.0])
def test_vertices_keep_to_the_bounds_and_reach_every_belief_that_made_them(count, spread):
    rng = np.random.default_rng(count)
    for _ in range(40):
        points = np.exp(rng.normal(0, spread, (int(rng.integers(1, 4)), count)))
        bounds = bounds_of(points)
        found = _clipped(bounds, np.zeros(bounds.shape, bool), exact=False)
        beliefs = points / points.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(found.sum(axis=1), 1)
        assert (found[:, :, None] <= bounds * found[:, None, :] * (1 + 1e-12)).all()
        for cost in rng.normal(size=(5, count)):
            assert (found @ cost).max() >= (beliefs @ cost).max() - 1e-12


@pytest.mark.parametrize("count", [3, 4, 5])
def test_the_largest_gain_is_that_of_a_linear_program(count):
    rng = np.random.default_rng(count)
    for _ in range(10):
        bounds = bounds_of(np.exp(rng.normal(0, 1, (3, count))))
        infinite = rng.random(bounds.shape) < 0.2
        np.fill_diagonal(infinite, False)
        found = _clipped(bounds, infinite, exact=False)
        rows = [np.eye(count)[k] - bounds[k, m] * np.eye(count)[m] for k, m in np.argwhere(~infinite) if k != m]
        cost = rng.normal(size=count)
        program = linprog(-cost, A_ub=np.array(rows), b_ub=np.zeros(len(rows)), A_eq=np.ones((1, count)), b_eq=[1.0])
        assert (found @ cost).max() == pytest.approx(-program.fun, abs=1e-9)


def test_rational_bounds_give_rational_vertices():
    half, two = Fraction(1, 2), Fraction(2)
    bounds = np.array([[1, two, two], [two, 1, two], [half, two, 1]], dtype=object)
    found = _clipped(bounds, np.zeros((3, 3), bool), exact=True)
    assert all(isinstance(v, Fraction) for v in found.ravel())
    assert (found.sum(axis=1) == 1).all()
    # b_2 is at most half of b_0, which is at most twice b_2
    assert (found[:, 2] * 2 == found[:, 0]).all()


def test_a_bound_of_zero_leaves_nothing_and_no_bound_leaves_all():
    bounds = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert _clipped(bounds, np.array([[False, False], [True, False]]), exact=False).tolist() == [[0.0, 1.0]]
    assert len(_clipped(bounds, np.array([[False, True], [True, False]]), exact=False)) == 2


def vertices_by_elimination(bounds, infinite):
    """All solutions of as many constraints, held with equality, as there are types, that keep to the others."""
    count = len(bounds)
    rows = [[Fraction(int(k == m)) for m in range(count)] for k in range(count)]
    for k, m in permutations(range(count), 2):
        if not infinite[k, m]:
            rows.append([int(j == m) * bounds[k, m] - int(j == k) for j in range(count)])
    found = set()
    for chosen in combinations(rows, count - 1):
        system = [[*row, Fraction(0)] for row in chosen] + [[Fraction(1)] * (count + 1)]
        for c in range(count):
            pivot = next((r for r in range(c, count) if system[r][c]), None)
            if pivot is None:
                break
            system[c], system[pivot] = system[pivot], system[c]
            system[c] = [v / system[c][c] for v in system[c]]
            for r in set(range(count)) - {c}:
                system[r] = [v - system[r][c] * w for v, w in zip(system[r], system[c], strict=True)]
        else:
            point = tuple(row[-1] for row in system)
            if all(sum(a * b for a, b in zip(row, point, strict=True)) >= 0 for row in rows):
                found.add(point)
    return found


@pytest.mark.parametrize("count", [2, 3, 4])
def test_rational_vertices_are_all_and_no_more_than_elimination_finds(count):
    rng = np.random.default_rng(count)
    for draw in range(12 if count < 4 else 3):
        # few numbers, so that many constraints meet; every third set of bounds fixes odds exactly
        made = rng.integers(1, 4, (1 + draw % 3, count)).tolist()
        points = np.array([[Fraction(v) for v in row] for row in made], dtype=object)
        bounds, infinite = bounds_of(points), rng.random((count, count)) < 0.2
        if draw % 4 == 3:
            # the first type is excluded, so that no bound of the others leans on it
            bounds[0, 1:], infinite[1:, 0] = Fraction(0), True
        np.fill_diagonal(infinite, False)
        found = [tuple(p) for p in _clipped(bounds, infinite, exact=True).tolist()]
        assert len(found) == len(set(found))
        assert set(found) == vertices_by_elimination(bounds, infinite)


def test_bounds_in_floats_that_are_met_but_for_rounding_fix_the_belief():
    # 3/10 and 1/10 are no floats: b_0 = 3 b_1 from both sides leaves one point for each b_2
    bounds = np.array([[1, 0.3 / 0.1, 1], [0.1 / 0.3, 1, 1], [1, 1, 1]])
    found = _clipped(bounds, np.array([[0, 0, 1], [0, 0, 1], [1, 1, 0]], bool), exact=False)
    np.testing.assert_allclose(sorted(found.tolist()), [[0, 0, 1], [0.75, 0.25, 0]], atol=1e-14)


@dataclass
class Graph:
    """What `odds_of` reads of nodes: how many, who is left at each, the prior, and whether numbers are rational."""

    left: tuple[np.ndarray, np.ndarray]
    lowered: SimpleNamespace

    def __len__(self):
        return len(self.left[1])


def graph_of(steps, left, prior, exact):
    law = np.array(prior, dtype=object) if exact else np.array(prior, float)
    lowered = SimpleNamespace(exact=exact, game=SimpleNamespace(prior=(None, law)))
    chance = np.array([row for _, _, row in steps], dtype=object if exact else float)
    tail, head = (np.array([step[j] for step in steps]) for j in (0, 1))
    nothing = np.zeros(len(steps), int)
    return Graph((None, np.array(left, bool)), lowered), Edges(tail, head, nothing, nothing, chance)


def odds_by_paths(steps, left, prior):
    """Bounds from all simple paths, and none where a simple cycle grows or a type was excluded on the way."""
    size, count = len(left), len(prior)
    reached = {0}
    for _ in range(size):
        reached |= {head for tail, head, _ in steps if tail in reached}
    value, infinite = np.zeros((size, count, count), dtype=object), np.zeros((size, count, count), bool)
    for k, m in product(range(count), repeat=2):
        ratios = {}
        for tail, head, chance in steps:
            if left[head][k] and left[head][m] and tail in reached:
                c, d = chance[k], chance[m]
                infinite[head, k, m] |= c > 0 and d == 0
                ratio = Fraction(1) if c == d else c / d if d else Fraction(0)
                ratios[tail, head] = max(ratio, ratios.get((tail, head), ratio))

        def walk(path, odds, k=k, m=m, ratios=ratios):
            at = path[-1]
            value[at, k, m] = max(value[at, k, m], odds)
            for (tail, head), ratio in ratios.items():
                if tail == at and head in path:
                    cycle = path[path.index(head) :]
                    around = ratio
                    for step in pairwise(cycle):
                        around *= ratios[step]
                    infinite[head, k, m] |= around > 1
                elif tail == at and ratio:
                    walk([*path, head], odds * ratio)

        if prior[k] and prior[m]:
            walk([0], prior[k] / prior[m])
        for _ in range(size):
            for tail, head in ratios:
                infinite[head, k, m] |= infinite[tail, k, m]
    return value, infinite


CLIMB = [(n, n + 1, (Fraction(3, 5), Fraction(1, 5))) for n in range(3)]
GRAPHS = {
    # three steps make one type likelier, and the way back undoes it all, or not quite
    "a cycle that returns to 1": ([*CLIMB, (3, 0, (Fraction(1, 54), Fraction(1, 2)))], [[1, 1]] * 4),
    "a cycle that grows by a hundredth": ([*CLIMB, (3, 0, (Fraction(101, 5400), Fraction(1, 2)))], [[1, 1]] * 4),
    "a cycle that shrinks": ([*CLIMB, (3, 0, (Fraction(1, 55), Fraction(1, 2)))], [[1, 1]] * 4),
    "a step that excludes": ([(0, 1, (Fraction(1), Fraction(0))), (1, 2, (Fraction(1), Fraction(3)))], [[1, 1]] * 3),
    "a type that is left no more": ([(0, 1, (Fraction(1, 2), Fraction(1)))], [[1, 1], [1, 0]]),
    "what neither type does": ([(0, 1, (Fraction(0), Fraction(0)))], [[1, 1]] * 2),
    "two ways": ([(0, 1, (Fraction(1, 2), Fraction(1))), (0, 1, (Fraction(1), Fraction(1, 3)))], [[1, 1]] * 2),
}


@pytest.mark.parametrize("exact", [True, False], ids=["rational", "floats"])
@pytest.mark.parametrize("name", GRAPHS)
def test_odds_of_two_types_are_those_of_all_paths(name, exact):
    steps, left = GRAPHS[name]
    prior = [Fraction(1, 3), Fraction(2, 3)]
    same_as_paths(steps, left, prior, exact)
    graph, edges = graph_of(steps, left, prior, exact)
    assert odds_of(graph, 0, edges).crossed == (name == "a step that excludes")


def same_as_paths(steps, left, prior, exact):
    graph, edges = graph_of(steps, left, prior, exact)
    found = odds_of(graph, 0, edges)
    value, infinite = odds_by_paths(steps, left, prior)
    np.testing.assert_array_equal(found.infinite, infinite)
    mine, paths = (np.where(infinite, 0, v) for v in (found.value, value))
    if exact:
        assert (mine == paths).all()
    np.testing.assert_allclose(mine.astype(float), paths.astype(float), rtol=1e-11)
    assert (found.bounds[infinite] == np.inf).all()


@pytest.mark.parametrize("exact", [True, False], ids=["rational", "floats"])
def test_odds_of_three_types_are_those_of_all_paths(exact):
    rng = np.random.default_rng(3)
    grown = excluded = 0
    for draw in range(40):
        ends = [(0, 1), (1, 2), (2, 3), *((int(a), int(b)) for a, b in rng.integers(4, size=(3, 2))), (3, 4)]
        low = 0 if draw % 4 == 0 else 1
        law = [[Fraction(int(c), 8) for c in rng.integers(low, 4 if draw % 2 else 8, 3)] for _ in ends]
        # on the way round the types are alike but for one step, so that some cycles grow and others do not
        steps = [(a, b, tuple(row)) for (a, b), row in zip(ends, law, strict=True)]
        left = [[1, 1, 1]] * 4 + [[1, 1, 0]]
        prior = (
            [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]
            if draw % 3
            else [Fraction(1, 4), Fraction(3, 4), Fraction(0)]
        )
        if not prior[2]:
            left = [[1, 1, 0]] * 5
        same_as_paths(steps, left, prior, exact)
        _, infinite = odds_by_paths(steps, left, prior)
        grown += infinite.any() and low == 1
        excluded += low == 0
    assert grown > 5
    assert excluded > 5


def test_steps_of_an_observer_are_its_actions_and_what_it_may_see_with_their_chances():
    """Two signals after two actions of each party; a type that mixes, one that does not, and a state without choice."""
    law = np.array([[[0.75, 0.25], [0.5, 0.5]], [[0.125, 0.875], [0.0, 1.0]]])
    ahead = np.eye(2)[1]
    pays = [np.zeros((2, 2)), np.zeros((1, 1))]
    game = ag.BayesianGame.stochastic(
        {"A": {"only": pays}, "B": {"mixes": pays, "defects": pays}},
        [np.tile(ahead, (2, 2, 1)), [[ahead]]],
        {"B": {"mixes": 0.5, "defects": 0.5}},
        actions=[[("C", "D"), ("C", "D")], [("C",), ("C",)]],
        states=("now", "over"),
        observed="state",
        signals=[np.einsum("aby,s->abys", law, ahead), np.array([[[[0, 0.5], [0, 0.5]]]])],
    )
    stay = {"now": np.zeros((1, 4), int), "over": np.zeros((1, 4), int)}

    def plan(share):
        return ag.Automaton({"now": np.array([[1 - share, share]]), "over": np.ones((1, 1))}, stay)

    profile = {"A": {"only": plan(0.0)}, "B": {"mixes": plan(0.25), "defects": plan(1.0)}}
    for exact in (False, True):
        nodes = nodes_of(game, profile, exact=exact)
        edges = edges_of(nodes, 0)
        first = edges.tail == 0
        assert sorted(zip(edges.action[first].tolist(), edges.outcome[first].tolist(), strict=True)) == [
            (0, 0), (0, 1), (1, 0), (1, 1)
        ]  # fmt: skip
        for a, y, head, chance in zip(
            edges.action[first], edges.outcome[first], edges.head[first], edges.chance[first], strict=True
        ):
            mixes = 0.75 * law[a, 0, y] + 0.25 * law[a, 1, y]
            assert chance.tolist() == [mixes, law[a, 1, y]]
            assert head == nodes.ahead[0, y]
        # the party whose type is known can be seen to act as it does by the other
        other = edges_of(nodes, 1)
        assert other.chance.shape[1] == 1
        start = other.tail == 0
        assert other.chance[start, 0].tolist() == [
            law[0, b, y] for b, y in zip(other.action[start], other.outcome[start], strict=True)
        ]
        assert (edges.chance[~first].reshape(-1, 2, 2).sum(axis=1) == 1).all()


@pytest.mark.parametrize("exact", [True, False], ids=["rational", "floats"])
def test_vertices_stand_node_after_node_and_give_excluded_types_no_belief(exact):
    value = np.array([[[1, 2, 3], [4, 1, 2], [1, 1, 1]]] * 4, dtype=object if exact else float)
    value[3, 0, 1] = 1
    infinite = np.zeros(value.shape, bool)
    infinite[1, 0, 1] = True
    left = np.array([[1, 1, 0], [1, 1, 0], [1, 1, 1], [1, 1, 0]], bool)
    if exact:
        value *= Fraction(1)
    beliefs, first = vertices_of(Odds(value, infinite, left, False))
    parts = [sorted(beliefs[a:b].tolist()) for a, b in pairwise(first)]
    third, fifth = Fraction(1, 3), Fraction(1, 5)
    expected = [
        [[fifth, 1 - fifth, 0], [1 - third, third, 0]],
        [[fifth, 1 - fifth, 0], [1, 0, 0]],
        sorted(map(list, vertices_by_elimination(value[2] * Fraction(1), infinite[2]))) if exact else None,
        [[fifth, 1 - fifth, 0], [Fraction(1, 2), Fraction(1, 2), 0]],
    ]
    for mine, closed in zip(parts, expected, strict=True):
        if closed is not None:
            np.testing.assert_allclose(np.array(mine, float), np.array(closed, float), rtol=1e-15)
            assert mine == closed or not exact
    assert first[0] == 0
    assert first[-1] == len(beliefs)
