"""What histories can make a party believe at each node, and what one-shot deviations gain there."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from armsgame._kernels.belief_odds import greatest_odds
from armsgame._typing import FloatArray, IntArray
from armsgame.solve.bayesian.board import Nodes
from armsgame.solve.bayesian.valuation import Valuation

__all__ = ["Worst", "corners", "likelihoods", "odds", "worst_gain"]

# directions and excesses that count as none
_FLAT = 1e-13


def likelihoods(nodes: Nodes, i: int) -> FloatArray:
    """Probability [N, own action, Z, other's type] of what party i sees, by the other's type."""
    prob = nodes.tables.prob[nodes.state]
    if i == 1:
        prob = prob.swapaxes(1, 2)
    return np.asarray(np.einsum("nkb,nabz->nazk", nodes.laws[1 - i], prob, optimize=True))


def odds(nodes: Nodes, i: int) -> FloatArray:
    """Greatest likelihood ratios [N, K, K] that histories produce at each node, for observer i.

    Types that are excluded at a node have the ratio 0 against the others.
    """
    seen = likelihoods(nodes, i)
    possible = nodes.tables.prob[nodes.state].any(axis=2 - i)
    source, act, outcome = np.nonzero(possible)
    target = nodes.ahead[source, outcome]
    left = nodes.left[1 - i]
    known = np.where(left[target], seen[source, act, outcome], 0.0)
    most = known.max(axis=1, keepdims=True)
    known = known / np.where(most > 0, most, 1.0)
    kept = _different(source * nodes.size + target, known)
    source, target, known = source[kept], target[kept], known[kept]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = known[:, :, None] / known[:, None, :]
    ratios = np.where(known[:, None, :] > 0, ratios, np.where(known[:, :, None] > 0, np.inf, 0.0))
    # all that remain exclude the event: nothing is learned
    both = left[target][:, :, None] & left[target][:, None, :]
    ratios = np.where((known.sum(axis=1) <= 0)[:, None, None], both.astype(float), ratios)
    return np.asarray(greatest_odds(source, target, ratios, nodes.size))


def _different(edges: IntArray, known: FloatArray) -> IntArray:
    """Places of edges that differ in their ends or in what is learned along them."""
    mark = known @ np.sqrt(np.arange(2.0, 2.0 + known.shape[1]))
    order = np.lexsort((mark, edges))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(edges[order]) != 0) | (np.diff(mark[order]) != 0)
    return order[first]


def corners(bounds: FloatArray) -> list[FloatArray]:
    """Extreme rays [R, K] of the likelihoods w >= 0 with w_k <= bounds_km w_m, node by node.

    A belief is the prior times such a likelihood, made to sum to one: the rays do not depend on the prior.
    """
    count = bounds.shape[1]
    unique, back = np.unique(bounds.reshape(len(bounds), -1), axis=0, return_inverse=True)
    found = [np.ones((1, 1))] * len(unique) if count == 1 else _rays(unique.reshape(-1, count, count))
    return [found[u] for u in back.reshape(-1).tolist()]


def _rays(bounds: FloatArray) -> list[FloatArray]:
    """Rays on which all but one of the inequalities that meet there are equalities."""
    count = bounds.shape[1]
    pairs = [(k, m) for k in range(count) for m in range(count) if k != m]
    rows = np.zeros((len(bounds), count + len(pairs), count))
    rows[:, np.arange(count), np.arange(count)] = -1.0
    for r, (k, m) in enumerate(pairs, count):
        bound = bounds[:, k, m]
        # scaled so that neither entry is large; a bound that is infinite leaves an empty row
        scale = np.where(np.isfinite(bound), 1 / np.maximum(1.0, bound), 0.0)
        rows[:, r, k] = scale
        rows[:, r, m] = -np.where(np.isfinite(bound), bound, 0.0) * scale
    picks = np.array(list(combinations(range(rows.shape[1]), count - 1)))
    met = rows[:, picks]
    # the direction that all picked rows leave alone, by cofactors
    ray = np.stack([(-1) ** c * np.linalg.det(np.delete(met, c, axis=3)) for c in range(count)], axis=-1)
    total = ray.sum(axis=2, keepdims=True)
    sound = np.abs(total[..., 0]) > _FLAT
    ray = ray / np.where(sound[..., None], total, 1.0)
    sound &= (np.matmul(ray, rows.swapaxes(1, 2)) <= _FLAT).all(axis=2)
    out = []
    for own, good in zip(ray, sound, strict=True):
        some = np.maximum(own[good], 0.0)
        _, first = np.unique(np.round(some, 12), axis=0, return_index=True)
        out.append(some[first])
    return out


@dataclass(frozen=True, slots=True)
class Worst:
    """The largest one-shot gain of a profile over the beliefs that histories produce."""

    gain: float
    party: int = -1
    kind: int = -1
    node: int = -1
    action: int = -1


def vertex_beliefs(nodes: Nodes, i: int) -> FloatArray:
    """Extreme beliefs [N, R, K] of observer i; rows of nan where a node has fewer."""
    prior = nodes.tables.game.prior[1 - i]
    rays = corners(odds(nodes, i))
    most = max(map(len, rays), default=1)
    out = np.full((nodes.size, max(most, 1), len(prior)), np.nan)
    for n, own in enumerate(rays):
        weights = own * prior
        total = weights.sum(axis=1)
        kept = weights[total > 0] / total[total > 0, None]
        out[n, : len(kept)] = kept
    return out


def worst_gain(worth: Valuation, enough: float = np.inf) -> Worst:
    """Largest gain of a tested type from one action, at every node and extreme belief.

    Once the first party gains more than `enough`, the second one is not looked at.
    """
    nodes = worth.nodes
    worst = Worst(0.0)
    for i in (0, 1):
        gains = worth.one_shot(i)
        allowed = nodes.allowed(i)
        beliefs = vertex_beliefs(nodes, i)
        finite = np.where(np.isnan(beliefs), 0.0, beliefs)
        total = np.einsum("nrm,kmna->knra", finite, np.where(allowed, gains, 0.0), optimize=True)
        total = np.where(allowed[None, :, None, :], total, -np.inf)
        total[~nodes.tables.game.tested[i]] = -np.inf
        at = np.unravel_index(int(total.argmax()), total.shape)
        if total[at] > worst.gain:
            worst = Worst(float(total[at]), i, int(at[0]), int(at[1]), int(at[3]))
        if worst.gain > enough:
            break
    return worst
