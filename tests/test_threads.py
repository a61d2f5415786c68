"""Threads over serial kernels: every row once, faults reach the caller, and no surrounding kills a worker."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import armsgame as ag
from armsgame._deadline import deadline, time_left
from armsgame._threads import in_blocks, limited, thread_count

WORK = """
import numpy as np, armsgame as ag

def work(seed):
    games = np.random.default_rng(seed).integers(-9, 10, (9000, 2, 3, 3)).astype(float)
    found = ag.nash_batch(games)
    sets = ag.payoff_set(ag.RepeatedGame(ag.treaty.compliance()), discount=[0.3, 0.5, 0.9])
    return int(found.count.sum()), [round(float(s.area), 12) for s in sets]
"""


def run(script: str, **environment: str) -> str:
    code = WORK + textwrap.dedent(script)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "NUMBA_NUM_THREADS": "3", **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
@pytest.mark.parametrize(("total", "least"), [(0, 1), (1, 1), (5, 2), (1000, 1), (1000, 300), (999, 10)])
def test_blocks_cover_every_row_once(monkeypatch, threads, total, least):
    monkeypatch.setenv("NUMBA_NUM_THREADS", str(threads))
    seen = np.zeros(total, int)

    def kernel(start, stop, out):
        out[start:stop] += 1

    in_blocks(kernel, total, least, seen)
    assert (seen == 1).all()


def test_a_fault_in_a_block_reaches_the_caller(monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "3")

    def kernel(start, stop):
        if stop > start > 0:
            raise ZeroDivisionError("here")

    with pytest.raises(ZeroDivisionError, match="here"):
        in_blocks(kernel, 100, 1)


@pytest.mark.parametrize("threads", [1, 3])
def test_blocks_end_with_the_time_of_the_call(monkeypatch, threads):
    monkeypatch.setenv("NUMBA_NUM_THREADS", str(threads))
    seen = np.zeros(10_000, int)

    def kernel(start, stop):
        time.sleep(0.01 * (stop - start))
        seen[start:stop] += 1

    with pytest.raises(ag.NotSolved, match="of 10,000 rows"), deadline(0.1):
        in_blocks(kernel, 10_000, 1)
    assert 0 < seen.sum() < 10_000


def test_the_limit_holds_inside_its_block_only(monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "4")
    with limited(2):
        assert thread_count() == 2
    assert thread_count() == 4
    with pytest.raises(ag.errors.InvalidGame, match="from 1 to 4"), limited(5):
        pass


@pytest.mark.parametrize("told", ["0", "-1", "many", "1.5"])
def test_a_number_of_threads_that_is_none_is_refused(monkeypatch, told):
    monkeypatch.setenv("NUMBA_NUM_THREADS", told)
    with pytest.raises(ag.errors.InvalidGame, match="NUMBA_NUM_THREADS"):
        thread_count()


def test_work_is_done_where_no_thread_can_be_started(monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "3")

    def refuse(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    seen = np.zeros(50, int)

    def kernel(start, stop):
        seen[start:stop] += 1

    in_blocks(kernel, 50, 1)
    assert (seen == 1).all()


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_workers_of_every_start_method_answer_after_the_parent_worked(tmp_path, method):
    (tmp_path / "job.py").write_text(
        WORK
        + textwrap.dedent(f"""
        if __name__ == "__main__":
            from multiprocessing import get_context
            first = work(1)
            with get_context({method!r}).Pool(2) as pool:
                print(pool.map(work, [1, 1, 1]) == [first] * 3)
        """)
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", str(tmp_path / "job.py")],
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "NUMBA_NUM_THREADS": "3"},
        check=False,
    )
    assert done.stdout.strip() == "True", done.stderr


@pytest.mark.parametrize("layer", ["workqueue", "omp"])
def test_eight_python_threads_get_the_same_numbers(layer):
    told = run(
        """
        from concurrent.futures import ThreadPoolExecutor
        first = work(1)
        with ThreadPoolExecutor(8) as pool:
            print(list(pool.map(work, [1] * 16)) == [first] * 16)
        """,
        NUMBA_THREADING_LAYER=layer,
    )
    assert told.strip() == "True"


def test_no_kernel_brings_threads_of_its_own():
    told = run(
        """
        import importlib, pkgutil, sys
        import armsgame._kernels as kernels
        for one in pkgutil.iter_modules(kernels.__path__):
            importlib.import_module(f"armsgame._kernels.{one.name}")
        work(1)
        print([name for name in sys.modules if name.startswith("numba.np.ufunc") and "pool" in name])
        """
    )
    assert told.strip() == "[]"


def test_a_sweep_on_threads_keeps_to_the_limit_and_to_the_time_of_the_call(monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "4")
    here, seen = threading.get_ident(), []

    def watched(_, discount):
        if threading.get_ident() != here:
            seen.append((threading.get_ident(), thread_count(), time_left() < 1000))
        return discount

    for limit, inner in ((2, 1), (4, 2)):
        seen.clear()
        with limited(limit), deadline(1000):
            # of two blocks at a time each has half of the threads
            asked = {"executor": "threads", "block": 4, "progress": False}
            ag.sweep(ag.Treaty(), {"discount": np.linspace(0.1, 0.8, 8)}, watched, **asked)
        assert len({thread for thread, _, _ in seen}) <= 2
        assert {(threads, timed) for _, threads, timed in seen} == {(inner, True)}
