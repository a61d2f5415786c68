"""
Europe after INF: what the checks on offer could have carried
=============================================================

Restraint was announced and nobody inspected. Mutual checks were offered in 2020 and openness in 2022; neither came
about. The map shows how short a suspension could deter at each rate of detection. Both points are assumptions.
"""

import numpy as np

import armsgame as ag

europe = ag.load_scenario("europe_after_inf")
for claim in europe.claims:
    print(f"{claim.claimant}: {claim.statement}\n    {claim.respondent}: {claim.reply} ({claim.status})")
delta = europe.question.discount
lengths = ag.studies.compliance_map(europe, np.linspace(0, 1, 201), np.linspace(0.5, 0.99, 201))
points = {"no checks (0.2)": (0.2, delta), "mutual checks (0.6)": (0.6, delta)}
ax = ag.plot.regime_map(lengths, points=points)
ax.figure.set_size_inches(9.5, 4.5)
ax.figure.savefig("dossier_europe.png", dpi=110)
