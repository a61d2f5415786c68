"""Gambit's .nfg files: strategic games as text, read with places and written without loss."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from pathlib import Path

import numpy as np

from armsgame._checks import distinct
from armsgame._shown import Value
from armsgame._typing import ExactArray
from armsgame.formats.tokens import TokenReader, quoted, saved, source_text, written
from armsgame.games.coercion import Modelled, one_game
from armsgame.games.stage import StageGame


@dataclass(frozen=True, slots=True, eq=False)
class NfgFile(Value):
    """What a .nfg file says, payoffs in rationals.

    Attributes
    ----------
    title, comment : str
    players : tuple of str
        An empty label is replaced by ``"player 0"``, ..; a repeated one gets a number.
    actions : tuple of tuple of str
        Likewise, with ``"a0"``, ..
    payoffs : object array of Fraction, shape [P, A0, .., A(P-1)]
    """

    title: str
    comment: str
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    payoffs: ExactArray

    @property
    def stage(self) -> StageGame:
        """The game in floats, each the one nearest to its rational."""
        return StageGame(self.payoffs.astype(np.float64), players=self.players, actions=self.actions)


def read_nfg(source: str | Path) -> StageGame:
    """Read a strategic game from a .nfg file or from its text.

    Parameters
    ----------
    source : path, or text that begins with NFG
        Payoff version or outcome version, any number of players. ``1/3``, ``0.25`` and ``1e-3``
        are read exactly and then rounded once.

    Returns
    -------
    StageGame
        `parse_nfg` keeps the title, the comment and the rationals.

    Raises
    ------
    InvalidGame
        A malformed file, with line and column; a missing file.

    References
    ----------
    The Gambit Project, Game representation formats: the strategic game (.nfg) file format.

    Examples
    --------
    >>> game = read_nfg('NFG 1 R "stag hunt" { "US" "Russia" } { 2 2 }  4 4  3 1/2  1/2 3  2 2')
    >>> game.payoffs[0].tolist()
    [[4.0, 0.5], [3.0, 2.0]]
    """
    return parse_nfg(source).stage


def parse_nfg(source: str | Path) -> NfgFile:
    """Read a .nfg file with its title, its comment and its payoffs in rationals.

    Parameters
    ----------
    source : path, or text that begins with NFG

    Returns
    -------
    NfgFile

    Raises
    ------
    InvalidGame
        As `read_nfg`.
    """
    return _Reader(*source_text(source, "NFG", ".nfg")).file()


def write_nfg(
    stage: StageGame | Modelled,
    path: str | Path | None = None,
    *,
    title: str = "",
    comment: str = "",
    outcomes: bool = False,
) -> str:
    """Write a strategic game as a .nfg file.

    Parameters
    ----------
    stage : StageGame
        One game.
    path : path, optional
        Where to write; by default only the text is returned.
    title, comment : str
    outcomes : bool
        Write the outcome version (one named outcome per action profile, the form that Gambit
        itself writes) instead of the payoff version.

    Returns
    -------
    str
        The text. Reading it gives the same floats; a float that is the nearest one to a fraction
        with a small denominator is written as that fraction.

    Raises
    ------
    WrongConcept
        The game has batch axes.
    InvalidGame
        A label ends in a backslash, which the format cannot hold.

    Examples
    --------
    >>> pd = StageGame.from_bimatrix([[3, 0], [5, 1 / 3]], [[3, 5], [0, 1 / 3]])
    >>> print(write_nfg(pd, title="dilemma"))
    NFG 1 R "dilemma" { "row" "column" }
    <BLANKLINE>
    { { "comply" "deploy" }
    { "comply" "deploy" }
    }
    ""
    <BLANKLINE>
    3 3 5 0 0 5 1/3 1/3
    <BLANKLINE>
    """
    stage = one_game("write_nfg", stage, StageGame)
    names = " ".join(quoted(p) for p in stage.players)
    lines = [f"NFG 1 R {quoted(title)} {{ {names} }}", ""]
    acts = ["{ " + " ".join(quoted(a) for a in own) + " }" for own in stage.actions]
    lines += ["{ " + acts[0], *acts[1:], "}", quoted(comment), ""]
    table = np.moveaxis(stage.payoffs, 0, -1)
    cells = [[written(v) for v in table[a]] for a in _order(stage.shape)]
    if outcomes:
        labels = ["|".join(stage.actions[i][k] for i, k in enumerate(a)) for a in _order(stage.shape)]
        lines.append("{")
        lines += [f"{{ {quoted(n)} {', '.join(cell)} }}" for n, cell in zip(labels, cells, strict=True)]
        lines += ["}", " ".join(str(k + 1) for k in range(len(cells)))]
    else:
        lines.append(" ".join(" ".join(cell) for cell in cells))
    return saved(lines, path)


def _order(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield action profiles in the file's order: the first player's action changes fastest."""
    for reverse in product(*map(range, reversed(shape))):
        yield reverse[::-1]


class _Reader(TokenReader):
    """Recursive descent over the tokens of a strategic game."""

    def file(self) -> NfgFile:
        title, players = self.opening("NFG", "1", "a strategic game (an extensive game begins with EFG)")
        actions = self.strategies(len(players))
        sizes = [len(own) for own in actions]
        comment, count, size = self.optional(), len(players), prod(sizes)
        outcome = self.peek().kind == "brace"
        cells = self.outcomes(count, size) if outcome else self.payoffs(count, size)
        self.ending(f"of {size} outcome numbers" if outcome else f"of {size * count} payoffs")
        # the strategies of the first player run fastest
        table = np.array(cells, dtype=object).T.reshape((count, *sizes), order="F")
        return NfgFile(title, comment, distinct(players, "player "), tuple(distinct(a, "a") for a in actions), table)

    def strategies(self, count: int) -> list[list[str]]:
        opening = self.take("brace", "{", "{ before the strategies")
        actions: list[list[str]] = []
        while not self.ahead("}"):
            token = self.peek()
            if token.kind == "brace":
                actions.append(self.labels("a strategy's label in double quotes"))
                size = len(actions[-1])
            else:
                text = self.take("word", None, "a number of strategies, or { labels }").text
                size = int(text) if re.fullmatch(r"\d{1,9}", text) else -1
                if not 0 <= size < 10**6:
                    self.fail(token.at, f"found {text!r}; expected a number of strategies, 1 to a million.")
                actions.append([""] * size)
            if size < 1:
                self.fail(token.at, "a player without strategies; expected at least 1.")
        self.next += 1
        if len(actions) != count:
            self.fail(opening.at, f"strategies of {len(actions)} players; expected {count}, one group per player.")
        return actions

    def payoffs(self, count: int, cells: int) -> list[list[Fraction]]:
        if count * cells > len(self.tokens) - self.next:
            missing = count * cells - (len(self.tokens) - self.next)
            # a word that is no number is the likelier fault: it is told first
            for _ in range(len(self.tokens) - self.next):
                self.number("a payoff")
            self.fail(len(self.text), f"the file ends; expected {missing} more of {count * cells} payoffs.")
        return [[self.number("a payoff") for _ in range(count)] for _ in range(cells)]

    def outcomes(self, count: int, cells: int) -> list[list[Fraction]]:
        # outcome 0 is the null outcome: everybody gets 0
        known = [[Fraction(0)] * count]
        self.take("brace", "{", "{ before the outcomes")
        while not self.ahead("}"):
            self.take("brace", "{", "{ before an outcome, or } after the last")
            self.take("label", None, "an outcome's label in double quotes")
            known.append([self.number(f"{count} payoffs of this outcome") for _ in range(count)])
            self.take("brace", "}", f"}} after {count} payoffs")
        self.next += 1
        chosen = []
        for k in range(cells):
            token = self.take("word", None, f"outcome number {k + 1} of {cells}")
            if not re.fullmatch(r"\d{1,9}", token.text) or int(token.text) >= len(known):
                self.fail(token.at, f"outcome {token.text!r} is unknown; allowed: 0 to {len(known) - 1}.")
            chosen.append(known[int(token.text)])
        return chosen
