"""A finite protocol of alternating offers as a game tree, so that its equilibrium can be proved like any other."""

from __future__ import annotations

from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.checkers.trees import verify_assessment
from armsgame.errors import InvalidGame, invalid
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move
from armsgame.negotiation.alternating_protocol import OfferEquilibrium
from armsgame.negotiation.menu import Menu
from armsgame.results.assessment import Assessment

__all__ = ["offers_as_tree"]

_LIMIT = 5_000


def offers_as_tree(found: OfferEquilibrium) -> Assessment:
    """Write an equilibrium of a finite protocol as an assessment of its whole game tree.

    Parameters
    ----------
    found : OfferEquilibrium, with a deadline and without lots

    Returns
    -------
    Assessment
        Certified at every history. ``ag.proof(assessment)`` writes it as a proof file, which a stranger checks.

    Raises
    ------
    InvalidGame
        No deadline, lots, or a tree of more than 5,000 histories.

    Notes
    -----
    In each round the proposer offers a bundle or nothing; the other accepts, refuses, or walks away where the protocol
    lets it. A refusal is followed by chance where talks may break down. Payoffs are utilities from the start.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame import negotiation as neg
    >>> space = neg.Terms([neg.inspection_quota((1, 4))])
    >>> worth = neg.value_of_terms(ag.Treaty().replace(detection=0.03), space, discount=0.95)
    >>> tree = offers_as_tree(neg.alternating_offers(worth, neg.AlternatingOffers((0.9, 0.9), rounds=2))[0])
    >>> tree.certificate.kind, bool(ag.proof(tree))
    ('sequential', True)
    """
    if not isinstance(found, OfferEquilibrium):
        invalid("found", type(found).__name__, "a result of alternating_offers")
    if found.protocol.rounds is None or found.lotteries:
        invalid("found", found.protocol, "an equilibrium with a deadline and without lots")
    menu = Menu.of(found.values, found.protocol, False)
    size = (len(menu.rows) + 1) ** found.protocol.rounds
    if size > _LIMIT:
        raise InvalidGame(
            f"the tree of {found.protocol.rounds} rounds over {len(menu.rows)} bundles has {size:,} histories; "
            f"allowed: {_LIMIT:,}. Take fewer rounds or bundles; verify_offers checks any number."
        )
    writer = _Writer(found, menu)
    root = writer.round(0, "")
    title = f"Alternating offers in {found.protocol.rounds} rounds"
    return verify_assessment(ExtensiveGame(found.values.parties, root, title=title), writer.plan)


class _Writer:
    """Nodes of the tree, and what the equilibrium plays at each of them."""

    def __init__(self, found: OfferEquilibrium, menu: Menu) -> None:
        self.found, self.menu, self.plan = found, menu, dict[str, str]()

    def _pay(self, t: int, gains: FloatArray) -> tuple[float, ...]:
        shrunk = np.asarray(self.found.protocol.discounts) ** t * gains
        return tuple((self.found.values.disagreement + shrunk).tolist())

    def round(self, t: int, history: str) -> Any:
        """Node of the proposer in round t after a history."""
        found, label = self.found, f"{history}offer"
        p = found.protocol.proposer(t)
        made = int(found.rows[t])
        names = {int(n): f"bundle {n}" for n in self.menu.rows[self.menu.may[p]]}
        self.plan[label] = names.get(made, "nothing")
        actions = {name: self._answer(t, n, f"{history}{n} ") for n, name in names.items()}
        actions["nothing"] = self._answer(t, -1, f"{history}- ")
        return Move(found.values.parties[p], label, actions)

    def _answer(self, t: int, n: int, history: str) -> Any:
        """Node of the party that answers bundle n (-1: nothing was offered)."""
        found, protocol, label = self.found, self.found.protocol, f"{history}answer"
        r = 1 - protocol.proposer(t)
        actions: dict[str, Any] = {}
        gains = self.menu.gains[int(np.searchsorted(self.menu.rows, n))] if n >= 0 else np.full(2, -np.inf)
        if n >= 0:
            actions["accept"] = self._pay(t, gains)
        actions["refuse"] = self._refused(t, history)
        if protocol.outside:
            actions["walk away"] = self._pay(t, self.menu.away)
        if len(actions) == 1:
            return actions["refuse"]
        agreed = gains[r] >= found.floors[t] - self.menu.zero
        self.plan[label] = "accept" if agreed else "walk away" if found.leaves[t] else "refuse"
        return Move(found.values.parties[r], label, actions)

    def _refused(self, t: int, history: str) -> Any:
        protocol = self.found.protocol
        if t == (protocol.rounds or 0) - 1:
            return self._pay(t, self.menu.end)
        ahead, risk = self.round(t + 1, history), float(protocol.breakdown)
        if risk == 0:
            return ahead
        broken = self._pay(t, self.menu.away)
        return broken if risk == 1 else Chance({"broken off": (risk, broken), "go on": (1 - risk, ahead)})
