"""Play under private types: the types are drawn once per path, and each pair of types plays its own strategies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from armsgame._provenance import Seed
from armsgame._typing import IntArray, RNGLike
from armsgame.errors import WrongConcept
from armsgame.games.bayesian.game import BayesianGame
from armsgame.simulation.laws.branches import pairs_of
from armsgame.simulation.paths.mixture import drawn_branches, simulate_mixture
from armsgame.simulation.runs.trajectories import Trajectories


def simulate_types(
    game: BayesianGame, profile: object, *, given: Mapping[str, object], rng: RNGLike, **options: Any
) -> Trajectories:
    """Sample paths on which the type of each party is drawn first; `Trajectories.types` says which.

    Parameters
    ----------
    given : options of `simulate` that a game with private types does not take, each with what it was given
    rng, options : rng, and discount, periods, paths, error and keep of `simulate`

    Raises
    ------
    WrongConcept
        An option that is none of these.
    """
    for name, value in given.items():
        if value not in (("auto", "general") if name == "kernel" else (None, False, ())):
            raise WrongConcept(
                f"simulate does not take {name}= for a BayesianGame; it takes discount, periods, paths, rng, error and "
                f"keep. Play one pair of types with it: simulate(game.one_type(..), profile, {name}=..)."
            )
    if options.get("keep") == "totals":
        raise WrongConcept(
            "simulate keeps every path of a BayesianGame with its types; keep='totals' counts without them. "
            "Leave it out."
        )
    pairs = pairs_of(game, profile)
    seed = Seed.of(rng)
    run = simulate_mixture([branch for _, branch in pairs], rng=seed.sequence, **options)
    chosen = drawn_branches(np.array([branch.weight for _, branch in pairs]), run.paths, seed)
    types: IntArray = np.array([pair for pair, _ in pairs])[chosen]
    return replace(run, types=types, type_labels=game.types)
