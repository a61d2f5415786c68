"""Negotiators as data: what to ask for in each round, and what to accept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from armsgame._checks import check_law, check_number
from armsgame._kernels.negotiations import RANDOM, RECIPROCAL, TABLE
from armsgame._shown import Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray, IntArray
from armsgame.errors import invalid
from armsgame.negotiation.agreements import negotiate_terms
from armsgame.negotiation.alternating_protocol import Menu, OfferEquilibrium
from armsgame.negotiation.protocols import AlternatingOffers
from armsgame.negotiation.term_values import TermValues
from armsgame.solve.bargaining.rules import NashBargaining

__all__ = [
    "Lowered",
    "Negotiator",
    "boulware",
    "conceder",
    "equilibrium_negotiator",
    "hardliner",
    "linear",
    "pretext_seeker",
    "random_negotiator",
    "reciprocal",
    "sincere",
    "type_beliefs",
]


@dataclass(frozen=True, slots=True)
class Lowered:
    """A negotiator on one menu, for one party: kind, offers [T] (menu rows), floors [T], leaves [T], traits [3]."""

    kind: int
    offers: IntArray
    floors: FloatArray
    leaves: BoolArray
    traits: FloatArray


@dataclass(frozen=True, slots=True)
class Negotiator(Value):
    """A rule of offers and answers.

    Parameters
    ----------
    name : str
    rule : str
        ``"concede"``: asks for the share s(t) of its best gain, s falling from `opening` to
        `reserve` as opening - (opening - reserve) (t / (T-1))^(1/exponent) (Faratin, Sierra and
        Jennings 1998), offers the bundle that is best for the other among those that give it as
        much, and accepts what it would ask for next. ``"reciprocate"``: lowers what it asks for by
        `rate` times what the other's latest offer gives it more than the first one.
        ``"fair"``: offers the Nash bundle and accepts what gives it as much. ``"refuse"``: demands
        the bundle that is worst for the other and accepts nothing (a pretext seeker).
        ``"random"``: offers any bundle, accepts what gives it more than a random share of its best
        gain. ``"table"``: offers and floors of `equilibrium`.
    exponent : float, below 1 hard until late (Boulware), 1 linear, above 1 early (conceder)
    opening, reserve : float, shares of the own best gain, 0 <= reserve <= opening <= 1
    rate : float, of a reciprocator
    equilibrium : OfferEquilibrium, for ``"table"``
    """

    name: str
    rule: str = "concede"
    exponent: float = 1.0
    opening: float = 1.0
    reserve: float = 0.0
    rate: float = 1.0
    equilibrium: OfferEquilibrium | None = None

    def __post_init__(self) -> None:
        if self.rule not in ("concede", "reciprocate", "fair", "refuse", "random", "table"):
            invalid("rule", self.rule, "'concede', 'reciprocate', 'fair', 'refuse', 'random' or 'table'")
        check_number("exponent", self.exponent, 0, open_low=True)
        check_number("rate", self.rate, 0)
        if not 0 <= self.reserve <= self.opening <= 1:
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
        if protocol.rounds is None:
            invalid("rounds", None, "a whole number of rounds; negotiators need a deadline")
        menu = Menu.of(values, protocol, False)
        count = protocol.rounds
        top = max(0.0, float(menu.gains[:, party].max(initial=0.0)))
        offers, floors, leaves = np.full(count, -1), np.full(count, np.inf), np.zeros(count, bool)
        kind = {"reciprocate": RECIPROCAL, "random": RANDOM}.get(self.rule, TABLE)
        if self.rule == "concede":
            rounds = np.arange(count)
            offers = ask(menu, party, top * self.share(rounds, count))
            floors = top * self.share(rounds + 1, count)
        elif self.rule == "fair" and values.zone.any():
            nash = negotiate_terms(values, rules=(NashBargaining(),)).deals[0].bundle
            offers[:] = int(np.flatnonzero(menu.rows == nash)[0])
            floors[:] = values.values[nash, party] - values.disagreement[party]
        elif self.rule == "refuse" and len(menu.rows):
            offers[:] = int(np.lexsort((-menu.gains[:, party], menu.gains[:, 1 - party]))[0])
        elif self.equilibrium is not None:
            own = self.equilibrium
            lots = ((own.rows < 0) & ~np.isnan(own.offers).any(axis=1)).any()
            if own.protocol != protocol or own.values is not values or lots:
                invalid("equilibrium", "one of another protocol, space or with lots", "an equilibrium of these bundles")
            place = {int(n): k for k, n in enumerate(menu.rows)}
            offers = np.array([place.get(int(n), -1) for n in own.rows])
            floors, leaves = own.floors.copy(), np.asarray(own.leaves, bool)
        return Lowered(kind, offers, floors, leaves, np.array([top * self.opening, top * self.reserve, self.rate]))


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


def ask(menu: Menu, party: int, least: FloatArray) -> IntArray:
    """Menu row that is best for the other party among those that give `party` at least `least` [T]."""
    order, best = offer_table(menu, party)
    at = np.minimum(np.searchsorted(order, least - 1e-12), len(order) - 1)
    return np.asarray(best[at])


def offer_table(menu: Menu, party: int) -> tuple[FloatArray, IntArray]:
    """Own gains in ascending order, and for each the row to offer when asking for at least that."""
    mine, theirs = menu.gains[:, party], menu.gains[:, 1 - party]
    order = np.argsort(mine, kind="stable")
    best = np.empty(len(order), np.int64)
    top = -1
    for k in reversed(range(len(order))):
        n = int(order[k])
        if top < 0 or (theirs[n], mine[n]) > (theirs[top], mine[top]):
            top = n
        best[k] = top
    return mine[order], best


def type_beliefs(
    values: TermValues,
    protocol: AlternatingOffers,
    types: Sequence[Negotiator],
    offers: Sequence[int],
    *,
    party: int,
    prior: Sequence[float] | None = None,
    noise: float = 0.05,
) -> FloatArray:
    """Posterior over what kind of negotiator a party is, after each of its offers.

    Parameters
    ----------
    values, protocol : the space and the rules
    types : sequence of Negotiator
        Whose offers do not depend on the other party's: every rule but ``"reciprocate"``.
    offers : sequence of int, bundles the party offered, in the order of its turns
    party : 0 or 1
    prior : sequence of float, optional; default: equal
    noise : float
        Probability that an offer is a bundle drawn at random instead of the rule's, 0 < noise <= 1.

    Returns
    -------
    array [len(offers) + 1, K]
        Rows sum to one; the first row is the prior.

    Notes
    -----
    Likelihood of an offer: (1 - noise) [it is the rule's] + noise / N; a random negotiator has 1 / N.
    """
    check_number("noise", noise, 0, 1, open_low=True, allowed="0 < noise <= 1, so that no offer has probability 0")
    count = len(types)
    belief = np.full(count, 1 / count) if prior is None else check_law("prior", prior, count)
    if any(t.rule == "reciprocate" for t in types):
        invalid("types", [t.name for t in types], "rules whose offers do not depend on the other party's")
    menu = Menu.of(values, protocol, False)
    tables = [t.lower(values, protocol, party) for t in types]
    turns = [t for t in range(protocol.rounds or 0) if protocol.proposer(t) == party]
    if len(offers) > len(turns):
        invalid("offers", len(offers), f"at most {len(turns)} offers, the party's turns before the deadline")
    rows = [belief]
    for t, bundle in zip(turns, offers, strict=False):
        made = np.array([own.offers[t] >= 0 and menu.rows[own.offers[t]] == bundle for own in tables])
        even = np.where([own.kind == RANDOM for own in tables], 1.0, noise)
        likely = (1 - even) * made + even / len(menu.rows)
        belief = belief * likely / (belief @ likely)
        rows.append(belief)
    return np.array(rows)
