"""Speed of sampling against a Python loop, NumPy across paths, and OpenSpiel, in one run.

    python benchmarks/simulation.py [--paths 1000000] [--big 100000000]

Prints a table of speeds and ratios on one thread, then on all, the cost of keeping int8 trajectories,
compile times, and time and memory of a count in constant memory.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import statistics
import time

import numba
import numpy as np

import armsgame as ag

PERIODS = 120
ERROR = 0.05
PAYOFFS = np.array([[3.0, 0.0, 5.0, 1.0], [3.0, 5.0, 0.0, 1.0]])
STAGE = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
GAME = ag.RepeatedGame(STAGE)
RULES = ((1.0, 0.3, 1.0, 0.3), (1.0, 0.0, 0.0, 1.0))  # P(comply | last profile), own action first
PAIR = tuple(ag.Automaton.memory_one(*rule) for rule in RULES)


def median(call, repeats=5, clock=time.process_time):
    """Median time of a call in seconds: of the processor, which other work on the machine disturbs little."""
    times = []
    for _ in range(repeats):
        begin = clock()
        call()
        times.append(clock() - begin)
    return statistics.median(times)


def python_loop(paths):
    draw, pays = random.Random(1).random, PAYOFFS.tolist()
    for _ in range(paths):
        gain, weight, last = [0.0, 0.0], 1.0, None
        for _ in range(PERIODS):
            p, q = (1.0, 1.0) if last is None else (RULES[0][last], RULES[1][(last % 2) * 2 + last // 2])
            a = (draw() >= p) ^ (draw() < ERROR)
            b = (draw() >= q) ^ (draw() < ERROR)
            last = 2 * a + b
            gain[0] += weight * pays[0][last]
            gain[1] += weight * pays[1][last]
            weight *= 0.95


def private_python_loop(paths):
    """Three treaty states, an own misread of the other's action, stochastic outputs, slips."""
    draw, pays = random.Random(1).random, PAYOFFS.tolist()
    for _ in range(paths):
        gain, weight, state, plan = [0.0, 0.0], 1.0, 0, [0, 0]
        for _ in range(PERIODS):
            a = (draw() >= (0.95, 0.1)[plan[0]]) ^ (draw() < ERROR)
            b = (draw() >= (0.95, 0.1)[plan[1]]) ^ (draw() < ERROR)
            last = 2 * a + b
            gain[0] += weight * pays[0][last]
            gain[1] += weight * pays[1][last]
            plan = [b ^ (draw() < 0.1), a ^ (draw() < 0.1)]
            if state < 2:
                state += draw() < 0.02 + 0.2 * (last > 0)
            weight *= 0.95


def numpy_across(paths):
    rng = np.random.default_rng(1)
    rules = [np.array(rule) for rule in RULES]
    last, gain, weight = None, np.zeros((2, paths)), 1.0
    for _ in range(PERIODS):
        own = [np.ones(paths)] * 2 if last is None else [rules[0][last], rules[1][(last % 2) * 2 + last // 2]]
        acts = [(rng.random(paths) >= own[i]) ^ (rng.random(paths) < ERROR) for i in (0, 1)]
        last = 2 * acts[0] + acts[1]
        gain += weight * PAYOFFS[:, last]
        weight *= 0.95


def open_spiel(paths):
    import pyspiel

    game = pyspiel.create_repeated_game(pyspiel.load_game("matrix_pd"), {"num_repetitions": PERIODS})
    draw = random.Random(1).random
    for _ in range(paths):
        state = game.new_initial_state()
        last = None
        while not state.is_terminal():
            p, q = (1.0, 1.0) if last is None else (RULES[0][last], RULES[1][(last % 2) * 2 + last // 2])
            a = (draw() >= p) ^ (draw() < ERROR)
            b = (draw() >= q) ^ (draw() < ERROR)
            last = 2 * a + b
            state.apply_actions([int(a), int(b)])


def ours(paths, **more):
    ask = {"discount": 0.95, "periods": PERIODS, "rng": 1, "error": ERROR} | more
    return ag.simulate(GAME, PAIR, paths=paths, **ask)


def private(paths, **more):
    game, pair = private_game()
    ask = {"discount": 0.95, "periods": PERIODS, "rng": 1, "error": ERROR, "kernel": "general"} | more
    return ag.simulate(game, pair, paths=paths, **ask)


def private_game():
    read = np.array([[0.9, 0.1], [0.1, 0.9]])
    kernel = np.einsum("by,az->abyz", read, read)
    down = 0.02 + 0.2 * np.array([[0, 1], [1, 1]])
    laws = [np.stack([1 - down, down, 0 * down], -1), np.stack([0 * down, 1 - down, down], -1)]
    laws.append(np.broadcast_to([0.0, 0.0, 1.0], (2, 2, 3)))
    game = ag.private_monitoring.PrivateStochasticGame(
        ag.StochasticGame([STAGE] * 3, laws, states=["in force", "crisis", "over"]),
        ag.private_monitoring.PrivateMonitoring(kernel),
    )
    rule = ag.Automaton([[0.95, 0.05], [0.1, 0.9]], [[0, 1], [0, 1]])
    return game, (rule, rule)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--paths", type=int, default=1_000_000)
    parser.add_argument("--big", type=int, default=100_000_000)
    asked = parser.parse_args()
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; numba {numba.__version__}")
    for name, call in (("product", ours), ("general", private)):
        print(f"first call, {name} kernel (compiles or loads from the cache): {median(lambda c=call: c(64), 1):.2f} s")
    few, some = 300, 20_000
    speed = {
        "product kernel": asked.paths / median(lambda: ours(asked.paths)),
        "general kernel, private signals": asked.paths / 4 / median(lambda: private(asked.paths // 4)),
        "Python loop": few / median(lambda: python_loop(few), 3),
        "Python loop, private signals": few / median(lambda: private_python_loop(few), 3),
        "NumPy across paths": some / median(lambda: numpy_across(some), 3),
    }
    try:
        speed["OpenSpiel repeated game"] = few / median(lambda: open_spiel(few), 3)
    except ImportError:
        print("OpenSpiel is not installed")
    print(f"\n{'one thread':34s}{'M periods/s':>12s}{'product x':>11s}{'general x':>11s}")
    for name, rate in speed.items():
        ratios = [speed[k] / rate for k in ("product kernel", "general kernel, private signals")]
        print(f"{name:34s}{rate * PERIODS / 1e6:12.3f}{ratios[0]:11.1f}{ratios[1]:11.1f}")
    plain, kept = (median(lambda k=k: ours(asked.paths, keep=k)) for k in (False, True))
    print(f"\nkeeping int8 states and profiles: {100 * (kept / plain - 1):+.0f} % time")
    if threads > 1:
        numba.set_num_threads(threads)
        many, wall = median(lambda: ours(asked.paths), 5, time.perf_counter), time.perf_counter
        numba.set_num_threads(1)
        one = median(lambda: ours(asked.paths), 5, wall)
        numba.set_num_threads(threads)
        print(f"{threads} threads: x {one / many:.2f} by the clock on the wall")
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sums = ours(asked.big, keep="totals")
    spent, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"\n{asked.big:,} paths x {PERIODS} periods counted in {spent:.1f} s on {threads} threads")
    print(f"peak memory {before / 1024:.0f} -> {after / 1024:.0f} MiB (kept paths of the lines above included)")
    print(sums)


if __name__ == "__main__":
    main()
