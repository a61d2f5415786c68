# ruff: noqa: ARG002, RUF009 - hooks share one signature, and parameter() returns a field
"""Covert and overt deployment, its delay, and stocks after withdrawal, as a part of a treaty."""

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
    Rates,
    Shares,
    named_parties,
    parameter,
)
from armsgame.treaty.status import Status


@dataclass(frozen=True)
class Deployment(Part):
    """How deployment is carried out: in the open or not, how fast, and what it builds up after withdrawal.

    Under the treaty conduct stays hidden, so a delay cannot be a public counter: an order takes effect in
    a period with probability 1 / `delay`, and otherwise looks and pays like compliance. After withdrawal
    stocks are public: they start at zero, a party that deploys gains one level with probability
    1 / `delay`, and no level is given up.

    Parameters
    ----------
    overt : bool
        Adds ``overt`` to deploying while alarms are drawn: the party is flagged for certain.
    delay : float
        Mean number of periods from order to effect, at least 1.
    levels : int
        Stock levels of each party after withdrawal, levels squared states; 1 is no stock.
    concealment, advantage, upkeep : float or pair
        Cost per period of deploying covertly under the treaty; gain per period and level of lead; cost
        per period and own level.

    Examples
    --------
    >>> import armsgame as ag
    >>> ag.Treaty(parts=(Deployment(levels=4),)).size().states
    38
    """

    name: ClassVar[str] = "deployment"
    events: ClassVar[tuple[str, ...]] = ("deployed_openly", "stock_raised")
    words: ClassVar[tuple[str, ...]] = ("overt",)

    overt: bool = parameter(False, "deploying in the open is a move", "yes or no")
    delay: float = parameter(1.0, "mean time from order to effect", "periods", low=1.0)
    levels: int = parameter(1, "stock levels of each party after withdrawal", "count", low=1)
    concealment: PartyValue = parameter(0.0, "cost of deploying covertly", "per period, R - P = 1", payoff=True)
    advantage: PartyValue = parameter(0.0, "gain from each level of lead", "per period, R - P = 1", payoff=True)
    upkeep: PartyValue = parameter(0.0, "cost of each level held", "per period, R - P = 1", payoff=True)

    def count(self, treaty: Agreement, status: Status) -> int:
        """Levels squared after withdrawal, else one."""
        return self.levels**2 if status.kind == "withdrawn" else 1

    def conditions(self, treaty: Agreement, status: Status) -> tuple[str, ...]:
        """Stocks of the two parties after withdrawal."""
        if self.levels == 1 or status.kind != "withdrawn":
            return ("",)
        return tuple(f"{a}-{b}" for a in range(self.levels) for b in range(self.levels))

    def actions(self, treaty: Agreement, status: Status, party: int, acts: tuple[Act, ...]) -> tuple[Act, ...]:
        """Add ``overt`` to deploying, unless another part makes the move."""
        if not self.overt or not status.watched:
            return acts
        own = [act for act in acts if act[0] == "deploy" and len(act) == 2 and act[1] not in ("suspend", "resume")]
        return (*acts, *((*act, "overt") for act in own))

    def effects(self, treaty: Agreement, status: Status, profile: Profile) -> tuple[tuple[Profile, float], ...]:
        """Let each order take effect now, or not yet."""
        if self.delay == 1 or status.kind == "withdrawn":
            return ((profile, 1.0),)
        now = 1 / self.delay
        found: list[tuple[Profile, float]] = [(profile, 1.0)]
        for i in (0, 1):
            if profile[i][0] == "deploy":
                idle = ("comply", *profile[i][1:])
                late = [((idle, g[1]) if i == 0 else (g[0], idle), p * (1 - now)) for g, p in found]
                found = [(given, p * now) for given, p in found] + late
        return tuple(found)

    def alarms(self, treaty: Agreement, status: Status, profile: Profile, rates: Rates) -> Rates:
        """Flag a party that deploys in the open."""
        # an order that was not carried out shows nothing
        open_ = [act[0] == "deploy" and "overt" in act for act in profile]
        return 1.0 if open_[0] else rates[0], 1.0 if open_[1] else rates[1]

    def seen(self, act: Act) -> Act:
        """Show deployment in the open only where it took effect."""
        return act if act[0] == "deploy" else tuple(word for word in act if word != "overt")

    def next(self, treaty: Agreement, status: Status, profile: Profile, after: Status) -> Chances:
        """Raise the stocks of those that deploy after withdrawal."""
        values = self.conditions(treaty, after)
        if values == ("",) or status.kind != "withdrawn":
            return ((values[0], 1.0),)
        laws = []
        for held, act in zip(status.counts(self.name), profile, strict=True):
            more = min(held + 1, self.levels - 1)
            chance = 1 / self.delay if act[0] == "deploy" and more > held else 0.0
            laws.append([(k, p) for k, p in ((more, chance), (held, 1 - chance)) if p > 0])
        return tuple((f"{a}-{b}", p * q) for a, p in laws[0] for b, q in laws[1])

    def pay(self, treaty: Agreement, status: Status, profile: Profile, party: int, core: Shares) -> Shares:
        """Charge concealment under the treaty, and pay for stocks after it."""
        if status.watched:
            hidden = profile[party][0] == "deploy" and "overt" not in profile[party]
            if hidden and named_parties(treaty, status.condition("suspension"))[party]:
                return {}
            if hidden:
                return {"concealment": -1.0}
            # what is deployed in the open is not hidden from anybody
            return {"concealment_cost": -core.get("concealment_cost", 0.0)}
        if status.kind != "withdrawn":
            return {}
        own, other = status.counts(self.name)[party], status.counts(self.name)[1 - party]
        return {"advantage": float(own - other), "upkeep": -float(own)}

    def happens(self, event: str, treaty: Agreement, status: Status, profile: Profile, after: Status) -> bool:
        """Tell open deployment and a raised stock."""
        if event == "deployed_openly":
            return any("overt" in act for act in profile)
        return status.kind == after.kind == "withdrawn" and status.counts(self.name) != after.counts(self.name)
