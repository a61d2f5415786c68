"""What a question of the command line is about, and what it is answered with."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from armsgame.dossiers.dossier import Scenario
    from armsgame.treaty.treaty import Treaty

__all__ = ["Answer", "Asked", "Cell", "Row"]

Cell: TypeAlias = str | float | int | bool | None
Row: TypeAlias = dict[str, Cell]

YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question is answered with.

    Attributes
    ----------
    title : str, the question in words
    rows : tuple of mapping from heading to cell, the same headings in each
    notes : tuple of str, assumptions and what the numbers do not say
    draw : callable(axes) that draws the answer; None where there is no picture
    results : tuple, what a figure cites
    """

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    draw: Callable[[Axes], object] | None = None
    results: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """The treaty that a question is about.

    Attributes
    ----------
    name : str
    treaties : mapping from verification regime to treaty; one entry, "as given", for payoffs on the command line
    discount : float, discount factor of one period
    scenario : Scenario or None
    """

    name: str
    treaties: dict[str, Treaty]
    discount: float
    options: argparse.Namespace
    scenario: Scenario | None = None
    assumptions: tuple[str, ...] = field(default=())

    @property
    def period_days(self) -> float:
        """Days of one period."""
        return next(iter(self.treaties.values())).period_days

    def periods(self, years: float) -> int:
        """Whole periods in so many years, rounded down."""
        return int(years * YEAR / self.period_days + 1e-9)

    def years(self, periods: float) -> float:
        """Years that so many periods take."""
        return periods * self.period_days / YEAR

    def per_year(self, discount: float) -> float:
        """Discount factor of a year that one of a period amounts to."""
        return float(discount ** (YEAR / self.period_days))
