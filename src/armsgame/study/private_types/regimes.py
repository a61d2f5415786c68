"""What types do on the path of a profile, in one label: who complies at the start, and when a party leaves."""

from __future__ import annotations

from typing import Any

import numpy as np

from armsgame.errors import WrongConcept
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.profiles import lower_types
from armsgame.solve.bayesian.board import Board, Nodes, Tables
from armsgame.solve.bayesian.valuation import Valuation
from armsgame.treaty.status import parse_status

__all__ = ["BAYESIAN_REGIMES", "FIRST_MOVES", "first_moves", "path_regime"]

_CONDUCT = ("all comply", "some comply", "none complies")
_EXITS = ("no exit", "exit later", "exit at once")

BAYESIAN_REGIMES = tuple(f"{conduct}, {leaving}" for conduct in _CONDUCT for leaving in _EXITS)
"""Labels of play on the path by type, from the most to the least cooperative."""

FIRST_MOVES = ("comply", "deploy", "give notice", "mixed")
"""What a type does in the first period."""

# visits are discounted by this only to tell what play reaches
_PATIENCE = 0.99
_GONE = ("notice", "withdrawn")


def path_regime(game: BayesianGame, profile: object) -> str:
    """Name what the types do on the path of a profile on a treaty's game.

    Parameters
    ----------
    game : BayesianGame
        Of a treaty: its actions are conduct and moves.
    profile : mapping {party: {type: strategy}}, or an equilibrium that has such a ``profile``

    Returns
    -------
    str
        One of `BAYESIAN_REGIMES`. The first half says whether all, some or no types of positive prior comply for
        sure in the first period. The second half says whether some type gives notice in the first period, whether play
        leads to a notice later, or whether it never does.

    Raises
    ------
    WrongConcept
        A game whose states are not those of a treaty.
    """
    if not isinstance(game, BayesianGame):
        raise WrongConcept(f"path_regime is about a BayesianGame, not {type(game).__name__}: treaty.with_types(..).")
    tables = Tables.of(game)
    parse_status(tables.dynamics.states[0], game.players)
    nodes = Board(tables, lower_types(game, profile, dynamics=tables.dynamics), supports=True).nodes()
    return BAYESIAN_REGIMES[3 * _conduct(nodes) + _exit(nodes)]


def first_moves(game: BayesianGame, profile: object) -> dict[tuple[str, str], str]:
    """Return what each type of each party does in the first period: {(party, type): one of `FIRST_MOVES`}."""
    tables = Tables.of(game)
    lowered = lower_types(game, profile, dynamics=tables.dynamics)
    found = {}
    for i, (party, kinds) in enumerate(zip(game.players, game.types, strict=True)):
        words = [label.split(", ") for label in tables.dynamics.actions[tables.dynamics.start][i]]
        for kind, strategy, laws in zip(kinds, lowered.automata[i], lowered.laws[i], strict=True):
            law = laws[tables.dynamics.start][strategy.initial]
            taken = {
                FIRST_MOVES[2 if "notice" in own else own[0] == "deploy"]
                for own, chance in zip(words, law.tolist(), strict=True)
                if chance > 0
            }
            found[party, kind] = taken.pop() if len(taken) == 1 else FIRST_MOVES[3]
    return found


def _conduct(nodes: Nodes) -> int:
    """Place in `_CONDUCT`."""
    shares = [law[:, [w[0] == "comply" for w in words]].sum(axis=1) for law, words in _first(nodes)]
    every = np.concatenate(shares)
    # laws of pure types are exact zeros and ones
    return 0 if (every == 1).all() else 2 if (every == 0).all() else 1


def _exit(nodes: Nodes) -> int:
    """Place in `_EXITS`."""
    if any(law[:, ["notice" in w for w in words]].any() for law, words in _first(nodes)):
        return 2
    game = nodes.tables.game
    worth, reached = Valuation(nodes, _PATIENCE), np.zeros(nodes.size, bool)
    for i in (0, 1):
        reached |= worth.on_path(i)[game.prior[i] > 0].any(axis=0)
    states = nodes.tables.dynamics.states
    kinds = {parse_status(states[s], game.players).kind for s in np.unique(nodes.state[reached]).tolist()}
    return 1 if kinds & set(_GONE) else 0


def _first(nodes: Nodes) -> list[tuple[Any, list[list[str]]]]:
    """Per party, laws of its types of positive prior in the first period, and the words of its actions."""
    game = nodes.tables.game
    dyn = nodes.tables.dynamics
    found = []
    for i in (0, 1):
        words = [label.split(", ") for label in dyn.actions[int(nodes.state[0])][i]]
        found.append((nodes.laws[i][0][game.prior[i] > 0][:, : len(words)], words))
    return found
