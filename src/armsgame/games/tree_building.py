"""From nested pieces to the arrays of an extensive game, with every check on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from armsgame._checks import settle_rows
from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame, close_matches
from armsgame.games.tree_nodes import CHANCE, TERMINAL, Chance, InformationSet, Move, Node, Outcome, Trail, history_of


def read_tree(players: tuple[str, ...], root: Node) -> dict[str, Any]:
    """Return the fields of an `ExtensiveGame` from its pieces."""
    reader = _Reader(players)
    reader.read(root)
    return reader.fields()


class _Reader:
    def __init__(self, players: tuple[str, ...]) -> None:
        self.players = players
        self.parents: list[int] = []
        self.owners: list[int] = []
        self.set_of: list[int] = []
        self.labels: list[str] = []
        self.actions_of: list[tuple[str, ...]] = []
        self.chances: list[Any] = []
        self.ends: list[Any] = []
        self.outcomes: list[str] = []
        self.keys: dict[tuple[int, str], int] = {}
        self.members: list[list[int]] = []

    def read(self, root: Node) -> None:
        # a stack and not recursion: a long line of moves may exceed Python's limit
        stack: list[tuple[Any, int, str, Any]] = [(root, -1, "", 1.0)]
        while stack:
            piece, parent, label, chance = stack.pop()
            node = len(self.parents)
            self.parents.append(parent)
            self.labels.append(label)
            self.chances.append(chance)
            self.set_of.append(-1)
            if isinstance(piece, Move):
                self.owners.append(self.mover(piece, node))
                if not piece.actions:
                    self.fail(node, f"{piece.player} at {piece.at!r} has no action; expected at least 1.")
                below = [(child, node, name, 1.0) for name, child in self.join(piece, node)]
            elif isinstance(piece, Chance):
                self.owners.append(CHANCE)
                if not piece.branches:
                    self.fail(node, "chance has no branch; expected at least 1.")
                self.texts(node, "chance", piece.branches)
                below = []
                for name, branch in piece.branches.items():
                    if not isinstance(branch, Sequence) or len(branch) != 2:
                        self.fail(node, f"the branch {name!r} of chance is {branch!r}; expected (probability, node).")
                    below.append((branch[1], node, str(name), branch[0]))
            else:
                self.owners.append(TERMINAL)
                self.end(piece, node)
                below = []
            stack.extend(reversed(below))

    def fail(self, node: int, message: str) -> NoReturn:
        raise InvalidGame(f"after {self.history(node)}: {message}")

    def history(self, node: int) -> str:
        return history_of(self.labels, self.parents, node)

    def mover(self, piece: Move, node: int) -> int:
        if piece.player not in self.players:
            self.fail(node, f"player {piece.player!r} is unknown. {close_matches(str(piece.player), self.players)}")
        return self.players.index(piece.player)

    def texts(self, node: int, who: str, given: Mapping[str, object]) -> tuple[str, ...]:
        names = tuple(str(name) for name in given)
        if len(set(names)) < len(names):
            self.fail(node, f"{who} has two branches with one label in {names}; allowed: labels that differ as text.")
        return names

    def join(self, piece: Move, node: int) -> list[tuple[str, Any]]:
        """Put a node into its information set; its actions in the order of the set."""
        key = (self.owners[node], str(piece.at))
        names = self.texts(node, f"{piece.player} at {piece.at!r}", piece.actions)
        if key not in self.keys:
            self.keys[key] = len(self.members)
            self.members.append([])
            self.actions_of.append(names)
        known = self.keys[key]
        if sorted(self.actions_of[known]) != sorted(names):
            self.fail(
                node,
                f"{piece.player} at {piece.at!r} has the actions {names}, but after "
                f"{self.history(self.members[known][0])} it has {self.actions_of[known]}; allowed: the same actions, "
                "for the player cannot tell the nodes apart. Rename one of the sets.",
            )
        self.members[known].append(node)
        self.set_of[node] = known
        below = dict(zip(names, piece.actions.values(), strict=True))
        return [(name, below[name]) for name in self.actions_of[known]]

    def end(self, piece: Any, node: int) -> None:
        label, pays = (piece.label, piece.payoffs) if isinstance(piece, Outcome) else ("", piece)
        if isinstance(pays, Mapping):
            missing = [p for p in self.players if p not in pays]
            if missing or len(pays) != len(self.players):
                extra = [p for p in pays if p not in self.players]
                self.fail(node, f"payoffs of {list(pays)}: {missing} missing, {extra} unknown; give one per player.")
            pays = [pays[p] for p in self.players]
        if isinstance(pays, (str, bytes)) or not hasattr(pays, "__len__") or len(pays) != len(self.players):
            self.fail(node, f"payoffs are {pays!r}; expected {len(self.players)} numbers, one per player.")
        try:
            self.ends.append([np.asarray(v, dtype=np.float64) for v in pays])
        except (TypeError, ValueError):
            self.fail(node, f"payoffs are {pays!r}; expected numbers, or arrays of numbers.")
        self.outcomes.append(label)

    def fields(self) -> dict[str, Any]:
        owners, set_of = np.array(self.owners), np.array(self.set_of)
        parents = np.array(self.parents)
        children: list[list[int]] = [[] for _ in parents]
        for node in range(1, len(parents)):
            children[parents[node]].append(node)
        starts = np.concatenate([[0], np.cumsum([len(a) for a in self.actions_of], dtype=np.int64)]).astype(np.int64)
        moves = np.full(len(parents), -1)
        for node, below in enumerate(children):
            if set_of[node] >= 0:
                moves[below] = starts[set_of[node]] + np.arange(len(below))
        forgotten = self.recall(parents, owners, moves, starts)
        try:
            law = [np.asarray(p, dtype=np.float64) for p in self.chances]
            shape = np.broadcast_shapes(*(p.shape for p in law), *(v.shape for end in self.ends for v in end))
        except (TypeError, ValueError) as fault:
            raise InvalidGame(
                f"payoffs and probabilities do not broadcast to one batch ({fault}); allowed: numbers, or arrays whose "
                "shapes broadcast."
            ) from None
        chances = np.stack([np.broadcast_to(p, shape) for p in law], axis=-1)
        pays = np.stack([np.stack([np.broadcast_to(v, shape) for v in end], axis=-1) for end in self.ends], axis=-2)
        kids = tuple(tuple(below) for below in children)
        chances, pays = checked_numbers(chances, pays, owners, kids, self.history)
        trail = Trail(tuple(self.labels), tuple(self.parents))
        sets = tuple(
            InformationSet(key[0], key[1], self.actions_of[k], tuple(nodes), trail)
            for (key, k), nodes in zip(self.keys.items(), self.members, strict=True)
        )
        arrays = {
            "parents": parents,
            "owners": owners,
            "set_of": set_of,
            "moves": moves,
            "starts": starts,
            "terminals": np.flatnonzero(owners == TERMINAL),
        }
        for array in arrays.values():
            array.setflags(write=False)
        return {
            "sets": sets,
            "labels": trail[0],
            "children": kids,
            "outcomes": tuple(self.outcomes),
            "chances": chances,
            "payoffs": pays,
            "forgotten": forgotten,
            **arrays,
        }

    def recall(self, parents: IntArray, owners: IntArray, moves: IntArray, starts: IntArray) -> str:
        """Two nodes of a set with different own moves before them, in words; empty under perfect recall."""
        # last own action before each node, per player; equal last actions imply equal own histories
        # once the sets above have been checked, and nodes come depth first
        last = np.full((len(parents), len(self.players)), -1)
        for node in range(1, len(parents)):
            up = parents[node]
            last[node] = last[up]
            if owners[up] >= 0:
                last[node, owners[up]] = moves[node]
        for (who, label), k in self.keys.items():
            nodes = self.members[k]
            own = last[nodes, who]
            if (own != own[0]).any():
                other = nodes[int(np.flatnonzero(own != own[0])[0])]
                words = [self.word(int(a), starts) for a in (own[0], last[other, who])]
                return (
                    f"Imperfect recall: {self.players[who]} at {label!r} cannot tell '{self.history(nodes[0])}' from "
                    f"'{self.history(other)}', but its own last move was {words[0]} in the one and {words[1]} in the "
                    "other."
                )
        return ""

    def word(self, action: int, starts: IntArray) -> str:
        if action < 0:
            return "none"
        h = int(np.searchsorted(starts, action, side="right")) - 1
        label = next(label for (_, label), k in self.keys.items() if k == h)
        return f"{self.actions_of[h][action - starts[h]]!r} at {label!r}"


def checked_numbers(
    chances: FloatArray,
    payoffs: FloatArray,
    owners: IntArray,
    children: Sequence[Sequence[int]],
    history: Callable[[int], str],
) -> tuple[FloatArray, FloatArray]:
    """Return read-only copies with one batch shape, or raise `InvalidGame` with the place."""
    shape = np.broadcast_shapes(chances.shape[:-1], payoffs.shape[:-2])
    chances = np.array(np.broadcast_to(chances, (*shape, chances.shape[-1])))
    payoffs = np.array(np.broadcast_to(payoffs, (*shape, *payoffs.shape[-2:])))
    for node in np.flatnonzero(owners == CHANCE).tolist():
        law = chances[..., list(children[node])]
        settled, bad = settle_rows(law)
        if bad.any():
            at = tuple(int(k) for k in np.argwhere(bad)[0])
            raise InvalidGame(
                f"after {history(node)}: chance has the probabilities {law[at].tolist()} with sum "
                f"{float(law[at].sum())!r}{f' at batch position {at}' if at else ''}; allowed: at least 0, with sum 1. "
                "Divide them by their sum."
            )
        chances[..., list(children[node])] = settled
    if not np.isfinite(payoffs).all():
        where = tuple(int(k) for k in np.argwhere(~np.isfinite(payoffs))[0])
        end = int(np.flatnonzero(owners == TERMINAL)[where[-2]])
        raise InvalidGame(
            f"after {history(end)}: the payoff of player {where[-1]} is {float(payoffs[where])!r}; allowed: finite "
            "numbers."
        )
    chances.setflags(write=False)
    payoffs.setflags(write=False)
    return chances, payoffs
