"""Reach, values, beliefs and best continuations on a tree: arrays with batch axes throughout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from armsgame._typing import BoolArray, FloatArray
from armsgame.games.extensive import ExtensiveGame

# difference of beliefs that rounding explains
_SAME = 1e-13


def branch_probabilities(game: ExtensiveGame, flat: FloatArray) -> FloatArray:
    """Probability [*B, N] of the branch that leads to each node under behaviour `flat` [*B, n]."""
    shape = np.broadcast_shapes(game.batch, flat.shape[:-1])
    law = np.array(np.broadcast_to(game.chances, (*shape, len(game.parents))))
    played = np.flatnonzero(game.moves >= 0)
    law[..., played] = flat[..., game.moves[played]]
    return law


def reach(game: ExtensiveGame, law: FloatArray, root: int = 0) -> FloatArray:
    """Probability [*B, N] of each node, starting at `root`; 0 outside its subtree."""
    found = np.zeros_like(law)
    found[..., root] = 1.0
    for node in range(root + 1, int(last_nodes(game)[root]) + 1):
        found[..., node] = found[..., game.parents[node]] * law[..., node]
    return found


def values(game: ExtensiveGame, law: FloatArray) -> FloatArray:
    """Payoffs [*B, N, P] expected at every node."""
    found = np.zeros((*law.shape, len(game.players)))
    found[..., game.terminals, :] = game.payoffs
    for node in range(len(game.parents) - 1, 0, -1):
        found[..., game.parents[node], :] += law[..., node, None] * found[..., node, :]
    return found


def last_nodes(game: ExtensiveGame) -> list[int]:
    """Last node of the subtree of each node."""
    last = list(range(len(game.parents)))
    parents = game.parents.tolist()
    for node in range(len(last) - 1, 0, -1):
        last[parents[node]] = max(last[parents[node]], last[node])
    return last


def bayes(game: ExtensiveGame, probability: FloatArray) -> tuple[list[FloatArray], list[FloatArray]]:
    """Beliefs [*B, nodes] by Bayes' rule, uniform where a set is not reached, and reach [*B] of each set."""
    beliefs, totals = [], []
    for s in game.sets:
        own = probability[..., list(s.nodes)]
        total = own.sum(axis=-1)
        seen = total > 0
        share = own / np.where(seen, total, 1.0)[..., None]
        beliefs.append(np.where(seen[..., None], share, 1.0 / len(s.nodes)))
        totals.append(total)
    return beliefs, totals


def order_of_moves(game: ExtensiveGame, player: int | None = None) -> tuple[list[int], list[int]]:
    """Return steps in which everything below comes first, and the information sets that wait for each other.

    A step of at least 0 is a node whose branches are averaged, a step ``~h`` the information set h of
    the player, or of any player where None is given. With perfect recall no set of one player waits
    for itself; the sets of several players may.
    """
    own = game.owners >= 0 if player is None else game.owners == player
    mine, set_of, parents = own.tolist(), game.set_of.tolist(), game.parents.tolist()
    waits = [sum(len(game.children[n]) for n in s.nodes) for s in game.sets]
    missing = [len(kids) for kids in game.children]
    steps: list[int] = []
    ready = game.terminals.tolist()
    while ready:
        node = ready.pop()
        up = parents[node]
        if up < 0:
            continue
        if mine[up]:
            h = set_of[up]
            waits[h] -= 1
            if not waits[h]:
                steps.append(~h)
                ready.extend(game.sets[h].nodes)
        else:
            missing[up] -= 1
            if not missing[up]:
                steps.append(up)
                ready.append(up)
    return steps, [h for h, s in enumerate(game.sets) if waits[h] and mine[s.nodes[0]]]


def best_worth(
    game: ExtensiveGame, law: FloatArray, player: int, weights: Sequence[FloatArray], steps: Sequence[int]
) -> tuple[FloatArray, dict[int, FloatArray]]:
    """Worth [N, K] of every node and [A, K] of the actions of each own set, every own move chosen best.

    `law` is [N, K] for K profiles at once. At each own set the action with the largest worth at the
    weights [nodes] is chosen. The steps are those of `order_of_moves`, or some of them.
    """
    worth = np.zeros(law.shape)
    worth[game.terminals] = game.payoffs[:, player, None]
    ahead: dict[int, FloatArray] = {}
    each = np.arange(law.shape[1])
    for step in steps:
        if step >= 0:
            kids = game.children[step]
            total = law[kids[0]] * worth[kids[0]]
            for c in kids[1:]:
                total += law[c] * worth[c]
            worth[step] = total
            continue
        nodes = game.sets[~step].nodes
        below = worth[np.array([game.children[n] for n in nodes])]
        ahead[~step] = here = np.tensordot(weights[~step], below, 1)
        best = here.argmax(axis=0)
        for node, ways in zip(nodes, below, strict=True):
            worth[node] = ways[best, each]
    return worth, ahead


def best_continuation(
    game: ExtensiveGame,
    law: FloatArray,
    player: int,
    nodes: Sequence[int],
    weights: FloatArray,
    last: Sequence[int],
    steps: Sequence[int],
) -> FloatArray:
    """Value of each first action at weighted nodes, every later own move chosen best; no batch axes.

    `last` is `last_nodes(game)`, `steps` are the player's `order_of_moves`. One entry where the player
    does not move at the nodes. The weights at later own sets are those that follow from the first
    ones and the moves of the others, whatever is believed there.
    """
    weight = np.zeros(len(law))
    weight[list(nodes)] = weights
    inside = np.zeros(len(law), dtype=bool)
    for top in nodes:
        inside[top : last[top] + 1] = True
        for node in range(top, last[top] + 1):
            own = game.owners[node] == player
            for child in game.children[node]:
                weight[child] = weight[node] * (1.0 if own else law[child])
    kept = [k for k in steps if inside[k if k >= 0 else game.sets[~k].nodes[0]]]
    held = [weight[list(s.nodes)] for s in game.sets]
    worth, ahead = best_worth(game, law[:, None], player, held, kept)
    if game.owners[nodes[0]] == player:
        return np.asarray(ahead[int(game.set_of[nodes[0]])][:, 0])
    return np.array([weight[list(nodes)] @ worth[list(nodes), 0]])


def plans_apart(
    game: ExtensiveGame, law: FloatArray, player: int, beliefs: Sequence[FloatArray], roots: Sequence[int]
) -> dict[int, BoolArray]:
    """Own sets ``h`` and roots of subgames ``~root`` below which one plan [K] need not be best for all.

    One pass gives the best continuation everywhere if the belief at each own set is the one that
    follows from the belief at the own set before it (or from the root of a subgame in between)
    and the moves of the others. Consistent beliefs are so. Where they are not, here and above, a
    plan of its own must be made.
    """
    count = law.shape[1]
    weight = np.ones(law.shape)
    source, starts = [~0] * len(law), set(roots)
    links: list[tuple[int, int, Any, Any]] = []
    owners, set_of, parents = game.owners.tolist(), game.set_of.tolist(), game.parents.tolist()
    place = {n: float(mu[k]) for s, mu in zip(game.sets, beliefs, strict=True) for k, n in enumerate(s.nodes)}
    never = np.zeros(count, dtype=bool)
    for node in range(len(law)):
        if node:
            up = parents[node]
            if owners[up] == player:
                weight[node], source[node] = place[up], set_of[up]
            else:
                np.multiply(weight[up], law[node], out=weight[node])
                source[node] = source[up]
        if node in starts:
            if node:
                links.append((source[node], ~node, weight[node] > 0, never))
            weight[node], source[node] = 1.0, ~node
    firsts = {s.nodes[0]: h for h, s in enumerate(game.sets) if s.player == player}
    for node, h in sorted(firsts.items()):
        own = weight[list(game.sets[h].nodes)]
        total = own.sum(axis=0)
        off = np.abs(own - total * beliefs[h][:, None]).max(axis=0) > _SAME * total
        links.append((source[node], h, total > 0, off))
    apart: dict[int, BoolArray] = {}
    # every set and root comes after what lies above it, so backwards all that lies below is known
    for above, below, seen, off in sorted(links, key=lambda one: -_first(game, one[1])):
        bad = seen & (off | apart.get(below, never))
        if bad.any():
            apart[above] = apart.get(above, never) | bad
    return apart


def _first(game: ExtensiveGame, place: int) -> float:
    # a subgame that begins at an own node contains that node's set
    return float(game.sets[place].nodes[0]) + 0.5 if place >= 0 else float(~place)
