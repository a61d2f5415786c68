# ruff: noqa: ARG002, RUF009 - hooks share one signature, and parameter() returns a field
"""Terms of the exit clause, as a part of a treaty."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import ClassVar

from armsgame.errors import invalid
from armsgame.treaty.parts.base import (
    Act,
    Agreement,
    Chances,
    Law,
    Part,
    PartyValue,
    Profile,
    Shares,
    named_parties,
    parameter,
)
from armsgame.treaty.status import Status

_MET = " met"


@dataclass(frozen=True)
class Withdrawal(Part):
    """Notice that can be rescinded, an extraordinary-events clause, and a lag before exit can be mirrored.

    The length of notice is the core's `notice_days`. With `rescindable` or `mirror_lag` the notice period
    also remembers who gave notice. A rescindable notice is a bargaining deadline: the other party may
    ``meet`` what is asked (it complies, pays its `status_cost`, and the condition says so), and whoever
    gave notice may ``rescind``; the treaty is back in force once everybody who gave notice does.

    Parameters
    ----------
    rescindable : bool
        Whether notice can be taken back before it takes effect.
    extraordinary_events : bool
        Whether notice from an unflagged treaty in force is barred: it needs grounds, as in clauses
        on extraordinary events that jeopardise supreme interests.
    mirror_lag : int
        Periods for which a party that did not give notice can only comply, because its answer takes time.
    rescind_cost : float or pair
        One-off cost of taking notice back.

    Examples
    --------
    >>> import armsgame as ag
    >>> ag.Treaty(parts=(Withdrawal(rescindable=True),)).size().states
    31
    """

    name: ClassVar[str] = "withdrawal"
    events: ClassVar[tuple[str, ...]] = ("rescinded", "met")
    words: ClassVar[tuple[str, ...]] = ("rescind", "meet")

    rescindable: bool = parameter(False, "notice can be taken back", "yes or no")
    extraordinary_events: bool = parameter(False, "notice needs grounds", "yes or no")
    mirror_lag: int = parameter(0, "time before the other party can answer an exit", "periods")
    rescind_cost: PartyValue = parameter(0.0, "cost of taking notice back", "one-off, in periods of R - P", payoff=True)

    def check(self, treaty: Agreement) -> None:
        """Refuse a treaty without an exit clause, and terms that need a notice period where there is none."""
        if not treaty.notice:
            invalid("parts", self.name, "a treaty with notice=True")
        if (self.rescindable or self.mirror_lag) and treaty.notice_periods == 0:
            invalid("notice_days", treaty.notice_days, "more than 0 where notice is rescindable or mirrored late")
        if self.rescindable and any(party.endswith(_MET) for party in treaty.parties):
            invalid("parties", treaty.parties, f"names that do not end in {_MET!r} where notice is rescindable")
        if self.mirror_lag > treaty.notice_periods:
            invalid("withdrawal.mirror_lag", self.mirror_lag, f"at most {treaty.notice_periods}, the periods of notice")

    def conditions(self, treaty: Agreement, status: Status) -> tuple[str, ...]:
        """Who gave notice, and whether the other party has met what was asked."""
        if status.kind != "notice" or not (self.rescindable or self.mirror_lag):
            return ("",)
        a, b = treaty.parties
        met = (a + _MET, b + _MET) if self.rescindable else ()
        return (a, b, "both", *met)

    def actions(self, treaty: Agreement, status: Status, party: int, acts: tuple[Act, ...]) -> tuple[Act, ...]:
        """Bar notice without grounds; add ``meet`` and ``rescind``; hold the mirror back."""
        suspended = named_parties(treaty, status.condition("suspension"))
        grounds = status.kind != "in_force" or status.flags[1 - party] or suspended[1 - party]
        if self.extraordinary_events and not grounds:
            return tuple(act for act in acts if act[1] != "notice")
        if status.kind != "notice":
            return acts
        gave, met = self._gave(treaty, status)
        if self.mirror_lag and not gave[party] and treaty.notice_periods - status.left < self.mirror_lag:
            acts = tuple(act for act in acts if act[0] == "comply")
        if self.rescindable and gave[party]:
            acts = (*acts, *((*act, "rescind") for act in acts if act[1:] == ("",)))
        elif self.rescindable and not met:
            acts = (*acts, ("comply", "", "meet"))
        return acts

    def moves_on(self, treaty: Agreement, status: Status, profile: Profile, law: Law) -> Law:
        """Return to the treaty once everybody who gave notice takes it back."""
        if status.kind == "notice" and self.rescindable and self._rescinded(treaty, status, profile):
            return [(Status("in_force"), 1.0)]
        return law

    def next(self, treaty: Agreement, status: Status, profile: Profile, after: Status) -> Chances:
        """Remember who gave notice and whether the other party met the demand."""
        values = self.conditions(treaty, after)
        if values == ("",):
            return (("", 1.0),)
        if status.kind != "notice":
            gave = [act[1] == "notice" for act in profile]
            return ((values[gave[0] + 2 * gave[1] - 1], 1.0),)
        now = status.condition(self.name)
        if any("meet" in act for act in profile):
            done = self._completes(treaty)
            return ((now + _MET, done), (now, 1 - done))
        return ((now, 1.0),)

    def pay(self, treaty: Agreement, status: Status, profile: Profile, party: int, core: Shares) -> Shares:
        """Charge rescission, and the core's status cost for meeting a demand."""
        if "rescind" in profile[party]:
            return {"rescind_cost": -1.0}
        return {"status_cost": -self._completes(treaty)} if "meet" in profile[party] else {}

    def happens(self, event: str, treaty: Agreement, status: Status, profile: Profile, after: Status) -> bool:
        """Tell a rescinded notice and a demand that was met."""
        if status.kind != "notice":
            return False
        if event == "rescinded":
            return after.kind == "in_force"
        return after.condition(self.name) != status.condition(self.name) and after.kind == "notice"

    @staticmethod
    def _completes(treaty: Agreement) -> float:
        """P(compliance is completed within one period of notice)."""
        return 1 - exp(-treaty.compliance_rate * treaty.period_days)

    def _gave(self, treaty: Agreement, status: Status) -> tuple[tuple[bool, bool], bool]:
        value = status.condition(self.name)
        who = value.removesuffix(_MET)
        return named_parties(treaty, who), who != value

    def _rescinded(self, treaty: Agreement, status: Status, profile: Profile) -> bool:
        gave, _ = self._gave(treaty, status)
        return all("rescind" in act for act, own in zip(profile, gave, strict=True) if own)
