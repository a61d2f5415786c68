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
from armsgame.games.product import Product, product_of, slip
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
    parts: list[tuple[np.ndarray, ...]] = []
    payoffs = np.zeros((len(pairs), len(dyn.players)))
    profiles: list[Any] = [None] * len(pairs)
    for state in np.unique(pairs[:, 0]).tolist():
        here = np.flatnonzero(pairs[:, 0] == state)
        rows, cut = dyn.rows(state), product.branches(int(here[0]))
        row = np.repeat(np.arange(len(rows)), np.diff(dyn.branch[rows.start : rows.stop + 1]))
        factors = []
        for i, acts in enumerate(np.indices(dyn.shape(state)).reshape(len(dyn.players), -1)):
            listed = product.play.laws[i][state]
            law = np.array([slip(own, error) for own in listed]) if error else np.asarray(listed, dtype=float)
            factors.append(law[pairs[here, 1 + i]][:, acts])
        by_profile = reduce(np.multiply, factors)
        payoffs[here] = by_profile @ dyn.payoffs[:, rows.start : rows.stop].T
        for x, law in zip(here.tolist(), by_profile, strict=True):
            profiles[x] = law
        prob = dyn.prob[cut].astype(float)
        least = [f.min(initial=1.0, where=f > 0) for f in (*factors, prob)]
        if np.prod(least) > 1e-290:
            chance = by_profile[:, row] * prob
            live = chance > 0
            weight = scaled(chance[live])
        else:
            live = np.logical_and.reduce([f[:, row] > 0 for f in factors]) & (prob > 0)
            weight = times(*(f[:, row][live] for f in factors), np.broadcast_to(prob, live.shape)[live])
        at, branch = np.nonzero(live)
        ahead = np.stack([product.ahead[x] for x in here.tolist()])
        parts.append((here[at], ahead[live], cut.start + branch, *weight))
    tail, head, branch, value, power = (np.concatenate([part[k] for part in parts]) for k in range(5))
    weight = Scaled(value, power)
    return Links(product, tail, head, branch, weight, floats(weight), payoffs, tuple(profiles))


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
