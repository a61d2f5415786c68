"""The graph model for conflict resolution: stability from moves and ordinal preferences alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from armsgame._kernels.reachability import Arcs, BoolArray, closed, joint, met, pack, unpack
from armsgame._shown import Drawn, Value
from armsgame.errors import InvalidGame, close_matches, invalid

__all__ = ["GraphModel", "Stability", "StatusQuoPath"]

RankArray: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stability(Value):
    """Equilibria: the states that are stable for every decision maker.

    Attributes
    ----------
    nash : no decision maker can move to a state it prefers
    gmr : every such move can be answered by the others so that it does not pay (general metarationality)
    smr : and the mover cannot escape the answer (symmetric metarationality)
    seq : and the answer consists of moves that the others themselves prefer (sequential stability)
    by_party : the same four sets for each decision maker alone
    """

    nash: frozenset[str]
    gmr: frozenset[str]
    smr: frozenset[str]
    seq: frozenset[str]
    by_party: Mapping[str, Mapping[str, frozenset[str]]]

    def __str__(self) -> str:
        names = {"nash": "Nash", "gmr": "GMR", "smr": "SMR", "seq": "SEQ"}
        lines = ["Stable for every decision maker"]
        for field, label in names.items():
            found = sorted(getattr(self, field))
            lines.append(f"  {label:<5s}{', '.join(found) if found else 'no state'}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class StatusQuoPath(Value):
    """A way from today to a stable state: the states visited, and who moves at each step."""

    states: tuple[str, ...]
    movers: tuple[str, ...]

    def __str__(self) -> str:
        text = self.states[0]
        for mover, state in zip(self.movers, self.states[1:], strict=True):
            text += f" --{mover}--> {state}"
        return text


@dataclass(frozen=True, slots=True, init=False, eq=False)
class GraphModel(Drawn, Value):
    """States, the moves that each decision maker controls, and its ranking of the states.

    Parameters
    ----------
    states : sequence of str
    moves : mapping
        For each decision maker the pairs (from, to) of states it can move between, or a mapping from
        a state to the states it can move to. A move in one direction only is irreversible; several
        moves of one decision maker in a row count as one.
    orders : mapping
        For each decision maker the states from best to worst. An entry may be a group (tuple or
        list) of equally good states. Every state occurs once, or not at all: then every
        comparison with it is uncertain.
    uncertain : mapping, optional
        For decision makers the pairs of states whose comparison is uncertain, whatever the order says.

    Raises
    ------
    InvalidGame
        Unknown states, a decision maker without moves or order, or a state ranked twice.

    Notes
    -----
    Definitions of Fang, Hipel and Kilgour (1993), for two to four decision makers or more: the others
    answer with any sequence of their moves in which nobody moves twice in a row.

    Examples
    --------
    >>> model = GraphModel.from_table(
    ...     ["CC", "CD", "DC", "DD"],
    ...     {"A": ["DC", "CC", "DD", "CD"], "B": ["CD", "CC", "DD", "DC"]},
    ... )
    >>> print(model.stability())
    Stable for every decision maker
      Nash DD
      GMR  CC, DD
      SMR  CC, DD
      SEQ  CC, DD
    """

    states: tuple[str, ...]
    parties: tuple[str, ...]
    reach: tuple[BoolArray, ...]
    better: tuple[BoolArray, ...]
    """``better[i][s, t]``: decision maker i prefers t to s."""
    unknown: tuple[BoolArray, ...]
    """``unknown[i][s, t]``: how decision maker i compares s and t is uncertain."""
    ranked: tuple[RankArray, ...]

    def __init__(
        self,
        states: Sequence[str],
        moves: Mapping[str, Iterable[tuple[str, str]] | Mapping[str, Iterable[str]]],
        orders: Mapping[str, Sequence[str | Sequence[str]]],
        *,
        uncertain: Mapping[str, Iterable[tuple[str, str]]] | None = None,
    ) -> None:
        names = tuple(states)
        if not names or len(set(names)) != len(names):
            invalid("states", names, "different labels, at least one")
        if not moves or set(moves) != set(orders):
            invalid("orders", sorted(orders), f"one order for each decision maker with moves, {sorted(moves)}")
        open_pairs = dict(uncertain or {})
        for party in open_pairs.keys() - moves.keys():
            raise InvalidGame(f"uncertain names the unknown decision maker {party!r}. {close_matches(party, moves)}")
        at = {name: k for k, name in enumerate(names)}
        reach, better, unknown, ranked = [], [], [], []
        for party in moves:
            arcs = np.zeros((len(names), len(names)), dtype=bool)
            given = moves[party]
            if isinstance(given, Mapping):
                given = [(s, t) for s, reached in given.items() for t in reached]
            for start, end in _pairs(at, given, f"moves[{party!r}]"):
                arcs[start, end] = True
            reach.append(closed(arcs))
            rank = np.full(len(names), np.nan)
            for place, entry in enumerate(orders[party]):
                for state in [entry] if isinstance(entry, str) else entry:
                    k = _at(at, state, f"orders[{party!r}]")
                    if not np.isnan(rank[k]):
                        invalid(f"orders[{party!r}]", state, "every state once")
                    rank[k] = -place
            ranked.append(rank)
            doubt = np.isnan(rank[:, None] + rank)
            for one, other in _pairs(at, open_pairs.get(party, ()), f"uncertain[{party!r}]"):
                doubt[one, other] = doubt[other, one] = True
            np.fill_diagonal(doubt, False)
            unknown.append(doubt)
            better.append((rank[None, :] > rank[:, None]) & ~doubt)
        values = (names, tuple(moves), tuple(reach), tuple(better), tuple(unknown), tuple(ranked))
        for field, value in zip(self.__dataclass_fields__, values, strict=True):
            object.__setattr__(self, field, value)
        self.__post_init__()

    @classmethod
    def from_table(cls, states: Sequence[str], orders: Mapping[str, Sequence[str | Sequence[str]]]) -> GraphModel:
        """Build the model of a table of options: letter k of a state is the action of decision maker k.

        Parameters
        ----------
        states : sequence of str
            Labels with one character per decision maker; infeasible combinations may be left out.
        orders : mapping
            As in `GraphModel`; its order of decision makers is that of the letters.
        """
        parties = tuple(orders)
        for state in states:
            if len(state) != len(parties):
                invalid("states", state, f"labels of {len(parties)} characters, one per decision maker")
        moves = {
            party: [(s, t) for s in states for t in states if s[k] != t[k] and s[:k] + s[k + 1 :] == t[:k] + t[k + 1 :]]
            for k, party in enumerate(parties)
        }
        return cls(states, moves, orders)

    @classmethod
    def from_options(
        cls,
        options: Mapping[str, Sequence[str]],
        priorities: Mapping[str, Sequence[object]],
        *,
        feasible: Any = None,
        irreversible: Iterable[str] = (),
    ) -> GraphModel:
        """Build the model from options (yes or no) of decision makers and prioritised statements.

        Parameters
        ----------
        options : mapping from decision maker to its options
        priorities : mapping from decision maker to statements, most important first
            A statement is an option ("inspections"), its denial ("not inspections"), or a function of the
            set of options taken. A state with an earlier statement true beats any state without it.
        feasible : callable, optional
            Of the set of options taken. Default: every combination.
        irreversible : iterable of str
            Options that, once taken, stay taken.

        Returns
        -------
        GraphModel
            States are labelled by the options taken joined with " + ", or "-" for none.

        Examples
        --------
        >>> model = GraphModel.from_options(
        ...     {"A": ["deploy"], "B": ["exit"]},
        ...     {"A": ["not exit", "deploy"], "B": ["not deploy", "not exit"]},
        ...     irreversible=["exit"],
        ... )
        >>> sorted(model.stability().nash)
        ['deploy', 'deploy + exit']
        """
        names = [option for own in options.values() for option in own]
        if len(set(names)) != len(names) or not names:
            invalid("options", names, "different labels, at least one")
        if set(priorities) != set(options):
            invalid("priorities", sorted(priorities), f"statements for each of {sorted(options)}")
        fixed = set(irreversible)
        for option in fixed - set(names):
            raise InvalidGame(f"irreversible option {option!r} is unknown. {close_matches(option, names)}")
        every = product((False, True), repeat=len(names))
        taken = [frozenset(n for n, on in zip(names, bits, strict=True) if on) for bits in every]
        if feasible is not None:
            taken = [s for s in taken if feasible(s)]
        if not taken:
            invalid("feasible", feasible, "a rule that allows at least one state")
        label = {s: " + ".join(n for n in names if n in s) or "-" for s in taken}
        moves, orders = {}, {}
        for party, own in options.items():
            mine = frozenset(own)
            groups: dict[frozenset[str], list[frozenset[str]]] = {}
            for s in taken:
                groups.setdefault(s - mine, []).append(s)
            moves[party] = [
                (label[s], label[t])
                for group in groups.values()
                for s in group
                for t in group
                if s != t and not (s - t) & fixed
            ]
            tests = [_statement(x, names) for x in priorities[party]]
            scores: dict[tuple[bool, ...], list[str]] = {}
            for s in taken:
                scores.setdefault(tuple(bool(test(s)) for test in tests), []).append(label[s])
            orders[party] = [scores[key] for key in sorted(scores, reverse=True)]
        return cls([label[s] for s in taken], moves, orders)

    def stability(self, extension: str = "d") -> Stability:
        """Which states are stable for which decision maker, and for all of them.

        Parameters
        ----------
        extension : {"a", "b", "c", "d"}
            How decision makers treat uncertain comparisons; without any, all four agree.

            ========= ============================ ==================================
            extension a move to an uncertain state an answer that leads to one deters
            ========= ============================ ==================================
            a         tempts                       no
            b         does not                     no
            c         tempts                       yes
            d         does not                     yes
            ========= ============================ ==================================

        Returns
        -------
        Stability

        Notes
        -----
        Definitions of Li, Hipel, Kilgour and Fang (2004). "Uncertain" is relative to the state whose
        stability is asked. In all four the others' credible answers (SEQ) are moves that they prefer or
        are uncertain about.

        Examples
        --------
        A party that does not know whether it prefers b to a stays at a only if it is cautious.

        >>> model = GraphModel(
        ...     ["a", "b"], {"A": [("a", "b")]}, {"A": ["a", "b"]}, uncertain={"A": [("a", "b")]}
        ... )
        >>> [sorted(model.stability(x).nash) for x in "abcd"]
        [['b'], ['a', 'b'], ['b'], ['a', 'b']]
        """
        if extension not in ("a", "b", "c", "d"):
            invalid("extension", extension, "'a', 'b', 'c' or 'd'")
        masks = {party: self._party(i, extension) for i, party in enumerate(self.parties)}
        fields = ("nash", "gmr", "smr", "seq")
        everyone = {f: np.logical_and.reduce([masks[p][f] for p in self.parties]) for f in fields}
        return Stability(
            **{f: self._names(everyone[f]) for f in fields},
            by_party={p: {f: self._names(masks[p][f]) for f in fields} for p in self.parties},
        )

    def _party(self, i: int, extension: str) -> dict[str, BoolArray]:
        better, unknown, reach = self.better[i], self.unknown[i], self.reach[i]
        hopeful = better | unknown
        improve, size = reach & (hopeful if extension in "ac" else better), len(self.states)
        others = [j for j in range(len(self.parties)) if j != i]
        answers = joint([self.reach[j] for j in others], size)
        credible = joint([self.reach[j] & (self.better[j] | self.unknown[j]) for j in others], size)
        # an answer that leads to u deters a move from s if u is no better than s for i ...
        welcome = hopeful if extension in "ab" else better
        harmless = ~welcome
        # ... and for good if i cannot go on from u to anything better than s
        escapes = unpack(Arcs(reach.T).spread(pack(welcome.T)), size).T
        return {
            "nash": _none(improve),
            "gmr": _none(improve & ~met(improve, answers, harmless)),
            "smr": _none(improve & ~met(improve, answers, harmless & ~escapes)),
            "seq": _none(improve & ~met(improve, credible, harmless)),
        }

    def coalition(self, *parties: str) -> frozenset[str]:
        """States from which the coalition has no joint move that all its members prefer (Kilgour, Hipel and Fang 2001).

        Parameters
        ----------
        *parties : str
            Two or more members.
        """
        members = [self._index(p) for p in parties]
        if not members or len(set(members)) != len(members):
            invalid("parties", parties, "different decision makers, at least one")
        moves = joint([self.reach[i] for i in members], len(self.states))
        gain = moves & np.logical_and.reduce([self.better[i] for i in members])
        return self._names(~gain.any(axis=1))

    def coalition_proof(self) -> frozenset[str]:
        """Nash states that no coalition of any size wants to leave together."""
        found = set(self.states)
        for size in range(1, len(self.parties) + 1):
            for group in combinations(self.parties, size):
                found &= self.coalition(*group)
        return frozenset(found)

    def paths(
        self, start: str, goals: Iterable[str] | None = None, *, improving: bool = True
    ) -> tuple[StatusQuoPath, ...]:
        """Shortest ways from today to stable states: status-quo analysis (Li, Kilgour and Hipel 2005).

        Parameters
        ----------
        start : str
            Today's state.
        goals : iterable of str, optional
            Default: the states that are sequentially stable for everybody.
        improving : bool
            Only moves that the mover prefers; else all moves.

        Returns
        -------
        tuple of StatusQuoPath
            One per goal that can be reached, shortest first. Nobody moves twice in a row.
        """
        first = _at({s: k for k, s in enumerate(self.states)}, start, "start")
        wanted = self.stability().seq if goals is None else frozenset(goals)
        known = {s: k for k, s in enumerate(self.states)}
        ends = {_at(known, goal, "goals") for goal in wanted}
        arcs = [self.reach[i] & self.better[i] if improving else self.reach[i] for i in range(len(self.parties))]
        found: dict[int, StatusQuoPath] = {}
        if first in ends:
            found[first] = StatusQuoPath((start,), ())
        queue: list[tuple[int, int, StatusQuoPath]] = [(first, -1, StatusQuoPath((start,), ()))]
        seen = {(first, -1)}
        for state, last, way in queue:
            for i, arc in enumerate(arcs):
                if i == last:
                    continue
                for t in np.flatnonzero(arc[state]):
                    key = (int(t), i)
                    if key in seen:
                        continue
                    seen.add(key)
                    step = StatusQuoPath((*way.states, self.states[t]), (*way.movers, self.parties[i]))
                    if int(t) in ends:
                        found.setdefault(int(t), step)
                    queue.append((int(t), i, step))
        return tuple(sorted(found.values(), key=lambda way: (len(way.movers), way.states)))

    def _index(self, party: str) -> int:
        if party not in self.parties:
            raise InvalidGame(f"decision maker {party!r} is unknown. {close_matches(str(party), self.parties)}")
        return self.parties.index(party)

    def _names(self, mask: BoolArray) -> frozenset[str]:
        return frozenset(self.states[k] for k in np.flatnonzero(mask))

    def __str__(self) -> str:
        lines = [f"Graph model: {len(self.states)} states"]
        for party, reach in zip(self.parties, self.reach, strict=True):
            once = int((reach & ~reach.T).sum())
            lines.append(f"  {party}: {int(reach.sum())} moves, {once} of them irreversible")
        return "\n".join(lines)


def _at(known: Mapping[str, int], state: Any, field: str) -> int:
    if state not in known:
        raise InvalidGame(f"{field} names the unknown state {state!r}. {close_matches(str(state), known)}")
    return known[state]


def _pairs(known: Mapping[str, int], given: Iterable[Any], field: str) -> Iterable[tuple[int, int]]:
    for pair in given:
        if isinstance(pair, str) or len(pair) != 2:
            invalid(field, pair, "pairs of states")
        yield _at(known, pair[0], field), _at(known, pair[1], field)


def _statement(given: object, names: Sequence[str]) -> Any:
    if callable(given):
        return given
    option = str(given).removeprefix("not ")
    if option not in names:
        raise InvalidGame(f"a priority names the unknown option {option!r}. {close_matches(option, names)}")
    wanted = option == given
    return lambda taken: (option in taken) == wanted


def _none(moves: BoolArray) -> BoolArray:
    return np.asarray(~moves.any(axis=1), dtype=bool)
