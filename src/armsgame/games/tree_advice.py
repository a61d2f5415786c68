"""Which verbs take a tree: for errors that send the user on, and never in a circle."""

from __future__ import annotations

from collections import Counter
from math import log10, prod

import numpy as np

from armsgame.errors import WrongConcept
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_values import order_of_moves, reach

# payoffs of a form, and actions of a branch
MOST_CELLS, MOST_ACTIONS = 4_000_000, 2000


def refuse_forgetful(game: ExtensiveGame, verb: str) -> None:
    """Raise `WrongConcept` with the place where recall is imperfect."""
    if game.forgotten:
        raise WrongConcept(
            f"{verb} needs perfect recall, for behaviour at a set says too little without it. {game.forgotten} Split "
            f"the information set: a player remembers its own moves and what it knew. {other_verbs(game, verb)}"
        )


def open_belief(game: ExtensiveGame) -> tuple[int, int, int] | None:
    """Find a set with two nodes that differ in what players did before; None where chance settles all."""
    live = np.array(game.chances.reshape(-1, len(game.parents)).max(axis=0) > 0)
    for node in range(1, len(live)):
        live[node] &= live[game.parents[node]]

    def way(node: int) -> Counter[int]:
        found: Counter[int] = Counter()
        while node > 0:
            if game.moves[node] >= 0:
                found[int(game.moves[node])] += 1
            node = int(game.parents[node])
        return found

    for h, s in enumerate(game.sets):
        nodes = [n for n in s.nodes if live[n]]
        if len(nodes) > 1:
            first = way(nodes[0])
            for n in nodes[1:]:
                if way(n) != first:
                    return h, nodes[0], n
    return None


def other_verbs(game: ExtensiveGame, *but: str) -> str:
    """Sentence that names the verbs that take this tree, without those that have just refused it."""
    actions, sizes = int(game.starts[-1]), game.sizes
    own = [[k for k, s in zip(sizes, game.sets, strict=True) if s.player == i] for i in range(len(game.players))]
    ways = []
    if not game.forgotten:
        if open_belief(game) is None and not order_of_moves(game)[1]:
            ways.append("backward_induction(game) for subgame-perfect equilibria")
        chance = reach(game, np.asarray(game.chances)) if not game.batch else np.ones(len(game.parents))
        if actions <= MOST_ACTIONS and all(chance[list(s.nodes)].max() > 0 for s in game.sets):
            ways.append("agent_branch(game) for one sequential equilibrium")
        if len(own) == 2 and 2 * prod(1 + sum(k) for k in own) <= MOST_CELLS:
            ways.append("sequence_form_equilibrium(game) for one Nash equilibrium")
    if len(own) * prod(sizes) <= MOST_CELLS:
        ways.append("nash(strategic_form(game)) for Nash equilibria")
    ways = [w for w in ways if not any(f"{name}(" in w for name in but)]
    return f"Use {', or '.join(ways)}." if ways else "Coarsen the tree: no verb takes one of this size and form."


def many(count: int) -> str:
    """Return a count in words that stay short however large it is."""
    if count < 10**15:
        return str(count)
    # a whole number may have more digits than Python prints
    bits = count.bit_length() - 53
    return f"about 1e{int(log10(count >> bits) + bits * log10(2))}"
