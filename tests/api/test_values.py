"""What plays is a value: equal and hashed by its content, picklable, and read-only down to its arrays."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache

import numpy as np
import pytest

import armsgame as ag
from armsgame._values import Memory, ReadOnlyDict, same
from armsgame.games.dynamics import lower
from armsgame.treaty.policies import NAMED

STAGE = ag.StageGame.from_bimatrix([[2, -1], [3, 0]], [[2, 3], [-1, 0]], players=("US", "Russia"))
PD = ag.RepeatedGame(STAGE, ag.Monitoring.detection(0.8, 0.1))
LAW = np.full((2, 2, 2), 0.5)
SHUT = np.zeros((4, 2), bool)
PRIVATE = ag.private_monitoring.PrivateMonitoring.alarms(STAGE, 0.9, 0.1)


def chain(**options):
    marks = {"moved": [np.eye(2)[[1] * 4].astype(bool), SHUT]}
    return ag.StochasticGame([STAGE, STAGE], [LAW, LAW], **{"events": marks, **options})


TRUST = ag.ExtensiveGame(
    ["one", "two"],
    ag.Move("one", "start", {"trust": ag.Move("two", "trusted", {"honour": (1, 1), "abuse": (-1, 2)}), "not": (0, 0)}),
)
ASK = {"discount": 0.9, "periods": 6, "paths": 70, "rng": 1}
GAMES = {
    "stage": STAGE,
    "batch": ag.StageGame(np.arange(24.0).reshape(3, 2, 2, 2)),
    "perfect": ag.RepeatedGame(STAGE),
    "alarms": PD,
    "late alarms": ag.RepeatedGame(STAGE, ag.Monitoring.detection(0.8, 0.1, lag=2)),
    "public": ag.RepeatedGame(STAGE, ag.Monitoring.public(LAW, ("quiet", "loud"), about={"loud": ["Russia"]})),
    "stochastic": chain(),
    "signals": ag.StochasticGame([STAGE], signals=[LAW[..., None]], observed="state"),
    "private": ag.PrivateGame(STAGE, PRIVATE),
    "private states": ag.private_monitoring.PrivateStochasticGame(chain(), PRIVATE),
    "tree": TRUST,
    "treaty": ag.Treaty().game(),
}
PLAYS = {
    **{f"strategy {n}": s for n, s in ag.strategies.named_strategies().items()},
    **{f"policy {n}": p for n, p in NAMED.items()},
    "generous": ag.generous(0.25),
    "suspend": ag.suspend(3).with_alarms("US"),
    "automaton": ag.grim.on(PD, 0),
    "automaton by state": ag.treaty.exit_on_alarm.on(ag.Treaty().game(), 0),
    "memory one": ag.Automaton.memory_one(1, 0, 0.5, 0, initial=0.5),
    "Markov profile": ag.markov.MarkovProfile(chain(), [["comply", "deploy"], ["deploy", "deploy"]]),
    "lowered": lower(PD, (ag.grim, ag.mirror)),
    "branch": ag.simulation.Branch("calm", 1.0, PD, (ag.grim, ag.mirror)),
}
RUNS = {"paths": True, "totals": "totals"}
NAMES = [*GAMES, *PLAYS, *RUNS]


@cache
def value_of(name):
    """The value; runs are sampled once asked for, not as tests are collected, by every worker at once."""
    if name in RUNS:
        return ag.simulate(chain(), [[0.5, 0.5]] * 2, keep=RUNS[name], **ASK)
    return (GAMES | PLAYS)[name]


def parts(value):
    """Every array and mapping that a value holds."""
    if isinstance(value, (np.ndarray, Mapping)):
        yield value
    if is_dataclass(value):
        for entry in fields(value):
            yield from parts(getattr(value, entry.name))
    elif isinstance(value, (tuple, list, Mapping)):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from parts(inner)


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_is_equal_and_has_the_same_hash(name):
    value = value_of(name)
    for made in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value), copy.copy(value)):
        assert made == value
        assert hash(made) == hash(value)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_a_value_can_be_written(name):
    for value in (value_of(name), pickle.loads(pickle.dumps(value_of(name)))):
        for part in parts(value):
            if isinstance(part, np.ndarray):
                with pytest.raises(ValueError, match="read-only"):
                    part[...] = 0
            else:
                with pytest.raises(TypeError):
                    part["new"] = 0


def test_what_differs_is_not_equal():
    found = [value_of(name) for name in NAMES]
    alike = [(a, b) for k, a in enumerate(NAMES) for b in NAMES[k + 1 :] if found[k] == value_of(b)]
    assert alike == []
    assert ag.generous(0.25) == ag.generous(0.25) != ag.generous(0.5)
    assert ag.suspend(2) == ag.suspend(2) != ag.suspend(3)


@pytest.mark.parametrize(
    "other",
    [
        chain(events={"moved": [SHUT, SHUT]}),
        chain(events={}),
        chain(initial=1),
        chain(observed="state"),
        chain(states=("calm", "crisis")),
        ag.StochasticGame([STAGE, STAGE], [LAW, np.eye(2)[[0] * 4].reshape(2, 2, 2)]),
    ],
)
def test_games_that_differ_in_anything_that_is_played_or_counted_are_different(other):
    assert other != chain()
    assert hash(other) != hash(chain())


def test_drawn_games_that_differ_in_their_events_alone_stay_apart():
    always, never = chain(events={"moved": [~SHUT, ~SHUT]}), chain(events={"moved": [SHUT, SHUT]})
    run = ag.simulate(
        None, [[0.5, 0.5]] * 2, draw=lambda own: (always, never)[int(own.integers(2))], kernel="general", **ASK
    )
    share = run.happened("moved").mean()
    assert 0 < share < 1
    assert "2 games drawn" in run.provenance["inputs"]


def test_equal_numbers_have_equal_hashes_whatever_their_type_and_sign_of_zero():
    one = ag.StageGame([[[0.0, 1], [2, 3]], [[0, 1], [2, 3]]])
    two = ag.StageGame(np.array([[[-0.0, 1], [2, 3]], [[0, 1], [2, 3]]], np.float32))
    assert one == two
    assert hash(one) == hash(two)


def test_a_frozen_mapping_reads_like_a_dictionary():
    held = ReadOnlyDict({"a": (1, 2), "b": np.ones(2)})
    assert dict(held) == {"a": (1, 2), "b": held["b"]}
    assert held == {"b": np.ones(2), "a": [1, 2]}
    assert held != {"a": (1, 2)}
    assert repr(ReadOnlyDict({"a": 1})) == "{'a': 1}"
    with pytest.raises(TypeError, match="read-only"):
        held.update({"a": 1})
    assert same(float("nan"), float("nan"))


def test_a_cached_game_cannot_be_poisoned():
    game = ag.Treaty().game()
    for held in (game.transitions[0], game.stages[0].payoffs, next(iter(game.events.values()))[0]):
        with pytest.raises(ValueError, match="read-only"):
            held[...] = 0
    with pytest.raises(TypeError):
        game.events["new"] = ()
    assert ag.Treaty().game() is game


def test_what_was_made_of_a_value_is_kept_while_that_object_lives():
    memory, made = Memory(2), []

    def count(word):
        made.append(word)
        return len(made)

    game = ag.Treaty().game()
    assert [memory.of(game, "a", lambda: count("a")) for _ in range(3)] == [1, 1, 1]
    # an equal game is another object: nothing is mistaken for it
    other = ag.Treaty().game().starting(game.initial)
    assert other is not game
    assert memory.of(other, "a", lambda: count("other")) == 2
    # the oldest goes first
    for word in ("b", "c"):
        memory.of(game, word, lambda word=word: count(word))
    assert not memory.holds(game, "a")
    assert memory.holds(game, "c")
    place = id(other)
    del other
    gc.collect()
    assert place not in memory._known


def test_a_kept_address_is_not_given_to_another_object():
    memory = Memory(8)
    game = ag.Treaty().game()
    for k in range(50):
        # without what it is about, an address would be used again and answer for another word
        word = f"strategy {k}" * 50
        assert memory.of(game, id(word), lambda word=word: word, word) == word
