"""The one-status game as a stochastic game with exit, and the reactions to an alarm as automata on it."""

from __future__ import annotations

import numpy as np

from armsgame._typing import FloatArray
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import StochasticGame
from armsgame.strategies.automaton import Automaton
from armsgame.treaty.treaty import Treaty

__all__ = ["conduct_game", "reaction"]

_ACTS = ("comply", "deploy", "leave")


def conduct_game(treaty: Treaty, pay: FloatArray, away: FloatArray, *, leaving: bool) -> StochasticGame:
    """Build the game that `OneStatus` values in closed form.

    Parameters
    ----------
    treaty : Treaty, for the parties and their chances of an alarm
    pay : array [2, own conduct, other's conduct], payoffs of a period in force
    away : array [2], payoff of every period from the one in which somebody leaves
    leaving : bool, can a party leave?

    Notes
    -----
    The public sees whether any alarm was raised, and who is left; conduct stays hidden.
    """
    one, two = treaty.parameters
    miss = [(1 - p.false_alarm, 1 - p.detection) for p in (one, two)]
    alarm = 1 - np.multiply.outer(*miss)
    acts = _ACTS if leaving else _ACTS[:2]
    size, count = len(acts), 2 if leaving else 1
    payoffs = np.empty((2, size, size))
    payoffs[:] = away[:, None, None]
    payoffs[:, :2, :2] = pay[0], pay[1].T
    law = np.zeros((size, size, 2, count))
    law[:2, :2, 0, 0], law[:2, :2, 1, 0] = 1 - alarm, alarm
    if leaving:
        law[2, :, 0, 1] = law[:, 2, 0, 1] = 1.0
    over = np.array([[[[0.0, 1.0], [0.0, 0.0]]]])
    stages = [
        StageGame(payoffs, players=treaty.parties, actions=(acts, acts)),
        StageGame(away[:, None, None], players=treaty.parties, actions=(("stay out",), ("stay out",))),
    ]
    return StochasticGame(
        stages[:count], states=("in force", "left")[:count], observed="state", signals=[law, over][:count],
        signal_labels=("quiet", "alarm"),
    )  # fmt: skip


def reaction(length: float, *, leaving: bool) -> Automaton:
    """Comply; after an alarm deploy for `length` periods (for ever: inf) and start afresh, or leave at once (0)."""
    punished = 1 if length == 0 or np.isinf(length) else int(length)
    acts = np.eye(3 if leaving else 2)[[0, *[2 if length == 0 else 1] * punished]]
    after = np.arange(1, punished + 2)
    after[0], after[-1] = 0, 1 if np.isinf(length) else 0
    states = 2 if leaving else 1
    # outcomes: quiet or alarm, each with the state that follows
    table = np.repeat(after[:, None], 2 * states, axis=1)
    table[0, states] = 1
    outputs, moves = {"in force": acts}, {"in force": table}
    if leaving:
        table[:, 1::2] = 0
        outputs["left"], moves["left"] = np.ones((punished + 1, 1)), np.zeros_like(table)
    phases = (f"after the alarm {k}" for k in range(1, punished + 1))
    return Automaton(outputs, moves, states=("normal", *phases))
