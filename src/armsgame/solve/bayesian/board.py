"""Nodes on which a search moves: a game state, the start's automata, and the types not yet excluded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.arithmetic.rows import distinct_rows
from armsgame.errors import InvalidGame
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.profiles import LoweredTypes, public_outcomes
from armsgame.games.dynamics import Dynamics

__all__ = ["Board", "Nodes", "Tables", "leading"]

# nodes, and the full table of policies over sets of types, stay below this number
_MOST = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """A game in padded arrays.

    Attributes
    ----------
    prob : array [S, A0, A1, Z], probability of a public outcome
    target : int array [S, Z], next state
    pay : per party, array [K, M, S, A0, A1] by own type and the other's; M is 1 where that one does not matter
    counts : per party, int array [S], number of actions
    last : bool array [S], states from which no action moves the play any more
    shown : int array [S, Z], a branch of the game that shows the outcome
    place : int array [branches], outcome of each branch within its state
    opens : per party, array [S, A, Z], 1 where an action makes an outcome possible, whatever the other does
    dynamics : Dynamics, of the game
    """

    game: BayesianGame
    prob: FloatArray
    target: IntArray
    pay: tuple[FloatArray, FloatArray]
    counts: tuple[IntArray, IntArray]
    last: BoolArray
    shown: IntArray
    place: IntArray
    opens: tuple[FloatArray, FloatArray]
    dynamics: Dynamics

    @classmethod
    def of(cls, game: BayesianGame) -> Tables:
        """Arrays of a Bayesian game."""
        dyn = game.dynamics()
        outcome = public_outcomes(dyn)
        size = len(dyn.states)
        shapes = np.array([dyn.shape(s) for s in range(size)])
        row = np.repeat(np.arange(len(dyn.branch) - 1), np.diff(dyn.branch))
        state = np.repeat(np.arange(size), np.diff(dyn.first))
        first = np.asarray(dyn.first)[state]
        own = np.arange(len(state)) - first
        acts = (own // shapes[state, 1], own % shapes[state, 1])
        # outcomes that can happen in a state are numbered from 0
        source = state[row]
        _, kept, place = np.unique(source * (int(outcome.max()) + 1) + outcome, return_index=True, return_inverse=True)
        place = place.reshape(-1) - np.searchsorted(source[kept], source)
        most = int(place.max()) + 1
        a, b = shapes.max(axis=0).tolist()
        prob = np.zeros((size, a, b, most))
        np.add.at(prob, (source, acts[0][row], acts[1][row], place), dyn.prob)
        target = np.full((size, most), -1)
        target[source, place] = dyn.target
        shown = np.full((size, most), -1)
        shown[source, place] = np.arange(len(place))
        pay = []
        for rows in game.payoffs:
            by_type = rows.reshape(len(rows), -1, rows.shape[-1])
            table = np.zeros((*by_type.shape[:2], size, a, b))
            table[:, :, state, acts[0], acts[1]] = by_type
            pay.append(table)
        counts = (shapes[:, 0], shapes[:, 1])
        opens = ((prob > 0).any(axis=2).astype(float), (prob > 0).any(axis=1).astype(float))
        return cls(game, prob, target, (pay[0], pay[1]), counts, _last(prob, target, shapes), shown, place, opens, dyn)


def _last(prob: FloatArray, target: IntArray, shapes: IntArray) -> BoolArray:
    """States from which, for ever, the law of what follows does not depend on what is done."""
    size = len(target)
    still = np.array([bool((prob[s, :n, :m] == prob[s, 0, 0]).all()) for s, (n, m) in enumerate(shapes.tolist())])
    while True:
        ahead = np.array([still[target[s][prob[s, 0, 0] > 0]].all() for s in range(size)])
        if (still & ahead == still).all():
            return still
        still &= ahead


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """What follows what under a profile by type.

    Attributes
    ----------
    code : int array [N], number of the node on its board
    place : int array [N], place of the start's automata
    state : int array [N], game state; node 0 is the root
    ahead : int array [N, Z], next node after each public outcome
    left : per party, bool array [N, K], types that are not excluded
    laws : per party, array [N, K, A]
    """

    tables: Tables
    code: IntArray
    place: IntArray
    state: IntArray
    ahead: IntArray
    left: tuple[BoolArray, BoolArray]
    laws: tuple[FloatArray, FloatArray]

    @property
    def size(self) -> int:
        """Number of nodes."""
        return len(self.state)

    def allowed(self, i: int) -> BoolArray:
        """Actions [N, A] that party i has."""
        counts = self.tables.counts[i][self.state]
        return np.arange(self.laws[i].shape[2]) < counts[:, None]


class Board:
    """A profile by type that can be changed node by node.

    Parameters
    ----------
    tables : Tables
    start : LoweredTypes
        Its automata give the nodes; its laws are played until they are changed.
    supports : bool
        Whether a node remembers which types are not excluded yet.
    like : Board, optional
        Another board of the same start.
    quiet : int
        Periods in the first state of the game, without a break, that a node counts.

    Attributes
    ----------
    base : int array [places, 2 + types], the game state, the state of each automaton and the count
    table : per party, array [places x sets of types, K, A], what is played
    rare : float, an action that a type plays with at most this probability excludes it
    """

    rare = 0.0

    def __init__(
        self,
        tables: Tables,
        start: LoweredTypes,
        *,
        supports: bool = False,
        like: Board | None = None,
        quiet: int = 0,
    ) -> None:
        self.tables, self.start, self.quiet = tables, start, quiet
        self.base: IntArray
        self.after: IntArray
        self.first: list[FloatArray]
        if like is None:
            self.base, self.after = _places(tables, start, quiet)
            self.first = [_first_laws(start, self.base, i, tables.prob.shape[1 + i]) for i in (0, 1)]
        else:
            self.base, self.after, self.first = like.base, like.after, like.first
        self.sets = tuple(1 << len(own) for own in tables.game.payoffs)
        self.supports = supports and len(self.base) * self.sets[0] * self.sets[1] <= _MOST
        tested = [own > 0 for own in tables.game.prior]
        self.full = tuple(int((1 << np.flatnonzero(own)).sum()) for own in tested)
        every = np.arange(len(self.base))
        places = self._code(every, *self.full)
        size = len(every) * (self.sets[0] * self.sets[1] if self.supports else 1)
        self.known = np.zeros(size, bool)
        self.known[places] = True
        self.table = []
        for first in self.first:
            own = np.zeros((size, *first.shape[1:]))
            own[places] = first
            self.table.append(own)
        self.codes = every[:0]

    def _code(self, place: Any, first: Any, second: Any) -> Any:
        return (place * self.sets[0] + first) * self.sets[1] + second if self.supports else place

    def _decoded(self, codes: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        if not self.supports:
            return codes, np.full(len(codes), self.full[0]), np.full(len(codes), self.full[1])
        rest, second = np.divmod(codes, self.sets[1])
        place, first = np.divmod(rest, self.sets[0])
        return place, first, second

    def nodes(self) -> Nodes:
        """Nodes that some actions reach under what is played now."""
        layer = np.array([self._code(0, *self.full)])
        layers, ahead, seen = [], [], np.zeros(len(self.known), bool)
        seen[layer] = True
        while len(layer):
            layers.append(layer)
            following = self._following(layer)
            ahead.append(following)
            fresh = np.unique(following[following >= 0])
            layer = fresh[~seen[fresh]]
            seen[layer] = True
            self._inherit(layer)
        self.codes = np.concatenate(layers)
        number = np.full(len(self.known), -1)
        number[self.codes] = np.arange(len(self.codes))
        following = np.concatenate(ahead)
        place, *sets = self._decoded(self.codes)
        left = [
            np.asarray(own[:, None] >> np.arange(len(kinds)) & 1, bool)
            for own, kinds in zip(sets, self.tables.game.payoffs, strict=True)
        ]
        return Nodes(
            self.tables,
            self.codes,
            place,
            self.base[place, 0],
            np.where(following >= 0, number[following], 0),
            (left[0], left[1]),
            (self.table[0][self.codes], self.table[1][self.codes]),
        )

    def play(self, i: int, laws: FloatArray) -> None:
        """Let party i play laws [N, K, A] at the nodes found last."""
        self.table[i][self.codes] = laws

    def open_code(self, place: int) -> int:
        """Code of a place at which nobody is excluded."""
        return int(self._code(place, *self.full))

    def play_like(self, other: Board) -> None:
        """Play what another board of the same start plays, whatever the count."""
        known = {row[:-1].tobytes(): place for place, row in enumerate(other.base)}
        place, *sets = self._decoded(np.arange(len(self.known)))
        like = other._code(np.array([known[row[:-1].tobytes()] for row in self.base])[place], *sets)
        self.table = [own[like] for own in other.table]
        self.known = other.known[like]

    def adopt(self, nodes: Nodes, laws: tuple[FloatArray, FloatArray]) -> None:
        """Play laws [N, K, A] at nodes that another board of the same start found."""
        for own, law in zip(self.table, laws, strict=True):
            own[nodes.code] = law
        self.known[nodes.code] = True

    def _inherit(self, codes: IntArray) -> None:
        """Let a node met for the first time play what its place plays while nobody is excluded."""
        new = codes[~self.known[codes]]
        like = self._code(self._decoded(new)[0], *self.full)
        for own in self.table:
            own[new] = own[like]
        self.known[new] = True

    def _following(self, codes: IntArray) -> IntArray:
        place, *sets = self._decoded(codes)
        after = self.after[place]
        if not self.supports:
            return after
        state = self.base[place, 0]
        over = self.tables.last[np.maximum(self.tables.target[state], 0)]
        kept = []
        for i, whole in enumerate(self.full):
            opens = self.tables.opens[i][state]
            takes = np.einsum("nka,naz->nkz", (self.table[i][codes] > self.rare).astype(float), opens) > 0
            bits = (takes << np.arange(takes.shape[1])[None, :, None]).sum(axis=1) & sets[i][:, None]
            # an event that all remaining types exclude changes nothing; nothing is learned once play is over
            bits = np.where(bits == 0, sets[i][:, None], bits)
            kept.append(np.where(over, whole, bits))
        return np.where(after < 0, -1, self._code(after, *kept))


def _places(tables: Tables, start: LoweredTypes, quiet: int) -> tuple[IntArray, IntArray]:
    """Rows (game state, automata states, count) [B, 2 + types] that some actions reach, and what follows [B, Z].

    A count grows with each period in the first state, and is 0 where play does not lead back there.
    """
    layer = np.array([[start.dynamics.start, *(a.initial for own in start.automata for a in own), 0]])
    moves, first_state = [m for own in start.moves for m in own], layer[0, 0]
    back = leading(tables, int(first_state))
    known, rows, after = {layer[0].tobytes(): 0}, [layer], []
    while len(layer):
        row, z = np.nonzero(tables.target[layer[:, 0]] >= 0)
        state = layer[row, 0]
        branch, then = tables.shown[state, z], tables.target[state, z]
        count = np.minimum(layer[row, -1] + (state == first_state), quiet) * back[then]
        ahead = np.column_stack([then, *(m[layer[row, 1 + j], branch] for j, m in enumerate(moves)), count])
        unique, first, inverse = distinct_rows(ahead)
        number, fresh = np.empty(len(unique), np.int64), []
        # numbered in the order in which they are met
        for j in np.argsort(first).tolist():
            code = unique[j].tobytes()
            if code not in known:
                known[code] = len(known)
                fresh.append(unique[j])
            number[j] = known[code]
        if len(known) > _MOST:
            raise InvalidGame(
                f"nodes of this profile are more than {_MOST:,}; allowed: no more. Use automata with fewer states."
            )
        following = np.full((len(layer), tables.target.shape[1]), -1)
        following[row, z] = number[inverse]
        after.append(following)
        layer = np.array(fresh) if fresh else layer[:0]
        rows.append(layer)
    return np.concatenate(rows), np.concatenate(after)


def leading(tables: Tables, state: int) -> BoolArray:
    """States from which play can come to one state."""
    ahead = np.zeros((len(tables.target), len(tables.target)), bool)
    for s, row in enumerate(tables.target):
        ahead[s, row[row >= 0]] = True
    found: BoolArray = np.arange(len(ahead)) == state
    while (found | ahead[:, found].any(axis=1)).sum() > found.sum():
        found |= ahead[:, found].any(axis=1)
    return found


def _first_laws(start: LoweredTypes, base: IntArray, i: int, width: int) -> FloatArray:
    """Laws [B, K, A] of the start's automata."""
    first = 1 if i == 0 else 1 + len(start.laws[0])
    out = np.zeros((len(base), len(start.laws[i]), width))
    padded: dict[int, FloatArray] = {}
    for k, own in enumerate(start.laws[i]):
        # types that share a strategy share its laws
        if id(own) not in padded:
            table = np.zeros((len(own), len(own[0]), width))
            for s, laws in enumerate(own):
                table[s, :, : laws.shape[1]] = laws
            padded[id(own)] = table
        out[:, k] = padded[id(own)][base[:, 0], base[:, first + k]]
    return out
