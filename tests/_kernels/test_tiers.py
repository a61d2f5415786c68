"""Kernels whose small first calls run in Python give the same bits there, and compile once they are used in earnest."""

from __future__ import annotations

import importlib
import pkgutil

import numpy as np
import pytest
from numba import njit
from numba.core.dispatcher import Dispatcher

import armsgame as ag
from armsgame import _kernels
from armsgame._kernels import tiers
from armsgame._kernels.tiers import Tiered, tiered
from armsgame.cli.warming import JOBS


def everywhere() -> dict[str, Tiered]:
    modules = [importlib.import_module(f"armsgame._kernels.{m.name}") for m in pkgutil.iter_modules(_kernels.__path__)]
    return {f"{m.__name__}:{n}": own for m in modules for n, own in vars(m).items() if isinstance(own, Tiered)}


def called(kernel: Dispatcher) -> list[Dispatcher]:
    names = kernel.py_func.__globals__
    inner = [names[n] for n in kernel.py_func.__code__.co_names if isinstance(names.get(n), Dispatcher)]
    return [kernel, *(own for one in inner for own in called(one))]


def copied(given):
    return [a.copy() if isinstance(a, np.ndarray) else a for a in given]


def alike(a, b):
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return a == b


def test_both_tiers_give_the_same_bits(monkeypatch):
    seen: dict[int, int] = {}

    def both(self, *given):
        if sum(a.size for a in given if isinstance(a, np.ndarray)) <= self.limit:
            plain = tiers._interpreted(self.compiled, {})
            other = copied(given)
            with np.errstate(all="ignore"):
                told = plain(*other)
            answer = self.compiled(*given)
            assert alike(answer, told), self.compiled
            # what was handed over is written to
            assert alike(tuple(given), tuple(other)), self.compiled
            seen[id(self)] = seen.get(id(self), 0) + 1
            return answer
        return self.compiled(*given)

    monkeypatch.setattr(Tiered, "__call__", both)
    JOBS["the main job"]()
    for seed in range(6):
        rng = np.random.default_rng(seed)
        stage = ag.StageGame.from_bimatrix(*rng.normal(size=(2, 2, 2)))
        game = ag.RepeatedGame(stage, ag.Monitoring.detection(*rng.uniform(0.1, 0.9, 2)))
        ag.payoff_set(game, discount=0.7, method=ag.methods.LinearPrograms(max_iter=6), throw=False)
        ag.critical_discount(game, (ag.grim, ag.mirror))
        for start, given in (([6, 4], {"mutation": 0.05}), ([3, 4, 5], {"selection": 0.3, "every": 50})):
            payoffs = rng.normal(size=(len(start), len(start)))
            ag.populations.moran(np.abs(payoffs), start, steps=300, rng=seed, **given)
    missed = [name for name, own in everywhere().items() if id(own) not in seen]
    assert not missed


def test_no_kernel_of_two_tiers_may_reorder_a_sum():
    found = everywhere()
    assert len(found) > 10
    for own in found.values():
        assert not any(inner.targetoptions.get("fastmath") for inner in called(own.compiled))


@tiered(8)
@njit
def _shifted(x, by):
    for k in range(len(x)):
        x[k] += by
    return len(x)


@pytest.fixture
def fresh(monkeypatch):
    own = Tiered(njit(_shifted.compiled.py_func), 8)
    monkeypatch.setattr(tiers, "_eager", False)
    return own


def test_a_small_call_compiles_nothing_and_a_large_one_does(fresh):
    x = np.zeros(8)
    assert fresh(x, 2.0) == 8
    assert x.tolist() == [2.0] * 8
    assert not fresh.signatures
    fresh(np.zeros(9), 1.0)
    assert fresh.signatures


def test_work_that_outgrows_compiling_is_compiled(fresh, monkeypatch):
    monkeypatch.setattr(tiers, "_COMPILE", 1e-9)
    fresh(np.zeros(2), 1.0)
    assert not fresh.signatures
    fresh(np.zeros(2), 1.0)
    assert fresh.signatures


def test_what_lies_on_disk_is_loaded_early(fresh, monkeypatch):
    monkeypatch.setattr(tiers, "_LOAD", 0.0)
    monkeypatch.setattr(tiers, "_on_disk", lambda _: True)
    fresh(np.zeros(2), 1.0)
    fresh(np.zeros(2), 1.0)
    assert fresh.signatures


def test_a_kernel_on_disk_is_known_as_such(tmp_path, monkeypatch):
    place = tmp_path / "own.py"
    place.write_text("from numba import njit\n\n\n@njit(cache=True)\ndef own(x):\n    return x + 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    kernel = importlib.import_module("own").own
    assert not tiers._on_disk(kernel)
    kernel(1.0)
    assert tiers._on_disk(kernel)


def test_all_can_be_asked_to_compile(fresh, monkeypatch):
    monkeypatch.setattr(tiers, "_eager", True)
    fresh(np.zeros(1), 1.0)
    assert fresh.signatures
