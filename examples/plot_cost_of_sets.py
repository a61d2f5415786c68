"""
The time of a payoff set, by the size of the game and by patience
=================================================================

Time of one payoff set under perfect monitoring, against the number of action profiles (random games at a
discount factor of 0.8) and against 1/(1 - discount) (the stag hunt and the dilemma of the treaty). Measured
when this page was built; the first call, which compiles, is left out.
"""

import time

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag
from armsgame.plot.theme import COLOURS


def spent(game, discount):
    ag.payoff_set(game, discount=discount)
    runs = []
    for _ in range(7):
        start = time.perf_counter()
        ag.payoff_set(game, discount=discount)
        runs.append(time.perf_counter() - start)
    return 1e3 * min(runs)


rng = np.random.default_rng(3)
sizes = [2, 3, 5, 8, 12, 18, 26]
games = [ag.StageGame.from_bimatrix(rng.uniform(size=(n, n)), rng.uniform(size=(n, n))) for n in sizes]
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained", sharey=True)
left.loglog([n * n for n in sizes], [spent(ag.RepeatedGame(g), 0.8) for g in games], "o-", color=COLOURS[0])
left.set_ylim(1e-2, 1e1)
left.set_xlabel("action profiles")
left.set_ylabel("time of one payoff set (ms)")
patience = np.array([2.0, 5, 10, 100, 1000, 10_000])
for colour, (temptation, style) in zip(COLOURS, ((1.5, "o-"), (0.5, "s--")), strict=False):
    game = ag.RepeatedGame(ag.treaty.compliance(temptation))
    times = [spent(game, 1 - 1 / k) for k in patience]
    right.loglog(patience, times, style, color=colour, label=f"temptation {temptation:g}")
right.set_xlabel("1/(1 - discount)")
right.legend(frameon=False)
figure.savefig("cost_of_sets.png", dpi=110)
