"""
The snubbed display: two readings are two regions of one map
============================================================

Declining a display is evidence of a motive only where a sincere party would have attended. By the US account and by
the Russian one, from opposite ends, no result would have changed the decision; by the agnostic account one would have.
The map takes none as true: priors, pass rates and the assumed conduct of types are assumptions.
"""

import matplotlib.pyplot as plt

import armsgame as ag

inf = ag.load_scenario("inf")
readings = {}
for name in ("agnostic", "us_account", "russian_account"):
    account = inf.perspective(name)
    readings.setdefault((inf.violation_belief(name, "Russia"), account.pass_violating), []).append(account.title)
# what staying is worth with a compliant party, and what it costs with a violating one: R - P and P - S of the dossier
marks = {" and ".join(titles): point for point, titles in readings.items()}
ax = ag.plot.snub_map(marks, gain=1.0, loss=0.5)
ax.set_title("Where declining a display is evidence")
plt.show()
