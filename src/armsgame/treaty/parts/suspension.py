# ruff: noqa: ARG002 - hooks share one signature, and parameter() returns a field
"""Suspended obligations as a part of a treaty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from armsgame.treaty.parts.base import (
    Act,
    Agreement,
    Chances,
    Part,
    Profile,
    Rates,
    Shares,
    named_parties,
    parameter,
    party_sets,
)
from armsgame.treaty.status import Status


@dataclass(frozen=True)
class Suspension(Part):
    """Each party can suspend its obligations and resume them, without leaving the treaty: four conditions.

    The condition names who has suspended (``none``, a party, ``both``); it is public, and holds until
    withdrawal, while notice runs too. ``suspend`` and ``resume`` are moves of their own, in place of keeping
    silent, ignoring, denying or, at the expiry of an own demand, of backing down. They take effect in the next
    period. A suspended party deploys in the open: no alarm is raised about it, and it pays no `concealment_cost`.
    The other party stays bound until it suspends too.

    Suspending is free with grounds: a flag about the other party, a demand, an expiry, notice that runs, or the
    other's suspension, which is a ground for notice too. Without grounds it costs `exit_cost_unprovoked`.

    Parameters
    ----------
    standing_goes_on : bool
        Whether a suspended party goes on to enjoy its `standing`. It decides what is left of a treaty whose
        standing does not cover the cost of concealment: suspension for ever, or notice.

    Examples
    --------
    >>> import armsgame as ag
    >>> ag.Treaty(demand=False, parts=(Suspension(),)).size().states
    25
    """

    name: ClassVar[str] = "suspension"
    events: ClassVar[tuple[str, ...]] = ("suspended", "mirrored", "resumed", "suspended_without_grounds")
    releases: ClassVar[bool] = True

    standing_goes_on: bool = parameter(True, "a suspended party keeps its standing", "yes or no")

    def conditions(self, treaty: Agreement, status: Status) -> tuple[str, ...]:
        """Who has suspended its obligations, until withdrawal."""
        return ("",) if status.kind == "withdrawn" else party_sets(treaty)

    def actions(self, treaty: Agreement, status: Status, party: int, acts: tuple[Act, ...]) -> tuple[Act, ...]:
        """Add ``suspend`` or ``resume`` in place of the quiet move."""
        if status.kind == "withdrawn":
            return acts
        if status.kind in ("in_force", "notice"):
            quiet = "silent" if status.kind == "in_force" else ""
        elif status.demander == party:
            quiet = "ignore" if status.kind == "demand" else "back_down"
        else:
            quiet = "deny"
        word = "resume" if self.suspended(treaty, status)[party] else "suspend"
        return (*acts, *((act[0], word) for act in acts if act[1:] == (quiet,)))

    def alarms(self, treaty: Agreement, status: Status, profile: Profile, rates: Rates) -> Rates:
        """Raise no alarm about a suspended party."""
        first, second = self.suspended(treaty, status)
        return 0.0 if first else rates[0], 0.0 if second else rates[1]

    def next(self, treaty: Agreement, status: Status, profile: Profile, after: Status) -> Chances:
        """Take what was suspended and resumed into the next period."""
        values = self.conditions(treaty, after)
        if values == ("",) or status.kind == "withdrawn":
            return ((values[0], 1.0),)
        now = self.suspended(treaty, status)
        first, second = (
            act[1] == "suspend" or (was and act[1] != "resume") for was, act in zip(now, profile, strict=True)
        )
        return ((values[first + 2 * second], 1.0),)

    def pay(self, treaty: Agreement, status: Status, profile: Profile, party: int, core: Shares) -> Shares:
        """Charge a suspension without grounds; release a suspended party from hiding and, it may be, from standing."""
        terms: dict[str, float] = {}
        if profile[party][1] == "suspend" and not self._grounds(treaty, status, party):
            terms["exit_cost_unprovoked"] = -1.0
        if self.suspended(treaty, status)[party]:
            if "overt" not in profile[party]:
                terms["concealment_cost"] = -core.get("concealment_cost", 0.0)
            if not self.standing_goes_on:
                terms["standing"] = -core.get("standing", 0.0)
        return terms

    def happens(self, event: str, treaty: Agreement, status: Status, profile: Profile, after: Status) -> bool:
        """Tell suspending, answering a suspension by one's own, and resuming."""
        now = self.suspended(treaty, status)
        moves = [act[1] for act in profile]
        if event == "mirrored":
            return any(moves[i] == "suspend" and now[1 - i] for i in (0, 1))
        if event == "suspended_without_grounds":
            return any(moves[i] == "suspend" and not self._grounds(treaty, status, i) for i in (0, 1))
        return ("suspend" if event == "suspended" else "resume") in moves

    def suspended(self, treaty: Agreement, status: Status) -> tuple[bool, bool]:
        """Whether each party has suspended its obligations."""
        return named_parties(treaty, status.condition(self.name))

    def _grounds(self, treaty: Agreement, status: Status, party: int) -> bool:
        return status.kind != "in_force" or status.flags[1 - party] or self.suspended(treaty, status)[1 - party]
