"""The operator of Abreu and Sannikov (2014) in rational numbers, to certify a fixed point."""

from __future__ import annotations

from fractions import Fraction

from armsgame._checks import as_fraction
from armsgame._typing import FloatArray
from armsgame.games.stochastic import RepeatedGame
from armsgame.geometry.plane import chain
from armsgame.geometry.predicates import orientation

Point = tuple[Fraction, Fraction]


def certify(game: RepeatedGame, discount: Fraction, outer: FloatArray) -> tuple[Point, ...] | None:
    """Recognise the extreme points as rationals W with R(W) = W exactly, or return None.

    A fixed point is self-generating, so all of it is reached by equilibria; that nothing lies
    outside it is known up to the float bound from which it was read.

    Parameters
    ----------
    game : RepeatedGame, two players with perfect monitoring
    discount : Fraction, positive
    outer : array [V, 2], extreme points in floats
    """
    pays = [[as_fraction(v) for v in row] for row in game.stage.payoffs.reshape(2, -1)]
    shape = game.stage.shape
    gains = _gains(pays, shape)
    scale = max(max(row) - min(row) for row in pays) or Fraction(1)
    for digits in (4, 6, 9, 12):
        # a few exact rounds repair coordinates that rounding missed, where the limit is reached in finitely many
        current = tuple(chain((_near(x, digits), _near(y, digits)) for x, y in outer.tolist()))
        for _ in range(4):
            threat = (min(x for x, _ in current), min(y for _, y in current))
            after = operator(pays, gains, discount, current, threat)
            if not after:
                break
            if after == current:
                drift = max(
                    min(max(abs(x - p), abs(y - q)) for p, q in outer.tolist())
                    for x, y in ((float(a), float(b)) for a, b in after)
                )
                return after if drift <= 1e-7 * float(scale) else None
            current = after
    return None


def operator(
    pays: list[list[Fraction]], gains: list[list[Fraction]], discount: Fraction, w: tuple[Point, ...], u: Point
) -> tuple[Point, ...]:
    """One application of R to the polygon w (counter-clockwise) with threats u."""
    made: set[Point] = set()
    ratio = (1 - discount) / discount
    for a in range(len(pays[0])):
        g = (pays[0][a], pays[1][a])
        c = (u[0] + ratio * gains[0][a], u[1] + ratio * gains[1][a])
        free = g[0] >= c[0] and g[1] >= c[1] and _inside(w, g)
        if free:
            made.add(g)
            if g[0] > c[0] and g[1] > c[1]:
                continue
        for i in (0, 1):
            j = 1 - i
            found = _section(w, i, c[i])
            if found is None or found[1] < c[j]:
                continue
            for value in (found[1], max(found[0], c[j])):
                tail = (c[i], value) if i == 0 else (value, c[i])
                made.add(((1 - discount) * g[0] + discount * tail[0], (1 - discount) * g[1] + discount * tail[1]))
    return tuple(chain(made))


def _near(value: float, digits: int) -> Fraction:
    return Fraction(value).limit_denominator(10**digits)


def _gains(pays: list[list[Fraction]], shape: tuple[int, ...]) -> list[list[Fraction]]:
    rows, columns = shape
    best = (
        [max(pays[0][r * columns + c] for r in range(rows)) for c in range(columns)],
        [max(pays[1][r * columns + c] for c in range(columns)) for r in range(rows)],
    )
    return [
        [best[0][k % columns] - pays[0][k] for k in range(rows * columns)],
        [best[1][k // columns] - pays[1][k] for k in range(rows * columns)],
    ]


def _inside(w: tuple[Point, ...], p: Point) -> bool:
    if len(w) == 1:
        return p == w[0]
    if len(w) == 2:
        low, high = sorted(w)
        return orientation(w[0], w[1], p) == 0 and low <= p <= high
    return all(orientation(w[k - 1], w[k], p) >= 0 for k in range(len(w)))


def _section(w: tuple[Point, ...], i: int, c: Fraction) -> tuple[Fraction, Fraction] | None:
    values = []
    for k in range(len(w)):
        a, b = w[k - 1], w[k]
        if b[i] == c:
            values.append(b[1 - i])
        if (a[i] - c) * (b[i] - c) < 0:
            values.append(a[1 - i] + (b[1 - i] - a[1 - i]) * (c - a[i]) / (b[i] - a[i]))
    return (min(values), max(values)) if values else None
