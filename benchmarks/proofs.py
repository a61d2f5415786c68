"""Proof files over all claims: share proved, bytes, time of proving and of both checkers, altered files.

Run: python benchmarks/proofs.py [--games N] [--altered M] [--seconds S] [--store FILE]

Games come in passes; pass k of a row has a seed of its own, and so has pass k of the alterations of a claim, so a run
can be repeated, stopped, and taken up from its store. An altered file that the checker accepts is judged by a decision
in fractions that shares no code with the checker (`tests/proofs/slow_decision.py`). Times are of the processor.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
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
from armsgame.proofs.check import Fails, check, verdict
from armsgame.solve.markov.zero_sum import zero_sum_value
from armsgame.thresholds import payoff_threshold

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "proofs"))
Make = Callable[[np.random.Generator], Iterator[Any]]
CHECKER = ROOT / "docs" / "_static" / "check.mjs"
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


# games of a row in one pass: most claims are cheap, sets of payoffs are not
ROWS: dict[Make, float] = {
    nash: 300, correlated: 150, automata: 300, markov: 10, zero_sum: 120, sequential: 10, thresholds: 30,
    bayesian: 60, terms: 20, payoff_sets: 0.25, sets_of_states: 0.25, targets: 0.5,
}  # fmt: skip
# altered files of a claim in one pass: of the latest small files, and of the vectors
ALTERED = {"nash": 1500, "correlated": 1500, "perfect": 1500, "refused": 1500, "inner": 1000, "outer": 500,
           "bayesian": 500, "zero_sum": 1000, "sequential": 1000, "threshold": 300, "bracket": 500}  # fmt: skip
POOL, SMALL = 150, 4_000

_TIMED = """
import { readFileSync } from "node:fs";
const { verdict } = await import(process.argv[2]);
const files = readFileSync(0, "utf8").split("\\n").filter((line) => line).map((line) => Buffer.from(line));
for (const bytes of files.slice(0, 100)) verdict(bytes);
console.log(JSON.stringify(files.map((bytes) => {
  const start = process.cpuUsage();
  const code = verdict(bytes).code;
  const spent = process.cpuUsage(start);
  return [code, (spent.user + spent.system) / 1000];
})));
"""


def in_node(texts: list[str]) -> list[tuple[int, float]]:
    """Exit code of the second checker for each file, and its milliseconds, warm and without the start of Node."""
    command = ["node", "--input-type=module", "-e", _TIMED, "check", CHECKER.as_uri()]
    done = subprocess.run(command, input="\n".join(texts), capture_output=True, text=True, check=True)
    return [(int(code), float(spent)) for code, spent in json.loads(done.stdout)]


def tried(make: Make, turn: int, games: int, row: dict[str, Any]) -> list[str]:
    """Let one pass of a row be proved and checked; count it in the row and return the files."""
    rng, texts, tests = np.random.default_rng([5, turn]), list[str](), list[int]()
    for _ in range(games):
        start = time.process_time()
        try:
            results = list(make(rng))
        except NotSolved:
            row["unsolved"] += 1
            continue
        row["games"] += 1
        row["solving"] += 1e3 * (time.process_time() - start)
        for result in results:
            asked, options = result if isinstance(result, tuple) else (result, {})
            start = time.process_time()
            proof = ag.proof(asked, **options)
            row["proving"] += 1e3 * (time.process_time() - start)
            if not proof:
                why = str(proof)[:70]
                row["none"][why] = row["none"].get(why, 0) + 1
                continue
            text = proof.text.rstrip("\n")
            start = time.process_time()
            code, told = verdict(text.encode())
            spent = 1e3 * (time.process_time() - start)
            assert code == 0, told
            tests.append(max(1, inequalities(proof.file)))
            texts.append(text)
            row["files"] += 1
            row["epsilon"] += proof.file["claim"].get("epsilon", {"num": 0})["num"] > 0
            row["bytes"] += len(text)
            row["inequalities"] += tests[-1]
            row["python"] += spent
            row["slow"] += spent > tests[-1]
    if texts and shutil.which("node"):
        for (code, spent), many, text in zip(in_node(texts), tests, texts, strict=True):
            assert code == 0, text
            row["node"] += spent
            row["accepted"] += 1
            row["slow_node"] += spent > many
    return texts


class Slow(Exception):
    """The decision takes too long."""


def _stop(*_: object) -> None:
    raise Slow


def code_of(file: dict[str, Any]) -> int:
    """Exit code of the checker for a file that is parsed already."""
    try:
        check(file)
    except Fails:
        return 1
    except Slow:
        raise
    except Exception:
        return 2
    return 0


def altered(kind: str, pool: list[dict[str, Any]], turn: int, many: int, row: dict[str, Any]) -> None:
    """Alter files of one claim, one pass; every hundredth goes to both programs as bytes too."""
    from mutations import changed, spots
    from slow_decision import DECIDE

    rng, places = Random(f"{kind} {turn}"), {}
    both: list[tuple[int, str]] = []
    for k in range(many):
        at = rng.randrange(len(pool))
        file, places[at] = pool[at], places.get(at) or spots(pool[at])
        with changed(places[at], rng):
            code = code_of(file)
            row[("accepted", "refused", "no proofs")[code]] += 1
            if k % 100 == 0:
                both.append((code, json.dumps(file)))
            if code:
                continue
            signal.setitimer(signal.ITIMER_REAL, 5)
            try:
                true = DECIDE[kind](file)
                row["judged"] += 1
            except Slow:
                row["too slow"] += 1
                continue
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            if not true:
                row["false"] += 1
                print("FALSE AND ACCEPTED:", json.dumps(file)[:3000], flush=True)
    same = [verdict(text.encode())[0] for _, text in both]
    assert same == [code for code, _ in both]
    if shutil.which("node"):
        for (code, text), (other, _) in zip(both, in_node([text for _, text in both]), strict=True):
            assert (code == 0) == (other == 0), text
            row["by both"] += 1


NUMBERS = ("games", "unsolved", "files", "epsilon", "accepted", "bytes", "inequalities", "slow", "slow_node")
SPENT = ("solving", "proving", "python", "node")
TOLD = ("accepted", "refused", "no proofs", "judged", "false", "too slow", "by both")


def fresh() -> dict[str, Any]:
    """Counts before the first pass."""
    pools: dict[str, list[Any]] = {kind: [] for kind in ALTERED}
    rows = {make.__name__: {**dict.fromkeys(NUMBERS, 0), **dict.fromkeys(SPENT, 0.0), "none": {}} for make in ROWS}
    return {"turn": 0, "rows": rows, "altered": {kind: dict.fromkeys(TOLD, 0) for kind in ALTERED}, "pools": pools}


def shown(state: dict[str, Any]) -> None:
    """Print both tables."""
    print("row  games (unsolved)  files  not proved  epsilon > 0  bytes  inequalities  ms each, Python  JavaScript  "
          "above 1 ms each: Python, JavaScript  JavaScript accepts  ms per file: solving  proving")  # fmt: skip
    for name, r in state["rows"].items():
        many, tests = max(r["files"], 1), max(r["inequalities"], 1)
        print(
            f"{name:<14s} {r['games']} ({r['unsolved']}) {r['files']} {sum(r['none'].values())} {r['epsilon']}", end=" "
        )
        print(f"{r['bytes'] // many} {tests / many:.0f} {r['python'] / tests:.4f} {r['node'] / tests:.4f}", end=" ")
        print(r["slow"], r["slow_node"], r["accepted"], f"{r['solving'] / many:.1f} {r['proving'] / many:.1f}")
        for why, count in r["none"].items():
            print(f"    {count} x {why}")
    total = {key: sum(r[key] for r in state["rows"].values()) for key in (*NUMBERS, *SPENT)}
    print(f"all: {total['games']} games, {total['files']} files, JavaScript accepts {total['accepted']}")
    print("claim  files ", *TOLD)
    rows = state["altered"]
    for kind, r in [*rows.items(), ("all", {key: sum(r[key] for r in rows.values()) for key in TOLD})]:
        print(f"{kind:<11s} {r['accepted'] + r['refused'] + r['no proofs']:>8d} ", *(r[key] for key in TOLD))


def main() -> None:
    """Go on until games and alterations, or the seconds of the clock, are reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=2_000)
    parser.add_argument("--altered", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--store", type=Path, help="where counts are kept, and taken up from")
    asked = parser.parse_args()
    state = json.loads(asked.store.read_text()) if asked.store and asked.store.exists() else fresh()
    vectors = [json.loads(p.read_bytes()) for p in sorted((ROOT / "tests/proofs/vectors").glob("*.true.agp"))]
    signal.signal(signal.SIGALRM, _stop)
    end = time.monotonic() + asked.seconds
    while time.monotonic() < end:
        state["turn"] += 1
        done = sum(r["games"] for r in state["rows"].values())
        more = sum(sum(r[key] for key in TOLD[:3]) for r in state["altered"].values())
        if done >= asked.games and more >= asked.altered:
            break
        for make, rate in ROWS.items() if done < asked.games else ():
            games = int(rate * state["turn"]) - int(rate * (state["turn"] - 1))
            for text in tried(make, state["turn"], games, state["rows"][make.__name__]):
                if len(text) < SMALL:
                    file = json.loads(text)
                    pool = state["pools"][file["claim"]["kind"]]
                    pool.append(file)
                    del pool[:-POOL]
        for kind, many in ALTERED.items() if more < asked.altered else ():
            pool = [f for f in vectors if f["claim"]["kind"] == kind] + state["pools"][kind]
            altered(kind, pool, state["turn"], many, state["altered"][kind])
        if asked.store:
            part = asked.store.with_suffix(".part")
            part.write_text(json.dumps(state))
            part.replace(asked.store)
        print(f"pass {state['turn']}: {done} games, {more} altered before it", flush=True)
    shown(state)


if __name__ == "__main__":
    main()
