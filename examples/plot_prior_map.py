"""
Which certified play exists, by detection and prior
===================================================

Each party is content or tempted, and only it knows which. At each detection rate equilibria are searched for at a few
priors and certified; at which other priors each of them holds follows from linear conditions, so that borders along the
vertical axis are exact. The colour is the most cooperative play that was found at a point; mutual deployment exists at
every point of this map. All numbers are assumptions, and the search is not complete.
"""

import numpy as np

import armsgame as ag

found = ag.studies.prior_map(ag.Treaty(demand=False), {"detection": np.linspace(0.03, 0.15, 25)}, discount=0.95)
ax = found.plot()
ax.figure.savefig("prior_map.png", dpi=110)
print(found)

# %%
# The lower border of the region in which types part is the closed form of the trust threshold.

((low, high),) = found.intervals(0.05, "some comply, exit later")
wanted = ag.treaty.trust.threshold(1.5, 1, 0, -0.5, 0.05, 0.005, 0.95, tempted_temptation=2.5)
print(f"border on the map {low:.10f}, closed form {wanted.belief:.10f}")
