"""Markov equilibria of a game with states, as plans and as payoffs, for sets that hold what they reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod

import numpy as np

from armsgame._typing import FloatArray
from armsgame.games.stochastic import StochasticGame
from armsgame.results.markov import MarkovEquilibrium
from armsgame.solve.payoff_sets.operator import Operator

__all__ = ["MarkovPlay", "markov_play"]

# actions of all parties in all states: of a block of states that lead back to each other, and of the game
_BLOCK, _GAME = 30, 300
_PROFILES = 20_000


@dataclass(frozen=True, slots=True)
class MarkovPlay:
    """Markov equilibria that were found.

    Attributes
    ----------
    plans : list of pure ones, one profile (row-major index) per state
    mixed : tuple of MarkovEquilibrium, the others
    points : per state, array [M, P], scaled payoffs of the mixed ones; an empty list where there is none
    sought : bool, whether mixed ones were looked for
    """

    plans: list[list[int]] = field(default_factory=list)
    mixed: tuple[MarkovEquilibrium, ...] = ()
    points: list[FloatArray] = field(default_factory=list)
    sought: bool = False

    def concept(self) -> str:
        """Which equilibria a set holds."""
        public = "perfect public equilibria with public randomisation"
        count = len(self.mixed)
        if count:
            one = "the mixed Markov equilibrium" if count == 1 else f"one of the {count} mixed Markov equilibria"
            return f"{public}, pure in every period or, from some period on, {one} found"
        tail = "no mixed Markov equilibrium was found" if self.sought else "mixed Markov equilibria were not looked for"
        return f"pure {public} ({tail})"


def markov_play(operator: Operator, mixed: bool) -> MarkovPlay:
    """Find Markov equilibria of the game: mixed ones where asked and where the game is small enough.

    Small is a game of up to 300 actions, summed over parties and states, of which up to 30 in any block of states
    that lead back to each other.
    """
    from armsgame.solve.markov.blocks import components
    from armsgame.solve.markov.markov_perfect import markov_perfect
    from armsgame.solve.markov.methods import BestResponseIteration, MarkovMethod, PureEnumeration

    game = operator.game
    assert isinstance(game, StochasticGame)
    counts = np.array([sum(stage.shape) for stage in game.stages])
    blocks = components(game)
    mixed = mixed and counts.sum() <= _GAME and max(int(counts[b].sum()) for b in blocks) <= _BLOCK
    few: list[MarkovMethod] = [PureEnumeration(limit=_PROFILES)]
    if max(prod(len(game.stages[s].profiles) for s in b) for b in blocks) > _PROFILES:
        few.append(BestResponseIteration())
    solution = markov_perfect(game, discount=operator.discount, method=None if mixed else few, throw=False)
    plans, others = [], []
    for one in solution:
        if one.pure:
            plans.append([_profile(one, s, stage.shape) for s, stage in enumerate(game.stages)])
        elif mixed:
            others.append(one)
    values = np.array([(np.asarray(one.values) - operator.shift) / operator.scale for one in others])
    return MarkovPlay(plans, tuple(others), list(values.swapaxes(0, 1)) if others else [], mixed)


def _profile(one: MarkovEquilibrium, s: int, shape: tuple[int, ...]) -> int:
    played = tuple(int(np.asarray(own)[s, :n].argmax()) for own, n in zip(one.profile.policies, shape, strict=True))
    return int(np.ravel_multi_index(played, shape))
