"""What can be signed: the one feasible set of rules, offers, sessions and negotiators, and its one rule of ties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.arithmetic.tolerance import scales
from armsgame.errors import InvalidGame, invalid
from armsgame.geometry.plane import frontier, polygon

if TYPE_CHECKING:
    from armsgame.negotiation.protocols import AlternatingOffers
    from armsgame.negotiation.term_values import TermValues

__all__ = ["Menu", "draw_lots", "pick", "signable", "zero_of"]


def zero_of(payoffs: FloatArray) -> float:
    """Return what counts as zero among utilities [N, 2]: the library's share of the wider range, and rounding."""
    return max(s.zero for s in scales(payoffs.T)) if len(payoffs) else 0.0


def signable(values: TermValues) -> IntArray:
    """Rows of the bundles that can be signed: those that nobody would leave.

    Raises
    ------
    InvalidGame
        There is none.
    """
    if not hasattr(values, "self_enforcing"):
        invalid("values", type(values).__name__, "the result of value_of_terms")
    rows = np.flatnonzero(values.self_enforcing)
    if len(rows) == 0:
        raise InvalidGame(
            f"no bundle is self-enforcing, so none can be signed; nearest, {values.nearest_failure()}. Add levels that "
            "are seen better or cost less, or look among more profiles with selection=."
        )
    return rows


def pick(score: FloatArray, gains: FloatArray, slack: float) -> int:
    """Place of the largest score; a tie goes to the larger sum of gains [N, 2], then to the first.

    This is the one rule of ties: what is equal to the one that chooses is chosen for the sum, that is for the other.
    """
    tied = np.flatnonzero(score >= score.max() - slack)
    total = gains[tied].sum(axis=1)
    return int(tied[np.argmax(total >= total.max() - slack)])


def draw_lots(payoff: FloatArray, payoffs: FloatArray, at: IntArray) -> tuple[tuple[float, int], ...]:
    """Write a payoff of the Pareto frontier of the hull as a lottery over one or two bundles."""
    rows = payoffs[at]
    slack = 100 * zero_of(rows)
    near = np.abs(rows - payoff).max(axis=1)
    if near.min() <= slack:
        return ((1.0, int(at[np.argmin(near)])),)
    line = frontier(rows)
    k = int(np.clip(np.searchsorted(line[:, 0], payoff[0]), 1, len(line) - 1))
    share = float(np.clip((line[k, 0] - payoff[0]) / (line[k, 0] - line[k - 1, 0]), 0, 1))
    ends = [int(at[np.argmin(np.abs(rows - line[j]).max(axis=1))]) for j in (k - 1, k)]
    return ((share, ends[0]), (1 - share, ends[1]))


@dataclass(frozen=True, slots=True, eq=False)
class Menu(Value):
    """What can be offered: gains [N, 2] of self-enforcing bundles over the disagreement point, or lots over them.

    Attributes
    ----------
    rows : int array [N], rows of `TermValues`
    gains : array [N, 2]
    line : array [K, 2], Pareto frontier of the convex hull where lots may be drawn, else no rows
    away, end : array [2], gains of walking away and of the deadline
    zero : float, what counts as zero among gains
    may : bool array [2, N], what each party may offer
    """

    rows: IntArray
    gains: FloatArray
    line: FloatArray
    away: FloatArray
    end: FloatArray
    zero: float
    may: BoolArray

    @classmethod
    def of(cls, values: TermValues, protocol: AlternatingOffers, lotteries: bool) -> Menu:
        """Gains of what can be signed.

        Raises
        ------
        InvalidGame
            No bundle is self-enforcing, or lots under a protocol that restricts offers.
        """
        rows = signable(values)
        if lotteries and protocol.restricted:
            invalid("lotteries", lotteries, "False where the protocol says what a party may offer")
        may = np.array([np.ones(len(rows), bool) if own is None else np.isin(rows, own) for own in protocol.offers])
        gains = values.values[rows] - values.disagreement
        away = values.walk_away - values.disagreement
        end = np.zeros(2) if protocol.at_deadline == "disagreement" else away
        zero = zero_of(np.vstack([gains, away, np.zeros(2)]))
        return cls(rows, gains, frontier(gains) if lotteries else np.empty((0, 2)), away, end, zero, may)

    def ahead(self, protocol: AlternatingOffers, worth: FloatArray) -> FloatArray:
        """Gains of a round that ends in a refusal, where play goes on worth `worth` unless it breaks down."""
        keep = (1 - protocol.breakdown) * np.asarray(protocol.discounts)
        return np.asarray(keep * worth + protocol.breakdown * self.away)

    def refusing(self, protocol: AlternatingOffers) -> FloatArray:
        """Gains [T, 2] that a party has if it refuses in a round and agrees on nothing later.

        Nobody signs for less: what refusal gives is the disagreement point, walking away or what the deadline brings,
        whichever the protocol leads to where nothing is agreed and whoever answers walks away once that is better.
        """
        count = protocol.rounds or 0
        out = np.empty((count, 2))
        ahead = self.end
        for t in reversed(range(count)):
            out[t] = self.end if t == count - 1 else self.ahead(protocol, ahead)
            r = 1 - protocol.proposer(t)
            if protocol.outside and self.away[r] > out[t, r]:
                out[t] = self.away
            ahead = out[t]
        return out

    def holds(self, offers: FloatArray) -> BoolArray:
        """Whether gains [T, 2] lie in the hull of what can be signed."""
        ring = polygon(self.gains)
        spread = float(np.ptp(self.gains, axis=0).max())
        if len(ring) < 3 or spread == 0:
            a, b = ring[0], ring[-1]
            edge = b - a
            length = float(edge @ edge)
            along = np.clip((offers - a) @ edge / length, 0, 1) if length > 0 else np.zeros(len(offers))
            return np.asarray(np.abs(offers - a - along[:, None] * edge).max(axis=1) <= 10 * self.zero)
        edges = np.roll(ring, -1, axis=0) - ring
        normal = edges[:, ::-1] * (-1, 1) / np.hypot(*edges.T)[:, None]
        inside = np.einsum("tkc,kc->tk", offers[:, None] - ring[None], normal)
        return np.asarray((inside >= -10 * self.zero).all(axis=1))

    def best(self, proposer: int, floor: float) -> tuple[FloatArray, int] | None:
        """Best gains [2] for the proposer that leave the other at least `floor`, and the row in the menu (-1: lots)."""
        other = 1 - proposer
        if len(self.line):
            line = self.line if proposer == 0 else self.line[::-1]
            theirs = line[:, other]
            if theirs.max() < floor - self.zero:
                return None
            k = int(np.flatnonzero(theirs >= floor - self.zero)[-1])
            if k == len(line) - 1 or theirs[k] <= floor + self.zero:
                return line[k], -1
            share = (theirs[k] - floor) / (theirs[k] - theirs[k + 1])
            found = line[k] + share * (line[k + 1] - line[k])
            found[other] = floor
            return found, -1
        fits = np.flatnonzero(self.may[proposer] & (self.gains[:, other] >= floor - self.zero))
        if len(fits) == 0:
            return None
        k = int(fits[pick(self.gains[fits, proposer], self.gains[fits], self.zero)])
        return self.gains[k], k
