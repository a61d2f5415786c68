"""Trees: crisis bargaining, a map of it, and agent branches; pygambit beside it where installed.

Run: python benchmarks/trees.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np

import armsgame as ag


def crisis(offers: int, prior=0.4, audience=0.0) -> ag.ExtensiveGame:
    def reply(share, kind, cost):
        ends = {"accept": (1 - share, share), "fight": (0.3 - audience, 0.5 - cost)}
        return ag.Move("B", f"{kind}, {share:.3f}", ends)

    def offer(kind, cost):
        return ag.Move("A", "offer", {f"{x:.3f}": reply(x, kind, cost) for x in np.linspace(0, 1, offers)})

    return ag.ExtensiveGame(
        ["A", "B"], ag.Chance({"tough": (prior, offer("tough", 0.11)), "soft": (1 - prior, offer("soft", 0.31))})
    )


def clock(call: Callable[[], object], repeats: int = 5) -> float:
    call()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def main() -> None:
    for offers in (11, 51):
        game = crisis(offers)
        found = ag.backward_induction(game)
        bad = max(len(one.certificate.irrational) for one in found)
        seconds = clock(lambda g=game: ag.backward_induction(g))
        print(f"{offers} offers: backward induction {seconds:.3f} s, {len(found)} found, {bad} sets irrational")
        end = ag.trees.agent_branch(game, throw=False)
        kind = end.equilibrium.certificate.kind if end.equilibrium is not None else end.status.name
        seconds = clock(lambda g=game: ag.trees.agent_branch(g, throw=False), 3)
        print(f"{offers} offers: agent branch {seconds:.3f} s, {kind}")
        nash = ag.trees.sequence_form_equilibrium(game)
        print(
            f"{offers} offers: sequence form {clock(lambda g=game: ag.trees.sequence_form_equilibrium(g)):.3f} s, "
            f"irrational at {len(nash.certificate.irrational)} of {nash.certificate.sets} sets"
        )
        if find_spec("pygambit"):
            import io

            import pygambit

            peer = pygambit.read_efg(io.StringIO(ag.formats.write_efg(game)))
            seconds = clock(lambda p=peer: pygambit.nash.lcp_solve(p, rational=False), 3)
            print(f"{offers} offers: pygambit lcp_solve {seconds:.3f} s")
    prior, audience = np.linspace(0, 1, 200)[:, None], np.linspace(0, 0.5, 200)
    seconds = clock(lambda: ag.trees.backward_induction_batch(crisis(5, prior, audience)), 3)
    print(f"map of 200 x 200 with 5 offers, tree built and solved: {seconds:.2f} s")


if __name__ == "__main__":
    main()
