"""Finite automata: strategies as data, addressed by labels."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from armsgame._checks import check_labels, check_probability, check_rows, index_of, listed, reals
from armsgame._shown import Value
from armsgame._typing import FloatArray, IntArray, NumberArray
from armsgame._values import freeze, frozen
from armsgame.errors import InvalidGame, invalid
from armsgame.strategies.alignment import by_conduct, by_label


@dataclass(frozen=True, slots=True, init=False, eq=False)
class Automaton(Value):
    """Finite-state strategy of one player.

    Parameters
    ----------
    outputs : array_like [Q, A], sequence of action labels [Q], or mapping
        Law of the own action in each automaton state; a label or index stands for a pure action.
        On a stochastic game: a mapping from game state label to such an array [Q, A(s)].
    next : array_like of int or state labels, or mapping
        State after each public signal, [Q, Y]; or [Q, A, Y] where it also reads the own action.
        On a stochastic game: [Q, S, S'], after moving from game state s to s'; or a mapping from
        game state label to [Q, Z], Z the public outcomes of that state (`StochasticGame.outcomes`).
    states, actions : sequence of str, optional
        Labels of the automaton's states and of the player's actions.
    initial : int or str
        First state.
    signals : sequence of str, game, or mapping, optional
        Labels of the last axis of `next`: signals, or game states where it is [Q, S, S']. A game stands for its
        own, and for its parties; a mapping from game state to outcomes goes with a `next` that is one.

    Raises
    ------
    InvalidGame
        Shapes, labels or probabilities that do not fit.

    Notes
    -----
    On a game, labels are matched by what they say. Labelled signals are found in whatever order the game lists
    them, labelled actions likewise; a label that the game has and the automaton lacks is refused, and so is a
    table for the parties of another game. A table without labels counts in the order of ``game.signals``,
    `outputs` without labels in the order of the party's actions. Under `Monitoring.detection` it is refused where
    the order of action profiles, which has the same length, would give it another meaning: add ``signals=game``.
    `machine` and `memory_one` read conduct, their own and the other's, whatever the signals are called.
    """

    outputs: FloatArray | Mapping[str, FloatArray]
    next: IntArray | Mapping[str, IntArray]
    states: tuple[str, ...]
    actions: tuple[str, ...] | None
    initial: int
    signals: tuple[object, ...] | Mapping[str, tuple[object, ...]] | None
    players: tuple[str, ...] | None
    reads: str

    def __init__(
        self, outputs: object, next: object, *, states: Sequence[str] | None = None,
        actions: Sequence[str] | None = None, initial: int | str = 0, signals: object = None,
    ) -> None:  # fmt: skip
        labels = None if actions is None else listed("actions", actions, "labels of the own actions")
        if isinstance(outputs, Mapping):
            laws: Any = {str(s): _law(rows, labels, f"outputs[{s!r}]") for s, rows in outputs.items()}
            sizes = {law.shape[0] for law in laws.values()}
            if len(sizes) != 1:
                invalid("outputs", sorted(sizes), "the same number of automaton states at every game state")
            count = sizes.pop()
        else:
            laws = _law(outputs, labels, "outputs")
            count = laws.shape[0]
            if labels is not None:
                labels = check_labels("actions", labels, laws.shape[1], "a")
        names = check_labels("states", states, count, "q")
        moves: IntArray | dict[str, IntArray]
        if isinstance(next, Mapping):
            if not isinstance(laws, Mapping) or set(next) != set(laws):
                invalid("next", sorted(map(str, next)), "the same game states as outputs, one table [Q, Z] for each")
            moves = {str(s): _table(rows, names, (2,), f"next[{s!r}]") for s, rows in next.items()}
        else:
            moves = _table(next, names, (2, 3), "next")
        parties = tuple(signals.players) if hasattr(signals, "players") else None
        start, heard = index_of(initial, names, "initial state"), _heard(signals, moves)
        settled = (laws, moves, names, labels, start, heard, parties, "signals")
        for field, value in zip(fields(self), settled, strict=True):
            object.__setattr__(self, field.name, value)
        freeze(self)

    @classmethod
    def memory_one(
        cls, after_cc: float, after_cd: float, after_dc: float, after_dd: float, *, initial: float = 1.0
    ) -> Automaton:
        """Memory-one strategy of a game of two parties with two actions each.

        Parameters
        ----------
        after_cc, after_cd, after_dc, after_dd : float
            Probability of the first action after each last profile, *own action first*.
        initial : float
            Probability of the first action in the first period.

        Notes
        -----
        It reads what the signal says of either party's conduct: the actions under perfect monitoring, the flags of
        `Monitoring.detection`. An alarm about the own party counts as the own deployment.
        """
        names = ("initial", "after_cc", "after_cd", "after_dc", "after_dd")
        values = (initial, after_cc, after_cd, after_dc, after_dd)
        p = np.array([check_probability(n, v) for n, v in zip(names, values, strict=True)], dtype=float)
        rule = cls(
            np.stack([p, 1 - p], axis=1), np.tile([1, 2, 3, 4], (5, 1)),
            states=("start", "after CC", "after CD", "after DC", "after DD"), actions=("C", "D"),
        )  # fmt: skip
        return rule._with(reads="conduct")

    @classmethod
    def machine(
        cls, transitions: Sequence[Sequence[object]], *, start: Sequence[object], actions: Sequence[str] = ("C", "D")
    ) -> Automaton:
        """Finite-state machine of a game of two parties with two actions each, from its table.

        Parameters
        ----------
        transitions : sequence of (state, action seen, next state, own action)
            One row per state and action of the other party; own action is the next one.
        start : (state, own action)
            Where the machine starts, and its first action.
        actions : two labels
            Compliance and deployment, as the table calls them; a party whose actions have these two labels
            is read by label, another by order.

        Notes
        -----
        The table emits actions on its transitions (a Mealy machine). The automaton's states are
        the reachable pairs (state, own action), so that it reads only the other party: its action under
        perfect monitoring, the alarm about it under `Monitoring.detection`.

        Raises
        ------
        InvalidGame
            A row of another length, an unknown action, or a pair that no row or two rows cover.

        Examples
        --------
        >>> rows = [(0, "C", 0, "C"), (0, "D", 1, "C"), (1, "C", 0, "C"), (1, "D", 1, "D")]
        >>> print(Automaton.machine(rows, start=(0, "C")))
        Automaton with 3 states, starting in '0/C'
          in '0/C' play C; then go to 0/C, 1/C
          in '1/C' play C; then go to 0/C, 1/D
          in '1/D' play D; then go to 0/C, 1/D
        """
        labels = check_labels("actions", actions, 2, "a")
        if len(start) != 2:
            invalid("start", start, "a pair (state, own action)")
        table: dict[tuple[object, int], tuple[object, int]] = {}
        for k, row in enumerate(transitions):
            if len(row) != 4:
                invalid(f"transitions[{k}]", row, "(state, action seen, next state, own action)")
            seen, own = (index_of(str(row[c]), labels, f"action of transitions[{k}]") for c in (1, 3))
            if (row[0], seen) in table:
                invalid(f"transitions[{k}]", row, f"one row for state {row[0]!r} after {row[1]!r}; this is the second")
            table[row[0], seen] = (row[2], own)
        pairs = [(start[0], index_of(str(start[1]), labels, "action of start"))]
        moves: list[list[int]] = []
        for state, _ in pairs:  # grows while it is read
            ahead = []
            for seen in range(2):
                if (state, seen) not in table:
                    invalid(
                        "transitions", f"no row for state {state!r} after {labels[seen]!r}",
                        "a row for every state that is reached and every action of the other party",
                    )  # fmt: skip
                after = table[state, seen]
                if after not in pairs:
                    pairs.append(after)
                ahead.append(pairs.index(after))
            moves.append([ahead[0], ahead[1]] * 2)
        names = [f"{state}/{labels[own]}" for state, own in pairs]
        return cls(np.eye(2)[[own for _, own in pairs]], moves, states=names, actions=labels)._with(reads="conduct")

    def law(self, state: str | None = None) -> FloatArray:
        """Law of the own action [Q, A], at a game state where the game has several."""
        if isinstance(self.outputs, Mapping):
            if state is None or state not in self.outputs:
                raise InvalidGame(f"no rule of this automaton covers the game state {state!r}; add it to outputs.")
            return self.outputs[state]
        return self.outputs

    def on(self, game: Any, player: int | str) -> Automaton:
        """Return the automaton in the order of a game's own labels.

        Raises
        ------
        InvalidGame
            Labels that the game does not have, or a table that could be read in two ways.
        WrongConcept
            A machine or memory-one rule on a game without signals about conduct.
        """
        who = index_of(player, game.players, "player")
        game = game.seen_by(who) if hasattr(game, "seen_by") else game
        changes = by_conduct(self, game, who) if self.reads == "conduct" else by_label(self, game, who)
        return self._with(**changes) if changes else self

    def _with(self, **changes: object) -> Automaton:
        made = object.__new__(type(self))
        for field in fields(self):
            object.__setattr__(made, field.name, changes.get(field.name, getattr(self, field.name)))
        made.__post_init__()
        return made

    def __str__(self) -> str:
        lines = [f"Automaton with {len(self.states)} states, starting in {self.states[self.initial]!r}"]
        if isinstance(self.outputs, Mapping):
            for state, law in self.outputs.items():
                plays = "; ".join(f"{q}: {_sentence(law[k], None)}" for k, q in enumerate(self.states))
                lines.append(f"  at {state}: {plays}")
            return "\n".join(lines)
        for k, q in enumerate(self.states):
            assert not isinstance(self.next, Mapping)
            reached = ", ".join(self.states[j] for j in sorted(set(self.next[k].ravel().tolist())))
            lines.append(f"  in {q!r} play {_sentence(self.outputs[k], self.actions)}; then go to {reached}")
        return "\n".join(lines)


def _heard(signals: Any, moves: IntArray | Mapping[str, IntArray]) -> Any:
    """Check labels of the last axis of `moves`."""
    if signals is None:
        return None
    if hasattr(signals, "players"):  # a game
        if hasattr(signals, "seen_by") or hasattr(signals, "game"):
            raise InvalidGame("signals of this game differ between parties; give monitoring.labels[player].")
        if isinstance(moves, Mapping):
            signals = {s: signals.outcomes(s) for s in signals.states}
        else:
            signals = signals.states if hasattr(signals, "states") else signals.signals
    if isinstance(signals, Mapping) != isinstance(moves, Mapping) or isinstance(signals, str):
        invalid("signals", signals, "labels, or a mapping from game state to outcomes where next is one")
    if isinstance(moves, Mapping):
        return {str(s): _distinct(signals.get(s, ()), table, f"signals[{s!r}]") for s, table in moves.items()}
    return _distinct(signals, moves, "signals")


def _distinct(labels: object, table: IntArray, field: str) -> tuple[object, ...]:
    names = listed(field, labels, f"{table.shape[-1]} different labels")
    if any(not isinstance(name, Hashable) for name in names):
        invalid(field, names, f"{table.shape[-1]} different labels")
    if len(set(names)) != len(names) or len(names) != table.shape[-1]:
        invalid(field, names, f"{table.shape[-1]} different labels")
    return names


def _table(rows: object, names: tuple[str, ...], axes: tuple[int, ...], field: str) -> IntArray:
    whole = rows if isinstance(rows, np.ndarray) else _whole(rows, field)
    if whole.ndim not in axes or whole.shape[0] != len(names):
        q = len(names)
        wanted = f"[{q}, Z]" if axes == (2,) else f"[{q}, Y], [{q}, A, Y] or [{q}, S, S']"
        invalid(f"{field}.shape", whole.shape, wanted, "One row for each state, one entry for each signal.")
    numbers = np.asarray(rows)
    kept = numbers.dtype == np.int64 and not numbers.flags.writeable and numbers.size
    if kept and numbers.min() >= 0 and numbers.max() < len(names):
        # what another automaton took is taken as it is
        return numbers
    if numbers.dtype.kind in "iu" and numbers.size and -len(names) <= numbers.min() and numbers.max() < len(names):
        moves = numbers.astype(np.int64) % len(names)
    else:
        moves = np.empty(whole.shape, np.int64)
        for place, q in np.ndenumerate(whole):
            moves[place] = index_of(q, names, f"{field}{list(place)}")
    moves.setflags(write=False)
    return moves


def _whole(rows: object, field: str) -> NumberArray:
    """Array of what the rows hold; a ragged table is told by the lengths of its rows."""
    try:
        whole = np.asarray(rows, dtype=object)
    except ValueError:
        whole = np.empty(0, object)
    if whole.ndim < 2 and isinstance(rows, Sequence) and not isinstance(rows, str):
        lengths = [len(r) if hasattr(r, "__len__") and not isinstance(r, str) else 0 for r in rows]
        if len(set(lengths)) > 1:
            step = "A state that a signal does not move names itself."
            invalid(f"lengths of the rows of {field}", lengths, "rows of one length, one entry for each signal", step)
    return whole


def _law(rows: object, actions: tuple[str, ...] | None, field: str) -> FloatArray:
    # laws that need no mending are taken as they are
    if isinstance(rows, np.ndarray) and rows.dtype == np.float64 and rows.ndim == 2 and _settled(rows):
        taken: FloatArray = frozen(rows)
        return taken
    own = listed(field, rows, "a row of probabilities, or a label, for each state")
    if own and all(isinstance(r, (str, int, np.integer)) and not isinstance(r, bool) for r in own):
        if actions is None:
            invalid(field, list(own), "probabilities, or labels or indices together with actions=")
        rows = np.eye(len(actions))[[index_of(r, actions, field) for r in own]]
    law = reals(field, rows)
    if law.ndim != 2:
        invalid(f"{field}.shape", law.shape, "[Q, A]")
    law = check_rows(field, law)
    law.setflags(write=False)
    return law


def _settled(law: FloatArray) -> bool:
    return bool(law.size and (law >= 0).all() and (law.sum(axis=1) == 1).all())


def _sentence(law: FloatArray, actions: tuple[str, ...] | None) -> str:
    names = actions or tuple(f"action {k}" for k in range(len(law)))
    return " or ".join(n if p == 1 else f"{n} ({p:g})" for n, p in zip(names, law, strict=True) if p > 0)
