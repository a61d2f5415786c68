"""Proofs about thresholds: at which discount factors a profile is perfect and at which it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from math import gcd
from typing import TypeAlias

import numpy as np

from armsgame.arithmetic.roots import Root, roots_between
from armsgame.games.coercion import PublicGame
from armsgame.games.deviation_gains import Plan, plans_of
from armsgame.games.product import product_of
from armsgame.proofs.rational import Cube, over_one
from armsgame.proofs.write import Proof, Unproved, checked, file_of, profile_data
from armsgame.solve.thresholds.gain_polynomials import exact_intervals, value_polynomials

__all__ = ["threshold_proof"]

_ZERO, _ONE = Fraction(0), Fraction(1)
# widest gap around an irrational end, and how often a piece is halved
_GAP, _HALVINGS = Fraction(1, 2**50), 60
# ends, kind, and the deviation (pair, player, action) that gains
_Piece: TypeAlias = tuple[Fraction, Fraction, str, list[int] | None]


def threshold_proof(game: PublicGame, profile: Sequence[object]) -> Proof:
    """Prove on which intervals of [0, 1) a profile is perfect and on which it is not.

    Rational ends are ends of pieces; an irrational one lies in a gap of at most 2^-50. Pieces are halved until the
    coefficients by which the checker judges them have one sign: those of every gain where the profile holds, those of
    one gain where it fails.
    """
    product = product_of(game, profile, exact=True)
    data, automata, nodes, order, distance = profile_data(game, product, None)
    plans = plans_of(product, exact=True)
    every = np.ones(len(product.pairs), bool)
    ends = exact_intervals(plans, every, long=False)
    determinant, numerators = _common([value_polynomials(plan) for plan in plans])
    gains = _gains(plans, determinant, numerators)
    touched = [r for p in gains for r in roots_between(p, _ZERO, _ONE) if isinstance(r, Fraction)]
    test = _Test(gains, tuple(determinant), sorted(set(touched)))
    pieces: list[_Piece] = []
    at = _ZERO
    for low, high in [*ends, (_ONE, _ONE)]:
        (gap_low, start), (stop, gap_high) = _bracketed(low), _bracketed(high)
        alone = start > stop  # an irrational point
        if gap_low > at or (at < gap_low and start == _ONE):
            after = pieces[-1][1:3] == (at, "holds") if pieces else False
            pieces += test.failing(at, gap_low, after, gap_low == 1 or (start == gap_low and low != _ONE))
        if start > gap_low:
            pieces.append((gap_low, start, "gap", None))
        if low != _ONE and not alone:
            pieces += test.holding(start, stop)
            if gap_high > stop:
                pieces.append((stop, gap_high, "gap", None))
        at = gap_high
    if not pieces or pieces[-1][1] != 1:
        raise Unproved("the pieces do not cover [0, 1)")
    witness: dict[str, object] = {
        "nodes": nodes,
        "determinant": determinant,
        "numerators": [[own[x] for own in numerators] for x in order],
        "constraints": [[order.index(why[0]), *why[1:]] if why else [] for *_, why in pieces],
    }
    points = over_one([pieces[0][0], *(b for _, b, *_ in pieces)])
    claim: dict[str, object] = {"kind": "threshold", "points": points, "pieces": [kind for *_, kind, _ in pieces]}
    return checked(file_of(claim, data, automata, witness, distance))


def _bracketed(end: Root | Fraction) -> tuple[Fraction, Fraction]:
    if not isinstance(end, Root):
        return end, end
    while end.bracket[1] - end.bracket[0] > _GAP:
        end.narrow()
    return end.bracket


def _common(found: list[tuple[list[int], list[list[int]]]]) -> tuple[list[int], list[list[list[int]]]]:
    """One determinant for all players: theirs differ by a positive factor. Numerators get the factor 1 - d."""
    first = found[0][0]
    shares = [Fraction(det[0], first[0]) for det, _ in found]
    scale = 1
    for share in shares:
        scale = scale * share.numerator // gcd(scale, share.numerator)
    determinant = [c * scale for c in first]
    numerators = []
    for share, (_, tops) in zip(shares, found, strict=True):
        factor = int(scale / share)
        numerators.append([[factor * (a - b) for a, b in zip([*top, 0], [0, *top], strict=True)] for top in tops])
    common = gcd(*determinant, *(c for own in numerators for top in own for c in top))
    return [c // common for c in determinant], [[[c // common for c in top] for top in own] for own in numerators]


def _gains(plans: list[Plan], determinant: list[int], numerators: Cube) -> dict[tuple[int, ...], list[int]]:
    """Different gains as primitive polynomials that are not zero, each with a deviation that has it."""
    falling = [a - b for a, b in zip([*determinant, 0], [0, *determinant], strict=True)]
    out: dict[tuple[int, ...], list[int]] = {}
    for i, (plan, own) in enumerate(zip(plans, numerators, strict=True)):
        d = plan.data
        sums = [[Fraction(d.payoff[k]) * c for c in falling] for k in range(len(d.pair))]
        for k, y, p in zip(*(part.tolist() for part in d.entries), strict=True):
            sums[k] = _plus(sums[k], [0, *own[y]], p)
        for k, (x, a) in enumerate(zip(d.pair.tolist(), d.action.tolist(), strict=True)):
            gain = over_one(_plus(sums[k], own[x], -1))["num"]
            while gain and gain[-1] == 0:
                gain.pop()
            if gain:
                common = gcd(*gain)
                out.setdefault(tuple(c // common for c in gain), [x, i, a])
    return out


def _plus(p: list[Fraction], q: Sequence[int], factor: Fraction | int) -> list[Fraction]:
    return [a + factor * b for a, b in zip_longest(p, q, fillvalue=_ZERO)]


def _between(p: Sequence[int], low: Fraction, high: Fraction) -> list[int]:
    """Coefficients of (1 + x)^n p((low + high x) / (1 + x)), times a positive number."""
    a, b = low.numerator * high.denominator, high.numerator * low.denominator
    den = low.denominator * high.denominator
    total, power = [0] * len(p), [1]
    for c in reversed(p):
        total = [a * v + b * w for v, w in zip(total, [0, *total[:-1]], strict=True)]
        for k, v in enumerate(power):
            total[k] += c * v
        power = [den * (v + w) for v, w in zip([*power, 0], [0, *power], strict=True)]
    return total


@dataclass(frozen=True, slots=True)
class _Test:
    """The gains as polynomials, the determinant of the values, and rational points where some gain is zero."""

    gains: dict[tuple[int, ...], list[int]]
    determinant: tuple[int, ...]
    zeros: list[Fraction]

    def positive(self, low: Fraction, high: Fraction) -> bool:
        """Whether the determinant is seen to be positive from `low` to `high`, at 1 perhaps zero."""
        signs = _between(self.determinant, low, high)
        return min(signs) >= 0 < signs[0] and (high == 1 or signs[-1] > 0)

    def holding(self, low: Fraction, high: Fraction, depth: int = 0) -> list[_Piece]:
        """Pieces of an interval on which no gain is positive."""
        if self.positive(low, high) and all(max(_between(p, low, high)) <= 0 for p in self.gains):
            return [(low, high, "holds", None)]
        if depth == _HALVINGS:
            return [(low, high, "gap", None)]
        # two pieces may meet where a gain touches zero, and nowhere else
        cut = next((r for r in self.zeros if low < r < high), (low + high) / 2)
        return [*self.holding(low, cut, depth + 1), *self.holding(cut, high, depth + 1)]

    def failing(self, low: Fraction, high: Fraction, left: bool, right: bool, depth: int = 0) -> list[_Piece]:
        """Pieces of an interval on each of which one gain is positive; `left`, `right`: ends that need not fail."""
        if self.positive(low, high):
            for p, deviation in self.gains.items():
                signs = _between(p, low, high)
                if min(signs) >= 0 and (left or signs[0] > 0) and (right or signs[-1] > 0):
                    return [(low, high, "fails", deviation)]
        if depth == _HALVINGS:
            return [(low, high, "gap", None)]
        cut = (low + high) / 2
        return [*self.failing(low, cut, left, False, depth + 1), *self.failing(cut, high, False, right, depth + 1)]
