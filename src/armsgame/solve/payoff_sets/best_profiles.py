"""What is proved of the programs of a state at whatever levels, and how it follows directions that come and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.solve.payoff_sets.operator import FRESH, Operator, Program, Rows

# rows name a half-space by the state that it belongs to, above these bits, and its own number
BITS, WALL = 20, (1 << 20) - 1
# most terms of a row that is a sum of others
_LONG = 60


class ProgramPack(NamedTuple):
    """Programs of all profiles of a state as arrays: entries beyond those that a profile has are nothing.

    blocks, rows, groups [A]: how many signals, rows and targets each has. coef and threat lie one after the other,
    those of profile a from coef_at[a] and threat_at[a] on.
    """

    blocks: IntArray
    rows: IntArray
    groups: IntArray
    weight: FloatArray
    group: IntArray
    targets: IntArray
    owner: IntArray
    base: FloatArray
    coef: FloatArray
    coef_at: IntArray
    threat: FloatArray
    threat_at: IntArray
    patience: float

    @classmethod
    def of(cls, programs: tuple[Program, ...]) -> ProgramPack:
        """Join the programs of a state."""

        def padded(rows: list[Any]) -> Any:
            found = np.zeros((len(rows), max(map(len, rows))), rows[0].dtype)
            for own, row in zip(found, rows, strict=True):
                own[: len(row)] = row
            return found

        def joined(rows: list[FloatArray]) -> tuple[FloatArray, IntArray]:
            return np.concatenate(rows, axis=None), np.cumsum([0, *(row.size for row in rows)])

        blocks, rows, groups = np.array([(p.weight.size, len(p.base), len(p.targets)) for p in programs]).T.copy()
        names = "weight", "group", "targets", "owner", "base"
        weight, group, targets, owner, base = (padded([getattr(p, name) for p in programs]) for name in names)
        coef, threat = joined([p.coef for p in programs]), joined([p.threat for p in programs])
        return cls(
            blocks, rows, groups, weight, group, targets, owner, base, *coef, *threat, patience=programs[0].patience
        )


def pack_of(operator: Operator, s: int) -> ProgramPack:
    """Programs of a state as arrays, made once."""
    if s not in operator.packs:
        operator.packs[s] = ProgramPack.of(operator.programs[s])
    found: ProgramPack = operator.packs[s]
    return found


@dataclass(slots=True)
class Known:
    """Rows of all profiles of a state in its directions, whatever levels they were found at.

    Attributes
    ----------
    place : array [A, K, W], the state whose half-space a term names, above `BITS`, and the number of the half-space
    line : array [A, K, W]; zero: no term
    const : array [A, K]; infinite: nothing is known
    """

    place: IntArray
    line: FloatArray
    const: FloatArray

    @classmethod
    def of(cls, profiles: int, directions: int, wide: int) -> Known:
        """Know nothing."""
        size = (profiles, directions, wide)
        return cls(np.zeros(size, np.int64), np.zeros(size), np.full(size[:2], np.inf))

    def copy(self) -> Known:
        """Return the same in arrays of its own."""
        return Known(self.place.copy(), self.line.copy(), self.const.copy())

    def taken(self, directions: IntArray) -> Known:
        """Return what is known in some directions, in arrays of its own."""
        return Known(
            self.place.take(directions, axis=1), self.line.take(directions, axis=1), self.const.take(directions, axis=1)
        )

    def widen(self, wide: int) -> None:
        """Make room for rows of so many terms."""
        more = ((0, 0), (0, 0), (0, max(wide - self.place.shape[2], 0)))
        self.place, self.line = np.pad(self.place, more), np.pad(self.line, more)

    def rows(self, k: int) -> Rows:
        """Rows of one profile."""
        none = np.zeros((self.const.shape[1], 0))
        return Rows(self.place[k], self.line[k], self.const[k], none.astype(np.int64), none)

    def put(self, k: int, rows: Rows, at: Any = slice(None)) -> None:
        """Keep rows of a profile in the directions `at`."""
        wide = rows.place.shape[1]
        if wide > self.place.shape[2]:
            self.widen(wide)
        self.place[k, at], self.line[k, at] = 0, 0.0
        self.place[k, at, :wide], self.line[k, at, :wide] = rows.place, rows.line
        self.const[k, at] = rows.const


@dataclass(frozen=True, slots=True)
class Change:
    """Where the directions of a state went: the new place of each old one or -1, and the old one nearest to each new.

    The first `kept` of the new ones are old ones. `mix`: new ones that are sums of three others, as `mixed` takes them.
    """

    place: IntArray
    nearest: IntArray
    kept: int
    mix: tuple[IntArray, IntArray, FloatArray, FloatArray] | None = None


def carry(bound: Any) -> None:
    """Bring bases and rows in line with directions that were added or dropped since the last application.

    Bases of new directions start from that of the nearest one: a basis is as good whatever half-spaces are
    added, since its multipliers remain nonnegative. One that names what is gone is none, and such a row bounds nothing.
    """
    changed: dict[int, Change] = bound.changed
    if not changed:
        return
    sizes = [len(own) for own in bound.directions]
    to = np.tile(np.arange(max(*sizes, *(len(one.place) for one in changed.values()))), (len(sizes), 1))
    touched = np.zeros(len(sizes), bool)
    for s, one in changed.items():
        to[s, : len(one.place)], touched[s] = one.place, True
    for s, old in bound.bases.items():
        pack, own = pack_of(bound.operator, s), changed.get(s)
        if touched[pack.targets].any():
            blocks, profile = pack.blocks[:, None, None], np.arange(len(old))[:, None, None]
            wall, y = np.divmod(old, blocks)
            follows = pack.targets[profile, pack.group[profile, y]]
            moved = np.where(old >= 0, to[follows, np.maximum(wall, 0)], 0)
            basis = np.where(old >= 0, moved * blocks + y, old)
            basis[(moved < 0).any(axis=2) | (old[:, :, 0] == FRESH), 0] = FRESH
            old = basis
        bound.bases[s] = old if own is None else old.take(own.nearest, axis=1)
    for s, known in bound.proved.items():
        own = changed.get(s)
        if own is not None:
            known = known.taken(own.nearest)
            known.const[:, own.kept :] = np.inf
        if touched[pack_of(bound.operator, s).targets].any():
            moved = to[known.place >> BITS, known.place & WALL]
            gone = moved < 0
            known.const[(gone & (known.line != 0)).any(axis=2)] = np.inf
            known.place = np.where(gone, 0, known.place - (known.place & WALL) + moved)
            known.line[gone] = 0.0
        if own is not None and own.mix is not None:
            # multipliers of three directions add up to some of a direction between them
            for k in bound.alive[s]:
                known.put(k, mixed(known.rows(k), *own.mix))
        bound.proved[s] = known
    changed.clear()


def mixed(old: Rows, rows: IntArray, at: IntArray, share: FloatArray, left: FloatArray) -> Rows:
    """Bound directions `rows` [N] by sums of the rows `at` [N, 3], weighed by `share` [N, 3] >= 0.

    Multipliers that are feasible in three directions add up to some in their sum. `left` [N] is what it misses of the
    direction, for continuations in [0, 1].
    """
    count, wide = len(rows), old.place.shape[1]
    place, line = old.place[at].reshape(count, 3 * wide), (share[:, :, None] * old.line[at]).reshape(count, 3 * wide)
    place = np.where(line != 0, place, 0)
    order = np.argsort(place, axis=1)
    place, line = np.take_along_axis(place, order, axis=1), np.take_along_axis(line, order, axis=1)
    name = np.zeros(place.shape, np.int64)
    name[:, 1:] = np.cumsum(place[:, 1:] != place[:, :-1], axis=1)
    # rows that would grow too long bound nothing
    fits = name[:, -1] < _LONG
    rows, place, line, name = rows[fits], place[fits], line[fits], name[fits]
    part, bound = share[fits], old.const[at[fits]]
    const = np.multiply(part, bound, out=np.zeros_like(part), where=part > 0).sum(axis=1)
    size = line.sum(axis=1)
    most = int(name.max(initial=-1)) + 1
    added, named = np.zeros((len(rows), most)), np.zeros((len(rows), most), np.int64)
    each = np.arange(len(rows))[:, None]
    np.add.at(added, (each, name), line)
    named[each, name] = place
    wider = ((0, 0), (0, max(most - wide, 0)))
    found = Rows(np.pad(old.place, wider), np.pad(old.line, wider), old.const.copy(), old.at, old.duals)
    found.place[rows], found.line[rows] = 0, 0.0
    found.place[rows, :most], found.line[rows, :most] = named, added
    found.const[rows] = const + left[fits] + 8e-16 * (1 + size + np.where(np.isfinite(const), np.abs(const), 0.0))
    return found
