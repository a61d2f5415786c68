"""Named profiles from which a search for equilibria on a treaty's game begins."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.stochastic import StochasticGame
from armsgame.treaty.ladders import SUSPENSION_LADDERS, strikes
from armsgame.treaty.policies import Posture, exit_on_alarm, ladder_display, ladder_yield, pretext, stay_deployed
from armsgame.treaty.status import parse_status

depart = Posture("depart", conduct="deploy", quiet="notice", on_flag="notice", about="deploy, and give notice at once.")
"""The side that leaves, in a start where the other side waits."""


def starts_on(game: Any, names: Collection[str] | None = None) -> dict[str, Any]:
    """Profiles {name: {party: policy}} on a treaty's game; none where the game is not a treaty's.

    Symmetric ones, in which both parties follow one policy, and asymmetric ones, in which one side waits and the
    other leaves. A policy that the game has no moves for is left out. Where names are given, only those are built.
    """
    if not hasattr(game, "states"):
        return {}
    try:
        parse_status(game.states[0], game.players)
    except WrongConcept:
        return {}
    both = (exit_on_alarm, ladder_yield, ladder_display, strikes(2), pretext, stay_deployed)
    first, second = game.players
    pairs: list[tuple[str, Any, Any]] = [(str(own), own, own) for own in (*both, *SUSPENSION_LADDERS.values())]
    pairs += [
        (f"{first} waits, {second} leaves", stay_deployed, depart),
        (f"{second} waits, {first} leaves", depart, stay_deployed),
    ]
    asked = [pair for pair in pairs if names is None or pair[0] in names]
    return {name: {first: one, second: two} for name, one, two in asked if _fits(game, one, two)}


def _fits(game: StochasticGame, *policies: Any) -> bool:
    try:
        for i, policy in enumerate(policies):
            policy.on(game, i)
    except InvalidGame:
        return False
    return True
