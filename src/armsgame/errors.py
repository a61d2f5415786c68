"""The errors of armsgame: each names the field, the value, the allowed range and the next step."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NoReturn

__all__ = ["ArmsgameError", "InvalidGame", "NotSolved", "ScenarioError", "WrongConcept"]


class ArmsgameError(Exception):
    """Base class of every error that armsgame raises on purpose."""


class InvalidGame(ArmsgameError, ValueError):
    """An argument cannot be a game, a strategy or a parameter of one."""


class NotSolved(ArmsgameError, RuntimeError):
    """A solver stopped without an answer that it can certify.

    Parameters
    ----------
    message : str
        How far it came and what to do.
    result : object, optional
        The uncertified result so far, as ``throw=False`` would return it.
    """

    def __init__(self, message: str, result: object = None) -> None:
        self.result = result
        super().__init__(message)


class ScenarioError(ArmsgameError, ValueError):
    """A dossier, a scenario name or a scenario parameter is at fault.

    Parameters
    ----------
    message : str
        What is wrong and what to do.
    faults : iterable of str, optional
        One line per fault, each beginning with its path (``$.events[3].date: ...``).
    """

    def __init__(self, message: str, faults: Iterable[str] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join([message, *("  " + fault for fault in self.faults)]))


class WrongConcept(ArmsgameError, TypeError):
    """The verb does not apply to this noun; the message names the verb that does."""


def invalid(field: str, value: object, allowed: str, step: str = "") -> NoReturn:
    """Raise `InvalidGame` in the house's one wording."""
    text = f"{field} is {value!r}; allowed: {allowed}."
    raise InvalidGame(f"{text} {step}".rstrip())


def close_matches(name: str, known: Iterable[str]) -> str:
    """Sentence that offers the known names closest to `name`, or all of them."""
    names = sorted(known)
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    if near:
        return "Did you mean " + " or ".join(repr(n) for n in near) + "?"
    return "Known: " + ", ".join(names) + "."
