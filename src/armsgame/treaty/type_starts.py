"""Named profiles from which a search for equilibria on a treaty's game begins."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from armsgame._checks import check_whole
from armsgame._shown import Value
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.stochastic import StochasticGame
from armsgame.strategies.automaton import Automaton
from armsgame.treaty.policies import (
    Posture,
    exit_on_alarm,
    ladder_display,
    ladder_yield,
    pretext,
    stay_deployed,
)
from armsgame.treaty.status import parse_status

__all__ = ["Strikes", "depart", "starts_on", "strikes"]

depart = Posture(
    "depart",
    conduct="deploy",
    quiet="notice",
    on_flag="notice",
    about="deploy, and give notice at once.",
)
"""The side that leaves, in a start where the other side waits."""


@dataclass(frozen=True, slots=True)
class Strikes(Value):
    """Comply until one party was flagged `count` times, or anything but an alarm happens; then as exit_on_alarm.

    Attributes
    ----------
    count : int, at least 1
    """

    count: int

    def __post_init__(self) -> None:
        check_whole("count", self.count, 1)

    @property
    def name(self) -> str:
        """Name with the number of alarms."""
        return f"strikes({self.count})"

    def on(self, game: StochasticGame, player: int | str) -> Automaton:
        """Lower the rule to an automaton on a treaty's game.

        Raises
        ------
        WrongConcept
            The game's states are not those of a treaty.
        """
        ended = exit_on_alarm.on(game, player)
        statuses = [parse_status(label, game.players) for label in game.states]
        tallies = list(product(range(self.count), repeat=2))
        place = {tally: q for q, tally in enumerate(tallies)}
        over, size = len(tallies), len(statuses)
        table = np.full((over + 1, size, size), over)
        for tally, q in place.items():
            for t, status in enumerate(statuses):
                if status.kind == "in_force":
                    after = (tally[0] + status.flags[0], tally[1] + status.flags[1])
                    table[q, :, t] = place.get(after, over)
        # comply, silent stands first among the actions in force
        calm = ended.outputs[game.states[0]][0]
        outputs = {}
        for label, status in zip(game.states, statuses, strict=True):
            law = np.repeat(ended.outputs[label][1][None], over + 1, axis=0)
            if status.kind == "in_force":
                law[:over] = 0.0
                law[:over, : len(calm)] = calm
            outputs[label] = law
        names = [f"alarms {a}-{b}" for a, b in tallies]
        return Automaton(outputs, table, states=[*names, "collapse"])

    def __str__(self) -> str:
        return self.name


def strikes(count: int) -> Strikes:
    """Return the policy that tolerates fewer than `count` alarms about the same party."""
    return Strikes(count)


def starts_on(game: Any) -> dict[str, Any]:
    """Profiles {name: {party: policy}} on a treaty's game; none where the game is not a treaty's.

    Symmetric ones, in which both parties follow one policy, and asymmetric ones, in which one side waits and the
    other leaves. A policy that the game has no moves for is left out.
    """
    if not hasattr(game, "states"):
        return {}
    try:
        parse_status(game.states[0], game.players)
    except WrongConcept:
        return {}
    both = (exit_on_alarm, ladder_yield, ladder_display, strikes(2), strikes(3), pretext, stay_deployed)
    pairs: list[tuple[str, Any, Any]] = [(own.name, own, own) for own in both]
    first, second = game.players
    pairs += [
        (f"{first} waits, {second} leaves", stay_deployed, depart),
        (f"{second} waits, {first} leaves", depart, stay_deployed),
    ]
    return {name: {first: one, second: two} for name, one, two in pairs if _fits(game, one, two)}


def _fits(game: StochasticGame, *policies: Any) -> bool:
    try:
        for i, policy in enumerate(policies):
            policy.on(game, i)
    except InvalidGame:
        return False
    return True
