"""One shape for every game in time: stages, outcomes, and a profile lowered onto them.

A *row* is a pair (game state, action profile), a *branch* a possible outcome of a row: the next
state and the public signal, with its probability. Automata move along branches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from armsgame._checks import as_fraction, as_law
from armsgame._shown import Value
from armsgame._typing import BoolArray, ExactArray, FloatArray, IntArray, NumberArray
from armsgame._values import Memory
from armsgame.errors import InvalidGame, short
from armsgame.strategies.automaton import Automaton


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Dynamics(Value):
    """Rows and branches of a game.

    Attributes
    ----------
    states, players : tuple of str
    actions : per state, per player, the action labels
    first : int array [S + 1], first row of each state
    payoffs : array [P, rows]
    branch : int array [rows + 1], first branch of each row
    prob, target, signal : arrays [branches]: probability, next state, index the automata read;
        signal is [P, branches] where every player reads its own
    signals : int, number of public signals, or one number per player
    outcome : array [branches]: index of the public outcome within its state; [P, branches] where private
    outcomes : int array [S], number of public outcomes of each state; [P, S] where private
    hidden : bool
        True where states are lagged alarms that nobody sees.
    """

    states: tuple[str, ...]
    players: tuple[str, ...]
    actions: tuple[tuple[tuple[str, ...], ...], ...]
    first: IntArray
    payoffs: NumberArray
    branch: IntArray
    prob: NumberArray
    target: IntArray
    signal: IntArray
    start: int = 0
    hidden: bool = False
    signals: int | tuple[int, ...] = 0
    outcome: IntArray | None = None
    outcomes: IntArray | None = None
    events: Mapping[str, BoolArray] = field(default_factory=dict)

    def shape(self, state: int) -> tuple[int, ...]:
        """Count the actions of each player in a state."""
        return tuple(len(own) for own in self.actions[state])

    def rows(self, state: int) -> range:
        """Rows of a state, one per action profile in row-major order."""
        return range(int(self.first[state]), int(self.first[state + 1]))


@dataclass(frozen=True, slots=True, eq=False)
class Play(Value):
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


def branches_of(
    table: FloatArray, payoffs: FloatArray, exact: bool
) -> tuple[IntArray, IntArray, IntArray, FloatArray | ExactArray, FloatArray | ExactArray]:
    """Branches of rows of probabilities [rows, outcomes], one for each outcome that may happen.

    Returns (row and outcome of each branch, first branch of each row, probabilities, payoffs), the last two as
    the rational numbers that were meant if `exact`.
    """
    row, seen = table.nonzero()  # row-major: branches of a row stand together
    branch = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(table)))])
    prob = table[row, seen]
    if exact:
        prob = np.concatenate([as_law(own) for own in np.split(prob, branch[1:-1])])
    # laws sum to one only up to rounding
    return (
        row,
        seen,
        branch,
        prob / np.repeat(np.add.reduceat(prob, branch[:-1]), np.diff(branch)),
        exactly(payoffs) if exact else payoffs,
    )


def exactly(payoffs: FloatArray) -> ExactArray:
    """Return payoffs [P, rows], or of any other shape, as rational numbers."""
    flat = np.array([as_fraction(v) for v in payoffs.ravel()], dtype=object)
    return flat.reshape(payoffs.shape)


def spans(begin: IntArray, node: IntArray) -> tuple[IntArray, IntArray]:
    """Entries begin[x] .. begin[x + 1] - 1 of each listed node: (place in the list, entry)."""
    counts = begin[node + 1] - begin[node]
    owner = np.repeat(np.arange(len(node)), counts)
    return owner, begin[node][owner] + np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner]


def lower(game: Any, profile: Any, *, exact: bool = False) -> Play:
    """Lower a profile onto `game`.

    One automaton, named strategy or array of action probabilities (played in every period) per
    player, or an equilibrium that has such a ``profile``.
    """
    dyn: Dynamics = game.dynamics(exact=exact)
    if hasattr(type(profile), "profile"):
        if getattr(profile, "game", game) is not game:
            raise InvalidGame("this strategy belongs to a game of its own, with public lotteries: play strategy.game.")
        profile = profile.profile
    if isinstance(profile, (str, Automaton)) or not isinstance(profile, Sequence) or len(profile) != len(dyn.players):
        raise InvalidGame(
            f"profile is {short(profile)}; allowed: {len(dyn.players)} strategies, one for each of {dyn.players}."
        )
    if hasattr(profile, "policies"):
        _same_labels(profile, dyn)
    found = [lower_one(game, dyn, strategy, i) for i, strategy in enumerate(profile)]
    automata = tuple(own.automaton for own in found)
    laws, moves = tuple(own.laws for own in found), tuple(own.moves for own in found)
    return Play(dyn, automata, laws, moves, tuple(a.initial for a in automata), any(own.private for own in found))


class Lowered(NamedTuple):
    """One strategy on the dynamics of a game.

    Attributes
    ----------
    laws : per game state, array [Q, A]
    moves : int array [Q, branches]: next automaton state
    private : bool, whether moves depend on the own action beyond what is seen
    """

    automaton: Automaton
    laws: tuple[FloatArray, ...]
    moves: IntArray
    private: bool


_LOWERED: Memory[Lowered] = Memory(16)


def lower_one(game: object, dyn: Dynamics, strategy: object, player: int) -> Lowered:
    """Lower the strategy of one player onto `game`, whose dynamics are given."""
    if not hasattr(strategy, "on"):
        return _lowered(game, dyn, _memoryless(strategy, dyn, player, hasattr(game, "stages")), player)
    if not isinstance(strategy, Value):
        # what a user wrote may change
        return _lowered(game, dyn, strategy, player)
    return _LOWERED.of(dyn, (id(strategy), player), lambda: _lowered(game, dyn, strategy, player), strategy)


def _lowered(game: Any, dyn: Dynamics, strategy: Any, player: int) -> Lowered:
    # under private signals a rule reads what its own player sees
    automaton = strategy.on(game.seen_by(player) if hasattr(game, "seen_by") else game, player)
    return Lowered(automaton, _law(automaton, dyn, player), *_moves(automaton, dyn, player))


def _law(automaton: Automaton, dyn: Dynamics, player: int) -> tuple[FloatArray, ...]:
    """Laws [Q, A] of a player's action by game state."""
    own = tuple(automaton.law(None if dyn.hidden else s) for s in dyn.states)
    for s, law in enumerate(own):
        if law.shape[1] != dyn.shape(s)[player]:
            raise InvalidGame(
                f"profile[{player}].outputs has {law.shape[1]} actions at {dyn.states[s]!r}; "
                f"{dyn.players[player]} has {dyn.shape(s)[player]}: {dyn.actions[s][player]}."
            )
    return own


def _moves(automaton: Automaton, dyn: Dynamics, player: int) -> tuple[IntArray, bool]:
    """Next automaton state [Q, branches] of a player, and whether it depends on the own action beyond what is seen."""
    table, count = automaton.next, len(automaton.states)
    source = np.repeat(np.arange(len(dyn.states)), np.diff(dyn.branch[dyn.first]))
    if isinstance(table, Mapping):
        return _after_outcomes(table, dyn, player, source, count), False
    if isinstance(automaton.outputs, Mapping):
        _fits(table.shape, (count, len(dyn.states), len(dyn.states)), player, "[Q, S, S']")
        return table[:, source, dyn.target], False
    heard = dyn.signal if dyn.signal.ndim == 1 else dyn.signal[player]
    many = dyn.signals[player] if isinstance(dyn.signals, tuple) else dyn.signals
    if table.ndim == 2:
        _fits(table.shape, (count, many), player, "[Q, Y]")
        return table[:, heard], False
    _fits(table.shape, (count, dyn.shape(0)[player], many), player, "[Q, A, Y]")
    acted = np.array(
        [np.unravel_index(r - dyn.first[s], dyn.shape(s))[player] for s in range(len(dyn.states)) for r in dyn.rows(s)]
    )
    row = np.repeat(np.arange(len(dyn.branch) - 1), np.diff(dyn.branch))
    return table[:, acted[row], heard], bool((table != table[:, :1, :]).any())


def _after_outcomes(
    table: Mapping[str, IntArray], dyn: Dynamics, player: int, source: IntArray, count: int
) -> IntArray:
    """Return the moves [Q, branches] of an automaton that has a table [Q, Z] for each game state."""
    if dyn.outcome is None or dyn.outcomes is None:
        raise InvalidGame(f"profile[{player}].next is a mapping by game state; this game needs [Q, Y].")
    outcome = dyn.outcome if dyn.outcome.ndim == 1 else dyn.outcome[player]
    sizes = dyn.outcomes if dyn.outcomes.ndim == 1 else dyn.outcomes[player]
    for s, label in enumerate(dyn.states):
        rows = table.get(label)
        if rows is None:
            raise InvalidGame(f"profile[{player}].next has no table for the game state {label!r}; add it.")
        _fits(rows.shape, (count, int(sizes[s])), player, f"[Q, Z] at {label!r}")
    # the tables of all states side by side
    first = np.cumsum(sizes) - sizes
    return np.concatenate([table[label] for label in dyn.states], axis=1)[:, first[source] + outcome]


def _memoryless(probs: object, dyn: Dynamics, player: int, stochastic: bool) -> Automaton:
    """One-state automaton that draws from the same probabilities in every period."""
    law = np.asarray(probs) if isinstance(probs, (np.ndarray, Sequence)) and not isinstance(probs, str) else None
    counts = {dyn.shape(s)[player] for s in range(len(dyn.states))}
    if law is None or law.dtype.kind not in "fiuO" or law.ndim != 1 or counts != {len(law)}:
        raise InvalidGame(
            f"profile[{player}] is {short(probs)}; allowed: an Automaton, a named strategy such as ag.grim, or the "
            f"probabilities of the {sorted(counts)} actions where every state has the same."
        )
    if stochastic:
        size = len(dyn.states)
        return Automaton({s: law[None] for s in dyn.states}, np.zeros((1, size, size), int))
    many = dyn.signals[player] if isinstance(dyn.signals, tuple) else dyn.signals
    return Automaton(law[None], np.zeros((1, many), int))


def _same_labels(profile: Any, dyn: Dynamics) -> None:
    """Refuse policies by state of another game, whose actions or parties stand in another order."""
    known = dict(zip(profile.states, profile.actions, strict=True))
    for state, actions in zip(dyn.states, dyn.actions, strict=True):
        if known.get(state, actions) != actions or _turned(profile.players, dyn.players):
            raise InvalidGame(
                f"this MarkovProfile was built for parties {profile.players} with {known.get(state)} at {state!r}; "
                f"this game has {dyn.players} with {actions}. Build it for this game, with actions by label."
            )


def _turned(names: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return names != others and set(names) == set(others)


def _fits(shape: tuple[int, ...], wanted: tuple[int, ...], player: int, axes: str) -> None:
    if shape != wanted:
        raise InvalidGame(f"profile[{player}].next has shape {shape}; this game needs {wanted} {axes}.")
