"""Moves that are read, and near misses of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

import armsgame as ag
from armsgame.cli.own import validate
from armsgame.dossiers.moves import READ, near_misses

INF = ag.load_scenario("inf")


def moved(move):
    return replace(INF, events=tuple(replace(e, move=move) if e.move == "withdraw_notice" else e for e in INF.events))


@pytest.mark.parametrize("name", ag.scenarios())
def test_shipped_dossiers_have_no_near_miss(name):
    assert near_misses(ag.load_scenario(name)) == []


@pytest.mark.parametrize(
    "move",
    [
        "withdrawal_notice", "Withdraw_Notice", "withdraw-notice", "withdraw notice", "notice_of_withdrawal",
        "withdrw_notice", "notice", "withdrawal", "give_notice", "notify_withdrawal",
    ],
)  # fmt: skip
def test_a_near_miss_is_told_with_the_move_that_is_read(move, tmp_path):
    (line,) = near_misses(moved(move))
    assert repr(move) in line
    assert "'withdraw_notice'" in line
    path = tmp_path / "own.toml"
    ag.formats.write_scenario(moved(move), path)
    with pytest.warns(UserWarning, match="withdraw_notice"):
        ag.read_scenario(path)
    told = validate(str(path))
    assert f"Warning: {line}" in told
    assert "withdraw_effective" in told.split("Moves that are read: ")[1].split(";")[0]


@pytest.mark.parametrize("move", [*READ, "deny", "negotiate", "moratorium_offer", "linked_exit", "suspend"])
def test_free_words_are_left_alone(move):
    assert near_misses(moved(move)) == []


def test_an_exit_in_other_words_is_told_too():
    events = tuple(replace(e, move="expiry") if e.move == "withdraw_effective" else e for e in INF.events)
    (line,) = near_misses(replace(INF, events=events))
    assert "'expire'" in line
