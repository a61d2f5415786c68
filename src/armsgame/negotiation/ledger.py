"""The ledger of a deal: every number and choice that its worth rests on, each an assumption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from armsgame._checks import need_pandas
from armsgame._shown import Framed, Value
from armsgame.arithmetic.tolerance import patience
from armsgame.negotiation.terms import Terms
from armsgame.treaty.parameter_table import parameters
from armsgame.treaty.treaty import Treaty

if TYPE_CHECKING:
    import pandas

__all__ = ["Assumption", "Ledger"]


@dataclass(frozen=True, slots=True)
class Assumption(Value):
    """One number that a deal rests on.

    Attributes
    ----------
    name : str, as `deal_sensitivity` takes it: a parameter of the treaty, ``"discount"``, or ``"<term>.<number>"``
    values : tuple of float, one, or one per party where they differ
    meaning, unit : str
    """

    name: str
    values: tuple[float, ...]
    meaning: str
    unit: str = ""

    def around(self) -> tuple[float, ...]:
        """Two other values to try: half and half as much again; 0.1 where it is 0; half and twice the impatience."""
        value = self.values[0]
        if self.name == "discount":
            return (max(0.0, 1 - 2 * (1 - value)), 1 - (1 - value) / 2)
        if value == 0:
            return (0.0, 0.1)
        entry = parameters.get(self.name)
        top = 1.0 if entry is not None and entry.role == "probability" else float("inf")
        return (0.5 * value, min(1.5 * value, top))


@dataclass(frozen=True, slots=True)
class Ledger(Framed, Value):
    """Assumptions behind the worth of bundles.

    Attributes
    ----------
    entries : tuple of Assumption, the numbers
    choices : tuple of str, what is no number: punishments, exit, the point without a treaty
    """

    entries: tuple[Assumption, ...]
    choices: tuple[str, ...]

    @classmethod
    def of(cls, treaty: Treaty, terms: Terms, discount: float, choices: Sequence[str]) -> Ledger:
        """List patience, the numbers that the terms assume, and the parameters of both parties."""
        entries = [Assumption("discount", (discount,), "patience of both parties", "per period")]
        for term in terms.terms:
            for name, value in term.arguments.items():
                meaning = f"{name.replace('_', ' ')} of the term {term.name}"
                entries.append(Assumption(f"{term.name}.{name}", (value,), meaning))
        for entry in fields(treaty.parameters[0]):
            pair = tuple(float(getattr(p, entry.name)) for p in treaty.parameters)
            known = parameters[entry.name]
            own = pair[:1] if pair[0] == pair[1] else pair
            entries.append(Assumption(entry.name, own, known.meaning, known.unit))
        return cls(tuple(entries), tuple(choices))

    def to_frame(self) -> pandas.DataFrame:
        """One row per number: name, values of both parties, meaning, unit."""
        rows = [
            {"assumption": e.name, "first": e.values[0], "second": e.values[-1], "meaning": e.meaning, "unit": e.unit}
            for e in self.entries
        ]
        return need_pandas().DataFrame(rows)

    def __str__(self) -> str:
        lines = [f"{len(self.entries)} numbers and {len(self.choices)} choices, all of them assumptions"]
        lines += [f"  {choice}" for choice in self.choices]
        for e in self.entries:
            shown = patience(e.values[0]) if e.name == "discount" else " / ".join(f"{v:g}" for v in e.values)
            lines.append(f"  {e.name} = {shown}: {e.meaning}{f' ({e.unit})' if e.unit else ''}")
        return "\n".join(lines)
