# ruff: noqa: ARG002, RUF009 - hooks share one signature, and parameter() returns a field
"""Hosts and onlookers as a part of a treaty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from armsgame.treaty.parts.base import Agreement, Part, PartyValue, Profile, Shares, parameter
from armsgame.treaty.status import Status


@dataclass(frozen=True)
class ThirdParty(Part):
    """Hosts that must consent to a deployment, and an audience that makes a named breach dear; no state.

    Consent is a lottery: a party that deploys is allowed to with its probability, drawn anew in each
    period, because no state remembers an earlier answer. Where consent is refused it complies, for its
    payoff and for alarms. What a party is refused is not public.

    Parameters
    ----------
    consent : float or pair
        P(a host admits the deployment) for each party; 1 is a party that needs no host.
    audience : float or pair
        Cost per period to a party that an alarm named in the last one; it falls on false alarms too.

    Examples
    --------
    >>> import armsgame as ag
    >>> treaty = ag.Treaty(parts=(ThirdParty(consent=(0.4, 1.0)),))
    >>> treaty.size().states
    23
    """

    name: ClassVar[str] = "third party"

    consent: PartyValue = parameter(1.0, "P(host admits a deployment)", "probability", high=1.0, per_party=True)
    audience: PartyValue = parameter(0.0, "cost of being named by an alarm", "per period, R - P = 1", payoff=True)

    def effects(self, treaty: Agreement, status: Status, profile: Profile) -> tuple[tuple[Profile, float], ...]:
        """Let each deployment pass or be refused."""
        found: list[tuple[Profile, float]] = [(profile, 1.0)]
        for i, allowed in enumerate(self.consent):  # type: ignore[arg-type]
            if profile[i][0] != "deploy":
                continue
            refused = ("comply", *profile[i][1:])
            found = [
                (done, p * q)
                for given, p in found
                for done, q in ((given, allowed), ((refused, given[1]) if i == 0 else (given[0], refused), 1 - allowed))
            ]
        return tuple(found)

    def pay(self, treaty: Agreement, status: Status, profile: Profile, party: int, core: Shares) -> Shares:
        """Charge a party that was named."""
        return {"audience": -1.0} if status.flags[party] else {}
