"""Proofs of what no pure equilibrium reaches: bounds of payoff sets, points outside them, and games without any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, NotRequired, TypeAlias, TypedDict, TypeVar

import numpy as np

from armsgame._checks import as_fraction
from armsgame._typing import FloatArray, Real
from armsgame.games.coercion import PublicGame
from armsgame.geometry.halfspaces import vertices
from armsgame.proofs.rational import (
    Cube,
    GameData,
    Over,
    Row,
    Table,
    balanced_row,
    deviated,
    outcomes_of,
    over_one,
    repaired_row,
)
from armsgame.proofs.write import Proof, Unproved, checked, dynamic_data, file_of
from armsgame.solve.payoff_sets.operator import Operator, Solved, solve_program

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["outer_proof"]

# directions over 2^_FINE, levels over 2^_LEVELS, multipliers over 2^_BITS
_FINE, _LEVELS, _BITS = 24, 50, 60
# rounds of programs, and the movement of levels (of the range of payoffs) at which they end
_ROUNDS, _STILL = 25, 1e-7
# most rows of a file
_ROWS = 60_000
# multipliers by (player, action), and by outcome and direction
_Temptations: TypeAlias = dict[tuple[int, int], float]
_Parts: TypeAlias = dict[tuple[int, int], dict[int, float]]
_Level = TypeVar("_Level")


class _Step(TypedDict):
    """A step as the file has it: rows that eliminate profiles, or lower levels to y, or to y with a witness w."""

    rows: list[Row]
    y: NotRequired[Table]
    w: NotRequired[Table]


@dataclass(slots=True)
class _Row:
    """A balanced row as the file has it, and its bound: const + unit times line . levels of all states.

    Levels are integers over 2^50 and so is the bound; `line` is in integers, because sums of fractions take long.
    """

    at: tuple[int, ...]
    entry: Row
    const: Fraction
    unit: Fraction
    line: dict[int, int]

    def bound(self, levels: Sequence[int]) -> Fraction:
        return self.const * (1 << _LEVELS) + self.unit * sum(m * levels[c] for c, m in self.line.items())

    def weights(self) -> dict[int, float]:
        unit = float(self.unit)
        return {c: unit * m for c, m in self.line.items()}


@dataclass(slots=True)
class _Search:
    """Levels proved so far, and the steps that prove them; a cell is a direction of a state.

    Attributes
    ----------
    data : the game as the file has it
    operator : the game's programs in floats, payoffs scaled
    dirs : per state, integer directions over 2^24, with both signs of every axis first
    levels : per cell, integers over 2^50
    left : per state, profiles that are not eliminated
    outcomes : per state, pairs (next state, signal) in rising order
    """

    data: GameData
    operator: Operator
    dirs: Cube
    levels: list[int] = field(default_factory=list)
    left: list[set[int]] = field(default_factory=list)
    steps: list[_Step] = field(default_factory=list)
    outcomes: list[list[tuple[int, int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.outcomes = [outcomes_of(one) for one in self.data["laws"]]
        pay, den = self.data["payoffs"]["num"], self.data["payoffs"]["den"]
        columns = np.array([u for own in pay for u in zip(*own, strict=True)], dtype=object)
        for own in self.dirs:
            for h in own:
                top = max(int(v) for v in columns @ np.array(h, dtype=object))
                self.levels.append(ceil(Fraction(top * 2**_LEVELS, den * 2**_FINE)))
        self.left = [set(range(len(one["num"]))) for one in self.data["laws"]]

    @property
    def unit(self) -> float:
        """Range of payoffs."""
        return float(self.operator.scale.max())

    def cell(self, s: int, k: int) -> int:
        return sum(len(own) for own in self.dirs[:s]) + k

    def nested(self, flat: Sequence[_Level]) -> list[list[_Level]]:
        """Levels by state."""
        return [[flat[self.cell(s, k)] for k in range(len(own))] for s, own in enumerate(self.dirs)]

    def row(self, s: int, k: int | None, a: int, mu: _Temptations, parts: _Parts) -> _Row:
        """Balance multipliers for a direction, or for none, of a state and a profile."""
        players = len(self.data["players"])
        h = [0] * players if k is None else self.dirs[s][k]
        directions: Over[Cube] = {"den": 2**_FINE, "num": self.dirs}
        return self.read(s, k, a, balanced_row(self.data, s, h, a, mu, parts, directions, _BITS, self.outcomes[s]))

    def farkas(self, s: int, a: int) -> _Row:
        """Find multipliers against a profile by one linear program for all of them."""
        none = [0] * len(self.data["players"])
        directions: Over[Cube] = {"den": 2**_FINE, "num": self.dirs}
        levels = self.nested([Fraction(v, 2**_LEVELS) for v in self.levels])
        return self.read(s, None, a, repaired_row(self.data, s, none, a, levels, directions, _BITS))

    def read(self, s: int, k: int | None, a: int, entry: Row) -> _Row:
        """Read the bound of balanced multipliers."""
        h = [0] * len(self.data["players"]) if k is None else self.dirs[s][k]
        one, patience = self.data["laws"][s], Fraction(self.data["discount"]["num"], self.data["discount"]["den"])
        pay, sizes = self.data["payoffs"]["num"][s], [len(own) for own in self.data["actions"][s]]
        now = sum(c * own[a] for c, own in zip(h, pay, strict=True)) * 2**_BITS
        for i, b, m in entry["mu"]:
            now += m * 2**_FINE * (pay[i][a] - pay[i][deviated(a, i, b, sizes)])
        const = (1 - patience) * Fraction(now, 2 ** (_FINE + _BITS) * self.data["payoffs"]["den"])
        line: dict[int, int] = {}
        for (t, _), own in zip(self.outcomes[s], entry["lambda"], strict=True):
            first = self.cell(t, 0)
            for j, m in own:
                line[first + j] = line.get(first + j, 0) + m
        at = (s, a) if k is None else (s, k, a)
        return _Row(at, {**entry, "at": list(at)}, const, patience / (2**_BITS * one["den"]), line)

    # ---- floats find multipliers ----

    def scaled(self) -> tuple[list[FloatArray], list[FloatArray], list[FloatArray]]:
        """Return unit directions and levels in scaled payoffs, and the lengths that were divided by."""
        op, found = self.operator, []
        for s, own in enumerate(self.dirs):
            h = np.array(own, float) / 2**_FINE
            c = np.array([self.levels[self.cell(s, k)] for k in range(len(own))], float) / 2**_LEVELS
            size = np.linalg.norm(h * op.scale, axis=1)
            found.append((h * op.scale / size[:, None], (c - h @ op.shift) / size, size))
        h, c, size = (list(part) for part in zip(*found, strict=True))
        return h, c, size

    def rows(self) -> tuple[list[_Row], list[_Row]]:
        """One row for every state, direction and profile left; and those that eliminate a profile."""
        op = self.operator
        h, c, size = self.scaled()
        most = max(map(len, h))
        packed = np.stack([np.pad(own, ((0, most - len(own)), (0, 0))) for own in h])
        levels = np.stack([np.pad(own, (0, most - len(own)), constant_values=1.0) for own in c])
        corner = [vertices(own, level) for own, level in zip(h, c, strict=True)]
        found: list[_Row] = []
        gone: list[_Row] = []
        for s, here in enumerate(self.left):
            for a in sorted(here):
                p = op.programs[s][a]
                answer = solve_program(p, h[s], packed[p.targets], levels[p.targets])
                solved = isinstance(answer, Solved)
                rows = answer.rows if isinstance(answer, Solved) else answer
                for j in range(len(h[s]) if solved else 1):
                    # the scaled direction is the file's one times scale over size
                    mu: _Temptations = {}
                    factor = size[s][j] if solved else 1.0
                    for at, dual in zip(rows.at[j].tolist(), rows.duals[j].tolist(), strict=True):
                        if at < 0 and at > -(2**40) and dual > 0:
                            i = int(p.owner[-1 - at])
                            mu[i, int(p.action[-1 - at])] = factor * dual / float(op.scale[i])
                    parts = self.parts(s, j if solved else None, a, mu, h, c, size, corner)
                    row = self.row(s, j if solved else None, a, mu, parts)
                    (found if solved else gone).append(row)
        return found, gone

    def plain(self, rows: list[_Row]) -> list[_Row]:
        """Rows without incentives for profiles that floats call unenforceable and integers do not."""
        there = {(row.at[0], row.at[-1]) for row in rows}
        return [
            self.row(s, k, a, {}, {})
            for s, own in enumerate(self.left)
            for a in sorted(own)
            if (s, a) not in there
            for k in range(len(self.dirs[s]))
        ]

    def parts(
        self, s: int, k: int | None, a: int, mu: _Temptations, h: Sequence[FloatArray], c: Sequence[FloatArray],
        size: Sequence[FloatArray], corner: Sequence[FloatArray],
    ) -> _Parts:  # fmt: skip
        """Find multipliers of directions at each outcome: of faces at the corner that is farthest along the rest."""
        from scipy.optimize import nnls

        one, op = self.data["laws"][s], self.operator
        players, sizes = len(op.scale), [len(own) for own in self.data["actions"][s]]
        axes = np.eye(players)
        rest: dict[tuple[int, int], FloatArray] = {}
        own = np.zeros(players) if k is None else np.array(self.dirs[s][k], float) / 2**_FINE
        for t, y, n in one["num"][a]:
            rest[t, y] = n / one["den"] * own
        for (i, b), m in mu.items():
            for q, sign in ((a, 1.0), (deviated(a, i, b, sizes), -1.0)):
                for t, y, n in one["num"][q]:
                    rest[t, y] = rest.get((t, y), np.zeros(players)) + sign * m * n / one["den"] * axes[i]
        found: _Parts = {}
        for (t, y), left in rest.items():
            turned = left * op.scale
            if np.count_nonzero(np.abs(turned) > 1e-14 * np.abs(turned).max(initial=0.0)) < 2 or not len(corner[t]):
                continue
            top = corner[t][int((corner[t] @ turned).argmax())]
            near = np.flatnonzero(c[t] - h[t] @ top <= 1e-7)
            if len(near):
                weights, _ = nnls(h[t][near].T, turned)
                found[t, y] = {int(j): float(w / size[t][j]) for j, w in zip(near, weights, strict=True) if w > 0}
        return found

    # ---- integers prove steps ----

    def eliminate(self, gone: list[_Row]) -> bool:
        """Take a step that removes profiles, and those that may lead where nothing is left."""
        tried = [row if row.bound(self.levels) < 0 else self.farkas(*row.at) for row in gone]
        proved = [row for row in tried if row.bound(self.levels) < 0]
        if proved:
            self.steps.append({"rows": [row.entry for row in proved]})
            for row in proved:
                self.left[row.at[0]].discard(row.at[1])
        while self._spread():
            pass
        return bool(proved)

    def _spread(self) -> bool:
        """Remove a state's profiles where some outcome leads to a state without any."""
        for t, own in enumerate(self.left):
            before = [s for s, one in enumerate(self.data["laws"]) if self.left[s] and s != t
                      and any(u == t for law in one["num"] for u, _, _ in law)]  # fmt: skip
            if own or not before:
                continue
            width = ceil(4 * self.unit * 2**_LEVELS)
            low = list(self.levels)
            for k in range(len(self.dirs[t])):
                low[self.cell(t, k)] -= width
            self.steps.append({"y": self.nested(low), "rows": []})
            self.levels = low
            rows: list[Row] = []
            for s in before:
                outcomes = self.outcomes[s]
                place = next(o for o, (u, _) in enumerate(outcomes) if u == t)
                # both signs of the first axis: they balance, and the levels there add to less than nothing
                lam: Cube = [[] for _ in outcomes]
                lam[place] = [[0, 1], [1, 1]]
                rows += [{"at": [s, a], "mu": [], "lambda": lam} for a in sorted(self.left[s])]
                self.left[s] = set()
            self.steps.append({"rows": rows})
            return True
        return False

    def lower(self, rows: list[_Row]) -> float:
        """Take a jump where a witness is found, else an image; return how far levels fell."""
        before, rows = list(self.levels), [row for row in rows if row.at[2] in self.left[row.at[0]]]
        jump = self._jump(rows)
        if jump is not None:
            self.steps.append(jump)
        else:
            new: dict[int, int] = {}
            for row in rows:
                c = self.cell(*row.at[:2])
                new[c] = max(new.get(c, -(2**200)), ceil(row.bound(self.levels)))
            low = [min(v, new.get(c, v)) for c, v in enumerate(self.levels)]
            kept = [row.entry for row in rows if low[self.cell(*row.at[:2])] < self.levels[self.cell(*row.at[:2])]]
            if kept:
                self.steps.append({"y": self.nested(low), "rows": kept})
            self.levels = low
        return float(max(a - b for a, b in zip(before, self.levels, strict=True)) / 2**_LEVELS)

    def _jump(self, rows: list[_Row]) -> _Step | None:
        """Least solution of bound(y) <= y, and w above the levels with bound(w) < w, by linear programs; checked."""
        from scipy.optimize import linprog
        from scipy.sparse import csr_array

        live = [self.cell(s, k) for s, own in enumerate(self.left) if own
                                        for k in range(len(self.dirs[s]))]  # fmt: skip
        place = {c: n for n, c in enumerate(live)}
        fixed = np.array([v / 2**_LEVELS for v in self.levels])
        cells, weights, const = [], [], []
        for r, row in enumerate(rows):
            line = row.weights()
            const.append(float(row.const) + sum(w * fixed[c] for c, w in line.items() if c not in place))
            cells += [(r, place[c]) for c in line if c in place]
            weights += [w for c, w in line.items() if c in place]
        if not rows:
            return None
        index = np.array(cells, np.int64).reshape(-1, 2)
        line = csr_array((weights, (index[:, 0], index[:, 1])), shape=(len(rows), len(live)))
        own = csr_array(
            (np.ones(len(rows)), (np.arange(len(rows)), [place[self.cell(*row.at[:2])] for row in rows])),
            shape=(len(rows), len(live)),
        )
        unit = self.unit
        rest = np.array(const) / unit
        now = fixed[live] / unit
        options = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
        patience = 1 - self.operator.discount
        for slack in (1e-9 * patience, 1e-7 * patience, 1e-10, 1e-8):
            low = linprog(np.ones(len(live)), A_ub=line - own, b_ub=-rest - slack, bounds=(-1e4, 1e4), method="highs",
                          options=options)  # fmt: skip
            if low.status != 0:
                return None
            high = self._above(line - own, rest, np.maximum(now, low.x))
            if high is None:
                return None
            y, w = list(self.levels), list(self.levels)
            for c, a, b in zip(live, low.x.tolist(), high.tolist(), strict=True):
                y[c], w[c] = ceil(a * unit * 2**_LEVELS), ceil(b * unit * 2**_LEVELS)
                w[c] = max(w[c], y[c], self.levels[c])
            good = all(
                row.bound(y) <= y[self.cell(*row.at[:2])] and row.bound(w) < w[self.cell(*row.at[:2])] for row in rows
            )
            if good:
                self.levels = [min(a, b) for a, b in zip(self.levels, y, strict=True)]
                return {"y": self.nested(y), "w": self.nested(w), "rows": [row.entry for row in rows]}
        return None

    @staticmethod
    def _above(system: csr_array, rest: FloatArray, now: FloatArray) -> FloatArray | None:
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, hstack

        many = len(now)
        wide = hstack([system, csr_array(np.ones((len(rest), 1)))], format="csr")
        found = linprog(
            np.append(np.zeros(many), -1.0), A_ub=wide, b_ub=-rest,
            bounds=[*((v, v + 50.0) for v in now.tolist()), (None, 1.0)], method="highs",
        )  # fmt: skip
        return None if found.status != 0 or found.x[-1] <= 1e-9 else np.asarray(found.x[:-1]) + 1e-12


def outer_proof(
    game: PublicGame,
    discount: Real,
    faces: Sequence[FloatArray],
    outside: Sequence[Real] | FloatArray | None = None,
    unplayed: int | None = None,
) -> Proof:
    """Prove that payoffs of pure perfect public equilibria keep within levels, that a point is beyond, or that none is.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
    discount : float or Fraction
    faces : per state, array [K, P]
        Directions beside the axes, in payoffs of the game.
    outside : array_like [P], optional
        A payoff that no equilibrium from the start has.
    unplayed : int, optional
        Index of a profile that no equilibrium plays at the start.

    Notes
    -----
    Newton's method on the largest fixed point of the operator of Abreu, Pearce and Stacchetti (1990): programs in
    floats find multipliers, which are rounded and repaired to integers; a jump to the least solution of
    bound(y) <= y is taken where a witness is found, else the image. It ends when levels rest, or when the point is
    outside or no profile is left at the start.
    """
    delta = as_fraction(discount)
    data, _, distance = dynamic_data(game, game.dynamics(exact=True), delta)
    search = _Search(data, Operator.of(game, float(delta)), [_directions(own) for own in faces])
    point = None if outside is None else [as_fraction(v) for v in outside]
    for _ in range(_ROUNDS):
        if _done(search, point, unplayed) or sum(len(step["rows"]) for step in search.steps) > _ROWS:
            break
        rows, gone = search.rows()
        removed = search.eliminate(gone)
        rows += search.plain(rows)
        moved = search.lower(rows) if any(search.left) and search.left[data["start"]] else 0.0
        if not removed and moved <= _STILL * search.unit:
            break
    return _file(search, point, unplayed, distance)


def _directions(faces: FloatArray) -> Table:
    """Both signs of every axis, then faces as integers."""
    players = faces.shape[1]
    found = [[sign * 2**_FINE * int(i == j) for j in range(players)] for i in range(players) for sign in (1, -1)]
    for face in faces:
        whole = [round(float(v)) for v in face / np.abs(face).max() * 2**_FINE]
        if whole not in found:
            found.append(whole)
    return found


def _done(search: _Search, point: list[Fraction] | None, unplayed: int | None) -> bool:
    left = search.left[search.data["start"]]
    if not left or (unplayed is not None and unplayed not in left):
        return True
    return point is not None and _beyond(search, point)


def _beyond(search: _Search, point: list[Fraction]) -> bool:
    start = search.data["start"]
    return any(
        sum(Fraction(c, 2**_FINE) * v for c, v in zip(h, point, strict=True))
        > Fraction(search.levels[search.cell(start, k)], 2**_LEVELS)
        for k, h in enumerate(search.dirs[start])
    )


def _file(search: _Search, point: list[Fraction] | None, unplayed: int | None, distance: Fraction) -> Proof:
    """Put the claim and its steps together."""
    start, den = search.data["start"], 2**_LEVELS
    first = _Search(search.data, search.operator, search.dirs).levels
    witness: dict[str, object] = {
        "directions": {"den": 2**_FINE, "num": search.dirs}, "multipliers": 2**_BITS, "den": den,
        "levels": search.nested(first), "steps": search.steps,
    }  # fmt: skip
    claim: dict[str, object] = {"kind": "outer"}
    if unplayed is not None:
        if unplayed in search.left[start]:
            raise Unproved("the profile was not eliminated")
        claim |= {"concludes": "unplayed", "profile": unplayed}
    elif not search.left[start]:
        claim["concludes"] = "none"
    elif point is not None:
        if not _beyond(search, point):
            raise Unproved("the point is within all levels that were proved")
        claim |= {"concludes": "outside", "point": over_one(point)}
    else:
        claim |= {"concludes": "set", "levels": {"den": den, "num": search.nested(search.levels)}}
    return checked(file_of(claim, search.data, None, witness, distance))
