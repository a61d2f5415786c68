"""
Transparency can be too little and too much
===========================================

Monitoring deters, and it costs security (after Coe and Vaynman 2020). Where its cost per unit is high the two
requirements leave no window. All numbers are assumptions.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

loss = np.linspace(0.05, 0.8, 400)
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for colour, discount in zip(("#0072B2", "#D55E00", "#009E73"), (0.5, 0.6, 0.8), strict=True):
    found = ag.treaty.verification.transparency_window(1.5, 1, 0, discount, 2.0, loss)
    ax.fill_between(loss, found.low, found.high, color=colour, alpha=0.2)
    ax.plot(loss, found.high, color=colour, label=f"discount factor {discount}")
    ax.plot(loss, found.low, color=colour)
ax.set_xlabel("security loss per unit of monitoring")
ax.set_ylabel("monitoring intensity at which the deal holds")
ax.set_ylim(0, 10)
ax.legend(frameon=False)
figure.savefig("transparency_window.png", dpi=110)
