"""
What the main solvers cost as a game grows
==========================================

Processor time against states, actions, players and patience, on random games. The exponent beside each name is the
slope through the last three points: time grows as the size to that power. Measured when this page was built; the
first call, which compiles, is left out.
"""

import time

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag
from armsgame.plot.theme import COLOURS

RNG = np.random.default_rng(11)


def spent(ask, what):
    ask(what)
    runs = []
    for _ in range(3):
        start = time.process_time()
        ask(what)
        runs.append(time.process_time() - start)
    return 1e3 * max(min(runs), 1e-5)


def stage(*shape):
    return ag.StageGame(RNG.normal(size=(len(shape), *shape)))


def stochastic(states, actions=2):
    stages = [stage(actions, actions) for _ in range(states)]
    return ag.StochasticGame(stages, list(RNG.dirichlet(np.ones(states), size=(states, actions, actions))))


def stay(game):
    return tuple(np.eye(shape)[0] for shape in game.stages[0].shape)


SEEN = ag.RepeatedGame(ag.treaty.compliance(0.5))
NOISY = ag.RepeatedGame(ag.treaty.compliance(0.5), ag.Monitoring.detection(0.9, 0.1))
# per panel: sizes, and for each solver what is built at a size and what is asked of it
PANELS = {
    "states (2 actions a side)": (
        [2, 4, 6, 8, 12],
        {
            "verify": (stochastic, lambda g: ag.verify(g, stay(g), discount=0.8)),
            "markov_perfect": (stochastic, lambda g: ag.markov_perfect(g, discount=0.8, throw=False)),
            "payoff_set": (stochastic, lambda g: ag.payoff_set(g, discount=0.5)),
        },
    ),
    "actions of each of two parties": (
        [2, 4, 6, 8, 10],
        {
            "nash": (lambda n: stage(n, n), ag.nash),
            "correlated": (lambda n: stage(n, n), ag.correlated),
            "logit_qre": (lambda n: stage(n, n), lambda g: ag.logit_qre(g, precision=1.0)),
            "payoff_set": (lambda n: ag.RepeatedGame(stage(n, n)), lambda g: ag.payoff_set(g, discount=0.8)),
        },
    ),
    "players (2 actions each)": (
        [2, 3, 4, 5, 6],
        {
            "correlated": (lambda n: stage(*[2] * n), ag.correlated),
            "logit_qre": (lambda n: stage(*[2] * n), lambda g: ag.logit_qre(g, precision=1.0)),
        },
    ),
    "1/(1 - discount)": (
        [5, 20, 100, 1000],
        {
            "payoff_set, all seen": (lambda n: 1 - 1 / n, lambda d: ag.payoff_set(SEEN, discount=d)),
            "verify, alarms": (lambda n: 1 - 1 / n, lambda d: ag.verify(NOISY, (ag.grim,) * 2, discount=d)),
        },
    ),
}

figure, panels = plt.subplots(1, len(PANELS), figsize=(15, 4.4), layout="constrained", sharey=True)
for ax, (axis, (sizes, solvers)) in zip(panels, PANELS.items(), strict=True):
    for colour, (name, (build, ask)) in zip(COLOURS, solvers.items(), strict=False):
        times = [spent(ask, build(size)) for size in sizes]
        power = np.polyfit(np.log(sizes[-3:]), np.log(times[-3:]), 1)[0]
        print(f"{name}, {axis}: {', '.join(f'{t:.2g}' for t in times)} ms; exponent {power:.1f}")
        ax.loglog(sizes, times, "o-", color=colour, label=f"{name} ({power:.1f})")
    ax.set_xticks(sizes, [f"{size:,}" for size in sizes], minor=False)
    ax.minorticks_off()
    ax.set_xlabel(axis)
    ax.legend(frameon=False, fontsize="small", title="exponent in brackets", title_fontsize="small")
panels[0].set_ylabel("processor time (ms)")
figure.savefig("solver_costs.png", dpi=110)
