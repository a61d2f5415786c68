"""Negotiators as data: what to ask for in each round, and what to accept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._checks import check_number, check_whole, is_number
from armsgame._kernels.negotiations import AVERAGED, RANDOM, RECIPROCAL, RELATIVE, TABLE, first_fit
from armsgame._shown import Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray, IntArray
from armsgame.errors import invalid
from armsgame.negotiation.agreements import negotiate_terms
from armsgame.negotiation.alternating_protocol import OfferEquilibrium
from armsgame.negotiation.menu import Menu
from armsgame.negotiation.protocols import AlternatingOffers, check_alternating
from armsgame.negotiation.term_values import TermValues
from armsgame.solve.bargaining.rules import NashBargaining

__all__ = [
    "Lowered",
    "Negotiator",
    "ask",
    "averaged_tit_for_tat",
    "boulware",
    "conceder",
    "equilibrium_negotiator",
    "hardliner",
    "linear",
    "offer_table",
    "pretext_seeker",
    "random_negotiator",
    "reciprocal",
    "relative_tit_for_tat",
    "sincere",
]


_KINDS = {"reciprocate": RECIPROCAL, "random": RANDOM, "relative": RELATIVE, "averaged": AVERAGED}
_RULES = ("concede", "reciprocate", "relative", "averaged", "fair", "refuse", "random", "table")
_ACCEPTS = ("next", "constant", "final")


@dataclass(frozen=True, slots=True)
class Lowered:
    """A negotiator on one menu, for one party.

    Attributes
    ----------
    kind : int, of `armsgame._kernels.negotiations`
    offers : int array [T], menu rows, -1 for none
    floors, highs : array [T]
        What is accepted: at least the floor. A rule that draws accepts with a chance that rises from the floor to the
        high; one that answers in kind asks for at most the high.
    leaves : bool array [T]
    rate : float
    """

    kind: int
    offers: IntArray
    floors: FloatArray
    highs: FloatArray
    leaves: BoolArray
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Negotiator(Value):
    """A rule of offers and answers.

    Parameters
    ----------
    name : str
    rule : str
        ``"concede"``: asks for the share s(t) of its best gain, s falling from `opening` to
        `reserve` as opening - (opening - reserve) (t / (T-1))^(1/exponent) (Faratin, Sierra and
        Jennings 1998), and offers the bundle that is best for the other among those that give it as
        much. ``"reciprocate"``: lowers what it asks for by `rate` times what the other's latest offer gives it more
        than the first one. ``"relative"`` and ``"averaged"``: scale what they ask for by the other's last step, or by
        its last `rate` steps (relative and averaged tit for tat of Faratin, Sierra and Jennings 1998).
        ``"fair"``: offers the Nash bundle and accepts what gives it as much. ``"refuse"``: demands
        the bundle that is worst for the other and accepts nothing (a pretext seeker).
        ``"random"``: offers any bundle, accepts with a chance that rises with what it gains. ``"table"``: offers and
        floors of `equilibrium`.
    exponent : float, below 1 hard until late (Boulware), 1 linear, above 1 early (conceder)
    opening, reserve : float
        0 <= reserve <= opening <= 1: shares of what the best bundle gives more than refusing does.
    rate : float, of a rule that answers in kind
    equilibrium : OfferEquilibrium, for ``"table"``
    accepts : "next", "constant" or "final"
        Acceptance strategy of ``"concede"`` (Baarslag, Hindriks and Jonker 2013): what it would ask for in the next
        round; at least the share `level` of its best gain; or as ``"next"``, but in the last round whatever gives it
        as much as refusing.
    level : float, share for ``"constant"``

    Notes
    -----
    Nobody offers or accepts less than refusing gives: the disagreement point, walking away, or what the deadline
    brings, in every round. All shares are counted from there.
    """

    name: str
    rule: str = "concede"
    exponent: float = 1.0
    opening: float = 1.0
    reserve: float = 0.0
    rate: float = 1.0
    equilibrium: OfferEquilibrium | None = None
    accepts: str = "next"
    level: float = 1.0

    def __post_init__(self) -> None:
        if self.rule not in _RULES:
            invalid("rule", self.rule, f"one of {_RULES}")
        if self.accepts not in _ACCEPTS:
            invalid("accepts", self.accepts, f"one of {_ACCEPTS}")
        check_number("exponent", self.exponent, 0, open_low=True)
        check_number("rate", self.rate, 0)
        check_number("level", self.level, 0, 1)
        if not (is_number(self.reserve) and is_number(self.opening) and 0 <= self.reserve <= self.opening <= 1):
            invalid("opening, reserve", (self.opening, self.reserve), "shares with 0 <= reserve <= opening <= 1")
        if (self.rule == "table") != (self.equilibrium is not None):
            invalid("equilibrium", self.equilibrium, "an OfferEquilibrium for the rule 'table', else None")

    def share(self, t: ArrayLike, rounds: int) -> FloatArray:
        """Share of the own best gain asked for in round t = 0, .., rounds - 1 (rule ``"concede"``)."""
        late = np.clip(np.asarray(t, dtype=float) / max(1, rounds - 1), 0, 1)
        return np.asarray(self.opening - (self.opening - self.reserve) * late ** (1 / self.exponent))

    def lower(self, values: TermValues, protocol: AlternatingOffers, party: int) -> Lowered:
        """Tables of the rule for a party of a protocol with a deadline.

        Raises
        ------
        InvalidGame
            A protocol without a deadline, or an equilibrium of another protocol.
        """
        check_alternating(protocol, deadline=True)
        menu = Menu.of(values, protocol, False)
        count, least = protocol.rounds or 0, menu.refusing(protocol)[:, party]
        mine = menu.gains[:, party]
        room = np.maximum(mine.max() - least, 0.0)
        offers, floors, leaves = np.full(count, -1), np.full(count, np.inf), np.zeros(count, bool)
        highs, kind = least + self.opening * room, _KINDS.get(self.rule, TABLE)
        # in the last round whoever answers takes what is better than the deadline
        leaves[-1] = protocol.outside and menu.away[party] > menu.end[party] and protocol.proposer(count - 1) != party
        if self.rule == "concede":
            rounds = np.arange(count)
            offers = ask(menu, party, least + room * self.share(rounds, count))
            floors = least + room * self._accepted(rounds, count)
        elif self.rule == "fair" and values.zone.any():
            nash = negotiate_terms(values, rules=(NashBargaining(),)).deals[0].bundle
            gain = values.values[nash, party] - values.disagreement[party]
            place = int(np.searchsorted(menu.rows, nash))
            offers = np.where((gain >= least - menu.zero) & menu.may[party, place], place, -1)
            floors = np.maximum(least, gain)
        elif self.rule == "refuse":
            offers = self._refusable(menu, party, least)
        elif self.equilibrium is not None:
            offers, floors, leaves = self._tables(values, protocol, menu)
        elif kind != TABLE:
            floors = least + self.reserve * room
        return Lowered(kind, offers, floors, highs, leaves, self.rate)

    def _accepted(self, rounds: IntArray, count: int) -> FloatArray:
        """Share of its best gain that a party which concedes accepts in each round."""
        if self.accepts == "constant":
            return np.full(count, self.level)
        share = self.share(rounds + 1, count)
        return np.where(rounds == count - 1, 0.0, share) if self.accepts == "final" else share

    def _refusable(self, menu: Menu, party: int, least: FloatArray) -> IntArray:
        """Bundle that is worst for the other among those that are no worse for the own party than refusing."""
        order = np.lexsort((-menu.gains[:, party], menu.gains[:, 1 - party]))
        fits = menu.may[party, order] & (menu.gains[order, party][None] >= least[:, None] - menu.zero)
        return np.where(fits.any(axis=1), order[fits.argmax(axis=1)], -1)

    def _tables(
        self, values: TermValues, protocol: AlternatingOffers, menu: Menu
    ) -> tuple[IntArray, FloatArray, BoolArray]:
        own = self.equilibrium
        assert own is not None
        lots = ((own.rows < 0) & ~np.isnan(own.offers).any(axis=1)).any()
        if own.protocol != protocol or own.values != values or lots:
            invalid("equilibrium", "one of another protocol, space or with lots", "an equilibrium of these bundles")
        offers = np.where(own.rows >= 0, np.searchsorted(menu.rows, own.rows), -1)
        return offers, own.floors.copy(), np.asarray(own.leaves, bool)


def boulware(exponent: float = 0.2, *, opening: float = 1.0, reserve: float = 0.0) -> Negotiator:
    """Concedes late (Faratin, Sierra and Jennings 1998)."""
    return Negotiator("boulware", exponent=exponent, opening=opening, reserve=reserve)


def linear(*, opening: float = 1.0, reserve: float = 0.0) -> Negotiator:
    """Concedes in equal steps."""
    return Negotiator("linear", opening=opening, reserve=reserve)


def conceder(exponent: float = 5.0, *, opening: float = 1.0, reserve: float = 0.0) -> Negotiator:
    """Concedes early."""
    return Negotiator("conceder", exponent=exponent, opening=opening, reserve=reserve)


def reciprocal(rate: float = 1.0, *, opening: float = 1.0, reserve: float = 0.0) -> Negotiator:
    """Concedes as much as the other one has."""
    return Negotiator("reciprocal", rule="reciprocate", rate=rate, opening=opening, reserve=reserve)


def hardliner() -> Negotiator:
    """Asks for its best bundle until the end and accepts nothing less."""
    return Negotiator("hardliner", reserve=1.0)


def sincere() -> Negotiator:
    """Offers the Nash bundle at once and accepts whatever gives it as much."""
    return Negotiator("sincere", rule="fair")


def pretext_seeker() -> Negotiator:
    """Demands what is worst for the other party, so as to be refused, and accepts nothing."""
    return Negotiator("pretext seeker", rule="refuse")


def random_negotiator() -> Negotiator:
    """Offers any self-enforcing bundle; accepts above a random share of its best gain."""
    return Negotiator("random", rule="random")


def equilibrium_negotiator(equilibrium: OfferEquilibrium) -> Negotiator:
    """Follow a subgame-perfect equilibrium of the protocol."""
    return Negotiator("equilibrium", rule="table", equilibrium=equilibrium)


def relative_tit_for_tat(*, opening: float = 1.0, reserve: float = 0.0) -> Negotiator:
    """Concedes in the proportion of the other's last step (Faratin, Sierra and Jennings 1998)."""
    return Negotiator("relative tit for tat", rule="relative", opening=opening, reserve=reserve)


def averaged_tit_for_tat(window: int = 2, *, opening: float = 1.0, reserve: float = 0.0) -> Negotiator:
    """Concedes in the proportion of the other's last `window` steps (Faratin, Sierra and Jennings 1998)."""
    steps = check_whole("window", window)
    return Negotiator("averaged tit for tat", rule="averaged", rate=float(steps), opening=opening, reserve=reserve)


def ask(menu: Menu, party: int, least: FloatArray) -> IntArray:
    """Menu row that is best for the other among those that give `party` at least `least` [T]; -1 where none does."""
    order, _, best = offer_table(menu, party)
    at = np.array([first_fit(order, x, menu.zero) for x in least.tolist()])
    return np.where(at < len(order), best[np.minimum(at, len(order) - 1)], -1)


def offer_table(menu: Menu, party: int) -> tuple[FloatArray, IntArray, IntArray]:
    """Own gains in ascending order, their rows, and for each the row to offer when asking for at least that.

    What the party may not offer counts as a loss without bound, so that it never asks for it.
    """
    mine, theirs = np.where(menu.may[party], menu.gains[:, party], -np.inf), menu.gains[:, 1 - party]
    order = np.argsort(mine, kind="stable")
    best = np.empty(len(order), np.int64)
    top = -1
    for k in reversed(range(len(order))):
        n = int(order[k])
        if top < 0 or (theirs[n], mine[n], -n) > (theirs[top], mine[top], -top):
            top = n
        best[k] = top
    return mine[order], order, best
