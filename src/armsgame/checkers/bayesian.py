"""Certificate of perfect Bayesian play: every type, at every node, at every belief that histories can produce."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from armsgame._checks import as_fraction, check_discount
from armsgame._deadline import ask_time
from armsgame._typing import BoolArray, IntArray, NumberArray, Real
from armsgame.checkers.odds import Edges, edges_of, odds_of, vertices_of
from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.nodes import Entries, TypeNodes, nodes_of
from armsgame.games.dynamics import spans
from armsgame.results.bayesian import BayesianCertificate, TypeDeviation

__all__ = ["certify_nodes", "verify_types"]

# beliefs that are listed before a refusal is called loose
_LISTED = 20_000


def verify_types(
    game: BayesianGame,
    profile: object,
    *,
    discount: Real,
    exact: bool = False,
    tolerance: float | None = None,
    most: int = 20_000,
    budget_seconds: float | None = None,
) -> BayesianCertificate:
    """Check a profile by type for profitable deviations at every node and every belief that histories can produce.

    Parameters
    ----------
    game : BayesianGame
    profile : mapping {party: {type: strategy}}, {party: strategy}, or one entry per party
    discount : float or Fraction
        Per period, 0 <= discount < 1.
    exact : bool
        Solve in rational numbers. Floats are read as the simplest fraction that rounds to them.
    tolerance : float, optional
        An economic tolerance on gains; a profile that holds only within it is of kind "epsilon".
    most : int
        Refuse to build more nodes than this.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    BayesianCertificate

    Raises
    ------
    InvalidGame
        The profile does not fit the game, or has too many nodes; discount is outside [0, 1).
    WrongConcept
        A strategy reads conduct that the other party does not see.

    Notes
    -----
    Strategies are public and types are drawn independently, so values at a node depend on the pair of types alone and
    are linear in beliefs. Then it suffices to test one-period deviations at every node and every belief that some
    history produces, a party's own past deviations included. Beliefs follow Bayes' rule wherever it applies; where all
    remaining types exclude what happened, mistakes of all of them are equally rare. The odds between two types are
    products of likelihood ratios; their greatest values at a node bound a polytope of beliefs, and a gain, which is
    linear, is largest at one of its vertices. For two types the polytope is the hull of the beliefs that histories
    produce. For more it may be larger: then a refusal is checked against beliefs that are listed, and called loose
    if none of them gains.
    """
    if not isinstance(game, BayesianGame):
        raise WrongConcept(
            f"verify_types takes a BayesianGame, not a {type(game).__name__}; ask verify(game, profile)."
        )
    check_discount(discount)
    if tolerance is not None and not 0 <= tolerance < np.inf:
        invalid("tolerance", tolerance, "a finite gain of at least 0")
    nodes = nodes_of(game, profile, exact=exact, most=most)
    delta: Real = as_fraction(discount) if exact else float(discount)
    return certify_nodes(nodes, delta, tolerance=tolerance, source=(game, profile))


def certify_nodes(
    nodes: TypeNodes, delta: Real, *, tolerance: float | None = None, source: tuple[BayesianGame, object] | None = None
) -> BayesianCertificate:
    """Certify a profile by type whose nodes are built; `delta` is a Fraction where they are exact."""
    game, exact = nodes.lowered.game, nodes.lowered.exact
    if not any(own.any() for own in game.tested):
        raise InvalidGame("every type is committed or has prior 0; allowed: at least one type whose play is tested.")
    values = np.zeros((*map(len, game.types), 2), dtype=object if exact else float)
    found: list[_Worst] = []
    tied, bounds = [], []
    for i in (0, 1):
        edges = edges_of(nodes, i)
        odds = odds_of(nodes, i, edges)
        bounds.append(odds.bounds)
        points, first = vertices_of(odds)
        pair = np.repeat(np.arange(len(nodes)), np.diff(nodes.offset[i]))
        plan, vertex = spans(first, pair)
        laws = [nodes.entries(i, m) for m in range(len(game.types[1 - i]))]
        for k in range(len(game.types[i])):
            ask_time(f"the gains of {len(found)} types")
            gains, allowed, own = _gains(nodes, i, k, laws, delta)
            values[(k, slice(None), 0) if i == 0 else (slice(None), k, 1)] = own
            if not game.tested[i][k]:
                continue
            # gain of each plan at each vertex of its node
            there, zero = (points[vertex] * gains[plan]).sum(axis=1), allowed[plan]
            over = np.asarray(there > zero, bool)
            at = int(np.argmax(np.where(over, there, -np.inf) if over.any() else there))
            # for three types and more the bounds may allow beliefs that no history produces
            relaxed = bool(over.any()) and (odds.crossed or bool((odds.left[pair[plan[over]]].sum(axis=1) > 2).any()))
            loose = relaxed and not _reached(nodes, i, edges, gains, allowed)
            found.append(_Worst(bool(over.any()), there[at], zero[at], i, k, int(plan[at]), points[vertex[at]], loose))
            tied.append(_tied(nodes, i, k, plan, np.asarray(abs(there) <= zero, bool)))
    worst = max(found, key=lambda w: (w.over, w.gain))
    refused = [w for w in found if w.over]
    loose = bool(refused) and all(w.loose for w in refused)
    kind = "perfect Bayesian" if not refused else "unsettled" if loose else "none"
    if refused and tolerance is not None and worst.gain <= tolerance:
        kind = "epsilon"
    nil = float(worst.zero)
    return BayesianCertificate(
        ok=kind in ("perfect Bayesian", "epsilon"),
        kind=kind,
        max_gain=worst.gain if exact else float(worst.gain),
        where=_where(nodes, worst),
        loose=loose,
        exact=exact,
        tolerance=nil if tolerance is None else max(nil, tolerance),
        discount=delta,
        values=values,
        bounds=(bounds[0], bounds[1]),
        tied=np.concatenate(tied),
        pairs=len(nodes),
        _nodes=nodes,
        _source=source,
    )


class _Worst(NamedTuple):
    """The largest gain of one type: whether it is above zero, where, and whether only bounds on beliefs refuse it."""

    over: bool
    gain: Real
    zero: Real
    party: int
    kind: int
    plan: int
    belief: NumberArray
    loose: bool


def _where(nodes: TypeNodes, worst: _Worst) -> TypeDeviation:
    game, dyn, i = nodes.lowered.game, nodes.lowered.dynamics, worst.party
    start = nodes.offset[i]
    x = int(np.searchsorted(start, worst.plan, side="right")) - 1
    exact = nodes.lowered.exact
    taken = nodes.weight[i][worst.kind][worst.plan] == 1
    return TypeDeviation(
        player=game.players[i],
        state=nodes.label(x),
        action="" if taken else dyn.actions[int(nodes.state[x])][i][worst.plan - int(start[x])],
        gain=worst.gain if exact else float(worst.gain),
        type=game.types[i][worst.kind],
        node=x,
        belief={m: p if exact else float(p) for m, p in zip(game.types[1 - i], worst.belief, strict=True)},
    )


def _gains(
    nodes: TypeNodes, party: int, kind: int, laws: list[Entries], delta: Real
) -> tuple[NumberArray, NumberArray, NumberArray]:
    """Gains [D, M] of each plan of a type against each type of the other, what counts as zero [D], and values [M].

    All are normalised.
    """
    columns, zeros, values = [], [], []
    for other, law in enumerate(laws):
        plan = nodes.plan(party, kind, other, law)
        own = plan.values(delta)
        gains = plan.gains(own, delta)
        columns.append((1 - delta) * gains)
        zeros.append((1 - delta) * plan.allowed(gains, own, delta))
        values.append(plan.normalised(own, delta)[0])
    return np.stack(columns, axis=1), np.max(np.stack(zeros), axis=0), np.array(values)


def _tied(nodes: TypeNodes, party: int, kind: int, plan: IntArray, zero: BoolArray) -> IntArray:
    """Plans [T, 4] outside the profile that tie with it at every vertex: (party, type, node, action)."""
    start = nodes.offset[party]
    always = np.logical_and.reduceat(zero, np.flatnonzero(np.diff(plan, prepend=-1)))
    free = np.flatnonzero(always & np.asarray(nodes.weight[party][kind] == 0, bool))
    node = np.searchsorted(start, free, side="right") - 1
    return np.stack([np.full(len(free), party), np.full(len(free), kind), node, free - start[node]], axis=1)


def _reached(nodes: TypeNodes, observer: int, edges: Edges, gains: NumberArray, allowed: NumberArray) -> bool:
    """Whether some plan gains at a belief that a history produces, among the first histories; in floats."""
    law = np.array(nodes.lowered.game.prior[1 - observer], float)
    gain, zero = np.array(gains, float), np.array(allowed, float)
    chance, left = np.array(edges.chance, float), nodes.left[1 - observer]
    start = nodes.offset[observer]
    order = np.argsort(edges.tail, kind="stable")
    begin = np.searchsorted(edges.tail[order], np.arange(len(nodes) + 1))
    node, belief = np.zeros(1, np.int64), law[None]
    known: set[bytes] = set()
    while len(node) and len(known) < _LISTED:
        ask_time(f"{len(known):,} beliefs")
        owner, plans = spans(start, node)
        if ((gain[plans] * belief[owner]).sum(axis=1) > zero[plans]).any():
            return True
        owner, step = spans(begin, node)
        step = order[step]
        head = edges.head[step]
        after = belief[owner] * chance[step]
        # what nobody should have done tells nothing
        after = np.where(after.sum(axis=1, keepdims=True) > 0, after, belief[owner] * left[head])
        total = after.sum(axis=1)
        keep = total > 0
        node, belief = head[keep], after[keep] / total[keep, None]
        code = np.column_stack([node, np.round(belief, 9) + 0.0])
        _, fresh = np.unique(code, axis=0, return_index=True)
        fresh = np.array([j for j in fresh.tolist() if code[j].tobytes() not in known], np.int64)
        known.update(code[j].tobytes() for j in fresh.tolist())
        node, belief = node[fresh], belief[fresh]
    return False
