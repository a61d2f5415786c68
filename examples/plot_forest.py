"""
First-order and total indices as a forest
=========================================

Sobol indices of whether grim trigger holds at a discount factor of 0.9, over three assumptions, each as a mark on its
95 per cent bootstrap interval. The total of temptation is far above its first order: it matters together with
detection. The ranges are those of the parameter dictionary: ranges for such studies, not estimates.
"""

import armsgame as ag

over = ["temptation", "detection", "sucker"]
found = ag.sensitivity(ag.Treaty(), over, measure=ag.measures.regime, output="grim", discount=0.9, rng=1)
ax = ag.plot.forest(found)
print(found)
