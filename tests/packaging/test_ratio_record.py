"""Speed is compared with the last record of its own kind, and what that record has not is told."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def record(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("record")


def test_the_last_record_of_the_folder_holds_ratios(record):
    found = record.last()
    assert found is not None
    assert all(row["ratio"] > 0 for row in json.loads(found.read_text(encoding="utf-8"))["rows"])


def test_what_fell_and_what_is_new_are_told(record, monkeypatch, tmp_path):
    monkeypatch.setattr(record, "HISTORY", tmp_path)
    assert record.compare({"sets": 1.0}) == "no earlier record"
    for name, written, ratio in (("0.2.0", "2026-02-01", 10.0), ("0.1.0", "2026-01-01", 1.0)):
        kept = {"written": written, "rows": [{"name": "sets", "ratio": ratio}, {"name": "play", "ratio": 2.0}]}
        (tmp_path / f"{name}.json").write_text(json.dumps(kept), encoding="utf-8")
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    told = record.compare({"sets": 7.0, "play": 1.9, "talks": 1.0}).splitlines()
    assert told == ["against 0.2.0: 1 of 2 ratios fell", "  sets: 10 -> 7", "  talks: not in that record"]
