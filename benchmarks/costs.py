"""What verbs take against what `ag.cost` says: seconds of the processor and bytes, model by model, size by size.

``python benchmarks/costs.py [model ..]`` prints one line for each case: sizes, seconds told and taken, their ratio, and
the same for memory. A model may be off by a factor of five (`ag.cost`); lines beyond three are marked.
"""

from __future__ import annotations

import math
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

import armsgame as ag
from armsgame import _cost

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "negative"))
from size_table import LEAVE, RNG, alarm, stage, tree

Case = tuple[dict[str, object], Callable[[], object]]


def on_stages(verb: Callable[[ag.StageGame], object], *shapes: tuple[int, ...]) -> list[Case]:
    return [({"actions": s}, partial(verb, stage(*s))) for s in shapes]


def roster(count: int, most: int = 7) -> dict[str, object]:
    return {f"s{k}": ag.suspend(k % most + 1) for k in range(count)}


def by_periods(verb: Callable[[int], object], *counts: int) -> list[Case]:
    return [({"periods": n}, partial(verb, n)) for n in counts]


def paths(count: int, periods: int, keep: object) -> Case:
    kept = 0 if keep == "totals" else count * periods if keep is True else count
    call = partial(
        ag.simulate, ag.Treaty(), LEAVE, discount=0.9, rng=1, paths=count, periods=periods, keep=keep, progress=False
    )
    return {"paths": count, "periods": periods, "kept": kept}, call


def sampled(count: int, periods: int, repetitions: int) -> Case:
    asked = {"periods": periods, "repetitions": repetitions, "rng": 1, "error": 0.05}
    sizes = {"strategies": count, "states": 5, "periods": periods, "repetitions": repetitions}
    return sizes, partial(ag.populations.tournament, roster(count), alarm(), **asked)


def saltelli(base: int) -> Case:
    ranges = {"detection": (0.1, 0.9), "temptation": (1.1, 2.0)}
    call = partial(
        ag.sensitivity, ag.Treaty(), ranges, measure=ag.measures.threshold, method=ag.studies.Saltelli(base),
        discount=0.9, rng=1, progress=False,
    )  # fmt: skip
    return {"evaluations": 4 * base, "parameters": 2}, call


def regimes(points: int, days: float) -> Case:
    treaty, line = ag.Treaty(notice_days=days), np.linspace(0.05, 0.98, points)
    return {"points": points, "states": len(treaty.game().states)}, partial(
        ag.measures.markov_regime, treaty, discount=line
    )


def calibrated(particles: int, generations: int, periods: int) -> Case:
    call = partial(
        ag.studies.calibrate, ag.load_scenario("inf"), ["detection"], particles=particles, generations=generations,
        periods=periods, rng=1,
    )  # fmt: skip
    return {"particles": particles, "generations": generations, "periods": periods}, call


def cases() -> dict[str, list[Case]]:
    p, s = ag.populations, ag.studies
    exact = partial(ag.nash, method=ag.methods.Exact())
    every = partial(ag.nash, method=ag.methods.AllLemkeHowson())
    seen = ag.treaty.crises
    return {
        "nash": on_stages(ag.nash, (8, 8), (20, 20), (40, 40), (60, 60)),
        "AllLemkeHowson": on_stages(every, (8, 8), (20, 20), (40, 40), (60, 60)),
        "Exact": on_stages(exact, (4, 4), (6, 6), (8, 8)),
        "many players": on_stages(ag.nash, (2, 2, 2), (3, 3, 3), (4, 4, 4)),
        "correlated": on_stages(ag.correlated, (8, 8), (20, 20), (40, 40)),
        "correlated_range": on_stages(ag.one_shot.correlated_range, (8, 8), (15, 15), (25, 25)),
        "dominance": on_stages(ag.one_shot.dominance, (8, 8), (20, 20), (50, 50)),
        "logit_qre": on_stages(partial(ag.logit_qre, precision=1.0), (4, 4), (20, 20), (60, 60)),
        "payoff_set": [
            ({"actions": (n, n)}, partial(ag.payoff_set, ag.RepeatedGame(stage(n, n)), discount=0.6))
            for n in (5, 15, 40, 70)
        ],
        "game": [],
        "simulate": [
            paths(1, 100_000, "totals"), paths(10_000, 100, False), paths(100_000, 100, "totals"),
            paths(100_000, 100, True),
        ],
        "withdrawal_law": by_periods(
            lambda n: ag.withdrawal_law(ag.Treaty(), LEAVE, periods=n), 1000, 10_000
        ),
        "impulse_response": by_periods(
            lambda n: ag.simulation.impulse_response(ag.Treaty().game(), LEAVE, shock="in_force, Russia", periods=n),
            1000, 10_000,
        ),
        "incidence_law": by_periods(
            lambda n: ag.survival.incidence_law(ag.Treaty(), LEAVE, periods=n), 1000, 10_000
        ),
        "outcome_probabilities": by_periods(
            lambda n: ag.outcome_probabilities(ag.Treaty(), LEAVE, periods=n), 1000, 10_000
        ),
        "fictitious_play": by_periods(lambda n: p.fictitious_play(stage(3, 3), periods=n), 10_000, 1_000_000),
        "outer_bound": [
            ({"directions": n}, partial(ag.payoff_sets.outer_bound, alarm(), discount=0.9, directions=n))
            for n in (32, 100, 300)
        ],
        "replicator": [
            ({"types": n, "points": 1000}, partial(p.replicator, RNG.normal(size=(n, n)), np.full(n, 1 / n), time=50.0))
            for n in (3, 30, 300)
        ],
        "moran": [
            (
                {"paths": count, "steps": steps, "types": n},
                partial(p.moran, np.eye(n) + 1, [20] * n, steps=steps, paths=count, mutation=0.01, rng=1),
            )
            for count, steps, n in ((1, 10**6, 2), (100, 10**5, 4), (1, 10**5, 30), (1, 10**5, 100))
        ],
        "ecological": [
            ({"types": 3, "points": n}, partial(p.ecological, np.ones((3, 3)), np.full(3, 1 / 3), generations=n))
            for n in (1000, 100_000)
        ],
        "tournament": [
            (
                {"strategies": n, "states": most // 2 + 2, "periods": 0, "repetitions": 0},
                partial(p.tournament, roster(n, most), alarm(), prob_end=0.1),
            )
            for n, most in ((5, 7), (30, 7), (80, 7), (40, 40))
        ]
        + [
            (
                {"strategies": n, "states": 5, "periods": 100, "repetitions": 0},
                partial(p.tournament, roster(n), alarm(), periods=100),
            )
            for n in (15, 60)
        ]
        + [sampled(15, 100, 100), sampled(15, 100, 2000), sampled(5, 1000, 2000), sampled(60, 10, 10)],
        "profile": [
            ({"pairs": n + 1}, partial(ag.verify, alarm(), (ag.suspend(n), ag.suspend(n)), discount=0.9))
            for n in (10, 100, 400)
        ],
        "backward_induction": [
            ({"nodes": len(one.parents)}, partial(ag.backward_induction, one)) for one in map(tree, (4, 7, 10))
        ],
        "tree": [
            ({"nodes": n}, partial(seen.inspection_profile, 2.0, 2.0, 0.2, 1.0, 0.8, types=n)) for n in (10, 100, 1000)
        ],
        "dresher_game": [
            ({"periods": n, "inspections": m}, partial(ag.treaty.inspection.dresher_game, n, m))
            for n, m in ((50, 1), (60, 10), (500, 1))
        ],
        "talks": [],
        "zero-sum tree": [],
        "sequence form": [],
        "best_symmetric": [],
        "tie_range": [],
        "signals": [],
        "basins": [({"starts": n}, partial(p.basins, RNG.normal(size=(4, 4)), starts=n, rng=1)) for n in (20, 200)],
        "calibrate": [calibrated(50, 1, 40), calibrated(200, 3, 100)],
        "design": [
            ({"evaluations": n, "parameters": 2}, partial(s.sobol, {"detection": (0, 1), "discount": (0.1, 0.9)}, n))
            for n in (1 << 12, 1 << 18)
        ],
        "sensitivity": [saltelli(256), saltelli(8192)],
        "markov_regime": [regimes(points, days) for points, days in ((400, 91.0), (4000, 91.0), (100, 364.0))],
    }  # fmt: skip


def measured(call: Callable[[], object]) -> tuple[float, float]:
    """Least seconds of the processor over up to three calls, and the most bytes at one time."""
    spent = []
    for k in range(3):
        began = time.process_time()
        call()
        spent.append(time.process_time() - began)
        # the first call may compile kernels
        if k and sum(spent) > 3:
            break
    tracemalloc.start()
    if min(spent) < 3:
        call()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return min(spent), float(most) or math.nan


def lines(names: list[str]) -> Iterator[str]:
    for name, own in cases().items():
        if names and name not in names:
            continue
        if own:
            # compiles what it needs
            own[0][1]()
        for sizes, call in own:
            told = ag.cost(name, **sizes)
            seconds, most = measured(call)
            ratio, room = told.operations / 1e9 / max(seconds, 1e-9), told.bytes / most
            # below a few milliseconds, and a few hundred KiB, what a call takes in any case is seen
            off = (seconds > 0.01 and not 1 / 3 < ratio < 3) or (most > 1e6 and not 1 / 3 < room < 3)
            yield (
                f"{'!' if off else ' '} {told.verb:22} {sizes!s:52} seconds {told.operations / 1e9:9.3g} told, "
                f"{seconds:9.3g} taken: {ratio:7.3g}; bytes {told.bytes:9.2g} told, {most:9.2g} taken: {room:7.3g}"
            )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    asked = sys.argv[1:]
    assert set(asked) <= set(_cost._MODELS), asked
    for line in lines(asked):
        print(line, flush=True)
