"""What ties leave open in a certified profile: the range of the law of an event over their resolutions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from armsgame._checks import distinct
from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.checkers.bayesian import verify_types
from armsgame.errors import InvalidGame, close_matches
from armsgame.games.bayesian.nodes import TypeNodes, nodes_of
from armsgame.results.bayesian import BayesianCertificate
from armsgame.strategies.automaton import Automaton

__all__ = ["TieBand", "tie_band"]

# weight of doing it sooner among resolutions of ties that reach the same by the horizon
_SOONER = 1e-6
# a resolution changes what is prescribed only where that moves the probability by more than this
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class TieBand(Value):
    """P(event within t periods) over resolutions of the ties of a certified profile.

    Attributes
    ----------
    event : str
    curve : array [T + 1], as the profile prescribes
    outer : array [T + 1, 2], least and greatest over all resolutions, even by pair of types and by period
    inner : array [T + 1, 2], least and greatest over the resolutions that were certified again
    certified : tuple of str, those resolutions in words
    refused : tuple of str, the others, each with who breaks it
    ties : int, number of actions that bring as much as what is prescribed, where play can lead
    """

    event: str
    curve: FloatArray
    outer: FloatArray
    inner: FloatArray
    certified: tuple[str, ...]
    refused: tuple[str, ...]
    ties: int

    def __str__(self) -> str:
        low, high = self.outer[-1]
        told = f"P({self.event} within {len(self.curve) - 1} periods) = {self.curve[-1]:.4f}"
        if not self.ties:
            return f"{told}; nothing is tied"
        lines = [
            f"{told}; {self.ties} ties leave [{low:.4f}, {high:.4f}] open, and resolutions that were certified again "
            f"reach [{self.inner[-1, 0]:.4f}, {self.inner[-1, 1]:.4f}]"
        ]
        return "\n".join([*lines, *(f"  refused: {text}" for text in self.refused)])


def tie_band(certificate: BayesianCertificate, profile: Any, *, periods: int, event: str = "withdrawn") -> TieBand:
    """Range of the law of an event over the ties of a certified profile.

    Parameters
    ----------
    certificate : BayesianCertificate of the profile
    profile : mapping {party: {type: strategy}}
    periods : int, horizon T
    event : str, an event of the game

    Raises
    ------
    InvalidGame
        An unknown event.

    Notes
    -----
    The outer range solves, for each pair of types, a finite decision problem in which both parties choose among what
    is prescribed and what ties. For the inner range the ties of one party, and then of both, are resolved towards
    either end, by one action per node and type where play leads, and each such profile is verified again.
    """
    nodes = nodes_of(certificate.game, profile)
    events = nodes.lowered.dynamics.events
    if event not in events:
        raise InvalidGame(f"event {event!r} is unknown. {close_matches(event, events)}")
    tree = _Tree(nodes, np.asarray(events[event], bool))
    tied = tree.where_play_leads(certificate.tied)
    curve = tree.played(tree.prescribed, periods)
    free = tree.options(tree.prescribed, tied)
    ends = [tree.back(free, periods, end)[0] for end in (np.minimum, np.maximum)]
    inner: list[FloatArray] = [curve]
    fine: list[str] = []
    refused: list[str] = []
    tried = [tree.prescribed]
    names = (*certificate.game.players, "both")
    sides = [tied[tied[:, 0] == i] for i in (0, 1)]
    cases = [*zip(names, sides, strict=False), *([(names[2], tied)] if all(map(len, sides)) else [])]
    for (who, own), (word, end) in product(cases, (("least", np.minimum), ("greatest", np.maximum))):
        if not len(own):
            continue
        laws = tree.resolved(own, end, periods)
        if any(_same(laws, other) for other in tried):
            continue
        tried.append(laws)
        again = verify_types(certificate.game, _profile(nodes, laws), discount=float(certificate.discount))
        told = f"ties of {who} resolved to the {word}"
        if again:
            inner.append(tree.played(laws, periods))
            fine.append(told)
        else:
            refused.append(f"{told}: {again.where}")
    reach = np.array(inner)
    return TieBand(
        event, curve, np.stack(ends, axis=1), np.stack([reach.min(axis=0), reach.max(axis=0)], axis=1),
        tuple(fine), tuple(refused), len(tied),
    )  # fmt: skip


class _Chain(NamedTuple):
    """Ways to play [W] at each pair of types and node, one after another, as rows of a chain.

    Attributes
    ----------
    sure : array [W], chance of the event in the next period
    steps : sparse array [W, P * N], chance of each next node without it
    starts, place : int arrays, the first way of each pair and node, and where that stands among [P * N]
    """

    sure: FloatArray
    steps: Any
    starts: IntArray
    place: IntArray


class _Tree:
    """Nodes of a profile with the branches on which an event happens, and steps back from the horizon."""

    def __init__(self, nodes: TypeNodes, event: BoolArray) -> None:
        self.nodes, self.game = nodes, nodes.lowered.game
        first, second = self.game.outside
        pairs = [(k, m) for k, m in product(range(len(first)), range(len(second))) if first[k] * second[m] > 0]
        self.pairs = np.array(pairs)
        weights = np.array([first[k] * second[m] for k, m in pairs])
        self.weights = weights / weights.sum()
        dyn = nodes.lowered.dynamics
        self.hits = [event[int(dyn.branch[h.rows[0]]) :][: len(h.rows)] for h in nodes.here]
        self.cells = []
        for s, here in enumerate(nodes.here):
            cell = here.acts[0] * dyn.shape(s)[1] + here.acts[1]
            starts = np.flatnonzero(np.diff(cell, prepend=-1))
            self.cells.append((cell[starts], starts))
        self.prescribed: list[list[FloatArray]] = [
            [np.stack([nodes.law(i, k, s) for k in range(len(t))]) for s in range(len(nodes.here))]
            for i, t in enumerate(self.game.types)
        ]

    def options(self, laws: list[list[FloatArray]], ties: IntArray) -> list[list[FloatArray]]:
        """Laws to choose from, per party and game state [K, N_s, O, A]; the first is the profile's own."""
        out = []
        for i in (0, 1):
            own = []
            for s, law in enumerate(laws[i]):
                rows = {x: r for r, x in enumerate(self.nodes.here[s].nodes.tolist())}
                here = [(k, rows[x], a) for j, k, x, a in ties.tolist() if j == i and x in rows]
                held: dict[tuple[int, int], list[int]] = {}
                for k, r, a in here:
                    held.setdefault((k, r), []).append(a)
                most = 1 + max(map(len, held.values()), default=0)
                table = np.repeat(law[:, :, None, :], most, axis=2)
                for (k, r), acts in held.items():
                    for n, a in enumerate(acts, 1):
                        table[k, r, n] = np.eye(law.shape[2])[a]
                own.append(table)
            out.append(own)
        return out

    def ahead(self, value: FloatArray, s: int) -> FloatArray:
        """P(event from here on) by action profile [P, N_s, A0, A1], given that from the next nodes on [P, N]."""
        here, shape = self.nodes.here[s], self.nodes.lowered.dynamics.shape(s)
        later = value[:, here.ahead[:, here.outcome]]
        worth = here.prob * np.where(self.hits[s], 1.0, later)
        out = np.zeros((*worth.shape[:2], shape[0] * shape[1]))
        cell, starts = self.cells[s]
        out[:, :, cell] = np.add.reduceat(worth, starts, axis=2)
        return out.reshape(*worth.shape[:2], *shape)

    def back(self, options: list[list[FloatArray]], periods: int, end: Any) -> tuple[FloatArray, FloatArray]:
        """P(event within t periods) at the start [T + 1], and what to aim at from the second period on.

        The aim is the probability within the T - 1 periods left, and by a trifle that of every shorter time: who only
        puts the event off is not indifferent.
        """
        chain = self._chain(options)
        value = np.zeros((len(self.pairs), len(self.nodes)))
        curve, last, total = [0.0], value, np.zeros_like(value)
        for _ in range(periods):
            last, value = value, np.zeros_like(value)
            total += last
            ways = chain.sure + chain.steps @ last.reshape(-1)
            value.reshape(-1)[chain.place] = end.reduceat(ways, chain.starts)
            curve.append(float(self.weights @ value[:, 0]))
        return np.array(curve), (1 - _SOONER) * last + _SOONER * total / periods

    def _chain(self, options: list[list[FloatArray]]) -> _Chain:
        from scipy.sparse import csr_matrix

        width, size, base = len(self.pairs), len(self.nodes), 0
        parts: list[tuple[Any, ...]] = []
        for s, here in enumerate(self.nodes.here):
            own = [options[i][s][self.pairs[:, i]][..., here.acts[i]] for i in (0, 1)]
            chance = here.prob * own[0][:, :, :, None] * own[1][:, :, None]
            now = chance[..., self.hits[s]].sum(axis=-1)
            chance[..., self.hits[s]] = 0.0
            p, r, *way, b = np.nonzero(chance)
            rows = base + np.ravel_multi_index((p, r, *way), now.shape)
            ahead = p * size + here.ahead[r, here.outcome[b]]
            count = now.shape[2] * now.shape[3]
            starts = base + np.arange(width * len(here.nodes)) * count
            place = np.arange(width)[:, None] * size + here.nodes
            parts.append((now.reshape(-1), chance[p, r, *way, b], rows, ahead, starts, place.reshape(-1)))
            base += now.size
        sure, data, rows, ahead, starts, place = (np.concatenate(each) for each in zip(*parts, strict=True))
        return _Chain(sure, csr_matrix((data, (rows, ahead)), shape=(base, width * size)), starts, place)

    def played(self, laws: list[list[FloatArray]], periods: int) -> FloatArray:
        """P(event within t periods) [T + 1] if parties play given laws at the nodes."""
        return self.back(self.options(laws, np.zeros((0, 4), np.int64)), periods, np.maximum)[0]

    def resolved(self, ties: IntArray, end: Any, periods: int) -> list[list[FloatArray]]:
        """Laws in which each tie is resolved towards an end, by one action for each type and node."""
        ties = self.where_play_leads(ties)
        options = self.options(self.prescribed, ties)
        _, aim = self.back(options, periods, end)
        laws = [[law.copy() for law in own] for own in self.prescribed]
        sign = 1.0 if end is np.minimum else -1.0
        for s, here in enumerate(self.nodes.here):
            rows = {x: r for r, x in enumerate(here.nodes.tolist())}
            asked = {(i, k, x) for i, k, x, _ in ties.tolist() if x in rows}
            if not asked:
                continue
            worth = self.ahead(aim, s)
            for i, k, x in sorted(asked):
                r = rows[x]
                score = self._score(worth[:, r], i, k, x, options[1 - i][s][:, r], end)
                best = float(self.prescribed[i][s][k, r] @ score)
                for a in [a for j, m, y, a in ties.tolist() if (j, m, y) == (i, k, x)]:
                    if sign * (score[a] - best) < -_LEAST:
                        best, laws[i][s][k, r] = float(score[a]), np.eye(len(score))[a]
        return laws

    def where_play_leads(self, ties: IntArray) -> IntArray:
        """Ties at nodes that types of positive prior reach, whichever way they are resolved."""
        options = self.options(self.prescribed, ties)
        takes = [[np.asarray((table > 0).any(axis=2)) for table in own] for own in options]
        seen, left = {0}, [0]
        while left:
            x = left.pop()
            here = self.nodes.here[int(self.nodes.state[x])]
            s, r = int(self.nodes.state[x]), int(np.flatnonzero(here.nodes == x)[0])
            own = [t[s][self.nodes.left[i][x], r].any(axis=0) for i, t in enumerate(takes)]
            live = own[0][here.acts[0]] & own[1][here.acts[1]]
            for y in np.unique(here.ahead[r, here.outcome[live]]).tolist():
                if y not in seen:
                    seen.add(y)
                    left.append(y)
        return ties[np.isin(ties[:, 2], sorted(seen))]

    def _score(self, worth: FloatArray, i: int, k: int, x: int, other: FloatArray, end: Any) -> FloatArray:
        """P(event) by own action [A] of a type at a node, the other's types weighed by what is left of them.

        Where ties of the other party `other` [K, O, B] are resolved too, each of its types takes the one that helps.
        """
        mine = self.pairs[:, i] == k
        others = self.pairs[mine, 1 - i]
        left = self.nodes.left[1 - i][x][others]
        weight = self.weights[mine] * (left if left.any() else 1.0)
        table = worth[mine] if i == 0 else worth[mine].swapaxes(1, 2)
        ways = table @ other[others].swapaxes(1, 2)
        return np.asarray((weight / weight.sum()) @ end.reduce(ways, axis=2))


def _same(one: list[list[FloatArray]], two: list[list[FloatArray]]) -> bool:
    return all(
        np.array_equal(a, b) for own, other in zip(one, two, strict=True) for a, b in zip(own, other, strict=True)
    )


def _profile(nodes: TypeNodes, laws: Sequence[Sequence[FloatArray]]) -> dict[str, dict[str, Automaton]]:
    """Automata that play given laws at the nodes; their states are what nodes say beside the game state."""
    low, game = nodes.lowered, nodes.lowered.game
    dyn = low.dynamics
    rows = np.column_stack([nodes.inner, *nodes.left]).astype(np.int64)
    _, first, phase = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    # the start's phase comes first
    order = np.argsort(first)
    rank = np.argsort(order)[phase.reshape(-1)]
    count = len(order)
    whole = dyn.signal if dyn.outcome is None else dyn.outcome
    moves: dict[str, IntArray] = {}
    for s, here in enumerate(nodes.here):
        width = int(dyn.outcomes[s]) if dyn.outcomes is not None else int(dyn.signals)  # type: ignore[arg-type]
        table = np.repeat(np.arange(count)[:, None], width, axis=1)
        table[rank[here.nodes][:, None], whole[here.shown]] = rank[here.ahead]
        moves[dyn.states[s]] = table
    names = distinct([f"phase {n}" for n in range(count)], "phase")
    single = len(dyn.states) == 1 and dyn.outcome is None
    out: dict[str, dict[str, Automaton]] = {}
    for i, party in enumerate(game.players):
        out[party] = {}
        for k, kind in enumerate(game.types[i]):
            if (party, kind) in game.commitments:
                continue
            outputs = {}
            for s, here in enumerate(nodes.here):
                law = np.zeros((count, dyn.shape(s)[i]))
                law[:, 0] = 1.0
                law[rank[here.nodes]] = laws[i][s][k]
                outputs[dyn.states[s]] = law
            own = (outputs[dyn.states[0]], moves[dyn.states[0]]) if single else (outputs, moves)
            out[party][kind] = Automaton(*own, states=names)
    return out
