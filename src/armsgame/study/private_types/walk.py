"""From dated acts to states and signals of a game with public moves, by one set of rules for both parties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from armsgame._shown import Value
from armsgame.dossiers.record import Event
from armsgame.games.stochastic import StochasticGame
from armsgame.treaty.public_moves import parse_moves
from armsgame.treaty.status import Status, parse_status

__all__ = ["Act", "Step", "outcomes_of", "walk"]

_ALARM = "alarm"
_ANSWERS = ("offer", "ignore", "yield")
_QUIET = {"in_force": ("silent", "silent"), "demand": ("ignore", "deny"), "expired": ("back_down", "deny")}
"""What the demander (or the first party) and the other do in a period for which the record tells no act of theirs."""


@dataclass(frozen=True, slots=True)
class Act(Value):
    """An act of the record that the game has a move for.

    Attributes
    ----------
    event : Event
    party : int, who acts; for an alarm, who alleges
    move : str, the move in the game, or "alarm"
    period : int, the period of its date
    """

    event: Event
    party: int
    move: str
    period: int

    def __str__(self) -> str:
        return f"{self.event.date} {self.event.actor} {self.event.move}"


@dataclass(frozen=True, slots=True)
class Step(Value):
    """One period of the path.

    Attributes
    ----------
    state, signal, after : str, state, public signal, next state
    acts : acts of the record that are played
    added : what had to be added for the game to go on, in words
    begins : first day of the period
    """

    state: str
    signal: str
    after: str
    acts: tuple[Act, ...] = ()
    added: tuple[str, ...] = ()
    begins: date = field(default=date.min)

    def dated(self, day: date) -> Step:
        """Return the step with its first day."""
        return replace(self, begins=day)


def walk(
    game: StochasticGame, acts: Sequence[Act], start: str, periods: int
) -> tuple[list[Step], str, list[tuple[Act, str]]]:
    """Play the acts in order.

    Parameters
    ----------
    acts : in order of date
    periods : int, least number of periods; more are played while acts wait for their move, or a demand or notice runs

    Returns
    -------
    steps, the state after them, and the acts that found no move with the reason
    """
    state, queue, outcomes = start, list(acts), outcomes_of(game)
    steps: list[Step] = []
    lost: list[tuple[Act, str]] = []
    while True:
        status = parse_status(state, game.players)
        if len(steps) >= periods and not queue and status.kind in ("in_force", "withdrawn"):
            break
        if status.kind == "withdrawn":
            lost += [(act, "after the withdrawal") for act in queue]
            break
        turn = _Turn(game, status, state)
        queue = turn.take(queue, len(steps), lost)
        step = turn.step(outcomes[state])
        steps.append(step)
        state = step.after
    return steps, state, lost


def outcomes_of(game: StochasticGame) -> dict[str, list[tuple[str, str]]]:
    """Pairs (signal, next state) that some actions make possible in each state."""
    dyn, count = game.dynamics(), len(game.states)
    assert dyn.outcome is not None
    found = {}
    for s, state in enumerate(game.states):
        codes = np.unique(dyn.outcome[dyn.branch[dyn.first[s]] : dyn.branch[dyn.first[s + 1]]]).tolist()
        found[state] = [(game.signal_labels[c // count], game.states[c % count]) for c in codes]
    return found


class _Turn:
    """One period while it is filled: which moves are open, which acts take them, which alarms are raised."""

    def __init__(self, game: StochasticGame, status: Status, state: str) -> None:
        self.game, self.status, self.state = game, status, state
        stage = game.stages[game.states.index(state)]
        self.open = [tuple(dict.fromkeys(tuple(a.split(", ")[1:]) for a in own)) for own in stage.actions]
        self.moved: dict[int, tuple[str, ...]] = {}
        self.acts: list[Act] = []
        self.added: list[str] = []
        self.flags = [False, False]

    def take(self, queue: list[Act], now: int, lost: list[tuple[Act, str]]) -> list[Act]:
        """Play the acts that are due and open; return those that wait."""
        left: list[Act] = []
        for k, act in enumerate(queue):
            if act.period > now:
                return left + queue[k:]
            if act.move == _ALARM:
                if self._ends():
                    left.append(act)
                elif self.status.watched:
                    self.flags[1 - act.party] = True
                    self.acts.append(act)
                else:
                    lost.append((act, f"no alarm is drawn in {self.state!r}"))
            elif act.party in self.moved:
                # one move a period: later acts keep their order behind this one
                return left + queue[k:]
            elif (words := self._words(act)) is not None:
                self.moved[act.party] = words
                self.acts.append(act)
            elif self._waits(act):
                return left + queue[k:]
            else:
                lost.append((act, f"no such move in {self.state!r}"))
        return left

    def _words(self, act: Act) -> tuple[str, ...] | None:
        """Words of the open move that plays an act, the one with the least beside it; None where it is not open."""
        quiet = self._quiet(act.party)
        fits = [own for own in self.open[act.party] if act.move in own]
        return min(fits, key=lambda own: (sum(w not in (act.move, quiet) for w in own), len(own)), default=None)

    def _quiet(self, party: int) -> str:
        told = _QUIET.get(self.status.kind, ("", ""))
        return told[0 if self.status.demander in (party, -1) else 1]

    def _waits(self, act: Act) -> bool:
        """Whether an act that is not open now opens in the next period."""
        if act.move == "demand" and self.status.kind == "in_force" and not self._ends():
            other = 1 - act.party
            if not self.flags[other]:
                self.flags[other] = True
                self.added.append(f"an alarm about {self.game.players[other]}, which its demand repeats")
            return any("demand" in own for own in self._open_flagged(act.party, other))
        return act.move in _ANSWERS and any("demand" in words for words in self.moved.values())

    def _open_flagged(self, party: int, about: int) -> list[tuple[str, ...]]:
        """List the moves of a party where the other was just flagged: whether this game has demands at all."""
        flagged = f"in_force, {self.game.players[about]}"
        stage = next(
            (g for s, g in zip(self.game.states, self.game.stages, strict=True) if s.startswith(flagged)), None
        )
        return [] if stage is None else [tuple(a.split(", ")[1:]) for a in stage.actions[party]]

    def _ends(self) -> bool:
        return any("notice" in words for words in self.moved.values())

    def step(self, outcomes: Sequence[tuple[str, str]]) -> Step:
        """Fill in what the record does not tell, and find the next state."""
        for i in (0, 1):
            if i not in self.moved:
                self.moved[i] = self._default(i)
        found = []
        for signal, after in outcomes:
            shown = parse_moves(signal)
            if shown.moves == (self.moved[0], self.moved[1]):
                found.append((self._rank(parse_status(after, self.game.players)), signal, after))
        _, signal, after = min(found)
        return Step(self.state, signal, after, tuple(self.acts), tuple(self.added))

    def _default(self, party: int) -> tuple[str, ...]:
        quiet = self._quiet(party)
        fits = [own for own in self.open[party] if quiet in own or not quiet]
        words = min(fits or list(self.open[party]), key=len)
        if quiet == "back_down" and "back_down" in words:
            self.added.append(f"{self.game.players[party]} backs down, because no act follows its demand")
        return words

    def _rank(self, after: Status) -> tuple[bool, bool, bool, int]:
        """Order the next states that fit the moves: the flags first, then what the record means by its acts."""
        flags = tuple(self.flags) if after.watched else (False, False)
        yielded = any("yield" in words for words in self.moved.values())
        both = all("demand" in words for words in self.moved.values())
        first = next((act.party for act in self.acts if act.move == "demand"), -1)
        return (
            after.watched and after.flags != flags,
            yielded and after.kind != "in_force",
            both and after.demander != first,
            len(after.conditions),
        )
