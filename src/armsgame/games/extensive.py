"""Extensive games: trees with chance, information sets and types, built from readable pieces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from armsgame._shown import Drawn, Value
from armsgame._typing import ArrayLike, FloatArray, IntArray
from armsgame._values import freeze
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.games.tree_building import checked_numbers, read_tree
from armsgame.games.tree_nodes import TERMINAL, Chance, InformationSet, Move, Node, history_of


@dataclass(frozen=True, slots=True, init=False, eq=False)
class ExtensiveGame(Drawn, Value):
    """A finite extensive game, possibly for a whole batch of parameter points.

    Parameters
    ----------
    players : sequence of str
    root : Move, Chance, Outcome, payoffs
        The tree. A terminal node is a sequence of P payoffs, a mapping from player to payoff, or
        an `Outcome`. Payoffs and probabilities may be arrays that broadcast to batch axes
        ``[*B]``.
    title : str

    Attributes
    ----------
    sets : tuple of InformationSet, length H
        In the order in which the tree, read depth first, meets them.
    parents : int array [N]
        Nodes are numbered depth first: 0 is the root, -1 its parent.
    owners : int array [N]
        Player to move, -1 for chance, -2 at terminal nodes.
    set_of : int array [N]
        Information set of a node, -1 where no player moves.
    labels : tuple of str, length N
        Label of the branch that leads to each node.
    moves : int array [N]
        Number of the action that leads to each node (`starts[h] + a`), -1 after chance.
    starts : int array [H+1]
        First number of the actions of each information set; actions are numbered through.
    children : tuple of tuples of int, length N
    terminals : int array [Z]
    outcomes : tuple of str, length Z
        Labels of the terminal nodes, ``""`` where none was given.
    chances : float array ``[*B, N]``
        Probability of the branch that leads to a node where chance moves, else 1.
    payoffs : float array ``[*B, Z, P]``
    forgotten : str
        Where a player does not remember its own moves; empty under perfect recall. Such a tree has a
        strategic form, and other verbs refuse it.

    Raises
    ------
    InvalidGame
        An information set with different actions (with the place), chance probabilities that are
        none, a payoff that is missing or not finite, an unknown player.

    Examples
    --------
    >>> trust = ExtensiveGame(
    ...     ["one", "two"],
    ...     Move("one", "start", {"trust": Move("two", "trusted", {"honour": (1, 1), "abuse": (-1, 2)}),
    ...                           "not": (0, 0)}),
    ... )
    >>> [(s.label, s.actions) for s in trust.sets]
    [('start', ('trust', 'not')), ('trusted', ('honour', 'abuse'))]
    """

    players: tuple[str, ...]
    title: str = field(compare=False)
    sets: tuple[InformationSet, ...]
    parents: IntArray
    owners: IntArray
    set_of: IntArray
    labels: tuple[str, ...]
    moves: IntArray
    starts: IntArray
    children: tuple[tuple[int, ...], ...]
    terminals: IntArray
    outcomes: tuple[str, ...]
    chances: FloatArray = field(repr=False)
    payoffs: FloatArray = field(repr=False)
    forgotten: str

    def __init__(self, players: Sequence[str], root: Node, *, title: str = "") -> None:
        names = tuple(players)
        if isinstance(players, str) or not names or len(set(names)) != len(names):
            invalid("players", players, "at least one label, all different")
        for name, value in read_tree(names, root).items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "players", names)
        object.__setattr__(self, "title", title)
        freeze(self)

    @classmethod
    def signalling(
        cls,
        prior: Mapping[str, object],
        messages: Sequence[str],
        replies: Sequence[str],
        payoffs: Callable[[str, str, str], object] | Mapping[object, object],
        *,
        players: Sequence[str] = ("sender", "receiver"),
        title: str = "",
    ) -> ExtensiveGame:
        """Game in which a sender with a private type sends a message and a receiver replies.

        Parameters
        ----------
        prior : mapping from type to probability (a number or an array ``[*B]``)
        messages, replies : sequences of str
        payoffs : callable (type, message, reply) -> (sender's, receiver's), or such a mapping
        players : two labels
        title : str

        Examples
        --------
        >>> def payoffs(type, breakfast, reply):
        ...     likes = breakfast == ("beer" if type == "surly" else "quiche")
        ...     return likes + 2 * (reply == "leave"), (reply == "duel") == (type == "wimp")
        >>> game = ExtensiveGame.signalling({"surly": 0.9, "wimp": 0.1}, ["beer", "quiche"],
        ...                                 ["leave", "duel"], payoffs)
        >>> [s.label for s in game.sets]
        ['surly', 'beer', 'quiche', 'wimp']

        References
        ----------
        I.-K. Cho and D. M. Kreps (1987), Quarterly Journal of Economics 102, 179-221.
        """
        one, two = players

        def end(kind: str, message: str, reply: str) -> Any:
            if callable(payoffs):
                return payoffs(kind, message, reply)
            if (kind, message, reply) not in payoffs:
                raise InvalidGame(
                    f"type {kind!r} has no payoffs after message {message!r} and reply {reply!r}; allowed: one pair "
                    "for every (type, message, reply). Add it."
                )
            return payoffs[kind, message, reply]

        def told(kind: str, message: str) -> Move:
            return Move(two, message, {r: end(kind, message, r) for r in replies})

        return cls(
            players,
            Chance({t: (p, Move(one, t, {m: told(t, m) for m in messages})) for t, p in prior.items()}),
            title=title,
        )

    @property
    def batch(self) -> tuple[int, ...]:
        """Shape of the leading batch axes."""
        return self.payoffs.shape[:-2]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of actions of each information set."""
        return tuple(len(s.actions) for s in self.sets)

    def player(self, who: int | str) -> int:
        """Index of a player given by index or label."""
        if isinstance(who, str) and who in self.players:
            return self.players.index(who)
        if isinstance(who, (int, np.integer)) and 0 <= who < len(self.players):
            return int(who)
        raise InvalidGame(f"player {who!r} is unknown. {close_matches(str(who), self.players)}")

    def set_index(self, label: str, player: int | str | None = None) -> int:
        """Index of an information set by its label (and player, where two share a label)."""
        who = None if player is None else self.player(player)
        found = [k for k, s in enumerate(self.sets) if s.label == label and who in (None, s.player)]
        if len(found) == 1:
            return found[0]
        if found:
            raise InvalidGame(f"information set {label!r} belongs to several players; name one of {self.players}.")
        raise InvalidGame(f"information set {label!r} is unknown. {close_matches(label, {s.label for s in self.sets})}")

    def history(self, node: int) -> str:
        """Labels of the branches from the root to a node."""
        return history_of(self.labels, self.parents, node)

    def parts(self, flat: ArrayLike) -> tuple[FloatArray, ...]:
        """Split an array ``[.., n]`` over all actions into one ``[.., A_h]`` per information set."""
        array = np.asarray(flat)
        return tuple([array[..., a:b] for a, b in pairwise(self.starts.tolist())])

    def with_payoffs(self, payoffs: ArrayLike) -> ExtensiveGame:
        """Return the same tree with other payoffs ``[*B, Z, P]`` at its terminal nodes.

        Examples
        --------
        >>> game = ExtensiveGame(["one"], Move("one", "start", {"a": (1,), "b": (2,)}))
        >>> game.with_payoffs(-game.payoffs).payoffs.ravel().tolist()
        [-1.0, -2.0]
        """
        return self._with(payoffs, self.chances)

    def with_chances(self, chances: ArrayLike) -> ExtensiveGame:
        """Return the same tree with other probabilities ``[*B, N]`` of the branches at chance nodes."""
        return self._with(self.payoffs, chances)

    def __getitem__(self, index: object) -> ExtensiveGame:
        """Game (or smaller batch) at a position of the batch axes."""
        if not self.batch:
            raise InvalidGame("this ExtensiveGame has no batch axes to index; use .payoffs for the array.")
        flat = np.arange(int(np.prod(self.batch))).reshape(self.batch)[index]  # type: ignore[call-overload]
        return self._with(
            self.payoffs.reshape(-1, *self.payoffs.shape[-2:])[flat], self.chances.reshape(-1, len(self.parents))[flat]
        )

    def _with(self, payoffs: ArrayLike, chances: ArrayLike) -> ExtensiveGame:
        pay, law = np.array(payoffs, dtype=np.float64), np.array(chances, dtype=np.float64)
        if pay.shape[-2:] != self.payoffs.shape[-2:]:
            invalid("payoffs.shape", pay.shape, f"[*B, {len(self.terminals)}, {len(self.players)}]")
        if law.shape[-1:] != self.chances.shape[-1:]:
            invalid("chances.shape", law.shape, f"[*B, {len(self.parents)}], one per node")
        fresh = object.__new__(type(self))
        for name in type(self).__dataclass_fields__:
            object.__setattr__(fresh, name, getattr(self, name))
        law, pay = checked_numbers(law, pay, self.owners, self.children, self.history)
        object.__setattr__(fresh, "chances", law)
        object.__setattr__(fresh, "payoffs", pay)
        return fresh

    @property
    def perfect_information(self) -> bool:
        """Whether every information set is one node."""
        return all(len(s.nodes) == 1 for s in self.sets)

    def subgame_roots(self) -> tuple[int, ...]:
        """Nodes at which a subgame begins: no information set reaches out of it; the root first."""
        count = len(self.parents)
        last, least, most = list(range(count)), [count] * count, [-1] * count
        for s in self.sets:
            for node in s.nodes:
                least[node], most[node] = min(s.nodes), max(s.nodes)
        parents = self.parents.tolist()
        for node in range(count - 1, 0, -1):
            up = parents[node]
            last[up] = max(last[up], last[node])
            least[up], most[up] = min(least[up], least[node]), max(most[up], most[node])
        inner = np.flatnonzero(self.owners != TERMINAL).tolist()
        return tuple(n for n in inner if n <= least[n] and most[n] <= last[n])

    def explain(self) -> str:
        """Who moves where and what it knows there, in sentences."""
        known = "Whoever moves knows all that went before." if self.perfect_information else ""
        lines = [f"{' and '.join(self.players)} move in a tree of {len(self.parents)} nodes. {known}".rstrip()]
        for s in self.sets:
            many = len(s.nodes)
            doubt = "" if many == 1 else f", and cannot tell apart the {many} histories that lead there"
            lines.append(f"{self.players[s.player]} chooses at {s.label!r} among {', '.join(s.actions)}{doubt}.")
        return "\n".join(lines)

    def __str__(self) -> str:
        batch = f", batch {self.batch}" if self.batch else ""
        head = f"extensive game{f' {self.title!r}' if self.title else ''} of {', '.join(self.players)}"
        lines = [f"{head}: {len(self.parents)} nodes, {len(self.sets)} information sets{batch}"]
        for s in self.sets[:30]:
            many = "" if len(s.nodes) == 1 else f"   ({len(s.nodes)} nodes)"
            lines.append(f"  {self.players[s.player]} at {s.label!r}: {', '.join(s.actions)}{many}")
        if len(self.sets) > 30:
            lines.append(f"  .. and {len(self.sets) - 30} more")
        return "\n".join(lines)
