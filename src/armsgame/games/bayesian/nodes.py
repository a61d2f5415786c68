"""Joint nodes of a profile by type: what the public history says, and how parties move from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeAlias

import numpy as np

from armsgame._checks import check_whole
from armsgame._shown import Value
from armsgame._typing import BoolArray, IntArray, NumberArray, Real
from armsgame.errors import InvalidGame
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.profiles import LoweredTypes, lower_types, public_outcomes
from armsgame.games.deviation_gains import Plan
from armsgame.games.dynamics import Dynamics
from armsgame.games.product import Deviations

__all__ = ["Here", "TypeNodes", "nodes_of", "type_nodes"]

_MOST_NODES = 20_000

Entries: TypeAlias = tuple[IntArray, IntArray, NumberArray]
# per party, type and game state, the actions that are taken [Q, A]
_Support: TypeAlias = tuple[tuple[tuple[BoolArray, ...], ...], ...]


class Here(NamedTuple):
    """One game state: its branches, its public outcomes, and the nodes in it.

    Attributes
    ----------
    nodes : int array [N_s]
    rows : int array [B], row of each branch, in the game's numbering
    acts : int array [2, B], action of each party
    prob : array [B]
    outcome : int array [B], public outcome of each branch, 0 .. Z - 1
    shown : int array [Z], a branch that shows each outcome
    ahead : int array [N_s, Z], node after each outcome
    """

    nodes: IntArray
    rows: IntArray
    acts: IntArray
    prob: NumberArray
    outcome: IntArray
    shown: IntArray
    ahead: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class TypeNodes(Value):
    """Nodes (public state, automaton state of every type, types not yet excluded) that some actions reach.

    An action that a remaining type of a party does not take excludes that type for good. An outcome that all
    remaining types exclude changes nothing: mistakes of all of them are equally rare. Types of prior 0 are excluded
    from the start.

    Attributes
    ----------
    lowered : LoweredTypes
    state : int array [N], game state; node 0 is the start
    inner : int array [N, K0 + K1], automaton state of every type of the first and then of the second party
    left : per party, bool array [N, K]: types not excluded
    here : per game state, `Here`
    """

    _owned: ClassVar[bool] = True

    lowered: LoweredTypes
    state: IntArray
    inner: IntArray
    left: tuple[BoolArray, BoolArray]
    here: tuple[Here, ...]

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

    def law(self, party: int, kind: int, state: int) -> NumberArray:
        """Law [N_s, A] of the action of a type at the nodes in one game state."""
        column = kind if party == 0 else len(self.lowered.automata[0]) + kind
        law: NumberArray = self.lowered.laws[party][kind][state][self.inner[self.here[state].nodes, column]]
        return law

    @property
    def offset(self) -> IntArray:
        """First plan of each node [2, N + 1]: plans of a party count its actions, node after node."""
        dyn = self.lowered.dynamics
        counts = np.array([dyn.shape(s) for s in range(len(dyn.states))])[self.state]
        return np.concatenate([np.zeros((2, 1), np.int64), np.cumsum(counts.T, axis=1)], axis=1)

    def weights(self, party: int, kind: int) -> NumberArray:
        """Probability [D] with which a type takes each plan."""
        return self._spread(party, [self.law(party, kind, s) for s in range(len(self.here))])

    def _spread(self, party: int, parts: list[NumberArray]) -> NumberArray:
        """Put arrays [N_s, A] of each game state into the order of plans."""
        start = self.offset[party]
        number = object if self.lowered.exact else float
        out = np.zeros(int(start[-1]), dtype=number)
        for own, part in zip(self.here, parts, strict=True):
            if len(own.nodes):
                out[start[own.nodes][:, None] + np.arange(part.shape[1])] = part
        return out

    def entries(self, party: int, kind: int) -> Entries:
        """Law of the next node after each plan of a party, against a type of the other: (plan, node, probability)."""
        start = self.offset[party]
        rows, cols, vals = [], [], []
        for s, own in enumerate(self.here):
            if not len(own.nodes):
                continue
            chance = self.chance(1 - party, kind, s)
            plan = start[own.nodes][:, None] + own.acts[party]
            live = np.asarray(chance != 0, bool)
            rows.append(plan[live])
            cols.append(own.ahead[:, own.outcome][live])
            vals.append(chance[live])
        return np.concatenate(rows), np.concatenate(cols), np.concatenate(vals)

    def payoffs(self, party: int, own_kind: int, kind: int) -> NumberArray:
        """Return the expected payoff [D] of each plan of a type against a type of the other party."""
        dyn, rows = self.lowered.dynamics, self.lowered.rows(party, own_kind, kind)
        parts = []
        for s, here in enumerate(self.here):
            law, table = self.law(1 - party, kind, s), rows[int(dyn.first[s]) : int(dyn.first[s + 1])]
            table = table.reshape(dyn.shape(s)) if party == 1 else table.reshape(dyn.shape(s)).T
            # [other's action, own action]; a pure law picks a row
            pure = len(here.nodes) > 0 and _pure(law)
            parts.append(table[np.argmax(law != 0, axis=1)] if pure else law @ table)
        return self._spread(party, parts)

    def chance(self, party: int, kind: int, state: int) -> NumberArray:
        """Probability [N_s, B] of each branch of a game state if a type of a party plays, whatever the other does."""
        here, law = self.here[state], self.law(party, kind, state)
        taken = law[:, here.acts[party]]
        return np.where(np.asarray(taken == 0, bool), 0, here.prob) if _pure(law) else taken * here.prob

    def plan(self, party: int, own_kind: int, kind: int, law: Entries | None = None) -> Plan:
        """One-period deviations of a type against a type of the other party, whose `entries` may be given as `law`."""
        start = self.offset[party]
        pair = np.repeat(np.arange(len(self)), np.diff(start))
        data = Deviations(
            pair,
            np.arange(len(pair)) - start[pair],
            self.payoffs(party, own_kind, kind),
            self.entries(party, kind) if law is None else law,
            self.weights(party, own_kind),
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
    counts = [len(own) for own in profile.automata]
    places = [_branches(dyn, s, out) for s, out in enumerate(_outcomes(dyn))]
    support = tuple(tuple(tuple(np.asarray(law != 0, bool) for law in one) for one in own) for own in profile.laws)
    initial = [a.initial for own in profile.automata for a in own]
    start = np.array([[dyn.start, *initial, *(sum(1 << k for k in np.flatnonzero(law)) for law in game.prior)]])
    known = {start[0].tobytes(): 0}
    found, layer, ahead = [start], start, []
    while len(layer):
        step, fresh = [], []
        for s in np.unique(layer[:, 0]).tolist():
            at = np.flatnonzero(layer[:, 0] == s)
            step.append((s, at, _following(layer[at], places[s], s, profile, support, counts)))
        every = np.concatenate([rows.reshape(-1, start.shape[1]) for *_, rows in step])
        unique, back = np.unique(every, axis=0, return_inverse=True)
        number = np.empty(len(unique), np.int64)
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
        reached, cut = number[back.reshape(-1)], 0
        base = len(known) - len(fresh) - len(layer)
        for s, at, rows in step:
            size = rows.shape[0] * rows.shape[1]
            ahead.append((s, base + at, reached[cut : cut + size].reshape(rows.shape[:2])))
            cut += size
        layer = np.array(fresh) if fresh else start[:0]
        found.append(layer)
    nodes = np.concatenate(found)
    left = [_bits(nodes[:, -2 + i], counts[i]) for i in (0, 1)]
    here = []
    for s, place in enumerate(places):
        own = [(at, rows) for t, at, rows in ahead if t == s]
        none = (np.zeros(0, np.int64), np.zeros((0, len(place.shown)), np.int64))
        at, rows = (np.concatenate(parts) for parts in zip(*own, strict=True)) if own else none
        here.append(place._replace(nodes=at, ahead=rows))
    return TypeNodes(profile, nodes[:, 0].copy(), nodes[:, 1:-2].copy(), (left[0], left[1]), tuple(here))


def nodes_of(game: BayesianGame, profile: object, *, exact: bool = False, most: int = _MOST_NODES) -> TypeNodes:
    """Build the nodes of a profile by type on a Bayesian game; see `lower_types` and `type_nodes`."""
    return type_nodes(lower_types(game, profile, exact=exact), most=most)


def _pure(law: NumberArray) -> bool:
    """Whether every row takes one action."""
    return bool(np.asarray((law == 0) | (law == 1), bool).all())


def _outcomes(dyn: Dynamics) -> list[IntArray]:
    whole = public_outcomes(dyn)
    return np.split(whole, dyn.branch[dyn.first[1:-1]])


def _branches(dyn: Dynamics, s: int, outcome: IntArray) -> Here:
    """Branches of a game state; the nodes in it are not known yet."""
    _, shown, number = np.unique(outcome, return_index=True, return_inverse=True)
    row = dyn.rows(s)
    rows = np.repeat(np.arange(row.start, row.stop), np.diff(dyn.branch[row.start : row.stop + 1]))
    acts = np.array(np.unravel_index(rows - row.start, dyn.shape(s)))
    first = int(dyn.branch[row.start])
    none = np.zeros(0, np.int64)
    return Here(none, rows, acts, dyn.prob[first : first + len(rows)], number.reshape(-1), shown + first, none)


def _following(
    layer: IntArray, place: Here, s: int, profile: LoweredTypes, support: _Support, counts: list[int]
) -> IntArray:
    """Codes [n, Z, width] of what follows nodes in one game state after each public outcome."""
    size = len(place.shown)
    out = np.empty((len(layer), size, layer.shape[1]), np.int64)
    out[:, :, 0] = profile.dynamics.target[place.shown]
    column = 1
    for i in (0, 1):
        # outcomes that an action of this party makes possible, whatever the other does
        open_ = np.zeros((profile.dynamics.shape(s)[i], size), bool)
        open_[place.acts[i], place.outcome] = True
        mask = layer[:, -2 + i]
        kept = np.zeros((len(layer), size), np.int64)
        for k in range(counts[i]):
            q = layer[:, column]
            out[:, :, column] = profile.moves[i][k][q[:, None], place.shown]
            takes = (support[i][k][s][q][:, :, None] & open_).any(axis=1)
            kept |= np.where(takes & ((mask >> k & 1) == 1)[:, None], 1 << k, 0)
            column += 1
        out[:, :, -2 + i] = np.where(kept == 0, mask[:, None], kept)
    return out


def _bits(masks: IntArray, count: int) -> BoolArray:
    return np.asarray(masks[:, None] >> np.arange(count) & 1, bool)
