"""Every model gives the numbers that were derived for it on independent code, each at its own tolerance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import armsgame as ag

CASES = json.loads((Path(__file__).resolve().parents[1] / "published" / "catalogue_cases.json").read_text("utf-8"))


def close(found: Any, expected: Any, tolerance: float) -> bool:
    if expected is None or isinstance(expected, (str, bool)):
        return bool(found == expected)
    if isinstance(expected, dict):
        return all(close(found[name], value, tolerance) for name, value in expected.items())
    if isinstance(expected, list):
        return len(found) == len(expected) and all(close(a, b, tolerance) for a, b in zip(found, expected, strict=True))
    return bool(np.isclose(float(found), float(expected), rtol=0, atol=max(tolerance, 1e-9)))


def said(proposition: Any, expected: dict[str, Any], tolerance: float) -> None:
    """Hold one proposition to its expected numbers; outcomes that are not listed have probability 0."""
    for name, value in expected.items():
        if name == "outcomes":
            listed = {k: v for k, v in value.items() if v > tolerance}
            assert set(listed) <= set(proposition.outcomes)
            assert all(close(p, value.get(k, 0.0), tolerance) for k, p in proposition.outcomes.items())
        else:
            assert close(proposition[name], value, tolerance), (name, value, proposition[name])


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_numbers(case: dict[str, Any]) -> None:
    model = ag.catalogue.load(case["model"], **case["parameters"])
    found, expected, tolerance = model.equilibria(), dict(case["expected"]), case["tolerance"]
    assert all(e.certificate.ok for e in found)
    by_name = {e.name: e for e in found}
    listed = expected.pop("equilibria", None) or expected.pop("pure_equilibria", None)
    if isinstance(listed, dict):
        assert set(by_name) == set(listed)
        for name, values in listed.items():
            said(by_name[name], values, tolerance)
    elif listed is not None:
        assert len(found) == expected.pop("count", len(listed)) == len(listed)
        for e, values in zip(found, listed, strict=True):
            said(e, values, tolerance)
    for name, value in expected.items():
        if isinstance(value, dict) and name in by_name:
            said(by_name[name], value, tolerance)
            continue
        held = [e[name] for e in found if name in {**e.profile, **e.outcomes, **e.numbers}]
        # a mixed equilibrium beside the one that is meant may differ; one of them must not
        assert any(close(x, value, tolerance) for x in held or [model.regions[name]]), (name, value, held)
