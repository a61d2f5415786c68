"""
New START: with the inspectors goes the margin, not yet the deal
================================================================

Inspections stopped in 2020 while the limits stayed. Under the dossier's assumptions strict policies still hold at its
own discount factor, but the patience that they need rises steeply, and forgiving policies are lost.
"""

import armsgame as ag
from armsgame.study.scenarios.enforcement import thresholds

treaty = ag.load_scenario("new_start")
print(ag.compare([treaty], "self_enforcement"))
ax = ag.plot.thresholds(thresholds(treaty), discount=treaty.question.discount)
ax.figure.set_size_inches(9, 5)
ax.figure.savefig("dossier_new_start.png", dpi=110)
