"""Import time, path kernel against a Python loop, and peak memory, printed as a table.

Run: python benchmarks/foundation.py
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time


def clock(statement: str) -> float:
    best = 1e9
    for _ in range(7):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        best = min(best, time.perf_counter() - start)
    return best


def python_loop(periods: int, noise: float) -> float:
    """Mirror against grim under implementation noise, ten lines of Python; returns periods per second."""
    rng, calm, trust, total = random.Random(1).random, True, True, 0.0
    pay = {(True, True): 3.0, (True, False): 0.0, (False, True): 5.0, (False, False): 1.0}
    start = time.perf_counter()
    for _ in range(periods):
        a = trust != (rng() < noise)
        b = calm != (rng() < noise)
        total += pay[a, b]
        trust = b
        calm = calm and a and b
    return periods / (time.perf_counter() - start)


def main() -> None:
    extra = clock("import armsgame") - clock("import numpy")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "armsgame.cli.main", "run", "inf", "--out", folder]
        runs = []
        # an empty cache of compiled kernels first: what a new machine pays
        environment = {**os.environ, "NUMBA_CACHE_DIR": os.path.join(folder, "cache")}
        for _ in range(2):
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environment)
            runs.append(time.perf_counter() - start)
    import numba

    import armsgame as ag

    numba.set_num_threads(1)
    game = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
    question = {"discount": 0.95, "periods": 200, "rng": 1, "error": 0.05}
    start = time.perf_counter()
    ag.simulate(game, (ag.mirror, ag.grim), paths=1, **question)
    first = time.perf_counter() - start
    start = time.perf_counter()
    ag.simulate(game, (ag.mirror, ag.grim), paths=100_000, **question)
    ours = 100_000 * 200 / (time.perf_counter() - start)
    theirs = python_loop(2_000_000, 0.05)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    treaty, both = ag.Treaty().game(), (ag.treaty.ladder_yield,) * 2
    start = time.perf_counter()
    ag.simulate(treaty, both, discount=0.95, periods=120, paths=1_000_000, rng=1).outcomes()
    wall = time.perf_counter() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"import armsgame above import numpy          {extra:8.3f} s")
    print(f"armsgame run inf, first and second time     {runs[0]:8.1f} s, {runs[1]:.1f} s")
    print(f"first simulate call (compile or cache load) {first:8.2f} s")
    print(f"path kernel, one thread                     {ours / 1e6:8.1f} M periods/s")
    print(f"ten-line Python loop                        {theirs / 1e6:8.1f} M periods/s")
    print(f"ratio                                       {ours / theirs:8.1f}")
    print(f"10^6 paths x 120 periods, outcomes only     {wall:8.2f} s, peak memory grows by {grown:.0f} MB")


if __name__ == "__main__":
    main()
