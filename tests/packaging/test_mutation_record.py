"""The benchmark that changes the library goes on where it stopped, and forgets what came of code that has changed."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = "def least(a, b):\n    return a if a < b else b\n\n\ndef most(a, b):\n    return b if a < b else a\n"


@pytest.fixture
def bench(tmp_path, monkeypatch):
    spec = spec_from_file_location("mutation_benchmark", ROOT / "benchmarks" / "mutation.py")
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    file = tmp_path / "src" / "armsgame" / "room" / "one.py"
    file.parent.mkdir(parents=True)
    file.write_text(CODE, encoding="utf-8")
    return module, file, tmp_path / "record.json"


def test_what_came_of_a_change_is_kept_until_the_code_changes(bench):
    module, file, kept = bench
    every = module.changes([file])
    assert len({one.key for one in every}) == len(every) == 8
    record = module.Record(kept)
    assert [record[one] for one in every] == [None] * len(every)
    record[every[0]], record[every[1]] = "killed", "survived"
    # a comment moves lines and changes nothing
    file.write_text("# least and most\n" + CODE, encoding="utf-8")
    again, moved = module.Record(kept), module.changes([file])
    assert [one.key for one in moved] == [one.key for one in every]
    assert [again[one] for one in moved[:3]] == ["killed", "survived", None]
    file.write_text(CODE.replace("b if a", "2 if a"), encoding="utf-8")
    stale, changed = module.Record(kept), module.changes([file])
    assert [stale[one] for one in changed] == [None] * len(changed)
    assert stale.stale == 2
    # a sample of what has not changed stays one
    assert {one.key for one in changed} >= {one.key for one in every if one.line < 5}


def test_shares_have_the_interval_of_wilson(bench):
    assert bench[0].wilson(9, 10) == pytest.approx((0.595850, 0.982124), abs=1e-6)
