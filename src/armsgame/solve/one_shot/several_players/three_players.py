"""Games of three players: one of them pure, or two of them with two actions; all equilibria, in rational numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from math import isqrt
from typing import Any, NamedTuple

import numpy as np

from armsgame._typing import FloatArray
from armsgame.games.stage import StageGame
from armsgame.solve.one_shot.bimatrix import proved, rational

__all__ = ["Found", "closed_form", "has_closed_form", "one_pure"]

# bits of a root; what is nearer to zero than the margin is undecided
_BITS = 200
_MARGIN = Fraction(1, 1 << 100)
# a gain that no checker takes for rounding, in units of the range of payoffs
_CLEAR, _TINY = 1e-6, 1e-290
_EDGE = 1 << (_BITS - 100)

_Profile = tuple[FloatArray, FloatArray, FloatArray]


class Found(NamedTuple):
    """Candidates for equilibria, and supports in words on which their number is not proved."""

    profiles: list[_Profile]
    undecided: list[str]


def one_pure(stage: StageGame) -> Found:
    """Equilibria in which one player is pure and the others mix: equilibria of the game that the others then play.

    Candidates: what the pure player gains by another action, where it is little, is left to the checker.
    """
    profiles: list[_Profile] = []
    undecided = []
    others = ((1, 2), (0, 2), (0, 1))
    tables = [stage.payoffs.transpose(1 + i, 0, 1 + j, 1 + k)[:, [j, k]] for i, (j, k) in enumerate(others)]
    for i, answers in enumerate(_answers(tables)):
        j, k = others[i]
        # halves do not overflow, and from 0 on they carry no rounding of a constant
        half = stage.payoffs[i].transpose(i, j, k) * 0.5
        half -= half.min()
        clear = _CLEAR * float(half.max())
        for action, answer in enumerate(answers):
            if answer is None:
                found = rational(StageGame(tables[i][action]))
                pairs: Any = [one.profile for one in found.equilibria]
                undecided.append(f"{stage.players[i]} plays {stage.actions[i][action]!r}")
            else:
                pairs = zip(*answer, strict=True)
            for x, y in pairs:
                if np.count_nonzero(x) > 1 or np.count_nonzero(y) > 1:
                    worth = half @ y @ x
                    if worth.max() - worth[action] > clear > _TINY:
                        continue
                    own: list[Any] = [None] * 3
                    own[i], own[j], own[k] = np.eye(stage.shape[i])[action], np.array(x, float), np.array(y, float)
                    profiles.append((own[0], own[1], own[2]))
    return Found(profiles, undecided)


def _answers(tables: list[FloatArray]) -> list[list[tuple[FloatArray, FloatArray] | None]]:
    """Return what `proved` says of games [G, 2, m, n]; those of one shape are asked about at once."""
    by_shape: dict[tuple[int, ...], list[int]] = {}
    for i, own in enumerate(tables):
        by_shape.setdefault(own.shape[2:], []).append(i)
    found: list[list[tuple[FloatArray, FloatArray] | None]] = [[] for _ in tables]
    for places in by_shape.values():
        answers = iter(proved(np.concatenate([tables[i] for i in places])))
        for i in places:
            found[i] = [next(answers) for _ in tables[i]]
    return found


def has_closed_form(shape: tuple[int, ...]) -> bool:
    """Whether all equilibria in which everybody mixes come from quadratic equations."""
    return len(shape) == 3 and sorted(shape)[:2] == [2, 2]


def closed_form(stage: StageGame) -> Found:
    """Equilibria in which all three mix, where two players have two actions.

    Let q and r be the weights of the second actions of these two. Indifference of the first player between two
    actions, and of the others, are bilinear: eliminating q and r leaves a quadratic in the first player's mixture.
    Between three actions two bilinear equations in q and r leave a quadratic in q; the mixture then solves linear
    equations. More actions tie only where there are more equations than unknowns, which is reported as undecided.
    """
    first = int(np.argmax(stage.shape))
    order = [first, *(p for p in range(3) if p != first)]
    tables, units = zip(*(_whole(np.transpose(stage.payoffs[p], order)) for p in order), strict=True)
    profiles: list[_Profile] = []
    undecided: list[str] = []
    for size in (2, 3):
        for own in combinations(range(stage.shape[first]), size):
            found, sound = _pairs(tables, own) if size == 2 else _triples(tables, units, own)
            for mix, q, r in found:
                kept = _stands(tables[0], units[0], own, mix, q, r)
                sound &= kept is not None
                if kept is not False:
                    profiles.append(_profile(stage.shape, order, own, mix, q, r))
            if not sound:
                names = " or ".join(repr(stage.actions[first][a]) for a in own)
                undecided.append(f"all mix, {stage.players[first]} over {names}")
    return Found(profiles, undecided)


# a0 + a1 x + a2 y + a3 x y = 0 in two named weights
_Form = tuple[int, int, int, int]
_Equation = tuple[str, str, _Form]
_Point = dict[str, Fraction]


def _whole(table: FloatArray) -> tuple[Any, int]:
    """Payoffs less the least one as whole numbers, and the greatest of them (or 1): the unit of payoffs."""
    ratios = [v.as_integer_ratio() for v in table.ravel().tolist()]
    below = max(d for _, d in ratios)
    # denominators are powers of two
    numbers = [n * (below // d) for n, d in ratios]
    low = min(numbers)
    whole = np.array([n - low for n in numbers], dtype=object).reshape(table.shape)
    return whole, max(numbers) - low or 1


def _bilinear(corner: Any) -> _Form:
    """Coefficients of a table [2, 2] mixed with weights x and y on the second entries."""
    (a, b), (c, d) = corner.tolist()
    return a, c - a, b - a, d - c - b + a


def _pairs(tables: Sequence[Any], own: tuple[int, ...]) -> tuple[list[_Solved], bool]:
    """Mixtures, q and r at which two actions of the first player tie and those of the others, and whether all are."""
    a, b = own
    first = ("q", "r", _bilinear(tables[0][b] - tables[0][a]))
    second = ("p", "r", _bilinear((tables[1][:, 1] - tables[1][:, 0])[[a, b]]))
    third = ("p", "q", _bilinear((tables[2][:, :, 1] - tables[2][:, :, 0])[[a, b]]))
    points, sound = _meet([second, third, first], "pqr")
    return [([1 - at["p"], at["p"]], at["q"], at["r"]) for at in points], sound


def _triples(tables: Sequence[Any], units: Sequence[int], own: tuple[int, ...]) -> tuple[list[_Solved], bool]:
    """Mixtures, q and r at which three actions of the first player tie and those of the others, and whether all are."""
    tied: list[_Equation] = [("q", "r", _bilinear(tables[0][k] - tables[0][own[0]])) for k in own[1:]]
    points, sound = _meet(tied, "qr")
    second, third = tables[1][:, 1] - tables[1][:, 0], tables[2][:, :, 1] - tables[2][:, :, 0]
    margin = _MARGIN * units[1] * units[2]
    found: list[_Solved] = []
    for at in points:
        q, r = at["q"], at["r"]
        # weights that make the others indifferent: a cross product
        u = [second[k, 0] * (1 - r) + second[k, 1] * r for k in own]
        v = [third[k, 0] * (1 - q) + third[k, 1] * q for k in own]
        cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
        total = sum(cross, Fraction(0))
        if abs(total) >= margin:
            found.append(([c / total for c in cross], q, r))
        elif all(abs(c) < margin for c in cross):
            # one condition for two weights; otherwise the weights have both signs
            sound = False
    return found, sound


_Solved = tuple[list[Fraction], Fraction, Fraction]


def _meet(equations: list[_Equation], names: str) -> tuple[list[_Point], bool]:
    """Points with all weights in (0, 1) that solve bilinear equations, and whether these are all and finitely many."""
    points: list[_Point] = []
    sound = True
    options = [_factors(*one) for one in equations]
    for chosen in product(*options):
        more, fine = _branch(list(chosen), names)
        points += [at for at in more if at not in points]
        sound &= fine
    return points, sound


def _factors(x: str, y: str, form: _Form) -> list[tuple[str, Fraction] | _Equation | None]:
    """Return what an equation says: one weight is a number, or another one is, or either determines the other."""
    a0, a1, a2, a3 = form
    if a0 * a3 != a1 * a2:
        return [(x, y, form)]
    if a3 != 0:
        return [(x, Fraction(-a2, a3)), (y, Fraction(-a1, a3))]
    if a1 != 0:
        return [(x, Fraction(-a0, a1))]
    if a2 != 0:
        return [(y, Fraction(-a0, a2))]
    # always or never true
    return [None] if a0 == 0 else []


def _branch(chosen: list[tuple[str, Fraction] | _Equation | None], names: str) -> tuple[list[_Point], bool]:
    known: _Point = {}
    links: list[_Equation] = []
    for one in chosen:
        if one is None:
            continue
        if len(one) == 3:
            links.append(one)
        elif known.setdefault(one[0], one[1]) != one[1] or not 0 < one[1] < 1:
            return [], True
    if len(links) == len(chosen):
        return _closed(links)
    while True:
        ready = [one for one in links if one[0] in known or one[1] in known]
        if not ready:
            # a weight that nothing fixes may be any
            return ([known], True) if len(known) == len(names) else ([], False)
        x, y, form = ready[0]
        links.remove(ready[0])
        if x not in known:
            x, y, form = y, x, (form[0], form[2], form[1], form[3])
        above, below = -(form[0] + form[1] * known[x]), form[2] + form[3] * known[x]
        if below == 0 or not 0 < above / below < 1 or known.setdefault(y, above / below) != above / below:
            return [], True


def _closed(links: list[_Equation]) -> tuple[list[_Point], bool]:
    """Points on a cycle of weights each of which determines the next one: a quadratic in the first."""
    *steps, last = links
    start = steps[0][0]
    # the end of the last link, by two ways, as (n0 + n1 x) / (d0 + d1 x)
    ways = [(-f[0], -f[1], f[2], f[3]) for _, _, f in steps]
    one = ways[0]
    a, b, c, d = (-last[2][0], -last[2][1], last[2][2], last[2][3])
    if len(steps) == 2:
        n0, n1, d0, d1 = ways[1]
        a, b, c, d = a * d0 + b * n0, a * d1 + b * n1, c * d0 + d * n0, c * d1 + d * n1
    roots, sound = _roots(
        b * one[3] - one[1] * d, a * one[3] + b * one[2] - one[0] * d - one[1] * c, a * one[2] - one[0] * c
    )
    points = []
    for x in roots:
        at = {start: x}
        for (_, y, _), (n0, n1, d0, d1) in zip(steps, ways, strict=True):
            p, q = x.numerator, x.denominator
            below = d0 * q + d1 * p
            at[y] = Fraction(n0 * q + n1 * p, below) if below else Fraction(2)
        if all(-_MARGIN < v < 1 + _MARGIN for v in at.values()):
            points.append(at)
    return points, sound


def _roots(a: int, b: int, c: int) -> tuple[list[Fraction], bool]:
    """Roots of a x^2 + b x + c in (0, 1), up to 2**-200, and whether they are all, each of them simple."""
    if a == 0:
        return [x for x in ([Fraction(-c, b)] if b else []) if 0 < x < 1], bool(b or c)
    square = b * b - 4 * a * c
    if square < 0:
        return [], True
    # -b + root over 2a, in whole numbers
    root, low, below = isqrt(square << (2 * _BITS)), -b << _BITS, 2 * a
    near = [(low + sign * root) // below for sign in ((1, -1) if root else (1,))]
    every = [Fraction(x, 1 << _BITS) for x in near if -_EDGE < x < (1 << _BITS) + _EDGE]
    return every, bool(root) or not every


def _stands(table: Any, unit: int, own: tuple[int, ...], mix: list[Fraction], q: Fraction, r: Fraction) -> bool | None:
    """Whether weights are positive and no other action of the first player gains; None where one is next to zero."""
    least = min(*mix, q, 1 - q, r, 1 - r)
    if least < -_MARGIN:
        return False
    if len(own) < len(table):
        laws = [(1 - q) * (1 - r), (1 - q) * r, q * (1 - r), q * r]
        worth = [sum(p * v for p, v in zip(laws, row.ravel().tolist(), strict=True)) / unit for row in table]
        least = min(least, *(worth[own[0]] - worth[k] for k in range(len(worth)) if k not in own))
        if least < -_MARGIN:
            return False
    return None if least <= _MARGIN else True


def _profile(
    shape: tuple[int, ...], order: list[int], own: tuple[int, ...], mix: list[Fraction], q: Fraction, r: Fraction
) -> _Profile:
    found: list[Any] = [None] * 3
    law = np.zeros(shape[order[0]])
    law[list(own)] = [float(p) for p in mix]
    found[order[0]], found[order[1]], found[order[2]] = law, _law(q), _law(r)
    return found[0], found[1], found[2]


def _law(second: Fraction) -> FloatArray:
    return np.array([float(1 - second), float(second)])
