"""Branches of a mixture: combinations of types, each with its game and its profile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from armsgame._shown import Value
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.profiles import read_profile

__all__ = ["Branch", "branches_of", "pairs_of"]


@dataclass(frozen=True, slots=True)
class Branch(Value):
    """One combination of types: its probability, its game, and the profile played in it."""

    label: str
    weight: float
    game: Any
    profile: tuple[Any, ...]


def branches_of(game: BayesianGame, profile: object) -> tuple[Branch, ...]:
    """Pairs of types of positive probability, each with its game and its strategies.

    Pairs are weighted as an outside observer holds them (`BayesianGame.outside`): where no observer is given, by the
    law of each party's type that the other party holds.
    """
    return tuple(branch for _, branch in pairs_of(game, profile))


def pairs_of(game: BayesianGame, profile: object) -> list[tuple[tuple[int, int], Branch]]:
    """Pairs of types as places of the two types, each with its branch."""
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
