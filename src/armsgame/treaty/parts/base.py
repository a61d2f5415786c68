# ruff: noqa: ARG002 - a hook that changes nothing has no use for what it is given
"""What a part of a treaty is: its own condition, moves, payoff terms, transitions and events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import inf
from typing import Any, ClassVar, Protocol, TypeAlias

from armsgame._checks import check_flag, is_number
from armsgame._shown import Value
from armsgame.errors import invalid
from armsgame.treaty.party import Party
from armsgame.treaty.status import Status

Act: TypeAlias = tuple[str, ...]
"""(conduct, move), then one entry for each move that a part adds."""
Profile: TypeAlias = tuple[Act, Act]
Law: TypeAlias = list[tuple[Status, float]]
"""States that may follow, each with its probability."""
Chances: TypeAlias = tuple[tuple[str, float], ...]
"""Values of a condition, each with its probability."""
Rates: TypeAlias = tuple[float, float]
"""P(alarm about each party)."""
Shares: TypeAlias = Mapping[str, float]
"""Coefficients of payoff parameters."""
PartyValue: TypeAlias = float | tuple[float, float]
"""One number for both parties, or one for each."""


class Agreement(Protocol):
    """What a part may read of the treaty that it belongs to."""

    @property
    def parties(self) -> tuple[str, str]:
        """Labels of the parties."""

    @property
    def parameters(self) -> tuple[Party, Party]:
        """Parameters of the parties."""

    @property
    def period_days(self) -> float:
        """Days per period."""

    @property
    def deadline_days(self) -> float:
        """Days to meet a demand."""

    @property
    def notice_days(self) -> float:
        """Days of notice."""

    @property
    def compliance_rate(self) -> float:
        """Rate per day at which a party that yields completes compliance."""

    @property
    def demand(self) -> bool:
        """Whether the game has ultimatums."""

    @property
    def notice(self) -> bool:
        """Whether the game has an exit clause."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """Mechanisms that are put into the treaty."""

    @property
    def demand_periods(self) -> int:
        """Decision periods of a demand."""

    @property
    def notice_periods(self) -> int:
        """Periods of notice."""


def parameter(
    default: object,
    meaning: str,
    unit: str,
    *,
    low: float = 0.0,
    high: float = inf,
    per_party: bool = False,
    payoff: bool = False,
) -> Any:
    """Declare a parameter of a part: a dataclass field with its meaning, unit and range.

    A `payoff` parameter is a coefficient of `Part.pay` and of `Treaty.basis`; it always has one value
    for each party. Every default is an assumption, and is printed as one.
    """
    about = {"meaning": meaning, "unit": unit, "low": low, "high": high, "payoff": payoff}
    return field(default=default, metadata=about | {"per_party": per_party or payoff})


def party_sets(treaty: Agreement) -> tuple[str, ...]:
    """Values of a condition that names parties: none, one of them, both."""
    return ("none", *treaty.parties, "both")


def named_parties(treaty: Agreement, value: str) -> tuple[bool, bool]:
    """Whether a value of such a condition names each party."""
    return value in (treaty.parties[0], "both"), value in (treaty.parties[1], "both")


@dataclass(frozen=True)
class Part(Value):
    """A mechanism that can be put into a treaty: ``Treaty(parts=(Sanctions(target_cost=0.3),))``.

    A part is a frozen dataclass whose fields are declared with `parameter`. It overrides the hooks
    that it needs; each hook left alone changes nothing. `status` is always the state before the
    move, with its conditions; `profile` holds one action per party.

    Attributes
    ----------
    name : str
        Names the part in state labels, parameters (``"sanctions.target_cost"``) and errors.
    events : tuple of str
        Events that `happens` can tell apart, beside those of the core game.
    words : tuple of str
        What it adds to moves, as ``"impose"``; no level of a demand is called so.
    releases : bool
        Whether the part has the last word on alarms, wherever it stands among the parts.
    """

    name: ClassVar[str] = "part"
    events: ClassVar[tuple[str, ...]] = ()
    words: ClassVar[tuple[str, ...]] = ()
    releases: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for entry in fields(self):
            about = entry.metadata
            if "unit" not in about:
                continue
            value, where = getattr(self, entry.name), f"{self.name}.{entry.name}"
            values = value if isinstance(value, tuple) else (value,)
            if about["per_party"]:
                if len(values) not in (1, 2):
                    invalid(where, value, "a number, or one number for each party")
                object.__setattr__(self, entry.name, (*values, *values)[:2])
            elif isinstance(value, tuple):
                invalid(where, value, "one value, the same for both parties")
            for v in values:
                self._check(where, v, entry.default, about)

    @staticmethod
    def _check(where: str, value: Any, default: Any, about: Mapping[str, Any]) -> None:
        sample = default[0] if isinstance(default, tuple) else default
        if isinstance(sample, bool):
            check_flag(where, value)
            return
        whole = isinstance(sample, int)
        low, high = about["low"], about["high"]
        if not is_number(value) or not low <= value <= high or (whole and value != int(value)):
            ends = f"{low:g} <= {where.partition('.')[2]}" + ("" if high == inf else f" <= {high:g}")
            invalid(where, value, f"a {'whole' if whole else 'finite'} number with {ends}")

    @property
    def swapped(self) -> Part:
        """The same part with the parties in the other order."""
        from dataclasses import replace

        turned = {f.name: getattr(self, f.name)[::-1] for f in fields(self) if f.metadata.get("per_party")}
        return replace(self, **turned)

    def prices(self) -> Mapping[str, tuple[float, float]]:
        """Payoff parameters by name, one value per party."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.metadata.get("payoff")}

    def check(self, treaty: Agreement) -> None:
        """Raise `InvalidGame` where the part does not fit the treaty."""

    def count(self, treaty: Agreement, status: Status) -> int:
        """Count the conditions without listing them; override it where the list can be long."""
        return len(self.conditions(treaty, status))

    def conditions(self, treaty: Agreement, status: Status) -> tuple[str, ...]:
        """Values of the part's condition at a core status, the first one at the start; ``""`` is none."""
        return ("",)

    def actions(self, treaty: Agreement, status: Status, party: int, acts: tuple[Act, ...]) -> tuple[Act, ...]:
        """Return the actions of a party, given those without this part: add some, or take some away."""
        return acts

    def effects(self, treaty: Agreement, status: Status, profile: Profile) -> tuple[tuple[Profile, float], ...]:
        """Lottery over what is carried out when `profile` is chosen."""
        return ((profile, 1.0),)

    def alarms(self, treaty: Agreement, status: Status, profile: Profile, rates: Rates) -> Rates:
        """P(alarm about each party), given the rates without this part."""
        return rates

    def demanded(self, treaty: Agreement, status: Status) -> tuple[int, float] | None:
        """Periods of the demand that is made, and P(compliance is completed now), where they are not the treaty's."""
        return None

    def seen(self, act: Act) -> Act:
        """Return what both parties see of an action that was carried out; its conduct is left out anyway."""
        return act

    def moves_on(self, treaty: Agreement, status: Status, profile: Profile, law: Law) -> Law:
        """Law of the next core status, before alarms are drawn, given the law without this part."""
        return law

    def next(self, treaty: Agreement, status: Status, profile: Profile, after: Status) -> Chances:
        """Law of the part's condition, once the core status moves on to `after`."""
        kept = status.condition(self.name)
        values = self.conditions(treaty, after)
        return ((kept if kept in values else values[0], 1.0),)

    def pay(self, treaty: Agreement, status: Status, profile: Profile, party: int, core: Shares) -> Shares:
        """Coefficients of payoff parameters, the part's own or the core's, in addition to `core`."""
        return {}

    def happens(self, event: str, treaty: Agreement, status: Status, profile: Profile, after: Status) -> bool:
        """Whether an event of the part happens on the way to `after`."""
        return False

    def explain(self, parties: tuple[str, str]) -> list[str]:
        """One line of meaning, then a line for each parameter with its unit."""
        first = (type(self).__doc__ or self.name).strip().splitlines()[0]
        lines = [f"{self.name}: {first}"]
        for entry in fields(self):
            about, value = entry.metadata, getattr(self, entry.name)
            if "unit" in about:
                values = value if isinstance(value, tuple) else (value,)
                shown = " / ".join(str(v) if isinstance(v, bool) else f"{v:g}" for v in dict.fromkeys(values))
                lines.append(f"  {entry.name:<22s} {shown:<12s} {about['meaning']} ({about['unit']}) [assumption]")
        return lines
