"""Backward induction: last moves first, wherever chance alone settles what a mover believes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from armsgame._checks import check_whole
from armsgame._cost import require
from armsgame._deadline import ask_time
from armsgame._shown import Value
from armsgame._typing import FloatArray, IntArray
from armsgame.checkers.trees import certified, consistent_anyhow
from armsgame.errors import WrongConcept
from armsgame.games.coercion import game_of
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_advice import open_belief, other_verbs, refuse_forgetful
from armsgame.games.tree_values import bayes, order_of_moves, reach
from armsgame.results.assessment import Assessment, AssessmentList
from armsgame.results.one_shot import Status
from armsgame.solve.trees.signalling import signalling_form

_CELLS = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class InductionBatch(Value):
    """One equilibrium by backward induction of every game of a batch.

    Attributes
    ----------
    actions : int array ``[*B, H]``
        Action at every information set, the first of those that tie.
    payoffs : array ``[*B, P]``
    tied : bool array ``[*B]``
        Whether some set had more than one best action: the game has other equilibria.
    game : ExtensiveGame
    """

    actions: IntArray
    payoffs: FloatArray
    tied: Any
    game: ExtensiveGame

    @property
    def flat(self) -> FloatArray:
        """Probabilities of all actions, numbered through ``[*B, n]``."""
        return _flat(self.game, self.actions)

    def __str__(self) -> str:
        return f"backward induction of a batch {self.tied.shape}; {int(self.tied.sum())} games with ties"


def backward_induction(game: ExtensiveGame, *, most: int = 1000, budget_seconds: float | None = None) -> AssessmentList:
    """Pure sequential equilibria by backward induction, all of them where actions tie.

    Parameters
    ----------
    game : ExtensiveGame
        One game in which chance alone settles the beliefs: the nodes of an information set differ
        only in what chance did before. Perfect information is such a case; so is an offer to an
        opponent of unknown type who then replies knowing it.
    most : int
        Number of equilibria at which the search stops and says so.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    AssessmentList
        Complete for pure behaviour; with ties, mixtures of tied actions are equilibria too
        wherever the moves before stay best.

    Raises
    ------
    WrongConcept
        Beliefs depend on what players did before (the set is named), or the game is a batch.

    Notes
    -----
    Such beliefs are the only consistent ones, so that every equilibrium listed is sequential
    (Kreps and Wilson 1982); with perfect information these are the subgame-perfect equilibria.
    Actions tie where their values differ by less than a bound on rounding.

    Examples
    --------
    >>> import armsgame as ag
    >>> trust = ag.ExtensiveGame(["one", "two"], ag.Move("one", "start", {
    ...     "trust": ag.Move("two", "trusted", {"honour": (1, 1), "abuse": (-1, 2)}), "not": (0, 0)}))
    >>> found = backward_induction(trust)
    >>> len(found), found[0].at("trusted"), found[0].certificate.kind
    (1, {'honour': 0.0, 'abuse': 1.0}, 'sequential')
    """
    game = _read("backward_induction", game)
    if game.batch:
        raise WrongConcept(f"this game is a batch {game.batch}; use backward_induction_batch, or index it.")
    most = check_whole("most", most)
    steps, beliefs, zero = _steps(game), chance_beliefs(game), _zeros(game)
    # worth [K, P] of the nodes that are still asked for, with K ways to break the ties so far; [1, P] where all agree
    worth: dict[int, FloatArray] = {}
    ends = dict(zip(game.terminals.tolist(), game.payoffs[:, None], strict=True))
    actions, cut = np.zeros((1, len(game.sets)), dtype=np.int64), False
    for turn, step in enumerate(steps):
        ask_time(f"{turn:,} of {len(steps):,} steps")
        nodes = (step,) if step >= 0 else game.sets[~step].nodes
        below = [[worth.pop(c) if c in worth else ends[c] for c in game.children[n]] for n in nodes]
        if step >= 0:
            law = game.chances[list(game.children[step])]
            worth[step] = np.asarray(sum(p * w for p, w in zip(law, below[0], strict=True)))
            continue
        k, who = ~step, game.sets[~step].player
        # [nodes, A, K, P], with K = 1 while no tie lies below
        ways = np.array(np.broadcast_arrays(*chain.from_iterable(below)))
        ways = ways.reshape(len(nodes), -1, *ways.shape[1:])
        table = np.tensordot(beliefs[k], ways[..., who], 1)
        row, best = np.nonzero((table >= table.max(axis=0) - zero[who]).T)
        if len(table[0]) < len(actions):
            row, best = np.repeat(np.arange(len(actions)), len(best)), np.tile(best, len(actions))
        cut |= len(row) > most
        row, best = row[: int(most)], best[: int(most)]
        split = len(row) != len(actions) or bool((np.diff(row) != 1).any())
        actions = actions[row]
        actions[:, k] = best
        if split:
            worth = {n: w[row] if len(w) > 1 else w for n, w in worth.items()}
        pick = row if ways.shape[2] > 1 else np.zeros_like(row)
        worth |= {n: own[best, pick] for n, own in zip(nodes, ways, strict=True)}
    flats = _flat(game, actions)
    # the nodes of a set differ in what chance did
    consistent = consistent_anyhow(game, beliefs)
    # as many profiles at once as keep the arrays small
    size = max(1, _CELLS // (len(game.parents) * len(game.players)))
    found: list[Assessment] = []
    for k in range(0, len(flats), size):
        ask_time(f"certifying {len(found)} of {len(flats)} profiles")
        found += certified(game, flats[k : k + size], beliefs, consistent=consistent)
    return _listed(found, cut, most)


def backward_induction_batch(game: ExtensiveGame) -> InductionBatch:
    """Backward induction of a whole batch at once, the first of tied actions taken.

    Parameters
    ----------
    game : ExtensiveGame
        Batch of games with one tree, as `backward_induction` solves them.

    Returns
    -------
    InductionBatch
        `backward_induction(game[k])` gives all equilibria of one game, with a certificate.

    Raises
    ------
    WrongConcept
        As `backward_induction`.

    Examples
    --------
    >>> import numpy as np, armsgame as ag
    >>> cost = np.linspace(0, 2, 5)
    >>> game = ag.ExtensiveGame(["one"], ag.Move("one", "start", {"stay": (0,), "go": (1 - cost,)}))
    >>> found = backward_induction_batch(game)
    >>> found.actions[:, 0].tolist(), found.tied.tolist()
    ([1, 1, 0, 0, 0], [False, False, True, False, False])
    """
    game = _read("backward_induction_batch", game)
    beliefs, zero = chance_beliefs(game), _zeros(game)
    worth = _ends(game)
    actions = np.zeros((*game.batch, len(game.sets)), dtype=np.int64)
    tied = np.zeros(game.batch, dtype=bool)
    for step in _steps(game):
        if step >= 0:
            _average(game, worth, step)
            continue
        k = ~step
        ahead = _ahead(game, worth, k, beliefs[k])
        near = ahead >= (ahead.max(axis=-1) - zero[..., game.sets[k].player])[..., None]
        actions[..., k] = near.argmax(axis=-1)
        tied |= near.sum(axis=-1) > 1
        for node in game.sets[k].nodes:
            ways = worth[..., list(game.children[node]), :]
            worth[..., node, :] = np.take_along_axis(ways, actions[..., k, None, None], axis=-2)[..., 0, :]
    return InductionBatch(actions, worth[..., 0, :], tied, game)


def chance_beliefs(game: ExtensiveGame) -> list[FloatArray]:
    """Beliefs [*B, nodes] at every set where chance alone settles them; uniform at a set it rules out."""
    blurred = open_belief(game)
    if blurred:
        h, one, other = blurred
        s = game.sets[h]
        raise WrongConcept(
            f"backward induction stops at {game.players[s.player]} at {s.label!r}: its belief depends on what "
            f"players did before ('{game.history(one)}' or '{game.history(other)}'). {_signalling(game)}"
            f"{other_verbs(game, 'backward_induction')}"
        )
    # branches of players count as 1, so this is the reach when everybody tries to get there
    return bayes(game, reach(game, np.asarray(game.chances)))[0]


def _signalling(game: ExtensiveGame) -> str:
    try:
        signalling_form(game)
    except WrongConcept:
        return ""
    return "Use perfect_bayesian(game) for all pure equilibria of this signalling game. "


def _steps(game: ExtensiveGame) -> list[int]:
    steps, late = order_of_moves(game)
    if late:
        s = game.sets[late[0]]
        raise WrongConcept(
            f"no move is last: {game.players[s.player]} at {s.label!r} comes before and after another information "
            f"set. {other_verbs(game, 'backward_induction')}"
        )
    return steps


def _ends(game: ExtensiveGame) -> FloatArray:
    worth = np.zeros((*game.batch, len(game.parents), len(game.players)))
    worth[..., game.terminals, :] = game.payoffs
    return worth


def _average(game: ExtensiveGame, worth: FloatArray, node: int) -> None:
    kids = list(game.children[node])
    worth[..., node, :] = (game.chances[..., kids, None] * worth[..., kids, :]).sum(axis=-2)


def _ahead(game: ExtensiveGame, worth: FloatArray, h: int, belief: FloatArray) -> FloatArray:
    """Value [*B, A] of each action at a set."""
    s = game.sets[h]
    kids = np.array([game.children[n] for n in s.nodes])
    return np.asarray(np.einsum("...k,...ka->...a", belief, worth[..., kids, s.player]))


def _flat(game: ExtensiveGame, actions: IntArray) -> FloatArray:
    flat = np.zeros((*actions.shape[:-1], int(game.starts[-1])))
    np.put_along_axis(flat, actions + game.starts[:-1], 1.0, axis=-1)
    return flat


def _zeros(game: ExtensiveGame) -> FloatArray:
    """Differences [*B, P] of value that rounding explains."""
    return np.asarray(1e-11 * np.ptp(game.payoffs, axis=-2) + 4e-15 * np.abs(game.payoffs).max(axis=-2))


def _read(verb: str, given: object) -> ExtensiveGame:
    game = game_of(verb, given, ExtensiveGame)
    require("backward_induction", nodes=len(game.parents))
    refuse_forgetful(game, verb)
    return game


def _listed(found: list[Assessment], cut: bool, most: int) -> AssessmentList:
    good = tuple(one for one in found if one.certificate.kind == "sequential")
    notes = []
    if cut:
        notes.append(f"Ties give more than {most} equilibria; the first {most} are listed. Raise most.")
    if len(good) < len(found):
        notes.append(f"{len(found) - len(good)} profiles failed the independent check and were dropped.")
    if len(good) > 1:
        notes.append("Actions tie: mixtures of tied actions are equilibria too where the earlier moves stay best.")
    complete = not cut and len(good) == len(found)
    status = Status.COMPLETE if complete else Status.PARTIAL if good else Status.UNSOLVED
    return AssessmentList(good, complete, status, tuple(notes), "backward induction, pure sequential equilibria")
