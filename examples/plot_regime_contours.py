"""
The least discount factor, on top of the shortest suspension
============================================================

The bands show the shortest suspension that deters; the lines show the least discount factor at which a
permanent reversion does. A sweep is saved with its labels, and the figure carries its origin in the file.
"""

import numpy as np

import armsgame as ag

inf = ag.load_scenario("inf")
over = {"detection": np.linspace(0.01, 1, 200), "discount": np.linspace(0.5, 0.99, 200)}
regimes = ag.sweep(inf, over, ag.measures.regime, progress=False)
# the threshold reads no discount factor: it is a line over detection, the same at every height of the map
least = ag.sweep(inf, {"detection": over["detection"]}, ag.measures.threshold, progress=False)["threshold"]
points = {r.name: (inf.parameters[r.detection], inf.question.discount) for r in inf.regimes}
ax = ag.plot.regime_map(regimes, points=points, contours=least, levels=[0.4, 0.5, 0.6, 0.8, 0.9])
ax.figure.set_size_inches(9.5, 4.8)
ag.plot.save(ax, "regime_contours.png", regimes, dpi=110)
