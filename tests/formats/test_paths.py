"""A path that begins with the word of a format is a path, and contents are contents."""

import pytest

import armsgame as ag
from armsgame.errors import InvalidGame

STAGE = ag.StageGame.from_bimatrix([[2, 0], [3, 1]], [[2, 3], [0, 1]])
TREE = ag.ExtensiveGame(["one"], ag.Move("one", "start", {"a": (1,), "b": (2,)}))
FORMATS = {
    "NFG": (ag.formats.read_nfg, ag.formats.write_nfg, STAGE),
    "EFG": (ag.formats.read_efg, ag.formats.write_efg, TREE),
}


@pytest.mark.parametrize("word", FORMATS)
@pytest.mark.parametrize("name", ["{} game.txt", "{}", "{}/one", "{} 1", "{}-1"])
def test_a_path_that_begins_with_the_word_is_read(word, name, tmp_path, monkeypatch):
    read, write, game = FORMATS[word]
    monkeypatch.chdir(tmp_path)
    path = tmp_path / name.format(word)
    path.parent.mkdir(exist_ok=True)
    path.write_text(write(game), encoding="utf-8")
    assert write(read(name.format(word))) == write(game)


@pytest.mark.parametrize("word", FORMATS)
def test_contents_are_read_on_one_line_too(word):
    read, write, game = FORMATS[word]
    assert write(read(" ".join(write(game).split("\n")))) == write(game)


@pytest.mark.parametrize("word", FORMATS)
def test_a_missing_path_is_no_text(word):
    read = FORMATS[word][0]
    with pytest.raises(InvalidGame, match="cannot be read"):
        read(f"{word} games/absent.{word.lower()}")
