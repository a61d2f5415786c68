"""Rational numbers for proof files: common denominators, rounded bounds, multipliers repaired to balance."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, lcm, prod
from typing import Generic, NotRequired, TypeAlias, TypedDict, TypeVar, overload

import numpy as np

from armsgame._typing import Real

__all__ = ["balanced_row", "deviated", "exact_bounds", "outcomes_of", "outwards", "over_one", "repaired_row", "solved"]

_Nums = TypeVar("_Nums")
Table: TypeAlias = list[list[int]]
Cube: TypeAlias = list[list[list[int]]]
_Nested: TypeAlias = "Real | Sequence[_Nested]"


class Over(TypedDict, Generic[_Nums]):
    """Integers over one denominator."""

    den: int
    num: _Nums


class Bounds(TypedDict, Generic[_Nums]):
    """Lower and upper values over one denominator."""

    den: int
    lower: _Nums
    upper: _Nums


class GameData(TypedDict):
    """A game in time as the file has it; without a discount factor where that is what the file is about."""

    kind: str
    players: list[str]
    states: list[str]
    start: int
    actions: list[list[list[str]]]
    signals: list[list[str]]
    payoffs: Over[Cube]
    laws: list[Over[Cube]]
    discount: NotRequired[Over[int]]


class AutomatonData(TypedDict):
    """An automaton as the file has it."""

    states: list[str]
    initial: int
    law: Over[Cube]
    next: Cube


Row = TypedDict("Row", {"at": NotRequired[list[int]], "mu": Table, "lambda": Cube})
"""Multipliers of one action profile: of deviations (player, action, weight), and of directions at each outcome."""


@overload
def over_one(values: Real) -> Over[int]: ...
@overload
def over_one(values: Sequence[Real]) -> Over[list[int]]: ...
@overload
def over_one(values: Sequence[Sequence[Real]]) -> Over[Table]: ...
@overload
def over_one(values: Sequence[Sequence[Sequence[Real]]]) -> Over[Cube]: ...
def over_one(values: _Nested) -> object:
    """Write nested rational numbers over one denominator, as the format does: ``{"den": D, "num": ..}``."""
    den = lcm(*(v.denominator for v in _flat(values)))
    return {"den": den, "num": _scaled(values, den)}


def exact_bounds(values: Sequence[Sequence[Real]]) -> Bounds[Table]:
    """Bounds that the values themselves are."""
    exact = over_one(values)
    return {"den": exact["den"], "lower": exact["num"], "upper": exact["num"]}


def outwards(
    lower: Sequence[Sequence[Fraction]], upper: Sequence[Sequence[Fraction]], discount: Fraction, bits: int
) -> Bounds[Table]:
    """Write lower and upper values as integers over ``2**bits``, rounded so far outwards that they stay bounds.

    Where ``lower <= (1 - d) u + d P lower`` and the same for `upper` with the sign turned, what is written has
    these properties too: bounds move by at least 2 / (1 - d) units, and by one unit more at most.
    """
    unit = Fraction(ceil(2 / (1 - discount)))
    low = [[floor(v * 2**bits - unit) for v in row] for row in lower]
    return {"den": 2**bits, "lower": low, "upper": [[ceil(v * 2**bits + unit) for v in row] for row in upper]}


def deviated(profile: int, player: int, action: int, sizes: Sequence[int]) -> int:
    """Row-major index of a profile in which one player plays another action."""
    step = prod(sizes[player + 1 :])
    return profile + (action - profile // step % sizes[player]) * step


def outcomes_of(law: Over[Cube]) -> list[tuple[int, int]]:
    """Outcomes (next state, signal) of a state that some profile makes possible, in rising order."""
    return sorted({(t, y) for row in law["num"] for t, y, _ in row})


def solved(lines: list[dict[int, Fraction]], right: list[list[Fraction]]) -> list[list[Fraction]]:
    """Solve a linear system with several right sides by elimination on sparse rows of fractions.

    Rows that depend on others are left out; whether they agree is for the caller to check.

    Raises
    ------
    ZeroDivisionError
        The rows do not determine the unknowns.
    """
    rows, sides = [dict(line) for line in lines], [list(row) for row in right]
    order: list[int] = []
    free = set(range(len(rows)))
    for x in range(1 + max(max(line, default=-1) for line in rows)):
        pivot = next((k for k in sorted(free, key=lambda k: len(rows[k])) if rows[k].get(x)), None)
        if pivot is None:
            raise ZeroDivisionError("the matrix is singular")
        free.discard(pivot)
        order.append(pivot)
        for z, line in enumerate(rows):
            if z != pivot and (share := line.pop(x, None)):
                factor = share / rows[pivot][x]
                sides[z] = [a - factor * b for a, b in zip(sides[z], sides[pivot], strict=True)]
                for y, c in rows[pivot].items():
                    if y != x:
                        line[y] = line.get(y, Fraction(0)) - factor * c
    return [[v / rows[k][x] for v in sides[k]] for x, k in enumerate(order)]


def repaired_row(
    game: GameData,
    state: int,
    direction: Sequence[int],
    profile: int,
    levels: Sequence[Sequence[Fraction]],
    directions: Over[Cube],
    bits: int = 60,
) -> Row:
    """Multipliers of one action profile that balance exactly and nearly minimise the bound on given levels.

    Parameters
    ----------
    game : the game as the file has it
    direction : integers over the denominator of `directions`; zeros look for a proof that nothing enforces the profile
    profile : int, row-major index of the action profile
    levels : per state, a level for each direction
    directions : array of the format, ``[S][K][P]`` over a power of two; both signs of every axis are among them
    bits : int
        Multipliers are integers over ``2**bits``.

    Notes
    -----
    A linear program in floats finds the multipliers. They are rounded, and what the equality at an outcome then
    lacks is put on the axes, so that it holds; the bound grows by at most that remainder times the width of the levels.
    """
    from scipy.optimize import linprog

    unit, dirs = directions["den"], directions["num"]
    sizes, pay = [len(own) for own in game["actions"][state]], game["payoffs"]["num"][state]
    laws, full = game["laws"][state]["num"], game["laws"][state]["den"]
    patience = Fraction(game["discount"]["num"], game["discount"]["den"])
    every = [(i, b, deviated(profile, i, b, sizes)) for i, size in enumerate(sizes) for b in range(size)]
    tempting = [row for row in every if row[2] != profile]
    chance = [{(t, y): n for t, y, n in laws[k]} for k in range(len(laws))]
    outcomes = sorted({o for k in (profile, *(k for *_, k in tempting)) for o in chance[k]})
    cells = [(o, k) for o in range(len(outcomes)) for k in range(len(dirs[outcomes[o][0]]))]
    width = len(sizes)
    equal, right = np.zeros((len(outcomes) * width, len(tempting) + len(cells))), np.zeros(len(outcomes) * width)
    for o, outcome in enumerate(outcomes):
        right[o * width : (o + 1) * width] = [chance[profile].get(outcome, 0) / full * h / unit for h in direction]
        for c, (i, _, k) in enumerate(tempting):
            equal[o * width + i, c] -= (chance[profile].get(outcome, 0) - chance[k].get(outcome, 0)) / full
    for c, (o, k) in enumerate(cells):
        equal[o * width : (o + 1) * width, len(tempting) + c] = np.array(dirs[outcomes[o][0]][k], float) / unit
    cost = [float((1 - patience) * (pay[i][profile] - pay[i][k]) / game["payoffs"]["den"]) for i, _, k in tempting]
    cost += [float(patience * levels[outcomes[o][0]][k]) for o, k in cells]
    capped = not any(direction)
    cap = np.array([[1.0] * len(tempting) + [0.0] * len(cells)])
    found = linprog(
        cost,
        A_eq=equal,
        b_eq=right,
        A_ub=cap if capped else None,
        b_ub=[1.0] if capped else None,
        method="highs",
    )
    weights = np.zeros(len(cost)) if found.x is None else np.maximum(found.x, 0)
    mu = {(i, b): float(w) for (i, b, _), w in zip(tempting, weights[: len(tempting)], strict=True)}
    parts: dict[tuple[int, int], dict[int, float]] = {}
    for (o, k), w in zip(cells, weights[len(tempting) :], strict=True):
        parts.setdefault(outcomes[o], {})[k] = float(w)
    return balanced_row(game, state, direction, profile, mu, parts, directions, bits)


def balanced_row(
    game: GameData,
    state: int,
    direction: Sequence[int],
    profile: int,
    mu: dict[tuple[int, int], float],
    parts: dict[tuple[int, int], dict[int, float]],
    directions: Over[Cube],
    bits: int = 60,
    outcomes: Sequence[tuple[int, int]] | None = None,
) -> Row:
    """Round multipliers in floats to integers over ``2**bits`` so that they balance exactly.

    Parameters
    ----------
    mu : by (player, action), the multiplier of that deviation
    parts : by outcome (next state, signal), the multipliers of the directions there; what they lack the axes bear
    outcomes : what `outcomes_of` says of the state, where it is known
    """
    unit, dirs, scale = directions["den"], directions["num"], 2**bits
    sizes = [len(own) for own in game["actions"][state]]
    laws, full, players = game["laws"][state]["num"], game["laws"][state]["den"], range(len(sizes))
    whole = {at: _times(w, scale) for at, w in mu.items() if w > 0}
    # what is left at each outcome of p h + mu (p - p') e - lambda h, times denominators
    rest: dict[tuple[int, int], list[int]] = {}
    for t, y, n in laws[profile]:
        rest[t, y] = [n * h * scale for h in direction]
    for (i, b), m in whole.items():
        for k, sign in ((profile, 1), (deviated(profile, i, b, sizes), -1)):
            for t, y, n in laws[k]:
                rest.setdefault((t, y), [0] * len(sizes))[i] += sign * m * n * unit
    row: dict[tuple[int, int], Table] = {}
    for (t, y), left in rest.items():
        there, given = dirs[t], parts.get((t, y), {})
        axis = _axes(there, unit)
        # a multiple of the directions' denominator, so that the axes can take the rest
        on_axes = set(axis.values())
        used = {k: unit * _times(w, scale * full, unit) for k, w in given.items() if k not in on_axes}
        for k, n in used.items():
            left = [r - n * h for r, h in zip(left, there[k], strict=True)]
        for i in players:
            arm = axis[tuple((unit if left[i] > 0 else -unit) if j == i else 0 for j in players)]
            used[arm] = used.get(arm, 0) + abs(left[i]) // unit
        row[t, y] = [[k, n] for k, n in sorted(used.items()) if n]
    mus = [[i, b, m] for (i, b), m in sorted(whole.items()) if m]
    every = outcomes_of(game["laws"][state]) if outcomes is None else outcomes
    return {"mu": mus, "lambda": [row.get(o, []) for o in every]}


def _times(weight: float, by: int, over: int = 1) -> int:
    """Nearest integer to a float times a ratio of integers, without fractions in between."""
    top, bottom = weight.as_integer_ratio()
    return (2 * top * by + bottom * over) // (2 * bottom * over)


def _axes(directions: Table, unit: int) -> dict[tuple[int, ...], int]:
    """Where both signs of every axis stand among directions; they mostly come first."""
    found: dict[tuple[int, ...], int] = {}
    for k, h in enumerate(directions):
        if len(h) - h.count(0) == 1 and abs(sum(h)) == unit:
            found[tuple(h)] = k
            if len(found) == 2 * len(h):
                break
    return found


def _flat(values: _Nested) -> list[int | Fraction]:
    return [v for part in values for v in _flat(part)] if isinstance(values, Sequence) else [_exact(values)]


def _scaled(values: _Nested, den: int) -> object:
    if isinstance(values, Sequence):
        return [_scaled(v, den) for v in values]
    own = _exact(values)
    return own.numerator * (den // own.denominator)


def _exact(value: Real) -> int | Fraction:
    return value if isinstance(value, (int, Fraction)) else Fraction(value)
