# ruff: noqa: ARG002, RUF009 - hooks share one signature, and parameter() returns a field
"""On-site inspection with a budget, and invitations, as a part of a treaty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from armsgame.treaty.parts.base import Act, Agreement, Chances, Part, PartyValue, Profile, Rates, Shares, parameter
from armsgame.treaty.status import Status


@dataclass(frozen=True)
class Verification(Part):
    """On-site inspections that each party can spend, beside national technical means.

    The core's `detection` and `false_alarm` are those of national technical means. While the treaty is in
    force a silent party may ``inspect`` the other one or ``invite`` it. An inspection raises an alarm of
    its own, independent of the other means; it uses up one of the budget, unless it was invited (an
    offer that is accepted). An invitation that is not taken up is a snub. Budgets are public.

    Parameters
    ----------
    budget : int
        Inspections of each party; 0 is no inspection at all.
    renewal : float
        P(both budgets are full again) per period.
    on_site, on_site_false : float or pair
        P(inspection of this party raises an alarm | it deploys, it complies).
    inspection_cost, intrusiveness, snub_cost : float or pair
        One-off cost of inspecting, of being inspected, and of leaving an invitation unanswered.

    Examples
    --------
    >>> import armsgame as ag
    >>> treaty = ag.Treaty(parts=(Verification(budget=1),))
    >>> treaty.size().profiles
    3340
    """

    name: ClassVar[str] = "verification"
    events: ClassVar[tuple[str, ...]] = ("inspected", "snubbed")
    words: ClassVar[tuple[str, ...]] = ("inspect", "invite")

    budget: int = parameter(1, "inspections of each party", "count")
    renewal: float = parameter(0.25, "P(budgets are full again)", "probability per period", high=1.0)
    on_site: PartyValue = parameter(
        0.8, "P(inspection raises an alarm | violation)", "probability", high=1.0, per_party=True
    )
    on_site_false: PartyValue = parameter(
        0.0, "P(inspection raises an alarm | compliance)", "probability", high=1.0, per_party=True
    )
    inspection_cost: PartyValue = parameter(0.02, "cost of inspecting", "one-off, in periods of R - P", payoff=True)
    intrusiveness: PartyValue = parameter(0.02, "cost of being inspected", "one-off, in periods of R - P", payoff=True)
    snub_cost: PartyValue = parameter(
        0.0, "cost of ignoring an invitation", "one-off, in periods of R - P", payoff=True
    )

    def count(self, treaty: Agreement, status: Status) -> int:
        """Budgets of both parties while alarms are drawn, else one."""
        return (self.budget + 1) ** 2 if status.watched else 1

    def conditions(self, treaty: Agreement, status: Status) -> tuple[str, ...]:
        """Inspections left to the two parties."""
        if self.budget == 0 or not status.watched:
            return ("",)
        left = range(self.budget, -1, -1)
        return tuple(f"{a}-{b}" for a in left for b in left)

    def actions(self, treaty: Agreement, status: Status, party: int, acts: tuple[Act, ...]) -> tuple[Act, ...]:
        """Add ``inspect`` and ``invite`` to the silent moves."""
        if self.budget == 0 or status.kind != "in_force":
            return acts
        words = ("inspect", "invite") if status.counts(self.name)[party] else ("invite",)
        return (*acts, *((*act, word) for word in words for act in acts if act[1] == "silent" and len(act) == 2))

    def alarms(self, treaty: Agreement, status: Status, profile: Profile, rates: Rates) -> Rates:
        """Add the alarm of an inspection to that of the other means."""
        out = []
        for i in (0, 1):
            seen = self.on_site if profile[i][0] == "deploy" else self.on_site_false
            own = seen[i] if "inspect" in profile[1 - i] else 0.0  # type: ignore[index]
            out.append(rates[i] + (1 - rates[i]) * own)
        return out[0], out[1]

    def next(self, treaty: Agreement, status: Status, profile: Profile, after: Status) -> Chances:
        """Use up what was inspected without an invitation, or renew the budgets."""
        values = self.conditions(treaty, after)
        if values == ("",) or not status.watched:
            return ((values[0], 1.0),)
        left = status.counts(self.name)
        a, b = (n - ("inspect" in profile[i] and "invite" not in profile[1 - i]) for i, n in enumerate(left))
        kept = f"{a}-{b}"
        return ((kept, 1.0),) if kept == values[0] else ((values[0], self.renewal), (kept, 1 - self.renewal))

    def pay(self, treaty: Agreement, status: Status, profile: Profile, party: int, core: Shares) -> Shares:
        """Charge inspector, inspected party and whoever ignores an invitation."""
        mine, theirs = profile[party], profile[1 - party]
        return {
            "inspection_cost": -float("inspect" in mine),
            "intrusiveness": -float("inspect" in theirs),
            "snub_cost": -float("invite" in theirs and "inspect" not in mine),
        }

    def happens(self, event: str, treaty: Agreement, status: Status, profile: Profile, after: Status) -> bool:
        """Tell an inspection and a snub."""
        if event == "inspected":
            return any("inspect" in act for act in profile)
        return any("invite" in profile[i] and "inspect" not in profile[1 - i] for i in (0, 1))
