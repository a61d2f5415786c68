"""What studies cost: maps, threshold draws, two Dask workers against one, resuming, memory.

Run: python benchmarks/studies.py
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

import armsgame as ag

SIDE = 1_000
DRAWS = 1_000_000
DASK_POINTS = 560
DASK_STEPS = 20_000
RESUME_POINTS = 400


def load(treaty: Any, discount: float) -> float:
    """Busy in plain Python: some 18 ms a point."""
    total = treaty.parameters[0].detection
    for k in range(DASK_STEPS):
        total = (total * discount + k) % 1.7
        total = total * total + 0.1 if total < 1 else total - 0.5
        total += (k & 3) * 1e-3
        total = max(total, 0.0) ** 0.5 + discount
        total = min(total, 5.0)
    return total


LEFT = [0]


def load_until(treaty: Any, discount: float) -> float:
    """Stop the study as an interrupt does when `LEFT` points are done."""
    if LEFT[0] == 0:
        raise KeyboardInterrupt
    LEFT[0] -= 1
    return load(treaty, discount)


def timed(work: Any, times: int) -> tuple[float, float]:
    """Median and least seconds of some runs."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return statistics.median(found), min(found)


def maps() -> None:
    over = {"detection": np.linspace(0, 1, SIDE), "discount": np.linspace(0.5, 0.99, SIDE)}
    inf = ag.load_scenario("inf")
    for label, executor in (("default executor", None), ("one block, one thread", "alone")):
        options = {"block": SIDE * SIDE} if executor else {}
        middle, least = timed(lambda o=options: ag.sweep(inf, over, ag.measures.regime, progress=False, **o), 5)
        print(f"map of measures.regime, {SIDE} x {SIDE}, {label:<24s} {middle:6.2f} s (least {least:.2f})")


def draws() -> None:
    import scipy.stats

    priors = {"detection": scipy.stats.uniform(0.02, 0.96), "false_alarm": scipy.stats.uniform(0.001, 0.1)}
    priors |= {"temptation": scipy.stats.uniform(1.1, 1.5)}
    design = ag.studies.from_priors(priors, DRAWS, rng=1)
    middle, least = timed(lambda: ag.sweep(ag.Treaty(), design, ag.measures.threshold, discount=0.9, progress=False), 5)
    print(f"threshold at {DRAWS:,} draws (design given) {middle:19.2f} s (least {least:.2f})")
    middle, least = timed(lambda: ag.studies.from_priors(priors, DRAWS, rng=1), 3)
    print(f"  the Latin hypercube of the draws itself {middle:20.2f} s (least {least:.2f})")


def dask() -> None:
    # workers must find the measure in a module: this file, by its own name
    import studies
    from dask.distributed import Client, LocalCluster

    design = {"detection": np.linspace(0.1, 0.9, DASK_POINTS)}
    seconds: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(3):
        for count in (1, 2):
            options: dict[str, Any] = {"n_workers": count, "threads_per_worker": 1, "dashboard_address": None}
            with LocalCluster(processes=True, **options) as cluster, Client(cluster) as client:
                client.upload_file(__file__)

                def work(points: Any, client: Any = client) -> None:
                    ag.sweep(ag.Treaty(), points, studies.load, discount=0.9, executor=client, block=8, progress=False)

                work({"detection": np.linspace(0.1, 0.9, 16)})
                seconds[count].append(timed(lambda w=work: w(design), 1)[0])
    ratios = [a / b for a, b in zip(seconds[1], seconds[2], strict=True)]
    one, two = (statistics.median(seconds[n]) for n in (1, 2))
    print(
        f"Dask, one worker {one:.1f} s, two {two:.1f} s: {statistics.median(ratios):.2f} times "
        f"(runs {', '.join(f'{r:.2f}' for r in ratios)})"
    )


def resume() -> None:
    """A study of some 7 s in memory, into a store, and into a store with an interrupt in the middle."""
    import studies

    design = {"detection": np.linspace(0.1, 0.9, RESUME_POINTS)}
    options: dict[str, Any] = {"discount": 0.9, "block": 20, "progress": False}
    shares = []
    for _ in range(3):
        plain, _ = timed(lambda: ag.sweep(ag.Treaty(), design, studies.load, **options), 1)
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder) / "s"
            kept, _ = timed(lambda s=store: ag.sweep(ag.Treaty(), design, studies.load, store=s, **options), 1)
            again, _ = timed(lambda s=store: ag.sweep(ag.Treaty(), design, studies.load, store=s, **options), 1)
            other = Path(folder) / "t"
            halves = 0.0
            for left in (RESUME_POINTS // 2, RESUME_POINTS):
                studies.LEFT[0] = left
                begun = time.perf_counter()
                with suppress(KeyboardInterrupt):
                    ag.sweep(ag.Treaty(), design, studies.load_until, store=other, **options)
                halves += time.perf_counter() - begun
        shares.append((plain, kept, again, halves))
    plain, kept, again, halves = (statistics.median(s[k] for s in shares) for k in range(4))
    print(
        f"{RESUME_POINTS // 20} blocks: {plain:.2f} s in memory, {kept:.2f} s into a store "
        f"({100 * (kept / plain - 1):+.1f} %), {halves:.2f} s with an interrupt in the middle and a second call "
        f"({100 * (halves / kept - 1):+.1f} %); {again:.3f} s to open the finished store"
    )


def memory() -> None:
    """Peak memory of one sweep of many blocks, in a process of its own, against the number of blocks."""
    for blocks in (4, 40, 400):
        code = (
            "import json, resource, tempfile, numpy as np, armsgame as ag\n"
            f"d = ag.studies.latin_hypercube({{'detection': (0, 1)}}, 200_000, rng=1)\n"
            "with tempfile.TemporaryDirectory() as f:\n"
            f"    ag.sweep(ag.Treaty(), d, ag.measures.threshold, discount=.9, store=f + '/s',\n"
            f"             block=200_000 // {blocks}, progress=False)\n"
            "print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        print(f"peak memory, 200,000 points in {blocks:>3d} blocks: {json.loads(done.stdout) / 1024:.0f} MiB")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    chosen = sys.argv[1:] or ["maps", "draws", "resume", "memory", "dask"]
    for name in chosen:
        {"maps": maps, "draws": draws, "dask": dask, "resume": resume, "memory": memory}[name]()
