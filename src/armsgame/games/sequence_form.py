"""Strategic form and sequence form of a tree."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np

from armsgame._checks import distinct
from armsgame._shown import Value
from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame
from armsgame.games.coercion import one_game
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.stage import StageGame
from armsgame.games.tree_advice import MOST_CELLS, many, other_verbs, refuse_forgetful
from armsgame.games.tree_values import reach


@dataclass(frozen=True, slots=True, eq=False)
class SequenceForm(Value):
    """A tree of P players as realisation plans: a sequence is a line of own actions.

    A realisation plan x_i >= 0 of player i has ``constraints[i] @ x_i = (1, 0, .., 0)``; behaviour at
    a set is the ratio of the plan of a sequence to that of the sequence before it.

    Attributes
    ----------
    actions : tuple of int arrays [S_i - 1]
        Action (numbered through) that ends each sequence but the empty one, which is number 0.
    before : tuple of int arrays [S_i]
        Sequence before each; -1 for the empty one.
    constraints : tuple of arrays [1 + H_i, S_i]
    payoffs : array [P, S_0, .., S_(P-1)]
        Payoff times chance, summed over the terminal nodes to which the sequences lead.
    game : ExtensiveGame
    """

    actions: tuple[IntArray, ...]
    before: tuple[IntArray, ...]
    constraints: tuple[FloatArray, ...]
    payoffs: FloatArray
    game: ExtensiveGame

    def behaviour(self, plans: list[FloatArray]) -> FloatArray:
        """Probabilities [n] of all actions under realisation plans; uniform where a plan does not lead."""
        flat = np.concatenate([np.zeros(0), *(np.full(k, 1.0 / k) for k in self.game.sizes)])
        for actions, before, plan in zip(self.actions, self.before, plans, strict=True):
            for k, a in enumerate(actions.tolist()):
                if plan[before[k + 1]] > 0:
                    flat[a] = plan[k + 1] / plan[before[k + 1]]
        return flat


def sequence_form(game: ExtensiveGame) -> SequenceForm:
    """Sequence form of a tree.

    Parameters
    ----------
    game : ExtensiveGame
        One game, without batch axes.

    Returns
    -------
    SequenceForm
        Its size is linear in the tree, where that of the strategic form is exponential.

    Raises
    ------
    WrongConcept
        No ExtensiveGame, a batch, or imperfect recall.
    InvalidGame
        More than 4 million cells.

    References
    ----------
    B. von Stengel (1996), Games and Economic Behavior 14, 220-246.

    Examples
    --------
    >>> from armsgame.games.tree_nodes import Move
    >>> trust = ExtensiveGame(["one", "two"], Move("one", "start", {
    ...     "trust": Move("two", "trusted", {"honour": (1, 1), "abuse": (-1, 2)}), "not": (0, 0)}))
    >>> sequence_form(trust).payoffs[0].tolist()
    [[0.0, 0.0, 0.0], [0.0, 1.0, -1.0], [0.0, 0.0, 0.0]]
    """
    game = one_game("sequence_form", game, ExtensiveGame)
    refuse_forgetful(game, "sequence_form")
    count = len(game.players)
    # number of the last own sequence before each node
    last = np.zeros((len(game.parents), count), dtype=np.int64)
    own: list[list[int]] = [[] for _ in range(count)]
    number = np.zeros(int(game.starts[-1]), dtype=np.int64)
    for h, s in enumerate(game.sets):
        for a in range(int(game.starts[h]), int(game.starts[h + 1])):
            own[s.player].append(a)
            number[a] = len(own[s.player])
    shape = tuple(1 + len(a) for a in own)
    _limit(game, count * prod(shape), "sequence_form", "sequence_form_equilibrium")
    for node in range(1, len(game.parents)):
        up = game.parents[node]
        last[node] = last[up]
        if game.owners[up] >= 0:
            last[node, game.owners[up]] = number[game.moves[node]]
    before, rules = [], []
    for i in range(count):
        mine = [h for h, s in enumerate(game.sets) if s.player == i]
        rule = np.zeros((1 + len(mine), 1 + len(own[i])))
        previous = np.full(1 + len(own[i]), -1)
        rule[0, 0] = 1.0
        for k, h in enumerate(mine):
            at = int(last[game.sets[h].nodes[0], i])
            rule[k + 1, at] = -1.0
            here = number[game.starts[h] : game.starts[h + 1]]
            rule[k + 1, here] = 1.0
            previous[here] = at
        before.append(previous)
        rules.append(rule)
    chance = reach(game, np.asarray(game.chances))[game.terminals]
    pays = np.zeros((count, *shape))
    for i in range(count):
        np.add.at(pays[i], tuple(last[game.terminals].T), chance * game.payoffs[:, i])
    return SequenceForm(tuple(np.array(a, dtype=np.int64) for a in own), tuple(before), tuple(rules), pays, game)


def strategic_form(game: ExtensiveGame) -> StageGame:
    """Strategic form of a tree: every plan of action at all own information sets is one action.

    Parameters
    ----------
    game : ExtensiveGame
        One game, without batch axes. Recall may be imperfect: a plan takes the same action at
        every node of a set.

    Returns
    -------
    StageGame
        Strategies are labelled by their actions, joined with " / ". Plans that differ only at
        sets that they rule out themselves are all listed.

    Raises
    ------
    WrongConcept
        No ExtensiveGame, or a batch.
    InvalidGame
        More than 4 million payoffs.

    Examples
    --------
    >>> from armsgame.games.tree_nodes import Move
    >>> trust = ExtensiveGame(["one", "two"], Move("one", "start", {
    ...     "trust": Move("two", "trusted", {"honour": (1, 1), "abuse": (-1, 2)}), "not": (0, 0)}))
    >>> strategic_form(trust).payoffs[0].tolist()
    [[1.0, -1.0], [0.0, 0.0]]
    """
    game = one_game("strategic_form", game, ExtensiveGame)
    count = len(game.players)
    mine = [[h for h, s in enumerate(game.sets) if s.player == i] for i in range(count)]
    sizes = [prod(game.sizes[h] for h in own) for own in mine]
    _limit(game, count * prod(sizes), "strategic_form")
    plans = [list(product(*(range(game.sizes[h]) for h in own))) for own in mine]
    chance = reach(game, np.asarray(game.chances))
    # whether each plan [S_i, n] takes each action; an action of another player counts as taken
    takes = [np.ones((sizes[i], int(game.starts[-1])), dtype=bool) for i in range(count)]
    for i, own in enumerate(mine):
        for k, h in enumerate(own):
            chosen = np.array([plan[k] for plan in plans[i]])
            takes[i][:, game.starts[h] : game.starts[h + 1]] = chosen[:, None] == np.arange(game.sizes[h])
    pays = np.zeros((count, *sizes))
    for z, node in enumerate(game.terminals.tolist()):
        way, at = [], node
        while at > 0:
            if game.moves[at] >= 0:
                way.append(int(game.moves[at]))
            at = int(game.parents[at])
        cells = np.ix_(*(np.flatnonzero(takes[i][:, way].all(axis=1)) for i in range(count)))
        for i in range(count):
            pays[i][cells] += chance[node] * game.payoffs[z, i]
    names = [
        [" / ".join(game.sets[h].actions[a] for h, a in zip(own, plan, strict=True)) or "no move" for plan in plans[i]]
        for i, own in enumerate(mine)
    ]
    # labels that contain the sign between them may fall together
    return StageGame(pays, players=game.players, actions=[distinct(own, "plan ") for own in names])


def _limit(game: ExtensiveGame, cells: int, *verbs: str) -> None:
    if cells > MOST_CELLS:
        raise InvalidGame(f"the form has {many(cells)} payoffs; allowed: {MOST_CELLS}. {other_verbs(game, *verbs)}")
