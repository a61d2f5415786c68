"""Gains as integer polynomials of the discount factor, and the exact set where none of them is positive."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from functools import cmp_to_key
from math import gcd, lcm
from typing import TypeAlias

import numpy as np

from armsgame._deadline import ask_time
from armsgame._typing import BoolArray, NumberArray
from armsgame.arithmetic.roots import Root, compare, roots_between, sign_at, simplest_between
from armsgame.errors import NotSolved
from armsgame.games.deviation_gains import Plan

_MOST_PAIRS, _MOST_CELLS = 80, 1000
# operations on digits in one elimination, about a minute
_MOST_WORK = 5e12
_ZERO, _ONE = Fraction(0), Fraction(1)
End: TypeAlias = Root | Fraction
Ends: TypeAlias = list[tuple[End, End]]


def exact_intervals(plans: Sequence[Plan], starts: BoolArray, *, long: bool) -> Ends:
    """Find the closed intervals of [0, 1] in which no party gains, with rational numbers and roots as ends.

    Parameters
    ----------
    plans : of all parties, in rational numbers
    starts : bool array [X], the pairs from which the profile must be a best plan
    long : bool
        Plans of any length; else one-period deviations at every pair.

    Notes
    -----
    One-period deviations: each gain is N(d) / D(d) with D = det(I - d P) > 0 on [0, 1), so that signs are those of
    integer polynomials. Plans of any length: a plan that is best at a rational point is best as long as
    none of the gains against its values is positive; there the profile is a best plan from the given pairs
    iff what it does, wherever it leads itself, loses nothing. Such cells cover [0, 1).
    """
    held: Ends = [(_ZERO, _ONE)]
    for plan in plans:
        if plan.size > _MOST_PAIRS:
            raise NotSolved(
                f"exact=True takes products of at most {_MOST_PAIRS} pairs of states, and this one has {plan.size}; "
                "use exact=False, whose ends are certified by verify."
            )
        own = _long(plan, starts) if long else _short(plan)
        held = [pair for a in held for b in own if (pair := _meet(a, b)) is not None]
    # a point at 1 is outside [0, 1)
    return [pair for pair in held if compare(pair[0], _ONE) < 0]


def _short(plan: Plan) -> Ends:
    polys = _distinct(_polynomials(plan, plan.data.weight))
    return _nonpositive(polys, _ZERO, _ONE)


def _nonpositive(polys: list[tuple[int, ...]], low: End, high: End) -> Ends:
    """Find the closed intervals of [low, high] in which no polynomial is positive."""
    points, zero_of, samples = _cut(polys, low, high)
    good = [all(sign_at(p, m) <= 0 for p in polys) for m in samples]
    out: Ends = []
    for k, (point, zeros) in enumerate(zip(points, zero_of, strict=True)):
        left, right = k > 0 and good[k - 1], k < len(good) and good[k]
        # a polynomial that does not vanish here has the sign of the gap beside it
        beside = samples[min(k, len(samples) - 1)]
        if left or right or all(n in zeros or sign_at(p, beside) <= 0 for n, p in enumerate(polys)):
            if left:
                out[-1] = (out[-1][0], point)
            else:
                out.append((point, point))
    return out


def _long(plan: Plan, starts: BoolArray) -> Ends:
    out: Ends = []
    todo: Ends = [(_ZERO, _ONE)]
    for _ in range(_MOST_CELLS):
        if not todo:
            return _merged(out)
        low, high = todo.pop()
        middle = _between(low, high)
        weight = plan.best(middle)[1]
        lines = _polynomials(plan, weight)
        best = _nonpositive(_distinct(lines), low, high)
        cell = next((a, b) for a, b in best if compare(a, middle) <= 0 <= compare(b, middle))
        lost = _distinct([lines[k] for k in np.flatnonzero(plan.taken(starts))], twosided=True)
        if not lost:
            out.append(cell)
        else:
            points, zero_of, _ = _cut(lost, *cell)
            out += [(p, p) for p, zeros in zip(points, zero_of, strict=True) if len(zeros) == len(lost)]
        if low == 0 and not starts[1:].any():
            # at 0 only the first period counts: see below
            out += _at_zero(plan)
        for rest in ((low, cell[0]), (cell[1], high)):
            if compare(*rest) < 0:
                todo.append(rest)
    raise NotSolved(f"plans of any length need more than {_MOST_CELLS} cells of discount factors; use exact=False.")


def _at_zero(plan: Plan) -> Ends:
    d = plan.data
    here = d.pair == 0
    top = max(d.payoff[here])
    return [(_ZERO, _ZERO)] if all(u == top for u, w in zip(d.payoff[here], d.weight[here], strict=True) if w) else []


def value_polynomials(plan: Plan) -> tuple[list[int], list[list[int]]]:
    """Find determinant and numerators: values of the profile at all pairs are (1 - d) numerator / determinant.

    Integer coefficients, the constant first; the determinant is positive on [0, 1).
    """
    bottom, tops, bits = _eliminated(plan, plan.data.weight)[:3]
    return _coefficients(bottom, bits), [_coefficients(top, bits) for top in tops]


def _polynomials(plan: Plan, weight: NumberArray) -> list[tuple[int, ...]]:
    """Numerators of all gains against the values of a policy."""
    d = plan.data
    bottom, tops, bits, ahead, common = _eliminated(plan, weight)
    out = []
    for k, x in enumerate(d.pair.tolist()):
        s = common[k]
        total = int(s * d.payoff[k]) * bottom - s * tops[x]
        total += sum((int(s * p) * tops[y] for y, p in ahead[k].items()), 0) << bits
        out.append(_digits(total, bits))
    return out


def _eliminated(plan: Plan, weight: NumberArray) -> tuple[int, list[int], int, list[dict[int, Fraction]], list[int]]:
    """Solve for the values of a policy by fraction-free elimination (Bareiss 1968).

    The elimination runs at d = 2**bits, with more bits than any coefficient can have: then the digits of
    an integer are the coefficients of the polynomial (Kronecker 1882).
    """
    d, size = plan.data, plan.size
    rows, cols, probs = d.entries
    step = [dict[int, Fraction]() for _ in range(size)]
    for k, y, p in zip(rows.tolist(), cols.tolist(), probs, strict=True):
        share = weight[k] * p
        if share:
            line = step[d.pair[k]]
            line[y] = line.get(y, _ZERO) + share
    reward = [_ZERO] * size
    for k, x in enumerate(d.pair.tolist()):
        reward[x] += weight[k] * d.payoff[k]
    scale = [
        lcm(Fraction(r).denominator, *(Fraction(v).denominator for v in line.values()))
        for r, line in zip(reward, step, strict=True)
    ]
    ahead = [dict[int, Fraction]() for _ in d.pair]
    for k, y, p in zip(rows.tolist(), cols.tolist(), probs, strict=True):
        ahead[k][y] = ahead[k].get(y, _ZERO) + p
    common = [
        lcm(Fraction(u).denominator, *(Fraction(v).denominator for v in line.values()))
        for u, line in zip(d.payoff, ahead, strict=True)
    ]
    largest = max(abs(u) for u in d.payoff)
    # every coefficient is a sum of products of one entry per row
    bound = 4 * max(common) * int(largest + 2)
    for s, r in zip(scale, reward, strict=True):
        bound *= s * (2 + int(abs(r)) + 1)
    bits = bound.bit_length() + 2
    # size**3 products of integers of size * bits bits, each by Karatsuba's rule
    if size**3 * float(size * bits) ** 1.585 > _MOST_WORK:
        raise NotSolved(
            f"exact=True would need integers of {size * bits} bits for {size} pairs of states; give rates and payoffs "
            "with fewer digits, or use exact=False, whose ends are certified by verify."
        )
    table = []
    for x in range(size):
        line = [0] * (size + 1)
        line[x] = scale[x]
        for y, v in step[x].items():
            line[y] -= int(scale[x] * v) << bits
        line[size] = int(scale[x] * reward[x])
        table.append(line)
    before = 1
    for k in range(size):
        ask_time(f"eliminating {k} of {size} pairs of states")
        pivot, chosen = table[k][k], table[k]
        for x in range(size):
            if x == k:
                continue
            line, factor = table[x], table[x][k]
            if factor:
                table[x] = [(pivot * v - factor * w) // before for v, w in zip(line, chosen, strict=True)]
            else:
                table[x] = [pivot * v // before if v else 0 for v in line]
        before = pivot
    return before, [line[size] for line in table], bits, ahead, common


def _digits(value: int, bits: int) -> tuple[int, ...]:
    """Signed digits of an integer in base 2**bits, over their greatest common divisor."""
    out = _coefficients(value, bits)
    common = gcd(*out) if out else 1
    return tuple(c // common for c in out)


def _coefficients(value: int, bits: int) -> list[int]:
    """Signed digits of an integer in base 2**bits."""
    half, full = 1 << (bits - 1), 1 << bits
    out: list[int] = []
    while value:
        digit = value & (full - 1)
        digit = digit - full if digit >= half else digit
        out.append(digit)
        value = (value - digit) >> bits
    return out


def _distinct(polys: Sequence[tuple[int, ...]], *, twosided: bool = False) -> list[tuple[int, ...]]:
    """Different polynomials that are not zero; the sign may count."""
    kept = {p if not twosided or p[-1] > 0 else tuple(-c for c in p) for p in polys if p}
    return sorted(kept)


def _cut(polys: Sequence[tuple[int, ...]], low: End, high: End) -> tuple[list[End], list[set[int]], list[Fraction]]:
    """Both ends and all zeros between them, which polynomials vanish there, and a rational number in each gap."""
    found = []
    for n, p in enumerate(polys):
        ask_time(f"the zeros of {n} of {len(polys)} gains")
        found += [(r, n) for r in roots_between(p, _ZERO, _ONE)]
        found += [(end, n) for end in (_ZERO, _ONE) if sign_at(p, end) == 0]
    points, zeros = [low], [set[int]()]
    for r, n in sorted(found, key=_order):
        if compare(r, low) < 0 or compare(r, high) > 0:
            continue
        if compare(points[-1], r) < 0:
            points.append(r)
            zeros.append(set())
        zeros[-1].add(n)
    if compare(points[-1], high) < 0:
        points.append(high)
        zeros.append(set())
    return points, zeros, [_between(a, b) for a, b in itertools.pairwise(points)]


def _first(a: tuple[object, object], b: tuple[object, object]) -> int:
    return compare(a[0], b[0])


_order = cmp_to_key(_first)


def _between(low: End, high: End) -> Fraction:
    """Return a simple rational number strictly between two numbers."""
    while True:
        a = low.bracket[1] if isinstance(low, Root) else low
        b = high.bracket[0] if isinstance(high, Root) else high
        if a < b:
            return simplest_between(a, b)
        for end in (low, high):
            if isinstance(end, Root):
                end.narrow()


def _meet(a: tuple[End, End], b: tuple[End, End]) -> tuple[End, End] | None:
    low = a[0] if compare(a[0], b[0]) >= 0 else b[0]
    high = a[1] if compare(a[1], b[1]) <= 0 else b[1]
    return (low, high) if compare(low, high) <= 0 else None


def _merged(parts: Ends) -> Ends:
    out: Ends = []
    for low, high in sorted(parts, key=_order):
        if out and compare(low, out[-1][1]) <= 0:
            if compare(high, out[-1][1]) > 0:
                out[-1] = (out[-1][0], high)
        else:
            out.append((low, high))
    return out
