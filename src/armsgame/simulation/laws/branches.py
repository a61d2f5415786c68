"""Branches of a mixture: combinations of types, each with its game and its profile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from armsgame._shown import Value
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.profiles import read_profile


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


def courses_of(game: BayesianGame, profile: object) -> tuple[Branch, ...]:
    """Branches that differ in what is played; types that share a strategy share one.

    Payoffs are those of the first types: this serves laws of events, which do not read payoffs.
    """
    own = read_profile(game, profile)
    found: dict[tuple[int, int], Branch] = {}
    for (k, m), label, weight in _weighed(game):
        place = (id(own[0][k]), id(own[1][m]))
        known = found.get(place, Branch(label, 0.0, game.game, (own[0][k], own[1][m])))
        found[place] = replace(known, weight=known.weight + weight)
    return tuple(found.values())


def pairs_of(game: BayesianGame, profile: object) -> list[tuple[tuple[int, int], Branch]]:
    """Pairs of types as places of the two types, each with its branch."""
    own = read_profile(game, profile)
    return [
        ((k, m), Branch(label, weight, game.one_type(k, m), (own[0][k], own[1][m])))
        for (k, m), label, weight in _weighed(game)
    ]


def _weighed(game: BayesianGame) -> list[tuple[tuple[int, int], str, float]]:
    """Pairs of types of positive probability: places, words and weight."""
    first, second = game.outside
    found = []
    for k, m in product(range(len(first)), range(len(second))):
        weight = float(first[k]) * float(second[m])
        if weight > 0:
            told = ", ".join(f"{p} {t[x]}" for p, t, x in zip(game.players, game.types, (k, m), strict=True))
            found.append(((k, m), told, weight))
    # products of two laws that each sum to 1 up to rounding
    total = sum(weight for *_, weight in found)
    return [(pair, told, weight / total) for pair, told, weight in found]
