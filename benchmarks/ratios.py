"""Speed as ratios to peers and to a unit of work, all measured in one run; a record for each release.

Run: python benchmarks/ratios.py [--slow] [--threads] [--gambit PYTHON] [--write] [--compare]

Every row is the least processor time of a few repeats. A row with a peer is the peer's time over ours. A row without
one is a unit over ours times 1000: the unit is a fixed piece of work of the interpreter, so that a slower machine slows
both. The main job is the installed command with all processes that it starts. ``--threads`` adds what two threads or
processes gain by the clock on the wall, which other work on the machine spoils: the note tells its load. ``--write``
keeps the run as ``history/VERSION.json``; ``--compare`` prints what fell since the last record and which rows it has
not, and never fails. pygambit wants an environment of its own: give the path of its Python. Markov play stands
beside sgamesolver in ``markov_peer.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sysconfig
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nashpy
import numpy as np
import quantecon.game_theory as gt
from record import HISTORY, compare
from trees import crisis

import armsgame as ag
from armsgame._threads import limited

SEED = 7
EXAMPLE = np.array([[16.0, 3.0, 0.0], [21.0, 10.0, -1.0], [9.0, 5.0, -5.0]])
GAMBIT = """
import json, sys, time
from importlib.metadata import version
import io
import numpy as np, pygambit
out = {"version": version("pygambit")}
for shape in json.loads(sys.argv[1]):
    pay = np.random.default_rng(7).normal(size=(len(shape), *shape))
    names = " ".join('"%d"' % k for k in range(len(shape)))
    # payoffs of all parties, profile by profile, the first party's actions changing fastest
    rows = pay.reshape(len(shape), -1, order="F").T.ravel()
    text = 'NFG 1 R "g" { %s } { %s } %s' % (names, " ".join(map(str, shape)), " ".join(map(repr, rows.tolist())))
    game = pygambit.read_nfg(io.StringIO(text))
    begun = time.process_time()
    found = pygambit.nash.enumpoly_solve(game)
    out["x".join(map(str, shape))] = [time.process_time() - begun, len(found.equilibria)]
print(json.dumps(out))
"""


@dataclass(frozen=True)
class Row:
    """One comparison: seconds of ours, seconds of the peer (or of the unit), and their ratio."""

    name: str
    ours: float
    theirs: float
    ratio: float
    peer: str
    note: str = ""


def least(work: Callable[[], Any], repeats: int, clock: Callable[[], float] = time.process_time) -> float:
    work()
    found = []
    for _ in range(repeats):
        begun = clock()
        work()
        found.append(clock() - begun)
    return min(found)


@cache
def unit() -> float:
    """Seconds of a fixed piece of work in Python and NumPy."""

    def work() -> None:
        rows, total = np.random.default_rng(0).normal(size=(64, 64)), 0.0
        for k in range(20_000):
            total += (k % 7) * 0.5
        for _ in range(300):
            rows = np.linalg.solve(rows + 64 * np.eye(64), rows) + 0.1

    return least(work, 5)


def peer(name: str, ours: float, theirs: float, package: str) -> Row:
    return Row(name, ours, theirs, theirs / ours, f"{package} {version(package)}")


def alone(name: str, ours: float) -> Row:
    return Row(name, ours, unit(), 1e3 * unit() / ours, "unit")


def _normal(a: np.ndarray, b: np.ndarray) -> gt.NormalFormGame:
    return gt.NormalFormGame((gt.Player(a), gt.Player(np.ascontiguousarray(b.T))))


def one_shot() -> Iterator[Row]:
    for size, few in ((2, 400), (3, 200)):
        games = np.random.default_rng(SEED).normal(size=(10_000, 2, size, size))
        ours = least(lambda g=games: ag.nash_batch(g, threads=1), 5)
        theirs = least(lambda g=games[:few]: [gt.support_enumeration(_normal(*own)) for own in g], 2)
        yield peer(f"10,000 {size}x{size} games, all equilibria", ours, theirs * 10_000 / few, "quantecon")
    million = np.random.default_rng(SEED).normal(size=(1_000_000, 2, 2, 2))
    yield alone("1,000,000 2x2 games, counts and kinds", least(lambda: ag.one_shot.nash_kinds(million, threads=1), 3))


def sets() -> Iterator[Row]:
    quantity = np.linspace(0, 6, 15)
    cournot = (np.maximum(6 - quantity[:, None] - quantity[None], 0) - 0.6) * quantity[:, None]
    for name, rows, delta in (("Abreu-Sannikov 3x3, .3", EXAMPLE, 0.3), ("Cournot 15x15, .8", cournot, 0.8)):
        game = ag.RepeatedGame(ag.StageGame.from_bimatrix(rows, rows.T))
        rival = gt.RepeatedGame(_normal(rows, rows.T), delta)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = least(rival.equilibrium_payoffs, 2)
        yield peer(
            f"payoff set, {name}", least(lambda g=game, d=delta: ag.payoff_set(g, discount=d), 20), theirs, "quantecon"
        )
    for states in (4, 8, 16):
        game = states_game(states, 3)
        yield alone(f"payoff sets, {states} states 3x3, .6", least(lambda g=game: ag.payoff_set(g, discount=0.6), 3))


def states_game(states: int, actions: int) -> ag.StochasticGame:
    rng = np.random.default_rng(SEED)
    stages = [ag.StageGame.from_bimatrix(*rng.normal(size=(2, actions, actions))) for _ in range(states)]
    return ag.StochasticGame(stages, list(rng.dirichlet(np.ones(states), size=(states, actions, actions))))


def play() -> Iterator[Row]:
    game = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5), ag.Monitoring.detection(0.4, 0.05))
    for kernel in ("product", "general"):
        asked = {"discount": 0.95, "periods": 120, "paths": 20_000, "rng": SEED, "kernel": kernel}
        ours = least(lambda a=asked: ag.simulate(game, (ag.grim, ag.grim), **a), 3)
        yield alone(f"2.4 M periods, {kernel} kernel", ours)
    steps = np.array([[3.0, 1.0], [4.0, 2.0]])
    ours = least(lambda: ag.populations.moran(steps, [50, 50], steps=100_000, mutation=0.05, rng=SEED), 3) / 100_000
    rival = nashpy.Game(steps, steps.T).moran_process(initial_population=(0,) * 50 + (1,) * 50)
    begun, done = time.process_time(), 0
    for done, _ in enumerate(rival, 1):
        if done == 300:
            break
    yield peer("Moran process, N = 100, one step", ours, (time.process_time() - begun) / done, "nashpy")


def scaling() -> Iterator[Row]:
    """What two threads gain on blocks of a batch, paths and maps, and two processes on the main job, on the wall."""
    games = np.random.default_rng(SEED).normal(size=(1_000_000, 2, 3, 3))
    game = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5), ag.Monitoring.detection(0.4, 0.05))
    asked = {"discount": 0.95, "periods": 120, "paths": 500_000, "rng": SEED}
    works: dict[str, Callable[[], Any]] = {
        "batch: 1,000,000 3x3 games": lambda: ag.nash_batch(games),
        "paths: 60 M periods": lambda: ag.simulate(game, (ag.grim, ag.grim), **asked),
        "map: Markov regimes of 40,000 treaties": lambda: ag.measures.markov_regime(
            ag.Treaty(demand=False), discount=np.linspace(0.5, 0.95, 200), temptation=np.linspace(1.1, 2.0, 200)
        ),
    }
    for name, work in works.items():
        walls = {}
        for threads in (1, 2):
            with limited(threads):
                walls[threads] = least(work, 3, time.perf_counter)
        yield gained(f"two threads, {name}", walls, "one thread")
    walls = {count: least(partial(command, count), 2, time.perf_counter) for count in (1, 2)}
    yield gained("two processes, armsgame run inf", walls, "one process")


def gained(name: str, walls: dict[int, float], peer: str) -> Row:
    load = f"by the wall clock, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    return Row(name, walls[2], walls[1], walls[1] / walls[2], peer, load)


def types_and_trees() -> Iterator[Row]:
    scenario = ag.load_scenario("inf")
    game, delta = scenario.bayesian_game("agnostic"), scenario.question.discount
    found = ag.bayesian_equilibria(game, discount=delta)
    yield alone("private types: search, INF agnostic", least(lambda: ag.bayesian_equilibria(game, discount=delta), 2))
    profile = found.equilibria[0].profile
    yield alone("private types: one certificate", least(lambda: ag.verify(game, profile, discount=delta), 5))
    treaty = ag.Treaty().game()
    leave = (ag.treaty.exit_on_alarm,) * 2
    yield alone("treaty game: one certificate", least(lambda: ag.verify(treaty, leave, discount=0.95), 5))
    tree = crisis(51)
    yield alone("agent branch, 51 offers", least(lambda: ag.trees.agent_branch(tree, throw=False), 3))
    logit = ag.methods.LogitHomotopy()
    many = states_game(5, 3)
    ours = least(lambda: ag.markov_perfect(many, discount=0.9, method=logit, throw=False), 2)
    yield alone("Markov play, 5 states 3x3, logit", ours)


def command(processes: int | None = None) -> None:
    """Run the main job as the command that is installed beside this Python, with processes of its own as it chooses."""
    told = {} if processes is None else {"NUMBA_NUM_THREADS": str(processes)}
    script = Path(sysconfig.get_path("scripts"), "armsgame")
    with tempfile.TemporaryDirectory() as folder:
        words = [script, "run", "inf", "--out", folder]
        subprocess.run(words, check=True, capture_output=True, env=os.environ | told)


def children() -> float:
    """Processor time of all processes that this one started and that have ended, with those that they started."""
    now = os.times()
    return now.children_user + now.children_system


def slow() -> Iterator[Row]:
    game, close = ag.Treaty().game(), ag.methods.LinearPrograms(gap=0.003, directions=8)
    spent = least(lambda: ag.payoff_set(game, discount=0.9, method=close, throw=False), 1)
    yield alone("treaty, states seen: bracket of .003 at .9", spent)
    yield alone("armsgame run inf, from the cache", least(command, 2, children))


def gambit(python: str) -> Iterator[Row]:
    """n-player games against Gambit's enumeration by polynomial systems."""
    shapes = [[2, 2, 2], [3, 2, 2], [8, 2, 2], [3, 3, 3], [5, 4, 3]]
    run = subprocess.run([python, "-c", GAMBIT, json.dumps(shapes)], capture_output=True, text=True, check=True)
    answer = json.loads(run.stdout)
    for shape in shapes:
        pay = np.random.default_rng(SEED).normal(size=(len(shape), *shape))
        stage, name = ag.StageGame(pay), "x".join(map(str, shape))
        spent, count = answer[name]
        ours = ag.nash(stage)
        note = f"ours {len(ours.equilibria)}{', all' * ours.complete}; theirs {count}"
        here = least(lambda g=stage: ag.nash(g), 1)
        yield Row(f"n players, {name}", here, spent, spent / here, f"pygambit {answer['version']}", note)


def machine() -> dict[str, object]:
    told = {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count(), "seed": SEED}
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        told["processor"] = next(
            (line.split(":")[1].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")), ""
        )
    packages = ("armsgame", "numpy", "scipy", "numba", "quantecon", "nashpy")
    return told | {"versions": {name: version(name) for name in packages}, "unit": unit()}


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--slow", action="store_true", help="the main job too")
    asked.add_argument("--threads", action="store_true", help="what two threads gain too")
    asked.add_argument("--gambit", metavar="PYTHON", help="a Python that has pygambit")
    asked.add_argument("--write", action="store_true", help="keep this run as the record of the version")
    asked.add_argument("--compare", action="store_true", help="print what fell since the last record")
    given = asked.parse_args()
    parts = [one_shot(), sets(), play(), types_and_trees()]
    parts += [slow()] if given.slow else []
    parts += [scaling()] if given.threads else []
    parts += [gambit(given.gambit)] if given.gambit else []
    rows = []
    print(f"{'work':<58s} {'ours':>10s} {'theirs':>10s} {'ratio':>9s}  peer")
    for part in parts:
        for row in part:
            rows.append(row)
            times = f"{row.ours * 1e3:8.2f}ms {row.theirs * 1e3:8.1f}ms {row.ratio:9.3g}"
            print(f"{row.name:<58s} {times}  {row.peer}  {row.note}", flush=True)
    if given.compare:
        print(compare({row.name: row.ratio for row in rows}))
    if given.write:
        HISTORY.mkdir(exist_ok=True)
        record = {
            "written": time.strftime("%Y-%m-%d %H:%M"),
            "machine": machine(),
            "rows": [asdict(row) for row in rows],
        }
        (HISTORY / f"{version('armsgame')}.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
