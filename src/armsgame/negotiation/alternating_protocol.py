"""Equilibria of alternating offers over a treaty's terms, and the check of each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.errors import InvalidGame, NotSolved
from armsgame.geometry.plane import frontier
from armsgame.negotiation.agreements import draw_lots
from armsgame.negotiation.protocols import AlternatingOffers
from armsgame.negotiation.term_values import TermValues
from armsgame.results.certificates import Evidence

__all__ = ["Menu", "OfferCertificate", "OfferEquilibrium", "alternating_offers", "verify_offers"]


@dataclass(frozen=True, slots=True, eq=False)
class Menu(Value):
    """What can be offered: gains [N, 2] of self-enforcing bundles over the disagreement point, or lots over them.

    Attributes
    ----------
    rows : int array [N], rows of `TermValues`
    gains : array [N, 2]
    line : array [K, 2], Pareto frontier of the convex hull where lots may be drawn, else no rows
    away, end : array [2], gains of walking away and of the deadline
    """

    rows: IntArray
    gains: FloatArray
    line: FloatArray
    away: FloatArray
    end: FloatArray

    @classmethod
    def of(cls, values: TermValues, protocol: AlternatingOffers, lotteries: bool) -> Menu:
        """Gains of what can be signed; a bundle that is not self-enforcing cannot."""
        rows = np.flatnonzero(values.self_enforcing)
        gains = values.values[rows] - values.disagreement
        line = frontier(gains) if lotteries and len(rows) else np.empty((0, 2))
        away = values.walk_away - values.disagreement
        return cls(rows, gains, line, away, np.zeros(2) if protocol.at_deadline == "disagreement" else away)

    def ahead(self, protocol: AlternatingOffers, worth: FloatArray) -> FloatArray:
        """Gains of a round that ends in a refusal, where play goes on worth `worth` unless it breaks down."""
        keep = (1 - protocol.breakdown) * np.asarray(protocol.discounts)
        return np.asarray(keep * worth + protocol.breakdown * self.away)

    @property
    def scale(self) -> float:
        """Size of the gains, for tolerances."""
        return max(1e-300, float(np.abs(self.gains).max(initial=0.0)), float(np.abs(self.away).max()))

    def best(self, proposer: int, floor: float) -> tuple[FloatArray, int] | None:
        """Best gains [2] for the proposer that leave the other at least `floor`, and the row in the menu (-1: lots)."""
        other = 1 - proposer
        slack = 1e-12 * self.scale
        if len(self.line):
            line = self.line if proposer == 0 else self.line[::-1]
            theirs = line[:, other]
            if theirs.max() < floor - slack:
                return None
            k = int(np.flatnonzero(theirs >= floor - slack)[-1])
            if k == len(line) - 1 or theirs[k] <= floor + slack:
                return line[k], -1
            share = (theirs[k] - floor) / (theirs[k] - theirs[k + 1])
            found = line[k] + share * (line[k + 1] - line[k])
            found[other] = floor
            return found, -1
        fits = np.flatnonzero(self.gains[:, other] >= floor - slack)
        if len(fits) == 0:
            return None
        k = int(fits[np.lexsort((-self.gains[fits, other], -self.gains[fits, proposer]))[0]])
        return self.gains[k], k


@dataclass(frozen=True, slots=True)
class OfferCertificate(Evidence):
    """Largest gain of changing one offer or one answer, re-computed from the offers and acceptance rules.

    Attributes
    ----------
    ok, max_gain, tolerance : verdict
    where : str, party, round and kind of the deviation
    checked : int, deviations looked at
    """

    ok: bool
    max_gain: float
    tolerance: float
    where: str
    checked: int

    @property
    def kind(self) -> str:
        """What is proved: ``"subgame perfect"``, or ``"none"``."""
        return "subgame perfect" if self.ok else "none"

    def __str__(self) -> str:
        verdict = "subgame-perfect equilibrium" if self.ok else "not an equilibrium"
        return f"{verdict} ({self.checked:,} deviations checked); largest gain {self.max_gain:.3g}: {self.where}"


@dataclass(frozen=True, slots=True, eq=False)
class OfferEquilibrium(Value):
    """Offers and acceptance rules of every round, and what follows from them.

    Attributes
    ----------
    protocol : AlternatingOffers
    offers : array [T, 2]
        Gains offered in each round; NaN where the proposer prefers to be refused. Two rows, one
        per proposer, without a deadline.
    rows : int array [T], the bundle offered: a row of `TermValues`, or -1 for lots and for no offer
    floors : array [T], the least gain that the party which answers accepts
    leaves : bool array [T], does it walk away from less (else it waits)?
    agreement : int, the bundle agreed on, -1 for lots or none
    lottery : tuple of (probability, bundle)
    round : int, round of the agreement, counted from 0; -1 for none
    payoffs : array [2], utility per period from the start: disagreement + discounted gain
    gains : array [2], gains of the agreement itself; NaN where there is none
    certificate : OfferCertificate
    """

    protocol: AlternatingOffers
    values: TermValues
    offers: FloatArray
    rows: IntArray
    floors: FloatArray
    leaves: BoolArray
    agreement: int
    lottery: tuple[tuple[float, int], ...]
    round: int
    payoffs: FloatArray
    gains: FloatArray
    certificate: OfferCertificate

    @property
    def shares(self) -> FloatArray:
        """Gain of each party as a share of the sum [2]."""
        return np.asarray(self.gains / self.gains.sum())

    def __str__(self) -> str:
        v = self.values
        if self.round < 0:
            head = "no agreement"
        else:
            what = " or ".join(f"{v.told(n)} (probability {p:.3g})" if p < 1 else v.told(n) for p, n in self.lottery)
            head = f"agreement in round {self.round + 1}: {what}"
        pays = ", ".join(f"{p} {x:.6g}" for p, x in zip(v.parties, self.payoffs, strict=True))
        return f"{head}\n  utility from the start: {pays}\n  {self.certificate}"


def alternating_offers(
    values: TermValues, protocol: AlternatingOffers, *, lotteries: bool = False
) -> tuple[OfferEquilibrium, ...]:
    """Solve alternating offers over bundles of terms.

    Parameters
    ----------
    values : TermValues
    protocol : AlternatingOffers
    lotteries : bool
        Let parties draw lots over bundles; the frontier is then the one of the convex hull, and
        without a deadline the stationary equilibrium is the one of Rubinstein (1982).

    Returns
    -------
    tuple of OfferEquilibrium
        With a deadline the one that backward induction finds (the party that answers accepts when
        indifferent; a proposer breaks ties for the other party). Without one, all stationary
        equilibria in pure strategies: with indivisible bundles and patient parties there may be
        many (van Damme, Selten and Winter 1990).

    Raises
    ------
    NotSolved
        No stationary equilibrium in pure strategies. With lotteries=True this happens only where
        walking away pays more than any agreement.
    InvalidGame
        No bundle is self-enforcing.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame.negotiation import term_values, terms, usual_terms
    >>> share = usual_terms.cost_sharing((0.0, 0.5, 1.0), payer="US")
    >>> space = terms.Terms([usual_terms.inspection_quota((1, 4)), share])
    >>> v = term_values.value_of_terms(ag.Treaty().replace(detection=0.03), space, discount=0.95)
    >>> last = alternating_offers(v, AlternatingOffers((0.9, 0.9), rounds=1))[0]
    >>> v.label(last.agreement), last.certificate.ok
    ('inspections 1, cost share 0', True)
    """
    menu = Menu.of(values, protocol, lotteries)
    if len(menu.rows) == 0:
        raise InvalidGame(f"no bundle is self-enforcing, so none can be signed; nearest, {values.nearest_failure()}.")
    if protocol.rounds is not None:
        return (_induct(values, protocol, menu),)
    found = [_stationary(values, protocol, menu, pair) for pair in _fixed_points(protocol, menu)]
    found = [e for e in found if e.certificate.ok]
    if not found:
        step = "Set rounds=." if lotteries else "Pass lotteries=True, or set rounds=."
        raise NotSolved(f"no stationary equilibrium in pure strategies exists over these bundles. {step}")
    return tuple(found)


def refusal(protocol: AlternatingOffers, menu: Menu, ahead: FloatArray, responder: int) -> tuple[FloatArray, bool]:
    """Gains [2] after the best refusal (wait or walk away), `ahead` the gains from the next round on."""
    wait = menu.ahead(protocol, ahead)
    if protocol.outside and menu.away[responder] > wait[responder]:
        return menu.away.copy(), True
    return wait, False


def _move(menu: Menu, proposer: int, out: FloatArray) -> tuple[FloatArray, int] | None:
    """Offer that beats being refused (gains `out`); None to be refused."""
    found = menu.best(proposer, float(out[1 - proposer]))
    return None if found is None or found[0][proposer] < out[proposer] - 1e-12 * menu.scale else found


def _induct(values: TermValues, protocol: AlternatingOffers, menu: Menu) -> OfferEquilibrium:
    count = protocol.rounds or 0
    offers, rows = np.full((count, 2), np.nan), np.full(count, -1)
    floors, leaves = np.zeros(count), np.zeros(count, bool)
    ahead = menu.end
    for t in reversed(range(count)):
        p = protocol.proposer(t)
        if t == count - 1:
            leave = bool(protocol.outside and menu.away[1 - p] > menu.end[1 - p])
            out = menu.away.copy() if leave else menu.end.copy()
        else:
            out, leave = refusal(protocol, menu, ahead, 1 - p)
        floors[t], leaves[t] = out[1 - p], leave
        found = _move(menu, p, out)
        if found is None:
            ahead = out
        else:
            offers[t], k = found
            rows[t] = menu.rows[k] if k >= 0 else -1
            ahead = found[0]
    return _finish(values, protocol, menu, offers, rows, floors, leaves)


@dataclass(frozen=True, slots=True, eq=False)
class _Turn:
    """One party's turn: gains [2] from it on, whether it makes an offer that is accepted, and which (-1: lots)."""

    gains: FloatArray
    offered: bool
    row: int
    floor: float
    leaves: bool


def _turn(protocol: AlternatingOffers, menu: Menu, proposer: int, ahead: FloatArray) -> _Turn:
    """Best turn of a proposer, `ahead` the gains from the next turn on."""
    out, leaves = refusal(protocol, menu, ahead, 1 - proposer)
    found = _move(menu, proposer, out)
    floor = float(out[1 - proposer])
    return _Turn(out, False, -1, floor, leaves) if found is None else _Turn(found[0], True, found[1], floor, leaves)


def _fixed_points(protocol: AlternatingOffers, menu: Menu) -> list[tuple[_Turn, _Turn]]:
    """Stationary turns of (party 0, party 1), each best given the other."""
    keep = (1 - protocol.breakdown) * np.asarray(protocol.discounts)
    forever = protocol.breakdown * menu.away / np.where(keep < 1, 1 - keep, 1)
    starts = [menu.away, forever] if len(menu.line) else [*menu.gains, menu.away, forever]
    found: list[tuple[_Turn, _Turn]] = []
    seen = set()

    def consider(first: _Turn, second: _Turn) -> None:
        key = (first.offered, first.row, second.offered, second.row, *(() if first.row >= 0 else first.gains.round(12)))
        if key not in seen:
            seen.add(key)
            found.append((first, second))

    for start in starts:
        for i in (0, 1):
            other = _turn(protocol, menu, 1 - i, start)
            own = _turn(protocol, menu, i, other.gains)
            if np.allclose(own.gains, start, rtol=0, atol=1e-12 * menu.scale):
                consider(*((own, other) if i == 0 else (other, own)))
    if len(menu.line) and not found:
        consider(*_bisect(protocol, menu))
    return found


def _bisect(protocol: AlternatingOffers, menu: Menu) -> tuple[_Turn, _Turn]:
    """With lots: the first party's offer, answered twice, rises less than one for one in itself."""
    line = menu.line
    low, high = float(line[0, 0]), float(line[-1, 0])
    for _ in range(200):
        middle = (low + high) / 2
        mine = np.array([middle, np.interp(middle, line[:, 0], line[:, 1])])
        second = _turn(protocol, menu, 1, mine)
        first = _turn(protocol, menu, 0, second.gains)
        if first.gains[0] > middle:
            low = middle
        else:
            high = middle
    return first, _turn(protocol, menu, 1, first.gains)


def _stationary(
    values: TermValues, protocol: AlternatingOffers, menu: Menu, pair: tuple[_Turn, _Turn]
) -> OfferEquilibrium:
    turns = [pair[protocol.proposer(t)] for t in (0, 1)]
    offers = np.array([t.gains if t.offered else np.full(2, np.nan) for t in turns])
    rows = np.array([menu.rows[t.row] if t.row >= 0 else -1 for t in turns])
    return _finish(
        values, protocol, menu, offers, rows, np.array([t.floor for t in turns]), np.array([t.leaves for t in turns])
    )


def _play(
    protocol: AlternatingOffers, menu: Menu, offers: FloatArray, leaves: BoolArray, start: int
) -> tuple[FloatArray, int]:
    """Gains from round `start` when the strategies are followed, and the round of agreement (-1 for none).

    Follows the play forward, so that it shares nothing with backward induction. Without a deadline
    round t stands for all rounds of its parity.
    """
    endless = protocol.rounds is None
    count = len(offers)
    gains, weight, chance = np.zeros(2), np.ones(2), 1.0
    t, steps = start, 0
    while True:
        at = t % 2 if endless else t
        if not np.isnan(offers[at]).any():
            return gains + chance * weight * offers[at], t
        if leaves[at]:
            return gains + chance * weight * menu.away, -1
        if not endless and t == count - 1:
            return gains + chance * weight * menu.end, -1
        if endless and steps >= 2:
            # neither party ever makes an offer: breakdown sooner or later, else disagreement for ever
            ratio = (1 - protocol.breakdown) * np.asarray(protocol.discounts)
            return gains + chance * weight * protocol.breakdown * menu.away / (1 - ratio), -1
        gains = gains + chance * weight * protocol.breakdown * menu.away
        chance, weight = chance * (1 - protocol.breakdown), weight * protocol.discounts
        t, steps = t + 1, steps + 1


def _finish(
    values: TermValues,
    protocol: AlternatingOffers,
    menu: Menu,
    offers: FloatArray,
    rows: IntArray,
    floors: FloatArray,
    leaves: BoolArray,
) -> OfferEquilibrium:
    start, at = _play(protocol, menu, offers, leaves, 0)
    place = at % 2 if protocol.rounds is None else at
    agreed = at >= 0
    gains = offers[place] if agreed else np.full(2, np.nan)
    lots: tuple[tuple[float, int], ...] = ()
    if agreed and rows[place] >= 0:
        lots = ((1.0, int(rows[place])),)
    elif agreed:
        lots = draw_lots(gains + values.disagreement, values.values, menu.rows)
    agreement, payoffs = lots[0][1] if len(lots) == 1 else -1, values.disagreement + start
    unchecked = OfferCertificate(False, np.inf, 0.0, "not checked", 0)
    found = OfferEquilibrium(
        protocol, values, offers, rows, floors, leaves, agreement, lots, at, payoffs, gains, unchecked
    )
    return replace(found, certificate=verify_offers(found, menu))


def verify_offers(found: OfferEquilibrium, menu: Menu | None = None) -> OfferCertificate:
    """Check that nobody gains by one other offer or one other answer in any round.

    The value of every continuation is found by following the play forward; every bundle (or every
    corner and acceptance bound of the frontier, where lots are drawn) is tried as another offer,
    and acceptance of every bundle is compared with the better of waiting and walking away.
    """
    values, protocol = found.values, found.protocol
    if menu is None:
        menu = Menu.of(values, protocol, bool(found.round >= 0 and found.agreement < 0))
    points = menu.line if len(menu.line) else menu.gains
    tolerance = 1e-9 * menu.scale
    worst, where, checked = 0.0, "none", 0
    endless = protocol.rounds is None
    for t in range(len(found.offers)):
        p, r = protocol.proposer(t), 1 - protocol.proposer(t)
        if not endless and t == len(found.offers) - 1:
            wait = menu.end
        else:
            wait = menu.ahead(protocol, _play(protocol, menu, found.offers, found.leaves, t + 1)[0])
        leave = bool(found.leaves[t])
        out = menu.away if leave else wait
        # the answer: accepting at the bound, and refusing as the rule says
        best = max(wait[r], menu.away[r]) if protocol.outside else wait[r]
        for gain, what in ((abs(found.floors[t] - best), "accepts other offers"), (best - out[r], "refuses otherwise")):
            if gain > worst:
                worst, where = float(gain), f"{values.parties[r]} {what} in round {t + 1}"
        # the offer: every other one, given which of them are accepted
        offered = found.offers[t]
        now = out[p] if np.isnan(offered).any() else offered[p]
        accepted = points[:, r] >= found.floors[t] - 1e-12 * menu.scale
        options = np.append(np.where(accepted, points[:, p], out[p]), out[p])
        bound = _crossings(points, r, p, float(found.floors[t])) if len(menu.line) else np.empty(0)
        options = np.append(options, bound)
        checked += len(options) + len(points)
        if not np.isnan(offered).any() and offered[r] < found.floors[t] - tolerance:
            worst, where = np.inf, f"the offer of round {t + 1} would be refused"
        if options.max() - now > worst:
            worst, where = float(options.max() - now), f"{values.parties[p]} offers something else in round {t + 1}"
    return OfferCertificate(worst <= tolerance, worst, tolerance, where, checked)


def _crossings(line: FloatArray, fixed: int, free: int, level: float) -> FloatArray:
    """Coordinate `free` where a polyline [K, 2] crosses `level` in coordinate `fixed`."""
    a, b = line[:-1], line[1:]
    inside = (np.minimum(a[:, fixed], b[:, fixed]) <= level) & (level <= np.maximum(a[:, fixed], b[:, fixed]))
    a, b = a[inside], b[inside]
    width = b[:, fixed] - a[:, fixed]
    share = np.divide(level - a[:, fixed], width, out=np.zeros(len(a)), where=width != 0)
    return np.asarray(a[:, free] + share * (b[:, free] - a[:, free]))
