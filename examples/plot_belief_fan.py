"""
One history, two accounts of behaviour
======================================

Beliefs that the demander wants out, over priors from 0.1 to 0.5. The events are the same. Under one account a sincere
party would have declined the display as well, under the other it would have come. The likelihoods are assumptions.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

inf = ag.load_scenario("inf")
fan = ag.studies.prior_fan({"content": 0.5, "tempted": 0.5, "wants_out": 0.0}, "wants_out", np.linspace(0.1, 0.5, 41))
ultimatum = {"content": 0.3, "tempted": 0.3, "wants_out": 0.5}
paths = {}
for label, declines in (("a display could tell nothing", 0.9), ("a display could tell", 0.1)):
    moves = {
        "ultimatum": ultimatum,
        "decline_verification": {"content": declines, "tempted": declines, "wants_out": 0.9},
    }
    paths[label] = ag.studies.scenario_beliefs(inf, "agnostic", "US", moves, prior=fan)
ax = ag.plot.belief_fan(paths, "wants_out")
ax.set_title("The same refusal moves beliefs by what a sincere party would have done")
plt.show()
