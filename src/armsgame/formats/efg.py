"""Gambit's .efg files: extensive games as text, read with places and written without loss."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from armsgame._checks import distinct
from armsgame.formats.tokens import TokenReader, quoted, saved, source_text, written
from armsgame.games.coercion import Modelled, one_game
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import CHANCE, TERMINAL, Chance, Move, Outcome
from armsgame.games.tree_nodes import Node as TreeNode


def read_efg(source: str | Path) -> ExtensiveGame:
    """Read an extensive game from a .efg file or from its text.

    Parameters
    ----------
    source : path, or text that begins with EFG
        ``1/3``, ``0.25`` and ``1e-3`` are read exactly and then rounded once. Payoffs at inner
        nodes are added to those of the terminal nodes below. An information set without a label
        is called by its number.

    Returns
    -------
    ExtensiveGame

    Raises
    ------
    InvalidGame
        A malformed file, with line and column, an outcome or chance node with two sets of numbers among
        its faults; a missing file.

    References
    ----------
    The Gambit Project, Game representation formats: the extensive game (.efg) file format.

    Examples
    --------
    >>> game = read_efg('EFG 2 R "" { "one" } p "" 1 1 "" { "a" "b" } 0 t "" 1 "" { 1/2 } t "" 2 "" { 0 }')
    >>> game.payoffs.ravel().tolist()
    [0.5, 0.0]
    """
    return _Reader(*source_text(source, "EFG", ".efg")).game()


def write_efg(game: ExtensiveGame | Modelled, path: str | Path | None = None, *, comment: str = "") -> str:
    """Write an extensive game as a .efg file.

    Parameters
    ----------
    game : ExtensiveGame
        One game.
    path : path, optional
        Where to write; by default only the text is returned.
    comment : str

    Returns
    -------
    str
        The text. Reading it gives an equal game, if no two information sets of one player have
        the same label and none has an empty one.

    Raises
    ------
    WrongConcept
        No ExtensiveGame, or one with batch axes.

    Examples
    --------
    >>> from armsgame.games.tree_nodes import Move
    >>> print(write_efg(ExtensiveGame(["one"], Move("one", "start", {"a": (0.5,), "b": (1 / 3,)}), title="two ways")))
    EFG 2 R "two ways" { "one" }
    ""
    <BLANKLINE>
    p "" 1 1 "start" { "a" "b" } 0
    t "" 1 "" { 0.5 }
    t "" 2 "" { 1/3 }
    <BLANKLINE>
    """
    game = one_game("write_efg", game, ExtensiveGame)
    names = " ".join(quoted(p) for p in game.players)
    lines = [f"EFG 2 R {quoted(game.title)} {{ {names} }}", quoted(comment), ""]
    number: dict[int, int] = {}
    for i in range(len(game.players)):
        own = [h for h, s in enumerate(game.sets) if s.player == i]
        number |= {h: k + 1 for k, h in enumerate(own)}
    draws, ends = 0, 0
    for node, kids in enumerate(game.children):
        if game.owners[node] == TERMINAL:
            pays = ", ".join(written(v) for v in game.payoffs[ends].tolist())
            lines.append(f't "" {ends + 1} {quoted(game.outcomes[ends])} {{ {pays} }}')
            ends += 1
        elif game.owners[node] == CHANCE:
            draws += 1
            law = " ".join(f"{quoted(game.labels[c])} {written(float(game.chances[c]))}" for c in kids)
            lines.append(f'c "" {draws} "" {{ {law} }} 0')
        else:
            h = int(game.set_of[node])
            s = game.sets[h]
            acts = " ".join(quoted(a) for a in s.actions)
            lines.append(f'p "" {s.player + 1} {number[h]} {quoted(s.label)} {{ {acts} }} 0')
    return saved(lines, path)


@dataclass(slots=True)
class _Set:
    label: str
    actions: list[str]
    law: list[Fraction] = field(default_factory=list)


@dataclass(slots=True)
class _Node:
    pays: list[Fraction]
    key: tuple[int, int] | None = None
    label: str = ""
    branches: int = 0
    below: list[_Node] = field(default_factory=list)


class _Reader(TokenReader):
    """Nodes in the order of the file, which is depth first."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text, name)
        self.sets: dict[tuple[int, int], _Set] = {}
        self.outcomes: dict[int, tuple[str, list[Fraction]]] = {}
        self.players: tuple[str, ...] = ()

    def game(self) -> ExtensiveGame:
        title, players = self.opening("EFG", "2", "an extensive game (a strategic game begins with NFG)")
        self.players = distinct(players, "player ")
        self.optional()
        root = self.tree()
        self.ending("node")
        self.name_sets()
        return ExtensiveGame(self.players, self.piece(root), title=title)

    def tree(self) -> _Node:
        """Nested lists [kind, key, payoffs so far, children]; a loop, for trees may be deep."""
        root = self.node(None)
        unfinished = [root]
        while unfinished:
            if len(unfinished[-1].below) == unfinished[-1].branches:
                unfinished.pop()
                continue
            node = self.node(unfinished[-1])
            unfinished[-1].below.append(node)
            unfinished.append(node)
        return root

    def node(self, above: _Node | None) -> _Node:
        token = self.take("word", None, "a node: p, c or t" + (" (a branch is still without one)" if above else ""))
        if token.text not in ("p", "c", "t"):
            self.fail(token.at, f"found {token.text!r}; expected a node: p (player), c (chance) or t (terminal).")
        self.take("label", None, "the node's label in double quotes")
        if token.text == "t":
            label, pays = self.outcome(above)
            return _Node(pays, label=label)
        who = 0
        if token.text == "p":
            at = self.peek().at
            who = self.whole("the player's number")
            if not 1 <= who <= len(self.players):
                self.fail(at, f"player {who} is unknown; allowed: 1 to {len(self.players)}.")
        number = self.whole("the number of the information set")
        own = self.information_set(who, number)
        return _Node(self.outcome(above)[1], (who, number), branches=len(own.actions))

    def whole(self, wanted: str) -> int:
        token = self.take("word", None, wanted)
        if not re.fullmatch(r"\d{1,9}", token.text):
            self.fail(token.at, f"found {token.text!r}; expected {wanted}.")
        return int(token.text)

    def information_set(self, who: int, number: int) -> _Set:
        label = self.optional()
        at, known = self.peek().at, self.sets.get((who, number))
        if self.peek().kind != "brace":
            if known is None:
                self.fail(at, "the actions of a new information set are missing; expected { labels }.")
            return known
        self.take("brace", "{", "{ before the actions")
        found = _Set(label, [])
        while not self.ahead("}"):
            found.actions.append(self.take("label", None, "an action's label in double quotes, or }").text)
            if not who:
                found.law.append(self.number("the probability of this branch"))
        self.next += 1
        if not found.actions:
            self.fail(at, "no action; expected at least one label.")
        found.actions = list(distinct(found.actions, "a"))
        if not who:
            if min(found.law) < 0 or abs(float(sum(found.law)) - 1) > 1e-9:
                told = " ".join(str(p) for p in found.law)
                self.fail(at, f"chance has the probabilities {told} with sum {sum(found.law)}; expected sum 1.")
        elif known is not None and known.actions != found.actions:
            told = f"information set {number} of {self.players[who - 1]} has the actions {found.actions}, before it had"
            self.fail(at, f"{told} {known.actions}; expected the same, for the player cannot tell the nodes apart.")
        if known is None:
            self.sets[who, number] = found
            return found
        if not who and known.law != found.law:
            self.fail(at, f"chance node {number} had other probabilities before; give it another number.")
        known.label = known.label or label
        return known

    def outcome(self, above: _Node | None) -> tuple[str, list[Fraction]]:
        at, number = self.peek().at, self.whole("the number of the outcome")
        label = self.optional()
        if self.ahead("{"):
            self.next += 1
            pays = [self.number(f"{len(self.players)} payoffs of this outcome") for _ in self.players]
            self.take("brace", "}", f"}} after {len(self.players)} payoffs")
            before = self.outcomes.get(number, ("", [Fraction(0)] * len(pays)))[1]
            if pays != before and (number in self.outcomes or not number):
                now, then = (" ".join(map(str, one)) for one in (pays, before))
                why = f"before it had {then}" if number else "0 stands for no outcome"
                self.fail(at, f"outcome {number} has the payoffs {now}, but {why}. Give it another number.")
            label = label or self.outcomes.get(number, ("",))[0]
            self.outcomes[number] = (label, pays)
        elif number and number not in self.outcomes:
            self.fail(self.peek().at, f"outcome {number} is new and has no payoffs; expected {{ payoffs }}.")
        nothing = ("", [Fraction(0)] * len(self.players))
        label, pays = self.outcomes[number] if number else nothing
        return label, [a + b for a, b in zip(above.pays, pays, strict=True)] if above else pays

    def name_sets(self) -> None:
        for who in range(1, len(self.players) + 1):
            keys = [key for key in self.sets if key[0] == who]
            for key, name in zip(keys, distinct([self.sets[k].label or str(k[1]) for k in keys], "set "), strict=True):
                self.sets[key].label = name

    def piece(self, root: _Node) -> TreeNode:
        """Pieces from the nested lists, the last nodes first."""
        order, stack = [], [root]
        while stack:
            order.append(stack.pop())
            stack.extend(order[-1].below)
        made: dict[int, TreeNode] = {}
        for node in reversed(order):
            if node.key is None:
                made[id(node)] = Outcome(node.label, [np.float64(float(v)) for v in node.pays])
                continue
            who, own = node.key[0], self.sets[node.key]
            kids = [made[id(child)] for child in node.below]
            if who:
                made[id(node)] = Move(self.players[who - 1], own.label, dict(zip(own.actions, kids, strict=True)))
            else:
                law = map(float, own.law)
                made[id(node)] = Chance({a: (p, kid) for a, p, kid in zip(own.actions, law, kids, strict=True)})
        return made[id(root)]
