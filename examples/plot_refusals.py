"""
A refusal speaks only if sincere parties would have come
========================================================

Belief that a party wants out after it has refused several offers. Lines differ in how often a sincere party
would have attended; bands sweep the prior from 0.2 to 0.6. Where a sincere party stays away as often,
refusals say nothing. All numbers are assumptions.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

refusals = np.arange(7)
_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for colour, sincere in zip(("#0072B2", "#E69F00", "#D55E00"), (0.1, 0.4, 0.7), strict=True):
    low, middle, high = (
        ag.treaty.verification.pretext_posterior(prior, 0.1, sincere, refusals) for prior in (0.2, 0.4, 0.6)
    )
    ax.fill_between(refusals, low, high, color=colour, alpha=0.15)
    ax.plot(refusals, middle, "o-", color=colour, label=f"a sincere party attends with {sincere}")
ax.set_xlabel("offers refused")
ax.set_ylabel("P(the refuser wants out)")
ax.set_ylim(0, 1.02)
ax.legend(frameon=False, loc="lower right", title="one that wants out attends with 0.1")
ax.figure.savefig("refusals.png", dpi=110)
