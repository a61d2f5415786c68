"""What can be negotiated: terms with levels, each tied to parameters of a treaty."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import combinations, product
from math import prod
from typing import Any

import numpy as np

from armsgame._checks import check_number, check_whole, is_number
from armsgame._deadline import PERIODS, ask_time
from armsgame._provenance import Seed
from armsgame._shown import Value
from armsgame._typing import IntArray, RNGLike
from armsgame.arithmetic.tolerance import UNIT
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.treaty.treaty import Treaty

__all__ = ["Term", "Terms"]

_LISTED = 10_000_000
_PROBED = 5


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
    phase : int, optional
        Terms are applied by phase, whatever their order in the space: first those that set a parameter (0), then rules
        that transform payoffs (1, the default of a rule), then rules that add to them (2). Within a phase they must
        commute, so that a bundle has one meaning.

    Raises
    ------
    InvalidGame
        Fewer than two levels, a level twice or one that can be changed, or a term tied to no parameter.

    Examples
    --------
    >>> Term("notice", (91, 182, 364), parameter="notice_days", unit="days")
    Term notice: 91, 182, 364 days (today 91)
    """

    name: str
    levels: Sequence[Any]
    parameter: str | None = None
    party: str | None = None
    change: Callable[[Treaty, Any], Treaty] | None = None
    today: int = 0
    unit: str = ""
    phase: int | None = None

    def __post_init__(self) -> None:
        levels = _levels(self.name, self.levels)
        object.__setattr__(self, "levels", levels)
        if (self.parameter is None) == (self.change is None):
            raise InvalidGame(
                f"the term {self.name!r} is tied to {'no parameter' if self.change is None else 'two things'}; "
                "allowed: parameter= (a name that Treaty.replace knows) or change= (a rule), one of them."
            )
        today = check_whole(f"today of the term {self.name!r}", self.today, 0, len(levels) - 1)
        object.__setattr__(self, "today", today)
        phase = (0 if self.change is None else 1) if self.phase is None else self.phase
        object.__setattr__(self, "phase", check_whole(f"phase of the term {self.name!r}", phase, 0, 2))

    @property
    def arguments(self) -> dict[str, float]:
        """Numbers that the rule of a usual term assumes, such as the cost of a visit."""
        given = self.change.keywords if isinstance(self.change, partial) else {}
        return {name: float(v) for name, v in given.items() if is_number(v)}

    def assuming(self, **arguments: float) -> Term:
        """Return the term with other numbers in its rule.

        Raises
        ------
        InvalidGame
            The rule has no such number.
        """
        for name, value in arguments.items():
            if name not in self.arguments:
                raise InvalidGame(f"the term {self.name!r} assumes no {name!r}. {close_matches(name, self.arguments)}")
            check_number(f"{self.name}.{name}", value)
        assert isinstance(self.change, partial)
        return replace(self, change=partial(self.change.func, **self.change.keywords | arguments))

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
        if isinstance(terms, Term) or not isinstance(terms, Iterable):
            invalid("terms", terms, "a sequence of terms", "Write Terms([term]).")
        object.__setattr__(self, "terms", tuple(terms))
        if not all(isinstance(t, Term) for t in self.terms):
            invalid("terms", self.terms, "a sequence of Term")
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
        sample = None if sample is None else check_whole("sample", sample)
        if sample is None or sample >= self.size:
            return np.indices(self.shape).reshape(len(self.terms), -1).T
        source = Seed.of(rng).generator()
        if self.size <= _LISTED:
            chosen = source.choice(self.size, size=sample, replace=False)
            rows = np.stack(np.unravel_index(chosen, self.shape), axis=1)
        else:
            # so many bundles that none is drawn twice but by rare chance; a double is drawn anew
            rows = np.empty((0, len(self.terms)), np.int64)
            while len(rows) < sample:
                fresh = np.column_stack([source.integers(0, n, sample - len(rows)) for n in self.shape])
                rows = np.unique(np.vstack([rows, fresh]), axis=0)
        if not (rows == self.today).all(axis=1).any():
            rows[0] = self.today
        return np.asarray(rows[np.lexsort(rows.T[::-1])])

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

    def replace(self, **arguments: float) -> Terms:
        """Return the space with other assumptions in its rules: ``replace(**{"inspections.cost": 0.02})``.

        Raises
        ------
        InvalidGame
            No such term, or its rule assumes no such number.
        """
        changed = {t.name: t for t in self.terms}
        for name, value in arguments.items():
            term, _, own = name.rpartition(".")
            if term not in changed:
                known = [f"{t.name}.{n}" for t in self.terms for n in t.arguments]
                raise InvalidGame(f"the terms assume no {name!r}. {close_matches(name, known)}")
            changed[term] = changed[term].assuming(**{own: value})
        return Terms([changed[t.name] for t in self.terms])

    def check(self, treaty: Treaty) -> None:
        """Refuse terms that do not fit the treaty, and pairs whose order would matter.

        Raises
        ------
        InvalidGame
            As `Term.check`; or two terms of one phase that do not commute.
        """
        for term in self.terms:
            term.check(treaty)
        for one, two in combinations(self._in_order(), 2):
            if one.phase == two.phase and not _commute(treaty, one, two):
                raise InvalidGame(
                    f"the terms {one.name!r} and {two.name!r} do not commute: the same bundle would be two treaties. "
                    "Give one of them another phase=, or join them in one term."
                )

    def _in_order(self) -> list[Term]:
        """Terms in the order in which they are applied, which is not the order in which they are listed."""
        return sorted(self.terms, key=lambda t: (t.phase, t.name))

    def treaties(self, treaty: Treaty, bundles: IntArray) -> list[Treaty]:
        """Treaties of bundles [N, K]; terms are applied by phase, shared beginnings once.

        Raises
        ------
        InvalidGame
            As `check`.
        """
        self.check(treaty)
        order = self._in_order()
        columns = [self.terms.index(t) for t in order]
        known: dict[tuple[int, ...], Treaty] = {(): treaty}
        out: list[Treaty] = []
        for row in np.asarray(bundles)[:, columns].tolist():
            if len(out) % PERIODS == 0:
                ask_time(f"{len(out):,} of {len(bundles):,} treaties")
            for k, term in enumerate(order):
                key = tuple(row[: k + 1])
                if key not in known:
                    known[key] = term.apply(known[key[:-1]], term.levels[row[k]])
            out.append(known[tuple(row)])
        return out

    def __str__(self) -> str:
        return "\n".join([f"{self.size:,} bundles of {len(self.terms)} terms", *(f"  {t!r}" for t in self.terms)])


def _plain(value: object) -> str:
    return f"{value:g}" if is_number(value) else str(value)


def _levels(name: str, levels: object) -> tuple[Any, ...]:
    """Levels of a term as immutable values, all different."""
    allowed = "at least two different levels, each a number, a word or a tuple"
    if isinstance(levels, str) or not isinstance(levels, Iterable):
        invalid(f"levels of the term {name!r}", levels, allowed)
    found = tuple(v.item() if isinstance(v, np.generic) else v for v in levels)
    good = all(isinstance(v, Hashable) and (is_number(v) or not isinstance(v, float)) for v in found)
    if not good or len(found) < 2 or len(set(found)) < len(found):
        invalid(f"levels of the term {name!r}", found, allowed)
    return found


def _commute(treaty: Treaty, one: Term, two: Term) -> bool:
    """Whether two terms give one treaty in either order, at up to five levels of each."""
    if one.change is None and two.change is None and one.parameter != two.parameter:
        return True
    for a, b in product(_probes(one), _probes(two)):
        first, second = two.apply(one.apply(treaty, a), b), one.apply(two.apply(treaty, b), a)
        if first != second and not _alike(first, second):
            return False
    return True


def _probes(term: Term) -> list[Any]:
    return [term.levels[k] for k in sorted({round(k) for k in np.linspace(0, len(term.levels) - 1, _PROBED)})]


def _alike(first: Treaty, second: Treaty) -> bool:
    """Whether two treaties are equal up to the rounding of their numbers."""
    parted = replace(first, parameters=second.parameters)
    if parted != second:
        return False
    one, two = (np.array([[getattr(p, f.name) for f in fields(p)] for p in t.parameters]) for t in (first, second))
    return bool((np.abs(one - two) <= 16 * UNIT * (1 + np.abs(one))).all())
