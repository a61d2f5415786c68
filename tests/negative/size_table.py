"""Calls at sizes that nobody can wait for: run as a program it prints one line of JSON for each, with what came."""

from __future__ import annotations

import itertools
import json
import resource
import sys
import time
from collections.abc import Callable
from functools import cache

import numpy as np

import armsgame as ag

RNG = np.random.default_rng(7)
LEAVE = (ag.treaty.exit_on_alarm,) * 2
PATHS = {"discount": 0.9, "rng": 1}


def stage(*shape: int) -> ag.StageGame:
    return ag.StageGame(RNG.normal(size=(len(shape), *shape)))


def alarm() -> ag.RepeatedGame:
    return ag.RepeatedGame(ag.treaty.compliance(temptation=1.5), ag.Monitoring.alarm(0.9, 0.05))


@cache
def endless() -> tuple[ag.RepeatedGame, tuple[ag.Strategy, ag.Strategy]]:
    return alarm(), (ag.suspend(10**6),) * 2


def tree(depth: int) -> ag.ExtensiveGame:
    place = itertools.count()

    def node(k: int) -> object:
        if k == 0:
            return (float(RNG.random()), float(RNG.random()))
        return ag.Move("AB"[k % 2], f"h{next(place)}", {"left": node(k - 1), "right": node(k - 1)})

    return ag.ExtensiveGame(["A", "B"], node(depth))


def wide(ends: int) -> ag.ExtensiveGame:
    return ag.ExtensiveGame(["A", "B"], ag.Move("A", "start", {f"a{k}": (k, 0) for k in range(ends)}))


def mirrored(count: int) -> ag.StageGame:
    table, names = RNG.normal(size=(count, count)), [f"a{k}" for k in range(count)]
    return ag.StageGame(np.stack([table, table.T]), actions=[names, names])


def zero_sum(states: int, count: int) -> ag.StochasticGame:
    stages = [ag.StageGame(np.stack([table, -table])) for table in RNG.normal(size=(states, count, count))]
    return ag.StochasticGame(stages, [RNG.dirichlet(np.ones(states), size=(count, count)) for _ in stages])


def talks(rounds: int, verb: str) -> object:
    from armsgame.negotiation import usual_terms

    n = ag.negotiation
    treaty = ag.Treaty().replace(detection=0.03, false_alarm=0.005)
    values = n.value_of_terms(treaty, n.Terms([usual_terms.inspection_quota((0, 1, 4))]), discount=0.95)
    protocol = n.AlternatingOffers((0.9, 0.9), rounds=rounds)
    return getattr(n, verb)(values, protocol, *() if verb == "alternating_offers" else (n.boulware(), n.conceder()))


def command(*words: str) -> object:
    from armsgame.cli.main import main

    code = main(list(words))
    if code == 2:
        raise ag.InvalidGame("told by the command line")
    return code


CASES: dict[str, Callable[[], object]] = {
    "nash 200 x 200": lambda: ag.nash(stage(200, 200)),
    "Exact 16 x 16": lambda: ag.nash(stage(16, 16), method=ag.methods.Exact()),
    "all paths 200 x 200": lambda: ag.nash(stage(200, 200), method=ag.methods.AllLemkeHowson()),
    "support pairs 30 x 30": lambda: ag.nash(stage(30, 30), method=ag.methods.SupportEnumeration()),
    "nash of three with 60 actions": lambda: ag.nash(stage(60, 60, 60)),
    "payoff_set 200 x 200": lambda: ag.payoff_set(ag.RepeatedGame(stage(200, 200)), discount=0.5),
    "critical_discount 200 x 200": lambda: ag.critical_discount(ag.RepeatedGame(stage(200, 200)), (ag.grim,) * 2),
    "correlated_range 60 x 60": lambda: ag.one_shot.correlated_range(stage(60, 60)),
    "correlated 200 x 200": lambda: ag.correlated(stage(200, 200)),
    "dominance 200 x 200": lambda: ag.one_shot.dominance(stage(200, 200)),
    "logit_qre 400 x 400": lambda: ag.logit_qre(stage(400, 400), precision=1.0),
    "simulate 1e9 periods": lambda: ag.simulate(alarm(), (ag.grim,) * 2, periods=10**9, paths=10**6, **PATHS),
    "simulate 1e20 paths": lambda: ag.simulate(
        alarm(), (ag.grim,) * 2, periods=10, paths=10**20, keep="totals", **PATHS
    ),
    "simulate 1e400 periods": lambda: ag.simulate(alarm(), (ag.grim,) * 2, periods=10**400, paths=1, **PATHS),
    "withdrawal_law 1e9 periods": lambda: ag.withdrawal_law(ag.Treaty(), LEAVE, periods=10**9),
    "verify suspend(10**6)": lambda: ag.verify(*endless(), discount=0.9),
    "stationary suspend(10**6)": lambda: ag.stationary(*endless()),
    "backward_induction 4,096 ends": lambda: ag.backward_induction(tree(12)),
    "sequential_equilibria 100,000 ends": lambda: ag.trees.sequential_equilibria(wide(100_000)),
    "sequential_equilibria 16,384 ends": lambda: ag.trees.sequential_equilibria(tree(14)),
    "replicator 10,000 types": lambda: ag.populations.replicator(
        np.zeros((10_000, 10_000)), np.full(10_000, 1e-4), time=1.0
    ),
    "tournament 10,000 strategies": lambda: ag.populations.tournament(
        {f"s{k}": ag.suspend(k + 1) for k in range(10_000)}, alarm(), prob_end=0.1
    ),
    "Saltelli(2**30)": lambda: ag.sensitivity(
        ag.Treaty(), {"detection": (0.1, 0.9)}, measure=ag.measures.threshold, method=ag.studies.Saltelli(2**30),
        discount=0.9,
    ),
    "sobol 2**40 points": lambda: ag.studies.sobol({"detection": (0.1, 0.9)}, 2**40),
    "incidence_law 1e9 periods": lambda: ag.survival.incidence_law(ag.Treaty(), LEAVE, periods=10**9),
    "outcome_probabilities 1e9 periods": lambda: ag.outcome_probabilities(ag.Treaty(), LEAVE, periods=10**9),
    "fictitious_play 1e10 periods": lambda: ag.populations.fictitious_play(stage(2, 2), periods=10**10),
    "outer_bound 1e9 directions": lambda: ag.payoff_sets.outer_bound(alarm(), discount=0.9, directions=10**9),
    "counterfactual 1e12 paths": lambda: ag.counterfactual(
        ag.load_scenario("inf"), {"detection_after": 0.5}, paths=10**12
    ),
    "sweep of 1e12 points": lambda: ag.sweep(
        ag.Treaty(), {"detection": np.linspace(0, 1, 10**6), "discount": np.linspace(0.1, 0.9, 10**6)},
        ag.measures.threshold, progress=False,
    ),
    "one match of 2e6 periods in a second": lambda: ag.populations.tournament(
        [ag.suspend(9), ag.suspend(8)], alarm(), periods=2 * 10**6, self_play=False, budget_seconds=1
    ),
    "one sampled match of 1e8 periods in a second": lambda: ag.populations.tournament(
        [ag.suspend(9), ag.suspend(8)], alarm(), periods=10**8, self_play=False, repetitions=1, rng=1,
        budget_seconds=1,
    ),
    "moran of 100 types in a second": lambda: ag.populations.moran(
        np.eye(100) + 1, [10] * 100, steps=10**7, mutation=0.01, budget_seconds=1
    ),
    "markov_regime of 1e10 points": lambda: ag.measures.markov_regime(
        ag.Treaty(), discount=np.linspace(0, 0.9, 10**5), temptation=np.linspace(1.1, 3, 10**5)
    ),
    "markov_regime of 4,500 points in a second": lambda: ag.measures.markov_regime(
        ag.Treaty(), discount=np.linspace(0, 0.9, 90), temptation=np.linspace(1.1, 3, 50), budget_seconds=1
    ),
    "backward_induction 100,000 ends in a second": lambda: ag.backward_induction(wide(100_000), budget_seconds=1),
    "tournament of 300 in a second": lambda: ag.populations.tournament(
        {f"s{k}": ag.suspend(k + 1) for k in range(300)}, alarm(), prob_end=0.1, budget_seconds=1
    ),
    "three parties in a second": lambda: ag.payoff_set(ag.RepeatedGame(stage(4, 4, 4)), discount=0.9, budget_seconds=1),
    "many players in a second": lambda: ag.nash(stage(5, 5, 5), budget_seconds=1),
    "logit dynamics in a second": lambda: ag.populations.logit_dynamics(
        np.eye(3), [0.2, 0.3, 0.5], precision=1.0, time=1e9, budget_seconds=1
    ),
    "transfer_payoff_set 200 x 200": lambda: ag.payoff_sets.transfer_payoff_set(
        ag.RepeatedGame(stage(200, 200)), discount=0.5
    ),
    "transfer_critical_discount 200 x 200 in a second": lambda: ag.thresholds.transfer_critical_discount(
        ag.RepeatedGame(stage(200, 200)), (0, 0), budget_seconds=1
    ),
    "best_symmetric 100 x 100": lambda: ag.thresholds.best_symmetric(ag.RepeatedGame(mirrored(100)), discount=0.9),
    "logit_branch 60 x 60 in a second": lambda: ag.one_shot.logit_branch(stage(60, 60), budget_seconds=1),
    "zero_sum_value of 100 states of 40 x 40 in a second": lambda: ag.markov.zero_sum_value(
        zero_sum(100, 40), discount=0.99, budget_seconds=1
    ),
    "agent_branch 10,000 ends": lambda: ag.trees.agent_branch(wide(10_000)),
    "sequence_form_equilibrium 4,096 ends": lambda: ag.trees.sequence_form_equilibrium(tree(12)),
    "tournament of two suspend(10**5)": lambda: ag.populations.tournament(
        [ag.suspend(10**5), ag.suspend(10**5 + 1)], alarm(), prob_end=0.1
    ),
    "exploitability 1e9 rounds": lambda: talks(10**9, "exploitability"),
    "sessions of 1e9 rounds": lambda: talks(10**9, "negotiate_sessions"),
    "alternating_offers 1e9 rounds": lambda: talks(10**9, "alternating_offers"),
    "midpoints 1e9": lambda: ag.treaty.crises.midpoints(0.0, 1.0, 10**9),
    "dresher_game 1e9 periods": lambda: ag.treaty.inspection.dresher_game(10**9, 1),
    "run --paths 1e20": lambda: command("run", "inf", "--paths", "1" + "0" * 20),
    "run --periods 1e20": lambda: command("run", "inf", "--periods", "1" + "0" * 20),
    "run --paths of 5,000 digits": lambda: command("run", "inf", "--paths", "1" + "0" * 5000),
}  # fmt: skip


def tell(names: list[str]) -> None:
    memory = 6 << 30
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    for name in names or list(CASES):
        began = time.perf_counter()
        try:
            CASES[name]()
            came, text = "answer", ""
        except ag.ArmsgameError as fault:
            came, text = "house", str(fault)
        except BaseException as fault:
            came, text = type(fault).__name__, str(fault)
        spent = time.perf_counter() - began
        print(json.dumps({"name": name, "came": came, "text": text[:300], "seconds": spent}), flush=True)


if __name__ == "__main__":
    tell(sys.argv[1:])
