"""Moves of events: one definition each, the same for every actor, and near misses of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
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


def _said(meaning: str, *, stated: bool = False) -> Move:
    return Move(meaning, said=True, stated=stated)


MOVES: dict[str, Move] = {
    # making a treaty
    "sign": Move("the actors sign a text, or adopt it by common consent"),
    "ratify": Move("an organ of the actor consents to be bound, or the actor deposits that consent"),
    "decline_ratification": Move("an organ of the actor refuses, or puts off, the consent to be bound"),
    "withdraw_ratification": Move("the actor takes back a consent to be bound to a text that is not in force for it"),
    "accede": Move("the actor joins a text that others have signed"),
    "succeed": Move("the actor takes the place of a party that has ceased to exist"),
    "enter_into_force": Move("the text begins to bind"),
    "provisional_application": Move("the actor applies a text before it binds"),
    "amend": Move("the parties change the text, or add a protocol or an agreed statement"),
    "renew": Move("the parties lengthen the term, or put another text in its place"),
    "register": Move("the text is lodged with a depositary or an organ"),
    "regime_decision": Move("an organ of several states decides, votes or certifies"),
    "review": Move("the parties meet in the review that the text provides for"),
    # living under it
    "destroy": Move("the actor destroys, or has destroyed, what the text bans"),
    "meet_limits": Move("a limit takes effect, and the actor states that it is met"),
    "inspect": Move("an inspection is held, or an inspecting organ reports"),
    "inspections_end": Move("inspection ends or pauses, by the text or by common consent"),
    "withhold_inspection": Move("the actor ends or narrows access or data that it gave before"),
    "report_data": Move("the actor hands over figures about its own arms"),
    "withhold_data": Move("the actor stops handing over figures or notices that it gave before"),
    "certify": _said("the actor states that another keeps the text, or that its own conditions are met"),
    "decline_to_certify": _said("the actor states that it will not certify"),
    "waive": Move("the actor leaves a measure unapplied that it could apply"),
    "offer_verification": _said("the actor offers to show, or to let the target see, what is disputed"),
    "hold_display": Move("the actor holds a display that was offered"),
    "decline_verification": Move("the actor declines, or stays away from, a display or access that the target offered"),
    "negotiate": Move("the actors hold talks or a session of a joint body"),
    "postpone_talks": _said("the actor puts off talks that were set"),
    "offer_talks": _said("the actor proposes talks"),
    "leave_talks": Move("the actor walks out of talks"),
    # charges and answers
    "allege_violation": _said("the actor alleges that the target breaks the text; coded by who alleges", stated=True),
    "deny": _said("the actor denies a charge or answers an argument that the target made", stated=True),
    "admit": _said("the actor states that its own side broke the text", stated=True),
    "open_dispute": _said("the actor sets the text's procedure for disputes in motion", stated=True),
    "complain": _said("the actor brings a charge before an organ of several states", stated=True),
    "object": _said("the actor disputes the force or the form of an act of the target", stated=True),
    "state_position": _said("the actor, a party, states a view, an aim or a condition"),
    "third_party_statement": _said("the actor, no party of the model, states a view"),
    "claim_use": _said("the actor states that the target has used an arm in combat", stated=True),
    # pressure
    "ultimatum": _said("a demand, a term, and a consequence that the actor states for when the term runs out"),
    "demand": _said("a demand without a term or a stated consequence"),
    "yield": Move("the actor does what a demand asked of it"),
    "linkage_condition": _said("the actor makes one text depend on another, or on another matter"),
    "sanction": Move("the actor puts a measure of economic or diplomatic pressure in force"),
    "snap_back": Move("measures that a text had lifted return by its own procedure, as the actor states"),
    "start_snap_back": _said("the actor sets a procedure in motion by which lifted measures return"),
    "countermeasure": Move("the actor withholds a duty and states that this answers a breach by the target"),
    "exceed_limit": Move("the actor passes a limit of the text, by its own statement or an inspecting organ's"),
    "strike": Move("the actor attacks sites or arms of the target by force"),
    # leaving
    "hedge": _said("the actor prepares for a world without the text, or says that it may leave"),
    "withdraw_notice": _said("formal notice that the actor leaves, under the text's clause on exit"),
    "withdraw_effective": Move("the exit of the actor takes effect"),
    "suspend": Move("the actor holds duties of the text in abeyance, whoever else did so before"),
    "suspend_in_part": Move("the actor holds named duties in abeyance and keeps the others"),
    "resume": Move("the actor ends a suspension or takes back a notice"),
    "terminate": Move("the actors end the text by common consent, or one holds that it has ended by a breach"),
    "expire": Move("the text ends by its own terms"),
    "linked_exit": Move("the actor leaves another text and names an exit from this one as the cause"),
    "legislate": Move("an organ of the actor votes on, or its head signs, a law or decree about the text"),
    "predecessor_ends": Move("an earlier text ends, whose place this record's restraint takes"),
    "invoke_clause": _said("the actor relies on a clause that lets it change its own limit"),
    # restraint without a text
    "moratorium": _said("the actor states restraint, for a time or on a condition, without a text that binds"),
    "moratorium_offer": _said("the actor proposes restraint by both sides"),
    "moratorium_decline": _said("the actor declines a proposal of restraint"),
    "moratorium_end": Move("the actor ends restraint that it had stated"),
    # arms
    "deploy": Move("the actor states, or does not dispute, that it places an arm"),
    "produce": Move("the actor states that it makes, or will make, an arm"),
    "test": Move("the actor tests an arm and does not dispute it"),
    "use": Move("the actor uses an arm in combat and does not dispute it"),
    "substitute": Move("the actor builds what the text leaves free in place of what it limits"),
    "announce_rearmament": _said("the actor states that it arms beyond a text"),
    "incident": Move("an accident, an outbreak or an encounter, by the actor or on its ground"),
    "receive_defector": Move("somebody reaches the actor with an account of the target's programme"),
}
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
