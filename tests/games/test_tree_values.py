"""Below which sets one plan need not be best for all: beliefs in a subgame reach what lies above it."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.games.tree_values import plans_apart


@pytest.mark.parametrize(("left", "apart"), [(0.5, False), (0.9, True)])
def test_a_belief_that_does_not_follow_inside_a_subgame_asks_for_plans_of_their_own_above_it(left, apart):
    replies = [ag.Move("one", "guess", {"l": (k, 0), "r": (1 - k, 0)}) for k in (1, 0)]
    hidden = ag.Move("two", "hide", dict(zip(("l", "r"), replies, strict=True)))
    game = ag.ExtensiveGame(["one", "two"], ag.Move("one", "start", {"go": hidden, "stop": (0, 0)}))
    beliefs = [np.array([left, 1 - left]) if len(s.nodes) == 2 else np.ones(1) for s in game.sets]
    guess, start = (next(s for s in game.sets if s.label == name) for name in ("guess", "start"))
    root = game.parents.tolist()[guess.nodes[0]]
    law = np.ones((len(game.owners), 1))
    law[list(guess.nodes)] = 0.5
    found = plans_apart(game, law, 0, beliefs, [0, root])
    assert set(found) == ({~root, game.sets.index(start), ~0} if apart else set())
    assert all(own.tolist() == [True] for own in found.values())
