"""Joint nodes of a profile by type: what the public history says, and how parties move from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeAlias

import numpy as np

from armsgame._checks import check_whole
from armsgame._deadline import ask_time
from armsgame._shown import Value
from armsgame._typing import BoolArray, IntArray, NumberArray, Real
from armsgame._values import Memory
from armsgame.arithmetic.rows import distinct_rows
from armsgame.errors import InvalidGame
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.profiles import LoweredTypes, lower_types, public_outcomes
from armsgame.games.deviation_gains import Plan
from armsgame.games.dynamics import Dynamics, spans
from armsgame.games.product import Deviations

__all__ = ["Here", "Steps", "TypeNodes", "nodes_of", "type_nodes"]

_MOST_NODES = 20_000

Entries: TypeAlias = tuple[IntArray, IntArray, NumberArray]


class Here(NamedTuple):
    """One game state: its branches, its public outcomes, and the nodes in it.

    Attributes
    ----------
    nodes : int array [N_s]
    acts : int array [2, B], action of each party
    prob : array [B]
    outcome : int array [B], public outcome of each branch, 0 .. Z - 1
    shown : int array [Z], a branch of the game that shows each outcome
    ahead : int array [N_s, Z], node after each outcome
    """

    nodes: IntArray
    acts: IntArray
    prob: NumberArray
    outcome: IntArray
    shown: IntArray
    ahead: IntArray


class Steps(NamedTuple):
    """Branches at every node, state after state.

    Attributes
    ----------
    node, branch : int arrays [E]
    plan : int array [2, E], plan of each party that the branch belongs to
    head : int array [E], next node
    prob : array [E]
    """

    node: IntArray
    branch: IntArray
    plan: IntArray
    head: IntArray
    prob: NumberArray


class _Branches(NamedTuple):
    """Branches and public outcomes of a game, state after state.

    Attributes
    ----------
    counts : int array [S, 2], numbers of actions
    begin : int array [S + 1], first branch of each state
    acts : int array [2, B], action of each party
    first : int array [S + 1], first outcome of each state
    outcome : int array [B], outcome of each branch, counted over all states
    shown : int array [Z], a branch that shows each outcome
    """

    counts: IntArray
    begin: IntArray
    acts: IntArray
    first: IntArray
    outcome: IntArray
    shown: IntArray

    @classmethod
    def of(cls, dyn: Dynamics) -> _Branches:
        """Branches of a game, made once."""
        return _KNOWN.of(dyn, None, lambda: cls._made(dyn))

    @classmethod
    def _made(cls, dyn: Dynamics) -> _Branches:
        counts = np.array([dyn.shape(s) for s in range(len(dyn.states))])
        begin = np.asarray(dyn.branch)[dyn.first]
        row = np.repeat(np.arange(len(dyn.branch) - 1), np.diff(dyn.branch))
        state = np.repeat(np.arange(len(counts)), np.diff(begin))
        acts = np.stack(np.divmod(row - np.asarray(dyn.first)[state], counts[state, 1]))
        seen = public_outcomes(dyn)
        code = state * (int(seen.max()) + 1) + seen
        _, shown, outcome = np.unique(code, return_index=True, return_inverse=True)
        first = np.searchsorted(state[shown], np.arange(len(counts) + 1))
        return cls(counts, begin, acts, first, outcome.reshape(-1), shown)


_KNOWN: Memory[_Branches] = Memory(1)


@dataclass(frozen=True, slots=True, eq=False)
class TypeNodes(Value):
    """Nodes (public state, automaton state of every type, types not yet excluded) that some actions reach.

    An action that a remaining type of a party does not take excludes that type for good. An outcome that all
    remaining types exclude changes nothing: mistakes of all of them are equally rare. Types of prior 0 are excluded
    from the start. Plans of a party count its actions, node after node.

    Attributes
    ----------
    lowered : LoweredTypes
    state : int array [N], game state; node 0 is the start
    inner : int array [N, K0 + K1], automaton state of every type of the first and then of the second party
    left : per party, bool array [N, K]: types not excluded
    ahead : int array [N, Z], node after each public outcome of its state; -1 beyond the last
    offset : int array [2, N + 1], first plan of each node
    weight : per party, per type, array [D]: probability with which it takes each plan
    steps : Steps
    row : int array [R], rows of the game at every node, node after node
    pair : int array [2, R], plan of each party in each of them
    """

    _owned: ClassVar[bool] = True

    lowered: LoweredTypes
    state: IntArray
    inner: IntArray
    left: tuple[BoolArray, BoolArray]
    ahead: IntArray
    offset: IntArray
    weight: tuple[tuple[NumberArray, ...], tuple[NumberArray, ...]]
    steps: Steps
    row: IntArray
    pair: IntArray

    def __len__(self) -> int:
        return len(self.state)

    def label(self, node: int) -> str:
        """Words for a node: the game state, automaton states where they differ, and who is excluded."""
        low, game = self.lowered, self.lowered.game
        names, at = [], 0
        for own in low.automata:
            names.append([a.states[q] for a, q in zip(own, self.inner[node, at : at + len(own)], strict=True)])
            at += len(own)
        plans = ["/".join(own) if len(set(own)) > 1 else own[0] for own in names]
        plan = plans[0] if plans[0] == plans[1] else " | ".join(plans)
        out = [
            f"{party} not {', '.join(k for k, in_ in zip(kinds, left[node], strict=True) if not in_)}"
            for party, kinds, left, law in zip(game.players, game.types, self.left, game.prior, strict=True)
            if (~left[node] & (law > 0)).any()
        ]
        text = plan if len(low.dynamics.states) == 1 else f"{low.dynamics.states[self.state[node]]} [{plan}]"
        return "; ".join([text, *out])

    def here(self, state: int) -> Here:
        """One game state, with the nodes in it."""
        game = _Branches.of(self.lowered.dynamics)
        own = slice(int(game.begin[state]), int(game.begin[state + 1]))
        first, last = game.first[state : state + 2].tolist()
        nodes = np.flatnonzero(self.state == state)
        return Here(
            nodes,
            game.acts[:, own],
            self.lowered.dynamics.prob[own],
            game.outcome[own] - first,
            game.shown[first:last],
            self.ahead[nodes, : last - first],
        )

    def law(self, party: int, kind: int, state: int) -> NumberArray:
        """Law [N_s, A] of the action of a type at the nodes in one game state."""
        column = kind if party == 0 else len(self.lowered.automata[0]) + kind
        law: NumberArray = self.lowered.laws[party][kind][state][self.inner[self.state == state, column]]
        return law

    def plays(self, party: int, kind: int, node: int) -> NumberArray:
        """Law [A] of the action of a type at a node."""
        first, last = self.offset[party, node : node + 2]
        return self.weight[party][kind][first:last]

    def outcomes(self, branch: IntArray) -> IntArray:
        """Public outcome of branches of the game, within their states."""
        game = _Branches.of(self.lowered.dynamics)
        outcome = game.outcome[branch]
        return np.asarray(outcome - game.first[np.searchsorted(game.first, outcome, side="right") - 1])

    def chance(self, party: int, kind: int) -> NumberArray:
        """Probability [E] of each branch at each node if a type of a party plays, whatever the other does."""
        taken = self.weight[party][kind][self.steps.plan[party]]
        never, mixed = np.asarray(taken == 0, bool), np.asarray((taken != 0) & (taken != 1), bool)
        out = np.where(never, 0, self.steps.prob)
        out[mixed] = taken[mixed] * self.steps.prob[mixed]
        return out

    def entries(self, party: int, kind: int) -> Entries:
        """Law of the next node after each plan of a party, against a type of the other: (plan, node, probability)."""
        chance = self.chance(1 - party, kind)
        live = np.asarray(chance != 0, bool)
        return self.steps.plan[party][live], self.steps.head[live], chance[live]

    def payoffs(self, party: int, own_kind: int, kind: int) -> NumberArray:
        """Return the expected payoff [D] of each plan of a type against a type of the other party."""
        taken = self.weight[1 - party][kind][self.pair[1 - party]]
        live = np.asarray(taken != 0, bool)
        paid = taken[live] * self.lowered.rows(party, own_kind, kind)[self.row[live]]
        plan, size = self.pair[party][live], int(self.offset[party, -1])
        if not self.lowered.exact:
            return np.bincount(plan, paid, minlength=size)
        out = np.zeros(size, dtype=object)
        np.add.at(out, plan, paid)
        return out

    def plan(self, party: int, own_kind: int, kind: int, law: Entries | None = None) -> Plan:
        """One-period deviations of a type against a type of the other party, whose `entries` may be given as `law`."""
        start = self.offset[party]
        pair = np.repeat(np.arange(len(self)), np.diff(start))
        data = Deviations(
            pair,
            np.arange(len(pair)) - start[pair],
            self.payoffs(party, own_kind, kind),
            self.entries(party, kind) if law is None else law,
            self.weight[party][own_kind],
        )
        return Plan.of(data, self.lowered.payoffs[party][own_kind], exact=self.lowered.exact)

    def values(self, discount: Real) -> NumberArray:
        """Values of both parties for each pair of types.

        Parameters
        ----------
        discount : float, or Fraction where the nodes are exact

        Returns
        -------
        array [K0, K1, N, 2], normalised
        """
        counts = [len(own) for own in self.lowered.automata]
        out = np.zeros((*counts, len(self), 2), dtype=object if self.lowered.exact else float)
        for i in (0, 1):
            for other in range(counts[1 - i]):
                law = self.entries(i, other)
                for own in range(counts[i]):
                    plan = self.plan(i, own, other, law)
                    k, m = (own, other) if i == 0 else (other, own)
                    out[k, m, :, i] = plan.normalised(plan.values(discount), discount)
        return out


def type_nodes(profile: LoweredTypes, *, most: int = _MOST_NODES) -> TypeNodes:
    """Build the nodes of a profile by type, exploring every outcome that some actions make possible.

    Parameters
    ----------
    profile : LoweredTypes
    most : int
        Refuse to build more nodes than this.

    Raises
    ------
    InvalidGame
        More nodes than `most`.
    """
    check_whole("most", most)
    dyn, game = profile.dynamics, profile.game
    places = _Branches.of(dyn)
    laws = [[np.concatenate([law.ravel() for law in one]) for one in own] for own in profile.laws]
    shows = [[_shows(profile, places, i, k, law) for k, law in enumerate(own)] for i, own in enumerate(laws)]
    initial = [a.initial for own in profile.automata for a in own]
    start = np.array([[dyn.start, *initial, *(sum(1 << k for k in np.flatnonzero(law)) for law in game.prior)]])
    known = {start[0].tobytes(): 0}
    found, layer, ahead = [start], start, []
    width = int(np.diff(places.first).max())
    while len(layer):
        ask_time(f"{len(known):,} nodes")
        owner, outcome = spans(places.first, layer[:, 0])
        every = _following(layer, owner, outcome, places, profile, shows)
        unique, _, back = distinct_rows(every)
        number, fresh = np.empty(len(unique), np.int64), []
        for j, row in enumerate(unique):
            code = row.tobytes()
            if code not in known:
                known[code] = len(known)
                fresh.append(row)
            number[j] = known[code]
        if len(known) > most:
            raise InvalidGame(
                f"nodes of this profile are more than {most} (the limit), in {len(dyn.states)} states with automata of "
                f"{[len(a.states) for own in profile.automata for a in own]} states; use automata with fewer states, "
                "or raise most=."
            )
        after = np.full((len(layer), width), -1)
        after[owner, outcome - places.first[layer[owner, 0]]] = number[back]
        ahead.append(after)
        layer = np.array(fresh) if fresh else start[:0]
        found.append(layer)
    nodes = np.concatenate(found)
    left = [_bits(nodes[:, -2 + i], len(own)) for i, own in enumerate(profile.automata)]
    return _whole(profile, places, laws, nodes, (left[0], left[1]), np.concatenate(ahead))


def _whole(
    profile: LoweredTypes,
    places: _Branches,
    laws: list[list[NumberArray]],
    nodes: IntArray,
    left: tuple[BoolArray, BoolArray],
    ahead: IntArray,
) -> TypeNodes:
    dyn, state, inner = profile.dynamics, nodes[:, 0].copy(), nodes[:, 1:-2].copy()
    counts = places.counts[state]
    offset = np.concatenate([np.zeros((2, 1), np.int64), np.cumsum(counts.T, axis=1)], axis=1)
    weight, column = [], 0
    for i, own in enumerate(laws):
        node = np.repeat(np.arange(len(state)), counts[:, i])
        action = np.arange(len(node)) - offset[i][node]
        found = []
        for k, law in enumerate(own):
            at = _place(profile, places, i, k, state[node], inner[node, column])
            found.append(law[at + action])
            column += 1
        weight.append(tuple(found))
    order = np.argsort(state, kind="stable")
    owner, branch = spans(places.begin, state[order])
    node = order[owner]
    head = ahead[node, places.outcome[branch] - places.first[state[node]]]
    steps = Steps(node, branch, offset[:, node] + places.acts[:, branch], head, dyn.prob[branch])
    owner, row = spans(np.asarray(dyn.first), state)
    acts = np.stack(np.divmod(row - np.asarray(dyn.first)[state[owner]], counts[owner, 1]))
    return TypeNodes(
        profile, state, inner, left, ahead, offset, (weight[0], weight[1]), steps, row, offset[:, owner] + acts
    )


def nodes_of(game: BayesianGame, profile: object, *, exact: bool = False, most: int = _MOST_NODES) -> TypeNodes:
    """Build the nodes of a profile by type on a Bayesian game; see `lower_types` and `type_nodes`."""
    return type_nodes(lower_types(game, profile, exact=exact), most=most)


def _place(profile: LoweredTypes, places: _Branches, party: int, kind: int, state: IntArray, at: IntArray) -> IntArray:
    """Where the law of a type begins among its laws, one state after the other, in automaton state `at`."""
    size, counts = len(profile.automata[party][kind].states), places.counts[:, party]
    return np.asarray(size * (np.cumsum(counts) - counts)[state] + at * counts[state])


def _shows(profile: LoweredTypes, places: _Branches, party: int, kind: int, law: NumberArray) -> BoolArray:
    """Outcomes [Q, Z] that an action which a type takes makes possible, whatever the other does."""
    state = np.repeat(np.arange(len(places.counts)), np.diff(places.begin))
    inner = np.arange(len(profile.automata[party][kind].states))[:, None]
    taken = np.asarray(law[_place(profile, places, party, kind, state, inner) + places.acts[party]] != 0, bool)
    order = np.argsort(places.outcome, kind="stable")
    first = np.searchsorted(places.outcome[order], np.arange(len(places.shown)))
    return np.asarray(np.logical_or.reduceat(taken[:, order], first, axis=1))


def _following(
    layer: IntArray,
    owner: IntArray,
    outcome: IntArray,
    places: _Branches,
    profile: LoweredTypes,
    shows: list[list[BoolArray]],
) -> IntArray:
    """Codes [n, width] of what follows nodes of a layer after public outcomes."""
    out = np.empty((len(owner), layer.shape[1]), np.int64)
    branch = places.shown[outcome]
    out[:, 0] = profile.dynamics.target[branch]
    column = 1
    for i, own in enumerate(shows):
        mask = layer[owner, -2 + i]
        kept = np.zeros(len(owner), np.int64)
        for k, takes in enumerate(own):
            q = layer[owner, column]
            out[:, column] = profile.moves[i][k][q, branch]
            kept |= np.where(takes[q, outcome], mask & 1 << k, 0)
            column += 1
        out[:, -2 + i] = np.where(kept == 0, mask, kept)
    return out


def _bits(masks: IntArray, count: int) -> BoolArray:
    return np.asarray(masks[:, None] >> np.arange(count) & 1, bool)
