"""
In a stag hunt trust decides, not patience
==========================================

Least belief in the other's compliance that makes complying best, by what exploitation costs. Below one half
compliance is risk dominant. The dilemma has no such belief. All numbers are assumptions (R = 1, P = 0).
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

sucker = np.linspace(-2, -0.01, 300)
_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for colour, temptation in zip(("#0072B2", "#009E73", "#D55E00"), (0.2, 0.6, 0.9), strict=True):
    found = ag.treaty.compliance.required_trust(temptation, 1, 0, sucker)
    ax.plot(sucker, found.belief, color=colour, label=f"T = {temptation}")
ax.axhline(0.5, color="0.6", linestyle=":", label="risk dominance")
ax.set_xlabel("payoff of complying alone, S")
ax.set_ylabel("belief needed to comply")
ax.set_ylim(0, 1.02)
ax.legend(frameon=False)
ax.figure.savefig("trust.png", dpi=110)
