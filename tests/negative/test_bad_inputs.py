"""Arguments of verbs refuse what they cannot be, by the house error; nothing hangs or is taken for a number."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import ArmsgameError, InvalidGame, amount, short

HERE = Path(__file__).parent
TRIAL = """
import json, sys, warnings
sys.path.insert(0, sys.argv[1])
warnings.simplefilter("ignore")
import bad_inputs as table
import armsgame as ag
for verb, field in table.pairs():
    function, given = table.CALLS[verb]
    for name, value in table.BAD.items():
        try:
            function(**{**given, field: value})
            came, text = "answer", ""
        except ag.ArmsgameError as fault:
            came, text = "house", str(fault)
        except Exception as fault:
            came, text = type(fault).__name__, str(fault)
        if came != "house" or "llowed" not in text:
            print(json.dumps([verb, field, name, came, text[:90]]), flush=True)
print(json.dumps([len(table.pairs()) * len(table.BAD)]), flush=True)
"""
# a mask stands for no number at all; these two verbs look at its items before they can tell
MASKED = {("evolutionarily_stable", "strategy", "masked"), ("critical_discount", "profile", "masked")}


@cache
def table():
    sys.path.insert(0, str(HERE))
    import bad_inputs

    return bad_inputs


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    # in a folder of its own: a checkpoint may have any name
    done = subprocess.run(
        [sys.executable, "-c", TRIAL, str(HERE)],
        capture_output=True,
        text=True,
        timeout=400,
        check=True,
        cwd=tmp_path_factory.mktemp("trial"),
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[-1][0] > 4_000
    return lines[:-1]


def test_the_working_calls_work():
    for name, (verb, given) in table().CALLS.items():
        assert verb(**given) is not None, name


def test_no_bad_input_ends_in_another_error_than_the_house_one(told):
    raw = [line for line in told if line[3] not in ("answer", "house") and tuple(line[:3]) not in MASKED]
    assert raw == []


def test_what_must_be_a_number_is_no_other_thing(told):
    numbers = table().NUMBERS
    taken = [line[:3] for line in told if line[3] == "answer" and line[2] not in numbers.get(line[1], {line[2]})]
    assert taken == []


TAKEN = [
    lambda: ag.Monitoring.alarm([0.1, 0.2], 0.05),
    lambda: ag.Treaty(parties="AB"),
    lambda: ag.StageGame.from_bimatrix([[1, 2j], [0, 1]], np.eye(2)),
    lambda: ag.StageGame.from_bimatrix([["1", "2"], ["0", "1"]], np.eye(2)),
    lambda: ag.StageGame(np.ma.masked_equal(np.ones((2, 2, 2)), 1)),
    lambda: ag.payoff_set(ag.RepeatedGame(ag.treaty.compliance(temptation=1.5)), discount=1.0),
    lambda: ag.payoff_set(ag.RepeatedGame(ag.treaty.compliance(temptation=1.5)), discount=["0.5"]),
    lambda: ag.rubinstein((1.0, 1.0)),
    lambda: ag.one_shot.verify_stage(ag.treaty.compliance(temptation=1.5), {0: 1, 1: 0}),
    lambda: ag.studies.latin_hypercube({"detection": ("0", "1")}, 8),
]


@pytest.mark.parametrize("call", TAKEN, ids=map(str, range(len(TAKEN))))
def test_what_was_taken_silently_is_refused(call):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ArmsgameError, match="allowed: "):
            call()


def test_a_message_stays_short_whatever_the_value():
    with pytest.raises(InvalidGame) as fault:
        ag.StageGame(["x" * 10**6])
    assert len(str(fault.value)) < 1_000
    assert short(10**5000) == "a whole number of 16610 bits"
    assert amount(10**15 - 1) == "999,999,999,999,999"
    assert amount(10**15) == "about 10**15"
