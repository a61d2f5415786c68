"""Suspensions as policies of a treaty's whole game: deploy for some periods after an alarm, then start afresh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._checks import index_of, settle_whole
from armsgame._shown import Value
from armsgame.games.stochastic import StochasticGame
from armsgame.strategies.automaton import Automaton
from armsgame.treaty.policies import exit_on_alarm
from armsgame.treaty.status import parse_status

__all__ = ["Suspension", "suspension"]


@dataclass(frozen=True, slots=True)
class Suspension(Value):
    """Comply; after an alarm deploy for `periods` periods and comply again; after a demand or a notice leave.

    Parameters
    ----------
    periods : int
    """

    periods: int = 1

    def __post_init__(self) -> None:
        settle_whole(self, "periods")

    @property
    def name(self) -> str:
        """Name of the policy."""
        return f"suspend({self.periods})"

    def on(self, game: StochasticGame, player: int | str) -> Automaton:
        """Lower the policy to an automaton on a treaty's game.

        Raises
        ------
        WrongConcept
            The game's states are not those of a treaty.
        """
        statuses = [parse_status(label, game.players) for label in game.states]
        who = index_of(player, game.players, "player")
        leaving = exit_on_alarm.on(game, who)
        last, count = self.periods + 1, len(statuses)
        outputs = {}
        for label, status, stage in zip(game.states, statuses, game.stages, strict=True):
            law = leaving.law(label)
            rows = np.repeat(law[1:], last + 1, axis=0)
            if status.kind == "in_force":
                acts = stage.actions[who]
                rows[:last] = 0.0
                rows[0, acts.index("comply, silent")] = 1.0
                rows[1:last, acts.index("deploy, silent")] = 1.0
            outputs[label] = rows
        table = np.full((last + 1, count, count), last)
        going = np.array([s.kind == "in_force" for s in statuses])
        flagged = np.array([any(s.flags) for s in statuses])
        table[0][:, going & ~flagged], table[0][:, going & flagged] = 0, 1
        for phase in range(1, last):
            table[phase][:, going] = phase + 1 if phase < self.periods else 0
        for phase in range(last):
            table[phase][~going] = last
        return Automaton(outputs, table, states=("normal", *(f"suspended {k}" for k in range(1, last)), "collapse"))

    def __str__(self) -> str:
        return self.name


def suspension(periods: int) -> Suspension:
    """Suspension of a number of periods."""
    return Suspension(periods)
