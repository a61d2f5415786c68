"""
What states and actions cost
============================

Time of the payoff sets of random stochastic games (perfect monitoring, discount factor 0.6) against the number of
states and of action profiles per state. Measured when this page was built; the first call, which compiles, is left out.
"""

import time

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag
from armsgame.plot.theme import COLOURS


def spent(states, actions):
    rng = np.random.default_rng(5)
    stages = [ag.StageGame.from_bimatrix(*rng.uniform(size=(2, actions, actions))) for _ in range(states)]
    laws = rng.dirichlet(np.ones(states), size=(states, actions, actions))
    game = ag.StochasticGame(stages, list(laws))
    runs = []
    for _ in range(3):
        start = time.perf_counter()
        ag.payoff_set(game, discount=0.6)
        runs.append(time.perf_counter() - start)
    return 1e3 * min(runs)


figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained", sharey=True)
states, actions = [1, 2, 3, 4, 6, 8], [2, 3, 4, 6, 8]
left.loglog(states, [spent(s, 3) for s in states], "o-", color=COLOURS[0])
left.set_xticks(states, [str(s) for s in states], minor=False)
left.minorticks_off()
left.set_xlabel("states (9 action profiles in each)")
left.set_ylabel("time of all payoff sets (ms)")
right.loglog([a * a for a in actions], [spent(4, a) for a in actions], "s-", color=COLOURS[1])
right.set_xticks([a * a for a in actions], [str(a * a) for a in actions], minor=False)
right.minorticks_off()
right.set_xlabel("action profiles per state (4 states)")
figure.savefig("growth.png", dpi=110)
