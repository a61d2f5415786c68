"""
Less detection needs longer punishment, until none is long enough
=================================================================

Each colour is the shortest suspension that deters, over the detection rate and the discount factor.
The end of on-site inspection moves the treaty from the dark corner to the edge of the palest field. Both
points are assumptions.
"""

import numpy as np

import armsgame as ag

inf = ag.load_scenario("inf")
table = ag.studies.compliance_map(inf, np.linspace(0, 1, 301), np.linspace(0.5, 0.99, 301))
points = {r.name: (inf.parameters[r.detection], inf.question.discount) for r in inf.regimes}
ax = ag.plot.regime_map(table, points=points)
ax.figure.set_size_inches(9.5, 4.8)
ax.figure.savefig("regime_map.png", dpi=110)
