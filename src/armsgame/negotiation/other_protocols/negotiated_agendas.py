"""Terms settled one after another by alternating offers, with delay: an agenda that is negotiated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from armsgame._checks import check_flag
from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.errors import InvalidGame, invalid
from armsgame.negotiation.menu import pick, zero_of
from armsgame.negotiation.other_protocols.clockless import whole_space
from armsgame.negotiation.protocols import AlternatingOffers, IssueByIssue, check_alternating
from armsgame.negotiation.term_values import TermValues

__all__ = ["NegotiatedAgenda", "negotiated_agenda"]

_OPEN = -1
_LIMIT = 20_000_000
State = tuple[int, ...]
Offer = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class NegotiatedAgenda(Value):
    """What bargaining issue by issue leads to.

    Attributes
    ----------
    bundle : int
        Row of `TermValues` that is settled, open terms as today; signed only if it is in the zone of agreement.
    signed : bool
    round : int, round in which the last term is settled, counted from 0; -1 where some term stays open
    payoffs : array [2], utility per period from the start: disagreement + discounted gain
    steps : tuple of (round, proposer, terms and levels offered, accepted), along the play
    certificate_gain : float
        Largest gain of one other offer in any round and at any settled terms.
    """

    values: TermValues
    bundle: int
    signed: bool
    round: int
    payoffs: FloatArray
    steps: tuple[tuple[int, str, tuple[tuple[str, object], ...], bool], ...]
    certificate_gain: float

    def __str__(self) -> str:
        lines = []
        for t, who, offered, yes in self.steps:
            what = ", ".join(f"{name} {level}" for name, level in offered) or "nothing"
            lines.append(f"round {t + 1}: {who} offers {what}: {'accepted' if yes else 'refused'}")
        end = "signed" if self.signed else "not signed: it is not worth more than the disagreement point to both"
        pays = ", ".join(f"{p} {x:.6g}" for p, x in zip(self.values.parties, self.payoffs, strict=True))
        return "\n".join([*lines, f"package {self.values.told(self.bundle)} ({end}): {pays}"])


def negotiated_agenda(
    values: TermValues,
    protocol: AlternatingOffers,
    agenda: IssueByIssue | None = None,
    *,
    endogenous: bool = False,
) -> NegotiatedAgenda:
    """Solve alternating offers on one term at a time for their subgame-perfect equilibrium.

    In every round one party offers a level of the term that is next on the agenda; if the other accepts, the term is
    settled and the next one is on the table in the next round, else it stays there. Roles change in every round.
    Settled terms bind. The package takes effect once the last term is settled; what is open at the deadline stays as
    today.

    Parameters
    ----------
    values : TermValues of a whole space (not a sample)
    protocol : AlternatingOffers
        With a deadline, without breakdown and without walking away.
    agenda : IssueByIssue, optional
        Its `order`; who proposes follows the protocol.
    endogenous : bool
        The agenda is chosen at the table: the party that offers may make an offer on any of the terms that are open,
        on one, on several, or on all of them at once (Inderst 2000).

    Returns
    -------
    NegotiatedAgenda

    Raises
    ------
    InvalidGame
        Values of a sample, a protocol of another kind, an agenda that does not fit the terms, or a game too large.

    Notes
    -----
    Backward induction over rounds and settled terms (Fershtman 1990 on the order of issues). The party that answers
    accepts when indifferent; a proposer who is indifferent takes the offer with the larger sum, and rather one than
    none. A package outside the zone of agreement is worth the disagreement point to both. `agenda` is the form without
    a clock, where each term has one demand.

    References
    ----------
    C. Fershtman (1990), Games and Economic Behavior 2, 224-238.
    R. Inderst (2000), Games and Economic Behavior 30, 64-82.
    """
    check_alternating(protocol, deadline=True)
    check_flag("endogenous", endogenous)
    barred = protocol.outside or protocol.restricted
    if protocol.breakdown > 0 or barred or protocol.at_deadline != "disagreement":
        invalid("protocol", protocol, "a deadline only: breakdown=0, outside=False, at_deadline='disagreement'")
    terms = whole_space(values)
    order, _ = (IssueByIssue() if agenda is None else agenda).agenda(len(terms.shape))
    tree = _Tree(values, protocol, tuple(order), endogenous)
    size = (protocol.rounds or 0) * tree.work
    if size > _LIMIT:
        raise InvalidGame(
            f"the agenda spans {size:,} offers over all rounds; allowed: {_LIMIT:,}. Drop levels or rounds"
            f"{', or fix the order: endogenous=False' if endogenous else ''}."
        )
    return tree.solve()


class _Tree:
    """Rounds and settled terms, solved backwards."""

    def __init__(self, values: TermValues, protocol: AlternatingOffers, order: State, endogenous: bool) -> None:
        self.values, self.protocol, self.order, self.endogenous = values, protocol, order, endogenous
        self.terms, self.keep = values.terms, np.asarray(protocol.discounts)
        self.gains = np.where(values.zone[:, None], values.values - values.disagreement, 0.0)
        self.zero = zero_of(np.vstack([self.gains, np.zeros(2)]))
        shape = self.terms.shape
        if endogenous:
            states = product(*(range(_OPEN, n) for n in shape))
            self.states = [s for s in states if _OPEN in s]
        else:
            self.states = [s for k in range(len(order)) for s in self._prefixes(k)]
        self.offers = {s: list(self._offers(s)) for s in self.states}
        self.work = sum(map(len, self.offers.values()))

    def _prefixes(self, count: int) -> Iterator[State]:
        for levels in product(*(range(self.terms.shape[k]) for k in self.order[:count])):
            state = [_OPEN] * len(self.order)
            for k, level in zip(self.order, levels, strict=False):
                state[k] = level
            yield tuple(state)

    def _offers(self, state: State) -> Iterator[Offer]:
        left = [k for k in self.order if state[k] == _OPEN]
        groups = (
            [(left[0],)] if not self.endogenous else [g for n in range(len(left), 0, -1) for g in combinations(left, n)]
        )
        for group in groups:
            for levels in product(*(range(self.terms.shape[k]) for k in group)):
                yield tuple(zip(group, levels, strict=True))

    def _after(self, state: State, offer: Offer) -> State:
        own = list(state)
        for k, level in offer:
            own[k] = level
        return tuple(own)

    def _row(self, state: State) -> int:
        closed = [now if level == _OPEN else level for level, now in zip(state, self.terms.today, strict=True)]
        return int(np.ravel_multi_index(closed, self.terms.shape))

    def solve(self) -> NegotiatedAgenda:
        """Play out the plan of backward induction, and check it."""
        rounds = self.protocol.rounds or 0
        # gains of a state whose turn comes in round t, in units of that round; at the deadline open terms stay as today
        ahead = {s: self.gains[self._row(s)] for s in self.states}
        plans: list[dict[State, int]] = []
        worst = 0.0
        for t in reversed(range(rounds)):
            p = self.protocol.proposer(t)
            here: dict[State, FloatArray] = {}
            plan: dict[State, int] = {}
            for s in self.states:
                # the deadline itself costs no further delay
                wait = self.keep if t < rounds - 1 else np.ones(2)
                reached = np.array([self._worth(self._after(s, o), ahead, wait) for o in self.offers[s]])
                out = wait * ahead[s]
                yes = reached[:, 1 - p] >= out[1 - p] - self.zero
                best = -1
                if yes.any():
                    at = np.flatnonzero(yes)
                    best = int(at[pick(reached[at, p], reached[at], self.zero)])
                    if reached[best, p] < out[p] - self.zero:
                        best = -1
                plan[s] = best
                here[s] = reached[best] if best >= 0 else out
                worst = max(worst, float(np.where(yes, reached[:, p], out[p]).max() - here[s][p]))
            ahead = here
            plans.append(plan)
        return self._played(plans[::-1], worst)

    def _worth(self, state: State, ahead: dict[State, FloatArray], wait: FloatArray) -> FloatArray:
        """Gains once a term is settled: of the package at once, or of the next round."""
        return np.asarray(wait * ahead[state] if _OPEN in state else self.gains[self._row(state)])

    def _played(self, plans: list[dict[State, int]], worst: float) -> NegotiatedAgenda:
        values, state, last = self.values, tuple([_OPEN] * len(self.order)), -1
        steps = []
        for t, plan in enumerate(plans):
            who = values.parties[self.protocol.proposer(t)]
            k = plan[state]
            offer: Offer = self.offers[state][k] if k >= 0 else ()
            named = tuple((self.terms.terms[j].name, self.terms.terms[j].levels[level]) for j, level in offer)
            steps.append((t, who, named, k >= 0))
            state = self._after(state, offer)
            if _OPEN not in state:
                last = t
                break
        row = self._row(state)
        spent = last if last >= 0 else len(plans) - 1
        pays = values.disagreement + self.keep**spent * self.gains[row]
        return NegotiatedAgenda(values, row, bool(values.zone[row]), last, pays, tuple(steps), worst)
