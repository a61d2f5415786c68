"""Under which conditions each closed form holds, as data; docstrings, results and the theory page print them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from armsgame._shown import Value
from armsgame._typing import BoolArray, ExactArray

Holds: TypeAlias = bool | BoolArray
"""Whether a condition holds, at each point."""
Unmet: TypeAlias = int | npt.NDArray[np.int8]
"""Place of the first condition that fails, 0 where none does."""
Form = TypeVar("Form", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Premise(Value):
    """One condition of a closed form.

    Attributes
    ----------
    name : str, the condition in words
    condition : str, the same as a formula
    otherwise : str, what is returned where it fails
    """

    name: str
    condition: str
    otherwise: str

    def __str__(self) -> str:
        return f"{self.name}: {self.condition}; otherwise {self.otherwise}"


_NONE = "reversion is no equilibrium"
PUNISHES = Premise("punishment is a stage equilibrium", "P >= S", _NONE)
INFORMATIVE = Premise("alarms tell of violations", "psi1 > psi0 (psi1 >= psi0 where T <= R)", _NONE)
DETERS = Premise("the most patient are deterred", "(psi1 - psi0)(R - P) > psi0 (T - R)", _NONE)
LATE = Premise("the same with a lag of m periods", "(1 - psi0)**(m-1) (psi1 - psi0)/psi1 > (T - R)/(T - P)", "the same")
PATIENT = Premise(
    "the parties are patient enough", "delta >= (T - R) / [(T - R)(1 - psi0) + (psi1 - psi0)(R - P)]", _NONE
)

FORMS: dict[str, tuple[Premise, ...]] = {}
"""Conditions by closed form (``"compliance.grim"``)."""


def needs(name: str, *premises: Premise) -> Callable[[Form], Form]:
    """Register the conditions of a closed form, and print them where its docstring says ``{premises}``."""

    def mark(form: Form) -> Form:
        FORMS[name] = premises
        if form.__doc__:  # python -OO drops docstrings
            lines = "\n".join(f"    - {premise}." for premise in premises).lstrip()
            form.__doc__ = form.__doc__.replace("{premises}", lines)
        return form

    return mark


@dataclass(frozen=True, slots=True)
class Answer(Value):
    """Result of a closed form that says which of its conditions failed.

    Attributes
    ----------
    unmet : int or array, 0 where the answer stands, else the place (from 1) of the condition that fails
    """

    form: ClassVar[str]
    unmet: Unmet = field(default=0, kw_only=True)

    @property
    def failed(self) -> str | ExactArray:
        """Name of the condition that fails, ``""`` where the answer stands: a string, or an array of strings."""
        names = np.array(["", *(premise.name for premise in FORMS[self.form])], dtype=object)
        return names[self.unmet]


def first_unmet(none: Holds, *holds: Holds) -> Unmet:
    """Place of the first condition that fails where there is no answer; the last one where none is found to fail."""
    if np.ndim(none) == 0 and not none:
        return 0
    place = np.zeros(np.shape(none), dtype=np.int8)
    if np.any(none):
        place[none] = len(holds)
        for k in range(len(holds) - 1, 0, -1):
            place[none & ~np.asarray(holds[k - 1])] = k
    return place


def table() -> str:
    """Markdown table of all closed forms with conditions, as the page on compliance prints it."""
    lines = ["| closed form | holds if | formula | otherwise |", "|---|---|---|---|"]
    for form in sorted(FORMS):
        for premise in FORMS[form]:
            lines.append(f"| `{form}` | {premise.name} | `{premise.condition}` | {premise.otherwise} |")
    return "\n".join(lines)
