"""
A treaty's life, path by path
=============================

Statuses of two thousand simulated treaties: their shares over time, and twenty-four single paths. Demands come
and go before one of them runs out. False alarms are set to four per cent per party and period, far above the
INF numbers, so that the figure has something to show.
"""

import matplotlib.pyplot as plt

import armsgame as ag

game = ag.Treaty().replace(false_alarm=0.04).game()
ladder = (ag.treaty.ladder_yield, ag.treaty.ladder_yield)
run = ag.simulate(game, ladder, discount=0.95, periods=60, paths=2000, rng=7, keep=True)
_, (left, right) = plt.subplots(1, 2, figsize=(13, 4.6), layout="constrained")
ag.plot.status_shares(run, ax=left)
ag.plot.sample_paths(run, ax=right)
left.figure.savefig("status_paths.png", dpi=110)
