# ruff: noqa: ARG002 - hooks share one signature
"""Demands of several levels, from which the demander chooses in public, as a part of a treaty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, exp
from typing import ClassVar

from armsgame._checks import is_number
from armsgame._shown import Value
from armsgame.errors import invalid
from armsgame.treaty.parameter_table import parameters
from armsgame.treaty.parts.base import Act, Agreement, Chances, Law, Part, PartyValue, Profile, Shares
from armsgame.treaty.status import Status

# costs of a level, and the treaty's cost that each replaces
_COSTS = {"status_cost": "status_cost", "audience_cost": "audience_cost", "exit_cost": "exit_cost_grounds"}


@dataclass(frozen=True)
class DemandLevel(Value):
    """One level of a demand; what is None is as the treaty has it.

    Parameters
    ----------
    name : str
        What must be given up, in a word or two.
    deadline_days, compliance_rate : float, optional
        Time to comply, and the rate per day at which compliance is completed.
    status_cost, audience_cost : float or pair, optional
        One-off cost of an addressee that yields, weighted by the chance that compliance is completed, and of a
        demander that backs down.
    exit_cost : float or pair, optional
        One-off cost of notice while the demand is pending or has expired, in the place of `exit_cost_grounds`: a demand
        that is refused may be a better ground than an alarm.
    concession : float or pair
        One-off worth of what is given up, to each party: taken from the addressee and added to the demander, weighted
        in the same way.

    Raises
    ------
    InvalidGame
        A name with ``, : |``, or a number out of range.
    """

    name: str
    deadline_days: float | None = None
    compliance_rate: float | None = None
    status_cost: PartyValue | None = None
    audience_cost: PartyValue | None = None
    exit_cost: PartyValue | None = None
    concession: PartyValue = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip() or set(self.name) & set(",:|"):
            invalid("demand menu.levels", self.name, "names without , : |")
        for term in ("deadline_days", "compliance_rate"):
            if (value := getattr(self, term)) is not None:
                parameters[term].check(value, f"{term} of {self.name!r}")
        for cost in (*_COSTS, "concession"):
            value, where = getattr(self, cost), f"{cost} of {self.name!r}"
            if value is None:
                continue
            pair = value if isinstance(value, tuple) else (value, value)
            if len(pair) != 2 or not all(is_number(v) and v >= 0 for v in pair):
                invalid(where, value, f"a finite number with 0 <= {cost}, or one for each party")
            object.__setattr__(self, cost, (float(pair[0]), float(pair[1])))

    @property
    def prices(self) -> dict[str, tuple[float, float]]:
        """Payoff parameters of the level, one value per party."""
        own = {cost: getattr(self, cost) for cost in (*_COSTS, "concession")}
        return {f"{cost} of {self.name}": pair for cost, pair in own.items() if pair is not None}

    @property
    def swapped(self) -> DemandLevel:
        """The same level with the parties in the other order."""
        own = {cost: getattr(self, cost) for cost in (*_COSTS, "concession")}
        return replace(self, **{cost: pair[::-1] for cost, pair in own.items() if pair is not None})

    def periods(self, treaty: Agreement) -> int:
        """Decision periods of a demand at this level."""
        days = self._days(treaty)
        return max(1, ceil(days / treaty.period_days - 1e-9))

    def completes(self, treaty: Agreement, left: int) -> float:
        """P(compliance is completed in the period with `left` decision periods left)."""
        rate = treaty.compliance_rate if self.compliance_rate is None else self.compliance_rate
        spent = (self.periods(treaty) - left) * treaty.period_days
        return 1 - exp(-rate * min(treaty.period_days, max(0.0, self._days(treaty) - spent)))

    def _days(self, treaty: Agreement) -> float:
        return treaty.deadline_days if self.deadline_days is None else self.deadline_days


@dataclass(frozen=True)
class DemandMenu(Part):
    """Levels of a demand, of which the demander chooses one in public.

    The move ``demand`` names the level, ``"demand, maximal"``, and the condition remembers it while the demand is
    pending and at its expiry; no other state is multiplied. A demander that wants out can choose terms that are
    made to be refused; what it asks for then tells what it wants. A policy that names no level plays the first.

    Parameters
    ----------
    levels : tuple of DemandLevel
        At least one. No deadline has more periods than the treaty's own, `Treaty.deadline_days`.

    Examples
    --------
    >>> import armsgame as ag
    >>> menu = DemandMenu((DemandLevel("modest", status_cost=1), DemandLevel("maximal", status_cost=6)))
    >>> ag.Treaty(parts=(menu,)).size().states
    39
    """

    name: ClassVar[str] = "demand menu"
    events: ClassVar[tuple[str, ...]] = ("demanded",)

    levels: tuple[DemandLevel, ...] = (DemandLevel("demand"),)

    def __post_init__(self) -> None:
        levels = tuple(self.levels) if isinstance(self.levels, (tuple, list)) else ()
        names = [level.name for level in levels if isinstance(level, DemandLevel)]
        if not names or len(names) != len(levels) or len(set(names)) != len(names):
            invalid("demand menu.levels", self.levels, "at least one DemandLevel, with different names")
        object.__setattr__(self, "levels", levels)

    @property
    def swapped(self) -> DemandMenu:
        """The same menu with the parties in the other order."""
        return replace(self, levels=tuple(level.swapped for level in self.levels))

    def prices(self) -> Mapping[str, tuple[float, float]]:
        """Payoff parameters of all levels, such as ``"status_cost of maximal"``."""
        return {name: pair for level in self.levels for name, pair in level.prices.items()}

    def check(self, treaty: Agreement) -> None:
        """Refuse a treaty without demands, and deadlines beyond the treaty's own."""
        if not treaty.demand:
            invalid("parts", self.name, "a treaty with demand=True")
        taken = {word for part in treaty.parts for word in part.words}
        for level in self.levels:
            if level.name in taken:
                invalid("demand menu.levels", level.name, f"names other than {', '.join(sorted(taken))}")
            if level.periods(treaty) > treaty.demand_periods:
                invalid(
                    f"deadline_days of {level.name!r}", level.deadline_days,
                    f"at most the treaty's {treaty.demand_periods} periods",
                    "Set Treaty(deadline_days=...) to the longest deadline of the menu.",
                )  # fmt: skip

    def conditions(self, treaty: Agreement, status: Status) -> tuple[str, ...]:
        """Level of the demand that is pending or has expired."""
        if status.kind == "demand":
            return tuple(level.name for level in self.levels if level.periods(treaty) >= status.left)
        return tuple(level.name for level in self.levels) if status.kind == "expired" else ("",)

    def actions(self, treaty: Agreement, status: Status, party: int, acts: tuple[Act, ...]) -> tuple[Act, ...]:
        """Name a level with each demand."""
        if status.kind != "in_force":
            return acts
        found: list[Act] = []
        for act in acts:
            # a demand names a level, and so takes no move of another part along
            if act[1:] == ("demand",):
                found += [(*act, level.name) for level in self.levels]
            elif act[1] != "demand":
                found.append(act)
        return tuple(found)

    def moves_on(self, treaty: Agreement, status: Status, profile: Profile, law: Law) -> Law:
        """Let the demand run for the deadline of its level, and be met at its rate."""
        if status.kind == "in_force":
            return [
                (replace(s, left=self._chosen(profile, s.demander).periods(treaty)) if s.kind == "demand" else s, p)
                for s, p in law
            ]
        if status.kind == "demand" and self._yields(status, profile):
            done = self._pending(status).completes(treaty, status.left)
            return [(s, done if s.kind == "in_force" else 1 - done) for s, _ in law]
        return law

    def demanded(self, treaty: Agreement, status: Status) -> tuple[int, float]:
        """Periods of the level, and P(compliance is completed now) at its rate."""
        level = self._pending(status)
        return level.periods(treaty), level.completes(treaty, status.left)

    def next(self, treaty: Agreement, status: Status, profile: Profile, after: Status) -> Chances:
        """Remember the level until the demand is settled."""
        if after.kind not in ("demand", "expired"):
            return (("", 1.0),)
        level = self._chosen(profile, after.demander) if status.kind == "in_force" else self._pending(status)
        return ((level.name, 1.0),)

    def pay(self, treaty: Agreement, status: Status, profile: Profile, party: int, core: Shares) -> Shares:
        """Put the level's costs in the place of the treaty's, and hand over what is given up."""
        if status.kind not in ("demand", "expired"):
            return {}
        level = self._pending(status)
        terms: dict[str, float] = {}
        for cost, replaced in _COSTS.items():
            if cost != "status_cost" and replaced in core and getattr(level, cost) is not None:
                terms |= {replaced: -core[replaced], f"{cost} of {level.name}": core[replaced]}
        if status.kind == "demand" and self._yields(status, profile):
            done = level.completes(treaty, status.left)
            terms[f"concession of {level.name}"] = done if party == status.demander else -done
            if party != status.demander:
                own = "status_cost" if level.status_cost is None else f"status_cost of {level.name}"
                terms["status_cost"] = -core["status_cost"]
                terms[own] = terms.get(own, 0.0) - done
        return terms

    def happens(self, event: str, treaty: Agreement, status: Status, profile: Profile, after: Status) -> bool:
        """Tell when a demand of any level is made."""
        return any(act[1] == "demand" for act in profile)

    def explain(self, parties: tuple[str, str]) -> list[str]:
        """Levels with what differs from the treaty's own terms."""
        lines = [f"{self.name}: the demander chooses a level in public; what is not listed is as the treaty has it"]
        for level in self.levels:
            told = []
            for term, unit in (
                ("deadline_days", "days"),
                ("compliance_rate", "per day"),
                *((c, "periods of R - P") for c in (*_COSTS, "concession")),
            ):
                value = getattr(level, term)
                if value is not None:
                    values = value if isinstance(value, tuple) else (value,)
                    told.append(f"{term} {' / '.join(f'{v:g}' for v in dict.fromkeys(values))} {unit}")
            lines.append(f"  {level.name}: {', '.join(told)} [assumption]")
        return lines

    @staticmethod
    def _yields(status: Status, profile: Profile) -> bool:
        """Whether the addressee yields to a demand that stands."""
        return profile[1 - status.demander][1] == "yield" and profile[status.demander][1] not in ("back_down", "notice")

    def _pending(self, status: Status) -> DemandLevel:
        return self._level(status.condition(self.name))

    def _chosen(self, profile: Profile, demander: int) -> DemandLevel:
        return self._level(profile[demander][2])

    def _level(self, name: str) -> DemandLevel:
        return next(level for level in self.levels if level.name == name)
