"""Greatest odds along paths: products by hand, growth without bound, and a list of all short paths."""

from itertools import product

import numpy as np

from armsgame._kernels.belief_odds import greatest_odds


def _edges(rows):
    source, target, ratio = zip(*rows, strict=True)
    tables = [[[1.0, r], [1 / r if r else 0.0, 1.0]] for r in ratio]
    return np.array(source), np.array(target), np.array(tables)


def test_the_greatest_product_over_paths_counts():
    found = greatest_odds(*_edges([(0, 1, 2.0), (0, 2, 0.5), (1, 3, 0.5), (2, 3, 3.0)]), 4)
    np.testing.assert_allclose(found[3], [[1, 1.5], [1.0, 1]])


def test_a_ratio_that_grows_along_a_cycle_has_no_bound():
    found = greatest_odds(*_edges([(0, 1, 1.0), (1, 1, 1.25)]), 2)
    assert found[1, 0, 1] == np.inf
    assert found[1, 1, 0] == 1.0


def test_a_cycle_that_gives_back_what_it_took_is_bounded():
    found = greatest_odds(*_edges([(0, 1, 3.0), (1, 0, 1 / 3)]), 2)
    np.testing.assert_allclose(found[0], np.ones((2, 2)))


def test_acyclic_graphs_agree_with_a_list_of_all_paths():
    rng = np.random.default_rng(3)
    rows = [(a, b, float(rng.uniform(0.3, 3))) for a, b in product(range(5), repeat=2) if a < b and rng.random() < 0.8]
    found = greatest_odds(*_edges([*rows, (0, 4, 1.0)]), 5)
    best, left = {0: 1.0}, [(0, 1.0)]
    while left:
        node, odds = left.pop()
        for a, b, ratio in [*rows, (0, 4, 1.0)]:
            if a == node:
                best[b] = max(best.get(b, 0.0), odds * ratio)
                left.append((b, odds * ratio))
    for node, odds in best.items():
        assert np.isclose(found[node, 0, 1], odds)
