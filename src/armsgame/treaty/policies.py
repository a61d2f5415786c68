"""Named policies on a treaty's game: rules by state, lowered to automata by label."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.automaton import Automaton
from armsgame.treaty.treaty import Status

__all__ = [
    "NAMED",
    "Policy",
    "Posture",
    "comply",
    "deploy",
    "exit_on_alarm",
    "ladder_display",
    "ladder_yield",
    "leave",
    "pretext",
    "stay_deployed",
]

_NORMAL, _COLLAPSE = 0, 1


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule (status, party, phase) -> (conduct, move), with the states that end the normal phase.

    Attributes
    ----------
    act : callable(status, party, collapsed) -> (conduct, move)
    ends : callable(before, after) -> bool: does moving between these states end the normal phase?
    """

    name: str
    act: Callable[[Status, int, bool], tuple[str, str]]
    ends: Callable[[Status, Status], bool]
    phases: tuple[str, str] = ("normal", "collapse")

    def on(self, game: Any, player: int | str) -> Automaton:
        """Lower the rule to an automaton on a treaty's game.

        Raises
        ------
        WrongConcept
            The game's states are not those of a treaty.
        """
        if not hasattr(game, "states"):
            raise WrongConcept(
                f"{self.name!r} is a policy of a treaty's game; on a RepeatedGame use ag.grim and its kin."
            )
        statuses = [parse_status(label, game.players) for label in game.states]
        who = game.players.index(player) if isinstance(player, str) else int(player)
        outputs = {}
        for label, status, stage in zip(game.states, statuses, game.stages, strict=True):
            rows = np.zeros((2, stage.shape[who]))
            for phase in (_NORMAL, _COLLAPSE):
                conduct, move = self.act(status, who, phase == _COLLAPSE)
                wanted = ", ".join(filter(None, (conduct, move)))
                acts = stage.actions[who]
                if move == "notice" and wanted not in acts:
                    # a treaty without an exit clause: the first move with the same conduct
                    wanted = next((a for a in acts if a.split(", ")[0] == conduct), wanted)
                if wanted not in acts:
                    raise InvalidGame(f"{self.name} plays {wanted!r} at {label!r}, which allows {acts}.")
                rows[phase, acts.index(wanted)] = 1.0
            outputs[label] = rows
        count = len(statuses)
        table = np.ones((2, count, count), dtype=int)
        for s, before in enumerate(statuses):
            for t, after in enumerate(statuses):
                table[_NORMAL, s, t] = int(self.ends(before, after))
        return Automaton(outputs, table, states=self.phases)

    def __repr__(self) -> str:
        return f"<policy {self.name}>"


def parse_status(label: str, parties: tuple[str, ...]) -> Status:
    """Read a state label of `Treaty.label` back."""
    head, _, flag = label.rpartition(", ")
    flags = {"none": (False, False), parties[0]: (True, False), parties[1]: (False, True), "both": (True, True)}
    if label == "withdrawn":
        return Status("withdrawn")
    if label.startswith("notice("):
        return Status("notice", left=int(label[7:-1]))
    if flag in flags:
        if head == "in_force":
            return Status("in_force", flags=flags[flag])
        for i, party in enumerate(parties):
            if head == f"expired({party})":
                return Status("expired", i, 0, flags[flag])
            if head.startswith(f"demand({party}, "):
                return Status("demand", i, int(head[len(f"demand({party}, ") : -1]), flags[flag])
    raise WrongConcept(f"the game state {label!r} is not a treaty status; policies apply to Treaty.game().")


def _collapsed(status: Status, i: int) -> tuple[str, str]:
    """Deploy for ever; give notice where there are grounds: a flag about the other, a demand, an expiry."""
    if status.kind in ("notice", "withdrawn"):
        return "deploy", ""
    if status.kind == "in_force" and not status.flags[1 - i]:
        return "deploy", "silent"
    return "deploy", "notice"


def _exit(status: Status, i: int, collapsed: bool) -> tuple[str, str]:
    if collapsed or status.kind != "in_force" or any(status.flags):
        return _collapsed(status, i)
    return "comply", "silent"


def _ladder(reply: str, answer: str) -> Callable[[Status, int, bool], tuple[str, str]]:
    def act(status: Status, i: int, collapsed: bool) -> tuple[str, str]:
        if collapsed or status.kind in ("expired", "notice", "withdrawn"):
            return _collapsed(status, i)
        if status.kind == "in_force":
            return "comply", "demand" if status.flags[1 - i] else "silent"
        return "comply", answer if status.demander == i else reply

    return act


def _ladder_ends(before: Status, after: Status) -> bool:
    if after.kind in ("expired", "notice", "withdrawn"):
        return True
    if after.kind == "demand":
        return any(after.flags)
    return before.kind == "in_force" and any(before.flags)


@dataclass(frozen=True, slots=True)
class Posture:
    """A policy that reads the status alone, as data.

    Attributes
    ----------
    conduct : conduct while the treaty is in force, disputed or expired; deployment follows a notice
    quiet : ``"silent"`` or ``"notice"``, while the treaty is in force and the other party was not flagged
    on_flag : ``"demand"``, ``"notice"`` or ``"silent"``, once the other party was flagged
    answer : the demander's move under its demand (``"ignore"``, ``"accept"``, ``"back_down"``)
    reply : the addressee's move (``"deny"``, ``"offer"``, ``"yield"``)
    at_expiry : the demander's move once the demand ran out (``"notice"`` or ``"back_down"``)
    first_answer, first_reply : other moves for the demand that is pending at the start, if any
    """

    name: str
    conduct: str = "comply"
    quiet: str = "silent"
    on_flag: str = "demand"
    answer: str = "ignore"
    reply: str = "deny"
    at_expiry: str = "notice"
    first_answer: str = ""
    first_reply: str = ""

    def on(self, game: Any, player: int | str) -> Automaton:
        """Lower the posture to an automaton on a treaty's game.

        Raises
        ------
        WrongConcept
            The game's states are not those of a treaty.
        InvalidGame
            A move that the game does not allow.
        """

        def act(status: Status, i: int, later: bool) -> tuple[str, str]:
            if status.kind in ("notice", "withdrawn"):
                return "deploy", ""
            if status.kind == "in_force":
                return self.conduct, self.on_flag if status.flags[1 - i] else self.quiet
            if status.kind == "expired":
                return self.conduct, self.at_expiry if status.demander == i else "deny"
            if status.demander == i:
                return self.conduct, self.answer if later else self.first_answer or self.answer
            return self.conduct, self.reply if later else self.first_reply or self.reply

        def ends(_: Status, after: Status) -> bool:
            return after.kind != "demand"

        return Policy(self.name, act, ends, ("first demand", "later")).on(game, player)

    def __repr__(self) -> str:
        return f"<posture {self.name}>"


exit_on_alarm = Policy("exit_on_alarm", _exit, lambda _, after: after.kind != "in_force" or any(after.flags))
ladder_yield = Policy("ladder_yield", _ladder("yield", "ignore"), _ladder_ends)
ladder_display = Policy("ladder_display", _ladder("offer", "accept"), _ladder_ends)
pretext = Posture("pretext")
stay_deployed = Posture("stay_deployed", conduct="deploy", on_flag="silent")
comply = Posture("comply", answer="accept", reply="offer")
deploy = Posture("deploy", conduct="deploy", answer="accept", reply="offer")

leave = Posture("leave", quiet="notice", on_flag="notice")

NAMED = {p.name: p for p in (comply, deploy, leave, pretext, stay_deployed)}
"""Postures that a dossier can name."""
