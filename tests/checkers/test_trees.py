"""Assessments of trees: what a tolerance lets pass, and which sets are named."""

from __future__ import annotations

import pytest

import armsgame as ag


@pytest.mark.parametrize(("tolerance", "kind"), [(0.5, "epsilon-sequential"), (0.4999, "none"), (None, "none")])
def test_a_gain_as_large_as_the_tolerance_passes_and_a_larger_one_is_named(tolerance, kind):
    """The second mover gives up one half where the first one led it to; the first answers what it does."""
    second = ag.Move("two", "later", {"keep": (0.0, 1.0), "give": (1.0, 0.5)})
    game = ag.ExtensiveGame(["one", "two"], ag.Move("one", "first", {"out": (0.5, 0.0), "in": second}))
    found = ag.trees.verify_assessment(game, [[0, 1], [0, 1]], [[1], [1]], tolerance=tolerance).certificate
    assert (found.kind, found.ok) == (kind, kind != "none")
    # the whole tree is what is left to the first move, and the second mover's set is a subgame
    assert found.max_gain == found.nash_gain == found.subgame_gain == 0.5
    assert found.irrational == (() if kind != "none" else ("two at later",))
