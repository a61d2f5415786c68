"""Private types in one run: the search on the default treaty, sets of priors, a map, random draws of assumptions.

Run: python benchmarks/bayesian.py [draws]
Times are seconds of the processor after one warm-up. Draws are uniform over the box that the theory page of the
treaty's game names; the share of draws with at least one certified profile is what is known of completeness.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import armsgame as ag

CHANGES: dict[str, dict[str, float]] = {
    "content": {},
    "tempted": {"temptation": 2.5},
    "wants_out": {"outside_option": 1.3},
}
AGNOSTIC = [0.25, 0.5, 0.25]


def spent(work: Callable[[], Any]) -> float:
    work()
    start = time.process_time()
    work()
    return time.process_time() - start


def typed(treaty: ag.Treaty, changes: dict[str, dict[str, float]], prior: list[float]) -> ag.BayesianGame:
    return treaty.with_types(dict.fromkeys(treaty.parties, changes), [prior, prior])


def searches() -> None:
    for detection in (0.8, 0.3, 0.03):
        game = typed(ag.Treaty().replace(detection=detection), CHANGES, AGNOSTIC)
        search = partial(ag.bayesian_equilibria, game, discount=0.95, mixing="never")
        found = search()
        print(f"three types a side, detection {detection}: {len(found)} profiles, all starts {spent(search):.2f} s")
        seconds = spent(partial(ag.critical_prior, game, found[0], discount=0.95))
        print(f"  critical_prior {seconds * 1e3:.0f} ms")


def regime_map(detections: int = 20, priors: int = 500) -> None:
    """Which profiles hold at 10,000 points: one search a detection, the axis of priors from the exact sets."""
    pair = {k: CHANGES[k] for k in ("content", "tempted")}
    axis = np.linspace(0, 1, priors)
    start = time.process_time()
    held = np.zeros((detections, priors), int)
    for row, detection in enumerate(np.linspace(0.03, 0.9, detections)):
        for seed in (0.1, 0.5, 0.9):
            game = typed(ag.Treaty().replace(detection=detection), pair, [seed, 1 - seed])
            for one in ag.bayesian_equilibria(game, discount=0.95, mixing="never"):
                low, high = one.priors.interval
                held[row] |= (low <= axis) & (axis <= high)
    seconds = time.process_time() - start
    print(f"map of {held.size} points over (detection, prior): {seconds:.1f} s, a profile at {held.mean():.1%}")


def draws(count: int) -> None:
    for name in (("content", "tempted"), ("content", "wants_out"), ("content", "tempted", "wants_out")):
        rng = np.random.default_rng(8)
        hits, start = 0, time.process_time()
        for _ in range(count):
            temptation, detection = rng.uniform(1.05, 3), rng.uniform(0.03, 0.9)
            false_alarm, discount = float(np.exp(rng.uniform(np.log(0.001), np.log(0.2)))), rng.uniform(0.9, 0.99)
            audience, leaving = rng.uniform(0, 8), rng.uniform(0, 4)
            treaty = ag.Treaty().replace(
                temptation=temptation,
                detection=detection,
                false_alarm=false_alarm,
                audience_cost=audience,
                exit_cost_unprovoked=leaving,
            )
            changes = {k: CHANGES[k] for k in name}
            if "tempted" in changes:
                changes["tempted"] = {"temptation": temptation + 1}
            prior = rng.dirichlet(np.ones(len(name))).tolist()
            game = typed(treaty, changes, prior)
            hits += len(ag.bayesian_equilibria(game, discount=discount, mixing="never")) > 0
        seconds = (time.process_time() - start) / count
        print(f"{' / '.join(name)}: {hits / count:.1%} of {count} draws certified, {seconds:.2f} s a draw")


def main() -> None:
    searches()
    regime_map()
    draws(int(sys.argv[1]) if len(sys.argv) > 1 else 30)


if __name__ == "__main__":
    main()
