"""Words, labels and numbers of Gambit's formats: what is just allowed, and the place of what is not."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from armsgame.errors import InvalidGame
from armsgame.formats.tokens import TokenReader, quoted, written

LARGEST = int(float(np.finfo(float).max))


def number(text):
    return TokenReader(text, "here").number("a payoff")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", Fraction(3)), ("-0.5", Fraction(-1, 2)), ("+.25", Fraction(1, 4)), ("2.", Fraction(2)),
        ("1e-3", Fraction(1, 1000)), ("-7/3", Fraction(-7, 3)), ("0/5", Fraction(0)),
        # the last that is allowed: 400 characters, a power of 400 either way, the largest float
        ("0" * 399 + "1", Fraction(1)), ("1e-400", Fraction(1, 10**400)), ("0e400", Fraction(0)),
        (str(LARGEST), Fraction(LARGEST)), (str(-LARGEST), Fraction(-LARGEST)),
    ],
)  # fmt: skip
def test_numbers_are_read_as_the_rationals_they_say(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0" * 400 + "1", "401 characters"), ("1e-401", "outside the floats"), ("0e401", "outside the floats"),
        (str(LARGEST + 1), "outside the floats"), (str(-LARGEST - 1), "outside the floats"), ("1/0", "divides by zero"),
        ("1/2/3", "expected a payoff"), ("1.5/2", "expected a payoff"), (".", "expected a payoff"), ("", "end of the"),
    ],
)  # fmt: skip
def test_numbers_just_beyond_are_refused_at_their_place(text, words):
    reader = TokenReader(f'"a"\n  {text}', "here")
    reader.take("label", None, "a label")
    with pytest.raises(InvalidGame, match=rf"here, line 2, column 3: .*{words}"):
        reader.number("a payoff")


def test_numbers_are_written_as_the_shortest_text_that_gives_the_same_float():
    known = {
        2.0: "2", -0.0: "0", 1e15: "1000000000000000", 1e16: "1e+16", 9999999999999998.0: "9999999999999998",
        0.1: "0.1", 1 / 3: "1/3", -2 / 7: "-2/7", 1 / 1000000: "1e-06", 1 / 999999: "1/999999", 0.015625: "0.015625",
        # no longer than the decimals; and a denominator above a million is no simple fraction
        12345.678: "12345.678", 1 / 1000003: repr(1 / 1000003),
    }  # fmt: skip
    assert {value: written(value) for value in known} == known
    rng = np.random.default_rng(1)
    values = [*rng.normal(size=200), *(rng.integers(-50, 50, 200) / rng.integers(1, 50, 200)), *rng.normal(0, 1e20, 50)]
    for value in values:
        text = written(value)
        assert float(number(text)) == value
        assert len(text) <= max(len(repr(float(value))), 17 if value == int(value) else 0)


def test_labels_keep_quotes_backslashes_and_their_place():
    for label in ("", "a", 'says "no"', "back\\slash", "{ } , 1/2", '"'):
        reader = TokenReader(f"  {quoted(label)} next", "here")
        token = reader.peek()
        assert (token.kind, token.text, token.at) == ("label", label, 2)
        assert reader.optional() == label
        # a word is no label, and stays
        assert reader.optional() == ""
        assert reader.take("word", "next", "next").at == 3 + len(quoted(label))
        assert (reader.peek().kind, reader.peek().at) == ("end", len(reader.text))
        reader.ending("label")
    with pytest.raises(InvalidGame, match="backslash"):
        quoted("ends in \\")
    with pytest.raises(InvalidGame, match=r"line 3, column 2: this quotation never ends"):
        TokenReader('a\nb\n "never', "here")
    with pytest.raises(InvalidGame, match=r"line 1, column 1: found 'x' after the last row"):
        TokenReader("x", "here").ending("row")


def test_lists_of_labels_end_at_their_brace():
    reader = TokenReader('{ "a", "b" } }', "here")
    assert reader.ahead("{")
    assert not reader.ahead("}")
    assert reader.labels("a name") == ["a", "b"]
    assert reader.ahead("}")
    with pytest.raises(InvalidGame, match="column 7: found the end of the file; expected a name, or }"):
        TokenReader('{ "a" ', "here").labels("a name")
