"""Moves of events that the library reads, in one place; every other move is a free word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from armsgame.dossiers.dossier import Scenario

__all__ = ["ALARMS", "DEMAND", "ENDS", "NOTICE", "READ", "near_misses"]

NOTICE = "withdraw_notice"
ENDS = ("withdraw_effective", "moratorium_end", "expire")
"""Moves by which a treaty, or one party's part in it, ends."""
ALARMS = ("allege_violation", "counter_allege")
DEMAND = "ultimatum"

READ = {
    NOTICE: "notice of its actor",
    "withdraw_effective": "exit of its actor",
    "moratorium_end": "the end of announced restraint",
    "expire": "the end of the term",
    "offer_verification": "a display, open to the other party",
    "decline_verification": "the refusal of a display that the other party offered",
    "allege_violation": "an alarm, where a policy model is fitted to the dates",
    "counter_allege": "an alarm, likewise",
    DEMAND: "a demand, likewise",
}
"""What each move tells."""

_SMALL = {"of", "the", "a", "an", "to", "on", "and", "by", "for", "date", "day", "formal", "treaty"}
_SMALL |= {"give", "gives", "gave", "given", "giving"}
_SAME = {"notif": "notic", "refus": "decli", "rejec": "decli", "displ": "verif", "exits": "exit", "leavi": "leave"}
# one word that names the act alone
_ALONE = {"withd": NOTICE, "notic": NOTICE, "exit": ENDS[0], "leave": ENDS[0], "expir": "expire", "deman": DEMAND}
_ALONE |= {"alleg": ALARMS[0]}


def near_misses(scenario: Scenario) -> list[str]:
    """One sentence for each event whose move is not read and is close to one that is: a word in another form or order.

    Examples
    --------
    >>> import armsgame as ag
    >>> near_misses(ag.load_scenario("inf"))
    []
    """
    found = []
    for k, event in enumerate(scenario.events):
        meant = _meant(event.move)
        if meant:
            found.append(
                f"$.events[{k}].move: {event.move!r} is not read, and {meant!r} is ({READ[meant]}); write {meant!r} if "
                "that is what happened."
            )
    return found


def _meant(move: str) -> str | None:
    if move in READ:
        return None
    plain = "_".join(re.findall(r"[a-z]+", move.lower()))
    if plain in READ:
        return plain
    stems = _stems(plain)
    if len(stems) == 1 and (alone := _ALONE.get(*stems)):
        return alone
    for known in READ:
        if stems == _stems(known) or (len(plain) > 4 and SequenceMatcher(None, plain, known).ratio() >= 0.86):
            return known
    return None


def _stems(words: str) -> frozenset[str]:
    return frozenset(_SAME.get(w[:5], w[:5]) for w in words.split("_") if w not in _SMALL)
