"""Parties that stay in a treaty only while enough of the others do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import finite, need_pandas, number
from armsgame._shown import Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray
from armsgame.arithmetic.tolerance import UNIT, ZERO
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.results.certificates import Evidence
from armsgame.treaty.elementwise import elementwise

if TYPE_CHECKING:
    import pandas


LARGEST = 16
"""Most parties for which all 2**n sets of stayers are listed."""


def members(n: int) -> BoolArray:
    """All sets of n parties as rows of bool ``[2**n, n]``; row m holds party j iff bit j of m is set."""
    return (np.arange(2**n)[:, None] >> np.arange(n)) & 1 > 0


def names_of(parties: Sequence[str], row: BoolArray) -> str:
    """Names of the parties that a row of bool holds, in words."""
    chosen = [p for p, held in zip(parties, row, strict=True) if held]
    return ", ".join(chosen) if chosen else "nobody"


def rows_by_party(parties: Sequence[str], columns: Mapping[str, ArrayLike]) -> pandas.DataFrame:
    """One row for every game of the batch and party; the column ``game`` counts in C order."""
    n = len(parties)
    made = {name: np.asarray(value).reshape(-1, n) for name, value in columns.items()}
    games = len(next(iter(made.values())))
    data: dict[str, object] = {"game": np.repeat(np.arange(games), n)} if games > 1 else {}
    data["party"] = list(parties) * games
    return need_pandas().DataFrame({**data, **{name: value.ravel() for name, value in made.items()}})


@dataclass(frozen=True, slots=True, eq=False)
class ExitGame(Value):
    """A treaty of n parties, each of which stays or leaves; staying is worth more the more others stay.

    Party i stays iff its benefit, given who else stays, is at least its outside value, which is
    ``outside + exposure * threat``. A tie stays. `alone` and `weights` give a benefit that depends on a weighted
    count, ``alone[i] + sum(weights[i, j] over the others j that stay)``; `ExitGame.from_benefits` takes any other.

    Parameters
    ----------
    parties : sequence of str
        At least one name, no name twice.
    alone : array_like ``[*B, n]`` or float
        Benefit of each party if it alone stays, in any unit common to its own numbers.
    weights : array_like, at least 0
        What the staying of others adds: one number for all pairs, ``[n]`` by the party that stays, or ``[*B, n, n]``
        with ``weights[i, j]`` for what j's staying is worth to i and zeros on the diagonal.
    outside : array_like ``[*B, n]`` or float
        Outside value at a threat of 0.
    exposure : array_like ``[*B, n]`` or float, above 0
        Growth of the outside value per unit of threat.

    Raises
    ------
    InvalidGame
        Names that repeat, shapes that do not fit, a negative weight (the game would not be supermodular: use
        another model), a weight of a party on itself, or an exposure that is not positive.

    Notes
    -----
    One more stayer never makes staying worse, so that the game is supermodular (Milgrom and Roberts 1990,
    Econometrica 58). All arrays may have leading axes ``[*B]`` for a batch of games.

    Examples
    --------
    >>> game = ExitGame(["A", "B", "C"], alone=0, weights=1, outside=[0.5, 1.5, 1.5])
    >>> game.benefits([True, False, True]).tolist()
    [1.0, 2.0, 1.0]
    """

    parties: tuple[str, ...]
    alone: FloatArray
    weights: FloatArray
    outside: FloatArray
    exposure: FloatArray
    table: FloatArray | None = None

    def __init__(
        self,
        parties: Sequence[str],
        alone: ArrayLike,
        weights: ArrayLike,
        outside: ArrayLike,
        exposure: ArrayLike = 1.0,
        *,
        table: FloatArray | None = None,
    ) -> None:
        names = _names(parties)
        n = len(names)
        a, o = np.asarray(finite("alone", alone)), np.asarray(finite("outside", outside))
        e = np.asarray(number("exposure", exposure, 0, open_low=True))
        w = np.asarray(number("weights", weights, 0))
        if w.ndim == 0:
            w = w * (1 - np.eye(n))
        elif w.ndim == 1:
            if w.shape != (n,):
                invalid("weights.shape", w.shape, f"one number, ({n},) or [*B, {n}, {n}]")
            w = w * (1 - np.eye(n))
        elif w.shape[-2:] != (n, n):
            invalid("weights.shape", w.shape, f"one number, ({n},) or [*B, {n}, {n}]")
        if np.any(np.diagonal(w, axis1=-2, axis2=-1)):
            invalid("weights", "a number on the diagonal", "weights[i, i] of 0", "Put a party's own worth into alone.")
        for name, value in (("alone", a), ("outside", o), ("exposure", e)):
            if value.ndim and value.shape[-1] != n:
                invalid(f"{name}.shape", value.shape, f"one number or [*B, {n}], one for each party")
        with elementwise():
            shape = np.broadcast_shapes(a.shape, o.shape, e.shape, w.shape[:-1], (n,))
        # copies: the caller's arrays stay the caller's
        a, o, e, w = (
            np.array(np.broadcast_to(x, (*shape, n)[: len(shape) + k])) for x, k in ((a, 0), (o, 0), (e, 0), (w, 1))
        )
        made = {"parties": names, "alone": a, "weights": w, "outside": o, "exposure": e, "table": table}
        for field, own in made.items():
            object.__setattr__(self, field, own)

    @classmethod
    def from_benefits(
        cls,
        parties: Sequence[str],
        benefit: Callable[[str, frozenset[str]], float] | ArrayLike,
        outside: ArrayLike,
        exposure: ArrayLike = 1.0,
    ) -> ExitGame:
        """Build a game from any benefits that do not fall when one more party stays.

        Parameters
        ----------
        parties : sequence of str
            At most 16.
        benefit : callable, or array_like ``[n, 2**n]``
            ``benefit(party, others)`` with the frozenset of the *other* parties that stay; or a table whose column
            m belongs to the set that holds party j iff bit j of m is set. A row is read only where it holds its party.
        outside, exposure : as in `ExitGame`

        Returns
        -------
        ExitGame

        Raises
        ------
        InvalidGame
            A benefit that falls when a party joins; the message names the party, the set and the one that joins.

        Examples
        --------
        >>> game = ExitGame.from_benefits("ABC", lambda i, others: len(others) ** 2, outside=1)
        >>> game.benefits([True, True, True]).tolist()
        [4.0, 4.0, 4.0]
        """
        names = _names(parties)
        n = len(names)
        if n > LARGEST:
            invalid("parties", f"{n} names", f"at most {LARGEST}", "Use alone and weights, which need no table.")
        sets = members(n)
        if callable(benefit):
            table = np.full((n, 2**n), np.nan)
            for i, m in ((i, m) for m in range(2**n) for i in range(n) if m >> i & 1):
                others = frozenset(p for j, p in enumerate(names) if m >> j & 1 and j != i)
                table[i, m] = float(benefit(names[i], others))
        else:
            table = np.array(benefit, dtype=np.float64)
            if table.shape != (n, 2**n):
                invalid("benefit.shape", table.shape, f"({n}, {2**n}): a row for each party, a column for each set")
        table = np.where(sets.T, table, 0.0)
        if not np.isfinite(table).all():
            invalid("benefit", "a number that is not finite", "finite numbers")
        for i in range(n):
            for j in range(n):
                rows = np.flatnonzero(sets[:, i] & ~sets[:, j])
                bad = rows[table[i, rows | 1 << j] < table[i, rows]]
                if len(bad):
                    m = int(bad[0])
                    text = f"falls from {table[i, m]:g} to {table[i, m | 1 << j]:g} when {names[j]} joins"
                    invalid(
                        f"benefit of {names[i]}",
                        f"{text} {{{names_of(names, sets[m])}}}",
                        "benefits that do not fall when one more party stays",
                        "Where staying is worth less with more stayers, the game is not supermodular.",
                    )
        table.flags.writeable = False
        return cls(names, 0.0, 0.0, outside, exposure, table=table)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the batch; empty for one game."""
        return tuple(self.alone.shape[:-1])

    def benefits(self, stays: ArrayLike) -> FloatArray:
        """Benefit of staying for each party, given which of the *others* stay.

        Parameters
        ----------
        stays : array_like of bool ``[*B, n]``

        Returns
        -------
        array ``[*B, n]``
        """
        s = np.asarray(stays, dtype=bool)
        n = len(self.parties)
        if s.ndim == 0 or s.shape[-1] != n:
            invalid("stays.shape", s.shape, f"[*B, {n}], one for each party")
        if self.table is not None:
            bits = 1 << np.arange(n)
            held = (s * bits).sum(axis=-1)[..., None] | bits
            worth: FloatArray = self.table[np.arange(n), held] + 0 * self.alone
        else:
            worth = self.alone + (self.weights * s[..., None, :]).sum(axis=-1)
        return worth

    def outside_at(self, threat: ArrayLike) -> FloatArray:
        """Outside value ``[*B, n]`` of each party at a threat ``[*B]``."""
        return self.outside + self.exposure * np.asarray(finite("threat", threat))[..., None]

    def level(self, stays: ArrayLike) -> FloatArray:
        """Threat up to which each party would stay, given which of the others do: ``[*B, n]``.

        Examples
        --------
        >>> ExitGame(["A", "B"], alone=0.5, weights=1, outside=0, exposure=[1, 2]).level([True, True]).tolist()
        [1.5, 0.75]
        """
        return (self.benefits(stays) - self.outside) / self.exposure

    def zero(self, threat: ArrayLike) -> FloatArray:
        """Return what counts as a tie for each party at this threat: ``[*B, n]``, see the page on tolerances."""
        n = len(self.parties)
        o = self.outside_at(threat)
        least, most = self.benefits(np.zeros(n, bool)), self.benefits(np.ones(n, bool))
        low, high = np.minimum(least, o), np.maximum(most, o)
        return ZERO * (high - low) + 4 * UNIT * np.maximum(-low, high)

    def wants_to_stay(self, stays: ArrayLike, threat: ArrayLike) -> BoolArray:
        """Whether staying is a best reply of each party, ties included: bool ``[*B, n]``."""
        return self.benefits(stays) - self.outside_at(threat) >= -self.zero(threat)

    def given(self, *, stay: Collection[str] = (), leave: Collection[str] = ()) -> ExitGame:
        """Game of the parties that are left when some have decided for good.

        Parameters
        ----------
        stay, leave : collections of names

        Returns
        -------
        ExitGame
            The undecided parties; what the fixed stayers are worth to them has moved into `alone`.

        Examples
        --------
        >>> game = ExitGame(["A", "B", "C"], alone=0, weights=1, outside=[0.5, 1.5, 1.5])
        >>> left = game.given(stay=["A"], leave=["C"])
        >>> left.parties, left.alone.tolist()
        (('B',), [1.0])
        """
        for name in (*stay, *leave):
            if name not in self.parties:
                raise InvalidGame(f"{name!r} is no party. {close_matches(name, self.parties)}")
        if set(stay) & set(leave):
            invalid("stay and leave", sorted(set(stay) & set(leave)), "every party in one of the two at most")
        free = [i for i, p in enumerate(self.parties) if p not in {*stay, *leave}]
        if not free:
            invalid("stay and leave", "all parties", "at least one undecided party")
        kept = [i for i, p in enumerate(self.parties) if p in set(stay)]
        names = tuple(self.parties[i] for i in free)
        o, e = self.outside[..., free], self.exposure[..., free]
        if self.table is None:
            own = self.alone[..., free] + self.weights[..., free, :][..., kept].sum(axis=-1)
            return ExitGame(names, own, self.weights[..., free, :][..., free], o, e)
        sets = members(len(free))
        held = sum(1 << i for i in kept) + (sets * (1 << np.array(free))).sum(axis=-1)
        full = np.zeros((len(free), len(held)))
        for k, i in enumerate(free):
            full[k] = self.table[i, held | 1 << i]
        return ExitGame(names, 0.0, 0.0, o, e, table=full)

    def __str__(self) -> str:
        kind = "weighted counts" if self.table is None else "a table of benefits"
        batch = f", a batch of shape {self.shape}" if self.shape else ""
        return f"Exit game of {len(self.parties)} parties ({', '.join(self.parties)}), {kind}{batch}"


def _names(parties: Sequence[str]) -> tuple[str, ...]:
    names = tuple(parties)
    if not names or any(not isinstance(p, str) or not p for p in names) or len(set(names)) < len(names):
        invalid("parties", parties, "at least one name, no name empty or twice")
    return names


@dataclass(frozen=True, slots=True, eq=False)
class PartyEvidence(Evidence):
    """Base of certificates that say what each party, and each enumerated coalition, gains by a change of its own."""

    parties: tuple[str, ...]
    gains: FloatArray
    tolerances: FloatArray
    coalition: tuple[str, ...]
    coalition_gain: float
    size: int
    enumerated: int

    @property
    def ok(self) -> bool:
        """Whether no party gains by a change of its own."""
        return bool((self.gains <= self.tolerances).all())

    @property
    def strong(self) -> bool:
        """Whether, besides, no enumerated coalition gains by changing together."""
        return self.ok and not self.coalition

    @property
    def max_gain(self) -> float:
        """Largest gain of a party alone."""
        return float(self.gains.max())

    @property
    def where(self) -> str:
        """The party with that gain."""
        return self.parties[int(self.gains.argmax())]

    @property
    def tolerance(self) -> float:
        """What counts as a tie for that party."""
        return float(self.tolerances[int(self.gains.argmax())])

    def _together(self, nobody: str, larger: str) -> str:
        """Say what the best coalition gains, and whether larger ones were looked at."""
        found = f"{', '.join(self.coalition)} together gain at least {self.coalition_gain:.5g} each"
        rest = f"; larger {larger} were not enumerated" if self.size < len(self.parties) else ""
        return (found if self.coalition else nobody) + rest
