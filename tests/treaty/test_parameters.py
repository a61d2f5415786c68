"""One row of the parameter dictionary makes a parameter: its field, checks, place, sweep range and documentation."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

import armsgame as ag
from armsgame.study.sweeps.measures import Model
from armsgame.treaty import party
from armsgame.treaty.party import PAYOFF_PARAMETERS, PROBABILITIES, TERMS, Party
from armsgame.treaty.treaty import Treaty

TABLE = ag.treaty.parameters
STUB = Path(party.__file__).with_suffix(".pyi")
SOURCE = Path(ag.__file__).parent


def stub() -> str:
    """What type checkers read of the made classes; `python tests/treaty/test_parameters.py` writes it."""
    lines = [
        "# written by tests/treaty/test_parameters.py from the parameter dictionary",
        "from dataclasses import dataclass",
        "",
        "from armsgame._shown import Value",
        "",
    ]
    lines += [f"{name}: tuple[str, ...]" for name in ("PAYOFF_PARAMETERS", "PROBABILITIES", "TERMS")]
    for name, own, extra in (
        ("Party", (*PAYOFF_PARAMETERS, *PROBABILITIES), ""),
        ("Terms", TERMS, ", kw_only=True"),
    ):
        lines += ["", f"@dataclass(frozen=True, slots=True{extra})", f"class {name}(Value):"]
        lines += [f"    {entry}: float = ..." for entry in own]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", list(TABLE))
def test_every_parameter_says_what_it_is_and_allows_its_default(name):
    entry = TABLE[name]
    assert entry.symbol
    assert entry.meaning
    assert entry.unit
    assert entry.source
    low, high = entry.valid
    assert low < high
    values = entry.default if isinstance(entry.default, tuple) else (entry.default,)
    assert all(v is None or entry.allows(v) for v in values)
    if entry.sweep is not None:
        assert low <= entry.sweep[0] <= entry.sweep[1] <= high


def test_the_fields_of_a_party_and_the_terms_of_a_treaty_are_the_rows_with_a_role():
    made = {f.name: f.default for f in fields(Party)}
    assert made == {n: e.default for n, e in TABLE.items() if e.role in ("payoff", "probability")}
    terms = {f.name: f.default for f in fields(Treaty) if f.name in TABLE}
    assert terms == {n: e.default for n, e in TABLE.items() if e.role == "term"}
    others = {f.name for f in fields(Treaty)} - set(terms)
    assert others == {"parties", "parameters", "demand", "notice", "parts"}


def test_type_checkers_read_the_fields_of_the_dictionary():
    assert STUB.read_text(encoding="utf-8") == stub(), f"write it anew: python {__file__}"


def test_a_party_is_a_documented_value():
    own = Party(temptation=1.7)
    assert pickle.loads(pickle.dumps(own)) == own == replace(Party(), temptation=1.7)
    assert hash(own) == hash(Party(1.7))
    assert all(f"{n} : float, default" in Party.__doc__ for n in (*PAYOFF_PARAMETERS, *PROBABILITIES))
    assert TABLE["temptation"].meaning in Party.__doc__


def test_a_bare_treaty_uses_what_the_dictionary_prints():
    treaty = Treaty()
    for own in (treaty, *treaty.parameters):
        stated = {n: TABLE[n].default for n in TABLE if hasattr(own, n)}
        assert {n: getattr(own, n) for n in stated} == stated
    assert TABLE["outside_option"].default == TABLE["transparency_cost"].default == 0


def test_ranges_are_enforced_at_their_open_ends():
    assert TABLE["discount"].allows(0)
    assert not TABLE["discount"].allows(1)
    assert not TABLE["period_days"].allows(0)
    assert not TABLE["detection"].allows(float("nan"))
    assert not TABLE["detection"].allows(True)
    assert not TABLE["detection"].allows("0.5")
    assert not TABLE["periods"].allows(1.5)
    assert TABLE["detection"].allows(np.float32(0.5))


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"detection": {"US": 1.2}}, r"detection of US is 1\.2; allowed: a probability with 0 <= detection <= 1"),
        ({"audience_cost": -1.0}, "audience_cost of US is -1.0; allowed: a finite number with 0 <= audience_cost"),
        ({"period_days": 0}, "period_days is 0; allowed: a finite number with 0 < period_days"),
        ({"renegotiation": True}, "renegotiation is True"),
        ({"temptation": np.inf}, "temptation of US is inf; allowed: a finite number"),
        ({"notice_days": None}, "notice_days is None"),
    ],
)
def test_a_treaty_checks_by_the_row(changes, match):
    with pytest.raises(ag.InvalidGame, match=match):
        Treaty().replace(**changes)


def test_a_sweep_checks_every_point_by_the_row():
    model = Model.of(Treaty(), 0.9)
    for name, value, kind in (
        ("false_alarm", -0.25, "probability"),
        ("audience_cost", -0.25, "finite number"),
        ("discount", 1.0, "finite number"),
    ):
        with pytest.raises(ag.InvalidGame, match=f"{name} is {value}; allowed: a {kind} with 0 <= {name}"):
            model.columns({name: np.array([0.5, value])})
    TABLE["detection"].check(np.array([0.0, 1.0]))
    with pytest.raises(ag.InvalidGame, match="detection of US is nan"):
        TABLE["detection"].check(np.array([0.0, np.nan]), "detection of US")


def test_an_unknown_parameter_is_answered_with_close_names():
    with pytest.raises(ag.InvalidGame, match="detection"):
        TABLE["detektion"]
    assert TABLE.get("detektion") is None
    assert "detektion" not in TABLE


def test_the_dictionary_shows_itself():
    frame = TABLE.to_frame()
    assert list(frame.index) == list(TABLE)
    assert frame.loc["detection", "default"] == 0.8
    page = TABLE.to_markdown().splitlines()
    assert len(page) == len(TABLE) + 2
    assert {row.replace(r"\|", "").count("|") for row in page} == {10}
    assert len(repr(TABLE)) < 100
    assert "detection" in TABLE._repr_html_()


ROW = """
[[parameter]]
name = "hosting_cost"
symbol = "c_H"
meaning = "what it costs to host inspectors"
unit = "utility per period (R - P = 1)"
role = "payoff"
default = 0.25
valid = [0.0, 2.0]
sweep = [0.0, 0.5]
source = "assumption"
"""

ASKED = """
import numpy as np, armsgame as ag
from armsgame.study.sweeps.measures import Model
from armsgame.study.sweeps.ranges import ranges_of
treaty = ag.Treaty()
assert treaty.parameters[0].hosting_cost == 0.25
try:
    treaty.replace(hosting_cost={"US": 2.5})
except ag.InvalidGame as fault:
    assert "hosting_cost of US is 2.5; allowed: a finite number with 0 <= hosting_cost <= 2" in str(fault)
else:
    raise AssertionError("out of range")
assert treaty.prices()["hosting_cost"] == (0.25, 0.25)
assert treaty.basis()[1]["hosting_cost"].shape[0] == 2
assert ranges_of(["hosting_cost"]) == {"hosting_cost": (0.0, 0.5)}
model = Model.of(treaty, 0.9)
model.check(["hosting_cost.US"])
assert model.columns({"hosting_cost": np.array([0.1, 0.2])})[0]["hosting_cost"].tolist() == [[0.1, 0.2]] * 2
assert "| `hosting_cost` | c_H | what it costs to host inspectors |" in ag.treaty.parameters.to_markdown()
assert "hosting_cost : float, default 0.25" in type(treaty.parameters[0]).__doc__
assert "hosting_cost" in treaty.explain()
"""


def test_one_more_row_is_a_field_a_check_a_payoff_a_sweep_range_and_a_line_of_the_docs(tmp_path):
    copy = tmp_path / "armsgame"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "data"))
    table = copy / "treaty" / "parameters.toml"
    table.write_text(table.read_text(encoding="utf-8") + ROW, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
