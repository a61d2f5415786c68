"""The errors of armsgame: each names the field, the value, the allowed range and the next step."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import NoReturn

__all__ = ["ArmsgameError", "InvalidGame", "NotSolved", "ScenarioError", "WrongConcept"]

_LONGEST = 400
# a whole number of more bits is told by their number, as its digits would hide what is allowed
_BITS = 200
# decimal digits of a bit
_DIGITS = 0.30103


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
    text = f"{field} is {short(value)}; allowed: {allowed}."
    raise InvalidGame(f"{text} {step}".rstrip())


def short(value: object) -> str:
    """Spell a value on one line of at most 400 characters, whatever it is.

    Examples
    --------
    >>> len(short("x" * 9999))
    400
    >>> short(10**5000)
    'a whole number of 16610 bits'
    """
    if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0:
        # the number or word itself, without the name of its type
        value = getattr(value, "item", lambda: value)()
    if isinstance(value, int) and value.bit_length() > _BITS:
        return f"a whole number of {value.bit_length()} bits"
    try:
        text = repr(value)
    except (ValueError, RecursionError, MemoryError):
        # such as lists that hold themselves, or numbers of more than 4,300 digits
        return f"a {type(value).__name__}"
    if "\n" in text:
        # arrays are written in several lines
        text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]} ..."


def amount(count: int) -> str:
    """Spell a whole number: in full up to fifteen digits, else as a power of ten.

    Examples
    --------
    >>> amount(1234567), amount(3**9999)
    ('1,234,567', 'about 10**4771')
    """
    return f"{count:,}" if abs(count) < 10**15 else f"about 10**{int(abs(count).bit_length() * _DIGITS)}"


def check_known(told: str, known: Collection[str], *names: object, error: type[ArmsgameError] = InvalidGame) -> None:
    """Refuse a name that is not known, with those that are close; `told` says of the name {} what is wrong with it.

    Examples
    --------
    >>> check_known("party {} is unknown", ("US", "Russia"), "Rusia")
    Traceback (most recent call last):
        ...
    armsgame.errors.InvalidGame: party 'Rusia' is unknown. Did you mean 'Russia'?
    """
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise error(f"{told.replace('{}', short(name))}. {close_matches(name, known)}")


def close_matches(name: object, known: Iterable[str]) -> str:
    """Sentence that offers the known names closest to `name`, or all of them."""
    names = sorted(known)
    near = [] if not isinstance(name, str) else get_close_matches(name, names, n=3, cutoff=0.5)
    if near:
        return "Did you mean " + " or ".join(repr(n) for n in near) + "?"
    return "Known: " + ", ".join(names) + "."
