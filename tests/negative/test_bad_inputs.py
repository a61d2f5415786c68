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
    function, given = table.calls()[verb]
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
    for name, (verb, given) in table().calls().items():
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


TOLD = {
    "a parameter of the parties": (lambda: ag.Treaty(detection=0.3), r"Treaty\(\).replace\(detection=0.3\)"),
    "a name that is none": (lambda: ag.Treaty(notise_days=3), "Did you mean 'notice_days'"),
    "a ragged table": (lambda: ag.Automaton([[1, 0], [0, 1]], [[0, 1], [1]]), r"rows of next is \[2, 1\]; allowed: "),
    "a state that is none": (lambda: ag.Automaton([[1, 0], [0, 1]], [[0, 2], [1, 0]]), r"next\[0, 1\] is 2; allowed: "),
    "tables without players": (lambda: ag.StageGame([[1, 2], [3, 4]]), "from_bimatrix"),
    "a level below 0": (lambda: ag.negotiation.inspection_quota((0, -1)), r"visits\[1\] is -1; allowed: "),
    "a share above 1": (lambda: ag.negotiation.display_access((0, 1.5)), r"depths\[1\] is 1.5; allowed: "),
    "axes that are none": (lambda: STAGE.plot(ax=np.ones(2)), r"ax is .*; allowed: matplotlib Axes"),
    "a run where an array belongs": (lambda: ag.plot.fan(a_run()), "cumulative_payoffs"),
    "starts as an array": (
        lambda: ag.explore(ag.load_scenario("inf"), starts=np.array(["a", "b"])), "starts names 'a'. Known: "
    ),
    "a regime without a name": (
        lambda: ag.counterfactual(ag.load_scenario("inf"), {"detection": 0.5}, regime=""), "regime '' is unknown"
    ),
    "a store without a name": (
        lambda: ag.sweep(ag.Treaty(), {"detection": (0.1, 0.2)}, ag.measures.threshold, discount=0.9, store=""),
        "store is ''; allowed: ",
    ),
    "a model of no numbers": (lambda: ag.sensitivity(dict, {"a": (0, 1)}), r"dict\(points\) is .*; allowed: "),
    "directions of several lengths": (
        lambda: ag.payoff_sets.payoff_bracket(NOISY, discount=0.9, directions=[[1, 2], [3]]), "directions is .*allowed"
    ),
}  # fmt: skip
STAGE = ag.treaty.compliance(temptation=1.5)
NOISY = ag.RepeatedGame(STAGE, ag.Monitoring.alarm(0.9, 0.05))


def a_run():
    return ag.simulate(NOISY, (ag.grim,) * 2, discount=0.9, periods=3, paths=5, rng=1)


@pytest.mark.parametrize("kind", TOLD)
def test_a_refusal_names_field_value_and_what_to_give_instead(kind):
    call, words = TOLD[kind]
    with pytest.raises(ArmsgameError, match=words):
        call()
