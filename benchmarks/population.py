"""Round robins and Moran processes, with nashpy's Moran process in the same run.

Run: python benchmarks/population.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from statistics import median

import nashpy
import numpy as np

import armsgame as ag

STAGE = ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
GAME = ag.RepeatedGame(STAGE)


def clock(call: Callable[[], object], repeats: int = 7) -> float:
    call()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return median(times)


def first_calls() -> None:
    """Compile times: a fresh process with an empty cache, against one that loads the cache."""
    tasks = {
        "exact round robin": "ag.populations.tournament([ag.mirror], g, periods=2)",
        "sampled round robin": "ag.populations.tournament([ag.mirror], g, periods=2, repetitions=2)",
        "Moran process": "ag.populations.moran([[1, 1], [1, 1]], [1, 1], steps=2)",
        "fictitious play": "ag.populations.fictitious_play(([[1.0]], [[1.0]]), periods=2)",
    }
    stage = "ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])"
    setup = f"import time, armsgame as ag\ng = ag.RepeatedGame({stage})"
    for name, call in tasks.items():
        code = f"{setup}\nt = time.perf_counter()\n{call}\nprint(time.perf_counter() - t)"
        with tempfile.TemporaryDirectory() as cache:
            env = os.environ | {"NUMBA_CACHE_DIR": cache}
            run = [subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
                   for _ in range(2)]  # fmt: skip
        cold, warm = (float(r.stdout) for r in run)
        print(f"first call, {name}: {cold:.1f} s with compiling, {warm:.2f} s from the cache")


def round_robin() -> None:
    few = dict(list(ag.strategies.named_strategies().items())[:20])
    setting = {"periods": 200, "error": 0.05}
    sampled = clock(lambda: ag.populations.tournament(few, GAME, repetitions=50, rng=1, **setting))
    exact = clock(lambda: ag.populations.tournament(few, GAME, **setting))
    print(
        f"round robin, 20 strategies x 200 periods: 50 repetitions {sampled:.3f} s (goal 0.1), exact {exact:.3f} s "
        "(goal 1)"
    )


def moran() -> None:
    A, steps, paths = np.array([[3.0, 1.0], [4.0, 2.0]]), 100_000, 20
    # mutation keeps both types alive, so that every step is a full one
    ours = clock(lambda: ag.populations.moran(A, [50, 50], steps=steps, paths=paths, mutation=0.05, rng=1)) / (
        steps * paths
    )
    game = nashpy.Game(A, A.T)
    np.random.seed(0)  # noqa: NPY002
    count, start = 0, time.perf_counter()
    while count < 1000:
        for _ in game.moran_process(initial_population=(0,) * 50 + (1,) * 50):
            count += 1
            if count == 1000:
                break
    theirs = (time.perf_counter() - start) / count
    print(
        f"Moran process, N = 100: ours {ours * 1e9:.0f} ns per step, nashpy {theirs * 1e3:.2f} ms, "
        f"ratio {theirs / ours:,.0f} (goal 10,000)"
    )


def exact_laws() -> None:
    two = clock(lambda: ag.populations.fixation_probability([[3.0, 1.0], [4.0, 2.0]], [1, 999]))
    three = clock(lambda: ag.populations.population_law(np.eye(3) + 1, 60, mutation=0.01), 3)
    print(f"fixation, two types, N = 1000: {two * 1e3:.2f} ms; long run of three types, N = 60: {three * 1e3:.0f} ms")


if __name__ == "__main__":
    round_robin()
    moran()
    exact_laws()
    first_calls()
