"""How far a mixture is from indifference, with its exact derivative by every share that is mixed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.solve.bayesian.board import Nodes
from armsgame.solve.bayesian.valuation import System, Valuation

__all__ = ["Rows", "differences", "even_shares", "with_shares"]

# visits below this are rounding, as in the valuation
_LOST = 1e-13
# rounds of Newton's method, and what is left of a difference in units of the payoff range
_ROUNDS = 20
_EVEN = 1e-13


class Rows(NamedTuple):
    """Actions that are mixed, one row for each beside the action that they are compared with.

    Attributes
    ----------
    party, node, kind : int arrays [R], who mixes, and where
    one, two : int arrays [R], the action, and the one that it is compared with
    group : int array [R], rows of one party, node and type have one number
    """

    party: IntArray
    node: IntArray
    kind: IntArray
    one: IntArray
    two: IntArray
    group: IntArray

    @classmethod
    def of(cls, rows: list[tuple[int, int, int, int, int]]) -> Rows:
        """Rows (party, node, type, action, compared with)."""
        table = np.array(rows, np.int64).reshape(-1, 5)
        _, group = np.unique(table[:, :3], axis=0, return_inverse=True)
        party, node, kind, one, two = table.T
        return cls(party, node, kind, one, two, group.reshape(-1))


def with_shares(nodes: Nodes, rows: Rows, shares: FloatArray) -> Nodes:
    """Nodes at which the first action of each row is played with these probabilities [R]."""
    laws = (nodes.laws[0].copy(), nodes.laws[1].copy())
    for i, law in enumerate(laws):
        own = rows.party == i
        n, k = rows.node[own], rows.kind[own]
        law[n, k] = 0.0
        law[n, k, rows.two[own]] = 1.0
        np.add.at(law, (n, k, rows.two[own]), -shares[own])
        law[n, k, rows.one[own]] = shares[own]
    return Nodes(nodes.tables, nodes.code, nodes.place, nodes.state, nodes.ahead, nodes.left, laws)


def differences(
    nodes: Nodes, rows: Rows, shares: FloatArray, discount: float, tremble: float = 0.0
) -> tuple[FloatArray, FloatArray]:
    """Differences [R] in value between the two actions of each row, and their derivatives [R, R] by the shares.

    A share changes values through the resolvent of the chain, what the other party meets at the same node, and
    what is believed wherever its node leads. Beliefs are discounted visits under mistakes of probability `tremble`;
    without mistakes a node that play does not reach keeps the beliefs of `Valuation.beliefs`.
    """
    now = with_shares(nodes, rows, shares)
    worth = Valuation(now, discount)
    tables, count, size = nodes.tables, len(shares), nodes.size
    kinds = worth.kinds
    shaken = System(worth.chain(tremble), now, discount) if tremble else worth.system
    visits = np.maximum(shaken.visits(), 0.0)
    ahead, prob = nodes.ahead[rows.node], tables.prob[nodes.state[rows.node]]
    table = _pair_values(worth, rows)
    leads, shown = (np.zeros((*kinds, size, count)) for _ in range(2))
    effect = np.zeros((2, *kinds, count))
    own_gain, weight = (np.zeros((count, max(kinds))) for _ in range(2))
    lost = np.zeros(count, bool)
    for i in (0, 1):
        own = np.flatnonzero(rows.party == i)
        node, each = rows.node[own], np.arange(len(own))
        turned = prob[own] if i == 0 else prob[own].swapaxes(1, 2)
        step = discount * (turned[each, rows.one[own]] - turned[each, rows.two[own]])
        law = now.laws[1 - i][node]
        seen = worth.shaken(1 - i, tremble)[node] if tremble else law
        prior = tables.game.prior[1 - i]
        for m in range(kinds[1 - i]):
            pair = _pair(i, rows.kind[own], m)
            for target, other, rate in ((leads, law, 1.0), (shown, seen, 1 - tremble)):
                entry = rate * np.einsum("rc,rcz->rz", other[:, m], step)
                at = (pair[0][:, None], pair[1][:, None], ahead[own], own[:, None])
                np.add.at(target, at, entry)
            for j in (0, 1):
                both = table[j][pair[0], pair[1], own]
                both = both if i == 0 else both.swapaxes(1, 2)
                change = both[each, rows.one[own]] - both[each, rows.two[own]]
                effect[j][pair[0], pair[1], own] = (change * law[:, m]).sum(axis=1)
            own_gain[own, m] = effect[i][pair[0], pair[1], own]
            weight[own, m] = visits[pair[0], pair[1], node] * prior[m] * now.left[1 - i][node, m]
        lost[own] = weight[own].sum(axis=1) < _LOST
        if lost[own].any():
            gone = own[lost[own]]
            weight[gone, : kinds[1 - i]] = worth.beliefs(i)[rows.kind[gone], rows.node[gone]]
    total = weight.sum(axis=1)
    belief = weight / total[:, None]
    gap = (belief * own_gain).sum(axis=1)
    through, reached = worth.system.following(leads), shaken.following(shown)
    slope = np.zeros((count, count))
    for i in (0, 1):
        own = np.flatnonzero(rows.party == i)
        for m in range(kinds[1 - i]):
            pair = _pair(i, rows.kind[own], m)
            # shares of the two types of this pair
            concerns = np.where(rows.party == 0, rows.kind == pair[0][:, None], rows.kind == pair[1][:, None])
            change = through[pair[0], pair[1], :, own][:, rows.node] * effect[i][pair[0], pair[1]] * concerns
            same = (rows.node[own][:, None] == rows.node) & (rows.party != i) & concerns
            q, r = np.nonzero(same)
            both = table[i][pair[0][q], pair[1][q], own[q]]
            change[q, r] += _crossed(both if i == 0 else both.swapaxes(1, 2), rows, own[q], r)
            slope[own] += belief[own, m][:, None] * change
            moved = visits[pair[0], pair[1]][:, rows.node] * reached[pair[0], pair[1], rows.node[own]] * concerns
            moved *= (tables.game.prior[1 - i][m] * now.left[1 - i][rows.node[own], m] * ~lost[own])[:, None]
            slope[own] += moved * ((own_gain[own, m] - gap[own]) / total[own])[:, None]
    return gap, slope


def _crossed(both: FloatArray, rows: Rows, mine: IntArray, other: IntArray) -> FloatArray:
    """Change of a difference in value as the other party shifts its share at the same node, [Q]."""
    each = np.arange(len(mine))
    one, two = both[each, rows.one[mine]], both[each, rows.two[mine]]
    return (one - two)[each, rows.one[other]] - (one - two)[each, rows.two[other]]


def _pair_values(worth: Valuation, rows: Rows) -> list[FloatArray]:
    """Value [K0, K1, R, A0, A1] of a pair of actions at the node of each row, per party."""
    nodes, table = worth.nodes, []
    state, ahead = nodes.state[rows.node], nodes.ahead[rows.node]
    for i in (0, 1):
        pay = nodes.tables.pay[i] if i == 0 else nodes.tables.pay[i].swapaxes(0, 1)
        then = worth.values[..., i][:, :, ahead]
        later = np.einsum("rabz,kmrz->kmrab", nodes.tables.prob[state], then, optimize=True)
        table.append((1 - worth.discount) * pay[:, :, state] + worth.discount * later)
    return table


def _pair(i: int, kind: IntArray, other: int) -> tuple[IntArray, IntArray]:
    """Types of the first and the second party, if party i has types `kind` and the other one has type `other`."""
    same = np.full(len(kind), other)
    return (kind, same) if i == 0 else (same, kind)


def even_shares(nodes: Nodes, rows: Rows, shares: FloatArray, discount: float) -> FloatArray | None:
    """Shares [R] inside (0, 1) at which all mixed actions bring the same, by Newton's method; None if it fails."""
    even = _EVEN * max(float(np.ptp(own)) or 1.0 for own in nodes.tables.pay)
    for _ in range(_ROUNDS):
        gap, slope = differences(nodes, rows, shares, discount)
        if np.abs(gap).max() <= even:
            return shares
        step, part = np.linalg.lstsq(slope, -gap, rcond=None)[0], 1.0
        while ((shares + part * step <= 0) | (np.bincount(rows.group, shares + part * step)[rows.group] >= 1)).any():
            part /= 2
            if part < 1e-3:
                return None
        shares = shares + part * step
    return None
