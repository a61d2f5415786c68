"""The figure of a tree shows moves, beliefs and payoffs."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
from trees import beer_quiche, screening

import armsgame as ag


def test_an_equilibrium_is_drawn_with_probabilities_and_beliefs():
    ax = ag.plot.tree(ag.trees.perfect_bayesian(beer_quiche())[0])
    texts = [t.get_text() for t in ax.texts]
    assert texts.count("beer (1)") == 2
    assert "surly (0.9)" in texts
    assert "beer [0.9]" in texts
    assert "3, 1" in texts
    assert len(ax.patches) == 2
    plt.close(ax.figure)


def test_a_bare_tree_is_drawn_on_given_axes_and_a_huge_one_is_refused():
    _, ax = plt.subplots()
    assert ag.plot.tree(beer_quiche(), ax=ax) is ax
    assert "beer" in [t.get_text() for t in ax.texts]
    plt.close(ax.figure)
    with pytest.raises(ag.InvalidGame, match="204 terminal nodes"):
        ag.plot.tree(screening(51))
    with pytest.raises(ag.WrongConcept, match="ExtensiveGame or Assessment"):
        ag.plot.tree(3)
