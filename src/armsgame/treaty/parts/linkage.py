# ruff: noqa: ARG002, RUF009 - hooks share one signature, and parameter() returns a field
"""Another issue at stake in the same relation, as a part of a treaty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from armsgame.treaty.parts.base import Act, Agreement, Chances, Part, PartyValue, Profile, Shares, parameter
from armsgame.treaty.status import Status


@dataclass(frozen=True)
class Linkage(Part):
    """A second issue on which the parties cooperate until one of them spoils it: two conditions.

    While the issue is ``open`` both enjoy `stake`. A party can ``spoil`` it together with a silent move
    in force; it gains `spoils` once and the issue is ``closed`` for good. When notice is given the issue
    closes by itself with probability `contagion`: linkage then makes leaving dearer, and lets a lost
    treaty take the other issue with it.

    Parameters
    ----------
    stake, spoils : float or pair
        Worth of the open issue per period, and the one-off gain of spoiling it.
    contagion : float
        P(the issue closes when notice is given).
    """

    name: ClassVar[str] = "linkage"
    events: ClassVar[tuple[str, ...]] = ("issue_closed",)
    words: ClassVar[tuple[str, ...]] = ("spoil",)

    stake: PartyValue = parameter(0.3, "worth of the open issue", "per period, R - P = 1", payoff=True)
    spoils: PartyValue = parameter(0.0, "gain of spoiling it", "one-off, in periods of R - P", payoff=True)
    contagion: float = parameter(1.0, "P(the issue closes when notice is given)", "probability", high=1.0)

    def conditions(self, treaty: Agreement, status: Status) -> tuple[str, ...]:
        """State of the linked issue."""
        return ("open", "closed")

    def actions(self, treaty: Agreement, status: Status, party: int, acts: tuple[Act, ...]) -> tuple[Act, ...]:
        """Add ``spoil`` to the silent moves while the issue is open."""
        if status.kind != "in_force" or status.condition(self.name) == "closed":
            return acts
        return (*acts, *((*act, "spoil") for act in acts if act[1] == "silent" and len(act) == 2))

    def next(self, treaty: Agreement, status: Status, profile: Profile, after: Status) -> Chances:
        """Close the issue where it is spoiled, or where leaving the treaty takes it along."""
        if status.condition(self.name) == "closed" or any("spoil" in act for act in profile):
            return (("closed", 1.0),)
        if any(act[1] == "notice" for act in profile):
            return (("closed", self.contagion), ("open", 1 - self.contagion))
        return (("open", 1.0),)

    def pay(self, treaty: Agreement, status: Status, profile: Profile, party: int, core: Shares) -> Shares:
        """Pay the stake while the issue is open, and the gain of spoiling it."""
        if status.condition(self.name) == "closed":
            return {}
        return {"stake": 1.0, "spoils": float("spoil" in profile[party])}

    def happens(self, event: str, treaty: Agreement, status: Status, profile: Profile, after: Status) -> bool:
        """Tell when the issue closes."""
        return status.condition(self.name) == "open" and after.condition(self.name) == "closed"
