"""Beliefs as limits of small uniform trembles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.checkers.trees import verify_assessment
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_values import bayes, branch_probabilities, reach

_TREMBLE, _GONE = 1e-9, 1e-6


def limit_beliefs(game: ExtensiveGame, profile: Any) -> Mapping[tuple[str, str], FloatArray]:
    """Beliefs when every action not played is a rare and equally rare mistake.

    Parameters
    ----------
    game : ExtensiveGame
        One game, without batch axes.
    profile : as `armsgame.trees.verify_assessment` takes it

    Returns
    -------
    mapping from (player, information set) to array [nodes]
        One choice among the consistent beliefs; hand it to `verify_assessment`, which checks it.

    Notes
    -----
    A player who leaves its own plan still holds what Bayes' rule says about the others. The uniform
    belief, the checker's convention at sets that are not reached, does not know that.

    Examples
    --------
    >>> import armsgame as ag
    >>> game = ag.treaty.crises.reassurance(0.8, 0.4, 1.6, 0.8, prior=0.7)
    >>> profile = ag.treaty.crises.reassurance_profile()
    >>> beliefs = limit_beliefs(game, profile)
    >>> ag.trees.verify_assessment(game, profile, beliefs).certificate.kind
    'sequential'
    """
    flat = verify_assessment(game, profile).flat
    sizes = np.repeat(game.sizes, game.sizes)
    trembled = (1 - _TREMBLE * sizes) * flat + _TREMBLE
    rule, _ = bayes(game, reach(game, branch_probabilities(game, trembled)))
    on_path, totals = bayes(game, reach(game, branch_probabilities(game, flat)))
    found = {}
    for s, own, exact, total in zip(game.sets, rule, on_path, totals, strict=True):
        kept = np.where(own > _GONE, own, 0.0)
        found[game.players[s.player], s.label] = exact if total > 0 else kept / kept.sum()
    return found
