"""
Twelve treaties by the patience that they need
==============================================

Periods differ between treaties, so discount factors are stated per year. Strict exit on any alarm needs the least
patience; policies that give the other side a way back need more, and fail again where patience makes a demand too
tempting. Rates of detection are assumptions of each dossier.
"""

import armsgame as ag

found = ag.compare(ag.scenarios(), "thresholds")
print(found)
ax = ag.plot.treaty_thresholds(found)
ax.figure.savefig("side_by_side.png", dpi=110)
