"""Closed forms on arrays against a Python loop over scalar calls, Dresher to 500 periods, and the graph model.

Run: python benchmarks/closed_forms.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import armsgame as ag

POINTS = 1_000_000
SCALARS = 2_000
T = ag.treaty


def cases(rng: np.random.Generator, size: int) -> dict[str, tuple[Callable[..., Any], list[Any]]]:
    def u(low: float = 0.01, high: float = 0.99) -> Any:
        return rng.uniform(low, high, size)

    def n(low: int, high: int) -> Any:
        return rng.integers(low, high, size)

    pd = [u(1.2, 2), u(0.9, 1.1), u(-0.1, 0.1)]
    return {
        "compliance.grim": (T.compliance.grim, [*pd, u(0.5), u(0.01, 0.2)]),
        "compliance.required_detection": (T.compliance.required_detection, [*pd, u()]),
        "compliance.finite_punishment": (T.compliance.finite_punishment, [*pd, u(0.5), u(0.01, 0.1), u(0.5)]),
        "compliance.best_symmetric_public": (T.compliance.best_symmetric_public, [*pd, u(0.5), u(0.01, 0.1), u(0.5)]),
        "compliance.mirror": (T.compliance.mirror, [*pd, u(-1, -0.2)]),
        "compliance.required_trust": (T.compliance.required_trust, [u(0.2, 0.9), u(1, 2), u(0.1, 0.2), u(-1, 0)]),
        "inspection.dresher": (T.inspection.dresher, [n(6, 30), n(1, 6), u(0, 2)]),
        "inspection.one_shot": (T.inspection.one_shot, [u(), u(1, 4), u(), u(1, 4), u()]),
        "inspection.statistical": (T.inspection.statistical, [u(1, 3), u(), u(), u(), u(0.5, 4)]),
        "inspection.detection_power": (T.inspection.detection_power, [u(), u(0, 4)]),
        "inspection.site_sampling": (T.inspection.site_sampling, [n(50, 200), n(1, 6), n(1, 50)]),
        "inspection.cumulative_detection": (T.inspection.cumulative_detection, [u(), n(1, 50)]),
        "verification.transparency_window": (
            T.verification.transparency_window,
            [*pd, u(0.4, 0.9), u(1, 3), u(0.05, 0.3)],
        ),
        "verification.costly_offer": (T.verification.costly_offer, [u(), u(0.1, 0.5), u(0.6, 2)]),
        "verification.display": (T.verification.display, [u(), u(), u()]),
        "verification.pretext_posterior": (T.verification.pretext_posterior, [u(), u(), u(), n(1, 9)]),
        "verification.reassurance": (T.verification.reassurance, [u(), u(0, 0.9), u(1.1, 2), u()]),
        "reputation.chain_store": (T.reputation.chain_store, [u(), n(1, 9), u()]),
        "ultimatum.take_it_or_leave_it": (T.ultimatum.take_it_or_leave_it, [u(), u(), u(0, 0.2), u(0.3, 1)]),
        "ultimatum.public_threat": (T.ultimatum.public_threat, [u(), u(), u(0.5, 2), u(0.5, 2)]),
        "ultimatum.deadline": (T.ultimatum.deadline, [u(), u(), u(0.5, 2), u(0, 0.1), u(0, 100)]),
        "ultimatum.attrition": (T.ultimatum.attrition, [u(), u()]),
        "ultimatum.power_shift": (T.ultimatum.power_shift, [u(), u(), u(), u(), u()]),
        "withdrawal.optimal_exit": (T.withdrawal.optimal_exit, [u(-0.5, 1.2), u()]),
        "withdrawal.survival": (T.withdrawal.survival, [u(), n(0, 50)]),
        "armsrace.multiplier": (T.armsrace.multiplier, [u(0.5, 2), u(), u(0, 3)]),
        "third_party.regime_threshold": (T.third_party.regime_threshold, [u(), u()]),
        "third_party.host_consent": (T.third_party.host_consent, [u(), n(0, 9), u()]),
        "ultimatum.escalation": (
            lambda v, w, x, a, b: T.ultimatum.escalation(v, (w, x), (a, b)),
            [u(), u(1, 3), u(1, 3), u(), u()],
        ),
        "armsrace.richardson": (
            lambda k, m, a, b, g, h: T.armsrace.richardson((k, m), (a, b), (g, h)),
            [u(), u(), u(0.5, 2), u(0.5, 2), u(), u()],
        ),
        "linkage.threshold": (
            lambda t, r, p: T.linkage.threshold(np.stack([t, r, p], axis=-1).reshape(*np.shape(t), 1, 3)),
            pd,
        ),
        "rubinstein": (lambda a, b: ag.rubinstein((a, b)), [u(), u()]),
    }


def seconds(call: Callable[[], Any], repeats: int) -> float:
    call()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def graph_model(options: int = 10, parties: int = 4) -> tuple[int, float]:
    rng = np.random.default_rng(5)
    size = 2**options
    names = [f"{k:0{options}b}" for k in range(size)]
    own = [range(p, options, parties) for p in range(parties)]
    moves = {
        f"party {p}": [(names[s], names[s ^ (1 << bit)]) for s in range(size) for bit in own[p]] for p in range(parties)
    }
    orders = {party: [names[k] for k in rng.permutation(size)] for party in moves}
    start = time.perf_counter()
    T.conflict_graph.GraphModel(names, moves, orders).stability()
    return size, time.perf_counter() - start


def main() -> None:
    print(f"{'function':<36s}{'us per scalar call':>20s}{'ns per array point':>20s}{'ratio':>8s}")
    for name, (function, columns) in cases(np.random.default_rng(1), POINTS).items():
        rows = [tuple(c[i].item() for c in columns) for i in range(SCALARS)]
        single = seconds(lambda f=function, r=rows: [f(*row) for row in r], 3) / SCALARS
        many = seconds(lambda f=function, c=columns: f(*c), 3) / POINTS
        print(f"{name:<36s}{single * 1e6:>20.1f}{many * 1e9:>20.1f}{single / many:>8.0f}", flush=True)
    worst = 0.0
    for n, m in [(500, 5), (500, 100), (500, 250), (500, 499)]:
        fast, exact = T.inspection.dresher(n, m), T.inspection.dresher(n, m, exact=True)
        for field in ("value", "inspect_first", "violate_first"):
            worst = max(worst, abs(getattr(fast, field) / float(getattr(exact, field)) - 1))
    print(f"Dresher at 500 periods: largest relative error of a float {worst:.1e}")
    states, took = graph_model()
    print(f"graph model, 4 decision makers, {states} states, all four concepts: {took:.2f} s")


if __name__ == "__main__":
    main()
