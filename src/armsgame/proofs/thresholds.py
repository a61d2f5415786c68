"""Proofs about thresholds: at which discount factors a profile is perfect and at which it is not."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from typing import Any

import numpy as np

from armsgame.arithmetic.roots import Root, compare, roots_between, sign_at
from armsgame.games.deviation_gains import plans_of
from armsgame.games.product import product_of
from armsgame.proofs.rational import over_one
from armsgame.proofs.write import Proof, Unproved, automata_data, checked, dynamic_data, file_of
from armsgame.solve.thresholds.gain_polynomials import exact_intervals, value_polynomials

__all__ = ["threshold_proof"]

_ZERO, _ONE = Fraction(0), Fraction(1)
# widest gap around an irrational end, and how often a piece is halved
_GAP, _HALVINGS = Fraction(1, 2**50), 60


def threshold_proof(game: Any, profile: Sequence[Any]) -> Proof:
    """Prove on which intervals of [0, 1) a profile is perfect and on which it is not.

    Rational ends are ends of pieces; an irrational one lies in a gap of at most 2^-50. Pieces are halved until the
    checker accepts each: no gain with two roots inside where the profile holds, one positive gain where it fails.
    """
    product = product_of(game, profile, exact=True)
    data, branches, distance = dynamic_data(game, product.play, None)
    automata = automata_data(product.play, branches)
    plans = plans_of(product, exact=True)
    every = np.ones(len(product.pairs), bool)
    ends = exact_intervals(plans, every, long=False)
    determinant, numerators = _common([value_polynomials(plan) for plan in plans])
    gains = _gains(plans, determinant, numerators)
    roots = {p: roots_between(p, _ZERO, _ONE) for p in gains}
    pieces: list[tuple[Fraction, Fraction, str, Any]] = []
    at = _ZERO
    for low, high in [*ends, (_ONE, _ONE)]:
        (gap_low, start), (stop, gap_high) = _bracketed(low), _bracketed(high)
        alone = start > stop  # an irrational point
        if gap_low > at or (at < gap_low and start == _ONE):
            pieces += _failing(gains, roots, at, gap_low, not pieces, start == gap_low and low != _ONE)
        if start > gap_low:
            pieces.append((gap_low, start, "gap", None))
        if low != _ONE and not alone:
            pieces += _holding(gains, roots, start, stop)
            if gap_high > stop:
                pieces.append((stop, gap_high, "gap", None))
        at = gap_high
    if not pieces or pieces[-1][1] != 1:
        raise Unproved("the pieces do not cover [0, 1)")
    witness = {
        "nodes": [[int(v) for v in pair] for pair in product.pairs],
        "determinant": determinant,
        "numerators": [[own[x] for own in numerators] for x in range(len(product.pairs))],
        "constraints": [why for *_, why in pieces],
    }
    points = over_one([pieces[0][0], *(b for _, b, *_ in pieces)])
    claim = {"kind": "threshold", "points": points, "pieces": [kind for *_, kind, _ in pieces]}
    return checked(file_of(claim, data, automata, witness, distance))


def _bracketed(end: Any) -> tuple[Fraction, Fraction]:
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


def _gains(plans: Any, determinant: list[int], numerators: Any) -> dict[tuple[int, ...], list[int]]:
    """Different gains as primitive polynomials that are not zero, each with a deviation that has it."""
    falling = [a - b for a, b in zip([*determinant, 0], [0, *determinant], strict=True)]
    out: dict[tuple[int, ...], list[int]] = {}
    for i, (plan, own) in enumerate(zip(plans, numerators, strict=True)):
        d = plan.data
        sums = [[Fraction(d.payoff[k]) * c for c in falling] for k in range(len(d.pair))]
        for k, y, p in zip(*(part.tolist() for part in d.entries), strict=True):
            sums[k] = _plus(sums[k], [_ZERO, *own[y]], p)
        for k, (x, a) in enumerate(zip(d.pair.tolist(), d.action.tolist(), strict=True)):
            gain = over_one(_plus(sums[k], own[x], -1))["num"]
            while gain and gain[-1] == 0:
                gain.pop()
            if gain:
                common = gcd(*gain)
                out.setdefault(tuple(c // common for c in gain), [x, i, a])
    return out


def _plus(p: list[Any], q: list[Any], factor: Any) -> list[Any]:
    size = max(len(p), len(q))
    p, q = p + [_ZERO] * (size - len(p)), q + [0] * (size - len(q))
    return [a + factor * b for a, b in zip(p, q, strict=True)]


def _inside(roots: list[Any], low: Fraction, high: Fraction) -> list[Any]:
    return [r for r in roots if compare(low, r) < 0 < compare(high, r)]


def _middle(low: Fraction, high: Fraction) -> Fraction:
    return (low + high) / 2


def _holding(gains: Any, roots: Any, low: Fraction, high: Fraction, depth: int = 0) -> list[Any]:
    """Pieces of an interval on which no gain is positive."""
    for p in gains if low < high else ():
        within = len(_inside(roots[p], low, high))
        ends = sign_at(p, low) < 0 and (high == 1 or sign_at(p, high) < 0)
        if within and not (within == 1 and ends):
            if depth == _HALVINGS:
                raise Unproved("two roots of gains are too close to each other")
            cut = _middle(low, high)
            return [*_holding(gains, roots, low, cut, depth + 1), *_holding(gains, roots, cut, high, depth + 1)]
    return [(low, high, "holds", None)]


def _failing(
    gains: Any, roots: Any, low: Fraction, high: Fraction, first: bool, closes: bool, depth: int = 0
) -> list[Any]:
    """Pieces of an interval on each of which one gain is positive; `first`, `closes`: which ends other pieces hold."""
    for p, deviation in gains.items():
        if sign_at(p, _middle(low, high)) > 0 and not _inside(roots[p], low, high):
            left = sign_at(p, low) > 0 or (not first and depth == 0)
            right = sign_at(p, high) > 0 or high == 1 or closes
            if left and right:
                return [(low, high, "fails", deviation)]
    if depth == _HALVINGS:
        return [(low, high, "gap", None)]
    cut = _middle(low, high)
    parts = _failing(gains, roots, low, cut, first, False, depth + 1)
    return [*parts, *_failing(gains, roots, cut, high, True, closes, depth + 1)]
