"""Proof files over all claims: share proved, bytes, time of proving and of both checkers, mutated files.

Run: python benchmarks/proofs.py [GAMES PER CLAIM] [SECONDS OF MUTATION]
Games of every row come from seed 5, mutations from seed 9, so a run can be repeated. A mutated file that the checker
accepts is judged by a slow decision in fractions (`tests/proofs/slow_decision.py`); one that takes too long is counted.
Times are of the processor.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import armsgame as ag
from armsgame.errors import NotSolved
from armsgame.negotiation import (
    OneStatus,
    Policies,
    Terms,
    deployment_ceiling,
    inspection_quota,
    value_of_terms,
)
from armsgame.proofs.check import verdict
from armsgame.solve.markov.zero_sum import zero_sum_value
from armsgame.thresholds import payoff_threshold

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "proofs"))
RULES = (ag.grim, ag.mirror, ag.contrite, ag.always_deploy, ag.suspend(1), ag.suspend(2), ag.suspend(4))


def repeated(rng: np.random.Generator) -> ag.RepeatedGame:
    high, reward, low = rng.integers(4, 9), rng.integers(2, 4), rng.integers(0, 2)
    stage = ag.treaty.compliance(
        temptation=float(high), reward=float(reward), punishment=float(low), sucker=float(low - 1)
    )
    if rng.random() < 0.5:
        return ag.RepeatedGame(stage)
    return ag.RepeatedGame(
        stage, ag.Monitoring.detection(float(rng.integers(5, 10)) / 10, float(rng.integers(0, 3)) / 20)
    )


def stochastic(rng: np.random.Generator, *, zero: bool = False, most: int = 9) -> ag.StochasticGame:
    states = int(rng.integers(1, 4))
    stages, laws = [], []
    for _ in range(states):
        one, two = rng.integers(-most, most + 1, size=(2, 2, 2))
        stages.append(ag.StageGame.from_bimatrix(one, -one if zero else two))
        laws.append(rng.dirichlet(np.ones(states), size=(2, 2)))
    return ag.StochasticGame(stages, laws)


def stage(rng: np.random.Generator) -> ag.StageGame:
    size = int(rng.integers(2, 5))
    return ag.StageGame.from_bimatrix(*rng.normal(size=(2, size, size)))


def nash(rng: np.random.Generator) -> Iterator[Any]:
    yield from ag.nash(stage(rng))


def correlated(rng: np.random.Generator) -> Iterator[Any]:
    yield ag.correlated(stage(rng))


def automata(rng: np.random.Generator) -> Iterator[Any]:
    game, rule = repeated(rng), RULES[int(rng.integers(len(RULES)))]
    yield ag.verify(game, (rule, rule), discount=float(rng.integers(1, 100)) / 100)


def markov(rng: np.random.Generator) -> Iterator[Any]:
    """Equilibria of games whose payoffs hardly tie: a continuum of equilibria takes the solver long."""
    yield from ag.markov_perfect(stochastic(rng, most=999), discount=float(rng.integers(1, 20)) / 20)


def zero_sum(rng: np.random.Generator) -> Iterator[Any]:
    yield zero_sum_value(stochastic(rng, zero=True), discount=float(rng.integers(1, 20)) / 20)


def thresholds(rng: np.random.Generator) -> Iterator[Any]:
    game, rule = repeated(rng), RULES[int(rng.integers(len(RULES)))]
    yield ag.critical_discount(game, (rule, rule), exact=True)


def sequential(rng: np.random.Generator) -> Iterator[Any]:
    table = rng.integers(-5, 6, size=(2, 2, 2, 2))
    names = {("a", "b")[t]: t for t in range(2)}
    game = ag.ExtensiveGame.signalling(
        {"a": 0.25, "b": 0.75}, ["m", "n"], ["x", "y"],
        lambda kind, message, reply: tuple(table[names[kind], "mn".index(message), "xy".index(reply)]),
    )  # fmt: skip
    yield from ag.trees.sequential_equilibria(game)


def payoff_sets(rng: np.random.Generator) -> Iterator[tuple[Any, dict[str, Any]]]:
    """What bounds a set, what reaches it, and a payoff outside it; where there is no pure equilibrium, that."""
    size = int(rng.integers(2, 4))
    game = ag.RepeatedGame(ag.StageGame.from_bimatrix(*rng.integers(-9, 10, size=(2, size, size))))
    if rng.random() < 0.3:
        good = np.sort(rng.uniform(0.1, 0.9, 3))[::-1]
        seen = np.array([[good[0], good[1]], [good[1], good[2]]])
        stage = ag.StageGame.from_bimatrix(*rng.integers(-9, 10, size=(2, 2, 2)))
        game = ag.RepeatedGame(stage, ag.Monitoring.public(np.stack([seen, 1 - seen], axis=-1)))
    found = ag.payoff_set(game, discount=float(rng.integers(1, 10)) / 10, throw=False)
    yield found, {}
    if not found.empty and len(found.inner):
        yield found, {"inner": True}
    if not found.empty:
        yield found, {"outside": found.outer.max(axis=0) + 0.01 * found.units}


def sets_of_states(rng: np.random.Generator) -> Iterator[tuple[Any, dict[str, Any]]]:
    game = stochastic(rng)
    found = ag.payoff_set(game, discount=float(rng.integers(1, 10)) / 10, throw=False)
    yield found, {}
    if all(len(one.inner) for one in found.values()):
        yield found, {"inner": True}


def bayesian(rng: np.random.Generator) -> Iterator[Any]:
    prior, delta = float(rng.integers(1, 20)) / 20, float(rng.integers(6, 20)) / 20
    low, high = float(rng.integers(1, 3)), float(rng.integers(4, 7))
    types = {"content": [[3.0, 0.0], [3.0 + low / 4, 1.0]], "tempted": [[3.0, 0.0], [high, 1.0]]}
    other = {"content": np.transpose(types["content"]).tolist()}
    game = ag.BayesianGame.repeated({"A": types, "B": other}, None, {"A": {"content": prior, "tempted": 1 - prior}})
    for tempted in (ag.always_deploy, ag.grim):
        profile = {"A": {"content": ag.grim, "tempted": tempted}, "B": ag.grim}
        found = ag.verify(game, profile, discount=delta)
        if found.ok:
            yield found


def targets(rng: np.random.Generator) -> Iterator[Any]:
    high, reward = float(rng.integers(4, 9)), float(rng.integers(2, 4))
    stage = ag.treaty.compliance(temptation=high, reward=reward, punishment=1.0, sucker=0.0)
    yield payoff_threshold(ag.RepeatedGame(stage), (reward, reward))


def terms(rng: np.random.Generator) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Bundles that are called self-enforcing: conduct alone with exit, and seldom the whole treaty game."""
    spans = {"temptation": (1.0, 2.0), "outside_option": (-0.6, 0.3), "verification_cost": (0.0, 0.1)}
    own = {n: {p: float(rng.uniform(*span)) for p in ("US", "Russia")} for n, span in spans.items()}
    treaty = ag.Treaty().replace(detection=0.05, false_alarm=0.005, **own)
    space = Terms([inspection_quota((0, 1, 4)), deployment_ceiling((0.0, 0.25))])
    whole = rng.random() < 0.05
    method = Policies(((ag.treaty.exit_on_alarm, ag.treaty.exit_on_alarm),)) if whole else OneStatus()
    values = value_of_terms(treaty, space, discount=float(rng.integers(10, 20)) / 20, selection=method)
    for n in np.flatnonzero(values.self_enforcing)[: 1 if whole else 6].tolist():
        yield values, {"bundle": n}


def inequalities(file: dict[str, Any]) -> int:
    """Tests of the checker, by kind of claim."""
    kind = file["claim"]["kind"]
    if kind == "bracket":
        return sum(inequalities(file["witness"][side]) for side in ("holds", "fails"))
    game = file["game"]
    if kind == "bayesian":
        per = [sum(len(own) for own in here) + 2 * len(here) for here in game["actions"]]
        types = max(map(len, game["types"]))
        return sum(per[node["state"]] for node in file["profile"]["plan"]) * types * types
    if kind == "outer":
        return max(1, sum(len(step["rows"]) for step in file["witness"]["steps"]))
    if kind == "inner":
        per = [sum(len(own) for own in here) + len(here) for here in game["actions"]]
        return sum(per[node["state"]] for node in file["witness"]["plan"])
    if kind in ("perfect", "refused", "threshold"):
        per = [sum(len(own) for own in here) + 2 * len(here) for here in game["actions"]]
        return sum(per[node[0]] for node in file["witness"]["nodes"])
    if kind == "sequential":
        return sum(len(s["actions"]) for s in game["sets"])
    actions = game["actions"] if kind == "zero_sum" else [game["actions"]]
    return sum(len(own) for here in actions for own in here)


def measure(name: str, make: Callable[[np.random.Generator], Iterator[Any]], games: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng(5)
    found, none, solving, proving, checking, size, tests, zero = [], {}, 0.0, 0.0, 0.0, 0, 0, 0
    for _ in range(games):
        start = time.process_time()
        try:
            results = list(make(rng))
        except NotSolved:
            continue
        solving += time.process_time() - start
        for result in results:
            result, options = result if isinstance(result, tuple) else (result, {})
            start = time.process_time()
            proof = ag.proof(result, **options)
            proving += time.process_time() - start
            if not proof:
                none[str(proof)[:70]] = none.get(str(proof)[:70], 0) + 1
                continue
            data = proof.text.encode()
            start = time.process_time()
            code, told = verdict(data)
            checking += time.process_time() - start
            assert code == 0, told
            found.append(proof.file)
            zero += proof.file["claim"].get("epsilon", {"num": 0})["num"] == 0
            size += len(data)
            tests += inequalities(proof.file)
    many = max(len(found), 1)
    accepted, spent = in_node(found)
    print(
        f"{name:<11s} {len(found)} of {len(found) + sum(none.values())} proved, {zero} without an epsilon above 0; "
        f"{size // many} bytes, {tests / many:.0f} inequalities, {1e3 * checking / max(tests, 1):.3f} ms each "
        f"in Python, {spent / max(tests, 1):.3f} ms in JavaScript, which accepts {accepted}; "
        f"solving {1e3 * solving / many:.2f} ms, proving {1e3 * proving / many:.2f} ms"
    )
    for why, count in none.items():
        print(f"    {count} x {why}")
    return found


_TIMED = """
import { readFileSync } from "node:fs";
const { verdict } = await import(process.argv[2]);
const files = process.argv.slice(3).map((name) => readFileSync(name));
for (const bytes of files) verdict(bytes);
const start = process.cpuUsage();
const codes = files.map((bytes) => verdict(bytes).code);
const spent = process.cpuUsage(start);
console.log(JSON.stringify([codes.filter((code) => code === 0).length, (spent.user + spent.system) / 1000]));
"""


def in_node(files: list[dict[str, Any]]) -> tuple[int, float]:
    """Number of files that the second checker accepts, and its milliseconds, warm and without the start of Node."""
    if shutil.which("node") is None:
        return 0, float("nan")
    accepted, spent = 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "timed.mjs"
        script.write_text(_TIMED, encoding="utf-8")
        paths = []
        for k, file in enumerate(files):
            paths.append(Path(folder) / f"{k}.agp")
            paths[-1].write_text(json.dumps(file), encoding="utf-8")
        for k in range(0, len(paths), 500):
            checker = (ROOT / "docs" / "_static" / "check.mjs").as_uri()
            command = ["node", str(script), checker, *map(str, paths[k : k + 500])]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            some, time_ = json.loads(done.stdout)
            accepted, spent = accepted + some, spent + time_
    return accepted, spent


class Slow(Exception):
    """The decision takes too long."""


def _stop(*_: object) -> None:
    raise Slow


def mutate(files: list[dict[str, Any]], seconds: float) -> None:
    """Alter files of every claim in turn until the time is over."""
    from mutations import mutated
    from slow_decision import DECIDE

    rng = np.random.default_rng(9)
    pools: dict[str, list[dict[str, Any]]] = {}
    vectors = [json.loads(p.read_text(encoding="utf-8")) for p in (ROOT / "tests/proofs/vectors").glob("*.true.agp")]
    for file in [*vectors, *files]:
        if len(json.dumps(file)) < 20_000:
            pools.setdefault(file["claim"]["kind"], []).append(file)
    signal.signal(signal.SIGALRM, _stop)
    table = {kind: [0, 0, 0, 0, 0, 0] for kind in sorted(pools)}
    end, start = time.monotonic() + seconds, time.process_time()
    while time.monotonic() < end:
        for kind, row in table.items():
            pool = pools[kind]
            for _ in range(20):
                other = mutated(pool[int(rng.integers(len(pool)))], rng)
                code, told = verdict(json.dumps(other).encode())
                row[code] += 1
                if code:
                    continue
                signal.setitimer(signal.ITIMER_REAL, 2)
                try:
                    true = DECIDE[kind](other)
                    row[3] += 1
                except Slow:
                    row[5] += 1
                    continue
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
                if not true:
                    row[4] += 1
                    print("FALSE AND ACCEPTED:", told, json.dumps(other)[:3000])
    print(f"mutations for {time.process_time() - start:.0f} s of one core")
    print("mutated     files  accepted  judged  false  too slow to judge  refused  no proofs")
    for kind, (good, bad, no, judged, false, slow) in [
        *table.items(),
        ("all", [sum(c) for c in zip(*table.values(), strict=True)]),
    ]:
        print(f"{kind:<11s} {good + bad + no:>6d} {good:>8d} {judged:>7d} {false:>6d} {slow:>10d} {bad:>16d} {no:>10d}")


def main(games: int, seconds: float) -> None:
    files = []
    for make in (nash, correlated, automata, markov, zero_sum, sequential, thresholds, bayesian, terms):
        files += measure(make.__name__, make, games)
    for make in (payoff_sets, sets_of_states, targets):
        files += measure(make.__name__, make, games // 10)
    mutate(files, seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, float(sys.argv[2]) if len(sys.argv) > 2 else 60.0)
