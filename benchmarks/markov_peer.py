"""Markov-perfect equilibria against sgamesolver (Eibelshäuser and Poensgen), which needs numpy < 2.

By hand only. Build an environment with ``pip install sgamesolver "numpy<2"`` and run
``python benchmarks/markov_peer.py PATH_OF_ITS_PYTHON``. Games go to it as JSON; both solve one after
the other, and our verifier judges both.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

ROUNDS = 3


def peer(source: str, target: str) -> None:
    """Solve the games of a JSON file by sgamesolver; runs in its environment."""
    import sgamesolver

    answers = []
    for game in json.loads(Path(source).read_text(encoding="utf-8")):
        made = sgamesolver.SGame(
            [np.array(g) for g in game["payoffs"]], [np.array(p) for p in game["laws"]], game["discount"]
        )
        best, policies = float("inf"), None
        for k in range(ROUNDS):
            start = time.perf_counter()
            homotopy = getattr(sgamesolver.homotopy, game["homotopy"])(made)
            homotopy.solver_setup()
            homotopy.solver.verbose = 0
            homotopy.solve()
            spent = time.perf_counter() - start
            if k or ROUNDS == 1 or spent > 20:
                best = min(best, spent)
            if homotopy.equilibrium is not None:
                policies = np.nan_to_num(np.array(homotopy.equilibrium.strategies)).tolist()
            if spent > 20:
                break
        answers.append({"seconds": best, "policies": policies})
    Path(target).write_text(json.dumps(answers), encoding="utf-8")


def main(python: str) -> None:
    """Solve in both and print the table."""
    import armsgame as ag

    def random(states: int, actions: int, seed: int) -> Any:
        rng = np.random.default_rng(seed)
        stages = [ag.StageGame.from_bimatrix(*rng.normal(size=(2, actions, actions))) for _ in range(states)]
        return ag.StochasticGame(stages, list(rng.dirichlet(np.ones(states), size=(states, actions, actions))))

    cases = [(f"random {s} states, {a} actions", random(s, a, 7), 0.9) for s, a in ((3, 2), (5, 3), (10, 4))]
    cases.append(("INF treaty", ag.Treaty().game(), 0.95))
    kinds = [("LogTracing", ag.methods.LogTracing()), ("QRE", ag.methods.LogitHomotopy())]
    sent = [
        {
            "payoffs": [g.payoffs.tolist() for g in game.stages],
            "laws": [p.tolist() for p in game.transitions],
            "discount": delta,
            "homotopy": kind,
        }
        for _, game, delta in cases
        for kind, _ in kinds
    ]
    with TemporaryDirectory() as folder:
        source, target = str(Path(folder) / "games.json"), str(Path(folder) / "answers.json")
        Path(source).write_text(json.dumps(sent), encoding="utf-8")
        subprocess.run([python, "-W", "ignore", __file__, "--peer", source, target], check=True)
        answers = json.loads(Path(target).read_text(encoding="utf-8"))
    print(f"{'game':<28s}{'curve':<12s}{'ours':>10s}{'theirs':>10s}{'ratio':>8s}{'regret':>11s}{'theirs':>11s}")
    for k, (name, game, delta) in enumerate(cases):
        for j, (kind, method) in enumerate(kinds):
            answer, best = answers[2 * k + j], float("inf")
            for _ in range(ROUNDS):
                start = time.perf_counter()
                found = ag.markov_perfect(game, discount=delta, method=method, throw=False)
                best = min(best, time.perf_counter() - start)
            regrets = [f"{float(found[0].certificate.max_gain):.1e}" if found else "none", "none"]
            if answer["policies"] is not None:
                rows = [np.array([own[i] for own in answer["policies"]]) for i in (0, 1)]
                theirs = ag.markov.verify_markov(game, rows, discount=delta)
                regrets[1] = f"{float(theirs.max_gain):.1e}"
            spent = answer["seconds"]
            print(
                f"{name:<28s}{kind:<12s}{best * 1e3:8.1f}ms{spent * 1e3:8.0f}ms{spent / best:8.1f}"
                f"{regrets[0]:>11s}{regrets[1]:>11s}"
            )


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "--peer":
        peer(sys.argv[2], sys.argv[3])
    elif len(sys.argv) == 2:
        main(sys.argv[1])
    else:
        raise SystemExit(__doc__)
