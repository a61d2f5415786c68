"""Gambit's .nfg files: both versions, exact numbers, and every fault with its place."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from armsgame.errors import InvalidGame, WrongConcept
from armsgame.formats.nfg import parse_nfg, read_nfg, write_nfg
from armsgame.games.stage import StageGame

OUTCOMES = """NFG 1 R "three parties, one null outcome" { "US" "Russia" "China" }

{ { "comply" "deploy" }
{ "wait" "go" }
{ "one" "two" }
}
"A comment
over two lines with a \\"quotation\\"."

{
{ "first" 0, 0, 2 }
{ "" 3, -1/2, .5 }
{ "third" 1e-3 +4 5. }
}
1 2 3 0 1 1 2 3
"""


def test_the_first_players_action_changes_fastest():
    game = read_nfg('NFG 1 R "" { "a" "b" } { 3 2 }\n1 1 0 2 0 2 1 1 0 3 2 0')
    assert game.payoffs[0].tolist() == [[1, 1], [0, 0], [0, 2]]
    assert game.payoffs[1].tolist() == [[1, 1], [2, 3], [2, 0]]
    assert game.players == ("a", "b")


def test_outcome_version_with_null_outcome_and_rationals():
    parsed = parse_nfg(OUTCOMES)
    assert parsed.title == "three parties, one null outcome"
    assert parsed.comment == 'A comment\nover two lines with a "quotation".'
    assert parsed.actions == (("comply", "deploy"), ("wait", "go"), ("one", "two"))
    assert parsed.payoffs[:, 1, 0, 0].tolist() == [3, Fraction(-1, 2), Fraction(1, 2)]
    assert parsed.payoffs[:, 0, 1, 0].tolist() == [Fraction(1, 1000), 4, 5]
    assert parsed.payoffs[:, 1, 1, 0].tolist() == [0, 0, 0]
    assert parsed.stage.payoffs[1, 1, 0, 0] == -0.5


def test_payoffs_are_rounded_once():
    parsed = parse_nfg('NFG 1 R "t" { "a" } { 3 } 1/3 0.1 12345678901234567890')
    assert parsed.payoffs[0].tolist() == [Fraction(1, 3), Fraction(1, 10), 12345678901234567890]
    assert parsed.stage.payoffs[0].tolist() == [1 / 3, 0.1, 12345678901234567890.0]


def test_empty_and_repeated_labels_become_distinct():
    parsed = parse_nfg('NFG 1 D "" { "" "" } { { "x" "x" } { "" "a0" } } "" 1 2 3 4 5 6 7 8')
    assert parsed.players == ("player 0", "player 1")
    assert parsed.actions == (("x", "x (2)"), ("a0 (2)", "a0"))


def test_a_file_is_read_and_written(tmp_path):
    path = tmp_path / "game.nfg"
    game = StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]], players=("US", "Russia"))
    text = write_nfg(game, path, title="dilemma", comment='said "so"')
    assert path.read_text() == text
    assert read_nfg(path) == game
    assert read_nfg(str(path)) == game
    assert parse_nfg(path).comment == 'said "so"'


labels = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6).filter(
    lambda s: not s.endswith("\\")
)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), shape=st.sampled_from([(2,), (1, 2), (3, 2), (2, 2, 2), (2, 1, 3, 2)]), outcomes=st.booleans())
def test_writing_and_reading_gives_the_same_game(data, shape, outcomes):
    payoffs = data.draw(
        arrays(np.float64, (len(shape), *shape), elements=st.floats(allow_nan=False, allow_infinity=False))
    )
    players = data.draw(st.lists(labels, min_size=len(shape), max_size=len(shape), unique=True))
    actions = [data.draw(st.lists(labels, min_size=n, max_size=n, unique=True)) for n in shape]
    game = StageGame(payoffs, players=players, actions=actions)
    title = data.draw(labels)
    again = parse_nfg(write_nfg(game, title=title, outcomes=outcomes))
    assert again.stage == game
    assert again.title == title


def test_simple_fractions_are_written_as_fractions():
    text = write_nfg(StageGame(np.array([[1 / 3, 0.1, -2.0, 0.125, 2 / 7, 1e-300]]), players=["a"]))
    assert text.splitlines()[-1] == "1/3 0.1 -2 0.125 2/7 1e-300"


HEAD = 'NFG 1 R "t" { "a" "b" } { 2 2 }\n'
FAULTS = [
    ("", 1, 1, "end of the file"),
    ("   \n", 2, 1, "end of the file"),
    ('EFG 2 R "t" { "a" }\n', 1, 1, "extensive"),
    ('NFG 2 R "t"', 1, 5, "version"),
    ('NFG 1 Q "t"', 1, 7, "payoff type"),
    ("NFG 1 R t", 1, 9, "title"),
    ('NFG 1 R "t', 1, 9, "never ends"),
    ('NFG 1 R "t" "a"', 1, 13, "expected {"),
    ('NFG 1 R "t" { }\n{ }', 1, 13, "no player"),
    ('NFG 1 R "t" { a }', 1, 15, "label"),
    ('NFG 1 R "t" { "a" "b" }\n{ 2 }\n1 2', 2, 1, "1 players; expected 2"),
    ('NFG 1 R "t" { "a" "b" }\n{ 2 two }\n1 2', 2, 5, "number of strategies"),
    ('NFG 1 R "t" { "a" "b" }\n{ 2 0 }\n1 2', 2, 5, "at least 1"),
    ('NFG 1 R "t" { "a" "b" }\n{ 2 99999999 }\n1 2', 2, 5, "million"),
    ('NFG 1 R "t" { "a" "b" }\n{ 999999 999999 }\n1 2', 3, 4, "more of"),
    ('NFG 1 R "t" { "a" "b" }\n{ { "x" } { } }\n1 2', 2, 11, "without strategies"),
    (HEAD + "1 2 3 4 5 6 7", 2, 14, "1 more of 8 payoffs"),
    (HEAD + "1 2 3 4 5 6 7 8 9", 2, 17, "after the last of 8 payoffs"),
    (HEAD + "1 2 3 x 5 6 7 8", 2, 7, "expected a payoff"),
    (HEAD + "1 2 3 x", 2, 7, "expected a payoff"),
    (HEAD + "1 2 3 nan 5 6 7 8", 2, 7, "expected a payoff"),
    (HEAD + "1 2 3 inf 5 6 7 8", 2, 7, "expected a payoff"),
    (HEAD + "1 2\n3 1/0 5 6 7 8", 3, 3, "divides by zero"),
    (HEAD + "1 2 3 1/-2 5 6 7 8", 2, 7, "expected a payoff"),
    (HEAD + "1 2 3 1e309 5 6 7 8", 2, 7, "outside the floats"),
    (HEAD + "1 2 3 1e99999999999 5 6 7 8", 2, 7, "outside the floats"),
    (HEAD + "1 2 3 " + "9" * 5000 + " 5 6 7 8", 2, 7, "at most 400"),
    (HEAD + '{ { "x" 1 } }\n1 1 1 1', 2, 11, "2 payoffs"),
    (HEAD + '{ { "x" 1 2 3 } }\n1 1 1 1', 2, 13, "after 2 payoffs"),
    (HEAD + "{ { 1 2 } }\n1 1 1 1", 2, 5, "label"),
    (HEAD + '{ { "x" 1 2 } }\n1 1 2 1', 3, 5, "0 to 1"),
    (HEAD + '{ { "x" 1 2 } }\n1 1 -1 1', 3, 5, "unknown"),
    (HEAD + '{ { "x" 1 2 } }\n1 1 1', 3, 6, "outcome number 4 of 4"),
    (HEAD + '{ { "x" 1 2 } }\n1 1 1 1 1', 3, 9, "end of the file"),
    (HEAD + '{ { "x" 1 2 }\n', 3, 1, "after the last"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), FAULTS)
def test_faults_have_line_column_and_words(text, line, column, words):
    with pytest.raises(InvalidGame, match=f"line {line}, column {column}: .*{re.escape(words)}"):
        read_nfg(text)


@given(st.integers(0, len(OUTCOMES)), st.text(st.sampled_from('{}" 1/x,\\\n'), max_size=3))
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_read_or_refused_never_worse(at, patch):
    text = "NFG" + (OUTCOMES[:at] + patch + OUTCOMES[at + len(patch) :])[3:]
    try:
        shape = read_nfg(text).shape
    except InvalidGame as fault:
        place = re.search(r"line \d+, column \d+: ", str(fault))
    else:
        place = len(shape) > 0
    assert place


def test_other_refusals(tmp_path):
    with pytest.raises(InvalidGame, match="cannot be read"):
        read_nfg(tmp_path / "none.nfg")
    with pytest.raises(InvalidGame, match="cannot be read"):
        read_nfg("none.nfg")
    with pytest.raises(InvalidGame, match="a path or the text"):
        read_nfg(3)
    binary = tmp_path / "binary.nfg"
    binary.write_bytes(b"\xff\xfe\x00NFG")
    with pytest.raises(InvalidGame, match="UTF-8"):
        read_nfg(binary)
    with pytest.raises(WrongConcept, match="batch"):
        write_nfg(StageGame(np.zeros((5, 2, 2, 2))))
    with pytest.raises(InvalidGame, match="backslash"):
        write_nfg(StageGame(np.zeros((2, 2, 2))), title="a\\")
