"""Rules of bargaining as values: who may offer what, when, and what delay or refusal costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from armsgame._checks import check_flag, check_probability, check_whole, is_number
from armsgame._shown import Value
from armsgame.errors import invalid
from armsgame.treaty.treaty import Treaty

__all__ = [
    "AlternatingOffers",
    "IssueByIssue",
    "SimultaneousDemands",
    "SingleText",
    "TakeItOrLeaveIt",
    "under_demand",
    "under_notice",
]


_DEADLINE = "A deadline of zero leaves no round to agree in."


def check_party(field: str, value: object) -> int:
    """Return which of two parties is meant, 0 or 1."""
    return check_whole(field, value, 0, 1, allowed="0 (the first party) or 1 (the second)")


def check_discounts(given: object, top: float = 1.0, allowed: str = "") -> tuple[float, float]:
    """Return a pair of discount factors per round, one per party."""
    allowed = allowed or "a pair of numbers between 0 and 1, one per party"
    if isinstance(given, str) or not isinstance(given, Iterable):
        invalid("discounts", given, allowed)
    pair = tuple(given)
    if len(pair) != 2 or not all(is_number(d) and 0 <= d <= top for d in pair):
        invalid("discounts", pair, allowed)
    return float(pair[0]), float(pair[1])


def _admissible(given: object) -> tuple[tuple[int, ...] | None, tuple[int, ...] | None]:
    """Return the rows that each party may offer."""
    allowed = "a pair, for each party rows of TermValues or None"
    pair = given if isinstance(given, Sequence) and not isinstance(given, str) else ()
    if len(pair) != 2 or any(isinstance(own, str) or not (own is None or isinstance(own, Iterable)) for own in pair):
        invalid("offers", given, allowed)
    first, second = (None if own is None else tuple(check_whole("offers", n, 0) for n in own) for own in pair)
    return first, second


def check_alternating(protocol: object, *, deadline: bool = False) -> None:
    """Refuse what is no protocol of alternating offers, or one without a deadline where one is needed."""
    if not isinstance(protocol, AlternatingOffers):
        invalid("protocol", protocol, "AlternatingOffers(discounts, ...)")
    if deadline and protocol.rounds is None:
        invalid("rounds", None, "a whole number of rounds; negotiators need a deadline")


@dataclass(frozen=True, slots=True)
class AlternatingOffers(Value):
    """One party offers a bundle, the other accepts, refuses or walks away; then the roles change.

    Gains over the disagreement point are discounted by `discounts` per round: parties live with
    the disagreement point until they agree (Rubinstein 1982; Stahl 1972 for a finite number).

    Parameters
    ----------
    discounts : pair of float, per round, 0 <= discount < 1 (or 1 with a finite number of rounds)
    rounds : int or None
        Number of offers until the deadline; None: no deadline.
    first : 0 or 1, who offers first
    breakdown : float
        Probability that negotiations break down after a refusal (Binmore, Rubinstein and Wolinsky
        1986); both then have their walk-away utility.
    outside : bool
        May the party that answers walk away instead (Binmore, Shaked and Sutton 1989)?
    at_deadline : "disagreement" or "walk away"
        What parties have for ever once the last offer is refused.
    offers : pair of tuples of int, or None
        Rows of `TermValues` that each party may offer; None: all that can be signed. Either may accept any of them.
    """

    discounts: tuple[float, float]
    rounds: int | None = None
    first: int = 0
    breakdown: float = 0.0
    outside: bool = False
    at_deadline: str = "disagreement"
    offers: tuple[tuple[int, ...] | None, tuple[int, ...] | None] = (None, None)

    def __post_init__(self) -> None:
        if self.rounds is not None:
            object.__setattr__(self, "rounds", check_whole("rounds", self.rounds, step=_DEADLINE))
        object.__setattr__(self, "first", check_party("first", self.first))
        check_probability("breakdown", self.breakdown)
        check_flag("outside", self.outside)
        allowed = "a pair with 0 <= discount < 1 (1 only with a deadline or breakdown)"
        top = 1.0 if self.rounds is not None or self.breakdown > 0 else 1.0 - 1e-12
        object.__setattr__(self, "discounts", check_discounts(self.discounts, top, allowed))
        if self.at_deadline not in ("disagreement", "walk away"):
            invalid("at_deadline", self.at_deadline, "'disagreement' or 'walk away'")
        object.__setattr__(self, "offers", _admissible(self.offers))

    @property
    def restricted(self) -> bool:
        """Whether some party may not offer everything that can be signed."""
        return any(own is not None for own in self.offers)

    def proposer(self, t: int) -> int:
        """Party that offers in round t = 0, 1, .."""
        return (self.first + t) % 2


@dataclass(frozen=True, slots=True)
class TakeItOrLeaveIt(Value):
    """One demand by one party, and no further round."""

    proposer: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "proposer", check_party("proposer", self.proposer))

    def as_offers(self) -> AlternatingOffers:
        """Write the demand as alternating offers with one round."""
        return AlternatingOffers((1.0, 1.0), rounds=1, first=self.proposer)


@dataclass(frozen=True, slots=True)
class SimultaneousDemands(Value):
    """Both name the utility they demand; they get it if one bundle gives both at least that (Nash 1953)."""


@dataclass(frozen=True, slots=True)
class SingleText(Value):
    """A mediator circulates one text and moves one term by one level at a time, at random.

    A move stands if neither party loses by it and one gains (myopic, sincere votes); after
    `rounds` moves the text is signed if it is in the zone of agreement (Fisher 1978; Raiffa 1982,
    ch. 14).

    Parameters
    ----------
    rounds : int
    start : tuple of int, optional, levels of the first text; default: today's
    """

    rounds: int = 100
    start: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if self.start is not None and (isinstance(self.start, str) or not isinstance(self.start, Iterable)):
            invalid("start", self.start, "a level index per term")
        object.__setattr__(self, "rounds", check_whole("rounds", self.rounds, step=_DEADLINE))


@dataclass(frozen=True, slots=True)
class IssueByIssue(Value):
    """Terms are settled one after another, each by a demand that the other party may refuse.

    A refused term stays as today. Settled terms bind; the package takes effect at the end, if it
    is self-enforcing (Fershtman 1990 on agendas).

    Parameters
    ----------
    order : sequence of int, optional, the agenda; default: the order of the terms
    proposers : sequence of 0 or 1, who demands on each item; default: in turn, the first party first
    """

    order: tuple[int, ...] | None = None
    proposers: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        for name in ("order", "proposers"):
            value = getattr(self, name)
            if value is not None:
                if isinstance(value, str) or not isinstance(value, Iterable):
                    invalid(name, value, "a sequence of whole numbers")
                object.__setattr__(self, name, tuple(check_whole(name, k, 0) for k in value))
        for p in self.proposers or ():
            check_party("proposers", p)

    def agenda(self, count: int) -> tuple[Sequence[int], Sequence[int]]:
        """Order of the terms and the proposer of each item.

        Raises
        ------
        InvalidGame
            An order that is no permutation of the terms, or not one proposer per item.
        """
        order = tuple(range(count)) if self.order is None else self.order
        if sorted(order) != list(range(count)):
            invalid("order", order, f"every index from 0 to {count - 1} once")
        who = tuple(k % 2 for k in range(count)) if self.proposers is None else self.proposers
        if len(who) != count:
            invalid("proposers", who, f"{count} parties, one per item")
        return order, who


def under_notice(treaty: Treaty, discounts: tuple[float, float], *, first: int = 0) -> AlternatingOffers:
    """Renegotiation while notice runs: one offer per period of notice, and no treaty once it has run out.

    Raises
    ------
    InvalidGame
        The treaty has no notice period to negotiate in.
    """
    if not treaty.notice or treaty.notice_periods < 1:
        invalid("notice_days", treaty.notice_days, "at least one period of notice to negotiate in")
    return AlternatingOffers(discounts, rounds=treaty.notice_periods, first=first, at_deadline="walk away")


def under_demand(treaty: Treaty, discounts: tuple[float, float], *, demander: int = 0) -> AlternatingOffers:
    """Talks while a demand is pending: one offer per decision period, the demander first, and its exit at the expiry.

    Raises
    ------
    InvalidGame
        The treaty has no demands, or no exit that an expiry could lead to.
    """
    if not treaty.demand or not treaty.notice:
        have = (treaty.demand, treaty.notice)
        invalid("demand, notice", have, "a treaty with demands and a clause of exit", "Set both to True.")
    return AlternatingOffers(discounts, rounds=treaty.demand_periods, first=demander, at_deadline="walk away")
