"""Which beliefs about the other party's type histories can produce: bounds on odds, and the polytopes they cut out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import permutations
from typing import ClassVar, TypeAlias

import numpy as np

from armsgame._checks import as_law
from armsgame._deadline import ask_time
from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, IntArray, NumberArray, Real
from armsgame.games.bayesian.nodes import TypeNodes

__all__ = ["Edges", "Odds", "edges_of", "odds_of", "vertices_of"]

# in floats a product of likelihood ratios round a cycle grows if it grows by more than rounding
_GROWS = 1e-12
# and a belief keeps to a bound up to this
_ROUNDED = 1e-14

_Points: TypeAlias = dict[tuple[Real, ...], int]


@dataclass(frozen=True, slots=True, eq=False)
class Edges(Value):
    """Steps (node, own action, public outcome) of one observer, and how likely each type of the other makes them.

    Attributes
    ----------
    tail, head : int arrays [E], nodes
    action, outcome : int arrays [E], own action, and outcome within the game state
    chance : array [E, K], probability of the outcome at that own action if the other has each type
    """

    _owned: ClassVar[bool] = True

    tail: IntArray
    head: IntArray
    action: IntArray
    outcome: IntArray
    chance: NumberArray


@dataclass(frozen=True, slots=True, eq=False)
class Odds(Value):
    """Bounds ``b_k <= H_km b_m`` on the beliefs of one observer at each node.

    Attributes
    ----------
    value : array [N, K, K], H where it is finite
    infinite : bool array [N, K, K], where there is no bound
    left : bool array [N, K], types that are not excluded; all others have belief 0
    crossed : bool, whether a type was excluded by an own history alone, so that bounds had to be left open
    """

    _owned: ClassVar[bool] = True

    value: NumberArray
    infinite: BoolArray
    left: BoolArray
    crossed: bool

    @property
    def bounds(self) -> NumberArray:
        """H with ``inf`` where there is no bound [N, K, K]."""
        out = np.array(self.value)
        out[self.infinite] = np.inf
        return out


def edges_of(nodes: TypeNodes, observer: int) -> Edges:
    """List what an observer can see after each own action, wherever some action of the other makes it possible."""
    steps, start = nodes.steps, nodes.offset[observer]
    action = steps.plan[observer] - start[steps.node]
    outcome = nodes.outcomes(steps.branch)
    # nodes stand one state after the other, as their branches do
    place = np.cumsum(np.diff(steps.node, prepend=-1) != 0)
    order = np.lexsort((outcome, action, place))
    seen = np.stack([place, action, outcome])[:, order]
    first = np.flatnonzero(np.append(True, (np.diff(seen) != 0).any(axis=0)))
    kinds = range(len(nodes.lowered.automata[1 - observer]))
    chances = [np.add.reduceat(nodes.chance(1 - observer, kind)[order], first) for kind in kinds]
    at = order[first]
    return Edges(steps.node[at], steps.head[at], action[at], outcome[at], np.stack(chances, axis=1))


def odds_of(nodes: TypeNodes, observer: int, edges: Edges | None = None) -> Odds:
    """Greatest odds that any history produces at each node, as products of likelihood ratios times the prior odds.

    A product that grows without end along a cycle has no bound. Where an own history alone excludes a type that the
    public history does not, odds of 0 may meet likelihood ratios of infinity; these bounds are left open.

    Parameters
    ----------
    nodes : TypeNodes
    observer : int, 0 or 1
    edges : Edges, optional, what `edges_of` returned
    """
    step = edges_of(nodes, observer) if edges is None else edges
    left = nodes.left[1 - observer]
    count = left.shape[1]
    ratio, open_ = _ratios(step.chance, left[step.head])
    tail, head, ratio, open_ = _merged(step.tail, step.head, ratio, open_)
    crossed = bool(open_.any())
    exact = nodes.lowered.exact
    grows = _growing(len(nodes), tail, head, ratio, exact)
    prior = nodes.lowered.game.prior[1 - observer]
    law = _prior(prior, exact)
    value = np.zeros((len(nodes), count, count), dtype=object if exact else float)
    known = np.flatnonzero(law != 0)
    value[0][np.ix_(known, known)] = np.array([[law[k] / law[m] for m in known] for k in known])
    infinite = np.zeros(value.shape, bool)
    changed = np.zeros(len(nodes), bool)
    changed[0] = True
    own = np.arange(count)
    while True:
        ask_time()
        # what grows has no bound; where a value has just become positive, its node has changed
        unbounded = grows & (value > 0) & ~infinite
        unbounded[:, own, own] = False
        infinite |= unbounded
        used = np.flatnonzero(changed[tail])
        if not len(used):
            break
        y = head[used]
        offered = ratio[used] * value[tail[used]]
        without = open_[used] | infinite[tail[used]]
        without &= left[y][:, :, None] & left[y][:, None, :]
        fresh, freed = value.copy(), infinite.copy()
        np.maximum.at(fresh, y, offered)
        np.logical_or.at(freed, y, without)
        better = fresh > (value if exact else value * (1 + _GROWS))
        better &= ~freed
        better |= freed & ~infinite
        changed = np.asarray(better.any(axis=(1, 2)))
        value, infinite = np.where(better & ~freed, fresh, value), freed
    return Odds(value, infinite, left, crossed)


def _prior(prior: FloatArray, exact: bool) -> NumberArray:
    return as_law(prior) if exact else prior


def _ratios(chance: NumberArray, kept: BoolArray) -> tuple[NumberArray, BoolArray]:
    """Likelihood ratios [E, K, K] of types that are kept; neutral where both are excluded, open where one is."""
    above, below = chance[:, :, None], chance[:, None, :]
    both = kept[:, :, None] & kept[:, None, :]
    none = np.asarray((above == 0) & (below == 0), bool)
    open_ = np.asarray((above != 0) & (below == 0), bool) & both
    safe = np.where(np.asarray(below == 0, bool), 1, below)
    ratio = np.where(none, 1, above / safe)
    return np.where(both & ~open_, ratio, 0), open_


def _merged(
    tail: IntArray, head: IntArray, ratio: NumberArray, open_: BoolArray
) -> tuple[IntArray, IntArray, NumberArray, BoolArray]:
    """One edge for each pair of nodes, with the greatest ratios."""
    order = np.lexsort((head, tail))
    tail, head = tail[order], head[order]
    first = np.flatnonzero(np.append(True, (np.diff(tail) != 0) | (np.diff(head) != 0)))
    best = np.maximum.reduceat(ratio[order], first, axis=0)
    return tail[first], head[first], best, np.logical_or.reduceat(open_[order], first, axis=0)


def _growing(size: int, tail: IntArray, head: IntArray, ratio: NumberArray, exact: bool) -> BoolArray:
    """Where the product of ratios round a cycle exceeds 1, at some node of the cycle [N, K, K] at least."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graph = csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(size, size))
    _, label = connected_components(graph, connection="strong")
    inside = label[tail] == label[head]
    tail, head, ratio = tail[inside], head[inside], ratio[inside]
    # a step that no pair of types makes likelier cannot be part of the first growth; all others are followed
    longest = int(np.bincount(label).max())
    product: NumberArray = np.ones((size, *ratio.shape[1:]), dtype=float)
    if exact:
        product = product.astype(object) * Fraction(1)
    better = np.ones(product.shape, bool)
    for _ in range(longest + 1):
        ask_time()
        live = np.flatnonzero(np.asarray(better.any(axis=(1, 2)))[tail])
        if not len(live):
            return np.zeros(product.shape, bool)
        fresh = product.copy()
        np.maximum.at(fresh, head[live], ratio[live] * product[tail[live]])
        better = np.asarray(fresh > (product if exact else product * (1 + _GROWS)), bool)
        product = np.where(better, fresh, product)
    return better


def vertices_of(odds: Odds) -> tuple[NumberArray, IntArray]:
    """Vertices of the polytope of beliefs at each node.

    Returns
    -------
    beliefs : array [V, K], the vertices of all nodes
    first : int array [N + 1], first vertex of each node
    """
    size, count = odds.left.shape
    known: dict[object, NumberArray] = {}
    parts, first = [], np.zeros(size + 1, np.int64)
    exact = odds.value.dtype == object
    for x in range(size):
        own, open_ = odds.value[x], odds.infinite[x]
        tag = (odds.left[x].tobytes(), open_.tobytes(), tuple(own.ravel()) if exact else own.tobytes())
        if tag not in known:
            kinds = np.flatnonzero(odds.left[x])
            at = np.ix_(kinds, kinds)
            inner = _clipped(own[at], open_[at], exact)
            out = np.zeros((len(inner), count), dtype=object if exact else float)
            out[:, kinds] = inner
            known[tag] = out
        parts.append(known[tag])
        first[x + 1] = first[x] + len(known[tag])
    return np.concatenate(parts), first


def _clipped(value: NumberArray, infinite: BoolArray, exact: bool) -> NumberArray:
    """Vertices of {b in the simplex: b_k <= H_km b_m}: the simplex, cut by one halfspace after the other."""
    count = len(value)
    one: Real = Fraction(1) if exact else 1.0
    # each point with the constraints that it meets with equality, as bits; the first are b_k >= 0
    points = {tuple(one * int(k == m) for m in range(count)): ((1 << count) - 1) & ~(1 << k) for k in range(count)}
    for j, (k, m) in enumerate(permutations(range(count), 2)):
        ask_time()
        if not infinite[k, m]:
            points = _cut(points, (k, m), value[k, m], count + j, exact)
    return np.array(list(points), dtype=object if exact else float)


def _cut(points: _Points, pair: tuple[int, int], bound: Real, bit: int, exact: bool) -> _Points:
    """Keep what satisfies b_k <= bound b_m, and add where edges cross it."""
    k, m = pair
    inside, outside, kept = [], [], {}
    for p, met in points.items():
        off = p[k] - bound * p[m]
        # a bound is met up to rounding: odds that are one number leave a single point
        near = 0 if exact else _ROUNDED * (p[k] + bound * p[m])
        if off <= near:
            kept[p] = met | (1 << bit if off >= -near else 0)
            if off < -near:
                inside.append((p, off, met))
        else:
            outside.append((p, off, met))
    count = len(next(iter(points)))
    for p, d, met in inside:
        for q, e, also in outside:
            common = met & also
            if common.bit_count() >= count - 2 and _rank(common, count) >= count - 2:
                new = [(e * a - d * b) / (e - d) for a, b in zip(p, q, strict=True)]
                whole = sum(new)
                at = tuple(v / whole for v in new)
                kept[at] = kept.get(at, 0) | common | 1 << bit
    return kept


@lru_cache(maxsize=1 << 14)
def _rank(met: int, count: int) -> int:
    """Rank of constraints b_k = 0 and b_k = H_km b_m that hold together: links between types, and to nothing."""
    pairs = [(k, count) for k in range(count)] + list(permutations(range(count), 2))
    root = list(range(count + 1))
    rank = 0
    for j, (k, m) in enumerate(pairs):
        if met >> j & 1:
            a, b = root[k], root[m]
            if a != b:
                rank += 1
                root = [b if r == a else r for r in root]
    return rank
