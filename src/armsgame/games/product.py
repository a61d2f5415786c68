"""The product chain of a profile: every pair of game state and automaton states that play can reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from armsgame._checks import as_law, check_probability
from armsgame._cost import require
from armsgame._typing import FloatArray, IntArray, NumberArray
from armsgame.games.dynamics import Dynamics, Play, lower, spans

if TYPE_CHECKING:
    from scipy.sparse import csr_array


_ROUND = 4096


@dataclass(frozen=True, slots=True)
class Product:
    """Pairs (game state, automaton states) that some sequence of actions reaches.

    Attributes
    ----------
    pairs : int array [X, 1 + P]; the first row is the start
    ahead : per pair, int array: pair reached along each branch of its game state
    """

    play: Play
    pairs: IntArray
    ahead: tuple[IntArray, ...]

    def label(self, x: int) -> str:
        """Words for a pair: the game state, and the automaton states where they differ."""
        state, *inner = self.pairs[x]
        names = [a.states[q] for a, q in zip(self.play.automata, inner, strict=True)]
        dyn = self.play.dynamics
        plan = names[0] if len(set(names)) == 1 else " / ".join(names)
        return plan if len(dyn.states) == 1 else f"{dyn.states[state]} [{plan}]"

    def branches(self, x: int) -> slice:
        """Branches of the game state of pair x."""
        dyn, state = self.play.dynamics, int(self.pairs[x, 0])
        return slice(int(dyn.branch[dyn.first[state]]), int(dyn.branch[dyn.first[state + 1]]))

    def law(self, x: int, player: int) -> FloatArray:
        """Law of a player's action at pair x."""
        law: FloatArray = self.play.laws[player][self.pairs[x, 0]][self.pairs[x, 1 + player]]
        return law


@dataclass(frozen=True, slots=True)
class Deviations:
    """One-period plans of one player: at each pair, each own action, the others as prescribed.

    Attributes
    ----------
    pair, action : int arrays [D]
    payoff : array [D], expected payoff of the period
    entries : (plan, pair, probability) arrays, the law of the next pair
    weight : array [D], probability with which the player's own strategy takes the plan
    """

    pair: IntArray
    action: IntArray
    payoff: NumberArray
    entries: tuple[IntArray, IntArray, NumberArray]
    weight: NumberArray


def product_of(game: object, profile: Sequence[object], *, exact: bool = False) -> Product:
    """Build the product of a profile, exploring every sequence of actions from the start."""
    play = lower(game, profile, exact=exact)
    require("profile", pairs=max(len(a.states) for a in play.automata))
    dyn = play.dynamics
    begin = np.asarray(dyn.branch)[dyn.first]
    sizes = [len(dyn.states), *(len(a.states) for a in play.automata)]
    layer = np.array([[dyn.start, *play.initial]])
    known = {int(np.ravel_multi_index(tuple(layer[0]), sizes)): 0}
    pairs: list[IntArray] = []
    ahead: list[IntArray] = []
    while len(layer):
        owner, branch = spans(begin, layer[:, 0])
        following = [dyn.target[branch], *(m[layer[owner, 1 + i], branch] for i, m in enumerate(play.moves))]
        codes = np.ravel_multi_index(tuple(following), sizes)
        unique, first, back = np.unique(codes, return_index=True, return_inverse=True)
        places, fresh = np.empty(len(unique), np.int64), []
        # numbered by the pair that they follow first, then by their code
        for j in np.lexsort((unique, owner[first])).tolist():
            code = int(unique[j])
            if code not in known:
                known[code] = len(known)
                fresh.append(code)
            places[j] = known[code]
        ends = np.searchsorted(owner, np.arange(1, len(layer)))
        pairs.append(layer)
        ahead += np.split(places[back.reshape(-1)], ends)
        layer = np.column_stack(np.unravel_index(np.array(fresh, np.int64), sizes))
        if len(known) > _ROUND:
            require("profile", pairs=len(known))
    return Product(play, np.concatenate(pairs), tuple(ahead))


def deviations(product: Product, player: int) -> Deviations:
    """Every one-period plan of a player against the profile."""
    dyn, exact = product.play.dynamics, product.play.dynamics.prob.dtype == object
    state, inner = product.pairs[:, 0], product.pairs[:, 1:]
    laws = [Laws.of(own, exact=exact) for own in product.play.laws]
    own = laws[player].width[state]
    start = np.cumsum(own) - own
    pair = np.repeat(np.arange(len(state)), own)
    action = np.arange(len(pair)) - start[pair]
    # rows of the game at every pair
    owner, row = spans(np.asarray(dyn.first), state)
    acts = actions_of(dyn, state[owner], row)
    others: NumberArray = np.ones(len(row), dtype=object if exact else float)
    for j, law in enumerate(laws):
        if j != player:
            others = others * law.at(state[owner], inner[owner, j], acts[j])
    # what the others never play leads nowhere
    begin = np.append(0, np.cumsum(np.diff(dyn.branch)[row]))
    live = np.flatnonzero(others != 0)
    others, row = others[live], row[live]
    plan, paid = (start[owner] + acts[player])[live], others * dyn.payoffs[player, row]
    if exact:
        payoff: NumberArray = np.zeros(len(pair), dtype=object)
        np.add.at(payoff, plan, paid)
    else:
        payoff = np.bincount(plan, paid, minlength=len(pair))
    at, branch = spans(np.asarray(dyn.branch), row)
    # branches of all rows stand one row after the other
    _, place = spans(begin, live)
    values = others[at] * dyn.prob[branch]
    kept = np.flatnonzero(values != 0)
    head = np.concatenate(product.ahead)[place[kept]]
    weight = laws[player].at(state[pair], inner[pair, player], action)
    return Deviations(pair, action, payoff, (plan[at][kept], head, values[kept]), weight)


class Laws(NamedTuple):
    """Laws of one player's action, one game state after the other.

    Attributes
    ----------
    flat : array of all probabilities
    first : int array [S], where those of each state begin
    width : int array [S], number of actions in each state
    """

    flat: NumberArray
    first: IntArray
    width: IntArray

    def at(self, state: IntArray, inner: IntArray, action: IntArray) -> NumberArray:
        """Probabilities of actions in game states and automaton states."""
        found: NumberArray = self.flat[self.first[state] + inner * self.width[state] + action]
        return found

    @classmethod
    def of(cls, laws: Sequence[FloatArray], *, exact: bool = False) -> Laws:
        """Laws [Q, A] by game state; rational numbers if `exact`."""
        sizes = np.array([law.size for law in laws])
        parts = [_own(row, exact) for law in laws for row in law] if exact else [law.ravel() for law in laws]
        return cls(np.concatenate(parts), np.cumsum(sizes) - sizes, np.array([law.shape[1] for law in laws]))


def actions_of(dyn: Dynamics, state: IntArray, row: IntArray) -> IntArray:
    """Return the action [P, R] of each player in rows of the game, whose states are given."""
    counts = np.array([dyn.shape(s) for s in range(len(dyn.states))])
    rest = row - np.asarray(dyn.first)[state]
    acts = np.empty((counts.shape[1], len(row)), np.int64)
    for j in reversed(range(len(acts))):
        rest, acts[j] = np.divmod(rest, counts[state, j])
    return acts


def chain(
    game: object, profile: Sequence[object], *, error: float = 0.0
) -> tuple[Product, csr_array, FloatArray, list[FloatArray]]:
    """Markov chain of a profile with implementation error.

    Returns
    -------
    product, transition (scipy sparse [X, X]), payoffs [X, P], profile weights per pair
    """
    from scipy.sparse import coo_array  # a heavy import, for this call only

    check_probability("error", error)
    product = product_of(game, profile)
    dyn = product.play.dynamics
    rows, cols, vals, pays, weights = [], [], [], [], []
    for x in range(len(product.pairs)):
        row = dyn.rows(int(product.pairs[x, 0]))
        w = _weights(product, x, skip=None, exact=False, error=error)
        local = np.repeat(np.arange(len(row)), np.diff(dyn.branch[row.start : row.stop + 1]))
        values = w[local] * dyn.prob[product.branches(x)]
        live = np.flatnonzero(values)
        rows.append(np.full(len(live), x))
        cols.append(product.ahead[x][live])
        vals.append(values[live])
        pays.append(dyn.payoffs[:, row.start : row.stop] @ w)
        weights.append(w)
    size = len(product.pairs)
    matrix = coo_array((np.concatenate(vals), (np.concatenate(rows), np.concatenate(cols))), shape=(size, size)).tocsr()
    return product, matrix, np.array(pays), weights


def slip(law: FloatArray, error: float) -> FloatArray:
    """Law of the realised action: with probability `error` another action, each equally likely."""
    return law if len(law) == 1 else (1 - error) * law + error * (law @ (1 - np.eye(len(law)))) / (len(law) - 1)


def _weights(product: Product, x: int, *, skip: int | None, exact: bool, error: float = 0.0) -> NumberArray:
    shape = product.play.dynamics.shape(int(product.pairs[x, 0]))
    weights = np.ones(1, dtype=object if exact else float)
    for j, count in enumerate(shape):
        if j == skip:
            law = np.ones(count, dtype=int)
        else:
            law = _own(product.law(x, j), exact)
            law = slip(law, error) if error else law
        weights = np.multiply.outer(weights, law).ravel()
    return weights


def _own(law: FloatArray, exact: bool) -> NumberArray:
    if not exact:
        return law
    return as_law(law)
