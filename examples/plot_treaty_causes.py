"""
First causes of a notice in three dossiers
==========================================

Competing first causes of a notice over ten years, exact, under the agnostic account of three dossiers. The white
part is survival. In the ABM dossier a party that is free to leave does so at once and without a charge; that it
weighs .4375 is the assumed prior and nothing else: each party is of that type with probability one quarter, and 1 -
.75 x .75 = .4375.
"""

import armsgame as ag

found = ag.compare(["abm", "inf", "new_start"], "causes")
axes = ag.plot.treaty_incidence(found)
axes.flat[0].figure.savefig("treaty_causes.png", dpi=110)
