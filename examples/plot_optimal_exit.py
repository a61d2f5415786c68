"""
Patience raises the bar for leaving, and a better treaty lowers the chance
==========================================================================

A party sees a new outside option each period, uniform between 0 and 1, and leaves for good from the
reservation value on. Left: the option needed. Right: how long the treaty lasts on average. All numbers are
assumptions.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

reward = np.linspace(0, 0.95, 200)
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for colour, discount in zip(("#0072B2", "#D55E00", "#009E73"), (0.5, 0.9, 0.98), strict=True):
    found = ag.treaty.withdrawal.optimal_exit(reward, discount)
    left.plot(reward, found.reservation, color=colour, label=f"discount factor {discount}")
    right.plot(reward, found.mean, color=colour)
left.plot(reward, reward, color="0.6", linestyle=":", label="no value of waiting")
left.set_ylabel("outside option needed to leave")
right.set_ylabel("expected periods until exit")
right.set_yscale("log")
right.set_yticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
right.minorticks_off()
for ax in (left, right):
    ax.set_xlabel("payoff of staying, per period")
left.legend(frameon=False)
figure.savefig("optimal_exit.png", dpi=110)
