"""Words, labels and numbers of Gambit's text formats, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

import numpy as np

from armsgame._checks import as_fraction
from armsgame._files import write_text
from armsgame.errors import InvalidGame, invalid

_TOKEN = re.compile(r'(?P<space>[\s,]+)|(?P<brace>[{}])|(?P<quote>")|(?P<word>[^\s,{}"]+)')
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
_RATIO = re.compile(r"([+-]?\d+)/(\d+)$")
# a payoff beyond this is no float; 1e400 must not become an infinity
_LARGEST = Fraction(float(np.finfo(np.float64).max))


def source_text(source: object, word: str, suffix: str) -> tuple[str, str]:
    """Return the text and its name, from a path or from text that begins with `word`."""
    if not isinstance(source, (str, Path)):
        raise InvalidGame(f"source is {type(source).__name__}; allowed: a path or the text of a {suffix} file.")
    # a path may begin with the word too: "NFG games/one.nfg"
    header = isinstance(source, str) and ("\n" in source or re.match(rf"\s*({word}\s+\d+\s+[A-Z]\b|$)", source))
    begins = isinstance(source, str) and re.match(rf"\s*{word}(\s|$)", source) and not source.rstrip().endswith(suffix)
    if isinstance(source, str) and (header or (begins and not Path(source).exists())):
        return source, "text"
    try:
        return Path(source).read_text(encoding="utf-8-sig"), str(source)
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidGame(
            f"{str(source)!r} cannot be read ({fault}); allowed: the path of a {suffix} file in UTF-8, or text that "
            f"begins with {word}."
        ) from None


def quoted(text: str) -> str:
    """Return a label in double quotes, with the one escape of the formats."""
    if text.endswith("\\"):
        invalid("label", text, "text that does not end in a backslash", "In a file it would swallow the quote.")
    return '"' + text.replace('"', '\\"') + '"'


def written(value: float) -> str:
    """Return a number as the shortest text that reads back as the same float."""
    value = float(value)
    if value == int(value) and abs(value) < 1e16:
        return str(int(value))
    near = as_fraction(value)
    plain = repr(value)
    # 0.1 stays 0.1; 0.3333333333333333 becomes 1/3
    return str(near) if len(str(near)) < len(plain) and near.denominator <= 10**6 and len(plain) > 8 else plain


def saved(lines: list[str], path: str | Path | None) -> str:
    """Text of a file, and the file itself where a path is given."""
    text = "\n".join(lines) + "\n"
    if path is not None:
        write_text(path, text)
    return text


@dataclass(slots=True)
class Token:
    """A word, label or brace with its place in the text."""

    kind: str
    text: str
    at: int


class TokenReader:
    """Recursive descent over tokens that know their place."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.tokens = list(self._scan())
        self.next = 0

    def fail(self, at: int, message: str) -> NoReturn:
        """Raise `InvalidGame` with line and column."""
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        raise InvalidGame(f"{self.name}, line {line}, column {column}: {message}")

    def _scan(self) -> Iterator[Token]:
        at = 0
        while at < len(self.text):
            found = _TOKEN.match(self.text, at)
            # the four classes cover every character
            assert found is not None
            kind = str(found.lastgroup)
            if kind == "quote":
                start, at, label = at, at + 1, []
                while at < len(self.text) and self.text[at] != '"':
                    # the one escape; other backslashes mean themselves, as in Gambit
                    at += self.text.startswith('\\"', at)
                    label.append(self.text[at])
                    at += 1
                if at >= len(self.text):
                    self.fail(start, "this quotation never ends. Close it with a double quote.")
                at += 1
                yield Token("label", "".join(label), start)
                continue
            if kind != "space":
                yield Token(kind, found.group(), at)
            at = found.end()

    def peek(self) -> Token:
        """Return the next token without taking it."""
        return self.tokens[self.next] if self.next < len(self.tokens) else Token("end", "", len(self.text))

    def take(self, kind: str, text: str | None, wanted: str) -> Token:
        """Take the next token, which must be of this kind (and text)."""
        token = self.peek()
        if token.kind != kind or (text is not None and token.text != text):
            found = "the end of the file" if token.kind == "end" else repr(token.text)
            self.fail(token.at, f"found {found}; expected {wanted}.")
        self.next += 1
        return token

    def ahead(self, brace: str) -> bool:
        """Whether the next token is this brace."""
        return self.peek().kind == "brace" and self.peek().text == brace

    def optional(self) -> str:
        """Text of a label that may be left out."""
        return self.take("label", None, "a label").text if self.peek().kind == "label" else ""

    def opening(self, word: str, version: str, what: str) -> tuple[str, list[str]]:
        """Title and players: how both formats begin."""
        self.take("word", word, f"{word}, the first word of {what}")
        self.take("word", version, f"{version}, the version of the format")
        token = self.take("word", None, "R, the type of payoffs")
        if token.text not in ("R", "D"):
            self.fail(token.at, f"payoff type {token.text!r} is unknown; allowed: R, or D in old files.")
        title = self.take("label", None, "a title in double quotes").text
        at = self.peek().at
        players = self.labels("a player's label in double quotes")
        if not players:
            self.fail(at, "no player; a game needs at least one label.")
        return title, players

    def ending(self, last: str) -> None:
        """Refuse whatever follows the last part of a file."""
        token = self.peek()
        if token.kind != "end":
            self.fail(token.at, f"found {token.text!r} after the last {last}; expected the end of the file.")

    def labels(self, wanted: str) -> list[str]:
        """Take labels in braces."""
        self.take("brace", "{", "{")
        found = []
        while not self.ahead("}"):
            found.append(self.take("label", None, f"{wanted}, or }}").text)
        self.next += 1
        return found

    def number(self, wanted: str) -> Fraction:
        """Take a number as a rational."""
        token = self.take("word", None, wanted)
        if len(token.text) > 400:
            self.fail(token.at, f"a number of {len(token.text)} characters; expected at most 400.")
        ratio = _RATIO.match(token.text)
        if ratio:
            if int(ratio[2]) == 0:
                self.fail(token.at, f"{token.text!r} divides by zero.")
            value = Fraction(int(ratio[1]), int(ratio[2]))
        elif _NUMBER.match(token.text):
            power = re.search(r"[eE]([+-]?\d+)$", token.text)
            if power and abs(int(power[1])) > 400:
                self.fail(token.at, f"{token.text!r} is outside the floats.")
            value = Fraction(token.text)
        else:
            self.fail(token.at, f"found {token.text!r}; expected {wanted}: 3, -0.5, 1e-3 or 1/3.")
        if abs(value) > _LARGEST:
            self.fail(token.at, f"{token.text!r} is outside the floats.")
        return value
