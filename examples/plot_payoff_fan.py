"""
Payoffs so far, and how they spread
===================================

Discounted payoff of the first party up to each period: the middle half of the paths, eighty and ninety-five
per cent of them, and the same quantity on single paths, coloured by status. A path stops gaining once both
parties deploy. False alarms are set to four per cent per party and period, an assumption.
"""

import matplotlib.pyplot as plt

import armsgame as ag

game = ag.Treaty().replace(false_alarm=0.04).game()
ladder = (ag.treaty.ladder_yield, ag.treaty.ladder_yield)
run = ag.simulate(game, ladder, discount=0.95, periods=60, paths=2000, rng=7, keep=True)
gains = run.cumulative_payoffs(game)[:, :, 0]
_, (left, middle, right) = plt.subplots(1, 3, figsize=(16, 4.4), layout="constrained")
name = f"{run.players[0]}: payoff so far, normalised"
ag.plot.fan(gains, label=name, ax=left)
ag.plot.sample_paths(run, gains, label=name, ax=middle)
ag.plot.payoff_distribution(run, ax=right)
left.figure.savefig("payoff_fan.png", dpi=110)
