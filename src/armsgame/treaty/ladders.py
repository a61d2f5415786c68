"""Policies that count alarms, and policies that suspend obligations, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import numpy as np

from armsgame._checks import settle_whole
from armsgame._shown import Value, described
from armsgame.errors import InvalidGame, invalid
from armsgame.games.stochastic import StochasticGame
from armsgame.strategies.automaton import Automaton
from armsgame.treaty.parts.base import Act
from armsgame.treaty.policies import laws_by_state, leave_with_grounds, read_statuses
from armsgame.treaty.status import Status


@described(lambda rule: f"{rule.name}: {rule.about}")
@dataclass(frozen=True, slots=True)
class Strikes(Value):
    """Comply until the n-th alarm about the same party, then play as `exit_on_alarm` does after an alarm.

    A demand or notice ends compliance at once, as an alarm ends that of `exit_on_alarm`; with `count` 1 it is
    that policy. The automaton counts the alarms about each party: count squared states and the collapse.

    Attributes
    ----------
    count : int, at least 1
    """

    count: int

    def __post_init__(self) -> None:
        settle_whole(self, "count")

    @property
    def name(self) -> str:
        """Name of the policy."""
        return f"strikes({self.count})"

    @property
    def about(self) -> str:
        """What it does, in words."""
        return f"comply until alarm number {self.count} about the same party, then as exit_on_alarm."

    def on(self, game: StochasticGame, player: int | str) -> Automaton:
        """Lower the rule to an automaton on a treaty's game.

        Raises
        ------
        WrongConcept
            The game's states are not those of a treaty.
        """
        statuses, who = read_statuses(self.name, game, player)
        counts = list(product(range(self.count), repeat=2))
        over = len(counts)

        def act(status: Status, phase: int) -> Act:
            if phase == over or status.kind != "in_force":
                return leave_with_grounds(status, who)
            return "comply", "silent"

        def after(phase: int, status: Status) -> int:
            if phase == over or status.kind != "in_force":
                return over
            told = tuple(n + flag for n, flag in zip(counts[phase], status.flags, strict=True))
            return over if max(told) >= self.count else counts.index((told[0], told[1]))

        # the flags of the status that is reached are the alarms of the period
        reached = np.array([[after(phase, status) for status in statuses] for phase in range(over + 1)])
        table = np.repeat(reached[:, None, :], len(statuses), axis=1)
        names = [" and ".join(map(str, pair)) for pair in counts] + ["collapse"]
        return Automaton(laws_by_state(self.name, game, statuses, who, over + 1, act), table, states=names)

    def __str__(self) -> str:
        return self.name


def strikes(count: int) -> Strikes:
    """Policy that collapses at alarm number `count` about the same party.

    Parameters
    ----------
    count : int, at least 1

    Raises
    ------
    InvalidGame
        Another number.

    Examples
    --------
    >>> import armsgame as ag
    >>> ag.verify(ag.Treaty().game(), (strikes(2), strikes(2)), discount=0.95).ok
    True
    """
    return Strikes(count)


_CHOICES = {
    "on_flag": ("suspend", "demand"), "reply": ("yield", "deny"), "at_expiry": ("suspend", "notice", "back_down"),
    "then": ("stay", "leave", "resume"),
}  # fmt: skip


@described(lambda rule: f"{rule.name}: {rule.about}")
@dataclass(frozen=True, slots=True)
class SuspensionLadder(Value):
    """A policy of the part `Suspension`, as data: comply, answer an alarm, suspend, and what follows.

    It complies while nothing is unsettled. Once an alarm was raised, a demand failed or anybody has suspended, it
    collapses: it deploys, and suspends as soon as it has grounds, so that a suspension is mirrored in the next period.

    Attributes
    ----------
    on_flag : ``"suspend"`` or ``"demand"``, once the other party was flagged
    reply : ``"yield"`` or ``"deny"``, to a demand
    at_expiry : ``"suspend"``, ``"notice"`` or ``"back_down"``, once an own demand ran out
    then : ``"stay"`` suspended, ``"leave"`` by notice as soon as there are grounds, or ``"resume"`` compliance once
        both were suspended for a period
    """

    name: str
    on_flag: str = "suspend"
    reply: str = "yield"
    at_expiry: str = "suspend"
    then: str = "stay"
    about: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        for term, allowed in _CHOICES.items():
            if getattr(self, term) not in allowed:
                invalid(f"{term} of {self.name!r}", getattr(self, term), f"one of {allowed}")

    def on(self, game: StochasticGame, player: int | str) -> Automaton:
        """Lower the ladder to an automaton on the game of a treaty with the part `Suspension`.

        Raises
        ------
        WrongConcept
            The game's states are not those of a treaty.
        InvalidGame
            The treaty has no suspension, or lacks another move of the ladder.
        """
        statuses, who = read_statuses(self.name, game, player)
        if not any(status.condition("suspension") for status in statuses):
            raise InvalidGame(
                f"{self.name!r} suspends obligations; allowed: a treaty with the part, "
                "Treaty(parts=(ag.treaty.parts.Suspension(),))."
            )
        outputs = laws_by_state(self.name, game, statuses, who, 2, lambda s, phase: self.act(s, who, phase == 1))
        table = [[[int(self._collapsed(p, b, a)) for a in statuses] for b in statuses] for p in (False, True)]
        return Automaton(outputs, table, states=("normal", "collapse"))

    def act(self, status: Status, party: int, collapsed: bool) -> Act:
        """(conduct, move) at a status, before or after the collapse."""
        if status.kind == "withdrawn":
            return "deploy", ""
        own, other = self._suspended(status, party), self._suspended(status, 1 - party)
        mine = status.demander == party
        if not (collapsed or own or other) and status.kind in ("in_force", "demand"):
            if not any(status.flags):
                yields = status.kind == "demand" and not mine
                return "comply", self.reply if yields else self._quiet(status, mine)
            if self.on_flag == "demand" and status.kind == "in_force":
                return "comply", "demand" if status.flags[1 - party] else "silent"
        leaves = self.then == "leave"
        if status.kind == "expired" and mine:
            # a demander that is suspended already has no further step but to leave, or to resume at no cost
            return "deploy", ("notice" if leaves else "resume") if own else self.at_expiry
        grounds = status.kind != "in_force" or status.flags[1 - party] or other
        if not own:
            return "deploy", "suspend" if grounds else "silent"
        if leaves and grounds and status.kind != "notice":
            return "deploy", "notice"
        if self.then == "resume" and other and status.kind == "in_force":
            return "deploy", "resume"
        return "deploy", self._quiet(status, mine)

    def _collapsed(self, already: bool, before: Status, after: Status) -> bool:
        if already:
            both = all(self._suspended(before, i) for i in (0, 1))
            return not (self.then == "resume" and both and after.condition("suspension") == "none")
        if after.kind in ("expired", "notice", "withdrawn") or after.condition("suspension") != "none":
            return True
        if self.on_flag == "suspend" or after.kind == "demand":
            return any(after.flags)
        return before.kind == "in_force" and any(before.flags)

    @staticmethod
    def _suspended(status: Status, party: int) -> bool:
        return status.condition("suspension") in (status.parties[party], "both")

    @staticmethod
    def _quiet(status: Status, mine: bool) -> str:
        if status.kind == "demand":
            return "ignore" if mine else "deny"
        return {"in_force": "silent", "notice": "", "expired": "deny"}[status.kind]

    def __str__(self) -> str:
        return self.name


SUSPENSION_LADDERS: dict[str, SuspensionLadder] = {
    rule.name: rule
    for rule in (
        SuspensionLadder(
            "suspend on alarm", about="comply; suspend after a flag about the other party, and stay suspended."
        ),
        SuspensionLadder(
            "suspend and resume",
            then="resume",
            about="comply; suspend after a flag about the other party; once both have, resume and comply.",
        ),
        SuspensionLadder(
            "suspend and leave",
            then="leave",
            about="comply; suspend after a flag about the other party, and give notice once there are grounds.",
        ),
        SuspensionLadder(
            "demand and suspend",
            on_flag="demand",
            about="comply; demand after a flag, yield to a demand, and suspend once a demand fails.",
        ),
    )
}
"""Policies that suspend obligations, by name; `about` of each says what it does."""
