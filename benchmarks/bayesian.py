"""Private types in one run: the search on the default treaty, sets of priors, a map, random draws of assumptions.

Run: python benchmarks/bayesian.py [draws [only]]
With a second argument only the random draws are made.
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
from armsgame.solve.bayesian.starts import starts_for

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


def prior_map(detections: int = 20, priors: int = 500) -> None:
    """Which play is certified at 10,000 points: a few searches a detection, the axis of priors from the exact sets."""
    pair = {k: CHANGES[k] for k in ("content", "tempted")}
    grid = {"detection": np.linspace(0.03, 0.9, detections)}
    start = time.process_time()
    found = ag.studies.prior_map(ag.Treaty(), grid, np.linspace(0, 1, priors), types=pair, discount=0.95)
    seconds = time.process_time() - start
    print(f"map of {found.code.size} points over (detection, prior): {seconds:.1f} s")
    print(found)


def dossier() -> None:
    """The INF dossier: all starts under each account, and a grid of deadlines and audience costs."""
    inf = ag.load_scenario("inf")
    for account in inf.perspectives:
        game = inf.bayesian_game(account)
        search = partial(ag.bayesian_equilibria, game, discount=inf.question.discount, mixing="never")
        print(f"INF, {account}: {len(search())} profiles, all starts {spent(search):.2f} s")
    grid = {"deadline_days": [60, 180], "audience_cost": [0, 4, 8]}
    start = time.process_time()
    ag.sweep(inf, grid, ag.measures.bayesian_regime, progress=False)
    print(f"INF, 6 cells of deadline and audience cost: {time.process_time() - start:.1f} s")


def drawn(rng: np.random.Generator, names: tuple[str, ...]) -> tuple[ag.BayesianGame, float]:
    """A game and a discount factor from the box of assumptions."""
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
    changes = {k: CHANGES[k] for k in names}
    if "tempted" in changes:
        changes["tempted"] = {"temptation": temptation + 1}
    return typed(treaty, changes, rng.dirichlet(np.ones(len(names))).tolist()), discount


def search_until_found(game: ag.BayesianGame, discount: float) -> Any:
    """Pure profiles start by start until one is certified, and the whole search only where none is."""
    for name, start in starts_for(game).items():
        found = ag.bayesian_equilibria(game, discount=discount, starts={name: start}, mixing="never")
        if found:
            return found
    return ag.bayesian_equilibria(game, discount=discount)


def draws(count: int) -> None:
    for names in (("content", "tempted"), ("content", "wants_out"), ("content", "tempted", "wants_out")):
        rng = np.random.default_rng(8)
        pure, wars, gaps, start = 0, 0, [], time.process_time()
        for place in range(count):
            found = search_until_found(*drawn(rng, names))
            if not found:
                gaps.append((min((one.gap for one in found.near), default=float("inf")), place))
            elif found[0].mixed:
                wars += 1
            else:
                pure += 1
            if place % 50 == 49:
                print(f"  {place + 1}: {pure} pure, {wars} mixed, without: {gaps}", file=sys.stderr, flush=True)
        seconds = (time.process_time() - start) / count
        share = (pure + wars) / count
        print(f"{' / '.join(names)}: {share:.1%} of {count} draws certified, {seconds:.2f} s a draw; {wars} mixed")
        if gaps:
            # R - P = 1; certificate B
            told = ", ".join(f"{gap:.4f} (draw {place})" for gap, place in sorted(gaps))
            print(f"  elsewhere no plan gains more than this at the start of the best mixture: {told}", flush=True)


def main() -> None:
    if len(sys.argv) < 3:
        searches()
        dossier()
        prior_map()
    draws(int(sys.argv[1]) if len(sys.argv) > 1 else 30)


if __name__ == "__main__":
    main()
