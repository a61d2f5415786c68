"""Proofs about profiles of automata: a perfect equilibrium, or the deviation that gains."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import TypeAlias

import numpy as np

from armsgame._checks import as_fraction
from armsgame._typing import Real
from armsgame.arithmetic.roots import Root
from armsgame.games.coercion import PublicGame
from armsgame.games.product import Deviations, Product, deviations, product_of
from armsgame.proofs.rational import Bounds, Table, exact_bounds, outwards, over_one, solved
from armsgame.proofs.write import Proof, Unproved, checked, file_of, profile_data

__all__ = ["bounds_of", "profile_proof"]

# pairs up to which values are solved as fractions; beyond it they are intervals
_EXACT = 80
_BITS = 160
Fractions: TypeAlias = list[list[Fraction]]
Steps: TypeAlias = list[dict[int, Fraction]]
Gain: TypeAlias = tuple[int, int, int, Fraction]


def profile_proof(
    game: PublicGame, profile: Sequence[object], discount: Real, *, holds: bool, tolerance: float | None = None
) -> Proof:
    """Prove that a profile is perfect, or that it is not.

    Parameters
    ----------
    game, profile, discount : as in `verify`
    holds : bool
        Which of the two to prove.
    tolerance : number, optional
        A gain up to which the caller lets the profile count as an equilibrium.

    Notes
    -----
    Where floats cannot tell a gain from zero and the rational game has one, it is the epsilon of the proof, rounded up.
    """
    if isinstance(discount, Root):
        raise Unproved("the discount factor is irrational; prove the threshold instead")
    product, delta = product_of(game, profile, exact=True), as_fraction(discount)
    plans = [deviations(product, i) for i in range(len(product.play.dynamics.players))]
    data, automata, nodes, at, distance = profile_data(game, product, delta)
    box = _values(product, plans, delta)
    lower, upper = box["lower"], box["upper"]
    values: Bounds[Table] = {"den": box["den"], "lower": [lower[x] for x in at], "upper": [upper[x] for x in at]}
    # gains at least and at most, from the bounds as the file has them
    low, up = ([[Fraction(v, box["den"]) for v in row] for row in side] for side in (lower, upper))
    least, most = _gains(plans, delta, low, up)
    witness: dict[str, object] = {"nodes": nodes}
    if holds:
        gain = max((g for *_, g in most), default=Fraction(0))
        epsilon = Fraction(0) if gain <= 0 else Fraction(ceil(gain * 10**18), 10**18)
        if tolerance is not None and gain > 0:
            epsilon = max(epsilon, as_fraction(tolerance))
        claim: dict[str, object] = {"kind": "perfect", "epsilon": over_one(epsilon), "values": values}
        return checked(file_of(claim, data, automata, witness, distance))
    node, player, action, gain = max(least, key=lambda row: row[3])
    if gain <= 0:
        raise Unproved("no one-period deviation gains in rational numbers")
    witness["deviation"] = [at.index(node), player, action]
    claim = {"kind": "refused", "epsilon": over_one(Fraction(0)), "values": values}
    return checked(file_of(claim, data, automata, witness, distance))


def _values(product: Product, plans: list[Deviations], delta: Fraction) -> Bounds[Table]:
    """Values of all pairs and players as the format has them, or intervals that contain them."""
    size, data = len(product.pairs), plans[0]
    step: Steps = [{} for _ in range(size)]
    for k, y, p in zip(*(part.tolist() for part in data.entries), strict=True):
        if share := data.weight[k] * p:
            step[data.pair[k]][y] = step[data.pair[k]].get(y, Fraction(0)) + share
    rewards = [[Fraction(0)] * len(plans) for _ in range(size)]
    for i, plan in enumerate(plans):
        for k, x in enumerate(plan.pair.tolist()):
            rewards[x][i] += plan.weight[k] * plan.payoff[k]
    return bounds_of(step, [[(1 - delta) * v for v in row] for row in rewards], delta)


def bounds_of(step: Steps, right: Fractions, delta: Fraction, exact: int = _EXACT) -> Bounds[Table]:
    """Solutions of v = right + delta step v as the format has them, exact up to a size, else as intervals."""
    size = len(step)
    if size <= exact:
        lines = [{x: Fraction(1)} for x in range(size)]
        for x, line in enumerate(step):
            for y, p in line.items():
                lines[x][y] = lines[x].get(y, Fraction(0)) - delta * p
        return exact_bounds(solved(lines, right))
    return outwards(*_enclosed(step, right, delta), delta, _BITS)


def _enclosed(step: Steps, right: Fractions, delta: Fraction) -> tuple[Fractions, Fractions]:
    """Refine a solution in floats by its exact remainder; the last remainder bounds the error by contraction."""
    from scipy.sparse import coo_array, eye_array
    from scipy.sparse.linalg import splu

    size, width = len(step), len(right[0])
    cells = [(x, y, float(p)) for x, line in enumerate(step) for y, p in line.items()]
    rows, cols, chance = zip(*cells, strict=True)
    factors = splu((eye_array(size) - float(delta) * coo_array((chance, (rows, cols)), shape=(size, size))).tocsc())
    values = [[Fraction(0)] * width for _ in range(size)]
    for _ in range(6):
        rest = _remainder(step, right, delta, values)
        unit = max(max(map(abs, row)) for row in rest)
        if unit == 0:
            break
        more = factors.solve(np.array([[float(v / unit) for v in row] for row in rest]))
        values = [
            [
                Fraction(round((v + unit * Fraction(float(m))) * 2**_BITS), 2**_BITS)
                for v, m in zip(row, extra, strict=True)
            ]
            for row, extra in zip(values, more, strict=True)
        ]
    rest = _remainder(step, right, delta, values)
    slack = [max(abs(row[i]) for row in rest) / (1 - delta) for i in range(width)]
    lower = [[v - e for v, e in zip(row, slack, strict=True)] for row in values]
    return lower, [[v + e for v, e in zip(row, slack, strict=True)] for row in values]


def _remainder(step: Steps, right: Fractions, delta: Fraction, values: Fractions) -> Fractions:
    return [
        [
            r + delta * sum((p * values[y][i] for y, p in line.items()), Fraction(0)) - values[x][i]
            for i, r in enumerate(row)
        ]
        for x, (line, row) in enumerate(zip(step, right, strict=True))
    ]


def _gains(plans: list[Deviations], delta: Fraction, low: Fractions, up: Fractions) -> tuple[list[Gain], list[Gain]]:
    """Gains (node, player, action, gain) of all deviations: what each is worth at least, and at most."""
    least: list[Gain] = []
    most: list[Gain] = []
    for i, plan in enumerate(plans):
        floor = [(1 - delta) * u for u in plan.payoff]
        roof = list(floor)
        for k, y, p in zip(*(part.tolist() for part in plan.entries), strict=True):
            floor[k] += delta * p * low[y][i]
            roof[k] += delta * p * up[y][i]
        for k, (x, a, weight) in enumerate(zip(plan.pair.tolist(), plan.action.tolist(), plan.weight, strict=True)):
            if weight != 1:
                least.append((x, i, a, floor[k] - up[x][i]))
                most.append((x, i, a, roof[k] - low[x][i]))
    return least, most
