"""The check of alternating offers: the object itself, and every deviation by one offer or one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.errors import invalid
from armsgame.negotiation.menu import Menu
from armsgame.negotiation.protocols import AlternatingOffers
from armsgame.negotiation.term_values import TermValues
from armsgame.results.certificates import Evidence

__all__ = ["UNCHECKED", "OfferCertificate", "follow", "verify_offers"]


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
        verdict = f"{self.kind} equilibrium" if self.ok else "not an equilibrium"
        return f"{verdict} ({self.checked:,} deviations checked); largest gain {self.max_gain:.3g}: {self.where}"


UNCHECKED = OfferCertificate(False, np.inf, 0.0, "not checked", 0)


class Offers(Protocol):
    """What is checked: the offers and answers of every round, and what is said to follow from them."""

    @property
    def protocol(self) -> AlternatingOffers: ...
    @property
    def values(self) -> TermValues: ...
    @property
    def offers(self) -> FloatArray: ...
    @property
    def rows(self) -> IntArray: ...
    @property
    def floors(self) -> FloatArray: ...
    @property
    def leaves(self) -> BoolArray: ...
    @property
    def agreement(self) -> int: ...
    @property
    def lottery(self) -> tuple[tuple[float, int], ...]: ...
    @property
    def round(self) -> int: ...
    @property
    def payoffs(self) -> FloatArray: ...
    @property
    def gains(self) -> FloatArray: ...
    @property
    def lotteries(self) -> bool: ...


def follow(protocol: AlternatingOffers, menu: Menu, offers: FloatArray, leaves: BoolArray) -> tuple[FloatArray, int]:
    """Gains [T + 1, 2] from each round on when the strategies are followed, and the round of agreement (-1 for none).

    The plan is evaluated, nothing is chosen. Without a deadline round t stands for all rounds of its parity, and the
    last row for the first.
    """
    count, endless = len(offers), protocol.rounds is None
    made: BoolArray = np.asarray(~np.isnan(offers).any(axis=1))
    stops: BoolArray = np.asarray(made | leaves)
    value = np.empty((count + 1, 2))
    keep = (1 - protocol.breakdown) * np.asarray(protocol.discounts)
    value[count] = menu.end
    if endless and not stops.any():
        # neither party ever makes an offer: breakdown sooner or later, else disagreement for ever
        value[:] = protocol.breakdown * menu.away / (1 - keep)
        return value, -1
    turns = 2 * count if endless else count
    for t in reversed(range(turns)):
        k = t % count
        later = menu.end if not endless and t == count - 1 else protocol.breakdown * menu.away + keep * value[k + 1]
        value[k] = offers[k] if made[k] else menu.away if leaves[k] else later
        if endless and k == 0:
            value[count] = value[0]
    at = int(np.argmax(stops)) if stops.any() else -1
    return value, at if at >= 0 and made[at] else -1


def verify_offers(found: Offers, menu: Menu | None = None) -> OfferCertificate:
    """Check the offers themselves, and that nobody gains by one other offer or one other answer in any round.

    Every offer must be one that can be made: a self-enforcing bundle with its gains, or a point of the hull of them
    where lots may be drawn. `payoffs`, `gains`, `round`, `agreement` and `lottery` must be those of the play that the
    strategies produce. Then every bundle (or every corner and acceptance bound of the frontier, where lots are drawn)
    is tried as another offer, and acceptance is compared with the better of waiting and walking away.

    Raises
    ------
    InvalidGame
        Not the result of `alternating_offers`, or no bundle is self-enforcing.
    """
    if not hasattr(found, "floors") or not hasattr(found, "lotteries"):
        invalid("found", type(found).__name__, "a result of alternating_offers")
    values, protocol = found.values, found.protocol
    menu = Menu.of(values, protocol, found.lotteries) if menu is None else menu
    tolerance = 100 * menu.zero
    fault = _shape_fault(found) or _offer_fault(found, menu, tolerance)
    if fault:
        return OfferCertificate(False, np.inf, tolerance, fault, 0)
    value, at = follow(protocol, menu, found.offers, found.leaves)
    fault = _play_fault(found, menu, value[0], at, tolerance)
    if fault:
        return OfferCertificate(False, np.inf, tolerance, fault, 0)
    return _deviations(found, menu, value, tolerance)


def _shape_fault(found: Offers) -> str:
    count = 2 if found.protocol.rounds is None else found.protocol.rounds
    shapes = (found.offers.shape, found.rows.shape, found.floors.shape, found.leaves.shape)
    if shapes != ((count, 2), (count,), (count,), (count,)):
        return f"offers, rows, floors and leaves are not those of {count} rounds"
    half = np.isnan(found.offers).any(axis=1) & ~np.isnan(found.offers).all(axis=1)
    return "an offer to one party alone" if half.any() or np.isnan(found.floors).any() else ""


def _offer_fault(found: Offers, menu: Menu, tolerance: float) -> str:
    """Name the first offer that nobody can make."""
    made, whole = ~np.isnan(found.offers).any(axis=1), found.rows >= 0
    place = np.searchsorted(menu.rows, found.rows).clip(0, len(menu.rows) - 1)
    apart = np.abs(menu.gains[place] - np.nan_to_num(found.offers)).max(axis=1) > tolerance
    sides = [found.protocol.proposer(t) for t in range(len(found.rows))]
    barred = ~menu.may[sides, place]
    named = np.logical_or(menu.rows[place] != found.rows, np.logical_or(np.logical_or(apart, barred), ~made))
    wrong = np.where(whole, named, False)
    lots = np.flatnonzero(made & ~whole)
    if len(lots):
        wrong[lots] = ~menu.holds(found.offers[lots]) if found.lotteries else True
    return f"the offer of round {int(np.argmax(wrong)) + 1} cannot be made" if wrong.any() else ""


def _play_fault(found: Offers, menu: Menu, start: FloatArray, at: int, tolerance: float) -> str:
    """Name what is said to follow from the strategies and does not."""
    if found.round != at:
        return f"the strategies end in {f'round {at + 1}' if at >= 0 else 'no agreement'}, not as stated"
    place = at % len(found.offers)
    gains = found.offers[place] if at >= 0 else np.full(2, np.nan)
    if not np.allclose(found.payoffs, found.values.disagreement + start, rtol=0, atol=tolerance):
        return "payoffs are not those of the play"
    if not np.allclose(found.gains, gains, rtol=0, atol=tolerance, equal_nan=True):
        return "gains are not those of the agreement"
    lots = found.lottery
    if (at < 0) != (not lots) or (lots and abs(sum(p for p, _ in lots) - 1) > 1e-9) or any(p < 0 for p, _ in lots):
        return "the lottery is none, or not that of the agreement"
    if any(n not in menu.rows for _, n in lots):
        return "a bundle of the lottery cannot be signed"
    if lots:
        mean = sum((p * found.values.values[n] for p, n in lots), np.zeros(2)) - found.values.disagreement
        if not np.allclose(mean, gains, rtol=0, atol=tolerance):
            return "the lottery does not deliver the gains"
    if found.agreement != (lots[0][1] if len(lots) == 1 else -1):
        return "the agreement is not that of the play"
    return ""


def _deviations(found: Offers, menu: Menu, value: FloatArray, tolerance: float) -> OfferCertificate:
    """Largest gain of one other offer or one other answer."""
    protocol, parties, count = found.protocol, found.values.parties, len(found.offers)
    points = menu.line if len(menu.line) else menu.gains
    ordered = [_by_answer(points if len(menu.line) else points[menu.may[1 - r]], r) for r in (0, 1)]
    worst, where, checked = 0.0, "none", 0
    for t in range(count):
        p, r = protocol.proposer(t), 1 - protocol.proposer(t)
        last = protocol.rounds is not None and t == count - 1
        wait = menu.end if last else menu.ahead(protocol, value[t + 1])
        out = menu.away if found.leaves[t] else wait
        floor, offered = float(found.floors[t]), found.offers[t]
        # the answer: accepting at the bound, and refusing as the rule says
        best = max(wait[r], menu.away[r]) if protocol.outside else wait[r]
        if found.leaves[t] and not protocol.outside:
            return OfferCertificate(False, np.inf, tolerance, f"nobody may walk away in round {t + 1}", checked)
        for gain, what in ((abs(floor - best), "accepts other offers"), (best - out[r], "refuses otherwise")):
            if gain > worst:
                worst, where = float(gain), f"{parties[r]} {what} in round {t + 1}"
        if not np.isnan(offered).any() and offered[r] < floor - tolerance:
            return OfferCertificate(False, np.inf, tolerance, f"the offer of round {t + 1} would be refused", checked)
        # the offer: the best of those that are accepted, and one that is refused
        now = out[p] if np.isnan(offered).any() else offered[p]
        theirs, most = ordered[r]
        k = int(np.searchsorted(theirs, floor - menu.zero))
        other = max(float(out[p]), float(most[k]) if k < len(theirs) else -np.inf)
        if len(menu.line):
            other = max(other, _crossing(points, r, p, floor))
        checked += 2 * len(points) + 1
        if other - now > worst:
            worst, where = float(other - now), f"{parties[p]} offers something else in round {t + 1}"
    return OfferCertificate(bool(worst <= tolerance), worst, tolerance, where, checked)


def _by_answer(points: FloatArray, r: int) -> tuple[FloatArray, FloatArray]:
    """Gains of the party that answers, ascending, and the most that the other can have with at least each of them."""
    order = np.argsort(points[:, r], kind="stable")
    most = np.maximum.accumulate(points[order[::-1], 1 - r])[::-1]
    return points[order, r], most


def _crossing(line: FloatArray, fixed: int, free: int, level: float) -> float:
    """Most of coordinate `free` where a polyline [K, 2] crosses `level` in coordinate `fixed`."""
    a, b = line[:-1], line[1:]
    inside = (np.minimum(a[:, fixed], b[:, fixed]) <= level) & (level <= np.maximum(a[:, fixed], b[:, fixed]))
    a, b = a[inside], b[inside]
    width = b[:, fixed] - a[:, fixed]
    share = np.divide(level - a[:, fixed], width, out=np.zeros(len(a)), where=width != 0)
    return float((a[:, free] + share * (b[:, free] - a[:, free])).max(initial=-np.inf))
