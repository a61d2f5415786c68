"""Moves of events: one definition each, the same for every actor, and near misses of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib.resources import files
from typing import Protocol

from armsgame._shown import Value

__all__ = ["ALARMS", "DEMAND", "ENDS", "MOVES", "NOTICE", "READ", "Move", "date_order", "near_misses", "unknown_moves"]

NOTICE = "withdraw_notice"
ENDS = ("withdraw_effective", "moratorium_end", "expire")
"""Moves by which a treaty, or one party's part in it, ends."""
ALARMS = ("allege_violation",)
DEMAND = "ultimatum"


class Said(Protocol):
    """What is read of an event here."""

    @property
    def move(self) -> str:
        """Code of what was done."""


class Record(Protocol):
    """What is read of a dossier here."""

    @property
    def events(self) -> Sequence[Said]:
        """Dated events."""


@dataclass(frozen=True, slots=True)
class Move(Value):
    """What a code stands for.

    Attributes
    ----------
    meaning : str, who does what; it names roles ("the actor", "the target"), never a state
    said : bool, an act of speech or writing, dated by the day on which it was said; others by the day of effect
    stated : bool, its sentence reports something contested and must say who states it
    """

    meaning: str
    said: bool = False
    stated: bool = False


_TEXT = files("armsgame.dossiers").joinpath("moves.toml").read_text(encoding="utf-8")
MOVES = {name: Move(**entry) for name, entry in tomllib.loads(_TEXT).items()}
"""Every move that a dossier may use, with its one definition."""

READ = {
    NOTICE: "notice of its actor",
    "withdraw_effective": "exit of its actor",
    "moratorium_end": "the end of announced restraint",
    "expire": "the end of the term",
    "offer_verification": "a display, open to the other party",
    "decline_verification": "the refusal of a display that the other party offered",
    "allege_violation": "an alarm, where a policy model is fitted to the dates",
    DEMAND: "a demand, likewise",
}
"""What each move tells the model; the others stand in the record alone."""

_SAID = ("delivered", "announced", "published", "effective")
_DONE = ("effective", "delivered", "announced", "published")
_SMALL = {"of", "the", "a", "an", "to", "on", "and", "by", "for", "date", "day", "formal", "treaty"}
_SMALL |= {"give", "gives", "gave", "given", "giving"}
_SAME = {"notif": "notic", "refus": "decli", "rejec": "decli", "displ": "verif", "exits": "exit", "leavi": "leave"}
# one word that names the act alone
_ALONE = {"withd": NOTICE, "notic": NOTICE, "exit": ENDS[0], "leave": ENDS[0], "expir": "expire", "deman": "demand"}
_ALONE |= {"alleg": ALARMS[0]}


def date_order(move: str) -> tuple[str, ...]:
    """Which of an event's dates dates it: the first of these that it has.

    Examples
    --------
    >>> date_order("withdraw_notice")[0], date_order("suspend")[0]
    ('delivered', 'effective')
    """
    return _SAID if move in MOVES and MOVES[move].said else _DONE


def near_misses(scenario: Record) -> list[str]:
    """One sentence for each event whose move is not in the list and is close to one that is read or listed.

    Examples
    --------
    >>> import armsgame as ag
    >>> near_misses(ag.load_scenario("inf"))
    []
    """
    return [line for _, meant, line in unknown_moves(scenario) if meant]


def unknown_moves(scenario: Record) -> list[tuple[str, str | None, str]]:
    """Path, the move that was probably meant (or None), and a sentence, for every move that has no definition."""
    found: list[tuple[str, str | None, str]] = []
    for k, event in enumerate(scenario.events):
        if event.move in MOVES:
            continue
        path, meant = f"$.events[{k}].move", _meant(event.move)
        if meant is None:
            text = f"{path}: {event.move!r} has no definition; allowed: a move that `armsgame moves` lists."
        else:
            told = READ.get(meant, MOVES[meant].meaning)
            text = (
                f"{path}: {event.move!r} is not read, and {meant!r} is ({told}); write {meant!r} if "
                "that is what happened."
            )
        found.append((path, meant, text))
    return found


def _meant(move: str) -> str | None:
    plain = "_".join(re.findall(r"[a-z]+", move.lower()))
    if plain in MOVES:
        return plain
    stems = _stems(plain)
    if len(stems) == 1 and (alone := _ALONE.get(*stems)):
        return alone
    for known in (*READ, *MOVES):
        if stems == _stems(known) or (len(plain) > 4 and SequenceMatcher(None, plain, known).ratio() >= 0.86):
            return known
    return None


def _stems(words: str) -> frozenset[str]:
    return frozenset(_SAME.get(w[:5], w[:5]) for w in words.split("_") if w not in _SMALL)
