"""Proof files over all claims that have an emitter: share proved, time of proving and of checking, mutated files.

Run: python benchmarks/proofs.py [GAMES PER CLAIM] [MUTATIONS PER FILE]
A mutated file that the checker accepts is judged by a slow decision in fractions that does not read its witness.
"""

from __future__ import annotations

import json
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
from armsgame.proofs.check import verdict
from armsgame.solve.markov.zero_sum import zero_sum_value

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


def stochastic(rng: np.random.Generator, *, zero: bool = False) -> ag.StochasticGame:
    states = int(rng.integers(1, 4))
    stages, laws = [], []
    for _ in range(states):
        one, two = rng.integers(-9, 10, size=(2, 2, 2))
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
    yield from ag.markov_perfect(stochastic(rng), discount=float(rng.integers(1, 20)) / 20)


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


def inequalities(file: dict[str, Any]) -> int:
    """Tests of the checker, by kind of claim."""
    kind, game = file["claim"]["kind"], file["game"]
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
        start = time.perf_counter()
        try:
            results = list(make(rng))
        except NotSolved:
            continue
        solving += time.perf_counter() - start
        for result in results:
            result, options = result if isinstance(result, tuple) else (result, {})
            start = time.perf_counter()
            proof = ag.proof(result, **options)
            proving += time.perf_counter() - start
            if not proof:
                none[str(proof)[:70]] = none.get(str(proof)[:70], 0) + 1
                continue
            data = proof.text.encode()
            start = time.perf_counter()
            code, told = verdict(data)
            checking += time.perf_counter() - start
            assert code == 0, told
            found.append(proof.file)
            zero += proof.file["claim"].get("epsilon", {"num": 0})["num"] == 0
            size += len(data)
            tests += inequalities(proof.file)
    many = max(len(found), 1)
    print(
        f"{name:<11s} {len(found)} of {len(found) + sum(none.values())} proved, {zero} with epsilon 0; "
        f"{size // many} bytes, {tests / many:.0f} inequalities, {1e3 * checking / max(tests, 1):.3f} ms each; "
        f"solving {1e3 * solving / many:.2f} ms, proving {1e3 * proving / many:.2f} ms"
    )
    for why, count in none.items():
        print(f"    {count} x {why}")
    return found


def in_node(files: list[dict[str, Any]]) -> None:
    """Verdicts and time of the second checker, where Node is there."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for k, file in enumerate(files):
            paths.append(Path(folder) / f"{k}.agp")
            paths[-1].write_text(json.dumps(file), encoding="utf-8")
        start, accepted = time.perf_counter(), 0
        for k in range(0, len(paths), 500):
            command = ["node", str(ROOT / "docs" / "_static" / "check.mjs"), *map(str, paths[k : k + 500])]
            told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
            accepted += sum(": proved: " in line for line in told.splitlines())
        spent = 1e3 * (time.perf_counter() - start) / max(sum(map(inequalities, files)), 1)
    print(f"Node: {accepted} of {len(files)} accepted, {spent:.3f} ms per inequality, start of the program included")


def mutate(files: list[dict[str, Any]], count: int) -> None:
    from mutations import mutated
    from slow_decision import DECIDE

    rng = np.random.default_rng(9)
    vectors = [json.loads(p.read_text(encoding="utf-8")) for p in (ROOT / "tests/proofs/vectors").glob("*.true.agp")]
    codes, false, judged = [0, 0, 0], 0, 0
    for file in [*vectors, *files]:
        decide = DECIDE.get(file["claim"]["kind"])
        for _ in range(count):
            other = mutated(file, rng)
            code, told = verdict(json.dumps(other).encode())
            codes[code] += 1
            if code == 0 and decide is not None:
                judged += 1
                if not decide(other):
                    false += 1
                    print("FALSE AND ACCEPTED:", told, json.dumps(other)[:3000])
    told = f"accepted {codes[0]} ({judged} judged, {false} of them false), refused {codes[1]}, no proofs {codes[2]}"
    print(f"mutated: {sum(codes)} files; {told}")


def main(games: int, mutations: int) -> None:
    files = []
    for make in (nash, correlated, automata, markov, zero_sum, sequential, thresholds):
        files += measure(make.__name__, make, games)
    for make in (payoff_sets, sets_of_states):
        files += measure(make.__name__, make, games // 10)
    in_node(files)
    mutate(files[:: max(1, len(files) // 200)], mutations)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, int(sys.argv[2]) if len(sys.argv) > 2 else 20)
