"""Play under private types: the types are drawn once per path, and each pair of types plays its own strategies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from armsgame._provenance import Seed
from armsgame._typing import FloatArray, IntArray, RNGLike
from armsgame.errors import WrongConcept
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.profiles import read_profile
from armsgame.simulation.laws.laws import expected_payoffs
from armsgame.simulation.paths.mixture import Branch, drawn_branches, simulate_mixture
from armsgame.simulation.runs.trajectories import Trajectories

__all__ = ["branches_of", "payoffs_by_type", "simulate_types"]


def branches_of(game: BayesianGame, profile: Any) -> tuple[Branch, ...]:
    """Pairs of types of positive probability, each with its game and its strategies.

    Pairs are weighted as an outside observer holds them (`BayesianGame.outside`): where no observer is given, by the
    law of each party's type that the other party holds.
    """
    return tuple(branch for _, branch in _pairs(game, profile))


def _pairs(game: BayesianGame, profile: Any) -> list[tuple[tuple[int, int], Branch]]:
    own = read_profile(game, profile)
    first, second = game.outside
    found = []
    for k, m in product(range(len(first)), range(len(second))):
        weight = float(first[k]) * float(second[m])
        if weight > 0:
            told = ", ".join(f"{p} {t[x]}" for p, t, x in zip(game.players, game.types, (k, m), strict=True))
            found.append(((k, m), Branch(told, weight, game.one_type(k, m), (own[0][k], own[1][m]))))
    total = sum(branch.weight for _, branch in found)
    # products of two laws that each sum to 1 up to rounding
    return [(pair, replace(branch, weight=branch.weight / total)) for pair, branch in found]


def payoffs_by_type(game: BayesianGame, profile: Any, **options: Any) -> FloatArray:
    """Weigh the expected payoffs [2] of the pairs of types.

    Parameters
    ----------
    options : what `expected_payoffs` takes beside game and profile
    """
    pairs = branches_of(game, profile)
    return np.asarray(sum(b.weight * expected_payoffs(b.game, b.profile, **options) for b in pairs))


def simulate_types(
    game: BayesianGame, profile: Any, *, given: Mapping[str, Any], rng: RNGLike, **options: Any
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
    pairs = _pairs(game, profile)
    seed = Seed.of(rng)
    run = simulate_mixture([branch for _, branch in pairs], rng=seed.sequence, **options)
    chosen = drawn_branches(np.array([branch.weight for _, branch in pairs]), run.paths, seed)
    types: IntArray = np.array([pair for pair, _ in pairs])[chosen]
    return replace(run, types=types, type_labels=game.types)
