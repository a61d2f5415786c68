"""One shape for every game in time: stages, outcomes, and a profile lowered onto them.

A *row* is a pair (game state, action profile), a *branch* a possible outcome of a row: the next
state and the public signal, with its probability. Automata move along branches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame
from armsgame.games.automaton import Automaton

__all__ = ["Dynamics", "Play", "lower"]


@dataclass(frozen=True, slots=True)
class Dynamics:
    """Rows and branches of a game.

    Attributes
    ----------
    states, players : tuple of str
    actions : per state, per player, the action labels
    first : int array [S + 1], first row of each state
    payoffs : array [P, rows]
    branch : int array [rows + 1], first branch of each row
    prob, target, signal : arrays [branches]: probability, next state, index the automata read
    signals : int, number of public signals
    outcome : array [branches]: index of the public outcome within its state
    outcomes : int array [S], number of public outcomes of each state
    hidden : bool
        True where states are lagged alarms that nobody sees.
    """

    states: tuple[str, ...]
    players: tuple[str, ...]
    actions: tuple[tuple[tuple[str, ...], ...], ...]
    first: IntArray
    payoffs: Any
    branch: IntArray
    prob: Any
    target: IntArray
    signal: IntArray
    start: int = 0
    hidden: bool = False
    signals: int = 0
    outcome: IntArray | None = None
    outcomes: IntArray | None = None
    events: Mapping[str, Any] = field(default_factory=dict)

    def shape(self, state: int) -> tuple[int, ...]:
        """Count the actions of each player in a state."""
        return tuple(len(own) for own in self.actions[state])

    def rows(self, state: int) -> range:
        """Rows of a state, one per action profile in row-major order."""
        return range(int(self.first[state]), int(self.first[state + 1]))


@dataclass(frozen=True, slots=True)
class Play:
    """A profile lowered onto the dynamics of a game.

    Attributes
    ----------
    laws : per player, per game state, array [Q, A]
    moves : per player, int array [Q, branches]: next automaton state
    initial : automaton states at the start
    """

    dynamics: Dynamics
    automata: tuple[Automaton, ...]
    laws: tuple[tuple[FloatArray, ...], ...]
    moves: tuple[IntArray, ...]
    initial: tuple[int, ...]
    private: bool


def lower(game: Any, profile: Sequence[Any], *, exact: bool = False) -> Play:
    """Lower a profile (automata or named strategies, one per player) onto `game`."""
    dyn: Dynamics = game.dynamics(exact=exact)
    if isinstance(profile, (str, Automaton)) or not isinstance(profile, Sequence) or len(profile) != len(dyn.players):
        raise InvalidGame(
            f"profile is {profile!r}; allowed: {len(dyn.players)} strategies, one for each of {dyn.players}."
        )
    automata = []
    for i, strategy in enumerate(profile):
        if not hasattr(strategy, "on"):
            raise InvalidGame(
                f"profile[{i}] is {strategy!r}; allowed: an Automaton or a named strategy such as ag.grim."
            )
        automata.append(strategy.on(game, i))
    source = np.repeat(np.arange(len(dyn.states)), np.diff(dyn.branch[dyn.first]))
    row = np.repeat(np.arange(len(dyn.branch) - 1), np.diff(dyn.branch))
    laws, moves, private = [], [], False
    for i, automaton in enumerate(automata):
        own = tuple(automaton.law(None if dyn.hidden else s) for s in dyn.states)
        for s, law in enumerate(own):
            if law.shape[1] != dyn.shape(s)[i]:
                raise InvalidGame(
                    f"profile[{i}].outputs has {law.shape[1]} actions at {dyn.states[s]!r}; "
                    f"{dyn.players[i]} has {dyn.shape(s)[i]}: {dyn.actions[s][i]}."
                )
        laws.append(own)
        table: Any = automaton.next
        stochastic = isinstance(automaton.outputs, Mapping)
        if isinstance(table, Mapping):
            if dyn.outcome is None or dyn.outcomes is None:
                raise InvalidGame(f"profile[{i}].next is a mapping by game state; this game needs [Q, Y].")
            move = np.empty((len(automaton.states), len(dyn.prob)), np.int64)
            for s, label in enumerate(dyn.states):
                rows = table.get(label)
                if rows is None:
                    raise InvalidGame(f"profile[{i}].next has no table for the game state {label!r}; add it.")
                _fits(rows.shape, (len(automaton.states), int(dyn.outcomes[s])), i, f"[Q, Z] at {label!r}")
                here = source == s
                move[:, here] = rows[:, dyn.outcome[here]]
            moves.append(move)
        elif stochastic:
            wanted = (len(automaton.states), len(dyn.states), len(dyn.states))
            _fits(table.shape, wanted, i, "[Q, S, S']")
            moves.append(table[:, source, dyn.target])
        elif table.ndim == 2:
            _fits(table.shape, (len(automaton.states), dyn.signals), i, "[Q, Y]")
            moves.append(table[:, dyn.signal])
        else:
            _fits(table.shape, (len(automaton.states), dyn.shape(0)[i], dyn.signals), i, "[Q, A, Y]")
            acted = np.array(
                [
                    np.unravel_index(r - dyn.first[s], dyn.shape(s))[i]
                    for s in range(len(dyn.states))
                    for r in dyn.rows(s)
                ]
            )
            moves.append(table[:, acted[row], dyn.signal])
            private = private or bool((table != table[:, :1, :]).any())
    return Play(dyn, tuple(automata), tuple(laws), tuple(moves), tuple(a.initial for a in automata), private)


def _fits(shape: tuple[int, ...], wanted: tuple[int, ...], player: int, axes: str) -> None:
    if shape != wanted:
        raise InvalidGame(f"profile[{player}].next has shape {shape}; this game needs {wanted} {axes}.")
