"""
What ends a treaty first
========================

Competing first causes of a notice over ten years, exact, under the agnostic account of three dossiers. The white part
is survival. Where a party may leave without a charge, that is most of what happens, and it happens at once.
"""

import armsgame as ag

found = ag.compare(["abm", "inf", "new_start"], "causes")
axes = ag.plot.treaty_incidence(found)
axes.flat[0].figure.savefig("treaty_causes.png", dpi=110)
