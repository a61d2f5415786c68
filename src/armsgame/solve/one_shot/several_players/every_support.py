"""All mixed equilibria of several players, support by support: boxes are excluded, or hold exactly one solution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np

from armsgame._checks import as_fraction
from armsgame._deadline import ask_time
from armsgame._typing import FloatArray
from armsgame.games.stage import StageGame

__all__ = ["Searched", "Supports", "mixed_everywhere", "spread"]

Supports = tuple[tuple[int, ...], ...]

# boxes for one support, and for all of them; solutions that one support may have
_BOXES, _ALL_BOXES, _MOST = 200_000, 3_000_000, 256
# a solution at a bound is taken for rational where a fraction this near with a denominator this small solves it
_NEAR, _DENOMINATOR = 1e-10, 10**5


class Searched(NamedTuple):
    """Equilibria on supports, and the supports that may have more of them."""

    profiles: list[tuple[FloatArray, ...]]
    open: list[Supports]


def mixed_everywhere(stage: StageGame, scaled: FloatArray, supports: Iterable[Supports]) -> Searched:
    """Find all equilibria with full weight on each of the supports.

    The mixtures of a support are a product of simplices. Payoff differences are affine in each of them, so that their
    ranges on a product of smaller simplices are those at its vertices. A box is dropped where a difference that must
    vanish, or a combination of them by the inverse of the derivatives at its middle, has a sign. It holds at most one
    solution where this inverse makes the derivatives differ from 1 by at most a half everywhere in a larger box
    (Krawczyk 1969); steps with it then prove the solution. Other boxes are halved.

    Parameters
    ----------
    stage : StageGame
    scaled : array [N, ..], its payoffs between 0 and 1
    supports : iterable of a tuple of actions for each player
    """
    from armsgame._kernels.supports import FINITE, solutions

    profiles: list[tuple[FloatArray, ...]] = []
    undecided: list[Supports] = []
    work = np.zeros(1, np.int64)
    spent = 0
    for own in supports:
        if spent >= _ALL_BOXES:
            undecided.append(own)
            continue
        ask_time(f"{len(profiles)} mixed equilibria")
        if sum(map(len, own)) == len(own) + 1:
            low, high = _segment(stage, own)
            if low == high:
                mixes = [np.array([1.0 - float(low), float(low)]) if len(s) > 1 else np.ones(1) for s in own]
                profiles.append(spread(stage.shape, own, mixes))
            elif low < high:
                undecided.append(own)
            continue
        layout, over = _layout(stage.shape, tuple(map(len, own)))
        found, sure = np.zeros((_MOST, len(own), int(layout.sizes.max()))), np.zeros(_MOST, np.bool_)
        work[0] = 0
        count, status = solutions(_differences(scaled, own, over), layout, _BOXES, found, sure, work)
        spent += int(work[0])
        whole = status == FINITE and (over is None or count == 0)
        for point, certain in zip(found[:count], sure[:count], strict=True):
            if over is not None:
                break
            mixes = [point[k, : len(s)] for k, s in enumerate(own)]
            stands = True if certain else _stands(stage, own, mixes)
            whole &= stands is not None
            if stands is not False:
                profiles.append(spread(stage.shape, own, mixes))
        if not whole:
            undecided.append(own)
    return Searched(profiles, undecided)


@lru_cache(maxsize=512)
def _layout(shape: tuple[int, ...], sizes: tuple[int, ...]) -> tuple[Any, int | None]:
    """Where the differences of supports of these sizes stand; the player with more equations than unknowns, if any.

    The equations of that player alone are solved then: as many as there are unknowns, and the others must hold too.
    """
    from armsgame._kernels.supports import Layout

    players, free = range(len(sizes)), sum(sizes) - len(sizes)
    over = next((i for i in players if 2 * (sizes[i] - 1) > free), None)
    vertices = [1 if i == over else n for i, n in enumerate(sizes)]
    unknown = [n - 1 for n in vertices]
    asked = [over is None or i == over for i in players]
    rows = [(shape[i] - 1) * asked[i] for i in players]
    ties = [(sizes[i] - 1) * asked[i] for i in players]
    equal = [min(t, sum(unknown)) if i == over else t for i, t in enumerate(ties)]
    cells = prod(vertices)
    width = [cells // n for n in vertices]
    start = np.cumsum([0, *(r * w for r, w in zip(rows, width, strict=True))])[:-1]
    left = [[prod(vertices[j] for j in range(k) if j != i) for k in players] for i in players]
    right = [[prod(vertices[j] for j in range(k + 1, len(sizes)) if j != i) for k in players] for i in players]
    vertex = np.array(list(product(*map(range, vertices))))
    index = np.stack([sum(vertex[:, k] * right[i][k] for k in players if k != i) for i in players], axis=1)
    parts = (start, width, rows, ties, equal, vertices, np.cumsum(unknown) - unknown, left, right, index, vertex)
    return Layout(*(np.ascontiguousarray(part, np.int64) for part in parts)), over


def _differences(scaled: FloatArray, own: Supports, over: int | None) -> FloatArray:
    """Return what other actions pay above the first of the support, those of the support before the others."""
    parts = []
    for i, mine in enumerate(own):
        if over is None or i == over:
            table = np.moveaxis(scaled[i], i, 0)
            for axis, theirs in enumerate(s for k, s in enumerate(own) if k != i):
                if len(theirs) < table.shape[axis + 1]:
                    table = table.take(theirs, axis=axis + 1)
            order = [*mine[1:], *(a for a in range(len(table)) if a not in mine)]
            gains = table.take(order, axis=0) - table[mine[0]]
            parts.append(gains.ravel())
    return np.concatenate(parts)


def _stands(stage: StageGame, own: Supports, mixes: list[FloatArray]) -> bool | None:
    """Whether a solution at a bound is an equilibrium with full weight; None where it is not seen to be rational."""
    exact = []
    for mix in mixes:
        law = [Fraction(float(p)).limit_denominator(_DENOMINATOR) for p in mix[1:]]
        law.insert(0, 1 - sum(law, Fraction(0)))
        if max(abs(float(p) - q) for p, q in zip(law, mix, strict=True)) > _NEAR:
            return None
        exact.append(law)
    best = True
    for i, mine in enumerate(own):
        worth = [Fraction(0)] * stage.shape[i]
        others = [list(zip(s, exact[k], strict=True)) for k, s in enumerate(own) if k != i]
        for cell in product(*others):
            actions = [a for a, _ in cell]
            share = prod((p for _, p in cell), start=Fraction(1))
            for a in range(stage.shape[i]):
                place = (*actions[:i], a, *actions[i:])
                worth[a] += share * as_fraction(float(stage.payoffs[(i, *place)]))
        if any(worth[a] != worth[mine[0]] for a in mine):
            return None
        best &= worth[mine[0]] == max(worth)
    return best and all(p > 0 for law in exact for p in law)


def _segment(stage: StageGame, own: Supports) -> tuple[Fraction, Fraction]:
    """Return the ends of the weights at which one player mixes alone; low > high where there are none."""
    mixer = next(k for k, s in enumerate(own) if len(s) > 1)
    none, low, high = (Fraction(1), Fraction(0)), Fraction(0), Fraction(1)
    ends = [[s[0] if k != mixer else a for k, s in enumerate(own)] for a in own[mixer]]
    for i, n in enumerate(stage.shape):
        worth = [[as_fraction(float(stage.payoffs[(i, *end[:i], a, *end[i + 1 :])])) for a in range(n)] for end in ends]
        if i == mixer:
            first, second = own[mixer]
            if worth[0][first] != worth[0][second] or max(worth[0]) > worth[0][first]:
                return none
            continue
        for a in range(n):
            # the gain of another action, at both ends
            one, two = (line[a] - line[own[i][0]] for line in worth)
            if one > 0 and two > 0:
                return none
            if one > 0:
                low = max(low, one / (one - two))
            elif two > 0:
                high = min(high, one / (one - two))
    return (low, high) if low <= high and low < 1 and high > 0 else none


def spread(shape: tuple[int, ...], own: Supports, mixes: Sequence[FloatArray]) -> tuple[FloatArray, ...]:
    """Put mixtures of supports in their places among all actions."""
    profile = []
    for n, actions, mix in zip(shape, own, mixes, strict=True):
        law, weight = np.zeros(n), np.maximum(mix, 0.0)
        law[list(actions)] = weight / weight.sum()
        profile.append(law)
    return tuple(profile)
