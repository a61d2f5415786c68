"""The fuzz harness finds nothing in a few cases of each kind, and finds and shrinks a fault that is put in."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

PLACE = Path(__file__).resolve().parents[2] / "benchmarks" / "fuzz.py"


@pytest.fixture(scope="module")
def fuzz():
    made = spec_from_file_location("fuzz_harness", PLACE)
    module = module_from_spec(made)
    sys.modules["fuzz_harness"] = module
    made.loader.exec_module(module)
    yield module
    del sys.modules["fuzz_harness"]


KINDS = ["stage", "repeated", "noisy", "stochastic", "markov", "trees", "bayesian", "chains", "populations"]


def test_every_kind_of_solver_has_a_checker(fuzz):
    assert list(fuzz.KINDS) == KINDS


@pytest.mark.parametrize("name", KINDS)
def test_a_few_cases_agree_with_brute_force(fuzz, name):
    kind = fuzz.KINDS[name]
    for seed in range(4):
        case = kind.draw(np.random.default_rng(seed))
        assert fuzz.told(kind, case) == "", (name, seed)


WRONG = {
    "stage": ("nash", lambda found: [SimpleNamespace(profile=([1, 0, 0, 0], [1, 0, 0, 0])) for _ in found]),
    "repeated": ("verify", lambda found: SimpleNamespace(kind=found.kind, values=[v + 0.1 for v in found.values])),
    "noisy": ("verify", lambda found: SimpleNamespace(kind=found.kind, values=[v + 0.1 for v in found.values])),
    "stochastic": ("best_reply", lambda found: SimpleNamespace(value=found.value + 0.1)),
    "trees": ("backward_induction", lambda found: [*found, *found]),
    "bayesian": ("verify", lambda found: SimpleNamespace(ok=not found.ok, kind=found.kind)),
    "chains": ("expected_payoffs", lambda found: found + 0.1),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_solver_that_errs_is_told(fuzz, name, monkeypatch):
    verb, changed = WRONG[name]
    right = getattr(fuzz.ag, verb)
    wrong = {**vars(fuzz.ag), verb: lambda *given, **more: changed(right(*given, **more))}
    lazily = {n: getattr(fuzz.ag, n) for n in ("StageGame", "RepeatedGame", "StochasticGame", "BayesianGame")}
    lazily |= {n: getattr(fuzz.ag, n) for n in ("Monitoring", "Automaton", "ExtensiveGame", "Move", "NotSolved")}
    lazily |= {n: getattr(fuzz.ag, n) for n in ("always_comply", "always_deploy")}
    monkeypatch.setattr(fuzz, "ag", SimpleNamespace(**{**lazily, **wrong}))
    kind = fuzz.KINDS[name]
    assert fuzz.told(kind, kind.draw(np.random.default_rng(3)))


def test_a_failing_case_is_made_small(fuzz):
    kind = fuzz.Kind(dict, lambda case: "large" if case["payoffs"].max() > 2 else "")
    case = {"payoffs": np.arange(24.0).reshape(2, 3, 4)}
    least = fuzz.shrunk(kind, case)["payoffs"]
    assert least.shape == (2, 1, 1)
    assert np.count_nonzero(least) == 1
