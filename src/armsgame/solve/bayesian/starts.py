"""Where best replies begin: named policies on a treaty's game, simple strategies elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import product
from typing import Any

import numpy as np

from armsgame._registry import treaty_starts
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.bayesian.game import BayesianGame
from armsgame.strategies.automaton import Automaton
from armsgame.strategies.named import always_comply, always_deploy, grim, mirror, suspend

__all__ = ["starts_for"]

# beyond so many action profiles only equal ranks of actions are started from
_MOST = 16


def starts_for(game: BayesianGame, names: Collection[str] | None = None) -> dict[str, Any]:
    """Profiles {name: profile} from which a search begins; on a treaty's game only those of these names."""
    named = treaty_starts(game.game, names)
    if named:
        return dict(named)
    found: dict[str, Any] = {}
    for strategy in (grim, mirror, suspend(2), always_comply, always_deploy):
        if all(_fits(strategy, game, i) for i in (0, 1)):
            found[str(strategy.name)] = {party: strategy for party in game.players}
    return found | dict(_steady(game))


def _fits(strategy: Any, game: BayesianGame, i: int) -> bool:
    try:
        strategy.on(game.game, i)
    except (InvalidGame, WrongConcept):
        return False
    return True


def _steady(game: BayesianGame) -> Iterator[tuple[str, Any]]:
    """Each party takes the action of one rank in every state, for ever."""
    dyn = game.dynamics()
    shapes = np.array([dyn.shape(s) for s in range(len(dyn.states))])
    ranks = [range(int(n)) for n in shapes.max(axis=0)]
    every = list(product(*ranks))
    if len(every) > _MOST:
        every = [(r, r) for r in range(min(map(len, ranks)))]
    for pair in every:
        own = zip(game.players, pair, strict=True)
        profile = {party: _constant(game, i, rank) for i, (party, rank) in enumerate(own)}
        acts = [dyn.actions[dyn.start][i][min(r, dyn.shape(dyn.start)[i] - 1)] for i, r in enumerate(pair)]
        yield f"always {acts[0]} / {acts[1]}", profile


def _constant(game: BayesianGame, i: int, rank: int) -> Automaton:
    """Take the action of one rank in every state, and remember the last public signal of a repeated game."""
    dyn = game.dynamics()
    single = dyn.outcome is None
    count = int(dyn.signals) + 1 if single else 1  # type: ignore[arg-type]
    outputs = {}
    for s, label in enumerate(dyn.states):
        law = np.zeros((count, dyn.shape(s)[i]))
        law[:, min(rank, dyn.shape(s)[i] - 1)] = 1.0
        outputs[label] = law
    if single:
        table = np.repeat(np.arange(1, count)[None], count, axis=0)
        return Automaton(outputs[dyn.states[0]], table, signals=game.game)
    sizes = np.asarray(dyn.outcomes).tolist()
    tables = {label: np.zeros((1, size), int) for label, size in zip(dyn.states, sizes, strict=True)}
    return Automaton(outputs, tables)
