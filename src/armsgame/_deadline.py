"""The time that one call may take: set where the call begins, asked by every loop under it, however deep."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic

from armsgame._checks import check_number
from armsgame.errors import NotSolved

__all__ = ["PERIODS", "TimeSpent", "ask_time", "deadline", "time_left", "time_told", "unhurried", "unsolved"]

# loops whose rounds take microseconds ask once in so many
PERIODS = 64

# when the time ends, and how much there was
_END: ContextVar[tuple[float, float]] = ContextVar("end", default=(inf, inf))


class TimeSpent(NotSolved):
    """The time that a call was given is over."""


@contextmanager
def deadline(seconds: object) -> Iterator[None]:
    """Inside the block every loop that asks the time ends after so many seconds of wall time; an earlier end stays."""
    given = check_number("budget_seconds", seconds, 0, open_low=True, allowed="a positive number of seconds, or None")
    token = _END.set(min(_END.get(), (monotonic() + given, given)))
    try:
        yield
    finally:
        _END.reset(token)


@contextmanager
def unhurried() -> Iterator[None]:
    """Inside the block there is time: for the checks without which nothing that was found may be returned."""
    token = _END.set((inf, inf))
    try:
        yield
    finally:
        _END.reset(token)


def time_left() -> float:
    """Seconds left, infinite where the call has all the time it needs; at least 0."""
    end = _END.get()[0]
    return end if end == inf else max(end - monotonic(), 0.0)


def time_told() -> str:
    """Say how much time there was."""
    return f"the budget of {_END.get()[1]:g} seconds is spent"


def ask_time(reached: str = "", result: object = None) -> None:
    """Raise `NotSolved` where the time is over; the message holds what was reached, and so does its result."""
    if _END.get()[0] < inf and not time_left():
        told = f"{time_told()}{f' after {reached}' if reached else ''}. Raise budget_seconds, or leave it out."
        raise TimeSpent(told, result)


def unsolved(told: str, result: object = None) -> NotSolved:
    """Return the error of a search that ended without its answer: where the time is over it begins with that."""
    return NotSolved(told, result) if time_left() else TimeSpent(f"{time_told()}: {told}", result)
