"""
Temptation decides alone, detection mostly together with the rest
=================================================================

Sobol indices of "a permanent reversion deters" over a box of assumptions. Where the total index is larger
than the first order, the parameter works through others.
"""

import armsgame as ag

inf = ag.load_scenario("inf")
names = ["detection", "false_alarm", "discount", "temptation"]
found = ag.sensitivity(
    inf, names, measure=ag.measures.regime, output="grim", method=ag.Saltelli(base=4096), rng=7
)
ax = ag.plot.sobol_indices(found)
ag.plot.save(ax, "sobol_indices.png", found, dpi=110)
