"""What labels mean: which signals are quiet, whom each one names, which action is compliance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Protocol

import numpy as np

from armsgame._checks import index_of
from armsgame._typing import BoolArray
from armsgame.errors import WrongConcept, invalid

_QUIET = ("quiet", "none", "nothing seen")
# the two kinds of conduct, in the words that a game may use for them
_COMPLY, _DEPLOY = ("comply", "cooperate", "c"), ("deploy", "defect", "d")


class Labelled(Protocol):
    """A stage game, as far as labels go."""

    @property
    def players(self) -> tuple[str, ...]:
        """Labels of the players."""

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        """Labels of the actions, one tuple per player."""

    @property
    def profiles(self) -> tuple[tuple[str, ...], ...]:
        """Labels of the action profiles, in the order of their indices."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Numbers of actions."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the rule of one player may read of a game in time.

    Attributes
    ----------
    player : int
    stage : Labelled
    labels : tuple of str, the signals
    loud : bool array [Y]
        Signals that say that something was seen.
    named : bool array [Y, P] or None
        Parties that a signal says violated; None where signals name nobody in particular.
    """

    player: int
    stage: Labelled
    labels: tuple[str, ...]
    loud: BoolArray
    named: BoolArray | None


def hear(game: Any, player: int | str, name: str) -> Heard:
    """Return what a rule called `name` may read; refused where a game has no signals about conduct."""
    if hasattr(game, "seen_by"):
        game = game.seen_by(index_of(player, game.players, "player"))
    if not hasattr(game, "monitoring") or not hasattr(game, "stage"):
        raise WrongConcept(
            f"{name} is a strategy of a RepeatedGame, not of a {type(game).__name__}; on a treaty's game "
            "use a policy such as ag.treaty.exit_on_alarm, or an Automaton."
        )
    stage = game.stage
    loud, named = game.monitoring.meaning(stage)
    return Heard(stage.player(player), stage, game.signals, loud, named)


def meaning(labels: Sequence[str], stage: Labelled) -> tuple[BoolArray, BoolArray | None]:
    """Read labels of signals: which are alarms [Y], and whom each names [Y, P] or None.

    Labels of action profiles (``"comply | deploy"``) report those actions, labels of sets of parties
    (``"none"``, ``"US"``, ``"both"``) name them. Of other labels one says "nothing seen": the one called
    ``"quiet"``, ``"none"`` or ``"nothing seen"``, else the first.
    """
    profiles = {" | ".join(p): bits for p, bits in zip(stage.profiles, violations(stage), strict=True)}
    alarms = {alarm_label(bits, stage.players): bits for bits in alarm_sets(len(stage.players))}
    for known in (profiles, alarms):
        if all(label in known for label in labels):
            named = np.array([known[label] for label in labels], dtype=bool)
            return np.any(named, axis=1), named
    quiet = [k for k, label in enumerate(labels) if label.strip().casefold() in _QUIET]
    if not quiet and len(labels) > 1 and "alarm" in labels[0].casefold().split():
        invalid("signals", tuple(labels), "the signal that says nothing was seen first", "Or call it 'quiet'.")
    loud = np.ones(len(labels), dtype=bool)
    loud[quiet or [0]] = False
    return loud, None


def violations(stage: Labelled) -> list[tuple[int, ...]]:
    """Who plays any action but its first, at every profile in row-major order."""
    return [tuple(int(a > 0) for a in index) for index in np.ndindex(*stage.shape)]


def alarm_sets(count: int) -> list[tuple[int, ...]]:
    """List the sets of parties by size, then by party: the empty set, "nothing seen", comes first."""
    return sorted(product((0, 1), repeat=count), key=lambda bits: (sum(bits), tuple(-b for b in bits)))


def alarm_label(bits: Sequence[int], players: Sequence[str]) -> str:
    """Label of the signal that names a set of parties."""
    named = [name for bit, name in zip(bits, players, strict=True) if bit]
    return "none" if not named else ("both" if len(named) == len(players) == 2 else " + ".join(named))


def deployments(stage: Labelled) -> BoolArray:
    """Who deploys at every profile, bool [profiles, P]: any action but compliance, found by its label or first."""
    places = [_compliance(own)[0] for own in stage.actions]
    return np.array([[a != c for a, c in zip(index, places, strict=True)] for index in np.ndindex(*stage.shape)])


def conduct_of(actions: Sequence[str], party: str) -> tuple[int, int]:
    """Places of compliance, a party's first action, and of deployment, the one called so or else the last.

    Raises
    ------
    InvalidGame
        The labels say that compliance is another action than the first.
    """
    comply, words = _compliance(actions)
    if comply > 0 or (len(words) > 1 and words[0] in _DEPLOY):
        invalid(
            f"actions of {party}", tuple(actions), "compliance as the first action",
            "Reorder the actions and their payoffs, or give them other labels.",
        )  # fmt: skip
    return 0, next((words.index(w) for w in _DEPLOY if w in words), len(words) - 1)


def _compliance(actions: Sequence[str]) -> tuple[int, list[str]]:
    words = [a.strip().casefold() for a in actions]
    found = [k for k, word in enumerate(words) if word in _COMPLY]
    return (found[0] if found else 0), words
