"""Links of the product chain of a profile: one for each pair and branch of positive probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import check_probability
from armsgame._kernels.markov_chains import Scaled, floats, scaled, times
from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame._values import Memory
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.games.dynamics import spans
from armsgame.games.product import Laws, Product, actions_of, product_of, slip
from armsgame.games.stochastic import StochasticGame

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# chains of one game that are kept
_LINKS: Memory[Links] = Memory(12)


@dataclass(frozen=True, slots=True)
class Links:
    """Transitions of a product chain, apart by branch.

    A link is there where every factor of its probability is positive, also where their product is
    below the smallest float.

    Attributes
    ----------
    product : Product, with X pairs
    tail, head, branch : int arrays [L]: pair before and after, and branch of the game
    weight : Scaled [L], probabilities
    chance : array [L], the same as floats
    payoffs : array [X, P], expected payoffs of a period at each pair
    profiles : tuple of arrays, the law of action profiles at each pair
    """

    product: Product
    tail: IntArray
    head: IntArray
    branch: IntArray
    weight: Scaled
    chance: FloatArray
    payoffs: FloatArray
    profiles: tuple[FloatArray, ...]

    @property
    def size(self) -> int:
        """Number of pairs X."""
        return len(self.product.pairs)

    def matrix(self, chosen: Any = slice(None)) -> csr_array:
        """Transition matrix [X, X] of chosen links, sparse."""
        from scipy.sparse import coo_array

        entries = (self.chance[chosen], (self.tail[chosen], self.head[chosen]))
        return coo_array(entries, shape=(self.size, self.size)).tocsr()


def links_of(game: object, profile: Sequence[object], *, error: float = 0.0) -> Links:
    """Links of the chain of a profile with implementation error, state by state of the game."""
    check_probability("error", error)
    # laws of several events ask for the same chain; only what cannot change is remembered
    fixed = isinstance(profile, (tuple, list)) and all(isinstance(own, Value) for own in profile)
    if fixed and isinstance(game, StochasticGame):
        return _LINKS.of(game, (*map(id, profile), error), lambda: _links(game, profile, error), profile)
    return _links(game, profile, error)


def _links(game: object, profile: Sequence[object], error: float) -> Links:
    product = product_of(game, profile)
    dyn, pairs = product.play.dynamics, product.pairs
    # links stand one game state after the other
    order = np.argsort(pairs[:, 0], kind="stable")
    owner, row = spans(np.asarray(dyn.first), pairs[order, 0])
    state, inner = pairs[order, 0][owner], pairs[order, 1:][owner]
    acts = actions_of(dyn, state, row)
    laws = [[np.array([slip(law, error) for law in own]) for own in by] if error else by for by in product.play.laws]
    factors = [Laws.of(by).at(state, inner[:, i], acts[i]).astype(float) for i, by in enumerate(laws)]
    by_profile = reduce(np.multiply, factors)
    payoffs = np.zeros((len(pairs), len(dyn.players)))
    profiles: list[Any] = [None] * len(pairs)
    for x, law in zip(order.tolist(), np.split(by_profile, np.flatnonzero(np.diff(owner)) + 1), strict=True):
        rows = dyn.rows(int(pairs[x, 0]))
        payoffs[x], profiles[x] = dyn.payoffs[:, rows.start : rows.stop] @ law, law
    at, branch = spans(np.asarray(dyn.branch), row)
    prob = dyn.prob[branch].astype(float)
    least = [f.min(initial=1.0, where=f > 0) for f in (*factors, prob)]
    if np.prod(least) > 1e-290:
        chance = by_profile[at] * prob
        live = chance > 0
        weight = scaled(chance[live])
    else:
        live = np.logical_and.reduce([f[at] > 0 for f in factors]) & (prob > 0)
        weight = times(*(f[at][live] for f in factors), prob[live])
    tail = order[owner[at]][live]
    head = np.concatenate([product.ahead[x] for x in order.tolist()])[live]
    return Links(product, tail, head, branch[live], weight, floats(weight), payoffs, tuple(profiles))


def branch_marks(product: Product, event: str) -> BoolArray:
    """Bool array over branches: true where the event happens along the branch."""
    dyn = product.play.dynamics
    if not isinstance(event, str):
        invalid("event", event, "the name of an event, or of a state")
    if event in dyn.events:
        return dyn.events[event]
    if event in dyn.states and not dyn.hidden:
        return np.asarray(dyn.target == dyn.states.index(event))
    raise InvalidGame(f"event {event!r} is unknown. {close_matches(event, [*dyn.events, *dyn.states])}")
