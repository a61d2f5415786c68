"""Games of three players: one of them pure, or two of them with two actions; all equilibria, in rational numbers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
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

_Profile = tuple[FloatArray, FloatArray, FloatArray]


class Found(NamedTuple):
    """Candidates for equilibria, and supports in words on which their number is not proved."""

    profiles: list[_Profile]
    undecided: list[str]


def one_pure(stage: StageGame) -> Found:
    """Equilibria in which one player is pure and the others mix: equilibria of the game that the others then play.

    Candidates: what the pure player gains by another action is left to the checker.
    """
    profiles: list[_Profile] = []
    undecided = []
    for i in range(3):
        j, k = (p for p in range(3) if p != i)
        for action in range(stage.shape[i]):
            table = np.ascontiguousarray(np.take(stage.payoffs[[j, k]], action, axis=1 + i))
            answer = proved(table)
            if answer is None:
                found = rational(StageGame(table))
                pairs: Any = [one.profile for one in found.equilibria]
                undecided.append(f"{stage.players[i]} plays {stage.actions[i][action]!r}")
            else:
                pairs = zip(*answer, strict=True)
            for x, y in pairs:
                if np.count_nonzero(x) > 1 or np.count_nonzero(y) > 1:
                    own: list[Any] = [None] * 3
                    own[i], own[j], own[k] = np.eye(stage.shape[i])[action], np.array(x, float), np.array(y, float)
                    profiles.append((own[0], own[1], own[2]))
    return Found(profiles, undecided)


def has_closed_form(shape: tuple[int, ...]) -> bool:
    """Whether all equilibria in which everybody mixes come from quadratic equations."""
    return len(shape) == 3 and sorted(shape)[:2] == [2, 2]


def closed_form(stage: StageGame) -> Found:
    """Equilibria in which all three mix, where two players have two actions.

    Let q and r be the weights of the second actions of these two. Indifference of the first player between two
    actions, and of the others, are bilinear: eliminating q and r leaves a quadratic in the first player's mixture. Between
    three actions two bilinear equations in q and r leave a quadratic in q; the mixture then solves linear equations. More
    actions tie only where an equation more than there are unknowns holds by chance, which is reported as undecided.
    """
    first = int(np.argmax(stage.shape))
    order = [first, *(p for p in range(3) if p != first)]
    tables = [_unit(np.transpose(stage.payoffs[p], order)) for p in order]
    profiles: list[_Profile] = []
    undecided: list[str] = []
    for size in (2, 3):
        for own in combinations(range(stage.shape[first]), size):
            sound = True
            for mix, q, r in _pairs(tables, own) if size == 2 else _triples(tables, own):
                if mix is None:
                    sound = False
                    continue
                kept = _stands(tables, own, mix, q, r)
                if kept is None:
                    sound = False
                if kept is not False:
                    profiles.append(_profile(stage.shape, order, own, mix, q, r))
            if not sound:
                names = " or ".join(repr(stage.actions[first][a]) for a in own)
                undecided.append(f"all mix, {stage.players[first]} over {names}")
    return Found(profiles, undecided)


_Bilinear = tuple[Fraction, Fraction, Fraction, Fraction]
_Root = tuple[list[Fraction] | None, Fraction, Fraction]
_NONE: _Root = (None, Fraction(0), Fraction(0))


def _unit(table: FloatArray) -> Any:
    """Payoffs as rational numbers between 0 and 1."""
    exact = np.array([Fraction(v) for v in table.ravel().tolist()], dtype=object).reshape(table.shape)
    low, high = min(exact.flat), max(exact.flat)
    return (exact - low) / (high - low) if high > low else exact * 0


def _bilinear(corner: Any) -> _Bilinear:
    """Coefficients (1, x, y, xy) of a table [2, 2] mixed with weights x and y on the second entries."""
    return corner[0, 0], corner[1, 0] - corner[0, 0], corner[0, 1] - corner[0, 0], (
        corner[1, 1] - corner[1, 0] - corner[0, 1] + corner[0, 0]
    )  # fmt: skip


def _roots(a: Fraction, b: Fraction, c: Fraction) -> list[Fraction] | None:
    """Roots of a x^2 + b x + c in (0, 1), up to 2**-200; None where every x is one, or two are one."""
    if a == 0:
        if b == 0:
            return None if c == 0 else []
        return [x for x in [-c / b] if 0 < x < 1]
    square = b * b - 4 * a * c
    if square <= 0:
        # two roots that meet: a system that is singular there
        return [] if square < 0 else None
    n, d = square.numerator, square.denominator
    root = Fraction(isqrt((n * d) << (2 * _BITS)), d << _BITS)
    exact = [(-b + sign * root) / (2 * a) for sign in (1, -1)]
    return [Fraction(round(x * (1 << _BITS)), 1 << _BITS) for x in exact if -_MARGIN < x < 1 + _MARGIN]


def _quotient(above: Fraction, below: Fraction) -> Fraction | None:
    return None if abs(below) < _MARGIN else above / below


def _pairs(tables: list[Any], own: tuple[int, ...]) -> Iterator[_Root]:
    """Mixtures, q and r at which two actions of the first player tie, and both actions of each other one."""
    a, b = own
    first = _bilinear(tables[0][b] - tables[0][a])
    # in (p, r) and in (p, q), with p the weight of the second of the two actions
    second = _bilinear((tables[1][:, 1] - tables[1][:, 0])[[a, b]])
    third = _bilinear((tables[2][:, :, 1] - tables[2][:, :, 0])[[a, b]])
    # r = above / below, linear in p; likewise q
    up_r, low_r = (-second[0], -second[1]), (second[2], second[3])
    up_q, low_q = (-third[0], -third[1]), (third[2], third[3])
    terms = ((low_q, low_r), (up_q, low_r), (low_q, up_r), (up_q, up_r))
    square = sum((k * u[1] * v[1] for k, (u, v) in zip(first, terms, strict=True)), Fraction(0))
    linear = sum((k * (u[0] * v[1] + u[1] * v[0]) for k, (u, v) in zip(first, terms, strict=True)), Fraction(0))
    level = sum((k * u[0] * v[0] for k, (u, v) in zip(first, terms, strict=True)), Fraction(0))
    found = _roots(square, linear, level)
    if found is None:
        yield _NONE
        return
    for p in found:
        q = _quotient(up_q[0] + up_q[1] * p, low_q[0] + low_q[1] * p)
        r = _quotient(up_r[0] + up_r[1] * p, low_r[0] + low_r[1] * p)
        yield _NONE if q is None or r is None else ([1 - p, p], q, r)


def _triples(tables: list[Any], own: tuple[int, ...]) -> Iterator[_Root]:
    """Mixtures, q and r at which three actions of the first player tie, and both actions of each other one."""
    one, two = (_bilinear(tables[0][k] - tables[0][own[0]]) for k in own[1:])
    # (one_0 + one_1 q) (two_2 + two_3 q) = (two_0 + two_1 q) (one_2 + one_3 q)
    found = _roots(
        one[1] * two[3] - two[1] * one[3],
        one[0] * two[3] + one[1] * two[2] - two[0] * one[3] - two[1] * one[2],
        one[0] * two[2] - two[0] * one[2],
    )
    if found is None:
        yield _NONE
        return
    second, third = tables[1][:, 1] - tables[1][:, 0], tables[2][:, :, 1] - tables[2][:, :, 0]
    for q in found:
        below = [own_[2] + own_[3] * q for own_ in (one, two)]
        use = 0 if abs(below[0]) >= abs(below[1]) else 1
        top = (one, two)[use]
        r = _quotient(-(top[0] + top[1] * q), below[use])
        if r is None:
            yield _NONE
            continue
        if not -_MARGIN < r < 1 + _MARGIN:
            continue
        # weights that make the others indifferent: a cross product
        u = [second[k, 0] * (1 - r) + second[k, 1] * r for k in own]
        v = [third[k, 0] * (1 - q) + third[k, 1] * q for k in own]
        cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
        total = sum(cross, Fraction(0))
        if abs(total) < _MARGIN:
            # the weights are of both signs, or many are
            if all(abs(c) < _MARGIN for c in cross):
                yield _NONE
            continue
        yield [c / total for c in cross], q, r


def _stands(tables: list[Any], own: tuple[int, ...], mix: list[Fraction], q: Fraction, r: Fraction) -> bool | None:
    """Whether weights are positive and no other action of the first player gains; None where one is next to zero."""
    weights = [*mix, q, 1 - q, r, 1 - r]
    if min(weights) < -_MARGIN:
        return False
    worth = tables[0][:, 0, 0] * (1 - q) * (1 - r) + tables[0][:, 0, 1] * (1 - q) * r
    worth = worth + tables[0][:, 1, 0] * q * (1 - r) + tables[0][:, 1, 1] * q * r
    losses = [worth[own[0]] - worth[k] for k in range(len(worth)) if k not in own]
    if losses and min(losses) < -_MARGIN:
        return False
    return None if min([*weights, *losses]) <= _MARGIN else True


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
