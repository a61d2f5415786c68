"""Equilibria of alternating offers over a treaty's terms."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from armsgame._checks import check_flag
from armsgame._cost import require
from armsgame._deadline import PERIODS, ask_time
from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.errors import NotSolved
from armsgame.negotiation.menu import Menu, draw_lots
from armsgame.negotiation.offer_checks import UNCHECKED, OfferCertificate, follow, verify_offers
from armsgame.negotiation.protocols import AlternatingOffers, check_alternating
from armsgame.negotiation.term_values import TermValues

__all__ = ["Menu", "OfferEquilibrium", "alternating_offers"]


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
    lotteries : bool, may lots over bundles be offered?
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
    lotteries: bool = False

    def explain(self) -> str:
        """Say the agreement and its certificate in words, with the ledger of assumptions."""
        ledger = self.values.ledger
        return "\n".join([str(self), *([] if ledger is None else ["", str(ledger)])])

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
    values: TermValues, protocol: AlternatingOffers, *, lotteries: bool = False, budget_seconds: float | None = None
) -> tuple[OfferEquilibrium, ...]:
    """Solve alternating offers over bundles of terms.

    Parameters
    ----------
    values : TermValues
    protocol : AlternatingOffers
    lotteries : bool
        Let parties draw lots over bundles; the frontier is then the one of the convex hull, and
        without a deadline the stationary equilibrium is the one of Rubinstein (1982).
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    tuple of OfferEquilibrium
        With a deadline the one that backward induction finds (the party that answers accepts when
        indifferent; a proposer who is indifferent makes the offer with the larger sum, and rather one than none).
        Without one, all stationary equilibria in pure strategies with these rules of ties: with indivisible bundles
        and patient parties there may be many (van Damme, Selten and Winter 1990). Equilibria in which an indifferent
        party does otherwise are not listed.

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
    check_alternating(protocol)
    check_flag("lotteries", lotteries)
    menu = Menu.of(values, protocol, lotteries)
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
    return None if found is None or found[0][proposer] < out[proposer] - menu.zero else found


def _induct(values: TermValues, protocol: AlternatingOffers, menu: Menu) -> OfferEquilibrium:
    count = protocol.rounds or 0
    require("talks", rounds=count, bundles=len(menu.gains))
    offers, rows = np.full((count, 2), np.nan), np.full(count, -1)
    floors, leaves = np.zeros(count), np.zeros(count, bool)
    ahead = menu.end
    for t in reversed(range(count)):
        if t % PERIODS == 0:
            ask_time(f"the last {count - 1 - t:,} of {count:,} rounds")
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
            if np.abs(own.gains - start).max() <= 2 * menu.zero:
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


def _finish(
    values: TermValues,
    protocol: AlternatingOffers,
    menu: Menu,
    offers: FloatArray,
    rows: IntArray,
    floors: FloatArray,
    leaves: BoolArray,
) -> OfferEquilibrium:
    start, at = follow(protocol, menu, offers, leaves)
    agreed = at >= 0
    place = at % 2 if protocol.rounds is None else at
    gains = offers[place] if agreed else np.full(2, np.nan)
    lots: tuple[tuple[float, int], ...] = ()
    if agreed and rows[place] >= 0:
        lots = ((1.0, int(rows[place])),)
    elif agreed:
        lots = draw_lots(gains + values.disagreement, values.values, menu.rows)
    found = OfferEquilibrium(
        protocol, values, offers, rows, floors, leaves, agreement=lots[0][1] if len(lots) == 1 else -1, lottery=lots,
        round=at, payoffs=values.disagreement + start[0], gains=gains, certificate=UNCHECKED,
        lotteries=len(menu.line) > 0,
    )  # fmt: skip
    return replace(found, certificate=verify_offers(found, menu))
