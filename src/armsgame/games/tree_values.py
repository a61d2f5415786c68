"""Reach, values, beliefs and best continuations on a tree: arrays with batch axes throughout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from armsgame._typing import FloatArray
from armsgame.games.extensive import ExtensiveGame

__all__ = ["bayes", "best_continuation", "branch_probabilities", "last_nodes", "reach", "values"]


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


def best_continuation(
    game: ExtensiveGame, law: FloatArray, player: int, nodes: Sequence[int], weights: FloatArray, last: Sequence[int]
) -> FloatArray:
    """Value of each first action at weighted nodes, every later own move chosen best; no batch axes.

    `last` is `last_nodes(game)`. One entry where the player does not move at the nodes. With
    perfect recall its sets below form a forest, so those with most own moves before them are
    decided first.
    """
    forest = [node for top in nodes for node in range(top, last[top] + 1)]
    weight, worth = np.zeros(len(law)), np.zeros(len(law))
    weight[list(nodes)] = weights
    worth[game.terminals] = game.payoffs[:, player]
    passed = dict.fromkeys(nodes, 0)
    members: dict[int, list[int]] = {}
    depth: dict[int, int] = {}
    for node in forest:
        own = game.owners[node] == player
        if own:
            h = int(game.set_of[node])
            members.setdefault(h, []).append(node)
            depth[h] = passed[node]
        for child in game.children[node]:
            weight[child] = weight[node] * (1.0 if own else law[child])
            passed[child] = passed[node] + own
    choice: dict[int, int] = {}
    ahead = np.zeros(1)

    def sweep() -> None:
        for node in reversed(forest):
            kids = game.children[node]
            chosen = choice.get(int(game.set_of[node])) if game.owners[node] == player else None
            if chosen is not None:
                worth[node] = worth[kids[chosen]]
            elif kids:
                worth[node] = sum(law[c] * worth[c] for c in kids)

    for level in sorted(set(depth.values()), reverse=True):
        sweep()
        for h in (h for h in members if depth[h] == level):
            ahead = np.sum([weight[n] * worth[list(game.children[n])] for n in members[h]], axis=0)
            choice[h] = int(np.argmax(ahead))
    if game.owners[nodes[0]] == player:
        return ahead
    sweep()
    return np.array([weight[list(nodes)] @ worth[list(nodes)]])
