"""Exit cascades: threats up to which parties stay, and dates of exit beside a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from armsgame._checks import check_number
from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.plot.theme import axes, colour, ink, legend, paper, rows
from armsgame.treaty.cascades.cascade import ExitLevels, ExitPath, Selection

__all__ = ["exit_dates", "exit_levels"]

_STAGES = ("announced", "deposited", "effective")
_MARKS = ("^", "s", "o")


def exit_levels(levels: ExitLevels, selection: Selection | None = None, *, ax: Axes | None = None) -> Axes:
    """Threats between which a party's exit depends on what the others do.

    Parameters
    ----------
    levels : ExitLevels
        Of one game.
    selection : Selection, optional
        Of the same game.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        The bar runs from the level of the least to that of the greatest equilibrium.
    """
    if not isinstance(levels, ExitLevels) or not isinstance(selection, Selection | None):
        raise WrongConcept("exit_levels draws what ag.treaty.cascade.exit_levels and .selection return.")
    if np.ndim(levels.greatest) > 1:
        invalid("levels.greatest.shape", levels.greatest.shape, "one game")
    if selection is not None and selection.parties != levels.parties:
        invalid("selection.parties", selection.parties, f"those of levels, {levels.parties}")
    n = len(levels.parties)
    ax = axes(ax, (5, 1.2 + 0.5 * n))
    for row, (low, high) in enumerate(zip(levels.least, levels.greatest, strict=True)):
        ax.barh(row, high - low, 0.5, left=low, color="#BBD3E6", zorder=1, label="depends on the others" * (row == 0))
        ax.plot([low, high], [row, row], "|", ms=16, mew=2, color=colour(0), zorder=2)
        if selection is not None:
            label = "with a little doubt" * (row == 0)
            ax.plot(selection.level[row], row, "D", ms=7, color=colour(3), zorder=3, label=label)
    rows(ax, levels.parties)
    ax.set_ylim(n - 0.5, -0.5)
    ax.use_sticky_edges = False
    ax.margins(x=0.08)
    ax.set_xlabel("threat above which the party leaves")
    legend(ax, "above")
    return ax


def exit_dates(
    path: ExitPath,
    record: Mapping[str, Sequence[str | date | None]] | None = None,
    *,
    start: str | date,
    days: float = 1.0,
    ax: Axes | None = None,
) -> Axes:
    """Dates of a model path, one row a party, with the recorded ones below them.

    Parameters
    ----------
    path : ExitPath
        Of one game.
    record : mapping, optional
        For parties the days announced, deposited and effective, as ``2025-06-27`` or `datetime.date`; None where not on
        record.
    start : str or date
        Day of the first period.
    days : float, above 0
        Days per period.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Hollow marks and light bars are the model's, full ones the record's; bars are time under notice.
    """
    if not isinstance(path, ExitPath):
        raise WrongConcept("exit_dates draws what ag.treaty.cascade.path returns.")
    if path.announced.ndim > 1:
        invalid("path.announced.shape", path.announced.shape, "one game")
    days = check_number("days", days, 0, open_low=True, allowed="days per period above 0")
    begin, known = _day("start", start), dict(record or {})
    for name in known:
        if name not in path.parties:
            invalid(f"record[{name!r}]", name, f"parties of the path, {path.parties}")
    n = len(path.parties)
    ax = axes(ax, (9, 1.4 + 0.62 * n))
    for row, name in enumerate(path.parties):
        if row % 2:
            ax.axhspan(row - 0.5, row + 0.5, color=ink(0.04), lw=0, zorder=0)
        periods = [getattr(path, stage)[row] for stage in _STAGES]
        try:
            model = [None if np.isnan(t) else begin + timedelta(days=float(t * days)) for t in periods]
        except OverflowError:
            invalid("days", days, "days per period for which the path ends before the year 10,000")
        _line(ax, row - 0.17, model, hollow=True)
        if None in model and any(model):
            missing = [stage for stage, day in zip(_STAGES, model, strict=True) if day is None]
            last: Any = max(day for day in model if day is not None)
            ax.annotate(
                f"not {' or '.join(missing)}", (last, row - 0.17), (8, 0), textcoords="offset points", va="center",
                fontsize=8.5, color=ink(0.7),
            )  # fmt: skip
        if not any(model):
            spot: Any = begin  # matplotlib takes dates, but its types do not say so
            ax.text(spot, row - 0.17, "stays in the model", va="center", fontsize=8.5, color=ink(0.7))
        if name in known:
            told = list(known[name])
            if len(told) != 3:
                invalid(f"record[{name!r}]", known[name], "three days: announced, deposited, effective")
            _line(ax, row + 0.17, [None if x is None else _day(f"record[{name!r}]", x) for x in told], hollow=False)
    rows(ax, path.parties)
    ax.set_ylim(n - 0.5, -0.5)
    for stage, mark in zip(_STAGES, _MARKS, strict=True):
        ax.plot([], [], mark, color=ink(0.8), ms=7, label=stage)
    ax.plot([], [], "o", mfc=paper(), mec=colour(0), ms=7, mew=1.8, label="model")
    if known:
        ax.plot([], [], "o", color=colour(3), ms=7, label="record")
    legend(ax, "above")
    ax.tick_params(axis="y", length=0)
    return ax


def _line(ax: Axes, height: float, stages: list[date | None], *, hollow: bool) -> None:
    shade = colour(0) if hollow else colour(3)
    _, deposited, effective = stages
    days: list[Any] = [*stages]
    if deposited is not None and effective is not None:
        ax.barh(height, (effective - deposited).days, 0.2, left=days[1], color=shade, alpha=0.25 if hollow else 0.5)
    for day, mark in zip(days, _MARKS, strict=True):
        if day is not None:
            ax.plot(day, height, mark, ms=7, mfc=paper() if hollow else shade, mec=shade, mew=1.8, zorder=3)


def _day(name: str, value: str | date) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidGame(f"{name} is {value!r}; allowed: a day such as '2025-06-27'.") from None
