"""NegMAS: bundles as its outcomes and utility functions, negotiators as its negotiators, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from armsgame._kernels.negotiations import RANDOM, TABLE, asked, chance, first_fit
from armsgame._provenance import Seed
from armsgame._typing import RNGLike
from armsgame.arithmetic.tolerance import patience
from armsgame.errors import invalid
from armsgame.negotiation.menu import Menu, signable
from armsgame.negotiation.negotiators import Negotiator, offer_table
from armsgame.negotiation.protocols import AlternatingOffers, check_alternating
from armsgame.negotiation.term_values import TermValues
from armsgame.negotiation.terms import Term, Terms
from armsgame.treaty.treaty import Treaty

__all__ = ["from_negmas", "negmas_session", "to_negmas"]

Outcome = tuple[Any, ...]


def _negmas() -> Any:
    try:
        import negmas
    except ImportError as missing:
        raise ImportError("this needs NegMAS, which is not installed: pip install negmas.") from missing
    return negmas


def to_negmas(values: TermValues) -> tuple[list[Outcome], tuple[Any, Any]]:
    """Write what can be signed as outcomes of NegMAS, with a utility function per party.

    Parameters
    ----------
    values : TermValues

    Returns
    -------
    outcomes : list of tuples, the levels of each self-enforcing bundle
    utilities : pair of ``negmas.preferences.MappingUtilityFunction``
        Utility per period; the reserved value is the disagreement point.

    Raises
    ------
    InvalidGame
        No bundle is self-enforcing.
    ImportError
        NegMAS is not installed.

    Notes
    -----
    NegMAS (Mohammad, Nakadai and Greenwald 2020) is a package of its own and no dependency of this one.
    """
    rows = signable(values)
    negmas = _negmas()
    outcomes = [_outcome(values, n) for n in rows.tolist()]
    pays = values.values[rows]
    utilities = [
        negmas.preferences.MappingUtilityFunction(
            dict(zip(outcomes, pays[:, i].tolist(), strict=True)),
            outcomes=outcomes,
            reserved_value=float(values.disagreement[i]),
        )
        for i in (0, 1)
    ]
    return outcomes, (utilities[0], utilities[1])


def _outcome(values: TermValues, n: int) -> Outcome:
    return tuple(t.levels[k] for t, k in zip(values.terms.terms, values.bundles[n].tolist(), strict=True))


def from_negmas(
    utilities: Sequence[Any],
    outcomes: Sequence[Outcome],
    *,
    issues: Sequence[str] | None = None,
    parties: tuple[str, str] = ("first", "second"),
    discount: float = 0.95,
) -> TermValues:
    """Read outcomes and two utility functions of NegMAS as a negotiable space.

    Parameters
    ----------
    utilities : pair of utility functions, callables from an outcome to a number
        Their `reserved_value` is the disagreement point; 0 where it is not finite.
    outcomes : sequence of tuples, one level per issue
        A combination of levels that is not among them cannot be signed.
    issues : sequence of str, optional, names of the issues
    parties, discount : of the space

    Returns
    -------
    TermValues
        Every outcome that is given counts as self-enforcing, which is an assumption and is printed: NegMAS knows no
        treaty.

    Raises
    ------
    InvalidGame
        Not two utility functions, no outcome, or outcomes of different lengths.
    """
    listed = [tuple(o) for o in outcomes]
    if len(utilities) != 2 or not all(callable(u) for u in utilities):
        invalid("utilities", utilities, "two utility functions, callables from an outcome to a number")
    if not listed or len({len(o) for o in listed}) > 1:
        invalid("outcomes", listed, "at least one, all with one level per issue")
    names = [f"issue {k + 1}" for k in range(len(listed[0]))] if issues is None else list(issues)
    if len(names) != len(listed[0]):
        invalid("issues", names, f"{len(listed[0])} names")
    levels = [list(dict.fromkeys(o[k] for o in listed)) for k in range(len(names))]
    space = Terms([Term(n, own, change=_as_given) for n, own in zip(names, levels, strict=True)])
    bundles = space.bundles()
    every = [tuple(own[k] for own, k in zip(levels, row, strict=True)) for row in bundles.tolist()]
    holds = np.array([o in set(listed) for o in every])
    reserved = np.array([float(getattr(u, "reserved_value", 0.0)) for u in utilities])
    base = np.where(np.isfinite(reserved), reserved, 0.0)
    pairs = zip(every, holds.tolist(), strict=True)
    pays = np.array([[float(u(o)) for u in utilities] if kept else base for o, kept in pairs])
    count = len(bundles)
    return TermValues(
        terms=space, bundles=bundles, values=pays, self_enforcing=holds, selected=np.where(holds, 0, -1),
        gains=np.where(holds, 0.0, np.inf), binding=("",) * count, classes=("given",), disagreement=base,
        walk_away=base, parties=parties, discount=discount,
        assumptions=(f"utilities are given; every outcome counts as kept at discount {patience(discount)}",),
    )  # fmt: skip


def _as_given(treaty: Treaty, _: object) -> Treaty:
    return treaty


def negmas_session(
    values: TermValues,
    protocol: AlternatingOffers,
    first: Negotiator,
    second: Negotiator,
    *,
    rng: RNGLike = None,
) -> Any:
    """Put two negotiators at a table of NegMAS, where its own negotiators may sit as well.

    Parameters
    ----------
    values : TermValues
    protocol : AlternatingOffers
        With a deadline, without breakdown and without walking away, which the protocol of NegMAS does not have.
    first, second : Negotiator, or a negotiator of NegMAS
    rng : seed of rules that draw

    Returns
    -------
    negmas.sao.SAOMechanism
        ``run()`` plays it; its `agreement` is one of the outcomes of `to_negmas`, or None.

    Raises
    ------
    InvalidGame
        A protocol that NegMAS does not have, or no self-enforcing bundle.
    ImportError
        NegMAS is not installed.
    """
    check_alternating(protocol, deadline=True)
    if protocol.breakdown > 0 or protocol.outside or protocol.restricted:
        invalid("protocol", protocol, "a deadline only: breakdown=0, outside=False, no offers barred")
    outcomes, utilities = to_negmas(values)
    from negmas import sao

    # an offer is answered in the step after it
    table = sao.SAOMechanism(outcomes=outcomes, n_steps=(protocol.rounds or 0) + 1, one_offer_per_step=True)
    draws = Seed.of(rng).generator()
    seats = [(0, first), (1, second)] if protocol.first == 0 else [(1, second), (0, first)]
    for party, rule in seats:
        seat = _seated(rule, values, protocol, party, draws) if isinstance(rule, Negotiator) else rule
        table.add(seat, ufun=utilities[party])
    return table


def _seated(rule: Negotiator, values: TermValues, protocol: AlternatingOffers, party: int, draws: Any) -> Any:
    """Return a negotiator of NegMAS that asks and answers as the rule does."""
    from negmas import sao

    menu, own = Menu.of(values, protocol, False), rule.lower(values, protocol, party)
    order, rank, best = offer_table(menu, party)
    outcomes = [_outcome(values, n) for n in menu.rows.tolist()]
    place: Mapping[Outcome, int] = {o: k for k, o in enumerate(outcomes)}
    count = protocol.rounds or 0

    class Seated(sao.SAONegotiator):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(name=rule.name)
            self.turn = 0 if protocol.first == party else 1
            self.heard = 1 - self.turn
            self.seen: list[float] = []
            self.before = np.inf

        def _asks(self, t: int) -> float:
            seen = np.array(self.seen) if self.seen else np.empty(1)
            return float(asked(own.kind, own.floors[t], own.highs[t], own.rate, seen, len(self.seen), self.before))

        def propose(self, state: Any, dest: str | None = None) -> Outcome | None:  # noqa: ARG002 - called by name
            t, self.turn = self.turn, self.turn + 2
            if t >= count:
                return None
            if own.kind == TABLE:
                k = int(own.offers[t])
                return outcomes[k] if k >= 0 else None
            if own.kind != RANDOM:
                self.before = self._asks(t)
            at = int(first_fit(order, own.floors[t] if own.kind == RANDOM else self.before, menu.zero))
            if at >= len(order):
                return None
            return outcomes[int(rank[at + draws.integers(len(order) - at)] if own.kind == RANDOM else best[at])]

        def respond(self, state: Any, source: str | None = None) -> Any:  # noqa: ARG002 - called by name
            t, self.heard = self.heard, self.heard + 2
            offer = state.current_offer
            if offer is None or t >= count:
                return sao.ResponseType.REJECT_OFFER
            gain = float(menu.gains[place[tuple(offer)], party])
            self.seen.append(gain)
            floor = own.floors[t] if own.kind in (TABLE, RANDOM) else self._asks(t)
            yes = draws.random() < chance(own.kind, gain, floor, own.highs[t], menu.zero)
            return sao.ResponseType.ACCEPT_OFFER if yes else sao.ResponseType.REJECT_OFFER

    return Seated()
