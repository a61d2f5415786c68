# ruff: noqa: ARG002, RUF009 - hooks share one signature, and parameter() returns a field
"""Sanctions as a part of a treaty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from armsgame.treaty.parts.base import (
    Act,
    Agreement,
    Chances,
    Part,
    PartyValue,
    Profile,
    Shares,
    named_parties,
    parameter,
    party_sets,
)
from armsgame.treaty.status import Status


@dataclass(frozen=True)
class Sanctions(Part):
    """Each party can put the other under sanctions and lift them again: four conditions.

    The condition names who is under sanctions (``none``, a party, ``both``); it is public. The moves
    ``impose`` and ``lift`` go with ``silent`` while the treaty is in force, and with conduct alone after
    withdrawal; they take effect in the next period. Already imposed sanctions lower what compliance is
    worth and so shrink the slack of every other threat.

    Parameters
    ----------
    target_cost, sender_cost : float or pair
        Cost per period to a party while it is under sanctions, and while it keeps the other under them.

    Examples
    --------
    >>> import armsgame as ag
    >>> treaty = ag.Treaty(parts=(Sanctions(target_cost=0.3),))
    >>> treaty.size().states
    92
    """

    name: ClassVar[str] = "sanctions"
    events: ClassVar[tuple[str, ...]] = ("sanctioned", "sanctions_lifted")
    words: ClassVar[tuple[str, ...]] = ("impose", "lift")

    target_cost: PartyValue = parameter(0.3, "cost to the party under sanctions", "per period, R - P = 1", payoff=True)
    sender_cost: PartyValue = parameter(0.05, "cost to the party that keeps them", "per period, R - P = 1", payoff=True)

    def conditions(self, treaty: Agreement, status: Status) -> tuple[str, ...]:
        """Who is under sanctions."""
        return party_sets(treaty)

    def actions(self, treaty: Agreement, status: Status, party: int, acts: tuple[Act, ...]) -> tuple[Act, ...]:
        """Add ``impose`` or ``lift`` to the silent moves."""
        if status.kind not in ("in_force", "withdrawn"):
            return acts
        word = "lift" if self._under(treaty, status)[1 - party] else "impose"
        return (*acts, *((*act, word) for act in acts if act[1] in ("silent", "") and len(act) == 2))

    def next(self, treaty: Agreement, status: Status, profile: Profile, after: Status) -> Chances:
        """Take what was imposed and lifted into the next period."""
        under = list(self._under(treaty, status))
        for i in (0, 1):
            if "impose" in profile[i]:
                under[1 - i] = True
            if "lift" in profile[i]:
                under[1 - i] = False
        return ((self.conditions(treaty, after)[under[0] + 2 * under[1]], 1.0),)

    def pay(self, treaty: Agreement, status: Status, profile: Profile, party: int, core: Shares) -> Shares:
        """Charge the target and the sender while sanctions last."""
        under = self._under(treaty, status)
        return {"target_cost": -float(under[party]), "sender_cost": -float(under[1 - party])}

    def happens(self, event: str, treaty: Agreement, status: Status, profile: Profile, after: Status) -> bool:
        """Tell imposing from lifting."""
        word = "impose" if event == "sanctioned" else "lift"
        return any(word in act for act in profile)

    def _under(self, treaty: Agreement, status: Status) -> tuple[bool, bool]:
        return named_parties(treaty, status.condition(self.name))
