"""Roots of integer polynomials as exact numbers: Sturm sequences, rational brackets, and arithmetic with them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from math import gcd, inf, nextafter
from numbers import Real
from typing import Any

from armsgame.errors import NotSolved

_SMALL = Fraction(1, 2**70)
_MOST = 20_000


class Root:
    """Polynomial with rational coefficients in one root of an integer polynomial.

    Attributes
    ----------
    polynomial : tuple of int, a square-free polynomial that the root solves, constant first
    bracket : pair of Fraction around the root and no other one of the polynomial

    Notes
    -----
    Sums, products and quotients with rational numbers and with other expressions in the same root are
    exact, and so are comparisons: an expression is zero iff its greatest common divisor with the polynomial
    vanishes at the root; else the bracket is halved until its sign is certain.
    """

    __slots__ = ("_field", "_terms")

    def __init__(self, field: _Field, terms: Sequence[Fraction] = (Fraction(0), Fraction(1))) -> None:
        self._field, self._terms = field, tuple(terms)

    @property
    def polynomial(self) -> tuple[int, ...]:
        """Integer coefficients of a polynomial that the root solves, constant first."""
        return tuple(self._field.poly)

    @property
    def bracket(self) -> tuple[Fraction, Fraction]:
        """Rational numbers below and above the root."""
        return self._field.low, self._field.high

    def narrow(self) -> None:
        """Halve the bracket."""
        self._field.halve()

    def _lift(self, other: object) -> tuple[Fraction, ...] | None:
        if isinstance(other, Root):
            if other._field is not self._field:
                raise TypeError("arithmetic takes expressions in one and the same root")
            return other._terms
        return (Fraction(other),) if isinstance(other, (int, Fraction)) else None

    def _made(self, terms: Sequence[Fraction]) -> Fraction | Root:
        reduced = self._field.reduce(terms)
        return reduced[0] if len(reduced) == 1 else Root(self._field, reduced) if reduced else Fraction(0)

    def __add__(self, other: object) -> Fraction | Root:
        terms = self._lift(other)
        return NotImplemented if terms is None else self._made(_sum(self._terms, terms))

    __radd__ = __add__

    def __neg__(self) -> Root:
        return Root(self._field, [-c for c in self._terms])

    def __sub__(self, other: object) -> Fraction | Root:
        terms = self._lift(other)
        return NotImplemented if terms is None else self._made(_sum(self._terms, [-c for c in terms]))

    def __rsub__(self, other: object) -> Fraction | Root:
        return (-self).__add__(other)

    def __mul__(self, other: object) -> Fraction | Root:
        terms = self._lift(other)
        return NotImplemented if terms is None else self._made(_product(self._terms, terms))

    __rmul__ = __mul__

    def __truediv__(self, other: object) -> Fraction | Root:
        terms = self._lift(other)
        return NotImplemented if terms is None else self._made(_product(self._terms, self._field.inverse(terms)))

    def __rtruediv__(self, other: object) -> Fraction | Root:
        terms = self._lift(other)
        return NotImplemented if terms is None else self._made(_product(terms, self._field.inverse(self._terms)))

    def sign(self) -> int:
        """Return -1, 0 or 1."""
        return self._field.sign(self._terms)

    def __bool__(self) -> bool:
        return self.sign() != 0

    def _order(self, other: object) -> int:
        if isinstance(other, Root) and other._field is not self._field:
            return compare(self, other)
        if isinstance(other, float):
            other = Fraction(other)
        gap = self - other
        return gap.sign() if isinstance(gap, Root) else (gap > 0) - (gap < 0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (int, float, Fraction, Root)) and self._order(other) == 0

    def __lt__(self, other: object) -> bool:
        return self._order(other) < 0

    def __le__(self, other: object) -> bool:
        return self._order(other) <= 0

    def __gt__(self, other: object) -> bool:
        return self._order(other) > 0

    def __ge__(self, other: object) -> bool:
        return self._order(other) >= 0

    def __hash__(self) -> int:
        return hash(float(self))

    def __float__(self) -> float:
        low, high = self._field.enclose(self._terms, _SMALL)
        return float((low + high) / 2)

    def __repr__(self) -> str:
        return (
            f"Root({float(self)!r} of {self.polynomial})"
            if self._terms == (Fraction(0), Fraction(1))
            else f"<{float(self)!r}>"
        )


# it compares and converts as the real number that it is
Real.register(Root)


class _Field:
    """The root of `poly` in (low, high), where it is the only one and the sign changes."""

    __slots__ = ("high", "low", "poly")

    def __init__(self, poly: list[int], low: Fraction, high: Fraction) -> None:
        self.poly, self.low, self.high = poly, low, high

    def halve(self) -> None:
        middle = (self.low + self.high) / 2
        s = sign_at(self.poly, middle)
        if s == 0:  # a rational root, found late: keep it inside
            width = (self.high - self.low) / 4
            self.low, self.high = middle - width, middle + width
        elif s == sign_at(self.poly, self.low):
            self.low = middle
        else:
            self.high = middle

    def reduce(self, terms: Sequence[Fraction]) -> list[Fraction]:
        return _remainder(list(terms), [Fraction(c) for c in self.poly])

    def _split(self, terms: Sequence[Fraction]) -> bool:
        """Whether the expression is zero; the polynomial loses the factors that do not vanish at the root."""
        common = _gcd(self.poly, _integers(self.reduce(terms)))
        if len(common) < 2:
            return False
        if sign_at(common, self.low) * sign_at(common, self.high) < 0:
            self.poly = common
            return True
        self.poly = _integers(_quotient([Fraction(c) for c in self.poly], [Fraction(c) for c in common]))
        return False

    def sign(self, terms: Sequence[Fraction]) -> int:
        if not any(terms) or self._split(terms):
            return 0
        for _ in range(_MOST):
            low, high = _range(terms, self.low, self.high)
            if low > 0 or high < 0:
                return 1 if low > 0 else -1
            self.halve()
        raise NotSolved("the sign of an expression in a root was not settled in 20000 halvings.")

    def enclose(self, terms: Sequence[Fraction], width: Fraction) -> tuple[Fraction, Fraction]:
        while True:
            low, high = _range(terms, self.low, self.high)
            if high - low <= width:
                return low, high
            self.halve()

    def inverse(self, terms: Sequence[Fraction]) -> list[Fraction]:
        if self._split(terms):
            raise ZeroDivisionError("division by an expression that is zero")
        r0, r1 = [Fraction(c) for c in self.poly], self.reduce(terms)
        t0: list[Fraction] = []
        t1 = [Fraction(1)]
        while len(r1) > 1:
            q = _quotient(r0, r1)
            r0, r1 = r1, _trim(_sum(r0, [-c for c in _product(q, r1)]))
            t0, t1 = t1, _trim(_sum(t0, [-c for c in _product(q, t1)]))
        return [c / r1[0] for c in t1]


def roots_between(poly: Sequence[int], low: Fraction, high: Fraction) -> list[Fraction | Root]:
    """Distinct roots in the open interval, in order: rational ones as fractions, the others as `Root`.

    Roots are counted by the sequence of Sturm (1829) of the square-free part and separated by halving.
    """
    work = square_free(poly)
    for end in (low, high):
        if len(work) > 1 and sign_at(work, end) == 0:
            work = _integers(_quotient([Fraction(c) for c in work], [-end, Fraction(1)]))
    if len(work) < 2:
        return []
    chain = _sturm(work)
    found: list[Fraction | Root] = []
    stack = [(low, high, _variations(chain, low), _variations(chain, high))]
    while stack:
        a, b, va, vb = stack.pop()
        if va == vb:
            continue
        if va - vb == 1:
            found.append(_single(work, a, b))
            continue
        middle = (a + b) / 2
        while sign_at(work, middle) == 0:
            # cut beside a root, never at it
            middle = (a + middle) / 2
        vm = _variations(chain, middle)
        stack += [(middle, b, vm, vb), (a, middle, va, vm)]
    return found


def _single(poly: list[int], low: Fraction, high: Fraction) -> Fraction | Root:
    field = _Field(poly, low, high)
    while field.high - field.low > _SMALL:
        field.halve()
    near = simplest_between(field.low, field.high)
    return near if sign_at(poly, near) == 0 else Root(field)


def compare(a: object, b: Any) -> int:
    """Order of two numbers, each rational or a `Root` of its own polynomial: -1, 0 or 1."""
    if not isinstance(a, Root) or not isinstance(b, Root) or a._field is b._field:
        return int(a > b) - int(a < b)
    x, y = a._field, b._field
    common = _gcd(x.poly, y.poly)
    for _ in range(_MOST):
        if x.high <= y.low:
            return -1
        if y.high <= x.low:
            return 1
        low, high = max(x.low, y.low), min(x.high, y.high)
        # the overlap holds at most one root of either; a common one makes the two equal
        if len(common) > 1 and sign_at(common, low) * sign_at(common, high) < 0:
            return 0
        (x if x.high - x.low > y.high - y.low else y).halve()
    raise NotSolved("two roots were not told apart in 20000 halvings.")


def float_beside(value: Any, *, up: bool) -> float:
    """Return the float nearest to a number among those at least it, or at most it."""
    near = float(value)
    if (Fraction(near) < value) if up else (Fraction(near) > value):
        near = nextafter(near, inf if up else -inf)
    return near


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Fraction with the least denominator strictly between two numbers, 0 <= low < high."""
    whole = low.numerator // low.denominator
    if whole + 1 < high:
        return Fraction(whole + 1)
    if low == whole:
        # 1 / k with the least k that is below high - whole
        gap = high - whole
        return whole + Fraction(1, gap.denominator // gap.numerator + 1)
    return whole + 1 / simplest_between(1 / (high - whole), 1 / (low - whole))


def sign_at(poly: Sequence[int], at: Fraction) -> int:
    """Sign of an integer polynomial at a rational number."""
    n, d, total, power = at.numerator, at.denominator, 0, 1
    for c in reversed(poly):
        total = total * n + c * power
        power *= d
    return (total > 0) - (total < 0)


def square_free(poly: Sequence[int]) -> list[int]:
    """Primitive polynomial with the same roots, each once; the sign of the leading coefficient stays."""
    work = _primitive(_trim(list(poly)))
    if len(work) < 3:
        return work
    common = _gcd(work, [k * c for k, c in enumerate(work)][1:])
    if len(common) < 2:
        return work
    return _integers(_quotient([Fraction(c) for c in work], [Fraction(c) for c in common]))


def _sturm(poly: list[int]) -> list[list[int]]:
    chain = [poly, _primitive([k * c for k, c in enumerate(poly)][1:])]
    while len(chain[-1]) > 1:
        rest = _pseudo(chain[-2], chain[-1])
        if not rest:
            break
        chain.append([-c for c in rest])
    return chain


def _variations(chain: list[list[int]], at: Fraction) -> int:
    signs = [s for s in (sign_at(p, at) for p in chain) if s]
    return sum(s != t for s, t in itertools.pairwise(signs))


def _pseudo(p: list[int], q: list[int]) -> list[int]:
    """Primitive remainder of p by q, times a positive number."""
    p, lead = list(p), q[-1]
    while len(p) >= len(q):
        top, shift = p[-1], len(p) - len(q)
        common = gcd(top, lead)
        up, down = abs(lead) // common, (top if lead > 0 else -top) // common
        p = [c * up for c in p]
        for k, c in enumerate(q):
            p[k + shift] -= down * c
        p = _trim(p[:-1])
    return _primitive(p)


def _gcd(p: Sequence[int], q: Sequence[int]) -> list[int]:
    a, b = _primitive(_trim(list(p))), _primitive(_trim(list(q)))
    if len(a) < len(b):
        a, b = b, a
    while b:
        a, b = b, _pseudo(a, b)
    return a


def _primitive(p: list[int]) -> list[int]:
    common = gcd(*p) if p else 1
    return [c // common for c in p] if common > 1 else p


def _integers(terms: Sequence[Fraction]) -> list[int]:
    scale = 1
    for c in terms:
        scale = scale * c.denominator // gcd(scale, c.denominator)
    return _primitive(_trim([int(c * scale) for c in terms]))


def _trim(p: list[Any]) -> list[Any]:
    while p and p[-1] == 0:
        p.pop()
    return p


def _sum(p: Sequence[Fraction], q: Sequence[Fraction]) -> list[Fraction]:
    out = [Fraction(0)] * max(len(p), len(q))
    for part in (p, q):
        for k, c in enumerate(part):
            out[k] += c
    return out


def _product(p: Sequence[Fraction], q: Sequence[Fraction]) -> list[Fraction]:
    out = [Fraction(0)] * max(len(p) + len(q) - 1, 0)
    for j, a in enumerate(p):
        if a:
            for k, b in enumerate(q):
                out[j + k] += a * b
    return out


def _divide(p: list[Fraction], q: list[Fraction]) -> tuple[list[Fraction], list[Fraction]]:
    rest, out = list(p), [Fraction(0)] * max(len(p) - len(q) + 1, 0)
    for shift in reversed(range(len(out))):
        factor = rest[shift + len(q) - 1] / q[-1]
        out[shift] = factor
        if factor:
            for k, c in enumerate(q):
                rest[k + shift] -= factor * c
    return out, _trim(rest[: len(q) - 1])


def _quotient(p: list[Fraction], q: list[Fraction]) -> list[Fraction]:
    return _divide(p, q)[0]


def _remainder(p: list[Fraction], q: list[Fraction]) -> list[Fraction]:
    return _trim(p) if len(p) < len(q) else _divide(p, q)[1]


def _range(terms: Sequence[Fraction], low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Bounds of a polynomial over a bracket, by Horner's rule on intervals."""
    a = b = Fraction(0)
    for c in reversed(terms):
        ends = (a * low, a * high, b * low, b * high)
        a, b = min(ends) + c, max(ends) + c
    return a, b
