"""Every public function refuses what its arguments cannot be: for each argument some of the tries of the benchmark."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import armsgame as ag
from armsgame._deadline import ask_time
from armsgame._gate import gated
from armsgame.errors import InvalidGame, WrongConcept

HERE = Path(__file__).parent
TRIAL = """
import json, sys, warnings
sys.path.insert(0, sys.argv[1])
warnings.simplefilter("ignore")
import matplotlib.pyplot as plt
import working_calls
pool, count, verbs = {}, 0, 0
for name in working_calls.in_order():
    call = working_calls.working_call(name, pool)
    verbs += call is not None
    for field, bad in working_calls.some(name) if call else ():
        came, text = working_calls.tried(call, field, bad)
        count += 1
        if came not in ("house", "answer"):
            print(json.dumps([name, field, bad, came, text]), flush=True)
    if call and "budget_seconds" not in working_calls.parameters(name) and not name.startswith("plot."):
        for place in working_calls.loops(call):
            print(json.dumps([name, "budget_seconds", "missing", "loops", place]), flush=True)
    plt.close("all")
print(json.dumps([verbs, count]))
"""


def test_no_try_ends_in_another_error_or_takes_what_is_no_number(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", TRIAL, str(HERE)],
        capture_output=True,
        text=True,
        timeout=900,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "Agg"},
    )
    *faults, (verbs, count) = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert faults == []
    assert verbs > 320
    assert count > 1_300


# tries of the benchmark that ended in another error once
FOUND = [
    ("studies.fit_signalling", "payoffs", "mapping"),
    ("studies.predictive", "periods", "minus one"),
    ("treaty.crises.disclosure", "prior", "empty"),
    ("treaty.crises.ultimatum", "target_costs", "empty"),
    ("report", "progress", "class"),
    ("plot.exit_dates", "days", "infinity"),
    ("studies.compliance_map", "discount", "fraction"),
    ("studies.compliance_map", "discount", "list with nan"),
    ("studies.compliance_map", "detection", "empty"),
    ("plot.race_portrait", "top", "minus one"),
    ("plot.race_portrait", "top", "infinity"),
    ("plot.agreement_map", "party", "letters"),
    *(("catalogue.parameter", end, bad) for end in ("low", "high") for bad in ("array of text", "huge array")),
    ("treaty.inspection.material_accountancy", "false_alarm", "flags"),
]


@pytest.mark.parametrize(("name", "field", "bad"), FOUND)
def test_what_ended_in_another_error_once_is_told(name, field, bad):
    sys.path.insert(0, str(HERE))
    import working_calls

    pool = {}
    # whose example makes what the call needs
    for before in {
        "plot.agreement_map": ["negotiation.value_of_terms"],
        "plot.race_portrait": ["treaty.armsrace.richardson"],
        "plot.exit_dates": ["treaty.cascade.path"],
    }.get(name, ()):
        working_calls.working_call(before, pool)
    came, text = working_calls.tried(working_calls.working_call(name, pool), field, bad)
    assert (came, " is " in text) == ("house", True)


def test_every_function_of_a_namespace_stands_behind_the_gate():
    sys.path.insert(0, str(HERE))
    import working_calls

    found = working_calls.public()
    assert len(found) > 300
    # it describes a field of a model and is no verb
    assert [n for n, (f, _) in found.items() if not hasattr(f, "gated")] == ["catalogue.parameter"]
    assert all(pickle.loads(pickle.dumps(f)) is f for f, _ in found.values())


def plain(count: int, share: float = 0.5, names: tuple[str, ...] = (), exact: bool = False) -> float:
    """Stand for a public function that checks nothing itself."""
    if share == 0.25:
        raise ValueError("a fault of its own")
    return len(names) + share + 0 * (count + exact)


def test_the_gate_refuses_by_the_hint_and_passes_on_a_fault_of_the_function_itself():
    verb = gated(plain)
    assert verb(1) == 0.5
    assert verb(2**70, share=float("inf")) == float("inf")
    for bad in (
        {"count": "1"}, {"count": 2.5}, {"count": True}, {"count": 1, "share": 1j}, {"count": 1, "share": float("nan")},
        {"count": 1, "names": "AB"}, {"count": 1, "names": ("a", 1)}, {"count": 1, "exact": 1}, {"count": None},
    ):  # fmt: skip
        field = list(bad)[-1]
        with pytest.raises(InvalidGame, match=f"^{field} is .*; allowed: "):
            verb(**bad)
    with pytest.raises(ValueError, match="of its own") as fault:
        verb(1, 0.25)
    assert not isinstance(fault.value, ag.ArmsgameError)
    with pytest.raises(WrongConcept, match=r"unexpected.*; allowed: plain\(count, share=\.\., .*Did you mean 'share'"):
        verb(1, shares=2)
    with pytest.raises(TypeError, match="too many positional arguments; allowed: plain"):
        verb(1, 0.5, (), False, 3)


def working(count: int, exact: bool = False) -> int:
    """Stand for a verb that works for long, and checks one argument alone."""
    if count < 1:
        raise InvalidGame("count is too small; allowed: at least 1.")
    for done in range(10**8):
        ask_time(f"{done} rounds")
    return count + exact


def test_what_will_be_refused_is_not_worked_for():
    verb = gated(working)
    with pytest.raises(InvalidGame, match=r"^exact is 3; allowed: True or False"):
        verb(2, exact=3)
    # the verb's own words come first
    with pytest.raises(InvalidGame, match="too small"):
        verb(0, exact=3)


def test_shapes_that_do_not_go_together_are_named():
    with pytest.raises(ag.errors.InvalidGame, match=r"'gain': \(2,\), 'damage': \(3,\).*broadcast"):
        ag.treaty.inspection.site_allocation(gain=[1, 2], penalty=4, damage=[1, 2, 3], detection=0.9, budget=1)
