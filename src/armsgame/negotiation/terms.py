"""What can be negotiated: terms with levels, each tied to parameters of a treaty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from armsgame._checks import check_whole, is_number
from armsgame._provenance import Seed
from armsgame._shown import Value
from armsgame._typing import IntArray, RNGLike
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.treaty.treaty import Treaty

__all__ = ["Term", "Terms"]


@dataclass(frozen=True, slots=True)
class Term(Value):
    """One negotiable term: named levels, and what each level does to a treaty.

    Parameters
    ----------
    name : str
    levels : sequence, at least two different values
    parameter : str, optional
        Parameter of `Treaty.replace` that takes the level as its value.
    party : str, optional
        The party whose parameter it is; None sets it for both.
    change : callable(treaty, level) -> Treaty, optional
        Instead of `parameter`: a rule that moves several parameters at once. The builders of
        `armsgame.negotiation.usual_terms` return terms with such rules.
    today : int
        Index of the level in force now.
    unit : str

    Raises
    ------
    InvalidGame
        Fewer than two levels, a level twice, or a term tied to no parameter.

    Examples
    --------
    >>> Term("notice", (91, 182, 364), parameter="notice_days", unit="days")
    Term notice: 91, 182, 364 days (today 91)
    """

    name: str
    levels: tuple[Any, ...]
    parameter: str | None = None
    party: str | None = None
    change: Callable[[Treaty, Any], Treaty] | None = None
    today: int = 0
    unit: str = ""

    def __post_init__(self) -> None:
        levels = tuple(v.item() if isinstance(v, np.generic) else v for v in self.levels)
        object.__setattr__(self, "levels", levels)
        if len(levels) < 2 or len(set(levels)) < len(levels):
            invalid(f"levels of the term {self.name!r}", levels, "at least two different levels")
        if (self.parameter is None) == (self.change is None):
            raise InvalidGame(
                f"the term {self.name!r} is tied to {'no parameter' if self.change is None else 'two things'}; "
                "allowed: parameter= (a name that Treaty.replace knows) or change= (a rule), one of them."
            )
        today = check_whole(f"today of the term {self.name!r}", self.today, 0, len(levels) - 1)
        object.__setattr__(self, "today", today)

    def apply(self, treaty: Treaty, level: object) -> Treaty:
        """Return the treaty with this term at a level."""
        if self.change is not None:
            return self.change(treaty, level)
        assert self.parameter is not None
        return treaty.replace(**{self.parameter: level if self.party is None else {self.party: level}})

    def check(self, treaty: Treaty) -> None:
        """Refuse a term that this treaty does not have.

        Raises
        ------
        InvalidGame
            An unknown parameter or party, a level out of range, or levels that all leave the
            treaty as it is.
        """
        try:
            found = [self.apply(treaty, level) for level in self.levels]
        except InvalidGame as fault:
            raise InvalidGame(f"the term {self.name!r} does not fit the treaty: {fault}") from fault
        if all(t == found[0] for t in found):
            raise InvalidGame(
                f"the term {self.name!r} is tied to no parameter: its levels {self.levels} all give one treaty. "
                "Let its rule move a parameter."
            )

    def __str__(self) -> str:
        shown = ", ".join(map(_plain, self.levels))
        unit = f" {self.unit}" if self.unit else ""
        return f"Term {self.name}: {shown}{unit} (today {_plain(self.levels[self.today])})"


@dataclass(frozen=True, slots=True)
class Terms(Value):
    """The negotiable space: every combination of one level per term is a bundle.

    Parameters
    ----------
    terms : sequence of Term

    Raises
    ------
    InvalidGame
        No term, or two of one name.

    Examples
    --------
    >>> space = Terms([Term("notice", (91, 182), parameter="notice_days"),
    ...                Term("detection", (0.1, 0.5, 0.9), parameter="detection")])
    >>> space.size, space.label((1, 2))
    (6, 'notice 182, detection 0.9')
    """

    terms: tuple[Term, ...]

    def __init__(self, terms: Sequence[Term]) -> None:
        object.__setattr__(self, "terms", tuple(terms))
        if not self.terms or len(set(self.names)) < len(self.terms):
            invalid("terms", self.names, "at least one term, each with a name of its own")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the terms."""
        return tuple(t.name for t in self.terms)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of levels of each term."""
        return tuple(len(t.levels) for t in self.terms)

    @property
    def size(self) -> int:
        """Number of bundles."""
        return prod(self.shape)

    @property
    def today(self) -> tuple[int, ...]:
        """Levels in force now, as indices."""
        return tuple(t.today for t in self.terms)

    def bundles(self, sample: int | None = None, rng: RNGLike = None) -> IntArray:
        """Bundles as level indices, [N, K], in row-major order.

        Parameters
        ----------
        sample : int, optional
            Draw this many different bundles, today's among them, instead of all.
        rng : int, SeedSequence, Generator, provenance of a result, or None
        """
        if sample is None or sample >= self.size:
            return np.indices(self.shape).reshape(len(self.terms), -1).T
        sample = check_whole("sample", sample)
        chosen = Seed.of(rng).generator().choice(self.size, size=sample, replace=False)
        now = int(np.ravel_multi_index(self.today, self.shape))
        if now not in chosen:
            chosen[0] = now
        return np.stack(np.unravel_index(np.sort(chosen), self.shape), axis=1)

    def label(self, bundle: Sequence[int]) -> str:
        """Describe a bundle in words."""
        return ", ".join(f"{t.name} {_plain(t.levels[k])}" for t, k in zip(self.terms, bundle, strict=True))

    def told(self, bundles: IntArray) -> str:
        """Describe bundles [N, K] that are ranked equal, in words: terms on which they differ are undetermined.

        Examples
        --------
        >>> space = Terms([Term("notice", (91, 182), parameter="notice_days"),
        ...                Term("detection", (0.1, 0.5, 0.9), parameter="detection")])
        >>> space.told(np.array([[0, 2], [1, 2]]))
        'notice undetermined (91 or 182), detection 0.9'
        """
        parts, several = [], 1
        for term, column in zip(self.terms, np.asarray(bundles).T, strict=True):
            levels = [_plain(term.levels[k]) for k in np.unique(column).tolist()]
            several *= len(levels)
            shown = levels if len(levels) <= 6 else [*levels[:3], "..", levels[-1]]
            parts.append(f"{term.name} " + (levels[0] if len(levels) == 1 else f"undetermined ({' or '.join(shown)})"))
        # not a free choice term by term
        return ", ".join(parts) + (" in some combinations" if len(bundles) < several else "")

    def bundle(self, **levels: object) -> tuple[int, ...]:
        """Level indices of a bundle named by term (spaces in a name become underscores); others as today."""
        chosen = list(self.today)
        known = {t.name.replace(" ", "_"): k for k, t in enumerate(self.terms)}
        for name, value in levels.items():
            if name not in known:
                raise InvalidGame(f"term {name!r} is unknown. {close_matches(name, known)}")
            own = self.terms[known[name]].levels
            if value not in own:
                invalid(f"level of {name!r}", value, f"one of {own}")
            chosen[known[name]] = own.index(value)
        return tuple(chosen)

    def treaties(self, treaty: Treaty, bundles: IntArray) -> list[Treaty]:
        """Treaties of bundles [N, K]; terms are applied in order, shared beginnings once.

        Raises
        ------
        InvalidGame
            As `Term.check`.
        """
        for term in self.terms:
            term.check(treaty)
        known: dict[tuple[int, ...], Treaty] = {(): treaty}
        out = []
        for row in bundles.tolist():
            for k, term in enumerate(self.terms):
                key = tuple(row[: k + 1])
                if key not in known:
                    known[key] = term.apply(known[key[:-1]], term.levels[row[k]])
            out.append(known[tuple(row)])
        return out

    def __str__(self) -> str:
        return "\n".join([f"{self.size:,} bundles of {len(self.terms)} terms", *(f"  {t!r}" for t in self.terms)])


def _plain(value: object) -> str:
    return f"{value:g}" if is_number(value) else str(value)
