"""What a party can infer about the other from its offers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from armsgame._checks import check_law, check_number, check_whole
from armsgame._kernels.negotiations import RANDOM, TABLE, first_fit
from armsgame._typing import FloatArray
from armsgame.errors import invalid
from armsgame.negotiation.menu import Menu
from armsgame.negotiation.negotiators import Lowered, Negotiator, offer_table
from armsgame.negotiation.protocols import AlternatingOffers, check_alternating, check_party
from armsgame.negotiation.term_values import TermValues

__all__ = ["type_beliefs"]


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
        Whose offers do not depend on the other party's: every rule but those that answer in kind.
    offers : sequence of int
        Bundles the party offered, rows of `TermValues` that can be signed, in the order of its turns.
    party : 0 or 1
    prior : sequence of float, optional; default: equal
    noise : float
        Probability that an offer is a bundle drawn at random instead of the rule's, 0 < noise <= 1.

    Returns
    -------
    array [len(offers) + 1, K]
        Rows sum to one; the first row is the prior.

    Raises
    ------
    InvalidGame
        No type, one that answers in kind, a bundle that cannot be signed, more offers than turns, or no
        self-enforcing bundle.

    Notes
    -----
    Likelihood of an offer: (1 - noise) x the rule's probability of it + noise / N. A random negotiator draws among
    the bundles that give it as much as refusing.
    """
    check_number("noise", noise, 0, 1, open_low=True, allowed="0 < noise <= 1, so that no offer has probability 0")
    check_party("party", party)
    check_alternating(protocol, deadline=True)
    if isinstance(types, Negotiator) or not types or not all(isinstance(t, Negotiator) for t in types):
        invalid("types", types, "at least one Negotiator")
    count = len(types)
    belief = np.full(count, 1 / count) if prior is None else check_law("prior", prior, count)
    if any(t.rule in ("reciprocate", "relative", "averaged") for t in types):
        invalid("types", [t.name for t in types], "rules whose offers do not depend on the other party's")
    menu = Menu.of(values, protocol, False)
    tables = [t.lower(values, protocol, party) for t in types]
    turns = [t for t in range(protocol.rounds or 0) if protocol.proposer(t) == party]
    if isinstance(offers, str) or not hasattr(offers, "__len__"):
        invalid("offers", offers, "a sequence of bundles, in the order of the party's turns")
    if len(offers) > len(turns):
        invalid("offers", len(offers), f"at most {len(turns)} offers, the party's turns before the deadline")
    rows = [belief]
    for t, bundle in zip(turns, offers, strict=False):
        n = check_whole("offers", bundle, 0)
        if n not in menu.rows:
            invalid("offers", n, f"rows of bundles that can be signed, such as {menu.rows[:6].tolist()}")
        made = np.array([_probability(own, menu, party, t, n) for own in tables])
        likely = (1 - noise) * made + noise / len(menu.rows)
        belief = belief * likely / (belief @ likely)
        rows.append(belief)
    return np.array(rows)


def _probability(own: Lowered, menu: Menu, party: int, t: int, bundle: int) -> float:
    """Probability that a rule without memory offers a bundle in round t."""
    if own.kind == TABLE:
        return float(own.offers[t] >= 0 and menu.rows[own.offers[t]] == bundle)
    assert own.kind == RANDOM
    order, rank, _ = offer_table(menu, party)
    at = first_fit(order, own.floors[t], menu.zero)
    drawn = menu.rows[rank[at:]]
    return float(bundle in drawn) / len(drawn) if len(drawn) else 0.0
