# ruff: noqa: ARG002, RUF009 - hooks share one signature, and parameter() returns a field
"""Commitment and growing audience costs of a demand, as a part of a treaty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from armsgame.errors import invalid
from armsgame.treaty.parts.base import Agreement, Part, PartyValue, Profile, Shares, parameter
from armsgame.treaty.status import Status


@dataclass(frozen=True)
class Ultimatum(Part):
    """A demand whose threat may carry itself out, and whose audience costs grow while it is pending; no state.

    Demand, deadline, `audience_cost` of the demander and `status_cost` of the addressee belong to the
    core. This part adds that backing down at expiry may come too late, and that either side pays more
    for giving way the longer it has held out (Fearon 1994).

    Parameters
    ----------
    credibility : float or pair
        P(notice follows although the demander backs down at expiry), of each party as demander.
    demander_growth, addressee_growth : float or pair
        What each period of standing firm adds to the cost of backing down, and of yielding.
    """

    name: ClassVar[str] = "ultimatum"

    credibility: PartyValue = parameter(
        0.0, "P(the threat carries itself out at expiry)", "probability", high=1.0, per_party=True
    )
    demander_growth: PartyValue = parameter(
        0.0, "growth of the cost of backing down", "one-off per period pending, in periods of R - P", payoff=True
    )
    addressee_growth: PartyValue = parameter(
        0.0, "growth of the cost of yielding", "one-off per period pending, in periods of R - P", payoff=True
    )

    def check(self, treaty: Agreement) -> None:
        """Refuse a treaty without demands, and a threat without an exit clause."""
        if not treaty.demand:
            invalid("parts", self.name, "a treaty with demand=True")
        if not treaty.notice and any(self.credibility):  # type: ignore[arg-type]
            invalid("ultimatum.credibility", self.credibility, "0 in a treaty without notice")

    def effects(self, treaty: Agreement, status: Status, profile: Profile) -> tuple[tuple[Profile, float], ...]:
        """Turn backing down at expiry into notice with the probability of the commitment."""
        i = status.demander
        if status.kind != "expired" or profile[i][1] != "back_down":
            return ((profile, 1.0),)
        bound = self.credibility[i]  # type: ignore[index]
        leaves = (profile[i][0], "notice", *profile[i][2:])
        return ((profile, 1 - bound), ((leaves, profile[1]) if i == 0 else (profile[0], leaves), bound))

    def pay(self, treaty: Agreement, status: Status, profile: Profile, party: int, core: Shares) -> Shares:
        """Add the growth to whatever the core charges for giving way."""
        if status.kind not in ("demand", "expired"):
            return {}
        found = (part.demanded(treaty, status) for part in treaty.parts)
        own = next((terms for terms in found if terms is not None), None)
        held = float((treaty.demand_periods if own is None else own[0]) - status.left)
        if profile[party][1] == "back_down":
            return {"demander_growth": -held}
        if status.kind == "demand" and "status_cost" in core:
            return {"addressee_growth": held * core["status_cost"] if own is None else -held * own[1]}
        return {}
