"""What both parties see of a period when moves are public and conduct is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from armsgame._cost import require
from armsgame._typing import FloatArray
from armsgame.errors import WrongConcept
from armsgame.treaty.parts.base import Part, Profile
from armsgame.treaty.status import SEPARATOR, Status

NO_MOVE = "no move"
_RESULTS = ("pass", "fail")

Seen: TypeAlias = Mapping[tuple[str, int], float]
"""Probability of each pair (signal, place of the next state)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The public signal of a period, read back from its label.

    Attributes
    ----------
    moves : two tuples of str, the move of each party and the words that parts add to it; empty where there is none
    result : ``"pass"``, ``"fail"``, or ``""`` where no display was attended
    """

    moves: tuple[tuple[str, ...], tuple[str, ...]]
    result: str = ""


def signal_label(parts: Sequence[Part], status: Status, done: Profile, after: Status) -> str:
    """Label of the public signal: the moves that were carried out, and how an attended display went.

    >>> signal_label((), Status("demand", 0, 1), (("comply", "accept"), ("comply", "offer")), Status("in_force"))
    'accept | offer | pass'
    """
    words = []
    for act in done:
        for part in parts:
            act = part.seen(act)
        words.append(", ".join(filter(None, act[1:])) or NO_MOVE)
    if status.kind == "demand" and {done[status.demander][1], done[1 - status.demander][1]} == {"accept", "offer"}:
        words.append(_RESULTS[after.kind != "in_force"])
    return SEPARATOR.join(words)


def parse_moves(label: str) -> Shown:
    """Read the label of a public signal back.

    Raises
    ------
    WrongConcept
        The label is not that of public moves.

    Examples
    --------
    >>> parse_moves("silent, impose | notice").moves
    (('silent', 'impose'), ('notice',))
    """
    words = label.split(SEPARATOR)
    if len(words) not in (2, 3) or (len(words) == 3 and words[2] not in _RESULTS):
        raise WrongConcept(
            f"the signal {label!r} is not a pair of moves; they belong to Treaty.game(observed='moves')."
        )
    first, second = (() if w == NO_MOVE else tuple(w.split(", ")) for w in words[:2])
    return Shown((first, second), words[2] if len(words) == 3 else "")


def joint_kernels(rows: Sequence[Seen], shapes: Sequence[tuple[int, ...]]) -> tuple[list[FloatArray], tuple[str, ...]]:
    """Joint law of the signal and the next state [A0, A1, Y, S'] by state, and the labels of the signals.

    Parameters
    ----------
    rows : laws of every state's action profiles, in row-major order
    shapes : numbers of actions of every state

    Raises
    ------
    InvalidGame
        More memory than there is; the alternatives are named before anything is built.
    """
    labels = tuple(dict.fromkeys(label for row in rows for label, _ in row))
    require("game", profiles=len(rows), signals=len(labels), states=len(shapes))
    place = {label: y for y, label in enumerate(labels)}
    kernels, at = [], 0
    for shape in shapes:
        kernel = np.zeros((*shape, len(labels), len(shapes)))
        for index in np.ndindex(*shape):
            for (label, after), p in rows[at].items():
                # sums of products of probabilities may pass 1 by rounding
                kernel[(*index, place[label], after)] = min(p, 1.0)
            at += 1
        kernels.append(kernel)
    return kernels, labels
