"""Gambit's .efg files: extensive games as text, read with places and written without loss."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from armsgame._checks import distinct
from armsgame.formats.tokens import TokenReader, quoted, source_text, written
from armsgame.games.coercion import Modelled, one_game
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import CHANCE, TERMINAL, Chance, Move, Outcome

__all__ = ["read_efg", "write_efg"]


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
    text = "\n".join(lines) + "\n"
    if path is not None:
        Path(path).write_text(text, encoding="utf-8")
    return text


@dataclass(slots=True)
class _Set:
    label: str
    actions: list[str]
    law: list[Fraction] = field(default_factory=list)


class _Reader(TokenReader):
    """Nodes in the order of the file, which is depth first."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text, name)
        self.sets: dict[tuple[int, int], _Set] = {}
        self.outcomes: dict[int, tuple[str, list[Fraction]]] = {}
        self.players: tuple[str, ...] = ()

    def game(self) -> ExtensiveGame:
        self.take("word", "EFG", "EFG, the first word of an extensive game (a strategic game begins with NFG)")
        self.take("word", "2", "2, the version of the format")
        token = self.take("word", None, "R, the type of payoffs")
        if token.text not in ("R", "D"):
            self.fail(token.at, f"payoff type {token.text!r} is unknown; allowed: R, or D in old files.")
        title = self.take("label", None, "a title in double quotes").text
        at = self.peek().at
        players = self.labels("a player's label in double quotes")
        if not players:
            self.fail(at, "no player; a game needs at least one label.")
        self.players = distinct(players, "player ")
        if self.peek().kind == "label":
            self.next += 1
        root = self.tree()
        token = self.peek()
        if token.kind != "end":
            self.fail(token.at, f"found {token.text!r} after the last node; expected the end of the file.")
        self.name_sets()
        return ExtensiveGame(self.players, self.piece(root), title=title)

    def tree(self) -> Any:
        """Nested lists [kind, key, payoffs so far, children]; a loop, for trees may be deep."""
        root = None
        open_nodes: list[tuple[Any, int]] = []
        while True:
            node, size = self.node(open_nodes[-1][0][2] if open_nodes else None, bool(open_nodes))
            if root is None:
                root = node
            if open_nodes:
                open_nodes[-1][0][3].append(node)
            if size:
                open_nodes.append((node, size))
            while open_nodes and len(open_nodes[-1][0][3]) == open_nodes[-1][1]:
                open_nodes.pop()
            if not open_nodes:
                return root

    def node(self, above: Any, inside: bool) -> tuple[Any, int]:
        token = self.take("word", None, "a node: p, c or t" + (" (a branch is still without one)" if inside else ""))
        if token.text not in ("p", "c", "t"):
            self.fail(token.at, f"found {token.text!r}; expected a node: p (player), c (chance) or t (terminal).")
        self.take("label", None, "the node's label in double quotes")
        if token.text == "t":
            label, pays = self.outcome(above)
            return ["t", label, pays, []], 0
        who = 0
        if token.text == "p":
            at = self.peek().at
            who = self.whole("the player's number")
            if not 1 <= who <= len(self.players):
                self.fail(at, f"player {who} is unknown; allowed: 1 to {len(self.players)}.")
        number = self.whole("the number of the information set")
        own = self.information_set(who, number)
        _, pays = self.outcome(above)
        return ["p" if who else "c", (who, number), pays, []], len(own.actions)

    def whole(self, wanted: str) -> int:
        token = self.take("word", None, wanted)
        if not re.fullmatch(r"\d{1,9}", token.text):
            self.fail(token.at, f"found {token.text!r}; expected {wanted}.")
        return int(token.text)

    def information_set(self, who: int, number: int) -> _Set:
        label = ""
        if self.peek().kind == "label":
            label = self.take("label", None, "a label").text
        at, known = self.peek().at, self.sets.get((who, number))
        if self.peek().kind != "brace":
            if known is None:
                self.fail(at, "the actions of a new information set are missing; expected { labels }.")
            return known
        self.take("brace", "{", "{ before the actions")
        found = _Set(label, [])
        while not (self.peek().kind == "brace" and self.peek().text == "}"):
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
            self.fail(
                at,
                f"information set {number} of {self.players[who - 1]} has the actions {found.actions}, before it had "
                f"{known.actions}; expected the same, for the player cannot tell the nodes apart.",
            )
        if known is None:
            self.sets[who, number] = found
            return found
        if not who and known.law != found.law:
            self.fail(at, f"chance node {number} had other probabilities before; give it another number.")
        known.label = known.label or label
        return known

    def outcome(self, above: Any) -> tuple[str, list[Fraction]]:
        at, number = self.peek().at, self.whole("the number of the outcome")
        label = ""
        if self.peek().kind == "label":
            label = self.take("label", None, "a label").text
        if self.peek().kind == "brace" and self.peek().text == "{":
            self.next += 1
            pays = [self.number(f"{len(self.players)} payoffs of this outcome") for _ in self.players]
            self.take("brace", "}", f"}} after {len(self.players)} payoffs")
            before = self.outcomes.get(number, ("", [Fraction(0)] * len(pays)))[1]
            if pays != before and (number in self.outcomes or not number):
                told = [" ".join(map(str, one)) for one in (pays, before)]
                self.fail(
                    at,
                    f"outcome {number} has the payoffs {told[0]}, but "
                    + (f"before it had {told[1]}. " if number else "0 stands for no outcome. ")
                    + "Give it another number.",
                )
            label = label or self.outcomes.get(number, ("",))[0]
            self.outcomes[number] = (label, pays)
        elif number and number not in self.outcomes:
            self.fail(self.peek().at, f"outcome {number} is new and has no payoffs; expected {{ payoffs }}.")
        nothing = ("", [Fraction(0)] * len(self.players))
        label, pays = self.outcomes[number] if number else nothing
        return label, [a + b for a, b in zip(above, pays, strict=True)] if above else pays

    def name_sets(self) -> None:
        for who in range(1, len(self.players) + 1):
            keys = [key for key in self.sets if key[0] == who]
            for key, name in zip(keys, distinct([self.sets[k].label or str(k[1]) for k in keys], "set "), strict=True):
                self.sets[key].label = name

    def piece(self, root: Any) -> Any:
        """Pieces from the nested lists, the last nodes first."""
        order, stack = [], [root]
        while stack:
            node = stack.pop()
            order.append(node)
            stack.extend(node[3])
        made: dict[int, Any] = {}
        for node in reversed(order):
            kind, key, pays, below = node
            kids = [made[id(child)] for child in below]
            if kind == "t":
                made[id(node)] = Outcome(key, [np.float64(float(v)) for v in pays])
                continue
            own = self.sets[key]
            if kind == "c":
                law = [float(p) for p in own.law]
                made[id(node)] = Chance({a: (p, kid) for a, p, kid in zip(own.actions, law, kids, strict=True)})
            else:
                made[id(node)] = Move(self.players[key[0] - 1], own.label, dict(zip(own.actions, kids, strict=True)))
        return made[id(root)]
