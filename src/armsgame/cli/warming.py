"""``armsgame warm``: compile what is compiled on first use, once, so that no later job waits for it."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import armsgame as ag
from armsgame.geometry.halfspaces import touching
from armsgame.geometry.hulls import farthest, most_beyond

__all__ = ["JOBS", "add", "warm"]

_PLAY = np.array([[2.0, 0.0], [3.0, 1.0]])


def _stage(size: int = 2) -> ag.StageGame:
    rows = _PLAY if size == 2 else np.random.default_rng(size).normal(size=(size, size))
    return ag.StageGame.from_bimatrix(rows, rows.T)


def _repeated() -> ag.RepeatedGame:
    return ag.RepeatedGame(_stage(), ag.Monitoring.detection(0.8, 0.05))


def _states() -> ag.StochasticGame:
    stay = np.full((2, 2, 2), 0.5)
    return ag.StochasticGame([_stage(), ag.StageGame.from_bimatrix(_PLAY + 1, _PLAY.T + 1)], [stay, stay])


def _three() -> ag.RepeatedGame:
    rng = np.random.default_rng([3, 0])
    law = rng.dirichlet(np.ones(int(rng.integers(3, 5))), size=(2, 2, 2))
    return ag.RepeatedGame(ag.StageGame(rng.integers(-5, 6, (3, 2, 2, 2)).astype(float)), ag.Monitoring.public(law))


def _scenario() -> None:
    scenario = ag.load_scenario("inf")
    name = next(iter(scenario.perspectives))
    ag.report(scenario, perspective=name, paths=64, periods=8)


def _one_shot() -> None:
    rng = np.random.default_rng(0)
    for size in (2, 3, 4):
        ag.nash_batch(rng.normal(size=(2, 2, size, size)))
    ag.one_shot.nash_kinds(rng.normal(size=(2, 2, 2, 2)))
    ag.nash(_stage(6))
    ag.nash(ag.StageGame(rng.normal(size=(3, 2, 2, 2))))
    ag.nash(ag.StageGame(rng.normal(size=(3, 3, 3, 3))))
    ag.nash(_stage(3), method=ag.methods.LemkeHowson(0), throw=False)


def _sets() -> None:
    ag.payoff_set(ag.RepeatedGame(_stage()), discount=0.6)
    few = ag.methods.LinearPrograms(max_iter=2)
    ag.payoff_set(_repeated(), discount=0.6, method=few, throw=False)
    ag.payoff_set(_three(), discount=0.999, method=ag.methods.LinearPrograms(max_iter=4), throw=False)
    points, ways = np.random.default_rng(0).normal(size=(2, 300, 3))
    farthest(points, ways)
    most_beyond(points, ways, np.ones(300))
    touching(points, ways, np.ones(300), 1e-9)
    ag.payoff_set(_states(), discount=0.6, throw=False)
    ag.payoff_set(_states(), discount=0.6, method=few, throw=False)


def _markov() -> None:
    for method in (ag.methods.LogTracing(), ag.methods.LogitHomotopy()):
        ag.markov_perfect(_states(), discount=0.6, method=method, throw=False)

    ag.measures.markov_regime(ag.Treaty(demand=False), discount=0.9, temptation=[1.5])


def _trees() -> None:
    last = ag.Move("B", "reply", {"accept": (0.0, 1.0), "fight": (0.5, 0.2)})
    ag.trees.sequence_form_equilibrium(
        ag.ExtensiveGame(["A", "B"], ag.Move("A", "ask", {"ask": last, "quit": (0.2, 0.2)}))
    )


def _paths() -> None:
    game, profile = _repeated(), (ag.grim, ag.grim)
    for kernel in ("product", "general"):
        ag.simulate(game, profile, discount=0.9, periods=4, paths=8, rng=0, kernel=kernel)
    ag.simulate(game, profile, discount=0.9, periods=4, paths=8, rng=0, keep="totals")
    ag.simulate(_states(), ([0.5, 0.5],) * 2, discount=0.9, periods=4, paths=8, rng=0, start=[0.5, 0.5])


def _populations() -> None:
    game = ag.RepeatedGame(_stage())
    ag.populations.tournament([ag.mirror], game, periods=2)
    ag.populations.tournament([ag.mirror], game, periods=2, repetitions=2, rng=0)
    ag.populations.moran(_PLAY, [2, 2], steps=2, rng=0)
    ag.populations.fictitious_play(_stage(), periods=2)


def _talks() -> None:
    terms = ag.negotiation.Terms([ag.negotiation.cost_sharing((0.0, 0.5, 1.0), payer="US")])
    space = ag.negotiation.value_of_terms(ag.Treaty(), terms, discount=0.95)
    rules = ag.negotiation.AlternatingOffers((0.99, 0.99), rounds=4)
    ag.negotiation.negotiate_sessions(space, rules, ag.negotiation.boulware(), ag.negotiation.hardliner(), sessions=2)


JOBS: dict[str, Callable[[], Any]] = {
    "the main job": _scenario,
    "one-shot games": _one_shot,
    "payoff sets": _sets,
    "curves of Markov play": _markov,
    "crisis trees": _trees,
    "sampled paths": _paths,
    "populations": _populations,
    "sessions of talks": _talks,
}
"""Small jobs through public verbs, by what they compile; each takes moments once that is done."""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser."""
    told = "compile what would be compiled on first use, once for this machine"
    verbs.add_parser("warm", help=told, description=f"{told.capitalize()}; later jobs load it.").set_defaults(
        action=lambda _: print(warm())
    )


def warm() -> str:
    """Run every small job with a bar, and say how long each took."""
    from tqdm import tqdm

    from armsgame._kernels.tiers import compile_at_once

    compile_at_once()
    lines, begun = [], time.perf_counter()
    with tqdm(JOBS.items(), disable=None, leave=False) as bar:
        for name, job in bar:
            bar.set_description_str(name)
            started = time.perf_counter()
            job()
            lines.append(f"  {name:<24s} {time.perf_counter() - started:6.1f} s")
    lines.append(f"Compiled in {time.perf_counter() - begun:.0f} s; later jobs load it from the cache.")
    return "\n".join(lines)
