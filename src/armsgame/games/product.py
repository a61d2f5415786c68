"""The product chain of a profile: every pair of game state and automaton states that play can reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import as_law, check_probability
from armsgame._cost import require
from armsgame._typing import FloatArray, IntArray, NumberArray
from armsgame.games.dynamics import Play, lower

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
    sizes = [len(dyn.states), *(len(a.states) for a in play.automata)]
    start = np.array([dyn.start, *play.initial])
    known = {int(np.ravel_multi_index(tuple(start), sizes)): 0}
    pairs, ahead, k = [start], [], 0
    while k < len(pairs):
        state, inner = int(pairs[k][0]), pairs[k][1:]
        cut = slice(int(dyn.branch[dyn.first[state]]), int(dyn.branch[dyn.first[state + 1]]))
        following = [dyn.target[cut], *(play.moves[i][q, cut] for i, q in enumerate(inner))]
        codes = np.ravel_multi_index(tuple(following), sizes)
        unique, back = np.unique(codes, return_inverse=True)
        places = np.empty(len(unique), int)
        for j, code in enumerate(unique.tolist()):
            if code not in known:
                known[code] = len(pairs)
                pairs.append(np.array(np.unravel_index(code, sizes)))
            places[j] = known[code]
        ahead.append(places[back])
        k += 1
        if k % _ROUND == 0:
            require("profile", pairs=len(pairs))
    return Product(play, np.array(pairs), tuple(ahead))


def deviations(product: Product, player: int) -> Deviations:
    """Every one-period plan of a player against the profile."""
    dyn, exact = product.play.dynamics, product.play.dynamics.prob.dtype == object
    number = object if exact else float
    pair: list[int] = []
    action: list[int] = []
    payoff, weight, rows, cols, vals = [], [], [], [], []
    base = 0
    for x in range(len(product.pairs)):
        state = int(product.pairs[x, 0])
        shape, row = dyn.shape(state), dyn.rows(state)
        acts = np.indices(shape).reshape(len(shape), -1)
        others = _weights(product, x, skip=player, exact=exact)
        own = shape[player]
        gains = np.zeros(own, dtype=number)
        np.add.at(gains, acts[player], others * dyn.payoffs[player, row.start : row.stop])
        local = np.repeat(np.arange(len(row)), np.diff(dyn.branch[row.start : row.stop + 1]))
        values = others[local] * dyn.prob[product.branches(x)]
        live = np.flatnonzero(values != 0)
        rows.append(base + acts[player][local][live])
        cols.append(product.ahead[x][live])
        vals.append(values[live])
        pair.extend([x] * own)
        action.extend(range(own))
        payoff.append(gains)
        weight.append(_own(product.law(x, player), exact))
        base += own
    return Deviations(
        np.array(pair),
        np.array(action),
        np.concatenate(payoff),
        (np.concatenate(rows), np.concatenate(cols), np.concatenate(vals)),
        np.concatenate(weight),
    )


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
