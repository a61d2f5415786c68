"""
Three decades of moves, each with what is known of its source
=============================================================

Filled marks were read in a source, open ones are from memory. Charges go both ways and none is decided:
the claims of the dossier are printed with the reply to each.
"""

import armsgame as ag

inf = ag.load_scenario("inf")
for claim in inf.claims:
    print(f"{claim.claimant}: {claim.statement}\n    {claim.respondent}: {claim.reply} ({claim.status})")
ax = ag.plot.timeline(inf)
ax.figure.savefig("timeline.png", dpi=110)
