"""Dates that are known to the day, the month, the year, or as a span, and keep that precision."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from armsgame._shown import Value

__all__ = ["When"]

_ONE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class When(Value):
    """A date as it is known.

    Parameters
    ----------
    text : str
        ``"1987-12-08"``, ``"1991-05"``, ``"2003"``, or a span ``"2017-12-12/2017-12-14"``.

    Raises
    ------
    ValueError
        Another form, a day that no calendar has, or a span that ends before it begins.
    """

    text: str

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.text!r} ends before it begins")

    @property
    def first(self) -> date:
        """First day it can mean."""
        return _edge(self._ends[0], last=False)

    @property
    def last(self) -> date:
        """Last day it can mean."""
        return _edge(self._ends[-1], last=True)

    @property
    def precision(self) -> str:
        """``"day"``, ``"month"``, ``"year"`` or ``"span"``."""
        return "span" if "/" in self.text else ("year", "month", "day")[self.text.count("-")]

    @staticmethod
    def hull(days: Iterable[When]) -> When:
        """Shortest span over several dates.

        Examples
        --------
        >>> str(When.hull([When("2014-07-31"), When("2014-07-29")])), str(When.hull([When("2014-07")]))
        ('2014-07-29/2014-07-31', '2014-07')
        """
        found = list(days)
        first, last = min(d.first for d in found), max(d.last for d in found)
        same = next((d for d in found if (d.first, d.last) == (first, last)), None)
        return same if same is not None else When(f"{first}/{last}")

    def meets(self, other: When) -> bool:
        """Whether both can mean the same day."""
        return self.first <= other.last and other.first <= self.last

    @property
    def _ends(self) -> list[str]:
        parts = self.text.split("/") if isinstance(self.text, str) else []
        if not 1 <= len(parts) <= 2 or not all(_ONE.fullmatch(p) for p in parts):
            raise ValueError(f'{self.text!r} is not "YYYY", "YYYY-MM", "YYYY-MM-DD" or a span of two of them')
        return parts

    def __str__(self) -> str:
        return self.text


def _edge(text: str, *, last: bool) -> date:
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    try:
        start = date(year, month or (12 if last else 1), day or 1)
        return start if day or not last else start.replace(day=monthrange(start.year, start.month)[1])
    except ValueError:
        raise ValueError(f"{text!r} is no day of the calendar") from None
