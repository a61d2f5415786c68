"""
Over this box temptation weighs most, and much of its weight is shared
======================================================================

Sobol indices of "a permanent reversion deters" over a box of assumptions. Temptation alone explains .45 of the
variance, and .77 together with the rest; most of what detection does (.10 alone, .38 in all) works through others.
Part of the weight of temptation is that the box reaches below the reward, where nobody is tempted: over temptations
from 1.05 to 3 it weighs no more than detection in all.
"""

import armsgame as ag

inf = ag.load_scenario("inf")
names = ["detection", "false_alarm", "discount", "temptation"]
found = ag.sensitivity(
    inf, names, measure=ag.measures.regime, output="grim", method=ag.studies.Saltelli(base=4096), rng=7
)
ax = ag.plot.sobol_indices(found)
ag.plot.save(ax, "sobol_indices.png", found, dpi=110)
