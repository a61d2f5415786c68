# ruff: noqa: ARG002 - hooks share one signature
"""A domestic or diplomatic climate as a part of a treaty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, ClassVar

from armsgame._checks import check_law
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.treaty.parts.base import Agreement, Chances, Part, Profile, Shares
from armsgame.treaty.party import PAYOFF_PARAMETERS
from armsgame.treaty.status import Status


@dataclass(frozen=True)
class Climate(Part):
    """A public Markov state that moves by itself and shifts payoffs, so that waiting has an option value.

    Parameters
    ----------
    states : tuple of str
        Names of the climates; the first one holds at the start.
    law : tuple of rows
        P(next climate | climate) per period, one row per climate.
    shift : mapping from a payoff parameter of `Party` to one entry per climate
        What each climate adds to the parameter: a number, or a pair, one number per party. Its unit
        is the parameter's.
    frozen_after_exit : bool
        Whether the climate stops moving once notice is given: an offer that is taken stays taken.

    Examples
    --------
    >>> import armsgame as ag
    >>> climate = Climate(("calm", "hostile"), ((0.9, 0.1), (0.2, 0.8)), {"temptation": (0, 0.6)})
    >>> ag.Treaty(parts=(climate,)).size().states
    46
    """

    name: ClassVar[str] = "climate"
    events: ClassVar[tuple[str, ...]] = ("climate_changed",)

    states: tuple[str, ...] = ("calm", "hostile")
    law: tuple[tuple[float, ...], ...] = ((0.95, 0.05), (0.10, 0.90))
    shift: Any = ()
    frozen_after_exit: bool = False

    def __post_init__(self) -> None:
        states = tuple(self.states)
        if not states or len(set(states)) != len(states) or any(not s or set(s) & set(":|,") for s in states):
            invalid("climate.states", states, "different names without : | ,")
        if len(self.law) != len(states):
            invalid("climate.law", self.law, f"{len(states)} rows of {len(states)} probabilities that sum to 1")
        rows = [check_law(f"climate.law[{k}]", row, len(states)) for k, row in enumerate(self.law)]
        law = tuple(tuple(row.tolist()) for row in rows)
        given = dict(self.shift)
        table = []
        for parameter, entries in given.items():
            if parameter not in PAYOFF_PARAMETERS:
                near = close_matches(parameter, PAYOFF_PARAMETERS)
                raise InvalidGame(f"climate.shift: {parameter!r} is no payoff. {near}")
            pairs = tuple(tuple(map(float, e)) if isinstance(e, (tuple, list)) else (float(e),) * 2 for e in entries)
            if len(pairs) != len(states) or any(len(p) != 2 or not all(map(isfinite, p)) for p in pairs):
                invalid(f"climate.shift[{parameter!r}]", entries, f"{len(states)} finite numbers or pairs of them")
            table.append((parameter, pairs))
        for field, value in (("states", states), ("law", law), ("shift", tuple(table))):
            object.__setattr__(self, field, value)

    @property
    def swapped(self) -> Climate:
        """The same climate with the parties in the other order."""
        return replace(self, shift=tuple((n, tuple(pair[::-1] for pair in pairs)) for n, pairs in self.shift))

    def prices(self) -> Mapping[str, tuple[float, float]]:
        """One payoff parameter per shifted parameter and climate."""
        return {f"{n} in {s}": pair for n, pairs in self.shift for s, pair in zip(self.states, pairs, strict=True)}

    def conditions(self, treaty: Agreement, status: Status) -> tuple[str, ...]:
        """Climate of the period."""
        return self.states

    def next(self, treaty: Agreement, status: Status, profile: Profile, after: Status) -> Chances:
        """Move by the law, whatever the parties do."""
        now = status.condition(self.name)
        if self.frozen_after_exit and after.kind in ("notice", "withdrawn"):
            return ((now, 1.0),)
        row = self.law[self.states.index(now)]
        return tuple((s, p) for s, p in zip(self.states, row, strict=True) if p > 0)

    def pay(self, treaty: Agreement, status: Status, profile: Profile, party: int, core: Shares) -> Shares:
        """Add the shift of each parameter wherever the core pays it."""
        now = status.condition(self.name)
        return {f"{n} in {now}": core[n] for n, _ in self.shift if n in core}

    def happens(self, event: str, treaty: Agreement, status: Status, profile: Profile, after: Status) -> bool:
        """Tell a change of climate."""
        return status.condition(self.name) != after.condition(self.name)

    def explain(self, parties: tuple[str, str]) -> list[str]:
        """Climates, their law and what they shift."""
        lines = [f"{self.name}: a public Markov state, {' / '.join(self.states)}, starts {self.states[0]} [assumption]"]
        for now, row in zip(self.states, self.law, strict=True):
            ahead = ", ".join(f"{s} {p:g}" for s, p in zip(self.states, row, strict=True) if p)
            lines.append(f"  from {now}: {ahead} per period [assumption]")
        for parameter, pairs in self.shift:
            shown = ", ".join(
                f"{s} {a:+g}" + ("" if a == b else f" / {b:+g}") for s, (a, b) in zip(self.states, pairs, strict=True)
            )
            lines.append(f"  shifts {parameter}: {shown} [assumption]")
        if self.frozen_after_exit:
            lines.append("  stops moving once notice is given [assumption]")
        return lines
